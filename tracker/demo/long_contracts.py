"""Long contracts of a simulated life: which steps and duties are agreed on, and what comes of them over the years."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Literal, TypeVar

import msgspec

from events.base import Judge
from events.contract import (
    ContractExtended,
    ContractSigned,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    ObligationWaived,
    StepAgreed,
    StepDropped,
    StepJudgedReached,
    StepRevised,
)
from tracker.calendar import months_after
from tracker.contracts.following import following
from tracker.contracts.paths import PathTemplate, path_template, plan
from tracker.contracts.possible import latest_end
from tracker.contracts.steps import reached_on
from tracker.demo import rates
from tracker.demo.account import AT_ONCE, DAYS, Told
from tracker.demo.bound import OFFICES, Agreed, Cause, Ending, ends, parties, rests
from tracker.demo.outline import DAY, Outline, Weighted, weekday
from tracker.demo.rates import LATE
from tracker.spells import Entry

F = TypeVar("F", StepAgreed, ObligationAgreed)
WITHDRAWN: Weighted[Cause] = (
    ("participant-withdrew", 4),
    ("goal-changed", 3),
    ("authority-withdrew", 1),
    ("other", 1),
)
REVISED: Weighted[Literal["slower", "offer", "health", "own-wish"]] = (
    ("slower", 5),
    ("offer", 2),
    ("health", 1.5),
    ("own-wish", 1.5),
)
DROPPED: Weighted[Literal["goal-changed", "replaced", "not-possible"]] = (
    ("goal-changed", 3),
    ("replaced", 3),
    ("not-possible", 2),
)
JUDGES: Weighted[Judge] = (("advisor", 4), ("together", 4), ("school", 2))
WAIVED: Weighted[Literal["no-longer-needed", "goal-changed", "replaced"]] = (
    ("no-longer-needed", 2),
    ("goal-changed", 1),
    ("replaced", 1),
)
MISSED: dict[bool, Weighted[Literal["own-wish", "illness", "other", "no-capacity", "no-offer"]]] = {
    True: (("own-wish", 1), ("illness", 1), ("other", 1)),
    False: (("no-capacity", 1), ("no-offer", 1)),
}
"""Why a duty was missed, by whether it was the participant's."""

EDUCATION = frozenset(("trade-certificate", "upper-secondary", "higher-education", "profession"))
OWN_STEPS = ("førerkort", "dataferdigheter", "egen vei til skole og jobb")
"""Steps that no other fact tells of."""


def long_contract(life: Outline) -> None:
    """A contract over years, for some: rather those with little schooling who aim at an education."""
    if not life.chance(_share(life)):
        return
    on = weekday(life.start + life.days(60, 500))
    if on > life.end:
        on = weekday(life.end - life.days(15, 60))
    if not life.start <= on <= life.last:
        return
    years = life.pick(((3, 3), (4, 3), (5, 4)))
    template = _template(life)
    until = months_after(on, 12 * years) - DAY
    draft = plan(template, on, until=until, offices=OFFICES)
    cut = {line.partition(":")[0] for line in draft.cut}
    steps = [step for step in draft.steps if f"steps {step.step}" not in cut and _is_open(life, step, on)]
    duties = [duty for duty in draft.obligations if f"obligations {duty.obligation}" not in cut and duty.due > on]
    steps = _some(life, steps, 4)
    if life.chance(0.4):
        own = life.random.choice(OWN_STEPS)
        steps.append(
            StepAgreed(on=on, step=own, contract="long-contract", target="other", due=weekday(on + life.days(200, 700)))
        )
    duties = _some(life, duties, 5)
    if len(steps) < 2 or len(duties) < 2:
        return
    rhythm = life.pick(((3, 1), (6, 5), (None, 4)))
    signed = msgspec.structs.replace(draft.contract, follow_up_every=rhythm, told_by="staff")
    told = life.tell(signed, AT_ONCE)
    if told is None:
        return
    parties(life, signed, told)
    for fact in (*steps, *duties):
        life.tell(msgspec.structs.replace(fact, told_by="staff"), AT_ONCE, rests_on=told)
    _Course(life, signed, told, steps, duties).run()


def _share(life: Outline) -> float:
    """The chance of a long contract."""
    career = life.career
    if career is None:
        return 0.0
    traits = life.life.traits
    shares = rates.LONG_CONTRACT_EDUCATION if career.goal in EDUCATION else rates.LONG_CONTRACT_WORK
    below = traits.schooling in rates.BELOW_UPPER
    return shares[below] * (rates.LONG_CONTRACT_COLLECTIVE if traits.group == "collective" else 1)


def _template(life: Outline) -> PathTemplate:
    career = life.career
    if life.life.traits.schooling in rates.BELOW_BASIC or (career is not None and career.goal == "trade-certificate"):
        return _path("trade@1")
    if career is not None and career.goal in EDUCATION and life.life.traits.schooling in rates.BELOW_UPPER:
        return _path("upper-secondary@1")
    return _path("quick-to-work@1")


@cache
def _path(name: str) -> PathTemplate:
    return path_template(name)


def _is_open(life: Outline, step: StepAgreed, on: date) -> bool:
    """Whether a step is still to be taken."""
    if step.due <= on + timedelta(days=30) or _reached(step, life.entries(on)) is not None:
        return False
    schooled = life.life.traits.schooling not in rates.BELOW_BASIC
    return not (schooled and step.target in ("primary-school", "primary-school-completed"))


def _reached(step: StepAgreed, entries: list[Entry]) -> date | None:
    return reached_on(msgspec.structs.asdict(step), step.on, entries)


def _some(life: Outline, facts: list[F], most: int) -> list[F]:
    """Up to so many of them, as they stand."""
    count = min(len(facts), life.random.randint(3, most))
    kept = sorted(life.random.sample(range(len(facts)), count))
    return [facts[number] for number in kept]


class _Course:
    """What came of a long contract."""

    def __init__(
        self, life: Outline, signed: ContractSigned, told: Told, steps: list[StepAgreed], duties: list[ObligationAgreed]
    ) -> None:
        self.life = life
        self.signed = signed
        self.told = told
        self.steps = steps
        self.duties = duties
        self.reached: dict[str, date] = {}
        entries = life.entries()
        self.following = following(signed.contract, signed.on, entries)
        for step in steps:
            day = _reached(step, entries)
            if step.target == "other" and life.chance(0.7):
                day = step.due + life.days(-120, 150)
            if day is not None:
                self.reached[step.step] = max(day, signed.on + DAY)

    def run(self) -> None:
        life, signed = self.life, self.signed
        agreed = self._how_it_ended()
        rests(life, agreed, [*life.leaves, *self._later_pauses(agreed)])
        life.rhythms.append((signed.on, agreed.over, signed.follow_up_every))
        for step in self.steps:
            self._step(step, agreed)
        for duty in self.duties:
            self._duty(duty, agreed)
        ends(life, agreed)

    def _how_it_ended(self) -> Agreed:
        """The first of all ends that it could have."""
        life, signed = self.life, self.signed
        found: list[tuple[date, Ending, Cause]] = []
        if life.moved_away:
            found.append((life.last, "terminated", "moved"))
        if life.chance(rates.LONG_CONTRACT_WITHDRAWN):
            found.append((signed.on + life.days(240, 1400), "terminated", life.pick(WITHDRAWN)))
        for times in self.following:
            if not times.follows and life.chance(0.5):
                given_up = times.first + life.days(240, 420)
                if given_up < times.after:
                    found.append((given_up, "terminated", "goals-not-followed"))
        if len(self.reached) == len(self.steps) and life.chance(0.7):
            found.append((max(self.reached.values()) + life.days(10, 60), "completed", "other"))
        until = signed.until
        latest = latest_end(signed.contract, signed.on)
        on = until - life.days(20, 60)
        unreached = len(self.reached) < len(self.steps) or max(self.reached.values()) > until
        if until < latest and unreached and life.chance(0.6) and all(day > on for day, _, _ in found):
            until = min(latest, months_after(until, life.random.choice((6, 12, 12))))
            longer = ContractExtended(on=on, contract=signed.contract, until=until, told_by="staff")
            if life.tell(longer, DAYS, rests_on=self.told) is None:
                until = signed.until
        how: Ending = "untold" if life.chance(rates.CONTRACT_END_UNTOLD) else "completed"
        if how == "completed" and len(self.reached) < len(self.steps) / 2 and life.chance(0.5):
            how = "terminated"
        found.append((until, how, "goals-not-followed" if how == "terminated" else "other"))
        over, how, cause = min((max(day, signed.on + DAY), how, cause) for day, how, cause in found)
        return Agreed(signed, self.told, over, how, cause)

    def _later_pauses(self, agreed: Agreed) -> Iterator[tuple[date, date]]:
        """Some months of leave after the programme, in few of the contracts."""
        first = self.life.end + self.life.days(60, 700)
        if self.life.chance(rates.LONG_CONTRACT_RESTS) and first < agreed.over:
            yield first, first + self.life.days(80, 280)

    def _step(self, step: StepAgreed, agreed: Agreed) -> None:
        life = self.life
        reached = self.reached.get(step.step, date.max)
        until = min(agreed.over, self.signed.until)
        due, since = step.due, step.on
        while reached > due and life.chance(0.85):
            early = life.chance(0.6)
            on = weekday(max(since + DAY, due + (life.days(-45, 20) if early else life.days(30, 160))))
            if on >= min(reached, until):
                break
            if life.chance(0.12):
                life.tell(StepDropped(on=on, step=step.step, cause=life.pick(DROPPED), told_by="staff"), DAYS, LATE)
                return
            later = min(weekday(months_after(max(on, due), life.random.choice((4, 6, 8, 12)))), self.signed.until)
            if later <= max(on, due):
                break
            revised = StepRevised(on=on, step=step.step, due=later, cause=life.pick(REVISED), told_by="staff")
            life.tell(revised, DAYS, rests_on=self.told)
            due, since = later, on
        given_up = weekday(due + life.days(150, 330))
        if max(given_up, since) < min(reached, agreed.over) and life.chance(0.9):
            life.tell(StepDropped(on=max(given_up, since), step=step.step, cause=life.pick(DROPPED), told_by="staff"))
            return
        if step.target == "other" and reached <= until:
            on = max(reached, since)
            judged = life.pick(JUDGES)
            life.tell(StepJudgedReached(on=on, step=step.step, judged_by=judged, told_by="staff"), DAYS, LATE)

    def _duty(self, duty: ObligationAgreed, agreed: Agreed) -> None:
        """What came of a duty; of an authority's, nothing has to come while the contract is not followed."""
        life, due = self.life, duty.due
        by_end = due >= self.signed.until
        if by_end and agreed.how == "completed":
            due = agreed.over
        outcome = life.pick(rates.DUTIES[duty.party])
        given_up = outcome == "open" and life.chance(0.6)
        followed = any(times.follows and times.first <= due < times.after for times in self.following)
        if duty.party != "participant" and not followed and outcome != "waived":
            outcome = "waived" if life.chance(0.4) else "open"
        elif given_up:
            outcome = "missed"
        met = ObligationMet(on=due, obligation=duty.obligation, told_by="staff")
        fact: ObligationMet | ObligationMissed | ObligationWaived
        if outcome == "met":
            early = 0 if by_end else min(70, max(0, (due - self.signed.on).days - 5))
            fact = msgspec.structs.replace(met, on=due - life.days(0, early))
        elif outcome == "late":
            fact = msgspec.structs.replace(met, on=due + life.days(3, 120))
        elif outcome == "missed":
            cause = life.pick(MISSED[duty.party == "participant"])
            judged = due + (life.days(120, 300) if given_up else life.days(7, 80))
            fact = ObligationMissed(on=judged, obligation=duty.obligation, cause=cause, told_by="staff")
        elif outcome == "waived":
            early = min(120, max(0, (due - self.signed.on).days - 20))
            waived = ObligationWaived(on=due, obligation=duty.obligation, reason=life.pick(WAIVED), told_by="staff")
            fact = msgspec.structs.replace(waived, on=due - life.days(0, early))
        else:
            return
        fact = msgspec.structs.replace(fact, on=min(weekday(fact.on), due) if outcome == "met" else weekday(fact.on))
        if fact.on <= agreed.over:
            life.tell(fact, DAYS, LATE, rests_on=self.told)
