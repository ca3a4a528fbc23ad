"""The slow oracle: what is due on one day, decided from the facts up to that day, straight from the definitions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from events import Fact
from events.base import Closes, Opens, Reopens
from events.contract import ContractExtended, ObligationMissed, StepRevised
from events.education import PrimarySchoolEnrolled, PrimarySchoolLeft
from events.follow_up import FollowUpHeld, FollowUpMoved, FollowUpScheduled
from events.intake import ParticipantRegistered
from events.language import LEVELS, LanguageLevelReached, LanguageTrainingStarted
from events.plan import PlanAgreed, PlanRevised
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from events.status import StatusConfirmed
from tracker.calendar import months_after

DAY = timedelta(days=1)
Due = tuple[str, str, str, bool]
"""(task, about, due, paused)."""

TASKS = frozenset(
    (
        "contact-before",
        "contact-in-programme",
        "contact-after",
        "plan-review",
        "level-result",
        "status-before-november",
        "contract-ends",
        "step",
        "obligation",
        "follow-up",
    )
)
"""What the oracle knows of."""


@dataclass
class Spell:
    """One spell as a set of days, and every value that it was given.

    :ivar ended_on: the day of its end, until it goes on
    :ivar before: the one of its kind before it
    :ivar goes_on: whether that one ended on the day on which this began
    """

    opener: Fact
    days: set[date] = field(default_factory=set)
    ended_on: date | None = None
    revised: list[Fact] = field(default_factory=list)
    before: "Spell | None" = None
    goes_on: bool = False


class World:
    """All that happened up to a day, of which every day is looked at by itself."""

    def __init__(self, facts: Sequence[Fact], day: date) -> None:
        self.day = day
        self.facts = [fact for fact in facts if fact.on <= day]
        registered = next((fact for fact in self.facts if isinstance(fact, ParticipantRegistered)), None)
        self.begun = registered.on if registered else None

    def spells(self, activity: str, key: str | None = None) -> list[Spell]:
        """Spells of an activity; each lasts from its first day to its last, both of them in it."""
        found: list[Spell] = []
        running: dict[str, tuple[Spell, date]] = {}
        last: dict[str, Spell] = {}
        for fact in self.facts:
            inner = fact.activity == activity and key in (None, fact.key)
            ends_with = activity == "contract-pause" and fact.activity == "contract" and key in (None, fact.key)
            if ends_with and isinstance(fact, Closes) and fact.key in running:
                self._close(running.pop(fact.key), fact.on)
            if not inner:
                continue
            if isinstance(fact, Opens):
                before = last.get(fact.key)
                spell = Spell(fact, before=before, goes_on=before is not None and fact.on in before.days)
                if before is not None and min(before.days) < fact.on:
                    before.days.discard(fact.on)
                found.append(spell)
                running[fact.key] = spell, fact.on
                last[fact.key] = spell
            elif isinstance(fact, Reopens):
                spell = last[fact.key]
                spell.ended_on = None
                running[fact.key] = spell, fact.on
            elif isinstance(fact, Closes) and fact.key in running:
                spell, since = running.pop(fact.key)
                if activity == "contract-pause" and since == fact.on and not spell.goes_on:
                    found = [one for one in found if one is not spell]
                    last = {name: one for name, one in last.items() if one is not spell}
                    last |= {fact.key: spell.before} if spell.before is not None else {}
                    continue
                spell.ended_on = fact.on
                self._close((spell, since), fact.on)
            elif fact.key in running:
                running[fact.key][0].revised.append(fact)
        for spell, since in running.values():
            self._close((spell, since), self.day)
        return found

    @staticmethod
    def _close(running: tuple[Spell, date], last: date) -> None:
        spell, since = running
        spell.days |= {since + n * DAY for n in range((last - since).days + 1)}

    def there(self, day: date) -> bool:
        """Whether the participant lives in Norway, with protection, on a day."""
        here = self.begun is not None and self.begun <= day
        for fact in self.facts:
            if fact.on <= day and isinstance(fact, (LeftNorway, ProtectionEnded, Died)):
                here = False
            elif fact.on <= day and isinstance(fact, MovedToMunicipality):
                here = here or (self.begun is not None and self.begun <= day)
        return here

    def on(self, *kinds: type[Fact], only: Callable[[Any], bool] = lambda _: True) -> list[date]:
        return [fact.on for fact in self.facts if isinstance(fact, kinds) and only(fact)]

    def contacts(self) -> list[date]:
        return self.on(FollowUpHeld) + self.on(StatusConfirmed, only=lambda fact: fact.reached)

    def until(self, contract: Spell, day: date) -> date:
        """The last day of a contract as it had been told by a day."""
        told: date = contract.opener.until  # type: ignore[attr-defined]
        for fact in contract.revised:
            if isinstance(fact, ContractExtended) and fact.on <= day:
                told = fact.until
        return told

    def holds(self, contract: Spell, day: date) -> bool:
        return day in contract.days and day <= self.until(contract, day)

    def bound(self, day: date) -> bool:
        """Whether follow-up after the programme has a ground."""
        return any(self.holds(one, day) for one in self.spells("contract", "long-contract")) or any(
            day in one.days for one in self.spells("consent", "follow-up")
        )

    def rhythm(self, day: date) -> int | None:
        for kind in ("long-contract", "integration-contract"):
            for one in self.spells("contract", kind):
                every: int | None = one.opener.follow_up_every  # type: ignore[attr-defined]
                if every and self.holds(one, day):
                    return every
        return None

    def leaves(self) -> set[date]:
        return {
            day
            for spell in self.spells("leave")
            if spell.opener.approved and spell.opener.extends_deadline  # type: ignore[attr-defined]
            for day in spell.days
        }

    def rests(self, kind: str | None = None) -> set[date]:
        return {day for spell in self.spells("contract-pause", kind) for day in spell.days}

    def moved(self, due: date, since: date, still: set[date]) -> tuple[date, bool]:
        """(the day due, whether time stands still now): a pause that began in time moves it once it is over."""
        day, length = since, 0
        while day <= self.day:
            if day in still:
                length += 1
            elif length:
                if day - length * DAY <= due:
                    due += length * DAY
                length = 0
            day += DAY
        return due, bool(length) and self.day - (length - 1) * DAY <= due


def due_on(facts: Sequence[Fact], day: date) -> set[Due]:
    """What is due on a day.

    :param facts: in the order of time
    """
    world = World(facts, day)
    if world.begun is None or not world.there(day):
        return set()
    return {
        (task, about, due.isoformat(), paused)
        for part in (_in_programme, _before_or_after, _contracts, _steps, _obligations, _conversations)
        for task, about, due, paused in part(world)
    }


Found = Iterator[tuple[str, str, date, bool]]


def _recurring(world: World, since: date, done: Sequence[date], still: set[date], months: int, own: bool) -> Any:
    """Due so long after it was done last, or after it began."""
    base = max([since, *(one for one in done if one >= since)])
    every = (world.rhythm(base) if own else None) or months
    return world.moved(months_after(base, every), base, still)


def _in_programme(world: World) -> Found:
    programmes = world.spells("programme")
    for number, programme in enumerate(programmes):
        if world.day not in programme.days or any(world.day in later.days for later in programmes[number + 1 :]):
            continue
        start = programme.opener.on
        leaves = world.leaves()
        yield "contact-in-programme", "", *_recurring(world, start, world.contacts(), leaves, 3, True)
        goals = _goal_reached(world)
        if not goals:
            yield "level-result", "", *_recurring(world, start, world.on(LanguageLevelReached), leaves, 6, False)
        own_from = date.min
        if number:
            before = programmes[number - 1]
            lived = [day + DAY for day in before.days if world.there(day)]
            own_from = min(max(lived, default=before.opener.on), start)
        plans = [day for day in world.on(PlanAgreed) if day >= own_from]
        if plans:
            first = plans[0]
            reviews = [day for day in world.on(PlanAgreed, PlanRevised) if day >= max(first, start)]
            base = max(reviews, default=first)
            counted = max(base, start)
            yield "plan-review", "", *world.moved(months_after(base, 6), counted, leaves)


def _goal_reached(world: World) -> bool:
    """Whether there was a day on which every skill with a target had reached it."""
    targets: dict[str, str] = {}
    best: dict[str, int] = {}
    for fact in world.facts:
        if fact.TOPIC == "language-goal-set":
            targets = dict(fact.goals)  # type: ignore[attr-defined]
        elif isinstance(fact, LanguageLevelReached):
            best[fact.skill] = max(best.get(fact.skill, -1), LEVELS.index(fact.level))
        if targets and all(best.get(skill, -1) >= LEVELS.index(level) for skill, level in targets.items()):
            return True
    return False


def _before_or_after(world: World) -> Found:
    assert world.begun is not None
    programmes = world.spells("programme")
    if not programmes:
        yield "contact-before", "", *_recurring(world, world.begun, world.contacts(), set(), 1, False)
        return
    latest = programmes[-1]
    if world.day in latest.days or not world.bound(world.day):
        return
    left = max(latest.days) + DAY
    every = world.rhythm(left)
    months = range(every, 61, every) if every else range(12, 61, 12)
    rests = world.rests()
    yield from _points(world, "contact-after", left, [months_after(left, m) for m in months], world.contacts(), rests)
    octobers = [date(year, 10, 31) for year in range(left.year, left.year + 6)]
    octobers = [one for one in octobers if left < one <= months_after(left, 60)]
    told = world.on(StatusConfirmed, only=lambda fact: fact.reached)
    for task, about, due, paused in _points(world, "status-before-november", left, octobers, told, set()):
        # After November it is too late to ask.
        if world.day <= due.replace(month=11, day=30):
            yield task, about, due, paused


def _points(world: World, task: str, left: date, days: Sequence[date], done: Sequence[date], still: set[date]) -> Found:
    """Each point by itself: it waits until something is done in its time, or the time of the next has come."""
    begins = []
    for number, day in enumerate(days):
        before = days[number - 1] if number else left
        begin = max(left, months_after(day, -2), before + (day - before) // 2)
        begin, paused = world.moved(begin, left, still)
        begins.append(date.max if paused else begin)
    for number, day in enumerate(days):
        passed = begins[number + 1] if number + 1 < len(days) else date.max
        if world.day < passed and not any(begins[number] <= one < passed for one in done):
            yield task, "", *world.moved(day, left, still)


def _agreed_in(world: World, spell: Spell) -> Spell | None:
    """The contract that ran on the day on which something was agreed in it."""
    kind: str = spell.opener.contract  # type: ignore[attr-defined]
    found = [one for one in world.spells("contract", kind) if spell.opener.on in one.days]
    return found[0] if found else None


def _contracts(world: World) -> Found:
    for contract in world.spells("contract"):
        if world.holds(contract, world.day) and contract.ended_on != world.day:
            yield "contract-ends", contract.opener.key, world.until(contract, world.day), False


def _steps(world: World) -> Found:
    for spell in world.spells("step"):
        contract = _agreed_in(world, spell)
        if contract is None or spell.ended_on is not None or not world.holds(contract, world.day):
            continue
        agreed: Any = spell.opener
        due, since, level = agreed.due, agreed.on, agreed.level
        for fact in spell.revised:
            assert isinstance(fact, StepRevised)
            if fact.due is not None and fact.due != due:
                due, since = fact.due, fact.on
            level = fact.level or level
        if not _reached(world, agreed, level):
            yield "step", agreed.step, *world.moved(due, since, world.rests(contract.opener.key))


def _reached(world: World, agreed: Any, level: str | None) -> bool:
    if agreed.target == "language-level":
        wanted = LEVELS.index(level or "A1")
        results = [fact for fact in world.facts if isinstance(fact, LanguageLevelReached) and fact.skill == "reading"]
        return any(LEVELS.index(fact.level) >= wanted for fact in results)
    if agreed.target == "primary-school":
        return any(day >= agreed.on for spell in world.spells("primary-school") for day in spell.days)
    return False


def _obligations(world: World) -> Found:
    for spell in world.spells("obligation"):
        contract = _agreed_in(world, spell)
        if contract is None or spell.ended_on is not None or not world.holds(contract, world.day):
            continue
        agreed: Any = spell.opener
        if agreed.party != "participant" and not _follows(world, contract):
            continue
        yield "obligation", agreed.obligation, *world.moved(agreed.due, agreed.on, world.rests(contract.opener.key))


def _follows(world: World, contract: Spell) -> bool:
    """Whether the last word on it, since the signing, is that the participant follows."""
    follows = True
    duties: dict[str, Any] = {}
    for fact in world.facts:
        if fact.on < contract.opener.on:
            continue
        topic = fact.TOPIC
        if topic == "obligation-agreed":
            duties[fact.key] = fact
        own = duties.get(fact.key)
        of_participant = own is not None and own.party == "participant" and own.contract == contract.opener.key
        if isinstance(fact, PrimarySchoolLeft):
            follows = follows and fact.cause == "work"
        elif isinstance(fact, ObligationMissed):
            follows = follows and not of_participant
        elif topic == "obligation-met":
            follows = follows or of_participant
        elif topic in ("step-agreed", "step-revised", "step-judged-reached") or isinstance(
            fact, (PrimarySchoolEnrolled, LanguageTrainingStarted)
        ):
            follows = True
    return follows


def _conversations(world: World) -> Found:
    programmes = world.spells("programme")
    followed = (
        not programmes
        or any(world.day in programme.days for programme in programmes)
        or world.bound(world.day)
        or any(world.holds(contract, world.day) for contract in world.spells("contract"))
    )
    if not followed:
        return
    planned: dict[str, date] = {}
    for fact in world.facts:
        if isinstance(fact, FollowUpScheduled) or (isinstance(fact, FollowUpMoved) and fact.key in planned):
            planned[fact.key] = fact.planned_on
        elif fact.activity == "follow-up" and not isinstance(fact, FollowUpMoved):
            planned.pop(fact.key, None)
    for key, day in planned.items():
        yield "follow-up", "" if key == "follow-up" else key, day, False
