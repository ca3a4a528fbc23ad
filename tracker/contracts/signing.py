"""Signing: everything that is agreed in a contract is recorded as one act, or none of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import msgspec

from events import Fact
from events.codec import Recorded
from events.contract import Party
from events.plan import CareerGoalSet
from tracker.acts import carried_out, record_all
from tracker.application import Author, ProgressionTracker
from tracker.contracts.drafts import GOAL, Draft, Placed, listed
from tracker.contracts.paths import PathTemplate, plan
from tracker.contracts.steps import reached_on
from tracker.errors import FactRefused
from tracker.journey import Journey
from tracker.spells import Entry
from tracker.wording import Language


@dataclass(frozen=True)
class Signed:
    """What signing a contract records.

    :ivar facts: in the order in which they are recorded
    :ivar recorded: what was recorded; empty where it was only checked, or where the command had been carried out before
    :ivar repeated: the command had been carried out before
    """

    facts: tuple[Fact, ...]
    recorded: tuple[Recorded, ...] = ()
    repeated: bool = False


def draft_for(
    app: ProgressionTracker,
    participant: UUID,
    template: PathTemplate,
    signed_on: date,
    *,
    until: date | None = None,
    goal: str | None = None,
    offices: Mapping[Party, str] | None = None,
    language: Language = "nb",
) -> Draft:
    """What a contract from a template would hold for a participant; nothing is recorded.

    The career goal that holds stays where the path suits it. Steps that the journey tells to be reached are noted.
    Parameters as for :func:`tracker.contracts.paths.plan`.
    """
    entries = [entry for entry in app.journey(participant).facts if entry.fact.on <= signed_on]
    held = goal_on(entries, signed_on)
    draft = plan(template, signed_on, until=until, goal=goal, offices=offices, language=language)
    notes = dict(draft.notes)
    if held is not None and goal is None and held.goal in template.career_goals:
        draft = replace(draft, goal=None)
        notes[GOAL] = f"the career goal stays {held.goal}, as set on {held.on}"
    elif held is not None:
        notes[GOAL] = "; ".join(filter(None, (f"instead of {held.goal}, set on {held.on}", notes.get(GOAL))))
    for step in draft.steps:
        if reached_on(msgspec.structs.asdict(step), signed_on, entries) is not None:
            notes[f"steps {step.step}"] += "; the journey tells that it is reached already"
    return replace(draft, notes=notes)


def sign(
    app: ProgressionTracker,
    participant: UUID,
    draft: Draft,
    author: Author,
    *,
    source: str = "the contract",
    check: bool = False,
    expected_version: int | None = None,
    command: str | None = None,
) -> Signed:
    """Record a contract with its parties, career goal, steps and obligations: all of it, or nothing.

    The career goal is recorded where it differs from the one that holds that day.

    :param source: the file it comes from, for messages
    :param check: only tell what would be recorded
    :param command: idempotency key: sent again with the same contract, nothing more is recorded
    :raises errors.FactRefused: something in it cannot be; the message names the place in the file
    """
    journey = app.journey(participant)
    earlier = carried_out(journey, command)
    before = [item for item in journey.recorded if item.version < earlier[0].version] if earlier else journey.recorded
    placed = _differing(draft, Journey(participant, before).facts)
    facts = tuple(fact for _, fact in placed)
    if earlier:
        record_all(journey, facts, app.signature(author, command=command))
        return Signed(facts, repeated=True)
    _rehearse(app, journey, placed, author, source)
    if check:
        return Signed(facts)
    recorded = app.log_all(participant, facts, author, expected_version=expected_version, command=command)
    return Signed(facts, tuple(recorded), repeated=not recorded)


def goal_on(entries: Iterable[Entry], day: date) -> CareerGoalSet | None:
    """The career goal that holds on a day.

    :param entries: facts in the order of time
    """
    found = [entry.fact for entry in entries if isinstance(entry.fact, CareerGoalSet) and entry.fact.on <= day]
    return found[-1] if found else None


def _differing(draft: Draft, entries: Iterable[Entry]) -> list[Placed]:
    goal = draft.goal
    held = None if goal is None else goal_on(entries, goal.on)
    same = (
        goal is not None
        and held is not None
        and (goal.goal, goal.occupation, goal.wording) == (held.goal, held.occupation, held.wording)
    )
    return [(place, fact) for place, fact in draft.placed() if not (same and fact is goal)]


def _rehearse(app: ProgressionTracker, journey: Journey, placed: Iterable[Placed], author: Author, source: str) -> None:
    """Find every fact that would be refused, in a journey that is thrown away."""
    signature = app.signature(author)
    refused: list[tuple[str, FactRefused]] = []
    for place, fact in placed:
        try:
            journey.record(fact, signature)
        except FactRefused as refusal:
            refused.append((f"{place}: {refusal}", refusal))
            if place == "the contract":
                # Everything else rests on it.
                break
    if refused:
        first = refused[0][1]
        first.args = (listed(source, [line for line, _ in refused]),)
        raise first
