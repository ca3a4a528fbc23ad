"""What was agreed with a participant and what is due, as the participant reads it: contracts, steps, duties, talks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlite_utils

from events import Fact
from events.contract import ObligationAgreed, PartyAgreed, StepAgreed
from events.fields import fields_by_name
from events.follow_up import FollowUpHeld
from tracker.catalogues import catalogue
from tracker.follow_up.agreed import AGREED
from tracker.follow_up.rules import Rulebook
from tracker.own_copy.entries import Detail
from tracker.quality.rows import known, running
from tracker.readmodel.tables import BY_NAME
from tracker.wording import Language, Wording
from tracker.wording_of_facts import choice, day, number, yes_or_no

Row = dict[str, Any]
_SAME: Mapping[str, tuple[str, ...]] = {
    "contracts": ("contract", "signed_on"),
    "steps": ("contract", "step", "agreed_on"),
    "obligations": ("contract", "obligation", "agreed_on"),
}
"""The columns by which rows are states of one thing."""


@dataclass(frozen=True)
class Contract:
    """A contract with what was agreed in it.

    :ivar parties: (party, office, day it agreed)
    :ivar steps: (name, target, due, what came of it)
    :ivar duties: (name, whose, due, what came of it)
    """

    title: str
    details: tuple[Detail, ...]
    parties: tuple[tuple[str, str, str], ...]
    steps: tuple[tuple[str, str, str, str], ...]
    duties: tuple[tuple[str, str, str, str], ...]


class Agreements:
    """The rows of one participant in the read model, in the words of a language.

    :param facts: the facts that hold, which have the words that the read model leaves out
    """

    def __init__(
        self,
        database: sqlite_utils.Database,
        rules: Rulebook,
        participant: str,
        at: date,
        position: int,
        facts: Sequence[Fact],
        language: Language,
    ) -> None:
        self._database = database
        self._rules = rules
        self._values = {"participant": participant, "at": at.isoformat(), "position": position}
        self._at = at.isoformat()
        self._facts = facts
        self._language = language
        self._text = catalogue(language).text

    def contracts(self) -> list[Contract]:
        """Each contract that was ever signed, the newest first."""
        signed = sorted(self._states("contracts"), key=lambda row: str(row["signed_on"]), reverse=True)
        steps, duties = self._states("steps"), self._states("obligations")
        return [
            Contract(
                self._contract(row["contract"]),
                tuple(self._contract_details(row)),
                tuple(self._parties(row, signed)),
                tuple(self._step(step) for step in _within(row, signed, steps)),
                tuple(self._duty(duty) for duty in _within(row, signed, duties)),
            )
            for row in signed
        ]

    def conversations(self) -> list[tuple[str, str, str, str]]:
        """(planned for, moved, what came of it, agreed next) of each conversation, in the order of time."""
        rows = self._all("follow_ups")
        held = {(fact.key, fact.on.isoformat()): fact for fact in self._facts if isinstance(fact, FollowUpHeld)}
        found = []
        for row in rows:
            open_now = row["state"] == "agreed" and (row["valid_to"] is None or row["valid_to"] > self._at)
            if row["state"] == "agreed" and not open_now:
                continue
            fact = held.get((row["follow_up"], row["valid_from"])) if row["state"] == "held" else None
            told = (self._planned(row), self._moves(row), self._came_of(row), (fact and fact.agreed_next) or "")
            found.append((row["planned_on"] or row["valid_from"], told))
        return [told for _, told in sorted(found)]

    def due(self) -> list[tuple[str, str, str, str]]:
        """(what, whose duty, last day, paused or empty) of what is due on the day, the first day first."""
        rows = self._database.query(
            f"SELECT * FROM tasks t WHERE t.participant = :participant AND {running('t')} "
            "ORDER BY t.due, t.task, t.about",
            self._values,
        )
        return [
            (
                self._task(row["task"], row["about"]),
                self._party(row["party"]),
                self._day(row["due"]),
                self._text("paused") if row["paused"] else "",
            )
            for row in rows
        ]

    def _all(self, table: str) -> list[Row]:
        """The rows that had begun by the day, in the order of time."""
        rows: Iterable[Row] = self._database.query(
            f"SELECT * FROM {BY_NAME[table].name} r WHERE r.participant = :participant AND {known('r')} "
            "AND r.valid_from <= :at ORDER BY r.valid_from",
            self._values,
        )
        return list(rows)

    def _states(self, table: str) -> list[Row]:
        """The last state of each thing."""
        last: dict[tuple[Any, ...], Row] = {}
        for row in self._all(table):
            last[tuple(row[name] for name in _SAME[table])] = row
        return list(last.values())

    def _contract_details(self, row: Row) -> Iterable[Detail]:
        over = row["valid_to"] is not None and row["valid_to"] <= self._at
        if over:
            state = self._text("is over since %(day)s", day=self._day(row["valid_to"]))
        else:
            state = self._text("is paused" if row["paused"] else "holds")
        yield Detail(self._text("State"), state)
        yield Detail(self._text("From"), self._day(row["signed_on"]))
        yield Detail(self._text("Until"), self._day(row["until"]))
        if row["follow_up_every"]:
            yield Detail(self._text("Months between conversations"), str(row["follow_up_every"]))
        if not over:
            follows = yes_or_no(True, self._language)
            if row["follows"] == "no":
                follows = self._text("No, because of entry number %(numbers)s", numbers=row["because"])
            yield Detail(self._text("You follow the contract"), follows)

    def _parties(self, row: Row, signed: Sequence[Row]) -> Iterable[tuple[str, str, str]]:
        """Each party that is bound, with the first day on which it agreed to this contract."""
        agreed: dict[str, PartyAgreed] = {}
        for fact in sorted(self._facts, key=lambda fact: fact.on):
            if isinstance(fact, PartyAgreed) and _holding(fact.contract, fact.on.isoformat(), signed) is row:
                agreed.setdefault(fact.party, fact)
        for party in [name for name in str(row["parties"] or "").split(", ") if name]:
            told = agreed.get(party)
            yield self._party(party), (told and told.office) or "", self._day(told.on.isoformat()) if told else ""

    def _step(self, row: Row) -> tuple[str, str, str, str]:
        words = _word(StepAgreed, self._language)
        parts = [words("target", row["target"])]
        if row["level"]:
            skills = [words("skills", skill) for skill in str(row["skills"] or "").split(", ") if skill]
            parts.append(row["level"] + (f" ({', '.join(skills)})" if skills else ""))
        if row["hours_per_week"]:
            hours = catalogue(self._language).find("unit", "hours a week")
            parts.append(f"{number(row['hours_per_week'], self._language)} {hours}")
        came = {
            ("reached", "journey"): "reached on %(day)s",
            ("reached", "judged"): "judged to be reached on %(day)s",
            ("dropped", None): "dropped on %(day)s",
        }.get((row["state"], row["how"]))
        return row["step"], ", ".join(parts), self._day(row["due"]), self._outcome(row, came)

    def _duty(self, row: Row) -> tuple[str, str, str, str]:
        came = {
            "met": "met on %(day)s",
            "missed": "not met, judged on %(day)s",
            "waived": "no longer needed since %(day)s",
        }.get(row["state"])
        wording = next(
            (
                fact.wording
                for fact in self._facts
                if isinstance(fact, ObligationAgreed)
                and (fact.obligation, fact.on.isoformat()) == (row["obligation"], row["agreed_on"])
            ),
            None,
        )
        name = row["obligation"] + (f": {wording}" if wording else "")
        return name, self._party(row["party"]), self._day(row["due"]), self._outcome(row, came)

    def _outcome(self, row: Row, came: str | None) -> str:
        if came is not None:
            return self._text(came, day=self._day(row["valid_from"]))
        over = row["valid_to"] is not None and row["valid_to"] <= self._at
        return self._text("no longer in force" if over else "agreed")

    def _planned(self, row: Row) -> str:
        return self._day(row["planned_on"]) if row["planned_on"] else self._text("not agreed before")

    def _moves(self, row: Row) -> str:
        if not row["moves"]:
            return ""
        first = self._day(row["first_planned_on"])
        return self._text("%(count)s (first planned for %(day)s)", count=row["moves"], day=first)

    def _came_of(self, row: Row) -> str:
        if row["state"] == "agreed":
            return self._text("planned")
        sentences = {"held": "held on %(day)s", "missed": "did not take place, recorded on %(day)s"}
        return self._text(sentences[row["state"]], day=self._day(row["valid_from"]))

    def _task(self, task: str, about: str) -> str:
        titles: Wording | None = AGREED[task][0] if task in AGREED else None
        if task in self._rules.rules:
            titles = self._rules.rules[task].title
        title = titles.to(self._language) if titles else task
        if task == "contract-ends":
            return f"{title}: {self._contract(about)}"
        return f"{title}: {about}" if about else title

    def _contract(self, kind: str) -> str:
        return _word(StepAgreed, self._language)("contract", kind)

    def _party(self, party: str) -> str:
        if party == "participant":
            return self._text("you")
        return _word(PartyAgreed, self._language)("party", party)

    def _day(self, text: str) -> str:
        return day(date.fromisoformat(text), self._language)


def _word(fact: type[Fact], language: Language) -> Callable[[str, str], str]:
    return lambda field, chosen: choice(fact, fields_by_name(fact)[field], chosen, language)


def _within(contract: Row, signed: Sequence[Row], rows: Iterable[Row]) -> list[Row]:
    """What was agreed in a contract, the first due first."""
    found = [row for row in rows if _holding(row["contract"], row["agreed_on"], signed) is contract]
    return sorted(found, key=lambda row: (row["due"], row["agreed_on"]))


def _holding(kind: str, on: str, signed: Sequence[Row]) -> Row | None:
    """The contract of a kind that something of this day belongs to: the last one signed by then, else the first."""
    mine = [row for row in signed if row["contract"] == kind]
    return next((row for row in mine if row["signed_on"] <= on), mine[-1] if mine else None)
