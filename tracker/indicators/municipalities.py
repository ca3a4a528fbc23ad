"""The municipalities of an installation beside each other, and beside what others lead to expect of each of them.

Observed over expected is told for each ground of protection alone; the residents' share is that of residents of the
same age and gender. What is not there is a reason in words, and never a number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.expected import ExpectedShare, Line
from tracker.indicators.figures import COUNTS, HIDDEN, SHOWN
from tracker.indicators.frames import Frames
from tracker.indicators.labour_market import LocalUnemployment, local_unemployment
from tracker.indicators.lines import denominator_of
from tracker.indicators.pipeline import Question, Result, counted, measured
from tracker.indicators.robustness.against import R4
from tracker.indicators.statistics.proportions import Interval, Proportion
from tracker.indicators.statistics.shrinkage import YEARS_POOLED, Pooled
from tracker.indicators.statistics.standardisation import NoReference
from tracker.reference_tables.lookup import References, ResidentsReference, references_in
from tracker.reference_tables.refusals import ReferenceForAnother

MATCHED = 0.9
"""The part of people whose age and gender the table of residents must tell, for an expected share."""
NOT_COMPARED = ("R2", "R3")
RATIO = "observed / expected"
Publish = Callable[[Sequence[Result]], Sequence[Result]]


class NotForComparison(Refusal):
    """The indicator shows how far a figure could have moved; it says nothing of one municipality beside another."""

    code = "not-for-comparison"


@dataclass(frozen=True)
class Against:
    """Observed over expected of people on one ground of protection.

    :ivar shown: shown, hidden, nobody or no-reference
    :ivar ratio: 1 is as expected; None where it is not shown
    :ivar interval: how far chance alone could move it, 95 %
    """

    protection: str
    shown: str
    ratio: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Gap:
    """A share less that of residents of the same age and gender.

    :ivar expected: the residents' share with the ages and genders of the cohort, 0 to 1
    :ivar difference: the cohort's share less the expected one; 0.05 is 5 percentage points
    :ivar interval: 95 %: Newcombe's, with the residents' share as known; it is of so many people that it hardly varies
    """

    expected: float
    difference: float
    interval: Interval


@dataclass(frozen=True)
class Own:
    """A municipality of the installation.

    :ivar shown: shown; counts, where there are too few for a share; hidden; nobody
    :ivar people: after disclosure control; None where they are hidden
    :ivar unknown: how many of them it is not known of, and who are not counted; None where it is hidden
    :ivar three_years: with the two years before it, where there are few
    """

    unit: str
    called: str
    shown: str
    people: Proportion | None
    unknown: int | None
    three_years: Pooled | None
    against: tuple[Against, ...] | NoReference
    residents: Gap | NoReference
    unemployment: LocalUnemployment | NoReference


@dataclass(frozen=True)
class OwnUnits:
    """All municipalities of the installation, in the order of their codes.

    :ivar result: the figures that they come from, as they may be published
    :ivar residents: the table of residents that they are set beside
    """

    line: Line
    result: Result
    units: tuple[Own, ...]
    residents: ResidentsReference | NoReference


def own_municipalities(frames: Frames, line: Line, cohort: Cohort, publish: Publish) -> OwnUnits:
    """The municipalities of the installation by a line.

    :param publish: disclosure control as at every publication
    :raises NotForComparison: the indicator is not for comparison
    """
    not_compared(line.of)
    references = references_in(frames)
    months = None if line.months is None else (line.months,)
    question = Question(cohort, ("municipality",), None, months, denominator_of(line))
    asked = [measured(frames, line.of, question)]
    against = _asked_against(frames, line, cohort, references)
    if isinstance(against, Result):
        asked.append(against)
    own, *others = publish(asked)
    ratios: Result | NoReference = others[0] if others else _no_reference(against)
    residents = _residents(references, line, cohort)
    mix = _mix(frames, line, replace(question, by=("municipality", "gender", "age")))
    names = _names(frames)
    rows = {row["municipality"]: row for row in own.figures.filter(_is(line)).iter_rows(named=True)}
    units = []
    for code in sorted(names):
        row = rows.get(code)
        people = _people(row) if own.available else None
        local = residents if isinstance(residents, NoReference) else _residents(references, line, cohort, code)
        units.append(
            Own(
                unit=code,
                called=names[code],
                shown=row["shown"] if row else "nobody" if own.available else "not-available",
                people=people,
                unknown=row["unknown"] if row and people else None,
                three_years=_three_years(own, line, code),
                against=ratios if isinstance(ratios, NoReference) else _against(ratios, line, code),
                residents=_gap(people, row, mix.get(code, {}), local),
                unemployment=_unemployment(references, line, cohort, code),
            )
        )
    return OwnUnits(line, own, tuple(units), residents)


def not_compared(indicator: Indicator) -> None:
    """Refuse an indicator that says nothing of one municipality beside another.

    :raises NotForComparison: it is such a one
    """
    if indicator.id in NOT_COMPARED:
        raise NotForComparison(
            f"{indicator.id} shows how far a figure of one year could have moved, and is not for comparison; "
            "tracker indicators shows it, and tracker compare R1 compares what was registered",
            indicator=indicator.id,
        )


def _no_reference(against: Result | NoReference) -> NoReference:
    assert isinstance(against, NoReference), "figures against expected are published with the others"
    return against


def _asked_against(frames: Frames, line: Line, cohort: Cohort, references: References) -> Result | NoReference:
    try:
        found = references.strata_for(line.of.name, line.key)
        if isinstance(found, NoReference):
            return found
        return measured(frames, _against_of(line, cohort), Question(cohort, ("municipality",)))
    except ReferenceForAnother as refusal:
        return NoReference(str(refusal))


def _against_of(line: Line, cohort: Cohort) -> Indicator:
    """R4 itself where the line is one of its lines, so that its releases are checked against each other."""
    for measure in R4.measures:
        if isinstance(measure, ExpectedShare) and measure.axis == cohort.axis:
            there = measure.line
            if (there.of.name, there.key) == (line.of.name, line.key):
                return R4
    id = f"{R4.id}-{line.of.id}-{line.key}"
    return replace(R4, id=id, measures=(ExpectedShare(line, cohort.axis),), axes={cohort.axis: ()})


def _is(line: Line) -> pl.Expr:
    return (
        (pl.col("line") == line.name)
        & pl.col("choice").eq_missing(pl.lit(line.choice, pl.String))
        & pl.col("months").eq_missing(pl.lit(line.months, pl.Int32))
    )


def _names(frames: Frames) -> dict[str, str]:
    """Code -> name of the municipalities that use the installation, or that registered somebody in it."""
    names: dict[str, str] = {code: code for code in frames.people("municipality")["municipality"].unique().to_list()}
    for code, name in frames.municipalities.select("municipality", "name").iter_rows():
        names[code] = name or code
    return names


def _people(row: Mapping[str, Any] | None) -> Proportion | None:
    if row is None:
        return Proportion(0, 0)
    if row["shown"] == HIDDEN or row["counted"] is None or row["n"] is None:
        return Proportion(0, 0) if row["shown"] == "nobody" else None
    return Proportion(row["counted"], row["n"])


def _three_years(result: Result, line: Line, code: str) -> Pooled | None:
    years = result.cohort.years
    if result.pooled is None or years is None:
        return None
    rows = result.pooled.filter(_is(line) & (pl.col("municipality") == code)).to_dicts()
    if not rows or rows[0]["shown"] not in (SHOWN, COUNTS) or rows[0]["counted"] is None:
        return None
    last = years[-1]
    return Pooled(tuple(range(last - YEARS_POOLED + 1, last + 1)), Proportion(rows[0]["counted"], rows[0]["n"]))


def _against(result: Result, line: Line, code: str) -> tuple[Against, ...]:
    rows = result.figures.filter(
        (pl.col("line") == line.title)
        & pl.col("months").eq_missing(pl.lit(line.months, pl.Int32))
        & (pl.col("kind") == RATIO)
        & (pl.col("municipality") == code)
    ).sort("choice")
    found = []
    for row in rows.iter_rows(named=True):
        limits = None if row["low"] is None else (row["low"], row["high"])
        found.append(Against(row["choice"], row["shown"], row["value"], limits))
    return tuple(found)


def _residents(
    references: References, line: Line, cohort: Cohort, municipality: str | None = None
) -> ResidentsReference | NoReference:
    """The newest table of residents that is about this figure, or that does not say about which."""
    fitting = [
        table
        for table in references.tables
        if table.kind == "residents"
        and table.indicator in (None, line.of.name)
        and table.line in (None, line.name, line.key)
    ]
    if not fitting:
        return NoReference("no reference table with residents")
    newest = max(fitting, key=lambda table: (table.on, table.position, table.version))
    told = {int(row.key["year"]) for row in newest.rows if "year" in row.key}
    looked_at = None if cohort.first is None else cohort.first + (line.months or 0) // 12
    if municipality is None and "municipality" in newest.columns:
        municipality = newest.rows[0].key["municipality"]
    return references.residents_for(looked_at if looked_at in told else None, municipality, newest.name)


Mix = dict[tuple[str, str], int]


def _mix(frames: Frames, line: Line, question: Question) -> dict[str, Mix]:
    """Municipality -> (age, gender) -> people."""
    found: dict[str, Mix] = {}
    counts = counted(frames, line.of, question).counts.filter(_is(line))
    for code, gender, age, people in counts.select("municipality", "gender", "age", "out_of").iter_rows():
        found.setdefault(code, {})[age, gender] = people
    return found


def _gap(
    people: Proportion | None, row: Mapping[str, Any] | None, mix: Mix, residents: ResidentsReference | NoReference
) -> Gap | NoReference:
    if isinstance(residents, NoReference):
        return residents
    if people is None or row is None or row["shown"] != SHOWN or people.share is None:
        return NoReference("there is no share to compare")
    told = {key: n for key, n in mix.items() if key in residents.shares}
    matched = sum(told.values())
    if matched < MATCHED * sum(mix.values()) or not matched:
        return NoReference(f"{residents.table.name} does not tell of residents of these ages and genders")
    # Tenths of a percentage point: more decimals would tell the ages and genders of few people.
    expected = round(sum(n * residents.shares[key] for key, n in told.items()) / matched, 3)
    own = people.wilson()
    return Gap(expected, people.share - expected, Interval(own.low - expected, own.high - expected))


def _unemployment(references: References, line: Line, cohort: Cohort, code: str) -> LocalUnemployment | NoReference:
    if cohort.first is None or cohort.first != cohort.last or line.months is None:
        return NoReference("it is not looked at in one year")
    return local_unemployment(references, cohort.first, line.months, code)
