"""Which classes somebody may log for, and who is in them today."""

from typing import Any, NamedTuple
from uuid import UUID

from tracker.quality.rows import known, quoted, running
from web.auth.accounts import Account
from web.auth.reach import whereabouts
from web.desk import Desk

_AFTER_Z = str.maketrans("æøåäö", "{|}{|")


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


def classes(desk: Desk, account: Account) -> Classes:
    """The classes of somebody: of a teacher the own ones, of an advisor those with participants of the own caseload."""
    desk.app.read_model.caught_up()
    teacher = tuple(account.about("teacher"))
    if not any(grant.role == "advisor" for grant in account.grants):
        return Classes((), teacher)
    advisors = {account.user, *(loan.lender for loan in desk.loans.borrowed(account.user, desk.today()))}
    rows = desk.app.read_model.database.execute(
        f"""
        SELECT DISTINCT coalesce(g.value, g.key)
        FROM spells a JOIN spells g ON g.participant = a.participant AND +g.activity = 'group' AND {running("g")}
        WHERE a.activity = 'advisor' AND a.value IN {quoted(sorted(advisors))} AND {running("a")}""",
        _now(desk),
    )
    return Classes(tuple(name for (name,) in rows.fetchall()), teacher)


def members(desk: Desk, account: Account, group: str) -> Members:
    """Who is in a class today, in a municipality of the reader, in the order of their names."""
    model = desk.app.read_model
    where = _where(account, group)
    rows = model.database.execute(
        "SELECT DISTINCT t.participant FROM timeline t "
        f"WHERE t.fact = 'group-joined' AND t.value = :group AND {known('t')}",
        {**_now(desk), "group": group},
    )
    shown, hidden = [], 0
    for (id,) in rows.fetchall():
        participant = UUID(id)
        found = whereabouts(model.database, participant, model.state(), desk.today())
        if found is None or group not in found.groups or found.municipality not in where:
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


def alphabetical(name: str) -> str:
    """What to sort a name by, in the order of the Norwegian alphabet."""
    return name.casefold().translate(_AFTER_Z).replace("aa", "}")


def _now(desk: Desk) -> dict[str, Any]:
    return {"position": desk.app.read_model.state(), "at": desk.today().isoformat()}
