"""Releases at random: nothing that was published tells of few people by elimination."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.indicators.releases import Numbers, indicator, lines, result
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Denominator
from tracker.indicators.disclosure import TooThinToPublish, protected
from tracker.ledger import Ledger
from tracker.settings import Settings

WORK = indicator(lines(work=""))
FIRST = 2018
YEARS = 4
GROUPS = "ab"
PARTS = 3
"""Of a group in a year: people counted, the others who stayed, and those who moved."""
SPANS = [(first, last) for first in range(YEARS) for last in range(first + 1, YEARS + 1)]
TOGETHER = ((0,), (1,), (0, 1))
Counts = list[tuple[tuple[int, ...], tuple[int, ...]]]
Rows = list[Any]


@dataclass(frozen=True)
class Asked:
    """A question: of which years, by what, with the three years beside, and with or without those who moved."""

    years: tuple[int, int]
    by: tuple[str, ...] = ()
    three: bool = False
    denominator: Denominator = "all"

    @property
    def groups(self) -> list[tuple[tuple[str, ...], range, tuple[int, ...]]]:
        """The groups, with their years and groups of the table; everybody first."""
        years = [
            ("all", range(*self.years)),
            *((str(FIRST + year), range(year, year + 1)) for year in range(*self.years)),
        ]
        tracks = [("all", (0, 1)), *((name, (at,)) for at, name in enumerate(GROUPS))]
        found = []
        for year, those in years if "cohort" in self.by else years[:1]:
            for track, groups in tracks if "track" in self.by else tracks[:1]:
                value = {"cohort": year, "track": track}
                found.append((tuple(value[name] for name in self.by), those, groups))
        return found


SPAN = st.sampled_from(SPANS)
BY: st.SearchStrategy[tuple[str, ...]] = st.sampled_from([(), ("track",), ("cohort",), ("cohort", "track")])
ASKED = st.builds(Asked, SPAN, BY, st.booleans(), st.sampled_from(["all", "all", "present"]))
QUESTIONS = st.lists(ASKED, min_size=2, max_size=5, unique=True)
PEOPLE = st.integers(0, 9) | st.integers(5, 30)
GROUP = st.tuples(PEOPLE, PEOPLE, st.just(0) | st.integers(0, 9))
COUNTS = st.lists(st.tuples(GROUP, GROUP), min_size=YEARS, max_size=YEARS)

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller example is sought for minutes, and is no clearer."""


def counts(*years: str) -> Counts:
    """``10 10, 2 20``: a group and the other, each people counted, others and those who moved."""
    return [
        tuple((*map(int, group.split()), 0)[:PARTS] for group in year.split(","))  # type: ignore[misc]
        for year in years
    ]


@settings(max_examples=15, phases=UNSHRUNK)
@given(COUNTS, QUESTIONS)
@example(
    counts("10 10, 10 10", "2 20, 8 20", "10 10, 10 10", "10 10, 10 10"),
    [Asked((3, 4), ("track",), True), Asked((2, 3), ("track",)), Asked((1, 2), ("track",))],
)
def test_of_a_group_nothing_follows_about_few_people_however_many_years_are_told(
    counts: Counts, asked: list[Asked]
) -> None:
    """By elimination: each number told is an equation about the people of each year."""
    told = [row for answer in _answered(counts, asked) for row in answer]
    for groups in TOGETHER:
        those = [at in groups for at in (0, 1)]
        _nothing_of_few([row for row in told if (row.any(axis=(0, 2)) == those).all()], counts, (groups,))


@settings(max_examples=25, phases=UNSHRUNK)
@given(COUNTS, QUESTIONS)
@example(
    counts("0 5, 0 1", "0 0, 0 5", "0 5, 0 0", "0 0, 0 0"),
    [Asked((1, 2), ("track",)), Asked((2, 3), ("track",), True)],
)
@example(
    counts("29 1, 6 6", "7 1, 7 0", "7 1, 7 0", "29 1, 6 6"),
    [Asked((0, 2), (), True), Asked((1, 4)), Asked((3, 4), ("track",), True), Asked((2, 4), (), True)],
)
@example(
    counts("2 27, 0 10", "0 17, 24 8", "27 0, 0 13", "0 0, 0 0"),
    [Asked((0, 3), ("cohort", "track"), True), Asked((0, 3), ("track",))],
)
@example(
    counts("12 23 5, 0 0", "4 18, 24 0", "0 0, 8 30 27", "0 0, 0 0"),
    [Asked((0, 2), ("track",)), Asked((0, 1), ("track",), denominator="present")],
)
@example(
    counts("0 0, 0 0", "0 0, 0 4 1", "0 0 3, 0 5 2", "0 0, 0 0"),
    [Asked((0, 3), ("cohort",)), Asked((2, 3), ("track",), denominator="present")],
)
@example(
    counts("6 2, 5 20 6", "0 21, 8 22", "9 0, 2 3 9", "5 18 9, 16 3 7"),
    [Asked((0, 4), ("cohort",), True), Asked((2, 3), (), True, "present")],
)
def test_from_two_releases_nothing_follows_about_few_people(counts: Counts, asked: list[Asked]) -> None:
    """By elimination, the groups and everybody together."""
    for (first, one), (second, other) in combinations(zip(asked, _answered(counts, asked), strict=True), 2):
        # Two denominators, each of several years, are not controlled.
        if first.denominator == second.denominator or 1 in (len(range(*first.years)), len(range(*second.years))):
            _nothing_of_few([*one, *other], counts, TOGETHER)


def _nothing_of_few(told: Rows, counts: Counts, groups_of: Sequence[tuple[int, ...]]) -> None:
    if not told:
        return
    known = np.array(told).reshape(len(told), -1)
    _, sizes, directions = np.linalg.svd(known)
    free = directions[int((sizes > 1e-9).sum()) :]
    truth = np.array(counts, dtype=float).ravel()
    for groups, parts in product(groups_of, ((0,), (1,), (0, 1), (1, 2), (0, 1, 2))):
        for (first, last), inside in product(SPANS, [(0, 0), *SPANS]):
            row = (_row(range(first, last), groups, parts) - _row(range(*inside), groups, parts)).ravel()
            if (row >= 0).all() and np.abs(free @ row).max(initial=0) < 1e-9:
                number = row @ truth
                assert not 0 < number < 5, (first, last, inside, groups, parts, number)


def _answered(counts: Counts, asked: Sequence[Asked]) -> list[Rows]:
    with TemporaryDirectory() as folder:
        ledger = Ledger(Settings(Path(folder)))
        try:
            return [_published(counts, question, ledger) for question in asked]
        finally:
            ledger.close()


def _published(counts: Counts, asked: Asked, ledger: Ledger) -> Rows:
    """What the numbers that an answer tells are sums of; a group that is not named has nobody if another one is."""
    stayed = (0, 1) if asked.denominator == "present" else (0, 1, 2)
    three = asked.three and (asked.years[0] >= 2 if "cohort" in asked.by else asked.years in ((2, 3), (3, 4)))

    def years_of(years: range, pooled: bool) -> list[int]:
        return [year - before for year in years for before in range(3)] if pooled else [*years]

    def numbers(pooled: bool = False) -> Numbers:
        found: dict[tuple[str, ...], dict[str, tuple[int, int]]] = {}
        for group, years, groups in asked.groups:
            if "all" not in group:
                those = [counts[year][at] for year in years_of(years, pooled) for at in groups]
                n = sum(each[part] for each in those for part in stayed)
                if n or not asked.by:
                    found[group] = {"work": (sum(each[0] for each in those), n)}
        return found

    cohort = str(Cohort.parse(f"left:{FIRST + asked.years[0]}..{FIRST + asked.years[1] - 1}"))
    exact = result(WORK, numbers(), asked.by, cohort=cohort, pooled=numbers(True) if three else None)
    try:
        found = protected([replace(exact, denominator=asked.denominator)], ledger)[0]
    except TooThinToPublish:
        return []
    rows = []
    for frame, pooled in ((found.figures, False), (found.pooled, True)):
        told = {} if frame is None else {tuple(row[by] for by in asked.by): row for row in frame.iter_rows(named=True)}
        for group, years, groups in asked.groups:
            of = [_row(range(year, year + 1), groups, stayed) for year in years_of(years, pooled)]
            row = told.get(group, {"n": 0, "counted": 0} if not pooled and _is_empty(group, asked.by, told) else {})
            rows += [np.sum(of, axis=0)] * (row.get("n") is not None)
            rows += [np.sum([each * (np.arange(PARTS) == 0) for each in of], axis=0)] * (row.get("counted") is not None)
    return rows


def _is_empty(group: tuple[str, ...], by: tuple[str, ...], told: dict[tuple[str, ...], Any]) -> bool:
    """Whether another group is named of the same year, or that year is not."""
    if group in told or "track" not in by:
        return group not in told
    year = dict(zip(by, group, strict=True)).get("cohort")
    those = [dict(zip(by, each, strict=True)) for each in told]
    return any(each["track"] != "all" and each.get("cohort") == year for each in those)


def _row(years: range, groups: tuple[int, ...], parts: tuple[int, ...]) -> Any:
    row = np.zeros((YEARS, len(GROUPS), PARTS))
    row[np.ix_(years, groups, parts)] = 1
    return row
