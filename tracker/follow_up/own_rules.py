"""Rules of a municipality's own, sent in as a file: checked together with all others before they are put in use."""

import shutil
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.follow_up.rules import OWN_FOLDER, SHELF, RuleFile, RulesNotValid, Value, rulebook
from tracker.saying import Said
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
        problem = Said("expected at most %(most)s kB, got %(got)s", most=LARGEST // 1000, got=len(content) // 1000)
        raise SHELF.refused(SENT, problem)
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
            raise _with_line(refusal, content) from None
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
        problem = Said("id: %(got)r comes with the tracker; give the file an id of its own", got=file.id)
        raise SHELF.refused(SENT, problem)
    versions = [one.version for one in SHELF.all(home).values() if one.id == file.id]
    if versions and file.version <= max(versions):
        least = max(versions) + 1
        problem = Said("version: expected %(least)s or more, got %(got)s", least=least, got=file.version)
        raise SHELF.refused(SENT, problem)


def _is_own(file: RuleFile, municipalities: Collection[str]) -> None:
    for rule, value in values_of(file):
        if value.municipality not in municipalities:
            own = ", ".join(sorted(municipalities))
            problem = Said(
                "%(rule)s: municipality: expected one of %(own)s, got %(got)r",
                rule=rule,
                own=own,
                got=value.municipality or "",
            )
            raise RulesOfOthers(f"{SENT}: {problem}", file=SENT, problem=problem)


def _with_line(refusal: RulesNotValid, content: bytes) -> RulesNotValid:
    """The same refusal with the line on which the value stands that it names."""
    problem = refusal.values.get("problem")
    number = _line_of(problem, content.decode(errors="replace").splitlines()) if isinstance(problem, Said) else None
    if number is None:
        return refusal
    return type(refusal)(f"{SENT}, line {number}: {problem}", **{**refusal.values, "about": "line", "line": number})


def _line_of(problem: Said, lines: list[str]) -> int | None:
    """The first line with the value, from where its rule stands on; where there is no value, that of the rule."""
    if "line" in problem.values:
        return None
    named: list[str] = []
    while True:
        named += [str(problem.values[name]) for name in ("rule", "fact", "got") if problem.values.get(name)]
        deeper = problem.values.get("problem")
        if not isinstance(deeper, Said):
            break
        problem = deeper
    found: int | None = None
    for name in named:
        there = (number for number in range(found or 1, len(lines) + 1) if name in lines[number - 1])
        found = next(there, found)
    return found
