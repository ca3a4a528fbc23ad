"""Where facts are kept: what the event sourcing library is told, and what is wrong where that cannot be reached."""

from eventsourcing.persistence import PersistenceError

from tracker.errors import SettingWrong
from tracker.settings import Settings
from tracker.storage import explained, open_database

ADDRESS = ("host", "port", "dbname", "user", "password", "connect_timeout")
"""What an address of PostgreSQL may hold."""


LOG = "events.db"


def make_log(settings: Settings) -> None:
    """Make the file of facts, where they are kept in the folder: the library gives up where several processes do."""
    path = settings.home / LOG
    if settings.events is None and not (path.exists() and path.stat().st_size):
        open_database(path, "wal").close()


def library_environment(settings: Settings) -> dict[str, str]:
    create = "y" if settings.create_tables else "n"
    if settings.events is None:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(settings.home / LOG),
            "SQLITE_LOCK_TIMEOUT": "15",
            "CREATE_TABLE": create,
        }
    # Imported only where it is used: an installation that keeps its facts in the folder needs no psycopg.
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(settings.events)
    beyond = sorted(set(parts) - set(ADDRESS))
    if beyond:
        raise SettingWrong(
            f"TRACKER_EVENTS cannot hold {', '.join(beyond)}; it takes {', '.join(ADDRESS)}, and what else the client "
            "library understands is set in its own environment variables, such as PGSSLMODE"
        )
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.get("dbname") or "postgres"),
        "POSTGRES_HOST": str(parts.get("host") or "127.0.0.1"),
        "POSTGRES_PORT": str(parts.get("port") or "5432"),
        "POSTGRES_USER": str(parts.get("user") or "postgres"),
        "POSTGRES_PASSWORD": str(parts.get("password") or ""),
        "POSTGRES_CONNECT_TIMEOUT": str(parts.get("connect_timeout") or "5"),
        "POSTGRES_LOCK_TIMEOUT": "15",
        "CREATE_TABLE": create,
    }


def unreachable(settings: Settings, error: PersistenceError) -> Exception:
    if settings.events is None:
        return explained(error)
    return SettingWrong("the PostgreSQL database named in TRACKER_EVENTS cannot be reached; is it running?")
