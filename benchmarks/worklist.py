"""Worklists from a large read model: an advisor's, and that of a manager of a large municipality."""

import argparse
import random
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.population import populated
from benchmarks.timing import durations, quantile, said
from tracker.application import ProgressionTracker
from tracker.follow_up.scope import Scope
from tracker.follow_up.worklist import Due, Question, counted, worklist
from tracker.memory import sparing
from tracker.readmodel.tables import create_indexes
from tracker.settings import Settings
from tracker.storage import writing

LARGE = "0301"
"""The municipality in which the manager's participants live."""

MANAGED = 5_000
ADVISED = 60
PAGE = 200
TIMES = 60
AIM = 0.1


def staffed(app: ProgressionTracker) -> int:
    """Give every advisor sixty participants, and a municipality its 5,000; tells how many advisors there are."""
    with writing(app.read_model.database) as connection:
        create_indexes(connection)
        # In no order of the files: a municipality's people lie among all others.
        everybody = sorted(row[0] for row in connection.execute("SELECT DISTINCT participant FROM participants"))
        random.Random(1).shuffle(everybody)
        moved = [(LARGE, who) for who in everybody[:MANAGED]]
        for table in ("participants", "tasks"):
            connection.executemany(f"UPDATE {table} SET municipality = ? WHERE participant = ?", moved)
        advised = [(f"advisor-{number // ADVISED}", who) for number, who in enumerate(everybody)]
        connection.executemany("UPDATE spells SET value = ? WHERE participant = ? AND activity = 'advisor'", advised)
    return len(everybody) // ADVISED


def p95(what: Callable[[int], object]) -> float:
    """The time in seconds that nineteen of twenty answers stay below."""
    return quantile(durations(what, TIMES), 0.95)


def an_advisor(app: ProgressionTracker, advisors: int, at: date) -> None:
    """Advisors one after the other, each asked for once."""
    position = app.read_model.state()
    numbers = random.Random(2).sample(range(advisors), min(TIMES, advisors))

    def one(number: int, due: str | None = "90d") -> list[Due]:
        scope = Scope(position, at, advisor=f"advisor-{numbers[number % len(numbers)]}")
        return worklist(app.read_model, Question(scope, due=due))

    usual = p95(one)
    rows = len(one(0))
    said("under 0.1 s", f"a an advisor with {ADVISED}, {rows} rows within 90 days: {usual:.3f} s", usual < AIM)
    everything = p95(lambda number: one(number, None))
    said("under 0.1 s", f"a the same, whatever is due: {everything:.3f} s", everything < AIM)


def a_manager(app: ProgressionTracker, at: date) -> None:
    position = app.read_model.state()
    scope = Scope(position, at, municipality=LARGE)
    for name, question, limit in (
        ("overdue", Question(scope, overdue=True), None),
        ("within 90 days", Question(scope, due="90d"), None),
        ("the first page of these", Question(scope, due="90d"), PAGE),
    ):
        taken = p95(lambda _, question=question, limit=limit: asked(app, question, limit))  # type: ignore[misc]
        rows = asked(app, question, limit)
        said("under 0.1 s", f"b a manager with {MANAGED}, {name}, {rows} rows: {taken:.3f} s", taken < AIM)


def asked(app: ProgressionTracker, question: Question, limit: int | None) -> int:
    """How many rows are told; of a page, with the counts of all beside it."""
    if limit is not None:
        counted(app.read_model, question)
    return len(worklist(app.read_model, question, limit=limit))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worklist", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--home", type=Path, help="keep the read model in this folder, or use the one that is there")
    chosen = parser.parse_args()
    # As every command does.
    sparing()
    with tempfile.TemporaryDirectory() as name:
        home = chosen.home or Path(name) / "home"
        print(f"worklists, {chosen.people} people", flush=True)
        if not home.exists():
            populated(home, chosen.people).close()
        app = ProgressionTracker(Settings(home, by="benchmark"))
        advisors = staffed(app)
        at = app.clock().date()
        an_advisor(app, advisors, at)
        a_manager(app, at)
        app.close()


if __name__ == "__main__":
    main()
