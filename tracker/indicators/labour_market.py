"""Local unemployment beside figures: in the months in which a cohort of a year was looked at."""

from dataclasses import dataclass

import polars as pl

from tracker.indicators.pipeline import YEAR, Result
from tracker.indicators.statistics.standardisation import NoReference
from tracker.reference_tables.lookup import References, references_in

BESIDE = {
    "unemployment": "local unemployment, per cent: the mean of the twelve months in which the cohort is looked at",
    "unemployment_months": "how many of these months the reference table tells",
}
SCHEMA = {"unemployment": pl.Float64, "unemployment_months": pl.Int64}
TWELVE = 12


@dataclass(frozen=True, slots=True)
class LocalUnemployment:
    """Unemployment where people live, while they were looked at.

    :ivar percent: mean of the months that are told, per cent
    :ivar months: how many of the twelve months those are
    """

    percent: float
    months: int

    def __str__(self) -> str:
        part = "" if self.months == TWELVE else f" ({self.months} of {TWELVE} months)"
        return f"{self.percent:.1f} %{part}"


def local_unemployment(
    references: References, year: int, months: int, municipality: str | None = None
) -> LocalUnemployment | NoReference:
    """Unemployment in the twelve months in which people whose day is in a year are looked at.

    :param year: of the cohort
    :param months: months after each one's day
    :param municipality: its code; left out, for a table that is about one alone
    """
    told = references.unemployment_by_month(municipality)
    if isinstance(told, NoReference):
        return told
    window = [f"{year + (months + month) // 12}-{(months + month) % 12 + 1:02d}" for month in range(TWELVE)]
    values = [float(told[month]) for month in window if month in told]
    if not values:
        return NoReference(f"no unemployment is told of {window[0]} to {window[-1]}")
    return LocalUnemployment(sum(values) / len(values), len(values))


def unemployment_beside(result: Result) -> pl.DataFrame:
    """The columns of ``BESIDE``, a row for each figure of a result by cohort; without a series they are empty.

    Empty too are those over several years, and those of which the definition itself says when.
    """
    figures = result.figures
    nothing = pl.DataFrame({name: [None] * figures.height for name in SCHEMA}, schema=SCHEMA)
    if YEAR not in result.by or not figures["months"].is_not_null().any():
        return nothing
    references = references_in(result.frames)
    if all(table.kind != "series" for table in references.tables):
        return nothing
    keys = [YEAR, "months", *(["municipality"] if "municipality" in result.by else [])]
    rows = []
    for key in figures.select(keys).unique().iter_rows(named=True):
        found = _of_row(references, result, key)
        if isinstance(found, LocalUnemployment):
            rows.append((*key.values(), found.percent, found.months))
    schema = {name: figures.schema[name] for name in keys} | SCHEMA
    beside = pl.DataFrame(rows, schema=schema, orient="row")
    in_order = figures.select(keys).join(beside, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return in_order.select(*SCHEMA)


def _of_row(references: References, result: Result, key: dict[str, object]) -> LocalUnemployment | NoReference:
    year, months = str(key[YEAR]), key["months"]
    if not year.isdigit() or not isinstance(months, int):
        return NoReference("it is about no single year")
    return local_unemployment(references, int(year), months, _home(result, key))


def _home(result: Result, key: dict[str, object]) -> str | None:
    """The municipality that a figure is about."""
    if result.municipality is not None:
        return result.municipality
    if str(key.get("municipality", "all")) != "all":
        return str(key["municipality"])
    own = result.frames.municipalities["municipality"].unique().to_list()
    return str(own[0]) if len(own) == 1 else None
