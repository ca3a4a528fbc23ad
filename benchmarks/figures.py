"""Figures from a large read model: one indicator, the catalogue, trajectories, memory, refreshing, a new process."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import polars as pl

from benchmarks.population import populated
from benchmarks.timing import said
from tracker.application import ProgressionTracker
from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.columns.keeping import beside
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.economic.intensity import E2
from tracker.indicators.frames import Frames, load
from tracker.indicators.pipeline import Question, Result, measured, measured_each
from tracker.indicators.trajectory import distribution, trajectories
from tracker.memory import sparing
from tracker.readmodel.follow import note_touched, replace_rows
from tracker.readmodel.tables import TABLES
from tracker.settings import Settings
from tracker.storage import writing

THREE = ("track", "gender", "rule-set")
WIDE = ("municipality", "track", "gender")
CHANGED = 100


def seconds(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def warm(app: ProgressionTracker) -> Frames:
    return load(app.read_model, app.read_model.state(), app.clock().date())


def read_once(app: ProgressionTracker) -> None:
    """Read every file of the frames, so that none of them is cold when the first figure is timed."""
    warm(app)
    database = Path(app.read_model.database.conn.execute("PRAGMA database_list").fetchone()[2])
    for path in beside(database).rglob("*.arrow*"):
        with path.open("rb") as file:
            while file.read(1 << 20):
                pass


def one_indicator(app: ProgressionTracker) -> None:
    """Every indicator with three breakdowns, each from frames that nothing is held of yet: the best of three rounds.

    A round is the whole catalogue, so that a slow moment of the machine does not meet one indicator three times.
    """
    read_once(app)
    taken: dict[str, float] = {}
    for _ in range(3):
        for id, one in CATALOGUE.items():
            question = Question(by=_fitting(id, THREE))
            now = seconds(partial(_released, warm(app), one, question))
            taken[id] = min(now, taken.get(id, now))
    slowest = sorted(taken, key=lambda id: -taken[id])
    told = ", ".join(f"{id} {taken[id]:.2f}" for id in slowest[:8])
    middle = taken[slowest[len(slowest) // 2]]
    said("under 1 s", f"a one indicator by three: median {middle:.2f} s, slowest {told}", taken[slowest[0]] < 1)
    frames = warm(app)
    ours = min(seconds(lambda: measured(warm(app), E2, Question(by=THREE, months=(12,)))) for _ in range(3))
    hand = min(seconds(lambda: by_hand(warm(app))) for _ in range(3))
    assert frames.position
    said(
        "within 3x", f"a E2 against the same by hand: {ours / hand:.1f}x ({ours:.2f} s, {hand:.2f} s)", ours / hand <= 3
    )


def _released(frames: Frames, one: Indicator, question: Question) -> None:
    protected([measured(frames, one, question)])


def by_hand(frames: Frames) -> pl.DataFrame:
    """Who works 1, 10, 20, 30, 37 hours a year after leaving, by three breakdowns, written down directly."""
    ends = frames.facts(
        "programme-ended", "programme-reopened", columns=("participant", "version", "happened_on", "fact", "details")
    )
    left = (
        ends.sort("happened_on", "version")
        .group_by("participant", maintain_order=True)
        .last()
        .filter((pl.col("fact") == "programme-ended") & ~pl.col("details").fill_null("").str.contains("transferred"))
        .select("participant", left="happened_on", day=pl.col("happened_on").dt.offset_by("12mo"))
        .filter(pl.col("day") <= frames.known_on)
    )

    def running(day: str, *activities: str) -> pl.DataFrame:
        return left.join(frames.spells(*activities), on="participant").filter(
            (pl.col("valid_from") <= pl.col(day)) & (pl.col(day) < pl.col("valid_to"))
        )

    work = running("day", "work")
    told = work.filter(pl.col("key") != "confirmed")
    confirmed = work.filter(pl.col("key") == "confirmed").join(told, on="participant", how="anti")
    own = pl.concat([told, confirmed]).filter(pl.col("value") != "wage-subsidy")
    worked = own.group_by("participant").agg(
        hours=pl.col("hours_per_week").sum(), unknown=pl.col("hours_per_week").is_null().any()
    )
    out = running("day", "residence").filter(pl.col("value").is_in(["left-norway", "protection-ended", "died"]))
    known = (
        left.join(frames.windows, on="participant")
        .filter((pl.col("known_from") <= pl.col("day")) & (pl.col("day") < pl.col("known_to")))
        .select("participant", known=pl.lit(True))
        .unique()
    )
    track = running("left", "track").select("participant", track="value")
    rows = (
        left.join(out, on="participant", how="anti")
        .join(frames.people("gender", "rule_set"), on="participant")
        .join(track, on="participant", how="left")
        .join(worked, on="participant", how="left")
        .join(known, on="participant", how="left")
    )
    return rows.group_by("track", "gender", "rule_set").agg(
        n=pl.len(),
        unknown=(~pl.col("known").fill_null(False)).sum(),
        **{f"h{t}": (pl.col("known") & (pl.col("hours") >= t)).sum() for t in (1, 10, 20, 30, 37)},
    )


def whole_catalogue(app: ProgressionTracker) -> None:
    frames = warm(app)
    kept: list[Result] = []
    counting = seconds(
        lambda: kept.extend(
            measured_each(frames, [(one, Question(by=_fitting(id, WIDE))) for id, one in CATALOGUE.items()])
        )
    )
    hiding = seconds(lambda: protected(kept))
    rows = sum(result.figures.height for result in kept)
    total = counting + hiding
    said(
        "under 30 s",
        f"b whole catalogue by municipality x track x gender: {total:.1f} s ({counting:.1f} counting, {hiding:.1f} "
        f"disclosure control; {rows} figures)",
        total < 30,
    )


def _fitting(id: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """The breakdowns; of figures that are about no participant those that they have."""
    one = CATALOGUE[id]
    return by if one.axis != "year" else tuple(name for name in by if name in one.breakdowns)


def months_of_trajectories(app: ProgressionTracker) -> None:
    taken = seconds(lambda: distribution(trajectories(warm(app), "programme-start", 120)))
    said("under 5 s", f"c trajectories over 120 months: {taken:.1f} s", taken < 5)


def counting(app: ProgressionTracker) -> None:
    one_indicator(app)
    whole_catalogue(app)
    months_of_trajectories(app)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said("under 2048 MB", f"d peak memory of all that: {peak:.0f} MB", peak < 2048)


def refreshing(app: ProgressionTracker) -> None:
    """The frames after the rows of a hundred people have changed."""
    taken = []
    warm(app)
    for turn in range(5):
        position = app.read_model.state() + 1
        connection = app.read_model.database.conn
        start = turn * CHANGED
        found = connection.execute("SELECT participant FROM participants LIMIT ? OFFSET ?", (CHANGED, start)).fetchall()
        with writing(app.read_model.database) as writer:
            for (who,) in found:
                rows = {
                    table.name: [
                        tuple(row)
                        for row in writer.execute(
                            f"SELECT * FROM {table.name} WHERE participant = ?", (who,)
                        ).fetchall()
                    ]
                    for table in TABLES
                }
                changed = list(rows["participants"][0])
                changed[6] = "other"
                rows["participants"][0] = tuple(changed)
                replace_rows(writer, UUID(who), rows)
            note_touched(writer, [UUID(who) for (who,) in found], position)
            writer.execute("UPDATE state SET value = ? WHERE name = 'position'", (position,))
        taken.append(seconds(lambda: warm(app)))
    usual = sorted(taken)[len(taken) // 2]
    said("under 0.1 s", f"e refreshing after {CHANGED} people changed: {usual:.3f} s", usual < 0.1)


def new_process(home: Path) -> None:
    """The command as a user starts it, whose installation has no pandas; where it is there, with it, too.

    sqlite-utils imports pandas where it is installed, which a tool for development brings along.
    """
    command = ["indicators", "E2", "--by", ",".join(THREE), "--format", "csv"]
    without = "import sys; sys.modules['pandas'] = None; from tracker.cli import main; main()"
    environment = {**os.environ, "TRACKER_HOME": str(home)}
    # Whoever starts it a second time finds it compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def taken(*start: str) -> float:
        def run() -> None:
            chosen = [sys.executable, *start, *command]
            subprocess.run(chosen, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        run()
        return min(seconds(run) for _ in range(5))

    as_users = taken("-c", without)
    beside = f"; {taken('-m', 'tracker.cli'):.2f} s with pandas beside it" if find_spec("pandas") else ""
    said("under 1 s", f"e E2 by three from a new process: {as_users:.2f} s{beside}", as_users < 1)


INSIDE = {"counting": counting, "refreshing": refreshing}
"""What is measured in a process of its own, as commands are."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--home", type=Path, help="keep the read model in this folder, or use the one that is there")
    parser.add_argument("--inside", choices=INSIDE, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    # As every command does; what it says of columns holds in the processes that are started here.
    sparing()
    if chosen.inside:
        app = ProgressionTracker(Settings(chosen.home, by="benchmark"))
        INSIDE[chosen.inside](app)
        app.close()
        return
    with tempfile.TemporaryDirectory() as name:
        home = chosen.home or Path(name) / "home"
        print(f"figures, {chosen.people} people", flush=True)
        if not home.exists():
            populated(home, chosen.people).close()
        app = ProgressionTracker(Settings(home, by="benchmark"))
        if app.read_model.is_outdated:
            # A command would fold it anew from the log, which is empty.
            app.close()
            sys.exit(f"the read model in {home} is of another version of the program; remove it to make it anew")
        print(f"  frames made or found: {seconds(lambda: warm(app)):.0f} s", flush=True)
        app.close()
        for inside in INSIDE:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.figures", "--inside", inside, "--home", str(home)], check=True
            )
        new_process(home)


if __name__ == "__main__":
    main()
