"""By when the own target in Norwegian (norskmål) is to be reached, by act and schooling."""

from datetime import date

from tracker.rules import Rule

_UNVERIFIED = (
    "Unverified against the act and its regulation: the day it counts from (the start of the training offered), that "
    "the class of schooling alone decides, and whether the revision of 2025 changed it"
)
_SOURCES = (
    "IMDi, deadline for updating information in NIR for 2022; integration act (integreringsloven) and Prop. 73 L "
    "(2022-2023) chapter 1, with more time for approved leave"
)
AFTER_UPPER_SECONDARY = Rule(
    id="norwegian-deadline-upper-secondary",
    version=1,
    steps=((date(2021, 1, 1), 18),),
    unit="months after the start of the training, for who had completed upper secondary education",
    basis=f"{_SOURCES}. {_UNVERIFIED}",
)
OTHERS = Rule(
    id="norwegian-deadline",
    version=1,
    steps=((date(2021, 1, 1), 36),),
    unit="months after the start of the training, for all others under the integration act",
    basis=f"{_SOURCES}. {_UNVERIFIED}",
)
COLLECTIVE = Rule(
    id="norwegian-deadline-collective",
    version=1,
    steps=((date(2022, 6, 15), 12),),
    unit="months after the start of the training, under collective protection",
    basis=f"IMDi, deadline for updating information in NIR for 2022: 12 months from the first decision. {_UNVERIFIED}",
)

INTEGRATION_ACT = ("integration-act-2021", "integration-act-2025")
COLLECTIVE_PROTECTION = "collective-protection"
UPPER_SECONDARY = ("upper-secondary", "higher")
LESS = ("none", "some-basic", "basic-not-equal", "basic", "some-upper-secondary")
"""Classes of schooling at the start; of others the deadline is not known."""
