"""What the national introduction register (NIR) asks for, in its order, and by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.calendar import months_after
from tracker.rules import Rule

UNVERIFIED = "unverified against the register's own form: which facts it asks for, their order, and the days"
"""Said with every list made by these rules."""

LIST_2020 = "IMDi, what the municipality shall register in NIR (22 October 2020)"
LIST_2022 = "IMDi, deadline for updating information in NIR for 2022"
HANDBOOK = "handbook of NIR"

REGISTRATION = Rule(
    id="nir-registration",
    version=1,
    steps=((date.min, 2),),
    unit="months after the day it happened",
    basis=f"{LIST_2020}: continuously, at the latest within two months. Unverified: that the two months count from "
    "the day it happened, that the last of them is still in time, and since when the rule holds",
)
CUT_OFF = Rule(
    id="nir-cut-off",
    version=1,
    steps=((date.min, 2),),
    unit="months after the calendar year; the last day of the last of them closes it",
    basis=f"{LIST_2022}, and the same for 2018 and 2023: the last of February for the calendar year before; what comes "
    "later is normally not in the figures of June. A cut-off that was moved for one year is not known here",
)

OLD_ACT = frozenset(("introduction-act",))
COLLECTIVE = frozenset(("collective-protection",))


@dataclass(frozen=True)
class Subject:
    """One thing that the register asks for.

    :ivar id: permanent name
    :ivar title: what it is, with the Norwegian term
    :ivar facts: log names of the facts that tell it; empty where the tracker has none
    :ivar field: the one field that the register asks of these facts; facts without it are not asked for. Empty = all
    :ivar key: only facts of this key. Empty = all
    :ivar not_for: rule sets of participants for whom it is not asked
    :ivar source: who says so, and what is not confirmed
    """

    id: str
    title: str
    facts: tuple[str, ...]
    source: str
    field: str = ""
    key: str = ""
    not_for: frozenset[str] = frozenset()


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "offer", "day of the offer or of the claim (tilbud om introduksjonsprogram)", ("programme-offered",), LIST_2020
    ),
    Subject(
        "decision",
        "decision, with scope and duration of each measure (vedtak, tiltak)",
        ("programme-extended", "programme-element-started", "programme-element-ended"),
        f"{LIST_2020}; {LIST_2022}. Unverified: that a measure is an element of the programme. A decision or a refusal "
        "by itself is no fact here",
    ),
    Subject("goal", "goal of the programme (sluttmål)", ("programme-goal-set",), LIST_2022, not_for=OLD_ACT),
    Subject(
        "contract",
        "integration contract (integreringskontrakt)",
        ("contract-signed",),
        LIST_2022,
        key="integration-contract",
        not_for=OLD_ACT,
    ),
    Subject("start", "start of the programme", ("programme-started",), LIST_2020),
    Subject(
        "end",
        "end of the programme, its reason and the main activity (avslutningsårsak, hovedaktivitet)",
        ("programme-ended", "programme-reopened"),
        f"{LIST_2020}; {LIST_2022}. Unverified: how an end that is taken back is told",
    ),
    Subject("leave", "leave and its length (permisjon)", ("leave-started", "leave-ended"), LIST_2020),
    Subject(
        "absence",
        "amount of absence, and hours in Norwegian (fravær, timer)",
        ("attendance-recorded",),
        f"{LIST_2020}; {LIST_2022}. Unverified: whether it is asked for month by month",
    ),
    Subject("stop", "decision to stop the programme (stans)", ("programme-suspended", "programme-resumed"), LIST_2020),
    Subject(
        "complaint",
        "complaint and its outcome (klage)",
        (),
        f"{LIST_2020}, when the register had no place for it. The tracker has no fact of it",
    ),
    Subject(
        "education",
        "earlier education (tidligere utdanning)",
        ("participant-registered", "background-updated"),
        LIST_2022,
        field="schooling",
        not_for=OLD_ACT | COLLECTIVE,
    ),
    Subject(
        "norwegian",
        "decisions on Norwegian and social studies, exemptions (vedtak, fritak)",
        ("language-training-started", "language-training-ended", "exemption-granted"),
        f"{LIST_2022}; {HANDBOOK}. Unverified: that the training itself is told by its start and end",
    ),
    Subject("norwegian-goal", "goal in Norwegian (norskmål)", ("language-goal-set",), LIST_2022, not_for=OLD_ACT),
    Subject(
        "upper-secondary",
        "full-time upper secondary education",
        ("upper-secondary-enrolled", "upper-secondary-left", "upper-secondary-completed"),
        f"{LIST_2022}. Full time is not told apart here",
    ),
)
"""In the order of the list of 2020 for the programme, with goal and contract where the list of 2022 has them, and then
that of 2022 for Norwegian. The order of the register's own form is unverified."""


def places() -> Iterator[tuple[int, Subject, str]]:
    """(place in the order, subject, log name) of every fact that the register asks for."""
    for place, subject in enumerate(SUBJECTS, start=1):
        for fact in subject.facts:
            yield place, subject, fact


def due_on(day: date) -> date:
    """The last day on which something of this day is registered in time."""
    return months_after(day, REGISTRATION.on(day))


def cut_off(day: date) -> date:
    """The last day on which something of this day still reaches the figures of its year."""
    return months_after(date(day.year + 1, 1, 1), CUT_OFF.on(day)) - timedelta(days=1)
