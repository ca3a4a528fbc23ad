"""Why a number changed: exact steps that add up, each by the cause it names."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from events.intake import ParticipantRegistered
from events.municipality import MunicipalityRegistered
from events.programme import ProgrammeEnded, ProgrammeStarted
from events.work import JobStarted
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker
from tracker.council.change import Change, Comparison, Key, NotComparable, keys
from tracker.council.content import Content, PeriodNotValid, check_years, made, read, written
from tracker.council.keeping import ReportNotFound, Reports
from tracker.council.mixing import Between
from tracker.indicators.frames import load
from tracker.ledger import Ledger
from tracker.settings import Settings
from tracker.storage import app_database

BY = Author("kari", "cli")
OSLO = ZoneInfo("Europe/Oslo")
OFFICIAL = Key("R1", "official", None, None)


class Town:
    """A small municipality with its own clock."""

    def __init__(self, app: ProgressionTracker, clock: Clock) -> None:
        self.app, self.clock = app, clock
        app.register_municipality(MunicipalityRegistered(on=date(2020, 1, 1), municipality="9901", name="Demo"), BY)

    def at(self, day: str) -> None:
        self.clock.now = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=OSLO)

    def started(self) -> UUID:
        one = self.app.register(
            ParticipantRegistered(on=date(2021, 1, 4), municipality="9901", settled_on=date(2021, 1, 4)), BY
        )
        self.app.log(one, ProgrammeStarted(on=date(2021, 3, 1)), BY)
        return one

    def left(self, one: UUID, main: str, on: str = "2022-06-30") -> int:
        fact = ProgrammeEnded(on=date.fromisoformat(on), main_activity=main)  # type: ignore[arg-type]
        return self.app.log(one, fact, BY)[-1].version

    def sixty_of_whom_thirty_left(self) -> tuple[list[UUID], list[int]]:
        """Half of those who left in the summer to work, told of by August; the versions of their ends."""
        self.at("2022-01-03")
        people = [self.started() for _ in range(60)]
        self.at("2022-07-01")
        mains = ["work"] * 15 + ["social-assistance"] * 15
        ends = [self.left(one, main) for one, main in zip(people, mains, strict=False)]
        self.at("2022-08-01")
        return people, ends

    def report(self, first: int = 2022, last: int = 2022) -> Content:
        model = self.app.read_model
        model.follow()
        today = self.clock.now.astimezone(OSLO).date()
        frames = load(model, model.state(), today)
        ledger = Ledger(self.app.settings)
        try:
            return made(
                frames,
                ledger,
                municipality="9901",
                place="Demo",
                first=first,
                last=last,
                at=self.clock.now,
                by="kari",
            )
        finally:
            ledger.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    clock = Clock(datetime(2022, 1, 3, 12, tzinfo=OSLO))
    with ProgressionTracker(Settings(tmp_path / uuid4().hex, by="kari", synthetic=True), clock) as app:
        yield Town(app, clock)


def steps(change: Change) -> dict[str, tuple[int, int]]:
    """Cause -> (counted more, more in all), of those that did something."""
    return {
        step.name: (step.after.counted - step.before.counted, step.after.n - step.before.n)
        for step in change.steps
        if step.before != step.after
    }


def test_each_cause_has_its_own_step(town: Town) -> None:
    people, ends = town.sixty_of_whom_thirty_left()
    before = town.report()
    town.at("2022-08-20")
    for one, version in zip(people[15:21], ends[15:21], strict=True):
        town.app.correct(one, version, {"main_activity": "work"}, "in work after all", BY)
    for one in people[30:37]:
        town.left(one, "work", on="2022-07-10")
    town.at("2022-11-01")
    for one in people[37:45]:
        town.left(one, "primary-school", on="2022-10-31")
    after = town.report()
    change = Comparison(town.app, before, after).explained(OFFICIAL)
    found = steps(change)
    found.pop("apart", None)  # the second report may show the number as the first did, to protect few
    assert found == {"corrections": (6, 0), "late": (7, 7), "time": (0, 8)}
    assert sum(step.change for step in change.steps) == change.total
    named = {step.name: step for step in change.steps}
    assert named["corrections"].people == set(people[15:21])
    assert [fact.topic for fact in named["late"].facts] == ["programme-ended"] * 7


def test_rows_of_either_report_tell_what_folding_everybody_tells(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    people, ends = town.sixty_of_whom_thirty_left()
    before = town.report()
    town.at("2022-11-01")
    for one, version in zip(people[15:20], ends[15:20], strict=True):
        town.app.correct(one, version, {"main_activity": "work"}, "in work after all", BY)
    for one in people[18:26]:
        town.app.log(one, JobStarted(on=date(2022, 7, 15), job="shop", hours_per_week=Decimal(30)), BY)
    for one in people[24:30]:
        town.app.log(one, JobStarted(on=date(2022, 9, 15), job="kiosk", hours_per_week=Decimal(20)), BY)
    for one in people[30:45]:
        town.left(one, "work", on="2022-07-10" if one in people[:40] else "2022-10-31")
    after = town.report()
    wanted = keys(before, after)
    found = list(Comparison(town.app, before, after).all(wanted))
    assert {step.name for change in found for step in change.steps if step.people} >= {"corrections", "late", "time"}
    monkeypatch.setattr(Between, "_numbered_alike", False)
    assert list(Comparison(town.app, before, after).all(wanted)) == found


def test_a_step_of_few_is_seen(town: Town) -> None:
    people = [town.started() for _ in range(30)]
    town.at("2022-07-01")
    versions = [town.left(one, "work" if number < 15 else "other") for number, one in enumerate(people)]
    before = town.report()
    town.at("2022-07-20")
    for one, version in zip(people[20:26], versions[20:26], strict=True):
        town.app.correct(one, version, {"main_activity": "work"}, "put right", BY)
    town.app.correct(people[0], versions[0], {"main_activity": "other"}, "put right", BY)
    after = town.report()
    change = Comparison(town.app, before, after).explained(OFFICIAL)
    assert sum(step.change for step in change.steps) == change.total
    found = {step.name: step.moved for step in change.steps}
    assert found["corrections"] == 7 and not any(0 < found[name] < 5 for name in ("late", "time", "years"))


def test_other_years_are_a_step_of_their_own(town: Town) -> None:
    people = [town.started() for _ in range(24)]
    town.at("2023-07-01")
    for number, one in enumerate(people):
        town.left(one, "work" if number % 2 else "other", on="2022-06-30" if number < 12 else "2023-05-31")
    before = town.report()
    after = town.report(2022, 2023)
    change = Comparison(town.app, before, after).explained(OFFICIAL)
    assert steps(change) == {"years": (6, 12)}


def test_an_older_definition_is_a_step_of_its_own(town: Town) -> None:
    import msgspec

    people = [town.started() for _ in range(12)]
    town.at("2022-07-01")
    for number, one in enumerate(people):
        town.left(one, "work" if number % 2 else "other")
    after = town.report()
    part = after.part("R1")
    assert part is not None and part.version > 1
    older = msgspec.structs.replace(
        after, parts=tuple(msgspec.structs.replace(one, version=1) if one is part else one for one in after.parts)
    )
    change = Comparison(town.app, older, after).explained(OFFICIAL)
    assert change.steps[0].name == "definition" and sum(step.change for step in change.steps) == change.total == 0


def test_somebody_erased_since_leaves_a_step_that_cannot_be_repeated(town: Town) -> None:
    people = [town.started() for _ in range(20)]
    town.at("2022-07-01")
    for number, one in enumerate(people):
        town.left(one, "work" if number % 2 else "other")
    before = town.report()
    for one in people[:5]:
        town.app.forget(one, BY)
    town.at("2022-07-02")
    after = town.report()
    change = Comparison(town.app, before, after).explained(OFFICIAL)
    assert sum(step.change for step in change.steps) == change.total
    if change.first != change.second:
        assert "apart" in steps(change)


def test_every_number_of_a_report_adds_up(town: Town) -> None:
    people = [town.started() for _ in range(40)]
    town.at("2022-07-01")
    for number, one in enumerate(people[:25]):
        town.left(one, ("work", "other", "primary-school", "social-assistance", "moved")[number % 5])
    before = town.report()
    town.at("2024-05-01")
    for number, one in enumerate(people[25:]):
        town.left(one, ("work", "other", "primary-school")[number % 3], on="2022-09-30")
    after = town.report()
    comparison = Comparison(town.app, before, after)
    both = keys(before, after)
    assert len(both) > 5
    for change in comparison.all(both):
        assert sum(step.change for step in change.steps) == change.total


def test_the_content_is_the_same_bytes_again(town: Town) -> None:
    people = [town.started() for _ in range(10)]
    town.at("2022-07-01")
    for one in people:
        town.left(one, "work")
    content = town.report()
    assert written(read(written(content))) == written(content)


@pytest.mark.parametrize("first, last", [(1999, 2000), (2023, 2022), (2015, 2022), (2024, 2024)])
def test_years_that_cannot_be(first: int, last: int) -> None:
    with pytest.raises(PeriodNotValid):
        check_years(first, last, date(2023, 5, 1))


@pytest.mark.parametrize("text", ["", "R1", "R1.official", "R1.official.x.", "a.b.1.c.d"])
def test_a_figure_that_is_none(text: str) -> None:
    with pytest.raises(NotComparable):
        Key.read(text)


def test_a_key_is_read_as_it_was_written() -> None:
    key = Key("E3", "work-20-hours", 12, "gap-1")
    assert Key.read(str(key)) == key and Key.read(str(OFFICIAL)) == OFFICIAL


def test_a_report_that_was_never_made_is_not_found(tmp_path: Path) -> None:
    database = app_database(tmp_path)
    reports = Reports(database)
    assert reports.find("nothing") is None
    with pytest.raises(ReportNotFound):
        reports.file("nothing", "report.nb.html")
    with pytest.raises(ReportNotFound):
        reports.content("nothing")
    database.close()
