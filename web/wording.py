"""Words on pages, in the language of who reads them: catalogues of the pages, over those of the product.

Texts in templates and code are English sentences; ``web/translations/LANGUAGE/*.po`` has a catalogue for each area of
pages, all of them read together, so that a text has one translation wherever it stands.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.pofile import read_po
from flask import g
from markupsafe import Markup

from events.base import Precision
from tracker import wording_of_facts
from tracker.calendar import Span
from tracker.catalogues import Untranslated, catalogue
from tracker.wording import LANGUAGES, Language

FOLDER = Path(__file__).parent / "translations"
DEFAULT: Language = "nb"
PLACE = re.compile(r"%\((\w+)\)[rs]")
_AFTER_Z = str.maketrans("æøåäö", "{|}{|")
BETWEEN = "\x04"
"""Stands between a context and what is said in it, as in compiled catalogues."""


@cache
def messages(language: Language) -> dict[str, tuple[str, ...]]:
    """English -> the words in a language; two of them where there is a plural. English itself has none."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id and message.string and not message.fuzzy:
                    one = isinstance(message.id, str)
                    id = message.id if one else message.id[0]
                    found[f"{message.context}{BETWEEN}{id}" if message.context else str(id)] = (
                        (str(message.string),) if one else tuple(map(str, message.string))
                    )
    return found


def language() -> Language:
    """The language of the request."""
    try:
        # Asked for some hundred times on a page: the object itself is quicker than its proxy.
        return g._get_current_object().get("language", DEFAULT)  # type: ignore[no-any-return]
    except RuntimeError:  # outside of any request
        return DEFAULT


def words(sentence: str, given: Language | None = None) -> str:
    """A sentence in a language, without values.

    :param given: left out, the language of the request
    :raises tracker.catalogues.Untranslated: there is none
    """
    chosen = given or language()
    found = messages(chosen).get(sentence)
    if found:
        return found[0]
    if chosen == "en":
        return sentence
    return catalogue(chosen).text(sentence)


def refusal(code: str, field: str = "", values: Iterable[str] = ()) -> str | None:
    """What a refusal says, by its permanent code; None where the language has the message itself, which is English.

    :param field: what is not right, where the refusal names a field; it may have words of its own
    :param values: names of the values that there are; words that have places for others are not taken
    :raises tracker.catalogues.Untranslated: there is no such code
    """
    chosen = language()
    if chosen == "en":
        return None
    there = set(values)
    for id in (*([f"{code}.{field}"] if field else []), code):
        for context in ("refusal with values", "refusal"):
            found = messages(chosen).get(f"{context}{BETWEEN}{id}")
            if found and there.issuperset(PLACE.findall(found[0])):
                return found[0]
    raise Untranslated(f"no words in {chosen} for the refusal {code!r}")


def defined(sentence: str) -> Markup:
    """A text of the definition of an indicator, which is English where it is defined.

    One that the catalogues do not have, as that of an older version in a report that was kept, stays English, and is
    marked so.
    """
    found = _in_context("indicator", sentence)
    if found is None:
        return Markup('<span lang="en">{}</span>').format(sentence)
    return Markup.escape(found)


def sourced(sentence: str) -> str:
    """What a rule or a norm rests on, or what it is called; what a municipality wrote itself stays as it is."""
    return _in_context("source", sentence) or sentence


def of_file(sentence: str) -> str:
    """What is wrong in a file that somebody wrote, with places for values; English where there are no words."""
    return _in_context("file", sentence) or sentence


def _in_context(context: str, sentence: str) -> str | None:
    """A text that stands in the product's own tables; None where the language has no words for it."""
    chosen = language()
    if chosen == "en" or not sentence:
        return sentence
    found = messages(chosen).get(f"{context}{BETWEEN}{' '.join(sentence.split())}")
    return found[0] if found else None


def span(given: str) -> str:
    """A time such as ``3 months``, as rules and contracts write it; another text stays as it is."""
    found = Span.parse(given)
    if found is None:
        return given
    if found.months:
        if found.months % 12 == 0 and "year" in given:
            return plural("%(number)s year", "%(number)s years", found.months // 12)
        return plural("%(number)s month", "%(number)s months", found.months)
    if found.days and found.days % 7 == 0 and "week" in given:
        return plural("%(number)s week", "%(number)s weeks", found.days // 7)
    return plural("%(number)s day", "%(number)s days", found.days)


def day_of_year(month: int, day: int) -> str:
    """A day of every year: ``31. oktober``."""
    pattern = "d MMMM" if language() == "en" else "d. MMMM"
    return str(format_date(date(2000, month, day), pattern, locale=wording_of_facts.LOCALES[language()]))


def alphabetical(name: str) -> str:
    """What to sort a name by, in the order of the Norwegian alphabet: æ, ø and å last, aa as å."""
    return name.casefold().translate(_AFTER_Z).replace("aa", "}")


def marked(sentence: str) -> str:
    """Mark a text for the catalogues that is translated where it is shown: ``from web.wording import marked as _``."""
    return sentence


def text(sentence: str, **values: Any) -> str:
    """A sentence with values in its places ``%(name)s``, in the language of the request."""
    found = words(sentence)
    return found % values if values else found


def plural(one: str, many: str, number: int, **values: Any) -> str:
    """A sentence about a number, which stands in it as ``%(number)s``."""
    chosen = language()
    forms = (one, many) if chosen == "en" else messages(chosen).get(one, ())
    if len(forms) < 2:
        raise Untranslated(f"no words in {chosen} for {one!r} in singular and plural")
    return forms[number != 1] % {"number": shown(number), **values}


def safe_text(sentence: str, **values: Any) -> Markup:
    """The same as :func:`text` for templates: values are escaped, markup in the sentence itself is kept."""
    found = _safe(sentence, language())
    return found % values if values else found


@cache
def _safe(sentence: str, given: Language) -> Markup:
    return Markup(words(sentence, given))


def safe_plural(one: str, many: str, number: int, **values: Any) -> Markup:
    """The same as :func:`plural` for templates."""
    return Markup(plural(one, many, number, **{name: Markup.escape(value) for name, value in values.items()}))


def day(given: date | str | None, precision: Precision = "day", length: wording_of_facts.Length = "short") -> str:
    """A day as people of the language write it; ISO texts too; empty for none."""
    if given is None or given == "":
        return ""
    told = date.fromisoformat(given[:10]) if isinstance(given, str) else given
    return wording_of_facts.day(told, language(), precision, length)


def moment(given: datetime | str) -> str:
    """Day and time of day in Norway."""
    told = datetime.fromisoformat(given) if isinstance(given, str) else given
    return wording_of_facts.moment(told, language(), "short")


def shown(given: Decimal | int | float | None, decimals: int | None = None) -> str:
    """A number with the signs of the language; empty for none.

    :param decimals: rounded to so many; left out, as it is
    """
    if given is None:
        return ""
    return wording_of_facts.number(given if decimals is None else round(Decimal(str(given)), decimals), language())


def chosen_language(asked: str | None, accepted: str | None) -> Language:
    """The language asked for, else the best that a browser accepts; ``no`` is bokmål."""
    if asked in LANGUAGES:
        return asked
    for part in (accepted or "").split(","):
        tag = part.partition(";")[0].strip().lower().partition("-")[0]
        if tag in ("nb", "no"):
            return "nb"
        if tag in ("nn", "en"):
            return "nn" if tag == "nn" else "en"
    return DEFAULT
