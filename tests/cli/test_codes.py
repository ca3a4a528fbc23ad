"""Municipality codes from the command line: taken in as a whole or not at all, and asked for one by one."""

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

LINES = (
    "GRUPPEKODE;GRUPPETEKST;KODE;TEKST",
    "K.3301;Elvebyen;3301;Elvebyen",
    "K.3301;Elvebyen;3005;Elvebyen (2020-2023)",
    "K.3301;Elvebyen;0602;Elvebyen (1994-2019)",
    "K.3301;Elvebyen;0711;Strand (-2019)",
    "K.Rest;Delte;1850;Midten (-2019)",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "klass.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


def test_codes_are_imported_and_shown(terminal: Terminal, file: Path) -> None:
    imported = terminal.run("codes", "import", file)
    assert (imported.exit_code, imported.stdout) == (0, "")
    assert imported.stderr == "imported 5 municipality codes, 1994 to 2024\n"
    shown = terminal.run("codes", "show", "0711", "--from", 2019)
    assert (shown.stdout, shown.stderr) == ("3301\n", "0711 Strand -> 3301 Elvebyen\n")
    assert terminal.done("codes", "show", "0711", "--from", 2019, "--to", 2020) == "3005\n"


def test_a_divided_municipality_is_a_group_of_its_own(terminal: Terminal, file: Path) -> None:
    terminal.done("codes", "import", file)
    shown = terminal.run("codes", "show", "1850", "--from", 2019, "--to", 2024)
    assert (shown.exit_code, shown.stdout) == (0, "split: 1850\n")
    assert "1850 of 2019 has no single code in 2024" in shown.stderr


def test_before_an_import_it_is_said_how(terminal: Terminal) -> None:
    assert "tracker codes import FILE" in terminal.refused("codes", "show", "0301", "--from", 2019)


def test_a_file_that_is_wrong_leaves_the_codes_as_they_were(terminal: Terminal, file: Path, tmp_path: Path) -> None:
    terminal.done("codes", "import", file)
    before = (terminal.home / "codes.csv").read_bytes()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("\n".join((*LINES, "K.3301;Elvebyen;30x5;Feil (2020-2023)")), encoding="utf-8")
    assert "row 7 of wrong.csv" in terminal.refused("codes", "import", wrong)
    assert (terminal.home / "codes.csv").read_bytes() == before


@pytest.mark.parametrize(
    "words, message",
    [
        (("0602", "--from", 2022), "no municipality had the code '0602' in 2022; it was in force 1994-2019"),
        (("0602", "--from", 2019, "--to", 2031), "known for 1994 to 2024, got 2031"),
    ],
)
def test_what_is_not_known_is_refused(terminal: Terminal, file: Path, words: tuple[object, ...], message: str) -> None:
    terminal.done("codes", "import", file)
    assert message in terminal.refused("codes", "show", *words)


def test_a_code_has_four_digits_and_a_file_is_there(terminal: Terminal, tmp_path: Path) -> None:
    assert "four digits" in terminal.misused("codes", "show", "oslo", "--from", 2019)
    assert "--from" in terminal.misused("codes", "show", "0301")
    assert "does not exist" in terminal.misused("codes", "import", tmp_path / "missing.csv")
