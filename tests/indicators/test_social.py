"""Taking part, with consent alone, and contact outside one's own circle: every boundary, and what is not known."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.intake import ConsentGiven, ConsentWithdrawn
from events.participation import ElectedRoleLeft, ElectedRoleTaken, VolunteeringEnded, VolunteeringStarted
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.indicators.rounds import alike, hold
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.social import S1, S2

day = date.fromisoformat


def taking_part(folder: Path, text: str) -> ProgressionTracker:
    """People of :func:`people` who take part. Columns, all optional:

    consent: ``from..to`` of participation · sharing: the same, for another purpose
    activity: ``from..to`` several times, with commas · role: ``from..to``
    """
    app = people(folder, text)
    for number, row in enumerate(table(text), start=1):
        who = UUID(int=number)
        for column, purpose in (("consent", "participation"), ("sharing", "sharing")):
            if row.get(column):
                first, _, last = row[column].partition("..")
                app.log(who, ConsentGiven(on=day(first), purpose=purpose), AUTHOR)  # type: ignore[arg-type]
                if last:
                    app.log(who, ConsentWithdrawn(on=day(last), purpose=purpose), AUTHOR)  # type: ignore[arg-type]
        for stretch in filter(None, row.get("activity", "").split(",")):
            first, _, last = stretch.strip().partition("..")
            app.log(who, VolunteeringStarted(on=day(first), kind="sport"), AUTHOR)
            if last:
                app.log(who, VolunteeringEnded(on=day(last)), AUTHOR)
        if row.get("role"):
            first, _, last = row["role"].partition("..")
            app.log(who, ElectedRoleTaken(on=day(first), role="user-council"), AUTHOR)
            if last:
                app.log(who, ElectedRoleLeft(on=day(last), role="user-council"), AUTHOR)
    return app


def lines(folder: Path, text: str, months: int = 12, **question: Any) -> dict[str, tuple[int, int, int]]:
    """(counted, out of, unknown) of each line of S1 so many months after the start."""
    app = taking_part(folder, text)
    found = counted(app, S1, "started:2023", months=(months,), **question)
    app.close()
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


@pytest.mark.parametrize(
    "activity, counts",
    [
        ("2024-01-10..2024-01-10", 1),
        ("2023-06-01..2024-01-09", 0),
        ("2024-01-11", 0),
        ("2023-01-01", 1),
    ],
)
def test_an_activity_counts_on_the_day_itself(tmp_path: Path, activity: str, counts: int) -> None:
    found = lines(
        tmp_path,
        f"""
        who | started    | consent    | activity
        Ana | 2023-01-10 | 2023-01-01 | {activity}
        """,
    )
    assert found["takes-part"] == found["activity"] == (counts, 1, 0)
    assert found["elected-role"] == (0, 1, 0)


def test_an_elected_role_is_taking_part(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | consent    | activity   | role
        Ana | 2023-01-10 | 2023-01-01 |            | 2023-09-01
        Bo  | 2023-01-10 | 2023-01-01 | 2023-09-01 | 2023-09-01
        Che | 2023-01-10 | 2023-01-01 |            |
        """,
    )
    assert (found["takes-part"], found["activity"], found["elected-role"]) == ((2, 3, 0), (1, 3, 0), (2, 3, 0))


def test_without_consent_on_the_day_nobody_takes_part_and_nobody_does_not(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | consent                | sharing    | activity
        Ana | 2023-01-10 | 2023-01-01             |            | 2023-02-01
        Bo  | 2023-01-10 |                        |            | 2023-02-01
        Che | 2023-01-10 |                        | 2023-01-01 | 2023-02-01
        Dia | 2023-01-10 | 2023-01-01..2024-01-09 |            | 2023-02-01
        Eli | 2023-01-10 | 2023-01-01..2024-01-10 |            | 2023-02-01
        Fay | 2023-01-10 | 2024-01-10             |            |
        Gil | 2023-01-10 | 2024-01-11             |            |
        """,
    )
    assert found["consent"] == (3, 7, 0)
    assert found["takes-part"] == (2, 7, 4)
    # Of Fay nobody may have looked before the last of these days.
    assert found["six-months"] == (2, 7, 5)


def test_who_nobody_knows_of_is_unknown_though_there_is_consent(tmp_path: Path) -> None:
    text = """
        who | started    | left       | consent    | activity
        Ana | 2023-01-10 | 2023-03-01 | 2023-01-01 |
        Bo  | 2023-01-10 | 2023-03-01 | 2023-01-01 | 2023-02-01
        Che | 2023-01-10 | 2023-03-01 | 2023-01-01 | 2023-02-01..2023-08-31
        """
    assert lines(tmp_path / "12", text, 12)["takes-part"] == (1, 3, 0)
    # Nothing was told after August 2023, which says how things stood for a year.
    assert lines(tmp_path / "24", text, 24)["takes-part"] == (0, 3, 3)
    # Six months of Bo and Che are enough, whatever nobody knows of later.
    assert lines(tmp_path / "24 again", text, 24)["six-months"] == (2, 3, 0)


@pytest.mark.parametrize(
    "activity, lasting",
    [
        # Six of the days on which it is looked at, the tenth of each month.
        ("2023-03-10..2023-08-10", 1),
        ("2023-03-10..2023-08-09", 0),
        ("2023-03-11..2023-08-31", 0),
        # The day of the start itself is no month.
        ("2023-01-10..2023-06-10", 0),
        ("2023-01-10..2023-07-10", 1),
        # Gaps of one and two months are bridged and not counted; a gap of three months ends it.
        ("2023-02-01..2023-04-30, 2023-06-01..2023-08-31", 1),
        ("2023-02-01..2023-04-30, 2023-07-01..2023-09-30", 1),
        ("2023-02-01..2023-04-30, 2023-08-01..2023-10-31", 0),
        ("2023-02-01..2023-04-30, 2023-07-01..2023-08-31", 0),
        ("2023-02-01..2023-03-31, 2023-06-01..2023-07-31, 2023-10-01..2023-11-30", 1),
    ],
)
def test_six_months_with_gaps_of_two_at_most(tmp_path: Path, activity: str, lasting: int) -> None:
    text = f"""
        who | started    | consent    | activity
        Ana | 2023-01-10 | 2023-01-01 | {activity}
        """
    assert lines(tmp_path, text)["six-months"] == (lasting, 1, 0)


def test_an_activity_and_then_a_role_are_one_stretch(tmp_path: Path) -> None:
    text = """
        who | started    | consent    | activity               | role
        Ana | 2023-01-10 | 2023-01-01 | 2023-02-01..2023-04-30 | 2023-05-01..2023-07-31
        """
    assert lines(tmp_path, text)["six-months"] == (1, 1, 0)


@pytest.mark.parametrize("until, lasting", [("2024-07-10", 1), ("2024-07-09", 0)])
def test_what_comes_later_than_twelve_months_after_leaving_is_too_late(
    tmp_path: Path, until: str, lasting: int
) -> None:
    # Left on 10 July 2023: the sixth month counts on 10 July 2024 at the latest.
    text = f"""
        who | started    | left       | consent    | activity
        Ana | 2023-01-10 | 2023-07-10 | 2023-01-01 | 2024-02-01..{until}
        """
    assert lines(tmp_path, text, 24)["six-months"] == (lasting, 1, 0)


def test_six_months_that_begin_too_late_do_not_count(tmp_path: Path) -> None:
    text = """
        who | started    | left       | consent    | activity
        Ana | 2023-01-10 | 2023-07-10 | 2023-01-01 | 2024-02-11
        """
    assert lines(tmp_path, text, 24)["six-months"] == (0, 1, 0)


def test_who_moved_the_day_before_is_out_of_scope(tmp_path: Path) -> None:
    text = """
        who | started    | consent    | activity   | moved
        Ana | 2023-01-10 | 2023-01-01 | 2023-02-01 | 2024-01-10 0301
        Bo  | 2023-01-10 | 2023-01-01 | 2023-02-01 | 2024-01-11 0301
        """
    assert lines(tmp_path / "there", text, municipality="5001")["takes-part"] == (1, 1, 0)
    assert lines(tmp_path / "anywhere", text)["takes-part"] == (2, 2, 0)


def test_the_end_of_a_short_month_is_a_month_on(tmp_path: Path) -> None:
    text = """
        who | started    | consent    | activity
        Ana | 2023-01-31 | 2023-01-01 | 2023-02-28..2023-07-31
        Bo  | 2023-01-31 | 2023-01-01 | 2023-03-01..2023-07-31
        """
    assert lines(tmp_path, text)["six-months"] == (1, 2, 0)


def test_nobody_is_looked_at_beyond_the_day_of_the_figure(tmp_path: Path) -> None:
    text = """
        who | started    | consent    | activity
        Ana | 2023-06-01 | 2023-01-01 | 2023-07-01
        Bo  | 2023-06-02 | 2023-01-01 | 2023-07-01
        """
    assert lines(tmp_path, text, 36)["takes-part"] == (1, 1, 0)


def test_where_nobody_ever_consented_it_is_not_available(tmp_path: Path) -> None:
    app = taking_part(
        tmp_path,
        """
        who | started    | activity
        Ana | 2023-01-10 | 2023-02-01
        """,
    )
    assert counted(app, S1)["all", None].shown == "not-available"


def test_weekly_contact_is_a_share_of_the_answers(tmp_path: Path) -> None:
    app = people(tmp_path, "who")
    hold(app, [*alike(12, contact_weekly=1), *alike(6, contact_weekly=0), *alike(2, belonging=5)], invited=40)
    found = counted(app, S2, "year:2024")
    contact = found["weekly-contact", None]
    assert (contact.counted, contact.n, contact.unknown) == (12, 20, 2)
    assert (found["answered", None].counted, found["answered", None].n) == (20, 40)
