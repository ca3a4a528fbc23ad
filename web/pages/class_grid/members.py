"""Which classes somebody may log for, and who is or was in them on a day."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tracker.quality.rows import known, quoted, running
from web.auth.accounts import Account
from web.auth.reach import whereabouts
from web.desk import Desk
from web.wording import alphabetical

TAUGHT = timedelta(days=366)
"""How far back a teacher sees who was in a class: results come weeks after a test, and older classes are no errand."""


class Classes(NamedTuple):
    """The classes that somebody may log for.

    :ivar all_kinds: those in which they may log whatever there is a grid for
    :ivar as_teacher: those in which they may log what teachers may
    """

    all_kinds: tuple[str, ...]
    as_teacher: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return sorted({*self.all_kinds, *self.as_teacher}, key=alphabetical)


class Member(NamedTuple):
    """Somebody in a class.

    :ivar name: as it is shown; the beginning of the id where no name is stored
    """

    participant: UUID
    name: str


class Members(NamedTuple):
    """Who is in a class.

    :ivar hidden: how many are not shown because their address is protected
    """

    shown: list[Member]
    hidden: int


def classes(desk: Desk, account: Account, day: date | None = None) -> Classes:
    """The classes of somebody: of a teacher the own ones, of an advisor those with participants of the own caseload.

    :param day: in which the participants of today's caseload were then; left out, today
    """
    teacher = tuple(account.about("teacher"))
    if not any(grant.role == "advisor" for grant in account.grants):
        return Classes((), teacher)
    advisors = {account.user, *(loan.lender for loan in desk.loans.borrowed(account.user, desk.today()))}
    rows = desk.app.read_model.database.execute(
        f"""
        SELECT DISTINCT coalesce(g.value, g.key)
        FROM spells a JOIN spells g
          ON g.participant = a.participant AND +g.activity = 'group' AND {running("g", ":then")}
        WHERE a.activity = 'advisor' AND a.value IN {quoted(sorted(advisors))} AND {running("a")}""",
        {**_now(desk), "then": (day or desk.today()).isoformat()},
    )
    return Classes(tuple(name for (name,) in rows.fetchall()), teacher)


def members(desk: Desk, account: Account, group: str, day: date | None = None) -> Members:
    """Who is in a class, of those who live in a municipality of the reader today, in the order of their names.

    :param day: who was in it then; left out, today. Protection is always that of today
    """
    model = desk.app.read_model
    where = _where(account, group)
    rows = model.database.execute(
        f"""
        SELECT DISTINCT t.participant
        FROM timeline t JOIN spells g ON g.participant = t.participant AND +g.activity = 'group'
          AND coalesce(g.value, g.key) = :group AND {running("g", ":then")}
        WHERE t.fact = 'group-joined' AND t.value = :group AND {known("t")}""",
        {**_now(desk), "group": group, "then": (day or desk.today()).isoformat()},
    )
    shown, hidden = [], 0
    for (id,) in rows.fetchall():
        participant = UUID(id)
        found = whereabouts(model.database, participant, model.state(), desk.today())
        if found is None or found.municipality not in where:
            continue
        if found.protected and not account.sees_protected:
            hidden += 1
            continue
        person = desk.app.people.get(participant)
        shown.append(Member(participant, (person.name if person else None) or id[:8]))
    return Members(sorted(shown, key=lambda one: (alphabetical(one.name), str(one.participant))), hidden)


def _where(account: Account, group: str) -> frozenset[str]:
    """The municipalities in which somebody may see the class: a teacher where it is an own one."""
    return frozenset(
        grant.municipality
        for grant in account.grants
        if grant.role == "advisor" or (grant.role == "teacher" and grant.about == group)
    )


def _now(desk: Desk) -> dict[str, Any]:
    return {"position": desk.app.read_model.state(), "at": desk.today().isoformat()}
