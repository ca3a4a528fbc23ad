"""What each kind of reference table holds, and what the columns of a file can mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.reference_tables import ReferenceKind
from tracker.reference_tables.refusals import UnknownReferenceKind

COUNTED = ("counted", "out_of")
PERCENT = ("percent",)


@dataclass(frozen=True)
class Kind:
    """A kind of reference table.

    :ivar needs: columns that tell its rows apart
    :ivar may_have: further ones
    :ivar measures: the figures that it can hold, one of these sets
    :ivar of_indicator: it belongs to one line of an indicator, which must be named
    """

    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    measures: tuple[tuple[str, ...], ...]
    of_indicator: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        return self.needs + self.may_have


KINDS: Mapping[ReferenceKind, Kind] = {
    "counts": Kind(("unit",), ("year",), (COUNTED,)),
    "strata": Kind(("schooling", "gender", "age"), ("track", "protection"), (COUNTED,), of_indicator=True),
    "residents": Kind(("age", "gender"), ("year", "municipality"), (COUNTED, PERCENT)),
    "series": Kind(("month",), ("municipality",), (PERCENT,)),
    "aggregate": Kind((), (), ()),
}
ROLES = tuple(dict.fromkeys(role for kind in KINDS.values() for role in kind.roles))


@dataclass(frozen=True)
class Meaning:
    """What the columns of a file mean; a column that is not named here is found by its own name.

    :ivar columns: role such as unit -> column of the file
    :ivar figures: measure such as counted -> column, sum of columns ``a+b``, or ``column=code`` of a file with one
        figure a row
    :ivar value: the column with the figure in a file with one figure a row
    :ivar keys: of an aggregate, the columns that tell its rows apart
    :ivar values: of an aggregate, the columns with figures
    :ivar called: the column that says what a unit is called
    :ivar where: (column, value): rows with another value are left out
    :ivar recode: (role, value of the file, value meant)
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    called: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    recode: tuple[tuple[str, str, str], ...] = ()


def kind_of(name: str) -> ReferenceKind:
    """The kind with this name.

    :raises UnknownReferenceKind: there is none
    """
    for kind in KINDS:
        if kind == name:
            return kind
    raise UnknownReferenceKind(f"no kind of reference table {name!r}; there are {', '.join(KINDS)}")
