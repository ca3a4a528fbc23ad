"""The weekly digest: what it counts, for whom, in each language, and what it never says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.quality.installation import Installation
from tests.scenario import Clock
from tracker.application import ProgressionTracker
from tracker.follow_up.digest import REFERENCES, Digest, digests
from tracker.follow_up.filters import FilterNotValid
from tracker.follow_up.scope import Scope
from tracker.people import Person
from tracker.settings import Settings
from tracker.wording import LANGUAGES, Language

AT = "2024-09-02"
LONG = "contract=long-contract until=2028-12-31 parties=participant,county"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Ana and Bo are advised by kari, Cem by ola, Di by nobody; Ana has a contract, Bo a conversation planned."""
    clock = Clock(datetime(2020, 1, 1, 12, tzinfo=UTC))
    app = ProgressionTracker(Settings(tmp_path / "home", by="kari"), clock)
    yield Installation(app, clock).told(f"""
        who | recorded   | on         | fact                | values
        Ana | 2024-01-01 | 2024-01-01 | advisor-assigned    | advisor=kari
        Ana | 2024-01-02 | 2024-01-02 | contract-signed     | {LONG}
        Ana | 2024-01-02 | 2024-01-02 | step-agreed         | step=skrekk contract=long-contract target=other due=2024-09-01
        Ana | 2024-01-02 | 2024-01-02 | obligation-agreed   | obligation=plass contract=long-contract party=county due=2024-09-09
        Ana | 2024-08-30 | 2024-08-30 | obligation-agreed   | obligation=mentor contract=long-contract party=county due=2024-09-10
        Bo  | 2024-01-03 | 2024-01-03 | advisor-assigned    | advisor=kari
        Bo  | 2024-08-01 | 2024-08-01 | follow-up-held      | way=meeting
        Bo  | 2024-08-01 | 2024-08-01 | follow-up-scheduled | planned-on=2024-10-02
        Cem | 2024-01-03 | 2024-01-03 | advisor-assigned    | advisor=ola
        Di  | 2024-01-03 | 2024-01-03 | programme-offered   |
        """)
    app.close()


def told(
    installation: Installation, at: str = AT, language: Language = "en", **options: Any
) -> dict[str | None, Digest]:
    day = date.fromisoformat(at)
    scope = Scope(installation.position, day, options.pop("advisor", None))
    week_before = date.fromordinal(day.toordinal() - 7).isoformat()
    before = installation.app.read_model.known_at(week_before)
    found = list(digests(installation.app.read_model, scope, before, language, **options))
    assert len({digest.file_name for digest in found}) == len(found)
    return {digest.advisor: digest for digest in found}


def sections(digest: Digest) -> dict[str, list[str]]:
    """Title of a section -> its lines; titles end with how many there are."""
    parts = (part.split("\n") for part in digest.body.split("\n\n"))
    return {head: [line.strip() for line in lines] for head, *lines in parts}


def ref(installation: Installation, who: str) -> str:
    return str(installation.people[who])[:8]


def contracts_only(lines: list[str]) -> list[str]:
    kinds = ("Step of the path", "Duty in the contract", "Conversation agreed")
    return [line for line in lines if line.endswith(kinds)]


def named(found: dict[str, list[str]], title: str) -> list[str]:
    return next(lines for head, lines in found.items() if head.startswith(title))


def test_what_is_due_is_counted_by_kind_as_the_worklist_groups_it(installation: Installation) -> None:
    found = sections(told(installation)["kari"])
    assert contracts_only(named(found, "Overdue")) == ["1  Step of the path"]
    assert contracts_only(named(found, "Due within 7 days")) == ["1  Duty in the contract"]
    assert contracts_only(named(found, "Due in 8 to 30 days")) == ["1  Conversation agreed", "1  Duty in the contract"]


@pytest.mark.parametrize("at, group", [("2024-09-01", "Due within 7 days"), ("2024-09-02", "Overdue")])
def test_what_is_due_today_is_not_overdue(installation: Installation, at: str, group: str) -> None:
    found = sections(told(installation, at)["kari"])
    assert "1  Step of the path" in named(found, group)


def test_each_advisor_has_a_digest_and_what_nobody_answers_for_has_the_last(installation: Installation) -> None:
    found = told(installation)
    assert list(found) == ["kari", "ola", None]
    assert [next(iter(sections(digest))).splitlines()[0] for digest in found.values()] == [
        "Advisor: kari",
        "Advisor: ola",
        "No advisor",
    ]
    assert ["Participants: 2" in digest.body for digest in found.values()] == [True, False, False]
    assert list(told(installation, advisor="ola")) == ["ola"]
    assert "Participants: 0" in told(installation, advisor="nobody")["nobody"].body


def test_new_is_what_the_digest_of_a_week_before_did_not_have(installation: Installation) -> None:
    new = contracts_only(named(sections(told(installation)["kari"]), "New since last week"))
    # The duty agreed on 30 August is new; the step and the older duty had come within 30 days before, and the
    # conversation came within 30 days now.
    assert new == ["1  Conversation agreed", "1  Duty in the contract"]
    installation.told(
        "who | recorded | on | fact | values\nAna | 2024-09-03 | 2024-01-02 | step-agreed | step=to contract=long-contract target=other due=2024-09-20"
    )
    assert "1  Step of the path" in named(sections(told(installation, "2024-09-03")["kari"]), "New since last week")
    assert "1  Step of the path" not in named(sections(told(installation, "2024-09-11")["kari"]), "New since last week")


@pytest.mark.parametrize(
    "inactive, bo",
    [("3m", False), ("31d", True), ("1m", True), ("33d", False)],
)
def test_who_was_not_contacted_for_so_long_is_named_by_reference(
    installation: Installation, inactive: str, bo: bool
) -> None:
    found = sections(told(installation, inactive=inactive)["kari"])
    silent = " ".join(named(found, "No conversation"))
    assert f"{ref(installation, 'Ana')} (never)" in silent
    assert (f"{ref(installation, 'Bo')} (last on 1 August 2024)" in silent) is bo


def test_who_is_followed_up_no_more_is_not_missed(installation: Installation) -> None:
    installation.told("who | recorded | on | fact | values\nAna | 2024-08-31 | 2024-08-31 | left-norway |")
    found = told(installation)["kari"]
    assert ref(installation, "Ana") not in found.body
    assert "Participants: 1" in found.body


def test_what_rests_is_counted_by_itself(installation: Installation) -> None:
    installation.told(
        "who | recorded | on | fact | values\nAna | 2024-09-01 | 2024-09-01 | contract-paused | contract=long-contract"
    )
    found = sections(told(installation)["kari"])
    assert contracts_only(named(found, "Overdue")) == []
    assert "Paused for now: 3" in found


@pytest.mark.parametrize(
    "language, subject, line",
    [
        ("nb", "Oppfølging uke 36: forfalt ", "Frist innen 7 dager: "),
        ("nn", "Oppfølging veke 36: forfalle ", "Frist innan 7 dagar: "),
        ("en", "Follow-up week 36: overdue ", "Due within 7 days: "),
    ],
)
def test_it_is_written_in_three_languages(
    installation: Installation, language: Language, subject: str, line: str
) -> None:
    digest = told(installation, language=language)["kari"]
    assert digest.subject.startswith(subject)
    assert f"\n{line}" in digest.body
    assert digest.text.startswith(f"Subject: {subject}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_longer_than_72_characters(installation: Installation, language: Language) -> None:
    long_name = "kari-" + "e" * 50
    rows = "\n".join(
        f"P{n} | 2024-01-03 | 2024-01-03 | advisor-assigned | advisor={long_name}" for n in range(REFERENCES + 5)
    )
    installation.told(f"who | recorded | on | fact | values\n{rows}")
    for digest in told(installation, language=language).values():
        assert max(map(len, digest.text.splitlines())) <= 72
        assert digest.text.endswith(".\n")
        assert "\r" not in digest.text
    assert " 5 " in told(installation, language=language)[long_name].body.replace("\n", " ")


def test_nothing_in_it_tells_who_a_participant_is(installation: Installation) -> None:
    for who, stream in installation.people.items():
        installation.app.people.set(stream, Person(name=f"{who} Testesen"), allow_synthetic=True)
    for language in LANGUAGES:
        for digest in told(installation, language=language).values():
            for secret in ("Testesen", "skrekk", "mentor", *(str(stream) for stream in installation.people.values())):
                assert secret not in digest.text


def test_files_are_named_by_week_and_advisor() -> None:
    one = Digest("kari", "2024-W36", "", "")
    names = [replace(one, advisor=name).file_name for name in ("kari", None, "Kari Å", "../kari", "kari å")]
    assert names[:2] == ["digest-2024-W36-kari.txt", "digest-2024-W36.txt"]
    assert len(set(names)) == 5
    assert all("/" not in name and name.isascii() for name in names)


def test_a_time_that_is_none_is_refused(installation: Installation) -> None:
    with pytest.raises(FilterNotValid, match="'often'"):
        told(installation, inactive="often")
