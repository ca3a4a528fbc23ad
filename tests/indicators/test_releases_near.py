"""Releases of nearly the same people: days, municipalities and denominators that few people tell apart."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.indicators.cohorts import frames_of, people
from tests.indicators.releases import indicator, lines, result
from tests.reference_tables.leavers import leavers
from tracker.application import ProgressionTracker
from tracker.indicators.catalogue import indicator as catalogue
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Selection
from tracker.indicators.disclosure import Published, protected
from tracker.indicators.disclosure.near import TooNearAnotherCohort, TooNearAnotherDay, TooNearOtherMunicipalities
from tracker.indicators.frames import Frames, load
from tracker.indicators.measures import Count, Share
from tracker.indicators.pipeline import Question, measured
from tracker.ledger import Ledger


def published(ledger: Ledger, frames: Frames, cohort: str, **question: object) -> Published:
    return protected([measured(frames, catalogue("Q1"), Question(Cohort.parse(cohort), **question))], ledger)[0]  # type: ignore[arg-type]


def told(found: Published) -> Mapping[str, int | None]:
    """n by group, of the first figure."""
    rows = [*found.figures.iter_rows(named=True)]
    return {" ".join(row[name] for name in found.by): row["n"] for row in reversed(rows)}


@pytest.mark.parametrize(
    "day, too_near", [("2024-06-03", True), ("2024-06-01", False), ("2024-09-01", False), ("2024-06-01 again", False)]
)
def test_two_days_with_few_people_between_them_are_not_both_published(
    ledger: Ledger, tmp_path: Path, day: str, too_near: bool
) -> None:
    """Of twenty in the programme in June two leave on the second; six more and one new one by September."""
    left = {number: "2024-06-02" if number < 2 else "2024-07-01" if number < 8 else "" for number in range(20)}
    rows = [f"P{number} | 2023-01-01 | {day}" for number, day in left.items()] + ["New | 2024-08-01 |"]
    frames = frames_of(people(tmp_path, "\n".join(["who | started | left", *rows])))

    published(ledger, frames, "active:2024-06-01")
    if too_near:
        with pytest.raises(TooNearAnotherDay, match="ask for 2024-06-01, or for a day further from it"):
            published(ledger, frames, f"active:{day}")
    else:
        published(ledger, frames, f"active:{day.split()[0]}")


def test_groups_of_two_days_with_few_people_between_them_are_not_both_published(ledger: Ledger, tmp_path: Path) -> None:
    """Eight leave in between, one of them a woman."""
    left = {number: "2024-07-01" if 10 <= number < 17 or number == 20 else "" for number in range(40)}
    rows = [f"P{number} | 2023-01-01 | {day} | {'male' if number < 20 else 'female'}" for number, day in left.items()]
    frames = frames_of(people(tmp_path, "\n".join(["who | started | left | gender", *rows])))
    first = published(ledger, frames, "active:2024-06-01", by=("gender",))
    assert told(first) == {"all": 40, "male": 20, "female": 20}
    later = published(ledger, frames, "active:2024-08-01", by=("gender",))
    assert later.left_out and told(later) == {"all": 32, "male": None, "female": None}


@pytest.fixture
def three_municipalities(tmp_path: Path) -> Frames:
    """Twelve, twelve and three people in the programme."""
    homes = {"5001": 12, "4601": 12, "0301": 3}
    rows = [f"{home}-{number} | 2023-01-01 | {home}" for home, count in homes.items() for number in range(count)]
    return frames_of(people(tmp_path, "\n".join(["who | started | municipality", *rows])))


def test_all_less_the_municipalities_that_are_told_must_not_be_few(
    ledger: Ledger, three_municipalities: Frames
) -> None:
    day = "active:2024-06-01"
    assert told(published(ledger, three_municipalities, day)) == {"": 27}
    assert told(published(ledger, three_municipalities, day, municipality="5001")) == {"": 12}
    with pytest.raises(TooNearOtherMunicipalities, match=r"\(4601, 5001\)"):
        published(ledger, three_municipalities, day, municipality="4601")


def test_a_municipality_that_was_hidden_among_all_stays_hidden_alone(
    ledger: Ledger, three_municipalities: Frames
) -> None:
    """One of the two larger ones is hidden with the small one, and would tell of it."""
    among = told(published(ledger, three_municipalities, "active:2024-06-01", by=("municipality",)))
    assert sorted(among.values(), key=str) == [12, 27, None, None]
    hidden = next(home for home in ("5001", "4601") if among[home] is None)
    assert told(published(ledger, three_municipalities, "active:2024-06-01", municipality=hidden)) == {"": None}


def test_a_municipality_that_was_told_alone_is_not_hidden_for_another_among_all(
    ledger: Ledger, three_municipalities: Frames
) -> None:
    day = "active:2024-06-01"
    published(ledger, three_municipalities, day, municipality="5001")
    among = told(published(ledger, three_municipalities, day, by=("municipality",)))
    assert among == {"all": 27, "5001": 12, "4601": None, "0301": None}


def women(selection: Selection) -> pl.DataFrame:
    """Whether each is a woman, whenever anybody looks."""
    months = pl.lit(selection.months[0] if selection.months else None, pl.Int32)
    return selection.who.select("participant", months=months).join(selection.frames.people("gender"), on="participant")


def of_women(ledger: Ledger, frames: Frames, cohort: str, *by: str, months: tuple[int, ...] = ()) -> Published:
    measure = Share(women, (Count("women", pl.col("gender") == "female"),))
    about = replace(catalogue("Q1"), id="X2", axes={"started": months, "left": months}, measures=(measure,), needs=())
    return protected([measured(frames, about, Question(Cohort.parse(cohort), by=by))], ledger)[0]


def who_stay(folder: Path, men: int, women: int) -> Frames:
    """Twenty men and twenty women who started in 2023; so many of them have not left in 2024."""
    staying = [number < men if number < 20 else number - 20 < women for number in range(40)]
    rows = [
        f"P{number} | 2023-01-01 | {'' if stays else '2024-03-01'} | {'male' if number < 20 else 'female'}"
        for number, stays in enumerate(staying)
    ]
    return frames_of(people(folder, "\n".join(["who | started | left | gender", *rows])))


@pytest.mark.parametrize("stay, too_near", [(0, False), (2, True), (4, True), (6, False)])
@pytest.mark.parametrize("first, then", [("started:2023", "left:2024"), ("left:2024", "started:2023")])
def test_cohorts_on_two_axes_with_few_people_between_them_are_not_both_published(
    ledger: Ledger, tmp_path: Path, first: str, then: str, stay: int, too_near: bool
) -> None:
    frames = who_stay(tmp_path, stay, 0)
    of_women(ledger, frames, first)
    if too_near:
        with pytest.raises(TooNearAnotherCohort, match=f"tell {then} from {first}, .*: ask for {first}"):
            of_women(ledger, frames, then)
        assert told(of_women(ledger, frames, first)) == {"": 40 if first == "started:2023" else 40 - stay}
    else:
        of_women(ledger, frames, then)


def test_groups_of_cohorts_on_two_axes_with_few_people_between_them_are_not_both_published(
    ledger: Ledger, tmp_path: Path
) -> None:
    frames = who_stay(tmp_path, 7, 1)
    assert told(of_women(ledger, frames, "started:2023", "gender")) == {"all": 40, "female": 20, "male": 20}
    later = of_women(ledger, frames, "left:2024", "gender")
    assert later.left_out and told(later) == {"all": 32, "female": None, "male": None}


def test_a_year_that_was_told_by_itself_is_held_against_a_cohort_on_another_axis(
    ledger: Ledger, tmp_path: Path
) -> None:
    frames = who_stay(tmp_path, 2, 0)
    of_women(ledger, frames, "left:2023..2025", "cohort")
    with pytest.raises(TooNearAnotherCohort, match="tell started:2023 from left:20"):
        of_women(ledger, frames, "started:2023")


def test_cohorts_on_two_axes_may_be_nearly_the_same_where_each_is_looked_at_after_its_own_day(
    ledger: Ledger, tmp_path: Path
) -> None:
    frames = who_stay(tmp_path, 2, 0)
    of_women(ledger, frames, "started:2023", months=(12,))
    assert told(of_women(ledger, frames, "left:2024", months=(12,))) == {"": 38}


WORK = indicator(lines(work=""))


@pytest.mark.parametrize("moved, counted", [(2, None), (0, 20), (5, 20)])
def test_those_who_moved_are_not_told_by_two_denominators(ledger: Ledger, moved: int, counted: int | None) -> None:
    protected([replace(result(WORK, {(): {"work": (20, 40 + moved)}}), denominator="all")], ledger)
    present = protected([replace(result(WORK, {(): {"work": (20, 40)}}), denominator="present")], ledger)[0]
    assert present.figures["counted"].to_list() == [counted]
    assert present.figures["n"].to_list() == [None if counted is None else 40]


def test_days_and_municipalities_with_nobody_between_them_are_both_published(ledger: Ledger, tmp_path: Path) -> None:
    frames = frames_of(people(tmp_path, "\n".join(["who | started", *(f"P{at} | 2023-01-01" for at in range(12))])))
    for day in ("active:2024-06-01", "active:2024-09-01", "active"):
        assert told(published(ledger, frames, day)) == {"": 12}
    assert told(published(ledger, frames, "active:2024-06-01", municipality="5001")) == {"": 12}


def test_the_programme_runs_on_the_same_day_however_the_day_is_asked_for(
    ledger: Ledger, three_municipalities: Frames
) -> None:
    """Of all asked for without a day, less two municipalities on that day, three people would be left."""
    published(ledger, three_municipalities, "active")
    published(ledger, three_municipalities, "active:2026-06-01", municipality="5001")
    with pytest.raises(TooNearOtherMunicipalities):
        published(ledger, three_municipalities, "active:2026-06-01", municipality="4601")


LEAVERS = """
    municipality | born | gender | schooling | rules                | people | working
    5001         | 1990 | female | basic     | integration-act-2021 | 20     | 10
    5001         | 1990 | male   | basic     | integration-act-2021 | 20     | 10
    4601         | 1990 | female | basic     | integration-act-2021 | 20     | 2
    4601         | 1990 | male   | basic     | integration-act-2021 | 20     | 10
"""


@pytest.fixture(scope="module")
def two_municipalities(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Forty leavers each, of whom half work a year later; but of the women of one of them two of twenty."""
    return frames_of(people(tmp_path_factory.mktemp("leavers"), leavers(LEAVERS)))


def working(ledger: Ledger, frames: Frames, by: tuple[str, ...] = (), **question: object) -> dict[str, object]:
    """(counted, n) by group."""
    asked = Question(Cohort.parse("left:2022"), by=by, **question)  # type: ignore[arg-type]
    rows = protected([measured(frames, catalogue("E2"), asked)], ledger)[0].figures.filter(line="work-20-hours")
    return {" ".join(row[name] for name in by): (row["counted"], row["n"]) for row in rows.iter_rows(named=True)}


def test_those_counted_elsewhere_are_not_told_by_all_and_a_municipality(
    ledger: Ledger, two_municipalities: Frames
) -> None:
    """Of all women, less those of the one, two work in the other."""
    everybody = working(ledger, two_municipalities, ("gender",))
    assert everybody == {"all": (32, 80), "female": (12, 40), "male": (20, 40)}
    found = working(ledger, two_municipalities, ("gender",), municipality="5001")
    assert found == {"all": (20, 40), "female": (None, 20), "male": (None, 20)}


def test_all_are_not_told_where_those_elsewhere_would_be(ledger: Ledger, two_municipalities: Frames) -> None:
    assert working(ledger, two_municipalities, ("gender",), municipality="5001")["female"] == (10, 20)
    assert working(ledger, two_municipalities, ("gender",))["female"] == (None, 40)


def test_a_municipality_less_its_groups_told_among_all_tells_of_no_few(
    ledger: Ledger, two_municipalities: Frames
) -> None:
    among = working(ledger, two_municipalities, ("municipality", "gender"))
    assert among["4601 female"] == (None, 20)
    told_of = {home: among[f"{home} male"][0] is not None for home in ("5001", "4601")}  # type: ignore[index]
    assert any(told_of.values())
    for home, group_told in told_of.items():
        if group_told:
            assert working(ledger, two_municipalities, municipality=home)[""] == (None, None)


def test_a_question_asked_again_has_the_same_notes_and_three_years(ledger: Ledger, two_municipalities: Frames) -> None:
    for cohort, by in (("left", ("cohort", "gender")), ("left:2022", ("gender",)), ("left:2022", ("municipality",))):
        asked = measured(two_municipalities, catalogue("E2"), Question(Cohort.parse(cohort), by=by))
        first, again = protected([asked], ledger)[0], protected([asked], ledger)[0]
        assert first.figures.equals(again.figures) and first.notes == again.notes
        assert (first.pooled is None) == (again.pooled is None) == (asked.pooled is None)


def test_a_municipality_that_was_hidden_is_not_taken_for_told(ledger: Ledger, three_municipalities: Frames) -> None:
    day = "active:2024-06-01"
    for municipality, n in {"5001": 12, "4601": 12, "0301": None}.items():
        assert told(published(ledger, three_municipalities, day, municipality=municipality)) == {"": n}
    with pytest.raises(TooNearOtherMunicipalities, match=r"\(4601, 5001\)"):
        published(ledger, three_municipalities, day)


@pytest.fixture
def two_who_leave(tmp_path: Path) -> ProgressionTracker:
    """Of twenty in the programme in each of two municipalities two of the one leave in June, and ten of the other in July."""
    left = {"5001": (2, "2024-06-15"), "4601": (10, "2024-07-01")}
    rows = [
        f"{home}-{number} | {home} | 2023-01-01 | {day if number < leaving else ''}"
        for home, (leaving, day) in left.items()
        for number in range(20)
    ]
    return people(tmp_path, "\n".join(["who | municipality | started | left", *rows]))


@pytest.mark.parametrize("denominator", ["all", "present"])
def test_a_day_of_a_municipality_is_held_against_another_day_of_all_of_them(
    ledger: Ledger, two_who_leave: ProgressionTracker, denominator: str
) -> None:
    frames = frames_of(two_who_leave)
    published(ledger, frames, "active:2024-06-01", by=("municipality",))
    with pytest.raises(TooNearAnotherDay):
        published(ledger, frames, "active:2024-08-01", municipality="5001", denominator=denominator)
    assert told(published(ledger, frames, "active:2024-08-01", municipality="4601")) == {"": 10}


def test_two_days_that_were_told_at_one_position_are_both_held_against(
    ledger: Ledger, two_who_leave: ProgressionTracker
) -> None:
    position = two_who_leave.read_model.follow()
    for known_on, n in ((date(2024, 6, 1), 40), (date(2024, 8, 1), 28)):
        frames = load(two_who_leave.read_model, position, known_on)
        assert told(published(ledger, frames, "active")) == {"": n}
    with pytest.raises(TooNearAnotherDay, match="ask for 2024-06-01"):
        published(ledger, frames, "active:2024-06-30")


def test_a_mean_that_is_hidden_does_not_hide_the_shares_of_each_year_and_group(ledger: Ledger, tmp_path: Path) -> None:
    rows = [f"P{at} | 2019-01-01 | {2020 + at % 2}-03-01 | {at // 2 % 2 + 1}" for at in range(48)]
    frames = frames_of(people(tmp_path, "\n".join(["who | started | left | track", *rows])))
    asked = Question(Cohort.parse("left:2020..2021"), by=("cohort", "track"))
    found = protected([measured(frames, catalogue("E2"), asked)], ledger)[0].figures.filter(line="work-20-hours")
    assert found["counted"].to_list() == [0] * 7
    assert found["n"].to_list() == [48, 24, 24, 12, 12, 12, 12]
