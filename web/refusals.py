"""Refusals in the language of who reads them: what is wrong, where, the value, and what to do, by permanent codes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, cast

from events import activities, fact_class
from tracker.catalogues import catalogue
from tracker.errors import Refusal
from tracker.importing.cells import CellProblem
from tracker.importing.problems import shown as cell_shown
from tracker.importing.unreadable import UnreadableFile
from tracker.indicators.cohort import Axis
from tracker.saying import Said
from tracker.wording_of_facts import title
from web import paths, wording
from web.wording import marked as _

TYPES: Mapping[str, str] = {
    "array": _("a list"),
    "bool": _("true or false"),
    "date": _("a day"),
    "decimal": _("a number"),
    "float": _("a number"),
    "int": _("a whole number"),
    "null": _("nothing"),
    "object": _("a table"),
    "str": _("a text in quotes"),
}
"""Types of values in a file -> how they are read."""


def told(refusal: Refusal) -> str:
    """What a refusal says, with its values. English is the message itself; other catalogues have words for its code."""
    found = wording.refusal(
        refusal.code, str(getattr(refusal, "field", refusal.values.get("about", ""))), refusal.values
    )
    if found is None:
        return _sentence(str(refusal))
    # Words without places take no values, and may have a per cent sign of their own.
    places = wording.PLACE.findall(found)
    return found % {name: _value(name, refusal.values[name]) for name in places} if places else found


def _value(name: str, given: Any) -> str:
    if isinstance(given, Said):
        return _said(given)
    if isinstance(given, Refusal):
        return told(given)
    if name in _WORDS:
        return _WORDS[name](given)
    if isinstance(given, date):
        return wording.day(given)
    return str(given) if isinstance(given, str) else wording.shown(given)


def _said(given: Said) -> str:
    if wording.language() == "en":
        return str(given)
    return wording.of_file(given.sentence) % {name: _value(name, value) for name, value in given.values.items()}


def _type(given: str) -> str:
    """Types of values as files are read, ``int | null``."""
    return f" {wording.words('or')} ".join(
        wording.words(TYPES[one]) if one in TYPES else one for one in given.split(" | ")
    )


def _fact(topic: str) -> str:
    return title(fact_class(topic), wording.language())


def _spell(given: tuple[str, str]) -> str:
    """What runs: what its first fact is called, and which of several it is."""
    activity, key = given
    if activity == "contract":
        kind = _choice(key)
        return kind[:1].upper() + kind[1:]
    words = title(activities()[activity].opener, wording.language())
    if key == activity:
        return words
    return f"{words} «{paths.called(key)}»"


def _choice(given: str) -> str:
    return catalogue(wording.language()).find("value", given)


def _choices(given: tuple[str, ...]) -> str:
    return ", ".join(map(_choice, given))


def _of_figures(table: str, given: Iterable[str]) -> str:
    """Names in the code of figures as their pages say them; one that they do not have, as it is."""
    # The pages stand above this module, and import it.
    from web.pages.figures import words

    said: Mapping[str, Callable[[str], str]] = {
        "line": words.line,
        "choice": words.choice,
        "by": lambda name: wording.words(words.BREAKDOWNS[name]) if name in words.BREAKDOWNS else name,
        "axis": lambda name: wording.words(words.AXES[cast(Axis, name)]),
    }
    return ", ".join(map(said[table], given)) or wording.text("none")


def _role(name: str) -> str:
    """What a column of a file of figures is for."""
    # The pages stand above this module, and import it.
    from web.pages.administration.columns import TITLES

    return wording.words(TITLES[name]) if name in TITLES else name


def _unreadable(found: UnreadableFile) -> str:
    from web.pages.importing.words import coded

    return coded(found.code) or str(found)


def _cell(found: CellProblem) -> str:
    from web.pages.importing.words import coded

    words = coded(found.code) or found.expected
    got = cell_shown(found.value)
    return f"{words.removesuffix('.')}: «{got}»." if got else words


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "fact": _fact,
    "role": _role,
    "unreadable": _unreadable,
    "cell": _cell,
    "spell": _spell,
    "party": _choice,
    "parties": _choices,
    "share": lambda given: _of_figures("line", [given] if given else []),
    "lines": lambda given: _of_figures("line", given),
    "variants": lambda given: _of_figures("choice", given),
    "breakdowns": lambda given: _of_figures("by", given),
    "axes": lambda given: _of_figures("axis", given),
    "type": _type,
    "found": _type,
}
"""Values that are names in the code -> how they are read."""


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
