"""Norwegian in tables: results and targets of a cohort's first person, and when a line of K3 was reached."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from events import Fact
from events.language import LanguageLevelReached
from events.plan import LanguageGoalSet
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.capacity.language import K3

STARTED = "who | started\nAna | 2022-01-10"
ALL_A2 = "on | skill | level | by\n2023-01-10 | all | A2 | test"
SKILLS = ("listening", "reading", "writing", "speaking")
EVIDENCE = {"test": "norskproven", "": "placement"}


def results_of(text: str) -> list[Fact]:
    """Results from a table of on, skill (or ``all``), level and evidence (``test`` is the national one)."""
    return [
        LanguageLevelReached(
            on=date.fromisoformat(row["on"]),
            skill=skill,  # type: ignore[arg-type]
            level=row["level"],  # type: ignore[arg-type]
            evidence=EVIDENCE.get(row.get("by", ""), row.get("by")),  # type: ignore[arg-type]
        )
        for row in table(text)
        for skill in (SKILLS if row["skill"] == "all" else (row["skill"],))
    ]


def target(on: str, **goals: str) -> LanguageGoalSet:
    """A target, of one level in all skills unless skills are named."""
    levels = dict.fromkeys(SKILLS, goals["all"]) if "all" in goals else goals
    return LanguageGoalSet(on=date.fromisoformat(on), goals=levels)  # type: ignore[arg-type]


def told(
    folder: Path, text: str, *facts: Fact, now: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)
) -> ProgressionTracker:
    """The people of a table, where the first of them has these facts."""
    app = people(folder, text, now=now)
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    return app


def reached(app: ProgressionTracker, line: str) -> tuple[int | None, int]:
    """(month by which the line was reached, of 1 to 60; how many it is about), of a cohort of one who counts."""
    found = counted(app, K3, months=tuple(range(61)))
    first = next((month for month in range(61) if found[line, month].counted), None)
    return first, found[line, 0].n
