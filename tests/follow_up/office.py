"""An office at work: an installation told line by line, and the lists that its advisors ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.quality.installation import Installation
from tests.scenario import Clock
from tests.tables import shown, table
from tracker.application import ProgressionTracker
from tracker.follow_up.caseload import Caseload, caseloads
from tracker.follow_up.listing import Found, listed
from tracker.follow_up.saved_lists import Filters, saved_list
from tracker.follow_up.scope import Scope
from tracker.follow_up.worklist import Due, People, Question, worklist
from tracker.settings import Settings


class Office(Installation):
    """An installation that is asked what is due."""

    def told(self, text: str) -> "Office":
        """Record a table as :meth:`Installation.told` does; ``recorded`` may be left out."""
        for row in table(text):
            line = {"recorded": row["on"] if row["fact"] == "participant-registered" else "", **row}
            who = self.people.get(line["who"]) or self._registered(line)
            if line["fact"] != "participant-registered":
                self._take(who, line)
        return self

    @property
    def home(self) -> Path:
        return self.app.settings.home

    def scope(self, at: str, position: int | None = None, **who: Any) -> Scope:
        named = tuple(str(self.people[name]) for name in who.pop("who", "").split())
        return Scope(self.position if position is None else position, date.fromisoformat(at), participants=named, **who)

    def due(self, at: str, *, position: int | None = None, **asked: Any) -> list[Due]:
        """What is due; ``advisor``, ``municipality``, ``who`` and ``people`` narrow it, and the fields of a question."""
        who = {name: asked.pop(name) for name in ("advisor", "municipality", "who") if name in asked}
        people = asked.pop("people", People())
        tasks = tuple(asked.pop("tasks", "").split())
        question = Question(self.scope(at, position, **who), tasks=tasks, people=people, **asked)
        return worklist(self.app.read_model, question)

    def lists(self, at: str, expected: str, **asked: Any) -> None:
        """What is due on a day as a table of columns of tasks, of which ``who`` is a name."""
        columns = expected.strip().partition("\n")[0]
        names = tuple(column.strip() for column in columns.split("|"))
        rows = [{**row._asdict(), "who": self.name(row.participant)} for row in self.due(at, **asked)]
        told = [{name: "" if row[name] is None else row[name] for name in names} for row in rows]
        assert shown(told, names) == shown(table(expected), names)

    def whom(self, at: str, *, position: int | None = None, scope: dict[str, str] | None = None, **people: Any) -> str:
        """The names of whom filters of people leave, in their order in the alphabet."""
        filters = Filters(rows="people", **people)
        return self._names(listed(self.app.read_model, filters, self.scope(at, position, **(scope or {})), self.home))

    def on(self, name: str, at: str, **who: Any) -> str:
        """The names on a saved list."""
        filters = saved_list(name, self.home).filters
        scope = self.scope(at, **who)
        if filters.rows == "people":
            return self._names(listed(self.app.read_model, filters, scope, self.home))
        from tracker.follow_up.listing import question_of

        rows = worklist(self.app.read_model, question_of(filters, scope))
        return " ".join(sorted({self.name(row.participant) for row in rows}))

    def loads(self, at: str, *, position: int | None = None, **who: Any) -> list[Caseload]:
        return caseloads(self.app.read_model, self.scope(at, position, **who))

    def _names(self, found: Found) -> str:
        return " ".join(sorted(self.name(person["participant"]) for person in found.people))


@contextmanager
def opened_office(home: Path) -> Iterator[Office]:
    """An empty office whose clock begins in 2020."""
    clock = Clock(datetime(2020, 1, 1, 12, tzinfo=UTC))
    app = ProgressionTracker(Settings(home, by="kari"), clock)
    yield Office(app, clock)
    app.close()
