"""What can be logged in a journey, ordered by what makes sense now: what runs first, then what often comes next."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from events import AREAS, Closes, Fact, Marks, Opens, activities, fact_classes
from events.base import key_field
from tracker.journey import loggable
from tracker.journey_page import Page
from tracker.wording_of_facts import title
from web import wording
from web.pages.participant.words import AREA_TITLES, whole_words

Row = Mapping[str, Any]
ELSEWHERE = frozenset(("contract", "contract-pause", "step", "obligation", "advisor", "address-protection", "consent"))
"""Activities with pages of their own, or seldom changed: they do not stand among what runs."""

BEFORE = (
    "programme-offered",
    "programme-started",
    "start-delayed",
    "skills-mapped",
    "track-assigned",
    "programme-goal-set",
    "language-level-reached",
    "group-joined",
)
DURING = (
    "language-level-reached",
    "job-started",
    "work-placement-started",
    "programme-element-started",
    "primary-school-enrolled",
    "upper-secondary-enrolled",
    "leave-started",
    "attendance-recorded",
    "follow-up-held",
    "follow-up-scheduled",
    "programme-goal-set",
    "volunteering-started",
)
AFTER = (
    "status-confirmed",
    "job-started",
    "language-level-reached",
    "primary-school-enrolled",
    "upper-secondary-enrolled",
    "higher-education-enrolled",
    "follow-up-held",
    "follow-up-scheduled",
    "volunteering-started",
    "programme-reopened",
)
"""What is often logged before, during and after the programme."""


class Choice(NamedTuple):
    """A kind of fact to log.

    :ivar spell: version of the fact that opened the spell which it is about; None = none in particular
    """

    topic: str
    title: str
    spell: int | None = None


class Group(NamedTuple):
    """Choices under a heading."""

    title: str
    choices: tuple[Choice, ...]


def menu(page: Page) -> list[Group]:
    """What makes sense now: ends and changes of what runs, then what often comes next."""
    running = [row for row in page.running if row["key"] != "confirmed" and row["activity"] not in ELSEWHERE]
    groups = [
        Group(
            whole_words(row), tuple(Choice(cls.TOPIC, _title(cls), row["opened_by"]) for cls in _of_spell(row, running))
        )
        for row in sorted(running, key=lambda row: (_rank(row), row["spell_from"]))
    ]
    return [
        *(group for group in groups if group.choices),
        Group(wording.text("Something new"), tuple(_next(page, running))),
    ]


def everything() -> list[Group]:
    """All that can be logged, by area of life."""
    known = loggable()
    found = []
    for area in AREAS:
        classes = [cls for cls in known.values() if cls.__module__ == area.__name__]
        name = area.__name__.rpartition(".")[2]
        if classes and name in AREA_TITLES:
            choices = tuple(Choice(cls.TOPIC, _title(cls)) for cls in classes)
            found.append(Group(wording.words(AREA_TITLES[name]), choices))
    return found


def fixed_key(cls: type[Fact], page: Page, spell: int | None) -> tuple[Row | None, dict[str, str]]:
    """The spell that a fact is to be about, and the field of the form which that settles."""
    row = next((row for row in page.running if row["opened_by"] == spell and row["activity"] in _activities(cls)), None)
    name = key_field(cls)
    if row is None or name is None or row["key"] == row["activity"]:
        return row, {}
    return row, {name.replace("_", "-"): row["key"]}


def _activities(cls: type[Fact]) -> tuple[str, ...]:
    within = getattr(cls, "within", None)
    return (cls.activity, within) if within else (cls.activity,)


def _of_spell(row: Row, running: Sequence[Row]) -> Iterator[type[Fact]]:
    """Changes and ends of a spell, marks of it, and what can begin within it."""
    marks, within, ends = _about(row["activity"])
    yield from marks
    now = {other["activity"] for other in running if other["key"] == row["key"]}
    yield from (cls for cls in within if cls.activity not in now)
    yield from ends


@cache
def _about(name: str) -> tuple[tuple[type[Fact], ...], tuple[type[Opens], ...], tuple[type[Fact], ...]]:
    """Changes and marks of an activity, what begins within it, and its ends."""
    activity, known = activities()[name], loggable()
    changes = (cls for cls in activity.changes if cls.TOPIC in known and not _reopens(cls))
    marks = (cls for cls in known.values() if issubclass(cls, Marks) and cls.activity == name)
    within = (cls for cls in known.values() if issubclass(cls, Opens) and cls.within == name)
    ends = (cls for cls in activity.closes if cls.TOPIC in known and issubclass(cls, Closes))
    return (*changes, *marks), tuple(within), tuple(ends)


def _reopens(cls: type[Fact]) -> bool:
    return cls.TOPIC.endswith("-reopened")


def _next(page: Page, running: Sequence[Row]) -> Iterator[Choice]:
    now = {row["activity"] for row in running}
    topics = DURING if "programme" in now else AFTER if _has_ended(page) else BEFORE
    classes = fact_classes()
    for topic in topics:
        cls = classes[topic]
        if not (issubclass(cls, Opens) and cls.solitary and cls.activity in now):
            yield Choice(topic, _title(cls))


def _has_ended(page: Page) -> bool:
    return any(row["activity"] == "programme" for row in page.spells)


_FIRST = ("leave", "suspension", "work", "wage-subsidy", "work-placement", "primary-school", "upper-secondary")


def _rank(row: Row) -> int:
    return _FIRST.index(row["activity"]) if row["activity"] in _FIRST else len(_FIRST)


def _title(cls: type[Fact]) -> str:
    return title(cls, wording.language())
