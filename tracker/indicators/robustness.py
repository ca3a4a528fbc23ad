"""Robustness: the official snapshot, and how far it could have moved by registering another main activity."""

from collections.abc import Iterator, Sequence

from tracker.indicators.cohort import exits
from tracker.indicators.definition import Indicator, Line, Selection
from tracker.indicators.statistics.snapshot import SCENARIOS, Activity, Leaver, Scenario
from tracker.indicators.status import HEALTH, activities_at

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


def official(selection: Selection) -> Iterator[Line]:
    """The registered main activities of all who left, and those that the official figure counts."""
    registered = selection.who.join(exits(selection.frames), on="participant")["main_activity"].to_list()
    n = len(registered)
    yield Line("official", None, sum(activity in OFFICIAL for activity in registered), n)
    for activity in MAIN_ACTIVITIES:
        yield Line(activity, None, registered.count(activity), n, whole="main activity")


def snapshot_range(selection: Selection) -> Iterator[Line]:
    """The official figure by the strictest and by the most generous choice of one activity each."""
    return _panel(selection, SCENARIOS[:1])


def definition_panel(selection: Selection) -> Iterator[Line]:
    """The range under each definition: all combinations are shown, none is picked."""
    return _panel(selection, SCENARIOS)


def _panel(selection: Selection, scenarios: Sequence[Scenario]) -> Iterator[Line]:
    everyone = leavers(selection)
    for scenario in scenarios:
        found = scenario.range_of(everyone)
        for choice, counted in (
            ("low", found.low),
            ("registered", found.registered),
            ("main-by-hours", found.main_by_hours),
            ("high", found.high),
        ):
            yield Line(scenario.id, None, counted, found.n, choice=choice)


def leavers(selection: Selection) -> list[Leaver]:
    """Each leaver with what ran on the day of leaving, in the classes of the register, and what was registered."""
    frames = selection.frames
    left = selection.who.join(exits(frames), on="participant")
    days = left.select("participant", day="left_on")
    home = dict(frames.participants.select("participant", "municipality").iter_rows())
    running: dict[str, list[Activity]] = {participant: [] for participant in left["participant"]}
    for row in activities_at(frames, days).sort("participant", "activity", "key").iter_rows(named=True):
        activity = _activity(row, home[row["participant"]])
        if activity is not None:
            running[row["participant"]].append(activity)
    return [
        Leaver(tuple(running[participant]), _registered(main, running[participant]))
        for participant, main in left.select("participant", "main_activity").sort("participant").iter_rows()
    ]


def _activity(row: dict[str, object], home: str) -> Activity | None:
    name, value, hours = str(row["activity"]), row["value"], row["hours_per_week"]
    assert hours is None or isinstance(hours, float)
    if name == "work":
        position = row["position_percent"]
        full_time = isinstance(position, float) and position >= 100
        return Activity("wage-subsidy" if value == "wage-subsidy" else "work", hours, full_time)
    if name == "wage-subsidy":
        return Activity("wage-subsidy", hours) if row["key"] == "confirmed" else None
    if name == "benefit":
        if row["key"] == "introduction-benefit":
            return None
        return Activity("health" if row["key"] in HEALTH else "other-benefits", 0.0)
    if name == "residence":
        return Activity("moved", 0.0) if value != home and value != "died" else None
    kind = KIND_OF.get(name)
    return None if kind is None else Activity(kind, hours or 0.0)


def _registered(main: str | None, running: list[Activity]) -> str | None:
    """The registered class as a kind; the joint class of upper secondary and higher as the one that runs."""
    if main is None or main == "not-registered":
        return None
    if main == "upper-secondary-or-higher":
        kinds = {activity.kind for activity in running}
        return "higher-education" if "higher-education" in kinds else "upper-secondary"
    return main


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
    dimension="R",
    tags="",
    unit="per cent",
    population="left",
    months=(),
    denominator="all",
    measure=official,
    source="IMDi, direct result; NORCE 20-2019 section 1.2 and note 8",
)
R2 = Indicator(
    id="R2",
    version=1,
    title="How far the official figure could have moved by registering another main activity",
    definition=(
        "Of all who left the programme: low counts those all of whose activities on the day of leaving count "
        "officially, high those of whom any does; registered is what was registered, main by hours the activity with "
        "the most hours. No choice of one activity each leaves the range. Nobody is picked out by it." + _LIMITS
    ),
    dimension="R",
    tags="R",
    unit="per cent",
    population="left",
    months=(),
    denominator="all",
    measure=snapshot_range,
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
    dimension="R",
    tags="H R",
    unit="per cent",
    population="left",
    months=(),
    denominator="all",
    measure=definition_panel,
    source="NORCE 20-2019 section 3.3",
)
