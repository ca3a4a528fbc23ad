"""Rows that were thought up, as frames: for comparing every day of a few people."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tracker.indicators.columns.derived import Derived
from tracker.indicators.columns.kinds import PEOPLE, STRETCHES, Kind
from tracker.indicators.frames import LAST_DAY

FIRST = date(2024, 1, 1)
DAYS = 100


class Given:
    """Rows that were thought up, in the place of those of a read model."""

    def __init__(self, spells: list[dict[str, Any]], known: list[tuple[int, date, date]]) -> None:
        self.spells = pl.DataFrame(spells, schema=STRETCHES.schema)
        self.known = pl.DataFrame(
            known, schema={"participant": pl.UInt32, "known_from": pl.Date, "known_to": pl.Date}, orient="row"
        )

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        if kind is PEOPLE:
            people = [{"participant": person, "municipality": "5001"} for person in (0, 1)]
            return pl.DataFrame(people, schema=PEOPLE.schema).select(columns)
        return self.spells.filter(pl.col("activity").cast(pl.String).is_in(list(parts))).select(columns)

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        raise NotImplementedError

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        raise NotImplementedError

    def windows(self) -> pl.DataFrame:
        return self.known

    def keeps(self, kind: Derived) -> bool:
        return False

    def derived(self, kind: Derived, columns: Sequence[str]) -> None:
        return None

    def first_import(self, after: int, until: date) -> datetime | None:
        return None


@st.composite
def disjoint(draw: st.DrawFn, most: int) -> list[tuple[date, date]]:
    """Stretches of days one after the other, with or without days between; the last may be open."""
    days = draw(st.lists(st.integers(0, DAYS), max_size=most + 1, unique=True).map(sorted))
    edges = [FIRST + timedelta(day) for day in days]
    return [stretch for stretch in pairwise([*edges, LAST_DAY]) if draw(st.booleans())]
