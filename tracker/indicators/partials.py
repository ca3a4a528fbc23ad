"""Partial results that add up: counts, sums, values and events of groups of people, as whole numbers.

Municipalities, years or machines that were counted apart give, added, exactly what they give together. Shares,
intervals and whatever is hidden come only after the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

ALL = "all"
"""Stands in the place of a breakdown that is summed over."""

Schema = dict[str, type[pl.DataType]]
LINE: Schema = {"line": pl.String, "choice": pl.String}
SCHEMAS: dict[str, Schema] = {
    "counts": {**LINE, "months": pl.Int32, "counted": pl.Int64, "out_of": pl.Int64, "unknown": pl.Int64},
    "sums": {
        **LINE,
        "months": pl.Int32,
        "people": pl.Int64,
        "total": pl.Int64,
        "squares": pl.Int64,
        "per": pl.Int64,
        "unknown": pl.Int64,
    },
    "values": {**LINE, "months": pl.Int32, "value": pl.Int64, "people": pl.Int64},
    "events": {**LINE, "entry": pl.Int32, "time": pl.Int32, "cause": pl.String, "people": pl.Int64},
}
ADDED = frozenset(("counted", "out_of", "unknown", "people", "total", "squares", "per"))
HUNDREDTHS = 100
"""Sums are kept in hundredths, as whole numbers, so that the order of adding never matters."""


@dataclass(frozen=True, eq=False)
class Partial:
    """What a measure comes to in each group; the columns of the breakdowns come first in every frame.

    :ivar by: the breakdowns
    :ivar counts: people counted, out of how many, and of how many it is not known
    :ivar sums: totals over people and their squares, and totals to divide by, in hundredths
    :ivar values: how many people have each value; an empty value is unknown
    :ivar events: how many people entered, and left with which cause, at which time; an empty cause is censored
    """

    by: tuple[str, ...]
    counts: pl.DataFrame
    sums: pl.DataFrame
    values: pl.DataFrame
    events: pl.DataFrame

    @classmethod
    def of(cls, by: Sequence[str], **frames: pl.DataFrame) -> "Partial":
        """A partial of the frames given; the others are empty."""
        return cls(
            tuple(by),
            **{
                name: frames[name].select(*by, *(pl.col(column).cast(kind) for column, kind in schema.items()))
                if name in frames
                else pl.DataFrame(schema={**dict.fromkeys(by, pl.String), **schema})
                for name, schema in SCHEMAS.items()
            },
        )

    def __add__(self, other: "Partial") -> "Partial":
        """Both groups of people as one; nobody may be in both.

        :raises ValueError: the other is broken down otherwise
        """
        return added((self, other))

    def total(self, *kept: str) -> "Partial":
        """Summed over all breakdowns but these, which keep their columns and read ``all``."""
        summed = self.only(kept)
        columns = [pl.col(name) if name in kept else pl.lit(ALL).alias(name) for name in self.by]
        return Partial(self.by, **{name: getattr(summed, name).select(*columns, *SCHEMAS[name]) for name in SCHEMAS})

    def where(self, name: str, values: Mapping[str, str]) -> "Partial":
        """Only the groups with these values of a breakdown, each under the new value given for it; summed."""
        return Partial(
            self.by,
            **{
                frame: _summed(
                    getattr(self, frame)
                    .filter(pl.col(name).is_in(list(values)))
                    .with_columns(pl.col(name).replace(dict(values)))
                )
                for frame in SCHEMAS
            },
        )

    def without(self, lines: Sequence[str]) -> "Partial":
        """Without these lines."""
        if not lines:
            return self
        kept = ~pl.col("line").is_in(lines)
        return Partial(self.by, **{name: getattr(self, name).filter(kept) for name in SCHEMAS})

    def only(self, by: Sequence[str]) -> "Partial":
        """Broken down by these alone, summed over the others."""
        return Partial(
            tuple(by),
            **{
                frame: _summed(getattr(self, frame).drop(name for name in self.by if name not in by))
                for frame in SCHEMAS
            },
        )


def added(partials: Iterable[Partial]) -> Partial:
    """The sum of partials of different people.

    :raises ValueError: they are broken down differently, or there are none
    """
    whole = together(partials)
    return Partial(whole.by, **{name: _summed(getattr(whole, name)) for name in SCHEMAS})


def together(partials: Iterable[Partial]) -> Partial:
    """Partials of different lines as one; nothing is summed.

    :raises ValueError: they are broken down differently, or there are none
    """
    partials = list(partials)
    breakdowns = {partial.by for partial in partials}
    if len(breakdowns) != 1:
        raise ValueError(f"partials of one and the same breakdown add up, got {sorted(breakdowns)}")
    return Partial(breakdowns.pop(), **{name: pl.concat([getattr(one, name) for one in partials]) for name in SCHEMAS})


def _summed(frame: pl.DataFrame) -> pl.DataFrame:
    keys = [name for name in frame.columns if name not in ADDED]
    return (
        frame.group_by(keys, maintain_order=True)
        .agg(pl.col(*ADDED.intersection(frame.columns)).sum())
        .select(frame.columns)
    )
