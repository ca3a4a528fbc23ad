"""Municipality codes through the years: what is told by the file is mapped, what is not told is never guessed."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import tables
from tracker.code_files import read_codes
from tracker.codes import CodeNotKnown, Codes, NoCodes, NotCodeFile, YearNotKnown

# Four counties: a merger across them, one into a municipality that keeps its code, a loss of land, a rebirth, a division.
CORRESPONDENCE = """
    GRUPPEKODE | GRUPPETEKST | KODE | TEKST
    K.3301     | Elvebyen    | 3301 | Elvebyen
    K.3301     | Elvebyen    | 3005 | Elvebyen (2020-2023)
    K.3301     | Elvebyen    | 0602 | Elvebyen (1994-2019)
    K.3301     | Elvebyen    | 0711 | Strand (-2019)
    K.1103     | Havnen      | 1103 | Havnen
    K.1103     | Havnen      | 1141 | Holmen (-2017)
    K.1508     | Kysten      | 1508 | Kysten
    K.1508     | Kysten      | 1507 | Kysten (2020-2023)
    K.1508     | Kysten      | 1504 | Kysten (-2019)
    K.1508     | Kysten      | 1546 | Sund (-2019)
    K.1580     | Nordøy      | 1580 | Nordøy
    K.1580     | Nordøy      | 1534 | Nordøy (-2019)
    K.5007     | Namsen      | 5007 | Namsen - Nååmesje
    K.5007     | Namsen      | 5005 | Namsen (2018-2019)
    K.5007     | Namsen      | 5048 | Fosen (2018-2019)
    K.5007     | Namsen      | 1703 | Namsen (-2017)
    K.5007     | Namsen      | 1748 | Fosen (-2017)
    K.Rest     | Delte       | 1850 | Midten (-2019)
    K.Rest     | Delte       | 9999 | Uoppgitt
    """
MAPPED = """
    code | from | to   | is   | because
    3301 | 2024 | 2024 | 3301 | it is the same year
    0602 | 2019 | 2020 | 3005 | it was merged
    0711 | 2018 | 2024 | 3301 | it was merged, and changed county again
    0711 | 1994 | 2019 | 0711 | nothing had happened yet
    3301 | 2030 | 2024 | 3301 | the newest codes are taken to hold
    3301 | 2024 | 2020 | 3005 | the same municipality had another number
    3301 | 2024 | 2019 |      | it is made up of several
    1141 | 2017 | 2018 | 1103 | it was taken in
    1103 | 2017 | 2024 | 1103 | it kept its code
    1103 | 2017 | 2016 | 1103 | nothing had happened between
    1103 | 2018 | 2017 |      | part of it had a code of its own
    1504 | 2019 | 2023 | 1507 | it was merged
    1504 | 2019 | 2024 | 1508 | the file tells where this part went
    1507 | 2023 | 2024 |      | it lost land, and the file does not tell to whom
    1508 | 2024 | 2023 |      | others were with it then
    1703 | 2017 | 2018 | 5005 | all of its county were renumbered, and it has the same name
    1748 | 2016 | 2024 | 5007 | it was merged later
    5005 | 2019 | 2017 | 1703 | all of its county were renumbered
    1850 | 2019 | 2020 |      | it was divided
    1850 | 2018 | 2019 | 1850 | it was not divided yet
    9999 | 1994 | 2024 | 9999 | not told stays not told
    """
Write = Callable[..., Path]


@pytest.fixture
def correspondence(tmp_path: Path) -> Write:
    """Writes the correspondence, with other cells where wanted."""

    def write(name: str = "klass.csv", *, delimiter: str = ",", encoding: str = "utf-8-sig", **instead: str) -> Path:
        lines = [delimiter.join(row.values()) for row in tables.table(CORRESPONDENCE)]
        text = "\r\n".join([delimiter.join(tables.columns_of(CORRESPONDENCE)), *lines, ""])
        for old, new in instead.items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / name).write_text(text, encoding=encoding, newline="")
        return tmp_path / name

    return write


def year_list(folder: Path, year: int, codes: str, name: str = "kommuner_{}.csv") -> Path:
    path = folder / name.format(year)
    path.write_text("kommunenummer,navn\n" + "".join(f"{code},N\n" for code in codes.split()), encoding="utf-8")
    return path


@pytest.mark.parametrize("row", tables.table(MAPPED), ids=lambda row: f"{row['code']}-{row['from']}-{row['to']}")
def test_a_code_is_mapped_to_another_year(correspondence: Write, row: dict[str, str]) -> None:
    codes = read_codes([correspondence()])
    assert codes.in_year(row["code"], int(row["from"]), int(row["to"])) == (row["is"] or None), row["because"]


def test_what_has_no_single_code_is_a_group_of_its_own(correspondence: Write) -> None:
    codes = read_codes([correspondence()])
    assert codes.group("1507", 2020, 2024) == "split: 1507"
    assert codes.group("0602", 2019, 2024) == "3301"


def test_the_years_run_from_the_last_change_that_is_not_told(correspondence: Write) -> None:
    codes = read_codes([correspondence()])
    assert (codes.first_year, codes.newest) == (1994, 2024)
    assert {"3005", "1507", "1103"} <= codes.known(2020)
    assert not {"3301", "0602", "1508", "5005"} & codes.known(2020)
    assert codes.name("0711", 2018) == "Strand"
    assert codes.name("0711", 2024) == ""


def test_a_list_of_a_year_tells_that_a_code_began_later(correspondence: Write, tmp_path: Path) -> None:
    without = read_codes([correspondence()])
    assert "1580" in without.known(2023), "by the correspondence alone it seems to go on from 1534"
    assert without.in_year("1534", 2019, 2024) is None
    told = read_codes([correspondence(), year_list(tmp_path, 2023, "3005 1103 1507 5007 9999")])
    assert "1580" not in told.known(2023)
    assert told.in_year("1534", 2019, 2024) == "1580"
    assert told.in_year("1534", 2019, 2023) is None


def test_a_newer_list_tells_that_the_codes_still_hold(correspondence: Write, tmp_path: Path) -> None:
    codes = read_codes([year_list(tmp_path, 2026, "3301 1103 1508 1580 5007 9999"), correspondence()])
    assert codes.newest == 2026
    assert codes.in_year("0602", 2019, 2026) == "3301"


@pytest.mark.parametrize(
    "year, listed, wrong",
    [
        (2026, "3301 1103 1508 5007 9999", "1580"),
        (2026, "3301 1103 1508 1580 5007 9999 1234", "1234"),
        (2023, "3005 1103 1507 5007 9999 3301", "3301"),
        (2023, "1103 1507 5007 9999", "3005"),
    ],
)
def test_a_list_that_contradicts_the_correspondence_is_refused(
    correspondence: Write, tmp_path: Path, year: int, listed: str, wrong: str
) -> None:
    with pytest.raises(NotCodeFile, match=f"different codes for {year}: {wrong};"):
        read_codes([correspondence(), year_list(tmp_path, year, listed)])


@pytest.mark.parametrize(
    "code, from_year, to, refusal, message",
    [
        ("0602", 2024, 2024, CodeNotKnown, "in 2024; it was in force 1994-2019"),
        ("4711", 2024, 2024, CodeNotKnown, "no municipality had the code '4711' in 2024; check it"),
        ("3301", 2024, 2025, YearNotKnown, "known for 1994 to 2024, got 2025"),
        ("0711", 1993, 2024, YearNotKnown, "got 1993"),
    ],
)
def test_what_is_not_known_is_refused(
    correspondence: Write, code: str, from_year: int, to: int, refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message):
        read_codes([correspondence()]).in_year(code, from_year, to)


def test_codes_are_the_same_after_they_were_saved(correspondence: Write, tmp_path: Path) -> None:
    codes = read_codes([correspondence(), year_list(tmp_path, 2023, "3005 1103 1507 5007 9999")])
    codes.save(tmp_path / "home")
    loaded = Codes.load(tmp_path / "home")
    assert loaded.spans == codes.spans
    assert (loaded.first_year, loaded.newest) == (1994, 2024)
    assert stat.S_IMODE((tmp_path / "home" / "codes.csv").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["codes.csv"]


def test_without_an_import_there_are_no_codes(tmp_path: Path) -> None:
    with pytest.raises(NoCodes, match="tracker codes import FILE"):
        Codes.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["a;b\n1;2\n", "code;name;group;first_year;last_year;seen_in\n0301;Oslo;K.0301;x;;1\n"]
)
def test_codes_changed_by_hand_are_not_trusted(tmp_path: Path, text: str) -> None:
    (tmp_path / "codes.csv").write_text(text, encoding="utf-8")
    with pytest.raises(NotCodeFile, match="damaged"):
        Codes.load(tmp_path)


@pytest.mark.parametrize("delimiter, encoding", [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8")])
def test_a_correspondence_is_read_however_an_office_saved_it(
    correspondence: Write, delimiter: str, encoding: str
) -> None:
    codes = read_codes([correspondence(delimiter=delimiter, encoding=encoding, **{"Namsen - Nååmesje": "Nåmsen"})])
    assert codes.name("5007", 2024) == "Nåmsen"


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("KODE", "KOD", "columns"),
        ("3005,", "305,", "row 3 of klass.csv: expected a code of four digits"),
        ("K.3301,Elvebyen,0711", ",Elvebyen,0711", "and a group"),
        ("3005,", "3301,", "names 3301 twice"),
        ("3301,Elvebyen\r\n", "3302,Elvebyen\r\n", "the group K.3301 lacks its own code 3301"),
        ("3301,Elvebyen\r\n", "3301,Elvebyen,x\r\n", "row 2 of klass.csv has 5 cells, its header 4"),
        ("(", "[", "tells of no change"),
    ],
)
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(
    correspondence: Write, old: str, new: str, message: str
) -> None:
    with pytest.raises(NotCodeFile, match=message):
        read_codes([correspondence(**{old: new})])


def test_files_that_do_not_make_one_are_refused(correspondence: Write, tmp_path: Path) -> None:
    nameless = year_list(tmp_path, 2024, "0301", name="liste.csv")
    with pytest.raises(NotCodeFile, match="its year must be in its name"):
        read_codes([nameless])
    with pytest.raises(NotCodeFile, match="no correspondence among the files"):
        read_codes([year_list(tmp_path, 2024, "0301")])
    with pytest.raises(NotCodeFile, match="second correspondence"):
        read_codes([correspondence(), correspondence("again.csv")])
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(NotCodeFile, match=r"empty\.csv"):
        read_codes([tmp_path / "empty.csv"])


NORWAY = """
    code | from | to   | is
    0602 | 2019 | 2020 | 3005
    0625 | 2019 | 2020 | 3005
    0711 | 2019 | 2020 | 3005
    3005 | 2020 | 2024 | 3301
    0602 | 2019 | 2024 | 3301
    0625 | 2019 | 2024 | 3301
    0711 | 2019 | 2024 | 3301
    0301 | 1994 | 2024 | 0301
    1507 | 2020 | 2024 |
    1534 | 2019 | 2024 | 1580
    1504 | 2019 | 2024 | 1508
    1850 | 2019 | 2024 |
    1662 | 2017 | 2018 | 5030
    1902 | 2019 | 2024 | 5501
    """


@pytest.fixture(scope="module")
def norway(reference_data: Path) -> Codes:
    """The codes of Norway, with the lists of the years 2022 to 2026."""
    folder = reference_data / "kommuner"
    return read_codes([folder / "kommune_crosswalk_1994_2024.csv", *sorted(folder.glob("kommuner_20*.csv"))])


@pytest.mark.parametrize("row", tables.table(NORWAY), ids=lambda row: f"{row['code']}-{row['to']}")
def test_the_codes_of_norway_are_mapped(norway: Codes, row: dict[str, str]) -> None:
    assert norway.in_year(row["code"], int(row["from"]), int(row["to"])) == (row["is"] or None)


@pytest.mark.parametrize("alone", [True, False])
def test_every_code_since_1994_leads_to_a_code_of_2024_or_is_said_to_be_split(
    norway: Codes, reference_data: Path, alone: bool
) -> None:
    folder = reference_data / "kommuner"
    codes = read_codes([folder / "kommune_crosswalk_1994_2024.csv"]) if alone else norway
    lines = (folder / "kommuner_2024.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    listed = {line.partition(",")[0] for line in lines}
    elsewhere = {code for code in codes.known(2024) if code[:2] in ("21", "22", "23")}
    asked = {(code, year) for year in range(1994, 2025) for code in codes.known(year)}
    found = {(code, year): codes.in_year(code, year, 2024) for code, year in asked}
    divided = {code for (code, _), now in found.items() if now is None}
    assert len({code for code, _ in asked}) == 862
    assert {now for now in found.values() if now} - elsewhere == listed
    # Divided in 2020 or 2024 by the file's own word, and those that the correspondence alone cannot follow.
    told = "1507 1571 1612 1613 1617 1622 1636 1638 1805 1849 1850 1854 5011 5012 5013 5016 5023 5024"
    assert " ".join(sorted(divided)) == (told.replace("1507", "1507 1534") if alone else told)
