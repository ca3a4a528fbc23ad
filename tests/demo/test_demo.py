"""The simulated municipality: reproducible, plausible, guarded like any other, and obviously synthetic."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from events.base import fact_class
from events.codec import Recorded
from events.intake import ParticipantRegistered
from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from events.work import JobStarted
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.cli.demo import demo
from tracker.demo.intake import MUNICIPALITY
from tracker.demo.people import identity, participant_id
from tracker.demo.run import RealPeopleHere, fill, simulated
from tracker.errors import NumberInUse
from tracker.identity_numbers import parse_identity_number
from tracker.journey import OSLO
from tracker.readmodel.verify import verify
from tracker.settings import Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KARI = Author("kari")
Opened = Callable[[str], ProgressionTracker]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    apps: list[ProgressionTracker] = []

    def open_(folder: str) -> ProgressionTracker:
        apps.append(ProgressionTracker(Settings(home=tmp_path / folder, by="kari"), clock=lambda: NOW))
        return apps[-1]

    yield open_
    for app in apps:
        app.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgressionTracker]:
    """One filled installation for the tests that only look."""
    app = ProgressionTracker(Settings(home=tmp_path_factory.mktemp("town"), by="kari"), clock=lambda: NOW)
    fill(app, 60, seed=1, years=8)
    yield app
    app.close()


def everything(app: ProgressionTracker) -> list[tuple[UUID, int, object]]:
    rows = app.log_of_facts.page(0, 100_000)
    return [(row.stream, row.version, recorded_in(app, row.stream)[row.version - 1].stamp) for row in rows]


_JOURNEYS: dict[tuple[int, UUID], list[Recorded]] = {}


def recorded_in(app: ProgressionTracker, stream: UUID) -> list[Recorded]:
    key = (id(app), stream)
    if key not in _JOURNEYS:
        _JOURNEYS[key] = app.journey(stream).recorded
    return _JOURNEYS[key]


def streams(app: ProgressionTracker, count: int, seed: int = 1) -> list[UUID]:
    return [participant_id(seed, number) for number in range(1, count + 1)]


def test_the_same_seed_gives_the_same_facts_ids_and_people_in_every_folder(opened: Opened) -> None:
    one, other = opened("one"), opened("other")
    fill(one, 12, seed=7, years=8)
    fill(other, 12, seed=7, years=8)
    assert everything(one) == everything(other)
    assert [one.people.get(stream) for stream in streams(one, 12, 7)] == [
        other.people.get(stream) for stream in streams(other, 12, 7)
    ]


def test_another_seed_gives_other_people_beside_them(opened: Opened) -> None:
    app = opened("one")
    fill(app, 5, seed=1, years=8)
    added = fill(app, 5, seed=2, years=8)
    assert added.participants == 5
    assert set(streams(app, 5, 1)).isdisjoint(streams(app, 5, 2))
    assert app.find("demo:0001") == participant_id(1, 1)
    assert app.find("demo:2-0001") == participant_id(2, 1)


def test_a_second_run_adds_nothing(opened: Opened) -> None:
    app = opened("one")
    fill(app, 6, seed=1, years=8)
    before = app.log_of_facts.head()
    again = fill(app, 6, seed=1, years=8)
    assert (again.participants, again.skipped, again.facts) == (0, 6, 0)
    assert app.log_of_facts.head() == before


def test_asking_for_more_adds_to_those_there(opened: Opened) -> None:
    grown, at_once = opened("grown"), opened("at-once")
    fill(grown, 4, seed=1, years=8)
    added = fill(grown, 9, seed=1, years=8)
    fill(at_once, 9, seed=1, years=8)
    assert (added.participants, added.skipped) == (5, 4)
    for stream in streams(grown, 9):
        assert recorded_in(grown, stream) == recorded_in(at_once, stream)
        assert grown.people.get(stream) == at_once.people.get(stream)


def test_it_is_refused_beside_a_real_participant_and_changes_nothing(opened: Opened) -> None:
    app = opened("real")
    real = ParticipantRegistered(on=date(2024, 1, 8), municipality="5001", settled_on=date(2024, 1, 8))
    app.register(real, KARI)
    before = app.log_of_facts.head()
    with pytest.raises(RealPeopleHere):
        fill(app, 3, seed=1, years=8)
    assert app.log_of_facts.head() == before
    assert not app.keys.knows(participant_id(1, 1))


def test_what_people_log_in_simulated_journeys_is_no_hindrance(opened: Opened) -> None:
    app = opened("one")
    fill(app, 2, seed=1, years=8)
    app.log(participant_id(1, 1), JobStarted(on=date(2026, 11, 2), job="own"), KARI)
    assert fill(app, 3, seed=1, years=8).participants == 1


def test_an_erased_simulated_participant_does_not_come_back(opened: Opened) -> None:
    app = opened("one")
    fill(app, 2, seed=1, years=8)
    app.forget(participant_id(1, 2), KARI)
    assert fill(app, 2, seed=1, years=8).participants == 0
    assert app.keys.is_forgotten(participant_id(1, 2))


def test_a_run_that_breaks_off_leaves_no_journey_behind(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("one")

    def breaks(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tracker.bulk.Staging.commit", breaks)
        with pytest.raises(KeyboardInterrupt):
            fill(app, 3, seed=1, years=8)
    assert app.log_of_facts.head() == 0
    assert not list(app.settings.home.glob("staging.*"))
    assert fill(app, 3, seed=1, years=8).participants == 3
    assert verify(app).is_clean


def test_every_journey_passes_the_guards_when_it_is_recorded_anew() -> None:
    for number in range(1, 201):
        journey = simulated(participant_id(3, number), 3, number, 8, NOW)
        assert isinstance(journey.recorded[0].fact, ParticipantRegistered)
        assert [item.version for item in journey.recorded] == list(range(1, len(journey.recorded) + 1))


@pytest.mark.parametrize("now", [datetime(2024, 2, 29, 3, tzinfo=UTC), datetime(2031, 1, 1, 0, 30, tzinfo=UTC)])
@pytest.mark.parametrize("years", [1, 30])
def test_it_ends_today_whatever_day_that_is(now: datetime, years: int) -> None:
    for number in range(1, 41):
        journey = simulated(participant_id(1, number), 1, number, years, now)
        assert journey.recorded
        assert all(item.stamp.timestamp <= now for item in journey.recorded)
        assert all(item.fact.on <= now.astimezone(OSLO).date() for item in journey.recorded)


def test_the_read_model_verifies_clean(town: ProgressionTracker) -> None:
    verdict = verify(town)
    assert verdict.is_clean
    assert verdict.facts == town.log_of_facts.count() > 60 * 30


def test_facts_are_recorded_in_the_past_and_never_before_their_day(town: ProgressionTracker) -> None:
    delays = []
    for stream in streams(town, 60):
        for item in recorded_in(town, stream):
            recorded_on = item.stamp.timestamp.astimezone(OSLO).date()
            assert item.stamp.timestamp <= NOW
            assert item.fact.on <= recorded_on
            delays.append((recorded_on - item.fact.on).days)
    assert sum(delay > 45 for delay in delays) > len(delays) / 50
    assert sorted(delays)[len(delays) // 2] <= 14


def test_the_log_stands_in_the_order_of_recording_so_that_any_moment_can_be_asked_about(
    town: ProgressionTracker,
) -> None:
    moments = [row[0] for row in town.read_model.database.execute("SELECT moment FROM moments ORDER BY position")]
    assert moments == sorted(moments)
    early = town.read_model.known_at("2021-06-30")
    assert 0 < early < town.read_model.state() / 2


def test_a_share_is_corrected_and_taken_back(town: ProgressionTracker) -> None:
    topics = [item.fact.TOPIC for stream in streams(town, 60) for item in recorded_in(town, stream)]
    assert topics.count("fact-corrected") > 10
    assert topics.count("fact-retracted") > 0


def test_outcomes_run_at_the_same_time(town: ProgressionTracker) -> None:
    both = town.read_model.database.execute(
        """
        SELECT COUNT(DISTINCT work.participant) FROM spells_now AS work JOIN spells_now AS school
        ON work.participant = school.participant AND work.activity = 'work'
        AND school.activity IN ('primary-school', 'upper-secondary', 'higher-education')
        AND work.valid_from < COALESCE(school.valid_to, '9999') AND school.valid_from < COALESCE(work.valid_to, '9999')
        """
    ).fetchone()[0]
    assert both >= 2


def test_people_are_obviously_synthetic(town: ProgressionTracker) -> None:
    numbers = set()
    for number, stream in enumerate(streams(town, 60), 1):
        person = town.people.get(stream)
        assert person is not None
        assert person.name == f"Demo Deltaker {number:04}"
        parsed = parse_identity_number(person.national_identity_number or "", allow_synthetic=True)
        assert (parsed.kind, parsed.synthetic) == ("national-identity-number", True)
        assert person.birth_date is not None
        assert parsed.digits.startswith(f"{person.birth_date:%d}{person.birth_date.month + 80}{person.birth_date:%y}")
        numbers.add(parsed.digits)
        assert town.find(f"demo:{number:04}") == stream
    assert len(numbers) == 60
    assert town.people.find("Deltaker 0007") == [participant_id(1, 7)]


def test_several_identities_are_stored_together_or_not_at_all(opened: Opened) -> None:
    app = opened("one")
    one, other = participant_id(1, 1), participant_id(1, 2)
    app.keys.make([one, other])
    twin = identity(1, 1, 1990, "female", lambda _: False)
    with pytest.raises(NumberInUse):
        app.people.set_many([(one, twin), (other, twin)], allow_synthetic=True)
    assert app.people.get(one) is None
    app.people.set_many([(one, twin)], allow_synthetic=True)
    assert app.people.get(one) == twin


def test_a_number_that_is_taken_gives_way_to_the_next_possible_one() -> None:
    first = identity(1, 1, 1990, "male", lambda _: False).national_identity_number
    second = identity(1, 1, 1990, "male", lambda digits: digits == first).national_identity_number
    assert first != second
    assert parse_identity_number(second or "", allow_synthetic=True).synthetic


def test_the_municipality_is_registered_once_under_a_code_that_never_was(town: ProgressionTracker) -> None:
    assert MUNICIPALITY == "9901"
    journey = town.journey(municipality_stream(MUNICIPALITY))
    facts = [item.fact.TOPIC for item in journey.recorded]
    assert facts[0] == "municipality-registered"
    assert facts.count("municipality-registered") == 1


def test_the_municipality_has_norms_targets_teaching_involvement_and_two_surveys(town: ProgressionTracker) -> None:
    facts = [item.fact.TOPIC for item in town.journey(municipality_stream(MUNICIPALITY)).recorded]
    assert facts.count("norm-set-adopted") == 1
    assert facts.count("survey-round-held") == 2
    assert min(facts.count(kind) for kind in ("target-set", "teaching-recorded", "involvement-held")) >= 2
    assert facts.count("survey-answer-received") >= 30


def test_nothing_tells_answers_of_a_survey_apart_but_what_was_answered(town: ProgressionTracker) -> None:
    told = town.journey(municipality_stream(MUNICIPALITY)).recorded
    rounds = {item.fact.round: item.fact.until for item in told if isinstance(item.fact, SurveyRoundHeld)}
    answers = [(item.fact, item.stamp) for item in told if isinstance(item.fact, SurveyAnswerReceived)]
    days = {(answer.round, answer.on) for answer, _ in answers}
    assert days == set(rounds.items())
    assert len({(answer.round, stamp.timestamp) for answer, stamp in answers}) == len(rounds)


def test_journeys_have_the_size_of_real_ones_and_touch_most_kinds_of_facts(town: ProgressionTracker) -> None:
    sizes = [len(recorded_in(town, stream)) for stream in streams(town, 60)]
    assert 45 <= sum(sizes) / len(sizes) <= 85
    kinds = {type(item.fact) for stream in streams(town, 60) for item in recorded_in(town, stream)}
    for topic in (
        "programme-ended",
        "status-confirmed",
        "job-started",
        "language-level-reached",
        "primary-school-completed",
    ):
        assert fact_class(topic) in kinds


def test_the_command_says_what_it_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(demo, ["--participants", "3", "--years", "4"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "added 3 simulated participants" in result.stderr
    assert result.stdout == ""
    again = CliRunner().invoke(demo, ["--participants", "3", "--years", "4"], catch_exceptions=False)
    assert "added 0 simulated participants with 0 facts; 3 were there already" in again.stderr
