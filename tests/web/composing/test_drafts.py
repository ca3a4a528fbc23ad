"""What was typed and not saved is there again, for who typed it, for a week."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.web.class_grid.scene import ADVISOR, reachable_of
from tests.web.conftest import Site
from web.drafts import KEPT_FOR, LARGEST, Drafts

TYPED = {"held.way": "visit", "held.agreed-next": "asks the school", "csrf_token": "x", "command": "y", "seen": "3"}


@pytest.fixture
def who(site: Site) -> UUID:
    return reachable_of(site, ADVISOR)[0]


def drafts(site: Site) -> Drafts:
    return Drafts(site.desk.database, site.desk.app.keys)


def test_what_is_kept_is_offered_and_fills_the_form(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    assert client.post(f"/drafts/conversation/{who}", data=TYPED, headers={"X-Draft": "yes"}).status_code == 204
    page = client.get(f"/participants/{who}/conversation").text
    assert "and did not save it" in page
    assert "asks the school" not in page
    again = client.get(f"/participants/{who}/conversation", query_string={"draft": "yes"}).text
    assert "asks the school" in again
    assert 'value="y"' not in again, "a form shown again is another form"
    assert "asks the school" not in client.get(f"/participants/{who}/test-day", query_string={"draft": "yes"}).text


def test_a_draft_is_of_who_typed_it(site: Site, who: UUID) -> None:
    site.client(ADVISOR).post(f"/drafts/conversation/{who}", data=TYPED)
    now = site.desk.app.clock()
    assert drafts(site).find(ADVISOR, who, "conversation", now) is not None
    assert drafts(site).find("demo-advisor-2", who, "conversation", now) is None


def test_it_lies_sealed_in_the_file(site: Site, who: UUID) -> None:
    site.client(ADVISOR).post(f"/drafts/conversation/{who}", data=TYPED)
    (row,) = site.desk.database.execute("SELECT sealed FROM drafts").fetchall()
    assert b"school" not in row[0]
    site.desk.database.execute("UPDATE drafts SET user = 'demo-advisor-2'")
    assert drafts(site).find("demo-advisor-2", who, "conversation", site.desk.app.clock()) is None, "it was moved"


def test_after_a_week_it_is_gone(site: Site, who: UUID) -> None:
    kept = drafts(site)
    now = site.desk.app.clock()
    kept.keep(ADVISOR, who, "conversation", TYPED.items(), now - KEPT_FOR - timedelta(hours=1))
    assert kept.find(ADVISOR, who, "conversation", now) is None
    kept.keep(ADVISOR, who, "test_day", TYPED.items(), now)
    assert [row[0] for row in site.desk.database.execute("SELECT form FROM drafts").fetchall()] == ["test_day"]


def test_a_refused_form_is_kept_and_a_saved_one_is_not(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    version = str(site.desk.app.journey(who).version)
    typed = {"held.way": "visit", "held.agreed-next": "asks the school", "seen": version, "command": "one"}
    client.post(f"/participants/{who}/conversation", data=typed | {"on": "31.2."})
    now = site.desk.app.clock()
    assert drafts(site).find(ADVISOR, who, "conversation", now) is not None
    assert client.post(f"/participants/{who}/conversation", data=typed | {"on": "today"}).status_code == 303
    assert drafts(site).find(ADVISOR, who, "conversation", now) is None


def test_it_can_be_thrown_away(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    client.post(f"/drafts/conversation/{who}", data=TYPED)
    client.post(f"/drafts/conversation/{who}/discard")
    assert drafts(site).find(ADVISOR, who, "conversation", site.desk.app.clock()) is None


def test_my_day_counts_them_and_leads_to_a_list_from_which_each_is_opened_or_thrown_away(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    assert "/drafts" not in client.get("/day").text
    client.post(f"/drafts/conversation/{who}", data=TYPED)
    client.post(f"/drafts/test_day/{who}", data={"reading.level": "A2"})
    day = client.get("/day").text
    assert "2 drafts not saved" in day
    assert 'href="/drafts"' in day
    page = client.get("/drafts").text
    assert f'href="/participants/{who}/conversation?draft=yes"' in page
    assert f'href="/participants/{who}/test-day?draft=yes"' in page
    assert "asks the school" not in page, "what was typed is read in its form"
    answer = client.post(f"/drafts/conversation/{who}/discard", data={"back": "list"})
    assert answer.location == "/drafts"
    assert "/conversation" not in client.get("/drafts").text
    assert "1 draft not saved" in client.get("/day").text


def test_the_list_is_of_who_typed_and_names_nobody_who_is_out_of_reach(site: Site, who: UUID) -> None:
    (hidden, *_) = site.protected()
    now = site.desk.app.clock()
    drafts(site).keep(ADVISOR, hidden, "conversation", TYPED.items(), now)
    drafts(site).keep("demo-advisor-2", who, "test_day", TYPED.items(), now)
    client = site.client(ADVISOR)
    page = client.get("/drafts").text
    person = site.desk.app.people.get(hidden)
    assert person is not None and person.name
    assert person.name not in page
    assert "Not open to you any more" in page
    assert "/test-day" not in page
    client.post(f"/drafts/conversation/{hidden}/discard", data={"back": "list"})
    assert "You have no drafts." in client.get("/drafts").text


def test_nobody_keeps_drafts_of_whom_they_may_not_log_for(site: Site, who: UUID) -> None:
    path = "/drafts/conversation/{}"
    (hidden, *_) = site.protected()
    assert site.client(ADVISOR).post(path.format(hidden), data=TYPED).status_code == 404
    assert site.client("demo-advisor-5").post(path.format(who), data=TYPED).status_code == 404
    assert site.client("demo-manager").post(path.format(who), data=TYPED).status_code == 403
    assert site.client(ADVISOR).post(f"/drafts/passwords/{who}", data=TYPED).status_code == 404
    assert not drafts(site).of(ADVISOR, site.desk.app.clock())


def test_throwing_away_reaches_ones_own_drafts_alone(site: Site, who: UUID) -> None:
    site.client(ADVISOR).post(f"/drafts/conversation/{who}", data=TYPED)
    site.client("demo-advisor-2").post(f"/drafts/conversation/{who}/discard")
    assert drafts(site).count(ADVISOR, site.desk.app.clock()) == 1


def test_nothing_and_too_much_are_not_kept(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    for typed in ({}, {"csrf_token": "x"}, {"held.agreed-next": "x" * (LARGEST + 1)}):
        assert client.post(f"/drafts/conversation/{who}", data=typed, headers={"X-Draft": "yes"}).status_code == 422
    assert not site.desk.database.execute("SELECT 1 FROM drafts").fetchall()
