"""A sentence with its values, which can be said anew in another language."""

from typing import Self


class Said(str):
    """A sentence in English that still knows its values.

    :ivar sentence: with a place for each value, ``%(name)s`` or ``%(name)r``
    :ivar values: by name; a value may be a sentence or a refusal itself
    """

    __slots__ = ("sentence", "values")
    sentence: str
    values: dict[str, object]

    def __new__(cls, sentence: str, **values: object) -> Self:
        made = super().__new__(cls, sentence % values)
        made.sentence, made.values = sentence, values
        return made
