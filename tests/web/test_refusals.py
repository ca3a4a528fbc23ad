"""Refusals on pages: in each language what is wrong, with the day, the name or the number that it is about."""

from datetime import date

import pytest
from flask import g

from tests.web.conftest import Site
from tracker.contracts.paths import path_template
from tracker.errors import AlreadyRunning, InFuture, NotRunning, OthersRestOnIt, ParticipantNotFound, Refusal
from tracker.surveys.rounds import MoreAnswersThanInvited
from tracker.wording import Language
from web import refusals
from web.auth.accounts import AccountNotValid
from web.auth.loans import LoanNotValid

MONDAY, TUESDAY = date(2024, 3, 4), date(2024, 3, 5)
JOB = {"spell": ("work", "café"), "fact": "job-started", "day": TUESDAY}
CASES: list[tuple[Refusal, Language, str]] = [
    (InFuture("x", day=TUESDAY, today=MONDAY), "nb", "05.03.2024 er etter i dag, 04.03.2024."),
    (InFuture("x"), "nb", "Dagen er etter i dag."),
    (InFuture("the day is after today"), "en", "The day is after today."),
    (AlreadyRunning("x", since=MONDAY, **JOB), "nn", "Jobb «café» er alt i gang frå 04.03.2024"),
    (
        NotRunning("x", spell=("contract", "long-contract"), day=MONDAY),
        "nb",
        "Langsiktig kontrakt er ikke i gang 04.03.2024.",
    ),
    (OthersRestOnIt("x", (3, 4)), "nb", "Andre oppføringer (2) bygger på denne."),
    (
        MoreAnswersThanInvited("x", round="vår", number=1200, invited=1100),
        "nb",
        "Runden «vår» får 1\xa0200 svar, flere enn de 1\xa0100 inviterte.",
    ),
    (AccountNotValid("x", "password", least=12, most=128), "nn", "Eit passord har 12 til 128 teikn."),
    (AccountNotValid("x", "municipality"), "nb", "En rolle gjelder en kommune du administrerer"),
    (LoanNotValid("x", "last", first=TUESDAY, last=MONDAY), "nb", "Den siste dagen, 04.03.2024, er før den første"),
    (LoanNotValid("x", "last", days=183), "nb", "En portefølje lånes ut i høyst et halvt år."),
    (ParticipantNotFound("x"), "nb", "Det finnes ingen slik deltaker her."),
]


@pytest.mark.parametrize("refusal, language, told", CASES)
def test_a_refusal_tells_its_values_in_the_language_of_the_reader(
    site: Site, refusal: Refusal, language: Language, told: str
) -> None:
    with site.app.test_request_context():
        g.language, g.desk = language, site.desk
        assert refusals.told(refusal).startswith(told)


def test_a_day_too_late_is_told_with_both_days_on_the_page(site: Site) -> None:
    participant = site.with_most("demo-advisor-1")
    answer = site.client("demo-advisor-1", "nb").post(
        f"/participants/{participant}/log/job-started",
        data={"on": "2099-01-01", "job": "kafé", "contract": "permanent"},
    )
    today = site.desk.today().strftime("%d.%m.%Y")
    assert answer.status_code == 422 and f"01.01.2099 er etter i dag, {today}." in answer.text


def test_a_contract_of_another_language_is_read_in_ones_own(site: Site) -> None:
    from web.paths import called

    trade = path_template("trade").named("nb")
    with site.app.test_request_context():
        g.language, g.desk = "nn", site.desk
        assert [called(step.key) for step in trade.steps][:4] == [
            "grunnskule påbyrja",
            "A2",
            "praksis",
            "grunnskule fullført",
        ]
        assert called("own words of an advisor") == "own words of an advisor"
