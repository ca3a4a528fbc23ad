"""Writers of real files, one a format, for the tests of reading them."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tracker.importing.cells import Cell
from tracker.importing.sheets import Row, Sheet, UnreadableFile, read_sheets

Write = Callable[[Path, list[list[Cell]]], None]


def rows_of(path: Path, *, sheet: str | None = None, header_row: int = 1) -> list[tuple[int, tuple[Cell, ...]]]:
    """Number and cells of each row of the only sheet."""
    (only,) = read_sheets(path, sheet=sheet, header_row=header_row)
    return [(row.number, row.cells) for row in only]


def read_whole(path: Path, sheet: str | None = None) -> list[tuple[Sheet, list[Row]]]:
    return [(each, list(each)) for each in read_sheets(path, sheet=sheet)]


def refusal(path: Path, sheet: str | None = None) -> UnreadableFile:
    """Why a file is not read; it names the file and shows no other exception."""
    with pytest.raises(UnreadableFile) as caught:
        read_whole(path, sheet)
    assert path.name in str(caught.value)
    assert caught.value.__cause__ is None and (caught.value.__context__ is None or caught.value.__suppress_context__)
    return caught.value


def write_xlsx(path: Path, table: list[list[Cell]]) -> None:
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Ark1")
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()


def write_xls(path: Path, table: list[list[Cell]]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Ark1")
    as_day = xlwt.easyxf(num_format_str="dd.mm.yyyy")
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, *([as_day] if isinstance(cell, date) else []))
    book.save(str(path))


def write_ods(path: Path, table: list[list[Cell]]) -> None:
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Ark1")
    for row in table:
        line = TableRow()
        for cell in row:
            line.addElement(ods_cell(cell))
        # LibreOffice fills each row, and the sheet below, with blank cells to the far end.
        line.addElement(TableCell(numbercolumnsrepeated=16384 - len(row)))
        sheet.addElement(line)
    below = TableRow(numberrowsrepeated=1048576 - len(table))
    below.addElement(TableCell(numbercolumnsrepeated=16384))
    sheet.addElement(below)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))


def ods_cell(cell: Cell) -> TableCell:
    match cell:
        case None:
            return TableCell()
        case bool():
            return TableCell(valuetype="boolean", booleanvalue=str(cell).lower())
        case date():
            return TableCell(valuetype="date", datevalue=cell.isoformat())
        case int() | float():
            return TableCell(valuetype="float", value=str(cell))
    made = TableCell(valuetype="string")
    made.addElement(P(text=cell))
    return made


def wide_text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def record(kind: int, content: bytes = b"") -> bytes:
    identity = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = bytes([len(content)]) if len(content) < 128 else bytes([len(content) & 0x7F | 0x80, len(content) >> 7])
    return identity + size + content


def write_xlsb(path: Path, table: list[list[Cell]], relation: str = "rId1") -> None:
    """As little of [MS-XLSB] as makes a workbook: texts, numbers and truth values."""
    cells = b""
    for number, row in enumerate(table):
        cells += record(0, struct.pack("<II", number, 0) + bytes(9))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            match cell:
                case bool():
                    cells += record(4, place + bytes([cell]))
                case int() | float():
                    cells += record(5, place + struct.pack("<d", cell))
                case str():
                    cells += record(6, place + wide_text(cell))
                case _:
                    cells += record(1, place)
    extent = struct.pack("<IIII", 0, len(table) - 1, 0, 15)
    sheet = record(129) + record(148, extent) + record(145) + cells + record(146) + record(130)
    named = struct.pack("<II", 0, 1) + wide_text(relation) + wide_text("Ark1")
    book = record(131) + record(143) + record(156, named) + record(144) + record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    link = '<Relationships {}><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", link.format(package, office, "officeDocument", "xl/workbook.bin"))
        archive.writestr(
            "xl/_rels/workbook.bin.rels", link.format(package, office, "worksheet", "worksheets/sheet1.bin")
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)


NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)


def write_ods_content(path: Path, rows: str, encryption: str = "") -> None:
    """An ods workbook with one sheet of which the rows are given as XML, as LibreOffice writes them."""
    calcext = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES} {calcext}><office:body><office:spreadsheet>"
            f'<table:table table:name="Ark1">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<m:file-entry m:full-path="content.xml">{encryption}</m:file-entry></m:manifest>',
        )
