"""Social assistance after the programme: which months count, and where nothing may be recorded."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from events.income import SocialAssistanceEnded, SocialAssistanceStarted
from events.status import PeriodObserved
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.definition import Denominator
from tracker.indicators.economic.assistance import E12

ANY, LONG, LATE, TOP_UP = (
    "any-of-12-months",
    "6-or-more-of-12-months",
    "later-than-60-months",
    "top-up-during-the-programme",
)


def helped(app: ProgressionTracker, number: int, *stretches: str) -> None:
    """Log assistance ``from`` or ``from..to`` of the person with this number."""
    for stretch in filter(None, stretches):
        first, _, last = stretch.partition("..")
        app.log(
            UUID(int=number), SocialAssistanceStarted(on=date.fromisoformat(first), basis="council decision"), AUTHOR
        )
        if last:
            app.log(UUID(int=number), SocialAssistanceEnded(on=date.fromisoformat(last)), AUTHOR)


def told(folder: Path, text: str, now: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)) -> ProgressionTracker:
    """People of a table, with ``help`` and ``help 2``: ``from..to``; ``seen``: ``from..to`` is known month by month."""
    app = people(folder, text, now)
    for number, row in enumerate(table(text), start=1):
        helped(app, number, row.get("help", ""), row.get("help 2", ""))
        if row.get("seen"):
            first, last = (date.fromisoformat(day) for day in row["seen"].split(".."))
            app.log(UUID(int=number), PeriodObserved(on=first, until=last), AUTHOR)
    return app


def line(
    app: ProgressionTracker, name: str, months: int = 12, denominator: Denominator = "present"
) -> tuple[int, int, int]:
    found: SimpleNamespace = counted(app, E12, denominator=denominator)[name, months]
    app.close()
    return found.counted, found.n, found.unknown


def shares(app: ProgressionTracker, names: Iterable[str], months: int) -> list[int]:
    found = counted(app, E12)
    return [found[name, months].counted for name in names]


@pytest.mark.parametrize(
    "stretch, counts",
    [
        ("2022-12-01..2023-01-31", 0),
        ("2022-12-01..2023-02-01", 1),
        ("2024-01-31..2024-06-30", 1),
        ("2024-02-01..2024-06-30", 0),
    ],
)
def test_the_twelve_months_are_from_the_day_after_leaving_through_the_day_a_year_later(
    tmp_path: Path, stretch: str, counts: int
) -> None:
    text = f"""
        who | left       | help      | seen
        Ana | 2023-01-31 | {stretch} | 2023-02-01..2024-03-01
        """
    assert line(told(tmp_path, text), ANY) == (counts, 1, 0)


@pytest.mark.parametrize(
    "stretch, second, counts",
    [
        ("2023-03-01..2023-07-31", "", 0),
        ("2023-03-01..2023-08-01", "", 1),
        ("2023-03-01..2023-07-31", "2024-01-31..2024-02-15", 1),
        ("2023-03-01..2023-07-15", "2023-07-20..2023-07-31", 0),
    ],
)
def test_six_months_with_any_assistance_are_long_in_a_row_or_not_and_none_counts_twice(
    tmp_path: Path, stretch: str, second: str, counts: int
) -> None:
    text = f"""
        who | left       | help      | help 2   | seen
        Ana | 2023-01-31 | {stretch} | {second} | 2023-02-01..2024-03-01
        """
    assert line(told(tmp_path, text), LONG) == (counts, 1, 0)


def test_no_assistance_is_known_only_where_every_day_of_the_months_is_known(tmp_path: Path) -> None:
    text = """
        who | settled    | left       | help                   | seen
        Ana | 2014-01-01 | 2022-01-31 | 2018-01-01..2018-02-01 | 2023-02-01..2024-01-31
        Bo  | 2014-01-01 | 2022-01-31 |                        | 2023-02-01..2024-01-30
        Che | 2014-01-01 | 2022-01-31 |                        | 2023-02-02..2024-01-31
        Dia | 2014-01-01 | 2022-01-31 | 2023-06-01..2023-06-02 |
        """
    app = told(tmp_path, text)
    found = counted(app, E12)[ANY, 24]
    assert (found.counted, found.n, found.unknown) == (1, 4, 2)


@pytest.mark.parametrize("seen, unknown", [("2023-08-01..2024-01-31", 1), ("2023-07-01..2024-01-31", 0)])
def test_long_is_unknown_only_where_the_unknown_months_could_make_it_so(
    tmp_path: Path, seen: str, unknown: int
) -> None:
    text = f"""
        who | settled    | left       | help                   | seen
        Ana | 2014-01-01 | 2022-01-31 | 2018-01-01..2018-02-01 | {seen}
        """
    assert line(told(tmp_path, text), LONG, 24) == (0, 1, unknown)


@pytest.mark.parametrize("stretch, counts", [("2020-06-01..2021-01-31", 0), ("2020-06-01..2021-02-01", 1)])
def test_late_is_after_the_sixtieth_month(tmp_path: Path, stretch: str, counts: int) -> None:
    text = f"""
        who | settled    | left       | help      | seen
        Ana | 2014-01-01 | 2016-01-31 | {stretch} | 2021-02-01..2023-01-31
        """
    app = told(tmp_path, text)
    found = counted(app, E12)
    assert (found[LATE, 72].counted, found[LATE, 72].n, found[LATE, 72].unknown) == (counts, 1, 0)
    assert (found[LATE, 84].counted, found[LATE, 84].unknown) == (counts, 0)
    assert found[LATE, 60].shown == "nobody"


def test_late_looks_back_to_the_sixtieth_month_and_not_twelve_months_only(tmp_path: Path) -> None:
    text = """
        who | settled    | left       | help                   | seen
        Ana | 2014-01-01 | 2015-01-31 | 2020-06-01..2020-06-30 | 2020-02-01..2023-01-31
        """
    assert shares(told(tmp_path, text), (ANY, LATE), 84) == [0, 1]


@pytest.mark.parametrize(
    "stretch, counts",
    [("2019-06-01..2019-07-01", 1), ("2018-06-01..2018-12-31", 0), ("2023-01-31..2023-03-01", 1), ("2023-02-01", 0)],
)
def test_a_top_up_runs_together_with_the_programme_and_counts_apart(tmp_path: Path, stretch: str, counts: int) -> None:
    text = f"""
        who | settled    | started    | left       | help
        Ana | 2018-01-01 | 2019-01-01 | 2023-01-31 | {stretch}
        """
    assert line(told(tmp_path, text), TOP_UP) == (counts, 1, 0)


def test_months_before_the_end_of_the_programme_never_count(tmp_path: Path) -> None:
    text = """
        who | left       | help
        Ana | 2023-01-31 | 2022-09-01..2023-01-31
        """
    found = counted(told(tmp_path, text), E12, months=(6,))
    assert (found[ANY, 6].counted, found[ANY, 6].n) == (0, 1)


def test_without_any_record_it_is_not_available_and_never_zero(tmp_path: Path) -> None:
    text = """
        who | left       | confirmed
        Ana | 2023-01-31 | 2023-06-01 social-assistance
        """
    (figure,) = counted(told(tmp_path, text), E12).values()
    assert (figure.shown, figure.counted, figure.value) == ("not-available", None, None)


def test_people_of_a_municipality_that_records_none_are_left_out(tmp_path: Path) -> None:
    text = """
        who | municipality | left       | help                   | seen
        Ana | 5001         | 2023-01-31 | 2023-03-01..2023-03-31 |
        Bo  | 0301         | 2023-01-31 |                        | 2023-02-01..2024-01-31
        """
    assert line(told(tmp_path, text), ANY) == (1, 1, 0)


def test_who_has_moved_to_a_municipality_that_records_none_is_unknown(tmp_path: Path) -> None:
    text = """
        who | left       | help                   | seen                   | moved
        Ana | 2023-01-31 | 2023-03-01..2023-03-31 | 2023-02-01..2024-01-31 | 2023-06-01 0301
        Bo  | 2023-01-31 |                        | 2023-02-01..2024-01-31 | 2023-06-01 0301
        Che | 2023-01-31 |                        | 2023-02-01..2024-01-31 |
        """
    assert line(told(tmp_path, text), ANY) == (1, 3, 1)


def test_what_a_status_confirms_counts_where_assistance_is_recorded(tmp_path: Path) -> None:
    text = """
        who | settled    | left       | help                   | confirmed
        Ana | 2014-01-01 | 2023-01-31 | 2018-03-01..2018-03-31 | 2023-06-01 social-assistance, 2023-09-15
        """
    app = told(tmp_path, text)
    found = counted(app, E12)
    assert (found[ANY, 12].counted, found[LONG, 12].counted) == (1, 0)


def test_the_dead_are_left_out_unless_the_figure_is_for_all(tmp_path: Path) -> None:
    text = """
        who | left       | help                   | died
        Ana | 2023-01-31 | 2023-03-01..2023-03-31 | 2024-01-31
        Bo  | 2023-01-31 | 2023-03-01..2023-03-31 | 2024-02-01
        """
    assert line(told(tmp_path / "1", text), ANY) == (1, 1, 0)
    assert line(told(tmp_path / "2", text), ANY, denominator="all") == (2, 2, 0)


def test_nobody_is_counted_before_that_many_months_have_passed(tmp_path: Path) -> None:
    text = """
        who | left       | help
        Ana | 2023-01-31 | 2023-03-01..2023-03-31
        Bo  | 2023-02-01 | 2023-03-01..2023-03-31
        """
    assert line(told(tmp_path, text, now=datetime(2024, 1, 31, 12, tzinfo=UTC)), ANY) == (1, 1, 0)
