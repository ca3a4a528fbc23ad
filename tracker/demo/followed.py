"""Follow-up of a simulated life: its contracts, conversations agreed, moved, held and missed, and changes of advisor.

It draws from a chance of its own, so that the life itself stays the same whatever is agreed and said.
"""

from datetime import date, timedelta
from random import Random
from typing import Literal

from events.base import YesNo
from events.follow_up import AdvisorHandedOver, Attendee, FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from events.intake import ParticipantRegistered
from tracker.calendar import months_after
from tracker.demo import rates
from tracker.demo.account import AT_ONCE
from tracker.demo.bound import integration_contract
from tracker.demo.intake import ADVISORS
from tracker.demo.life import Life
from tracker.demo.long_contracts import long_contract
from tracker.demo.outline import DAY, Outline, Weighted, weekday

BEFORE = 1
IN_PROGRAMME = 3
AFTER = 12
"""Months between two conversations, as in version 1 of the default rules of follow-up."""

YEARS_AFTER = 5
EARLY = 2
"""Months by which a conversation after the programme may come before its point."""

PROMPT = (0, 6)
WAYS: Weighted[Literal["meeting", "phone", "video", "visit"]] = (
    ("meeting", 6),
    ("phone", 2.5),
    ("visit", 0.8),
    ("video", 0.7),
)
MISSED: Weighted[
    tuple[
        Literal["participant", "municipality", "interpreter"],
        Literal["illness", "no-interpreter", "not-told", "child-care", "work", "other"],
    ]
] = (
    (("participant", "illness"), 4),
    (("participant", "child-care"), 2),
    (("participant", "work"), 2),
    (("participant", "not-told"), 1),
    (("participant", "other"), 1),
    (("municipality", "illness"), 1.5),
    (("interpreter", "no-interpreter"), 2),
)
REASONS: Weighted[Literal["participant", "service", "interpreter", "illness"]] = (
    ("participant", 4),
    ("service", 3),
    ("interpreter", 1.5),
    ("illness", 1.5),
)
INTERPRETED: Weighted[YesNo] = (("yes", 8.5), ("no", 0.8), ("not-asked", 0.7))
NEXT = ("Melde seg til norskprøve", "Møte hos NAV", "Finne praksisplass", "Lage CV", "Snakke om veien videre")
NEXT_BELOW = (*NEXT, "Søke plass i grunnskole")
"""What comes next, and what may, for one without basic school."""


def followed(life: Life, random: Random, start: date, end: date) -> None:
    """Have everything told of how a life is followed up.

    :param start: first day of the programme; it may lie after today
    :param end: last day of the programme; it may lie after today
    """
    outline = Outline.of(life, random, start, end)
    _handed_over(outline)
    integration_contract(outline)
    long_contract(outline)
    _Conversations(outline).run()
    life.account.joined_by(outline.account)


def _handed_over(life: Outline) -> None:
    """Now and then another advisor takes over, or declines."""
    first, last = life.start + timedelta(days=60), life.last
    if not life.chance(rates.HANDED_OVER) or first >= last:
        return
    on = weekday(first + timedelta(days=life.random.randrange((last - first).days)))
    others = [name for name in (f"demo-advisor-{number}" for number in range(1, ADVISORS + 1)) if name != life.advisor]
    to, instead = life.random.sample(others, 2)
    if life.chance(rates.HANDOVER_DECLINED):
        life.tell(AdvisorHandedOver(on=on, advisor=to, answer="declined", told_by="staff"), AT_ONCE)
        on, to = weekday(on + life.days(3, 20)), instead
        if life.chance(0.3):
            return
    life.tell(AdvisorHandedOver(on=on, advisor=to, answer="accepted", told_by="staff"), AT_ONCE)
    life.handed_over = on, to


class _Conversations:
    """The conversations of one life, one after the other.

    :ivar held: the day of the last one, or of whatever stood in its place
    """

    def __init__(self, life: Outline) -> None:
        self.life = life
        registered = life.first(ParticipantRegistered)
        assert registered is not None
        self.held = registered.on
        self.contacts = life.contacts
        self.next = NEXT_BELOW if life.life.traits.schooling in rates.BELOW_BASIC else NEXT

    def run(self) -> None:
        while (due := self._due()) is not None and self.held <= self.life.last:
            after = self.held > self.life.end
            anyhow = next((day for day in self.contacts if self.held < day <= due + timedelta(days=20 * after)), None)
            if anyhow is not None:
                self.held = anyhow
            elif self.life.chance(rates.CONVERSATION_LEFT_OUT):
                self.held = due + self.life.days(5, 40)
            else:
                self._talked(self._day(due))

    def _due(self) -> date | None:
        """When the next conversation is due; None = no more of them."""
        life, held = self.life, self.held
        if held < life.start:
            before = months_after(held, BEFORE)
            return before if before < life.start else months_after(life.start, IN_PROGRAMME)
        if held <= life.end:
            due = months_after(held, self._rhythm(held) or IN_PROGRAMME)
            for first, last in life.leaves:
                if first <= due and last >= held:
                    if last == date.max:
                        return None
                    due += last - max(first, held) + DAY
            if due <= life.end or life.ended is None:
                return due
        return self._point()

    def _point(self) -> date | None:
        """The next point after the programme, where a long contract or the consent to follow-up lasts till then."""
        life = self.life
        left = life.end + DAY
        every = self._rhythm(left) or AFTER
        for months in range(every, 12 * YEARS_AFTER + 1, every):
            due = months_after(left, months)
            if months_after(due, -EARLY) <= self.held:
                continue
            bound = any(first <= due <= last for first, last, _ in life.rhythms)
            if bound or "follow-up" in life.life.consents:
                return due
        return None

    def _rhythm(self, day: date) -> int | None:
        return next((every for first, last, every in self.life.rhythms if first <= day <= last), None)

    def _day(self, due: date) -> date:
        """The day that is found for a conversation: mostly in time."""
        life = self.life
        late = life.chance(rates.CONVERSATION_LATE)
        day = weekday(due + (life.days(8, 75) if late else -life.days(0, 16)))
        for first, last in life.leaves:
            if first <= day <= last < date.max:
                day = weekday(last + life.days(3, 20))
        return max(day, weekday(self.held + DAY))

    def _talked(self, day: date, again: bool = False) -> None:
        life = self.life
        likely = again or day > life.last
        agreed = life.chance(rates.CONVERSATION_AGREED_AHEAD if likely else rates.CONVERSATION_AGREED)
        if agreed:
            on = max(self.held + DAY, day - life.days(4, 50))
            if day > life.last and life.last < life.life.today:
                self.held = day
                return
            on, day = min(on, day), max(on, day)
            with_whom = self._with_whom(on)
            self._tell(FollowUpScheduled(on=on, planned_on=day, with_whom=with_whom, told_by="staff"))
            if life.chance(rates.CONVERSATION_MOVED):
                moved = max(on, day - life.days(0, 5))
                day = weekday(day + life.days(2, 21))
                self._tell(FollowUpMoved(on=moved, planned_on=day, reason=life.pick(REASONS), told_by="staff"))
            if not again and life.chance(rates.CONVERSATION_MISSED):
                self._missed(day)
                return
        else:
            with_whom = self._with_whom(day)
        asked: YesNo = life.pick(INTERPRETED) if life.needs_interpreter else "not-asked"
        held = FollowUpHeld(
            on=day,
            way="meeting" if with_whom else life.pick(WAYS),
            with_whom=with_whom,
            interpreter_used=asked,
            agreed_next=life.random.choice(self.next) if life.chance(0.3) else None,
            told_by="staff",
        )
        self._tell(held)
        self.held = day

    def _missed(self, day: date) -> None:
        life = self.life
        missed_by, cause = life.pick(MISSED)
        if cause == "no-interpreter" and not life.needs_interpreter:
            missed_by, cause = "participant", "illness"
        self._tell(FollowUpMissed(on=day, missed_by=missed_by, cause=cause, told_by="staff"))
        self.held = day
        self._talked(weekday(day + life.days(5, 25)), again=True)

    def _with_whom(self, day: date) -> tuple[Attendee, ...]:
        """Now and then others are there: the parties of a long contract, the school."""
        life = self.life
        bound = any(first <= day <= last for first, last, _ in life.rhythms)
        if bound and life.chance(0.4):
            return life.random.choice((("state",), ("county",), ("county", "state"), ("school",)))
        return ("school",) if life.start <= day <= life.end and life.chance(0.12) else ()

    def _tell(self, fact: FollowUpScheduled | FollowUpMoved | FollowUpHeld | FollowUpMissed) -> None:
        handed = self.life.handed_over
        by = handed[1] if handed is not None and handed[0] <= fact.on else None
        self.life.tell(fact, PROMPT if isinstance(fact, FollowUpHeld) else AT_ONCE, by=by)
