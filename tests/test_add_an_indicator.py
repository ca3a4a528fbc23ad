"""The recipe for a new indicator holds: the definition on the page is all that is needed to ask for its figures."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.indicators.cohorts import frames_of, people
from tracker.exporting.results import figure_table
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.pipeline import Question, measured

PAGE = (ROOT / "docs" / "add-an-indicator.md").read_text(encoding="utf-8")
NEEDED = """
from tracker.indicators.definition import Indicator
from tracker.indicators.looking import EDUCATED, KNOWN, WORKS, statuses
from tracker.indicators.measures import Count, Share, if_known
"""


@pytest.fixture(scope="module")
def both() -> Indicator:
    """The indicator as it stands on the page."""
    block = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert block is not None
    names: dict[str, Any] = {}
    exec(NEEDED + "\n".join(line[3:] for line in block[1].splitlines()), names)
    found: Indicator = names["N1"]
    return found


def test_the_definition_on_the_page_has_figures_by_group_with_three_years_and_can_be_published(
    both: Indicator, tmp_path: Path
) -> None:
    rows = [f"p{at} | 2023-05-31 | 2023-06-01 | {'2023-06-01' if at % 2 else ''} | female" for at in range(30)]
    app = people(tmp_path, "\n".join(["who | left | work | vgs | gender", *rows]))
    question = Question(Cohort.parse("left:2023"), by=("gender",), months=(6,))
    table = figure_table(protected([measured(frames_of(app), both, question)]))
    shown = [dict(zip(table.names, row, strict=True)) for row in table.rows]
    assert [(row["gender"], row["counted"], row["n"], row["three_years"]) for row in shown] == [
        ("all", 15, 30, 0.5),
        ("female", 15, 30, 0.5),
    ]


def test_every_file_that_the_page_names_is_there() -> None:
    for path in re.findall(r"`((?:tracker|tests|docs)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists(), path
