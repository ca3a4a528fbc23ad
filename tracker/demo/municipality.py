"""The simulated municipality's own facts: norms, targets, teaching, involvement and anonymous surveys."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from events import Fact
from events.base import YesNo
from events.municipality import InvolvementHeld, MunicipalityRegistered, NormSetAdopted, TargetSet, TeachingRecorded
from events.surveys import InvitedGroup, SchoolingGroup, SurveyAnswerReceived, SurveyRoundHeld
from tracker.application import municipality_stream
from tracker.calendar import months_after
from tracker.demo.intake import MUNICIPALITY, NAME
from tracker.demo.people import act_of
from tracker.journey import OSLO, Journey, Signature
from tracker.surveys.instruments import Instrument, instrument
from tracker.surveys.rounds import possible

BY = "demo-manager-1"
INSTRUMENT = ("participant-survey", 1)
ROUNDS_BEFORE_TODAY = (330, 70)
"""Days from the first day of each survey round until today."""

OPEN_FOR = 21
"""Days on which answers are taken."""

INVITED_OF_ALL = 0.25
FEWEST_INVITED, MOST_INVITED = 40, 400
ANSWERED = 0.6
"""Share of those invited."""

SKIPPED = 0.05
"""Share of items that an answer leaves out."""

GROUPS: dict[tuple[SchoolingGroup, Literal["female", "male"]], float] = {
    ("none-or-some-basic", "female"): 0.17,
    ("none-or-some-basic", "male"): 0.13,
    ("basic", "female"): 0.08,
    ("basic", "male"): 0.07,
    ("upper-secondary-or-more", "female"): 0.32,
    ("upper-secondary-or-more", "male"): 0.23,
}
"""Who is invited, by schooling and gender, as shares."""

LEVEL = {"trust-people": 0.62, "trust-municipality": 0.68, "contact-weekly": 0.45, "belonging": 0.66}
"""Where answers lie on the scale on average, from 0 to 1; of every other item in the middle, of offices at the foot."""

Heard = tuple[Literal["user-council", "dialogue-meeting", "interview-round"], YesNo]
HEARD: tuple[Heard, ...] = (("user-council", "yes"), ("dialogue-meeting", "yes"), ("interview-round", "no"))
Told = tuple[datetime, Fact]


def own_journey(participants: int, seed: int, years: int, now: datetime) -> Journey:
    """The municipality's own stream from its registration until now.

    :param participants: how many are simulated; a part of them is invited to each survey
    """
    random = Random(f"{seed}:municipality")
    today = now.astimezone(OSLO).date()
    first = months_after(today, -12 * years) - timedelta(days=30)
    journey = Journey(municipality_stream(MUNICIPALITY))
    facts = [*_decided(first), *_taught(random, first, today), *_heard(random, first, today)]
    facts += _asked(random, participants, today)
    for moment, fact in sorted(facts, key=lambda told: told[0]):
        if moment <= now:
            journey.record(fact, Signature(moment, BY, "web", act=act_of(seed)))
    possible(journey.entries.values())
    return journey


def _decided(first: date) -> Iterator[Told]:
    registered = MunicipalityRegistered(on=first, municipality=MUNICIPALITY, name=NAME, told_by="staff")
    yield _on(first, 0), registered
    yield _on(first, 1), NormSetAdopted(on=first, norm_set="default", version=1, told_by="staff")
    for indicator, line, percent in (("R1", "official", 55), ("E2", "work-20-hours", 40)):
        target = TargetSet(
            on=first + timedelta(days=14),
            indicator=indicator,
            line=line,
            percent=Decimal(percent),
            decided_by="Demo kommunestyre",
            told_by="staff",
        )
        yield _on(target.on, 0), target


def _taught(random: Random, first: date, today: date) -> Iterator[Told]:
    """The hours of each term of the school years that lie wholly in between; ever more by trained teachers."""
    share = 0.45
    for year in range(first.year, today.year + 1):
        for begins, ends in ((date(year, 1, 4), date(year, 6, 19)), (date(year, 8, 17), date(year, 12, 18))):
            if begins < first or ends + timedelta(days=14) > today:
                continue
            share = min(0.9, share + random.uniform(0.0, 0.04))
            hours = Decimal(random.randint(36, 60) * 50)
            qualified = round(hours * Decimal(share))
            other = round((hours - qualified) * Decimal("0.7"))
            taught = TeachingRecorded(
                on=begins,
                until=ends,
                hours={
                    "credits-30": Decimal(qualified),
                    "teacher-training": Decimal(other),
                    "neither": hours - qualified - other,
                },
                heads={"credits-30": Decimal(round(8 * share)), "teacher-training": Decimal(3), "neither": Decimal(1)},
                told_by="school",
            )
            yield _on(ends, random.randint(2, 12)), taught


def _heard(random: Random, first: date, today: date) -> Iterator[Told]:
    on = first + timedelta(days=120)
    while on <= today:
        method, meeting = random.choice(HEARD)
        held = InvolvementHeld(
            on=on, method=method, dialogue_meeting_after=meeting, present=random.randint(8, 30), told_by="staff"
        )
        yield _on(on, random.randint(0, 7)), held
        on += timedelta(days=random.randint(150, 210))


def _asked(random: Random, participants: int, today: date) -> Iterator[Told]:
    """Two rounds of the anonymous survey; the answers of a round are recorded at once, when it is over."""
    asked = instrument(*INSTRUMENT)
    number = min(MOST_INVITED, max(FEWEST_INVITED, round(participants * INVITED_OF_ALL)))
    for days in ROUNDS_BEFORE_TODAY:
        on = today - timedelta(days=days)
        until = on + timedelta(days=OPEN_FOR)
        name = f"Demo {on:%Y-%m}"
        invited = {group: round(share * number) for group, share in GROUPS.items()}
        groups: dict[InvitedGroup, Decimal | None] = {
            f"{schooling}-{gender}": Decimal(people)  # type: ignore[misc]  # every pair is a group
            for (schooling, gender), people in invited.items()
        }
        held = SurveyRoundHeld(
            on=on,
            round=name,
            instrument=asked.id,
            version=asked.version,
            until=until,
            invited=groups,
            told_by="staff",
        )
        yield _on(until, 3), held
        answers = [
            _answer(random, asked, held, *group)
            for group, people in invited.items()
            for _ in range(people)
            if random.random() < ANSWERED
        ]
        random.shuffle(answers)
        for answer in answers:
            yield _on(until, 4), answer


def _answer(
    random: Random,
    asked: Instrument,
    held: SurveyRoundHeld,
    schooling: SchoolingGroup,
    gender: Literal["female", "male"],
) -> SurveyAnswerReceived:
    answers: dict[str, int] = {}
    for item in asked.items:
        if answers and random.random() < SKIPPED:
            continue
        scale = asked.scales[item.scale]
        level = LEVEL.get(item.code, 0.06 if item.code.startswith("office-") else 0.5)
        if scale.is_yes_no:
            answers[item.code] = int(random.random() < level)
        else:
            spread = random.gauss(level, 0.22) * (scale.high - scale.low)
            answers[item.code] = min(scale.high, max(scale.low, round(scale.low + spread)))
    asked.allows(answers)
    return SurveyAnswerReceived(
        on=held.until,
        round=held.round,
        answers=answers,
        schooling=schooling if random.random() < 0.9 else None,
        gender=gender if random.random() < 0.9 else None,
        told_by="participant",
    )


def _on(day: date, days: int) -> datetime:
    """Nine o'clock so many days later, in UTC."""
    return datetime.combine(day + timedelta(days=days), time(9), OSLO).astimezone(UTC)
