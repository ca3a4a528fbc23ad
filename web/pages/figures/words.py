"""What is said of figures: indicators, lines, groups, states and numbers in the reader's language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel.numbers import format_percent

from tracker.catalogues import Untranslated, catalogue
from tracker.indicators.breakdowns import UNKNOWN
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Dimension, Indicator
from tracker.indicators.disclosure import Published
from tracker.indicators.figures import KEYS
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Result
from tracker.indicators.status import NAMES
from tracker.wording_of_facts import LOCALES
from web import wording
from web.charts.axes import Look
from web.pages.figures.lines import CHOICES, LINES
from web.wording import marked as _

AXES: Mapping[Axis, str] = {
    "left": _("Left the programme"),
    "started": _("Started the programme"),
    "settled": _("Were settled"),
    "active": _("In the programme now"),
    "first-job": _("Came to a first job of 20 hours"),
    "primary-school": _("Completed primary school"),
    "year": _("The calendar year"),
}
AFTER: Mapping[Axis, str] = {
    "left": _("Months after leaving the programme"),
    "started": _("Months after starting the programme"),
    "settled": _("Months after settlement"),
    "active": _("Months after the day"),
    "first-job": _("Months after the first job of 20 hours"),
    "primary-school": _("Months after primary school was completed"),
    "year": _("Months"),
}
DIMENSIONS: Mapping[Dimension, str] = {
    "K": _("Integration capacity"),
    "E": _("Economic integration"),
    "P": _("Political integration"),
    "S": _("Social integration"),
    "O": _("Experienced integration"),
    "Q": _("Quality of the programme"),
    "F": _("Follow-up"),
    "R": _("The official figure, and how robust it is"),
}
TAGS: Mapping[str, str] = {
    "N": _("when it is measured"),
    "H": _("how work and education are counted"),
    "A": _("what is measured at all"),
    "R": _("one end cause in the register"),
    "U": _("what the municipality does not decide"),
}
DENOMINATORS: Mapping[str, str] = {
    "all": _("Of everybody of the cohort who was followed that long, whatever became of them."),
    "present": _("Of those who are in scope on the day: not dead, abroad, without protection or moved away."),
    "aj": _("Of everybody of the cohort; leaving the scope is a competing risk (Aalen-Johansen)."),
}
BREAKDOWNS: Mapping[str, str] = {
    "rule-set": _("Rules"),
    "schooling": _("Schooling"),
    "schooling-group": _("Schooling, three groups"),
    "protection": _("Ground of protection"),
    "track": _("Track"),
    "gender": _("Gender"),
    "age": _("Age"),
    "under-25": _("Under 25"),
    "goal": _("Programme goal"),
    "unit": _("Unit"),
    "cohort": _("Year"),
    "sector": _("Sector"),
    "early-leaver": _("Left early to work"),
}
GROUPS: Mapping[str, str] = {
    ALL: _("All"),
    UNKNOWN: _("Not known"),
    "under 18": _("under 18"),
    "under 25": _("under 25"),
    "25 or older": _("25 or older"),
    "56+": _("56 or older"),
    "collective": _("collective protection"),
    "other": _("other"),
    "units with fewer than three advisors": _("units with fewer than three advisors"),
}
STATES: Mapping[str, tuple[str, Look]] = {
    "WORK37": (_("Work, 37 hours or more"), Look("blue")),
    "WORK20_36": (_("Work, 20 to 36 hours"), Look("sky")),
    "WORK_EDU": (_("Work under 20 hours, and education"), Look("sky", "dots")),
    "EDU_HIGHER": (_("Higher education"), Look("green")),
    "EDU_VGS": (_("Upper secondary"), Look("green", "diagonal")),
    "EDU_GRUNN": (_("Primary school"), Look("green", "dots")),
    "WAGE_SUBSIDY": (_("Wage subsidy"), Look("amber")),
    "WORK_LT20": (_("Work under 20 hours"), Look("sky", "diagonal")),
    "PROGRAMME": (_("Introduction programme"), Look("amber", "dots")),
    "MEASURE": (_("Measure or work placement"), Look("amber", "diagonal")),
    "HEALTH": (_("Health benefit"), Look("red")),
    "NONE": (_("None of these"), Look("grey")),
    "UNKNOWN": (_("Nobody knows"), Look("grey", "lines")),
    "OUT": (_("Moved or left Norway"), Look("dark", "dots")),
    "DEAD": (_("Died"), Look("dark")),
}
"""State -> what it is called, and its look; from the bottom of a drawing up."""
ORDER = tuple(NAMES.index(name) for name in STATES)

SHOWN: Mapping[str, str] = {
    "hidden": _("hidden"),
    "nobody": _("nobody"),
    "not-available": _("not recorded"),
    "awaited": _("not told yet"),
    "no-reference": _("no reference"),
    "not-reached": _("not reached"),
    "too-thin": _("cannot be shown"),
}
WHY: Mapping[str, str] = {
    "hidden": _(
        "There are figures, and they are hidden so that nobody can be made out: groups of fewer than five people, "
        "means that so few people bear, and what would tell of these. Hidden is never zero."
    ),
    "counts": _("Fewer than ten people: the counts are shown, and no share."),
    "nobody": _("There is nobody to count."),
    "not-available": _(
        "Nothing of this has been recorded, or it is not told until later, so there is no figure. It is not zero."
    ),
    "no-reference": _("There is no reference table to set this against."),
    "too-thin": _("What was published before leaves no way to show this without telling of few people."),
}
KINDS: Mapping[str, str] = {
    "incidence": _("reached by then"),
    "mean": _("mean"),
    "quotient": _("quotient"),
    "median": _("median"),
    "restricted mean": _("mean, up to the cap"),
    "months later than expected": _("months later than expected"),
}
NAMED = 5
"""Figures that a note names; of the others it says how many there are."""

SKILLS = {
    "listening": _("listening"),
    "reading": _("reading"),
    "writing": _("writing"),
    "speaking": _("speaking"),
}
_MONTHS = re.compile(r"(\d+)-months")
_WORK = re.compile(r"(work|wage-subsidy)-(\d+)-hours")
_SKILL = re.compile(r"(listening|reading|writing|speaking)-(gained-1|gained-2|levels|hours-a-level)")


def title(one: Indicator) -> str:
    """The claim of an indicator."""
    return wording.words(one.title)


def line(name: str) -> str:
    """What a line is called."""
    if name in LINES:
        return wording.words(LINES[name])
    if " -> " in name:
        return " → ".join(line(part) for part in name.split(" -> "))
    if found := _WORK.fullmatch(name):
        hours = int(found[2])
        if found[1] == "work":
            return wording.plural(
                "Work of at least %(number)s hour a week", "Work of at least %(number)s hours a week", hours
            )
        return wording.plural(
            "Subsidised work of at least %(number)s hour a week",
            "Subsidised work of at least %(number)s hours a week",
            hours,
        )
    if found := _SKILL.fullmatch(name):
        said = {
            "gained-1": _("One level or more gained in %(skill)s"),
            "gained-2": _("Two levels or more gained in %(skill)s"),
            "levels": _("Levels gained in %(skill)s"),
            "hours-a-level": _("Hours of teaching a level in %(skill)s"),
        }[found[2]]
        return wording.text(said, skill=wording.words(SKILLS[found[1]]))
    if name.startswith("level-") and name[6:] in SKILLS:
        return wording.text("Level at the start in %(skill)s", skill=wording.words(SKILLS[name[6:]]))
    state = name.upper().replace("-", "_")
    if state in STATES:
        return wording.words(STATES[state][0])
    return _composed(name)


def keyed(key: str) -> str:
    """What a line is called that a reference table is about: ``work-20-hours/12-months``, with a variant between."""
    name, *rest = key.split("/")
    said = [line(name)]
    for part in rest:
        found = _MONTHS.fullmatch(part)
        said.append(months_after(int(found[1])) if found else choice(part))
    return ", ".join(said)


def months_after(number: int) -> str:
    """How long after the day from which a figure counts."""
    return wording.plural("%(number)s month after", "%(number)s months after", number)


def _composed(name: str) -> str:
    """A line that is another one with a reason, or with the indicator that it is of."""
    id, _space, rest = name.partition(" ")
    if rest:
        return f"{id}: {line(rest.partition(' ')[0])}"
    for known in sorted(LINES, key=len, reverse=True):
        if name.startswith(f"{known}-"):
            return f"{line(known)}, {group('', name[len(known) + 1 :])}"
    return name.replace("-", " ")


def choice(name: str | None) -> str:
    """What a variant of a line is called; empty where there is none."""
    if not name:
        return ""
    known = CHOICES.get(name) or GROUPS.get(name)
    return wording.words(known) if known else name.replace("-", " ")


def group(by: str, value: str) -> str:
    """What a group of a breakdown is called."""
    if value in GROUPS:
        return wording.words(GROUPS[value])
    field = {"goal": "goal-class", "schooling-group": "schooling"}.get(by, by)
    try:
        found = catalogue(wording.language()).find("value", f"{field}.{value}", value)
    except Untranslated:
        return value.replace("-", "–") if value[:1].isdigit() else value.replace("-", " ")
    return found[:1].upper() + found[1:]


def groups(by: Iterable[str], row: Mapping[str, Any]) -> str:
    """The group of a row of figures, by all its breakdowns."""
    return ", ".join(dict.fromkeys(group(name, str(row[name])) for name in by))


def awaited(result: Result) -> list[str]:
    """What the figures of a cohort wait for, and when it comes."""
    waits = result.indicator.awaited(result.cohort, result.frames.known_on)
    if waits is None:
        return []
    closing = [
        wording.text(
            "The registration for %(year)s closes at the end of %(day)s; it is told after that.",
            year=str(year),
            day=wording.day(day),
        )
        for year, day in waits.registration.items()
    ]
    looked = [
        wording.text(
            "Those who left in %(year)s are looked at in November %(next)s.", year=str(year), next=str(year + 1)
        )
        for year in waits.november
    ]
    return [*closing, *looked]


def notes(result: Result) -> list[str]:
    """What has to stand beside figures that are published."""
    found = awaited(result)
    if isinstance(result, Published) and result.earlier:
        named = dict.fromkeys(_named(key, result.by) for key in result.earlier)
        first = "; ".join(list(named)[:NAMED])
        more = len(named) - NAMED
        told = first if more < 1 else wording.text("%(first)s and %(more)s more", first=first, more=more)
        found.append(
            wording.text(
                "Changed by fewer than five people since an earlier release, and shown as then: %(figures)s.",
                figures=told,
            )
        )
    if isinstance(result, Published) and result.other_years:
        found.append(
            wording.text(
                "More is hidden, as figures published of other years, or of more or fewer people, less these, would "
                "tell of few people."
            )
        )
    if isinstance(result, Published) and result.left_out:
        by = ", ".join(wording.words(BREAKDOWNS[name]) if name in BREAKDOWNS else name for name in result.by)
        found.append(wording.text("Not all groups by %(by)s can be published beside what was published before.", by=by))
    return found


def _named(key: Sequence[Any], by: Sequence[str]) -> str:
    """A figure by its group, line, variant and months."""
    about = dict(zip((*by, *KEYS), key, strict=True))
    names = [group(name, str(about[name])) for name in by if about[name] != ALL]
    names.append(line(str(about["line"])))
    if about["choice"]:
        names.append(choice(str(about["choice"])))
    if about["months"] is not None:
        names.append(wording.plural("%(number)s month", "%(number)s months", int(about["months"])))
    return ", ".join(names)


def percent(share: float) -> str:
    """A share as per cent, without decimals."""
    return str(format_percent(share, "#,##0\u00a0%", locale=LOCALES[wording.language()]))


def percent_exact(share: float) -> str:
    """A share as per cent with one decimal."""
    return str(format_percent(share, "#,##0.0\u00a0%", locale=LOCALES[wording.language()]))


def value(number: float, kind: str) -> str:
    """A figure: a share as per cent, others as numbers with two decimals at most."""
    return percent_exact(number) if kind in ("share", "incidence") else wording.shown(round(number, 2), 2)
