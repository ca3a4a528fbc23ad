"""Contracts of a simulated life: the one that goes with the plan, and what every contract goes through."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractKind,
    ContractPaused,
    ContractResumed,
    ContractSigned,
    ContractTerminated,
    Party,
    PartyAgreed,
)
from tracker.demo import rates
from tracker.demo.account import AT_ONCE, DAYS, WEEKS, Told
from tracker.demo.outline import Outline, weekday
from tracker.demo.rates import LATE

Ending = Literal["completed", "terminated", "untold"]
Cause = Literal["participant-withdrew", "goals-not-followed", "authority-withdrew", "moved", "goal-changed", "other"]
LONG_PAUSE = 60
"""Days of leave from which a contract rests."""

OFFICES: dict[Party, str] = {
    "municipality": "Demo flyktningtjeneste",
    "county": "Demo fylkeskommune",
    "state": "NAV Demo",
}


@dataclass(frozen=True)
class Agreed:
    """A contract as it was signed.

    :ivar told: of the signing
    :ivar over: the last day on which it holds, extensions included; it may lie after today
    """

    signed: ContractSigned
    told: Told
    over: date
    how: Ending
    cause: Cause = "other"


def integration_contract(life: Outline) -> None:
    """A contract that goes with the plan, and ends with the programme; the act before 2021 knew none."""
    started, ended = life.started, life.ended
    if started is None or started.planned_end is None or life.life.traits.rule_set == "introduction-act":
        return
    if life.plan is not None and life.chance(rates.CONTRACT_WITH_PLAN):
        on = life.plan.on
    elif life.chance(rates.CONTRACT_WITHOUT_PLAN):
        on = weekday(life.start + life.days(30, 120))
    else:
        return
    if on >= min(life.end, started.planned_end):
        return
    signed = ContractSigned(
        on=on,
        contract="integration-contract",
        until=started.planned_end,
        parties=("participant", "municipality"),
        told_by="staff",
    )
    told = life.tell(signed, DAYS)
    if told is None:
        return
    parties(life, signed, told)
    if life.extended is not None and signed.until < (longer := life.extended.planned_end):
        later = ContractExtended(on=life.extended.on, contract="integration-contract", until=longer, told_by="staff")
        life.tell(later, DAYS, rests_on=told)
    over = life.end
    how: Ending = "completed"
    cause: Cause = "other"
    if ended is not None and ended.manner != "completed":
        how = "terminated"
        cause = "moved" if ended.manner == "transferred" else life.random.choice(("participant-withdrew", "other"))
    if life.chance(rates.CONTRACT_END_UNTOLD):
        how = "untold"
    agreed = Agreed(signed, told, over, how, cause)
    rests(life, agreed, life.leaves)
    ends(life, agreed)


def parties(life: Outline, signed: ContractSigned, told: Told) -> None:
    """The participant and the municipality agree when it is signed; county and state within some weeks."""
    for party in signed.parties:
        on = signed.on if party in ("participant", "municipality") else weekday(signed.on + life.days(0, 40))
        if party in ("county", "state") and life.chance(0.08):
            continue
        fact = PartyAgreed(
            on=on, contract=signed.contract, party=party, office=OFFICES.get(party), told_by=_teller(party)
        )
        life.tell(fact, AT_ONCE, rests_on=told)


def _teller(party: Party) -> Literal["participant", "county", "nav", "staff"]:
    tellers: dict[Party, Literal["participant", "county", "nav"]] = {
        "participant": "participant",
        "county": "county",
        "state": "nav",
    }
    return tellers.get(party, "staff")


def rests(life: Outline, agreed: Agreed, leaves: list[tuple[date, date]]) -> None:
    """Long leave lets a contract rest.

    :param leaves: first and last day of each
    """
    kind: ContractKind = agreed.signed.contract
    over = agreed.signed.on
    for first, last in sorted(leaves):
        if first <= over or first >= min(agreed.over, agreed.signed.until) or (last - first).days < LONG_PAUSE:
            continue
        life.tell(ContractPaused(on=first, contract=kind, cause="leave", told_by="staff"), DAYS, rests_on=agreed.told)
        over = last
        if last < agreed.over:
            life.tell(ContractResumed(on=last, contract=kind, told_by="staff"), DAYS, rests_on=agreed.told)


def ends(life: Outline, agreed: Agreed) -> None:
    """The end of a contract is told of, unless nobody does."""
    if agreed.how == "completed":
        fact = ContractCompleted(on=agreed.over, contract=agreed.signed.contract, told_by="staff")
        life.tell(fact, DAYS, LATE, rests_on=agreed.told)
    elif agreed.how == "terminated":
        over = ContractTerminated(on=agreed.over, contract=agreed.signed.contract, cause=agreed.cause, told_by="staff")
        life.tell(over, WEEKS, rests_on=agreed.told)
