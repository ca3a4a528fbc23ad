"""Looking at journeys: one on both clocks, and all of them in a list."""

import json
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tracker.readmodel.tables import FOLD


@pytest.fixture
def worker(terminal: Terminal) -> str:
    """A participant with a reference, a programme that ended, a track, levels and a job that was put right.

    Versions: 1 registered, 2 programme, 3 track, 4 and 5 levels, 6 job, 7 correction of 6, 8 programme ended.
    """
    ana = terminal.register("--reference", "visma:1042", "--gender", "female")
    for words in (
        ("programme-started", "--on", "2021-05-03", "--hours-per-week", "30"),
        ("track-assigned", "--on", "2021-05-03", "--track", "2"),
        ("language-level-reached", "--on", "2022-05-02", "--skill", "speaking", "--level", "B1"),
        ("language-level-reached", "--on", "2022-09-02", "--skill", "speaking", "--level", "A2"),
        ("job-started", "--on", "2023-02-01", "--job", "cafe", "--hours-per-week", "20"),
    ):
        terminal.done("log", ana, *words)
    terminal.done("correct", ana, 6, "--set", "hours-per-week=25", "--reason", "read wrongly")
    terminal.done("log", ana, "programme-ended", "--on", "2023-05-02", "--main-activity", "work")
    return ana


def shown(terminal: Terminal, *words: object) -> dict[str, Any]:
    page: dict[str, Any] = json.loads(terminal.done("show", *words, "--format", "json"))
    return page


def test_a_page_shows_the_journey_as_it_is_today(terminal: Terminal, worker: str) -> None:
    page = terminal.done("show", worker)
    assert f"participant  {worker}\nreference    visma:1042\n" in page
    assert f"as known at @8 (fold {FOLD}); at version 8" in page
    assert "  settled-on             2021-03-15\n" in page
    assert "running\n  track 2, since 2021-05-03\n  work 'cafe' ordinary 25 hours a week, since 2023-02-01\n" in page
    assert "  speaking   B1 (2022-05-02, unknown)\n" in page
    assert "unusual\n  level-below-earlier: fact 5, 2022-09-02, speaking\n" in page


def test_a_page_shows_facts_in_the_order_in_which_they_happened_with_what_became_of_them(
    terminal: Terminal, worker: str
) -> None:
    terminal.done("log", worker, "job-started", "--on", "2020", "--job", "farm", "--told-by", "participant")
    terminal.done("retract", worker, 3, "--reason", "another person")
    facts = terminal.done("show", worker).partition("\nfacts\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split("[")[0].rstrip() for line in facts] == [
        "    9  2020        job-started  job=farm",
        "    1  2021-03-15  participant-registered  municipality=5001, settled-on=2021-03-15, gender=female",
        "    2  2021-05-03  programme-started  hours-per-week=30",
        "    3  2021-05-03  track-assigned  track=2",
        "                   retracted by 10 (another person, kari)",
        "    4  2022-05-02  language-level-reached  skill=speaking, level=B1",
        "    5  2022-09-02  language-level-reached  skill=speaking, level=A2",
        "    6  2023-02-01  job-started  job=cafe, hours-per-week=25",
        "                   corrected by 7: hours-per-week=25 (read wrongly, kari)",
        "    8  2023-05-02  programme-ended  main-activity=work",
    ]
    assert facts[0].endswith(", told by participant]")


def test_a_correction_that_was_taken_back_leaves_no_mark(terminal: Terminal, worker: str) -> None:
    terminal.done("retract", worker, 7, "--reason", "it was right")
    job = next(fact for fact in shown(terminal, worker)["facts"] if fact["fact"] == "job-started")
    assert (job["values"]["hours-per-week"], job["marks"]) == (20, [])


def test_a_page_at_a_day_leaves_out_what_happened_later(terminal: Terminal, worker: str) -> None:
    page = shown(terminal, worker, "--at", "31.12.2022")
    assert [row["activity"] for row in page["running"]] == ["programme", "track"]
    assert [fact["version"] for fact in page["facts"]] == [1, 2, 3, 4, 5]
    assert shown(terminal, worker, "--at", "2023-05-02")["running"][0]["activity"] == "programme"
    assert "programme" not in [row["activity"] for row in shown(terminal, worker, "--at", "2023-05-03")["running"]]
    before = shown(terminal, worker, "--at", "2020-01-01")
    assert (before["start"], before["running"], before["facts"]) == (None, [], [])


def test_a_page_at_a_position_leaves_out_what_was_recorded_later(terminal: Terminal, worker: str) -> None:
    page = shown(terminal, worker, "--known-at", "@6")
    assert (page["known_at"], page["version"]) == (6, 6)
    assert [(row["activity"], row["hours_per_week"]) for row in page["running"]] == [
        ("programme", 30.0),
        ("track", None),
        ("work", 20.0),
    ]


def test_an_answer_at_a_position_stays_when_more_is_recorded(terminal: Terminal, worker: str) -> None:
    before = terminal.done("show", worker, "--known-at", "@8", "--at", "2024-01-01")
    terminal.done("correct", worker, 6, "--set", "on=2023-01", "--reason", "read wrongly")
    terminal.done("retract", worker, 4, "--reason", "read wrongly")
    assert terminal.done("show", worker, "--known-at", "@8", "--at", "2024-01-01") == before
    assert terminal.done("show", worker, "--at", "2024-01-01") != before


def test_a_page_as_known_on_a_day_takes_the_end_of_that_day(terminal: Terminal, worker: str) -> None:
    assert shown(terminal, worker, "--known-at", "2100-01-01")["known_at"] == 8
    message = terminal.refused("show", worker, "--known-at", "2020-01-01")
    assert "nothing was recorded of this participant at @0" in message


@pytest.mark.parametrize(
    "known_at, expected",
    [
        ("yesterday", "expected @POSITION, a date such as 2024-02-01, or a moment"),
        ("@x", "expected a position such as @1200, got '@x'"),
        ("@-1", "expected a position such as @1200, got '@-1'"),
        ("2024-13-01", "expected @POSITION, a date"),
    ],
)
def test_a_moment_that_is_none_is_refused(terminal: Terminal, worker: str, known_at: str, expected: str) -> None:
    assert expected in terminal.refused("show", worker, "--known-at", known_at)
    assert expected in terminal.refused("list", "--known-at", known_at).splitlines()[-1]


@pytest.mark.parametrize("day", ["2024", "2024-02", "tomorrow", "30.02.2024", ""])
def test_a_day_that_is_none_is_wrong_usage(terminal: Terminal, worker: str, day: str) -> None:
    assert "Invalid value for '--at': expected a" in terminal.misused("show", worker, "--at", day)


def test_exact_answers_say_on_stderr_that_they_are_not_for_publication(terminal: Terminal, worker: str) -> None:
    for words in (("show", worker), ("list",)):
        assert "not for publication" in terminal.run(*words).stderr


def test_a_stranger_is_refused(terminal: Terminal, worker: str) -> None:
    assert terminal.refused("show", "visma:7") == "error: no participant has this reference in visma\n"


def test_a_forgotten_participant_is_refused(terminal: Terminal, worker: str) -> None:
    terminal.done("forget", worker, "--yes")
    assert terminal.refused("show", worker) == "error: this participant has been erased\n"
    assert len(terminal.done("list", "--format", "csv").splitlines()) == 1


def test_the_list_tells_where_since_when_on_which_track_and_what_runs(terminal: Terminal, worker: str) -> None:
    terminal.done("log", worker, "primary-school-enrolled", "--on", "2023-08-15")
    other = terminal.register("--on", "2022-01-01")
    assert terminal.done("list", "--format", "csv").splitlines() == [
        "participant,references,municipality,settled_on,track,programme,since,running",
        *sorted(
            (
                f'{worker},visma:1042,5001,2021-03-15,2,ended,2023-05-02,"work 25 h, primary-school"',
                f"{other},,5001,2021-03-15,,before,,",
            ),
        ),
    ]
    table = terminal.done("list").splitlines()
    assert (len(table), table[0].split()[0]) == (4, "participant")


def test_the_list_at_a_day_and_position(terminal: Terminal, worker: str) -> None:
    def listed(*words: object) -> list[Any]:
        rows: list[Any] = json.loads(terminal.done("list", "--format", "json", *words))
        return [[row["programme"], row["since"], row["running"]] for row in rows]

    work = {"activity": "work", "key": "cafe", "hours_per_week": 25.0}
    assert listed("--at", "2022-01-01") == [["running", "2021-05-03", []]]
    assert listed("--at", "2021-04-01") == [["before", None, []]]
    assert listed("--at", "2021-03-14") == []
    assert listed("--at", "2023-05-03") == [["ended", "2023-05-02", [work]]]
    assert listed("--known-at", "@7") == [["running", "2021-05-03", [work]]]
    assert listed("--known-at", "@6") == [["running", "2021-05-03", [work | {"hours_per_week": 20.0}]]]


def test_the_list_can_be_narrowed(terminal: Terminal, worker: str) -> None:
    def count(*words: object) -> int:
        return len(json.loads(terminal.done("list", "--format", "json", *words)))

    terminal.done("register", "--municipality", "0301", "--settled-on", "2022-01-01")
    assert (count(), count("--municipality", "5001"), count("--municipality", "0301")) == (2, 1, 1)
    assert (count("--track", "2"), count("--track", "3")) == (1, 0)
    assert "'4' is not one of '1', '2', '3'" in terminal.misused("list", "--track", "4")


def test_journeys_are_shown_in_real_processes(terminal: Terminal, worker: str) -> None:
    page = terminal.process("show", "visma:1042", "--format", "json")
    assert (page.returncode, json.loads(page.stdout)["participant"]) == (0, worker)
    listed = terminal.process("list")
    assert (listed.returncode, listed.stderr.splitlines()[-1]) == (0, "as known at @8")
    assert worker in listed.stdout
