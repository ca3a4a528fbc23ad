"""The calendar file: what is in it, what never is, and whether another's parser reads the same from it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import ics
import pytest

from tests.quality.installation import Installation
from tests.scenario import Clock
from tracker.application import ProgressionTracker
from tracker.follow_up.calendar_file import calendar_file, reference
from tracker.follow_up.filters import FilterNotValid
from tracker.follow_up.scope import Scope
from tracker.people import Person
from tracker.settings import Settings
from tracker.wording import LANGUAGES

LONG = "contract=long-contract until=2028-12-31 parties=participant,county"
MOMENT = datetime(2024, 9, 2, 12, tzinfo=UTC)

AGREED = f"""
    who | recorded   | on         | fact                | values
    Ana | 2024-01-01 | 2024-01-01 | advisor-assigned    | advisor=kari
    Ana | 2024-01-02 | 2024-01-02 | contract-signed     | {LONG}
    Ana | 2024-01-03 | 2024-01-02 | step-agreed         | step=Bakeren_Hansen contract=long-contract target=other due=2024-10-01
    Ana | 2024-01-04 | 2024-01-02 | obligation-agreed   | obligation=plass contract=long-contract party=county due=2024-09-16 wording=hemmelig
    Ana | 2024-01-05 | 2024-01-05 | follow-up-scheduled | planned-on=2024-09-10
    """


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    clock = Clock(datetime(2020, 1, 1, 12, tzinfo=UTC))
    app = ProgressionTracker(Settings(tmp_path / "home", by="kari"), clock)
    yield Installation(app, clock)
    app.close()


@pytest.fixture
def agreed(installation: Installation) -> Installation:
    """Ana, advised by kari, with a long contract: a step, a duty of the county, and a conversation on 10 September."""
    return installation.told(AGREED)


def written(installation: Installation, at: str = "2024-09-02", **options: Any) -> bytes:
    """The file of a day, made that day at noon."""
    installation.clock.now = datetime.fromisoformat(f"{at}T12:00").replace(tzinfo=UTC)
    scope = Scope(installation.position, date.fromisoformat(at), options.pop("advisor", "kari"))
    return calendar_file(installation.app, scope, **options)


def read(made: bytes) -> list[Any]:
    """The events, as the library that writes them reads them."""
    return list(icalendar.Calendar.from_ical(made).walk("VEVENT"))


def events(made: bytes) -> dict[str, Any]:
    """The events of contract and conversation by the day."""
    found = read(made)
    return {str(event["DTSTART"].dt): event for event in found if "kontrakt" in str(event["DESCRIPTION"])}


def unfolded(made: bytes) -> list[str]:
    return made.replace(b"\r\n ", b"").decode().split("\r\n")


def test_conversations_and_tasks_are_events_of_a_whole_day_that_leave_the_day_free(agreed: Installation) -> None:
    found = events(written(agreed))
    assert {day: str(event["SUMMARY"]) for day, event in found.items()} == {
        "2024-09-10": f"Avtalt samtale (ref. {reference(str(agreed.people['Ana']))})",
        "2024-09-16": f"Forpliktelse i kontrakten (ref. {reference(str(agreed.people['Ana']))})",
        "2024-10-01": f"Delmål (ref. {reference(str(agreed.people['Ana']))})",
    }
    for day, event in found.items():
        assert event["DTSTART"].dt == date.fromisoformat(day)
        assert type(event["DTSTART"].dt) is date
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        assert event["DTSTAMP"].dt == MOMENT
        assert (event["TRANSP"], event["CLASS"]) == ("TRANSPARENT", "PRIVATE")


def test_the_file_is_what_rfc_5545_asks_for(agreed: Installation) -> None:
    made = written(agreed)
    lines = made.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", made)
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    assert "ø" in made.decode()
    head = unfolded(made)[:6]
    assert {"VERSION:2.0", "METHOD:PUBLISH", "CALSCALE:GREGORIAN"} < set(head)
    assert "PRODID:-//participant-progression-tracker//follow-up//NB" in head
    for event in read(made):
        for needed in ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY"):
            assert needed in event
        assert re.fullmatch(r"[0-9a-f]{32}@participant-progression-tracker", str(event["UID"]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.filterwarnings("default::FutureWarning", "default::DeprecationWarning")
def test_an_independent_parser_reads_the_same(agreed: Installation, language: str) -> None:
    made = written(agreed, language=language, ahead="9y")
    ours = {str(event["UID"]): event for event in read(made)}
    theirs = {event.uid: event for event in ics.Calendar(made.decode()).events}
    assert len(ours) > 3
    assert set(ours) == set(theirs)
    for uid, event in ours.items():
        other = theirs[uid]
        assert other.all_day
        assert other.begin.date() == event["DTSTART"].dt
        assert (other.name, other.description) == (str(event["SUMMARY"]), str(event["DESCRIPTION"]))
        assert (other.transparent, other.classification) == (True, "PRIVATE")
        assert other.created.datetime == MOMENT
    again = {event.uid: event for event in ics.Calendar(ics.Calendar(made.decode()).serialize()).events}
    assert {uid: (event.name, event.begin) for uid, event in again.items()} == {
        uid: (event.name, event.begin) for uid, event in theirs.items()
    }


def test_nothing_tells_who_the_participant_is(agreed: Installation) -> None:
    ana = agreed.people["Ana"]
    agreed.app.people.set(ana, Person(name="Ana Testesen", contact="ana@example.org"), allow_synthetic=True)
    made = "\n".join(unfolded(written(agreed)))
    for secret in ("Ana", "Testesen", "example.org", "Hansen", "hemmelig", "plass", str(ana), ana.hex):
        assert secret not in made
    assert reference(str(ana)) in made


def test_the_same_task_has_the_same_uid_on_every_day(agreed: Installation) -> None:
    today, later = events(written(agreed)), events(written(agreed, "2024-09-09"))
    for day in ("2024-09-10", "2024-09-16", "2024-10-01"):
        assert (today[day]["UID"], today[day]["SEQUENCE"]) == (later[day]["UID"], later[day]["SEQUENCE"])
        assert today[day]["DTSTAMP"].dt < later[day]["DTSTAMP"].dt
    uids = [str(event["UID"]) for event in read(written(agreed, ahead="9y"))]
    assert len(uids) == len(set(uids))


def test_another_installation_gives_other_uids(agreed: Installation, tmp_path: Path) -> None:
    app = ProgressionTracker(Settings(tmp_path / "other", by="kari"), agreed.clock)
    try:
        other = Installation(app, agreed.clock).told(AGREED)
        uids = [{str(event["UID"]) for event in events(written(one)).values()} for one in (agreed, other)]
    finally:
        app.close()
    assert uids[0] & uids[1] == set()


@pytest.mark.parametrize(
    "row, before, after",
    [
        ("follow-up-moved     | planned-on=2024-09-12", "2024-09-10", "2024-09-12"),
        ("step-revised        | step=Bakeren_Hansen due=2024-11-01", "2024-10-01", "2024-11-01"),
        ("correct 5           | due=2024-09-20", "2024-09-16", "2024-09-20"),
    ],
)
def test_what_is_moved_keeps_its_uid_and_its_sequence_rises(
    agreed: Installation, row: str, before: str, after: str
) -> None:
    first = events(written(agreed))
    agreed.told(f"who | recorded | on | fact | values\nAna | 2024-09-03 | 2024-09-03 | {row}")
    second = events(written(agreed, "2024-09-03"))
    assert before not in second
    assert second[after]["UID"] == first[before]["UID"]
    assert second[after]["SEQUENCE"] > first[before]["SEQUENCE"]
    assert second[after]["LAST-MODIFIED"].dt == datetime(2024, 9, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "at, ahead, days",
    [
        ("2024-09-02", "90d", "2024-09-10 2024-09-16 2024-10-01"),
        ("2024-09-02", "14d", "2024-09-10 2024-09-16"),
        ("2024-09-02", "13d", "2024-09-10"),
        ("2024-09-10", "7d", "2024-09-10 2024-09-16"),
        ("2024-09-11", "7d", "2024-09-16"),
    ],
)
def test_it_looks_ahead_from_the_day_on_and_never_back(agreed: Installation, at: str, ahead: str, days: str) -> None:
    assert " ".join(sorted(events(written(agreed, at, ahead=ahead)))) == days


def test_what_rests_is_left_out(agreed: Installation) -> None:
    agreed.told("""
        who | recorded   | on         | fact            | values
        Ana | 2024-09-02 | 2024-09-02 | contract-paused | contract=long-contract cause=leave
        """)
    assert list(events(written(agreed))) == ["2024-09-10"]


def test_only_the_advisors_own_participants_are_in_it_and_an_empty_calendar_is_one(agreed: Installation) -> None:
    made = written(agreed, advisor="ola")
    assert read(made) == []
    assert b"X-WR-CALNAME:Oppf\xc3\xb8lging: ola\r\n" in made


def test_what_was_not_known_is_not_in_it(agreed: Installation) -> None:
    scope = Scope(agreed.position, date(2024, 9, 2), "kari")
    before_the_conversation = replace(scope, position=scope.position - 1)
    days = [set(events(calendar_file(agreed.app, one))) for one in (scope, before_the_conversation)]
    assert days[0] - days[1] == {"2024-09-10"}


def test_a_time_that_is_none_is_refused(agreed: Installation) -> None:
    with pytest.raises(FilterNotValid, match="'soon'"):
        written(agreed, ahead="soon")
