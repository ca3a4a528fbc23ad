"""Lists that are kept: filters under a name, as versioned TOML files, with what each means and where that is from."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from events import activities
from tracker.errors import Refusal
from tracker.follow_up.filters import FilterNotValid, conditions, span_of
from tracker.follow_up.rules import day_of_year
from tracker.follow_up.sittings import Test
from tracker.follow_up.worklist import NEXT_WORKING_DAY, Due
from tracker.saying import Said
from tracker.storage import make_file
from tracker.versioned import Shelf, Table, name_of
from tracker.wording import Wording

FOLDER = Path(__file__).parent / "lists"
OWN_FOLDER = "lists"
"""The folder, within the data folder, for lists of a municipality's own."""

Rows = Literal["tasks", "people"]
OF_TASKS = tuple(name for name in ("participant", "references", *Due._fields[1:]))
OF_PEOPLE = (
    "participant",
    "references",
    "municipality",
    "advisor",
    "registered_on",
    "programme_from",
    "programme_planned_end",
    "programme_ended",
    "contract_until",
    "last_contact",
    "next_conversation",
    "next_due",
)
COLUMNS: Mapping[Rows, tuple[str, ...]] = {"tasks": OF_TASKS, "people": OF_PEOPLE}
"""What each kind of list can show."""

DEFAULT: Mapping[Rows, tuple[str, ...]] = {
    "tasks": ("participant", "references", "title", "about", "due", "days", "party", "basis", "advisor", "to_do"),
    "people": ("participant", "references", "municipality", "advisor", "last_contact", "next_due"),
}


class ListNotValid(Refusal):
    """A file of a saved list cannot be used, or a list cannot be saved under such a name."""

    code = "saved-list-not-valid"


class ListNotFound(Refusal):
    """There is no saved list of this name."""

    code = "saved-list-not-found"


class Summer(Table, frozen=True):
    """In the programme on the first day, and doing nothing that goes on through the summer.

    :ivar first: as "1 July"
    :ivar last: as "15 August"
    :ivar school_like: activities that stop for the summer
    """

    first: str
    last: str
    school_like: tuple[str, ...]


class Registration(Table, frozen=True):
    """While one can register for a test, or soon will.

    :ivar ahead: how long before registration opens, as "14 days"
    """

    test: Test
    ahead: str


class Filters(Table, frozen=True, omit_defaults=True):
    """What a list is asked for: one row a task, or one a participant.

    Each as the option of ``tracker worklist`` of its name; of a list of participants, tasks, due, ahead and overdue
    leave those who have such a task.

    :ivar contract_ran_out: a contract's last day has passed and nobody has completed, extended or terminated it
    """

    rows: Rows = "tasks"
    tasks: tuple[str, ...] = ()
    due: str | None = None
    ahead: bool = False
    overdue: bool = False
    advisor: str | None = None
    municipality: str | None = None
    has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    runs_not: tuple[str, ...] = ()
    inactive: str | None = None
    contract_ran_out: bool = False
    summer: Summer | None = None
    registration: Registration | None = None

    @property
    def asks_for_tasks(self) -> bool:
        return self.rows == "tasks" or bool(self.tasks or self.due or self.overdue)

    def narrowed(self, more: "Filters") -> "Filters":
        """These and further ones: each kind of text is added, and what has one value is replaced where it is told."""
        told = {
            name: value
            for name in self.__struct_fields__
            if name != "rows" and (value := getattr(more, name)) not in (None, (), False)
        }
        for name, value in told.items():
            if isinstance(value, tuple) and name != "tasks":
                told[name] = tuple(dict.fromkeys((*getattr(self, name), *value)))
        found: Filters = msgspec.structs.replace(self, **told)
        return found


class SavedList(Table, frozen=True):
    """A list with a name.

    :ivar meaning: who is on it, and what is left out
    :ivar source: where the choice comes from
    :ivar columns: what is shown; left out = the usual ones
    """

    id: str
    version: int
    title: Wording
    meaning: Wording
    source: str
    filters: Filters
    columns: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        return self.columns or DEFAULT[self.filters.rows]


def _problems(one: SavedList) -> Iterator[str]:
    filters = one.filters
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", one.id):
        yield Said("%(place)s: expected a name of small letters, digits and -, got %(got)r", place="id", got=one.id)
    if not one.source.strip():
        yield Said("%(place)s: expected where the choice comes from", place="source")
    for column in one.columns:
        if column not in COLUMNS[filters.rows]:
            known = ", ".join(COLUMNS[filters.rows])
            yield Said("columns: expected some of %(known)s; got %(got)r", known=known, got=column)
    try:
        if filters.due is not None and filters.due != NEXT_WORKING_DAY:
            span_of(filters.due)
        if filters.registration is not None:
            span_of(filters.registration.ahead)
        conditions(
            "p",
            date(2024, 1, 1),
            has=filters.has,
            has_not=filters.has_not,
            runs=filters.runs,
            runs_not=filters.runs_not,
            inactive=filters.inactive,
        )
    except FilterNotValid as problem:
        yield Said("filters: %(problem)s", problem=problem)
    if filters.rows == "tasks" and (filters.contract_ran_out or filters.summer or filters.registration):
        yield Said('filters: contract_ran_out, summer and registration are for lists with rows = "people"')
    if filters.summer is not None:
        for day in (filters.summer.first, filters.summer.last):
            if day_of_year(day) is None:
                yield Said('%(place)s: expected a day such as "1 July", got %(got)r', place="filters: summer", got=day)
        for activity in filters.summer.school_like:
            if activity not in activities():
                yield Said("%(place)s: there is no activity %(got)r", place="filters: summer", got=activity)


SHELF = Shelf("saved list", SavedList, _problems, FOLDER, OWN_FOLDER, ListNotValid, ListNotFound)


def saved_lists(home: Path, user: str | None = None) -> dict[str, SavedList]:
    """The newest version of each list by its id, in the order of the ids.

    :param home: the data folder, whose folder ``lists`` may hold lists of a municipality's own
    :param user: with those that this user keeps for themselves
    :raises ListNotValid: a file cannot be used
    """
    return _newest((*SHELF.all(home).values(), *(own_lists(home, user).values() if user is not None else ())))


def own_lists(home: Path, user: str) -> dict[str, SavedList]:
    """The newest version of each list that a user keeps for themselves, by its id."""
    folder = home / _folder_of(user)
    return _newest(SHELF.read(path) for path in sorted(folder.glob("*.toml")))


def _newest(lists: Iterable[SavedList]) -> dict[str, SavedList]:
    newest: dict[str, SavedList] = {}
    for one in lists:
        if one.id not in newest or newest[one.id].version < one.version:
            newest[one.id] = one
    return dict(sorted(newest.items()))


def _folder_of(user: str) -> str:
    """Where the lists of one user are: a folder that no name of a user leaves or shares."""
    return f"{OWN_FOLDER}/of-{quote(user, safe='')}"


def saved_list(name: str, home: Path) -> SavedList:
    """A list by its id, in its newest version, or as ``id@version``.

    :raises ListNotFound: there is none of this name
    """
    id, at_sign, version = name.partition("@")
    if at_sign and version.isdigit():
        return SHELF.one(id, int(version), home)
    found = saved_lists(home)
    if name not in found:
        raise ListNotFound(f"there is no saved list {name!r}; known: {', '.join(found)}")
    return found[name]


def save(
    id: str, title: str, filters: Filters, home: Path, columns: tuple[str, ...] = (), *, user: str | None = None
) -> SavedList:
    """Write a list of a municipality's own; one that is there already gets a new version.

    :param user: who keeps it for themselves; left out, it is for all of the installation
    :raises ListNotValid: such a list comes with the tracker, or a filter or the name cannot be
    """
    if any(one.id == id for one in SHELF.all().values()):
        raise ListNotValid(f"a list {id} comes with the tracker; save it under another name", about="taken", name=id)
    there = SHELF.all(home).values() if user is None else own_lists(home, user).values()
    told: dict[str, Any] = {
        "id": id,
        "version": max((one.version for one in there if one.id == id), default=0) + 1,
        "title": dict.fromkeys(("nb", "nn", "en"), title),
        "meaning": dict.fromkeys(("nb", "nn", "en"), title),
        "source": "saved with tracker worklist --save" if user is None else "saved on the pages",
        "filters": msgspec.to_builtins(filters),
        "columns": list(columns),
    }
    made = SHELF.of(told, id)
    folder = home / (OWN_FOLDER if user is None else _folder_of(user))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name_of(made).replace('@', '-')}.toml"
    make_file(path)
    path.write_text(_toml(told), encoding="utf-8")
    return made


def remove(id: str, home: Path, user: str) -> None:
    """Delete a list that a user keeps for themselves, in all its versions.

    :raises ListNotFound: this user keeps none of this name
    """
    folder = home / _folder_of(user)
    found = [path for path in folder.glob("*.toml") if SHELF.read(path).id == id]
    if not found:
        raise ListNotFound(f"there is no saved list {id!r} of your own")
    for path in found:
        path.unlink()


def _toml(told: Mapping[str, Any]) -> str:
    """Values as TOML: those of the file first, then each table."""
    lines = [f"{name} = {_value(value)}" for name, value in told.items() if name != "filters" and value != []]
    lines += ["", "[filters]", *(f"{name} = {_value(value)}" for name, value in told["filters"].items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_value(part)}" for name, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    # What JSON writes of a text, a truth or a number is TOML, too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
