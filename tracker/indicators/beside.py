"""Own municipalities set beside the units of a reference table, in one funnel of all that have a share."""

from dataclasses import dataclass, replace
from typing import Any

from tracker.indicators.compare import Comparison, NothingToCompare, compare
from tracker.indicators.municipalities import OwnUnits
from tracker.reference_tables.lookup import CountsReference


@dataclass(frozen=True)
class Beside:
    """Own municipalities, with those of a table beside where one is named.

    :ivar funnel: None where there are not two units with a share
    :ivar why_none: why there is no funnel
    """

    own: OwnUnits
    table: CountsReference | None
    funnel: Comparison | None
    why_none: str

    @property
    def title(self) -> str:
        about, result = self.own.line, self.own.result
        table = f", beside {self.table.table.name} {self.table.year or ''}".rstrip() if self.table else ""
        return f"{about.of.name} {about.key}, cohort {result.cohort}{table}"

    @property
    def source(self) -> str:
        result = self.own.result
        table = f"; {self.table.table.name}: {self.table.table.source}" if self.table else ""
        return f"own log @{result.frames.position}, followed until {result.frames.known_on}{table}"


def beside(own: OwnUnits, table: CountsReference | None) -> Beside:
    """The funnel of all units that have a share; an own municipality stands in place of its row in the table."""
    units = {unit.unit: unit for unit in own.units}
    shares = {code: unit.people for code, unit in units.items() if unit.shown == "shown" and unit.people is not None}
    shares |= {code: unit.people for code, unit in units.items() if unit.shown == "nobody" and unit.people is not None}
    hidden = [code for code, unit in units.items() if unit.shown not in ("shown", "counts", "nobody")]
    names = {code: unit.called for code, unit in units.items()}
    by_year: dict[str, Any] = {}
    if table is not None:
        shares |= {code: people for code, people in table.units.items() if code not in units}
        hidden += [code for code in table.hidden if code not in units]
        names = {**table.table.labels.get("unit", {}), **names}
        by_year = {code: years for code, years in table.by_year.items() if code not in units}
    try:
        found = compare(shares, names=names, by_year=by_year, year=table.year if table else None, hidden=hidden)
    except NothingToCompare as refusal:
        return Beside(own, table, None, str(refusal))
    pools = {unit.unit: unit.three_years for unit in own.units}
    drawn = tuple(replace(unit, pooled=pools.get(unit.unit) or unit.pooled) for unit in found.units)
    return Beside(own, table, replace(found, units=drawn), "")
