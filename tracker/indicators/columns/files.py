"""Files: the columns as Arrow files in a folder beside the read model, and the listing of those that count."""

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import msgspec
import polars as pl

from tracker.indicators.columns.derived import Derived, risen
from tracker.indicators.columns.kinds import FACTS, IDS, WINDOWS, Kind, halves, ids_of, until
from tracker.indicators.columns.parts import ANYWHERE, NOW, PAST, SIGNATURES, Part, Parts, collected
from tracker.storage import make_file

LISTING = "listing.json"
UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What reading a file raises that is gone, broken or somebody else's."""


class Listing(msgspec.Struct, frozen=True):
    """Which files count, and what they tell.

    :ivar versions: of everything that the columns depend on besides the read model
    :ivar model: tells the read model from others of its name
    :ivar position: the position in the log up to which the files tell everything
    :ivar mark: the last fact until there, and the moment of its recording
    :ivar erased: how many streams had been erased
    :ivar following: the number that the next stream gets
    :ivar parts: the first holds everything, those behind it replace streams of those before
    :ivar before: folders that counted until the last change, for those who are still reading
    """

    versions: str
    model: int
    position: int
    mark: tuple[int, int] | None
    erased: int
    following: int
    parts: list[Part]
    before: list[str]

    @property
    def streams(self) -> int:
        """How many streams the parts tell of."""
        return sum(part.streams - len(part.replaced) for part in self.parts)


def listed(folder: Path) -> Listing | None:
    """The listing of a folder, if it is one and all its files are there at their full size."""
    try:
        listing = msgspec.json.decode((folder / LISTING).read_bytes(), type=Listing)
        for part in listing.parts:
            inside = str(folder / part.folder)
            for file, size in part.sizes.items():
                if os.stat(f"{inside}/{file}").st_size != size:
                    return None
    except (OSError, ValueError):
        return None
    return listing


def publish(folder: Path, listing: Listing) -> None:
    """Let another listing count, at once for every process."""
    written = folder / f"{LISTING}.{os.getpid()}"
    make_file(written)
    written.write_bytes(msgspec.json.encode(listing))
    written.replace(folder / LISTING)


def numbers_of(parts: Parts, streams: Iterable[str]) -> list[int]:
    """The numbers of those of some streams that the parts tell of; the last one of each that changed before."""
    wanted = halves(streams)
    perhaps = pl.col("first_half").is_in(wanted["first_half"].implode())
    found = [ids_in(path.suffix, path).filter(perhaps) for path in parts.paths_of_ids()]
    known = pl.concat([pl.DataFrame(schema=IDS), *found]).join(wanted, on=wanted.columns, how="semi")
    return known.group_by(wanted.columns).max()["participant"].to_list()


def ids_in(suffix: str, source: Path | BytesIO) -> pl.DataFrame:
    """Number and id of the streams that a file tells of."""
    return pl.read_ipc(source) if suffix == ANYWHERE else pl.read_ipc_stream(source)


class WrittenIds:
    """Files of ids that were read and are taken apart only when they are needed.

    :param files: suffix and content of each
    :raises OSError: they are no Arrow files
    """

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        for suffix, file in files:
            begin, end = SIGNATURES[suffix]
            if not (file.startswith(begin) and file.endswith(end)):
                raise OSError("the files of ids are not what was written")
        self._files = files

    def numbers(self) -> dict[str, int]:
        """Id -> number."""
        read = [ids_in(suffix, BytesIO(file)) for suffix, file in self._files]
        rows = pl.concat([pl.DataFrame(schema=IDS), *read])
        return dict(zip(ids_of(rows), rows["participant"].to_list(), strict=True))


class Files:
    """What was known at a position, read from the files of a listing.

    :ivar folder: where they are
    :ivar position: no later than the listing's
    """

    def __init__(self, folder: Path, listing: Listing, position: int) -> None:
        self.folder = folder
        self.listing = listing
        self.position = position
        self._parts, self._later = Parts(folder, listing.parts), Parts(folder, listing.parts[1:])
        self._newest = position == listing.position
        self._changed: dict[str, pl.DataFrame] = {}

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Rows known at the position; at the newest those of one value rise by participant.

        :param parts: values of ``kind.by``; none = all
        :raises UNREADABLE: a file is not what it was
        """
        chosen = list(dict.fromkeys(parts))
        wanted = list(dict.fromkeys([*columns, *(() if self._newest else ("known_from", "known_to"))]))
        found = [
            frame
            for state in ((NOW,) if self._newest else (NOW, PAST))
            if (frame := self._parts.scan(kind.name, state, chosen, wanted)) is not None
        ]
        if not found:
            return collected(None, kind.name, columns)
        whole = pl.concat(found)
        if not self._newest:
            began = pl.col("known_from") <= self.position
            holds = pl.col("known_to").is_null() | (pl.col("known_to") > self.position)
            whole = whole.filter(began & holds).select(columns)
        rows = whole.collect()
        return risen(rows) if self._newest and (len(chosen) == 1 or not kind.by) else rows

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Facts known at the position, and those known before it and no longer.

        :param parts: log names; none = all
        :raises UNREADABLE: a file is not what it was
        """
        chosen = list(dict.fromkeys(parts))
        wanted = list(dict.fromkeys([*columns, "known_from", "known_to"]))
        found = [
            frame.filter(pl.col("known_from") <= self.position)
            for state in (NOW, PAST)
            if (frame := self._parts.scan(FACTS.name, state, chosen, wanted)) is not None
        ]
        rows = collected(pl.concat(found) if found else None, FACTS.name, wanted)
        return until(self.position, rows).select(columns)

    def windows(self) -> pl.DataFrame | None:
        """The windows as they are kept; None where they have to be worked out."""
        if not self._newest:
            return None
        return risen(self._parts.rows("windows", NOW, (), list(WINDOWS)))

    def keeps(self, _kind: Derived) -> bool:
        """Whether the rows are kept: there are those of the newest position alone."""
        return self._newest

    def derived(self, kind: Derived, columns: Sequence[str]) -> pl.DataFrame | None:
        """The rows as they are kept, those of streams that changed since worked out anew; None = they are not kept.

        :raises UNREADABLE: a file is not what it was
        """
        if not self.keeps(kind):
            return None
        kept = self._parts.scan(kind.name, NOW, (), columns)
        if not self._later.parts:
            return risen(collected(kept, kind.name, columns))
        if kind.name not in self._changed:
            self._changed[kind.name] = kind.made(
                *(self._later.rows(one.kind, NOW, one.parts, one.columns) for one in kind.sources)
            )
        changed = self._changed[kind.name].select(columns)
        return changed if kept is None else risen(pl.concat([kept, changed.lazy()]).collect())

    def ids(self) -> "WrittenIds":
        """The numbers of all streams, as the files tell them now.

        :raises UNREADABLE: a file is not what it was
        """
        return WrittenIds([(path.suffix, path.read_bytes()) for path in self._parts.paths_of_ids()])

    def first_import(self, after: int, until: date) -> datetime | None:
        """The earliest moment of recording of an imported fact that is behind a position and happened until a day."""
        names = ("position", "channel", "happened_on", "recorded_at")
        facts = self._parts.scan(FACTS.name, NOW, (), names)
        if facts is None:
            return None
        behind = (pl.col("position") > after) & (pl.col("channel") == "import") & (pl.col("happened_on") <= until)
        found: datetime | None = facts.filter(behind).select(pl.col("recorded_at").min()).collect().item()
        return found
