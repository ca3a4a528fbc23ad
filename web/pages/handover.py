"""Handing participants over to another advisor, who answers; and lending a caseload to a stand-in for a period."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.follow_up import AdvisorHandedOver
from tracker.errors import FactRefused
from tracker.quality.rows import running
from web import refusals, wording
from web.auth.accounts import Account
from web.auth.gate import account, desk, needs
from web.auth.loans import Loan, LoanNotValid
from web.forms.days import NotADay, read_day
from web.handovers import Offer
from web.outcomes import mark
from web.pages.my_day.page import note
from web.persons import Shown, colleague, protected_among, shown
from web.recording import record_each

pages = Blueprint("handover", __name__)
MOST = 500
"""Participants of one advisor that are listed."""


class Offered(NamedTuple):
    """An offer as it is shown."""

    offer: Offer
    who: Shown
    giver: str
    receiver: str


class Lent(NamedTuple):
    """A loan as it is shown.

    :ivar runs: whether it holds today; one that begins later can still be ended
    """

    loan: Loan
    lender: str
    borrower: str
    runs: bool
    mine: bool


class Wrong(NamedTuple):
    """What is wrong with a form: where, and why."""

    field: str
    words: str


@pages.get("/handover")
@needs("handover")
def page() -> ResponseReturnValue:
    """One's participants, whom to offer them to, what is offered, and loans."""
    return _page()


@pages.post("/handover")
@needs("handover")
def offer() -> ResponseReturnValue:
    """Offer participants to another advisor."""
    giver = _giver()
    receiver = desk().accounts.find(request.form.get("receiver", ""))
    places = [] if giver is None else _places(giver)
    if giver is None or receiver is None or receiver.user == giver.user or receiver.disabled_at:
        return _page(Wrong("receiver", wording.text("Choose a colleague who is to take over."))), 422
    there = _chosen(giver, places)
    if not there:
        return _page(Wrong("participants", wording.text("Choose one participant or more."))), 422
    if not all(receiver.has("advisor", code) for _, code in there):
        return _page(Wrong("receiver", wording.text("This colleague is no advisor in the municipality."))), 422
    hidden = protected_among(one for one, _ in there)
    if hidden and not (account().sees_protected and receiver.sees_protected):
        words = wording.text("A protected address can only be handed over between users who are named for it.")
        return _page(Wrong("participants", words)), 422
    made = 0
    for code in sorted({code for _, code in there}):
        own = [one for one, where in there if where == code]
        made += desk().handovers.offer(own, giver.user, receiver.user, code, desk().app.clock(), account().user)
    note("handover.offer", made)
    flash(
        wording.plural(
            "%(number)s participant offered. You stay the advisor until the answer.",
            "%(number)s participants offered. You stay the advisor until the answer.",
            made,
        ),
        "success",
    )
    return redirect(url_for("handover.page", whose=request.form.get("whose")), 303)


@pages.post("/handover/answer")
@needs("handover")
def answer() -> ResponseReturnValue:
    """Accept or decline what is offered to oneself."""
    accepted = request.form.get("answer") == "accepted"
    if not accepted and request.form.get("answer") != "declined":
        abort(400)
    ids = set(request.form.getlist("offer"))
    offers = [one for one in desk().handovers.to(account().user) if str(one.id) in ids]
    if not ids:
        return _page(Wrong("offers", wording.text("Choose what you answer."))), 422
    today = desk().today()
    fact = AdvisorHandedOver(
        on=today, told_by="staff", advisor=account().user, answer="accepted" if accepted else "declined"
    )
    said = wording.text("You are the advisor now.") if accepted else wording.text("You declined. The advisor stays.")
    stale = [one for one in offers if not _still(one)]
    desk().handovers.answer((one.id for one in stale), "withdrawn", desk().app.clock())
    offers = [one for one in offers if one not in stale]
    if stale:
        flash(wording.text("Some of it was no longer offered: the advisor had changed meanwhile."), "warning")
    if offers:
        try:
            record_each({one.participant: [fact] for one in offers}, said=said)
        except FactRefused as refusal:
            return _page(Wrong("offers", refusals.told(refusal))), 422
        desk().handovers.answer((one.id for one in offers), fact.answer, desk().app.clock())
        note("handover.answer", len(offers))
    return redirect(url_for("handover.page"), 303)


@pages.post("/handover/withdraw")
@needs("handover")
def withdraw() -> ResponseReturnValue:
    """Take back what is not answered yet: one offer, or all of an advisor's."""
    if request.form.get("everybody"):
        giver = _giver()
        offers = [] if giver is None else _waiting(giver, _places(giver))
    else:
        found = desk().handovers.find(_number("offer"))
        if found is None or not _may_act_for(found.giver, found.municipality):
            abort(404)
        offers = [found]
    taken_back = desk().handovers.answer((one.id for one in offers), "withdrawn", desk().app.clock())
    flash(
        wording.plural("%(number)s offer is withdrawn.", "%(number)s offers are withdrawn.", taken_back),
        "success" if taken_back else "warning",
    )
    return redirect(url_for("handover.page", whose=request.form.get("whose")), 303)


@pages.post("/handover/lend")
@needs("lend")
def lend() -> ResponseReturnValue:
    """Lend a caseload for a period."""
    lender = _giver()
    borrower = desk().accounts.find(request.form.get("borrower", ""))
    if lender is None or borrower is None or borrower.disabled_at:
        return _page(Wrong("borrower", wording.text("Choose a colleague who is to stand in."))), 422
    places = [code for code in _places(lender) if borrower.has("advisor", code)]
    if not places:
        return _page(Wrong("borrower", wording.text("This colleague is no advisor in the municipality."))), 422
    days = {name: _day(request.form.get(name, "")) for name in ("first", "last")}
    for name, day in days.items():
        if day is None:
            return _page(Wrong(name, wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12."))), 422
    first, last = days["first"], days["last"]
    assert first is not None
    assert last is not None
    if last < desk().today():
        return _page(Wrong("last", wording.text("The last day has passed already."))), 422
    try:
        for code in places:
            desk().loans.lend(lender.user, borrower.user, code, first, last, desk().app.clock(), account().user)
    except LoanNotValid as refusal:
        return _page(Wrong(refusal.field, refusals.told(refusal))), 422
    desk().access_log.note(desk().app.clock(), account().user, "handover.lend", why=f"{lender.user} to {borrower.user}")
    flash(wording.text("The caseload is lent to %(name)s.", name=borrower.name), "success")
    return redirect(url_for("handover.page"), 303)


@pages.post("/handover/end-loan")
@needs("lend")
def end_loan() -> ResponseReturnValue:
    """End a loan before its last day."""
    number = _number("loan")
    loan = next((one for one in desk().loans.all() if one.id == number), None)
    if loan is None or not (_may_act_for(loan.lender, loan.municipality) or loan.borrower == account().user):
        abort(404)
    desk().loans.end(loan.id, desk().app.clock())
    flash(wording.text("The loan has ended."), "success")
    return redirect(url_for("handover.page"), 303)


def _page(wrong: Wrong | None = None) -> str:
    giver = _giver()
    places = [] if giver is None else _places(giver)
    own = [] if giver is None else [one for one, _ in _advised(giver.user, places)]
    waiting = desk().handovers.to(account().user)
    given = [] if giver is None else _given(giver, places)
    names = shown([*own, *(one.participant for one in (*waiting, *given))])
    note("handover.page", len(names))
    open_ones = {one.participant for one in given if one.answer is None}
    everyone = desk().accounts.all()
    managed = {grant.municipality for grant in account().grants if grant.role == "manager"}
    return render_template(
        "handover/page.html",
        wrong=wrong,
        giver=giver,
        givers=[one for one in everyone if not one.disabled_at and any(one.has("advisor", code) for code in managed)],
        own=sorted(
            ((names[one], one in open_ones) for one in own if not names[one].masked),
            key=lambda pair: wording.alphabetical(pair[0].name),
        ),
        hidden=sum(names[one].masked for one in own),
        colleagues=[
            one
            for one in everyone
            if giver and one.user != giver.user and not one.disabled_at and any(one.has("advisor", c) for c in places)
        ],
        waiting=_by_name(_offered(one, names) for one in waiting),
        given=_by_name(_offered(one, names) for one in given if one.answer is None),
        answered=[_offered(one, names) for one in given if one.answer in ("accepted", "declined")][:10],
        loans=_loans(managed),
        typed=request.form,
        ticked=set(request.form.getlist("participant")),
        mark=mark,
        today=desk().today(),
    )


def _chosen(giver: Account, places: list[str]) -> list[tuple[UUID, str]]:
    """(participant, municipality) of those who were ticked, or of everybody who is listed and not offered yet."""
    advised = _advised(giver.user, places)
    if not request.form.get("everybody"):
        ticked = {_uuid(one) for one in request.form.getlist("participant")}
        return [(one, code) for one, code in advised if one in ticked]
    names = shown([one for one, _ in advised])
    offered = {one.participant for one in _waiting(giver, places)}
    return [(one, code) for one, code in advised if one not in offered and not names[one].masked]


def _given(giver: Account, places: Collection[str]) -> list[Offer]:
    """What was offered of an advisor's participants in these municipalities."""
    return [one for one in desk().handovers.of(giver.user) if one.municipality in places]


def _waiting(giver: Account, places: Collection[str]) -> list[Offer]:
    """What of it waits for an answer."""
    return [one for one in _given(giver, places) if one.answer is None]


def _by_name(offers: Iterable[Offered]) -> list[Offered]:
    return sorted(offers, key=lambda one: wording.alphabetical(one.who.name))


def _offered(offer: Offer, names: dict[UUID, Shown]) -> Offered:
    return Offered(offer, names[offer.participant], colleague(offer.giver), colleague(offer.receiver))


def _loans(managed: Collection[str]) -> list[Lent]:
    """The loans that are not over, of oneself, to oneself, and in a municipality that one manages."""
    today, user = desk().today(), account().user
    return [
        Lent(one, colleague(one.lender), colleague(one.borrower), one.runs(today), one.borrower == user)
        for one in desk().loans.all()
        if one.ended_at is None
        and one.last >= today.isoformat()
        and (user in (one.lender, one.borrower) or one.municipality in managed)
    ]


def _giver() -> Account | None:
    """Whose participants: one's own; a manager chooses an advisor of the municipality."""
    asked = request.values.get("whose") or ""
    if asked and asked != mark(account().user):
        managed = [grant.municipality for grant in account().grants if grant.role == "manager"]
        return next(
            (
                one
                for one in desk().accounts.all()
                if mark(one.user) == asked and any(one.has("advisor", code) for code in managed)
            ),
            None,
        )
    return account() if any(grant.role == "advisor" for grant in account().grants) else None


def _places(giver: Account) -> list[str]:
    """Where one may act for an advisor."""
    return sorted(
        {
            grant.municipality
            for grant in giver.grants
            if _may_act_for(giver.user, grant.municipality) and grant.role == "advisor"
        }
    )


def _may_act_for(user: str, municipality: str) -> bool:
    return account().has("manager", municipality) or (user == account().user and account().has("advisor", municipality))


def _advised(user: str, places: Iterable[str]) -> list[tuple[UUID, str]]:
    """(participant, municipality) of everybody whose advisor this is today, in these municipalities."""
    model = desk().app.read_model
    wanted = set(places)
    rows = model.database.execute(
        f"""
        SELECT s.participant, COALESCE(
            (SELECT h.value FROM spells h WHERE h.participant = s.participant AND +h.activity = 'residence'
               AND {running("h")} AND h.value GLOB '[0-9]*' LIMIT 1),
            (SELECT p.municipality FROM participants p
             WHERE p.participant = s.participant AND p.known_to IS NULL LIMIT 1))
        FROM spells s WHERE s.activity = 'advisor' AND s.value = :user AND {running("s")} LIMIT :most""",
        {"user": user, "position": model.caught_up(), "at": desk().today().isoformat(), "most": MOST},
    )
    return [(UUID(one), code) for one, code in rows.fetchall() if code in wanted]


def _still(offer: Offer) -> bool:
    """Whether who gives is still the advisor."""
    return any(one == offer.participant for one, _ in _advised(offer.giver, [offer.municipality]))


def _number(name: str) -> int:
    told = request.form.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 12 else 0


def _uuid(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None


def _day(told: str) -> date | None:
    try:
        return read_day(told, desk().today(), ahead=True)
    except NotADay:
        return None
