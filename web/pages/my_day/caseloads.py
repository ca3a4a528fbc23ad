"""Whose work somebody can look at: their own participants, caseloads on loan, and as a manager a municipality."""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.follow_up.scope import Scope
from web import wording
from web.auth.gate import account, desk
from web.auth.roles import Role
from web.persons import colleague, place


class Caseload(NamedTuple):
    """Some participants whose work belongs together.

    :ivar id: in addresses; it names nobody
    :ivar title: in the language of the reader
    :ivar scopes: who is in it; nobody twice
    """

    id: str
    title: str
    scopes: tuple[Scope, ...]


def caseloads() -> list[Caseload]:
    """What somebody can choose from, the usual one first."""
    position, today = desk().app.read_model.caught_up(), desk().today()
    own, lent = municipalities("advisor"), desk().loans.borrowed(account().user, today)
    found: list[Caseload] = []
    if own:
        mine = tuple(Scope(position, today, account().user, code) for code in own)
        loans = [
            Caseload(
                f"loan-{loan.id}",
                wording.text("On loan from %(name)s", name=colleague(loan.lender)),
                (Scope(position, today, loan.lender, loan.municipality),),
            )
            for loan in lent
            if loan.municipality in own
        ]
        if loans:
            both = tuple(dict.fromkeys((*mine, *(scope for loan in loans for scope in loan.scopes))))
            found.append(Caseload("all", wording.text("Mine and on loan"), both))
        found += [Caseload("mine", wording.text("My participants"), mine), *loans]
    found += [
        Caseload(
            f"municipality-{code}",
            wording.text("All of %(place)s", place=place(code)),
            (Scope(position, today, None, code),),
        )
        for code in municipalities("manager")
    ]
    return found


def municipalities(role: Role) -> Sequence[str]:
    """Where somebody has a role."""
    return sorted({grant.municipality for grant in account().grants if grant.role == role})


def chosen(found: Sequence[Caseload], id: str | None) -> Caseload:
    """The caseload of an id; the usual one for another."""
    return next((one for one in found if one.id == id), found[0])


def advised() -> frozenset[str]:
    """The advisors whose participants somebody logs for: oneself, and who has lent a caseload."""
    lenders = {loan.lender for loan in desk().loans.borrowed(account().user, desk().today())}
    return frozenset({account().user, *lenders})
