"""A participant is registered with an identity and all that is agreed at once, or not at all."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from events.intake import AdvisorAssigned, ParticipantRegistered
from events.language import LanguageLevelReached
from events.programme import ProgrammeOffered
from tests.web.class_grid.scene import ADVISOR
from tests.web.conftest import Site
from tracker.demo.people import identity

BIRTH_YEAR = 1990


def number(of: int = 7) -> str:
    """A synthetic identity number."""
    made = identity(99, of, BIRTH_YEAR, "female", lambda _: False).national_identity_number
    assert made is not None
    return made


def sent(**values: Any) -> dict[str, Any]:
    return {
        "command": "first",
        "on": "today",
        "who.name": "Test Testesen",
        "who.birth-date": "12.03.1990",
        "who.national-identity-number": number(),
        "start.municipality": "9901",
        "start.settled-on": "1.11.",
        "advisor.advisor": ADVISOR,
    } | values


def people(site: Site) -> int:
    row = site.desk.app.people._database.execute("SELECT count(*) FROM people").fetchone()
    return int(row[0])


def streams(site: Site) -> int:
    rows = site.desk.app.read_model.database.execute("SELECT count(*) FROM participants_now").fetchone()
    return int(rows[0])


def test_identity_and_journey_begin_together(site: Site) -> None:
    client = site.client(ADVISOR)
    values = {
        "start.schooling": "basic",
        "unit.unit": "Demo flyktningtjeneste",
        "track.track": "2",
        "class.group": "Spor 2A 2026",
        "interpreter.language": "ti",
        "career.goal": "trade-certificate",
        "norwegian.goals.speaking": "B1",
        "consent-follow-up.use": "yes",
    }
    answer = client.post("/register", data=sent(**values))
    assert answer.status_code == 303, answer.text
    (who,) = site.desk.app.people.find(number())
    person = site.desk.app.people.get(who)
    assert person is not None
    assert (person.name, person.birth_date) == ("Test Testesen", date(1990, 3, 12))
    journey = site.desk.app.journey(who)
    assert [item.fact.TOPIC for item in journey.recorded] == [
        "participant-registered",
        "advisor-assigned",
        "unit-assigned",
        "track-assigned",
        "group-joined",
        "interpreter-needed",
        "career-goal-set",
        "language-goal-set",
        "consent-given",
    ]
    start = journey.recorded[0].fact
    assert isinstance(start, ParticipantRegistered)
    assert (start.birth_year, start.schooling) == (1990, "basic")
    assert (start.settled_on.month, start.settled_on.day) == (11, 1)
    assert "The participant is registered." in client.get(answer.location).text
    assert client.get(f"/participants/{who}/test-day").status_code == 200


def test_placement_and_offer_are_part_of_the_same_act_and_undone_with_it(site: Site) -> None:
    client = site.client(ADVISOR)
    placed = {"placed-reading.level": "A1", "placed-speaking.level": "a2+", "placed-writing.level": "0"}
    values = placed | {"offer.basis": "offer", "offer.on": "3.11.", "offer.planned-start": "1.2."}
    answer = client.post("/register", data=sent(**values))
    assert answer.status_code == 303, answer.text
    (who,) = site.desk.app.people.find(number())
    recorded = site.desk.app.journey(who).recorded
    levels = [item.fact for item in recorded if isinstance(item.fact, LanguageLevelReached)]
    assert {(one.skill, one.level, one.sub_level, one.evidence) for one in levels} == {
        ("reading", "A1", None, "placement"),
        ("speaking", "A2", "A2+", "placement"),
        ("writing", "below-A1", None, "placement"),
    }
    (offer,) = [item.fact for item in recorded if isinstance(item.fact, ProgrammeOffered)]
    assert (offer.basis, offer.on.day, offer.on.month) == ("offer", 3, 11)
    assert offer.planned_start is not None and offer.planned_start > offer.on
    (act,) = {item.stamp.act for item in recorded}
    assert client.post(f"/undo/{act}", data={"back": "/account"}).status_code == 303
    assert site.desk.app.journey(who).facts == []


def test_a_level_that_is_none_is_marked_and_nothing_is_registered(site: Site) -> None:
    before = streams(site)
    answer = site.client(ADVISOR).post("/register", data=sent(**{"placed-reading.level": "D4"}))
    assert answer.status_code == 422
    assert 'id="s-placed-reading-error"' in answer.text
    assert streams(site) == before


def test_sent_twice_one_participant_is_registered(site: Site) -> None:
    client = site.client(ADVISOR)
    before = streams(site)
    assert [client.post("/register", data=sent()).status_code for _ in range(2)] == [303, 303]
    assert streams(site) == before + 1


def test_a_number_that_somebody_has_is_refused_and_leads_to_the_journey(site: Site) -> None:
    client = site.client(ADVISOR)
    client.post("/register", data=sent())
    (who,) = site.desk.app.people.find(number())
    before = people(site), streams(site)
    answer = client.post("/register", data=sent(command="second", **{"who.name": "Someone Else"}))
    assert answer.status_code == 422
    assert "Somebody with this number is registered already" in answer.text
    assert "Someone Else" in answer.text
    assert "Test Testesen" not in answer.text, "who it is, is told in the journey"
    assert (people(site), streams(site)) == before
    assert str(who) in answer.text


def test_the_number_of_a_protected_person_is_refused_without_a_way_to_the_journey(site: Site) -> None:
    (who, *_) = site.protected()
    person = site.desk.app.people.get(who)
    assert person is not None
    answer = site.client(ADVISOR).post(
        "/register", data=sent(**{"who.national-identity-number": person.national_identity_number})
    )
    assert answer.status_code == 422
    assert "Somebody with this number is registered already" in answer.text
    assert who.hex not in answer.text.replace("-", "")


def test_the_same_name_and_birth_date_is_asked_about(site: Site) -> None:
    client = site.client(ADVISOR)
    client.post("/register", data=sent())
    values = {"command": "second", "who.name": "testesen  TEST", "who.national-identity-number": ""}
    answer = client.post("/register", data=sent(**values))
    assert answer.status_code == 422
    assert "Is this the same person?" in answer.text
    assert client.post("/register", data=sent(**values, another="yes")).status_code == 303
    assert len(site.desk.app.people.find("Testesen")) == 2


def test_a_protected_person_of_the_same_name_is_not_told_of(site: Site) -> None:
    (who, *_) = site.protected()
    person = site.desk.app.people.get(who)
    assert person is not None
    assert person.birth_date is not None
    values = {"who.name": person.name, "who.birth-date": person.birth_date.isoformat()}
    assert site.client(ADVISOR).post("/register", data=sent(**values)).status_code == 303


def test_who_was_registered_by_mistake_can_be_undone_and_registered_anew(site: Site) -> None:
    client = site.client(ADVISOR)
    client.post("/register", data=sent())
    (who,) = site.desk.app.people.find(number())
    client.post("/undo/first", data={"back": "/register"})
    assert site.desk.app.journey(who).registration is None
    answer = client.post("/register", data=sent(command="second", **{"who.name": "Test Nordmann"}))
    assert answer.status_code == 303, answer.text
    assert site.desk.app.journey(who).registration is not None
    person = site.desk.app.people.get(who)
    assert person is not None
    assert person.name == "Test Nordmann"


@pytest.mark.parametrize(
    "values, told",
    [
        ({"who.name": ""}, "Full name: Write the name."),
        ({"who.birth-date": "1990"}, "Date of birth: Write a day such as 12.03.1990."),
        ({"who.birth-date": "12.3."}, "Date of birth: Write a day such as 12.03.1990."),
        ({"who.birth-date": "31.02.1990"}, "Date of birth: Write a day such as 12.03.1990."),
        ({"who.birth-date": "12.03.2090"}, "Date of birth: Write a day such as 12.03.1990."),
        ({"who.national-identity-number": "12345678901"}, "National identity number: This is no such number."),
        ({"who.duf-number": "12"}, "DUF number: Write the 12 digits"),
        ({"start.settled-on": ""}, "Settled in the municipality: Write a day"),
        ({"start.municipality": "x"}, "Municipality: "),
        ({"on": "1.1.1980"}, "before the year of birth"),
        ({"on": "1.1.2099"}, "is after today"),
        ({"track.track": "9"}, "Track: Choose one of the values."),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_nothing_at_all_is_stored(site: Site, values: dict[str, str], told: str) -> None:
    before = people(site), streams(site)
    answer = site.client(ADVISOR).post("/register", data=sent(**values))
    assert answer.status_code == 422
    assert told in answer.text
    assert (people(site), streams(site)) == before
    assert "1.11." in answer.text or "start.settled-on" in values


def test_a_failure_while_recording_leaves_no_identity_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = people(site)

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(site.desk.app, "log_all", full)
    with pytest.raises(OSError, match="no room"):
        site.client(ADVISOR).post("/register", data=sent())
    assert people(site) == before


def test_nobody_else_registers(site: Site) -> None:
    for user in ("demo-manager", "demo-teacher-1", "demo-analyst", "demo-administrator"):
        assert site.client(user).get("/register").status_code == 403
        assert site.client(user).post("/register", data=sent()).status_code == 403


def test_a_municipality_of_others_is_refused(site: Site) -> None:
    before = people(site)
    answer = site.client(ADVISOR).post("/register", data=sent(**{"start.municipality": "0301"}))
    assert answer.status_code == 422
    assert people(site) == before


def test_another_advisor_can_be_named(site: Site) -> None:
    site.client(ADVISOR).post("/register", data=sent(**{"advisor.advisor": "demo-advisor-2"}))
    (who,) = site.desk.app.people.find(number())
    fact = site.desk.app.journey(who).recorded[1].fact
    assert isinstance(fact, AdvisorAssigned)
    assert fact.advisor == "demo-advisor-2"
    assert isinstance(who, UUID)


def test_a_number_is_written_in_its_own_field(site: Site) -> None:
    values = {"who.national-identity-number": "", "who.d-number": number()}
    answer = site.client(ADVISOR).post("/register", data=sent(**values))
    assert answer.status_code == 422
    assert "This is no D-number; write it as the national identity number." in answer.text
