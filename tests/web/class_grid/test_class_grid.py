"""Logging for a class: what a grid takes, what it refuses, and what it shows again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from events.education import PrimarySchoolEnrolled
from events.intake import GroupLeft
from events.language import LanguageLevelReached
from events.residence import AddressProtectionSet, MovedToMunicipality
from tests.web.class_grid.scene import ADVISOR, CLASS, a_class, facts_of, join, name_of, reachable_of
from tests.web.conftest import Site
from tracker.access_log import Asked
from tracker.application import Author
from web.composing.sections import level_written
from web.demo_accounts import TEACHER
from web.wording import alphabetical

LEVELS = "language-level-reached"


def cell(participant: Any, part: str, field: str) -> str:
    return f"{participant.hex}-{part}.{field}"


def form(site: Site, kind: str, **values: str) -> dict[str, str]:
    return {
        "group": CLASS,
        "kind": kind,
        "command": "one",
        "on": "today",
        "seen": str(site.desk.app.read_model.state()),
    } | values


@pytest.mark.parametrize(
    "written, level, sub_level",
    [
        ("A2", "A2", None),
        (" a2 ", "A2", None),
        ("a2+", "A2", "A2+"),
        ("B1-", "B1", "B1-"),
        ("B1\N{MINUS SIGN}", "B1", "B1-"),
        ("C1", "C1", None),
        ("0", "below-A1", None),
        ("x", "not-assessed", None),
    ],
)
def test_a_level_is_written_in_a_hurry(written: str, level: str, sub_level: str | None) -> None:
    assert level_written(written) == {"level": level} | ({"sub-level": sub_level} if sub_level else {})


@pytest.mark.parametrize("written", ["A3", "C1+", "A2++", "+A2", "B", "12", "A2 B1", "C2", "<script>"])
def test_what_is_no_level_is_none(written: str) -> None:
    assert level_written(written) is None


def test_names_are_in_the_order_of_the_norwegian_alphabet() -> None:
    names = ["Åse", "Zahra", "Ærlig", "Aaron", "Øyvind", "anna"]
    assert sorted(names, key=alphabetical) == ["anna", "Zahra", "Ærlig", "Øyvind", "Aaron", "Åse"]


def test_a_grid_is_saved_as_one_act_and_undone_as_one(site: Site) -> None:
    ana, bo, *others = a_class(site)
    before = {one: len(facts_of(site, one, LEVELS)) for one in (ana, bo, *others)}
    client = site.client(ADVISOR)
    values = {
        cell(ana, "reading", "level"): "a2",
        cell(ana, "writing", "level"): "a1+",
        cell(bo, "reading", "level"): "x",
    }
    answer = client.post("/class", data=form(site, "levels", evidence="norskproven", sitting="2026-3", **values))
    assert answer.status_code == 303
    added = facts_of(site, ana, LEVELS)[before[ana] :]
    assert [(fact.skill, fact.level, fact.sub_level, fact.sitting) for fact in added] == [  # type: ignore[attr-defined]
        ("reading", "A2", None, "2026-3"),
        ("writing", "A1", "A1+", "2026-3"),
    ]
    assert all(len(facts_of(site, one, LEVELS)) == before[one] for one in others), "a blank cell logs nothing"
    page = client.get(answer.location)
    assert "Saved 3 entries for 2 in the class." in page.text
    undo = client.post("/undo/one", data={"back": "/class"})
    assert undo.status_code == 303
    assert {one: len(facts_of(site, one, LEVELS)) for one in before} == before


def test_sent_twice_it_is_recorded_once(site: Site) -> None:
    ana, *_ = a_class(site)
    before = len(facts_of(site, ana, LEVELS))
    client = site.client(ADVISOR)
    sent = form(site, "levels", **{cell(ana, "reading", "level"): "A2"})
    assert [client.post("/class", data=sent).status_code for _ in range(2)] == [303, 303]
    assert len(facts_of(site, ana, LEVELS)) == before + 1


def test_one_wrong_cell_stops_all_and_nothing_typed_is_lost(site: Site) -> None:
    ana, bo, *_ = a_class(site)
    before = len(facts_of(site, ana, LEVELS))
    values = {cell(ana, "reading", "level"): "A2", cell(bo, "speaking", "level"): "A7", "sitting": "2026-3"}
    answer = site.client(ADVISOR).post("/class", data=form(site, "levels", **values))
    assert answer.status_code == 422
    assert f"{name_of(site, bo)}, Speaking: Write A1, A2, B1, B2, C1, 0 or x." in answer.text
    assert all(f'value="{value}"' in answer.text for value in values.values())
    assert len(facts_of(site, ana, LEVELS)) == before


def test_what_a_journey_refuses_is_told_in_the_row(site: Site) -> None:
    ana, bo, *_ = a_class(site)
    site.desk.app.log(ana, PrimarySchoolEnrolled(on=site.desk.today(), school="Demo"), Author("demo"))
    values = {"school": "Demo", cell(ana, "start", "use"): "yes", cell(bo, "start", "hours-per-week"): "20"}
    answer = site.client(ADVISOR).post("/class", data=form(site, "basic-school", **values))
    assert answer.status_code == 422
    assert f"{name_of(site, ana)}: " in answer.text
    assert "already runs" in answer.text
    assert 'value="20"' in answer.text
    assert answer.text.count(" checked") == 1


def test_the_same_test_day_is_not_logged_again(site: Site) -> None:
    ana, *_ = a_class(site)
    client = site.client(ADVISOR)
    sent = form(site, "levels", **{cell(ana, "reading", "level"): "A2"})
    client.post("/class", data=sent)
    answer = client.post(
        "/class", data=form(site, "levels", **{cell(ana, "reading", "level"): "B1"}) | {"command": "two"}
    )
    assert answer.status_code == 422
    assert "This is recorded already" in answer.text


def test_what_a_colleague_logged_meanwhile_is_shown_first(site: Site) -> None:
    ana, *_ = a_class(site)
    sent = form(site, "levels", **{cell(ana, "reading", "level"): "A2"})
    on = site.desk.today() - timedelta(days=3)
    fact = LanguageLevelReached(on=on, skill="reading", level="B2")
    site.desk.app.log(ana, fact, Author("demo-advisor-2"))
    client = site.client(ADVISOR)
    answer = client.post("/class", data=sent)
    assert answer.status_code == 409
    assert "new: B2" in answer.text
    seen = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert client.post("/class", data=sent | {"seen": seen}).status_code == 303


def test_planned_hours_hold_for_all_who_have_no_others(site: Site) -> None:
    ana, bo, cia, *_ = a_class(site)
    client = site.client(TEACHER)
    values = {
        "month": "01.2019",
        "planned": "120",
        cell(ana, "month", "attended"): "100,5",
        cell(bo, "month", "attended"): "60",
        cell(bo, "month", "planned"): "75",
        cell(bo, "month", "other-absence"): "15",
    }
    assert client.post("/class", data=form(site, "attendance", **values)).status_code == 303
    logged = [
        next(fact for fact in facts_of(site, one, "attendance-recorded") if str(fact.month) == "2019-01-01")  # type: ignore[attr-defined]
        for one in (ana, bo)
    ]
    assert [(fact.planned, fact.attended, fact.other_absence) for fact in logged] == [  # type: ignore[attr-defined]
        (Decimal(120), Decimal("100.5"), Decimal(0)),
        (Decimal(75), Decimal(60), Decimal(15)),
    ]
    assert not [f for f in facts_of(site, cia, "attendance-recorded") if str(f.month) == "2019-01-01"]  # type: ignore[attr-defined]


def test_hours_without_those_attended_are_asked_for(site: Site) -> None:
    ana, *_ = a_class(site)
    values = {"month": "09.2026", "planned": "120", cell(ana, "month", "other-absence"): "4"}
    answer = site.client(TEACHER).post("/class", data=form(site, "attendance", **values))
    assert answer.status_code == 422
    assert f"{name_of(site, ana)}, Hours attended:" in answer.text


@pytest.mark.parametrize(
    "kind, part, field, value, shared, topic",
    [
        ("modules", "module-1", "use", "yes", {"subject": "mathematics"}, "primary-school-module-completed"),
        ("upper-modules", "module", "use", "yes", {"module": "HEA1"}, "upper-secondary-module-completed"),
        ("meetings", "held", "agreed-next", "writes to the school", {"way": "phone"}, "follow-up-held"),
    ],
)
def test_other_grids_log_their_facts(
    site: Site, kind: str, part: str, field: str, value: str, shared: dict[str, str], topic: str
) -> None:
    ana, bo, *_ = a_class(site)
    before = [len(facts_of(site, one, topic)) for one in (ana, bo)]
    sent = form(site, kind, **shared, **{cell(ana, part, field): value})
    answer = site.client(ADVISOR).post("/class", data=sent)
    assert answer.status_code == 303, answer.text
    assert [len(facts_of(site, one, topic)) for one in (ana, bo)] == [before[0] + 1, before[1]]


def test_a_module_needs_its_name_once(site: Site) -> None:
    ana, *_ = a_class(site)
    answer = site.client(ADVISOR).post(
        "/class", data=form(site, "upper-modules", **{cell(ana, "module", "use"): "yes"})
    )
    assert answer.status_code == 422
    assert answer.text.count('href="#f-module"') == 1


@pytest.mark.parametrize("kind", ["basic-school", "upper-secondary", "meetings"])
def test_a_teacher_logs_levels_attendance_and_modules_alone(site: Site, kind: str) -> None:
    a_class(site)
    client = site.client(TEACHER)
    assert client.get("/class", query_string={"group": CLASS, "kind": kind}).status_code == 403
    assert client.post("/class", data=form(site, kind)).status_code == 403
    assert "Conversations held" not in client.get("/class", query_string={"group": CLASS}).text


def test_other_classes_are_closed(site: Site) -> None:
    a_class(site)
    for user in ("demo-advisor-5", TEACHER):
        assert site.client(user).get("/class", query_string={"group": "Another class"}).status_code == 404


def test_somebody_outside_the_class_cannot_be_logged_for(site: Site) -> None:
    a_class(site)
    outside = next(one for one in site.participants_of("demo-advisor-2") if one not in site.participants_of(ADVISOR))
    before = len(facts_of(site, outside, LEVELS))
    answer = site.client(TEACHER).post("/class", data=form(site, "levels", **{cell(outside, "reading", "level"): "A2"}))
    assert answer.status_code == 422
    assert len(facts_of(site, outside, LEVELS)) == before


def test_who_is_protected_is_counted_and_not_shown(site: Site) -> None:
    ana, bo, *_ = a_class(site)
    name = name_of(site, ana)
    fact = AddressProtectionSet(on=site.desk.today(), level="confidential")
    site.desk.app.log(ana, fact, Author("demo"))
    client = site.client(TEACHER)
    page = client.get("/class", query_string={"group": CLASS}).text
    assert name not in page
    assert name_of(site, bo) in page
    assert "1 participant with a protected address is in the class and is not shown." in page
    answer = client.post("/class", data=form(site, "levels", **{cell(ana, "reading", "level"): "A2"}))
    assert answer.status_code == 422
    assert name not in answer.text


def test_an_earlier_day_shows_who_was_in_the_class_then_and_is_logged_for_them(site: Site) -> None:
    ana, bo, *_ = a_class(site)
    today = site.desk.today()
    site.desk.app.log(ana, GroupLeft(on=today - timedelta(days=3), group=CLASS), Author("demo"))
    client = site.client(TEACHER)
    now = client.get("/class", query_string={"group": CLASS}).text
    assert name_of(site, ana) not in now and name_of(site, bo) in now
    then = (today - timedelta(days=5)).isoformat()
    page = client.get("/class", query_string={"group": CLASS, "day": then}).text
    assert name_of(site, ana) in page and name_of(site, bo) in page
    assert "Who was in the class on" in page
    before = len(facts_of(site, ana, LEVELS))
    sent = form(site, "levels", day=then, on=then, **{cell(ana, "reading", "level"): "B1"})
    answer = client.post("/class", data=sent)
    assert answer.status_code == 303
    assert f"day={then}" in answer.location
    assert [str(fact.on) for fact in facts_of(site, ana, LEVELS)[before:]] == [then]  # type: ignore[attr-defined]
    earlier = (today - timedelta(days=8)).isoformat()
    assert name_of(site, bo) not in client.get("/class", query_string={"group": CLASS, "day": earlier}).text


def test_who_has_moved_away_or_is_protected_today_is_not_shown_on_an_earlier_day(site: Site) -> None:
    ana, bo, cia, *_ = a_class(site)
    today = site.desk.today()
    site.desk.app.log(ana, AddressProtectionSet(on=today, level="confidential"), Author("demo"))
    site.desk.app.log(bo, MovedToMunicipality(on=today, municipality="0301"), Author("demo"))
    then = (today - timedelta(days=5)).isoformat()
    page = site.client(TEACHER).get("/class", query_string={"group": CLASS, "day": then}).text
    assert [name_of(site, one) in page for one in (ana, bo, cia)] == [False, False, True]


@pytest.mark.parametrize("day, words", [("31.2.", "Write a day such as"), ("1.1.2090", "Choose today or an earlier")])
def test_a_day_that_cannot_be_is_told_and_today_is_shown(site: Site, day: str, words: str) -> None:
    ana, *_ = a_class(site)
    answer = site.client(ADVISOR).get("/class", query_string={"group": CLASS, "day": day})
    assert answer.status_code == 422
    assert words in answer.text
    assert name_of(site, ana) in answer.text


def test_a_teacher_does_not_look_at_the_classes_of_years_ago(site: Site) -> None:
    a_class(site)
    day = (site.desk.today() - timedelta(days=400)).isoformat()
    for user, code in ((TEACHER, 422), (ADVISOR, 404)):
        answer = site.client(user).get("/class", query_string={"group": CLASS, "day": day})
        assert answer.status_code == code, "of an advisor no participant was in this class then"
    assert site.client(ADVISOR).get("/class", query_string={"day": day, "chosen": "yes"}).status_code == 200


def test_each_look_is_written_down_with_the_number_of_people(site: Site) -> None:
    people = a_class(site)
    site.client(TEACHER).get("/class", query_string={"group": CLASS})
    line = next(line for line in site.desk.access_log.lines(Asked(by=TEACHER)) if line.what == "class_grid.page")
    assert line.rows == len(people)


def test_nonsense_is_answered_and_changes_nothing(site: Site) -> None:
    ana, *_ = a_class(site)
    before = site.desk.app.journey(ana).version
    client = site.client(ADVISOR)
    for sent in (
        form(site, "levels"),
        form(site, "levels", on="31.2.", **{cell(ana, "reading", "level"): "A2"}),
        form(site, "levels", on="", **{cell(ana, "reading", "level"): "A2"}),
        form(site, "levels", on="1.1.2090", **{cell(ana, "reading", "level"): "A2"}),
        form(site, "levels", evidence="rumour", **{cell(ana, "reading", "level"): "A2"}),
        form(site, "levels", seen="-1", **{cell(ana, "reading", "level"): "\x00" * 30}),
        form(site, "attendance", month="soon", planned="many", **{cell(ana, "month", "attended"): "-4"}),
    ):
        assert client.post("/class", data=sent).status_code == 422
    assert client.post("/class", data={"group": CLASS, "kind": "nothing"}).status_code == 404
    assert client.post("/class", data={}).status_code == 404
    assert site.desk.app.journey(ana).version == before


def test_more_of_a_class_than_own_participants_is_shown_to_an_advisor(site: Site) -> None:
    a_class(site, people=2)
    other = reachable_of(site, "demo-advisor-2")[0]
    join(site, [other])
    assert name_of(site, other) in site.client(ADVISOR).get("/class", query_string={"group": CLASS}).text
