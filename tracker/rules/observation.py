"""How long a participant's situation counts as known after somebody last told of it."""

from datetime import date

from tracker.rules import Rule

KNOWN_FOR = Rule(
    id="known-for",
    version=1,
    steps=((date.min, 12),),
    unit="months after a confirmation or a fact about an activity",
    basis="choice of this product, not of law: the yearly status of the official statistics is a year old at most",
)
