"""Time to event: published life tables, small ones by hand, and any by a slow count of person after person."""

import csv
from fractions import Fraction
from math import sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tracker.indicators.statistics.curves import Estimate, Median
from tracker.indicators.statistics.proportions import Interval
from tracker.indicators.statistics.survival import CENSORED, EventTable

JOBS = ("fulltime", "parttime", "unknown")
CAUSES = ("work", "study", "moved")

# Weeks to relapse (Miller 1997, Survival Analysis); the estimates are those that R's package survival prints.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"


class Person(NamedTuple):
    entry: int
    time: int
    what: int


def table_of(people: list[Person], causes: tuple[str, ...] = CAUSES) -> EventTable:
    entry, time, what = np.array(people, dtype=np.int64).reshape(-1, 3).T
    return EventTable.of(causes, time, what, entry)


def event(text: str) -> EventTable:
    """A person a word: the time of the event, or the last time followed with a plus."""
    people = [Person(0, int(word.rstrip("+")), CENSORED if "+" in word else 0) for word in text.split()]
    return table_of(people, ("event",))


@st.composite
def groups(draw: st.DrawFn, late: bool = True, censoring: bool = True, causes: int = 3) -> list[Person]:
    times = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(sorted)
    codes = st.integers(CENSORED if censoring else 0, causes - 1)
    rows = draw(st.lists(st.tuples(times, codes), min_size=1, max_size=25))
    return [Person(entry if late else 0, time, what) for (entry, time), what in rows]


def by_hand(people: list[Person], cause: int | None, until: int) -> Fraction:
    """The share with the cause by a time; with None, the share without any."""
    without, share = Fraction(1), Fraction(0)
    for time in range(until + 1):
        at_risk = [person for person in people if person.entry <= time <= person.time]
        events = [person.what for person in at_risk if person.time == time and person.what != CENSORED]
        if at_risk:
            share += without * Fraction(events.count(cause) if cause is not None else 0, len(at_risk))
            without *= 1 - Fraction(len(events), len(at_risk))
    return without if cause is None else share


def spread_by_hand(people: list[Person], cause: int, until: int) -> float:
    """Variance of an incidence: the chances at each time are multinomial, each with its effect on the share."""
    variance = 0.0
    for time in range(until + 1):
        at_risk = [person for person in people if person.entry <= time <= person.time]
        events = [person.what for person in at_risk if person.time == time and person.what != CENSORED]
        before = float(by_hand(people, None, time - 1))
        later = float(by_hand(people, cause, until) - by_hand(people, cause, time))
        if not events:
            continue
        n, chance = len(at_risk), len(events) / len(at_risk)
        lost = later / (1 - chance) if chance < 1 else 0.0
        effects = [(events.count(k) / n, before * (k == cause) - lost) for k in range(len(CAUSES))]
        mean = sum(q * effect for q, effect in effects)
        variance += (sum(q * effect**2 for q, effect in effects) - mean**2) / n
    return variance


def rows_of(folder: Path, name: str) -> dict[str, list[float]]:
    with (folder / "survival" / name).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    return {column: [float(row[column]) for row in rows] for column in rows[0]}


@pytest.fixture
def unemployed(reference_data: Path) -> EventTable:
    """3343 unemployed in the United States, times of two weeks (McCall 1996)."""
    life = rows_of(reference_data, "unempdur_lifetable.csv")
    assert life["time_2wk"] == list(range(1, 29))
    events = np.array([[0, *map(int, life[f"d_{job}"])] for job in JOBS]).T
    censored = np.array([0, *map(int, life["censored"])])
    entered = np.zeros_like(censored)
    entered[0] = events.sum() + censored.sum()
    return EventTable(JOBS, events, censored, entered)


@pytest.fixture
def only_full_time(unemployed: EventTable) -> EventTable:
    """Other jobs counted as censored, which is what no figure here does."""
    others = unemployed.events[:, 1:].sum(axis=1)
    return EventTable(("fulltime",), unemployed.events[:, :1], unemployed.censored + others, unemployed.entered)


def test_the_survival_of_any_job_equals_the_published_life_table(unemployed: EventTable, reference_data: Path) -> None:
    expected = rows_of(reference_data, "unempdur_km_any_job.csv")
    survival = unemployed.survival()
    low, high = survival.limits()
    assert unemployed.people == 3343
    assert unemployed.at_risk[1:].tolist() == expected["n_risk"]
    assert_allclose(survival.share[1:], expected["surv"], rtol=0, atol=1e-9)
    assert_allclose(np.sqrt(survival.variance[1:]), expected["std_err"], rtol=0, atol=1e-9)
    assert_allclose(low[1:], expected["lower"], rtol=0, atol=1e-9)
    assert_allclose(high[1:], expected["upper"], rtol=0, atol=1e-9)
    assert survival.median() == Median(time=7, low=7, high=7)


def test_the_incidences_of_competing_jobs_equal_the_published_ones(
    unemployed: EventTable, reference_data: Path
) -> None:
    expected = rows_of(reference_data, "unempdur_aalen_johansen.csv")
    for job in JOBS:
        incidence = unemployed.incidence(job)
        assert_allclose(incidence.share[1:], expected[f"cif_{job}"], rtol=0, atol=1e-9)
        assert_allclose(np.sqrt(incidence.variance[1:]), expected[f"se_{job}"], rtol=0, atol=1e-9)
    assert_allclose(unemployed.survival().share[1:], expected["still_jobless"], rtol=0, atol=1e-9)


def test_one_minus_survival_promises_more_full_time_work_than_there_is(
    unemployed: EventTable, only_full_time: EventTable, reference_data: Path
) -> None:
    expected = rows_of(reference_data, "unempdur_km_fulltime_naive.csv")
    naive, incidence = only_full_time.survival(), unemployed.incidence("fulltime")
    assert_allclose(naive.share[1:], expected["surv"], rtol=0, atol=1e-9)
    assert_allclose(np.sqrt(naive.variance[1:]), expected["std_err"], rtol=0, atol=1e-9)
    estimate = incidence.at(26)
    assert estimate is not None
    assert round(100 * (1 - naive.share[26]), 1) == 63.5
    assert round(100 * estimate.share, 1) == 46.2
    assert (1 - naive.share[3:] > incidence.share[3:] + 0.001).all()


def test_leukaemia_maintenance_gives_the_published_medians_and_means() -> None:
    assert event(MAINTAINED).survival().median().time == 31
    assert event(NOT_MAINTAINED).survival().median().time == 23
    means = [event(group).restricted_mean(161) for group in (MAINTAINED, NOT_MAINTAINED)]
    assert [mean and f"{mean.mean:.1f} {sqrt(mean.variance):.2f}" for mean in means] == ["52.6 19.83", "22.7 4.18"]


@given(groups())
def test_survival_and_incidences_equal_a_count_of_person_after_person(people: list[Person]) -> None:
    table = table_of(people)
    for time in range(len(table.events)):
        assert table.survival().share[time] == pytest.approx(float(by_hand(people, None, time)), abs=1e-12)
        for code, cause in enumerate(CAUSES):
            assert table.incidence(cause).share[time] == pytest.approx(float(by_hand(people, code, time)), abs=1e-12)


@given(groups())
def test_the_variance_of_an_incidence_equals_a_sum_over_multinomial_steps(people: list[Person]) -> None:
    table = table_of(people)
    last = len(table.events) - 1
    for code, cause in enumerate(CAUSES):
        variance = table.incidence(cause).variance[last]
        assert variance == pytest.approx(spread_by_hand(people, code, last), abs=1e-12)


@given(groups())
def test_incidences_and_survival_add_up_to_one_at_every_time(people: list[Person]) -> None:
    table = table_of(people)
    total = table.survival().share + sum(table.incidence(cause).share for cause in CAUSES)
    assert_allclose(total, 1.0, rtol=0, atol=1e-12)


@given(groups(), st.randoms())
def test_parts_counted_apart_add_up_to_the_whole_whatever_the_order(people: list[Person], chance: Random) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)
    parts = [table_of(shuffled[at::3]) for at in range(3)]
    assert sum(parts, EventTable.of_nobody(CAUSES)) == table_of(people)


@given(groups(late=False, censoring=False))
def test_with_everyone_followed_to_an_event_the_shares_are_plain_proportions(people: list[Person]) -> None:
    table, n = table_of(people), len(people)
    for time in range(len(table.events)):
        share = sum(person.time <= time and person.what == 0 for person in people) / n
        assert table.incidence("work").share[time] == pytest.approx(share, abs=1e-12)
        assert table.incidence("work").variance[time] == pytest.approx(share * (1 - share) / n, abs=1e-12)


@given(groups(late=False, censoring=False), st.integers(1, 12))
def test_with_everyone_followed_to_an_event_the_restricted_mean_is_a_plain_mean(people: list[Person], cap: int) -> None:
    waits = np.array([min(person.time, cap) for person in people])
    mean = table_of(people).restricted_mean(cap)
    assert mean is not None
    assert (mean.mean, mean.variance) == pytest.approx((waits.mean(), waits.var() / len(waits)), abs=1e-12)


@given(groups(causes=1))
def test_with_one_cause_incidence_and_survival_mirror_each_other(people: list[Person]) -> None:
    table = table_of(people, ("work",))
    survival, incidence = table.survival(), table.incidence("work")
    left = ~np.isnan(survival.variance)
    assert_allclose(incidence.variance[left], survival.variance[left], rtol=0, atol=1e-12)
    low, high = survival.limits()
    mirrored_low, mirrored_high = incidence.limits()
    assert_allclose((mirrored_low[left], mirrored_high[left]), (1 - high[left], 1 - low[left]), rtol=0, atol=1e-7)


@given(groups())
def test_the_share_lies_inside_its_limits_and_the_median_inside_its_own(people: list[Person]) -> None:
    table = table_of(people)
    for curve in (table.survival(), *(table.incidence(cause) for cause in CAUSES)):
        low, high = curve.limits()
        told = ~np.isnan(low)
        assert (low[told] >= 0).all() and (high[told] <= 1).all()
        assert (low[told] <= curve.share[told]).all() and (curve.share[told] <= high[told]).all()
        median = curve.median()
        if median.time is not None:
            assert median.low is not None and median.low <= median.time
            assert median.high is None or median.time <= median.high


@pytest.mark.parametrize(
    "people, time, low, high",
    [
        pytest.param("1 2 3 4", 2, 1, None, id="exactly half counts as half"),
        pytest.param("1 2 3+ 4+ 5+", None, 1, None, id="not reached while followed"),
        pytest.param("1+ 1+", None, None, None, id="nothing happened"),
        pytest.param("3 3", 3, 3, None, id="all at once"),
        pytest.param("0 0 5+", 0, 0, None, id="already there at the origin"),
        pytest.param(" ".join(map(str, range(1, 25))), 12, 7, 17, id="rounding does not move an exact half"),
    ],
)
def test_the_median_is_the_first_time_by_which_half_have_had_the_event(
    people: str, time: int | None, low: int | None, high: int | None
) -> None:
    assert event(people).survival().median() == Median(time, low, high)
    assert event(people).incidence("event").median() == Median(time, low, high)


def test_an_event_comes_before_a_censoring_at_the_same_time() -> None:
    assert event("2 2+").survival().share.tolist() == [1.0, 1.0, 0.5]
    assert event("2 2+ 2+ 3").at_risk.tolist() == [4, 4, 4, 1]


def test_one_who_moves_in_later_is_not_at_risk_before() -> None:
    from_the_start = [Person(0, 1, 0), Person(0, 9, CENSORED)]
    moved_in = [Person(5, 9, CENSORED), Person(5, 9, CENSORED)]
    table = table_of(from_the_start + moved_in)
    assert table.at_risk.tolist() == [2, 2, 1, 1, 1, 3, 3, 3, 3, 3]
    late, wrong = table.incidence("work"), table_of([person._replace(entry=0) for person in from_the_start + moved_in])
    assert late.share[9] == 0.5
    assert wrong.incidence("work").share[9] == 0.25


def test_one_who_moves_in_is_at_risk_in_that_month() -> None:
    assert table_of([Person(3, 3, 0), Person(0, 3, CENSORED)]).incidence("work").share.tolist() == [0, 0, 0, 0.5]


def test_an_estimate_says_how_sure_it_is_and_of_how_many() -> None:
    estimate = event("1 1 2 2 5 5+ 6+ 6+ 6+ 6+").incidence("event").at(2)
    assert estimate is not None and estimate.interval is not None
    assert estimate.share == pytest.approx(0.4)
    assert estimate.at_risk == 8
    assert estimate.error == pytest.approx(sqrt(0.4 * 0.6 / 10))
    # By hand: 0.6 to the power of exp(-+1.96 error / (0.6 ln 0.6)).
    assert (round(estimate.interval.low, 3), round(estimate.interval.high, 3)) == (0.173, 0.747)


@pytest.mark.parametrize(
    "people, time, expected",
    [
        pytest.param("1 3+", 3, True, id="last time followed"),
        pytest.param("1 3+", 4, False, id="nobody is followed any more"),
        pytest.param("1 3", 4, True, id="nobody is left to wait"),
        pytest.param("", 0, False, id="nobody at all"),
    ],
)
def test_a_share_is_told_only_while_somebody_is_followed(people: str, time: int, expected: bool) -> None:
    assert (event(people).survival().at(time) is not None) == expected
    assert (event(people).incidence("event").at(time) is not None) == expected


def test_a_restricted_mean_is_told_only_up_to_the_last_time_followed() -> None:
    assert event("1 3+").restricted_mean(4) is None
    mean = event("1 3+").restricted_mean(3)
    assert mean is not None and mean.mean == 2.0


def test_where_nothing_or_everything_happened_there_is_no_interval() -> None:
    assert event("1+ 2+").survival().at(1) == Estimate(share=1.0, error=0.0, interval=None, at_risk=2)
    assert event("1 1").survival().at(1) == Estimate(share=0.0, error=None, interval=None, at_risk=2)
    assert event("1 1").incidence("event").at(1) == Estimate(share=1.0, error=0.0, interval=None, at_risk=2)


def test_more_confidence_widens_the_interval() -> None:
    wide, narrow = (event("1 2 3+").survival().at(2, confidence) for confidence in (0.99, 0.8))
    assert wide is not None and narrow is not None
    assert isinstance(wide.interval, Interval) and isinstance(narrow.interval, Interval)
    assert wide.interval.low < narrow.interval.low < narrow.interval.high < wide.interval.high


def test_counts_cannot_be_changed_and_empty_times_after_the_last_person_do_not_matter() -> None:
    zeros = np.zeros(5, dtype=np.int64)
    padded = EventTable(("event",), np.array([[0], [1], [0], [0], [0]]), zeros, np.array([1, 0, 0, 0, 0]))
    assert padded == event("1")
    assert padded != event("1+") and padded != event("2") and padded != "1"
    with pytest.raises(ValueError, match="read-only"):
        padded.events[1, 0] = 2


@pytest.mark.parametrize(
    "people, refused",
    [
        (Person(0, -1, 0), "followed from time 0 to -1"),
        (Person(-1, 2, 0), "followed from time -1 to 2"),
        (Person(3, 2, 0), "followed from time 3 to 2"),
        (Person(0, 2, 3), "got codes 3 to 3; use 0 to 2, or -1"),
        (Person(0, 2, -2), "got codes -2 to -2"),
    ],
)
def test_an_impossible_person_is_refused(people: Person, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        table_of([people])


@pytest.mark.parametrize(
    "causes, events, censored, entered, refused",
    [
        ((), [[]], [0], [0], "needs causes"),
        (("a", "a"), [[0, 0]], [0], [0], "a name of their own"),
        (("a",), [[0, 0]], [0], [0], "a column a cause"),
        (("a",), [[0]], [0, 0], [0], "the same times"),
        (("a",), [[-1]], [1], [0], "events must be whole numbers of 0 or more"),
        (("a",), [[0]], [0.5], [0], "censored must be whole numbers"),
        (("a",), [[1]], [1], [1], "more people leave at time 0 than the 1 at risk"),
        (("a",), [[1]], [0], [2], "1 people never leave the table"),
    ],
)
def test_counts_that_no_people_can_give_are_refused(
    causes: tuple[str, ...], events: list[list[int]], censored: list[int], entered: list[int], refused: str
) -> None:
    with pytest.raises(ValueError, match=refused):
        EventTable(causes, np.array(events), np.array(censored), np.array(entered))


def test_impossible_questions_are_refused() -> None:
    table = event("1 2+")
    with pytest.raises(ValueError, match="unknown cause: got 'work'; use event"):
        table.incidence("work")
    with pytest.raises(ValueError, match="different causes do not add up"):
        table + table_of([])
    with pytest.raises(ValueError, match="must be 1 or more, got 0"):
        table.restricted_mean(0)
    with pytest.raises(ValueError, match="count up from 0, got -1"):
        table.survival().at(-1)
    with pytest.raises(ValueError, match="got 95; write 95 %"):
        table.survival().median(95)
    with pytest.raises(ValueError, match="one time, cause and entry a person"):
        EventTable.of(("a",), np.array([1, 2]), np.array([0]))
