"""Files that cannot be read: each is refused by name, with what to do, before it does harm."""

import errno
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from tests.importing.files import (
    Write,
    read_whole,
    refusal,
    rows_of,
    write_ods,
    write_ods_content,
    write_xls,
    write_xlsb,
    write_xlsx,
)
from tracker.importing import delimited, workbook
from tracker.importing.cells import Cell
from tracker.importing.sheets import CELL_LIMIT, UnreadableFile
from tracker.importing.unreadable import told

WORKBOOKS = pytest.mark.parametrize(
    "ending, write", [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods), ("xlsb", write_xlsb)]
)


def test_a_missing_file_a_folder_and_a_device_are_told_apart(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx").code == "file-not-found"
    assert refusal(tmp_path).code == "is-a-folder"
    assert refusal(Path(os.devnull)).code == "cannot-open"


def test_a_file_that_may_not_be_opened_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert refusal(path).code == "cannot-open"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "xls", "pdf"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\n"])
def test_an_empty_file_is_called_empty_whatever_its_name(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content)
    assert refusal(path).code == "empty-file"


@WORKBOOKS
def test_a_workbook_without_a_value_is_empty(tmp_path: Path, ending: str, write: Write) -> None:
    path = tmp_path / f"a.{ending}"
    write(path, [[None]])
    assert refusal(path).code == "empty-file"


def test_other_kinds_of_file_are_no_spreadsheets(tmp_path: Path) -> None:
    pdf, page, picture, letter = (tmp_path / name for name in ("a.pdf", "a.xls", "a.csv", "a.docx"))
    pdf.write_bytes(b"%PDF-1.7\n")
    page.write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with zipfile.ZipFile(letter, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    old_letter = tmp_path / "a.doc"
    old_letter.write_bytes(workbook.OLE + bytes(2000) + "WordDocument".encode("utf-16-le"))
    for path in (pdf, page, picture, letter, old_letter):
        problem = refusal(path)
        assert problem.code == "not-a-spreadsheet"
        assert "save it as xlsx" in str(problem)


@WORKBOOKS
def test_a_damaged_workbook_never_ends_in_anything_but_a_refusal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], ending: str, write: Write
) -> None:
    path = tmp_path / f"a.{ending}"
    write(path, [["a", "b"], ["x", 1], ["y", 2.5]])
    whole = path.read_bytes()
    chance = random.Random(1)
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path).code == "damaged-file"
    for _ in range(30):
        harmed = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        path.write_bytes(harmed)
        with suppress(UnreadableFile):
            read_whole(path)
    assert capfd.readouterr() == ("", "")


def test_a_workbook_that_makes_the_library_panic_is_damaged_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsb"
    write_xlsb(path, [["a"], [1]], relation="rId2")
    assert refusal(path).code == "damaged-file"
    assert capfd.readouterr() == ("", "")


def test_a_workbook_with_a_password_is_recognised(tmp_path: Path) -> None:
    modern, old, free, entry = (tmp_path / name for name in ("a.xlsx", "b.xls", "c.ods", "d.xlsx"))
    modern.write_bytes(workbook.OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    write_xls(old, [["a"], [1]])
    content = old.read_bytes()
    after_start = content.index(struct.pack("<HH", 0x0809, 16)) + 20
    file_pass = struct.pack("<H", 0x002F)
    old.write_bytes(content[:after_start] + file_pass + content[after_start + 2 :])
    write_ods_content(free, "", encryption="<m:encryption-data/>")
    write_xlsx(entry, [["a"], [1]])
    raw = bytearray(entry.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    entry.write_bytes(raw)
    for path in (modern, old, free, entry):
        assert refusal(path).code == "encrypted-workbook"


def far_xlsx(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "b")
    book.close()


def far_ods(path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    write_ods_content(
        path,
        f"<table:table-row>{cell}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>' + cell + "</table:table-row>",
    )


def repeated_ods(path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    write_ods_content(
        path,
        f'<table:table-row table:number-rows-repeated="{10**12}">{cell.format(10**12)}</table:table-row>',
    )


def far_xlsb(path: Path) -> None:
    table: list[list[Cell]] = [["a"], [], [], [], [*[None] * 16_000, "b"]]
    write_xlsb(path, table)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.bin"]
    last_row = struct.pack("<II", 4, 0) + bytes(9)
    assert sheet.count(last_row) == 1
    parts["xl/worksheets/sheet1.bin"] = sheet.replace(last_row, struct.pack("<II", 1_048_575, 0) + bytes(9))
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "name, write",
    [
        ("a.xlsx", far_xlsx),
        ("b.ods", far_ods),
        ("c.ods", repeated_ods),
        ("d.xlsb", far_xlsb),
        ("e.csv", far_xlsx),
    ],
)
def test_one_stray_cell_far_away_does_not_fill_the_memory(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    path = tmp_path / name
    write(path)
    # In a process of its own with 1 GB: without the check the library would end this one.
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from pathlib import Path\n"
        "from tracker.importing.sheets import UnreadableFile, read_sheets\n"
        "try: list(read_sheets(Path(sys.argv[1])))\n"
        "except UnreadableFile as problem: print(problem.code, problem)"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith("too-many-cells ")
    assert f"the limit is {CELL_LIMIT:,}" in done.stdout and "save the sheet that you need as CSV" in done.stdout


@WORKBOOKS
def test_the_limit_counts_the_used_cells_of_all_sheets(
    tmp_path: Path, ending: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{ending}"
    write(path, [["a", "b", "c"], [1, 2, 3]])
    monkeypatch.setattr(workbook, "CELL_LIMIT", 6)
    assert rows_of(path) == [(2, (1, 2, 3))]
    monkeypatch.setattr(workbook, "CELL_LIMIT", 5)
    assert "has 6 cells" in str(refusal(path))


def test_blank_cells_with_a_format_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_row(1, 0, [1, 2])
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    monkeypatch.setattr(workbook, "CELL_LIMIT", 4)
    assert rows_of(path) == [(2, (1, 2))]


def test_a_file_or_an_archive_beyond_its_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["a"], [1]])
    bomb = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(41):
            part.write(bytes(10_000_000))
    assert bomb.stat().st_size < 1_000_000
    assert refusal(bomb).code == "too-large"
    monkeypatch.setattr(workbook, "FILE_LIMIT", path.stat().st_size - 1)
    assert refusal(path).code == "too-large"


def test_an_archive_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table: list[list[Cell]] = [[f"text {number}"] for number in range(500)]
    write_xlsx(path, table)
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"xl/sharedStrings.xml", raw.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", raw, entry + 24, 100)
    path.write_bytes(raw)
    assert refusal(path).code == "damaged-file"


@pytest.mark.parametrize(
    "text, code, says",
    [
        ("a;b;a \n1;2;3\n", "duplicate-columns", "2 columns 'a'"),
        (";;\n1;2;3\n", "no-header", "row 1"),
        ("\n\na;b\n", "no-header", "row 1"),
        ('a;b\n1;2\n3;"open\n4;5\n', "unclosed-quote", "row 3"),
        ('a;b\n\n1;"x"y\n', "unclosed-quote", "row 3"),
        ('a;b\n1;"' + "x" * 200_000, "unclosed-quote", "row 2"),
        ("a;b\n" + "x;" * 600_000, "line-too-long", "line 2"),
        ("x;" * 600_000, "line-too-long", "line 1"),
    ],
    ids=[
        "twice",
        "blank names",
        "blank row",
        "open quote",
        "text after quote",
        "swallowed",
        "endless",
        "no lines",
    ],
)
def test_a_csv_without_a_sound_table_is_refused(tmp_path: Path, text: str, code: str, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    problem = refusal(path)
    assert problem.code == code
    assert says in str(problem)


def test_a_sheet_with_two_columns_of_one_name_is_named_with_its_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["ref", "dato", "ref\u00a0"], [1, 2, 3]])
    assert str(refusal(path)) == "row 1 of sheet 'Ark1' of a.xlsx names 2 columns 'ref'; give each its own name"


def test_text_in_an_unknown_encoding_is_refused_even_when_the_fault_comes_late(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    start = b"ref;name\n" + b"1;Bo\n" * 100_000
    path.write_bytes(start + "2;Åse\n".encode("cp1252"))
    assert rows_of(path)[-1] == (100_002, ("2", "Åse"))
    path.write_bytes(start + b"2;\x81se\n")
    assert refusal(path).code == "unknown-encoding"
    path.write_bytes(start + b"2;\0\n")
    assert refusal(path).code == "not-a-spreadsheet"
    path.write_bytes("a;b".encode("utf-16") + b"\0")
    assert refusal(path).code == "unknown-encoding"


class PanicException(BaseException):
    """What the library raises when its Rust code gives up; its own class cannot be imported."""


@pytest.mark.parametrize(
    "error, code",
    [
        (PanicException("index out of bounds"), "damaged-file"),
        (OSError("unexpected end of file"), "damaged-file"),
        (OSError(errno.EINVAL, "Invalid argument"), "damaged-file"),
        (OSError(errno.EIO, "Input/output error"), "cannot-open"),
    ],
    ids=repr,
)
def test_what_a_library_raises_is_told_as_a_refusal(error: BaseException, code: str) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.xls ") as caught, told(Path("a.xls")):
        raise error
    assert caught.value.code == code


def test_a_reader_who_gives_up_is_not_told_of_damage() -> None:
    with pytest.raises(KeyboardInterrupt), told(Path("a.xls")):
        raise KeyboardInterrupt


def test_a_file_that_disappears_while_it_is_read_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    sheet, _ = read_whole(path)[0]
    path.unlink()
    with pytest.raises(UnreadableFile, match=r"a\.csv cannot be read") as caught:
        list(sheet)
    assert caught.value.code == "cannot-open"


def test_the_line_limit_lets_a_long_line_of_a_real_table_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    width = delimited.LINE_LIMIT // 10
    path.write_text(";".join(f"c{n:07}" for n in range(width)) + "\n" + "1;" * (width - 1) + "2", encoding="utf-8")
    ((number, cells),) = rows_of(path)
    assert (number, len(cells), cells[-1]) == (2, width, "2")
