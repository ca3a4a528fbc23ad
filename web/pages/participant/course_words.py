"""The expected course in the words of the reader: the verdict, its milestones and their reasons."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from events.fields import fields_by_name
from events.plan import ProgrammeGoalSet
from tracker import wording_of_facts
from tracker.catalogues import Untranslated
from tracker.course.verdict import Course
from web import wording
from web.pages.participant import words as of_spells
from web.wording import marked as _

STATES: Mapping[str, str] = {
    "reached-in-time": _("reached in time"),
    "reached-late": _("reached late"),
    "not-yet-due": _("not yet due"),
    "due": _("due"),
    "overdue": _("later than typical"),
}
WITHOUT_VERDICT: Mapping[str, str] = {
    "missing-baseline": _("No verdict yet. Not recorded: %(missing)s."),
    "no-norm-set": _("No verdict: the municipality has adopted no norms of expected progression."),
    "not-for-rule-set": _("No verdict: the norms are not made for the rules that the participant is under."),
    "not-started": _("No verdict: no programme has started."),
    "out-of-scope": _("No verdict: the participant has left Norway, lost protection or died."),
}
MILESTONES = (
    _("Starting point recorded"),
    _("A1 in Norwegian, all four skills"),
    _("A2 in Norwegian, all four skills"),
    _("B1 in Norwegian, all four skills"),
    _("First work, school or measure directed at work or study"),
    _("Primary school (grunnskole) started"),
    _("Primary school (grunnskole) completed"),
    _("Upper secondary education started after primary school"),
    _("Upper secondary education started"),
    _("First ordinary work of 20 hours a week or more"),
)
"""Those of the norms that come with the product; a municipality's own stand as they were written."""

PARTS: Mapping[str, str] = {
    "track or schooling": _("track or schooling"),
    "programme goal": _("programme goal"),
    "track": _("track"),
    "schooling": _("schooling"),
    "literacy": _("literacy"),
    "work-history": _("work history"),
    "programme-goal": _("programme goal"),
    "career-goal": _("career goal"),
    "levels": _("levels of Norwegian"),
}
_LEVEL_IN = _("level in %(skill)s")
_ONE_WITH_DAY = re.compile(r"(.+) (\d{4}(?:-\d{2}){0,2})")


def milestone_words(title: str) -> str:
    """What a milestone is called."""
    try:
        return wording.words(title)
    except Untranslated:
        return title


def state_words(state: str) -> str:
    """How it stands with a milestone."""
    return wording.words(STATES[state])


def verdict_words(course: Course) -> str:
    """The verdict in one sentence."""
    if course.on_course is None:
        return wording.text(WITHOUT_VERDICT[course.outcome], **_missing(course))
    if course.on_course:
        return wording.text("On expected course.")
    return wording.text(
        "Later than typical: %(milestones)s.", milestones="; ".join(milestone_words(s.title) for s in course.overdue)
    )


def firmness_words(course: Course) -> str:
    """Whether the verdict would be the same with other norms; empty without one."""
    if course.on_course is None:
        return ""
    if course.if_shorter == course.on_course == course.if_longer:
        return wording.text("The same with norms a quarter shorter or longer.")
    return wording.text(
        "Another with norms a quarter shorter or longer: it rests on the norms more than on the journey."
    )


def _missing(course: Course) -> dict[str, str]:
    return {"missing": ", ".join(map(_part, course.missing))} if course.outcome == "missing-baseline" else {}


def reason_words(reason: str) -> str:
    """A reason of a milestone's verdict; as it is, where it is none of the product's."""
    for pattern, sentence, told in _REASONS:
        if found := pattern.fullmatch(reason):
            return wording.text(sentence, **told(found))
    return reason


def _part(part: str) -> str:
    """A part of a milestone: a skill, a level in one, or what belongs to a starting point."""
    if part in PARTS:
        return wording.words(PARTS[part])
    if part.startswith("level in "):
        return wording.text(_LEVEL_IN, skill=of_spells.skill_words(part.removeprefix("level in ")).casefold())
    return of_spells.skill_words(part).casefold()


def _parts(found: re.Match[str]) -> dict[str, Any]:
    said = []
    for part in found[1].split(", "):
        dated = _ONE_WITH_DAY.fullmatch(part)
        said.append(f"{_part(dated[1])} {_day(dated[2])}" if dated else _part(part))
    return {"parts": ", ".join(said)}


def _day(text: str) -> str:
    return wording.day(date.fromisoformat(text)) if len(text) == 10 else text


def _goal(found: re.Match[str]) -> dict[str, Any]:
    field = fields_by_name(ProgrammeGoalSet)["goal"]
    goal = wording_of_facts.choice(ProgrammeGoalSet, field, found[2], wording.language())
    return {"day": _day(found[1]), "goal": goal.casefold()}


def _one_day(found: re.Match[str]) -> dict[str, Any]:
    return {"day": _day(found[1])}


def _nothing(_: re.Match[str]) -> dict[str, Any]:
    return {}


_ISO = r"(\d{4}-\d{2}-\d{2})"
_REASONS: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], dict[str, Any]]], ...] = (
    (
        re.compile(r"counted from: (.+), not reached"),
        _("counted from: %(milestone)s, not reached"),
        lambda found: {"milestone": milestone_words(found[1])},
    ),
    (re.compile(f"counted from {_ISO}"), _("counted from %(day)s"), _one_day),
    (
        re.compile(f"due from {_ISO} at the earliest, when the goal was set"),
        _("due from %(day)s at the earliest, when the goal was set"),
        _one_day,
    ),
    (
        re.compile(f"judged up to {_ISO}, the last day of the goal (.+)"),
        _("judged up to %(day)s, the last day of the goal %(goal)s"),
        _goal,
    ),
    (
        re.compile("the days move on while the leave runs"),
        _("the days move on while the leave runs"),
        _nothing,
    ),
    (re.compile("does not count for the verdict"), _("does not count for the verdict"), _nothing),
    (re.compile("there: (.+)"), _("there: %(parts)s"), _parts),
    (re.compile("not yet: (.+)"), _("not yet: %(parts)s"), _parts),
    (
        re.compile(r"above the participant's own target \(norskmål\): (.+)"),
        _("above the participant's own target: %(parts)s"),
        _parts,
    ),
)
