"""What the facts of one job amount to does not depend on the order in which they are handed over."""

from datetime import date
from itertools import permutations

from events.work import JobEnded, JobStarted, WageSubsidyGranted
from tracker.spells import Entry, trace


def test_the_same_facts_amount_to_the_same_in_any_order() -> None:
    entries = [
        Entry(2, WageSubsidyGranted(on=date(2024, 1, 1), on_precision="year", job="cafe")),
        Entry(3, JobStarted(on=date(2024, 2, 7), job="cafe")),
        Entry(4, WageSubsidyGranted(on=date(2024, 1, 1), on_precision="year", job="cafe")),
        Entry(5, JobStarted(on=date(2024, 2, 1), on_precision="month", job="cafe")),
        Entry(6, JobEnded(on=date(2024, 1, 1), on_precision="month", job="cafe")),
    ]
    found = trace(entries)
    assert found.impossible is None
    for given in permutations(entries):
        assert trace(given) == found
