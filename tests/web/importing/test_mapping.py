"""Mapping columns on the pages, with a browser: suggested by their headings, tried, imported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import g
from playwright.sync_api import Page

from tests.web.browsing import accessible
from tests.web.conftest import Site
from tests.web.importing.sheets import BAD, GOOD, keep_profile
from tracker.importing import headings, proposing
from tracker.importing.problems import Problem
from tracker.importing.profile import load_profile
from web.pages.importing.words import value

Visiting = Callable[..., Page]
MONTHS = """Nr;Bosatt;jan.24;feb.24;mars.24
M-1;01.12.2023;heltid;heltid;ingenting
M-2;01.12.2023;vgs;vgs;tiltak
"""
EVENTS = """Nr;Bosatt;Hendelse;Dato
H-1;01.12.2023;Introduksjonsprogram;01.02.2024
H-1;01.12.2023;Grunnskole fullført;01.06.2024
"""


def on_disk(folder: Path, content: str) -> Path:
    path = folder / "liste.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_headings_are_understood() -> None:
    found = headings.suggested("participants", ["Nr", "Bosatt", "Kjønn", "Fødselsdato", "Programstart", "Merknad"])
    assert found == {
        "Nr": "reference",
        "Bosatt": "participant.settled_on",
        "Kjønn": "participant.gender",
        "Fødselsdato": "participant.birth_year",
        "Programstart": "programme-started.on",
    }


DAYS = {
    "programme-started.on": ("Startdato", "Start dato", "Oppstart intro", "Introstart", "Startet program", "Start"),
    "programme-ended.on": ("Slutt program", "Programslutt", "Avslutningsdato", "Avslutta", "Sluttdato"),
    "work-placement-started.on": ("Praksis fra", "Oppstart praksis"),
    "work-placement-ended.on": ("Praksis til",),
    "job-started.on": ("Jobbstart", "Start jobb"),
    "primary-school-completed.on": ("Grunnskole fullført", "Grunnskule ferdig"),
    "upper-secondary-enrolled.on": ("VGS start",),
    "participant.settled_on": ("Bosatt dato", "Dato for bosatt"),
    "programme-ended.reasons": ("Sluttårsak",),
}


@pytest.mark.parametrize("target, heading", [(target, one) for target, found in DAYS.items() for one in found])
def test_a_heading_tells_the_day_of_what_begins_or_ends(target: str, heading: str) -> None:
    assert headings.suggested("participants", ["Nr", heading]) == {"Nr": "reference", heading: target}


@pytest.mark.parametrize(
    "heading", ["Fra", "Til dato", "Startlån", "Veileder", "Programrådgiver", "Dato", "Start slutt"]
)
def test_a_heading_that_tells_too_little_is_left_to_who_imports(heading: str) -> None:
    assert headings.suggested("participants", ["Nr", heading]) == {"Nr": "reference"}


def test_the_number_of_a_person_is_not_taken_for_the_year_of_birth() -> None:
    found = headings.suggested("participants", ["Nr", "Fødselsnr", "Fødselsår"])
    assert found == {"Nr": "reference", "Fødselsår": "participant.birth_year"}


def test_what_is_hidden_of_a_cell_is_named_in_the_language_of_the_reader(site: Site) -> None:
    one = Problem("unknown-participant", "error", "", 5, "Deltaker", "(a reference)", "")
    with site.app.test_request_context():
        g.language = "nb"
        assert value(one) == "(en referanse)"
        assert value(one._replace(value="ring (a number)")) == "ring (et nummer)"
        g.language = "en"
        assert value(one) == "(a reference)"


@pytest.mark.parametrize(
    "header, kind",
    [
        (["Nr", "Bosatt"], "participants"),
        (["Nr", "Hendelse", "Dato"], "milestones"),
        (["Nr", "jan.24", "feb.24", "mars.24"], "monthly-status"),
    ],
)
def test_the_kind_of_sheet_is_seen_by_its_header(header: list[str], kind: str) -> None:
    assert headings.kind_of(header) == kind


def test_a_choice_becomes_a_profile_that_can_be_read(tmp_path: Path) -> None:
    mapped = proposing.Mapped(
        "participants",
        "visma",
        "9901",
        targets={
            "Nr": "reference",
            'B"o': "participant.settled_on",
            "K": "participant.gender",
            "D": "language-level-reached.on",
            "L": "language-level-reached.level",
        },
        cells={"K": {"K": "female"}, "L": {"A2": "A2"}},
        constants={"language-level-reached.skill": "speaking"},
    )
    path = tmp_path / "liste.toml"
    path.write_text(proposing.written(mapped), encoding="utf-8")
    profile = load_profile(path)
    assert profile.columns == ["Nr", 'B"o', "K", "D", "L"]
    assert profile.facts[0].constants["skill"] == "speaking"
    assert proposing.missing(mapped)[0][0] == "language-level-reached.skill"


@pytest.mark.parametrize("javascript, width", [(True, 1280), (False, 390)])
def test_a_sheet_is_mapped_tried_and_imported(
    visit: Visiting, served: Site, tmp_path: Path, javascript: bool, width: int
) -> None:
    page = visit("demo-manager", "/import", javascript=javascript, width=width, language="nb")
    page.set_input_files("#sheet", on_disk(tmp_path, GOOD))
    page.locator("form:has(#sheet) button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#system")
    assert page.locator("#column-0").input_value() == "reference"
    if javascript:
        accessible(page)
    page.fill("#system", "visma")
    page.locator("#column-4").select_option("language-level-reached.level")
    page.get_by_role("button", name="Neste").click()
    page.wait_for_selector("#summary")
    page.locator("#column-4").select_option("")
    page.get_by_role("button", name="Neste").click()
    page.wait_for_url("**/cells")
    assert page.locator("select").first.input_value() == "female"
    if javascript:
        accessible(page)
    page.get_by_role("button", name="Prøv").click()
    page.get_by_role("button", name="Importer").wait_for(timeout=20_000)
    if javascript:
        accessible(page)
    page.get_by_role("button", name="Importer").click()
    page.get_by_role("heading", name="Arket er importert").wait_for(timeout=20_000)
    assert served.desk.app.people.by_reference("visma", "N-1") is not None
    page.goto(f"{served.address}/import")
    assert page.locator("#profile option").count() == 2
    if javascript:
        accessible(page)
    page.get_by_role("link", name="Angre").click()
    if javascript:
        accessible(page)
    page.get_by_role("button", name="Angre importen").click()
    page.wait_for_url("**/import")
    page.get_by_text("angret", exact=True).wait_for()


@pytest.mark.parametrize("content, who, entries", [(MONTHS, "M-1", 3), (EVENTS, "H-1", 3)])
def test_months_and_events_are_mapped_too(
    visit: Visiting, served: Site, tmp_path: Path, content: str, who: str, entries: int
) -> None:
    page = visit("demo-manager", "/import", language="nb")
    page.set_input_files("#sheet", on_disk(tmp_path, content))
    page.locator("form:has(#sheet) button").click()
    page.wait_for_selector("#system")
    page.fill("#system", "visma")
    page.get_by_role("button", name="Neste").click()
    page.wait_for_url("**/cells")
    page.get_by_role("button", name="Prøv").click()
    page.get_by_role("button", name="Importer").wait_for(timeout=20_000)
    page.get_by_role("button", name="Importer").click()
    page.get_by_role("heading", name="Arket er importert").wait_for(timeout=20_000)
    found = served.desk.app.people.by_reference("visma", who)
    assert found is not None and len(served.desk.app.journey(found).recorded) >= entries


def test_the_page_of_problems_is_accessible(visit: Visiting, served: Site, tmp_path: Path) -> None:
    keep_profile(served)
    page = visit("demo-manager", "/import", language="nn", width=390)
    page.set_input_files("#sheet", on_disk(tmp_path, BAD))
    page.locator("#profile").select_option("deltakere")
    page.locator("form:has(#sheet) button").click()
    page.locator("#problems").wait_for(timeout=20_000)
    accessible(page)
