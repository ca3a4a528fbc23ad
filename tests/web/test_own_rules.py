"""Rules of a municipality's own, sent in on the pages: checked whole, kept for good, and followed by the lists."""

import io

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Site
from tests.web.test_administration import ADMINISTRATOR
from tracker.follow_up.own_rules import LARGEST, RulesOfOthers, checked
from tracker.follow_up.rules import RulesNotValid
from tracker.wording import Language
from web.auth.accounts import Grant
from web.demo_accounts import DEMO_PASSWORD
from web.pages.administration.rules import fold_anew
from web.rule_files import RuleFiles

OWN = """id = "lillevik"
version = 1
title = "Own rhythm"
source = "the council, 3 May 2024"

[[overrides]]
rule = "contact-in-programme"
[[overrides.values]]
municipality = "9901"
due = "2 weeks"
again = "2 weeks"
basis = "decided by the council"
"""
RULE = "contact-in-programme"


@pytest.fixture
def client(site: Site, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An administrator; what works the lists out in the background is left to the tests."""
    monkeypatch.setattr("web.pages.administration.rules.Thread", Idle)
    return site.client(ADMINISTRATOR)


class Idle:
    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        """Nothing is begun."""


def send(client: FlaskClient, content: str) -> tuple[int, str]:
    answer = client.post("/administration/rules", data={"file": (io.BytesIO(content.encode()), "own.toml")})
    return answer.status_code, answer.text


def files(site: Site) -> list[str]:
    return sorted(path.name for path in (site.desks.settings.home / "follow-up").glob("*"))


def test_a_file_of_own_rules_is_put_in_use_and_the_lists_follow_it(site: Site, client: FlaskClient) -> None:
    model = site.desk.app.read_model
    assert model.rules.rules[RULE].values[0].municipality is None
    assert send(client, OWN)[0] == 303
    page = client.get("/administration/rules").text
    assert "lillevik@1" in page and ADMINISTRATOR in page and "being worked out by the newest rules" in page
    fold_anew(site.desks)
    assert model.state("rules") == model.rules.digest
    assert (model.rules.rules[RULE].values[0].municipality, model.rules.rules[RULE].values[0].due) == (
        "9901",
        "2 weeks",
    )
    assert not model.is_outdated
    assert "being worked out" not in client.get("/administration/rules").text


def test_a_new_version_takes_the_place_of_the_one_before_which_stays_to_be_had(site: Site, client: FlaskClient) -> None:
    send(client, OWN)
    second = OWN.replace("version = 1", "version = 2").replace("2 weeks", "3 weeks")
    assert send(client, second)[0] == 303
    assert files(site) == ["lillevik-2.toml"]
    assert client.get("/administration/rules/lillevik@1").text == OWN
    assert client.get("/administration/rules/lillevik@2").text == second
    assert client.get("/administration/rules/lillevik@3").status_code == 404
    code, page = send(client, OWN)
    assert code == 422 and "expected 3 or more, got 1" in page


@pytest.mark.parametrize(
    "wrong, told",
    [
        (OWN.replace('due = "2 weeks"', 'due = "soon"'), "toml, line 10: "),
        (OWN.replace(RULE, "no-such-rule"), "toml, line 7: "),
        (OWN.replace('"9901"', '9901"'), "(at line 9"),
        (OWN.replace('municipality = "9901"\n', ""), "expected one of 9901"),
        (OWN.replace('"9901"', '"0301"'), "toml, line 9: "),
        (OWN.replace('"lillevik"', '"default"'), "comes with the tracker"),
        ("\xff\x00", "no TOML"),
        ("x" * (LARGEST + 1), "at most"),
    ],
)
def test_what_cannot_be_is_refused_with_line_and_value_and_nothing_is_kept(
    site: Site, client: FlaskClient, wrong: str, told: str
) -> None:
    code, page = send(client, wrong)
    assert code == 422
    assert told in page
    assert files(site) == []
    assert RuleFiles(site.desk.database).all() == []


@pytest.mark.parametrize(
    "language, wrong, told",
    [
        (
            "nb",
            OWN.replace('due = "2 weeks"', 'due = "soon"'),
            "Linje 10: Egne verdier for «contact-in-programme»: due: ",
        ),
        ("nb", OWN.replace('due = "2 weeks"', 'due = "soon"'), "«2 weeks» eller «10 days», ikke «soon»."),
        ("nn", OWN.replace(RULE, "no-such-rule"), "Linje 7: Det finst ingen regel «no-such-rule». Desse finst: "),
        ("nb", OWN.replace('"9901"', '9901"'), "Linje 9 er ikke TOML fra tegn 20: «municipality = 9901&#34;»."),
        (
            "nn",
            OWN.replace('"9901"', '"0301"'),
            "Linje 9: contact-in-programme: municipality: skal vere kommunen din (9901)",
        ),
        ("nb", OWN.replace('"lillevik"', '"default"'), "Linje 1: id: «default» følger med løsningen."),
        (
            "nb",
            OWN.replace("version = 1", 'version = "1"'),
            "version: skal være et helt tall, ikke en tekst i anførselstegn.",
        ),
        ("nb", OWN.replace("version = 1\n", ""), "filen: «version» mangler."),
        ("nn", OWN.replace("due =", "dew ="), "overrides[0].values[0]: «dew» er ingen nøkkel som kan stå her."),
        ("nb", OWN + "x = [", "Filen slutter for tidlig til å være TOML."),
        ("nn", "x" * (LARGEST + 9000), "Fila kan vere på høgst 200 kB, og er på 200."),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_norwegian_with_place_and_value(
    site: Site, monkeypatch: pytest.MonkeyPatch, language: Language, wrong: str, told: str
) -> None:
    monkeypatch.setattr("web.pages.administration.rules.Thread", Idle)
    code, page = send(site.client(ADMINISTRATOR, language), wrong)
    assert code == 422
    assert told in page
    assert "expected" not in page


def test_a_file_of_another_municipality_is_neither_shown_nor_replaced(site: Site, client: FlaskClient) -> None:
    send(client, OWN)
    there = [Grant("administrator", "0301")]
    site.desk.accounts.make("elsewhere", "Elsewhere", DEMO_PASSWORD, there, site.desk.app.clock(), "test")
    other = site.client("elsewhere")
    assert "lillevik@1" not in other.get("/administration/rules").text.partition('id="own"')[2]
    assert other.get("/administration/rules/lillevik@1").status_code == 404
    taken = OWN.replace("version = 1", "version = 2").replace('"9901"', '"0301"')
    assert send(other, taken)[0] == 422
    with pytest.raises(RulesOfOthers):
        checked(taken.encode(), site.desks.settings.home, {"0301"})
    with pytest.raises(RulesNotValid):
        checked(b"", site.desks.settings.home, {"0301"})
    assert files(site) == ["lillevik-1.toml"]
