"""Whose problems somebody is shown: a manager those of the municipality, an advisor those of their own caseload."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from uuid import UUID

from tracker.errors import ParticipantIsForgotten
from tracker.indicators.frames import Frames, load
from tracker.quality.asking import Finding, Question, counts, findings
from tracker.quality.kinds import KINDS, Kind
from tracker.quality.rows import running
from web.auth.accounts import Account
from web.desk import Desk

PAGE = 50


@dataclass(frozen=True)
class Tally:
    """How much of a kind there is.

    :ivar participants: with such a problem
    :ivar past_due: findings whose day to be put right by has passed
    """

    kind: Kind
    participants: int
    findings: int
    past_due: int


@dataclass(frozen=True)
class Listed:
    """A finding as the list shows it.

    :ivar name: empty where none is known
    :ivar fact: log name of the entry that it is about; None = none
    """

    found: Finding
    participant: UUID
    name: str
    fact: str | None


@dataclass(frozen=True)
class Within:
    """A municipality as one account may see it today."""

    desk: Desk
    account: Account
    municipality: str

    @property
    def whole(self) -> bool:
        """Whether everybody of the municipality is shown, not only an own caseload."""
        return self.account.has("manager", self.municipality)

    @cached_property
    def question(self) -> Question:
        return Question(self.desk.app.read_model.state(), self.desk.today(), self.municipality)

    @cached_property
    def frames(self) -> Frames:
        return load(self.desk.app.read_model, self.question.position, self.question.at)

    @cached_property
    def own(self) -> frozenset[str]:
        """The participants of an advisor, those on loan included."""
        lenders = {loan.lender for loan in self.desk.loans.borrowed(self.account.user, self.question.at)}
        return frozenset(
            row
            for advisor in {self.account.user, *lenders}
            for row in self._with("s.activity = 'advisor' AND s.value = :value", advisor)
        )

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Whose address is protected, where the account may not see them."""
        if self.account.sees_protected:
            return frozenset()
        return frozenset(self._with("s.activity = 'address-protection'", ""))

    def tallies(self) -> list[Tally]:
        """How much there is of each kind."""
        if self.whole:
            found = counts(self.desk.app.read_model, self.question, frames=self.frames)
            return [Tally(each.kind, each.participants, each.findings, each.past_due) for each in found]
        return [self._tally(kind) for kind in KINDS]

    def listed(self, kind: Kind, page: int) -> tuple[list[Listed], bool, int]:
        """A page of the people behind a kind, whether there are more, and how many protected ones are left out."""
        left_out = len({one.participant for one in self._all(kind) if one.participant in self.hidden})
        shown = (one for one in self._all(kind) if one.participant not in self.hidden)
        wanted = list(islice(shown, (page - 1) * PAGE, page * PAGE + 1))
        return [self._line(one) for one in wanted[:PAGE]], len(wanted) > PAGE, left_out

    def _all(self, kind: Kind) -> Iterator[Finding]:
        for one in findings(self.desk.app.read_model, self.question, kind, self.frames):
            if self.whole or one.participant in self.own:
                yield one

    def _tally(self, kind: Kind) -> Tally:
        found = list(self._all(kind))
        past = sum(one.due is not None and one.due < self.question.at for one in found)
        return Tally(kind, len({one.participant for one in found}), len(found), past)

    def _line(self, found: Finding) -> Listed:
        participant = UUID(found.participant)
        try:
            person = self.desk.app.people.get(participant)
        except ParticipantIsForgotten:
            person = None
        row = None
        if found.version is not None:
            row = self.desk.app.read_model.database.execute(
                "SELECT fact FROM timeline WHERE participant = ? AND version = ? LIMIT 1",
                (found.participant, found.version),
            ).fetchone()
        return Listed(found, participant, person.name if person and person.name else "", row[0] if row else None)

    def _with(self, condition: str, value: str) -> list[str]:
        rows = self.desk.app.read_model.database.execute(
            f"SELECT s.participant FROM spells s WHERE {condition} AND {running('s')}",
            {"value": value, "position": self.question.position, "at": self.question.at.isoformat()},
        )
        return [str(row[0]) for row in rows.fetchall()]
