"""What is due on a day, as the rows tell it, is what the slow oracle says; and what must hold of it however it came."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from events import Fact
from events.contract import ContractTerminated
from events.programme import ProgrammeEnded
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from tests.follow_up.lives import LATE, default_rules, rows_of, valid
from tests.follow_up.oracle import TASKS, due_on
from tests.follow_up.random_lives import journeys
from tests.scenario import REGISTERED, STREAM, signed
from tracker.errors import FactRefused
from tracker.journey import Journey
from tracker.readmodel.fold import fold
from tracker.readmodel.tables import BY_NAME
from tracker.readmodel.versions import versions
from tracker.spells import Entry

EXAMPLES = settings(max_examples=120)
FOLLOW_UP = ("contracts", "steps", "obligations", "follow_ups", "tasks")
ENDS = ("valid_to", "ended", "closed_by")
"""Columns that tell how and when a row ended, and so of later days."""

Rows = Mapping[str, list[dict[str, Any]]]


def in_time(entries: Iterable[Entry]) -> list[Fact]:
    return [entry.fact for entry in sorted(entries, key=lambda entry: (entry.fact.on, entry.version))]


def days_of(entries: Iterable[Entry]) -> list[date]:
    """Days on which something changes, those beside them, and some when nothing happens."""
    return sorted({entry.fact.on + timedelta(days=n) for entry in entries for n in (-1, 0, 1, 45, 400)})


def held(rows: Rows, day: date) -> Counter[tuple[Any, ...]]:
    """All that the rows of follow-up say of a day."""
    return Counter(
        (name, *(value for column, value in row.items() if column not in ENDS))
        for name in FOLLOW_UP
        for row in valid(rows[name], day)
    )


def tasks(rows: Rows, day: date, only: Iterable[str] | None = None) -> list[tuple[Any, ...]]:
    return sorted(
        (row["task"], row["about"], row["due"], bool(row["paused"]))
        for row in valid(rows["tasks"], day)
        if only is None or row["task"] in only
    )


@settings(max_examples=200)
@given(journeys)
def test_what_is_due_on_a_day_is_what_the_oracle_says(journey: Journey) -> None:
    entries = list(journey.entries.values())
    rows = rows_of(entries)
    facts = in_time(entries)
    for day in days_of(entries):
        expected = sorted(due_on(facts, day))
        found = tasks(rows, day, TASKS)
        for task, _, _, paused in expected:
            event(f"{task}{' (paused)' if paused else ''}")
        assert found == expected, f"on {day}, after {facts}"


@EXAMPLES
@given(journeys)
def test_what_holds_on_a_day_does_not_depend_on_what_happened_after_it(journey: Journey) -> None:
    entries = list(journey.entries.values())
    rows = rows_of(entries)
    for day in days_of(entries):
        told = [entry for entry in entries if entry.fact.on <= day]
        assert held(rows, day) == held(rows_of(told), day), f"on {day}, after {in_time(entries)}"


@EXAMPLES
@given(journeys)
def test_nothing_is_due_twice(journey: Journey) -> None:
    entries = list(journey.entries.values())
    rows = rows_of(entries)
    for day in days_of(entries):
        due = Counter((task, about, on) for task, about, on, _ in tasks(rows, day))
        assert set(due.values()) <= {1}, f"on {day}, after {in_time(entries)}"
        single = Counter(task for task, _, _, _ in tasks(rows, day) if task not in SEVERAL)
        assert set(single.values()) <= {1}, f"on {day}, after {in_time(entries)}"


SEVERAL = ("step", "obligation", "follow-up", "contract-ends", "contact-after", "status-before-november")
"""There may be several of these at once, by name or for days to come; of every other task one at most."""


@EXAMPLES
@given(journeys)
def test_nothing_is_due_of_who_is_dead_or_elsewhere_for_good(journey: Journey) -> None:
    entries = list(journey.entries.values())
    rows = rows_of(entries)
    gone: date | None = None
    for fact in in_time(entries):
        if gone is not None:
            assert tasks(rows, max(gone, fact.on - timedelta(days=1))) == [] or fact.on == gone
        if isinstance(fact, (Died, LeftNorway, ProtectionEnded)):
            gone = fact.on
        elif isinstance(fact, MovedToMunicipality):
            gone = None
    if gone is not None:
        assert tasks(rows, gone) == tasks(rows, gone + timedelta(days=3000)) == []


@EXAMPLES
@given(journeys)
def test_nothing_agreed_is_due_when_no_contract_runs(journey: Journey) -> None:
    entries = list(journey.entries.values())
    rows = rows_of(entries)
    for day in days_of(entries):
        running = {row["contract"] for row in valid(rows["contracts"], day) if day.isoformat() <= row["until"]}
        for task, about, _, _ in tasks(rows, day, ("contract-ends", "step", "obligation")):
            assert running, f"{task} {about} on {day}, after {in_time(entries)}"
            assert task != "contract-ends" or about in running


def ends(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if isinstance(entry.fact, (ContractTerminated, ProgrammeEnded, Died, LeftNorway)):
            yield entry


@EXAMPLES
@given(journeys, st.integers(0, 3))
def test_taking_back_an_end_brings_back_the_same_tasks(journey: Journey, which: int) -> None:
    found = list(ends(journey.entries.values()))
    assume(found)
    end = found[which % len(found)]
    before = rows_of(entry for entry in journey.entries.values() if entry.version != end.version)
    try:
        journey.retract(end.version, "never happened", signed(LATE))
    except FactRefused:
        event("others rest on it")
        return
    event(f"taken back: {end.fact.TOPIC}")
    after = rows_of(journey.entries.values())
    for name in FOLLOW_UP:
        assert after[name] == before[name]


@EXAMPLES
@given(journeys, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(journey: Journey, random: Random) -> None:
    """But for facts of one day, which are in the order in which they were recorded."""
    entries = list(journey.entries.values())
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.fact.on, []).append(entry)
    assume(all(len(facts) == 1 for facts in days.values()) or len(entries) > 3)
    alone = [facts[0] for facts in days.values() if not isinstance(facts[0].fact, type(None))]
    shuffled = random.sample(alone, len(alone))
    renumbered = [Entry(number, entry.fact) for number, entry in enumerate(shuffled, start=1)]
    kept = ("task", "about", "due", "valid_from", "valid_to", "paused", "municipality", "ended")
    one = [tuple(row[column] for column in kept) for row in rows_of(alone)["tasks"] if row["task"] != NIR]
    other = [tuple(row[column] for column in kept) for row in rows_of(renumbered)["tasks"] if row["task"] != NIR]
    assert Counter(one) == Counter(other)


NIR = "nir-registration"
"""It is about facts by their versions, and these were given anew."""


@EXAMPLES
@given(journeys, st.integers(0, 40))
def test_what_was_known_at_a_position_is_due_as_the_oracle_says_of_the_facts_until_then(
    journey: Journey, which: int
) -> None:
    """Some of what was recorded is taken back, then asked about as it was known before, between and after."""
    told = len(journey.recorded)
    try:
        journey.retract(1 + which % told, "never happened", signed(LATE), with_dependants=True)
    except FactRefused:
        event("not taken back")
    known = versions(STREAM, [(10 * item.version, item) for item in journey.recorded], default_rules())["tasks"]
    # What is taken back together is impossible halfway.
    for length in sorted({1, (told + 1) // 2, told, len(journey.recorded)}):
        entries = list(Journey(STREAM, journey.recorded[:length]).entries.values())
        position = 10 * length + 5
        rows = {
            "tasks": [_row(row) for row in known if row[-2] <= position and (row[-1] is None or row[-1] > position)]
        }
        for day in days_of(entries):
            assert tasks(rows, day, TASKS) == sorted(due_on(in_time(entries), day))


def _row(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(BY_NAME["tasks"].names, row, strict=True))


def test_the_oracle_can_say_something() -> None:
    assert due_on([REGISTERED], date(2021, 5, 1)) == {("contact-before", "", "2021-04-15", False)}


@EXAMPLES
@given(journeys, st.integers(0, 40))
def test_rows_that_grow_fact_by_fact_are_those_of_all_facts_at_once(journey: Journey, which: int) -> None:
    try:
        journey.retract(1 + which % len(journey.recorded), "never happened", signed(LATE), with_dependants=True)
    except FactRefused:
        event("not taken back")
    grown = versions(STREAM, [(10 * item.version, item) for item in journey.recorded], default_rules())
    for length in range(1, len(journey.recorded) + 1):
        position = 10 * length
        entries = Journey(STREAM, journey.recorded[:length]).entries.values()
        anew = fold(entries, default_rules())
        for name in FOLLOW_UP:
            known = [
                row[1:-2] for row in grown[name] if row[-2] <= position and (row[-1] is None or row[-1] > position)
            ]
            # Two conversations of one day that are alike in all that a row tells are one row.
            rows = set(anew[name]) if name == "follow_ups" else anew[name]
            assert Counter(known) == Counter(rows), f"{name} after {in_time(entries)}"
