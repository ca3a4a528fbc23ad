"""What a fact by itself tells a spell: the values it carries, and whether it names the spell."""

from functools import cache
from typing import Any

from events import Fact
from events.base import FreeText, SpellKey, hints, key_field, markers
from events.fields import fields_by_name

_COMMON = frozenset(Fact.__struct_fields__)


def names_its_spell(fact: Fact) -> bool:
    """True where the fact names one spell in words of its own, so that an unknown name must be a mistake."""
    name = key_field(type(fact))
    if name is None or getattr(fact, name) is None:
        return False
    return fields_by_name(type(fact))[name].kind == "text"


@cache
def value_fields(cls: type[Fact]) -> tuple[str, ...]:
    """The fields that the read model may take: a fact's own, without its key and without free text."""
    return tuple(
        name
        for name, hint in hints(cls).items()
        if name not in _COMMON and not any(isinstance(mark, (SpellKey, FreeText)) for mark in markers(hint))
    )


def values_of(fact: Fact) -> dict[str, Any]:
    """These fields of a fact by their names."""
    return {name: getattr(fact, name) for name in value_fields(type(fact))}
