"""Primary school: who completes it by when, and what those who did come to."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.cohorts import counted, exact, frames_of
from tests.indicators.courses import told
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.behind import people_behind
from tracker.indicators.capacity.primary_school import COMPLETED, K7, K8
from tracker.indicators.cohort import Cohort
from tracker.indicators.pipeline import Question

FACTS = "who | on | fact | values"
OBSERVED = "\n{who} | {on} | period-observed | until={until}"


def seen(*who: str, on: str = "2014-01-01", until: str = "2026-05-31") -> str:
    """Further facts by which these people's situation is known all the time."""
    return "".join(OBSERVED.format(who=each, on=on, until=until) for each in who)


def figure(app: ProgressionTracker, indicator: Any, cohort: str, key: tuple[str, Any], **question: Any) -> Any:
    """(counted, n, unknown) of a line."""
    found = counted(app, indicator, cohort, **question)[key]
    return found.counted, found.n, found.unknown


@pytest.mark.parametrize(
    "row",
    table(
        """
        completed  | by 24 | by 36 | by 48 | by 60
        2017-01-01 | 1     | 1     | 1     | 1
        2017-01-02 | 0     | 1     | 1     | 1
        2018-01-01 | 0     | 1     | 1     | 1
        2018-01-02 | 0     | 0     | 1     | 1
        2020-01-01 | 0     | 0     | 0     | 1
        2020-01-02 | 0     | 0     | 0     | 0
        2015-01-01 | 1     | 1     | 1     | 1
        """
    ),
    ids=lambda row: row["completed"],
)
def test_completed_by_a_month_is_completed_up_to_the_same_day_of_it(tmp_path: Path, row: dict[str, str]) -> None:
    text = "who | settled | schooling\nAna | 2015-01-01 | some-basic\nBo | 2015-01-01 | none"
    facts = f"{FACTS}\nAna | {row['completed']} | primary-school-completed |{seen('Ana', 'Bo')}"
    found = counted(told(tmp_path, text, facts), K7, "settled:2015")
    assert {months: found[COMPLETED, months].value for months in (24, 36, 48, 60)} == {
        months: int(row[f"by {months}"]) / 2 for months in (24, 36, 48, 60)
    }


@pytest.mark.parametrize(
    "row",
    table(
        """
        schooling            | completed  | group
        none                 |            | without-primary-school
        some-basic           |            | without-primary-school
        basic-not-equal      |            | without-primary-school
        basic-not-equal      | 2014-12-31 | with-primary-school
        basic-not-equal      | 2015-01-01 | without-primary-school
        basic                |            | with-primary-school
        some-upper-secondary |            | with-primary-school
        higher               |            | with-primary-school
        higher               | 2016-01-01 | with-primary-school
        unknown              |            | schooling-unknown
        not-asked            |            | schooling-unknown
        not-asked            | 2014-12-31 | with-primary-school
        not-asked            | 2016-01-01 | schooling-unknown
        """
    ),
    ids=lambda row: f"{row['schooling']} {row['completed']}",
)
def test_only_those_settled_without_primary_school_are_counted(tmp_path: Path, row: dict[str, str]) -> None:
    text = f"who | settled | schooling\nAna | 2015-01-01 | {row['schooling']}"
    done = f"\nAna | {row['completed']} | primary-school-completed |" if row["completed"] else ""
    app = told(tmp_path, text, FACTS + done + seen("Ana"))
    found = counted(app, K7, "settled:2015")
    groups = [
        name
        for name in ("schooling-unknown", "without-primary-school", "with-primary-school")
        if found[name, 24].counted
    ]
    assert groups == [row["group"]]
    assert found[COMPLETED, 24].n == (row["group"] == "without-primary-school")


def test_schooling_that_was_learnt_of_later_counts_as_it_was_at_the_start(tmp_path: Path) -> None:
    text = "who | settled | schooling\nAna | 2015-01-01 | not-asked\nBo | 2015-01-01 | none"
    facts = f"""{FACTS}
        Ana | 2019-01-01 | background-updated | schooling=some-basic
        Bo  | 2019-01-01 | background-updated | schooling=basic
        """
    found = counted(told(tmp_path, text, facts + seen("Ana").strip()), K7, "settled:2015")
    assert (found[COMPLETED, 60].n, found["with-primary-school", 60].counted) == (1, 1)


def test_started_is_not_completed_and_the_first_completion_counts(tmp_path: Path) -> None:
    text = """
        who | settled    | schooling | school
        Ana | 2015-01-01 | none      | 2015-06-01
        Bo  | 2015-01-01 | none      | 2015-06-01
        """
    facts = f"""{FACTS}
        Bo | 2016-06-01 | primary-school-completed |
        Bo | 2017-06-01 | primary-school-enrolled |
        Bo | 2019-06-01 | primary-school-completed |
        """
    app = told(tmp_path, text, facts.rstrip() + seen("Ana", "Bo"))
    assert figure(app, K7, "settled:2015", (COMPLETED, 24)) == (1, 2, 0)
    assert figure(app, K7, "settled:2015", (COMPLETED, 60)) == (1, 2, 0)


def test_who_leaves_the_scope_competes_and_who_is_not_known_of_is_followed_no_further(tmp_path: Path) -> None:
    text = """
        who | settled    | schooling | moved           | died
        Ana | 2015-01-01 | none      |                 |
        Bo  | 2015-01-01 | none      | 2016-01-01 0301 |
        Che | 2015-01-01 | none      |                 | 2016-01-01
        Dee | 2015-01-01 | none      |                 |
        """
    facts = f"{FACTS}\nAna | 2017-06-01 | primary-school-completed |"
    app = told(tmp_path, text, facts + seen("Ana") + seen("Dee", until="2015-12-31"))
    here = counted(app, K7, "settled:2015", municipality="5001")
    # Dee was last known of in the first year; of the other three two left the scope after it.
    assert here[COMPLETED, 36].value == pytest.approx(1 / 3)
    assert (here[COMPLETED, 36].n, here[COMPLETED, 36].unknown) == (4, 1)
    assert here[COMPLETED, "out-of-scope"].value == pytest.approx(2 / 3)
    assert counted(app, K7, "settled:2015", denominator="all")[COMPLETED, 36].value == pytest.approx(1 / 4)
    assert counted(app, K7, "settled:2015", denominator="present")[COMPLETED, 36].n == 3


def test_by_age(tmp_path: Path) -> None:
    text = """
        who | settled    | schooling | born
        Ana | 2015-01-01 | none      | 1995
        Bo  | 2015-01-01 | none      | 1970
        """
    app = told(tmp_path, text, f"{FACTS}\nAna | 2016-06-01 | primary-school-completed |" + seen("Ana", "Bo"))
    rows = exact(app, K7, "settled:2015", by=("age",))
    at = {
        row["age"]: row["value"] for row in rows if (row["line"], row["months"], row["choice"]) == (COMPLETED, 24, None)
    }
    assert at == {"all": 0.5, "18-25": 1.0, "36-45": 0.0}


UPPER = "in-upper-secondary-by-then"


@pytest.mark.parametrize(
    "row",
    table(
        """
        on         | fact                            | values         | by 12 | by 60
        2019-01-31 | upper-secondary-enrolled        |                | 1     | 1
        2019-01-30 | upper-secondary-enrolled        |                | 1     | 1
        2020-01-31 | upper-secondary-enrolled        |                | 1     | 1
        2020-02-01 | upper-secondary-enrolled        |                | 0     | 1
        2024-01-31 | upper-secondary-enrolled        |                | 0     | 1
        2024-02-01 | upper-secondary-enrolled        |                | 0     | 0
        2020-01-31 | upper-secondary-left            |                | 1     | 1
        2020-01-31 | status-confirmed                | activities=upper-secondary | 1 | 1
        2020-01-31 | primary-school-enrolled         |                | 0     | 0
        2019-06-01 | trade-certificate-awarded       | trade=baker    | 0     | 0
        """
    ),
    ids=lambda row: f"{row['on']} {row['fact']}",
)
def test_in_upper_secondary_is_from_the_day_itself_to_the_last_day_looked_at(
    tmp_path: Path, row: dict[str, str]
) -> None:
    facts = (
        f"{FACTS}\nAna | 2019-01-31 | primary-school-completed |\nAna | {row['on']} | {row['fact']} | {row['values']}"
    )
    app = told(tmp_path, "who | settled\nAna | 2015-01-01", facts + seen("Ana"))
    assert [figure(app, K8, "primary-school:2019", (UPPER, months)) for months in (12, 60)] == [
        (int(row[f"by {months}"]), 1, 0) for months in (12, 60)
    ]


def test_upper_secondary_left_before_primary_school_was_completed_does_not_count(tmp_path: Path) -> None:
    text = "who | settled\nAna | 2015-01-01\nBo | 2015-01-01"
    facts = FACTS + "".join(
        f"""
        {who} | 2018-01-01 | upper-secondary-enrolled |
        {who} | {left} | upper-secondary-left |
        {who} | 2019-01-31 | primary-school-completed |"""
        for who, left in (("Ana", "2019-01-30"), ("Bo", "2019-01-31"))
    )
    app = told(tmp_path, text, facts + seen("Ana", "Bo"))
    assert figure(app, K8, "primary-school:2019", (UPPER, 12)) == (1, 2, 0)


COMPLETED_OR_CERTIFICATE = "upper-secondary-or-certificate-completed"


@pytest.mark.parametrize(
    "row",
    table(
        """
        on         | fact                           | counts
        2024-01-31 | upper-secondary-completed      | 1
        2024-01-31 | trade-certificate-awarded      | 1
        2024-02-01 | upper-secondary-completed      | 0
        2019-01-30 | trade-certificate-awarded      | 0
        2019-01-31 | trade-certificate-awarded      | 1
        2023-01-31 | upper-secondary-year-completed | 0
        """
    ),
    ids=lambda row: f"{row['on']} {row['fact']}",
)
def test_upper_secondary_is_completed_or_a_certificate_got_within_five_years(
    tmp_path: Path, row: dict[str, str]
) -> None:
    values = {"upper-secondary-year-completed": "year=1", "trade-certificate-awarded": "trade=baker"}.get(
        row["fact"], ""
    )
    facts = f"{FACTS}\nAna | 2019-01-31 | primary-school-completed |\nAna | {row['on']} | {row['fact']} | {values}"
    app = told(tmp_path, "who | settled\nAna | 2015-01-01", facts + seen("Ana"))
    assert figure(app, K8, "primary-school:2019", (COMPLETED_OR_CERTIFICATE, 60)) == (int(row["counts"]), 1, 0)


WORK = "work-20-hours-or-higher-education"


@pytest.mark.parametrize(
    "row",
    table(
        """
        work                   | hours | work 2     | hours 2 | higher     | counts | unknown
        2020-01-01             | 20    |            |         |            | 1      | 0
        2020-01-01             | 19.5  |            |         |            | 0      | 0
        2020-01-01             | 10    | 2024-01-31 | 10      |            | 1      | 0
        2020-01-01             | 10    | 2024-02-01 | 10      |            | 0      | 0
        2020-01-01..2024-01-31 | 20    |            |         |            | 1      | 0
        2020-01-01..2024-01-30 | 20    |            |         |            | 0      | 0
        2020-01-01             |       |            |         |            | 0      | 1
        2020-01-01             |       |            |         | 2023-08-15 | 1      | 0
                               |       |            |         | 2024-01-31 | 1      | 0
                               |       |            |         | 2024-02-01 | 0      | 0
                               |       |            |         |            | 0      | 0
        """
    ),
    ids=lambda row: " ".join(row.values()),
)
def test_work_of_20_hours_or_higher_education_five_years_on(tmp_path: Path, row: dict[str, str]) -> None:
    names = ("work", "hours", "work 2", "hours 2", "higher")
    text = f"who | {' | '.join(names)}\nAna | {' | '.join(row[name] for name in names)}"
    facts = f"{FACTS}\nAna | 2019-01-31 | primary-school-completed |" + seen("Ana", on="2019-01-01")
    app = told(tmp_path, text, facts)
    expected = (int(row["counts"]), 1, int(row["unknown"]))
    assert figure(app, K8, "primary-school:2019", (WORK, 60)) == expected


def test_of_whom_nobody_knows_later_only_what_was_told_of_is_known(tmp_path: Path) -> None:
    text = "who | settled\nAna | 2015-01-01\nBo | 2015-01-01"
    facts = f"""{FACTS}
        Ana | 2019-01-31 | primary-school-completed |
        Bo  | 2019-01-31 | primary-school-completed |
        Ana | 2019-08-15 | upper-secondary-enrolled |"""
    app = told(tmp_path, text, facts)
    assert figure(app, K8, "primary-school:2019", (UPPER, 60)) == (1, 2, 1)
    assert figure(app, K8, "primary-school:2019", (WORK, 60)) == (0, 2, 2)


def test_only_those_followed_long_enough_and_in_scope_are_counted(tmp_path: Path) -> None:
    text = """
        who | settled    | moved           | died
        Ana | 2015-01-01 |                 |
        Bo  | 2015-01-01 | 2020-01-31 0301 |
        Che | 2015-01-01 |                 | 2020-02-01
        """
    facts = FACTS + "".join(f"\n{who} | 2019-01-31 | primary-school-completed |" for who in ("Ana", "Bo", "Che"))
    facts += "\nAna | 2020-03-01 | primary-school-enrolled |"
    app = told(tmp_path / "now", text, facts)
    found = [counted(app, K8, "primary-school:2019", municipality="5001")[UPPER, months].n for months in (12, 60)]
    assert found == [2, 1]
    assert counted(app, K8, "primary-school:2019")[UPPER, 12].n == 3
    for day, n in ((30, 0), (31, 1)):
        app = told(tmp_path / str(day), text, facts, now=datetime(2024, 1, day, 12, tzinfo=UTC))
        assert counted(app, K8, "primary-school:2019", municipality="5001")[UPPER, 60].n == n


SPLIT = ("completed-by-60-months", "not-completed-by-60-months")


@pytest.mark.parametrize(
    "row",
    table(
        """
        completed  | hours | position | line | 1 hour | 20 hours | unknown
        2020-01-01 | 20    |          | 0    | 1      | 1        | 0
        2020-01-02 | 20    |          | 1    | 1      | 1        | 0
        2016-01-01 | 19.5  |          | 0    | 1      | 0        | 0
                   | 5     |          | 1    | 1      | 0        | 0
                   |       |          | 1    | 1      | 0        | 1
        2015-01-01 | 20    |          | 0    | 1      | 1        | 0
        """
    ),
    ids=lambda row: " ".join(row.values()),
)
def test_work_nine_years_after_settlement_by_primary_school_five_years_after(
    tmp_path: Path, row: dict[str, str]
) -> None:
    text = f"""
        who | settled    | schooling | work       | hours
        Ana | 2015-01-01 | none      | 2024-01-01 | {row["hours"]}
        Bo  | 2015-01-01 | basic     | 2024-01-01 | 37.5
        Che | 2015-01-01 | not-asked | 2024-01-01 | 37.5
        """
    done = f"\nAna | {row['completed']} | primary-school-completed |" if row["completed"] else ""
    app = told(
        tmp_path, text, FACTS + done + "\nBo | 2016-01-01 | primary-school-completed |" + seen("Ana", "Bo", "Che")
    )
    found = counted(app, K8, "settled:2015")
    mine, other = SPLIT[int(row["line"])], SPLIT[1 - int(row["line"])]
    assert [found[other, choice].n for choice in ("work-1-hour", "work-20-hours")] == [0, 0]
    one, twenty = found[mine, "work-1-hour"], found[mine, "work-20-hours"]
    assert (one.counted, one.n, one.unknown) == (int(row["1 hour"]), 1, 0)
    assert (twenty.counted, twenty.n, twenty.unknown) == (int(row["20 hours"]), 1, int(row["unknown"]))


@pytest.mark.parametrize(
    "row",
    table(
        """
        what      | on         | counted among
        died      | 2019-12-31 | 0
        died      | 2020-01-02 | 0
        died      | 2024-01-02 | 1
        abroad    | 2020-01-01 | 0
        seen from | 2020-01-01 | 1
        seen from | 2020-01-02 | 0
        seen to   | 2019-12-31 | 0
        seen to   | 2020-01-01 | 1
        """
    ),
    ids=lambda row: f"{row['what']} {row['on']}",
)
def test_the_landmark_is_for_those_in_scope_and_known_of_then_and_the_end_for_those_in_scope(
    tmp_path: Path, row: dict[str, str]
) -> None:
    """Nobody is counted for having completed it later, nor for having lived long enough to do so."""
    gone = row["what"] in ("died", "abroad")
    text = "who | settled | schooling" + (f" | {row['what']}" if gone else "")
    text += "\nAna | 2015-01-01 | none" + (f" | {row['on']}" if gone else "")
    text += "\nBo | 2015-01-01 | higher" + (" |" if gone else "")
    known = {"seen from": {"on": row["on"]}, "seen to": {"until": row["on"]}}.get(row["what"], {})
    app = told(tmp_path, text, f"{FACTS}\nBo | 2016-01-01 | primary-school-completed |" + seen("Ana", **known))
    assert counted(app, K8, "settled:2015")[SPLIT[1], "work-1-hour"].n == int(row["counted among"])


def test_who_lived_elsewhere_at_the_landmark_is_not_counted_even_if_back_at_the_end(tmp_path: Path) -> None:
    text = "who | settled | schooling\nAna | 2015-01-01 | none\nBo | 2015-01-01 | higher"
    facts = f"""{FACTS}
        Bo  | 2016-01-01 | primary-school-completed |
        Ana | 2019-06-01 | moved-to-municipality | municipality=0301
        Ana | 2021-01-01 | moved-to-municipality | municipality=5001"""
    app = told(tmp_path, text, facts + seen("Ana"))
    found = [counted(app, K8, "settled:2015", municipality=code)[SPLIT[1], "work-1-hour"].n for code in (None, "5001")]
    assert found == [1, 0]


def test_who_completes_it_after_the_landmark_stays_with_those_who_had_not(tmp_path: Path) -> None:
    text = "who | settled | schooling | work | hours\nAna | 2015-01-01 | none | 2023-01-01 | 37.5"
    app = told(tmp_path, text, f"{FACTS}\nAna | 2021-06-01 | primary-school-completed |" + seen("Ana"))
    found = counted(app, K8, "settled:2015", months=(60, 108))
    assert found[SPLIT[0], "work-20-hours"].n == 0
    assert figure(app, K8, "settled:2015", (SPLIT[1], "work-20-hours")) == (1, 1, 0)
    # At the landmark itself there is nothing to look at yet.
    at_once = [row for row in exact(app, K8, "settled:2015", months=(60,)) if row["n"]]
    assert at_once == []


def test_each_axis_has_its_own_lines_and_people_behind_them(tmp_path: Path) -> None:
    text = "who | settled | schooling\nAna | 2015-01-01 | none"
    app = told(tmp_path, text, f"{FACTS}\nAna | 2019-01-31 | primary-school-completed |" + seen("Ana"))
    for cohort, lines in (
        ("primary-school:2019", {UPPER, COMPLETED_OR_CERTIFICATE, WORK}),
        ("settled:2015", set(SPLIT)),
    ):
        assert {row["line"] for row in exact(app, K8, cohort)} == lines
        assert {row["line"] for row in exact(app, K8, cohort, by=("gender",))} == lines
        behind = people_behind(frames_of(app), K8, Question(Cohort.parse(cohort)))
        assert set(behind["line"]) <= lines
        assert behind.height
