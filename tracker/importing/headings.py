"""Headings: what a column of a sheet is likely to tell, by the words above it."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from events import fact_class
from events.fields import fields_by_name
from events.intake import ParticipantRegistered
from tracker import wording_of_facts as wording
from tracker.importing.cells import CellProblem, as_month
from tracker.importing.profile import Kind
from tracker.importing.proposing import DATE, FACT, PARTICIPANT, REFERENCE, TOPICS, field_of, targets
from tracker.wording import LANGUAGES

_USUAL: Final[Mapping[str, str]] = {
    "nr": REFERENCE,
    "nummer": REFERENCE,
    "løpenr": REFERENCE,
    "løpenummer": REFERENCE,
    "id": REFERENCE,
    "ref": REFERENCE,
    "referanse": REFERENCE,
    "visma": REFERENCE,
    "deltaker": REFERENCE,
    "bosatt": "participant.settled_on",
    "bosettingsdato": "participant.settled_on",
    "busett": "participant.settled_on",
    "kjønn": "participant.gender",
    "fødselsår": "participant.birth_year",
    "fødselsdato": "participant.birth_year",
    "født": "participant.birth_year",
    "skolegang": "participant.schooling",
    "skolebakgrunn": "participant.schooling",
    "utdanning": "participant.schooling",
    "utdanningsbakgrunn": "participant.schooling",
    "barn": "participant.children",
    "spor": "track-assigned.track",
    "årsak": "programme-ended.reasons",
    "sluttårsak": "programme-ended.reasons",
    "avslutningsårsak": "programme-ended.reasons",
    "avsluttet til": "programme-ended.main_activity",
    "overgang til": "programme-ended.main_activity",
    "samtykke": "consent-given.on",
    "timer": "job-started.hours_per_week",
    "timer per uke": "job-started.hours_per_week",
    "stillingsprosent": "job-started.position_percent",
    "hendelse": FACT,
    "hending": FACT,
    "milepæl": FACT,
    "dato": DATE,
    "når": DATE,
    "date": DATE,
}
_NOBODY_KNOWS: Final = ("programrådgiver", "programrådgjevar")
"""Headings of names: they are like the title of a fact, but the day of it is told elsewhere or nowhere."""

_BEGINS: Final = ("start", "startet", "starta", "startdato", "oppstart", "oppstartsdato", "begynte", "fra")
_ENDS: Final = (
    "slutt",
    "sluttet",
    "slutta",
    "sluttdato",
    "avsluttet",
    "avslutta",
    "avslutning",
    "avslutningsdato",
    "til",
)
_COMPLETES: Final = ("fullført", "ferdig", "bestått")
_TURNS: Final = {
    **dict.fromkeys(_BEGINS, "begins"),
    **dict.fromkeys(_ENDS, "ends"),
    **dict.fromkeys(_COMPLETES, "completes"),
}
"""Words that say which day of something a column tells."""

_THINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "program": {"begins": "programme-started", "ends": "programme-ended", "completes": "programme-ended"},
    "norsk": {"begins": "language-training-started", "ends": "language-training-ended"},
    "grunnskole": {"begins": "primary-school-enrolled", "completes": "primary-school-completed"},
    "videregående": {"begins": "upper-secondary-enrolled", "completes": "upper-secondary-completed"},
    "universitet": {"begins": "higher-education-enrolled"},
    "jobb": {"begins": "job-started", "ends": "job-ended"},
    "praksis": {"begins": "work-placement-started", "ends": "work-placement-ended"},
}
"""What may begin, end and be completed -> the fact that tells it."""

_ALSO: Final = {
    **dict.fromkeys(("intro", "introprogram", "introprogrammet", "introduksjonsprogram", "programmet"), "program"),
    "introduksjonsprogrammet": "program",
    **dict.fromkeys(("norskopplæring", "norskkurs", "norskopplæringen"), "norsk"),
    **dict.fromkeys(("grunnskule", "grunnskolen"), "grunnskole"),
    **dict.fromkeys(("vgs", "vidaregåande", "vgo"), "videregående"),
    **dict.fromkeys(("høgskole", "høyskole", "høgskule"), "universitet"),
    **dict.fromkeys(("arbeid", "jobben"), "jobb"),
    **dict.fromkeys(("arbeidspraksis", "språkpraksis"), "praksis"),
}
"""Other words for a thing."""

_SAY_NOTHING: Final = ("dato", "på", "i", "av", "for", "med", "og", "den", "dag")


def suggested(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """Column -> what it is likely to tell, by its heading; each is told by one column."""
    allowed = {REFERENCE, *(one for _, group in targets(kind) for one in group)}
    if kind == "milestones":
        allowed |= {FACT, DATE}
    words = {told: target for told, target in _words(kind).items() if target in allowed}
    found: dict[str, str] = {}
    for column in filter(None, header):
        if kind == "monthly-status" and _is_month(column):
            continue
        target = _likely(column.casefold().strip(" .:*"), words)
        if target in allowed and target not in found.values():
            found[column] = target
    if REFERENCE not in found.values():
        first = next((column for column in header if column and column not in found), None)
        if first:
            found = {first: REFERENCE, **found}
    return found


def month_columns(header: Sequence[str]) -> list[str]:
    """The columns whose headings name a month."""
    return [column for column in header if column and _is_month(column)]


def kind_of(header: Sequence[str]) -> Kind:
    """The kind of sheet that a header is likely to be of."""
    if len(month_columns(header)) >= 3:
        return "monthly-status"
    names = {column.casefold() for column in header}
    return "milestones" if any(_USUAL.get(name) == FACT for name in names) else "participants"


def _likely(name: str, words: Mapping[str, str]) -> str:
    """What a heading tells: one of the words, the day of a thing, or much like one of the words; empty = none."""
    if name in words:
        return words[name]
    if name in _NOBODY_KNOWS:
        return ""
    if day := _day_of(name):
        return day
    # The number of a person is much like the year of birth to read, and nothing like it to import.
    alike = () if name.endswith(("nr", "nummer")) else words
    close = get_close_matches(name, alike, n=1, cutoff=0.85)
    return words[close[0]] if close else words.get(_plain(name), "")


def _day_of(name: str) -> str:
    """The day that a heading such as ``Start intro``, ``Jobbstart`` or ``Praksis til`` tells; empty = none.

    What begins or ends without being named is the programme.
    """
    parts = _plain(name).split()
    if len(parts) == 1 and parts[0] not in _TURNS:
        # Norwegian writes compounds as one word.
        whole = next((one for one in _TURNS if parts[0].endswith(one) and parts[0] != one and len(one) > 4), "")
        parts = [parts[0].removesuffix(whole), whole] if whole else parts
    turns = [_TURNS[one] for one in parts if one in _TURNS]
    things = [_ALSO.get(one, one) for one in parts if one not in _TURNS]
    if len(turns) != 1 or len(things) > 1 or parts in (["fra"], ["til"]):
        return ""
    fact = _THINGS.get(things[0] if things else "program", {}).get(turns[0])
    return f"{fact}.on" if fact else ""


def _plain(name: str) -> str:
    """The words of a heading that say something."""
    return " ".join(word for word in re.split(r"[^\w]+", name) if word and word not in _SAY_NOTHING)


@cache
def _words(kind: Kind) -> dict[str, str]:
    """Word -> what it tells: what is usual, and the names of facts and fields in each language."""
    found = dict(_USUAL)
    for group, told in targets(kind):
        for target in told:
            name = target.partition(".")[2]
            chosen = field_of(target)
            assert chosen is not None
            topics = TOPICS if group == FACT else (group,)
            classes: list[Any] = [ParticipantRegistered] if group == PARTICIPANT else [fact_class(t) for t in topics]
            cls = next(one for one in classes if name in fields_by_name(one))
            for language in LANGUAGES:
                words = wording.title(cls, language) if name == "on" else wording.label(cls, chosen, language)
                if words.casefold() not in _NOBODY_KNOWS:
                    found.setdefault(words.casefold(), target)
            found.setdefault(target, target)
    return found


def _is_month(column: str) -> bool:
    try:
        as_month(column)
    except CellProblem:
        return False
    return True
