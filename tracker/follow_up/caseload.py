"""Caseload: how many participants each advisor follows up, who came and left, and whose time runs out when."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from tracker.calendar import months_after
from tracker.follow_up.scope import Scope, advisor_of
from tracker.quality.rows import known

if TYPE_CHECKING:
    from tracker.readmodel.follow import ReadModel

DAY = timedelta(days=1)
AHEAD = 24
"""Months for which planned ends are told, the month of the day included."""

BEHIND = 12
"""Months in which starts and ends are counted, up to the day and including it."""

Kind = Literal["programme", "contract"]
KINDS: tuple[Kind, ...] = ("programme", "contract")
Measure = Literal["active", "running", "started", "ended", "planned-end", "planned-end-passed", "no-planned-end"]


class Count(NamedTuple):
    """A number of one advisor's caseload.

    :ivar advisor: user name; empty = participants without an advisor on the day
    :ivar municipality: where they live on the day
    :ivar measure: active (in the programme or under a contract, each participant once); running; started and ended (in
        the twelve months up to the day); planned-end (in the month); planned-end-passed (before the day, and
        nobody has told of an end); no-planned-end
    :ivar of: programme or contract; empty of active
    :ivar month: the first day of the month of a planned end; None of the rest
    :ivar number: participants for active; else programmes or contracts
    """

    advisor: str
    municipality: str
    measure: Measure
    of: Kind | Literal[""]
    month: date | None
    number: int


@dataclass
class Caseload:
    """What one advisor follows up in one municipality, on a day.

    :ivar active: participants in the programme or under a contract
    :ivar running: programmes and contracts that run
    :ivar started: those that began in the twelve months up to the day
    :ivar ended: those whose last day was in these months
    :ivar planned: (kind, first day of a month) -> how many are to end in it
    :ivar passed: those that still run after their planned end
    :ivar unplanned: those without a planned end
    """

    advisor: str
    municipality: str
    active: int = 0
    running: Counter[Kind] = field(default_factory=Counter)
    started: Counter[Kind] = field(default_factory=Counter)
    ended: Counter[Kind] = field(default_factory=Counter)
    planned: Counter[tuple[Kind, date]] = field(default_factory=Counter)
    passed: Counter[Kind] = field(default_factory=Counter)
    unplanned: Counter[Kind] = field(default_factory=Counter)

    @property
    def tells(self) -> bool:
        """Whether any of its numbers is more than zero."""
        numbers = (self.running, self.started, self.ended, self.passed)
        return bool(self.active) or any(counter.total() for counter in numbers)

    def counts(self, months: list[date]) -> Iterator[Count]:
        """Every number, also those that are zero.

        :param months: the first days of the months ahead
        """
        yield self._count("active", "", None, self.active)
        for kind in KINDS:
            told: Mapping[Measure, Counter[Kind]] = {
                "running": self.running,
                "started": self.started,
                "ended": self.ended,
                "planned-end-passed": self.passed,
                "no-planned-end": self.unplanned,
            }
            for measure, numbers in told.items():
                yield self._count(measure, kind, None, numbers[kind])
            for month in months:
                yield self._count("planned-end", kind, month, self.planned[kind, month])

    def _count(self, measure: Measure, kind: Kind | Literal[""], month: date | None, number: int) -> Count:
        return Count(self.advisor, self.municipality, measure, kind, month, number)


def months_ahead(at: date) -> list[date]:
    """The first days of the month of a day and of those after it."""
    return [months_after(at.replace(day=1), number) for number in range(AHEAD)]


def caseloads(model: "ReadModel", scope: Scope) -> list[Caseload]:
    """The caseload of each advisor in each municipality, on a day, as known at a position.

    A participant counts where they live and with the advisor they have on the day, also for what began or ended before.
    Nobody counts who has died, left Norway or lost protection. A programme runs past its planned end until its end is
    told; a contract holds no longer than its last day.
    """
    found: dict[tuple[str, str], Caseload] = {}
    active: set[str] = set()
    months = set(months_ahead(scope.at))
    since = months_after(scope.at, -BEHIND)
    rows = model.database.execute(
        f"""
        WITH there AS MATERIALIZED ({scope.residents}),
             advised AS MATERIALIZED (
                 SELECT p.participant, p.home, {advisor_of("p.participant")} AS advisor FROM there p)
        SELECT p.participant, p.home, p.advisor, s.activity, s.key, s.spell_from, s.valid_from, s.valid_to,
               CASE s.activity WHEN 'contract' THEN s.value ELSE json_extract(s.details, '$.planned_end') END
        FROM advised p CROSS JOIN spells s ON s.participant = p.participant AND +s.activity IN ('programme', 'contract')
        WHERE {known("s")} AND s.valid_from <= :at
        ORDER BY p.participant, s.activity, s.key, s.spell_from, s.valid_from
        """,
        scope.values,
    )
    last: dict[tuple[str, str, str, str], tuple[Caseload, _Segment]] = {}
    for participant, home, advisor, activity, key, spell_from, begun, ended, planned in rows:
        place = advisor or "", home
        load = found.get(place)
        if load is None:
            load = found[place] = Caseload(*place)
        last[participant, activity, key, spell_from] = load, _Segment(activity, begun, ended, planned)
    for (participant, _, _, spell_from), (load, segment) in last.items():
        kind = segment.kind
        load.started[kind] += since < date.fromisoformat(spell_from) <= scope.at
        if segment.ended is not None and date.fromisoformat(segment.ended) <= scope.at:
            load.ended[kind] += since < date.fromisoformat(segment.ended) - DAY
            continue
        end = None if segment.planned is None else date.fromisoformat(segment.planned)
        if end is not None and end < scope.at:
            load.passed[kind] += 1
            if kind == "contract":
                continue
        load.running[kind] += 1
        if participant not in active:
            active.add(participant)
            load.active += 1
        if end is None:
            load.unplanned[kind] += 1
        elif end >= scope.at and end.replace(day=1) in months:
            load.planned[kind, end.replace(day=1)] += 1
    return [found[place] for place in sorted(found) if found[place].tells]


class _Segment(NamedTuple):
    """The last segment of a spell that began by the day."""

    kind: Kind
    begun: str
    ended: str | None
    planned: str | None


def by_municipality(loads: list[Caseload]) -> list[Caseload]:
    """The same, added up for each municipality."""
    found: dict[str, Caseload] = {}
    for load in loads:
        whole = found.setdefault(load.municipality, Caseload("", load.municipality))
        whole.active += load.active
        for name in ("running", "started", "ended", "planned", "passed", "unplanned"):
            getattr(whole, name).update(getattr(load, name))
    return [found[code] for code in sorted(found)]
