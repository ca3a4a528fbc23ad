"""What is to be signed, before it is: a contract with everything in it, as a file that people edit."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from events import Fact
from events.contract import ContractSigned, ObligationAgreed, PartyAgreed, StepAgreed
from events.fields import fields_of
from events.plan import CareerGoalSet
from tracker.errors import Refusal
from tracker.schema import InvalidInput, parse

F = TypeVar("F", bound=Fact)
Placed = tuple[str, Fact]
"""(where it stands in the file, fact)."""

TABLES: Mapping[str, type[Fact]] = {"agreed": PartyAgreed, "steps": StepAgreed, "obligations": ObligationAgreed}
"""The lists of a file: who put their names to it, the path, and the duties."""

GOAL = "career_goal"


class DraftNotValid(Refusal):
    """A file with a contract to be signed cannot be used: it is no TOML, or something in it cannot be."""

    code = "contract-draft-not-valid"


@dataclass(frozen=True)
class Draft:
    """A contract with everything that is agreed in it.

    :ivar goal: the career goal; None = it stays as it is
    :ivar notes: place (``steps A2``, ``career_goal``) -> what whoever signs should know about it
    :ivar cut: what would have fallen due after the contract, and was put on its last day
    """

    contract: ContractSigned
    goal: CareerGoalSet | None = None
    agreed: tuple[PartyAgreed, ...] = ()
    steps: tuple[StepAgreed, ...] = ()
    obligations: tuple[ObligationAgreed, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    cut: tuple[str, ...] = ()

    def placed(self) -> Iterator[Placed]:
        """Every fact in the order in which it is recorded, with its place."""
        yield "the contract", self.contract
        for number, party in enumerate(self.agreed, start=1):
            yield f"agreed {number} ({party.party})", party
        if self.goal is not None:
            yield GOAL, self.goal
        for number, step in enumerate(self.steps, start=1):
            yield f"steps {number} ({step.step})", step
        for number, duty in enumerate(self.obligations, start=1):
            yield f"obligations {number} ({duty.obligation})", duty


def read(text: str | bytes, name: str) -> Draft:
    """The contract that a file holds.

    A party agrees, and a step or a duty is agreed, on the day of the contract unless the file says otherwise.

    :param name: the file, for messages
    :raises DraftNotValid: with every place and value that cannot be
    """
    try:
        told = tomllib.loads(text if isinstance(text, str) else text.decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DraftNotValid(f"{name}: no TOML in UTF-8: {error}") from None
    reader = _Reader(told)
    draft = reader.draft()
    if reader.problems or draft is None:
        raise DraftNotValid(listed(name, reader.problems))
    return draft


def listed(name: str, problems: Sequence[str]) -> str:
    """What is wrong with a file: one problem after its name, several on lines of their own."""
    if len(problems) == 1:
        return f"{name}: {problems[0]}"
    return "\n  ".join([f"{name}, {len(problems)} problems, nothing was recorded:", *problems])


class _Reader:
    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.problems: list[str] = []

    def draft(self) -> Draft | None:
        told = {name.replace("-", "_"): value for name, value in self.told.items()}
        own = {name: value for name, value in told.items() if name not in (*TABLES, GOAL)}
        for name in [name for name, value in own.items() if _is_table(value)]:
            del own[name]
            self.problems.append(f"{name}: there is no such table; there are {', '.join((GOAL, *TABLES))}")
        contract = self._fact(ContractSigned, own, "the contract")
        if contract is None:
            return None
        if contract.on_precision != "day":
            self.problems.append(f"the contract: on: expected a day, such as 2024-02-01, got {own['on']!r}")
        goal = self._one(told[GOAL], contract) if GOAL in told else None
        lists = {name: self._list(name, told.get(name, []), contract) for name in TABLES}
        self._twice("agreed", [fact.party for fact in lists["agreed"] if isinstance(fact, PartyAgreed)])
        self._twice("steps", [fact.key for fact in lists["steps"]])
        self._twice("obligations", [fact.key for fact in lists["obligations"]])
        return Draft(
            contract,
            goal,
            tuple(fact for fact in lists["agreed"] if isinstance(fact, PartyAgreed)),
            tuple(fact for fact in lists["steps"] if isinstance(fact, StepAgreed)),
            tuple(fact for fact in lists["obligations"] if isinstance(fact, ObligationAgreed)),
        )

    def _one(self, told: Any, contract: ContractSigned) -> CareerGoalSet | None:
        if not isinstance(told, dict):
            self.problems.append(f'{GOAL}: expected a table, such as [{GOAL}] with goal = "work"')
            return None
        return self._fact(CareerGoalSet, {"on": contract.on, **told}, GOAL)

    def _list(self, name: str, told: Any, contract: ContractSigned) -> list[Fact]:
        if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
            self.problems.append(f"{name}: expected tables, each under a line [[{name}]]")
            return []
        found = []
        for number, each in enumerate(told, start=1):
            values = {"on": contract.on, "contract": contract.contract, **each}
            place = f"{name} {number}{_called(each)}"
            if values["contract"] != contract.contract:
                self.problems.append(
                    f"{place}: contract: expected {contract.contract}, as above, got {values['contract']!r}"
                )
                continue
            fact = self._fact(TABLES[name], values, place)
            if fact is None:
                continue
            if fact.on < contract.on:
                self.problems.append(
                    f"{place}: on: expected {contract.on}, the day of the contract, or later, got {fact.on}; "
                    "a contract is signed on the day on which the first party agrees"
                )
            found.append(fact)
        return found

    def _fact(self, cls: type[F], values: Mapping[str, Any], place: str) -> F | None:
        try:
            return parse(cls, values)
        except InvalidInput as error:
            self.problems += [f"{place}: {problem.field}: {problem.message}" for problem in error.problems]
            return None

    def _twice(self, name: str, keys: Sequence[str]) -> None:
        for number, key in enumerate(keys):
            if key in keys[:number]:
                self.problems.append(f"{name} {number + 1}: {key!r} is there twice; give each a name of its own")


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value))


def _called(told: Mapping[str, Any]) -> str:
    name = next((told[key] for key in ("party", "step", "obligation") if isinstance(told.get(key), str)), None)
    return "" if name is None else f" ({name[:60]})"


def written(draft: Draft, opening: Iterable[str] = ()) -> str:
    """A contract as a file to be edited and signed: TOML, with its notes as comments.

    :param opening: what stands above it, line by line
    """
    day, kind = draft.contract.on, draft.contract.contract
    lines = [f"# {line}".rstrip() for line in opening]
    lines += ["", *_lines(draft.contract, {})]
    lines += ["", *_note(draft, GOAL)]
    if draft.goal is not None:
        lines += [f"[{GOAL}]", *_lines(draft.goal, {"on": day})]
    for party in draft.agreed:
        lines += ["", "[[agreed]]", *_lines(party, {"contract": kind})]
    for name, facts in (("steps", draft.steps), ("obligations", draft.obligations)):
        for fact in facts:
            known = {"contract": kind, "on": day}
            lines += ["", *_note(draft, f"{name} {fact.key}"), f"[[{name}]]", *_lines(fact, known)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _note(draft: Draft, place: str) -> Iterator[str]:
    if place in draft.notes:
        yield f"# {draft.notes[place]}"


def _lines(fact: Fact, known: Mapping[str, Any]) -> Iterator[str]:
    """Its fields, without what the file says elsewhere and what is as it is when left out."""
    for each in fields_of(type(fact)):
        value = getattr(fact, each.name)
        if value != each.default and known.get(each.name) != value:
            yield f"{each.name} = {_value(value)}"
        elif each.name == "office":
            yield '# office = ""'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal, date)) and not isinstance(value, datetime):
        return str(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    # A string of JSON is one of TOML, but for the one control character that JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
