"""The range of the official snapshot, against a worked example and every choice that could have been made."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.plan import GoalClass
from tracker.indicators.statistics.snapshot import (
    KINDS,
    PLANNED,
    SCENARIOS,
    Activity,
    Leaver,
    Scenario,
    SnapshotRange,
    range_of,
)

NORWEGIAN = {
    "arbeid": "work",
    "grunnskole": "primary-school",
    "vgs": "upper-secondary",
    "hoyere_utdanning": "higher-education",
    "lonnstilskudd": "wage-subsidy",
    "kvalifiseringstiltak": "public-measure",
    "sosialhjelp": "social-assistance",
    "flyttet": "moved",
    "helse": "health",
}

SCENARIO_IN_THE_WORKED_EXAMPLE = {
    "official": "official_1h",
    "official-without-moved-or-health": "official_excl_moved_health",
    "work-10-hours": "work_min10h",
    "work-20-hours": "work_min20h",
    "work-30-hours": "work_min30h",
    "wage-subsidy-too": "plus_lonnstilskudd",
    "primary-school-too": "plus_grunnskole",
    "wage-subsidy-and-primary-school-too": "plus_both",
}

scenarios = pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.id for scenario in SCENARIOS])


def scenario_called(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.id == name)


def official(*leavers: Leaver) -> SnapshotRange:
    return scenario_called("official").range_of(leavers)


def at_20_hours(*leavers: Leaver) -> SnapshotRange:
    return scenario_called("work-20-hours").range_of(leavers)


@pytest.fixture(scope="module")
def worked_example(reference_data: Path) -> Any:
    return json.loads((reference_data / "fixtures" / "snapshot_range.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def twelve_leavers(worked_example: Any) -> list[Leaver]:
    return [
        Leaver(tuple(Activity(NORWEGIAN[kind], hours) for kind, hours in leaver["acts"]))
        for leaver in worked_example["leavers"]
    ]


@pytest.mark.parametrize("name", SCENARIO_IN_THE_WORKED_EXAMPLE)
def test_a_scenario_gives_the_range_of_the_worked_example(
    name: str, worked_example: Any, twelve_leavers: list[Leaver]
) -> None:
    expected = worked_example["scenarios"][SCENARIO_IN_THE_WORKED_EXAMPLE[name]]
    found = scenario_called(name).range_of(twelve_leavers)
    assert found == SnapshotRange(
        n=expected["n"],
        low=expected["min"],
        high=expected["max"],
        main_by_hours=expected["main_by_hours"],
        main_by_plan=expected["main_by_hours"],
        registered=0,
        unsupported=0,
    )
    assert found.width == pytest.approx((expected["max_pct"] - expected["min_pct"]) / 100, abs=1e-6)


def test_no_scenario_of_the_worked_example_is_left_out(worked_example: Any) -> None:
    assert set(SCENARIO_IN_THE_WORKED_EXAMPLE.values()) == set(worked_example["scenarios"])


def test_the_official_kinds_are_those_of_the_worked_example(worked_example: Any) -> None:
    assert scenario_called("official").kinds == {NORWEGIAN[kind] for kind in worked_example["official_counting"]}


def test_scenario_ids_are_unique() -> None:
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize("hours, full_post, counts", [(36.9, False, False), (37, False, True), (35.5, True, True)])
def test_full_time_is_37_hours_or_a_full_post(hours: float, full_post: bool, counts: bool) -> None:
    assert scenario_called("full-time-work").counts(Activity("work", hours, full_time=full_post)) is counts


@pytest.mark.parametrize("hours, counts", [(0.5, 0), (1, 1)])
def test_official_work_starts_at_one_hour(hours: float, counts: int) -> None:
    assert official(Leaver((Activity("work", hours),))).high == counts


def test_education_counts_whatever_its_hours() -> None:
    found = scenario_called("full-time-work").range_of([Leaver((Activity("higher-education", 5),))])
    assert found.low == 1


def test_two_jobs_count_with_their_hours_together() -> None:
    assert at_20_hours(Leaver((Activity("work", 12), Activity("work", 8)))).low == 1


def test_a_job_of_unknown_hours_widens_the_range() -> None:
    found = at_20_hours(Leaver((Activity("work", None),)))
    assert (found.low, found.main_by_hours, found.high) == (0, 0, 1)
    beside_a_known_job = at_20_hours(Leaver((Activity("work", None), Activity("work", 15))))
    assert (beside_a_known_job.low, beside_a_known_job.high) == (0, 1)


def test_a_job_of_unknown_hours_is_official_work() -> None:
    assert official(Leaver((Activity("work", None),))).low == 1


def test_someone_who_only_moved_is_left_out_but_not_someone_who_also_works() -> None:
    moved, works_too = Activity("moved", 0), Activity("work", 10)
    found = scenario_called("official-without-moved-or-health").range_of(
        [Leaver((moved,)), Leaver((), registered="moved"), Leaver((moved, works_too)), Leaver(())]
    )
    assert (found.n, found.low, found.high) == (2, 0, 1)


def test_an_empty_register_does_not_bring_back_someone_who_moved() -> None:
    leaver = Leaver((Activity("moved", 0),), registered=None)
    assert scenario_called("official-without-moved-or-health").range_of([leaver]).n == 0


def test_of_equal_hours_work_is_the_main_activity() -> None:
    assert official(Leaver((Activity("primary-school", 20), Activity("work", 20)))).main_by_hours == 1


@pytest.mark.parametrize(
    "goal, activities, counts",
    [
        pytest.param("primary-school", {"work": 30, "primary-school": 20}, 0, id="the goal before the hours"),
        pytest.param("work", {"work": 8, "primary-school": 20}, 1, id="a job of few hours that is the goal"),
        pytest.param("work", {"wage-subsidy": 8, "upper-secondary": 20}, 0, id="work with subsidy is work"),
        pytest.param("work", {"work": 8, "wage-subsidy": 20}, 0, id="of two that are the goal, most hours"),
        pytest.param("trade-certificate", {"upper-secondary": 5, "primary-school": 20}, 1, id="a trade certificate"),
        pytest.param("part-of-upper-secondary", {"upper-secondary": 5, "primary-school": 20}, 1, id="part of it"),
        pytest.param("higher-education", {"work": 8, "primary-school": 20}, 0, id="a goal that nothing is about"),
        pytest.param("other", {"work": 8, "primary-school": 20}, 0, id="a goal that means no activity"),
        pytest.param(None, {"work": 20, "primary-school": 8}, 1, id="no goal"),
    ],
)
def test_the_main_activity_by_plan_is_the_one_that_the_goal_means(
    goal: str | None, activities: dict[str, float], counts: int
) -> None:
    leaver = Leaver(tuple(Activity(kind, hours) for kind, hours in activities.items()), goal=goal)
    assert official(leaver).main_by_plan == counts


def test_every_class_of_goal_means_an_activity_or_is_the_other_one() -> None:
    assert {*PLANNED, "other"} == set(get_args(GoalClass))


def test_a_registered_activity_that_nothing_shows_is_a_choice_and_flagged() -> None:
    found = official(Leaver((Activity("social-assistance", 0),), registered="work"))
    assert found == SnapshotRange(n=1, low=0, high=1, main_by_hours=1, main_by_plan=1, registered=1, unsupported=1)


def test_a_registered_activity_that_ran_is_not_flagged() -> None:
    found = official(Leaver((Activity("work", 8), Activity("primary-school", 20)), registered="work"))
    assert found == SnapshotRange(n=1, low=0, high=1, main_by_hours=0, main_by_plan=0, registered=1, unsupported=0)


def test_a_leaver_who_was_not_registered_counts_for_nothing_there_but_keeps_the_range() -> None:
    found = official(Leaver((Activity("work", 37.5),)))
    assert found == SnapshotRange(n=1, low=1, high=1, main_by_hours=1, main_by_plan=1, registered=0, unsupported=0)


def test_no_leavers_have_no_width() -> None:
    nobody = range_of([], lambda activity: True)
    assert nobody == SnapshotRange(n=0, low=0, high=0, main_by_hours=0, main_by_plan=0, registered=0, unsupported=0)
    assert nobody.width is None


@pytest.mark.parametrize("kind, hours, words", [("arbeid", 1, "got 'arbeid'"), ("work", -1, "got -1")])
def test_an_impossible_activity_is_refused(kind: str, hours: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Activity(kind, hours)


def test_hours_that_are_not_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="got nan"):
        Activity("work", float("nan"))


def test_an_unknown_registered_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="got 'arbeid'; use work"):
        Leaver((), registered="arbeid")


ACTIVITIES = st.builds(
    Activity,
    kind=st.sampled_from(KINDS),
    hours=st.none() | st.sampled_from([1.0, 9.5, 10.0, 20.0, 30.0, 37.5]),
    full_time=st.booleans(),
)
REGISTERED_LEAVERS = st.builds(
    Leaver,
    activities=st.lists(ACTIVITIES, max_size=3, unique_by=lambda activity: activity.kind).map(tuple),
    registered=st.sampled_from(KINDS),
    goal=st.none() | st.sampled_from([*PLANNED, "other"]),
)


@scenarios
@given(data=st.data())
def test_no_choice_of_one_activity_each_leaves_the_range(scenario: Scenario, data: st.DataObject) -> None:
    leavers = data.draw(st.lists(REGISTERED_LEAVERS, max_size=6))
    chosen = 0
    for leaver in leavers:
        kinds = {activity.kind for activity in leaver.activities} | {leaver.registered}
        if kinds <= scenario.without:
            continue
        choices = [*leaver.activities]
        if leaver.registered not in {activity.kind for activity in leaver.activities}:
            choices.append(Activity(str(leaver.registered), None))
        choice = data.draw(st.sampled_from(choices))
        hours = data.draw(st.sampled_from([1.0, 15.0, 40.0])) if choice.hours is None else choice.hours
        chosen += scenario.counts(Activity(choice.kind, hours, choice.full_time))
    found = scenario.range_of(leavers)
    assert found.low <= chosen <= found.high
    assert found.low <= found.registered <= found.high
    assert found.low <= found.main_by_hours <= found.high
    assert found.low <= found.main_by_plan <= found.high


@given(st.lists(REGISTERED_LEAVERS, max_size=6))
def test_a_higher_threshold_never_counts_more(leavers: list[Leaver]) -> None:
    thresholds = ("official", "work-10-hours", "work-20-hours", "work-30-hours", "full-time-work")
    found = [scenario_called(name).range_of(leavers) for name in thresholds]
    for less, more in zip(found[1:], found[:-1], strict=True):
        assert less.low <= more.low
        assert less.high <= more.high
