"""Instruments: the questions of a survey with their wording and scales, as versioned TOML files."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from events.fields import InvalidFact, check
from events.surveys import SurveyRoundHeld
from tracker.errors import FactRefused, Refusal
from tracker.saying import Said
from tracker.versioned import Shelf, Table, name_of
from tracker.wording import Wording

FOLDER = Path(__file__).parent / "instruments"
OWN_FOLDER = "instruments"
"""The folder, within the data folder, for instruments of a municipality's own."""

TAKEN = ("schooling", "gender")
"""Columns of a file with answers that are no items."""


class InstrumentNotValid(Refusal):
    """A file with the questions of a survey cannot be used: it is no TOML, or a value in it cannot be."""

    code = "instrument-not-valid"


class InstrumentNotFound(FactRefused):
    """There is no survey instrument of this id and version."""

    code = "instrument-not-found"


class AnswerNotAllowed(FactRefused):
    """An answer to a survey has an item that was not asked, a value outside the scale, or no item at all."""

    code = "answer-not-allowed"


class Scale(Table, frozen=True):
    """What an answer may be: every whole number from ``low`` to ``high``.

    :ivar low_means: what the lowest number stands for, in words
    :ivar high_means: what the highest number stands for
    :ivar counts_from: the lowest answer that counts in a share; left out, there is only a mean
    """

    low: int
    high: int
    low_means: Wording
    high_means: Wording
    counts_from: int | None = None

    @property
    def is_yes_no(self) -> bool:
        return (self.low, self.high) == (0, 1)

    def holds(self, answer: Any) -> bool:
        return isinstance(answer, int) and not isinstance(answer, bool) and self.low <= answer <= self.high

    @property
    def expected(self) -> str:
        """What an answer must be, in words."""
        return "yes or no (1 or 0)" if self.is_yes_no else f"a whole number from {self.low} to {self.high}"


class Item(Table, frozen=True):
    """One question.

    :ivar code: permanent within the instrument; the name of its column
    :ivar scale: name of its scale
    :ivar indicator: the indicator that it feeds
    """

    code: str
    scale: str
    indicator: Literal["P2", "P3", "S2", "O2", "O4"]
    wording: Wording


class Instrument(Table, frozen=True):
    """The questions of a survey in one version of their wording; another wording is another version.

    :ivar source: what each question is meant to measure, and whose words they are
    """

    id: str
    version: int
    title: Wording
    source: str
    scales: dict[str, Scale]
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """Id and version, as in ``participant-survey@1``."""
        return name_of(self)

    def scale_of(self, item: str) -> Scale | None:
        """The scale of an item; None where there is no such item."""
        return next((self.scales[each.scale] for each in self.items if each.code == item), None)

    def feeding(self, indicator: str) -> tuple[Item, ...]:
        """The items that an indicator is counted from, in their order."""
        return tuple(item for item in self.items if item.indicator == indicator)

    def problem(self, item: str, answer: Any) -> str | None:
        """What is wrong with an answer to an item, in words; None where nothing is."""
        scale = self.scale_of(item)
        if scale is None:
            return f"{self.name} has no such item; it has {', '.join(each.code for each in self.items)}"
        return None if scale.holds(answer) else f"expected {scale.expected}, got {answer!r}"

    def allows(self, answers: Mapping[str, Any]) -> None:
        """Refuse what is no answer to these questions.

        :raises AnswerNotAllowed: names the first item with what is wrong
        """
        if not answers:
            raise AnswerNotAllowed("an answer to a survey needs an answer to one item or more")
        for item, answer in answers.items():
            if (problem := self.problem(item, answer)) is not None:
                raise AnswerNotAllowed(f"item {item!r}: {problem}")


def instruments(own: Path | None = None) -> dict[str, Instrument]:
    """Every instrument by name (``participant-survey@1``): those of the tracker, and those in the data folder.

    :param own: the data folder; its folder ``instruments`` may hold instruments of a municipality's own
    :raises InstrumentNotValid: a file cannot be used, or two have the same id and version
    """
    return SHELF.all(own)


def instrument(id: str, version: int, own: Path | None = None) -> Instrument:
    """The instrument of an id and a version.

    :raises InstrumentNotFound: there is none
    :raises InstrumentNotValid: as in :func:`instruments`
    """
    return SHELF.one(id, version, own)


def _problems(made: Instrument) -> Iterator[str]:
    """What a type cannot say."""
    try:
        check(
            SurveyRoundHeld(
                on=date.min, until=date.min, round="x", instrument=made.id, version=made.version, invited={}
            )
        )
    except InvalidFact as error:
        place, _, told = str(error).partition(": ")
        yield Said("%(place)s: %(expected)s", place="id" if place == "instrument" else place, expected=told)
    if not made.items:
        yield Said("%(place)s: expected one or more", place="items")
    for name, scale in made.scales.items():
        if not scale.low < scale.high:
            yield Said(
                "scale %(scale)r: expected low below high, got %(low)s and %(high)s",
                scale=name,
                low=scale.low,
                high=scale.high,
            )
        if scale.counts_from is not None and not scale.low < scale.counts_from <= scale.high:
            yield Said(
                "scale %(scale)r: counts_from must lie above low and up to high, got %(got)s",
                scale=name,
                got=scale.counts_from,
            )
    seen: set[str] = set()
    for item in made.items:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", item.code) or item.code in TAKEN:
            yield Said(
                "item %(item)r: expected a code of small letters, digits and -, other than %(taken)s",
                item=item.code,
                taken=", ".join(TAKEN),
            )
        if item.code in seen:
            yield Said("item %(item)r: %(problem)s", item=item.code, problem=Said("it is there twice"))
        if item.scale not in made.scales:
            yield Said(
                "item %(item)r: there is no scale %(got)r; there are %(known)s",
                item=item.code,
                got=item.scale,
                known=", ".join(made.scales),
            )
        seen.add(item.code)


SHELF = Shelf("survey instrument", Instrument, _problems, FOLDER, OWN_FOLDER, InstrumentNotValid, InstrumentNotFound)
