"""Lists of one's own: the filters of the worklist under a name, for who made them alone."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.web.browsing import EACH_WIDTH, accessible
from tests.web.class_grid.scene import reachable_of
from tests.web.conftest import Site
from tests.web.test_my_day import ADVISOR, COLLEAGUE, MANAGER
from tracker.follow_up.saved_lists import Filters, ListNotFound, own_lists, remove, saved_lists
from web.pages.my_day.lists import LONGEST, MOST

CHOSEN = {
    "name": "Uten plan",
    "rows": "people",
    "due": "30d",
    "has": ["programme-started", ""],
    "has_not": ["plan-agreed"],
    "runs": ["programme"],
    "runs_not": [""],
    "inactive": "3m",
}


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client(ADVISOR)


def kept(site: Site, user: str = ADVISOR) -> dict[str, Filters]:
    """Name -> filters of the lists of somebody."""
    return {one.title.en: one.filters for one in own_lists(site.desks.settings.home, user).values()}


def test_filters_are_kept_under_a_name_and_asked_anew(site: Site, client: FlaskClient) -> None:
    assert "/day/lists/new" in client.get("/day").text
    answer = client.post("/day/lists", data=CHOSEN)
    assert answer.status_code == 303
    assert re.fullmatch(r"/day\?list=own-[0-9a-f]{10}", answer.location), "the name stands in no address"
    assert kept(site) == {
        "Uten plan": Filters(
            rows="people",
            due="30d",
            has=("programme-started",),
            has_not=("plan-agreed",),
            runs=("programme",),
            inactive="3m",
        )
    }
    page = client.get(answer.location).text
    assert "<title>Uten plan" in page and "The list is saved." in page
    assert page.count(">Uten plan</a>") == 1


def test_a_list_sent_twice_is_one_and_no_two_have_one_name(site: Site, client: FlaskClient) -> None:
    first = client.post("/day/lists", data=CHOSEN)
    again = client.post("/day/lists", data=CHOSEN)
    assert (again.status_code, again.location) == (303, first.location)
    other = client.post("/day/lists", data=CHOSEN | {"due": "7d"})
    assert other.status_code == 422 and 'href="#f-name"' in other.text
    assert list(kept(site)) == ["Uten plan"]
    assert client.post(f"/day/lists/{first.location.partition('=')[2]}", data=CHOSEN | {"due": "7d"}).status_code == 303
    assert kept(site)["Uten plan"].due == "7d"


def test_a_new_list_begins_with_the_filters_that_are_open(client: FlaskClient) -> None:
    overdue = client.get("/day/lists/new?show=overdue").text
    assert re.search(r'name="overdue" value="yes" checked', overdue)
    like = client.get("/day/lists/new?like=no-contact").text
    assert re.search(r'value="people" checked', like)
    assert '<input type="hidden" name="like" value="no-contact">' in like


def test_what_the_form_does_not_ask_for_stays_of_the_list_it_was_made_from(site: Site, client: FlaskClient) -> None:
    (id, theirs) = next((id, one) for id, one in saved_lists(site.desks.settings.home).items() if one.filters.summer)
    client.post("/day/lists", data={"name": "Sommer", "rows": "tasks", "due": "", "like": id})
    assert kept(site)["Sommer"].summer == theirs.filters.summer
    assert kept(site)["Sommer"].rows == "people", "such a list is of participants"


def test_a_list_is_renamed_changed_and_deleted(site: Site, client: FlaskClient) -> None:
    (id,) = re.findall(r"own-\w+", client.post("/day/lists", data=CHOSEN).location)
    form = client.get(f"/day/lists/{id}").text
    assert 'value="Uten plan"' in form and 'value="plan-agreed" selected' in form
    client.post(f"/day/lists/{id}", data=CHOSEN | {"name": "Mangler plan", "inactive": ""})
    assert kept(site).keys() == {"Mangler plan"}
    assert kept(site)["Mangler plan"].inactive is None
    assert client.post(f"/day/lists/{id}/delete").status_code == 303
    assert kept(site) == {}
    assert not list((site.desks.settings.home / "lists").rglob("*.toml"))
    assert client.get(f"/day/lists/{id}").status_code == 404


def test_a_list_of_somebody_else_is_neither_shown_nor_changed_nor_deleted(site: Site, client: FlaskClient) -> None:
    (id,) = re.findall(r"own-\w+", client.post("/day/lists", data=CHOSEN).location)
    for user in (COLLEAGUE, MANAGER):
        other = site.client(user)
        assert "Uten plan" not in other.get(f"/day?list={id}").text
        for method, path in (("get", ""), ("post", ""), ("post", "/delete")):
            assert getattr(other, method)(f"/day/lists/{id}{path}").status_code == 404
    with pytest.raises(ListNotFound):
        remove(id, site.desks.settings.home, COLLEAGUE)
    assert kept(site).keys() == {"Uten plan"}
    assert id not in saved_lists(site.desks.settings.home)


@EACH_WIDTH
def test_lists_and_drafts_are_accessible(served: Site, visit: Callable[..., Page], width: int) -> None:
    who = reachable_of(served, ADVISOR)[0]
    served.desk.drafts.keep(ADVISOR, who, "conversation", [("held.way", "visit")], served.desk.app.clock())
    page = visit(ADVISOR, "/day/lists/new", width=width)
    accessible(page)
    page.fill("#f-name", "Uten plan")
    page.select_option("#f-has_not-1", "plan-agreed")
    page.get_by_role("button", name="Save the list").click()
    page.wait_for_url("**/day?list=own-*")
    page.locator("a[href^='/day/lists/own-']").click()
    accessible(page)
    page.goto(f"{served.address}/drafts")
    accessible(page)


@pytest.mark.parametrize(
    "wrong, place",
    [
        ({"name": " "}, "f-name"),
        ({"name": "x" * (LONGEST + 1)}, "f-name"),
        ({"due": "soon"}, "f-due"),
        ({"inactive": "99y"}, "f-inactive"),
        ({"tasks": ["nothing-such"]}, "f-tasks"),
        ({"has": ["fact-retracted"]}, "f-has-1"),
        ({"runs_not": ["idleness"]}, "f-runs_not-1"),
        ({"rows": "cells"}, "f-rows"),
    ],
)
def test_what_cannot_be_is_told_at_its_place_and_nothing_is_kept(
    site: Site, client: FlaskClient, wrong: dict[str, object], place: str
) -> None:
    answer = client.post("/day/lists", data=CHOSEN | wrong)
    assert answer.status_code == 422
    assert f'href="#{place}"' in answer.text
    assert kept(site) == {}


def test_a_user_name_leaves_the_folder_of_lists_for_nobody(site: Site) -> None:
    home = site.desks.settings.home
    assert own_lists(home, "../../lists") == own_lists(home, "..") == {}


def test_there_is_an_end_to_how_many_somebody_keeps(site: Site, client: FlaskClient) -> None:
    for number in range(MOST):
        assert client.post("/day/lists", data={"name": str(number), "rows": "tasks", "due": ""}).status_code == 303
    assert client.post("/day/lists", data=CHOSEN).status_code == 422
