"""The verbs, from the outside, on both stores: what is acknowledged is there, what is refused left no trace."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from events.corrections import FactRetracted
from events.language import LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.work import JobStarted
from tests.conftest import MakeApp
from tests.postgres import NoPostgres, postgres_server
from tests.scenario import NOW, REGISTERED, Clock
from tests.tracker.people import ENDED, FIRST, JOB, KARI, SECOND, registered
from tracker.application import ProgressionTracker, municipality_stream
from tracker.errors import (
    AlreadyRegistered,
    AlreadyRunning,
    AmbiguousParticipant,
    Conflict,
    FolderNotUsable,
    MasterKeyMissing,
    NotRegistered,
    NotRunning,
    ParticipantNotFound,
    SealBroken,
    SettingWrong,
    StoreUnreachable,
)
from tracker.journey import Journey
from tracker.log import PostgresLog
from tracker.readmodel.verify import verify
from tracker.settings import Settings


def topics(app: ProgressionTracker, participant: UUID) -> list[str]:
    return [item.fact.TOPIC for item in app.journey(participant).recorded]


def displace(app: ProgressionTracker, participant: UUID, version: int, to: int) -> None:
    """Move a stored fact to another place behind the application's back."""
    log = app.log_of_facts
    if isinstance(log, PostgresLog):
        statement = (
            f"UPDATE {log._table} SET originator_version = %s WHERE originator_id = %s AND originator_version = %s"
        )
        with psycopg.connect(app.settings.events or "") as connection:
            connection.execute(statement, (to, participant, version))
    else:
        statement = "UPDATE stored_events SET originator_version = ? WHERE originator_id = ? AND originator_version = ?"
        with closing(sqlite3.connect(app.settings.home / "events.db")) as file, file:
            file.execute(statement, (to, participant.hex, version))


# Register, log, correct, retract


def test_what_was_recorded_is_there_after_a_new_start(make_app: MakeApp) -> None:
    app = make_app()
    participant = registered(app)
    recorded = app.log(participant, JOB, KARI)
    assert [(item.version, item.fact) for item in recorded] == [(2, JOB)]
    journey = make_app().journey(participant)
    assert [entry.fact for entry in journey.facts] == [REGISTERED, JOB]
    stamp = journey.recorded[1].stamp
    assert (stamp.by, stamp.channel, stamp.timestamp) == ("advisor-1", "cli", NOW)


def test_a_refused_fact_leaves_nothing(app: ProgressionTracker) -> None:
    participant = registered(app)
    with pytest.raises(NotRunning):
        app.log(participant, ENDED, KARI)
    assert topics(app, participant) == ["participant-registered"]
    assert app.log_of_facts.count() == 1


def test_a_registration_with_the_same_command_is_the_same_participant(app: ProgressionTracker) -> None:
    first = app.register(REGISTERED, KARI, command="form-1")
    assert app.register(REGISTERED, KARI, command="form-1") == first
    assert app.register(REGISTERED, KARI, command="form-2") != first
    assert app.log_of_facts.count() == 2


def test_an_id_is_registered_once(app: ProgressionTracker) -> None:
    registered(app, FIRST)
    with pytest.raises(AlreadyRegistered):
        registered(app, FIRST)


def test_a_correction_and_a_retraction_change_what_is_held_to_be_true(app: ProgressionTracker) -> None:
    participant = registered(app)
    app.log(participant, JOB, KARI)
    app.correct(participant, 2, {"hours-per-week": 25}, "a typing error", KARI)
    fact = app.journey(participant).entries[2].fact
    assert isinstance(fact, JobStarted)
    assert fact.hours_per_week == 25
    app.log(participant, ENDED, KARI)
    retracted = app.retract(participant, 2, "never happened", KARI, with_dependants=True)
    assert [item.fact.retracts for item in retracted if isinstance(item.fact, FactRetracted)] == [4, 2]
    assert list(app.journey(participant).entries) == [1]


def test_the_moment_of_recording_is_the_clocks(app: ProgressionTracker, clock: Clock) -> None:
    participant = registered(app)
    later = clock.advance(hours=5)
    assert app.log(participant, JOB, KARI)[0].stamp.timestamp == later


def test_a_participant_that_is_not_there_is_not_found(app: ProgressionTracker) -> None:
    with pytest.raises(ParticipantNotFound):
        app.journey(uuid4())
    with pytest.raises(NotRegistered):
        app.log(uuid4(), JOB, KARI)
    assert app.log_of_facts.count() == 0


def test_a_municipality_has_a_stream_of_its_own(app: ProgressionTracker) -> None:
    fact = MunicipalityRegistered(on=date(2024, 1, 1), municipality="5001", name="Lillevik")
    stream = app.register_municipality(fact, KARI)
    assert stream == municipality_stream("5001")
    assert app.read_model.database.execute("SELECT municipality, name FROM municipalities_now").fetchall() == [
        ("5001", "Lillevik")
    ]
    with pytest.raises(AlreadyRegistered):
        app.register_municipality(fact, KARI)


# One act for many


def test_a_test_day_is_one_act_for_a_class(app: ProgressionTracker) -> None:
    everyone = [registered(app) for _ in range(3)]
    level = LanguageLevelReached(on=date(2024, 5, 1), skill="reading", level="A2")
    recorded = app.log_for_many([*everyone, everyone[0]], level, KARI)
    assert [item.originator_id for item in recorded] == everyone
    assert len({item.stamp.act for item in recorded}) == 1
    assert recorded[0].stamp.act


def test_a_fact_for_many_is_logged_for_all_or_for_none(app: ProgressionTracker) -> None:
    ana, bo = registered(app), registered(app)
    app.log(bo, JOB, KARI)
    before = app.log_of_facts.count()
    with pytest.raises(AlreadyRunning):
        app.log_for_many([ana, bo], JOB, KARI)
    assert app.log_of_facts.count() == before
    assert topics(app, ana) == ["participant-registered"]


# Commands and conflicts


def test_a_command_sent_twice_is_carried_out_once(app: ProgressionTracker) -> None:
    participant = registered(app)
    assert len(app.log(participant, JOB, KARI, command="c1")) == 1
    assert app.log(participant, JOB, KARI, command="c1") == []
    assert app.correct(participant, 2, {"contract": "permanent"}, "x", KARI, command="c2") != []
    assert app.correct(participant, 2, {"contract": "permanent"}, "x", KARI, command="c2") == []
    assert len(topics(app, participant)) == 3


def test_a_command_sent_again_is_quiet_though_the_journey_has_moved_on_by_it(app: ProgressionTracker) -> None:
    participant = registered(app)
    assert len(app.log(participant, JOB, KARI, expected_version=1, command="c1")) == 1
    assert app.log(participant, JOB, KARI, expected_version=1, command="c1") == []


def test_a_stale_write_is_refused(app: ProgressionTracker) -> None:
    participant = registered(app)
    app.log(participant, JOB, KARI, expected_version=1)
    with pytest.raises(Conflict, match="version 2, you saw version 1"):
        app.log(participant, ENDED, KARI, expected_version=1)
    assert len(topics(app, participant)) == 2


def interrupted(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch, times: int, other: Callable[[], object]
) -> None:
    """Let somebody else write between reading and recording, so many times."""
    left, load = [times], app._load

    def loaded(stream: UUID) -> Journey:
        journey = load(stream)
        if left[0]:
            left[0] -= 1
            other()
        return journey

    monkeypatch.setattr(app, "_load", loaded)


def test_a_decision_is_taken_anew_when_somebody_else_was_quicker(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, other = make_app(), make_app()
    participant = registered(app)
    level = LanguageLevelReached(on=date(2024, 5, 1), skill="reading", level="A2")
    interrupted(app, monkeypatch, 1, lambda: other.log(participant, level, KARI))
    app.log(participant, JOB, KARI)
    assert topics(app, participant) == ["participant-registered", "language-level-reached", "job-started"]


def test_a_decision_taken_anew_may_be_a_refusal(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app, other = make_app(), make_app()
    participant = registered(app)
    interrupted(app, monkeypatch, 1, lambda: other.log(participant, JOB, KARI))
    with pytest.raises(AlreadyRunning):
        app.log(participant, JOB, KARI)


def test_with_an_expected_version_or_after_five_attempts_it_is_a_conflict(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, other = make_app(), make_app()
    participant = registered(app)
    days = iter(range(1, 20))

    def write() -> None:
        job = JobStarted(on=date(2024, 2, 1), job=f"job-{next(days)}")
        other.log(participant, job, KARI)

    with monkeypatch.context() as once:
        interrupted(app, once, 1, write)
        with pytest.raises(Conflict, match="nothing was recorded"):
            app.log(participant, JOB, KARI, expected_version=1)
    interrupted(app, monkeypatch, 5, write)
    with pytest.raises(Conflict, match="nothing was recorded"):
        app.log(participant, JOB, KARI)
    assert "cafe" not in {entry.fact.key for entry in app.journey(participant).facts}


def test_two_writers_to_one_participant_both_land(make_app: MakeApp) -> None:
    apps = [make_app(), make_app()]
    participant = registered(apps[0])
    failures: list[BaseException] = []

    def write(app: ProgressionTracker, name: str) -> None:
        for number in range(8):
            for attempt in range(20):
                try:
                    app.log(participant, JobStarted(on=date(2024, 2, 1), job=f"{name}-{number}"), KARI)
                    break
                except Conflict:
                    if attempt == 19:
                        raise
        app.read_model.follow()

    def guarded(app: ProgressionTracker, name: str) -> None:
        try:
            write(app, name)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(app, f"job-{at}")) for at, app in enumerate(apps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [item.version for item in apps[0].journey(participant).recorded] == list(range(1, 18))
    assert verify(apps[0]).is_clean


# Finding


def test_a_participant_is_found_by_id_prefix_or_reference(app: ProgressionTracker) -> None:
    registered(app, FIRST)
    registered(app, SECOND)
    app.people.refer([(FIRST, "school", "17")])
    assert app.find(str(FIRST)) == FIRST
    assert app.find(" AAAABB ") == SECOND
    assert app.find("school:17") == FIRST
    with pytest.raises(AmbiguousParticipant):
        app.find("aaaa")
    for unknown in ("bbbb", "school:18", "zebra", "", "a" * 40):
        with pytest.raises(ParticipantNotFound):
            app.find(unknown)


def test_neither_a_municipality_nor_a_key_without_facts_is_found_as_a_participant(app: ProgressionTracker) -> None:
    municipality = app.register_municipality(MunicipalityRegistered(on=date(2024, 1, 1), municipality="5001"), KARI)
    unused = uuid4()
    app.keys.make([unused])
    for stream in (municipality, unused):
        with pytest.raises(ParticipantNotFound):
            app.find(str(stream))


# Broken and missing things


def test_a_stored_fact_that_was_changed_is_told_and_bars_nobody_else(app: ProgressionTracker) -> None:
    ana, bo = registered(app), registered(app)
    app.log(ana, JOB, KARI)
    displace(app, ana, 2, 3)
    with pytest.raises(SealBroken):
        app.journey(ana)
    app.log(bo, JOB, KARI)
    assert topics(app, bo) == ["participant-registered", "job-started"]


def test_a_recorded_fact_is_acknowledged_though_the_read_model_cannot_follow(app: ProgressionTracker) -> None:
    ana, bo = registered(app), registered(app)
    with pytest.MonkeyPatch.context() as apart:
        apart.setattr(app.read_model, "try_to_follow", lambda: None)
        app.log(ana, JOB, KARI)
    displace(app, ana, 2, 3)
    assert len(app.log(bo, JOB, KARI)) == 1
    with pytest.raises(SealBroken):
        verify(app)


def test_without_its_master_key_an_installation_does_not_open(app: ProgressionTracker, make_app: MakeApp) -> None:
    (app.settings.home / "master.key").unlink()
    with pytest.raises(MasterKeyMissing):
        make_app()


def test_a_data_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotUsable):
        ProgressionTracker(Settings(tmp_path / "file" / "home"))


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    nowhere = f"postgresql://tracker:geheim@/nowhere?host={tmp_path}&connect_timeout=1"
    with pytest.raises(SettingWrong, match="TRACKER_EVENTS") as refused:
        ProgressionTracker(Settings(tmp_path / "home", events=nowhere))
    assert "geheim" not in str(refused.value)


def test_a_server_that_goes_away_is_told_and_what_was_recorded_is_there_when_it_is_back(tmp_path: Path) -> None:
    try:
        with postgres_server() as server, server.database() as address:
            app = ProgressionTracker(Settings(tmp_path / "home", events=address))
            who = registered(app)
    except NoPostgres as missing:
        pytest.skip(str(missing))
    with pytest.raises(StoreUnreachable, match="does not answer"):
        app.log(who, JOB, KARI)
    with pytest.raises(StoreUnreachable, match="does not answer"):
        app.journey(who)
    app.close()


def test_an_address_is_not_taken_in_part(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="sslmode"):
        ProgressionTracker(Settings(tmp_path / "home", events="postgresql://tracker@db/tracker?sslmode=verify-full"))


# The log, and many facts at once


def test_a_day_later_is_a_day_later(app: ProgressionTracker, clock: Clock) -> None:
    participant = registered(app)
    tomorrow = JobStarted(on=NOW.date() + timedelta(days=1), job="cafe")
    clock.advance(days=1)
    assert app.log(participant, tomorrow, KARI)
