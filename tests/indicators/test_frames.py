"""Frames: the same from the files as straight from the read model, whatever happened to either."""

import shutil
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from events.programme import ProgrammeEnded
from events.work import JobEnded, JobStarted
from tests.indicators.kept_frames import (
    AUTHOR,
    TODAY,
    assert_same,
    frames_of,
    from_files,
    listing_of,
    participant,
    path_of,
    says_that_it_rises,
    someone,
    work,
)
from tests.indicators.kept_frames import app as app
from tests.tables import table
from tracker.application import Author, ProgressionTracker
from tracker.indicators.columns import keeping
from tracker.indicators.columns.files import Files
from tracker.indicators.columns.keeping import beside
from tracker.indicators.columns.kinds import KINDS
from tracker.indicators.frames import LAST_DAY, load
from tracker.indicators.windows import observed_windows
from tracker.readmodel.follow import remove_folder
from tracker.readmodel.rebuild import rebuild


def test_the_files_tell_at_every_position_what_the_read_model_tells(app: ProgressionTracker) -> None:
    who = someone(app)
    work(app, who)
    app.correct(who, 3, {"hours-per-week": 30}, "a typing error", AUTHOR)
    from_files(app)
    app.retract(who, 2, "never started", AUTHOR)
    for position in range(app.read_model.follow() + 1):
        assert_same(from_files(app, position), path_of(app))


def test_only_what_changed_is_written_anew(app: ProgressionTracker) -> None:
    before = from_files(app).people()
    who = someone(app)
    (first,) = listing_of(app).parts
    work(app, who)
    after = from_files(app)
    parts = listing_of(app).parts
    assert parts[0] == first
    number = before.filter(pl.col("id") == str(who))["participant"].item()
    assert [part.replaced for part in parts] == [[], [number]]
    # Who changed has another number, behind all others.
    assert listing_of(app).streams == before.height + 1
    (anew,) = after.spells("work")["participant"].to_list()
    assert anew > before["participant"].max() and listing_of(app).following == anew + 1
    assert set(parts[1].slices) == {
        "participants/now/",
        "spells/now/programme",
        "spells/now/work",
        "facts/now/job-started",
        "facts/now/participant-registered",
        "facts/now/programme-started",
        "ids/now/",
        "windows/now/",
    }
    assert after.people().filter(pl.col("participant") == anew)["id"].to_list() == [str(who)]
    assert after.people().drop("participant").sort("id").equals(before.drop("participant").sort("id"))


def test_rows_rise_by_participant_however_often_people_changed_and_are_numbered_anew_with_the_whole(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [someone(app), someone(app)]
    from_files(app)
    for turn, who in enumerate((*people, people[0], participant(app), people[1])):
        work(app, who, f"job-{turn}")
        frames = from_files(app)
        told = (frames.spells("work"), frames.facts("job-started"), frames.people(), frames.windows)
        assert all(says_that_it_rises(rows) for rows in told)
        assert_same(frames, path_of(app))
    streams = listing_of(app).streams
    assert listing_of(app).following > streams
    monkeypatch.setattr(keeping, "FEW", 0)
    monkeypatch.setattr(keeping, "MANY", 1)
    work(app, people[0], "last")
    assert_same(from_files(app), path_of(app))
    assert len(listing_of(app).parts) == 1
    assert listing_of(app).following == listing_of(app).streams == streams


def test_many_small_changes_become_one_and_grown_ones_a_new_whole(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHANGES", 2)
    who = someone(app)
    for number in range(3):
        work(app, who, f"job-{number}")
        assert_same(from_files(app), path_of(app))
    assert len(listing_of(app).parts) == 2
    monkeypatch.setattr(keeping, "FEW", 0)
    monkeypatch.setattr(keeping, "MANY", 1)
    work(app, who, "last")
    assert_same(from_files(app), path_of(app))
    (whole,) = listing_of(app).parts
    assert whole.replaced == []
    # The folder holds what counts and what counted before, for those who are still reading.
    kept = {path.name for path in beside(path_of(app)).iterdir() if path.is_dir()}
    assert kept == {whole.folder, *listing_of(app).before}


def test_who_did_not_change_keeps_the_number_and_municipalities_are_none(app: ProgressionTracker) -> None:
    before = from_files(app).people().select("participant", "id")
    participant(app)
    after = from_files(app)
    assert after.people().height == 4
    assert after.people().join(before, on=["participant", "id"]).height == 3
    (place,) = after.municipalities["participant"].to_list()
    assert place not in after.people()["participant"].to_list()
    assert after.facts("municipality-registered")["participant"].to_list() == [place]


def test_an_open_end_is_the_last_day_and_a_question_names_what_it_needs(app: ProgressionTracker) -> None:
    frames = from_files(app)
    ends = frames.spells("programme", columns=("participant", "valid_to"))
    assert ends.columns == ["participant", "valid_to"]
    assert set(ends["valid_to"]) == {LAST_DAY}
    assert frames.spells("no-such-activity").is_empty()
    assert frames.spells("no-such-activity").schema == frames.spells("programme").schema
    assert frames.facts("no-such-fact", columns=("version",)).schema == {"version": pl.Int32}


def test_windows_are_kept_at_the_newest_position_and_worked_out_at_earlier_ones(app: ProgressionTracker) -> None:
    who = someone(app)
    frames_of(app)
    before = app.read_model.follow()
    app.log(who, ProgrammeEnded(on=date(2024, 1, 31)), AUTHOR)
    frames = from_files(app)
    columns = ["participant", "known_from", "known_to"]
    assert frames.windows.sort(columns).equals(observed_windows(frames).sort(columns))
    ends = frames.windows.join(frames.people(), on="participant").filter(pl.col("id") == str(who))["known_to"]
    assert ends.to_list() == [date(2025, 1, 31)]
    assert set(from_files(app, before).windows["known_to"]) == {LAST_DAY}


IMPORTED = """
    told by | recorded   | happened   | later
    import  | 2025-03-31 | 2024-06-01 | 2025-04-01
    import  | 2025-03-31 | 2025-02-01 |
    cli     | 2025-03-31 | 2024-06-01 |
    """


@pytest.mark.parametrize("row", table(IMPORTED), ids=lambda row: " ".join(row.values()))
def test_history_that_was_imported_later_is_named_by_its_day_in_oslo(
    app: ProgressionTracker, row: dict[str, str]
) -> None:
    who = someone(app)
    before = app.read_model.follow()
    app.clock.now = datetime.fromisoformat(f"{row['recorded']}T22:30:00+00:00")  # type: ignore[attr-defined]
    fact = JobStarted(on=date.fromisoformat(row["happened"]), job="cafe")
    app.log(who, fact, Author("advisor-1", row["told by"]))  # type: ignore[arg-type]
    app.clock.now = datetime(2025, 8, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    work(app, who, "shop")
    assert str(from_files(app, before).imported_later or "") == row["later"]
    assert from_files(app).imported_later is None
    assert_same(from_files(app, before), path_of(app))


def test_several_who_need_the_files_at_once_make_them_once(app: ProgressionTracker) -> None:
    app.read_model.follow()
    found = []

    def ask() -> None:
        found.append(keeping.kept(path_of(app)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [listing_of(app)] * 4
    assert listing_of(app).before == [], "they were made more than once"
    (whole,) = listing_of(app).parts
    assert [path.name for path in beside(path_of(app)).iterdir() if path.is_dir()] == [whole.folder]


@pytest.mark.parametrize("sign", ["\x00", "\x1d", "\x1e", "\x1f", "\r\n", '"', "", "æ", "\\"])
def test_any_text_comes_into_the_files_as_it_is(app: ProgressionTracker, sign: str) -> None:
    work(app, someone(app))
    app.read_model.follow()
    keys = sorted({f"{sign}cafe", f"ca{sign}fe", sign} - {"cafe"})
    for key in keys:
        app.read_model.database.execute(
            "INSERT INTO spells SELECT participant, activity, ?, spell_from, valid_from, valid_to, value, hours_per_week,"
            "position_percent, details, opened_by, closed_by, known_from, known_to FROM spells WHERE key = 'cafe'",
            (key,),
        )
    shutil.rmtree(beside(path_of(app)))
    frames = from_files(app)
    assert sorted(frames.spells("work")["key"]) == sorted(["cafe", *keys])
    assert_same(frames, path_of(app))


def test_making_the_files_tells_how_far_it_is(app: ProgressionTracker) -> None:
    told: list[tuple[int, int]] = []
    load(app.read_model, app.read_model.follow(), TODAY, lambda done, total: told.append((done, total)))
    rows = sum(app.read_model.database[kind.table.name].count for kind in KINDS)
    assert told[-1] == (rows, rows)


def test_a_rebuilt_read_model_starts_with_files_of_its_own(app: ProgressionTracker) -> None:
    from_files(app)
    old = beside(path_of(app))
    work(app, someone(app))
    rebuild(app, processes=1)
    assert not old.exists()
    assert_same(from_files(app), path_of(app))
    assert beside(path_of(app)) != old


def test_the_files_of_another_read_model_of_the_same_name_do_not_count(app: ProgressionTracker) -> None:
    from_files(app)
    before = path_of(app)
    app.read_model.close()
    for path in app.settings.home.glob("read.*"):
        if path.is_file():
            path.unlink()
    assert_same(from_files(app), path_of(app))
    assert path_of(app) == before
    assert len(listing_of(app).parts) == 1
    assert listing_of(app).model == app.read_model.database.execute("PRAGMA user_version").fetchone()[0]


def test_forgetting_removes_the_files_and_those_who_read_go_on_without(app: ProgressionTracker) -> None:
    gone = participant(app)
    frames = from_files(app)
    app.forget(gone, AUTHOR)
    assert not beside(path_of(app)).exists()
    assert frames.people().height == 3
    after = from_files(app)
    assert after.erased == 1
    assert after.people().height == 3
    assert not [path for path in beside(path_of(app)).rglob("*.arrow*") if str(gone).encode() in path.read_bytes()]


def test_files_that_outlived_a_forgetting_do_not_count(app: ProgressionTracker, tmp_path: Path) -> None:
    gone = participant(app)
    work(app, participant(app))
    from_files(app)
    aside = beside(path_of(app)).rename(tmp_path / "aside")
    app.forget(gone, AUTHOR)
    aside.rename(beside(path_of(app)))
    assert_same(from_files(app), path_of(app))
    assert len(listing_of(app).parts) == 1


def test_what_was_read_before_a_forgetting_is_not_written_after_it(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = participant(app)
    app.read_model.follow()
    whole = keeping._whole

    def forgotten_meanwhile(folder: Path, *rest: object) -> object:
        remove_folder(folder)
        return whole(folder, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_whole", forgotten_meanwhile)
        assert keeping.kept(path_of(app)) is None
    assert not beside(path_of(app)).exists()
    app.forget(gone, AUTHOR)
    assert from_files(app).people().height == 3


def test_a_job_that_ended_and_a_reader_of_an_older_position_agree_with_the_read_model(app: ProgressionTracker) -> None:
    who = someone(app)
    work(app, who)
    then = app.read_model.follow()
    app.log(who, JobEnded(on=date(2024, 5, 31), job="cafe"), AUTHOR)
    listing = keeping.kept(path_of(app))
    app.read_model.follow()
    assert listing is not None
    frames = from_files(app, then)
    assert frames.spells("work")["valid_to"].to_list() == [LAST_DAY]
    source = Files(beside(path_of(app)), listing_of(app), then)
    assert source.windows() is None
    assert_same(frames, path_of(app))
