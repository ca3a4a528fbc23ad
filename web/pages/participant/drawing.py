"""What a journey's drawing is made of: the rows and facts of the journey, in the words of the reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from events import Fact
from events.contract import ContractCompleted, ContractSigned, ContractTerminated
from events.fields import fields_by_name
from events.follow_up import FollowUpHeld, FollowUpMissed
from events.intake import TrackAssigned
from events.language import LEVELS, LanguageLevelReached
from events.plan import CareerGoalSet, LanguageGoalSet, PlanAgreed, PlanRevised, ProgrammeGoalReached, ProgrammeGoalSet
from events.residence import Died, LeftNorway, MovedToMunicipality
from events.status import StatusConfirmed
from tracker import wording_of_facts
from tracker.course.verdict import Course
from tracker.journey_page import Page
from web import wording
from web.charts.journey import Bar, Expected, Journey, Ladder, Lane, Mark, MarkKind, Marks, Rise
from web.pages.participant.course_words import milestone_words, state_words
from web.pages.participant.words import activity_words, hours_words, last_day, level_words, skill_words, spell_words
from web.wording import marked as _

Row = Mapping[str, Any]
FULL_TIME = 37.5
"""Hours a week that fill the height of the lane of work."""

AHEAD = timedelta(days=550)
"""So far beyond today is drawn of what is expected."""

SKILLS = ("listening", "reading", "writing", "speaking")


class _LaneOf(NamedTuple):
    name: str
    words: str
    activities: tuple[str, ...]


LANES = (
    _LaneOf("programme", _("Programme"), ("programme",)),
    _LaneOf("leave", _("Leave and stops"), ("leave", "suspension")),
    _LaneOf("training", _("Parts of the programme"), ("language-training", "programme-element")),
    _LaneOf("school", _("School and education"), ("primary-school", "upper-secondary", "higher-education")),
    _LaneOf("work", _("Work, height: hours a week"), ("work",)),
    _LaneOf("subsidy", _("Wage subsidy"), ("wage-subsidy",)),
    _LaneOf("measures", _("Measures"), ("work-placement", "labour-market-measure")),
    _LaneOf("volunteering", _("Volunteering and roles"), ("volunteering", "elected-role")),
    _LaneOf("income", _("Benefits"), ("social-assistance", "benefit")),
)

MARKS: tuple[tuple[str, Mapping[type[Fact], MarkKind]], ...] = (
    (
        _("Goals and plan"),
        {
            CareerGoalSet: "goal",
            ProgrammeGoalSet: "goal",
            LanguageGoalSet: "goal",
            ProgrammeGoalReached: "reached",
            PlanAgreed: "agreed",
            PlanRevised: "agreed",
            TrackAssigned: "confirmed",
        },
    ),
    (
        _("Contract"),
        {ContractSigned: "agreed", ContractCompleted: "reached", ContractTerminated: "ended"},
    ),
    (
        _("Conversations and status"),
        {
            FollowUpHeld: "talk",
            FollowUpMissed: "missed",
            StatusConfirmed: "confirmed",
            MovedToMunicipality: "moved",
            LeftNorway: "moved",
            Died: "ended",
        },
    ),
)


def drawing_of(page: Page, facts: Sequence[Fact], course: Course) -> Journey:
    """The drawing of a journey.

    :param facts: those that hold by the day, in the order of time
    """
    begins = _begins(facts, page.at)
    ends = max(page.at, min(_ends(course, page), page.at + AHEAD)) + timedelta(days=14)
    return Journey(
        wording.text("The journey"),
        wording.text(
            "What ran from %(first)s to %(last)s, levels of Norwegian, marks and what was expected. The table after "
            "the drawing tells the same.",
            first=wording.day(begins),
            last=wording.day(page.at),
        ),
        begins,
        ends,
        page.at,
        wording.day(page.at),
        tuple(_lanes(page.spells)),
        tuple(_ladders(facts)),
        tuple(_marks(facts)),
        tuple(_expected(course)),
    )


def _begins(facts: Sequence[Fact], at: date) -> date:
    first = min((fact.on for fact in facts), default=at)
    return (first - timedelta(days=10)).replace(day=1)


def _ends(course: Course, page: Page) -> date:
    days = [day for step in course.steps if step.reached_on is None for day in (step.typical_on, step.late_on) if day]
    return max(days, default=page.at)


def _lanes(spells: Sequence[Row]) -> Iterator[Lane]:
    for lane in LANES:
        bars = tuple(
            _bars(lane, [row for row in spells if row["activity"] in lane.activities and not _said(row, spells)])
        )
        if bars:
            yield Lane(lane.name, wording.words(lane.words), bars, tall=lane.name == "work")


def _bars(lane: _LaneOf, rows: Iterable[Row]) -> Iterator[Bar]:
    for row in rows:
        which = spell_words(row)
        name = activity_words(row["activity"])
        # What the lane is called is not said again in its bars.
        words = (which or name) if len(lane.activities) == 1 else name + (f": {which}" if which else "")
        hours = row["hours_per_week"]
        if lane.name == "work":
            words = hours_words(row) or which
        elif row["activity"] == "programme-element":
            words = which
        yield Bar(
            date.fromisoformat(row["valid_from"]),
            None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
            words,
            _told(row, name, which),
            _kind(row),
            None if lane.name == "work" and hours is None else 1.0 if lane.name != "work" else float(hours) / FULL_TIME,
            which,
        )


def _said(row: Row, spells: Sequence[Row]) -> bool:
    """Whether it is only confirmed, of a day on which one of its kind is known to run."""
    return row["key"] == "confirmed" and any(
        other["activity"] == row["activity"]
        and other["key"] != "confirmed"
        and other["valid_from"] <= row["valid_from"]
        and (other["valid_to"] is None or other["valid_to"] > row["valid_from"])
        for other in spells
    )


def _told(row: Row, name: str, which: str) -> str:
    first, until = wording.day(row["valid_from"]), last_day(row)
    days = wording.text("from %(first)s", first=first)
    if until is not None:
        days = wording.text("from %(first)s to %(last)s", first=first, last=wording.day(until))
    return ", ".join(part for part in (name, which, days, hours_words(row)) if part)


def _kind(row: Row) -> str:
    if row["key"] == "confirmed":
        return "confirmed"
    if row["activity"] == "suspension":
        return "stopped"
    return "subsidised" if row["value"] == "wage-subsidy" else ""


def _ladders(facts: Sequence[Fact]) -> Iterator[Ladder]:
    shown = [fact for fact in facts if isinstance(fact, LanguageLevelReached) and fact.level in LEVELS]
    if not shown:
        return
    goals = [fact for fact in facts if isinstance(fact, LanguageGoalSet)]
    for skill in SKILLS:
        rises, best = [], -1
        for fact in shown:
            if fact.skill != skill:
                continue
            rank = LEVELS.index(fact.level)
            words = level_words(fact.level)
            told = f"{skill_words(skill)}: {words}, {_day(fact)}, {_evidence(fact)}"
            rises.append(Rise(fact.on, rank, words, told, rank > best))
            best = max(best, rank)
        aims = tuple(
            (goal.on, LEVELS.index(goal.goals[skill]), wording.text("goal %(level)s", level=goal.goals[skill]))
            for goal in goals
            if skill in goal.goals
        )
        if rises or aims:
            yield Ladder(skill_words(skill), tuple(rises), aims)


def _evidence(fact: LanguageLevelReached) -> str:
    return wording_of_facts.choice(
        LanguageLevelReached,
        fields_by_name(LanguageLevelReached)["evidence"],
        fact.evidence,
        wording.language(),
    )


def _marks(facts: Sequence[Fact]) -> Iterator[Marks]:
    for words, kinds in MARKS:
        found = tuple(Mark(fact.on, kinds[type(fact)], _mark_words(fact)) for fact in facts if type(fact) in kinds)
        if found:
            yield Marks(wording.words(words), found)


def _mark_words(fact: Fact) -> str:
    cls = type(fact)
    language = wording.language()
    parts = [wording_of_facts.title(cls, language)]
    if cls.value_field:
        field = fields_by_name(cls)[cls.value_field]
        told = getattr(fact, cls.value_field)
        if told not in ("unknown", "not-asked"):
            parts.append(wording_of_facts.value(cls, field, told, language))
    return ", ".join([*filter(None, parts), _day(fact)])


def _day(fact: Fact) -> str:
    return wording.day(fact.on, fact.on_precision)


def _expected(course: Course) -> Iterator[Expected]:
    for step in course.steps:
        reached = step.reached_on.on if step.reached_on else None
        words = milestone_words(step.title)
        told = f"{words}: {state_words(step.state)}"
        if reached is None and step.typical_on is not None and step.late_on is not None:
            told = wording.text(
                "%(milestone)s: %(state)s; typical from %(typical)s, later than typical from %(late)s",
                milestone=words,
                state=state_words(step.state),
                typical=wording.day(step.typical_on),
                late=wording.day(step.late_on),
            )
        yield Expected(words, told, step.typical_on, step.late_on, reached, step.judged_on, step.state)
