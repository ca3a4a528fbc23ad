"""From a figure to the people behind it: for those who may, in their own municipality, and written down each time."""

import re
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from uuid import UUID

import polars as pl

from tracker.errors import ParticipantIsForgotten
from tracker.indicators.behind import COUNTED, NOT_COUNTED, people_behind
from tracker.indicators.behind import UNKNOWN as NOT_KNOWN
from tracker.indicators.definition import Indicator
from tracker.indicators.frames import Frames
from web import wording
from web.auth.gate import reach_of
from web.desk import Desk
from web.pages.figures import words
from web.pages.figures.asking import Asked
from web.pages.figures.standing import kept
from web.wording import marked as _

PAGE = 50
NEVER = frozenset(("R1", "R2", "R3"))
"""Nobody looks for people whose main activity could have been registered better."""

SAID = {COUNTED: _("counted"), NOT_COUNTED: _("not counted"), NOT_KNOWN: _("not known")}
WHEN = re.compile(r"month (\d+): (.+)")
HAPPENED = {
    "reached": _("reached"),
    "left the scope": _("left the scope instead"),
    "last followed": _("last followed"),
}


class One(NamedTuple):
    """A line of the list.

    :ivar participant: None where the journey is not in reach
    :ivar name: or why there is none
    """

    participant: UUID | None
    name: str
    counts: str


class Line(NamedTuple):
    """A line of the indicator that can be opened.

    :ivar people: how many people it tells something of
    """

    key: str
    words: str
    people: int
    chosen: bool


def opens(one: Indicator) -> bool:
    """Whether an indicator is ever opened to the people behind it."""
    return one.personal and one.id not in NEVER and any(axis != "year" for axis in one.axes)


def everybody(desk: Desk, frames: Frames, one: Indicator, asked: Asked) -> pl.DataFrame:
    """Of everybody picked, what the lines of an indicator say."""
    question = asked.question()
    found = kept(desk, frames, ("behind", one.name, question), lambda: people_behind(frames, one, question))
    for name, value in asked.only.items():
        found = found.filter(pl.col(name) == value)
    return found


def lines(found: pl.DataFrame, chosen: str) -> list[Line]:
    """The lines that there are, the first one chosen where none is."""
    groups = found.group_by("line", "choice", "months", maintain_order=True).agg(people=pl.len())
    made = []
    for line, choice, months, people in groups.iter_rows():
        said = ", ".join(
            part
            for part in (
                words.line(line),
                words.choice(choice),
                "" if months is None else wording.plural("%(number)s month", "%(number)s months", months),
            )
            if part
        )
        made.append(Line(_key(line, choice, months), said, people, chosen=False))
    keys = [each.key for each in made]
    wanted = chosen if chosen in keys else next(iter(keys), "")
    return [each._replace(chosen=each.key == wanted) for each in made]


def of_line(found: pl.DataFrame, key: str) -> pl.DataFrame:
    """Who a line is about, those counted first."""
    named = found.with_columns(
        _key=pl.concat_str(
            "line", pl.col("choice").fill_null(""), pl.col("months").cast(pl.String).fill_null(""), separator="|"
        ),
        _order=pl.col("counts").replace_strict({COUNTED: 0, NOT_COUNTED: 1, NOT_KNOWN: 2}, default=0),
    )
    return named.filter(pl.col("_key") == key).sort("_order", "counts", "id")


def page_of(desk: Desk, found: pl.DataFrame, number: int) -> list[One]:
    """A page of people by name; only these are looked up, and only those in reach."""
    rows = found.slice(PAGE * (number - 1), PAGE).select("id", "counts").iter_rows()
    return [_one(desk, UUID(id), NOT_KNOWN if counts is None else str(counts)) for id, counts in rows]


def _one(desk: Desk, participant: UUID, counts: str) -> One:
    said = _in_words(counts)
    answer, _found = reach_of(participant, "participant-read")
    if answer.ground == "protected":
        return One(None, wording.text("Protected address"), said)
    if not answer.granted:
        return One(None, wording.text("Not in your reach today"), said)
    try:
        person = desk.app.people.get(participant)
    except ParticipantIsForgotten:
        return One(None, wording.text("Erased"), said)
    return One(participant, (person.name if person else None) or str(participant)[:8], said)


def _in_words(counts: str) -> str:
    """What holds of somebody: counted or not, a number, or when what was waited for came."""
    if counts in SAID:
        return wording.words(SAID[counts])
    if when := WHEN.fullmatch(counts):
        said = HAPPENED.get(when[2])
        what = wording.words(said) if said else words.line(when[2])
        return wording.text("month %(number)s: %(what)s", number=when[1], what=what)
    with suppress(InvalidOperation):
        return " / ".join(wording.shown(Decimal(part), 2) for part in counts.split(" / "))
    return counts


def _key(line: str, choice: str | None, months: int | None) -> str:
    return "|".join((line, choice or "", "" if months is None else str(months)))


def pages(people: int) -> Sequence[int]:
    """The numbers of the pages."""
    return range(1, max(1, -(-people // PAGE)) + 1)
