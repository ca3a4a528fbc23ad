"""How a participant's contracts stand on a day: who is bound, whether it is followed, the path, the duties and what is
due."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from events import Fact
from events.contract import (
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    ObligationWaived,
    StepAgreed,
    StepDropped,
    StepJudgedReached,
    StepRevised,
)
from events.follow_up import AdvisorHandedOver
from tracker.application import ProgressionTracker
from tracker.contracts.conversations import Conversation, conversations
from tracker.contracts.held import Held, Row, contracts
from tracker.contracts.signing import goal_on
from tracker.effective import effective
from tracker.follow_up.agreed import AGREED
from tracker.readmodel.follow import Located
from tracker.spells import Entry
from tracker.wording import Wording


@dataclass(frozen=True)
class Agreed:
    """A step or a duty.

    :ivar what: of a step its target, of a duty its wording
    :ivar due: the last day in time, as agreed last
    :ivar due_now: the same with what a pause has moved it by; None while nothing is due
    :ivar earlier: the days that were agreed before
    :ivar state: agreed, overdue, paused, not-due (the contract is over, or the participant does not follow it),
        reached, dropped, met, missed, waived
    :ivar on: the day on which it was reached, dropped, met, missed or waived
    :ivar how: of a step that was reached: journey or judged; else the cause that was told
    :ivar in_time: whether it was reached or met in time
    :ivar overdue_days: days since the last day in time, or until what was overdue was called off
    """

    name: str
    contract: str
    party: str
    what: str | None
    agreed_on: date
    due: date
    due_now: date | None
    earlier: tuple[date, ...]
    state: str
    on: date | None
    how: str | None
    in_time: bool | None
    overdue_days: int


@dataclass(frozen=True)
class Due:
    """Something due on the day.

    :ivar overdue_days: days since the last day in time; 0 = still in time, or paused
    """

    task: str
    about: str
    title: Wording
    to_do: Wording
    due: date
    overdue_days: int
    paused: bool
    party: str
    rests_on: str


@dataclass(frozen=True)
class Standing:
    """All of it, on a day, as known at a position."""

    participant: UUID
    at: date
    position: int
    goal: str | None
    goal_since: date | None
    advisor: str | None
    advisor_since: date | None
    contracts: tuple[Held, ...]
    steps: tuple[Agreed, ...]
    obligations: tuple[Agreed, ...]
    conversations: tuple[Conversation, ...]
    due: tuple[Due, ...]


def standing(
    app: ProgressionTracker, participant: UUID, at: date, position: int, located: Located | None = None
) -> Standing:
    """How a participant's contracts stand on a day, as known at a position.

    States and what is due are those of the read model, which worklists show too; offices, words and the history of
    each conversation are read from the facts.

    :param position: one that the read model has reached
    :param located: the stream as known at the position, where it has been read already
    """
    read = app.read_model.located(participant, position) if located is None else located
    recorded = [item for _, item in read]
    known = effective(recorded)
    entries = sorted((e for e in known.values() if e.fact.on <= at), key=lambda e: (e.fact.on, e.version))
    rows = _Rows(app, participant, at, position)
    tasks = rows.of("tasks")
    goal = goal_on(entries, at)
    handovers = [entry.fact for entry in entries if isinstance(entry.fact, AdvisorHandedOver)]
    accepted = next((fact for fact in reversed(handovers) if fact.takes_effect), None)
    looked = _Looked(entries, at, tasks)
    return Standing(
        participant,
        at,
        position,
        None if goal is None else goal.goal,
        None if goal is None else goal.on,
        None if accepted is None else accepted.advisor,
        None if accepted is None else accepted.on,
        tuple(contracts(entries, rows.of("contracts"), at)),
        tuple(looked.steps(rows.of("steps"))),
        tuple(looked.obligations(rows.of("obligations"))),
        tuple(conversations(entries)),
        tuple(
            _due(app, task, at)
            for task in sorted(filter(looked.is_due, tasks), key=lambda task: (task["due"], task["task"]))
        ),
    )


@dataclass(frozen=True)
class _Rows:
    app: ProgressionTracker
    participant: UUID
    at: date
    position: int

    def of(self, table: str) -> list[Row]:
        """The rows of a table that had begun by the day, as known at the position, in the order in which they began."""
        found = self.app.read_model.database.execute(
            f"SELECT * FROM {table} WHERE participant = :who AND valid_from <= :at AND known_from <= :position "
            f"AND (known_to IS NULL OR known_to > :position) ORDER BY valid_from",
            {"who": str(self.participant), "at": self.at.isoformat(), "position": self.position},
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _due(app: ProgressionTracker, task: Row, at: date) -> Due:
    rule = app.read_model.rules.rules.get(task["task"])
    title, to_do = AGREED[task["task"]] if rule is None else (rule.title, rule.to_do)
    due, paused = date.fromisoformat(task["due"]), bool(task["paused"])
    late = 0 if paused else max((at - due).days, 0)
    return Due(task["task"], task["about"], title, to_do, due, late, paused, task["party"], task["rests_on"])


@dataclass
class _Open:
    """A step or a duty with what was told of it."""

    agreed: StepAgreed | ObligationAgreed
    due: date
    earlier: list[date] = field(default_factory=list)
    closed: Fact | None = None


class _Looked:
    """What the facts tell beyond the rows.

    :param entries: the facts by the day, in the order of time
    :param tasks: what was due by the day, and what still is, in the order in which it began
    """

    def __init__(self, entries: Sequence[Entry], at: date, tasks: Iterable[Row]) -> None:
        self.entries = entries
        self.at = at
        self.tasks: dict[tuple[str, str], list[Row]] = {}
        for task in tasks:
            self.tasks.setdefault((task["task"], task["about"]), []).append(task)

    def is_due(self, task: Row) -> bool:
        return task["valid_to"] is None or task["valid_to"] > self.at.isoformat()

    def steps(self, rows: Iterable[Row]) -> Iterator[Agreed]:
        state_of = {(row["step"], row["agreed_on"]): row for row in rows}
        for one in self._spells(StepAgreed, (StepRevised,), (StepJudgedReached, StepDropped)):
            assert isinstance(one.agreed, StepAgreed)
            row = state_of.get((one.agreed.step, one.agreed.on.isoformat()))
            yield self._agreed(one, row, "step", "participant", _target(one.agreed, row))

    def obligations(self, rows: Iterable[Row]) -> Iterator[Agreed]:
        state_of = {(row["obligation"], row["agreed_on"]): row for row in rows}
        for one in self._spells(ObligationAgreed, (), (ObligationMet, ObligationMissed, ObligationWaived)):
            assert isinstance(one.agreed, ObligationAgreed)
            row = state_of.get((one.agreed.obligation, one.agreed.on.isoformat()))
            yield self._agreed(one, row, "obligation", one.agreed.party, one.agreed.wording)

    def _agreed(self, one: _Open, row: Row | None, task: str, party: str, what: str | None) -> Agreed:
        tasks = [t for t in self.tasks.get((task, one.agreed.key), ()) if t["valid_from"] >= one.agreed.on.isoformat()]
        last = tasks[-1] if tasks else None
        due_now = None if last is None else date.fromisoformat(last["due"])
        state = "not-due" if row is None else row["state"]
        if row is not None and state != "agreed":
            ended = date.fromisoformat(row["valid_from"])
            until_then = [task for task in tasks if task["valid_from"] <= row["valid_from"]]
            due_now = date.fromisoformat(until_then[-1]["due"]) if until_then else one.due
            how = row.get("how") or getattr(one.closed, "cause", None) or getattr(one.closed, "reason", None)
            in_time = ended <= due_now if state in ("reached", "met") else None
            return self._told(one, party, what, state, ended, how, in_time)
        if last is None or due_now is None or not self.is_due(last):
            called_off = None if last is None else last["valid_to"]
            late = 0 if called_off is None or due_now is None else (date.fromisoformat(called_off) - due_now).days - 1
            return self._told(one, party, what, "not-due", overdue_days=max(late, 0))
        if last["paused"]:
            state = "paused"
        elif due_now < self.at:
            state = "overdue"
        late = (self.at - due_now).days if state == "overdue" else 0
        return self._told(one, party, what, state, due_now=due_now, overdue_days=late)

    def _told(
        self,
        one: _Open,
        party: str,
        what: str | None,
        state: str,
        on: date | None = None,
        how: str | None = None,
        in_time: bool | None = None,
        due_now: date | None = None,
        overdue_days: int = 0,
    ) -> Agreed:
        return Agreed(
            one.agreed.key,
            one.agreed.contract,
            party,
            what,
            one.agreed.on,
            one.due,
            due_now,
            tuple(one.earlier),
            state,
            on,
            how,
            in_time,
            overdue_days,
        )

    def _spells(
        self,
        opener: type[StepAgreed] | type[ObligationAgreed],
        changes: tuple[type[Fact], ...],
        closes: tuple[type[Fact], ...],
    ) -> list[_Open]:
        found: list[_Open] = []
        running: dict[str, _Open] = {}
        for entry in self.entries:
            fact = entry.fact
            if isinstance(fact, opener):
                running[fact.key] = _Open(fact, fact.due)
                found.append(running[fact.key])
            elif isinstance(fact, changes) and fact.key in running:
                due = getattr(fact, "due", None)
                one = running[fact.key]
                if due is not None and due != one.due:
                    one.earlier.append(one.due)
                    one.due = due
            elif isinstance(fact, closes) and fact.key in running:
                running.pop(fact.key).closed = fact
        return found


def _target(agreed: StepAgreed, row: Row | None) -> str:
    """What is to be reached, in words, as agreed last."""
    level = agreed.level if row is None else row["level"]
    hours = agreed.hours_per_week if row is None else row["hours_per_week"]
    skills = f" {', '.join(agreed.skills)}" if agreed.skills else ""
    amount = "" if hours is None else f" {hours:g} hours a week"
    return f"{agreed.target}{'' if level is None else f' {level}'}{skills}{amount}"
