"""Municipality codes of one year: everybody under the code that their municipality has in it, whenever it was told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from tracker.codes import CodeNotKnown, Codes, YearNotKnown
from tracker.indicators.columns.derived import Derived
from tracker.indicators.columns.kinds import PEOPLE, PLACES, STRETCHES, Kind
from tracker.indicators.frames import Columns, Frames

RESIDENCE = "residence"


@dataclass(frozen=True)
class Place:
    """Where codes stand.

    :ivar column: the column with the code
    :ivar since: the column with the day on which it came to hold
    :ivar told: what came to be on that day, as refusals name it
    :ivar activity: only spells of this one; empty = all rows
    """

    column: str
    since: str
    told: str
    activity: str = ""


PLACES_OF_CODES = {
    PEOPLE.name: Place("municipality", "settled_on", "settlement"),
    STRETCHES.name: Place("value", "valid_from", "residence", RESIDENCE),
    PLACES.name: Place("municipality", "registered_on", "a municipality's own start"),
}
"""Kind of rows -> where its codes stand."""

CODE = re.compile(r"[0-9]{4}")
"""What stands in the place of a code and is none, such as left-norway, is no municipality and stays."""


def recoded(frames: Frames, codes: Codes, year: int) -> Frames:
    """The same frames with the codes of one year for settlement, residence and the municipalities themselves.

    A code is read as one of the year in which it came to hold: of settlement, of moving there, of taking the tracker
    into use. One whose people are counted under several codes of the year is a group of its own: ``split: 1507``.
    Facts keep the code that was told.

    :raises YearNotKnown: the codes do not reach to the year; when rows are read, to one in which a code came to hold
    :raises CodeNotKnown: when rows are read: no municipality had a code in the year in which it came to hold
    """
    codes.known(year)
    return replace(frames, columns=Recoded(frames.columns, codes, year), codes_of=year)


@dataclass(frozen=True)
class Recoded:
    """Columns as they are, with codes of one year."""

    columns: Columns
    codes: Codes
    year: int

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        place = PLACES_OF_CODES.get(kind.name)
        if place is None or place.column not in columns or (place.activity and parts and place.activity not in parts):
            return self.columns.rows(kind, parts, columns)
        needed = (*columns, place.since, *(("activity",) if place.activity else ()))
        return self._in_year(self.columns.rows(kind, parts, tuple(dict.fromkeys(needed))), place).select(columns)

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return self.columns.history(parts, columns)

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        return self.columns.moments(positions)

    def windows(self) -> pl.DataFrame | None:
        return self.columns.windows()

    def keeps(self, kind: Derived) -> bool:
        return self.columns.keeps(kind) and not any(RESIDENCE in one.parts for one in kind.sources)

    def derived(self, kind: Derived, columns: Sequence[str]) -> pl.DataFrame | None:
        return self.columns.derived(kind, columns) if self.keeps(kind) else None

    def first_import(self, after: int, until: date) -> datetime | None:
        return self.columns.first_import(after, until)

    def _in_year(self, frame: pl.DataFrame, place: Place) -> pl.DataFrame:
        concerned = pl.lit(True) if not place.activity else (pl.col("activity") == place.activity)
        told = {"told code": pl.when(concerned).then(place.column), "told in": pl.col(place.since).dt.year()}
        frame = frame.with_columns(**told)
        pairs = frame.select(*told).drop_nulls().unique().sort("told in", "told code")
        pairs = pairs.filter(pl.col("told code").str.contains(f"^{CODE.pattern}$"))
        found = [self._code(code, year, place) for code, year in pairs.iter_rows()]
        in_year = pairs.with_columns(pl.Series("code", found, pl.String))
        return frame.join(in_year, on=list(told), how="left", maintain_order="left").with_columns(
            pl.coalesce("code", place.column).alias(place.column)
        )

    def _code(self, code: str, year: int, place: Place) -> str:
        try:
            return self.codes.group(code, year, self.year)
        except (CodeNotKnown, YearNotKnown) as refused:
            raise type(refused)(f"{place.told} in {code} from {year}: {refused}", **refused.values) from None
