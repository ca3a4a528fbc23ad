"""A conversation, a test day and the end of a programme are each written down in one go, as one act."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from events import Fact
from events.follow_up import FollowUpHeld, FollowUpScheduled
from events.language import LanguageLevelReached
from events.programme import ProgrammeEnded, ProgrammeStarted
from events.work import JobStarted
from tests.web.class_grid.scene import ADVISOR, reachable_of
from tests.web.conftest import Site
from tracker.application import Author
from web.composing.running import running


def somebody(site: Site, *facts: Fact) -> UUID:
    """A participant of the advisor with an open programme, and further facts."""
    who = next(
        one
        for one in reachable_of(site, ADVISOR)
        if running(site.desk.app.journey(one), "programme") and not running(site.desk.app.journey(one), "follow-up")
    )
    if facts:
        site.desk.app.log_all(who, facts, Author("demo"))
    return who


def added(site: Site, who: UUID, version: int) -> list[Any]:
    """What was recorded after a version."""
    return [item.fact for item in site.desk.app.journey(who).recorded[version:]]


def sent(site: Site, who: UUID, **values: Any) -> dict[str, Any]:
    version = site.desk.app.journey(who).version
    return {"command": "one", "seen": str(version), "on": "today", "told-by": "staff"} | values


def test_a_conversation_writes_all_that_came_of_it_as_one_act(site: Site) -> None:
    who = somebody(site)
    version = site.desk.app.journey(who).version
    ahead = site.desk.today() + timedelta(days=30)
    values = {
        "held.way": "phone",
        "held.with-whom": ["school", "employer"],
        "held.agreed-next": "asks the school",
        "heard.use": "yes",
        "heard.own-wish-recorded": "yes",
        "feedback.subject": "placement",
        "feedback.wording": "wants more hours",
        "career.goal": "work",
        "norwegian.goals.reading": "B1",
        "next.planned-on": f"{ahead.day}.{ahead.month}.",
    }
    client = site.client(ADVISOR)
    answer = client.post(f"/participants/{who}/conversation", data=sent(site, who, **values))
    assert answer.status_code == 303, answer.text
    facts = added(site, who, version)
    assert [fact.TOPIC for fact in facts] == [
        "follow-up-held",
        "participant-consulted",
        "feedback-given",
        "career-goal-set",
        "language-goal-set",
        "follow-up-scheduled",
    ]
    assert (facts[0].way, facts[0].with_whom) == ("phone", ("school", "employer"))
    assert facts[1].way == "conversation"
    assert facts[-1].planned_on == ahead
    assert {fact.on for fact in facts} == {site.desk.today()}
    client.post("/undo/one")
    journey = site.desk.app.journey(who)
    assert all(version >= entry.version for entry in journey.facts)


def test_what_stays_blank_is_not_recorded(site: Site) -> None:
    who = somebody(site)
    version = site.desk.app.journey(who).version
    site.client(ADVISOR).post(f"/participants/{who}/conversation", data=sent(site, who, **{"held.way": "visit"}))
    assert [fact.TOPIC for fact in added(site, who, version)] == ["follow-up-held"]


def test_the_conversation_that_was_agreed_is_the_one_held_and_the_next_may_begin(site: Site) -> None:
    today = site.desk.today()
    who = somebody(site, FollowUpScheduled(on=today - timedelta(days=20), planned_on=today))
    client = site.client(ADVISOR)
    page = client.get(f"/participants/{who}/conversation").text
    assert "Which conversation" in page
    later = (today + timedelta(days=60)).isoformat()
    values = {"held.follow-up": "follow-up", "held.way": "meeting", "next.planned-on": later}
    assert client.post(f"/participants/{who}/conversation", data=sent(site, who, **values)).status_code == 303
    (agreed,) = running(site.desk.app.journey(who), "follow-up")
    assert agreed.values["planned_on"].isoformat() == later


def test_another_conversation_leaves_the_agreed_one_standing(site: Site) -> None:
    today = site.desk.today()
    who = somebody(site, FollowUpScheduled(on=today - timedelta(days=20), planned_on=today + timedelta(days=3)))
    later = (today + timedelta(days=60)).isoformat()
    values = {"held.follow-up": today.isoformat(), "held.way": "meeting", "next.planned-on": later}
    answer = site.client(ADVISOR).post(f"/participants/{who}/conversation", data=sent(site, who, **values))
    assert answer.status_code == 303, answer.text
    planned = {one.values["planned_on"] for one in running(site.desk.app.journey(who), "follow-up")}
    assert planned == {today + timedelta(days=3), today + timedelta(days=60)}


@pytest.mark.parametrize(
    "values, told",
    [
        ({"on": "31.2."}, "Date: Write a day"),
        ({"on": ""}, "Date: Write a day"),
        ({"on": "1.1.2099"}, "is after today"),
        ({"held.way": "pigeon"}, "Way: Choose one of the values."),
        ({"career.goal": "fame"}, "Goal: Choose one of the values."),
        ({"next.planned-on": "soon"}, "Planned for: Write a day"),
        ({"next.planned-on": "2020-01-01"}, "Next conversation: "),
        ({"feedback.wording": "x" * 300}, "Write at most 200 characters."),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_where_it_is_and_all_that_was_typed_is_kept(
    site: Site, values: dict[str, str], told: str
) -> None:
    who = somebody(site)
    version = site.desk.app.journey(who).version
    typed = {"held.way": "meeting", "held.agreed-next": "asks the school"} | values
    answer = site.client(ADVISOR).post(f"/participants/{who}/conversation", data=sent(site, who, **typed))
    assert answer.status_code == 422
    assert told in answer.text
    assert "asks the school" in answer.text
    assert site.desk.app.journey(who).version == version


def test_sent_twice_it_is_recorded_once(site: Site) -> None:
    who = somebody(site)
    version = site.desk.app.journey(who).version
    client = site.client(ADVISOR)
    data = sent(site, who, **{"held.way": "visit"})
    assert [client.post(f"/participants/{who}/conversation", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(added(site, who, version)) == 1


def test_the_second_of_two_is_told_what_was_added_and_keeps_what_was_typed(site: Site) -> None:
    who = somebody(site)
    data = sent(site, who, **{"held.way": "visit", "held.agreed-next": "asks the school"})
    site.desk.app.log(who, FollowUpHeld(on=site.desk.today(), way="phone"), Author("demo-advisor-2"))
    client = site.client(ADVISOR)
    answer = client.post(f"/participants/{who}/conversation", data=data)
    assert answer.status_code == 409
    assert "Conversation held (demo-advisor-2" in answer.text
    assert "asks the school" in answer.text
    seen = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/participants/{who}/conversation", data=data | {"seen": seen}).status_code == 303


def test_a_test_day_writes_the_parts_that_were_taken(site: Site) -> None:
    who = somebody(site)
    version = site.desk.app.journey(who).version
    values = {"evidence": "norskproven", "sitting": "2026-3", "listening.level": "B1", "writing.level": "A2+"}
    answer = site.client(ADVISOR).post(f"/participants/{who}/test-day", data=sent(site, who, **values))
    assert answer.status_code == 303, answer.text
    assert [(f.skill, f.level, f.sub_level, f.sitting, f.evidence) for f in added(site, who, version)] == [
        ("listening", "B1", None, "2026-3", "norskproven"),
        ("writing", "A2", "A2+", "2026-3", "norskproven"),
    ]


def test_a_test_day_without_a_level_is_no_test_day(site: Site) -> None:
    who = somebody(site, LanguageLevelReached(on=date(2024, 1, 5), skill="reading", level="B1"))
    client = site.client(ADVISOR)
    assert "Best so far: B" in client.get(f"/participants/{who}/test-day").text
    answer = client.post(f"/participants/{who}/test-day", data=sent(site, who))
    assert answer.status_code == 422
    assert "Nothing is filled in." in answer.text


def test_the_end_of_a_programme_ends_its_parts_and_leaves_the_job(site: Site) -> None:
    yesterday = site.desk.today() - timedelta(days=1)
    job = JobStarted(on=yesterday, job="Kitchen", hours_per_week=None, contract="permanent")
    who = somebody(site, job)
    journey = site.desk.app.journey(who)
    client = site.client(ADVISOR)
    page = client.get(f"/participants/{who}/programme-ends").text
    assert "Kitchen" in page
    parts = [one for one in running(journey) if one.activity == "programme-element"]
    assert parts
    ticked = dict.fromkeys(page_ticks(page), "yes")
    assert not any(name.startswith("work-") for name in ticked)
    ahead = (site.desk.today() + timedelta(days=90)).isoformat()
    values = ticked | {
        "end.manner": "completed",
        "end.reasons": ["work", "goal-reached"],
        "end.main-activity": "work",
        "next.planned-on": ahead,
    }
    answer = client.post(f"/participants/{who}/programme-ends", data=sent(site, who, **values))
    assert answer.status_code == 303, answer.text
    after = site.desk.app.journey(who)
    assert {one.activity for one in running(after)} >= {"work", "follow-up"}
    assert not {one.activity for one in running(after)} & {"programme", "programme-element"}
    ended = next(entry.fact for entry in after.facts if isinstance(entry.fact, ProgrammeEnded))
    assert ended.reasons == ("work", "goal-reached")
    assert len({item.stamp.act for item in after.recorded[journey.version :]}) == 1
    assert "No programme is running." in client.get(f"/participants/{who}/programme-ends").text


def page_ticks(page: str) -> list[str]:
    """The names of the ticks that are set on a page."""
    return [part.split('"')[0] for part in page.split('name="')[1:] if " checked" in part.split(">")[0]]


def test_a_part_that_began_after_the_end_is_told_at_its_tick(site: Site) -> None:
    who = somebody(site)
    journey = site.desk.app.journey(who)
    part = next(one for one in running(journey) if one.activity == "programme-element")
    started = next(entry.fact.on for entry in journey.facts if isinstance(entry.fact, ProgrammeStarted))
    values = {
        f"programme-element-{part.opened_by}.use": "yes",
        "on": (started - timedelta(days=400)).isoformat(),
        "end.manner": "completed",
    }
    answer = site.client(ADVISOR).post(f"/participants/{who}/programme-ends", data=sent(site, who, **values))
    assert answer.status_code == 422
    assert f'href="#s-programme-element-{part.opened_by}"' in answer.text


@pytest.mark.parametrize("page", ["conversation", "test-day", "programme-ends"])
def test_only_who_logs_for_the_participant_gets_in(site: Site, page: str) -> None:
    who = somebody(site)
    codes = {
        user: site.client(user).get(f"/participants/{who}/{page}").status_code
        for user in ("demo-manager", "demo-teacher-1", "demo-analyst", "demo-advisor-5")
    }
    assert codes == {"demo-manager": 403, "demo-teacher-1": 403, "demo-analyst": 403, "demo-advisor-5": 302}
