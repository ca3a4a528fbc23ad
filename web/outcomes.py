"""What came of something due: which facts tell it, the form of each with what it is about, and recording it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from events import Fact, fact_class
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractTerminated,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    ObligationWaived,
    PartyAgreed,
    StepAgreed,
    StepDropped,
    StepJudgedReached,
    StepRevised,
)
from events.fields import fields_of
from events.follow_up import FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from events.language import LanguageLevelReached
from events.status import StatusConfirmed
from tracker.errors import Conflict, EndsBeforeStart, FactRefused
from tracker.follow_up.happenings import DERIVED, named_fact
from tracker.follow_up.rules import Rulebook
from tracker.wording_of_facts import title
from web import wording
from web.auth.gate import desk
from web.forms import FactForm
from web.forms.field import Field
from web.persons import colleague
from web.recording import record
from web.wording import marked as _

BUTTONS: Mapping[type[Fact], str] = {
    FollowUpHeld: _("Held"),
    FollowUpMoved: _("Move"),
    FollowUpMissed: _("Not held"),
    FollowUpScheduled: _("Agree on a day"),
    ObligationMet: _("Met"),
    ObligationMissed: _("Broken"),
    ObligationWaived: _("Waive"),
    StepJudgedReached: _("Reached"),
    StepRevised: _("Agree anew"),
    StepDropped: _("Drop"),
    ContractExtended: _("Extend"),
    ContractPaused: _("Pause"),
    ContractResumed: _("Resume"),
    ContractCompleted: _("Complete"),
    ContractTerminated: _("Terminate"),
    ContractReopened: _("Reopen"),
    PartyAgreed: _("Add the agreement of a party"),
    StepAgreed: _("Add a step"),
    ObligationAgreed: _("Add a duty"),
}
"""What a button says, where it is shorter than the name of the fact."""

BY_CONTRACT: Mapping[str, tuple[type[Fact], ...]] = {
    "follow-up": (FollowUpHeld, FollowUpMoved, FollowUpMissed),
    "obligation": (ObligationMet, ObligationMissed, ObligationWaived),
    "step": (StepJudgedReached, StepRevised, StepDropped),
    "contract-ends": (ContractExtended, ContractCompleted, ContractTerminated),
}
_BY_DERIVED: Mapping[str, tuple[type[Fact], ...]] = {
    "contact": (FollowUpHeld, FollowUpScheduled, StatusConfirmed),
    "level-rose": (LanguageLevelReached,),
    "language-goal-reached": (LanguageLevelReached,),
}
_TOO_EARLY: Mapping[str, str] = {
    "contract-resumed": "the contract has rested since %(since)s, so its last day of rest cannot be %(day)s; "
    "give the last day of rest, %(since)s or later",
    "contract-reopened": "the contract ended on %(since)s, so it cannot be reopened on %(day)s; "
    "give %(since)s or later",
    "contract": "the contract was signed on %(since)s, so nothing in it can have happened on %(day)s; "
    "give %(since)s or later",
}
"""What is done to a contract -> what is wrong with a day before it was possible."""
_ELSEWHERE = frozenset(("programme-reopened",))
"""Facts that would do a task without being what is meant: an end without a reason is corrected, not taken back."""


def outcomes_of(task: str, rules: Rulebook) -> tuple[type[Fact], ...]:
    """The facts that tell what came of a kind of task, the usual one first; empty where another page does it."""
    if task in BY_CONTRACT:
        return BY_CONTRACT[task]
    rule = rules.rules.get(task)
    found: list[type[Fact]] = []
    for name in rule.closes if rule is not None else ():
        if name in DERIVED:
            found += _BY_DERIVED.get(name, ())
        elif (topic := named_fact(name)[0]) not in _ELSEWHERE:
            found.append(fact_class(topic))
    return tuple(dict.fromkeys(found))


def button(cls: type[Fact]) -> str:
    """What a button for a fact says."""
    return wording.words(BUTTONS[cls]) if cls in BUTTONS else title(cls, wording.language())


def mark(*parts: object) -> str:
    """What stands in an address for something that has a name which people wrote."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass
class Outcome:
    """The form of one fact about something agreed or due.

    :ivar about: the key of what it is about; empty where it has none
    :ivar version: what the journey stood at when the form was made
    :ivar next: the form of the next conversation, where one was held
    :ivar news: what others added meanwhile: (what, who)
    :ivar since: the day on which what it is about began; nothing of it is earlier
    """

    participant: UUID
    form: FactForm
    about: str
    version: int
    next: FactForm | None = None
    news: list[tuple[str, str]] = field(default_factory=list)
    since: date | None = None

    @classmethod
    def begin(
        cls,
        participant: UUID,
        fact: type[Fact],
        about: str = "",
        *,
        given: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        fixed: Mapping[str, Any] | None = None,
    ) -> "Outcome":
        """The form of a fact.

        :param about: the key of the spell; a conversation without a name has the usual one
        """
        nameless = about in ("", "follow-up")
        named = {option: about for option in _key_options(fact) if about and not (option == "follow-up" and nameless)}
        out = {*leave_out, *(option for option in _key_options(fact) if option == "follow-up" and nameless)}
        today = desk().today()
        form = FactForm(fact, today, given, fixed={**named, **(fixed or {})}, leave_out=out)
        next_one = (
            FactForm(FollowUpScheduled, today, prefix="next.", leave_out=("on", "follow-up", "with-whom", "told-by"))
            if fact is FollowUpHeld
            else None
        )
        return cls(participant, form, about, desk().app.journey(participant).version, next_one)

    @property
    def cls(self) -> type[Fact]:
        return self.form.cls

    @property
    def heading(self) -> str:
        """What is recorded."""
        return self.form.title

    @property
    def next_field(self) -> Field | None:
        """The day of the next conversation, which may be left empty."""
        if self.next is None:
            return None
        found = self.next.fields[0]
        return Field(**{**vars(found), "label": wording.text("Next conversation"), "required": False})

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) of the whole form."""
        return self.form.summary + ([] if self.next is None else self.next.summary)

    def save(self, said: str | None = None) -> bool:
        """Record what was sent.

        :returns: whether it was; else the form tells why not, and keeps what was typed
        """
        self.form.take(request.form)
        facts = self._facts()
        if facts is None:
            return False
        try:
            self._not_before(facts[0])
            record(self.participant, facts, command=self.form.command, expected_version=sent_version(), said=said)
        except Conflict:
            self.news = added_since(self.participant, sent_version() or 0)
            self.version = desk().app.journey(self.participant).version
            return False
        except FactRefused as refusal:
            self.form.refuse(refusal)
            return False
        return True

    def _not_before(self, fact: Fact) -> None:
        """Refuse a day before what it is about began: what somebody sends who has it before their eyes is a slip."""
        known = {"day": 10, "month": 7, "year": 4}[fact.on_precision]
        if self.since is not None and fact.on.isoformat()[:known] < self.since.isoformat()[:known]:
            about = fact.TOPIC if isinstance(fact, (ContractResumed, ContractReopened)) else "contract"
            raise EndsBeforeStart(
                _TOO_EARLY[about] % {"day": wording.day(fact.on), "since": wording.day(self.since)},
                about=about,
                fact=fact.TOPIC,
                day=fact.on,
                since=self.since,
            )

    def _facts(self) -> list[Fact] | None:
        fact = self.form.fact()
        if self.next is None:
            return None if fact is None else [fact]
        self.next.take(request.form)
        if not request.form.get("next.planned-on", "").strip():
            return None if fact is None else [fact]
        self.next.fixed = {"on": fact.on if fact else self.form.today}
        planned = self.next.fact()
        return None if fact is None or planned is None else [fact, planned]

    @property
    def code(self) -> int:
        """The code of the answer with this form once it was refused."""
        return 409 if self.news else 422


def _key_options(fact: type[Fact]) -> list[str]:
    return [one.option for one in fields_of(fact) if one.is_key]


def sent_version() -> int | None:
    """What the journey stood at when the form that was sent was made."""
    told = request.form.get("expected_version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def added_since(participant: UUID, version: int) -> list[tuple[str, str]]:
    """(what, who) of what was recorded in a journey after a version."""
    recorded = desk().app.journey(participant).recorded
    return [
        (title(type(item.fact), wording.language()), colleague(item.stamp.by))
        for item in recorded
        if item.version > version
    ]
