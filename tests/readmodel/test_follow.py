"""The read model follows the log: all of a page or nothing, whoever does it, and a rebuild says the same."""

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from events.work import JobStarted
from tests.conftest import MakeApp
from tests.readmodel.content import JOB, KARI, content, lived, without_read_model
from tests.scenario import REGISTERED, Clock
from tracker.application import ProgressionTracker
from tracker.errors import Busy, DataKeyMissing
from tracker.readmodel import follow, tables
from tracker.readmodel.rebuild import only_one, rebuild, slices
from tracker.readmodel.tables import TABLES
from tracker.readmodel.verify import verify


@contextmanager
def not_following(*apps: ProgressionTracker) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as apart:
        for app in apps:
            apart.setattr(app.read_model, "try_to_follow", lambda: None)
        yield


# Following


def test_what_was_logged_is_there_at_once(app: ProgressionTracker) -> None:
    participant = app.register(REGISTERED, KARI)
    app.log(participant, JOB, KARI)
    rows = app.read_model.database.execute(
        "SELECT activity, key, valid_from, hours_per_week FROM spells_now"
    ).fetchall()
    assert rows == [("work", "cafe", "2024-02-01", 20.0)]
    assert app.read_model.state() == app.log_of_facts.head()
    assert app.read_model.lag() == 0


def test_catching_up_says_the_same_as_following_step_by_step(make_app: MakeApp, clock: Clock) -> None:
    app = make_app()
    lived(app, clock)
    step_by_step = content(app)
    without_read_model(app)
    late = make_app()
    assert late.read_model.state() == 0
    late.read_model.follow()
    assert content(late) == step_by_step


def test_pages_of_any_size_say_the_same(make_app: MakeApp, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    monkeypatch.setattr(follow, "PAGE", 2)
    told: list[tuple[int, int]] = []
    with not_following(app):
        lived(app, clock)
    app.read_model.follow(lambda position, head: told.append((position, head)))
    assert len(told) >= 3
    assert told[-1] == (app.log_of_facts.head(),) * 2
    assert verify(app).is_clean


def test_a_crash_in_the_middle_of_a_page_leaves_the_page_before(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    participant = app.register(REGISTERED, KARI)
    before = content(app)
    with not_following(app):
        app.log(participant, JOB, KARI)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(follow, "note_moments", power_cut)
        with pytest.raises(KeyboardInterrupt):
            app.read_model.follow()
    assert content(app) == before
    again = make_app()
    again.read_model.follow()
    assert again.read_model.state() == again.log_of_facts.head()
    assert verify(again).is_clean


def test_a_page_delivered_again_changes_nothing(app: ProgressionTracker, clock: Clock) -> None:
    lived(app, clock)
    before = content(app)
    app.read_model.database.execute("UPDATE state SET value = 2 WHERE name = 'position'")
    app.read_model.follow()
    assert content(app) == before


def test_two_followers_of_one_read_model_do_not_disturb_each_other(make_app: MakeApp, clock: Clock) -> None:
    one, two = make_app(), make_app()
    participant = lived(one, clock)
    assert content(two) == content(one)
    two.log(participant, JobStarted(on=date(2024, 8, 1), job="shop"), KARI)
    one.read_model.follow()
    assert content(two) == content(one)
    with not_following(one, two):
        for number in range(30):
            one.log(participant, JobStarted(on=date(2024, 8, 1), job=f"shop-{number}"), KARI)
    failures: list[BaseException] = []

    def catch_up(app: ProgressionTracker) -> None:
        try:
            app.read_model.follow()
        except BaseException as error:
            failures.append(error)

    with pytest.MonkeyPatch.context() as small:
        small.setattr(follow, "PAGE", 3)
        threads = [threading.Thread(target=catch_up, args=(app,)) for app in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert one.read_model.state() == one.log_of_facts.head()
    assert verify(one).is_clean


def test_a_reader_catches_up_with_little_and_tells_where_it_stands(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with not_following(app):
        participant = app.register(REGISTERED, KARI)
        app.log(participant, JOB, KARI)
    assert app.read_model.lag() == 2
    monkeypatch.setattr(follow, "FEW", 1)
    assert app.read_model.caught_up() == 0
    monkeypatch.setattr(follow, "FEW", 2)
    assert app.read_model.caught_up() == app.log_of_facts.head()


def test_a_lost_key_stops_the_follower_and_is_no_erasure(app: ProgressionTracker) -> None:
    participant = app.register(REGISTERED, KARI)
    with not_following(app):
        app.log(participant, JOB, KARI)
    app.keys._database.execute("DELETE FROM streams")
    app.keys.drop_cached(participant)
    for attempt in (app.read_model.follow, lambda: verify(app), lambda: rebuild(app, processes=1)):
        with pytest.raises(DataKeyMissing):
            attempt()
    assert app.read_model.database.execute("SELECT COUNT(*) FROM erased").fetchone() == (0,)
    assert [path.name for path in app.settings.home.glob("read.*.db")] == [app.read_model.name]


# Rebuild


def test_a_rebuild_says_the_same_from_another_file(app: ProgressionTracker, clock: Clock) -> None:
    lived(app, clock)
    before, name = content(app), app.read_model.name
    told: list[tuple[int, int]] = []
    assert rebuild(app, lambda done, total: told.append((done, total)), processes=1) == app.log_of_facts.head()
    assert app.read_model.name != name
    assert content(app) == before
    assert told[-1] == (app.log_of_facts.count(),) * 2
    assert [path.name for path in app.settings.home.glob("read.*.db")] == [app.read_model.name]
    assert stat.S_IMODE((app.settings.home / app.read_model.name).stat().st_mode) == 0o600


def test_another_process_takes_up_the_rebuilt_model(make_app: MakeApp, clock: Clock) -> None:
    app, other = make_app(), make_app()
    participant = lived(app, clock)
    before = content(other)
    rebuild(app, processes=1)
    assert content(other) == before
    other.log(participant, JobStarted(on=date(2024, 8, 1), job="shop"), KARI)
    assert content(app) == content(other)
    assert verify(app).is_clean


def test_a_rebuild_that_fails_leaves_the_live_model(app: ProgressionTracker, clock: Clock) -> None:
    lived(app, clock)
    before, name = content(app), app.read_model.name

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(app, stop, processes=1)
    assert app.read_model.name == name
    assert content(app) == before
    assert [path.name for path in app.settings.home.glob("read.*.db")] == [name]


def test_only_one_process_rebuilds(app: ProgressionTracker) -> None:
    app.register(REGISTERED, KARI)
    with only_one(app.settings.home), pytest.raises(Busy, match="rebuilding"):
        rebuild(app, processes=1)
    rebuild(app, processes=1)


def test_a_read_model_of_another_fold_is_outdated_until_it_is_rebuilt(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.register(REGISTERED, KARI)
    assert not app.read_model.is_outdated
    app.read_model.database.execute("UPDATE state SET value = ? WHERE name = 'fold'", (tables.FOLD - 1,))
    assert app.read_model.is_outdated
    rebuild(app, processes=1)
    assert not app.read_model.is_outdated


def test_slices_cover_every_id_once() -> None:
    for count in (1, 3, 64, 256):
        parts = slices(count)
        assert parts[0][0] == "" and parts[-1][1] == "g"
        assert [last for _, last in parts[:-1]] == [first for first, _ in parts[1:]]


# Verify


def test_a_clean_model_verifies_and_says_what_was_compared(app: ProgressionTracker, clock: Clock) -> None:
    lived(app, clock)
    verdict = verify(app)
    assert verdict.is_clean
    assert verdict.position == app.log_of_facts.head()
    assert verdict.facts == app.log_of_facts.count()
    assert verdict.rows >= 10


@pytest.mark.parametrize("name", [table.name for table in TABLES] + ["moments", "newest"])
def test_a_difference_planted_in_any_table_is_found(app: ProgressionTracker, clock: Clock, name: str) -> None:
    lived(app, clock)
    database = app.read_model.database
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})").fetchall()]
    planted = {
        "a value changed": f"UPDATE {name} SET {columns[-1]} = 987654 WHERE rowid = (SELECT MAX(rowid) FROM {name})",
        "a row removed": f"DELETE FROM {name} WHERE rowid = (SELECT MIN(rowid) FROM {name})",
        "a row doubled": f"INSERT INTO {name} SELECT * FROM {name} LIMIT 1",
    }
    if name in ("moments", "newest"):
        del planted["a row doubled"]
    for what, statement in planted.items():
        before = database.execute(f"SELECT * FROM {name}").fetchall()
        assert before
        database.execute(statement)
        verdict = verify(app)
        assert not verdict.is_clean, what
        assert {difference.table for difference in verdict.differences} == {name}, what
        assert str(verdict.differences[0]).startswith(f"{name}: ")
        assert verdict.position == app.log_of_facts.head()
        database.execute(f"DELETE FROM {name}")
        database.conn.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", before)
    assert verify(app).is_clean


def test_only_the_first_of_many_differences_are_told(app: ProgressionTracker) -> None:
    participant = app.register(REGISTERED, KARI)
    for number in range(25):
        app.log(participant, JobStarted(on=date(2024, 2, 1), job=f"job-{number}"), KARI)
    app.read_model.database.execute("DELETE FROM spells")
    verdict = verify(app)
    assert verdict.differing == 25
    assert len(verdict.differences) == 20
