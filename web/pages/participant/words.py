"""Spells, flags and levels as the reader of a participant's page calls them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from events import activities, fact_classes
from events.base import key_field
from events.fields import fields_by_name
from events.language import LanguageLevelReached
from tracker import wording_of_facts
from web import wording
from web.wording import marked as _

Row = Mapping[str, Any]

AREA_TITLES: Mapping[str, str] = {
    "intake": _("Starting point and classes"),
    "programme": _("Introduction programme"),
    "plan": _("Goals and plan"),
    "contract": _("Contract"),
    "follow_up": _("Conversations and advisor"),
    "language": _("Norwegian and social studies"),
    "education": _("School and education"),
    "work": _("Work and measures"),
    "income": _("Income and benefits"),
    "participation": _("Volunteering and roles"),
    "involvement": _("User involvement"),
    "status": _("Confirmed status"),
    "residence": _("Residence"),
    "surveys": _("Surveys"),
}
"""Area of life, by the module of its facts -> what it is called, English."""

FLAGS: Mapping[str, str] = {
    "overlap": _("runs at the same time as another of its kind"),
    "end-without-start": _("ended, and no start is known"),
    "change-without-start": _("changed, and no start is known"),
    "level-below-earlier": _("lies below an earlier result in the same skill; the best so far counts"),
    "without-consent": _("recorded of a day on which no consent held"),
    "impossible": _("does not fit with the other entries, and is left out"),
}
"""Flag -> what is unusual, English."""

_OF_WORK: Mapping[str, str] = {"self-employed": _("self-employed"), "wage-subsidy": _("with wage subsidy")}


def area_of(topic: str) -> str:
    """The area of life of a kind of fact."""
    return fact_classes()[topic].__module__.rpartition(".")[2]


def activity_words(activity: str) -> str:
    """What an activity is called."""
    return wording_of_facts.title(activities()[activity].opener, wording.language())


def spell_words(row: Row) -> str:
    """Which one of an activity it is: its name, its kind; empty where there is but one."""
    cls = activities()[row["activity"]].opener
    language = wording.language()
    parts = []
    name = key_field(cls)
    if row["key"] == "confirmed":
        parts.append(wording.text("confirmed"))
    elif name and row["key"] != row["activity"]:
        parts.append(wording_of_facts.value(cls, fields_by_name(cls)[name], row["key"], language))
    if row["activity"] == "work":
        kind = _OF_WORK.get(row["value"])
        if kind is not None:
            parts.append(wording.words(kind))
    elif row["value"] is not None and cls.value_field and cls.value_field != name:
        field = fields_by_name(cls)[cls.value_field]
        if field.choices and row["value"] in field.choices:
            parts.append(wording_of_facts.choice(cls, field, row["value"], language))
        elif not field.choices and field.kind == "text":
            parts.append(str(row["value"]))
    return ", ".join(part for part in parts if part)


def hours_words(row: Row) -> str:
    """Hours a week and position, where they are known."""
    parts = []
    if row["hours_per_week"] is not None:
        parts.append(wording.text("%(hours)s hours a week", hours=wording.shown(row["hours_per_week"], 1)))
    if row["position_percent"] is not None:
        parts.append(f"{wording.shown(row['position_percent'], 0)} %")
    return ", ".join(parts)


def whole_words(row: Row) -> str:
    """A spell in one line: activity, which one, hours."""
    which, hours = spell_words(row), hours_words(row)
    told = activity_words(row["activity"]) + (f": {which}" if which else "")
    return told + (f", {hours}" if hours else "")


def skill_words(skill: str) -> str:
    """What a skill is called."""
    return _choice("skill", skill)


def level_words(level: str) -> str:
    """What a level is called."""
    return _choice("level", level)


def _choice(field: str, chosen: str) -> str:
    return wording_of_facts.choice(
        LanguageLevelReached, fields_by_name(LanguageLevelReached)[field], chosen, wording.language()
    )


def last_day(row: Row) -> date | None:
    """The last day of a segment; None while it goes on."""
    return None if row["valid_to"] is None else date.fromordinal(date.fromisoformat(row["valid_to"]).toordinal() - 1)
