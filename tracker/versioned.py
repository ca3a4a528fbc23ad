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
from tracker.saying import Said


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
                    raise self.refused(
                        path.name,
                        Said(
                            "there is a %(kind)s %(name)s already; give it a new version or id",
                            kind=self.kind,
                            name=name_of(one),
                        ),
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
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise self.refused(path.name, Said("no TOML in UTF-8: %(reason)s", reason=error)) from None
        try:
            told = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self.refused(path.name, unreadable(text, str(error))) from None
        return self.of(told, path.name)

    def of(self, told: dict[str, Any], name: str) -> T:
        """What a file's values mean.

        :param name: the file, for messages
        """
        try:
            made = msgspec.convert(told, self.made)
        except msgspec.ValidationError as error:
            raise self.refused(name, _misshapen(str(error))) from None
        for problem in self.problems(made):
            raise self.refused(name, problem)
        return made

    def refused(self, name: str, problem: str) -> Refusal:
        """The refusal of a file for what is wrong in it."""
        return self.not_valid(f"{name}: {problem}", file=name, problem=problem)


MISSHAPEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"object missing required field `(?P<key>.+)`"), "%(place)s: object missing required field `%(key)s`"),
    (re.compile(r"object contains unknown field `(?P<key>.+)`"), "%(place)s: object contains unknown field `%(key)s`"),
    (
        re.compile(r"expected `(?P<type>[^`]+)`, got `(?P<found>[^`]+)`"),
        "%(place)s: expected `%(type)s`, got `%(found)s`",
    ),
    (re.compile(r"invalid enum value (?P<got>.+)"), "%(place)s: invalid enum value %(got)s"),
    (re.compile(r"invalid value (?P<got>.+)"), "%(place)s: invalid value %(got)s"),
    (re.compile(r"(?P<reason>.*)", re.DOTALL), "%(place)s: %(reason)s"),
)
"""What is told of a value of another shape than its type says -> the same with places for its values."""

_AT_LINE = re.compile(r"(?P<reason>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)
_SHOWN = 60
"""Characters that are shown of a line that cannot be read."""


def unreadable(text: str, told: str) -> Said:
    """Why a text is no TOML, with the line on which it is not."""
    found = _AT_LINE.fullmatch(told)
    if found is None:
        return Said("no TOML in UTF-8: %(reason)s (at the end)", reason=told.removesuffix(" (at end of document)"))
    lines, number = text.split("\n"), int(found["line"])
    return Said(
        "no TOML in UTF-8: %(reason)s (at line %(line)s, column %(column)s: %(got)r)",
        got=lines[number - 1].strip()[:_SHOWN],
        **found.groupdict(),
    )


def _misshapen(told: str) -> Said:
    """Which value has another shape than its type says."""
    what, _, where = told.partition(" - at ")
    what, place = f"{what[:1].lower()}{what[1:]}", re.sub(r".*\$\.?|`.*", "", where)
    found, sentence = next(
        (match, sentence) for shape, sentence in MISSHAPEN if (match := shape.fullmatch(what)) is not None
    )
    return Said(sentence, place=place or Said("the file"), **found.groupdict())


@lru_cache(maxsize=256)
def _kept(shelf: Shelf[Any], path: Path, changed: int, size: int) -> Any:  # noqa: ARG001  # they tell versions apart
    return shelf._read(path)


def name_of(one: Versioned) -> str:
    """Id and version, as in ``default@1``."""
    return f"{one.id}@{one.version}"
