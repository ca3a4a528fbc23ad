"""The participant's own copy: all that is recorded, told in each language, as one page that needs nothing else."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from events import fact_classes
from tests.quality.installation import Installation
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker
from tracker.errors import FolderNotUsable, ParticipantIsForgotten
from tracker.own_copy.page import CopyExists, own_copy, write
from tracker.people import Person
from tracker.settings import Settings
from tracker.wording import LANGUAGES, Language
from tracker.wording_of_facts import sentence

LONG = "contract=long-contract until=2028-12-31 parties=participant,municipality,county"
VOID = frozenset(("meta", "br", "hr", "img", "input", "link"))


class Outline(HTMLParser):
    """What a page is made of; an element that is not closed in order is a defect."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if any(re.fullmatch(r"h\d", tag) for tag in self.open):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    clock = Clock(datetime(2020, 1, 1, 12, tzinfo=UTC))
    app = ProgressionTracker(Settings(tmp_path / "home", by="kari"), clock)
    yield Installation(app, clock)
    app.close()


@pytest.fixture
def ana(installation: Installation) -> Installation:
    """Ana with goals, a contract of which not all was met, a job put right, and a level taken back."""
    installation.told(f"""
        who | recorded   | on         | fact                   | values
        Ana | 2024-01-01 | 2024-01-01 | career-goal-set        | goal=trade-certificate wording=Kokk<b>
        Ana | 2024-01-02 | 2024-01-02 | contract-signed        | {LONG}
        Ana | 2024-01-03 | 2024-01-02 | party-agreed           | contract=long-contract party=county office=Inntak
        Ana | 2024-01-03 | 2024-01-02 | step-agreed            | step=B1 contract=long-contract target=language-level level=B1 skills=speaking due=2024-12-01
        Ana | 2024-01-03 | 2024-01-02 | obligation-agreed      | obligation=plass contract=long-contract party=county due=2024-03-01 wording=Skoleplass
        Ana | 2024-01-05 | 2024-01-05 | follow-up-scheduled    | planned-on=2024-02-10
        Ana | 2024-01-20 | 2024-01-20 | follow-up-moved        | planned-on=2024-02-12 reason=interpreter
        Ana | 2024-02-12 | 2024-02-12 | follow-up-held         | way=meeting with-whom=county agreed-next=Ny_plass
        Ana | 2024-03-02 | 2024-03-02 | obligation-missed      | obligation=plass cause=no-capacity
        Ana | 2024-03-03 | 2024-02    | job-started            | job=cafe hours-per-week=20 told-by=participant
        Ana | 2024-03-04 | 2024-03-04 | language-level-reached | skill=speaking level=A2
        """)
    number = {item.fact.TOPIC: item.version for item in installation.app.journey(installation.people["Ana"]).recorded}
    job, level = number["job-started"], number["language-level-reached"]
    installation.told(f"""
        who | recorded   | on | fact            | values
        Ana | 2024-04-01 |    | correct {job}   | hours-per-week=25
        Ana | 2024-04-02 |    | retract {level} |
        """)
    person = Person(name="Ana Testesen", birth_date=date(1990, 5, 17), duf_number="201712345602", contact="41 00 00 00")
    installation.app.people.set(installation.people["Ana"], person, allow_synthetic=True)
    installation.app.people.refer([(installation.people["Ana"], "visma", "X-77")])
    installation.clock.now = datetime(2024, 5, 1, 12, tzinfo=UTC)
    return installation


def page(installation: Installation, language: Language = "nb", who: str = "Ana") -> str:
    installation.app.read_model.follow()
    return own_copy(installation.app, installation.people[who], language, Author("kari"))


def told(installation: Installation, language: Language = "nb") -> str:
    return Outline(page(installation, language)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else_and_says_its_language(ana: Installation, language: Language) -> None:
    text = page(ana, language)
    outline = Outline(text)
    assert text.startswith("<!doctype html>")
    assert ("html", {"lang": language}) in outline.elements
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base", "video"}
    for _, attributes in outline.elements:
        assert not set(attributes) & {"src", "srcset", "action", "style", "onclick"}
        assert (attributes.get("href") or "#").startswith("#")
    assert "@media print" in text
    assert not re.search(r"https?:|url\(|@import", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(ana: Installation, language: Language) -> None:
    outline = Outline(page(ana, language))
    levels = [level for level, _ in outline.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_one <= level + 1 for level, next_one in pairwise(levels))
    assert all(words.strip() for _, words in outline.headings)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed_at = [str(attributes["href"])[1:] for tag, attributes in outline.elements if tag == "a"]
    pointed_at += [str(a["aria-labelledby"]) for _, a in outline.elements if "aria-labelledby" in a]
    assert set(pointed_at) <= set(ids)
    tables = [tag for tag, _ in outline.elements if tag in ("table", "caption", "thead")]
    assert tables == ["table", "caption", "thead"] * (len(tables) // 3)
    heads = [attributes for tag, attributes in outline.elements if tag == "th"]
    assert heads and all(attributes.get("scope") in ("row", "col") for attributes in heads)


def test_who_the_person_is_stands_first(ana: Installation) -> None:
    text = told(ana)
    for words in ("Navn Ana Testesen", "Fødselsdato 17. mai 1990", "DUF-nummer 201712345602", "41 00 00 00", "X-77"):
        assert words in text
    assert str(ana.people["Ana"]) in text


@pytest.mark.parametrize(
    "language, words",
    [
        (
            "nb",
            (
                "Du begynte i en jobb.",
                "februar 2024",
                "opplyst av: deltakeren",
                "Avtalt videre Ny_plass",
                "Siste dag 31. desember 2028",
            ),
        ),
        (
            "nn",
            (
                "Du begynte i ein jobb.",
                "februar 2024",
                "opplyst av: deltakaren",
                "Avtalt vidare Ny_plass",
                "Siste dag 31. desember 2028",
            ),
        ),
        (
            "en",
            (
                "You started a job.",
                "February 2024",
                "told by: the participant",
                "Agreed next Ny_plass",
                "Last day 31 December 2028",
            ),
        ),
    ],
)
def test_facts_are_told_in_plain_words(ana: Installation, language: Language, words: tuple[str, ...]) -> None:
    text = told(ana, language)
    for each in words:
        assert each in text
    assert not re.search(r"%\(|\{\{|job-started|hours-per-week|not-asked|None", text)


def test_the_journey_stands_in_the_order_of_time(ana: Installation) -> None:
    text = told(ana, "en")
    journey = text[text.index("In the order in which it happened") :]
    said = [
        journey.index(words)
        for words in (
            "You were registered",
            "Your career goal",
            "A contract was signed",
            "You started a job",
            "A duty was not met",
        )
    ]
    assert said == sorted(said)


@pytest.mark.parametrize(
    "language, corrected, taken_back",
    [
        (
            "nb",
            "Rettet ( Nummer 13 ) Timer i uka: før 20, nå 25 Begrunnelse: a slip",
            "Trukket tilbake ( Nummer 14 ) Den gjelder ikke lenger. Begrunnelse: never happened",
        ),
        (
            "nn",
            "Retta ( Nummer 13 ) Timar i veka: før 20, no 25 Grunngiving: a slip",
            "Trekt tilbake ( Nummer 14 ) Ho gjeld ikkje lenger. Grunngiving: never happened",
        ),
        (
            "en",
            "Corrected ( Number 13 ) Hours a week: before 20, now 25 Reason: a slip",
            "Taken back ( Number 14 ) It does not count any more. Reason: never happened",
        ),
    ],
)
def test_what_was_put_right_is_shown_as_such(
    ana: Installation, language: Language, corrected: str, taken_back: str
) -> None:
    text = re.sub(r"\(\s*", "( ", re.sub(r"\s*\)", " )", told(ana, language)))
    assert corrected in text
    assert taken_back in text


def test_a_correction_that_was_taken_back_stands_in_the_log_alone(ana: Installation) -> None:
    ana.told("who | recorded | on | fact | values\nAna | 2024-04-03 | | retract 13 |")
    text = told(ana, "en")
    assert "before 20, now 25" not in text
    assert "corrects number 11; taken back by number 15" in text
    assert "takes back number 13" in text


def test_the_log_names_every_entry_with_who_and_when(ana: Installation) -> None:
    text = told(ana, "en")
    log = text[text.index("Every entry in the order") :]
    for number in range(1, 15):
        assert re.search(rf" {number} \d+ \w+ 20\d\d 1[34]:00 kari at the command line ", log), number
    assert "corrected by number 13" in log
    assert "taken back by number 14" in log


def test_the_contract_says_who_is_bound_to_what_and_what_came_of_it(ana: Installation) -> None:
    text = told(ana, "en")
    for words in (
        "State holds From 2 January 2024 Until 31 December 2028",
        "You follow the contract yes",
        "the county Inntak 2 January 2024",
        "B1 level of Norwegian, B1 (speaking) 1 December 2024 agreed",
        "plass: Skoleplass the county 1 March 2024 not met, judged on 2 March 2024",
        "12 February 2024 1 (first planned for 10 February 2024)",
    ):
        assert words in text
    ana.told(
        "who | recorded | on | fact | values\nAna | 2024-05-02 | 2024-05-02 | contract-completed | contract=long-contract"
    )
    ana.clock.now = datetime(2024, 5, 5, 12, tzinfo=UTC)
    after = told(ana, "en")
    assert "is over since 3 May 2024" in after
    assert "1 December 2024 no longer in force" in after


def test_what_is_due_is_told_with_whose_duty_it_is(ana: Installation) -> None:
    assert "Delmål: B1 du 1. desember 2024" in told(ana)
    assert "Kontrakten går ut: langsiktig kontrakt kommunen 31. desember 2028" in told(ana)


def test_what_people_wrote_is_text_and_never_markup(ana: Installation) -> None:
    text = page(ana)
    assert "Kokk&lt;b&gt;" in text
    assert "<b>" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_use_and_rights_are_told(ana: Installation, language: Language) -> None:
    text = told(ana, language)
    for article in ("15", "16", "17"):
        assert f"arti{'cle' if language == 'en' else 'kkel'} {article}" in text.replace("Artikkel", "artikkel")
    assert "Datatilsynet" in text
    assert "NIR" not in text[text.index("Datatilsynet") - 3000 : text.index("Datatilsynet")]


def test_what_is_shared_and_registered_elsewhere_is_said_where_it_is_so(ana: Installation) -> None:
    ana.told("""
        who | recorded   | on         | fact              | values
        Ana | 2024-04-04 | 2024-04-04 | consent-given     | purpose=sharing partner=NAV
        Ana | 2024-04-05 | 2024-04-05 | registered-in-nir | registers=1
        """)
    text = told(ana, "en")
    assert "entered in the national introduction register (NIR) too" in text
    assert "some of it may be shared" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_journey_with_nothing_but_its_start_is_a_page_too(installation: Installation, language: Language) -> None:
    installation.told("who | recorded | on | fact | values\nBo | 2024-01-01 | 2024-01-01 | plan-agreed |")
    outline = Outline(page(installation, language, "Bo"))
    nothing = {"nb": "Ingenting er registrert.", "nn": "Ingenting er registrert.", "en": "Nothing is recorded."}[
        language
    ]
    assert outline.text.count(nothing) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_about_a_participant_can_be_told(language: Language) -> None:
    told_of = [cls for cls in fact_classes().values() if cls.STREAM == "participant"]
    assert all(re.fullmatch(r"[A-ZÅ].*\.", sentence(cls, language)) for cls in told_of)
    assert len({sentence(cls, language) for cls in told_of}) == len(told_of)


def test_an_erased_participant_has_no_copy(ana: Installation) -> None:
    ana.app.forget(ana.people["Ana"], Author("kari"))
    with pytest.raises(ParticipantIsForgotten):
        page(ana)


def test_the_file_is_for_its_owner_alone_and_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "copy.html"
    write("<p>å</p>", path)
    assert path.read_text(encoding="utf-8") == "<p>å</p>"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CopyExists, match=r"copy\.html already"):
        write("other", path)
    assert path.read_text(encoding="utf-8") == "<p>å</p>"
    with pytest.raises(FolderNotUsable):
        write("<p>å</p>", tmp_path / "nowhere" / "copy.html")
