"""Recording from the command line: register, log, for one and for many, correct, retract."""

from pathlib import Path
from uuid import uuid5

import pytest

from tests.cli.terminal import UUID_TEXT, Terminal
from tracker.application import NAMESPACE
from tracker.cli.facts import ListNotUsable, NobodyMeant, NotForAll
from tracker.journey import loggable

JOB = ("job-started", "--on", "2024-02-01", "--job", "cafe", "--hours-per-week", "20")


def test_registering_prints_the_id_alone(terminal: Terminal) -> None:
    printed = terminal.done("register", "--municipality", "5001", "--settled-on", "15.03.2021")
    assert UUID_TEXT.fullmatch(printed.removesuffix("\n"))


def test_the_day_of_settlement_is_the_day_of_registration_unless_told(terminal: Terminal) -> None:
    default, told = terminal.register(), terminal.register("--on", "2021-04-01")
    assert " 2021-03-15  participant-registered" in terminal.done("show", default)
    assert " 2021-04-01  participant-registered" in terminal.done("show", told)


def test_registering_tells_everything_that_is_missing_or_wrong_at_once(terminal: Terminal) -> None:
    message = terminal.misused("register", "--municipality", "Oslo", "--birth-year", "1x")
    assert "--municipality: expected a municipality code of four digits, such as 0301, got 'Oslo'" in message
    assert "--birth-year: expected a whole number from 1900 to 2100, got '1x'" in message
    assert "--settled-on: missing" in message


def test_a_participant_is_found_by_a_reference_in_another_system(terminal: Terminal) -> None:
    ana = terminal.register("--reference", "visma:1042", "--reference", "nir:7")
    assert terminal.done("log", "visma:1042", *JOB) == f"{ana} 2\n"
    assert terminal.done("log", "nir:7", "job-ended", "--job", "cafe", "--on", "2024-03-01") == f"{ana} 3\n"


def test_a_reference_of_another_participant_is_refused_and_nobody_is_registered(terminal: Terminal) -> None:
    terminal.register("--reference", "visma:1042")
    message = terminal.refused(
        "register", "--municipality", "5001", "--settled-on", "2021-03-15", "--reference", "visma:1042"
    )
    assert message == "error: visma already has this reference, for another participant\n"
    assert len(terminal.done("list", "--format", "csv").splitlines()) == 2


@pytest.mark.parametrize("reference", ["visma", "visma:", ":1042", " : "])
def test_a_reference_needs_a_system_and_a_reference(terminal: Terminal, reference: str) -> None:
    assert "system:reference" in terminal.misused(
        "register", "--municipality", "5001", "--settled-on", "2021-03-15", "--reference", reference
    )


def test_the_same_registering_command_twice_registers_once(terminal: Terminal) -> None:
    first = terminal.register("--command", "k1", "--reference", "visma:1")
    assert terminal.register("--command", "k1", "--reference", "visma:1") == first
    assert terminal.register("--command", "k2") != first


@pytest.mark.parametrize("topic", loggable())
def test_every_fact_has_a_command_that_tells_its_fields(terminal: Terminal, topic: str) -> None:
    told = terminal.done("log", topic, "--help")
    assert f"log PARTICIPANT {topic} " in told
    assert "--on DATE" in told
    assert topic in terminal.done("log", "--help")


def test_logging_prints_participant_and_version(terminal: Terminal, ana: str) -> None:
    assert terminal.done("log", ana, *JOB) == f"{ana} 2\n"
    assert terminal.done("log", ana[:8], "job-ended", "--job", "cafe", "--on", "30.06.2024") == f"{ana} 3\n"


def test_options_take_norwegian_habits(terminal: Terminal, ana: str) -> None:
    terminal.done(
        *("log", ana, "status-confirmed", "--on", "1.2.2024", "--reached", "ja"),
        *("--activities", "work=37,5 volunteering", "--activities", "benefit"),
    )
    assert "activities=work:37.5 volunteering benefit" in terminal.done("show", ana)


def test_a_yes_or_no_option_alone_means_yes(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB, "--self-employed")
    assert "self-employed=yes" in terminal.done("show", ana)


def test_a_month_is_kept_as_a_month(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, "job-started", "--on", "03.2024", "--job", "cafe")
    assert "  2024-03     job-started  " in terminal.done("show", ana)


@pytest.mark.parametrize(
    "words, expected",
    [
        (("job-started", "--on", "2024-02-30", "--job", "cafe"), ": the calendar has no such day"),
        (("job-started", "--on", "2024-02-01"), "--job: missing, expected a name of 1 to 60 characters"),
        ((*JOB[:-1], "99"), "--hours-per-week: expected a number from 0.5 to 60 (hours a week), got '99'"),
        ((*JOB, "--contract", "forever"), "--contract: expected one of permanent, temporary, on-call, unknown"),
        ((*JOB, "--hours", "3"), "No such option"),
        (("job-start", "--on", "2024-02-01"), "there is no fact 'job-start' to log; did you mean job-started?"),
        (("participant-registered",), "there is no fact 'participant-registered' to log"),
        ((), "which fact? tracker log --help lists them"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    terminal: Terminal, ana: str, words: tuple[str, ...], expected: str
) -> None:
    assert expected in terminal.misused("log", ana, *words)


def test_a_fact_without_a_participant_asks_for_whom(terminal: Terminal) -> None:
    assert "for whom? tracker log PARTICIPANT job-started" in terminal.misused("log", *JOB)


@pytest.mark.parametrize(
    "words, expected",
    [
        (("job-ended", "--on", "2024-02-01", "--job", "bar"), "work 'bar' is not running on 2024-02-01"),
        (("job-started", "--on", "2099-01-01", "--job", "bar"), "is after today"),
        (("job-started", "--on", "1950-01-01", "--job", "bar"), "before the year of birth, 1990"),
    ],
)
def test_what_cannot_have_happened_is_refused(
    terminal: Terminal, ana: str, words: tuple[str, ...], expected: str
) -> None:
    message = terminal.refused("log", ana, *words)
    assert message.startswith("error: ")
    assert expected in message


@pytest.mark.parametrize(
    "named, expected",
    [
        ("00000000", "no participant's id begins with 00000000"),
        ("visma:9", "no participant has this reference in visma"),
        ("Ana", "expected a participant's id, the beginning of one, or system:reference"),
        ("", "expected a participant's id, the beginning of one, or system:reference"),
    ],
)
def test_a_participant_who_is_not_there_is_named(terminal: Terminal, named: str, expected: str) -> None:
    assert expected in terminal.refused("log", named, *JOB)


def test_the_same_command_again_records_nothing_and_prints_the_same(terminal: Terminal, ana: str) -> None:
    first = terminal.done("log", ana, *JOB, "--command", "k")
    again = terminal.run("log", ana, *JOB, "--command", "k")
    assert (again.exit_code, again.stdout) == (0, first)
    assert "carried out before" in again.stderr
    other = terminal.refused("log", ana, *JOB[:-1], "25", "--command", "k")
    assert "recorded before as fact 2, with other values" in other


def test_a_journey_that_moved_on_is_refused_where_a_version_is_expected(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB, "--expect", "1")
    ended = ("job-ended", "--job", "cafe", "--on", "2024-06-30", "--expect", "1")
    assert "the journey is at version 2, you saw version 1" in terminal.refused("log", ana, *ended)


@pytest.fixture
def class_3b(terminal: Terminal) -> list[str]:
    """Two participants in the class 3B from 2022; the second left it in May."""
    members = sorted(terminal.register("--reference", f"school:{number}") for number in (1, 2))
    for member in members:
        terminal.done("log", member, "group-joined", "--group", "3B", "--on", "2022-01-10")
    terminal.done("log", members[1], "group-left", "--group", "3B", "--on", "2022-05-02")
    return members


LEVEL = ("language-level-reached", "--skill", "speaking", "--level", "A2")


def test_a_test_day_of_a_class_is_one_act_for_its_members_on_that_day(terminal: Terminal, class_3b: list[str]) -> None:
    printed = terminal.done("log", "--group", "3B", *LEVEL, "--on", "2022-05-02")
    assert printed == f"{class_3b[0]} 3\n{class_3b[1]} 4\n"
    assert terminal.done("log", "--group", "3B", *LEVEL, "--on", "2022-05-03") == f"{class_3b[0]} 4\n"


def test_a_class_with_nobody_in_it_is_refused_with_the_classes_there_are(
    terminal: Terminal, class_3b: list[str]
) -> None:
    message = terminal.refused("log", "--group", "3C", *LEVEL, "--on", "2022-05-02")
    assert NobodyMeant.code == "nobody-meant"
    assert message == "error: nobody was in the class '3C' on 2022-05-02; classes on that day: 3B\n"
    before = terminal.refused("log", "--group", "3B", *LEVEL, "--on", "2021-05-02")
    assert "there was no class that day" in before


def test_what_is_refused_for_one_is_logged_for_none(terminal: Terminal, class_3b: list[str]) -> None:
    terminal.done("log", class_3b[0], *JOB)
    message = terminal.refused("log", "--group", "3B", "job-ended", "--job", "cafe", "--on", "2022-05-02")
    assert NotForAll.code == "not-for-all"
    assert "job-ended is refused for 2 of 2, so nothing was recorded" in message
    assert f"{class_3b[1]}: work 'cafe' is not running" in message
    ended = ("job-ended", "--job", "cafe", "--on", "2024-05-02")
    both = "\n".join(class_3b)
    assert "refused for 1 of 2" in terminal.refused("log", "--participants", "-", *ended, stdin=both)
    assert "job-ended" not in terminal.done("show", class_3b[0])


def test_a_list_of_participants_may_name_them_in_any_way(
    terminal: Terminal, class_3b: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"\ufeff{class_3b[0][:8]}\r\n\r\n  school:2  \nschool:1\n", encoding="utf-8")
    printed = terminal.done("log", "--participants", file, *LEVEL, "--on", "2022-05-02")
    assert sorted(line.split()[0] for line in printed.splitlines()) == class_3b


def test_a_list_with_strangers_names_their_lines(terminal: Terminal, class_3b: list[str]) -> None:
    names = f"{class_3b[0]}\nschool:77\nOle\n"
    message = terminal.refused("log", "--participants", "-", *LEVEL, "--on", "2022-05-02", stdin=names)
    assert ListNotUsable.code == "list-not-usable"
    assert "line 2: no participant has this reference in school" in message
    assert "line 3: expected a participant's id" in message
    assert terminal.done("show", class_3b[0]).count("language-level-reached") == 0


@pytest.mark.parametrize(
    "stdin, expected",
    [(b"", "stdin names nobody"), (b"\n\n", "stdin names nobody"), (b"\xe5se\n", "not a text in UTF-8")],
)
def test_an_empty_or_unreadable_list_is_refused(terminal: Terminal, stdin: bytes, expected: str) -> None:
    message = terminal.refused("log", "--participants", "-", *LEVEL, "--on", "2022-05-02", stdin=stdin)
    assert expected in message


def test_a_list_that_is_not_there_is_refused_by_name(terminal: Terminal, tmp_path: Path) -> None:
    missing = terminal.refused("log", "--participants", tmp_path / "no.txt", *LEVEL, "--on", "2022-05-02")
    assert missing == f"error: {tmp_path / 'no.txt'}: no such file or directory\n"
    folder = terminal.refused("log", "--participants", tmp_path, *LEVEL, "--on", "2022-05-02")
    assert folder.startswith(f"error: {tmp_path}: ")


@pytest.mark.parametrize(
    "words, expected",
    [
        (("--group", "3B", "--participants", "-", *LEVEL), "give --group or --participants, not both"),
        (("--group", "3B", *LEVEL, "--on", "2022-05-02", "--expect", "2"), "--expect is about one journey"),
        (("--group", "3B", "ab12", *LEVEL), "there is no fact 'ab12' to log"),
    ],
)
def test_contradictory_addressees_are_wrong_usage(terminal: Terminal, words: tuple[str, ...], expected: str) -> None:
    assert expected in terminal.misused("log", *words)


def test_a_correction_prints_its_own_version(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB)
    assert terminal.done("correct", ana, 2, "--set", "hours-per-week=25", "--reason", "typo") == f"{ana} 3\n"
    terminal.done("correct", ana, 2, "--set", "on=2024-03", "--set", "hours_per_week=", "--reason", "typo")
    line = next(line for line in terminal.done("show", ana).splitlines() if "job-started" in line)
    assert line.split("[")[0].split() == ["2", "2024-03", "job-started", "job=cafe"]


@pytest.mark.parametrize(
    "words, expected",
    [
        (("2", "--set", "hours=25"), "--hours: there is no such field; there are"),
        (("2", "--set", "hours-per-week=many"), "--hours-per-week: expected a number from 0.5 to 60"),
        (("2", "--set", "hours-per-week"), "--set expects a field and its new value"),
        (("2", "--set", "contract=on-call", "--set", "contract=permanent"), "--set names contract twice"),
        (("2", "--set", "on-precision=month"), "on=2024-03"),
        (("2",), "Missing option '--set'"),
        (("0", "--set", "contract=on-call"), "0 is not in the range"),
        (("two", "--set", "contract=on-call"), "'two' is not a valid integer range"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_wrong_usage(
    terminal: Terminal, ana: str, words: tuple[str, ...], expected: str
) -> None:
    terminal.done("log", ana, *JOB)
    assert expected in terminal.misused("correct", ana, *words, "--reason", "typo")


@pytest.mark.parametrize(
    "words, expected",
    [
        (("9", "--set", "contract=on-call"), "there is no fact 9; this journey has facts 1 to 3"),
        (("3", "--set", "reason=x"), "fact 3 is a fact-corrected; correct the original fact"),
        (("2", "--set", "job=bar"), "the key job cannot be corrected; retract and log anew"),
        (("2", "--set", "hours-per-week=25"), "fact 2 already has these values"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    terminal: Terminal, ana: str, words: tuple[str, ...], expected: str
) -> None:
    terminal.done("log", ana, *JOB)
    terminal.done("correct", ana, 2, "--set", "hours-per-week=25", "--reason", "typo")
    assert expected in terminal.refused("correct", ana, *words, "--reason", "typo")


def test_a_fact_on_which_others_rest_is_retracted_with_them_on_request(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB)
    terminal.done("log", ana, "job-ended", "--job", "cafe", "--on", "2024-06-30")
    assert "cannot be retracted alone" in terminal.refused("retract", ana, 2, "--reason", "wrong person")
    result = terminal.run("retract", ana, 2, "--reason", "wrong person", "--with-dependants")
    assert result.stdout == f"{ana} 4\n{ana} 5\n"
    assert "fact 3, which rested on it, is retracted too" in result.stderr


def test_retracting_twice_is_refused(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB)
    terminal.done("retract", ana, 2, "--reason", "wrong person")
    assert "already been retracted, by fact 3" in terminal.refused("retract", ana, 2, "--reason", "again")


def test_a_text_that_is_not_utf_8_is_refused(terminal: Terminal, ana: str) -> None:
    terminal.done("log", ana, *JOB)
    assert "is not UTF-8" in terminal.refused("retract", ana, 2, "--reason", "x\udcff")
    assert "--job: expected a name" in terminal.misused("log", ana, *JOB[:4], "x\udcff")


def test_a_participant_is_registered_and_followed_in_real_processes(terminal: Terminal) -> None:
    registered = terminal.process("register", "--municipality", "5001", "--settled-on", "2021-03-15")
    ana = registered.stdout.strip()
    assert (registered.returncode, registered.stderr) == (0, "")
    logged = terminal.process("log", "--participants", "-", *JOB, stdin=f"{ana}\n")
    assert (logged.returncode, logged.stdout, logged.stderr) == (0, f"{ana} 2\n", "")
    refused = terminal.process("log", ana, *JOB)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "error: work 'cafe' already runs from 2024-02-01, got a start on 2024-02-01\n"


def test_the_beginning_of_several_ids_is_refused(terminal: Terminal) -> None:
    begins = [(str(uuid5(NAMESPACE, f"k{number}"))[0], f"k{number}") for number in range(17)]
    first, (letter, second) = next(
        (one, other) for one in begins for other in begins if one[0] == other[0] and one != other
    )
    ids = [terminal.register("--command", first[1]), terminal.register("--command", second)]
    assert [one[0] for one in ids] == [letter, letter]
    assert f"several ids begin with {letter}; give more characters" in terminal.refused("log", letter, *JOB)
