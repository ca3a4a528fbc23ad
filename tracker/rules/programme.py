"""When a programme is to start, what a full week of it is, and how much of it is to point to work."""

from datetime import date

from tracker.rules import Rule

_SUPERVISION = (
    "IMDi, instruction for the supervision of municipalities 2026-2028, sub-theme 3: 37.5 hours of activities without "
    "preparation, 30 where much own study is required"
)
_REVISED = (
    "integration act (integreringsloven) § 14 a as revised, Prop. 81 L (2024-2025). Unverified: from which day and for "
    "whom it holds; figures take it for everybody and all of the time, as a measure and no verdict"
)
START_WITHIN = Rule(
    id="start-within",
    version=1,
    steps=((date.min, 3),),
    unit="months after settlement or claim; a start on the last day is in time",
    basis="NORCE 20-2019 section 3.4. Unverified against the act: since when, and which day counts of the two",
)
FREED_BY_WORK = Rule(
    id="freed-by-work",
    version=1,
    steps=((date.min, 30.0),),
    unit="hours of work a week from which there is no duty or right to start",
    basis="integration act (integreringsloven) § 8, as it read in May 2026. Unverified: since when",
)
FULL_TIME = Rule(
    id="full-time-programme", version=1, steps=((date.min, 37.5),), unit="hours a week", basis=_SUPERVISION
)
WITH_OWN_STUDY = Rule(
    id="full-time-programme-with-own-study",
    version=1,
    steps=((date.min, 30.0),),
    unit="organised hours a week, where own study fills the rest of a full week",
    basis=f"{_SUPERVISION}. What much own study is does not stand there: that it fills the rest of the 37.5 hours is a "
    "choice of this product",
)
WORK_DIRECTED = Rule(
    id="work-directed",
    version=1,
    steps=((date.min, 15.0),),
    unit="hours a week of elements directed at work",
    basis=_REVISED,
)
WORK_DIRECTED_AFTER_UPPER_SECONDARY = Rule(
    id="work-directed-after-upper-secondary",
    version=1,
    steps=((date.min, 3),),
    unit="months after the start, for who had completed upper secondary education",
    basis=_REVISED,
)
WORK_DIRECTED_AFTER = Rule(
    id="work-directed-after",
    version=1,
    steps=((date.min, 6),),
    unit="months after the start, for all others",
    basis=_REVISED,
)
