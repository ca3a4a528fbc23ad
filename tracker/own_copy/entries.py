"""Recorded facts as a participant reads them: what happened, who wrote it down, and what was put right later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from events import Fact
from events.base import UNTOLD
from events.codec import Channel, Recorded
from events.corrections import FactCorrected, FactRetracted
from events.fields import fields_by_name, fields_of
from tracker.catalogues import catalogue
from tracker.effective import effective, with_values
from tracker.wording import Language
from tracker.wording_of_facts import choice, day, label, moment, sentence, title, value

CHANNELS: Mapping[Channel, str] = {
    "web": "through the web pages",
    "api": "through another system",
    "cli": "at the command line",
    "import": "from an imported file",
}
_OF_THE_ENTRY = ("on", "on_precision", "told_by")


@dataclass(frozen=True)
class Detail:
    """A field and what it holds, in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Mark:
    """A correction or a retraction that counts.

    :ivar version: the entry that says so
    :ivar changes: field by field, how it was before and how it is now
    """

    title: str
    version: int
    recorded: str
    reason: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A fact of the journey, as it is held to be.

    :ivar on: the day it happened, as exactly as it is known
    :ivar notes: who recorded it and when, who told of it, and where it comes from
    :ivar counts: it has not been taken back
    """

    version: int
    on: str
    title: str
    sentence: str
    details: tuple[Detail, ...]
    notes: tuple[str, ...]
    counts: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Written:
    """A line of the log: any entry, corrections and retractions too, whatever became of it."""

    version: int
    recorded: str
    by: str
    how: str
    title: str
    on: str
    state: str


class Entries:
    """The facts of one participant in the words of a language.

    :param recorded: the whole stream, in the order of the log
    :param places: names of municipalities by code
    """

    def __init__(self, recorded: Sequence[Recorded], language: Language, places: Mapping[str, str]) -> None:
        self._recorded = recorded
        self._language = language
        self._places = places
        self._text = catalogue(language).text
        self.holding = effective(recorded)
        self._gone = _retracted(recorded)
        self._corrections: dict[int, list[Recorded]] = {}
        for item in recorded:
            if isinstance(item.fact, FactCorrected) and item.version not in self._gone:
                self._corrections.setdefault(item.fact.corrects, []).append(item)

    def details(self, fact: Fact) -> tuple[Detail, ...]:
        """What a fact says, without what was left open; references to other entries by their number."""
        cls = type(fact)
        return tuple(
            Detail(label(cls, field, self._language), words)
            for field in fields_of(cls)
            if field.name not in _OF_THE_ENTRY
            and getattr(fact, field.name) not in UNTOLD
            and (words := value(cls, field, getattr(fact, field.name), self._language, self._places))
        )

    def journey(self) -> list[Entry]:
        """Each fact in the order in which it happened; corrections stand at what they correct."""
        facts = [item for item in self._recorded if not isinstance(item.fact, (FactCorrected, FactRetracted))]
        steps = {item.version: self._steps(item) for item in facts}
        facts.sort(key=lambda item: (steps[item.version][-1][1].on, item.version))
        return [self._entry(item, steps[item.version]) for item in facts]

    def of(self, item: Recorded) -> Entry:
        """One fact; it is no correction."""
        return self._entry(item, self._steps(item))

    def log(self) -> list[Written]:
        """Every entry in the order in which it was recorded."""
        return [
            Written(
                item.version,
                moment(item.stamp.timestamp, self._language, "short"),
                item.stamp.by,
                self._text(CHANNELS[item.stamp.channel]),
                title(type(item.fact), self._language),
                day(item.fact.on, self._language, item.fact.on_precision, "short"),
                self._state(item),
            )
            for item in self._recorded
        ]

    def _steps(self, item: Recorded) -> list[tuple[Recorded | None, Fact]]:
        """A fact as it was recorded, and after each correction of it that counts."""
        steps: list[tuple[Recorded | None, Fact]] = [(None, item.fact)]
        for other in self._corrections.get(item.version, ()):
            assert isinstance(other.fact, FactCorrected)
            steps.append((other, with_values(steps[-1][1], other.fact.values)))
        return steps

    def _entry(self, item: Recorded, steps: list[tuple[Recorded | None, Fact]]) -> Entry:
        fact = steps[-1][1]
        marks = [
            self._correction(correction, before, after)
            for (_, before), (correction, after) in pairwise(steps)
            if correction is not None
        ]
        taken_back = self._gone.get(item.version)
        if taken_back is not None:
            marks.append(self._mark("Taken back", taken_back, ()))
        return Entry(
            item.version,
            self._day(fact),
            title(type(fact), self._language),
            sentence(type(fact), self._language),
            self.details(fact),
            tuple(self._notes(item, fact)),
            item.version in self.holding,
            tuple(marks),
        )

    def _correction(self, item: Recorded, before: Fact, after: Fact) -> Mark:
        cls = type(after)
        fields = fields_by_name(cls)
        corrected = item.fact
        assert isinstance(corrected, FactCorrected)
        nothing = self._text("nothing")
        changes = tuple(
            self._text(
                "%(field)s: before %(before)s, now %(after)s",
                field=label(cls, fields[name], self._language),
                before=value(cls, fields[name], getattr(before, name), self._language, self._places) or nothing,
                after=value(cls, fields[name], getattr(after, name), self._language, self._places) or nothing,
            )
            for name in corrected.values
        )
        return self._mark("Corrected", item, changes)

    def _mark(self, what: str, item: Recorded, changes: tuple[str, ...]) -> Mark:
        fact = item.fact
        assert isinstance(fact, (FactCorrected, FactRetracted))
        reason = self._text("Reason: %(reason)s", reason=fact.reason)
        return Mark(self._text(what), item.version, self._recorded_by(item), reason, changes)

    def _notes(self, item: Recorded, fact: Fact) -> list[str]:
        notes = [self._recorded_by(item)]
        stamp = item.stamp
        if fact.told_by not in UNTOLD:
            told_by = fields_by_name(type(fact))["told_by"]
            who = choice(type(fact), told_by, fact.told_by, self._language)
            notes.append(self._text("told by: %(who)s", who=who))
        if stamp.source:
            notes.append(self._text("from: %(source)s", source=stamp.source))
        if stamp.first_registered_on:
            first = day(stamp.first_registered_on, self._language)
            notes.append(self._text("first written down %(day)s", day=first))
        return notes

    def _recorded_by(self, item: Recorded) -> str:
        stamp = item.stamp
        return self._text(
            "recorded %(moment)s by %(by)s, %(channel)s",
            moment=moment(stamp.timestamp, self._language),
            by=stamp.by,
            channel=self._text(CHANNELS[stamp.channel]),
        )

    def _state(self, item: Recorded) -> str:
        fact = item.fact
        said = []
        if isinstance(fact, FactCorrected):
            said.append(self._text("corrects number %(version)s", version=fact.corrects))
        elif isinstance(fact, FactRetracted):
            said.append(self._text("takes back number %(version)s", version=fact.retracts))
        corrections = [str(other.version) for other, _ in self._steps(item) if other is not None]
        if corrections:
            said.append(self._text("corrected by number %(numbers)s", numbers=", ".join(corrections)))
        if item.version in self._gone:
            by = self._gone[item.version].version
            said.append(self._text("taken back by number %(numbers)s", numbers=by))
        return "; ".join(said) or self._text("counts")

    def _day(self, fact: Fact) -> str:
        return day(fact.on, self._language, fact.on_precision)


def _retracted(recorded: Sequence[Recorded]) -> dict[int, Recorded]:
    """Version -> the retraction of it that counts; the last one, where several do."""
    gone: dict[int, Recorded] = {}
    for item in reversed(recorded):
        if isinstance(item.fact, FactRetracted) and item.version not in gone:
            gone.setdefault(item.fact.retracts, item)
    return gone
