"""Nothing that tells of a person stands in the clear anywhere but where it is meant to, and nothing after forgetting."""

import base64
import logging
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.intake import ParticipantRegistered
from events.plan import CareerGoalSet
from events.work import JobChanged, JobEnded, JobStarted
from tests.faults.commands import run
from tests.privacy.traces import files_in, forms, open_to_others, traces
from tests.tracker.test_people import DUF, synthetic
from tracker.application import Author, ProgressionTracker
from tracker.errors import ParticipantIsForgotten, Refusal
from tracker.exporting.export import export
from tracker.importing import run as importing
from tracker.importing.profile import load_profile
from tracker.indicators.frames import load
from tracker.log import SQLiteLog
from tracker.people import Person
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify
from tracker.settings import Settings
from tracker.storage import UPLOADS

ADVISOR = Author("radgiver-kontor7")
PERSON = Person(
    name="Testolina Prøvesøyland",
    birth_date=date(1981, 3, 27),
    national_identity_number=synthetic("278381"),
    d_number=synthetic("678381"),
    duf_number=DUF,
    contact="testolina@example.org",
)
IDENTITY: dict[str, str | bytes] = {
    "first name": "Testolina",
    "last name": "Prøvesøyland",
    "birth date": "1981-03-27",
    "national identity number": str(PERSON.national_identity_number),
    "d-number": str(PERSON.d_number),
    "duf number": DUF,
    "contact": "testolina@example.org",
}
REFERENCE, IMPORTED = "saksnr-99471-q", "importnr-55812"
REFERENCES: dict[str, str | bytes] = {"reference": REFERENCE, "imported reference": IMPORTED}
WORDS: dict[str, str | bytes] = {
    "a goal in own words": "helst et lite bakeri ved havna",
    "reason of a correction": "kontrakten lest feil",
    "reason of a retraction": "gjaldt nabosaken",
    "idempotency key": "kommando-4471-z",
}
PAYLOAD: dict[str, str | bytes] = {"key of a job": "hemmeligkafeen", "industry": '"56.101"'}
"""What the read model is made to hold, and no other file."""

PROFILE = """
[sheet]
kind = "monthly-status"
references = "visma"
participant = "id"
months = { first = "2023-01", columns = ["m1", "m3"] }
[participant]
municipality = "0301"
settled_on = "2022-01-01"
[states]
jobb = { activity = "work" }
"""


@pytest.fixture
def everyone_may_look() -> Iterator[None]:
    """The mask of a careless system: whoever makes a file must say himself who may read it."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def installation(
    tmp_path: Path, everyone_may_look: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[tuple[ProgressionTracker, UUID]]:
    """An installation with some life in it, and the participant whom the secrets are about."""
    caplog.set_level(logging.DEBUG)
    app = ProgressionTracker(Settings(tmp_path / "home"))
    start = date(2021, 3, 15)
    who = app.register(ParticipantRegistered(on=start, municipality="5001", settled_on=start), ADVISOR)
    app.people.set(who, PERSON, allow_synthetic=True)
    app.people.refer([(who, "acos", REFERENCE)])
    job = JobStarted(on=date(2023, 1, 2), job="hemmeligkafeen", hours_per_week=Decimal("19.5"), industry="56.101")
    app.log(who, job, ADVISOR, command=str(WORDS["idempotency key"]))
    wish = CareerGoalSet(on=date(2023, 2, 1), goal="work", wording=str(WORDS["a goal in own words"]))
    app.log(who, wish, ADVISOR)
    app.correct(who, 2, {"hours-per-week": "37.5"}, str(WORDS["reason of a correction"]), ADVISOR)
    app.log(who, JobChanged(on=date(2023, 3, 1), job="hemmeligkafeen", hours_per_week=Decimal(10)), ADVISOR)
    app.log(who, JobEnded(on=date(2023, 5, 1), job="hemmeligkafeen"), ADVISOR)
    app.retract(who, 5, str(WORDS["reason of a retraction"]), ADVISOR)
    (tmp_path / "ark.toml").write_text(PROFILE, encoding="utf-8")
    sheet = f"id;m1;m2;m3\n{IMPORTED};jobb;jobb;\nnr2;jobb;;jobb\n"
    (tmp_path / "testolina.csv").write_text(sheet, encoding="utf-8")
    importing.import_file(app, tmp_path / "testolina.csv", load_profile(tmp_path / "ark.toml"), ADVISOR)
    refused(app, who)
    counted(app)
    yield app, who
    app.close()


def refused(app: ProgressionTracker, who: UUID) -> None:
    """Some refusals on the way, whose messages must not tell either."""
    for ask in (
        lambda: app.people.set(app.find("visma:nr2"), PERSON, allow_synthetic=True),
        lambda: app.people.refer([(app.find("visma:nr2"), "acos", REFERENCE)]),
        lambda: app.log(who, CareerGoalSet(on=date(2023, 2, 1), goal="work", wording="bakeri " * 40), ADVISOR),
        lambda: app.find(f"acos:{REFERENCE}x"),
    ):
        with pytest.raises(Refusal) as refusal:
            ask()
        found = traces({**IDENTITY, **REFERENCES}, {"a message": str(refusal.value).encode()})
        assert found == []


def raw_keys(app: ProgressionTracker, who: UUID) -> dict[str, str | bytes]:
    row = app.keys._database.execute("SELECT wrapped FROM streams WHERE stream = ?", (who.hex,)).fetchone()
    return {
        "data key": app.keys._master.open(row[0], who.bytes),
        "key of the index": app.keys.index_key,
    }


def counted(app: ProgressionTracker) -> None:
    """Ask for figures, so that their files are there."""
    load(app.read_model, app.read_model.follow(), date(2024, 1, 1))
    assert list(app.settings.home.glob("read.*/*/*.arrow")), "no files to look into"


def read_model(name: str) -> bool:
    return name.startswith("read.")


def test_the_search_finds_what_is_there_in_any_form() -> None:
    for secret in ("Prøvesøyland", b"\x01\x02\xfa\xfb\xfc\xfd\xfe\xff12345678"):
        for form, written in forms(secret).items():
            assert traces({"it": secret}, {"here": b"xx" + written + b"yy"}), form


def test_the_read_model_holds_what_it_is_made_for(installation: tuple[ProgressionTracker, UUID]) -> None:
    app, _ = installation
    there = {name: content for name, content in files_in(app.settings.home).items() if read_model(name)}
    for columns in (False, True):
        some = {name: content for name, content in there.items() if (".arrow" in name) == columns}
        assert traces({"key of a job": PAYLOAD["key of a job"]}, some), "what the others must not hold is nowhere"


def test_nothing_that_tells_of_a_person_is_in_the_clear(
    installation: tuple[ProgressionTracker, UUID],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    app, who = installation
    assert app.people.get(who) == PERSON
    rebuild(app)
    assert verify(app).differences == []
    counted(app)
    places = files_in(app.settings.home)
    assert {"events.db", "people.db", "keys.db", "app.db", "master.key"} <= set(places)
    printed = capfd.readouterr()
    places |= {"the log": caplog.text.encode(), "stdout": printed.out.encode(), "stderr": printed.err.encode()}
    assert traces({**IDENTITY, **REFERENCES, **WORDS, **raw_keys(app, who)}, places) == []
    assert traces(PAYLOAD, {name: content for name, content in places.items() if not read_model(name)}) == []
    master = (app.settings.home / "master.key").read_bytes()
    others = {name: content for name, content in places.items() if name != "master.key"}
    assert traces({"master key": master.strip(), "its bytes": base64.b64decode(master)}, others) == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_export_holds_no_identity_no_reference_and_no_free_text(
    installation: tuple[ProgressionTracker, UUID], tmp_path: Path, form: Any
) -> None:
    app, who = installation
    export(app, tmp_path / "out", ADVISOR, personal_data=True, form=form)
    places = files_in(tmp_path / "out")
    assert places
    assert traces({**IDENTITY, **REFERENCES, **WORDS, **raw_keys(app, who)}, places) == []


def test_commands_tell_no_identity_where_it_was_not_asked_for(
    installation: tuple[ProgressionTracker, UUID],
) -> None:
    app, who = installation
    home = app.settings.home
    places = {}
    for words in (["status"], ["list"], ["verify"], ["log", str(who), "job-ended", "--on", "2019-01-01", "--job", "x"]):
        outcome = run(home, *words)
        places[words[0]] = (outcome.message + outcome.told).encode()
    assert traces({**IDENTITY, **WORDS, **raw_keys(app, who)}, places) == []


def test_after_forgetting_there_is_nothing_left_but_that_it_was_done(
    installation: tuple[ProgressionTracker, UUID],
) -> None:
    app, who = installation
    home = app.settings.home
    rebuild(app)
    counted(app)
    keys = app.keys._database.execute("SELECT wrapped FROM streams WHERE stream = ?", (who.hex,)).fetchone()
    secrets: dict[str, str | bytes] = {
        "wrapped key": bytes(keys[0]),
        "data key": raw_keys(app, who)["data key"],
        **IDENTITY,
        **REFERENCES,
        **WORDS,
        **PAYLOAD,
    }
    del secrets["imported reference"]
    people = app.people._database
    kept = {"people": "sealed", "numbers": "token", "prefixes": "token", "external": "sealed", "bare": "token"}
    for table, column in kept.items():
        rows = people.execute(f"SELECT {column} FROM {table} WHERE stream = ?", (who.hex,)).fetchall()
        assert rows, f"no {table} to look for"
        secrets |= {f"{table} {number}": bytes(row[0]) for number, row in enumerate(rows)}
    reader = ProgressionTracker(Settings(home))
    assert reader.journey(who).version == 7
    reader.read_model.database.execute("SELECT COUNT(*) FROM spells").fetchone()

    waiting = home / UPLOADS / "waiting" / "sheet.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text(";".join(map(str, IDENTITY.values())), encoding="utf-8")

    app.forget(who, ADVISOR)

    places = files_in(home)
    assert traces(secrets, places) == []
    for name, content in places.items():
        assert str(who).encode() not in content or read_model(name), f"the id is in {name}"
        if read_model(name) and name.endswith(".db"):
            # Once in the row of erased participants, once in its index, and nowhere else.
            assert content.count(str(who).encode()) == 2
        if ".arrow" in name:
            assert str(who).encode() not in content, f"the id is in {name}"
    assert app.read_model.database.execute("SELECT participant FROM erased").fetchall() == [(str(who),)]
    counted(reader)
    assert not [name for name, content in files_in(home).items() if ".arrow" in name and str(who).encode() in content]
    for each in (app, reader):
        for ask in (each.journey, each.people.get):
            with pytest.raises(ParticipantIsForgotten):
                ask(who)
        assert each.people.find("Testolina") == []
        assert each.people.find(DUF) == []
    reader.close()
    assert traces(secrets, files_in(home)) == []


def test_what_a_rebuild_folded_before_a_forgetting_is_gone_too(
    installation: tuple[ProgressionTracker, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, who = installation
    other = ProgressionTracker(Settings(app.settings.home))

    def told(done: int, total: int) -> None:
        if not other.keys.is_forgotten(who):
            other.forget(who, ADVISOR)

    rebuild(app, told, processes=1)
    assert verify(app).differences == []
    assert traces(PAYLOAD, files_in(app.settings.home)) == []
    other.close()


def test_every_file_is_for_its_owner_alone_at_any_moment(
    installation: tuple[ProgressionTracker, UUID], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = installation
    home = app.settings.home
    found: list[str] = open_to_others(home)
    seen: set[str] = set()

    def look(*_: object) -> None:
        seen.update(path.name.split(".")[0] for path in home.iterdir())
        found.extend(open_to_others(home))

    rebuild(app, look)
    verify(app, look)
    append = SQLiteLog.append

    def appended(log: SQLiteLog, staged: Path) -> tuple[int, int]:
        look()
        return append(log, staged)

    monkeypatch.setattr(SQLiteLog, "append", appended)
    sheet = tmp_path / "more.csv"
    sheet.write_text("id;m1;m2;m3\nnr3;jobb;jobb;jobb\n", encoding="utf-8")
    importing.import_file(app, sheet, load_profile(tmp_path / "ark.toml"), ADVISOR, progress=look)
    look()
    assert {"staging", "sorting", "events", "people", "keys", "app", "read", "master"} <= seen
    assert found == []
    assert not [path.name for path in home.iterdir() if path.name.startswith(("staging", "sorting", "tmp"))]
    assert not list(home.glob("*-journal"))
