"""Tracing: facts that come and go one by one amount to what a trace of all that are there says, whatever the order."""

from datetime import date
from decimal import Decimal

from hypothesis import event, given
from hypothesis import strategies as st

from events import Fact
from events.intake import ConsentGiven, ConsentWithdrawn
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyEnded, WageSubsidyGranted
from tracker.spells import Entry, trace
from tracker.tracing import Tracing

_days = st.dates(date(2024, 1, 1), date(2024, 3, 31))
_hours = st.sampled_from([None, Decimal(10), Decimal(20)])
_of_a_job = st.one_of(
    st.builds(JobStarted, on=_days, job=st.just("cafe"), hours_per_week=_hours),
    st.builds(JobChanged, on=_days, job=st.just("cafe"), hours_per_week=_hours),
    st.builds(JobEnded, on=_days, job=st.just("cafe")),
    st.builds(WageSubsidyGranted, on=_days, job=st.just("cafe")),
    st.builds(WageSubsidyEnded, on=_days, job=st.just("cafe")),
    st.sampled_from(
        [
            JobStarted(on=date(2024, 2, 1), on_precision="month", job="cafe"),
            JobEnded(on=date(2024, 1, 1), on_precision="year", job="cafe"),
        ]
    ),
)
_of_consent = st.one_of(
    st.builds(ConsentGiven, on=_days, purpose=st.just("follow-up")),
    st.builds(ConsentWithdrawn, on=_days, purpose=st.just("follow-up")),
)
_facts = st.one_of(st.lists(_of_a_job, max_size=8), st.lists(_of_consent, max_size=6))


@given(_facts, st.lists(st.integers(0, 7), max_size=4), st.booleans())
def test_facts_that_come_and_go_amount_to_what_a_trace_of_them_says(
    facts: list[Fact], gone: list[int], in_time: bool
) -> None:
    tracing = Tracing()
    there: dict[int, Entry] = {}
    for version, fact in enumerate(sorted(facts, key=lambda fact: fact.on) if in_time else facts, start=1):
        there[version] = Entry(version, fact)
        tracing.add(there[version])
        event(f"impossible: {trace(list(there.values())).impossible is not None}")
        assert tracing.trace() == trace(list(there.values()))
    for version in gone:
        if version in there:
            tracing.drop(there.pop(version))
            assert tracing.trace() == trace(list(there.values()))


def test_what_is_over_stays_as_it_was_found_when_a_later_fact_comes() -> None:
    tracing = Tracing()
    facts = [
        JobStarted(on=date(2024, 1, 1), job="cafe", hours_per_week=Decimal(10)),
        JobChanged(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20)),
    ]
    for version, fact in enumerate(facts, start=1):
        tracing.add(Entry(version, fact))
    before = tracing.trace().segments
    tracing.add(Entry(3, JobEnded(on=date(2024, 2, 29), job="cafe")))
    after = tracing.trace().segments
    assert len(before) == len(after) == 2
    assert after[0] is before[0]
    assert after[1].valid_to == date(2024, 3, 1)
