"""What holds for every figure of the catalogue, whatever the journeys are: on simulated lives."""

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from events import Fact, contract
from events.intake import ParticipantRegistered
from events.programme import RegisteredInNir
from events.residence import Died, LeftNorway
from events.status import StatusConfirmed
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker
from tracker.demo.run import simulated
from tracker.errors import Refusal
from tracker.indicators.behind import people_behind
from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.cohort import Cohort, origins
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.economic.intensity import E2
from tracker.indicators.frames import Frames, load
from tracker.indicators.measures import Count, Share
from tracker.indicators.partials import SCHEMAS, added
from tracker.indicators.pipeline import Question, counted, measured
from tracker.journey import Journey
from tracker.readmodel.fold import places_of
from tracker.settings import Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PEOPLE = 36
AUTHOR = Author("advisor-1")
every = pytest.mark.parametrize("one", CATALOGUE.values(), ids=CATALOGUE)


def lives() -> Iterator[tuple[UUID, list[Fact]]]:
    """The facts that hold of each simulated person, registration first and death last."""
    for number in range(1, PEOPLE + 1):
        stream = UUID(int=number)
        journey = simulated(stream, 3, number, 12, NOW)
        kept = sorted(journey.entries.values(), key=lambda entry: (entry.fact.on, entry.version))
        # What was registered elsewhere is told by the numbers of facts, which another order changes.
        facts = [entry.fact for entry in kept if not isinstance(entry.fact, RegisteredInNir)]
        yield stream, sorted(facts, key=_turn)


def _turn(fact: Fact) -> int:
    return -1 if isinstance(fact, ParticipantRegistered) else int(isinstance(fact, (Died, LeftNorway)))


def told(home: Path, order: Random | None) -> ProgressionTracker:
    """The lives recorded person by person in the order of the days, or all mixed."""
    app = ProgressionTracker(Settings(home, by="advisor-1"), Clock(NOW))
    left = [(Journey(stream), _mixed(facts, order) if order else list(facts)) for stream, facts in lives()]
    app.keys.make(journey.id for journey, _ in left)
    recorded = []
    while left:
        at = order.randrange(len(left)) if order else 0
        journey, facts = left[at]
        if not facts:
            left.pop(at)
            continue
        recorded.append(journey.record(facts.pop(0), app.signature(AUTHOR)))
    # Together, as an import does: the read model follows once.
    for start in range(0, len(recorded), 500):
        app.save(*recorded[start : start + 500])
    app.read_model.follow()
    return app


def _mixed(facts: list[Fact], order: Random) -> list[Fact]:
    """Facts that touch each other stay in the order of their days; the others change places."""
    last = [fact for fact in facts if isinstance(fact, (Died, LeftNorway))]
    queues: dict[object, list[Fact]] = {}
    for fact in facts[1:]:
        if fact not in last:
            places = places_of(fact)
            agreed = type(fact).__module__ == contract.__name__
            queues.setdefault(contract if agreed else places[0][0] if places else fact.TOPIC, []).append(fact)
    mixed = [facts[0]]
    while queues:
        name = order.choice(sorted(queues, key=str))
        mixed.append(queues[name].pop(0))
        if not queues[name]:
            del queues[name]
    return mixed + last


def frames_of(app: ProgressionTracker, position: int | None = None) -> Frames:
    newest = app.read_model.follow()
    return load(app.read_model, newest if position is None else position, NOW.date())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgressionTracker]:
    app = told(tmp_path_factory.mktemp("lives") / "home", None)
    yield app
    app.close()


@pytest.fixture(scope="module")
def frames(app: ProgressionTracker) -> Frames:
    return frames_of(app)


@every
def test_the_order_of_recording_does_not_matter(one: Indicator, frames: Frames, otherwise: Frames) -> None:
    assert_frame_equal(measured(frames, one).figures, measured(otherwise, one).figures)


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frames]:
    app = told(tmp_path_factory.mktemp("mixed") / "home", Random(7))
    yield frames_of(app)
    app.close()


@every
def test_shares_lie_in_their_limits_and_under_what_they_can_be_at_most(one: Indicator, frames: Frames) -> None:
    shares = measured(frames, one).figures.filter(
        pl.col("kind").is_in(["share", "incidence"]) & pl.col("value").is_not_null()
    )
    value, low, high, most = (pl.col(name) for name in ("value", "low", "high", "at_most"))
    assert shares.filter((value < 0) | (value > 1 + 1e-12) | (low > value + 1e-12) | (high < value - 1e-12)).height == 0
    assert shares.filter((most < value) | (most > 1 + 1e-12)).height == 0
    assert shares.filter(pl.col("counted") + pl.col("unknown") > pl.col("n")).height == 0


@every
def test_the_parts_of_a_whole_are_all_of_it_and_a_line_within_another_counts_no_more(
    one: Indicator, frames: Frames
) -> None:
    rows = measured(frames, one).figures.filter(pl.col("kind") == "share")
    told = {(row["line"], row["choice"], row["months"]): row for row in rows.to_dicts()}
    lines = [line for measure in one.measures if isinstance(measure, Share) for line in measure.lines]
    for months in {row["months"] for row in told.values()}:
        wholes: dict[tuple[object, ...], list[Count]] = {}
        for line in lines:
            row = told.get((line.name, line.choice, months))
            if row is None:
                continue
            if line.whole:
                wholes.setdefault((line.whole, line.choice, str(line.among)), []).append(line)
            if line.within:
                name, _, choice = line.within.partition("/")
                outer = told[name, choice or line.choice, months]
                assert row["counted"] <= outer["counted"], (line.name, line.within)
        for parts in wholes.values():
            found = [told[part.name, part.choice, months] for part in parts]
            unknown = found[0]["unknown"] if all(part["unknown"] == found[0]["unknown"] for part in found) else 0
            covered = sum(part["counted"] for part in found)
            assert covered in (found[0]["n"], found[0]["n"] - unknown), parts[0].whole


@every
def test_groups_and_years_counted_apart_add_up_to_everybody(one: Indicator, frames: Frames) -> None:
    if one.axis in ("year", "active"):
        pytest.skip("not told apart by person and year of the day")
    whole = counted(frames, one, Question())
    by_gender = counted(frames, one, Question(by=("gender",))).only(())
    years = added(counted(frames, one, Question(Cohort(one.axis, year, year))) for year in range(2010, 2028))
    for name in SCHEMAS:
        order = list(getattr(whole, name).columns)
        expected = getattr(whole, name).sort(order)
        assert_frame_equal(expected, getattr(by_gender, name).sort(order))
        assert_frame_equal(expected, getattr(years, name).sort(order))


@every
def test_leaving_the_scope_and_reaching_it_are_never_more_than_everybody(one: Indicator, frames: Frames) -> None:
    rows = measured(frames, one, Question(by=("gender",) if one.axis != "year" else ())).figures
    rows = rows.filter((pl.col("kind") == "incidence") & pl.col("value").is_not_null())
    keys = [name for name in ("gender", "line", "months") if name in rows.columns]
    sums = rows.group_by(keys).agg(pl.col("value").sum(), pl.col("counted").sum(), pl.col("n").first())
    assert sums.filter((pl.col("value") > 1 + 1e-9) | (pl.col("counted") > pl.col("n"))).height == 0


def test_what_is_told_later_never_changes_what_was_known_before(app: ProgressionTracker) -> None:
    position = app.read_model.follow()
    before = {id: measured(frames_of(app, position), one).figures for id, one in CATALOGUE.items()}
    random = Random(11)
    for stream, facts in list(lives())[::3]:
        entry = random.choice(facts[1:])
        version = next(v for v, kept in app.journey(stream).entries.items() if kept.fact == entry)
        try:
            app.retract(stream, version, "told of somebody else", AUTHOR, with_dependants=True)
        except Refusal:
            continue
    assert app.read_model.follow() > position
    after = {id: measured(frames_of(app, position), one).figures for id, one in CATALOGUE.items()}
    for id, figures in before.items():
        assert_frame_equal(figures, after[id])
    now = measured(frames_of(app), CATALOGUE["E1"]).figures
    assert not now.equals(before["E1"]), "nothing that was told later mattered"


def test_what_becomes_known_of_the_unknown_stays_between_the_bounds(tmp_path: Path) -> None:
    random = Random(5)
    app = told(tmp_path / "home", None)
    frames = frames_of(app)
    before = measured(frames, E2).figures.filter(pl.col("line") == "work-20-hours").row(0, named=True)
    behind = people_behind(frames, E2, Question()).filter(
        (pl.col("line") == "work-20-hours") & (pl.col("counts") == "unknown")
    )
    left = dict(frames.people().select("id", "participant").iter_rows())
    days = dict(origins(frames, "left").iter_rows())
    assert behind.height >= 3
    for id in behind["id"]:
        day = days[left[id]] + timedelta(days=360)
        hours = random.choice([Decimal(0), None, Decimal(25)])
        app.log(UUID(id), StatusConfirmed(on=day, activities={} if hours == 0 else {"work": hours}), AUTHOR)
    after = measured(frames_of(app), E2).figures.filter(pl.col("line") == "work-20-hours").row(0, named=True)
    assert before["value"] <= after["value"] <= before["at_most"]
    assert after["unknown"] < before["unknown"]
    app.close()


def test_what_figures_were_counted_from_is_let_go_with_them(app: ProgressionTracker) -> None:
    """Left to the collector, the rows of one question after the other would pile up."""
    gc.collect()
    gc.disable()
    try:
        for id, one in CATALOGUE.items():
            frames = frames_of(app)
            held = weakref.ref(frames)
            protected([measured(frames, one, Question(by=("gender",) if one.axis != "year" else ()))])
            del frames
            assert held() is None, id
    finally:
        gc.enable()
