"""One contract on a day: who is bound, for how long, when it rested, and whether the participant follows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from events import Fact
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractReopened,
    ContractSigned,
    ContractTerminated,
    PartyAgreed,
)
from tracker.spells import DAY, Entry
from tracker.tracing import traced

Row = dict[str, Any]


@dataclass(frozen=True)
class Because:
    """A fact that says that a contract is not followed."""

    version: int
    on: date
    fact: str
    what: str


@dataclass(frozen=True)
class Bound:
    """A party of a contract.

    :ivar on: the day on which it agreed; None = not yet
    """

    party: str
    office: str | None
    on: date | None


@dataclass(frozen=True)
class Held:
    """A contract.

    :ivar state: running, paused, ran-out, completed or terminated
    :ivar since: the day on which this state began
    :ivar rests_until: the last day of a rest that has been ended, on that day
    :ivar extended: (day of the extension, last day from then on), in order
    :ivar pauses: (first day of rest, last day of rest, cause), in order; no last day while it rests
    :ivar follows: whether the participant follows it, on its last day where it has ended
    """

    contract: str
    signed_on: date
    until: date
    state: str
    since: date
    rests_until: date | None
    cause: str | None
    follow_up_every: int | None
    extended: tuple[tuple[date, date], ...]
    pauses: tuple[tuple[date, date | None, str], ...]
    parties: tuple[Bound, ...]
    follows: bool
    follows_since: date
    because: tuple[Because, ...]


def contracts(entries: Sequence[Entry], rows: Iterable[Row], at: date) -> Iterator[Held]:
    """Every contract, in the order of signing.

    :param entries: the facts by the day, in the order of time
    :param rows: of the table of contracts, in the order in which they began
    """
    last: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        last.setdefault((row["signed_on"], row["contract"]), []).append(row)
    for (signed, kind), found in sorted(last.items()):
        yield _contract(entries, kind, date.fromisoformat(signed), found, at)


def _contract(entries: Sequence[Entry], kind: str, signed_on: date, rows: Sequence[Row], at: date) -> Held:
    own = list(_told_of(entries, kind, signed_on))
    told = [entry.fact for entry in own]
    pauses = tuple(_pauses(own))
    row, until = rows[-1], date.fromisoformat(rows[-1]["until"])
    state, since, cause = _state(rows, until, told, at)
    return Held(
        kind,
        signed_on,
        until,
        state,
        since,
        pauses[-1][1] if state == "paused" and pauses else None,
        cause,
        row["follow_up_every"],
        tuple((fact.on, fact.until) for fact in told if isinstance(fact, ContractExtended)),
        pauses,
        tuple(_parties(row, told)),
        row["follows"] == "yes",
        _since(rows, "follows"),
        tuple(_because(entries, row["because"])),
    )


def _told_of(entries: Iterable[Entry], kind: str, signed_on: date) -> Iterator[Entry]:
    """What was told of one contract, until the next one of its kind."""
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, ContractSigned) and fact.contract == kind and fact.on > signed_on:
            return
        if fact.on >= signed_on and getattr(fact, "contract", None) == kind:
            yield entry


def _state(rows: Sequence[Row], until: date, told: Iterable[Fact], at: date) -> tuple[str, date, str | None]:
    ended = [fact for fact in told if isinstance(fact, (ContractCompleted, ContractTerminated, ContractReopened))]
    closed = ended[-1] if ended and not isinstance(ended[-1], ContractReopened) else None
    if closed is not None:
        return closed.TOPIC.removeprefix("contract-"), closed.on, getattr(closed, "cause", None)
    if until < at:
        return "ran-out", until, None
    return "paused" if rows[-1]["paused"] else "running", _since(rows, "paused"), None


def _since(rows: Sequence[Row], column: str) -> date:
    """The day from which a column has had the value of the last row."""
    same = takewhile(lambda row: row[column] == rows[-1][column], reversed(rows))
    return date.fromisoformat([row["valid_from"] for row in same][-1])


def _parties(row: Row, told: Iterable[Fact]) -> Iterator[Bound]:
    agreed = {fact.party: fact for fact in told if isinstance(fact, PartyAgreed)}
    for party in row["parties"].split(", "):
        found = agreed.get(party)
        yield Bound(party, None, None) if found is None else Bound(party, found.office, found.on)


def _because(entries: Iterable[Entry], versions: str | None) -> Iterator[Because]:
    by_version = {entry.version: entry.fact for entry in entries}
    for version in map(int, versions.split(", ") if versions else ()):
        fact = by_version[version]
        told = getattr(fact, "obligation", None) or getattr(fact, "cause", "")
        yield Because(version, fact.on, fact.TOPIC, str(told))


def _pauses(told: Iterable[Entry]) -> Iterator[tuple[date, date | None, str]]:
    for rest in traced(told, "contract-pause"):
        last = None if rest.valid_to is None else rest.valid_to - DAY
        yield rest.valid_from, last, rest.values["cause"]
