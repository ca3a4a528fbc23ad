"""Teaching: the part of the hours of Norwegian that is given by teachers who are trained for it."""

import polars as pl

from tracker.indicators.breakdowns import UNKNOWN
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.measures import Count, Share, if_known
from tracker.municipality import SCHOOL_YEAR_BEGINS

COMPETENCES = ("credits-30", "teacher-training", "neither", UNKNOWN)
FEWEST_TEACHERS = 3
SMALL_UNIT = "units with fewer than three teachers"
_details = pl.col("details").str


def hours(selection: Selection) -> pl.DataFrame:
    """Hours of teaching, as whole hours of each period: ``competence`` of who gave them, and the breakdowns."""
    return _alike(selection, "hours")


def heads(selection: Selection) -> pl.DataFrame:
    """Teachers counted in a period: ``competence``, and the breakdowns."""
    return _alike(selection, "heads")


def _alike(selection: Selection, what: str) -> pl.DataFrame:
    """How many (``times``) of a competence; ``cohort`` is the school year, by the year in which it began."""
    frames, day = selection.frames, pl.col("happened_on")

    def number(of: str, competence: str) -> pl.Expr:
        told = _details.json_path_match(f'$.{of}["{competence}"]').cast(pl.Float64)
        return told.fill_null(0.0).round().cast(pl.Int64)

    rows = (
        frames.facts("teaching-recorded", columns=("participant", "happened_on", "details"))
        .join(frames.municipalities.select("participant", "municipality"), on="participant")
        .select(
            "municipality",
            *(number(what, name).alias(name) for name in COMPETENCES),
            teachers=pl.sum_horizontal(number("heads", name) for name in COMPETENCES),
            year=day.dt.year() - (day.dt.month() < SCHOOL_YEAR_BEGINS).cast(pl.Int32),
            unit=_details.json_path_match("$.unit"),
        )
    )
    if selection.municipality is not None:
        rows = rows.filter(pl.col("municipality") == selection.municipality)
    if selection.cohort.first is not None:
        rows = rows.filter(pl.col("year").is_between(selection.cohort.first, selection.cohort.last))
    most = pl.col("teachers").max().over("municipality", "unit", "year")
    large = pl.when(most >= FEWEST_TEACHERS).then("unit").otherwise(pl.lit(SMALL_UNIT))
    return (
        rows.with_columns(
            cohort=pl.col("year").cast(pl.String),
            unit=pl.when(pl.col("unit").is_not_null()).then(large).otherwise(pl.lit(UNKNOWN)),
        )
        .unpivot(COMPETENCES, index=["municipality", "cohort", "unit"], variable_name="competence", value_name="times")
        .filter(pl.col("times") > 0)
    )


def _by(competence: str) -> pl.Expr:
    """Whether of this competence; empty where it is not known."""
    told = pl.col("competence")
    return if_known(told != UNKNOWN, told == competence)


Q2 = Indicator(
    id="Q2",
    version=1,
    title="Teaching of Norwegian by teachers with 30 credits in Norwegian as a second language",
    definition=(
        "Of all hours of teaching Norwegian in a school year (1 August to 31 July; 2024 is 2024/25), the share given "
        "by teachers with at least 30 credits in Norwegian as a second language. Hours of teachers whose competence "
        "is unknown are among all hours, so that the share is at least this, and at most that with them. Beside: the "
        "share given by trained teachers without these credits, and the same as the first by heads, over the periods "
        "and units whose teachers were counted; who teaches in two periods is counted in both. What is counted here "
        "is hours (whole hours of each period) and heads, not participants: n is their number, and the interval "
        "would hold if they were drawn by chance, which hours are not. Units in which fewer than three teachers were "
        "counted, or none, are taken together, so that no figure is about one of them; what is told of the whole "
        "municipality is of an unknown unit."
    ),
    formula="hours by teachers with 30 credits / all hours; heads with 30 credits / all heads",
    example="300 of 400 hours by 2 of 4 teachers with 30 credits: 75 per cent of the hours, 50 per cent of the heads.",
    dimension="Q",
    tags="A",
    unit="per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        Share(
            hours,
            (
                Count("hours-credits-30", _by("credits-30"), whole="hours"),
                Count("hours-teacher-training", _by("teacher-training"), whole="hours"),
                Count("hours-neither", _by("neither"), whole="hours"),
            ),
        ),
        Share(heads, (Count("heads-credits-30", _by("credits-30")),)),
    ),
    breakdowns=("municipality", "cohort", "unit"),
    needs=("teaching-recorded",),
    source="NORCE 20-2019 section 3.1; Djuve 2017",
)
