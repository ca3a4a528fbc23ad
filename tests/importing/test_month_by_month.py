"""What rows of months say, told again and again as municipalities do; without files, to try many."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.corrections import FactCorrected, FactRetracted
from tests.importing.installation import lines_of
from tracker.importing.monthly import Calendar, following, told_by_months
from tracker.importing.plan import said_by, settle
from tracker.importing.problems import Problems
from tracker.importing.profile import Profile, load_profile
from tracker.importing.template import Line
from tracker.journey import Journey, Signature

STATES = {"w": "work", "s": "school", "b": "both", "n": "none", ".": None, "p": "part"}
PROFILE = """
[sheet]
kind = "monthly-status"
references = "test"
participant = "id"
[participant]
municipality = "5001"
settled_on = "2020-01-01"
[states]
work = { activity = "work", hours_per_week = 37.5 }
part = { activity = "work", hours_per_week = 15 }
school = { activity = "upper-secondary" }
both = [{ activity = "work", hours_per_week = 37.5 }, { activity = "upper-secondary" }]
none = {}
"""


class Overview(NamedTuple):
    """One row of months.

    :ivar start: number of the first month, 0 = January 2021
    :ivar cells: one letter a month: w work, p part-time work, s school, b both, n none, . blank
    """

    cells: str
    start: int = 0


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    path: Path = tmp_path_factory.mktemp("profile") / "months.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return load_profile(path)


def month(number: int) -> date:
    on = date(2021, 1, 1)
    for _ in range(number):
        on = following(on)
    return on


def tell(profile: Profile, journey: Journey, overview: Overview, number: int) -> Journey:
    """The journey after an import of one row."""
    columns = tuple(f"m{place}" for place in range(len(overview.cells)))
    calendar = Calendar(columns, tuple(month(overview.start + place) for place in range(len(columns))))
    line = Line(
        2, ["1", *(STATES[cell] for cell in overview.cells)], {name: at for at, name in enumerate(("id", *columns))}
    )
    problems = Problems("test")
    said = said_by(journey, "test", frozenset(f"import-{earlier}" for earlier in range(number)))
    telling = told_by_months(profile, calendar, [line], said, problems)
    signature = Signature(datetime(2024, 6, 3, tzinfo=UTC), "kari", "import", act=f"import-{number}", source="test")
    change = settle(journey, telling, said, signature, problems, 2, unreadable=False)
    assert problems.errors == 0, list(problems)
    return change.journey


def told(profile: Profile, *overviews: Overview) -> Journey:
    journey = Journey(UUID(int=1))
    for number, overview in enumerate(overviews):
        journey = tell(profile, journey, overview, number)
    return journey


def held(journey: Journey) -> list[str]:
    """Every fact that holds, with all its values."""
    return sorted(repr(entry.fact) for entry in journey.facts)


def spells(profile: Profile, *overviews: Overview) -> list[str]:
    """What holds after the overviews, apart from the registration."""
    return [line for line in lines_of(told(profile, *overviews)) if "participant-registered" not in line]


def changes(profile: Profile, *overviews: Overview) -> list[FactCorrected | FactRetracted]:
    return [
        item.fact
        for item in told(profile, *overviews).recorded
        if isinstance(item.fact, (FactCorrected, FactRetracted))
    ]


@pytest.mark.parametrize(
    "cells, expected",
    [
        ("ww", ["2021-01-01 job-started", "2021-01-01 period-observed until 2021-02-28"]),
        (
            "wn",
            [
                "2021-01-01 job-started",
                "2021-01-01 period-observed until 2021-02-28",
                "2021-01-31 job-ended",
            ],
        ),
        (
            "nws",
            [
                "2021-01-01 period-observed until 2021-03-31",
                "2021-02-01 job-started",
                "2021-02-28 job-ended",
                "2021-03-01 upper-secondary-enrolled",
            ],
        ),
        (
            "wbs",
            [
                "2021-01-01 job-started",
                "2021-01-01 period-observed until 2021-03-31",
                "2021-02-01 upper-secondary-enrolled",
                "2021-02-28 job-ended",
            ],
        ),
        (
            "wp",
            [
                "2021-01-01 job-started",
                "2021-01-01 period-observed until 2021-02-28",
                "2021-01-31 job-ended",
                "2021-02-01 job-started",
            ],
        ),
        ("..", []),
        (
            "w.w",
            [
                "2021-01-01 job-started",
                "2021-01-01 period-observed until 2021-01-31",
                "2021-03-01 period-observed until 2021-03-31",
            ],
        ),
        (
            "w.s",
            [
                "2021-01-01 job-started",
                "2021-01-01 period-observed until 2021-01-31",
                "2021-01-31 job-ended",
                "2021-03-01 period-observed until 2021-03-31",
                "2021-03-01 upper-secondary-enrolled",
            ],
        ),
        ("w..", ["2021-01-01 job-started", "2021-01-01 period-observed until 2021-01-31"]),
    ],
)
def test_equal_neighbours_are_one_spell_and_blanks_are_gaps(profile: Profile, cells: str, expected: list[str]) -> None:
    assert spells(profile, Overview(cells)) == expected


def test_one_more_month_extends_what_was_told(profile: Profile) -> None:
    assert spells(profile, Overview("nw"), Overview("nwn")) == spells(profile, Overview("nwn"))
    (extended,) = changes(profile, Overview("nw"), Overview("nwn"))
    assert isinstance(extended, FactCorrected)
    assert extended.values == {"until": "2021-03-31"}
    assert extended.reason == "changed in the sheet, import-1"


def test_a_changed_cell_becomes_a_correction_that_names_the_import(profile: Profile) -> None:
    """A job that turns out to have lasted a month longer."""
    found = changes(profile, Overview("wwnn"), Overview("wwwn"))
    assert [type(change) for change in found] == [FactCorrected]
    assert found[0].reason == "changed in the sheet, import-1"
    assert isinstance(found[0], FactCorrected) and found[0].values == {"on": "2021-03-31"}


def test_a_cell_changed_inside_a_spell_splits_it(profile: Profile) -> None:
    assert spells(profile, Overview("wwwwn"), Overview("wwnwn")) == spells(profile, Overview("wwnwn"))
    assert all(isinstance(each, FactCorrected) for each in changes(profile, Overview("wwwwn"), Overview("wwnwn")))


def test_an_emptied_gap_between_two_spells_joins_them(profile: Profile) -> None:
    assert spells(profile, Overview("wwnwn"), Overview("wwwwn")) == spells(profile, Overview("wwwwn"))


def test_other_hours_in_the_same_months_are_a_correction_of_the_start(profile: Profile) -> None:
    (found,) = changes(profile, Overview("www"), Overview("ppp"))
    assert isinstance(found, FactCorrected) and found.values == {"hours_per_week": "15"}


def test_an_overview_that_starts_later_goes_on_with_the_running_spell(profile: Profile) -> None:
    later = told(profile, Overview("nww"), Overview("wwwn", start=1))
    assert lines_of(later) == lines_of(told(profile, Overview("nwwwn")))
    assert not any(isinstance(item.fact, FactRetracted) for item in later.recorded)


def test_a_spell_told_before_ends_where_the_later_overview_says_otherwise(profile: Profile) -> None:
    """January to March in work; the next overview begins in June, in school: the job is known until March."""
    assert spells(profile, Overview("www"), Overview("ss", start=5)) == [
        "2021-01-01 job-started",
        "2021-01-01 period-observed until 2021-03-31",
        "2021-03-31 job-ended",
        "2021-06-01 period-observed until 2021-07-31",
        "2021-06-01 upper-secondary-enrolled",
    ]


def test_an_overview_that_starts_earlier_moves_the_start(profile: Profile) -> None:
    assert spells(profile, Overview("ww", start=2), Overview("nwww")) == spells(profile, Overview("nwww"))


def test_an_older_shorter_overview_takes_nothing_back(profile: Profile) -> None:
    assert spells(profile, Overview("wwnss"), Overview("wwn")) == spells(profile, Overview("wwnss"))


cells = st.text("wpsbn.", min_size=1, max_size=10)


@settings(deadline=None)
@given(st.lists(cells.flatmap(lambda row: st.just(row.ljust(10, "."))), min_size=2, max_size=4))
def test_the_last_telling_of_the_same_months_holds_however_it_was_told_before(
    profile: Profile, rows: Sequence[str]
) -> None:
    journey = told(profile, *(Overview(row) for row in rows))
    assert held(journey) == held(told(profile, Overview(rows[-1])))
    again = tell(profile, Journey(journey.id, journey.recorded), Overview(rows[-1]), len(rows))
    assert again.pending == []


@settings(deadline=None)
@given(cells, st.data())
def test_a_rolling_overview_tells_what_the_whole_one_tells(profile: Profile, row: str, data: st.DataObject) -> None:
    """Windows that roll over the same months, none leaving a month out, tell together what one overview tells."""
    end = data.draw(st.integers(1, len(row)), label="end")
    windows = [(0, end)]
    while end < len(row):
        start = data.draw(st.integers(windows[-1][0], end), label="start")
        end = data.draw(st.integers(end + 1, len(row)), label="end")
        windows.append((start, end))
    overviews = [Overview(row[start:end], start) for start, end in windows]
    journey = told(profile, *overviews)
    assert held(journey) == held(told(profile, Overview(row)))
    again = tell(profile, Journey(journey.id, journey.recorded), overviews[-1], len(overviews))
    assert again.pending == []
