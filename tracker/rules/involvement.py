"""How often a participant is to be heard, and by when feedback is to be answered."""

from datetime import date

from tracker.rules import Rule

_CHOICE = "choice of this product, not of law"
HEARD_WITHIN = Rule(
    id="heard-within",
    version=1,
    steps=((date.min, 3),),
    unit="months before or after the start of the programme in which the first meeting lies",
    basis=f"{_CHOICE}: the plan is new then, and often made before the start. NORCE 20-2019 section 3.1 asks that "
    "participants are involved, without a number",
)
HEARD_EVERY = Rule(
    id="heard-every",
    version=1,
    steps=((date.min, 6),),
    unit="months from one meeting to the next; the last day is in time",
    basis=f"{_CHOICE}: the act (integreringsloven § 15) says regularly, and at an essential change of life situation",
)
ANSWERED_WITHIN = Rule(
    id="feedback-answered-within",
    version=1,
    steps=((date.min, 90),),
    unit="days after the feedback; the last day is in time",
    basis=_CHOICE,
)
