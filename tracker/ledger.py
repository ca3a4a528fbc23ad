"""The ledger of releases: which figures have left the house, when and by whom, and who may publish without control."""

import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar

import polars as pl

from tracker.errors import Refusal
from tracker.settings import Settings
from tracker.storage import app_database, told, writing

WITHOUT_CONTROL = "publish-without-disclosure-control"
OPEN_PEOPLE = "open-people-behind-figures"
PERMISSIONS = (WITHOUT_CONTROL, OPEN_PEOPLE)
_TABLES = (
    "CREATE TABLE IF NOT EXISTS releases (id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS released (release INTEGER NOT NULL REFERENCES releases, about TEXT NOT NULL, "
    "breakdown TEXT NOT NULL, months TEXT NOT NULL, position INTEGER NOT NULL, known_on TEXT NOT NULL, "
    "versions TEXT NOT NULL, without TEXT, earlier TEXT NOT NULL, figures BLOB NOT NULL, pooled BLOB, notes TEXT)",
    "CREATE INDEX IF NOT EXISTS released_about ON released (about)",
    "CREATE TABLE IF NOT EXISTS permissions (permission TEXT, user TEXT, at TEXT NOT NULL, by TEXT NOT NULL, "
    "PRIMARY KEY (permission, user))",
)
_COLUMNS = "about, breakdown, months, position, known_on, versions, figures, pooled, earlier, notes"
LEFT_OUT, OTHER_YEARS = "left-out", "other-years"
"""What stood beside figures: groups of the breakdown were left out; more was hidden for the sake of other years."""


class NotPermitted(Refusal):
    """Somebody may not do this; whoever may has to be granted the permission by name."""

    code: ClassVar[str] = "not-permitted"


class ReasonNeeded(Refusal):
    """Publishing without disclosure control needs a reason, which stands on the figures."""

    code: ClassVar[str] = "reason-needed"


@dataclass(frozen=True)
class About:
    """Whose figures they are: the same people, counted in the same way, however broken down.

    :ivar indicator: id and version
    :ivar municipality: code; None = all
    """

    indicator: str
    cohort: str
    municipality: str | None
    denominator: str

    def __str__(self) -> str:
        return json.dumps([self.indicator, self.cohort, self.municipality, self.denominator])

    def is_beside(self, other: "About") -> bool:
        """Whether it is about other years, in another version or out of others, so that their numbers add up."""
        return self != other and self.municipality == other.municipality and self.is_related(other)

    def is_related(self, other: "About") -> bool:
        """Whether they may tell of each other: the same figure on the same axis."""
        return self._figure == other._figure

    def is_on_another_axis(self, other: "About") -> bool:
        """Whether they are the same figure of people whose day is another one."""
        return self._figure[0] == other._figure[0] and self._figure != other._figure

    @property
    def _figure(self) -> tuple[str, str]:
        return self.indicator.partition("@")[0], self.cohort.partition(":")[0]

    @classmethod
    def read(cls, text: str) -> "About":
        return cls(*json.loads(text))


@dataclass(frozen=True, eq=False)
class Released:
    """The figures of one question, as they left the house.

    :ivar by: breakdowns
    :ivar months: months after the day
    :ivar position: position in the log that they were asked at
    :ivar known_on: the day of that position
    :ivar versions: of the rules and of the reading of facts, and of the municipality codes
    :ivar figures: what was shown and what was hidden; nothing that was hidden is in it
    :ivar pooled: the same of the three years
    :ivar earlier: figures (group, line, months, choice, kind) that were those of an earlier release, and its position
    :ivar without: who turned disclosure control off, and why
    :ivar whole: it tells of all groups, so that there is nobody in one that it does not name
    :ivar notes: ``LEFT_OUT``, ``OTHER_YEARS``: what stood beside the figures
    :ivar among: these people were a group of more, and may have been hidden for the sake of another group
    """

    about: About
    by: tuple[str, ...]
    months: tuple[int, ...]
    position: int
    known_on: date
    versions: str
    figures: pl.DataFrame
    pooled: pl.DataFrame | None = None
    earlier: Mapping[tuple[Any, ...], int] = field(default_factory=dict)
    without: str | None = None
    notes: frozenset[str] = frozenset()
    whole: bool = True
    among: bool = False

    def told_as(self, change: Callable[[pl.DataFrame], pl.DataFrame], **others: Any) -> "Released":
        """The same with its figures and the three years changed alike, and other things beside."""
        pooled = None if self.pooled is None else change(self.pooled)
        return replace(self, figures=change(self.figures), pooled=pooled, **others)

    @property
    def question(self) -> tuple[object, ...]:
        """What has one answer only, for ever."""
        return self.about, self.by, self.months, self.position, self.known_on, self.versions


@dataclass(frozen=True)
class Listed:
    """A line of the ledger.

    :ivar shown: figures that were shown, by themselves or as counts
    :ivar hidden: figures that were hidden
    """

    release: int
    at: datetime
    by: str
    about: About
    breakdown: tuple[str, ...]
    months: tuple[int, ...]
    position: int
    shown: int
    hidden: int
    without: str | None


class Ledger:
    """The file of releases and permissions, ``app.db``; only numbers that are public already are in it."""

    def __init__(self, settings: Settings) -> None:
        self._database = app_database(settings.home)
        with writing(self._database) as connection:
            for statement in _TABLES:
                connection.execute(statement)
            if "notes" not in {column[1] for column in connection.execute("PRAGMA table_info(released)")}:
                connection.execute("ALTER TABLE released ADD COLUMN notes TEXT")

    def close(self) -> None:
        self._database.close()

    def newest(self) -> int:
        """The number of the newest release; 0 = there is none."""
        with told():
            return int(self._database.execute("SELECT coalesce(max(id), 0) FROM releases").fetchone()[0])

    def of(self, abouts: Collection[About]) -> list[Released]:
        """What has been released about these people and figures under control, the newest first."""
        found = []
        with told():
            for about in sorted({str(about) for about in abouts}):
                rows = self._database.execute(
                    f"SELECT {_COLUMNS} FROM released WHERE about = ? AND without IS NULL "
                    "ORDER BY release DESC, rowid DESC",
                    (about,),
                )
                found += [_released(*row) for row in rows.fetchall()]
        return found

    def related(self, abouts: Collection[About]) -> list[Released]:
        """What has been released that may tell of these, and is about others or counted otherwise: the newest first.

        To each question the newest answer at each position in the log. On another axis may tell what looks at no month
        after a day of that axis.
        """
        found: dict[str, None] = {}
        with told():
            for id in sorted({about.indicator.partition("@")[0] for about in abouts}):
                start = f'["{id}@'
                rows = self._database.execute(
                    "SELECT DISTINCT about FROM released WHERE about >= ? AND about < ? AND without IS NULL",
                    (start, f"{start}\uffff"),
                ).fetchall()
                found |= {text: None for (text,) in rows if _tells_of(About.read(text), abouts)}
            rows = []
            for text in found:
                rows += self._database.execute(
                    f"SELECT {_COLUMNS}, max(release) FROM released "
                    "WHERE about = ? AND without IS NULL AND (? OR months = '[]') "
                    "GROUP BY breakdown, months, position, known_on, versions ORDER BY release DESC, rowid DESC",
                    (text, any(About.read(text).is_related(about) for about in abouts)),
                ).fetchall()
        return [_released(*row[:-1]) for row in sorted(rows, key=lambda row: -row[-1])]

    def write(self, released: Iterable[Released], by: str, at: datetime, after: int) -> bool:
        """Write a release down, all of it or nothing.

        :param after: the newest release that it was checked against
        :return: False where another release has come in between, and nothing was written
        """
        with writing(self._database) as connection:
            if connection.execute("SELECT coalesce(max(id), 0) FROM releases").fetchone()[0] != after:
                return False
            number = connection.execute("INSERT INTO releases (at, by) VALUES (?, ?)", (at.isoformat(), by)).lastrowid
            connection.executemany(
                "INSERT INTO released VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        number,
                        str(each.about),
                        json.dumps(each.by),
                        json.dumps(each.months),
                        each.position,
                        each.known_on.isoformat(),
                        each.versions,
                        each.without,
                        json.dumps([[*key, position] for key, position in each.earlier.items()]),
                        _written(each.figures),
                        None if each.pooled is None else _written(each.pooled),
                        json.dumps(sorted(each.notes)),
                    )
                    for each in released
                ],
            )
        return True

    def listed(self, most: int | None = None) -> list[Listed]:
        """The releases, the newest first.

        :param most: so many figures of questions at most
        """
        with told():
            rows = self._database.execute(
                "SELECT id, at, by, about, breakdown, months, position, without, figures FROM releases "
                "JOIN released ON release = id ORDER BY id DESC, released.rowid LIMIT ?",
                (-1 if most is None else most,),
            ).fetchall()
        found = []
        for number, at, by, about, breakdown, months, position, without, figures in rows:
            shown = _read(figures)["shown"]
            found.append(
                Listed(
                    number,
                    datetime.fromisoformat(at),
                    by,
                    About.read(about),
                    tuple(json.loads(breakdown)),
                    tuple(json.loads(months)),
                    position,
                    int(shown.is_in(["shown", "counts"]).sum()),
                    int((shown == "hidden").sum()),
                    without,
                )
            )
        return found

    def allow(self, user: str, permission: str, by: str, at: datetime) -> None:
        """Grant a permission to a user, by name.

        :raises ValueError: there is no such permission
        """
        _check(permission)
        with writing(self._database) as connection:
            connection.execute(
                "INSERT OR IGNORE INTO permissions VALUES (?, ?, ?, ?)", (permission, user, at.isoformat(), by)
            )

    def disallow(self, user: str, permission: str) -> None:
        """Take a permission back."""
        _check(permission)
        with writing(self._database) as connection:
            connection.execute("DELETE FROM permissions WHERE permission = ? AND user = ?", (permission, user))

    def permissions(self) -> list[tuple[str, str, str, str]]:
        """(permission, user, granted at, granted by)."""
        with told():
            rows = self._database.execute("SELECT permission, user, at, by FROM permissions ORDER BY permission, user")
            return [tuple(row) for row in rows.fetchall()]

    def require(self, user: str, permission: str) -> None:
        """Refuse unless the user has the permission.

        :raises NotPermitted: the user does not
        """
        _check(permission)
        if (permission, user) not in {(each[0], each[1]) for each in self.permissions()}:
            raise NotPermitted(
                f"{user} has no permission {permission}; whoever decides on releases grants it with "
                f"tracker releases allow {user} --permission {permission}"
            )


def _tells_of(about: About, abouts: Collection[About]) -> bool:
    return about not in abouts and any(about.is_related(each) or about.is_on_another_axis(each) for each in abouts)


def _check(permission: str) -> None:
    if permission not in PERMISSIONS:
        raise ValueError(f"there are the permissions {', '.join(PERMISSIONS)}, got {permission!r}")


def _written(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    # Written out, texts can be read whatever they are kept as in memory.
    frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).write_ipc_stream(buffer, compression="zstd")
    return buffer.getvalue()


def _read(blob: bytes) -> pl.DataFrame:
    # 0.1 wrote whole files, which begin with their name.
    read = pl.read_ipc if blob.startswith(b"ARROW1") else pl.read_ipc_stream
    return read(io.BytesIO(blob))


def _released(
    about: str,
    by: str,
    months: str,
    position: int,
    known_on: str,
    versions: str,
    figures: bytes,
    pooled: bytes | None,
    earlier: str,
    notes: str | None,
) -> Released:
    return Released(
        About.read(about),
        tuple(json.loads(by)),
        tuple(json.loads(months)),
        position,
        date.fromisoformat(known_on),
        versions,
        _read(figures),
        None if pooled is None else _read(pooled),
        {tuple(key): position for *key, position in json.loads(earlier)},
        notes=frozenset(json.loads(notes or "[]")),
    )
