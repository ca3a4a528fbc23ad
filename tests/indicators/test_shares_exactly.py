"""A share is its people divided by those it is among, to the last digit, however the rows came about."""

from typing import Any, cast

import polars as pl
import pytest

from tracker.indicators.figures import figures_of
from tracker.indicators.measures import Count, Share
from tracker.indicators.partials import Partial

COUNTED, OUT_OF = [1191, 2890], 2894
LINES = ("baseline", "told")


def counts(out_of: pl.Expr | pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"line": LINES, "counted": COUNTED}).with_columns(
        choice=pl.lit(None, pl.String), months=pl.lit(0, pl.Int32), out_of=out_of, unknown=pl.lit(0)
    )


@pytest.mark.parametrize(
    "out_of", [pl.lit(OUT_OF), pl.Series([OUT_OF] * 2)], ids=["kept as one value", "written in each row"]
)
def test_a_share_does_not_depend_on_how_its_rows_are_kept(out_of: pl.Expr | pl.Series) -> None:
    measure = Share(lambda selection: selection.who, tuple(Count(line, pl.col(line)) for line in LINES))
    figures = figures_of([measure], Partial.of((), counts=counts(out_of)), (0,), cast(Any, None))
    assert figures["value"].to_list() == [counted / OUT_OF for counted in COUNTED]
