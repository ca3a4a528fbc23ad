"""Sustained work, month by month through the whole pipeline."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.programme import ProgrammeEnded, ProgrammeExtended, ProgrammeStarted
from events.status import PeriodObserved
from events.work import JobEnded, JobStarted, WageSubsidyGranted
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.economic.sustained import E3, E4

LEFT = date(2023, 1, 31)
HOURS = {"W": Decimal(20), "w": Decimal("19.5"), "t": Decimal(10), "l": Decimal(30), "?": None}
"""A month a letter, from February on: 20 hours, 19.5, 10, 30, unknown hours; a dot is none, a space was not seen."""


def month(number: int) -> tuple[date, date]:
    """The first and the last day of the month so many after leaving."""
    year, index = divmod(number, 12)
    return date(2023 + year, index + 1, 1), date(2023 + year, index + 1, monthrange(2023 + year, index + 1)[1])


def facts(months: str) -> Iterator[Any]:
    """The jobs and observed periods that a row of letters tells."""
    number = 1
    for letter, run in groupby(months):
        length = len(list(run))
        (first, _), (_, last) = month(number), month(number + length - 1)
        number += length
        if letter == " ":
            continue
        yield PeriodObserved(on=first, until=last)
        if letter != ".":
            yield JobStarted(on=first, job=f"job {number}", hours_per_week=HOURS[letter])
            yield JobEnded(on=last, job=f"job {number}")


def after_leaving(folder: Path, *people_months: str, **columns: str) -> ProgressionTracker:
    """People who left in January 2023, each with what followed month by month."""
    names, cells = " | ".join(["who", "left", *columns]), " | ".join(["Ana", str(LEFT), *columns.values()])
    app = people(folder, "\n".join([names, *([cells] * len(people_months))]))
    for number, months in enumerate(people_months, start=1):
        for fact in facts(months):
            app.log(UUID(int=number), fact, AUTHOR)
    return app


def answer(figure: Any) -> str:
    if figure.n == 0:
        return "out"
    return "unknown" if figure.unknown else "yes" if figure.counted else "no"


@pytest.mark.parametrize(
    "row",
    table("""
        months       | gap 0   | gap 1   | gap 2   | why
        WWWWWW...... | yes     | yes     | yes     | exactly six
        WWWWW....... | no      | no      | no      | five
        ......WWWWWW | yes     | yes     | yes     | six at the very end
        .......WWWWW | no      | no      | no      | five at the end
        WWWWWw...... | no      | no      | no      | 19.5 hours are not 20
        WWW.WWW..... | no      | yes     | yes     | a gap of one month
        WWWtWWW..... | no      | yes     | yes     | too few hours are a gap too
        WWW..WWW.... | no      | no      | yes     | a gap of two months
        WW...WWWW... | no      | no      | no      | a gap of three months
        W.W.W.W.W.W. | no      | yes     | yes     | any number of gaps
        W.W.W.W.W... | no      | no      | no      | gaps are not counted themselves
        WWW?WWW..... | unknown | yes     | yes     | a month of unknown hours is no month of work
        WWWWW?...... | unknown | unknown | unknown | but with it there might have been six
        WWWWWW????   | yes     | yes     | yes     | reached, whatever came later
        llllll...... | yes     | yes     | yes     | more than enough
        tttttttttttt | no      | no      | no      | never enough
    """),
    ids=lambda row: row["why"],
)
def test_six_months_of_20_hours_in_the_first_year_are_sustained_work(tmp_path: Path, row: dict[str, str]) -> None:
    app = after_leaving(tmp_path, row["months"])
    found = counted(app, E3)
    app.close()
    for gap in (0, 1, 2):
        assert answer(found["work-20-hours", f"gap-{gap}"]) == row[f"gap {gap}"], gap


def test_thresholds_of_10_and_30_hours_are_variants_of_their_own(tmp_path: Path) -> None:
    app = after_leaving(tmp_path, "tttttt......", "WWWWWW......", "llllll......", "wwwwwwwwwwww")
    found = counted(app, E3)
    app.close()
    counts = [found[f"work-{threshold}-hours", "gap-1"].counted for threshold in (10, 20, 30)]
    assert counts == [4, 2, 1]


def test_a_months_hours_are_the_mean_over_its_days(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work                   | hours | work 2                 | hours 2 | school
        Ana | 2023-01-31 | 2023-02-15..2023-07-31 | 40    |                        |         | 2024-01-01
        Bo  | 2023-01-31 | 2023-02-16..2023-07-31 | 38    |                        |         | 2024-01-01
        Che | 2023-01-31 | 2023-03-01..2023-08-31 | 12    | 2023-03-01..2023-08-31 | 8       | 2024-01-01
        """,
    )
    found = counted(app, E3)
    app.close()
    # Half of February at 40 hours is 20; 13 of its 28 days at 38 hours is less.
    assert found["work-20-hours", "gap-1"].counted == 2


def test_the_first_month_begins_the_day_after_leaving_and_ends_with_the_same_day_of_the_next(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | school
        Ana | 2023-01-15 | 2023-01-16..2023-07-15 | 20    | 2024-01-01
        Bo  | 2023-01-15 | 2023-01-16..2023-07-14 | 20    | 2024-01-01
        Che | 2023-01-15 | 2023-01-17..2023-07-15 | 20    | 2024-01-01
        """
    app = people(tmp_path, text)
    assert counted(app, E3)["work-20-hours", "gap-1"].counted == 1
    app.close()


def test_types_of_work_stand_apart_and_subsidised_work_is_never_among_the_others(tmp_path: Path) -> None:
    app = after_leaving(tmp_path, *["............"] * 5)
    on = date(2023, 2, 1)
    jobs = ((1, 20, False), (2, 20, True), (3, 12, False), (3, 8, True), (4, 20, False), (5, 20, True))
    for number, hours, alone in jobs:
        job = JobStarted(on=on, job=f"job {hours}", hours_per_week=Decimal(hours), self_employed=alone)
        app.log(UUID(int=number), job, AUTHOR)
    app.log(UUID(int=4), WageSubsidyGranted(on=on, job="job 20"), AUTHOR)
    found = counted(app, E3)
    app.close()
    lines = ("work", "ordinary", "self-employed", "wage-subsidy")
    assert [found[f"{line}-20-hours", "gap-1"].counted for line in lines] == [4, 1, 2, 1]


@pytest.mark.parametrize(
    "column, day, in_scope",
    [("moved", "2024-01-31 0301", 0), ("moved", "2024-02-01 0301", 1), ("died", "2024-01-31", 0), ("abroad", "", 1)],
)
def test_who_is_out_of_scope_after_a_year_is_not_counted(tmp_path: Path, column: str, day: str, in_scope: int) -> None:
    app = after_leaving(tmp_path, "WWWWWW......", **{column: day})
    found = counted(app, E3, municipality="5001")
    app.close()
    assert found["work-20-hours", "gap-1"].n == in_scope


def test_months_out_of_scope_are_not_seen_whoever_may_know_of_them(tmp_path: Path) -> None:
    app = after_leaving(tmp_path, "WWWWWWWWWWWW", "WWWWWWWWWWWW", moved="2023-07-31 0301")
    home = counted(app, E3, municipality="5001", denominator="all")
    anywhere = counted(app, E3)
    app.close()
    assert answer(home["work-20-hours", "gap-1"]) == "unknown"
    assert anywhere["work-20-hours", "gap-1"].counted == 2


def test_who_left_less_than_a_year_ago_is_not_counted_yet(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-02-01 | 20
        """
    for number, (day, n) in enumerate([(30, 0), (31, 1)]):
        app = people(tmp_path / str(number), text, now=datetime(2024, 1, day, 12, tzinfo=UTC))
        assert counted(app, E3)["work-20-hours", "gap-1"].n == n
        app.close()


@pytest.mark.parametrize(
    "row",
    table("""
        months                   | answer  | why
        WWWWWWWWWWWW............ | yes     | exactly twelve
        ............WWWWWWWWWWWW | yes     | twelve in the second year
        WWWWWWWWWWW............. | no      | eleven
        WWWWWW.WWWWWW........... | yes     | a gap of one month
        WWWWWW..WWWWWW.......... | no      | a gap of two months
        WWWWWWWWWWWW             | yes     | reached before it was no longer seen
        WWWWWWWWWWW.             | unknown | not reached, and nobody knows what followed
    """),
    ids=lambda row: row["why"],
)
def test_twelve_months_of_20_hours_in_the_first_two_years(tmp_path: Path, row: dict[str, str]) -> None:
    app = after_leaving(tmp_path, row["months"])
    found = counted(app, E4)["work-20-hours", "gap-1"]
    app.close()
    assert answer(found) == row["answer"]


@pytest.mark.parametrize(
    "row",
    table("""
        planned    | extended   | main           | reasons   | early   | why
        2023-02-01 |            | work           |           | yes     | a day before the planned end
        2023-01-31 |            | work           |           | no      | on the planned end
        2023-01-31 | 2023-06-30 | work           |           | yes     | the planned end was moved
        2023-06-30 |            | other          | work      | yes     | work among the reasons
        2023-06-30 |            | other          | education | no      | left early, not to work
                   |            | work           |           | unknown | no planned end
                   |            | other          | education | no      | not to work in any case
        2023-06-30 |            | not-registered |           | unknown | left early, nobody knows to what
        2023-01-31 |            | not-registered |           | no      | not early in any case
    """),
    ids=lambda row: row["why"],
)
def test_early_leavers_left_to_work_before_the_planned_end(tmp_path: Path, row: dict[str, str]) -> None:
    app = people(tmp_path, "who | settled\nAna | 2021-01-01")
    planned, extended = (date.fromisoformat(row[name]) if row[name] else None for name in ("planned", "extended"))
    ana = UUID(int=1)
    app.log(ana, ProgrammeStarted(on=date(2021, 2, 1), planned_end=planned), AUTHOR)
    if extended:
        app.log(ana, ProgrammeExtended(on=date(2022, 6, 1), planned_end=extended), AUTHOR)
    reasons: Any = ("health", row["reasons"]) if row["reasons"] else ()
    app.log(ana, ProgrammeEnded(on=LEFT, main_activity=row["main"], reasons=reasons), AUTHOR)  # type: ignore[arg-type]
    found = counted(app, E4, by=("early-leaver",))
    app.close()
    # The last of the figures with the same name is that of the one group there is.
    assert vars(found["work-20-hours", "gap-1"])["early-leaver"] == row["early"]
