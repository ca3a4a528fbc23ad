"""R6, late changes of exit causes: what is late, which way it goes, and what is no change at all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.intake import UnitAssigned
from events.programme import ProgrammeEnded, ProgrammeReopened
from tests.indicators.cohorts import AUTHOR, frames_of, people
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker
from tracker.indicators.breakdowns import SMALL_UNIT
from tracker.indicators.cohort import Cohort
from tracker.indicators.pipeline import Question, measured
from tracker.indicators.robustness.changes import R6
from tracker.journey import OSLO

LINES = ("cause-changed", "main-activity-changed", "into-counted", "out-of-counted")
ANA, BO = UUID(int=1), UUID(int=2)
ENDED_ON = date(2023, 3, 31)


class Office:
    """Who records, one day after the other; Ana and Bo started the programme in 2021, and it is version 2 of each."""

    def __init__(self, folder: Path) -> None:
        begun = datetime(2021, 6, 1, 12, tzinfo=UTC)
        self.app: ProgressionTracker = people(folder, "who | started\nAna | 2021-01-01\nBo | 2021-01-01", begun)
        self.clock = Clock(begun)
        self.app.clock = self.clock

    def on(self, day: str) -> "Office":
        """Go on to a day, noon where the users live, or to a moment."""
        moment = datetime.fromisoformat(day if "T" in day else f"{day}T12:00")
        self.clock.now = moment.replace(tzinfo=OSLO).astimezone(UTC)
        return self

    def ends(self, main: str, *reasons: str, who: UUID = ANA, on: date = ENDED_ON, **values: Any) -> int:
        """Log the end, and tell its version."""
        fact = ProgrammeEnded(on=on, main_activity=main, reasons=reasons, **values)  # type: ignore[arg-type]
        return self.app.log(who, fact, AUTHOR)[-1].version

    def corrects(self, version: int, main: str, who: UUID = ANA) -> "Office":
        self.app.correct(who, version, {"main_activity": main}, "judged anew", AUTHOR)
        return self

    def retracts(self, version: int, who: UUID = ANA) -> "Office":
        self.app.retract(who, version, "not so", AUTHOR)
        return self

    def later(self) -> tuple[int, ...]:
        """What is found long after: n, and the count of each line."""
        return self.on("2025-01-01").found()

    def found(self, cohort: str = "left:2023", position: int | None = None) -> tuple[int, ...]:
        frames = frames_of(self.app, position)
        rows = measured(frames, R6, Question(Cohort.parse(cohort))).figures.to_dicts()
        figures = {row["line"]: row for row in rows}
        return figures["cause-changed"]["n"], *(figures[line]["counted"] for line in LINES)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.app.close()


@pytest.mark.parametrize(
    "day, late",
    [
        ("2023-04-03", 0),
        ("2023-05-03", 0),
        ("2023-05-03T23:59", 0),
        ("2023-05-04T00:00", 1),
        ("2023-05-04", 1),
    ],
)
def test_a_correction_is_late_from_the_31st_day_after_the_first_record(office: Office, day: str, late: int) -> None:
    """The end was first recorded on 3 April, three days after it; day 30 is 3 May, in Norway."""
    version = office.on("2023-04-03").ends("other")
    office.on(day).corrects(version, "work")
    assert office.later() == (1, late, late, late, 0)


@pytest.mark.parametrize(
    "first, then, counts",
    [
        ("other", "work", (1, 1, 1, 0)),
        ("other", "upper-secondary-or-higher", (1, 1, 1, 0)),
        ("work", "primary-school", (1, 1, 0, 1)),
        ("work", "not-registered", (1, 1, 0, 1)),
        ("work", "upper-secondary-or-higher", (1, 1, 0, 0)),
        ("social-assistance", "primary-school", (1, 1, 0, 0)),
    ],
)
def test_both_ways_into_and_out_of_what_counts_are_told(
    office: Office, first: str, then: str, counts: tuple[int, ...]
) -> None:
    version = office.on("2023-04-03").ends(first)
    office.on("2023-09-01").corrects(version, then)
    assert office.later() == (1, *counts)


def test_what_was_changed_back_again_is_no_change(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-09-01").corrects(version, "work")
    assert office.found() == (1, 1, 1, 1, 0)
    office.on("2023-10-01").corrects(version, "other")
    assert office.later() == (1, 0, 0, 0, 0)


def test_what_stood_when_the_days_were_over_is_what_was_changed(office: Office) -> None:
    """Put right as a slip on day 10, and late made what it was at first."""
    version = office.on("2023-04-03").ends("work")
    office.on("2023-04-13").corrects(version, "other")
    office.on("2023-09-01").corrects(version, "work")
    assert office.later() == (1, 1, 1, 1, 0)


def test_reasons_are_part_of_the_cause_and_their_order_is_not(office: Office) -> None:
    version = office.on("2023-04-03").ends("work", "work", "moved")
    office.on("2023-09-01")
    office.app.correct(ANA, version, {"reasons": ["moved", "work"]}, "another order", AUTHOR)
    assert office.found() == (1, 0, 0, 0, 0)
    office.app.correct(ANA, version, {"reasons": ["work"]}, "did not move", AUTHOR)
    assert office.later() == (1, 1, 0, 0, 0)


def test_another_day_or_manner_of_the_end_is_no_change_of_its_cause(office: Office) -> None:
    version = office.on("2023-04-03").ends("work")
    office.on("2023-09-01")
    office.app.correct(ANA, version, {"on": date(2023, 3, 1), "manner": "completed"}, "the day before", AUTHOR)
    assert office.later() == (1, 0, 0, 0, 0)


def test_taken_back_and_logged_anew_is_a_change(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-09-01").retracts(version)
    assert office.found() == (0, 0, 0, 0, 0)
    office.on("2023-09-02").ends("work", on=date(2023, 2, 28))
    assert office.later() == (1, 1, 1, 1, 0)


def test_taken_back_and_logged_anew_within_the_days_is_a_slip(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-04-10").retracts(version).ends("work")
    assert office.later() == (1, 0, 0, 0, 0)


def test_a_retraction_that_was_retracted_changes_nothing(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-09-01").retracts(version)
    office.on("2023-10-01").retracts(version + 1)
    assert office.later() == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("ended_on, found", [(date(2023, 9, 1), (1, 1, 1, 1, 0)), (date(2023, 9, 2), (1, 0, 0, 0, 0))])
def test_an_end_after_the_day_of_the_retraction_is_another_exit(
    office: Office, ended_on: date, found: tuple[int, ...]
) -> None:
    """Had the programme ended when the first end was taken back, it is the same exit; else it had gone on."""
    version = office.on("2023-04-03").ends("other")
    office.on("2023-09-01").retracts(version)
    office.on("2023-11-01").ends("work", on=ended_on)
    assert office.later() == found


def test_an_end_that_was_reopened_is_another_exit(office: Office) -> None:
    first = office.on("2023-04-03").ends("other")
    office.on("2023-05-02")
    office.app.log(ANA, ProgrammeReopened(on=date(2023, 5, 1)), AUTHOR)
    assert office.found() == (0, 0, 0, 0, 0)
    office.on("2023-09-01").ends("work", on=date(2023, 8, 31))
    office.on("2023-12-01").corrects(first, "moved")
    assert office.later() == (1, 0, 0, 0, 0)


def test_an_end_of_an_earlier_run_that_is_taken_back_with_its_reopening_is_another_exit(office: Office) -> None:
    first = office.on("2022-04-03").ends("other", on=date(2022, 3, 31))
    office.on("2022-05-02")
    office.app.log(ANA, ProgrammeReopened(on=date(2022, 5, 1)), AUTHOR)
    office.on("2023-04-03").ends("work")
    office.on("2023-09-01").retracts(first + 1).retracts(first)
    assert office.later() == (1, 0, 0, 0, 0)


def test_an_end_of_an_earlier_run_that_was_logged_anew_is_another_exit(office: Office) -> None:
    """The exit of January 2023 was recorded only after the earlier end and its reopening had been written anew."""
    first = office.on("2022-04-03").ends("other", on=date(2022, 3, 31))
    office.on("2022-05-02")
    office.app.log(ANA, ProgrammeReopened(on=date(2022, 5, 1)), AUTHOR)
    office.on("2023-02-10").retracts(first + 1).retracts(first).ends("other", on=date(2022, 3, 31))
    office.app.log(ANA, ProgrammeReopened(on=date(2022, 5, 1)), AUTHOR)
    office.on("2023-04-03").ends("work", on=date(2023, 1, 31))
    assert office.later() == (1, 0, 0, 0, 0)


def test_a_transfer_is_no_exit_and_its_cause_no_first_record(office: Office) -> None:
    version = office.on("2023-04-03").ends("moved", manner="transferred")
    assert office.on("2023-08-01").found() == (0, 0, 0, 0, 0)
    office.on("2023-09-01")
    office.app.correct(ANA, version, {"manner": "completed", "main_activity": "work"}, "no transfer", AUTHOR)
    assert office.later() == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("reasons, late", [((), 0), (("work",), 1)])
def test_the_days_run_from_when_a_cause_was_told(office: Office, reasons: tuple[str, ...], late: int) -> None:
    version = office.on("2023-04-03").ends("not-registered", *reasons)
    office.on("2023-09-01").corrects(version, "work")
    assert office.later() == (1, late, late, late, 0)


def test_without_any_cause_there_is_nothing_to_change(office: Office) -> None:
    office.on("2023-04-03").ends("not-registered")
    assert office.later() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("written, found", [(None, (0, 0, 0)), (date(2023, 4, 3), (1, 1, 1))])
def test_imported_history_counts_where_it_tells_when_it_was_first_recorded(
    office: Office, written: date | None, found: tuple[int, ...]
) -> None:
    office.on("2023-09-01")
    journey = office.app.journey(ANA)
    fact = ProgrammeEnded(on=ENDED_ON, main_activity="other")
    signature = office.app.signature(Author("kari", "import"))._replace(first_registered_on=written)
    version = journey.record(fact, signature).version  # type: ignore[union-attr]
    office.app.save(*journey.pending)
    office.corrects(version, "work")
    assert office.later()[:3] == found


def test_an_import_without_a_cause_is_not_the_beginning_of_one(office: Office) -> None:
    office.on("2023-04-03")
    fact = ProgrammeEnded(on=ENDED_ON, main_activity="not-registered")
    version = office.app.log(ANA, fact, Author("kari", "import"))[-1].version
    office.corrects(version, "other").on("2023-09-01").corrects(version, "work")
    assert office.later() == (0, 0, 0, 0, 0)


def test_an_import_in_the_place_of_what_was_logged_leaves_it_unknown_when_it_was_recorded(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-09-01").retracts(version)
    office.app.log(ANA, ProgrammeEnded(on=ENDED_ON, main_activity="work"), Author("kari", "import"))
    assert office.later() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("day, n", [("2023-05-03", 0), ("2023-05-04", 1)])
def test_whom_the_days_are_not_over_for_is_not_counted_yet(office: Office, day: str, n: int) -> None:
    office.on("2023-04-03").ends("other")
    assert office.on(day).found()[0] == n


def test_as_known_before_a_change_it_has_not_happened(office: Office) -> None:
    version = office.on("2023-04-03").ends("other")
    office.on("2023-08-01").ends("work", who=BO)
    before = office.app.read_model.follow()
    office.on("2023-09-01").corrects(version, "work")
    assert office.later() == (2, 1, 1, 1, 0)
    assert office.found(position=before) == (1, 0, 0, 0, 0)


def test_leavers_are_told_apart_by_unit(office: Office) -> None:
    office.app.log(ANA, UnitAssigned(on=date(2021, 6, 1), unit="North", kind="school"), AUTHOR)
    version = office.on("2023-04-03").ends("other")
    office.ends("other", who=BO)
    office.on("2023-09-01").corrects(version, "work")
    rows = measured(frames_of(office.app), R6, Question(Cohort.parse("left:2023"), by=("unit",))).figures.to_dicts()
    into = {row["unit"]: (row["counted"], row["n"]) for row in rows if row["line"] == "into-counted"}
    assert into == {"all": (1, 2), SMALL_UNIT: (1, 1), "unknown": (0, 1)}


def test_each_line_is_within_the_one_above(office: Office) -> None:
    lines = {line.name: line.within for line in R6.measures[0].lines}  # type: ignore[union-attr]
    assert lines == {
        "cause-changed": None,
        "main-activity-changed": "cause-changed",
        "into-counted": "main-activity-changed",
        "out-of-counted": "main-activity-changed",
    }
