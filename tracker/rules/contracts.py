"""How long a contract may last."""

from collections.abc import Mapping
from datetime import date

from events.contract import ContractKind
from tracker.rules import Rule

LONGEST: Mapping[ContractKind, Rule[int | None]] = {
    "integration-contract": Rule(
        id="integration-contract-lasts",
        version=1,
        steps=((date.min, None),),
        unit="months at most; empty = no limit of its own",
        basis="integration act (integreringsloven) § 16: it goes with the plan of the programme. Unverified: whether "
        "the act limits the contract apart from the programme",
    ),
    "long-contract": Rule(
        id="long-contract-lasts",
        version=1,
        steps=((date.min, 60),),
        unit="months at most; the last day is the one before they have passed",
        basis="KIPE in Trondheim: contracts of up to five years, NORCE 20-2019 section 3.2",
    ),
}
