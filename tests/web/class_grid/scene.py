"""A class with enough people in it: own participants of the first demo advisor, put together on one day."""

from datetime import timedelta
from uuid import UUID

from events.intake import GroupJoined
from tests.web.conftest import Site
from tracker.application import Author
from web.auth.accounts import Grant
from web.auth.reach import whereabouts
from web.demo_accounts import TEACHER

CLASS = "Spor 2 test"
ADVISOR = "demo-advisor-1"
MUNICIPALITY = "9901"


def a_class(site: Site, people: int = 4) -> list[UUID]:
    """Put participants whom the advisor can reach into a class that the teacher teaches; in the order of their names."""
    app = site.desk.app
    reachable = reachable_of(site, ADVISOR)[:people]
    join(site, reachable)
    account = site.desk.accounts.find(TEACHER)
    assert account is not None
    grants = (*account.grants, Grant("teacher", MUNICIPALITY, CLASS))
    site.desk.accounts.change(TEACHER, app.clock(), grants=grants)
    return sorted(reachable, key=lambda one: name_of(site, one))


def reachable_of(site: Site, advisor: str) -> list[UUID]:
    """The participants of an advisor who live in the municipality and whose address is not protected."""
    model = site.desk.app.read_model
    found = []
    for one in site.participants_of(advisor):
        where = whereabouts(model.database, one, model.state(), site.desk.today())
        if where is not None and where.municipality == MUNICIPALITY and not where.protected:
            found.append(one)
    return found


def join(site: Site, people: list[UUID]) -> None:
    """Put people into the class, since last week."""
    on = site.desk.today() - timedelta(days=7)
    site.desk.app.log_for_many(people, GroupJoined(on=on, group=CLASS), Author("demo"))


def name_of(site: Site, participant: UUID) -> str:
    """The name of a participant."""
    person = site.desk.app.people.get(participant)
    assert person is not None
    assert person.name is not None
    return person.name


def facts_of(site: Site, participant: UUID, topic: str) -> list[object]:
    """The facts of a kind that hold in a journey."""
    return [entry.fact for entry in site.desk.app.journey(participant).facts if entry.fact.TOPIC == topic]
