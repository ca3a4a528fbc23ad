"""Versioned TOML files: those that come with the tracker, and those of a municipality's own in the data folder."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from tracker.errors import Refusal


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of such a file: a key that it does not know is refused."""


class Versioned(Protocol):
    """What has an id and a version, and is never changed under them."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """The files of one kind.

    :ivar kind: what a file holds, in words (``norm set``)
    :ivar made: the type that a file's values are turned into
    :ivar problems: what is wrong with one in words, beyond what its type says
    :ivar folder: with the files of the tracker
    :ivar own_folder: the folder, within the data folder, for those of a municipality's own
    :ivar not_valid: the refusal of a file that cannot be used
    :ivar not_found: the refusal of an id and a version that no file has
    """

    kind: str
    made: type[T]
    problems: Callable[[T], Iterable[str]]
    folder: Path
    own_folder: str
    not_valid: type[Refusal]
    not_found: type[Refusal]

    def all(self, own: Path | None = None) -> dict[str, T]:
        """Each by its name (``default@1``).

        :param own: the data folder; left out, only those of the tracker
        """
        found: dict[str, T] = {}
        for folder in (self.folder, *([own / self.own_folder] if own is not None else [])):
            for path in sorted(folder.glob("*.toml")):
                one = self.read(path)
                if name_of(one) in found:
                    raise self.not_valid(
                        f"{path.name}: there is a {self.kind} {name_of(one)} already; give it a new version or id"
                    )
                found[name_of(one)] = one
        return found

    def one(self, id: str, version: int, own: Path | None = None) -> T:
        """That of an id and a version."""
        known, name = self.all(own), f"{id}@{version}"
        if name not in known:
            there = ", ".join(sorted(known))
            raise self.not_found(f"there is no {self.kind} {name}; known: {there}", name=name, known=there)
        return known[name]

    def read(self, path: Path) -> T:
        """What a file holds; refused with its name and the first value that cannot be.

        A file that has not changed since it was read is not read again.
        """
        stat = path.stat()
        made: T = _kept(self, path, stat.st_mtime_ns, stat.st_size)
        return made

    def _read(self, path: Path) -> T:
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self.not_valid(
                f"{path.name}: no TOML in UTF-8: {error}", file=path.name, problem=str(error)
            ) from None
        return self.of(told, path.name)

    def of(self, told: dict[str, Any], name: str) -> T:
        """What a file's values mean.

        :param name: the file, for messages
        """
        try:
            made = msgspec.convert(told, self.made)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at ")
            place = re.sub(r".*\$\.?|`.*", "", where) or "the file"
            problem = f"{place}: {what[:1].lower()}{what[1:]}"
            raise self.not_valid(f"{name}: {problem}", file=name, problem=problem) from None
        for problem in self.problems(made):
            raise self.not_valid(f"{name}: {problem}", file=name, problem=problem)
        return made


@lru_cache(maxsize=256)
def _kept(shelf: Shelf[Any], path: Path, changed: int, size: int) -> Any:  # noqa: ARG001  # they tell versions apart
    return shelf._read(path)


def name_of(one: Versioned) -> str:
    """Id and version, as in ``default@1``."""
    return f"{one.id}@{one.version}"
