"""Refusals on pages: in each language what is wrong, with the day, the name or the number that it is about."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import g

from tests.web.conftest import Site
from tracker.contracts.paths import path_template
from tracker.errors import AlreadyRunning, InFuture, NotRunning, OthersRestOnIt, ParticipantNotFound, Refusal
from tracker.follow_up.filters import FilterNotValid
from tracker.follow_up.saved_lists import ListNotValid
from tracker.importing.profile import load_profile
from tracker.indicators.catalogue import indicator
from tracker.indicators.cohort import Cohort
from tracker.indicators.compare import compare
from tracker.indicators.lines import line_of
from tracker.indicators.municipalities import not_compared
from tracker.indicators.pipeline import Question, checked
from tracker.indicators.statistics.proportions import Proportion
from tracker.saying import Said
from tracker.surveys.rounds import MoreAnswersThanInvited
from tracker.wording import Language
from web import refusals
from web.auth.accounts import AccountNotValid
from web.auth.loans import LoanNotValid

E2 = indicator("E2")
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
    (
        ListNotValid("x", file="a", problem=Said("filters: %(problem)s", problem=FilterNotValid("x", given="work"))),
        "nn",
        "Listefila a kan ikkje brukast: filters: Filteret nemner noko som ikkje finst: «work».",
    ),
    (ParticipantNotFound("x"), "nb", "Det finnes ingen slik deltaker her."),
]
ASKED: list[tuple[Callable[[], object], Language, str]] = [
    (lambda: Cohort.parse("2023"), "nb", "«2023» er ingen kohort. En kohort skrives som left:2023"),
    (lambda: Cohort.parse("active:soon"), "nb", "«active:soon» har ingen dag som finnes."),
    (lambda: Cohort.parse("left:19"), "nn", "«left:19» har ingen år som kan lesast."),
    (lambda: Cohort.parse("left:2023..2021"), "nb", "Årene i «left:2023..2021» går bakover."),
    (lambda: indicator("X9"), "nb", "Det finnes ingen indikator «X9». Disse finnes: K1, "),
    (lambda: indicator("E2@77"), "nb", "E2 har ingen versjon «77». Disse finnes: E2@1."),
    (
        lambda: checked(E2, Question(Cohort.parse("left"), ("hair",))),
        "nb",
        "E2 kan ikke deles på «hair». Mulige inndelinger: Regelverk, Skolegang, ",
    ),
    (
        lambda: checked(E2, Question(Cohort.parse("left"), ("gender", "gender"))),
        "nn",
        "Vel kvar inndeling éin gong. Valt: Kjønn, Kjønn.",
    ),
    (
        lambda: checked(E2, Question(Cohort.parse("year:2023"))),
        "nb",
        "E2 kan ikke regnes ut for «year:2023». Den gjelder disse kohortene: Avsluttet programmet",
    ),
    (lambda: checked(E2, Question(Cohort.parse("left"), months=(-3,))), "nb", "Velg 0 til 600 måneder, ikke -3."),
    (lambda: line_of(E2, "hair", "left", 12), "nb", "E2 har ingen linje «hair» som er en andel av personer."),
    (lambda: not_compared(indicator("R2")), "nb", "R2 viser hvor mye tallet for ett år kunne ha flyttet seg."),
    (
        lambda: compare({"9901": Proportion(1, 2)}),
        "nb",
        "Det er for lite å sammenligne: 1 av 1 enheter har personer.",
    ),
]


@pytest.mark.parametrize("ask, language, told", ASKED)
def test_what_cannot_be_asked_of_figures_is_told_with_its_values(
    site: Site, ask: Callable[[], object], language: Language, told: str
) -> None:
    with pytest.raises(Refusal) as refused:
        ask()
    with site.app.test_request_context():
        g.language, g.desk = language, site.desk
        assert refusals.told(refused.value).startswith(told)
        g.language = "en"
        assert refusals.told(refused.value).casefold().startswith(str(refused.value).casefold())


PROFILE = '[sheet]\nkind = "monthly-status"\nreferences = "visma"\nparticipant = "Nr"\n'
STATES = '[states]\nx = { activity = "work", hours_per_week = 20 }\n'


@pytest.mark.parametrize(
    "content, words",
    [
        (
            '[sheet]\nkind = "monthly"\n',
            'sheet.kind: skal være en av monthly-status, milestones, participants, ikke "monthly".',
        ),
        (PROFILE, "states: mangler. Skal si hva hver celle betyr, som work ="),
        (PROFILE + STATES + "[extra]\n", "extra: er ingen nøkkel som kan stå her. Disse finnes: sheet, "),
        (PROFILE + "header = 1\n" + STATES, "sheet.header: er ingen nøkkel som kan stå her. Mente du «header_row»?"),
        (
            PROFILE + STATES + "[[facts]]\nfact = 1\n",
            "facts[0].fact: skal være navnet på en milepæl, som job-started, ikke 1.",
        ),
        (
            PROFILE + '[states]\nx = { activity = "work", hours_per_week = "a" }\n',
            "states.x.hours_per_week: verdien kan ikke være slik.",
        ),
        ("[sheet\n", "Profilen own.toml kan ikke leses: Linje 1 er ikke TOML fra tegn"),
    ],
)
def test_what_is_wrong_in_a_profile_is_told_with_its_place_and_value(
    site: Site, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_profile(path)
    with site.app.test_request_context():
        g.language, g.desk = "nb", site.desk
        assert refusals.told(refused.value).removeprefix("Profilen own.toml kan ikke brukes: ").startswith(words)


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
