"""Robustness: the official snapshot, and how far it could have moved by registering another main activity."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from tracker.indicators.cohort import Cohort, exits, holding
from tracker.indicators.definition import Awaited, Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Count, Share
from tracker.indicators.statistics.snapshot import KINDS, LEAST_HOURS, PAID_WORK, PLANNED, SCENARIOS, Scenario
from tracker.indicators.status import HEALTH, activities_at
from tracker.rules.nir import CUT_OFF, cut_off

MAIN_ACTIVITIES = (
    "work",
    "upper-secondary-or-higher",
    "primary-school",
    "public-measure",
    "social-assistance",
    "other-benefits",
    "moved",
    "other",
    "not-registered",
)
OFFICIAL = ("work", "upper-secondary-or-higher")
KIND_OF = {
    "higher-education": "higher-education",
    "upper-secondary": "upper-secondary",
    "primary-school": "primary-school",
    "labour-market-measure": "public-measure",
    "work-placement": "public-measure",
    "social-assistance": "social-assistance",
}
"""Activity -> class of the register, for what runs on the day of leaving; others are told apart below, or ignored."""


ON_LEAVING = ("work", "wage-subsidy", "benefit", "residence", *KIND_OF)
_PARTS = 10_000
"""Hours are compared in ten-thousandths."""
_ABOVE_ALL = 1 << 48
"""More than any hours, so compared."""

CHOICES = ("low", "registered", "main-by-hours", "main-by-plan", "high")
WITHOUT_PLAN = ("low", "registered", "main-by-hours", "high")


def registered(selection: Selection) -> pl.DataFrame:
    """Each leaver's registered main activity."""
    return selection.who.select("participant").join(
        exits(selection.frames, "participant", "main_activity").rename({"main_activity": "main"}), on="participant"
    )


def official_panel(selection: Selection) -> pl.DataFrame:
    """As :func:`panel`, by the official definition alone."""
    return panel_of(selection, SCENARIOS[:1], first_homes)


def panel(selection: Selection) -> pl.DataFrame:
    """Each leaver with the columns of :func:`judged` for each definition.

    A year is looked at once the registration for it has closed.
    """
    return panel_of(selection, SCENARIOS, first_homes)


def panel_of(
    selection: Selection, scenarios: Sequence[Scenario], homes: Callable[[Frames, pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """The same by these definitions.

    :param homes: (participant, home) of leavers: who lives elsewhere on the day has moved
    """
    left = selection.who.select("participant").join(exits(selection.frames), on="participant")
    closed = pl.col("left_on").dt.year().replace_strict(_closed_years(left, selection.frames.known_on))
    left = left.filter(closed)
    return judged(scenarios, left, choices(selection.frames, left, homes(selection.frames, left)))


def first_homes(frames: Frames, _left: pl.DataFrame) -> pl.DataFrame:
    """(participant, home): where each was settled or moved to first."""
    return frames.people("municipality").rename({"municipality": "home"})


def _closed_years(left: pl.DataFrame, known_on: date) -> dict[int, bool]:
    years = left["left_on"].dt.year().unique().to_list()
    return {year: cut_off(date(year, 12, 31)) < known_on for year in years} or {0: False}


def registration_awaited(cohort: Cohort, known_on: date) -> Awaited | None:
    """The years of a cohort for which the registration has not closed: their figures cannot be told yet."""
    years = cohort.years or range(known_on.year - 1, known_on.year + 1)
    closing = {year: cut_off(date(year, 12, 31)) for year in years if year <= known_on.year}
    still_open = {year: day for year, day in closing.items() if day >= known_on}
    if not still_open:
        return None
    return Awaited(registration=still_open, whole=cohort.years is not None and len(still_open) == len(closing))


def judged(scenarios: Sequence[Scenario], left: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
    """Who counts by each definition; as :func:`tracker.indicators.statistics.snapshot.range_of`, for many leavers.

    :param kinds: of :func:`choices`
    :returns: participant; for each definition by its id, ``ID in`` (whether it is about the leaver), and for each of
        ``CHOICES``, ``ID CHOICE`` (whether the leaver counts by that choice)
    """
    kinds = kinds.with_columns(pl.col("kind").cast(pl.Enum(list(KINDS))))
    kind, least = pl.col("kind"), pl.col("least")
    # Most hours first, then the lower rank: the last bit of the largest number is whether that one counts.
    order = (least * _PARTS).round().cast(pl.Int64) * len(KINDS) + (len(KINDS) - 1 - pl.col("rank"))
    planned_first = order + pl.col("planned").cast(pl.Int64) * _ABOVE_ALL
    counts: dict[str, pl.Expr] = {}
    found: dict[str, pl.Expr] = {}
    without: dict[str, pl.Expr] = {}
    for one in scenarios:
        paid, enough = kind.is_in(PAID_WORK), pl.col("full_time") | (least >= one.minimum_hours)
        counts |= {
            f"{one.id} surely": kind.is_in(one.kinds) & (~paid | enough),
            f"{one.id} possibly": kind.is_in(one.kinds) & (~paid | enough | pl.col("hours_unknown")),
        }
        surely, possibly = pl.col(f"{one.id} surely"), pl.col(f"{one.id} possibly")
        found |= {
            f"{one.id} low": surely.all(),
            f"{one.id} registered": (surely & pl.col("registered")).any(),
            f"{one.id} main-by-hours": (pl.col("_order") + surely).max() % 2 == 1,
            f"{one.id} main-by-plan": (pl.col("_planned_first") + surely).max() % 2 == 1,
            f"{one.id} high": possibly.any(),
        }
        if one.without:
            without[f"{one.id} in"] = ~kind.is_in(one.without).all()
    ordered = kinds.with_columns(**counts, _order=order * 2, _planned_first=planned_first * 2)
    by_leaver = ordered.group_by("participant").agg(**found, **without)
    return (
        left.select("participant")
        .join(by_leaver, on="participant", how="left", maintain_order="left")
        .with_columns(pl.col(list(found)).fill_null(False), pl.col(list(without)).fill_null(True))
        .with_columns(pl.lit(True).alias(f"{one.id} in") for one in scenarios if not one.without)
    )


def choices(frames: Frames, left: pl.DataFrame, homes: pl.DataFrame, *without: str) -> pl.DataFrame:
    """What each leaver could be registered with: one row a kind that ran on the day, and the registered one.

    :param left: (participant, left_on, main_activity)
    :param homes: (participant, home): who lives elsewhere on the day has moved
    :param without: kinds that are none here
    :returns: participant, kind, ``least`` hours (unknown ones as few as they can be), ``hours_unknown``,
        ``full_time``, ``registered``, ``planned`` (the goal of the programme means it), ``rank`` (which is the main
        one of two with equal hours)
    """
    running = activities_at(frames, left.select("participant", day="left_on"), *ON_LEAVING)
    kinds = running.join(homes, on="participant", how="left").with_columns(kind=_kind())
    kinds = kinds.filter(KIND.is_not_null() & ~KIND.is_in(without))
    worked = KIND.is_in(PAID_WORK)
    hours = pl.when(worked | KIND_HAS_HOURS).then(pl.col("hours_per_week")).otherwise(0.0)
    fewest = pl.when(worked).then(LEAST_HOURS).otherwise(0.0)
    ran = (
        kinds.with_columns(hours=hours)
        .group_by("participant", "kind")
        .agg(
            least=pl.col("hours").fill_null(fewest).sum(),
            hours_unknown=(pl.col("hours").is_null() & worked).any(),
            full_time=(worked & (pl.col("position_percent") >= 100).fill_null(False)).any(),
        )
    )
    told = _registered(left, ran).with_columns(registered=pl.lit(True))
    planned = _planned(frames, left).with_columns(planned=pl.lit(True))
    return (
        ran.join(told, on=["participant", "kind"], how="full", coalesce=True)
        .join(planned, on=["participant", "kind"], how="left")
        .with_columns(
            least=pl.col("least").fill_null(fewest),
            hours_unknown=pl.col("hours_unknown").fill_null(worked),
            full_time=pl.col("full_time").fill_null(False),
            registered=pl.col("registered").fill_null(False),
            planned=pl.col("planned").fill_null(False),
            rank=KIND.replace_strict(KINDS, range(len(KINDS)), return_dtype=pl.Int8),
        )
        .select("participant", "kind", "least", "hours_unknown", "full_time", "registered", "planned", "rank")
    )


def _planned(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """(participant, kind) that the goal of the programme on the day means."""
    goals = holding(frames, left.select("participant", origin="left_on"), "programme-goal")
    kinds = pl.DataFrame(
        [(goal, kind) for goal, meant in PLANNED.items() for kind in meant],
        schema={"value": pl.String, "kind": pl.String},
        orient="row",
    )
    return goals.with_columns(pl.col("value").cast(pl.String)).join(kinds, on="value").select("participant", "kind")


KIND = pl.col("kind")
KIND_HAS_HOURS = KIND.is_in(("higher-education", "upper-secondary", "primary-school", "public-measure"))


def _kind() -> pl.Expr:
    """The class of the register for an activity that runs; empty for one that the register does not know."""
    activity, key, value = pl.col("activity"), pl.col("key"), pl.col("value")
    subsidised = (activity == "work") & (value == "wage-subsidy") | (activity == "wage-subsidy") & (key == "confirmed")
    benefit = (activity == "benefit") & (key != "introduction-benefit")
    return (
        pl.when(subsidised)
        .then(pl.lit("wage-subsidy"))
        .when(activity == "work")
        .then(pl.lit("work"))
        .when(benefit & key.is_in(HEALTH))
        .then(pl.lit("health"))
        .when(benefit)
        .then(pl.lit("other-benefits"))
        .when((activity == "residence") & (value != pl.col("home")) & (value != "died"))
        .then(pl.lit("moved"))
        .otherwise(activity.replace_strict(KIND_OF, default=None, return_dtype=pl.String))
    )


def _registered(left: pl.DataFrame, ran: pl.DataFrame) -> pl.DataFrame:
    """(participant, kind) registered; the joint class of upper secondary and higher education as the one that ran."""
    higher = ran.filter(KIND == "higher-education").select("participant", studies=pl.lit(True))
    main = pl.col("main_activity")
    joint = pl.when(pl.col("studies").fill_null(False)).then(pl.lit("higher-education"))
    return (
        left.filter(main.is_not_null() & (main != "not-registered"))
        .join(higher, on="participant", how="left")
        .select(
            "participant",
            kind=pl.when(main == "upper-secondary-or-higher")
            .then(joint.otherwise(pl.lit("upper-secondary")))
            .otherwise(main),
        )
    )


def counts_of(
    scenarios: Sequence[Scenario], choices: Sequence[str] = CHOICES, when: str = "", seen: pl.Expr | None = None
) -> tuple[Count, ...]:
    """A line a definition, a column a choice; each choice counts some of those that the highest one counts.

    The highest ones of the definitions count some of each other's people, too (:data:`AROUND`).

    :param when: what the names of the columns begin with
    :param seen: who is looked at at all; left out, everybody
    """
    ids = [scenario.id for scenario in scenarios]
    return tuple(
        Count(
            scenario.id,
            pl.col(f"{scenario.id} {choice}"),
            among=_among(scenario, seen),
            choice=f"{when}{choice}",
            within=f"{around}/{when}high" if (around := _around(scenario.id, choice, ids)) else None,
        )
        for scenario in scenarios
        for choice in choices
    )


def _among(scenario: Scenario, seen: pl.Expr | None) -> pl.Expr | None:
    if not scenario.without:
        return seen
    about = pl.col(f"{scenario.id} in")
    return about if seen is None else about & seen


AROUND = {
    "official": "wage-subsidy-too",
    "official-without-moved-or-health": "official",
    "work-10-hours": "official",
    "work-20-hours": "work-10-hours",
    "work-30-hours": "work-20-hours",
    "full-time-work": "work-30-hours",
    "wage-subsidy-too": "wage-subsidy-and-primary-school-too",
    "primary-school-too": "wage-subsidy-and-primary-school-too",
}
"""A definition -> one that counts everybody whom it counts: who lies between the two is told by both."""


def _around(scenario: str, choice: str, ids: Sequence[str]) -> str | None:
    """The definition in whose highest choice a choice lies."""
    if choice != "high":
        return scenario
    around = AROUND.get(scenario)
    return around if around in ids else None


_LIMITS = " Chance is not the point of this figure: it is the whole cohort."
R1 = Indicator(
    id="R1",
    version=1,
    title="Official snapshot: left to work, or to upper secondary or higher education",
    definition=(
        "Of all who left the programme, those not registered included, the share whose one registered main activity is "
        "work (from 1 hour a week) or upper secondary or higher education; every registered class is shown. This is "
        "the official direct result, not fit for decisions on settlement." + _LIMITS
    ),
    formula="x(registered in {work, upper secondary or higher}) / n(left)",
    example="Of 100 who left, 40 registered in work, 12 in upper secondary, 8 not registered: 52 of 100.",
    dimension="R",
    tags="",
    unit="per cent",
    axes={"left": ()},
    denominator="all",
    measures=(
        Share(
            registered,
            (
                Count("official", pl.col("main").is_in(OFFICIAL)),
                *(Count(main, pl.col("main") == main, whole="main activity") for main in MAIN_ACTIVITIES),
            ),
        ),
    ),
    source="IMDi, direct result; NORCE 20-2019 section 1.2 and note 8",
)
R2 = Indicator(
    id="R2",
    version=1,
    title="How far the official figure could have moved by registering another main activity",
    definition=(
        "Of all who left the programme: low counts those all of whose activities on the day of leaving count "
        "officially, high those of whom any does; registered is what was registered, main by hours the activity with "
        "the most hours. No choice of one activity each leaves the range. A year is shown once the registration for it "
        "has closed; until then it is not available. Nobody is picked out by it." + _LIMITS
    ),
    formula="[sum low / n, sum high / n]; low: every activity counts; high: any does",
    example="Who works 5 hours and attends primary school counts in high and not in low.",
    dimension="R",
    tags="R",
    personal=False,
    unit="per cent",
    axes={"left": ()},
    denominator="all",
    measures=(Share(official_panel, counts_of(SCENARIOS[:1], WITHOUT_PLAN)),),
    rules=(CUT_OFF,),
    awaits=registration_awaited,
    source="NORCE 20-2019 section 3.2",
)
R3 = Indicator(
    id="R3",
    version=1,
    title="The same leavers under other definitions",
    definition=(
        "The range of R2 under each definition: work from 1, 10, 20, 30 hours or full time; with wage subsidy, primary "
        "school or both counted; without those who only moved or are ill. All are shown, none is picked." + _LIMITS
    ),
    formula="as R2, for each definition",
    example="Who attends primary school alone counts in 'primary-school-too' and nowhere else.",
    dimension="R",
    tags="H R",
    personal=False,
    unit="per cent",
    axes={"left": ()},
    denominator="all",
    measures=(Share(panel, counts_of(SCENARIOS, WITHOUT_PLAN)),),
    rules=(CUT_OFF,),
    awaits=registration_awaited,
    source="NORCE 20-2019 section 3.3",
)
