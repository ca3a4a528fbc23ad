"""Journeys in a table, one fact a row, and their courses: how the specs of expected course are written."""

from datetime import date
from uuid import UUID

from events import Fact, fact_class
from events.codec import Recorded, Stamp
from tests.scenario import NOW
from tests.tables import table
from tracker.course.history import History
from tracker.course.norms import SHELF, NormSet
from tracker.course.verdict import Course, judge
from tracker.schema import parse

STREAM = UUID(int=1)
SKILLS = ("listening", "reading", "writing", "speaking")


def journey(text: str) -> list[Recorded]:
    """The recorded facts of a table ``on | fact | values``; ``levels A2`` is four facts, one a skill.

    The first row may be left out: somebody settled in 5001 on 2021-01-01, with some basic schooling.
    """
    facts: list[Fact] = []
    rows = table(text)
    if rows[0]["fact"] != "participant-registered":
        facts.append(registered("schooling=some-basic"))
    for row in rows:
        if row["fact"] == "participant-registered":
            facts.append(registered(row["values"]))
            continue
        kind, _, level = row["fact"].partition(" ")
        if kind == "levels":
            cls = fact_class("language-level-reached")
            facts += [parse(cls, {"on": row["on"], "skill": skill, "level": level}) for skill in SKILLS]
        else:
            facts.append(parse(fact_class(kind), {"on": row["on"], **_values(row["values"])}))
    return [
        Recorded(STREAM, version, Stamp(fact=fact, timestamp=NOW, by="advisor-1", channel="cli"))
        for version, fact in enumerate(facts, start=1)
    ]


def registered(values: str) -> Fact:
    common = {"on": "2021-01-01", "municipality": "5001", "settled-on": "2021-01-01"}
    return parse(fact_class("participant-registered"), common | _values(values))


def _values(text: str) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for pair in text.split())


def on(recorded: list[Recorded], day: str, norms: NormSet) -> Course:
    """The course as it stood on a day."""
    return judge(History(recorded, date.fromisoformat(day)), norms)


def states(course: Course) -> dict[str, str]:
    """Milestone -> state."""
    return {step.id: step.state for step in course.steps}


def norms(*milestones: dict[str, object], **others: object) -> NormSet:
    """A small norm set; each milestone says what differs from A2 in ten months, later than typical from fifteen."""
    usual: dict[str, object] = {
        "id": "a2",
        "title": "A2",
        "reached_by": {"kind": "levels", "level": "A2", "skills": SKILLS},
        "typical": {"1": 10, "2": 8, "3": 6},
        "source": "a test",
    }
    told = {
        "id": "small",
        "version": 1,
        "title": "Small",
        "source": "a test",
        "late_factor": 1.5,
        "track_of_schooling": {"some-basic": "1", "basic": "2", "higher": "3"},
        "not_for_rule_sets": ["collective-protection"],
        "milestones": [usual | milestone for milestone in milestones or ({},)],
        **others,
    }
    return SHELF.of(told, "small.toml")
