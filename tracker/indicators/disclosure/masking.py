"""Figures without what is hidden: what a hidden cell takes with it, and what is shown of a share of few."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import polars as pl

from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.disclosure.tables import EXPECTED, Counted, Flags, Numbers, Places, Printed, Table
from tracker.indicators.figures import COUNTS, HIDDEN, SHOWN

SHARE_FROM = 10
"""People from which on a share, a mean or a median is shown; of 5 to 9 only counts are."""
STEADY = 3
"""Decimals of a share that comes of a curve: more of them would tell the month of each person."""
NOTHING = 1e-9
"""So little of one is a rounding error."""
SUMMED = ("mean", "quotient")
OF_PEOPLE = ("share", "incidence")


@dataclass(frozen=True)
class Mask:
    """What is hidden of the figures of one result, a row a group and a column a figure.

    :ivar n: the people
    :ivar counted: the figure
    :ivar unknown: the people unknown, and with them how high the share may be
    :ivar value: the mean or median, where the figure is one
    """

    n: Flags
    counted: Flags
    unknown: Flags
    value: Flags

    def __or__(self, other: "Mask") -> "Mask":
        """Hidden in one of them."""
        return Mask(
            self.n | other.n, self.counted | other.counted, self.unknown | other.unknown, self.value | other.value
        )

    def below_everybody(self) -> "Mask":
        """Nothing of the groups that is not told of everybody."""
        return Mask(*(flags | flags[:1] for flags in (self.n, self.counted, self.unknown, self.value)))


def mask_of(
    table: Table,
    hidden: Flags,
    printed: Sequence[Printed],
    counted: Counted,
    parts: Sequence[Sequence[int]],
    stay: Flags,
) -> Mask:
    """What the hidden cells of a table take with them in one result.

    :param printed: the figures of the result, in the order of ``counted``
    :param stay: figures that earlier releases leave no way to tell; of means, quotients and medians the value alone
    """
    none = np.zeros(len(table.groups), dtype=bool)

    def of(columns: Sequence[int | None]) -> Flags:
        found = [none if column is None else hidden[:, column] for column in columns]
        return np.stack(found, axis=1) if found else np.zeros((len(table.groups), 0), dtype=bool)

    n = of([each.size for each in printed])
    people = n | of([each.counted for each in printed])
    unknown = people | of([each.unknown for each in printed])
    value = n.copy()
    for at, each in enumerate(printed):
        kind = each.key[3]
        if kind in OF_PEOPLE:
            value[:, at] = people[:, at]
        else:
            told = (
                counted.n[:, at]
                if kind == "restricted mean" or kind.startswith(EXPECTED)
                else np.minimum(counted.counted[:, at], counted.n[:, at])
            )
            value[:, at] |= told < SHARE_FROM
            value[:, at] |= borne_by_few(*_sums(counted, at), each.scale)
            if not counts_people(kind):
                value[:, at] |= stay[:, at]
            if each.brought_by is not None:
                value[:, at] |= hidden[:, each.brought_by]
            if kind.startswith(EXPECTED):
                value[:, at] |= people[:, at]
        if kind in SUMMED or kind.startswith(EXPECTED):
            value[:, at] |= _also(value[:, at], counted, at, each.scale, parts)
    for places_of in _wholes(printed):
        while (further := _one_more(value, printed, counted, places_of)).any():
            value |= further
            for also in map(int, np.flatnonzero(further.any(axis=0))):
                value[:, also] |= _also(value[:, also], counted, also, printed[also].scale, parts)
    for places_of in _by_protection(printed):
        # They sum to a figure that another indicator tells, so it is all of them or none.
        some = np.asarray(value[:, places_of].any(axis=1))[:, None]
        for flags in (n, people, unknown, value):
            flags[:, places_of] |= some & (counted.n[:, places_of] > 0)
    return Mask(n, people, unknown, value)


def counts_people(kind: str) -> bool:
    """Whether a figure of a kind says how many people are meant, not only what those have of whom it is known."""
    return kind in OF_PEOPLE or kind.startswith(EXPECTED)


def _wholes(printed: Sequence[Printed]) -> list[list[int]]:
    """The places of means that sum to what everybody knows."""
    found: dict[object, list[int]] = {}
    for at, each in enumerate(printed):
        if each.whole is not None:
            found.setdefault((each.whole, *each.key[1:]), []).append(at)
    return list(found.values())


def _one_more(value: Flags, printed: Sequence[Printed], counted: Counted, places_of: Sequence[int]) -> Flags:
    """Of means that sum to what everybody knows, one more to hide where what is left is of one, or of few people."""
    further = np.zeros(value.shape, dtype=bool)
    few = np.zeros(value.shape, dtype=bool)
    for at in places_of:
        few[:, at] = borne_by_few(*_sums(counted, at), printed[at].scale)
    of = np.array(places_of)
    some = counted.total[:, of] > NOTHING
    lost = value[:, of] & some
    enough = (lost.sum(axis=1) > 1) & (lost & ~few[:, of]).any(axis=1)
    for row in np.flatnonzero(lost.any(axis=1) & ~enough):
        open_ones = of[some[row] & ~lost[row] & ~few[row, of]]
        if open_ones.size:
            further[row, open_ones[np.argmin(counted.total[row, open_ones])]] = True
    return further


def _by_protection(printed: Sequence[Printed]) -> list[list[int]]:
    """The places of figures that differ in the ground of protection only."""
    found: dict[object, list[int]] = {}
    for at, each in enumerate(printed):
        line, months, _, kind = each.key
        if kind.startswith(EXPECTED):
            found.setdefault((line, months), []).append(at)
    return list(found.values())


def borne_by_few(people: Numbers, total: Numbers, squares: Numbers, scale: Sequence[float]) -> Flags:
    """Where fewer than five people, or one who has far more than others, make a mean differ from the end of its scale.

    Who has nothing is not told by a mean, and who has something is: so many people would have the same sum and the same
    sum of squares between them, had they the same each. The mean and its interval tell both sums.
    """
    few = np.zeros(len(people), dtype=bool)
    for end in scale:
        if isfinite(end):
            away = np.abs(total - end * people)
            apart = squares - 2 * end * total + end**2 * people
            few |= (away > NOTHING * people) & (away**2 < SMALLEST_GROUP * apart * (1 - NOTHING))
    return few


def _sums(counted: Counted, at: int) -> tuple[Numbers, Numbers, Numbers]:
    """Of a mean: people, what they have together, and the sum of squares."""
    return counted.counted[:, at], counted.total[:, at], counted.squares[:, at]


def _also(hidden: Flags, counted: Counted, at: int, scale: Sequence[float], parts: Sequence[Sequence[int]]) -> Flags:
    """Further means to hide, so that what is left of a shown mean of all is about enough people, of two groups."""
    result = np.zeros(len(hidden), dtype=bool)
    if hidden[0]:
        return result
    people, total, squares = _sums(counted, at)
    for part in parts:
        rows = np.array([row for row in part if people[row] > 0], dtype=int)
        lost = rows[hidden[rows]]
        if not lost.size:
            continue
        order = np.concatenate([lost, rows[~hidden[rows]][np.argsort(people[rows[~hidden[rows]]], kind="stable")]])
        so_far = np.cumsum(people[order])
        few = borne_by_few(so_far, np.cumsum(total[order]), np.cumsum(squares[order]), scale)
        enough = (so_far >= SHARE_FROM) & ~few
        enough[: max(2, lost.size) - 1] = False
        chosen = int(np.argmax(enough)) + 1 if enough.any() else order.size
        result[order[:chosen]] = True
    return result


def masked(frame: pl.DataFrame, at: Places, mask: Mask, curved: bool) -> pl.DataFrame:
    """Figures without what is hidden, and with what becomes of a share of few.

    :param at: of :func:`tracker.indicators.disclosure.tables.places`, of these figures
    :param curved: shares are weighed by how many stay in scope
    """
    n, people, unknown, value = (
        pl.Series(flags[at] if flags.size else [], dtype=pl.Boolean)
        for flags in (mask.n, mask.counted, mask.unknown, mask.value)
    )
    kind = pl.col("kind")
    is_share = kind.is_in(OF_PEOPLE)
    told = frame.with_columns(_n=n, _people=people, _unknown=unknown, _value=value).with_columns(
        _few=is_share & (pl.col("n") < SHARE_FROM) | _stayed_tells(curved)
    )
    hidden = pl.col("_value") & (pl.col("n") > 0)
    shares = hidden | (pl.col("_few") & is_share)
    counts_gone = pl.col("_people") | hidden | (~is_share & (pl.col("_unknown") | kind.is_in(["median"]) & _of_curve()))
    return told.select(
        *(
            pl.when(~gone).then(_steady(name, curved) if name in ("value", "low", "high") else pl.col(name)).alias(name)
            if gone is not None
            else name
            for name, gone in {
                **dict.fromkeys(frame.columns),
                "counted": counts_gone,
                "n": pl.col("_n"),
                "unknown": counts_gone | pl.col("_unknown"),
                "value": shares,
                "low": shares,
                "high": shares,
                "at_most": shares | pl.col("_unknown"),
            }.items()
            if name != "shown"
        ),
        shown=pl.when(hidden)
        .then(pl.lit(HIDDEN))
        .when((pl.col("shown") == SHOWN) & pl.col("_few") & is_share)
        .then(pl.lit(COUNTS))
        .otherwise("shown"),
    ).select(frame.columns)


def _of_curve() -> pl.Expr:
    """A median time, whose count would be one more step of its curve."""
    return pl.col("unknown").is_null()


def _steady(name: str, curved: bool) -> pl.Expr:
    share = (pl.col("kind") == "incidence") | (pl.lit(curved) & (pl.col("kind") == "share"))
    return pl.when(share).then(pl.col(name).round(STEADY)).otherwise(pl.col(name))


def _stayed_tells(curved: bool) -> pl.Expr:
    """Where a share weighed by how many stay in scope would tell of 1 to 4 people who left it."""
    if not curved:
        return pl.lit(False)
    plain = pl.col("counted") / pl.col("n")
    left = (pl.col("n") * (plain / pl.col("value") - 1)).round()
    return ((pl.col("counted") > 0) & (pl.col("value") > 0) & (left > 0) & (left < SMALLEST_GROUP)).fill_null(False)


def pool_needed(counted: Counted) -> Flags:
    """Where the three years stand beside the year: there are enough people for either to be shown."""
    needed: Flags = counted.n >= SMALLEST_GROUP
    return needed
