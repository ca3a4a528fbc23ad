"""Words for people, in the three languages of the product."""

from typing import Literal, get_args

from tracker.versioned import Table

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES = {"nb": "bokmål", "nn": "nynorsk", "en": "English"}


class Wording(Table, frozen=True):
    """The same words in bokmål, nynorsk and English."""

    nb: str
    nn: str
    en: str

    def to(self, language: Language) -> str:
        """The words in a language."""
        words: str = getattr(self, language)
        return words
