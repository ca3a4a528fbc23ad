"""What was known when, and what is left of the forgotten, on both stores."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.work import JobStarted
from tests.conftest import MakeApp
from tests.readmodel.content import JOB, KARI, content, lived, without_read_model
from tests.scenario import NOW, REGISTERED, Clock
from tracker.application import ProgressionTracker
from tracker.readmodel import follow
from tracker.readmodel.follow import UnknownMoment, moment_of
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify

# What was known when


def test_a_moment_is_the_last_position_before_anything_later(app: ProgressionTracker, clock: Clock) -> None:
    participant = app.register(REGISTERED, KARI)
    positions = [app.log_of_facts.head()]
    for minutes in (30, 20, 40):
        clock.now = NOW + timedelta(minutes=minutes)
        app.log(participant, JobStarted(on=date(2024, 2, 1), job=f"job-{minutes}"), KARI)
        positions.append(app.log_of_facts.head())
    model = app.read_model

    def at(minutes: float) -> int:
        return model.known_at((NOW + timedelta(minutes=minutes)).isoformat())

    assert at(-1) == positions[0] - 1
    assert at(0) == positions[0]
    # The fact stamped at 20 lies behind the one stamped at 30, so until 30 neither was known.
    assert at(20) == at(25) == at(29.999) == positions[1] - 1
    assert at(30) == at(39) == positions[2]
    assert at(40) == at(10_000) == model.known_at(None) == positions[3]
    assert model.known_at(f"@{positions[1]}") == positions[1]
    assert model.known_at("@999999") == positions[3]


def test_an_answer_about_a_moment_stays_when_more_becomes_known(app: ProgressionTracker, clock: Clock) -> None:
    participant = app.register(REGISTERED, KARI)
    app.log(participant, JOB, KARI)

    def known(position: int) -> list[tuple[object, ...]]:
        return app.read_model.database.execute(
            "SELECT activity, valid_from, valid_to, hours_per_week FROM spells "
            "WHERE known_from <= ? AND (known_to IS NULL OR known_to > ?) ORDER BY valid_from",
            (position, position),
        ).fetchall()

    then = app.read_model.known_at(NOW.isoformat())
    before = known(then)
    clock.advance(days=1)
    app.correct(participant, 2, {"hours-per-week": 25, "on": "2024-01-01"}, "x", KARI)
    assert app.read_model.known_at(NOW.isoformat()) == then
    assert known(then) == before
    assert known(app.read_model.known_at(None)) != before
    rebuild(app, processes=1)
    assert app.read_model.known_at(NOW.isoformat()) == then
    assert known(then) == before


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2024-02-01", datetime(2024, 2, 1, 22, 59, 59, 999999, UTC)),
        ("2024-07-01", datetime(2024, 7, 1, 21, 59, 59, 999999, UTC)),
        ("2024-07-01T12:00", datetime(2024, 7, 1, 10, 0, 0, 0, UTC)),
        ("2024-07-01T12:00:00+00:00", datetime(2024, 7, 1, 12, 0, 0, 0, UTC)),
        ("2024-07-01T12:00Z", datetime(2024, 7, 1, 12, 0, 0, 0, UTC)),
    ],
)
def test_a_date_is_its_end_and_a_moment_without_a_zone_is_in_oslo(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize("text", ["yesterday", "@", "@x", "@-1", "2024-13-01", "", "2024-02-01T25:00"])
def test_what_is_no_moment_is_refused(app: ProgressionTracker, text: str) -> None:
    with pytest.raises(UnknownMoment):
        app.read_model.known_at(text)


def test_what_figures_stand_on_is_the_same_later(app: ProgressionTracker, clock: Clock) -> None:
    participant = app.register(REGISTERED, KARI)
    model, day = app.read_model, NOW.date()
    clock.advance(days=3)
    today = day + timedelta(days=3)
    at = model.state()
    told = {
        f"@{at}": (at, day),
        f"@{at}/{today}": (at, today),
        f"{day}": (at, day),
        f"{day + timedelta(days=1)}": (at, day + timedelta(days=1)),
        "@0": (0, date.min),
    }
    assert {text: model.basis_of(text, today) for text in told} == told
    assert model.basis_of(None, today) == (at, today)
    clock.advance(days=10)
    app.log(participant, JOB, KARI)
    later = today + timedelta(days=10)
    assert {text: model.basis_of(text, later) for text in told} == told
    assert model.basis_of(None, later) == (model.state(), later)


@pytest.mark.parametrize(
    "text", ["@7", "@1/2024-99-01", "@1/tomorrow", "2999-01-01", "@1/2999-01-01", "/2024-01-01", "@/"]
)
def test_figures_stand_on_nothing_that_is_not_yet(app: ProgressionTracker, text: str) -> None:
    app.register(REGISTERED, KARI)
    with pytest.raises(UnknownMoment):
        app.read_model.basis_of(text, NOW.date())


# Erasure


def test_of_a_forgotten_participant_one_line_is_left(app: ProgressionTracker, clock: Clock) -> None:
    participant = app.register(REGISTERED, KARI)
    other = app.register(REGISTERED, KARI)
    clock.advance(hours=1)
    app.log(participant, JOB, KARI)
    clock.advance(hours=-1)
    app.log(other, JOB, KARI)
    clock.advance(hours=2)
    app.forget(participant, KARI)
    said = content(app)
    head = app.log_of_facts.head()
    assert said["erased"] == [(str(participant), head)]
    for name in ("participants", "spells", "timeline", "flags"):
        assert {row[0] for row in said[name]} <= {str(other)}
    kept = {row.position for row in app.log_of_facts.stream(other)} | {head}
    assert {row[0] for row in said["moments"]} == kept
    assert verify(app).is_clean
    rebuild(app, processes=1)
    assert content(app) == said


def test_no_row_of_a_forgotten_participant_is_left_in_the_file(app: ProgressionTracker) -> None:
    participant = app.register(REGISTERED, KARI)
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="the-corner-cafe"), KARI)
    app.read_model.wipe()

    def bytes_of_the_model() -> bytes:
        return b"".join(path.read_bytes() for path in app.settings.home.glob("read.*"))

    assert b"the-corner-cafe" in bytes_of_the_model()
    app.forget(participant, KARI)
    assert b"the-corner-cafe" not in bytes_of_the_model()


def test_a_late_follower_of_an_erasure_ends_where_the_others_are(
    make_app: MakeApp, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    lived(app, clock)
    said = content(app)
    without_read_model(app)
    monkeypatch.setattr(follow, "PAGE", 1)
    late = make_app()
    late.read_model.follow()
    assert content(late) == said
