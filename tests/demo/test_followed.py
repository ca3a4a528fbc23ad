"""The contracts and the follow-up of simulated people: what a good caseworker would believe, and the lives unchanged."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from events import Fact
from events import contract as told
from events import follow_up as talked
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.intake import AdvisorAssigned, ParticipantRegistered
from events.programme import ProgrammeEnded, RegisteredInNir
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from tracker.application import ProgressionTracker
from tracker.contracts.possible import latest_end
from tracker.demo import run
from tracker.demo.intake import ADVISORS
from tracker.demo.people import participant_id
from tracker.demo.run import fill, simulated
from tracker.journey import OSLO, Journey
from tracker.rules.contracts import LONGEST
from tracker.settings import Settings

F = TypeVar("F", bound=Fact)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
SEED = 4
MANY = 400
AGREED = tuple(
    cls
    for module in (told, talked)
    for cls in vars(module).values()
    if isinstance(cls, type) and issubclass(cls, Fact) and cls.TOPIC
)
"""The facts of contracts and follow-up."""

MUCH = ("upper-secondary", "higher", "not-asked", "unknown")


@pytest.fixture(scope="module")
def journeys() -> list[Journey]:
    return [simulated(participant_id(SEED, number), SEED, number, 8, NOW) for number in range(1, MANY + 1)]


@pytest.fixture(scope="module")
def streams(journeys: list[Journey]) -> list[list[Fact]]:
    """The facts of each journey, in the order of time."""
    return [[entry.fact for entry in journey.facts] for journey in journeys]


def of(facts: Iterable[Fact], kind: type[F]) -> list[F]:
    return [fact for fact in facts if isinstance(fact, kind)]


def share(part: Iterable[object], whole: Sequence[object]) -> float:
    return len(list(part)) / len(whole)


def kept(item: Recorded) -> bool:
    return not isinstance(item.fact, AGREED)


def meant(journey: Journey, item: Recorded) -> Any:
    """A record with the facts that it names in place of their versions."""
    fields = msgspec.structs.asdict(item.fact)
    for name in ("corrects", "retracts", "registers"):
        if isinstance(item.fact, FactCorrected | FactRetracted | RegisteredInNir) and name in fields:
            fields[name] = journey.recorded[fields[name] - 1].fact
    return item.fact.TOPIC, fields, msgspec.structs.replace(item.stamp, fact=journey.recorded[0].fact)


def test_without_the_facts_of_contracts_and_follow_up_the_lives_are_as_they_were(
    journeys: list[Journey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "followed", lambda *_: None)
    for number, journey in enumerate(journeys[:150], 1):
        alone = simulated(participant_id(SEED, number), SEED, number, 8, NOW)
        assert all(kept(item) for item in alone.recorded)
        assert [meant(journey, item) for item in journey.recorded if kept(item)] == [
            meant(alone, item) for item in alone.recorded
        ]


def test_the_same_seed_gives_the_same_contracts(journeys: list[Journey]) -> None:
    for number, journey in enumerate(journeys[:60], 1):
        assert simulated(participant_id(SEED, number), SEED, number, 8, NOW).recorded == journey.recorded


def test_there_are_about_a_fifth_more_facts(journeys: list[Journey]) -> None:
    items = [item for journey in journeys for item in journey.recorded]
    before = sum(map(kept, items))
    assert 1.1 <= len(items) / before <= 1.25


def test_nothing_is_agreed_or_said_after_death_or_departure_or_today(streams: list[list[Fact]]) -> None:
    gone_and_followed = 0
    for facts in streams:
        away = [
            fact.on for fact in facts if isinstance(fact, Died | LeftNorway | ProtectionEnded | MovedToMunicipality)
        ]
        left = [fact.on for fact in of(facts, ProgrammeEnded) if fact.manner == "transferred"]
        last = min([TODAY, *left, *(day - timedelta(days=1) for day in away)])
        own = [fact for fact in facts if isinstance(fact, AGREED)]
        assert all(fact.on <= last for fact in own)
        gone_and_followed += bool(away and own)
    assert gone_and_followed >= 10


def test_nothing_is_recorded_before_its_day(journeys: list[Journey]) -> None:
    for journey in journeys:
        for item in journey.recorded:
            assert item.fact.on <= item.stamp.timestamp.astimezone(OSLO).date()
            assert item.stamp.timestamp <= NOW


def test_conversations_come_after_the_registration_and_on_working_days(streams: list[list[Fact]]) -> None:
    for facts in streams:
        (registered,) = of(facts, ParticipantRegistered)
        for held in of(facts, talked.FollowUpHeld):
            assert held.on > registered.on
            assert held.on.weekday() < 5


def untils(facts: list[Fact], kind: str) -> Iterator[tuple[told.ContractSigned, date]]:
    """Each contract with its last day, extensions included."""
    extended = [fact.until for fact in of(facts, told.ContractExtended) if fact.contract == kind]
    for signed in of(facts, told.ContractSigned):
        if signed.contract == kind:
            yield signed, max([signed.until, *extended])


def test_everything_agreed_falls_due_within_its_contract(streams: list[list[Fact]]) -> None:
    seen = 0
    for facts in streams:
        for signed, until in untils(facts, "long-contract"):
            days = [fact.due for fact in facts if isinstance(fact, told.StepAgreed | told.ObligationAgreed)]
            days += [fact.due for fact in of(facts, told.StepRevised) if fact.due is not None]
            assert all(signed.on < due <= until for due in days)
            seen += len(days)
    assert seen > 300


@pytest.mark.parametrize("kind", list(LONGEST))
def test_contracts_last_no_longer_than_they_may_and_are_told_of_until_their_end(
    streams: list[list[Fact]], kind: told.ContractKind
) -> None:
    for facts in streams:
        contracts = list(untils(facts, kind))
        assert len(contracts) <= 1
        for signed, until in contracts:
            assert until <= latest_end(kind, signed.on)
            ends = [fact for fact in facts if isinstance(fact, told.ContractCompleted | told.ContractTerminated)]
            over = [fact.on for fact in ends if fact.contract == kind]
            assert len(over) <= 1
            assert all(signed.on < day <= until for day in over)


def test_the_act_before_2021_knew_no_integration_contract(streams: list[list[Fact]]) -> None:
    signed: Counter[str] = Counter()
    for facts in streams:
        (registered,) = of(facts, ParticipantRegistered)
        signed[registered.rule_set] += len(list(untils(facts, "integration-contract")))
    assert signed["introduction-act"] == 0
    assert signed["integration-act-2021"] > 30
    assert signed["collective-protection"] > 30


def test_long_contracts_are_for_some_and_rather_for_those_with_little_schooling(streams: list[list[Fact]]) -> None:
    long = [facts for facts in streams if list(untils(facts, "long-contract"))]
    assert 0.1 <= share(long, streams) <= 0.22
    little = [facts for facts in streams if of(facts, ParticipantRegistered)[0].schooling not in MUCH]
    others = [facts for facts in streams if facts not in little]
    assert share([f for f in long if f in little], little) > 2 * share([f for f in long if f in others], others)
    for facts in long:
        (signed,) = (signed for signed, _ in untils(facts, "long-contract"))
        assert 3 * 365 <= (signed.until - signed.on).days + 1 <= 5 * 366
        assert 2 <= len(of(facts, told.StepAgreed)) <= 5
        assert 2 <= len(of(facts, told.ObligationAgreed)) <= 5


def test_most_duties_are_met_some_late_some_missed_and_a_few_waived(streams: list[list[Fact]]) -> None:
    outcomes: Counter[str] = Counter()
    for facts in streams:
        due = {fact.obligation: fact.due for fact in of(facts, told.ObligationAgreed)}
        for met in of(facts, told.ObligationMet):
            outcomes["late" if met.on > due[met.obligation] else "met"] += 1
        outcomes["missed"] += len(of(facts, told.ObligationMissed))
        outcomes["waived"] += len(of(facts, told.ObligationWaived))
    whole = outcomes.total()
    assert whole > 60
    assert 0.45 <= outcomes["met"] / whole <= 0.85
    assert 0.03 <= outcomes["late"] / whole <= 0.3
    assert 0.02 <= outcomes["missed"] / whole <= 0.3
    assert 0.01 <= outcomes["waived"] / whole <= 0.25


def test_conversations_are_agreed_moved_held_and_missed(streams: list[list[Fact]]) -> None:
    flat = [fact for facts in streams for fact in facts]
    held, agreed = of(flat, talked.FollowUpHeld), of(flat, talked.FollowUpScheduled)
    assert 4 <= len(held) / len(streams) <= 8
    assert 0.2 <= len(agreed) / len(held) <= 0.6
    assert 0.05 <= len(of(flat, talked.FollowUpMoved)) / len(agreed) <= 0.25
    missed = of(flat, talked.FollowUpMissed)
    assert 0.03 <= len(missed) / len(agreed) <= 0.2
    assert {fact.cause for fact in missed} >= {"illness", "child-care", "no-interpreter"}


def test_advisors_change_now_and_then_and_some_decline(streams: list[list[Fact]]) -> None:
    flat = [fact for facts in streams for fact in facts]
    offered = of(flat, talked.AdvisorHandedOver)
    assert 0.05 <= len(offered) / len(streams) <= 0.2
    assert {fact.answer for fact in offered} == {"accepted", "declined"}
    assert {fact.advisor for fact in offered} <= {f"demo-advisor-{number}" for number in range(1, ADVISORS + 1)}
    for facts in streams:
        for assigned in of(facts, AdvisorAssigned):
            assert all(fact.advisor != assigned.advisor for fact in of(facts, talked.AdvisorHandedOver))


@pytest.mark.parametrize("kind", AGREED, ids=[cls.TOPIC for cls in AGREED])
def test_every_kind_of_fact_occurs_but_the_reopening_of_a_contract(kind: type[Fact], streams: list[list[Fact]]) -> None:
    assert any(of(facts, kind) for facts in streams) == (kind is not told.ContractReopened)


def test_today_some_things_are_overdue_and_most_are_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Of what contracts and the rhythm of conversations make due, an advisor finds a part overdue."""
    app = ProgressionTracker(Settings(home=tmp_path_factory.mktemp("due"), by="kari"), clock=lambda: NOW)
    fill(app, 150, seed=SEED, years=8)
    rows = app.read_model.database.execute(
        """
        SELECT task, COUNT(*), SUM(due < :day AND NOT paused) FROM tasks
        WHERE known_to IS NULL AND valid_from <= :day AND COALESCE(valid_to, '9999') > :day GROUP BY task
        """,
        {"day": TODAY.isoformat()},
    ).fetchall()
    found = {task: (there, overdue) for task, there, overdue in rows}
    contact, late = found["contact-in-programme"]
    assert 0 < late / contact < 0.45
    agreed = [found[task] for task in ("step", "obligation")]
    assert 0 < sum(overdue for _, overdue in agreed) / sum(there for there, _ in agreed) < 0.4
    after, late_after = found["contact-after"]
    assert late_after / after < 0.1
    assert found["follow-up"][0] > found["follow-up"][1]
    app.close()
