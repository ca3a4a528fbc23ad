"""Where an installation keeps its data, and who is at work: read once from the environment."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tracker.errors import SettingWrong

POSTGRES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class Settings:
    """The settings of one installation.

    :ivar home: the data folder (``TRACKER_HOME``, default ``data``)
    :ivar events: address of the PostgreSQL database that holds the facts (``TRACKER_EVENTS``); None = in the folder
    :ivar master_key: the master key itself, base64 (``TRACKER_MASTER_KEY``); None = in a file
    :ivar master_key_file: the file that holds it (``TRACKER_MASTER_KEY_FILE``, default ``master.key`` in the folder)
    :ivar by: who is at work (``TRACKER_BY``, default the user of the operating system)
    :ivar synthetic: whether synthetic identity numbers may be stored (``TRACKER_SYNTHETIC``, default no)
    :ivar create_tables: whether starting creates the tables of facts (``TRACKER_CREATE_TABLES``, default yes); several
        processes that start at once on PostgreSQL do so after one that has created them
    """

    home: Path
    events: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    master_key_file: Path | None = None
    by: str = "unknown"
    synthetic: bool = False
    create_tables: bool = True

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        :raises SettingWrong: one has a value that cannot be used
        """
        given = os.environ if environment is None else environment
        events = given.get("TRACKER_EVENTS") or None
        if events is not None and not events.startswith(POSTGRES):
            raise SettingWrong("TRACKER_EVENTS must begin with postgresql://; leave it out to keep facts in the folder")
        key_file = given.get("TRACKER_MASTER_KEY_FILE")
        return cls(
            home=Path(given.get("TRACKER_HOME") or "data"),
            events=events,
            master_key=given.get("TRACKER_MASTER_KEY") or None,
            master_key_file=Path(key_file) if key_file else None,
            by=given.get("TRACKER_BY") or _operating_system_user(),
            synthetic=_yes(given, "TRACKER_SYNTHETIC", "no"),
            create_tables=_yes(given, "TRACKER_CREATE_TABLES", "yes"),
        )


def _yes(given: Mapping[str, str], name: str, default: str) -> bool:
    value = given.get(name) or default
    if value not in ("yes", "no"):
        raise SettingWrong(f"{name} must be yes or no, got {value!r}")
    return value == "yes"


def _operating_system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
