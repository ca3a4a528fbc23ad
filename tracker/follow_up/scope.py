"""Whose follow-up is asked about: the participants of an advisor, of a municipality, or named ones, on both clocks."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.quality.rows import known, quoted, running

GONE = ("left-norway", "protection-ended", "died")
"""Values of residence under which nobody is followed up."""


@dataclass(frozen=True)
class Scope:
    """Who is asked about, as it was on a day, as known at a position of the log.

    :ivar at: what happened later is left out
    :ivar advisor: only those whose advisor this is on the day
    :ivar municipality: only those in the care of this municipality on the day
    :ivar participants: only these; empty = all
    """

    position: int
    at: date
    advisor: str | None = None
    municipality: str | None = None
    participants: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What the SQL of this module names."""
        return {
            "position": self.position,
            "at": self.at.isoformat(),
            "advisor": self.advisor,
            "municipality": self.municipality,
            "participants": json.dumps(self.participants),
        }

    @property
    def names_people(self) -> bool:
        """Whether the participants are told by something else than where they live."""
        return bool(self.participants) or self.advisor is not None

    @property
    def candidates(self) -> str:
        """A SELECT of participants, each once, among whom all are that are asked about."""
        advised = (
            f"SELECT s.participant FROM spells s WHERE s.activity = 'advisor' AND s.value = :advisor AND {running('s')}"
        )
        named = "SELECT value AS participant FROM json_each(:participants)"
        if self.advisor is not None:
            return f"{advised} AND s.participant IN ({named})" if self.participants else advised
        if self.participants:
            return named
        if self.municipality is not None:
            return (
                "SELECT participant FROM participants WHERE municipality = :municipality UNION "
                "SELECT participant FROM spells WHERE activity = 'residence' AND value = :municipality"
            )
        return "SELECT DISTINCT participant FROM participants"

    @property
    def residents(self) -> str:
        """A SELECT of (participant, registered_on, home): who is asked about and lives in Norway with protection."""
        return f"""
            SELECT r.participant, r.registered_on, COALESCE(h.value, r.municipality) AS home
            FROM ({self.candidates}) c
            CROSS JOIN participants r ON r.participant = c.participant AND {known("r")} AND r.registered_on <= :at
            LEFT JOIN spells h ON h.participant = r.participant AND +h.activity = 'residence' AND {running("h")}
            WHERE (h.value IS NULL OR h.value NOT IN {quoted(GONE)})
              AND (:municipality IS NULL OR COALESCE(h.value, r.municipality) = :municipality)"""


def advisor_of(who: str) -> str:
    """An expression: the advisor of a participant on the day; null where there is none."""
    own = f"a.participant = {who} AND a.activity = 'advisor' AND {running('a')}"
    return f"(SELECT a.value FROM spells a WHERE {own} LIMIT 1)"
