"""Spans of years that are told, and what else can be worked out with them.

How many people there are in a span of years is how many there are until its end less how many until its beginning. A
span that is told ties these two boundaries to each other, and whatever lies between boundaries that are tied, however
many others are between them, can be worked out.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np

from tracker.indicators.disclosure.tables import Flags, Numbers

Span = tuple[int, int]
"""The first year, and the year after the last."""

NOTHING = 1e-6
"""So little of a number is a rounding error."""


class Ties:
    """Boundaries of years, and which of them are tied to each other, for each figure of each group by itself.

    Each boundary has a column (``_at``); tied ones have the same number in ``_of``, and ``_before`` holds how many
    people there are before each of them, but for a number that is the same for all that are tied: told of 2019 to 2020
    are 30 people and of 2020 are 10, so that 2019, 2020 and 2021 are tied, with 0, 20 and 30 before them.
    """

    def __init__(self, shape: tuple[int, int], check: Callable[[Numbers], Flags]) -> None:
        self.shape, self._check = shape, check
        self._at: dict[int, int] = {}
        self._of = np.zeros((*shape, 0), dtype=np.int32)
        self._before: Numbers | None = None
        self._hidden: dict[Span, Flags] = {}

    def copy(self) -> "Ties":
        found = Ties(self.shape, self._check)
        found._at, found._of = dict(self._at), self._of.copy()
        found._before = None if self._before is None else self._before.copy()
        found._hidden = {span: flags.copy() for span, flags in self._hidden.items()}
        return found

    def few(self, numbers: Numbers, groups: Numbers) -> Flags:
        """Which of these numbers are of few people."""
        return self._check(self._spread(numbers, groups))[groups]

    def tie(self, span: Span, numbers: Numbers, told: Flags, groups: Numbers) -> None:
        """A span that is told, of these groups; where it followed already it stays as it was told first."""
        numbers = self._spread(numbers, groups)
        first, last = (self._place(boundary, len(numbers)) for boundary in span)
        assert self._before is not None
        joins = np.zeros(self.shape, dtype=bool)
        joins[groups] = told
        joins &= self._of[..., first] != self._of[..., last]
        if not joins.any():
            return
        shift = np.where(joins, self._before[..., first] + numbers - self._before[..., last], 0)
        moved = joins[..., None] & (self._of == self._of[..., last][..., None])
        self._before += np.where(moved[None], shift[..., None], 0)
        self._of = np.where(moved, self._of[..., first][..., None], self._of)

    def hide(self, span: Span, hidden: Flags, groups: Numbers) -> None:
        """A span that is hidden, of these groups."""
        if hidden.any():
            flags = self._hidden.setdefault(span, np.zeros(self.shape, dtype=bool))
            flags[groups] |= hidden

    def known(self, span: Span, numbers: Numbers, groups: Numbers) -> Flags:
        """Where a span follows, and is what these numbers say."""
        return np.asarray((self._follow(span, numbers, groups)).all(axis=0))

    def known_of_others(self, span: Span, numbers: Numbers, groups: Numbers) -> Flags:
        """Where a span follows, but out of another number of people, and tells of few out of these."""
        follow = self._follow(span, numbers, groups)
        return np.asarray(~follow[0] & follow[1:].all(axis=0) & self.few(numbers, groups))

    def near(self, span: Span, numbers: Numbers, groups: Numbers) -> Flags:
        """Where a span follows, and is another one by few people."""
        if not (span[0] in self._at and span[1] in self._at) or self._before is None:
            return np.zeros(self.shape, dtype=bool)[groups]
        first, last = (self._at[boundary] for boundary in span)
        another, changed = self._another(first, last, self._spread(numbers, groups))
        found: Flags = another & self._check(changed)
        return found[groups]

    def _another(self, first: int, last: int, numbers: Numbers) -> tuple[Flags, Numbers]:
        """Where what is between two boundaries follows and is another number than these, and by how much."""
        assert self._before is not None
        changed = numbers - (self._before[..., last] - self._before[..., first])
        tied = self._of[..., first] == self._of[..., last]
        return tied & (np.abs(changed) > NOTHING).any(axis=0), changed

    def _follow(self, span: Span, numbers: Numbers, groups: Numbers) -> Flags:
        """Which of the numbers of a span follow, and are these."""
        found = np.zeros((len(numbers), *self.shape), dtype=bool)
        if span[0] in self._at and span[1] in self._at and self._before is not None:
            first, last = (self._at[boundary] for boundary in span)
            follows = self._before[..., last] - self._before[..., first]
            found = np.isclose(follows, self._spread(numbers, groups))
            found &= self._of[..., first] == self._of[..., last]
        return found[:, groups]

    def risk(self, span: Span, numbers: Numbers, groups: Numbers) -> Flags:
        """Where to tell a span would make others follow that are of few people, or were hidden."""
        numbers = self._spread(numbers, groups)
        first, last = (self._place(boundary, len(numbers)) for boundary in span)
        assert self._before is not None
        tied = self._of[..., first], self._of[..., last]
        joins = np.zeros(self.shape, dtype=bool)
        joins[groups] = True
        joins &= tied[0] != tied[1]
        found = joins & self._was_hidden(span)
        # What followed already, and is another number by now: what has changed since, or is counted otherwise.
        inside = np.zeros(self.shape, dtype=bool)
        inside[groups] = True
        another, changed = self._another(first, last, numbers)
        found |= inside & another & (self._check(changed) | self._was_hidden(span))
        others = self._tied_apart(tied) if joins.any() else []
        for year, one in self._at.items():
            from_first = joins & (self._of[..., one] == tied[0])
            if not from_first.any():
                continue
            ahead = numbers + self._before[..., first] - self._before[..., one]
            for other_year, other in self._at.items():
                both = from_first & (self._of[..., other] == tied[1])
                if not both.any():
                    continue
                follows = ahead + self._before[..., other] - self._before[..., last]
                between = (year, other_year) if year < other_year else (other_year, year)
                if between != span:
                    found |= both & (self._check(follows) | self._was_hidden(between))
                people = follows if year < other_year else -follows
                for told, apart, those in others:
                    inner = between[0] <= told[0] and told[1] <= between[1]
                    outer = told[0] <= between[0] and between[1] <= told[1]
                    if inner != outer:
                        found |= both & apart & self._check(people - those)
        return found[groups]

    def nobody(self) -> "list[tuple[Span, Flags]]":
        """The spans in which there is nobody, as far as that follows."""
        found: list[tuple[Span, Flags]] = []
        if self._before is None:
            return found
        for first, last in combinations(sorted(self._at), 2):
            one, other = self._at[first], self._at[last]
            people = np.abs(self._before[..., other] - self._before[..., one]).max(axis=0)
            nobody = (self._of[..., one] == self._of[..., other]) & (people < NOTHING)
            if nobody.any():
                found.append(((first, last), nobody))
        return found

    def _tied_apart(self, tied: tuple[Flags, Flags]) -> list[tuple[Span, Flags, Numbers]]:
        """The spans that follow without the two ends: where they do, and how many people are in them."""
        assert self._before is not None
        found = []
        for first, last in combinations(sorted(self._at), 2):
            one, other = self._at[first], self._at[last]
            apart = self._of[..., one] == self._of[..., other]
            apart &= (self._of[..., one] != tied[0]) & (self._of[..., one] != tied[1])
            if apart.any():
                found.append(((first, last), apart, self._before[..., other] - self._before[..., one]))
        return found

    def _was_hidden(self, span: Span) -> Flags:
        return self._hidden.get(span, np.zeros(self.shape, dtype=bool))

    def _spread(self, numbers: Numbers, groups: Numbers) -> Numbers:
        """Numbers of some groups, as numbers of all."""
        found = np.zeros((len(numbers), *self.shape), dtype=float)
        found[:, groups] = numbers
        return found

    def _place(self, boundary: int, measures: int) -> int:
        """The number of a boundary, which is tied to none at first."""
        if self._before is None:
            self._before = np.zeros((measures, *self.shape, 0))
        if boundary not in self._at:
            at = self._at[boundary] = len(self._at)
            self._of = np.concatenate([self._of, np.full((*self.shape, 1), at, dtype=np.int32)], axis=-1)
            self._before = np.concatenate([self._before, np.zeros((measures, *self.shape, 1))], axis=-1)
        return self._at[boundary]
