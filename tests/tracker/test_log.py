"""The log of facts as it is read, and many facts that go into it in one step, on both stores."""

from datetime import date
from uuid import uuid4

import pytest

from events.work import JobEnded, JobStarted
from tests.scenario import REGISTERED
from tests.tracker.people import FIRST, JOB, KARI, SECOND, registered
from tracker import bulk
from tracker.application import ProgressionTracker
from tracker.bulk import Staging, path_of
from tracker.errors import (
    Conflict,
)
from tracker.journey import Journey
from tracker.readmodel.verify import verify


def test_the_log_is_read_by_page_by_stream_and_stream_by_stream(app: ProgressionTracker) -> None:
    ana, bo = registered(app, SECOND), registered(app, FIRST)
    app.log(ana, JOB, KARI)
    app.log(bo, JOB, KARI)
    log = app.log_of_facts
    everything = log.page(0)
    assert [(row.stream, row.version) for row in everything] == [(ana, 1), (bo, 1), (ana, 2), (bo, 2)]
    positions = [row.position for row in everything]
    assert positions == sorted(set(positions))
    assert log.head() == positions[-1]
    assert log.count() == 4
    assert log.page(positions[0], 2) == everything[1:3]
    assert log.page(positions[0], until=positions[1]) == everything[1:2]
    assert log.page(positions[-1]) == []
    assert log.stream(ana) == [everything[0], everything[2]]
    assert log.stream(ana, positions[1]) == [everything[0]]
    assert log.stream(uuid4()) == []
    assert [(row.stream, row.version) for row in log.streams(positions[-1])] == [(bo, 1), (bo, 2), (ana, 1), (ana, 2)]
    assert [(row.stream, row.version) for row in log.streams(positions[2])] == [(bo, 1), (ana, 1), (ana, 2)]
    assert [row.stream for row in log.streams(positions[-1], "aaaab", "g")] == [ana, ana]
    assert list(log.streams(positions[-1], "", "aa")) == []


def test_an_empty_log_has_no_position(app: ProgressionTracker) -> None:
    assert app.log_of_facts.head() == 0
    assert app.log_of_facts.page(0) == []
    assert app.read_model.follow() == 0


def staged(app: ProgressionTracker, count: int, act: str = "import-1") -> list[Journey]:
    journeys = []
    for _ in range(count):
        journey = Journey(uuid4())
        journey.record(REGISTERED, app.signature(KARI, act=act))
        journey.record(JOB, app.signature(KARI, act=act))
        journeys.append(journey)
    app.keys.make(journey.id for journey in journeys)
    return journeys


def test_many_facts_go_into_the_log_in_one_step(app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 70)
    participant = registered(app)
    journeys = staged(app, 100)
    with Staging(app.settings.home, "import-1", app.sealing) as staging:
        for journey in journeys:
            staging.add(journey.pending)
        assert app.log_of_facts.count() == 1
        span = staging.commit(app.log_of_facts)
    assert not path_of(app.settings.home, "import-1").exists()
    assert span is not None
    rows = app.log_of_facts.page(app.log_of_facts.stream(participant)[0].position)
    assert (rows[0].position, rows[-1].position, len(rows)) == (*span, 200)
    assert app.journey(journeys[70].id).facts == journeys[70].facts
    app.log(participant, JOB, KARI)
    assert verify(app).is_clean


def test_nothing_staged_is_nothing_recorded(app: ProgressionTracker) -> None:
    with Staging(app.settings.home, "import-1", app.sealing) as staging:
        assert staging.commit(app.log_of_facts) is None


def test_staged_facts_meet_a_journey_that_moved_on_and_none_lands(app: ProgressionTracker) -> None:
    participant = registered(app)
    moved_on = app._load(participant)
    moved_on.record(JOB, app.signature(KARI))
    journeys = staged(app, 3)
    app.log(participant, JobStarted(on=date(2024, 1, 1), job="shop"), KARI)
    with Staging(app.settings.home, "import-1", app.sealing) as staging:
        for journey in (*journeys, moved_on):
            staging.add(journey.pending)
        with pytest.raises(Conflict, match="nothing was recorded"):
            staging.commit(app.log_of_facts)
    assert not path_of(app.settings.home, "import-1").exists()
    assert app.log_of_facts.count() == 2
    app.log(participant, JobEnded(on=date(2024, 3, 1), job="shop"), KARI)


def test_what_a_crash_left_in_a_staging_file_is_not_recorded_later(app: ProgressionTracker) -> None:
    journeys = staged(app, 2)
    left = Staging(app.settings.home, "import-1", app.sealing)
    left.add(journeys[0].pending)
    left._write()
    left._connection.close()
    with Staging(app.settings.home, "import-1", app.sealing) as staging:
        staging.add(journeys[1].pending)
        staging.commit(app.log_of_facts)
    assert app.log_of_facts.count() == 2
    assert app.log_of_facts.stream(journeys[0].id) == []
