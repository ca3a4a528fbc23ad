"""Formal competence: certificates, years, modules and credits gained from the programme on."""

from collections.abc import Mapping

import polars as pl

from tracker.indicators.cohort import origins
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.looking import KNOWN, status_after
from tracker.indicators.measures import Count, Share

CREDITS = 30
DEGREES = ("bachelor", "master", "one-year")
"""Completed courses of higher education of 60 credits or more."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "primary-school": ("primary-school-completed",),
    "upper-secondary-module": ("upper-secondary-module-completed",),
    "upper-secondary-year": ("upper-secondary-year-completed", "upper-secondary-completed"),
    "trade-certificate": ("trade-certificate-awarded",),
    "foreign-education": ("foreign-education-recognised",),
}
"""Line -> log names of the facts that each are enough."""

HIGHER = ("credits-earned", "higher-education-completed")
LINES = (*KINDS, "higher-education-credits")


def gained_on(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, a column for each of ``LINES``): the first day on which it was there; only of who gained any.

    :param people: participant, since: nothing before that day counts
    """
    columns = ("participant", "happened_on", "value")

    def facts(*names: str) -> pl.DataFrame:
        return (
            frames.facts(*names, columns=(*columns, "fact"))
            .join(people, on="participant")
            .filter(pl.col("happened_on") >= pl.col("since"))
            .select("participant", "value", fact=pl.col("fact").cast(pl.String), on="happened_on")
        )

    earned = (
        facts(*HIGHER)
        .with_columns(
            credits=pl.when(pl.col("fact") == "credits-earned")
            .then(pl.col("value").cast(pl.Float64, strict=False))
            .when(pl.col("value").is_in(DEGREES))
            .then(float(CREDITS))
            .otherwise(0.0)
        )
        .sort("participant", "on")
        .with_columns(enough=pl.col("credits").cum_sum().over("participant") >= CREDITS)
        .filter("enough")
        .select("participant", "on", line=pl.lit(LINES[-1]))
    )
    told = [facts(*names).select("participant", "on", line=pl.lit(line)) for line, names in KINDS.items()]
    on = pl.col("on")
    return (
        pl.concat([*told, earned])
        .group_by("participant")
        .agg(**{line: on.filter(pl.col("line") == line).min() for line in LINES})
    )


def competence(selection: Selection) -> pl.DataFrame:
    """One row a person and month: what was gained by then, empty where it was not and nobody knows of the person."""
    frames = selection.frames
    started = origins(frames, "started").rename({"origin": "since"})
    gained = gained_on(frames, selection.who.select("participant").join(started, on="participant"))
    return pl.concat(
        status_after(selection, months, "known")
        .select("participant", "day", "months", "present", "known")
        .join(gained, on="participant", how="left")
        .with_columns((pl.col(LINES) <= pl.col("day")).fill_null(False))
        for months in selection.months
    )


def _told(gained: pl.Expr) -> pl.Expr:
    return pl.when(gained | KNOWN).then(gained)


K9 = Indicator(
    id="K9",
    version=1,
    title="Formal competence gained",
    definition=(
        "Of those who left the programme and are in scope 36 months later, the share who gained formal competence "
        "from the first day of the programme up to that day, both included: primary school completed, a module of "
        "upper secondary, a year of it or all of it, a trade or journeyman's certificate, education from abroad "
        "recognised in full or in part, or 30 credits of higher education together (a bachelor's, a master's or a "
        "one-year course completed is enough by itself). Each is a line of its own. What was gained before the "
        "programme does not count. Who gained nothing that is known of, and of whom nobody knows on the last day, is "
        "unknown."
    ),
    formula="x(any gained in [P, X+36]) / n(X)",
    example="15 credits in each of two terms are 30 credits; 15 before the programme and 15 after it are not.",
    dimension="K",
    tags="A N",
    unit="per cent",
    axes={"left": (36,)},
    denominator="present",
    measures=(
        Share(
            competence,
            (
                Count("any", _told(pl.any_horizontal(LINES))),
                *(Count(line, _told(pl.col(line)), within="any") for line in LINES),
            ),
        ),
    ),
    needs=tuple(fact for facts in (*KINDS.values(), HIGHER) for fact in facts),
    source="integreringsloven § 1",
)
INDICATORS = (K9,)
