"""Refusals in the language of who reads them: what is wrong, where, the value, and what to do, by permanent codes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from events import activities, fact_class
from tracker.catalogues import catalogue
from tracker.errors import Refusal
from tracker.wording_of_facts import title
from web import paths, wording


def told(refusal: Refusal) -> str:
    """What a refusal says, with its values. English is the message itself; other catalogues have words for its code."""
    found = wording.refusal(refusal.code, str(getattr(refusal, "field", "")), refusal.values)
    if found is None:
        return _sentence(str(refusal))
    # Words without places take no values, and may have a per cent sign of their own.
    places = wording.PLACE.findall(found)
    return found % {name: _value(name, refusal.values[name]) for name in places} if places else found


def _value(name: str, given: Any) -> str:
    if name in _WORDS:
        return _WORDS[name](given)
    if isinstance(given, date):
        return wording.day(given)
    return str(given) if isinstance(given, str) else wording.shown(given)


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


_WORDS: Mapping[str, Callable[[Any], str]] = {"fact": _fact, "spell": _spell, "party": _choice, "parties": _choices}
"""Values that are names in the code -> how they are read."""


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
