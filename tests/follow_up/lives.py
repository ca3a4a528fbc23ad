"""Lives as tables of facts, and what is due in them as tables of tasks: how the specs of follow-up are written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from events import Fact, fact_classes
from events.fields import fields_by_name
from tests.scenario import STREAM, Correct, Retract, Step, signed, take
from tests.tables import columns_of, shown, table
from tracker.follow_up.rules import Rulebook, rulebook
from tracker.journey import Journey
from tracker.readmodel.fold import fold
from tracker.readmodel.tables import BY_NAME
from tracker.spells import Entry

LATE = datetime(2040, 1, 1, 12, tzinfo=UTC)
"""When everything is recorded: after all that happens."""

SHORT = {"from": "valid_from", "to": "valid_to"}


@cache
def default_rules() -> Rulebook:
    """The rules that come with the tracker."""
    return rulebook()


def fact(on: str, topic: str, values: str = "") -> Fact:
    """A fact in words: ``fact("2024-01-31", "contract-signed", "contract=long-contract, parties=participant+state")``.

    Several values of a field are joined by ``+``, a value of a value by ``:``.
    """
    cls = fact_classes()[topic]
    told: dict[str, Any] = {"on": on}
    for value in filter(None, (part.strip() for part in values.split(","))):
        name, _, text = value.partition("=")
        name = name.replace("-", "_")
        kind = fields_by_name(cls)[name].kind if name not in ("on_precision",) else "choice"
        if kind in ("choices", "texts"):
            told[name] = text.split("+")
        elif kind in ("levels", "measures"):
            told[name] = dict(pair.split(":") for pair in text.split("+"))
        else:
            told[name] = {"yes": True, "no": False}.get(text, text) if kind in ("flag", "yes-no") else text
    return msgspec.convert(told, cls, strict=False)


def facts(text: str) -> Iterator[Fact]:
    """The facts of a table with the columns ``on``, ``fact`` and ``values``, in its order."""
    for row in table(text):
        yield fact(row["on"], row["fact"], row.get("values", ""))


def life(text: str) -> "Life":
    """The life that a table of facts tells; it begins with the registration, in 5001, unless that is told."""
    told = list(facts(text))
    if not any(one.TOPIC == "participant-registered" for one in told):
        first = min(one.on for one in told)
        told.insert(0, fact(str(first), "participant-registered", f"municipality=5001, settled-on={first}"))
    return Life(Journey(STREAM)).then(*told)


@dataclass
class Life:
    """A journey, and what the read model tells of it by the rules that come with the tracker."""

    journey: Journey
    rules: Rulebook | None = None

    def then(self, *steps: Step | str) -> "Life":
        """Take further steps, none of them refused; a text is a table of facts."""
        for step in steps:
            if isinstance(step, str):
                self.then(*facts(step))
            elif isinstance(step, (Correct, Retract)):
                take(self.journey, type(step)(**{**vars(step), "at": LATE}))
            else:
                assert isinstance(step, Fact)
                self.journey.record(step, signed(LATE))
        return self

    def under(self, folder: Path) -> "Life":
        """The same with the rules of a municipality's own."""
        return Life(self.journey, rulebook(folder))

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return rows_of(self.journey.entries.values(), self.rules)

    def is_told(self, name: str, expected: str, **only: str | date) -> None:
        """The rows of a table are these; by default all of them, all columns that the expected table names."""
        columns = columns_of(expected)
        found = [
            {column: row[SHORT.get(column, column)] for column in columns}
            for row in self.rows[name]
            if all(str(row[column]) == str(value) for column, value in only.items())
        ]
        told = shown(found, columns)
        assert told == shown(table(expected), columns), f"got:\n{told}"

    def has_due(self, task: str, expected: str) -> None:
        """The segments of a task over the whole life are these."""
        self.is_told("tasks", expected, task=task)

    def on(self, day: str, *tasks: str) -> list[str]:
        """What is due on a day, as ``task about due``, with ``(paused)``; of some tasks alone, where they are named."""
        return sorted(
            " ".join(filter(None, (row["task"], row["about"], row["due"], "(paused)" if row["paused"] else "")))
            for row in valid(self.rows["tasks"], date.fromisoformat(day))
            if not tasks or row["task"] in tasks
        )


def rows_of(entries: Iterable[Entry], rules: Rulebook | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every table of the read model, rows by the names of their columns."""
    return {
        name: [dict(zip(BY_NAME[name].names[1:], row, strict=False)) for row in rows]
        for name, rows in fold(entries, rules or default_rules()).items()
    }


def valid(rows: Iterable[Mapping[str, Any]], day: date) -> list[Mapping[str, Any]]:
    """The rows that hold on a day."""
    text = day.isoformat()
    return [row for row in rows if row["valid_from"] <= text and (row["valid_to"] is None or text < row["valid_to"])]
