"""Runs of months in work: their boundaries month by month, any by a slow count, 712 young people by published figures."""

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import table
from tracker.indicators.statistics.survival import CENSORED, EventTable, log_rank
from tracker.indicators.statistics.sustained import (
    NO,
    UNKNOWN,
    YES,
    FirstRuns,
    Hours,
    first_run_start,
    longest_run,
    sustained,
)

ANSWERS = {"yes": YES, "no": NO, "unknown": UNKNOWN}
HOURS = {"W": 20.0, "w": 19.5, ".": 0.0, "?": np.nan}


def months(*people: str) -> Hours:
    """A person a word, a month a letter: W 20 hours, w 19.5, a dot none, ? not seen."""
    return np.array([[HOURS[letter] for letter in person] for person in people]).reshape(len(people), -1)


def as_table(runs: FirstRuns, who: Any = slice(None)) -> EventTable:
    return EventTable.of(("sustained work",), runs.months[who], np.where(runs.reached, 0, CENSORED)[who])


@pytest.mark.parametrize(
    "row",
    table("""
        months         | gap | answer  | why
        WWWWWW......   | 0   | yes     | exactly six
        WWWWW.......   | 0   | no      | five
        .......WWWWW   | 0   | no      | five at the end
        ......WWWWWW   | 0   | yes     | six at the very end
        WWWWWw......   | 0   | no      | 19.5 hours are not 20
        wwwwwwwwwwww   | 0   | no      | never 20
        WWW.WWW.....   | 0   | no      | a gap of one month ends a run where none is bridged
        WWW.WWW.....   | 1   | yes     | it is bridged
        WWWwWWW.....   | 1   | yes     | too few hours are a gap like any other
        WWW..WWW....   | 1   | no      | a gap of two months is not
        WWW..WWW....   | 2   | yes     | unless two are bridged
        WW...WWWW...   | 2   | no      | but three are not
        W.W.W.W.W.W.   | 1   | yes     | any number of gaps is bridged, only months in work are counted
        W.W.W.W.W...   | 1   | no      | so eleven months with five in work are not enough
        WWWWW.......   | 2   | no      | months without work never count
        WWW..WWWWWW.   | 0   | yes     | the second run is long enough
        WWWWWW??????   | 0   | yes     | reached before it was no longer seen
        WWWWW???????   | 0   | unknown | the sixth month was not seen
        ...........?   | 0   | unknown | one unseen month, even if it could not have sufficed
        ????????????   | 1   | unknown | nothing seen
        WWW?WWW.....   | 0   | unknown | in work or not in the fourth month decides
        WWW?WWW.....   | 1   | yes     | bridged if not in work, longer still if in work
        WWW?.WWW....   | 1   | unknown | may be a gap of two months
        ............   | 2   | no      | no work at all
    """),
    ids=lambda row: row["why"],
)
def test_six_months_of_20_hours(row: dict[str, str]) -> None:
    (answer,) = sustained(months(row["months"]), threshold=20, run=6, gap=int(row["gap"]))
    assert answer == ANSWERS[row["answer"]]


@pytest.mark.parametrize(
    "row",
    table("""
        months         | gap | month | reached | why
        WWW.........   | 0   | 1     | yes     | from the first month
        ..WWWW.WWW..   | 0   | 3     | yes     | the first of two runs
        WW.WWW......   | 0   | 4     | yes     | two months were not yet a run
        WW.WWW......   | 1   | 1     | yes     | a bridged gap leaves the start where it was
        WW..WWW.....   | 1   | 5     | yes     | a gap too long begins anew
        .........WWW   | 0   | 10    | yes     | the last month a run of three could begin
        ..........WW   | 0   | 10    | no      | a run from month 11 could not have been seen
        ............   | 0   | 10    | no      | none began in months 1 to 10
        .......W.W..   | 1   | 10    | no      | broken by two months without work
        ........W.W.   | 1   | 8     | no      | under way since month 9: not known that it did not begin there
        W.WW........   | 1   | 1     | yes     | three months in work, one bridged
        WW?WWWWWWWWW   | 0   | 0     | no      | nothing is known after the unseen month, and two months are no run
        ......?WWWWW   | 0   | 4     | no      | a run seen later might not be the first
        WWW?????????   | 0   | 1     | yes     | reached while seen
        ?WWWWWWWWWWW   | 0   | 0     | no      | it may have begun in the unseen first month
        W.W?WWWWWWWW   | 1   | 0     | no      | under way since the first month
    """),
    ids=lambda row: row["why"],
)
def test_a_run_of_three_months_is_dated_to_its_start(row: dict[str, str]) -> None:
    runs = first_run_start(months(row["months"]), threshold=20, run=3, gap=int(row["gap"]))
    assert (runs.months.tolist(), runs.reached.tolist()) == ([int(row["month"])], [row["reached"] == "yes"])


def test_a_mean_of_20_hours_counts_however_it_was_rounded() -> None:
    mean = sum([20.1] * 10 + [19.9] * 10) / 20
    assert mean < 20
    assert sustained(np.full((1, 6), mean), threshold=20, run=6, gap=0).tolist() == [YES]


def test_people_are_told_apart_and_an_empty_cohort_is_fine() -> None:
    hours = months("WWWW..", "......", "WWW???")
    assert sustained(hours, 20, run=4, gap=0).tolist() == [YES, NO, UNKNOWN]
    assert longest_run(hours, 20, gap=0).tolist() == [4, 0, 3]
    assert first_run_start(hours, 20, run=4, gap=0).months.tolist() == [1, 3, 0]
    for nobody in (np.zeros((0, 12)), np.zeros((0, 0))):
        assert sustained(nobody, 20, run=6, gap=1).tolist() == []
        assert first_run_start(nobody, 20, run=6, gap=1).months.tolist() == []
    unfollowed = np.zeros((1, 0))
    assert first_run_start(unfollowed, 20, run=6, gap=1).months.tolist() == [0]


class Run(NamedTuple):
    start: int
    worked: list[int]


def runs_by_hand(person: str, gap: int) -> list[Run]:
    """Every run of one person, from the months in work alone."""
    runs: list[Run] = []
    for month in (month for month, letter in enumerate(person, start=1) if letter == "W"):
        if runs and month - runs[-1].worked[-1] <= gap + 1:
            runs[-1].worked.append(month)
        else:
            runs.append(Run(month, [month]))
    return runs


PATHS = st.text("W.?", min_size=1, max_size=14)
SEEN_PATHS = st.text("W.", min_size=1, max_size=14)
RUNS, GAPS = st.integers(1, 6), st.integers(0, 3)


@given(PATHS, GAPS)
def test_the_longest_run_equals_a_count_from_the_months_in_work(person: str, gap: int) -> None:
    longest = max((len(run.worked) for run in runs_by_hand(person, gap)), default=0)
    assert longest_run(months(person), 20, gap).tolist() == [longest]


@given(PATHS, RUNS, GAPS, st.data())
def test_whatever_the_unseen_months_were_an_answer_given_stays_true(
    person: str, run: int, gap: int, data: st.DataObject
) -> None:
    truth = "".join(data.draw(st.sampled_from("W.")) if letter == "?" else letter for letter in person)
    (answer,) = sustained(months(person), 20, run, gap)
    (in_truth,) = sustained(months(truth), 20, run, gap)
    assert answer in (UNKNOWN, in_truth)
    assert (answer == UNKNOWN) == ("?" in person and answer != YES)


@given(SEEN_PATHS, SEEN_PATHS, RUNS, GAPS)
def test_whatever_comes_later_the_first_run_does_not_begin_before_one_is_censored(
    seen: str, later: str, run: int, gap: int
) -> None:
    now = first_run_start(months(seen), 20, run, gap)
    afterwards = first_run_start(months(seen + later), 20, run, gap)
    if now.reached[0]:
        assert (afterwards.months[0], afterwards.reached[0]) == (now.months[0], True)
    else:
        assert afterwards.months[0] >= now.months[0]
        assert not afterwards.reached[0] or afterwards.months[0] > now.months[0]


@given(PATHS, RUNS, GAPS)
def test_the_first_run_equals_a_count_from_the_months_in_work(person: str, run: int, gap: int) -> None:
    seen = person.split("?")[0]
    long_enough = [found.start for found in runs_by_hand(seen, gap) if len(found.worked) >= run]
    runs = first_run_start(months(person), 20, run, gap)
    assert runs.reached.tolist() == [bool(long_enough)]
    if long_enough:
        assert runs.months.tolist() == [long_enough[0]]
    else:
        under_way = [found.start for found in runs_by_hand(seen, gap) if len(seen) - found.worked[-1] <= gap]
        latest = min([len(seen) - run + 1, *(start - 1 for start in under_way)])
        assert runs.months.tolist() == [max(latest, 0)]


@pytest.fixture(scope="module")
def school_leavers(reference_data: Path) -> tuple[Hours, Any]:
    """Months from September 1993 of 712 young people in Northern Ireland, and who left with good grades."""
    with (reference_data / "mvad" / "mvad.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    columns = list(rows[0])[list(rows[0]).index("Sep.93") :]
    assert (len(rows), len(columns)) == (712, 70)
    hours = [[37.0 if row[column] == "employment" else 0.0 for column in columns] for row in rows]
    return np.array(hours), np.array([row["gcse5eq"] == "yes" for row in rows])


@pytest.mark.parametrize(
    "run, median_of_good_grades, next_start", [(3, 47, None), (6, 52, 53), (12, 53, 56)], ids=["k3", "k6", "k12"]
)
def test_first_employment_that_lasts_equals_the_published_figures(
    school_leavers: tuple[Hours, Any],
    reference_data: Path,
    run: int,
    median_of_good_grades: int,
    next_start: int | None,
) -> None:
    hours, good = school_leavers
    file = reference_data / "mvad" / "mvad_sustained_employment_expected.json"
    expected = json.loads(file.read_text(encoding="utf-8"))[f"k{run}"]
    runs = first_run_start(hours, threshold=20, run=run, gap=0)
    everyone, weaker, better = as_table(runs), as_table(runs, ~good), as_table(runs, good)
    assert weaker + better == everyone
    assert everyone.events.sum() == expected["n_events"]
    assert everyone.censored.sum() == expected["n_censored"]
    assert everyone.survival().median().time == expected["median_start_position"]
    assert log_rank([weaker, better]).statistic == pytest.approx(expected["logrank_chisq"], rel=1e-9)
    for position, share in expected["cum_incidence"].items():
        estimate = everyone.incidence("sustained work").at(int(position.removeprefix("pos")))
        assert estimate is not None and estimate.share == pytest.approx(share, abs=1e-9)

    published = expected["median_by_gcse5eq"]
    assert weaker.survival().median().time == published["mvad$gcse5eq=no"]
    ours = better.survival().median().time
    assert ours == median_of_good_grades
    if next_start is None:
        assert ours == published["mvad$gcse5eq=yes"]
    else:
        # Half of them exactly had begun: R reports the middle between that month and the next start.
        assert better.survival().share[ours] == pytest.approx(0.5, abs=1e-12)
        assert better.survival().share[next_start] < better.survival().share[next_start - 1] - 1e-6
        assert (ours + next_start) / 2 == published["mvad$gcse5eq=yes"]


def test_long_enough_runs_and_first_starts_tell_of_the_same_people(school_leavers: tuple[Hours, Any]) -> None:
    hours, _ = school_leavers
    for run in (3, 6, 12):
        answers = sustained(hours, 20, run, gap=1)
        assert ((answers == YES) == first_run_start(hours, 20, run, gap=1).reached).all()


@pytest.mark.parametrize(
    "hours, threshold, run, gap, refused",
    [
        (np.zeros(12), 20, 6, 0, "got 1 dimensions"),
        (np.zeros((1, 12)), 0, 6, 0, "the threshold must be above 0 hours a week, got 0"),
        (np.zeros((1, 12)), np.nan, 6, 0, "got nan"),
        (np.zeros((1, 12)), 20, 0, 0, "a run needs 1 month or more, got 0"),
        (np.zeros((1, 12)), 20, 6, -1, "a gap is 0 months or more, got -1"),
        (np.array([[0.0, np.nan, -1.0]]), 20, 6, 0, "row 0, month 3 must be 0 or more, got -1"),
    ],
)
def test_impossible_questions_are_refused(hours: Hours, threshold: float, run: int, gap: int, refused: str) -> None:
    with pytest.raises(ValueError, match=refused):
        sustained(hours, threshold, run, gap)
    with pytest.raises(ValueError, match=refused):
        first_run_start(hours, threshold, run, gap)
