"""The read model as columns: what was known at one position, ready for counting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, TypeVarTuple

import polars as pl

from tracker.indicators.columns.derived import Derived, Source
from tracker.indicators.columns.files import UNREADABLE, Files
from tracker.indicators.columns.keeping import Progress, beside, drop, kept
from tracker.indicators.columns.kinds import FACTS, MARKS, PEOPLE, PLACES, STRETCHES, Kind, Numbers
from tracker.indicators.columns.kinds import LAST_DAY as LAST_DAY
from tracker.indicators.columns.straight import Straight, moments
from tracker.indicators.once import Once
from tracker.indicators.windows import observed_windows
from tracker.journey import OSLO
from tracker.readmodel.follow import ReadModel
from tracker.readmodel.tables import FOLD
from tracker.rules.observation import KNOWN_FOR

if TYPE_CHECKING:
    from tracker.codes import Codes

T = TypeVar("T")
About = TypeVarTuple("About")


class Rows(Protocol):
    """Where the rows come from."""

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame: ...

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame: ...

    def windows(self) -> pl.DataFrame | None: ...

    def keeps(self, kind: Derived) -> bool: ...

    def derived(self, kind: Derived, columns: Sequence[str]) -> pl.DataFrame | None: ...

    def first_import(self, after: int, until: date) -> datetime | None: ...


class Columns(Rows, Protocol):
    """Where everything comes from that frames are asked for."""

    def moments(self, positions: pl.Series) -> pl.DataFrame: ...


@dataclass(frozen=True)
class Frames:
    """Everything that figures are counted from, as known at a position; read when it is asked for.

    People are known by number: ``participant`` is the same in every frame, and ``people`` has the ``id``.

    :ivar position: the position in the log
    :ivar known_on: the day of that position, Europe/Oslo: nobody is followed beyond it
    :ivar erased: participants erased up to now, whom no figure holds any more
    :ivar newest: whether nothing was recorded after the position when it was asked
    :ivar home: the data folder, where a municipality's own norms and survey instruments are; None = there is none
    :ivar codes_of: the year whose municipality codes are used; None = codes as they were recorded
    """

    position: int
    known_on: date
    erased: int
    newest: bool
    columns: Columns
    home: Path | None = None
    codes_of: int | None = None

    @property
    def versions(self) -> str:
        """What fixes an answer besides the data: the versions of fold and rules, and the year of the codes."""
        versions = f"fold {FOLD}, {KNOWN_FOR.id} {KNOWN_FOR.version}"
        return versions if self.codes_of is None else f"{versions}, codes {self.codes_of}"

    def people(self, *columns: str) -> pl.DataFrame:
        """One row a participant.

        :param columns: only these, beside ``participant``; none named, all
        """
        names = ("participant", *columns) if columns else PEOPLE.shown
        read = partial(self.columns.rows, PEOPLE, ())
        return self._held(PEOPLE.name).of(tuple(dict.fromkeys(names)), read)

    @cached_property
    def municipalities(self) -> pl.DataFrame:
        """One row a municipality that uses the installation."""
        return self._read(PLACES, (), ())

    @cached_property
    def flags(self) -> pl.DataFrame:
        """One row for each thing that is unusual."""
        return self._read(MARKS, (), ())

    def spells(self, *activities: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """One row a segment of a spell; an open end is ``LAST_DAY``.

        :param activities: only these; none named, all
        :param columns: only these; none named, all
        """
        return self._read(STRETCHES, activities, columns)

    def facts(self, *topics: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """One row a fact, corrections applied; those of a municipality too.

        :param topics: log names of the facts; none named, all
        :param columns: only these; none named, all
        """
        return self._read(FACTS, topics, columns)

    def history(self, *topics: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """One row a fact and stretch in which it was held to be so, also of those no longer held at the position.

        Rows of people whose registration was taken back are among them: :meth:`people` lists them no more.

        Beside the columns of :meth:`facts`, ``known_from`` and ``known_to``: the positions from which and until which
        it was held; ``known_to`` is empty where it still was at the frames' position.

        :param topics: log names of the facts; none named, all
        :param columns: only these, and the two; none named, all
        """
        return self.columns.history(topics, tuple(dict.fromkeys((*(columns or FACTS.shown), "known_from", "known_to"))))

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        """(position, moment): when what stands at these positions of the log was recorded, UTC.

        One row a position; one of which no moment is kept, such as that of a fact of somebody erased, has none.
        """
        return self.columns.moments(positions)

    def in_codes_of(self, year: int, codes: "Codes") -> "Frames":
        """The same with municipalities by their codes of one year.

        :raises tracker.codes.YearNotKnown: the codes do not reach to it
        :raises tracker.codes.CodeNotKnown: no municipality had a code in the year in which it was told
        """
        from tracker.indicators.recoded import recoded

        return recoded(self, codes, year)

    @cached_property
    def windows(self) -> pl.DataFrame:
        """(participant, known_from, known_to): the stretches in which the situation is known, disjoint."""
        found = self.columns.windows()
        return observed_windows(self) if found is None else found

    def derived(self, kind: Derived, *columns: str) -> pl.DataFrame:
        """The rows of a kind that is worked out of others; they are read where they are kept.

        :param columns: only these; none named, all
        """
        names = columns or tuple(kind.schema)
        read = partial(_derived, self, kind)
        return self._held(kind.name).of(names, read) if kind.shared else read(names)

    def keeps(self, kind: Derived) -> bool:
        """Whether the rows of a kind are there, and need not be worked out."""
        return self.columns.keeps(kind)

    def once(self, work: Callable[["Frames", *About], T], *about: *About) -> T:
        """What a function makes of these frames, worked out the first time and kept with them: of what many share.

        :param about: what else it is made of
        """
        return self._found.of((work, *about), lambda: work(self, *about))

    def has(self, work: Callable[["Frames"], Any]) -> bool:
        """Whether it is kept already what a function makes of these frames."""
        return (work,) in self._found

    @cached_property
    def _found(self) -> Once:
        # Nothing in it may hold these frames: they are let go with the last who asks them, and not some time later.
        return Once()

    def _held(self, name: str) -> "_Held":
        return self._found.of((_Held, name), _Held)

    @cached_property
    def imported_later(self) -> date | None:
        """The day of the first import after the position that told of what had happened until then; None = none did."""
        if self.newest:
            return None
        moment = self.columns.first_import(self.position, self.known_on)
        return None if moment is None else _day_of(moment)

    def _read(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return self.columns.rows(kind, parts, columns or kind.shown)


def load(
    read_model: ReadModel,
    position: int,
    today: date,
    progress: Progress | None = None,
    until: date | None = None,
) -> Frames:
    """The frames as known at a position; at the newest position, follow-up goes on until ``today``.

    They come from the files beside the read model, which are made or brought up to date first; where that cannot be
    done, from the read model itself.

    :param progress: is told (rows done, rows in all) while the files are made
    :param until: the day until which people are followed; left out, today or the day of an earlier position
    """
    connection = read_model.database.conn
    newest = connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0]
    at = min(position, newest)
    known_on = until or (today if at == newest else read_model.day_of(at))
    erased = connection.execute("SELECT COUNT(*) FROM erased").fetchone()[0]
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    return Frames(at, known_on, erased, at == newest, _columns(path, at, progress), path.parent)


def _columns(path: Path, position: int, progress: Progress | None) -> Columns:
    for _ in range(2):
        listing = kept(path, progress)
        if listing is None or position > listing.position:
            break
        try:
            return _Kept(path, Files(beside(path), listing, position))
        except UNREADABLE:
            drop(path)
    return Straight(path, position)


class _Kept:
    """Rows from the files as long as they can be read, and from then on from the read model, with the same numbers."""

    def __init__(self, path: Path, files: Files) -> None:
        self._path = path
        self._files = files
        self._ids = files.ids()
        self._straight: Straight | None = None

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return self._read(lambda source: source.rows(kind, parts, columns))

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return self._read(lambda source: source.history(parts, columns))

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        return moments(self._path, positions)

    def windows(self) -> pl.DataFrame | None:
        return self._read(lambda source: source.windows())

    def keeps(self, kind: Derived) -> bool:
        return self._read(lambda source: source.keeps(kind))

    def derived(self, kind: Derived, columns: Sequence[str]) -> pl.DataFrame | None:
        return self._read(lambda source: source.derived(kind, columns))

    def first_import(self, after: int, until: date) -> datetime | None:
        return self._read(lambda source: source.first_import(after, until))

    def _read(self, question: Callable[[Rows], T]) -> T:
        if self._straight is None:
            try:
                return question(self._files)
            except UNREADABLE:
                drop(self._path)
                numbers = Numbers(self._ids.numbers(), self._files.listing.following)
                self._straight = Straight(self._path, self._files.position, numbers)
        return question(self._straight)


class _Held:
    """The columns of the same rows that anybody has asked for, each of them read once."""

    def __init__(self) -> None:
        self._columns: dict[str, pl.Series] = {}
        self._reading = Lock()

    def of(self, names: Sequence[str], read: Callable[[Sequence[str]], pl.DataFrame]) -> pl.DataFrame:
        """
        :param read: the rows with some of their columns, or with more of them
        """
        with self._reading:
            if missing := [name for name in names if name not in self._columns]:
                self._columns |= {column.name: column for column in read(missing)}
            return pl.DataFrame([self._columns[name] for name in names])


def _derived(frames: Frames, kind: Derived, columns: Sequence[str]) -> pl.DataFrame:
    """The rows with these columns; with all of them, where they have to be worked out."""
    found = frames.columns.derived(kind, columns)
    return kind.made(*(_made_of(frames, one) for one in kind.sources)) if found is None else found


def _made_of(frames: Frames, source: Source) -> pl.DataFrame:
    if source.kind == "windows":
        return frames.windows
    read = frames.spells if source.kind == "spells" else frames.facts
    return read(*source.parts, columns=source.columns)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(OSLO).date()
