"""Words on pages, in the language of who reads them: catalogues of the pages, over those of the product.

Texts in templates and code are English sentences; ``web/translations/LANGUAGE/*.po`` has a catalogue for each area of
pages, all of them read together, so that a text has one translation wherever it stands.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import g, has_request_context
from markupsafe import Markup

from events.base import Precision
from tracker import wording_of_facts
from tracker.catalogues import Untranslated, catalogue
from tracker.wording import LANGUAGES, Language

FOLDER = Path(__file__).parent / "translations"
DEFAULT: Language = "nb"
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
    return getattr(g, "language", DEFAULT) if has_request_context() else DEFAULT


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


def refusal(code: str) -> str | None:
    """What a refusal says, by its permanent code; None where the language has the message itself, which is English.

    :raises tracker.catalogues.Untranslated: there is no such code
    """
    chosen = language()
    if chosen == "en":
        return None
    found = messages(chosen).get(f"refusal{BETWEEN}{code}")
    if not found:
        raise Untranslated(f"no words in {chosen} for the refusal {code!r}")
    return found[0]


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
    found = Markup(words(sentence))
    return found % values if values else found


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
