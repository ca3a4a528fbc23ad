"""The starting point: what counts as recorded, and by when."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events import Fact
from events.intake import BackgroundUpdated, SkillsMapped, TrackAssigned
from events.language import LanguageLevelReached
from events.plan import CareerGoalSet, ProgrammeGoalSet
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.indicators.capacity.baseline import K1, PARTS

SKILLS = ("listening", "reading", "writing", "speaking")
LAST = date(2022, 4, 10)
"""Three months after a start on 10 January 2022."""


def everything(on: date) -> dict[str, Fact]:
    """Part -> the fact that tells it."""
    return {
        "track": TrackAssigned(on=on, track="1"),
        **{f"level-{s}": LanguageLevelReached(on=on, skill=s, level="below-A1") for s in SKILLS},  # type: ignore[arg-type]
        "schooling": BackgroundUpdated(on=on, schooling="none"),
        "literacy": BackgroundUpdated(on=on, literate="no"),
        "work-history": SkillsMapped(on=on, work_years=Decimal(0)),
        "programme-goal": ProgrammeGoalSet(on=on, goal="work"),
        "long-term-goal": CareerGoalSet(on=on, goal="work"),
    }


def counts(folder: Path, facts: list[Fact], text: str = "") -> dict[str, int]:
    """Line -> how many are counted, of one person who started on 10 January 2022."""
    app = people(folder, text or "who | started\nAna | 2022-01-10")
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    found = counted(app, K1)
    assert {figure.n for figure in found.values()} == {1}
    assert {figure.unknown for figure in found.values()} == {0}
    return {line: figure.counted for (line, _), figure in found.items()}


@pytest.mark.parametrize("missing", ["nothing", *PARTS])
def test_the_baseline_needs_every_part(tmp_path: Path, missing: str) -> None:
    found = counts(tmp_path, [fact for part, fact in everything(LAST).items() if part != missing])
    assert {part: found[part] for part in PARTS} == {part: int(part != missing) for part in PARTS}
    assert found["baseline"] == int(missing == "nothing")
    assert found["levels"] == int(not missing.startswith("level-"))


@pytest.mark.parametrize(
    "day, counts_then",
    [row.values() for row in table("day | counts\n2021-12-01 | 1\n2022-04-10 | 1\n2022-04-11 | 0")],
)
def test_what_is_told_of_the_last_day_of_three_months_counts_and_the_day_after_does_not(
    tmp_path: Path, day: str, counts_then: str
) -> None:
    found = counts(tmp_path, list(everything(date.fromisoformat(day)).values()))
    assert set(found.values()) == {int(counts_then)}


def test_unknown_not_asked_and_not_assessed_are_not_recorded(tmp_path: Path) -> None:
    found = counts(
        tmp_path,
        [
            BackgroundUpdated(on=LAST, schooling="unknown", literate="unknown"),
            BackgroundUpdated(on=LAST, schooling="not-asked", literate="not-asked"),
            SkillsMapped(on=LAST, languages=("ar",), education="basic"),
            LanguageLevelReached(on=LAST, skill="reading", level="not-assessed"),
        ],
    )
    assert set(found.values()) == {0}


def test_schooling_told_at_registration_counts_and_an_occupation_is_a_work_history(tmp_path: Path) -> None:
    text = """
        who | started    | schooling
        Ana | 2022-01-10 | higher
        """
    found = counts(tmp_path, [SkillsMapped(on=LAST, occupation="2221")], text)
    assert (found["schooling"], found["work-history"], found["literacy"]) == (1, 1, 0)


def test_nobody_is_left_out_who_left_the_country_or_the_programme_unless_asked_for(tmp_path: Path) -> None:
    text = """
        who | started    | left       | abroad
        Ana | 2022-01-10 |            |
        Bo  | 2022-01-10 | 2022-02-01 |
        Che | 2022-01-10 |            | 2022-02-01
        Dia | 2026-04-02 |            |
        """
    app = people(tmp_path, text)
    assert counted(app, K1)["baseline", 3].n == 3, "Dia has not been there for three months"
    assert counted(app, K1, denominator="present")["baseline", 3].n == 2
    assert counted(app, K1, months=(1,))["baseline", 1].n == 4
