"""Settings and the data folder: read from the environment, refused in words that help."""

import sqlite3
import stat
from pathlib import Path

import pytest

from tracker import storage
from tracker.errors import Busy, FolderNotUsable, SettingWrong, StorageFull
from tracker.settings import Settings
from tracker.storage import make_folder, open_database, writing


def test_without_any_setting_the_data_lie_in_a_folder_beside() -> None:
    settings = Settings.from_environment({"TRACKER_BY": "advisor-1"})
    assert settings == Settings(Path("data"), by="advisor-1")
    assert settings.create_tables


def test_every_setting_is_read() -> None:
    assert Settings.from_environment(
        {
            "TRACKER_HOME": "/srv/tracker",
            "TRACKER_EVENTS": "postgresql://tracker@db/tracker",
            "TRACKER_MASTER_KEY": "a2V5",
            "TRACKER_MASTER_KEY_FILE": "/run/key",
            "TRACKER_BY": "advisor-1",
            "TRACKER_CREATE_TABLES": "no",
        }
    ) == Settings(
        Path("/srv/tracker"),
        "postgresql://tracker@db/tracker",
        "a2V5",
        Path("/run/key"),
        "advisor-1",
        create_tables=False,
    )


def test_an_empty_setting_is_none() -> None:
    empty = dict.fromkeys(("TRACKER_HOME", "TRACKER_EVENTS", "TRACKER_MASTER_KEY", "TRACKER_MASTER_KEY_FILE"), "")
    assert Settings.from_environment({**empty, "TRACKER_BY": "advisor-1"}) == Settings(Path("data"), by="advisor-1")


def test_left_out_the_user_of_the_operating_system_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "kari")
    assert Settings.from_environment({}).by == "kari"


@pytest.mark.parametrize(
    "name, value",
    [("TRACKER_EVENTS", "sqlite:///x.db"), ("TRACKER_EVENTS", "mysql://x"), ("TRACKER_CREATE_TABLES", "maybe")],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingWrong, match=name):
        Settings.from_environment({name: value})


def test_the_settings_do_not_show_the_master_key_or_a_password() -> None:
    shown = repr(Settings(Path("data"), "postgresql://tracker:geheim@db/x", master_key="c2VjcmV0"))
    assert "c2VjcmV0" not in shown
    assert "geheim" not in shown


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotUsable, match="TRACKER_HOME"):
        make_folder(tmp_path / "file" / "home")


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderNotUsable, match=r"people\.db"):
        open_database(tmp_path / "missing" / "people.db")


def test_a_database_is_its_owners_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "x.db").close()
    assert stat.S_IMODE((tmp_path / "x.db").stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = open_database(tmp_path / "x.db")
    database.execute("CREATE TABLE lines (line TEXT)")

    def write_half() -> None:
        with writing(database) as connection:
            connection.execute("INSERT INTO lines VALUES ('half')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert database.execute("SELECT COUNT(*) FROM lines").fetchone() == (0,)
    database.close()


def test_a_full_disk_is_told_as_such_and_nothing_is_recorded(tmp_path: Path) -> None:
    database = open_database(tmp_path / "x.db")
    database.execute("CREATE TABLE lines (line BLOB)")
    database.execute("PRAGMA max_page_count = 5")
    with pytest.raises(StorageFull, match="no room left"), writing(database) as connection:
        connection.execute("INSERT INTO lines VALUES (zeroblob(100000))")
    assert database.execute("SELECT COUNT(*) FROM lines").fetchone() == (0,)
    database.close()


def test_a_file_that_another_process_writes_to_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LOCK_SECONDS", 0.05)
    first, second = open_database(tmp_path / "x.db"), open_database(tmp_path / "x.db")
    with writing(first) as connection:
        connection.execute("CREATE TABLE lines (line TEXT)")
        with pytest.raises(Busy, match="try again"), writing(second):
            pass
    first.close()
    second.close()


def test_another_error_of_the_database_stays_what_it_is(tmp_path: Path) -> None:
    database = open_database(tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), writing(database) as connection:
        connection.execute("SELECT * FROM nowhere")
    database.close()
