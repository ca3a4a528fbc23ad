"""The pages of figures: who may see what, what is hidden, what leaves the house, and what is written down."""

import csv
import io
import json
import re
from datetime import date
from urllib.parse import urlencode

import pytest

from tests.web.conftest import Site
from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.cohort import Axis
from tracker.ledger import Ledger
from tracker.reference_tables.lookup import references_of
from tracker.rules.nir import cut_off
from web.pages.figures.behind import opens
from web.pages.figures.municipalities import key_of, offered

YEARS = "from=2019&to=2025"


def releases(site: Site) -> int:
    ledger = Ledger(site.desk.app.settings)
    try:
        return ledger.newest()
    finally:
        ledger.close()


def looks(site: Site, what: str) -> list[str]:
    return [line.what for line in site.desk.access_log.lines() if line.what.startswith(what)]


def test_the_overview_speaks_every_language_about_every_cohort(looked_at: Site) -> None:
    for language in ("nb", "nn", "en"):
        client = looked_at.client("demo-manager", language)
        for axis in ("left", "started", "settled"):
            answer = client.get(f"/figures?axis={axis}&{YEARS}")
            assert answer.status_code == 200, (language, axis)
            assert answer.text.count("figures-rung-drawing") >= 5


def test_every_indicator_has_its_page_in_norwegian(looked_at: Site) -> None:
    client = looked_at.client("demo-analyst", "nb")
    for id, one in CATALOGUE.items():
        answer = client.get(f"/figures/{id}?{YEARS}")
        assert answer.status_code == 200, id
        assert f"{id} {one.version}" in answer.text


def test_definitions_by_choices_are_a_table_of_both(looked_at: Site) -> None:
    client = looked_at.client("demo-manager", "en")
    found = re.search(r'<table class="ds-table figures-panel.*?</table>', client.get(f"/figures/R3?{YEARS}").text, re.S)
    assert found is not None
    heads, *rows = found[0].split("<tr>")[1:]
    assert (heads.count('scope="col"'), len(rows)) == (1 + 8, 9)
    assert all(row.count("<td") == 8 for row in rows)
    for id in ("R2", "E2", "E10"):
        assert "figures-panel" not in client.get(f"/figures/{id}?{YEARS}").text


def test_what_is_waited_for_is_told_with_its_day(looked_at: Site) -> None:
    year = looked_at.desk.app.clock().date().year
    closes = cut_off(date(year, 12, 31))
    client = looked_at.client("demo-manager", "nb")
    for path in ("/figures", "/figures/R2"):
        text = client.get(f"{path}?axis=left&from={year}&to={year}").text
        assert f"Registreringen for {year} avsluttes ved utgangen av {closes.day}." in text, path
    assert f"De som sluttet i {year}, ses på i november {year + 1}." in client.get(f"/figures/R1?from={year}").text


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_catalogue_lists_every_indicator(looked_at: Site, language: str) -> None:
    text = looked_at.client("demo-advisor-1", language).get("/figures/all").text
    assert all(f'href="/figures/{id}?' in text for id in CATALOGUE)


DRAWINGS = [
    ("left", "hours"),
    ("left", "first-job"),
    ("left", "states"),
    ("left", "journeys"),
    ("left", "municipalities"),
    ("started", "language"),
    ("settled", "primary-school"),
]


@pytest.mark.parametrize("user", ["demo-manager", "demo-advisor-1"])
def test_every_drawing_has_title_description_and_a_table(looked_at: Site, user: str) -> None:
    client = looked_at.client(user, "nn")
    drawn = 0
    for axis, name in DRAWINGS:
        answer = client.get(f"/figures/drawing/{name}?axis={axis}&{YEARS}")
        assert answer.status_code == 200, name
        if f'id="drawing-{name}-desc"' in answer.text:
            drawn += 1
            assert "<caption" in answer.text
        else:
            assert 'class="ds-alert" data-color="info"' in answer.text
    assert drawn >= 4


def test_a_drawing_that_comes_into_view_is_fetched_without_the_page_around_it(looked_at: Site) -> None:
    answer = looked_at.client("demo-manager").get(f"/figures/drawing/hours?{YEARS}", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "<figure" in answer.text


def test_figures_of_another_municipality_are_closed(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    for path in ("/figures", "/figures/E2", "/figures/all", "/figures/drawing/hours", "/figures/E2/people"):
        assert client.get(f"{path}?municipality=0301").status_code == 403
    assert client.post("/figures/E2/csv?municipality=0301").status_code == 403


@pytest.mark.parametrize("user", ["demo-teacher-1", "demo-partner", "demo-administrator", "demo-auditor"])
def test_roles_without_figures_see_none(looked_at: Site, user: str) -> None:
    client = looked_at.client(user)
    assert {client.get(path).status_code for path in ("/figures", "/figures/E2", "/figures/drawing/hours")} == {403}


@pytest.mark.parametrize("id", ["R1", "R2", "R3", "P2"])
def test_nobody_opens_the_people_behind_the_official_figure_or_a_survey(looked_at: Site, id: str) -> None:
    client = looked_at.client("demo-manager")
    assert client.get(f"/figures/{id}/people?{YEARS}").status_code == 403
    assert "/people?" not in client.get(f"/figures/{id}?{YEARS}").text


@pytest.mark.parametrize("user", ["demo-advisor-1", "demo-analyst"])
def test_only_who_may_opens_the_people_behind_a_figure(looked_at: Site, user: str) -> None:
    client = looked_at.client(user)
    assert client.get(f"/figures/E3/people?{YEARS}").status_code == 403
    assert "/people?" not in client.get(f"/figures/E3?{YEARS}").text


def test_the_people_behind_each_indicator_that_is_opened_are_listed_by_its_own_cohort(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    for id, one in CATALOGUE.items():
        axis = next((axis for axis in one.axes if axis != "year"), "left")
        answer = client.get(f"/figures/{id}/people?axis={axis}&{YEARS}")
        assert answer.status_code == (200 if opens(one) else 403), id


def test_the_people_behind_a_figure_are_named_and_every_look_is_written_down(site: Site) -> None:
    answer = site.client("demo-manager").get(f"/figures/E3/people?{YEARS}")
    assert answer.status_code == 200
    assert "not counted" in answer.text
    assert looks(site, "figures people E3@1")


def test_a_protected_person_behind_a_figure_is_masked_for_who_is_not_named(site: Site) -> None:
    site.desk.accounts.change("demo-manager", site.desk.app.clock(), sees_protected=False)
    protected = site.protected()
    assert protected
    text = ""
    for page in (1, 2):
        answer = site.client("demo-manager").get(f"/figures/Q3/people?axis=settled&from=2010&to=2026&page={page}")
        text += answer.text
    assert "Protected address" in text
    for participant in protected:
        person = site.desk.app.people.get(participant)
        assert person is not None
        assert str(person.name) not in text
        assert str(participant) not in text


def test_looking_is_no_release_and_a_download_is_one(site: Site) -> None:
    client = site.client("demo-manager")
    client.get(f"/figures?{YEARS}")
    client.get(f"/figures/E2?{YEARS}&by=gender")
    assert releases(site) == 0
    answer = client.post(f"/figures/E2/csv?{YEARS}")
    assert answer.status_code == 200
    assert releases(site) == 1


def test_the_file_holds_what_the_page_shows(site: Site) -> None:
    client = site.client("demo-analyst")
    page = client.get(f"/figures/E2?{YEARS}").text
    rows = list(
        csv.DictReader(io.StringIO(client.post(f"/figures/E2/csv?{YEARS}").data.decode("utf-8-sig")), delimiter=";")
    )
    assert {row["shown"] for row in rows} >= {"shown"}
    figures = re.findall(r'figures-value[^"]*">([^<]*)<', page)
    assert len(figures) == len(rows)
    assert [figure == "hidden" for figure in figures] == [row["shown"] == "hidden" for row in rows]
    assert all(row["value"] == "" for row in rows if row["shown"] == "hidden")


@pytest.mark.parametrize("what", ["ladder", "drawing/hours", "drawing/first-job", "drawing/states"])
def test_the_ladder_and_the_drawings_can_be_downloaded(site: Site, what: str) -> None:
    client = site.client("demo-manager")
    for format, begins in {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "json": b"[", "svg": b"<svg"}.items():
        answer = client.post(f"/figures/{what}/{format}?{YEARS}")
        assert answer.status_code == 200
        assert answer.data.startswith(begins)
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("format", ["csv", "svg"])
def test_a_file_of_states_is_in_the_ledger_before_it_is_given(site: Site, format: str) -> None:
    client = site.client("demo-manager")
    before = releases(site)
    client.get(f"/figures/drawing/states?{YEARS}")
    assert releases(site) == before, "looking is no release"
    assert client.post(f"/figures/drawing/states/{format}?{YEARS}&gender=female").status_code == 200
    ledger = Ledger(site.desk.app.settings)
    (told,) = ledger.listed(1)
    ledger.close()
    assert (told.about.indicator, told.about.municipality, told.by) == ("states@1", "9901", "demo-manager")
    assert (told.breakdown, told.about.cohort) == (("gender",), "left:2019..2025")
    assert told.shown > 0


@pytest.mark.parametrize(
    "kind, line, content",
    [
        ("counts", "work-30-hours/12-months", "unit,counted,out_of\n0301,3,9\n5001,4,9\n"),
        ("strata", "work-20-hours/12-months", "schooling,gender,age,counted,out_of\nbasic,woman,18-25,3,9\n"),
    ],
)
def test_a_reference_table_of_another_line_or_kind_leaves_the_funnel_as_it_is(
    site: Site, kind: str, line: str, content: str
) -> None:
    about = {"kind": kind, "municipality": "9901", "table": "own", "version": "1", "source": "A test"}
    sent = about | {"indicator": "E2@1", "line": line, "file": (io.BytesIO(content.encode()), "own.csv")}
    assert site.client("demo-administrator").post("/administration/tables", data=sent).status_code == 303
    (table,) = references_of(site.desk.app).tables
    assert table.line == line
    assert site.client("demo-manager").get(f"/figures/drawing/municipalities?{YEARS}").status_code == 200


def test_the_funnel_is_drawn_of_the_share_that_is_chosen(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    usual = client.get(f"/figures/drawing/municipalities?{YEARS}").text
    assert '<option value="E2/work-20-hours/12-months" selected>' in usual
    assert "R2/" not in usual and "R3/" not in usual, "a range says nothing of one municipality beside another"
    other = client.get(f"/figures/drawing/municipalities?{YEARS}&of=R1/official").text
    assert '<option value="R1/official" selected>' in other
    assert client.get(f"/figures/drawing/municipalities?{YEARS}&of=X9/nothing").text.count(" selected>") == 1
    assert "K2/" in client.get(f"/figures/drawing/municipalities?axis=started&{YEARS}").text


@pytest.mark.parametrize("axis", ["left", "started", "settled"])
def test_every_share_that_is_offered_has_a_funnel(looked_at: Site, axis: Axis) -> None:
    client = looked_at.client("demo-manager")
    # One of each indicator; all of them take minutes.
    for line in {line.of.id: line for line in offered(axis)}.values():
        answer = client.get(f"/figures/drawing/municipalities?axis={axis}&{YEARS}&of={key_of(line)}")
        assert answer.status_code == 200, line.title


def test_json_stat_is_a_dataset(site: Site) -> None:
    told = json.loads(site.client("demo-manager").post(f"/figures/E1/jsonstat?{YEARS}").data)
    assert told["class"] == "dataset"


def test_a_file_never_holds_the_exact_view(site: Site) -> None:
    client = site.client("demo-manager")
    assert "not for publication" in client.get(f"/figures/drawing/first-job?{YEARS}").text
    drawn = client.post(f"/figures/drawing/first-job/svg?{YEARS}").text
    assert 'class="band' not in drawn
    assert client.post(f"/figures/drawing/journeys/svg?{YEARS}").status_code == 404


def test_advisors_download_nothing(looked_at: Site) -> None:
    client = looked_at.client("demo-advisor-1")
    assert client.post(f"/figures/E2/csv?{YEARS}").status_code == 403
    assert "formaction" not in client.get(f"/figures?{YEARS}").text


def test_single_journeys_are_drawn_for_who_may_open_them_and_noted(site: Site) -> None:
    manager = site.client("demo-manager").get(f"/figures/drawing/journeys?{YEARS}")
    advisor = site.client("demo-advisor-1").get(f"/figures/drawing/journeys?{YEARS}")
    assert 'id="drawing-journeys-title"' in manager.text
    assert 'id="drawing-journeys-title"' not in advisor.text
    assert looks(site, "figures journeys left:2019..2025")


def test_as_known_on_an_earlier_day_tells_of_that_day(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    then = client.get("/figures?from=2019&to=2023&known=31.12.2023").text
    now = client.get("/figures?from=2019&to=2023").text
    # The day of the last fact that was recorded by then.
    assert re.search(r"As known on \d+ Dec 2023, position", then)
    assert not re.search(r"As known on \d+ \w+ 2023, position", now)


def test_nonsense_is_told_and_left_out(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    for nonsense in (
        {"from": "abc"},
        {"from": "2023", "to": "1"},
        {"known": "yesterdayish"},
        {"known": "@x"},
        {"known": "31.12.2999"},
        {"from": "2024", "to": "2020"},
        {"from": "²⁰²³"},
    ):
        answer = client.get(f"/figures?{urlencode(nonsense)}")
        assert answer.status_code == 200
        assert 'id="summary"' in answer.text, nonsense


def test_unknown_choices_are_as_if_they_were_not_there(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    assert client.get("/figures?axis=nowhere&track=9&by=advisor&gender=%3Cscript%3E").status_code == 200
    assert "<script>alert" not in client.get("/figures/E2?by=<script>alert(1)</script>").text
    assert client.get("/figures/X9").status_code == 404
    assert client.get("/figures/drawing/nothing").status_code == 404
    assert client.post(f"/figures/E2/docx?{YEARS}").status_code == 404


def test_there_is_no_breakdown_by_advisor_or_teacher(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")
    for id in ("E2", "F5", "Q2"):
        options = re.findall(r'<option value="([^"]*)"', client.get(f"/figures/{id}").text)
        assert not {"advisor", "teacher", "municipality"} & set(options)


def test_a_filter_keeps_the_people_with_that_value_alone(looked_at: Site) -> None:
    client = looked_at.client("demo-manager")

    def n(query: str) -> int:
        figures = client.get(f"/figures/R1?{YEARS}{query}").text
        return max(int(found) for found in re.findall(r'<td class="number">(\d+)</td>', figures))

    everybody = n("")
    assert n("&gender=female") < everybody
    assert n("&gender=female") + n("&gender=male") <= everybody
