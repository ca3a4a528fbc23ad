"""A report as PDF: complete, tagged for readers who hear it, and frozen as the other files are."""

import os
import re
import zlib

import pytest

from tests.web.conftest import Site
from tests.web.reports.test_reports import made
from tracker.council.keeping import Reports
from tracker.wording import LANGUAGES
from web.pages.reports import writing


@pytest.fixture
def pdf() -> None:
    """The means to make a PDF; without them a test is skipped, or fails under ``TRACKER_REQUIRE_PDF``."""
    if not writing.can_make_pdf():
        reason = "WeasyPrint is not installed, or the system has no Pango for it (Debian: libpangoft2-1.0-0)"
        if os.environ.get("TRACKER_REQUIRE_PDF"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.usefixtures("pdf")
def test_a_report_is_there_as_pdf_in_each_language_and_comes_again_to_the_byte(site: Site) -> None:
    client = site.client("demo-manager")
    id = made(client)
    files = {one.name for one in Reports(site.desk.database).files(id)}
    assert {f"report-{language}.pdf" for language in LANGUAGES} <= files
    for language in LANGUAGES:
        answer = client.get(f"/reports/{id}/report-{language}.pdf")
        assert answer.mimetype == "application/pdf"
        written = opened(answer.data)
        assert answer.data.startswith(b"%PDF-") and b"pdfuaid:part" in written, "tagged, as PDF/UA asks"
        assert re.search(rb"/Lang \(" + language.encode(), written), language
        assert len(re.findall(rb"/S\s*/Figure", written)) >= 2, "the drawings are in it, with their descriptions"
        assert client.get(f"/reports/{id}/report-{language}.pdf").data == answer.data
    assert "choose to save it as one" not in client.get(f"/reports/{id}").text


def test_without_the_means_a_report_has_its_other_files_and_says_how_to_print_it(site: Site) -> None:
    client = site.client("demo-manager")
    id = made(client)
    assert not [one.name for one in Reports(site.desk.database).files(id) if one.name.endswith(".pdf")]
    assert client.get(f"/reports/{id}/report-nb.pdf").status_code == 404


def test_a_system_without_the_libraries_makes_none_and_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"cannot load library for {name}")

    monkeypatch.undo()
    writing.can_make_pdf.cache_clear()
    monkeypatch.setattr(writing, "import_module", missing)
    try:
        assert writing.pdf_of("<p>x</p>") is None
    finally:
        writing.can_make_pdf.cache_clear()


def opened(content: bytes) -> bytes:
    """The bytes of a PDF, with what is packed in it unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    found = [content]
    for part in packed:
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)
