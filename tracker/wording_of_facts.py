"""What facts, their fields and their values are called, in each language: for forms, lists and the participant's copy.

Words of a field or a choice are looked up from the most exact to the most general: of this field of this fact, of a
field of this name in any fact, of the choice anywhere.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from events import Fact
from events.base import LanguageCode, MunicipalityCode, Precision, markers
from events.fields import Field
from tracker.catalogues import catalogue
from tracker.contracts.paths import titles
from tracker.journey import OSLO
from tracker.wording import Language, Wording

LOCALES: Mapping[Language, str] = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
Length = Literal["short", "long"]

_LANGUAGE_CODE = markers(LanguageCode)[0]
_MUNICIPALITY_CODE = markers(MunicipalityCode)[0]
_AGREED = ("step", "obligation")
"""Fields with the name of something agreed: a path template may say what it is called in each language."""
_COARSE: Mapping[Precision, str] = {"month": "LLLL y", "year": "y"}
_SHORT: Mapping[Language, str] = {"nb": "dd.MM.y", "nn": "dd.MM.y", "en": "d MMM y"}


def title(fact: type[Fact], language: Language) -> str:
    """What a fact is called, without a full stop: ``Jobb``."""
    return catalogue(language).find("fact", fact.TOPIC)


def sentence(fact: type[Fact], language: Language) -> str:
    """The same as a sentence told to the participant: ``Du begynte i en jobb.``

    :raises tracker.catalogues.Untranslated: it is no fact about a participant
    """
    return catalogue(language).find("told", fact.TOPIC)


def label(fact: type[Fact], field: Field, language: Language) -> str:
    """What a field of a fact is called."""
    return _label(fact.TOPIC, field.option, language)


@cache
def _label(topic: str, option: str, language: Language) -> str:
    return catalogue(language).find("field", f"{topic}.{option}", option)


def choice(fact: type[Fact], field: Field, chosen: str, language: Language) -> str:
    """What one of the values that a field can be chosen from is called."""
    return _choice(fact.TOPIC, field.option, chosen, language)


@lru_cache(maxsize=1 << 13)
def _choice(topic: str, option: str, chosen: str, language: Language) -> str:
    return catalogue(language).find("value", f"{topic}.{option}.{chosen}", f"{option}.{chosen}", chosen)


def unit(field: Field, language: Language) -> str:
    """What a number in a field counts; empty where it counts nothing."""
    return catalogue(language).find("unit", field.unit) if field.unit else ""


def value(
    fact: type[Fact], field: Field, given: Any, language: Language, places: Mapping[str, str] | None = None
) -> str:
    """A value as a person reads it; empty where there is none.

    A number has its unit, unless the name of the field says it.

    :param given: as the fact has it
    :param places: names of municipalities by code
    """
    if given is None or given in ((), {}):
        return ""
    if isinstance(given, bool):
        return yes_or_no(given, language)
    if field.kind in ("choices", "texts"):
        return ", ".join(_one(fact, field, part, language, places) for part in given)
    if field.kind in ("measures", "levels", "values"):
        return ", ".join(_pair(fact, field, name, told, language) for name, told in given.items())
    return _one(fact, field, given, language, places)


def _one(fact: type[Fact], field: Field, given: Any, language: Language, places: Mapping[str, str] | None) -> str:
    if field.choices:
        return choice(fact, field, str(given), language)
    if field.kind == "month":
        return day(given, language, "month")
    if isinstance(given, date):
        return day(given, language)
    if isinstance(given, (int, Decimal)):
        if field.unit is None:
            return str(given)
        counted = unit(field, language)
        said = counted.casefold() in label(fact, field, language).casefold()
        return number(given, language) + ("" if said else f" {counted}")
    if field.name in _AGREED and given in _titles():
        return _titles()[given].to(language)
    if field.pattern == _LANGUAGE_CODE:
        return language_name(given, language)
    if field.pattern == _MUNICIPALITY_CODE and places and given in places:
        return f"{places[given]} ({given})"
    return str(given)


@cache
def _titles() -> Mapping[str, Wording]:
    """What steps and duties are called that come with the tracker."""
    return titles()


def _pair(fact: type[Fact], field: Field, name: str, told: Any, language: Language) -> str:
    """A choice and what was told of it: ``arbeid: 20 timer i uka``."""
    if field.kind == "values":
        return f"{name}: {told}"
    words = choice(fact, field, name, language)
    if told is None:
        return words
    if field.kind == "levels":
        return f"{words}: {choice(fact, field, told, language)}"
    return f"{words}: {number(told, language)} {unit(field, language)}".rstrip()


def yes_or_no(given: bool, language: Language) -> str:
    """Ja or nei."""
    return catalogue(language).find("value", "yes" if given else "no")


@lru_cache(maxsize=4096, typed=True)
def number(given: Decimal | int | float, language: Language) -> str:
    """A number with the decimal sign and the groups of the language; a zero has no sign."""
    return format_decimal(given + 0, locale=LOCALES[language])


@lru_cache(maxsize=1 << 14)
def day(given: date, language: Language, precision: Precision = "day", length: Length = "long") -> str:
    """A day, month or year, as exactly as it is known.

    :param length: long (``1. mars 2024``) or, for days in tables, short (``01.03.2024``)
    """
    if precision != "day":
        return format_date(given, _COARSE[precision], locale=LOCALES[language])
    pattern = length if length == "long" else _SHORT[language]
    return format_date(given, pattern, locale=LOCALES[language])


def moment(given: datetime, language: Language, length: Length = "long") -> str:
    """Day and time of day in Norway."""
    local = given.astimezone(OSLO)
    return (
        f"{day(local.date(), language, length=length)} {format_time(local.time(), 'HH:mm', locale=LOCALES[language])}"
    )


def language_name(code: str, language: Language) -> str:
    """What a language is called, by its code of ISO 639; the code itself where the name is not known."""
    aliases: Mapping[str, str] = get_global("language_aliases")
    names = Locale.parse(LOCALES[language]).languages
    return str(names.get(code) or names.get(aliases.get(code, "")) or code)
