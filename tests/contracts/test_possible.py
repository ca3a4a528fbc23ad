"""What cannot have been agreed is refused: contracts, steps, duties and conversations, whichever way it is told."""

from collections.abc import Callable
from datetime import date

import pytest

from events import Fact
from events.base import Precision
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractSigned,
    ContractTerminated,
    ObligationAgreed,
    PartyAgreed,
    StepAgreed,
    StepDropped,
    StepRevised,
)
from events.follow_up import AdvisorHandedOver, FollowUpHeld, FollowUpMoved, FollowUpScheduled
from events.intake import AdvisorAssigned
from tests.scenario import REGISTERED, Correct, Retract, given
from tracker.contracts.possible import ContractTooLong, HeldTooEarly, OutsideContract, PartyNotBound
from tracker.errors import (
    AlreadyRunning,
    EndsBeforeStart,
    FactRefused,
    NotEnded,
    NotRunning,
    OthersRestOnIt,
    ValueNotAllowed,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def signed(on: str = "2022-03-01", until: str = "2024-12-31", contract: str = "long-contract") -> ContractSigned:
    return ContractSigned(
        on=day(on),
        contract=contract,  # type: ignore[arg-type]
        until=day(until),
        parties=("participant", "municipality", "county"),
    )


def extended(on: str, until: str) -> ContractExtended:
    return ContractExtended(on=day(on), contract="long-contract", until=day(until))


def ended(on: str) -> ContractTerminated:
    return ContractTerminated(on=day(on), contract="long-contract")


def step(on: str, due: str, name: str = "b1", contract: str = "long-contract") -> StepAgreed:
    return StepAgreed(
        on=day(on),
        step=name,
        contract=contract,  # type: ignore[arg-type]
        target="other",
        due=day(due),
    )


def duty(on: str, due: str, party: str = "county") -> ObligationAgreed:
    return ObligationAgreed(
        on=day(on),
        obligation="school place",
        contract="long-contract",
        party=party,  # type: ignore[arg-type]
        due=day(due),
    )


# How long


@pytest.mark.parametrize(
    "on, last",
    [
        ("2022-03-01", "2027-02-28"),
        ("2023-03-01", "2028-02-29"),
        ("2024-02-29", "2029-02-27"),
        ("2022-01-01", "2026-12-31"),
        ("2022-08-31", "2027-08-30"),
    ],
)
def test_a_long_contract_lasts_five_years_less_a_day_at_most(on: str, last: str) -> None:
    given(REGISTERED).when(signed(on, last)).then(signed(on, last))
    later = str(date.fromordinal(day(last).toordinal() + 1))
    given(REGISTERED).when(signed(on, later)).then_refused(ContractTooLong, on, f"until {last} at the latest", later)


def test_an_integration_contract_has_no_limit_of_its_own() -> None:
    for until in ("2029-12-31", "9999-12-31"):
        given(REGISTERED).when(signed("2022-03-01", until, "integration-contract")).then_accepted()


def test_a_contract_of_one_day_is_possible_and_one_that_ends_before_it_begins_is_not() -> None:
    given(REGISTERED).when(signed("2022-03-01", "2022-03-01")).then_accepted()
    given(REGISTERED).when(signed("2022-03-01", "2022-02-28")).then_refused(EndsBeforeStart, "2022-02-28")


@pytest.mark.parametrize("parties", [(), ("participant",), ("participant", "participant"), ("county", "state")])
def test_a_contract_binds_the_participant_and_an_authority(parties: tuple[str, ...]) -> None:
    contract = ContractSigned(
        on=day("2022-03-01"),
        contract="long-contract",
        until=day("2024-12-31"),
        parties=parties,  # type: ignore[arg-type]
    )
    given(REGISTERED).when(contract).then_refused(ValueNotAllowed, "parties", "participant and one authority")


# One of each kind


def test_a_second_running_contract_of_the_same_kind_is_refused() -> None:
    given(REGISTERED, signed()).when(signed("2023-03-01")).then_refused(AlreadyRunning, "2022-03-01", "2023-03-01")
    given(REGISTERED, signed()).when(signed("2022-01-01")).then_refused(AlreadyRunning, "fact 2")


def test_one_of_each_kind_may_run() -> None:
    given(REGISTERED, signed()).when(signed("2022-03-01", contract="integration-contract")).then_accepted()


def test_after_the_end_of_a_contract_another_can_be_signed_from_that_day_on() -> None:
    given(REGISTERED, signed(), ended("2023-03-01")).when(signed("2023-03-01")).then_accepted()
    given(REGISTERED, signed(), ended("2023-03-01")).when(signed("2023-02-28")).then_refused(AlreadyRunning)


# Extending


def test_an_extension_makes_it_longer() -> None:
    given(REGISTERED, signed()).when(extended("2023-06-01", "2025-01-01")).then_accepted()
    for until in ("2024-12-31", "2024-12-30"):
        refused = given(REGISTERED, signed()).when(extended("2023-06-01", until))
        refused.then_refused(EndsBeforeStart, "lasts until 2024-12-31 already", until)


def test_an_extension_keeps_the_limit_that_the_signing_has() -> None:
    given(REGISTERED, signed()).when(extended("2024-06-01", "2027-02-28")).then_accepted()
    given(REGISTERED, signed()).when(extended("2024-06-01", "2027-03-01")).then_refused(ContractTooLong, "2027-02-28")


def test_a_contract_extended_twice_can_still_be_corrected_and_taken_back() -> None:
    twice = given(REGISTERED, signed(), extended("2023-06-01", "2025-06-30"), extended("2024-06-01", "2026-06-30"))
    twice.when(Correct(3, {"until": "2025-12-31"})).then_accepted()
    twice = given(REGISTERED, signed(), extended("2023-06-01", "2025-06-30"), extended("2024-06-01", "2026-06-30"))
    twice.when(Retract(3)).then_accepted()


def test_extensions_can_be_told_of_in_any_order() -> None:
    later = given(REGISTERED, signed(), extended("2024-06-01", "2026-06-30"))
    later.when(extended("2023-06-01", "2025-06-30")).then_accepted()
    later = given(REGISTERED, signed(), extended("2024-06-01", "2026-06-30"))
    later.when(extended("2023-06-01", "2026-06-30")).then_refused(EndsBeforeStart, "fact 3 would become impossible")


def test_corrections_keep_the_limits_too() -> None:
    given(REGISTERED, signed()).when(Correct(2, {"until": "2027-03-01"})).then_refused(ContractTooLong)
    given(REGISTERED, signed()).when(Correct(2, {"until": "2027-02-28"})).then_accepted()
    extension = given(REGISTERED, signed(), extended("2023-06-01", "2025-06-30"))
    extension.when(Correct(2, {"until": "2025-06-30"})).then_refused(EndsBeforeStart, "2025-06-30 already")


# What is not running


@pytest.mark.parametrize(
    "fact",
    [
        ContractExtended(on=day("2023-06-01"), contract="long-contract", until=day("2026-01-01")),
        ContractPaused(on=day("2023-06-01"), contract="long-contract"),
        ContractCompleted(on=day("2023-06-01"), contract="long-contract"),
        ContractTerminated(on=day("2023-06-01"), contract="long-contract"),
        PartyAgreed(on=day("2023-06-01"), contract="long-contract", party="county"),
        step("2023-06-01", "2024-01-01"),
        duty("2023-06-01", "2024-01-01"),
    ],
    ids=lambda fact: fact.TOPIC,
)
def test_nothing_can_be_done_to_a_contract_that_does_not_run(fact: Fact) -> None:
    other = signed(contract="integration-contract")
    for history in ((), (other,), (signed(), ended("2023-05-31"))):
        given(REGISTERED, *history).when(fact).then_refused(NotRunning, "2023-06-01")


def test_a_contract_that_goes_on_without_having_rested_is_flagged() -> None:
    resumed = ContractResumed(on=day("2023-06-01"), contract="long-contract")
    given(REGISTERED, signed()).when(resumed).then_accepted().flags("end-without-start 3")


def test_the_last_day_of_a_contract_is_a_day_of_it() -> None:
    given(REGISTERED, signed(), ended("2023-06-01")).when(step("2023-06-01", "2024-01-01")).then_accepted()
    given(REGISTERED, signed(), ended("2023-06-01")).when(step("2023-06-02", "2024-01-01")).then_refused(NotRunning)


def test_only_what_ended_can_be_reopened() -> None:
    reopened = ContractReopened(on=day("2023-07-01"), contract="long-contract")
    given(REGISTERED, signed()).when(reopened).then_refused(NotEnded)
    given(REGISTERED, signed(), ended("2023-06-01")).when(reopened, step("2023-07-01", "2024-01-01")).then_accepted()


def test_an_end_cannot_be_told_before_what_was_agreed_after_it() -> None:
    agreed = given(REGISTERED, signed(), step("2023-06-01", "2024-01-01"))
    agreed.when(ended("2023-05-31")).then_refused(NotRunning, "contract-terminated", "fact 3 would become impossible")
    agreed = given(REGISTERED, signed(), step("2023-06-01", "2024-01-01"))
    agreed.when(ended("2023-06-01")).then_accepted()


def test_the_end_of_a_contract_in_the_month_of_its_signing_may_be_known_to_the_month_alone() -> None:
    precision: Precision = "month"
    end = ContractTerminated(on=day("2022-03-01"), on_precision=precision, contract="long-contract")
    given(REGISTERED, signed("2022-03-15")).when(end).then_accepted()
    given(REGISTERED, signed("2022-04-01")).when(end).then_refused(NotRunning)


# Parties


def test_a_duty_is_of_a_party_that_the_contract_binds() -> None:
    for party in ("participant", "municipality", "county"):
        given(REGISTERED, signed()).when(duty("2022-04-01", "2022-09-01", party)).then_accepted()
    refused = given(REGISTERED, signed()).when(duty("2022-04-01", "2022-09-01", "state"))
    refused.then_refused(PartyNotBound, "participant, municipality, county", "state")


def test_only_a_bound_party_can_put_its_name_to_a_contract() -> None:
    for party, bound in (("county", True), ("state", False)):
        scenario = given(REGISTERED, signed()).when(
            PartyAgreed(on=day("2022-03-08"), contract="long-contract", party=party)  # type: ignore[arg-type]
        )
        if bound:
            scenario.then_accepted()
        else:
            scenario.then_refused(PartyNotBound)


def test_an_unknown_party_is_no_value_of_the_field() -> None:
    given(REGISTERED, signed()).when(duty("2022-04-01", "2022-09-01", "the king")).then_refused(
        ValueNotAllowed, "party", "participant, municipality, county, state"
    )


def test_a_party_cannot_be_taken_out_of_a_contract_that_gives_it_a_duty() -> None:
    agreed = given(REGISTERED, signed(), duty("2022-04-01", "2022-09-01"))
    agreed.when(Correct(2, {"parties": ["participant", "municipality"]})).then_refused(PartyNotBound, "county")


# Due within the contract


@pytest.mark.parametrize("agreed", [step, duty])
def test_what_is_agreed_falls_due_within_its_contract(agreed: Callable[[str, str], Fact]) -> None:
    given(REGISTERED, signed()).when(agreed("2022-03-01", "2022-03-01")).then_accepted()
    given(REGISTERED, signed()).when(agreed("2022-03-01", "2024-12-31")).then_accepted()
    given(REGISTERED, signed()).when(agreed("2022-03-01", "2025-01-01")).then_refused(
        OutsideContract, "from 2022-03-01 until 2024-12-31", "2025-01-01"
    )
    given(REGISTERED, signed()).when(agreed("2022-04-01", "2022-03-31")).then_refused(EndsBeforeStart, "2022-03-31")


def test_a_step_that_is_agreed_anew_stays_within_its_contract() -> None:
    agreed = (REGISTERED, signed(), step("2022-04-01", "2023-01-01"))
    for due, refused in (("2024-12-31", None), ("2025-01-01", OutsideContract), ("2022-12-31", EndsBeforeStart)):
        scenario = given(*agreed).when(StepRevised(on=day("2023-01-01"), step="b1", due=day(due)))
        if refused is None:
            scenario.then_accepted()
        else:
            scenario.then_refused(refused, due)


def test_a_step_whose_name_was_used_before_belongs_to_its_own_contract() -> None:
    history = (
        REGISTERED,
        signed("2022-03-01", "2022-12-31", "integration-contract"),
        signed("2022-03-01", "2024-12-31"),
        step("2022-04-01", "2022-12-31", contract="integration-contract"),
        StepDropped(on=day("2022-05-01"), step="b1"),
        step("2022-06-01", "2023-12-31"),
    )
    given(*history).when(StepRevised(on=day("2022-07-01"), step="b1", due=day("2024-12-31"))).then_accepted()


def test_a_step_that_does_not_run_cannot_be_revised() -> None:
    given(REGISTERED, signed()).when(StepRevised(on=day("2022-07-01"), step="b1")).then_refused(NotRunning)


def test_an_extension_on_which_a_step_rests_is_not_taken_back_alone() -> None:
    history = (REGISTERED, signed(), extended("2023-06-01", "2026-06-30"), step("2023-07-01", "2026-06-30"))
    scenario = given(*history).when(Retract(3))
    scenario.then_refused(OthersRestOnIt, "facts 4")
    given(*history).when(Retract(3, with_dependants=True)).holds(signed())
    given(*history).when(Correct(3, {"until": "2026-06-29"})).then_refused(OutsideContract, "2026-06-30")


def test_a_contract_is_taken_back_with_all_that_was_agreed_in_it() -> None:
    history = (
        REGISTERED,
        signed(),
        step("2022-04-01", "2023-01-01"),
        StepRevised(on=day("2022-05-01"), step="b1", due=day("2023-02-01")),
        duty("2022-04-01", "2022-09-01"),
        PartyAgreed(on=day("2022-03-08"), contract="long-contract", party="county"),
        extended("2023-06-01", "2025-06-30"),
    )
    given(*history).when(Retract(2)).then_refused(OthersRestOnIt)
    given(*history).when(Retract(2, with_dependants=True)).holds()


def test_a_reopening_on_which_a_step_rests_is_not_taken_back_alone() -> None:
    history = (
        REGISTERED,
        signed(),
        ended("2022-06-01"),
        ContractReopened(on=day("2022-08-01"), contract="long-contract"),
        step("2022-09-01", "2023-01-01"),
    )
    given(*history).when(Retract(4)).then_refused(OthersRestOnIt, "facts 5")
    given(*history).when(Retract(3)).then_refused(OthersRestOnIt, "facts 4")


# Conversations


def test_a_conversation_is_planned_for_that_day_or_a_later_one() -> None:
    given(REGISTERED).when(FollowUpScheduled(on=day("2022-03-01"), planned_on=day("2022-03-01"))).then_accepted()
    given(REGISTERED).when(FollowUpScheduled(on=day("2022-03-01"), planned_on=day("2022-02-28"))).then_refused(
        EndsBeforeStart, "agreed on 2022-03-01 for 2022-02-28"
    )
    moved = FollowUpMoved(on=day("2022-03-05"), planned_on=day("2022-03-04"))
    planned = FollowUpScheduled(on=day("2022-03-01"), planned_on=day("2022-04-01"))
    given(REGISTERED, planned).when(moved).then_refused(EndsBeforeStart)
    given(REGISTERED, planned).when(Correct(2, {"planned-on": "2022-02-01"})).then_refused(EndsBeforeStart)


def test_a_conversation_is_not_held_before_the_settlement() -> None:
    given(REGISTERED).when(FollowUpHeld(on=REGISTERED.settled_on)).then_accepted()
    given(REGISTERED).when(FollowUpHeld(on=day("2021-03-14"))).then_refused(HeldTooEarly, "2021-03-14", "2021-03-15")
    held = given(REGISTERED, FollowUpHeld(on=day("2021-04-01")))
    held.when(Correct(1, {"settled-on": "2021-04-02"})).then_refused(HeldTooEarly)


def test_a_conversation_need_not_have_been_agreed_but_one_with_a_name_must() -> None:
    given(REGISTERED).when(FollowUpHeld(on=day("2022-03-01"))).then_accepted().flags()
    given(REGISTERED).when(FollowUpHeld(on=day("2022-03-01"), follow_up="with nav")).then_refused(NotRunning)


# Advisors


def test_an_advisor_who_declines_does_not_take_over() -> None:
    assigned = AdvisorAssigned(on=day("2022-01-01"), advisor="anne")
    declined = AdvisorHandedOver(on=day("2022-02-01"), advisor="bo", answer="declined")
    given(REGISTERED, assigned, declined).spells("""
        activity | value | from       | to
        advisor  | anne  | 2022-01-01 |
        """)


def test_an_advisor_who_accepts_takes_over_and_a_correction_of_the_answer_turns_that() -> None:
    assigned = AdvisorAssigned(on=day("2022-01-01"), advisor="anne")
    accepted = AdvisorHandedOver(on=day("2022-02-01"), advisor="bo", answer="accepted")
    given(REGISTERED, assigned, accepted).spells("""
        activity | value | from       | to
        advisor  | anne  | 2022-01-01 | 2022-02-01
        advisor  | bo    | 2022-02-01 |
        """)
    given(REGISTERED, assigned, accepted).when(Correct(3, {"answer": "declined"})).spells("""
        activity | value | from       | to
        advisor  | anne  | 2022-01-01 |
        """)


def test_every_refusal_here_has_a_code_of_its_own() -> None:
    kinds: list[type[FactRefused]] = [ContractTooLong, OutsideContract, PartyNotBound, HeldTooEarly]
    assert [kind.code for kind in kinds] == [
        "contract-too-long",
        "outside-contract",
        "party-not-bound",
        "held-too-early",
    ]
