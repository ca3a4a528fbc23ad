"""Where a participant is on each day: before, in or after the programme, in a contract, away for good, and in whose
care."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise

from events import Fact
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractSigned,
    ContractTerminated,
)
from events.intake import BackgroundUpdated, ConsentGiven, ConsentWithdrawn, ParticipantRegistered
from events.programme import (
    LeaveEnded,
    LeaveStarted,
    ProgrammeEnded,
    ProgrammeExtended,
    ProgrammeReopened,
    ProgrammeStarted,
)
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from tracker.follow_up.rules import DueRule, Phase
from tracker.follow_up.told import Told
from tracker.spells import DAY, Entry, Segment, same_period
from tracker.tracing import traced

OPEN = date.max
"""The end of what has not ended."""

Stretch = tuple[date, date]
"""First day, and first day after; ``OPEN`` while it lasts."""

HOME: tuple[type[Fact], ...] = (ParticipantRegistered, MovedToMunicipality, LeftNorway, ProtectionEnded, Died)
PROGRAMME: tuple[type[Fact], ...] = (ProgrammeStarted, ProgrammeExtended, ProgrammeEnded, ProgrammeReopened)
LEAVE: tuple[type[Fact], ...] = (LeaveStarted, LeaveEnded)
CONTRACT: tuple[type[Fact], ...] = (
    ContractSigned,
    ContractExtended,
    ContractPaused,
    ContractResumed,
    ContractCompleted,
    ContractTerminated,
    ContractReopened,
)
CONSENT: tuple[type[Fact], ...] = (ConsentGiven, ConsentWithdrawn)
FACTS: tuple[type[Fact], ...] = (*HOME, BackgroundUpdated, *PROGRAMME, *LEAVE, *CONTRACT, *CONSENT)
"""What phases follow from."""

_NEVER: list[Stretch] = []
_OF_PHASE: Mapping[Phase, tuple[type[Fact], ...]] = {
    "any": (),
    "before": PROGRAMME,
    "programme": (*PROGRAMME, *CONTRACT),
    "until-end": PROGRAMME,
    "after": (*PROGRAMME, *CONTRACT, *CONSENT),
    "contract": CONTRACT,
}


def facts_of(rule: DueRule) -> tuple[type[Fact], ...]:
    """The kinds of facts that the phase and the pauses of a rule follow from."""
    leave = LEAVE if "leave" in rule.pauses else ()
    contract = CONTRACT if "contract-pause" in rule.pauses else ()
    return (*HOME, BackgroundUpdated, *_OF_PHASE[rule.phase], *leave, *contract)


@dataclass(frozen=True)
class Period:
    """A time in a phase: one programme, or one contract, with what interrupts it.

    :ivar opened_on: its first day
    :ivar stretches: when it lasts, in order and apart from each other
    :ivar about: the contract, where there is one for each
    """

    opened_on: date
    stretches: tuple[Stretch, ...]
    about: str = ""

    @property
    def ends(self) -> date:
        """The first day after the last stretch."""
        return self.stretches[-1][1] if self.stretches else self.opened_on


class Phases:
    """The phases of one participant, as the facts tell them that there are when they are asked for first.

    What comes out as it did before is the same object.

    :param told: facts of at least the kinds ``FACTS``
    """

    def __init__(self, told: Told) -> None:
        self.told = told
        self._of: dict[Phase, tuple[list[Period], date | None]] = {}
        self._pauses: dict[tuple[str, ...], list[Stretch]] = {(): _NEVER}

    @cached_property
    def registered(self) -> ParticipantRegistered | None:
        fact = next((entry.fact for entry in self.told.of((ParticipantRegistered,))), None)
        assert fact is None or isinstance(fact, ParticipantRegistered)
        return fact

    def of(self, phase: Phase) -> list[Period]:
        """The times in a phase, without those in which nothing is due: dead, out of Norway or without protection."""
        return self._found(phase)[0]

    def last(self, phase: Phase) -> date | None:
        """The first day after all times in a phase; None where there are none."""
        return self._found(phase)[1]

    def _found(self, phase: Phase) -> tuple[list[Period], date | None]:
        found = self._of.get(phase)
        if found is None:
            kinds = (*HOME, *_OF_PHASE[phase])
            periods = self.told.kept(("phase", phase), kinds, lambda: list(self._there_in(phase)))
            last = max((period.ends for period in periods if period.stretches), default=None)
            found = self._of[phase] = periods, last
        return found

    def _there_in(self, phase: Phase) -> Iterator[Period]:
        for period in self._periods(phase):
            yield Period(period.opened_on, tuple(common(period.stretches, self._there)), period.about)

    def pauses(self, kinds: tuple[str, ...]) -> list[Stretch]:
        """When time stands still: approved leave that extends deadlines, or a contract that rests.

        :param kinds: leave, contract-pause (any contract), or a kind of contract
        """
        if kinds not in self._pauses:
            paused = self.told.kept(("pauses", kinds), (*LEAVE, *CONTRACT), lambda: self._paused(kinds))
            self._pauses[kinds] = paused
        return self._pauses[kinds]

    def _paused(self, kinds: tuple[str, ...]) -> list[Stretch]:
        found: list[Stretch] = []
        if "leave" in kinds:
            found += [
                _stretch(segment)
                for segment in self._segments("leave")
                if segment.values["approved"] and segment.values["extends_deadline"]
            ]
        found += [
            _stretch(segment)
            for segment in self._segments("contract-pause")
            if "contract-pause" in kinds or segment.key in kinds
        ]
        return united(found)

    @cached_property
    def homes(self) -> list[tuple[str, Stretch]]:
        """(municipality, when) of each place of residence, from the registration on."""
        return self.told.kept("homes", HOME, self._homes)

    def _homes(self) -> list[tuple[str, Stretch]]:
        if self.registered is None:
            return []
        first = self.registered.on
        moves = [(first, self.registered.municipality)]
        for entry in self.told.of((MovedToMunicipality,)):
            assert isinstance(entry.fact, MovedToMunicipality)
            if entry.fact.on < first and not same_period(entry.fact, first):
                continue
            moves.append((max(entry.fact.on, first), entry.fact.municipality))
        return [(code, (since, after)) for (since, code), (after, _) in pairwise([*moves, (OPEN, "")]) if since < after]

    def home(self, day: date) -> str:
        """The municipality in which the participant lives on a day; before the registration, that of the settlement."""
        return next((code for code, (first, _) in reversed(self.homes) if first <= day), self.homes[0][0])

    def starting_point(self, day: date) -> tuple[str, str, str]:
        """(rule set, schooling, category) as told by a day."""
        return next((point for since, point in reversed(self.starting_points) if since <= day))

    @property
    def told_anew(self) -> list[date]:
        """The days on which something of the starting point was told that had not been."""
        return [day for day, _ in self.starting_points[1:]]

    @cached_property
    def starting_points(self) -> list[tuple[date, tuple[str, str, str]]]:
        """(since when, rule set, schooling and category) of each time that some of it was told; before all, too."""
        return self.told.kept("starting points", (ParticipantRegistered, BackgroundUpdated), self._starting_points)

    def _starting_points(self) -> list[tuple[date, tuple[str, str, str]]]:
        assert self.registered is not None
        told = (self.registered.rule_set, self.registered.schooling, self.registered.category)
        points: list[tuple[date, tuple[str, str, str]]] = [(date.min, told)]
        for entry in self.told.of((BackgroundUpdated,)):
            assert isinstance(entry.fact, BackgroundUpdated)
            news = (entry.fact.rule_set, entry.fact.schooling, entry.fact.category)
            rule_set, schooling, category = (new or old for new, old in zip(news, points[-1][1], strict=True))
            points.append((entry.fact.on, (rule_set, schooling, category)))
        return points

    def _periods(self, phase: Phase) -> Iterator[Period]:
        if self.registered is None:
            return
        begun, programmes = self.registered.on, self._programmes
        if phase == "any":
            yield Period(begun, ((begun, OPEN),))
        elif phase == "before":
            first = min((on for on, _ in programmes), default=OPEN)
            if begun < first:
                yield Period(begun, ((begun, first),))
        elif phase == "programme":
            for on, stretches in programmes:
                yield Period(on, tuple(stretches))
        elif phase == "until-end":
            over = [(begun, begun), *_gaps(programmes), (OPEN, OPEN)]
            yield Period(begun, tuple((left, on) for (_, left), (on, _) in pairwise(over) if left < on))
        elif phase == "contract":
            for segments in self.spells("contract"):
                yield Period(segments[0].spell_from, tuple(until_told(segments)), segments[0].key)
        else:
            yield from self._after(programmes)

    @cached_property
    def _programmes(self) -> list[tuple[date, list[Stretch]]]:
        return _apart(
            [(segments[0].spell_from, united(map(_stretch, segments))) for segments in self.spells("programme")]
        )

    def _after(self, programmes: list[tuple[date, list[Stretch]]]) -> Iterator[Period]:
        """After each programme, for as long as a long contract or the consent to follow-up lasts.

        Time counts from the last end told by then: an end that was taken back had its own count.
        """
        bound = united(
            [
                *(
                    stretch
                    for segments in self.spells("contract")
                    if segments[0].key == "long-contract"
                    for stretch in until_told(segments)
                ),
                *(_stretch(segment) for segment in self._segments("consent") if segment.key == "follow-up"),
            ]
        )
        for first, after in _gaps(programmes):
            yield Period(first, tuple(common([(first, after)], bound)))

    def rhythm(self, day: date, about: str = "") -> int | None:
        """Months between two conversations, as the contract agrees that holds on a day; the long one before the other.

        :param about: the contract, where one alone is meant
        """
        agreed: dict[str, int] = {
            kind: every
            for kind, every, stretches in self.rhythms
            if about in ("", kind) and any(first <= day < after for first, after in stretches)
        }
        return agreed.get("long-contract") or agreed.get("integration-contract")

    @cached_property
    def rhythms(self) -> list[tuple[str, int, list[Stretch]]]:
        """(contract, months between two conversations, when it holds) of each contract that agrees them."""
        return self.told.kept("rhythms", CONTRACT, self._rhythms)

    def _rhythms(self) -> list[tuple[str, int, list[Stretch]]]:
        return [
            (segments[0].key, every, until_told(segments))
            for segments in self.spells("contract")
            if (every := segments[0].values["follow_up_every"]) is not None
        ]

    @cached_property
    def _there(self) -> list[Stretch]:
        """When the participant lives in Norway with protection."""
        return self.told.kept("there", HOME, self._stays)

    def _stays(self) -> list[Stretch]:
        assert self.registered is not None
        found: list[Stretch] = []
        since: date | None = self.registered.on
        for entry in self.told.of((MovedToMunicipality, LeftNorway, ProtectionEnded, Died)):
            fact = entry.fact
            if isinstance(fact, (LeftNorway, ProtectionEnded, Died)) and since is not None:
                if since < fact.on:
                    found.append((since, fact.on))
                since = None
            elif isinstance(fact, MovedToMunicipality) and since is None:
                since = fact.on
        return found if since is None else [*found, (since, OPEN)]

    def _segments(self, activity: str) -> list[Segment]:
        return [segment for segments in self.spells(activity) for segment in segments]

    def spells(self, activity: str) -> list[list[Segment]]:
        """The segments of each spell, in the order in which the spells began."""
        kinds = _KINDS[activity]
        return self.told.kept(("spells", activity), kinds, lambda: _spells(activity, self.told.of(kinds)))


_KINDS = {"programme": PROGRAMME, "leave": LEAVE, "contract": CONTRACT, "contract-pause": CONTRACT, "consent": CONSENT}


def _spells(activity: str, entries: Iterable[Entry]) -> list[list[Segment]]:
    spells = [list(found) for _, found in groupby(traced(entries, activity), key=lambda s: s.opened_by)]
    return sorted(spells, key=lambda segments: (segments[0].spell_from, segments[0].opened_by))


def until_told(segments: Sequence[Segment]) -> list[Stretch]:
    """When a contract holds: until it ends, and no longer than its last day as it was told of by then."""
    found = []
    for segment in segments:
        first, after = _stretch(segment)
        until: date = segment.values["until"]
        after = min(after, until + DAY if until < OPEN else OPEN)
        if first < after:
            found.append((first, after))
    return united(found)


def _apart(programmes: list[tuple[date, list[Stretch]]]) -> list[tuple[date, list[Stretch]]]:
    """Of two that share a day the earlier gives way: it ended on the day on which the next started."""
    return [
        (on, common(stretches, [(date.min, after)]))
        for (on, stretches), (after, _) in pairwise([*programmes, (OPEN, [])])
    ]


def _gaps(programmes: Iterable[tuple[date, Sequence[Stretch]]]) -> list[Stretch]:
    """After each end of a programme: until it was taken back, or the next programme started."""
    times = [stretch for _, stretches in programmes for stretch in stretches]
    return [(left, on) for (_, left), (on, _) in pairwise([*times, (OPEN, OPEN)]) if left < on]


def common(some: Iterable[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """The days that two sets of stretches share."""
    found = []
    for first, after in some:
        for begun, ended in others:
            both = max(first, begun), min(after, ended)
            if both[0] < both[1]:
                found.append(both)
    return sorted(found)


def united(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The days of all stretches, in order and apart from each other."""
    found: list[Stretch] = []
    for first, after in sorted(stretches):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], after)
        else:
            found.append((first, after))
    return found


def _stretch(segment: Segment) -> Stretch:
    return segment.valid_from, segment.valid_to or OPEN
