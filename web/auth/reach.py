"""Whose journeys somebody may open, and on what ground: decided from where a participant is today."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

import sqlite_utils

from tracker.quality.rows import known, running, told
from web.auth.accounts import Account
from web.auth.roles import MAY, Permission

Ground = Literal["own", "manager", "lent", "opened", "class", "agreed", "named", "none", "reason", "protected"]
_GRANTED: frozenset[Ground] = frozenset(("own", "manager", "lent", "opened", "class", "agreed", "named"))


@dataclass(frozen=True)
class Whereabouts:
    """What decides who may open a journey, as it is today.

    :ivar municipality: code of the municipality that cares for the participant; after leaving Norway the last one
    :ivar advisor: user name; None = nobody is responsible
    :ivar groups: classes and groups
    :ivar parties: parties of running contracts, and their offices
    :ivar protected: the address is protected
    """

    municipality: str
    advisor: str | None = None
    groups: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    protected: bool = False


@dataclass(frozen=True)
class Reach:
    """The answer.

    :ivar ground: own, manager, lent, opened (on a reason), class, agreed (a partner that a contract names); none:
        never; reason: after a reason was stated; protected: for named users alone
    :ivar why: what the access log says of it
    :ivar until: when it ends, where it was opened on a reason
    """

    ground: Ground
    why: str = ""
    until: datetime | None = None

    @property
    def granted(self) -> bool:
        return self.ground in _GRANTED


def reach(
    account: Account,
    permission: Permission,
    found: Whereabouts,
    lenders: Collection[str] = (),
    opened: tuple[str, datetime] | None = None,
) -> Reach:
    """Whether somebody may do something with a participant.

    :param lenders: the advisors whose caseload they have on loan today
    :param opened: the reason on which they have this journey open now, and until when
    """
    roles = {
        grant.role
        for grant in account.grants
        if grant.municipality == found.municipality and permission in MAY[grant.role]
    }
    if found.protected and not account.sees_protected and roles:
        return Reach("protected")
    if "advisor" in roles and found.advisor == account.user:
        return Reach("own", "own")
    if "advisor" in roles and found.advisor in lenders:
        return Reach("lent", f"lent by {found.advisor}")
    if "manager" in roles:
        return Reach("manager", "manager")
    if "teacher" in roles and found.groups & account.about("teacher", found.municipality):
        return Reach("class", "own class")
    if "partner" in roles and found.parties & account.about("partner", found.municipality):
        return Reach("agreed", "named in a contract")
    if "advisor" in roles:
        return Reach("reason") if opened is None else Reach("opened", *opened)
    return Reach("none")


def whereabouts(
    database: sqlite_utils.Database, participant: UUID, position: int, today: date, *, with_parties: bool = False
) -> Whereabouts | None:
    """Where a participant is today, from the read model; None where there is no such participant.

    :param with_parties: the parties of contracts are told, too: they matter to partners alone
    """
    return whereabouts_of(database, [participant], position, today, with_parties).get(participant)


def whereabouts_of(
    database: sqlite_utils.Database,
    participants: Iterable[UUID],
    position: int,
    today: date,
    with_parties: bool = False,
) -> dict[UUID, Whereabouts]:
    """The same of several participants by one question; those whom there are, in the order given."""
    rows = database.execute(
        f"""
        SELECT p.participant, p.municipality, s.activity, s.value, s.key, s.valid_to IS NULL OR s.valid_to > :at
        FROM json_each(:participants) w
        CROSS JOIN participants p ON p.participant = w.value AND {known("p")}
        LEFT JOIN spells s ON s.participant = w.value AND {known("s")} AND s.valid_from <= :at
          AND +s.activity IN ('residence', 'advisor', 'group', 'address-protection')
        ORDER BY w.key, s.valid_from""",
        {
            "participants": json.dumps([str(one) for one in participants]),
            "position": position,
            "at": today.isoformat(),
        },
    ).fetchall()
    found = {
        UUID(who): _where(start, [row[2:] for row in told if row[2] is not None])
        for (who, start), told in groupby(rows, itemgetter(0, 1))
    }
    if not with_parties:
        return found
    values = {"position": position, "at": today.isoformat()}
    return {
        one: replace(where, parties=_parties(database, values | {"participant": str(one)}))
        for one, where in found.items()
    }


def _where(start: str, begun: Sequence[tuple[str, str | None, str, int]]) -> Whereabouts:
    """Where somebody is.

    :param start: the municipality of settlement
    :param begun: (activity, value, key, whether it runs) of what had begun by the day, in the order of time
    """
    # Of somebody who has left Norway or lost protection the last municipality.
    homes = [(runs, value) for activity, value, _, runs in begun if activity == "residence" and str(value).isdigit()]
    home = next((value for runs, value in homes if runs), homes[-1][1] if homes else start)
    rows = [(activity, value, key) for activity, value, key, runs in begun if runs]
    return Whereabouts(
        municipality=str(home),
        advisor=next((value for activity, value, _ in rows if activity == "advisor"), None),
        groups=frozenset(value or key for activity, value, key in rows if activity == "group"),
        protected=any(activity == "address-protection" for activity, _, _ in rows),
    )


def perhaps_in(
    database: sqlite_utils.Database, participants: Sequence[str], municipalities: Collection[str]
) -> list[UUID]:
    """Those who were settled in one of the municipalities or moved there, in the order given; one question for all.

    Of others nobody there is responsible; whether these are still there :func:`whereabouts` tells. Both places are
    compared in indexes alone, without a look at the rows of thousands.

    :param participants: their ids, as the read model writes them
    """
    rows = database.execute(
        """
        SELECT c.value FROM json_each(:participants) c
        CROSS JOIN participants p ON p.participant = c.value
        WHERE +p.rowid IN (
            SELECT q.rowid FROM participants q WHERE q.municipality IN (SELECT value FROM json_each(:codes)))
          OR p.participant IN (
            SELECT s.participant FROM spells s
            WHERE s.activity = 'residence' AND s.value IN (SELECT value FROM json_each(:codes)))
        ORDER BY c.key""",
        {
            "participants": json.dumps(participants),
            "codes": json.dumps(sorted(municipalities)),
        },
    )
    return list(dict.fromkeys(UUID(row[0]) for row in rows.fetchall()))


def _parties(database: sqlite_utils.Database, values: dict[str, Any]) -> frozenset[str]:
    """The parties of the contracts that run, and the offices that answer for them."""
    rows = database.execute(
        f"SELECT c.contract, c.parties FROM contracts c WHERE c.participant = :participant AND {running('c')}",
        values,
    ).fetchall()
    if not rows:
        return frozenset()
    offices = database.execute(
        f"""
        SELECT json_extract(t.details, '$.office') FROM timeline t
        WHERE t.participant = :participant AND +t.fact = 'party-agreed' AND {told("t")}
          AND json_extract(t.details, '$.office') IS NOT NULL""",
        values,
    ).fetchall()
    bound = frozenset(party.strip() for _, parties in rows for party in parties.split(","))
    return bound | {office for (office,) in offices}
