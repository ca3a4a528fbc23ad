"""Sets units such as municipalities beside each other: whether they differ by more than chance, and never in a ranking.

Units stand in the order of their codes or names. What is compared are proportions, wherever they come from: an imported
table of counts, or the municipality cells of an indicator.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracker.errors import Refusal
from tracker.indicators.statistics.funnel import ALARM, WARNING, FunnelPoint, Position, funnel
from tracker.indicators.statistics.proportions import Interval, Proportion
from tracker.indicators.statistics.shrinkage import POOLED_BELOW, Pooled, Prior, pooled, prior_from
from tracker.indicators.statistics.standardisation import NoReference
from tracker.reference_tables.table import in_norwegian

READING = (
    "Limits show what chance alone leaves around the share of all: 1 unit in 20 lies outside the 95 % limits, 1 in 500 "
    "outside the 99.8 % limits. The wide limits add the spread that the units have beyond chance.",
    "Why a unit lies outside cannot be told from these figures. It may be its mix of people (schooling, age, gender, "
    "protection), its labour market, chance, people whose status was lost or is not known, or another version of the "
    "rule that counts.",
    "The order is that of the codes or names, and says nothing of results. A share of few people is shown with its "
    "interval and drawn toward the others (shrunk): read the three together, with n.",
)
"""What stands under every comparison. Source: INDICATORS.md 4.2; Spiegelhalter (2005)."""


class NothingToCompare(Refusal):
    """There are fewer than two units with people, or all or none of their people are counted."""

    code = "nothing-to-compare"


@dataclass(frozen=True)
class Compared:
    """One unit beside the others.

    :ivar unit: its code or name
    :ivar called: what it is called
    :ivar point: its proportion with the limits for its number of people
    :ivar interval: Wilson's, 95 %
    :ivar shrunk: its share drawn toward the others, 0 to 1; None where the units do not tell toward what
    :ivar shrunk_interval: where that share lies with a probability of 95 %
    :ivar pooled: with the years before it, where it has fewer than 20 people and the years are known
    """

    unit: str
    called: str
    point: FunnelPoint
    interval: Interval
    shrunk: float | None = None
    shrunk_interval: Interval | None = None
    pooled: Pooled | None = None

    @property
    def proportion(self) -> Proportion:
        return self.point.proportion

    def position(self, overdispersion: bool = False) -> str:
        """``within 95 %``, ``below 95 %``, ``above 99.8 %`` ...: the widest limits that it lies outside."""
        far: Position = self.point.position(ALARM, overdispersion)
        near: Position = self.point.position(WARNING, overdispersion)
        if far != "within":
            return f"{far} {in_words(ALARM)}"
        return f"{near} {in_words(WARNING)}"


@dataclass(frozen=True)
class Comparison:
    """All units around one share.

    :ivar target: the share of all together, 0 to 1
    :ivar phi: how much more they spread than chance alone: 1 is chance alone
    :ivar tau2: variance between them on the arcsine scale; 0 where they spread no more than chance
    :ivar prior: what shares are drawn toward
    :ivar units: those with people, in the order of their codes or names
    :ivar without_people: units that have nobody, and so no share
    :ivar hidden: units whose figures are not there
    """

    target: float
    phi: float
    tau2: float
    prior: Prior | NoReference
    units: tuple[Compared, ...]
    without_people: tuple[str, ...] = ()
    hidden: tuple[str, ...] = field(default=())


def compare(
    units: Mapping[str, Proportion],
    *,
    names: Mapping[str, str] | None = None,
    by_year: Mapping[str, Mapping[int, Proportion]] | None = None,
    year: int | None = None,
    hidden: Collection[str] = (),
    reference: Iterable[Proportion] | None = None,
) -> Comparison:
    """Units beside each other; what is to be shown must have passed disclosure control before.

    :param units: by code or name
    :param names: what they are called
    :param by_year: unit -> year -> people, for pooling where a unit is small
    :param year: the year of ``units``; without it nothing is pooled
    :param hidden: units whose figures are not there, to be named and not counted
    :param reference: what shares are drawn toward; left out, the units themselves
    :raises NothingToCompare: fewer than two have people, or all or none are counted
    """
    try:
        drawn = funnel(units)
    except ValueError as error:
        there = sum(1 for share in units.values() if share.out_of)
        raise NothingToCompare(f"these units cannot be compared: {error}", there=there, of=len(units)) from None
    prior = prior_from(list(units.values() if reference is None else reference))
    points = sorted(drawn.points, key=lambda point: in_norwegian(point.name))
    compared = tuple(
        _with_years(
            _shrunk(
                Compared(point.name, (names or {}).get(point.name, point.name), point, point.proportion.wilson()), prior
            ),
            (by_year or {}).get(point.name, {}),
            year,
        )
        for point in points
    )
    nobody = tuple(sorted((name for name, unit in units.items() if not unit.out_of), key=in_norwegian))
    missing = tuple(sorted(hidden, key=in_norwegian))
    return Comparison(drawn.target, drawn.phi, drawn.tau2, prior, compared, nobody, missing)


def said_of(comparison: Comparison) -> Sequence[str]:
    """What a reader must know, line by line: the figures of the whole, what is left out, and how to read it."""
    lines = [
        f"share of all {comparison.target:.1%}; phi {comparison.phi:.3f} (1 = they spread as chance alone would), "
        f"tau2 {comparison.tau2:.6f}",
        _prior_in_words(comparison.prior),
    ]
    if comparison.hidden:
        lines.append(f"not shown at the source, and not counted as 0: {', '.join(comparison.hidden)}")
    if comparison.without_people:
        lines.append(f"nobody, and so no share: {', '.join(comparison.without_people)}")
    return (*lines, *READING)


def in_words(coverage: float) -> str:
    """``95 %`` of 0.95."""
    return f"{100 * coverage:g} %"


def _prior_in_words(prior: Prior | NoReference) -> str:
    if isinstance(prior, NoReference):
        return f"no shrunk shares: {prior.reason}"
    beta = prior.distribution
    return (
        f"shrunk shares: (alpha + x) / (alpha + beta + n) with alpha {beta.alpha:.3f}, beta {beta.beta:.3f} "
        f"from {prior.municipalities} units by {prior.method}"
    )


def _shrunk(unit: Compared, prior: Prior | NoReference) -> Compared:
    if isinstance(prior, NoReference):
        return unit
    posterior = prior.posterior(unit.proportion)
    return replace(unit, shrunk=posterior.mean, shrunk_interval=posterior.interval())


def _with_years(unit: Compared, years: Mapping[int, Proportion], year: int | None) -> Compared:
    if year is None or year not in years or unit.proportion.out_of >= POOLED_BELOW:
        return unit
    return replace(unit, pooled=pooled(years, year))
