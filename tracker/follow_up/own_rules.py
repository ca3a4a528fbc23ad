"""Rules of a municipality's own, sent in as a file: checked together with all others before they are put in use."""

import re
import shutil
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.follow_up.rules import OWN_FOLDER, SHELF, RuleFile, RulesNotValid, Value, rulebook
from tracker.storage import make_file, make_folder
from tracker.versioned import name_of

LARGEST = 200_000
"""Bytes of a file of rules."""

SENT = "rules.toml"
"""What messages call the file."""


class RulesOfOthers(RulesNotValid):
    """A file of rules reaches further than the municipalities of who sent it in."""

    code = "follow-up-rules-of-others"


def checked(content: bytes, home: Path, municipalities: Collection[str]) -> RuleFile:
    """What a file of rules says, if it can be put in use beside all others; nothing is kept.

    :param municipalities: codes; each value must name one of them, since a value without one holds for all
    :raises RulesNotValid: it cannot be used; the line is named where it can be told
    :raises RulesOfOthers: a value holds for others, too, or the file that it takes the place of does
    """
    if len(content) > LARGEST:
        raise RulesNotValid(f"{SENT}: expected at most {LARGEST:,} bytes, got {len(content):,}")
    with TemporaryDirectory(prefix="rules-") as folder:
        there = Path(folder) / OWN_FOLDER
        make_folder(there)
        (there / SENT).write_bytes(content)
        try:
            file = SHELF.read(there / SENT)
            _is_new(file, home)
            _is_own(file, municipalities)
            for path in (home / OWN_FOLDER).glob("*.toml"):
                before = SHELF.read(path)
                if before.id == file.id:
                    _is_own(before, municipalities)
                else:
                    shutil.copyfile(path, there / path.name)
            rulebook(Path(folder))
        except RulesNotValid as refusal:
            raise type(refusal)(_with_line(str(refusal), content)) from None
    return file


def put_in_use(file: RuleFile, content: bytes, home: Path) -> Path:
    """Keep a file that was checked, in place of an earlier version of it; lists follow it when they are folded anew."""
    folder = home / OWN_FOLDER
    make_folder(folder)
    earlier = [path for path in folder.glob("*.toml") if SHELF.read(path).id == file.id]
    path = folder / f"{name_of(file).replace('@', '-')}.toml"
    make_file(path)
    path.write_bytes(content)
    for old in earlier:
        if old != path:
            old.unlink()
    return path


def values_of(file: RuleFile) -> list[tuple[str, Value]]:
    """(id of the rule, value) of every value in a file."""
    own = [(rule.id, value) for rule in file.rules for value in rule.values]
    return own + [(override.rule, value) for override in file.overrides for value in override.values]


def _is_new(file: RuleFile, home: Path) -> None:
    if any(one.id == file.id for one in SHELF.all().values()):
        raise RulesNotValid(f"{SENT}: id: {file.id!r} comes with the tracker; give the file an id of its own")
    versions = [one.version for one in SHELF.all(home).values() if one.id == file.id]
    if versions and file.version <= max(versions):
        raise RulesNotValid(f"{SENT}: version: expected {max(versions) + 1} or more, got {file.version!r}")


def _is_own(file: RuleFile, municipalities: Collection[str]) -> None:
    for rule, value in values_of(file):
        if value.municipality not in municipalities:
            own = ", ".join(sorted(municipalities))
            raise RulesOfOthers(
                f"{SENT}: {rule}: municipality: expected one of {own}, got {value.municipality or ''!r}"
            )


def _with_line(message: str, content: bytes) -> str:
    """The message with the line on which the value stands that it names."""
    got = re.search(r"(?:got|rule|fact) '([^']+)'", message) or re.search(r"no rule ([^;]+);", message)
    if "(at line" in message or got is None:
        return message
    lines = content.decode(errors="replace").splitlines()
    number = next((number for number, line in enumerate(lines, start=1) if got[1] in line), None)
    return message if number is None else f"{SENT}, line {number}: {message.partition(': ')[2]}"
