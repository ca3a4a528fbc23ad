"""The gettext catalogues of the product: words by context and id, in each of its languages.

They are read as they are written (``translations/*/LC_MESSAGES/messages.po``), so that a fresh clone needs no build
step.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from tracker.wording import Language

FOLDER = Path(__file__).parent / "translations"
CONTEXTS = ("fact", "told", "field", "value", "unit")
"""Title of a fact, the same told to the participant, name of a field, value of a choice, unit; without a context,
whole sentences, whose id is their English."""


class Untranslated(LookupError):
    """The catalogue of a language lacks these words; a test keeps that from happening."""


class Catalogue:
    """The words of one language.

    :ivar messages: (context, id) -> words
    """

    def __init__(self, language: Language, messages: Mapping[tuple[str | None, str], str]) -> None:
        self.language = language
        self.messages = messages

    def find(self, context: str, *ids: str) -> str:
        """The words of the first of these ids that has any.

        :raises Untranslated: none has
        """
        for id in ids:
            found = self.messages.get((context, id))
            if found:
                return found
        raise Untranslated(f"no words in {self.language} for {context} {ids[0]!r}")

    def text(self, sentence: str, **values: Any) -> str:
        """A sentence, given in English, with values in its places ``%(name)s``.

        :raises Untranslated: the catalogue does not have it
        """
        found = self.messages.get((None, sentence))
        if not found:
            raise Untranslated(f"no words in {self.language} for {sentence!r}")
        return found % values if values else found


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    messages = {
        (message.context, message.id): message.string
        for message in read
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and not message.fuzzy
    }
    return Catalogue(language, messages)
