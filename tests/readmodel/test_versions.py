"""Both clocks: what the rows say was known at a position is what a fold of the facts up to there says."""

import random
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import event, given, settings

from events import activities
from events.codec import Recorded
from events.corrections import FactRetracted, ParticipantForgotten
from tests.histories import has_turns, journey_of, journeys
from tests.scenario import REGISTERED, signed
from tracker.effective import effective
from tracker.follow_up.rules import rulebook
from tracker.journey import Journey
from tracker.readmodel.fold import Line, Rows, fold, timeline_row
from tracker.readmodel.tables import TABLES
from tracker.readmodel.versions import versions

EXAMPLES = settings(max_examples=120)
RULES = rulebook()


def position_of(version: int) -> int:
    """Positions of a stream are neither those of its versions nor without gaps."""
    return 100 + 7 * version


def located(recorded: Iterable[Recorded]) -> list[tuple[int, Recorded]]:
    return [(position_of(item.version), item) for item in recorded]


def known_at(rows: Rows, position: int, stream: str) -> dict[str, Counter[Line]]:
    """The rows that were known at a position, without whose they are and when they were known."""
    found: dict[str, Counter[Line]] = {table.name: Counter() for table in TABLES if table.versioned}
    for name, counted in found.items():
        for row in rows[name]:
            assert row[0] == stream
            known_from, known_to = row[-2:]
            assert known_to is None or known_from < known_to
            if known_from <= position and (known_to is None or position < known_to):
                counted[row[1:-2]] += 1
    return found


def folded(recorded: list[Recorded]) -> dict[str, Counter[Line]]:
    """The slow and obvious way: everything folded anew from the facts so far."""
    entries = effective(recorded)
    rows = fold(entries.values(), RULES)
    timeline = Counter(
        timeline_row(entry, recorded[entry.version - 1], position_of(entry.version)) for entry in entries.values()
    )
    found = {table.name: Counter(rows[table.name]) for table in TABLES if table.versioned}
    return found | {"timeline": timeline}


@EXAMPLES
@given(journeys)
def test_what_was_known_at_a_position_is_the_fold_of_the_facts_up_to_there(journey: Journey) -> None:
    event(f"facts: {min(len(journey.recorded) // 5 * 5, 25)}, corrected: {has_turns(journey)}")
    rows = versions(journey.id, located(journey.recorded), RULES)
    assert known_at(rows, position_of(0), str(journey.id)) == folded([])
    for length in range(1, len(journey.recorded) + 1):
        for position in (position_of(length), position_of(length + 1) - 1):
            assert known_at(rows, position, str(journey.id)) == folded(journey.recorded[:length])


@EXAMPLES
@given(journeys)
def test_no_row_is_known_twice_or_known_anew_without_a_change(journey: Journey) -> None:
    rows = versions(journey.id, located(journey.recorded), RULES)
    for table in TABLES:
        if not table.versioned:
            continue
        spans: dict[Line, list[tuple[int, int | None]]] = {}
        for row in rows[table.name]:
            spans.setdefault(row[1:-2], []).append(row[-2:])
        for known in spans.values():
            for (_, until), (again, _) in pairwise(sorted(known)):
                assert until is not None and until < again


@EXAMPLES
@given(journeys)
def test_an_answer_about_a_position_stays_the_same_when_facts_are_added(journey: Journey) -> None:
    half = len(journey.recorded) // 2
    then = versions(journey.id, located(journey.recorded[:half]), RULES)
    later = versions(journey.id, located(journey.recorded), RULES)
    for length in range(1, half + 1):
        position = position_of(length)
        assert known_at(then, position, str(journey.id)) == known_at(later, position, str(journey.id))


@EXAMPLES
@given(journeys)
def test_what_the_guards_let_pass_never_folded_into_something_impossible(journey: Journey) -> None:
    flags = versions(journey.id, located(journey.recorded), RULES)["flags"]
    acts = {position_of(item.version): item for item in journey.recorded}
    for row in flags:
        if row[1] == "impossible":
            # Facts that rest on each other are taken back one after the other: within that act alone.
            known_from, known_to = row[-2:]
            assert known_to is not None
            assert isinstance(acts[known_from].fact, FactRetracted)
            assert acts[known_from].stamp.timestamp == acts[known_to].stamp.timestamp


@EXAMPLES
@given(journeys)
def test_segments_of_a_spell_follow_each_other_and_no_day_is_told_twice(journey: Journey) -> None:
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for activity, key, since, start, end, *_ in fold(journey.entries.values())["spells"]:
        assert since <= start
        assert end is None or start < end
        if key not in ("confirmed", "observed"):
            spans.setdefault((activity, key), []).append((start, end or "9999"))
    for segments in spans.values():
        for (start, end), (following, _) in pairwise(sorted(segments)):
            # A spell of one day keeps that day, also where the next one starts on it.
            assert end <= following or start == following


@EXAMPLES
@given(journeys)
def test_a_fold_does_not_depend_on_the_order_in_which_facts_come(journey: Journey) -> None:
    entries = list(journey.entries.values())
    straight = fold(entries)
    random.Random(len(entries)).shuffle(entries)
    shuffled = fold(entries)
    assert {name: Counter(lines) for name, lines in straight.items()} == {
        name: Counter(lines) for name, lines in shuffled.items()
    }


@EXAMPLES
@given(journeys)
def test_a_journey_read_from_the_log_is_the_one_that_was_recorded(journey: Journey) -> None:
    assert Journey(journey.id, journey.recorded).entries == journey.entries
    assert [item.version for item in journey.recorded] == list(range(1, len(journey.recorded) + 1))


@EXAMPLES
@given(journeys)
def test_a_subsidy_runs_only_while_its_job_does(journey: Journey) -> None:
    rows = fold(journey.entries.values())["spells"]
    jobs = [row for row in rows if row[0] == "work" and row[5] == "wage-subsidy"]
    for row in rows:
        if row[0] == "wage-subsidy" and row[4] is None:
            assert any(job[1] == row[1] and job[4] is None for job in jobs)
    assert "work" in activities()


@given(journeys)
def test_of_a_forgotten_journey_only_the_erasure_is_left(journey: Journey) -> None:
    journey.forget(signed())
    last = journey.recorded[-1]
    assert isinstance(last.fact, ParticipantForgotten)
    whole = versions(journey.id, located(journey.recorded), RULES)
    alone = versions(journey.id, located([last]))
    assert whole == alone
    assert {name: lines for name, lines in alone.items() if lines} == {
        "erased": [(str(journey.id), position_of(last.version))]
    }


def test_the_registration_alone_is_one_participant_and_one_line() -> None:
    journey = journey_of([])
    assert [item.fact for item in journey.recorded] == [REGISTERED]
    rows = versions(journey.id, located(journey.recorded))
    assert {name: len(lines) for name, lines in rows.items() if lines} == {"participants": 1, "timeline": 1}
