"""By when the test in social studies (samfunnskunnskapsprøven) is to be passed."""

from datetime import date

from tracker.rules import Rule

TEST_WITHIN = Rule(
    id="social-studies-test-within",
    version=1,
    steps=((date.min, 12),),
    unit="months after the day on which the training was offered to start, with more time for approved leave",
    basis="integration act (integreringsloven); IMDi, deadline for updating information in NIR for 2022; Prop. 73 L "
    "(2022-2023) chapter 1. Unverified: the day it counts from, and what held before 2021; figures take it for "
    "everybody outside collective protection",
)
