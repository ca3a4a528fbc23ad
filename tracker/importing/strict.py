"""Reads tables of a TOML file strictly: every key is asked for by name, and a key nobody asks for is refused."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from tracker.importing.problems import ProfileInvalid, ProfileUnreadable
from tracker.saying import Said
from tracker.versioned import unreadable

_SHOWN = 60
TEXT = Said("a text")


class Table:
    """One table of the file.

    :ivar path: where it stands, such as ``sheet.months``; "" = the whole file
    """

    def __init__(self, file: str, path: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.path = path
        self._left = dict(content)
        self._known: list[str] = []

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, problem: Said) -> NoReturn:
        """Refuse a key of this table.

        :raises ProfileInvalid: always
        """
        raise ProfileInvalid(self.file, self.at(name) if name else self.path, problem)

    def has(self, name: str) -> bool:
        self._known.append(name)
        return name in self._left

    def take(self, name: str, expected: Said, holds: Callable[[Any], bool], default: Any = ...) -> Any:
        """The value of a key; without a default the key must be there."""
        if not self.has(name):
            if default is ...:
                self.refuse(name, Said("missing; expected %(expected)s", expected=expected))
            return default
        value = self._left.pop(name)
        if not holds(value):
            self.refuse(name, Said("expected %(expected)s; got %(got)s", expected=expected, got=shown(value)))
        return value

    def text(self, name: str, expected: Said = TEXT, default: Any = ..., pattern: str = r"(?s).*\S.*") -> Any:
        return self.take(name, expected, lambda v: isinstance(v, str) and bool(re.fullmatch(pattern, v)), default)

    def table(self, name: str) -> "Table":
        """The table under a key; an empty one where the key is missing."""
        content = self.take(name, Said("a table"), lambda v: isinstance(v, dict), {})
        return Table(self.file, self.at(name), content)

    def tables(self, name: str) -> Iterator["Table"]:
        """The tables of an array such as ``[[facts]]``."""
        expected = Said("tables, each under [[%(at)s]]", at=self.at(name))
        listed = self.take(
            name, expected, lambda v: isinstance(v, list) and all(isinstance(each, dict) for each in v), []
        )
        for number, content in enumerate(listed):
            yield Table(self.file, f"{self.at(name)}[{number}]", content)

    def rest(self) -> dict[str, Any]:
        """All keys not asked for by name, by whatever name."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for name, value in self._left.items():
            close = get_close_matches(name, self._known, n=1)
            if close:
                self.refuse(
                    name,
                    Said(
                        "there is no such key, got %(got)s; did you mean %(close)s?", got=shown(value), close=close[0]
                    ),
                )
            there = ", ".join(self._known)
            self.refuse(
                name, Said("there is no such key, got %(got)s; there are %(there)s", got=shown(value), there=there)
            )


def read_toml(path: Path) -> Table:
    """A TOML file as its outermost table.

    :raises ProfileUnreadable: it cannot be opened, or is no TOML
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ProfileUnreadable(f"the profile {path} cannot be read: {reason}; check the name") from None
    try:
        text = content.decode("utf-8-sig")
        return Table(path.name, "", tomllib.loads(text))
    except UnicodeDecodeError:
        raise ProfileUnreadable(
            f"the profile {path.name} is not UTF-8; save it as UTF-8",
            file=path.name,
            problem=Said("no TOML in UTF-8: %(reason)s", reason="not UTF-8"),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileUnreadable(
            f"the profile {path.name} is no TOML: {str(error)[:1].lower()}{str(error)[1:]}",
            file=path.name,
            problem=unreadable(text, str(error)),
        ) from None


def shown(value: Any) -> str:
    """A value of the file as it may be written there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = ..." for name in value) + " }" if value else "{}"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
