"""Signing a contract: one act, all of it or nothing, the same act once; and what is then agreed."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from events.contract import ContractSigned, PartyAgreed
from events.education import PrimarySchoolEnrolled
from events.follow_up import AdvisorHandedOver
from events.plan import CareerGoalSet
from tests.conftest import MakeApp
from tests.scenario import TODAY, Clock
from tests.tracker.people import JOB, KARI, registered
from tracker.application import ProgressionTracker
from tracker.contracts.drafts import Draft, written
from tracker.contracts.paths import PathTemplate, path_template, plan
from tracker.contracts.possible import ContractTooLong, OutsideContract, PartyNotBound
from tracker.contracts.signing import draft_for, sign
from tracker.errors import AlreadyRunning, CommandMismatch, Conflict, FactRefused, InFuture
from tracker.settings import Settings

TRADE = path_template("trade@1")
SIGNED = date(2024, 3, 1)
WORK = CareerGoalSet(on=date(2023, 1, 1), goal="work", wording="my own kitchen")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One store is enough: what differs between them is below this."""
    return Settings(tmp_path / "home", by="advisor-1")


@pytest.fixture
def ana(app: ProgressionTracker) -> UUID:
    return registered(app)


def facts(app: ProgressionTracker, participant: UUID) -> list[str]:
    return [item.fact.TOPIC for item in app.journey(participant).recorded]


def test_a_contract_is_recorded_in_one_act_in_the_order_in_which_it_rests_on_itself(
    app: ProgressionTracker, ana: UUID
) -> None:
    told = sign(app, ana, plan(TRADE, SIGNED), KARI)
    assert [item.fact for item in app.journey(ana).recorded][1:] == list(told.facts)
    assert facts(app, ana)[1:] == [
        "contract-signed",
        *["party-agreed"] * 4,
        "career-goal-set",
        *["step-agreed"] * 8,
        *["obligation-agreed"] * 6,
    ]
    stamps = [item.stamp for item in told.recorded]
    assert len({stamp.act for stamp in stamps}) == 1 and stamps[0].act is not None
    assert {(stamp.by, stamp.channel, stamp.timestamp) for stamp in stamps} == {
        ("advisor-1", "cli", stamps[0].timestamp)
    }


def test_two_contracts_are_two_acts(app: ProgressionTracker) -> None:
    acts = {sign(app, registered(app), plan(TRADE, SIGNED), KARI).recorded[0].stamp.act for _ in range(2)}
    assert len(acts) == 2


@pytest.mark.parametrize(
    "broken, refusal, said",
    [
        (
            lambda d: replace(d, contract=msgspec.structs.replace(d.contract, until=date(2029, 3, 1))),
            ContractTooLong,
            "c.toml: the contract: contract-signed: a long-contract signed on 2024-03-01 lasts until 2029-02-28 at the "
            "latest, got 2029-03-01",
        ),
        (
            lambda d: replace(d, steps=(*d.steps, msgspec.structs.replace(d.steps[0], step="x", due=date(2030, 1, 1)))),
            OutsideContract,
            "c.toml: steps 9 (x): step-agreed: the long-contract lasts from 2024-03-01 until 2029-02-28, got 2030-01-01",
        ),
        (
            lambda d: replace(
                d, contract=msgspec.structs.replace(d.contract, parties=("participant", "county", "state"))
            ),
            PartyNotBound,
            "c.toml, 2 problems, nothing was recorded:\n"
            "  agreed 2 (municipality): party-agreed: the long-contract binds participant, county, state, got municipality\n"
            "  obligations 1 (place in basic school): obligation-agreed: the long-contract binds participant, county, "
            "state, got municipality",
        ),
        (
            lambda d: replace(
                d, agreed=(PartyAgreed(on=TODAY + timedelta(days=1), contract="long-contract", party="state"),)
            ),
            InFuture,
            "c.toml: agreed 1 (state): party-agreed: 2025-01-16 is after today, 2025-01-15",
        ),
    ],
    ids=["too long", "outside", "not bound", "future"],
)
def test_where_one_fact_is_refused_none_is_recorded_and_the_place_is_named(
    app: ProgressionTracker, ana: UUID, broken: object, refusal: type[FactRefused], said: str
) -> None:
    assert callable(broken)
    with pytest.raises(refusal) as refused:
        sign(app, ana, broken(plan(TRADE, SIGNED)), KARI, source="c.toml")
    assert str(refused.value) == said
    assert facts(app, ana) == ["participant-registered"]
    assert app.log_of_facts.count() == 1


def test_a_second_running_contract_of_the_same_kind_is_refused(app: ProgressionTracker, ana: UUID) -> None:
    sign(app, ana, plan(TRADE, SIGNED), KARI)
    before = app.journey(ana).version
    with pytest.raises(AlreadyRunning, match=r"the contract: contract 'long-contract' already runs from 2024-03-01"):
        sign(app, ana, plan(TRADE, date(2024, 6, 1)), KARI)
    assert app.journey(ana).version == before


def test_a_contract_is_not_signed_in_the_future(app: ProgressionTracker, ana: UUID) -> None:
    with pytest.raises(InFuture):
        sign(app, ana, plan(TRADE, TODAY + timedelta(days=1)), KARI)
    assert sign(app, ana, plan(TRADE, TODAY), KARI).recorded


def test_a_check_tells_what_would_be_recorded_and_records_nothing(app: ProgressionTracker, ana: UUID) -> None:
    told = sign(app, ana, plan(TRADE, SIGNED), KARI, check=True)
    assert len(told.facts) == 20 and told.recorded == ()
    assert facts(app, ana) == ["participant-registered"]
    with pytest.raises(ContractTooLong):
        sign(app, ana, plan(TRADE, SIGNED, until=date(2029, 3, 1)), KARI, check=True)


# The same command


def test_the_same_command_signs_once_also_where_it_set_the_career_goal(app: ProgressionTracker, ana: UUID) -> None:
    draft = plan(TRADE, SIGNED)
    first = sign(app, ana, draft, KARI, command="form-1")
    again = sign(app, ana, draft, KARI, command="form-1")
    assert (len(first.recorded), first.repeated) == (20, False)
    assert (again.recorded, again.repeated, again.facts) == ((), True, first.facts)
    assert app.journey(ana).version == 21


def test_the_same_command_with_another_contract_is_refused(app: ProgressionTracker, ana: UUID) -> None:
    draft = plan(TRADE, SIGNED)
    sign(app, ana, draft, KARI, command="form-1")
    for other in (replace(draft, steps=draft.steps[:-1]), plan(TRADE, date(2024, 3, 2)), replace(draft, goal=None)):
        with pytest.raises(CommandMismatch, match="recorded before as facts 2 to 21, with other values"):
            sign(app, ana, other, KARI, command="form-1")
    assert app.journey(ana).version == 21


def test_a_command_of_another_act_or_of_a_single_fact_is_no_repetition(app: ProgressionTracker, ana: UUID) -> None:
    app.log(ana, JOB, KARI, command="form-1")
    with pytest.raises(CommandMismatch):
        sign(app, ana, plan(TRADE, SIGNED), KARI, command="form-1")
    app.log_all(ana, [WORK], KARI, command="form-2")
    with pytest.raises(CommandMismatch):
        app.log_all(ana, [WORK, WORK], KARI, command="form-2")
    assert app.journey(ana).version == 3


def test_a_stale_write_is_refused(app: ProgressionTracker, ana: UUID) -> None:
    app.log(ana, JOB, KARI)
    with pytest.raises(Conflict):
        sign(app, ana, plan(TRADE, SIGNED), KARI, expected_version=1)
    assert sign(app, ana, plan(TRADE, SIGNED), KARI, expected_version=2).recorded


def test_several_facts_are_logged_all_or_none(app: ProgressionTracker, ana: UUID) -> None:
    before = msgspec.structs.replace(JOB, on=TODAY + timedelta(days=1), job="later")
    with pytest.raises(InFuture):
        app.log_all(ana, [JOB, before], KARI)
    assert app.journey(ana).version == 1
    assert [item.version for item in app.log_all(ana, [JOB, WORK], KARI)] == [2, 3]
    assert app.log_all(ana, [], KARI) == []


# The career goal


def test_a_career_goal_that_holds_is_not_recorded_again(app: ProgressionTracker, ana: UUID) -> None:
    app.log(ana, WORK, KARI)
    draft = plan(TRADE, SIGNED)
    same = replace(draft, goal=msgspec.structs.replace(WORK, on=SIGNED))
    assert "career-goal-set" not in [fact.TOPIC for fact in sign(app, ana, same, KARI, check=True).facts]
    assert "career-goal-set" in [fact.TOPIC for fact in sign(app, ana, draft, KARI, check=True).facts]
    other_words = replace(draft, goal=CareerGoalSet(on=SIGNED, goal="work"))
    assert "career-goal-set" in [fact.TOPIC for fact in sign(app, ana, other_words, KARI, check=True).facts]


def test_a_goal_set_later_than_the_contract_does_not_hold_on_its_day(app: ProgressionTracker, ana: UUID) -> None:
    app.log(ana, msgspec.structs.replace(WORK, on=date(2024, 6, 1)), KARI)
    draft = replace(plan(TRADE, SIGNED), goal=msgspec.structs.replace(WORK, on=SIGNED))
    assert "career-goal-set" in [fact.TOPIC for fact in sign(app, ana, draft, KARI, check=True).facts]


def drafted(app: ProgressionTracker, participant: UUID, path: PathTemplate = TRADE, **asked: str) -> Draft:
    return draft_for(app, participant, path, SIGNED, **asked)  # type: ignore[arg-type]


def test_a_draft_leaves_the_career_goal_where_the_path_suits_it_and_its_words_out_of_the_file(
    app: ProgressionTracker, ana: UUID
) -> None:
    app.log(ana, WORK, KARI)
    draft = drafted(app, ana)
    assert draft.goal is None
    text = written(draft)
    assert "# the career goal stays work, as set on 2023-01-01" in text
    assert "kitchen" not in text


def test_a_draft_proposes_a_career_goal_where_none_suits(app: ProgressionTracker, ana: UUID) -> None:
    assert (drafted(app, ana).goal or WORK).goal == "trade-certificate"
    app.log(ana, msgspec.structs.replace(WORK, goal="higher-education"), KARI)
    draft = drafted(app, ana)
    assert (draft.goal or WORK).goal == "trade-certificate"
    assert draft.notes["career_goal"].startswith("instead of higher-education, set on 2023-01-01")
    assert (drafted(app, ana, goal="other").goal or WORK).goal == "other"


def test_a_draft_marks_the_steps_that_the_journey_tells_to_be_reached(app: ProgressionTracker, ana: UUID) -> None:
    app.log(ana, PrimarySchoolEnrolled(on=date(2023, 8, 18)), KARI)
    notes = drafted(app, ana).notes
    assert notes["steps basic school begun"].endswith("the journey tells that it is reached already")
    assert notes["steps basic school completed"] == "end of school year 2"


def test_drafting_records_nothing(app: ProgressionTracker, ana: UUID) -> None:
    drafted(app, ana)
    assert app.log_of_facts.count() == 1


# After signing


def test_what_was_signed_is_due_in_the_read_model(app: ProgressionTracker, ana: UUID) -> None:
    sign(app, ana, plan(TRADE, SIGNED), KARI)
    app.read_model.follow()
    rows = app.read_model.database.query(
        "SELECT task, about, due FROM tasks_now WHERE rests_on = 'contract' AND party = 'county'"
    )
    due = {(row["about"], row["due"]) for row in rows}
    assert sorted(due) == [
        ("place in vocational training", "2026-08-31"),
        ("prior learning assessed", "2026-06-30"),
        ("training in a firm", "2027-08-31"),
    ]


def test_an_act_is_read_again_after_a_new_start(make_app: MakeApp, clock: Clock) -> None:
    app = make_app()
    ana = registered(app)
    told = sign(app, ana, plan(TRADE, SIGNED), KARI, command="form-1")
    clock.advance(days=1)
    again = make_app()
    assert [entry.fact for entry in again.journey(ana).facts if isinstance(entry.fact, ContractSigned)] == [
        told.facts[0]
    ]
    assert sign(again, ana, plan(TRADE, SIGNED), KARI, command="form-1").repeated


def test_only_an_accepted_handover_changes_the_advisor() -> None:
    answers = [AdvisorHandedOver(on=SIGNED, advisor="per", answer=each) for each in ("accepted", "declined")]
    assert [fact.takes_effect for fact in answers] == [True, False]
