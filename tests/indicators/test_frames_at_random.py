"""Whatever is recorded, corrected, erased or rebuilt: the files tell at every position what the read model tells."""

import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from polars.testing import assert_frame_equal

from tests.indicators.kept_frames import AUTHOR, assert_same, from_files, path_of, someone
from tests.indicators.kept_frames import app as app
from tests.stateful.machine import WRITERS, Installation
from tracker.application import ProgressionTracker
from tracker.indicators.columns import keeping
from tracker.indicators.columns.files import listed
from tracker.indicators.columns.keeping import beside
from tracker.indicators.frames import Frames, load
from tracker.settings import Settings

QUICK = drawing(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
LONG = drawing(QUICK, max_examples=200, stateful_step_count=60, derandomize=False)


class Counted(Installation):
    """An installation whose figures are asked for now and then, by either of two processes."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="frames-"))
        super().__init__(Settings(self.folder / "home"))

    def teardown(self) -> None:
        try:
            self.figures_are_asked_for(0, 1.0)
            app = self.apps[1]
            newest = app.read_model.follow()
            for position in range(newest + 1):
                self.same_and_whole(load(app.read_model, position, self.clock().date()), app)
            super().teardown()
        finally:
            shutil.rmtree(self.folder)

    @rule(at=WRITERS, share=st.sampled_from([0.0, 0.5, 0.9, 1.0, 1.0]))
    def figures_are_asked_for(self, at: int, share: float) -> None:
        app = self.apps[at]
        position = int(app.read_model.follow() * share)
        frames = load(app.read_model, position, self.clock().date())
        assert listed(beside(path_of(app))) is not None, "the files are not used"
        self.same_and_whole(frames, app)

    def same_and_whole(self, frames: Frames, app: ProgressionTracker) -> None:
        """The files tell what the read model tells, and the history what the facts of every earlier position told."""
        assert_same(frames, path_of(app))
        history = frames.history()
        held = history.filter(pl.col("known_to").is_null()).select(frames.facts().columns)
        assert_frame_equal(held, frames.facts(), check_row_order=False, check_exact=True)
        assert (history["known_from"] <= frames.position).all() and (history["known_to"] <= frames.position).all()
        earlier = load(app.read_model, frames.position // 2, self.clock().date())
        then = (pl.col("known_from") <= earlier.position) & (
            pl.col("known_to").is_null() | (pl.col("known_to") > earlier.position)
        )
        columns = history.drop("known_to").columns
        told = earlier.facts(columns=columns)
        assert_frame_equal(history.filter(then).select(columns), told, check_row_order=False, check_exact=True)
        told_at = history.select("position", moment="recorded_at").unique()
        beyond = pl.Series([frames.position + 1_000_000], dtype=pl.Int64)
        moments = frames.moments(pl.concat([history["position"], beyond]))
        assert_frame_equal(moments, told_at, check_row_order=False, check_exact=True)
        changed = frames.moments(history["known_to"])
        assert changed["position"].sort().to_list() == sorted(set(history["known_to"].drop_nulls().to_list()))


@pytest.fixture(autouse=True)
def grown_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few people and few changes take every turn that many do."""
    monkeypatch.setattr(keeping, "CHANGES", 2)
    monkeypatch.setattr(keeping, "FEW", 1)
    monkeypatch.setattr(keeping, "SHARE", 0.6)
    monkeypatch.setattr(keeping, "MANY", 0.8)
    monkeypatch.setattr(keeping, "LARGE", 3)


def test_figures_come_from_files_that_tell_the_truth() -> None:
    run_state_machine_as_test(Counted, settings=QUICK)


def test_the_history_keeps_the_facts_of_a_registration_that_was_taken_back(app: ProgressionTracker) -> None:
    who = someone(app)
    before = from_files(app)
    app.retract(who, 1, "somebody else's", AUTHOR, with_dependants=True)
    frames = from_files(app)
    assert str(who) not in frames.people()["id"]
    assert_same(frames, path_of(app))
    told = frames.history(columns=("fact", "position"))
    assert_frame_equal(
        told.drop("known_from", "known_to"), before.facts(columns=told.columns[:2]), check_row_order=False
    )
    assert frames.history()["known_to"].drop_nulls().sort().to_list() == [frames.position - 1, frames.position]


@pytest.mark.soak
def test_figures_come_from_files_that_tell_the_truth_for_long() -> None:
    run_state_machine_as_test(Counted, settings=LONG)
