"""What was agreed with a participant as rows: contracts, steps, obligations, conversations; and what of it is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal, NamedTuple, cast

from events import Fact
from events.base import Closes, Reopens
from events.contract import (
    ContractKind,
    ContractSigned,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    ObligationWaived,
    Party,
    StepAgreed,
    StepDropped,
    StepJudgedReached,
    StepRevised,
)
from events.follow_up import FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from tracker.contracts import following, steps
from tracker.contracts.following import Following
from tracker.follow_up import phases
from tracker.follow_up.phases import OPEN, Phases, Stretch, common, united, until_told
from tracker.follow_up.tasks import Ended, Need, Task, pieces
from tracker.spells import Segment
from tracker.tracing import traced
from tracker.wording import Wording

Part = Literal["contracts", "steps", "obligations", "follow_ups"]
_HELD: tuple[type[Fact], ...] = (*phases.HOME, *phases.CONTRACT)
PARTS: Mapping[Part, tuple[type[Fact], ...]] = {
    "contracts": (*_HELD, *following.FACTS),
    "steps": (*_HELD, *steps.FACTS, StepAgreed, StepRevised, StepJudgedReached, StepDropped),
    "obligations": (*_HELD, *following.FACTS, ObligationAgreed, ObligationMet, ObligationMissed, ObligationWaived),
    "follow_ups": (
        *_HELD,
        *phases.PROGRAMME,
        *phases.CONSENT,
        FollowUpScheduled,
        FollowUpMoved,
        FollowUpHeld,
        FollowUpMissed,
    ),
}
"""What each part of it follows from; a part is a table, and what of it is due."""

AGREED: Mapping[str, tuple[Wording, Wording]] = {
    "step": (
        Wording(nb="Delmål", nn="Delmål", en="Step of the path"),
        Wording(
            nb="Snakk om delmålet, eller avtal det på nytt",
            nn="Snakk om delmålet, eller avtal det på nytt",
            en="Talk about the step, or agree it anew",
        ),
    ),
    "obligation": (
        Wording(nb="Forpliktelse i kontrakten", nn="Plikt i kontrakten", en="Duty in the contract"),
        Wording(
            nb="Få den oppfylt, eller registrer hva som skjedde",
            nn="Få ho oppfylt, eller registrer kva som skjedde",
            en="See that it is met, or record what came of it",
        ),
    ),
    "follow-up": (
        Wording(nb="Avtalt samtale", nn="Avtalt samtale", en="Conversation agreed"),
        Wording(
            nb="Hold samtalen, og registrer den", nn="Hald samtalen, og registrer han", en="Hold it, and record it"
        ),
    ),
    "contract-ends": (
        Wording(nb="Kontrakten går ut", nn="Kontrakten går ut", en="The contract ends"),
        Wording(
            nb="Forleng, fullfør eller avslutt kontrakten",
            nn="Forleng, fullfør eller avslutt kontrakten",
            en="Extend, complete or terminate it",
        ),
    ),
}
"""Title, and what to do, of what is due by contract."""


class Row(NamedTuple):
    """A row of a table, on the clock of what happened; half-open, ``OPEN`` while it lasts."""

    table: Literal["contracts", "steps", "obligations", "follow_ups"]
    values: tuple[Any, ...]
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Bound:
    """A contract with the days on which it holds.

    :ivar stretches: until it ended or ran out, without the days on which nothing is due of anybody
    """

    kind: ContractKind
    segments: Sequence[Segment]
    stretches: Sequence[Stretch]
    following: Sequence[Following]

    def runs(self, day: date) -> bool:
        """Whether it had been signed by a day, and not ended."""
        return any(one.valid_from <= day < (one.valid_to or OPEN) for one in self.segments)


class Agreements:
    """A part of what was agreed with one participant.

    :param phases: of facts of at least the kinds that the part follows from
    """

    def __init__(self, phases: Phases, part: Part) -> None:
        self.phases = phases
        self.entries = phases.told.of(PARTS[part])
        self.rows: list[Row] = []
        self.tasks: list[Task] = []
        if self.phases.registered is None:
            return
        if part == "follow_ups":
            self._follow_ups()
            return
        self.contracts = list(self._contracts(followed=part != "steps"))
        if part == "contracts":
            for contract in self.contracts:
                self._contract(contract)
        elif part == "steps":
            for segments in self._spells("step"):
                self._step(segments)
        else:
            for segments in self._spells("obligation"):
                self._obligation(segments)

    def _contracts(self, followed: bool) -> Iterator[Bound]:
        there = united(stretch for period in self.phases.of("any") for stretch in period.stretches)
        for segments in self.phases.spells("contract"):
            held = common(until_told(segments), there)
            kind = cast(ContractKind, segments[0].key)
            told = following.following(kind, segments[0].spell_from, self.entries) if followed else ()
            yield Bound(kind, segments, held, told)

    def _contract(self, contract: Bound) -> None:
        for segment in contract.segments:
            stretch = segment.valid_from, segment.valid_to or OPEN
            for times in contract.following:
                for first, after in common([stretch], [(times.first, times.after)]):
                    values = segment.values
                    self.rows.append(
                        Row(
                            "contracts",
                            (
                                contract.kind,
                                segment.spell_from.isoformat(),
                                values["until"].isoformat(),
                                ", ".join(values["parties"]),
                                values["follow_up_every"],
                                int(bool(values.get("paused"))),
                                "yes" if times.follows else "no",
                                ", ".join(map(str, times.because)) or None,
                                segment.closed_by if after == stretch[1] else None,
                            ),
                            first,
                            after,
                        )
                    )
            closed = stretch[1]
            ended: Ended = "changed"
            if segment.closed_by and not self._reopened_at_once(segment):
                closed, ended = self._closed_on(segment), "done"
            need = Need(segment.valid_from, segment.values["until"], closed, ended)
            self.tasks += pieces(
                self.phases, "contract-ends", contract.kind, need, contract.stretches, (), "municipality", "contract"
            )

    def _step(self, segments: Sequence[Segment]) -> None:
        contract = self._bound(segments)
        if contract is None:
            return
        since = segments[0].valid_from
        for number, segment in enumerate(segments):
            begun, after = segment.valid_from, segment.valid_to or OPEN
            if number and segment.values["due"] != segments[number - 1].values["due"]:
                since = begun
            reached = steps.reached_on(segment.values, segment.spell_from, self.entries)
            reached = None if reached is None else max(reached, begun)
            judged = segment.closed_by == StepJudgedReached.TOPIC
            last = number + 1 == len(segments)
            closed = self._closed_on(segment) if segment.closed_by else after
            done = closed
            how: Literal["journey", "judged"] | None = "judged" if judged else None
            # Agreed anew on the day on which it was reached, it is the new one that counts.
            if reached is not None and (reached <= closed if last else reached < closed):
                done, how = reached, "journey"
            values = self._step_values(segment)
            self.rows += self._open(contract, "steps", (*values, "agreed", None), begun, done)
            # Time that stood still since the day was agreed moves it, also where something else was agreed anew since.
            need = Need(since, segment.values["due"], done, "done" if how else "changed" if not last else "needless")
            self.tasks += pieces(
                self.phases,
                "step",
                segment.key,
                need,
                common([(begun, done)], contract.stretches),
                (contract.kind,),
                "participant",
                "contract",
            )
            if how is not None:
                self.rows.append(Row("steps", (*values, "reached", how), done, OPEN if last else after))
            elif segment.closed_by:
                self.rows.append(Row("steps", (*values, "dropped", None), done, OPEN))

    def _step_values(self, segment: Segment) -> tuple[Any, ...]:
        values = segment.values
        return (
            segment.key,
            values["contract"],
            values["target"],
            values["level"],
            ", ".join(values["skills"]) or None,
            None if values["hours_per_week"] is None else float(values["hours_per_week"]),
            segment.spell_from.isoformat(),
            values["due"].isoformat(),
        )

    def _obligation(self, segments: Sequence[Segment]) -> None:
        contract = self._bound(segments)
        if contract is None:
            return
        segment = segments[0]
        values = (
            segment.key,
            segment.values["contract"],
            segment.values["party"],
            segment.spell_from.isoformat(),
            segment.values["due"].isoformat(),
        )
        closed = self._closed_on(segment) if segment.closed_by else OPEN
        self.rows += self._open(contract, "obligations", (*values, "agreed"), segment.valid_from, closed)
        if segment.closed_by:
            state = segment.closed_by.removeprefix("obligation-")
            self.rows.append(Row("obligations", (*values, state), closed, OPEN))
        stretches = list(contract.stretches)
        if segment.values["party"] != "participant":
            stretches = common(stretches, [(times.first, times.after) for times in contract.following if times.follows])
        met = segment.closed_by == ObligationMet.TOPIC
        need = Need(segment.valid_from, segment.values["due"], closed, "done" if met else "needless")
        party: Party = segment.values["party"]
        self.tasks += pieces(
            self.phases, "obligation", segment.key, need, stretches, (contract.kind,), party, "contract"
        )

    def _follow_ups(self) -> None:
        """Conversations; what was agreed is due wherever the participant is followed up."""
        stretches = united(
            stretch
            for phase in ("before", "programme", "after", "contract")
            for period in self.phases.of(phase)
            for stretch in period.stretches
        )
        running: dict[str, _Meeting] = {}
        for entry in self.entries:
            fact = entry.fact
            if isinstance(fact, FollowUpScheduled):
                running[fact.key] = _Meeting(fact.on, fact.on, fact.planned_on, fact.planned_on, 0)
            elif isinstance(fact, (FollowUpMoved, FollowUpHeld, FollowUpMissed)):
                meeting = running.pop(fact.key, None)
                if meeting is not None:
                    self._meeting(fact.key, meeting, fact.on, _ENDED[type(fact)], stretches)
                if isinstance(fact, FollowUpMoved):
                    if meeting is not None:
                        running[fact.key] = _Meeting(
                            meeting.agreed_on, fact.on, fact.planned_on, meeting.first_planned, meeting.moves + 1
                        )
                    continue
                self._came_of_it(fact, meeting)
        for key, meeting in running.items():
            self._meeting(key, meeting, OPEN, "", stretches)

    def _came_of_it(self, fact: FollowUpHeld | FollowUpMissed, meeting: "_Meeting | None") -> None:
        if meeting is None and isinstance(fact, FollowUpMissed):
            return
        state, how = ("held", fact.way) if isinstance(fact, FollowUpHeld) else ("missed", fact.missed_by)
        about = (None, None, None, 0) if meeting is None else meeting.values
        self.rows.append(Row("follow_ups", (fact.key, *about, state, how), fact.on, OPEN))

    def _meeting(self, key: str, meeting: "_Meeting", until: date, ended: Ended, stretches: Sequence[Stretch]) -> None:
        if meeting.since < until:
            self.rows.append(Row("follow_ups", (key, *meeting.values, "agreed", None), meeting.since, until))
        need = Need(meeting.since, meeting.planned_on, until, ended)
        about = "" if key == "follow-up" else key
        self.tasks += pieces(self.phases, "follow-up", about, need, stretches, (), "municipality", "contract")

    def _open(
        self, contract: Bound, table: Literal["steps", "obligations"], values: tuple[Any, ...], begun: date, ended: date
    ) -> Iterator[Row]:
        for first, after in common([(begun, ended)], contract.stretches):
            yield Row(table, values, first, after)

    def _bound(self, segments: Sequence[Segment]) -> Bound | None:
        """The contract in which something was agreed."""
        kind, day = segments[0].values["contract"], segments[0].spell_from
        own = [one for one in self.contracts if one.kind == kind]
        # A fact known to its month alone may stand before the contract was signed in that month.
        later = (one for one in own if one.segments[0].spell_from > day)
        return next((one for one in own if one.runs(day)), next(later, None))

    def _reopened_at_once(self, contract: Segment) -> bool:
        """Whether a contract was reopened on the day on which it ended, and did not end again that day."""
        day = self._closed_on(contract)
        turns = [
            (entry.version, isinstance(entry.fact, Reopens))
            for entry in self.entries
            if isinstance(entry.fact, (Closes, Reopens))
            and (entry.fact.activity, entry.fact.key, entry.fact.on) == (contract.activity, contract.key, day)
        ]
        return bool(turns) and max(turns)[1]

    def _closed_on(self, segment: Segment) -> date:
        """The day of the fact that closed it: what is done on a day is done that day."""
        found = [
            entry.fact.on
            for entry in self.entries
            if entry.fact.TOPIC == segment.closed_by
            and entry.fact.key == segment.key
            and (entry.fact.on, entry.version) > (segment.spell_from, segment.opened_by)
            and entry.fact.on >= segment.valid_from
        ]
        return min(found, default=segment.valid_from)

    def _spells(self, activity: str) -> Iterator[list[Segment]]:
        own = (entry for entry in self.entries if entry.fact.activity == activity)
        for _, found in groupby(traced(own, activity), key=lambda s: s.opened_by):
            yield list(found)


_ENDED: Mapping[type[Fact], Ended] = {FollowUpHeld: "done", FollowUpMoved: "changed", FollowUpMissed: "passed"}


class _Meeting(NamedTuple):
    agreed_on: date
    since: date
    planned_on: date
    first_planned: date
    moves: int

    @property
    def values(self) -> tuple[Any, ...]:
        return self.agreed_on.isoformat(), self.planned_on.isoformat(), self.first_planned.isoformat(), self.moves


_OPENED_BY: Mapping[Part, tuple[type[Fact], ...]] = {
    "contracts": (ContractSigned,),
    "steps": (StepAgreed,),
    "obligations": (ObligationAgreed,),
    "follow_ups": (FollowUpScheduled, FollowUpHeld),
}


def agreed(phases: Phases, part: Part) -> Agreements | None:
    """A part of what was agreed; None where nothing ever was, which is told without a second look."""
    return Agreements(phases, part) if phases.told.has(*_OPENED_BY[part]) else None
