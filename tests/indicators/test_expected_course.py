"""Expected course of a cohort: who is on it, who is not judged, and that each has the verdict of the own course."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from tests.indicators.cohorts import AUTHOR, counted, exact, frames_of
from tests.indicators.courses import adopted, told
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.course.asking import course
from tracker.course.norms import FOLDER
from tracker.indicators.capacity.course import AS_ADOPTED, K4, LONGER, OUTCOMES, SHORTER
from tracker.indicators.capacity.verdicts import courses
from tracker.indicators.cohort import Cohort, members

ANA = "who | started    | track\nAna | 2022-01-01 | 1"
JUDGED = """
    who | on         | fact                   | values
    Ana | 2022-01-01 | programme-goal-set     | goal=work
    Ana | 2022-01-01 | levels below-A1        |
    Ana | 2022-06-01 | work-placement-started |
    """
"""On track 1 A1 is typical after 11 months, on 2022-12-01, and later than typical from 16.5, on 2023-05-17."""


def on_course(app: ProgressionTracker, day: str, choice: str = AS_ADOPTED) -> tuple[int, int]:
    """(people on expected course, people judged) of those in the programme on a day."""
    found = counted(app, K4, f"active:{day}")["on-course", choice]
    assert found.unknown == 0
    return found.counted, found.n


@pytest.mark.parametrize(
    "row",
    table(
        """
        at         | fact          | on                     | values                                   | on course
        2023-05-16 |               |                        |                                          | 1
        2023-05-17 |               |                        |                                          | 0
        2023-05-17 | levels A1     | 2023-05-17             |                                          | 1
        2023-05-17 | levels A1     | 2023-05-18             |                                          | 0
        2023-05-17 | levels A2     | 2021-12-01             |                                          | 1
        2023-05-26 | leave         | 2022-03-01..2022-03-10 | cause=parental                           | 1
        2023-05-27 | leave         | 2022-03-01..2022-03-10 | cause=parental                           | 0
        2023-05-17 | leave         | 2022-03-01..2022-03-10 | cause=work extends-deadline=no           | 0
        2023-05-17 | leave         | 2022-03-01..2022-03-10 | cause=parental approved=no               | 0
        2023-05-17 | leave         | 2021-11-01..2021-12-31 | cause=parental                           | 0
        2024-01-01 | leave         | 2023-05-16..           | cause=parental                           | 1
        2024-01-01 | leave         | 2023-05-17..           | cause=parental                           | 0
        2023-05-17 | language-goal | 2022-01-01             | goals=speaking=A1,reading=A1             | 0
        2023-05-17 | track         | 2023-05-17             | track=2                                  | 0
        2023-05-16 | track         | 2023-05-16             | track=2                                  | 0
        """
    ),
    ids=lambda row: f"{row['at']} {row['fact']} {row['on']} {row['values']}",
)
def test_on_course_is_who_has_nothing_later_than_typical(tmp_path: Path, row: dict[str, str]) -> None:
    names = {"leave": "leave-started", "language-goal": "language-goal-set", "track": "track-assigned"}
    first, _, last = row["on"].partition("..")
    more = f"\nAna | {first} | {names.get(row['fact'], row['fact'])} | {row['values']}" if row["fact"] else ""
    more += f"\nAna | {last} | leave-ended |" if last else ""
    assert on_course(told(tmp_path, ANA, JUDGED + more), row["at"]) == (int(row["on course"]), 1)


@pytest.mark.parametrize(
    "row",
    table(
        """
        goals                                                            | at         | on course
        2022-01-01 primary-school                                        | 2023-06-30 | 1
        2022-01-01 primary-school                                        | 2023-07-01 | 0
        2022-01-01 work, 2024-01-01 primary-school                       | 2024-01-01 | 1
        2022-01-01 work, 2024-01-01 primary-school                       | 2024-06-29 | 1
        2022-01-01 work, 2024-01-01 primary-school                       | 2024-06-30 | 0
        2022-01-01 primary-school, 2024-01-01 upper-secondary            | 2024-01-01 | 0
        2022-01-01 primary-school, 2024-01-01 work                       | 2024-01-01 | 1
        2022-01-01 primary-school, 2023-01-01 work, 2024-01-01 primary-school | 2024-06-29 | 1
        2022-01-01 primary-school, 2023-01-01 work, 2024-01-01 primary-school | 2024-06-30 | 0
        2022-01-01 primary-school, 2024-01-01 work, 2024-01-01 primary-school | 2024-01-01 | 0
        """
    ),
    ids=lambda row: f"{row['goals']} at {row['at']}",
)
def test_what_a_new_goal_brings_is_due_from_its_day_on(tmp_path: Path, row: dict[str, str]) -> None:
    """Starting primary school is typical after 12 months and later than typical after 18: 181 days from there."""
    goals = "".join(
        f"\nAna | {on} | programme-goal-set | goal={goal}" for on, goal in map(str.split, row["goals"].split(","))
    )
    facts = "who | on | fact | values\nAna | 2022-01-01 | levels B1 |\nAna | 2022-06-01 | work-placement-started |"
    text = "who | started | track | schooling\nAna | 2022-01-01 | 1 | some-basic"
    assert on_course(told(tmp_path, text, facts + goals), row["at"]) == (int(row["on course"]), 1)


GROUPS = """
    who | municipality | started    | track | schooling  | left       | abroad
    Ana | 5001         | 2022-01-01 | 1     |            |            |
    Bo  | 5001         | 2022-01-01 | 1     |            |            |
    Che | 5001         | 2022-01-01 | 1     |            |            |
    Dee | 0301         | 2022-01-01 | 1     |            |            |
    Eva | 5001         | 2022-01-01 | 1     |            |            |
    Fay | 5001         | 2022-01-01 |       | not-asked  |            |
    Gry | 5001         | 2022-01-01 |       | some-basic |            |
    Hal | 5001         | 2022-01-01 | 1     |            |            | 2022-12-01
    Ida | 5001         | 2022-01-01 | 1     |            | 2023-05-16 |
    Jo  | 5001         | 2022-01-01 | 1     |            | 2023-05-17 |
    """
FACTS_OF_GROUPS = "who | on | fact | values" + "".join(
    f"\n{who} | 2022-01-01 | {fact}"
    for who in ("Ana", "Bo", "Che", "Dee", "Eva", "Fay", "Gry", "Hal", "Ida", "Jo")
    for fact in ("programme-goal-set | goal=work", "levels below-A1 |", "work-placement-started |")
    if (who, fact[:4]) not in (("Bo", "prog"), ("Che", "leve"))
)


def test_who_cannot_be_judged_is_in_a_group_of_its_own(tmp_path: Path) -> None:
    rules = "\nEva | 2022-01-01 | background-updated | rule-set=collective-protection"
    level = "\nChe | 2023-05-17 | language-level-reached | skill=reading level=not-assessed"
    app = told(tmp_path, GROUPS, FACTS_OF_GROUPS + rules + level)
    found = counted(app, K4, "active:2023-05-17")
    people = {name: (found[name, None].counted, found[name, None].n, found[name, None].unknown) for name in OUTCOMES}
    # Hal is abroad and Ida left the day before; Jo is in the programme on the last day.
    assert people == {
        "judged": (3, 8, 0),
        "missing-baseline": (3, 8, 0),
        "no-norm-set": (1, 8, 0),
        "not-for-rule-set": (1, 8, 0),
    }
    assert on_course(app, "2023-05-17") == (0, 3)
    assert on_course(app, "2023-05-16") == (4, 4)
    everybody = counted(app, K4, "active:2022-12-15", denominator="all")["judged", None]
    assert (everybody.counted, everybody.n, everybody.unknown) == (4, 10, 1)


def test_what_was_told_of_after_the_day_does_not_count_on_it(tmp_path: Path) -> None:
    goal = "\nBo | 2022-12-31 | programme-goal-set | goal=work\nFay | 2022-12-31 | track-assigned | track=1"
    app = told(tmp_path, GROUPS, FACTS_OF_GROUPS + goal)
    assert counted(app, K4, "active:2022-12-30")["missing-baseline", None].counted == 3
    assert counted(app, K4, "active:2022-12-31")["missing-baseline", None].counted == 1


def test_without_norms_adopted_anywhere_there_is_no_figure_and_where_none_are_nobody_is_judged(tmp_path: Path) -> None:
    app = told(tmp_path, ANA, JUDGED, norms="")
    assert [row["shown"] for row in exact(app, K4, "active:2023-01-01")] == ["not-available"]
    adopted(app, "0301", "2015-01-01")
    found = counted(app, K4, "active:2023-01-01")
    assert (found["no-norm-set", None].counted, found["on-course", AS_ADOPTED].shown) == (1, "nobody")
    adopted(app, "5001", "2023-01-02")
    assert counted(app, K4, "active:2023-01-01")["no-norm-set", None].counted == 1
    assert on_course(app, "2023-01-02") == (1, 1)


@pytest.mark.parametrize(
    "row",
    table(
        """
        at         | shorter | as adopted | longer
        2023-01-12 | 1       | 1          | 1
        2023-01-13 | 0       | 1          | 1
        2023-05-16 | 0       | 1          | 1
        2023-05-17 | 0       | 0          | 1
        2023-09-19 | 0       | 0          | 1
        2023-09-20 | 0       | 0          | 0
        """
    ),
    ids=lambda row: row["at"],
)
def test_the_same_with_norms_a_quarter_shorter_and_longer(tmp_path: Path, row: dict[str, str]) -> None:
    app = told(tmp_path, ANA, JUDGED)
    found = [on_course(app, row["at"], choice)[0] for choice in (SHORTER, AS_ADOPTED, LONGER)]
    assert found == [int(row[name]) for name in ("shorter", "as adopted", "longer")]


@pytest.mark.parametrize(
    "row",
    table(
        """
        at         | A1         | A2         | reached | due
        2022-11-30 |            |            | 0       | 0
        2022-12-01 |            |            | 0       | 1
        2022-12-01 | 2022-12-01 |            | 1       | 1
        2022-12-31 | 2022-12-01 | 2022-12-02 | 1       | 1
        2023-01-01 | 2022-12-01 |            | 2       | 2
        2023-09-01 | 2022-12-01 |            | 2       | 3
        """
    ),
    ids=lambda row: f"{row['at']} {row['A1']} {row['A2']}",
)
def test_of_the_milestones_that_are_due_some_are_reached(tmp_path: Path, row: dict[str, str]) -> None:
    """A1 is due from 2022-12-01, work placement from 2023-01-01, A2 from 2023-09-01; the baseline never counts."""
    facts = "".join(f"\nAna | {row[level]} | levels {level} |" for level in ("A1", "A2") if row[level])
    text = "who | started | track\nAna | 2022-01-01 | 1\nBo | 2022-01-01 | 1"
    app = told(tmp_path, text, JUDGED + facts)
    found = counted(app, K4, f"active:{row['at']}")["milestones-reached-of-due", None]
    due = int(row["due"])
    assert found.value == (int(row["reached"]) / due if due else None)
    assert found.n == 1, "Bo cannot be judged"


def second_norms(app: ProgressionTracker) -> None:
    """Norms own@7 in the data folder: those of the tracker, with A1 a year later, and a milestone of their own."""
    text = (FOLDER / "default-1.toml").read_text(encoding="utf-8")
    text = text.replace('id = "default"\nversion = 1\n', 'id = "own"\nversion = 7\n', 1)
    text = text.replace("typical = { 1 = 11,", "typical = { 1 = 23,", 1).replace('"first-measure"', '"our-measure"')
    (app.settings.home / "norms").mkdir(parents=True)
    (app.settings.home / "norms" / "own-7.toml").write_text(text, encoding="utf-8")


def test_norms_of_several_municipalities_are_told_apart_by_id_and_version(tmp_path: Path) -> None:
    text = """
        who | municipality | started    | track
        Ana | 5001         | 2022-01-01 | 1
        Bo  | 0301         | 2022-01-01 | 1
        Che | 4601         | 2022-01-01 | 1
        """
    facts = JUDGED + "".join(line.replace("Ana", "\nBo") for line in JUDGED.splitlines(keepends=True) if "Ana" in line)
    app = told(tmp_path, text, facts)
    second_norms(app)
    adopted(app, "0301", "2022-01-01", "own@7")
    found = {row["norm-set"]: (row["counted"], row["n"]) for row in on_course_rows(app, "2023-05-17")}
    assert found == {"all": (1, 2), "default@1": (0, 1), "own@7": (1, 1), "unknown": (0, 0)}
    adopted(app, "5001", "2023-05-17", "own@7")
    found = {row["norm-set"]: (row["counted"], row["n"]) for row in on_course_rows(app, "2023-05-17")}
    assert found == {"all": (2, 2), "own@7": (2, 2), "unknown": (0, 0)}


def on_course_rows(app: ProgressionTracker, day: str) -> list[dict[str, object]]:
    rows = exact(app, K4, f"active:{day}", by=("norm-set",))
    return [row for row in rows if (row["line"], row["choice"]) == ("on-course", AS_ADOPTED)]


MANY = """
    who | municipality | started    | track | schooling  | moved           | left       | reopened
    Ana | 5001         | 2022-01-01 | 1     |            |                 |            |
    Bo  | 5001         | 2022-01-31 |       | none       | 2022-09-01 0301 |            |
    Che | 0301         | 2022-01-31 | 2     |            | 2022-09-01 5001 | 2022-10-01 | 2022-11-15
    Dee | 5001         | 2021-08-31 | 3     |            |                 |            |
    Eva | 4601         | 2022-01-01 | 1     |            |                 |            |
    Fay | 5001         | 2022-01-01 |       | not-asked  |                 |            |
    Gus | 5001         | 2021-01-01 | 1     | some-basic |                 |            |
    """
FACTS_OF_MANY = """
    who | on         | fact                   | values
    Ana | 2022-01-01 | programme-goal-set     | goal=work
    Ana | 2022-01-01 | levels below-A1        |
    Ana | 2022-06-01 | work-placement-started |
    Ana | 2023-02-01 | programme-goal-set     | goal=primary-school
    Bo  | 2022-01-31 | programme-goal-set     | goal=upper-secondary
    Bo  | 2022-01-31 | levels A1              |
    Bo  | 2022-03-01 | leave-started          | cause=birth-or-adoption
    Bo  | 2022-10-31 | leave-ended            |
    Bo  | 2023-01-15 | primary-school-enrolled |
    Che | 2022-01-31 | programme-goal-set     | goal=work
    Che | 2022-01-31 | levels A1              |
    Che | 2022-05-01 | job-started            | job=a hours-per-week=10
    Che | 2022-12-01 | job-started            | job=b hours-per-week=10
    Dee | 2021-08-31 | programme-goal-set     | goal=work
    Dee | 2021-08-31 | levels A1              |
    Dee | 2021-10-31 | levels A2              |
    Dee | 2021-10-31 | language-goal-set      | goals=listening=A2,reading=A2,writing=A2,speaking=A2
    Dee | 2021-12-01 | status-confirmed       | activities=work=25
    Eva | 2022-01-01 | programme-goal-set     | goal=work
    Fay | 2022-01-01 | programme-goal-set     | goal=work
    Gus | 2021-01-01 | programme-goal-set     | goal=upper-secondary
    Gus | 2021-01-01 | levels A2              |
    Gus | 2021-02-01 | primary-school-enrolled |
    Gus | 2022-06-30 | primary-school-completed |
    """


def test_each_has_the_verdict_that_the_own_course_has(tmp_path: Path) -> None:
    app = told(tmp_path, MANY, FACTS_OF_MANY, norms="5001 0301")
    app.correct(UUID(int=1), 3, {"on": "2022-02-01"}, "a typing error", AUTHOR)
    app.retract(UUID(int=7), 9, "of somebody else", AUTHOR)
    second_norms(app)
    adopted(app, "0301", "2022-12-15", "own@7")
    frames = frames_of(app)
    verdicts, outcomes = set(), set()
    for day in [date(year, month, 17) for year in (2022, 2023) for month in range(2, 13)]:
        active = members(frames, Cohort("active", on=day))
        found = courses(frames, active, day).join(frames.people().select("participant", "id"), on="participant")
        for row in found.iter_rows(named=True):
            own = course(app, UUID(row["id"]), day, app.log_of_facts.head())
            verdict = (row["if_shorter"], row["on_course"], row["if_longer"])
            assert (row["outcome"], row["norm_set"]) == (own.outcome, own.norm_set), (row, day)
            assert verdict == (own.if_shorter, own.on_course, own.if_longer), (row, day)
            verdicts.add(verdict)
            outcomes.add((row["outcome"], row["norm_set"]))
    none, yes, no = (None,) * 3, (True,) * 3, (False,) * 3
    assert verdicts == {none, yes, no, (False, True, True), (False, False, True)}
    assert {("judged", "default@1"), ("judged", "own@7"), ("no-norm-set", None)} < outcomes
