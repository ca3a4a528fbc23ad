"""What a partner at NAV or the county is named in: contracts, their steps, and the own duties, answered here.

The list names nobody: it has references, days and numbers. A name is shown on the page of a contract alone, and each
look at one stands in the access log.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events import Fact
from events.contract import ObligationMet, ObligationMissed
from tracker.contracts.held import Held
from tracker.contracts.standing import Agreed, Standing
from tracker.follow_up.calendar_file import reference
from tracker.quality.rows import running, told
from web.auth.gate import account, desk, needs
from web.outcomes import Outcome, button, mark
from web.pages.contracts import words
from web.pages.contracts.page import OPEN, look
from web.pages.my_day.page import note
from web.persons import shown

pages = Blueprint("agreed", __name__)
PAGE = 50
ANSWERS: dict[str, type[Fact]] = {cls.TOPIC: cls for cls in (ObligationMet, ObligationMissed)}
"""What a partner says of an own duty; that it is waived is agreed between all parties, and told by the advisor."""

TELLERS = {"state": "nav", "county": "county"}
"""Party -> who tells what it says of its duties."""

LIVE = ("running", "paused", "ran-out")


class Row(NamedTuple):
    """A participant in the list.

    :ivar due: the day of the next own duty; None where none is due
    :ivar late: own duties that are late
    :ivar open: own duties that something can still come of
    """

    participant: UUID
    reference: str
    kinds: str
    party: str
    due: date | None
    late: int
    open: int


@dataclass(frozen=True)
class Named:
    """What a contract page shows a partner.

    :ivar parties: the parties that the partner is
    """

    contracts: tuple[Held, ...]
    parties: frozenset[str]
    steps: tuple[Agreed, ...]
    duties: tuple[Agreed, ...]


_HOME = f"""COALESCE(
    (SELECT h.value FROM spells h WHERE h.participant = n.participant AND +h.activity = 'residence' AND {running("h")}
       AND h.value GLOB '[0-9]*' LIMIT 1),
    (SELECT p.municipality FROM participants p WHERE p.participant = n.participant AND p.known_to IS NULL LIMIT 1))"""
_PROTECTED = f"""EXISTS (
    SELECT 1 FROM spells a
    WHERE a.participant = n.participant AND +a.activity = 'address-protection' AND {running("a")})"""
_TASKS = f"""FROM tasks k WHERE k.participant = n.participant AND +k.task = 'obligation' AND k.party = n.party
    AND k.paused = 0 AND {running("k")}"""
# Begun from the people of the municipality: what all others of the installation agreed is never looked through.
_HERE = f"""
    SELECT p.participant FROM participants p WHERE p.municipality = :municipality
    UNION
    SELECT s.participant FROM spells s WHERE s.activity = 'residence' AND s.value = :municipality AND {running("s")}"""
_BOUND = f"({_HERE}) w CROSS JOIN contracts c ON c.participant = w.participant AND {running('c')}"
_OF_OFFICE = f"""
    SELECT DISTINCT t.participant, t.value AS party FROM (SELECT DISTINCT c.participant FROM {_BOUND}) b
    CROSS JOIN timeline t ON t.participant = b.participant AND +t.fact = 'party-agreed' AND {told("t")}
      AND json_extract(t.details, '$.office') = :about"""
_OF_PARTY = f"""
    SELECT DISTINCT c.participant, :about AS party FROM {_BOUND}
    WHERE ',' || REPLACE(c.parties, ' ', '') || ',' LIKE '%,' || :about || ',%'"""


def list_of(named: str) -> str:
    """The statement for the list of those in whose contracts one is named.

    :param named: that selects them and the party that one is to them
    """
    return f"""
        SELECT n.participant, n.party,
               (SELECT GROUP_CONCAT(DISTINCT c.contract) FROM contracts c
                WHERE c.participant = n.participant AND {running("c")}) AS kinds,
               (SELECT MIN(k.due) {_TASKS}), (SELECT COUNT(*) {_TASKS} AND k.due < :at), (SELECT COUNT(*) {_TASKS})
        FROM ({named}) n
        WHERE kinds IS NOT NULL AND {_HOME} = :municipality AND (:sees OR NOT {_PROTECTED})"""


STATEMENTS = {"office": list_of(_OF_OFFICE), "party": list_of(_OF_PARTY)}
"""What a grant is about -> the statement for its list."""


@pages.get("/agreed")
@needs("agreed")
def page() -> ResponseReturnValue:
    """The contracts one is named in, the most urgent own duty first."""
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) else 1
    rows = sorted(_rows(), key=lambda row: (row.due is None, row.due or date.max, row.reference))
    part = rows[(number - 1) * PAGE : number * PAGE]
    note("agreed.page", len(part))
    return render_template(
        "agreed/page.html",
        rows=part,
        total=len(rows),
        late=sum(row.late for row in rows),
        page=number,
        pages=-(-len(rows) // PAGE),
        abouts=sorted(account().about("partner")),
        words=words,
        today=desk().today(),
    )


def _rows() -> list[Row]:
    model = desk().app.read_model
    found: dict[tuple[UUID, str], Row] = {}
    for grant in account().grants:
        if grant.role != "partner":
            continue
        rows = model.database.execute(
            STATEMENTS["party" if grant.about in words.PARTIES else "office"],
            {
                "position": model.caught_up(),
                "at": desk().today().isoformat(),
                "about": grant.about,
                "municipality": grant.municipality,
                "sees": account().sees_protected,
            },
        )
        for one, party, kinds, due, late, open_ones in rows.fetchall():
            who = UUID(one)
            day = date.fromisoformat(due) if due else None
            named = ", ".join(words.kind(kind) for kind in sorted(kinds.split(",")))
            found[who, party] = Row(who, reference(one), named, party, day, late, open_ones)
    return list(found.values())


@pages.get("/agreed/<uuid:participant>")
@needs("agreed")
def participant_page(participant: UUID) -> ResponseReturnValue:
    """One participant's contracts as far as they name one: the steps, and the own duties."""
    found = _named(look(participant))
    return render_template(
        "agreed/participant.html",
        participant=participant,
        who=shown([participant])[participant],
        named=found,
        words=words,
        open=OPEN,
        answers=[(topic, button(cls)) for topic, cls in ANSWERS.items()],
        mark=mark,
    )


@pages.get("/agreed/<uuid:participant>/duty/<topic>/<sign>")
@needs("agreed")
def duty(participant: UUID, topic: str, sign: str) -> ResponseReturnValue:
    """The form for what came of an own duty."""
    return _form(_outcome(participant, topic, sign, still_open=True), sign)


@pages.post("/agreed/<uuid:participant>/duty/<topic>/<sign>")
@needs("agreed")
def answer_duty(participant: UUID, topic: str, sign: str) -> ResponseReturnValue:
    """Record what came of an own duty."""
    made = _outcome(participant, topic, sign, still_open=False)
    if made.save():
        return redirect(url_for("agreed.participant_page", participant=participant), 303)
    return _form(made, sign), made.code


def _outcome(participant: UUID, topic: str, sign: str, *, still_open: bool) -> Outcome:
    """The form about the own duty that a sign stands for; there is none for those of others."""
    cls = ANSWERS.get(topic)
    duties = [one for one in _named(look(participant)).duties if mark(one.name) == sign]
    one = next((one for one in reversed(duties) if one.state in OPEN or not still_open), None)
    if cls is None or one is None:
        abort(404)
    return Outcome.begin(
        participant, cls, one.name, leave_out=("told-by",), fixed={"told-by": TELLERS.get(one.party, "staff")}
    )


def _form(made: Outcome, sign: str) -> str:
    return render_template(
        "agreed/answer.html",
        made=made,
        back=url_for("agreed.participant_page", participant=made.participant),
        address=url_for("agreed.answer_duty", participant=made.participant, topic=made.cls.TOPIC, sign=sign),
    )


def _named(told: Standing) -> Named:
    """The contracts that name who is at work, with what concerns them."""
    abouts = account().about("partner")
    contracts = []
    parties: dict[str, set[str]] = {}
    for held in told.contracts:
        mine = {one.party for one in held.parties if one.party in abouts or (one.office and one.office in abouts)}
        if mine and held.state in LIVE:
            contracts.append(held)
            parties.setdefault(held.contract, set()).update(mine)
    since = {held.contract: held.signed_on for held in contracts}

    def of_these(one: Agreed) -> bool:
        return one.contract in since and one.agreed_on >= since[one.contract]

    return Named(
        tuple(contracts),
        frozenset(party for found in parties.values() for party in found),
        tuple(sorted(filter(of_these, told.steps), key=lambda one: (one.state not in OPEN, one.due))),
        tuple(
            sorted(
                (one for one in told.obligations if of_these(one) and one.party in parties[one.contract]),
                key=lambda one: (one.state not in OPEN, one.due),
            )
        ),
    )
