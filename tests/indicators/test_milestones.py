"""Milestones against their typical months, over everybody who started: boundaries, leave, loss, goals and norms."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from tests.indicators.cohorts import exact, frames_of
from tests.indicators.courses import adopted, told
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.calendar import months_after
from tracker.course.history import History
from tracker.course.norms import FOLDER, ActivityBegun
from tracker.course.reached import reaching
from tracker.indicators.capacity.course import K10, MILESTONES
from tracker.indicators.capacity.milestones import Told
from tracker.indicators.figures import LATER

START = date(2019, 1, 1)
ANA = "who | started    | track | schooling\nAna | 2019-01-01 | 1     | some-basic"
GOAL = "who | on | fact | values\nAna | 2019-01-01 | programme-goal-set | goal=work"


def later(app: ProgressionTracker, line: str, kind: str = LATER, **question: Any) -> Any:
    """The figure of a milestone, of everybody who started in 2019."""
    rows = [row for row in exact(app, K10, "started:2019", **question) if (row["line"], row["kind"]) == (line, kind)]
    return SimpleNamespace(**rows[0]) if rows else None


@pytest.mark.parametrize(
    "row",
    table(
        """
        A2         | months later
        2018-12-31 | -20
        2019-01-01 | -20
        2019-01-02 | -19
        2020-08-01 | -1
        2020-09-01 | 0
        2020-09-02 | 1
        2021-09-01 | 12
        2022-12-01 | 27
        2023-01-01 | 28
        2023-01-02 | 28
                   | 28
        """
    ),
    ids=lambda row: row["A2"] or "never",
)
def test_months_are_counted_to_the_first_day_it_is_reached_and_never_beyond_48(
    tmp_path: Path, row: dict[str, str]
) -> None:
    """On track 1 A2 is typical after 20 months, on 2020-09-01."""
    app = told(tmp_path, ANA, f"{GOAL}\nAna | {row['A2']} | levels A2 |" if row["A2"] else GOAL)
    found = later(app, "norwegian-a2")
    assert (found.value, found.n) == (float(row["months later"]), 1)


def test_who_never_gets_there_is_in_the_mean_with_the_time_waited_and_tracks_have_their_own_months(
    tmp_path: Path,
) -> None:
    text = """
        who | started    | track
        Ana | 2019-01-01 | 1
        Bo  | 2019-01-01 | 1
        Che | 2019-01-01 | 3
        """
    levels = "who | on | fact | values\nAna | 2020-03-01 | levels A2 |\nBo | 2021-07-01 | levels B1 |"
    app = told(tmp_path, text, levels)
    # 14, 30 and 48 months, where 20, 20 and 9 are typical.
    assert later(app, "norwegian-a2", "restricted mean").value == pytest.approx(92 / 3)
    found = later(app, "norwegian-a2")
    assert found.value == pytest.approx((92 - 49) / 3)
    assert found.low < found.value < found.high
    by_track = {row["track"]: row["value"] for row in exact(app, K10, "started:2019", by=("track",)) if _is(row)}
    assert by_track == pytest.approx({"all": 43 / 3, "1": 2.0, "3": 39.0})


def _is(row: dict[str, Any]) -> bool:
    return (row["line"], row["kind"]) == ("norwegian-a2", LATER)


def test_the_default_months_of_norwegian_are_the_planned_course_weeks(tmp_path: Path, reference_data: Path) -> None:
    """Whoever reaches each level when the planned weeks are over is there in the typical month."""
    with (reference_data / "fixtures" / "norms_sfi_borlange.csv").open(encoding="utf-8") as file:
        planned = {(row["track"], row["course"]): float(row["cum_months"]) for row in csv.DictReader(file)}
    ends = {
        "norwegian-a1": {"1": "SFI A"},
        "norwegian-a2": {"1": "SFI B", "2": "SFI B", "3": "SFI C"},
        "norwegian-b1": {"1": "SFI D", "2": "SFI D", "3": "SFI D"},
    }
    for milestone, courses in ends.items():
        text = "who | started | track" + "".join(f"\n{track} | {START} | {track}" for track in courses)
        facts = "who | on | fact | values" + "".join(
            f"\n{track} | {months_after(START, round(planned[track, course]))} | levels {milestone[-2:].upper()} |"
            for track, course in courses.items()
        )
        app = told(tmp_path / milestone, text, facts)
        by_track = [row for row in exact(app, K10, "started:2019", by=("track",)) if row["line"] == milestone]
        found = {row["track"]: row["value"] for row in by_track if row["kind"] == LATER}
        assert found == pytest.approx(dict.fromkeys(("all", *courses), 0.0), abs=1e-9)


@pytest.mark.parametrize(
    "row",
    table(
        """
        leave                  | values                              | months later
        2019-02-01..2019-03-02 | cause=parental                      | 0
        2019-02-01..2019-03-03 | cause=parental                      | -1
        2020-09-01..           | cause=parental                      | 0
        2020-08-31..           | cause=parental                      | 0
        2019-02-01..2019-03-31 | cause=work extends-deadline=no      | 0
        2018-10-01..2018-12-31 | cause=parental                      | 0
        """
    ),
    ids=lambda row: f"{row['leave']} {row['values']}",
)
def test_approved_leave_is_no_time(tmp_path: Path, row: dict[str, str]) -> None:
    first, _, last = row["leave"].partition("..")
    leave = f"\nAna | {first} | leave-started | {row['values']}" + (f"\nAna | {last} | leave-ended |" if last else "")
    app = told(tmp_path, ANA, f"{GOAL}{leave}\nAna | 2020-09-01 | levels A2 |")
    assert later(app, "norwegian-a2").value == float(row["months later"])


def test_time_on_leave_is_not_waited_either(tmp_path: Path) -> None:
    """Followed for 48 calendar months, of which 6 were leave: 42 months waited are no figure."""
    leave = "\nAna | 2019-02-01 | leave-started | cause=parental\nAna | 2019-07-31 | leave-ended |"
    for now, shown in ((datetime(2023, 7, 2, tzinfo=UTC), "shown"), (datetime(2023, 1, 2, tzinfo=UTC), "nobody")):
        app = told(tmp_path / shown, ANA, GOAL + leave, now=now)
        assert later(app, "norwegian-a2", "restricted mean").shown == shown


@pytest.mark.parametrize(
    "row",
    table(
        """
        out    | on              | A2         | months
        moved  | 2020-01-01 0301 |            | 48
        moved  | 2020-01-01 0301 | 2020-01-01 | 30
        moved  | 2020-01-01 0301 | 2020-01-02 | 48
        abroad | 2020-01-01      |            | 48
        died   | 2020-01-01      |            | 48
        """
    ),
    ids=lambda row: f"{row['out']} {row['A2']}",
)
def test_who_leaves_the_scope_is_waited_for_until_then(tmp_path: Path, row: dict[str, str]) -> None:
    """Ana is gone after 12 months, Bo waits on: with her A2 on the day itself the mean is 12 + 36 / 2 months."""
    text = f"""
        who | started    | track | {row["out"]}
        Ana | 2019-01-01 | 1     | {row["on"]}
        Bo  | 2019-01-01 | 1     |
        """
    level = f"\nAna | {row['A2']} | levels A2 |" if row["A2"] else ""
    app = told(tmp_path, text, "who | on | fact | values" + level)
    mean = later(app, "norwegian-a2", "restricted mean", municipality="5001")
    assert (mean.value, mean.n) == (float(row["months"]), 2)


def test_who_moved_is_still_there_in_figures_of_all_municipalities(tmp_path: Path) -> None:
    text = "who | started | track | moved\nAna | 2019-01-01 | 1 | 2020-01-01 0301"
    app = told(tmp_path, text, "who | on | fact | values\nAna | 2020-03-01 | levels A2 |")
    assert later(app, "norwegian-a2").value == -6
    assert later(app, "norwegian-a2", "restricted mean", municipality="5001").shown == "nobody"


def test_people_are_followed_until_their_situation_was_last_known(tmp_path: Path) -> None:
    """Ana left after a year and a half and was heard of no more: nobody is waited for until 48 months."""
    gone = "who | started | left | track\nAna | 2019-01-01 | 2020-06-30 | 1"
    app = told(tmp_path, gone, "")
    assert later(app, "norwegian-a2", "restricted mean").shown == "nobody"
    assert later(app, "norwegian-a2") is None


@pytest.mark.parametrize(
    "row",
    table(
        """
        schooling  | goal set   | goal            | milestone                           | typical
        some-basic | 2019-01-01 | work            | ordinary-job                        | 30
        some-basic | 2019-04-01 | work            | ordinary-job                        | 30
        some-basic | 2019-04-02 | work            | ordinary-job                        |
        some-basic | 2019-01-01 | primary-school  | ordinary-job                        |
        some-basic | 2019-01-01 | primary-school  | primary-school-completed            | 36
        some-basic | 2019-01-01 | upper-secondary | upper-secondary-after-primary-school | 39
        some-basic | 2019-01-01 | upper-secondary | upper-secondary-started             |
        basic      | 2019-01-01 | upper-secondary | upper-secondary-started             | 9
        some-basic |            |                 | norwegian-a1                        | 11
        some-basic |            |                 | first-measure                       | 12
        some-basic |            |                 | baseline                            | 3
        some-basic |            |                 | primary-school-started              |
        """
    ),
    ids=lambda row: f"{row['schooling']} {row['goal set']} {row['goal']} {row['milestone']}",
)
def test_milestones_are_those_of_the_goal_held_three_months_after_the_start(
    tmp_path: Path, row: dict[str, str]
) -> None:
    goal = f"\nAna | {row['goal set']} | programme-goal-set | goal={row['goal']}" if row["goal"] else ""
    text = f"who | started | track | schooling\nAna | 2019-01-01 | 1 | {row['schooling']}"
    app = told(tmp_path, text, "who | on | fact | values" + goal)
    found = later(app, row["milestone"])
    assert (48 - found.value if found else None) == (float(row["typical"]) if row["typical"] else None)


@pytest.mark.parametrize(
    "row",
    table(
        """
        track | schooling  | rule set              | told                                           | typical
        2     | some-basic | unknown               |                                                | 11
              | some-basic | unknown               |                                                | 20
              | higher     | integration-act-2021  |                                                | 9
              | not-asked  | unknown               |                                                |
        1     | some-basic | collective-protection |                                                |
              | some-basic | unknown               | 2019-04-01 track-assigned track=3              | 9
              | some-basic | unknown               | 2019-04-02 track-assigned track=3              | 20
        1     | some-basic | unknown               | 2019-01-01 language-goal-set goals=speaking=A1 | 20
        1     | some-basic | unknown               | 2019-04-01 language-goal-set goals=ALL         |
        1     | some-basic | unknown               | 2019-04-02 language-goal-set goals=ALL         | 20
        """
    ),
    ids=lambda row: f"{row['track']} {row['schooling']} {row['rule set']} {row['told']}",
)
def test_track_and_own_target_are_those_of_the_start(tmp_path: Path, row: dict[str, str]) -> None:
    text = f"who | started | track | schooling\nAna | 2019-01-01 | {row['track']} | {row['schooling']}"
    facts = f"who | on | fact | values\nAna | 2019-01-01 | background-updated | rule-set={row['rule set']}"
    if row["told"]:
        on, fact, values = row["told"].split()
        every = "listening=A1,reading=A1,writing=A1,speaking=A1"
        facts += f"\nAna | {on} | {fact} | {values.replace('ALL', every)}"
    app = told(tmp_path, text, facts)
    found = later(app, "norwegian-a2")
    assert (48 - found.value if found else None) == (float(row["typical"]) if row["typical"] else None)
    compared = later(app, "compared", "share")
    has_months = bool(row["typical"]) or "ALL" in row["told"]
    assert (compared.counted, compared.n) == (int(has_months), 1)


def test_the_norms_are_those_adopted_by_now_and_told_apart(tmp_path: Path) -> None:
    text = """
        who | municipality | started    | track | moved
        Ana | 5001         | 2019-01-01 | 1     | 2020-01-01 0301
        Bo  | 0301         | 2019-01-01 | 1     |
        Che | 4601         | 2019-01-01 | 1     |
        """
    app = told(tmp_path, text, norms="")
    assert [row["shown"] for row in exact(app, K10, "started:2019")] == ["not-available"]
    own = (FOLDER / "default-1.toml").read_text(encoding="utf-8")
    own = own.replace('id = "default"\nversion = 1\n', 'id = "own"\nversion = 7\n', 1)
    own = own.replace("typical = { 1 = 20,", "typical = { 1 = 60,").replace('"first-measure"', '"our-measure"')
    (app.settings.home / "norms").mkdir(parents=True)
    (app.settings.home / "norms" / "own-7.toml").write_text(own, encoding="utf-8")
    adopted(app, "5001", "2025-01-01")
    adopted(app, "0301", "2025-01-01", "default@1")
    adopted(app, "0301", "2026-06-01", "own@7")
    rows = [row for row in exact(app, K10, "started:2019", by=("newest-norm-set",)) if _is(row)]
    # More than 48 months are taken as 48: nobody can be seen to be later.
    assert {row["newest-norm-set"]: row["value"] for row in rows} == {"all": 14.0, "default@1": 28.0, "own@7": 0.0}
    measure = [row for row in exact(app, K10, "started:2019") if row["line"] == "first-measure"]
    assert {row["n"] for row in measure} == {1}, "a milestone with an id of its own has no line"
    share = later(app, "norms-adopted", "share")
    assert (share.counted, share.n) == (2, 3)


def test_every_milestone_of_the_norms_that_come_with_the_tracker_is_a_line(tmp_path: Path) -> None:
    facts = "who | on | fact | values\nAna | 2019-01-01 | programme-goal-set | goal=upper-secondary"
    app = told(tmp_path, ANA, facts)
    lines = {row["line"] for row in exact(app, K10, "started:2019") if row["kind"] == LATER}
    assert lines == set(MILESTONES) - {"upper-secondary-started", "ordinary-job"}


BEGUN = """
    who | on         | fact                        | values
    Ana | 2020-01-01 | job-started                 | job=cafe
    Ana | 2021-02-01 | job-started                 | job=shop
    Ana | 2021-01-31 | job-ended                   | job=cafe
    Ana | 2022-03-01 | primary-school-completed    |
    Ana | 2020-05-01 | programme-element-started   | element=norwegian
    Ana | 2020-06-01 | programme-element-started   | element=work-directed
    Ana | 2020-07-01 | track-assigned              | track=3
    Ana | 2021-07-01 | volunteering-started        | kind=sport
    Ana | 2024-01-01 | higher-education-enrolled   |
    """


@pytest.mark.parametrize(
    "row",
    table(
        """
        any of                                                    | on
        work                                                      | 2020-01-01
        work=shop                                                 | 2021-02-01
        work=bar                                                  |
        volunteering work=shop                                    | 2021-02-01
        volunteering work=bar                                     | 2021-07-01
        primary-school                                            | 2022-03-01
        programme-element                                         | 2020-05-01
        programme-element=work-directed                           | 2020-06-01
        programme-element=life-skills programme-element=work-directed | 2020-06-01
        programme-element=life-skills                             |
        track                                                     | 2019-01-01
        wage-subsidy contract                                     |
        higher-education                                          |
        """
    ),
    ids=lambda row: row["any of"],
)
def test_what_was_begun_is_found_for_everybody_as_in_each_journey(tmp_path: Path, row: dict[str, str]) -> None:
    """Higher education is begun after the day that is asked about."""
    app = told(tmp_path, ANA, BEGUN)
    participant, until = UUID(int=1), date(2023, 12, 31)
    by = ActivityBegun(any_of=tuple(row["any of"].split()))
    frames = frames_of(app)
    people = frames.people("participant").with_columns(decided=pl.lit(until))
    found = Told(frames, people, until).reached(by)["on"].to_list()
    assert found == ([date.fromisoformat(row["on"])] if row["on"] else [])
    alone = reaching(History(app.journey(participant).recorded, until), by).on
    assert (str(alone) if alone else "") == row["on"]
