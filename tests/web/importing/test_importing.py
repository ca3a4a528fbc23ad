"""Imports on the pages: all of a sheet or nothing, tried before, followed while it runs, undone as a whole."""

import io
import re
import stat
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from flask import g

from events.intake import ParticipantRegistered
from events.residence import MovedToMunicipality
from tests.conftest import ROOT
from tests.web.conftest import Site
from tests.web.importing.sheets import BAD, GOOD, PROFILE, keep_profile, sent, settled, uploads
from tracker.application import Author
from tracker.importing import uploads as kept
from tracker.importing.profile import load_profile
from tracker.importing.run import import_file
from tracker.importing.uploads import Upload
from web.pages.importing import words
from web.pages.importing.jobs import Jobs, at_work


def known(site: Site, reference: str) -> UUID | None:
    return site.desk.app.people.by_reference("visma", reference)


def test_every_problem_of_a_sheet_has_words(site: Site) -> None:
    assert not words.UNTOLD
    codes = set()
    for path in (ROOT / "tracker" / "importing").glob("*.py"):
        codes |= set(re.findall(r'(?:CellProblem|UnreadableFile)\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8")))
    # Nobody names a file on this machine from a page.
    codes -= {"file-not-found", "is-a-folder"}
    with site.app.test_request_context():
        g.language = "nb"
        assert len(codes) > 15
        assert [code for code in sorted(codes) if words.coded(code) is None] == []


def test_nothing_is_recorded_before_it_is_confirmed_and_then_all_of_it(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD)
    page = settled(client, address)
    assert "There are no errors" in page and known(site, "N-1") is None
    client.post(f"{address}/confirm")
    assert "The sheet is imported" in settled(client, address)
    found = known(site, "N-1")
    assert found is not None
    assert [type(item.fact).__name__ for item in site.desk.app.journey(found).recorded] == [
        "ParticipantRegistered",
        "ProgrammeStarted",
    ]


def test_the_sheet_is_for_the_owner_only_and_gone_when_the_import_is_done(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD, "Kari Nordmann.csv")
    settled(client, address)
    (folder,) = uploads(site)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert not [path for path in folder.iterdir() if "Kari" in path.name]
    client.post(f"{address}/confirm")
    settled(client, address)
    assert uploads(site) == []


def test_a_sheet_that_nobody_came_back_to_is_deleted_after_a_day(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    settled(client, sent(client, GOOD))
    later = site.desk.app.clock() + kept.KEPT_FOR + timedelta(minutes=1)
    kept.sweep_uploads(site.desks.settings.home, later)
    assert uploads(site) == []


def test_errors_are_named_by_row_and_column_and_nothing_can_be_confirmed(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, BAD)
    page = settled(client, address)
    assert "3 errors" in page and "There is no such day." in page and "It is not said what this cell means." in page
    client.post(f"{address}/confirm")
    settled(client, address)
    assert known(site, "N-1") is None


def test_the_sheet_comes_back_with_its_problems_marked(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, BAD)
    settled(client, address)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/problems.xlsx").data))
    listed, data = book.worksheets
    assert listed.max_row == 4
    cell = data["B3"]
    assert cell.value == "i fjor" and cell.comment is not None and cell.fill.fgColor.rgb == "FFFFC7CE"
    assert data["B2"].comment is None


def test_the_same_sheet_again_records_nothing_and_a_changed_cell_is_a_correction(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    first = sent(client, GOOD)
    settled(client, first)
    client.post(f"{first}/confirm")
    settled(client, first)
    again = settled(client, sent(client, GOOD))
    assert "nothing would be recorded" in again and "Import it" not in again
    changed = sent(client, GOOD.replace("15.04.2024", "16.04.2024"))
    page = settled(client, changed)
    assert "<strong>1</strong><span>Corrections" in page


def test_confirming_twice_imports_once(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD)
    settled(client, address)
    client.post(f"{address}/confirm")
    client.post(f"{address}/confirm")
    settled(client, address)
    assert client.get("/import").text.count("Undo it") == 1


def test_undoing_shows_what_would_go_and_takes_it_all_back(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD)
    settled(client, address)
    client.post(f"{address}/confirm")
    settled(client, address)
    person = known(site, "N-1")
    assert person is not None
    undo = next(part.split('"')[0] for part in client.get("/import").text.split('href="') if "/undo" in part[:60])
    page = client.get(undo).text
    assert "The journeys of 3 participants change" in page
    assert client.post(undo).status_code == 303
    assert not [
        one for one in site.desk.app.journey(person).entries.values() if type(one.fact) is ParticipantRegistered
    ]
    assert client.post(undo).status_code == 404


def imported_elsewhere(site: Site, *references: str) -> str:
    """An import that somebody made at the command line, about people of another municipality; its id."""
    profile = Path(site.desks.settings.home) / "elsewhere.toml"
    profile.write_text(PROFILE.replace('"9901"', '"0301"'), encoding="utf-8")
    sheet = profile.with_suffix(".csv")
    header, *rows = GOOD.splitlines()
    sheet.write_text("\n".join([header, *(rows[0].replace("N-1", one) for one in references)]), encoding="utf-8")
    report = import_file(site.desk.app, sheet, load_profile(profile), Author("kari"))
    assert report.id is not None
    return report.id


def test_imports_of_other_municipalities_are_neither_listed_nor_undone(site: Site) -> None:
    keep_profile(site)
    id = imported_elsewhere(site, "O-1", "O-2")
    client = site.client("demo-manager")
    page = client.get("/import").text
    assert "kari" not in page and "Nothing yet." in page
    assert client.get(f"/imports/{id}/undo").status_code == 403
    assert client.post(f"/imports/{id}/undo").status_code == 403
    address = sent(client, GOOD)
    settled(client, address)
    client.post(f"{address}/confirm")
    settled(client, address)
    assert client.get("/import").text.count("/undo") == 1


def test_an_import_that_reaches_into_another_municipality_is_listed_and_not_undone_here(site: Site) -> None:
    id = imported_elsewhere(site, "O-1", "O-2")
    moved = known(site, "O-2")
    assert moved is not None
    on = site.desk.today()
    site.desk.app.log(moved, MovedToMunicipality(on=on, municipality="9901"), Author("kari"))
    site.desk.database.execute("DROP TABLE import_places")
    client = site.client("demo-manager")
    assert f"/imports/{id}/undo" in client.get("/import").text, "it is looked up for imports of before it was noted"
    page = client.get(f"/imports/{id}/undo").text
    assert "live in a municipality that is not yours" in page and '<form method="post" class="stack"' not in page
    assert client.post(f"/imports/{id}/undo").status_code == 403
    assert site.desk.app.journey(moved).registration is not None


def test_people_of_another_municipality_are_nobodys_business_here(site: Site) -> None:
    keep_profile(site, PROFILE.replace('"9901"', '"0301"'))
    client = site.client("demo-manager")
    page = settled(client, sent(client, GOOD))
    assert "This is about somebody of another municipality." in page and "Import it" not in page


def test_a_job_is_opened_by_nobody_else(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD)
    settled(client, address)
    assert site.client("demo-advisor-1").get(address).status_code == 403
    assert client.get("/import/nothing-such").status_code == 404


@pytest.mark.parametrize(
    "name, content",
    [("liste.pdf", GOOD), ("liste.exe", "MZ"), ("", "")],
)
def test_what_is_no_sheet_is_refused_with_the_form(site: Site, name: str, content: str) -> None:
    answer = site.client("demo-manager").post(
        "/import",
        data={"sheet": (io.BytesIO(content.encode()), name), "profile": "", "municipality": "9901"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422 and 'id="summary"' in answer.text
    assert uploads(site) == []


def test_a_file_that_lies_about_itself_is_told_of(site: Site) -> None:
    client = site.client("demo-manager")
    address = sent(client, "no zip at all", "liste.xlsx", profile="")
    answer = client.get(address)
    assert answer.status_code == 422 and "This is no spreadsheet" in answer.text


def test_a_server_that_was_killed_leaves_nothing_or_all(site: Site) -> None:
    keep_profile(site)
    client = site.client("demo-manager")
    address = sent(client, GOOD)
    settled(client, address)
    id = address.rpartition("/")[2]
    while at_work():
        pass
    jobs, long_ago = Jobs(site.desk.database), site.desk.app.clock() - timedelta(hours=1)
    jobs.change(id, long_ago, state="importing")
    page = settled(client, address)
    assert "Nothing of the sheet was recorded" in page and "Try again" in page
    client.post(f"{address}/check")
    assert "There are no errors" in settled(client, address)
    client.post(f"{address}/confirm")
    settled(client, address)
    # The server died after the facts were in the log, and before it was noted.
    again = kept.take_in(site.desks.settings.home, "liste.csv", GOOD.encode())
    again.folder.rename(Upload(site.desks.settings.home, id).folder)
    jobs.change(id, long_ago, state="importing", outcome="")
    assert "The sheet is imported" in settled(client, address)
    assert uploads(site) == []
