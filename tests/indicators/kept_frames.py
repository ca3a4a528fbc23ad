"""Frames of a few people in an installation, and whether the files tell the same as the read model."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from events.intake import ParticipantRegistered
from events.municipality import MunicipalityRegistered
from events.programme import ProgrammeStarted
from events.work import JobStarted
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker
from tracker.indicators.columns import files
from tracker.indicators.columns.derived import place
from tracker.indicators.columns.files import listed
from tracker.indicators.columns.keeping import beside
from tracker.indicators.columns.parts import DERIVED
from tracker.indicators.columns.straight import Straight
from tracker.indicators.frames import Frames, load
from tracker.settings import Settings

AUTHOR = Author("advisor-1")
TODAY = date(2026, 6, 1)
START = date(2022, 3, 15)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ProgressionTracker]:
    """A municipality and three participants in the programme."""
    app = ProgressionTracker(Settings(tmp_path / "home"), Clock(datetime(2025, 1, 1, 12, tzinfo=UTC)))
    app.register_municipality(MunicipalityRegistered(on=START, municipality="5001", name="Trondheim"), AUTHOR)
    for _ in range(3):
        participant(app)
    yield app
    app.close()


def participant(app: ProgressionTracker) -> UUID:
    who = app.register(ParticipantRegistered(on=START, municipality="5001", settled_on=START), AUTHOR)
    app.log(who, ProgrammeStarted(on=START), AUTHOR)
    return who


def someone(app: ProgressionTracker) -> UUID:
    return UUID(frames_of(app).people()["id"].min())  # type: ignore[arg-type]


def work(app: ProgressionTracker, who: UUID, job: str = "cafe") -> None:
    app.log(who, JobStarted(on=date(2023, 1, 2), job=job, hours_per_week=Decimal(20)), AUTHOR)


def path_of(app: ProgressionTracker) -> Path:
    return app.settings.home / app.read_model.name


def frames_of(app: ProgressionTracker, position: int | None = None) -> Frames:
    newest = app.read_model.follow()
    return load(app.read_model, newest if position is None else position, TODAY)


def from_files(app: ProgressionTracker, position: int | None = None) -> Frames:
    """The frames, if they come from files; what is read without them would be right in any case."""
    frames = frames_of(app, position)
    assert listed(beside(path_of(app))) is not None
    return frames


def named(frames: Frames) -> dict[str, pl.DataFrame]:
    """All frames, with ids in place of numbers, in one order."""
    ids = pl.concat([frames.people().select("participant", "id"), frames.municipalities.select("participant", "id")])
    found = {
        "participants": frames.people().drop("id"),
        "municipalities": frames.municipalities.drop("id"),
        "spells": frames.spells(),
        "facts": frames.facts(),
        "history": frames.history(),
        "flags": frames.flags,
        "windows": frames.windows,
        **{kind.name: frames.derived(kind) for kind in DERIVED},
    }
    shown = {}
    for name, frame in found.items():
        known = pl.concat([ids, gone(frame, ids)]) if name == "history" else ids
        whole = frame.join(known, on="participant", how="left").drop("participant")
        assert whole["id"].null_count() == 0, f"{name} of nobody"
        shown[name] = whole.sort(whole.columns)
    return shown


def gone(history: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """(participant, id) of those who are registered no more, with nothing held of them: by where they came in."""
    rows = history.join(ids, on="participant", how="anti")
    nothing_held = rows.filter(pl.col("known_to").is_not_null().all().over("participant"))
    return nothing_held.group_by("participant").agg(id=pl.format("@{}", pl.col("position").min()))


def straight(frames: Frames, path: Path) -> Frames:
    """The same question, answered without files."""
    source = Straight(path, frames.position)
    return Frames(frames.position, frames.known_on, frames.erased, frames.newest, source)


def says_that_it_rises(rows: pl.DataFrame) -> bool:
    """Whether rows say of themselves that they rise by participant; then they do: joining by it relies on that."""
    says: bool = rows["participant"].flags["SORTED_ASC"]
    assert not says or rows["participant"].is_sorted()
    return says


def assert_same(frames: Frames, path: Path) -> None:
    expected = named(straight(frames, path))
    for name, frame in named(frames).items():
        assert_frame_equal(frame, expected[name], check_exact=True)
    for kind in DERIVED:
        rows = frames.derived(kind)
        assert says_that_it_rises(rows)
        assert (
            "day" not in kind.schema or rows.select(place(pl.col("participant"), pl.col("day"))).to_series().is_sorted()
        )
    for activity in frames.spells()["activity"].unique().drop_nulls():
        says_that_it_rises(frames.spells(activity))
    for fact in frames.facts()["fact"].unique():
        says_that_it_rises(frames.facts(fact))
    says_that_it_rises(frames.people())
    says_that_it_rises(frames.windows)
    assert frames.imported_later == straight(frames, path).imported_later


def listing_of(app: ProgressionTracker) -> files.Listing:
    listing = listed(beside(path_of(app)))
    assert listing is not None
    return listing
