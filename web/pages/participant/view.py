"""What a participant's page shows, gathered from the journey, the store of identities and the read model."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from flask import g

from events.contract import StepAgreed
from events.fields import fields_by_name
from tracker import wording_of_facts
from tracker.as_of import AsOf
from tracker.contracts.held import Held
from tracker.contracts.standing import Standing, standing
from tracker.course.asking import course as course_of
from tracker.course.verdict import Course
from tracker.effective import effective
from tracker.journey_page import Line, Page, page_of
from tracker.own_copy.entries import Entries, Entry
from tracker.people import Person
from tracker.quality.rows import known
from tracker.readmodel.follow import Located
from web import wording
from web.auth.gate import desk, reach_of
from web.charts.journey import Journey
from web.pages.participant.clocks import Clocks
from web.pages.participant.drawing import drawing_of
from web.pages.participant.words import (
    AREA_TITLES,
    FLAGS,
    area_of,
    last_day,
    level_words,
    skill_words,
    whole_words,
)
from web.paths import called
from web.persons import colleague, person_of
from web.wording import marked as _

FEW = 12
"""So many entries are shown before all are asked for."""

SOON = timedelta(days=90)
"""What is due later stands folded together."""

CONTRACT_STATES: Mapping[str, str] = {
    "running": _("running since %(day)s"),
    "paused": _("rests since %(day)s"),
    "ran-out": _("ran out on %(day)s"),
    "completed": _("completed on %(day)s"),
    "terminated": _("terminated on %(day)s"),
}


def _state(held: Held) -> str:
    if held.rests_until is not None:
        return wording.text("rests to and including %(day)s", day=wording.day(held.rests_until))
    return wording.text(CONTRACT_STATES[held.state], day=wording.day(held.since))


@dataclass(frozen=True)
class Told:
    """An entry of the journey in the list.

    :ivar retraction: the version that took it back; None where it counts
    """

    entry: Entry
    retraction: int | None
    can_be_taken_back: bool


class View:
    """A participant's page on its two clocks."""

    def __init__(self, participant: UUID, clocks: Clocks, area: str = "", all_facts: bool = False) -> None:
        self.participant = participant
        self.clocks = clocks
        self.area = area if area in AREA_TITLES else ""
        self.all_facts = all_facts
        self._app = desk().app
        self.located: Located = self._app.read_model.located(participant, clocks.position)
        self._seen = AsOf((item for _, item in self.located), clocks.at)

    @property
    def is_empty(self) -> bool:
        """Nothing was known of the participant then."""
        return not self.located

    @cached_property
    def page(self) -> Page:
        return page_of(
            self.participant, self.references, self.located, self.clocks.at, self.clocks.position, self._seen
        )

    @cached_property
    def version(self) -> int:
        """What the journey stands at."""
        return self.located[-1][1].version if self.located else 0

    # Head

    @cached_property
    def person(self) -> Person:
        return person_of(self.participant) or Person()

    @property
    def name(self) -> str:
        return self.person.name or wording.text("Participant without a name")

    @cached_property
    def references(self) -> list[tuple[str, str]]:
        return self._app.people.references(self.participant)

    @property
    def protected(self) -> bool:
        return bool(g.whereabouts.protected)

    @property
    def municipality(self) -> str:
        code = g.whereabouts.municipality
        return f"{self.places[code]} ({code})" if code in self.places else code

    @cached_property
    def places(self) -> dict[str, str]:
        """Names of municipalities by code."""
        rows = self._app.read_model.database.execute(
            f"SELECT m.municipality, m.name FROM municipalities m WHERE {known('m')} AND m.name IS NOT NULL",
            {"position": self._app.read_model.state()},
        )
        return dict(rows.fetchall())

    @property
    def advisor(self) -> str:
        return colleague(self._value("advisor"))

    @property
    def track(self) -> str:
        return self._value("track")

    @property
    def groups(self) -> str:
        return ", ".join(row["key"] for row in self.page.running if row["activity"] == "group")

    @property
    def age(self) -> str:
        """Age on the day, as exactly as it is known."""
        born = self.person.birth_date
        if born is not None:
            at = self.clocks.at
            return wording.plural(
                "%(number)s year",
                "%(number)s years",
                at.year - born.year - ((at.month, at.day) < (born.month, born.day)),
            )
        year = (self.page.start or {}).get("birth_year")
        return wording.text("born %(year)s", year=year) if year else ""

    @property
    def settled_on(self) -> str:
        return wording.day((self.page.start or {}).get("settled_on"))

    def _value(self, activity: str) -> str:
        return next((str(row["value"]) for row in self.page.running if row["activity"] == activity), "")

    # How it stands

    @property
    def running(self) -> list[tuple[str, str]]:
        """(what runs, since when) of activities of life and of leave."""
        return [
            (whole_words(row), wording.day(row["spell_from"]))
            for row in self.page.running
            if row["activity"] in _SHOWN_RUNNING
        ]

    @property
    def levels(self) -> list[tuple[str, str, str]]:
        """(skill, best level, when) of each skill with a level."""
        return [
            (skill_words(skill), level_words(fact.level), wording.day(fact.on, fact.on_precision))
            for skill, fact in sorted(self.page.levels.items(), key=lambda each: _SKILLS.index(each[0]))
        ]

    @property
    def flags(self) -> list[tuple[int, str]]:
        """(version, what is unusual about it)."""
        lines = {line.recorded.version: line for line in self.page.lines}
        return [
            (row["version"], _unusual(self._entries.of(lines[row["version"]].recorded), FLAGS[row["flag"]]))
            for row in self.page.flags
            if row["version"] in lines
        ]

    @cached_property
    def course(self) -> Course:
        return course_of(self._app, self.participant, self.clocks.at, self.clocks.position, self._seen)

    @cached_property
    def drawing(self) -> Journey:
        facts = [line.fact for line in self.page.lines if line.holds]
        return drawing_of(self.page, facts, self.course)

    @property
    def table_of_spells(self) -> list[tuple[str, str, str]]:
        """(what, first day, last day or empty) of what the drawing shows, the first first."""
        return [
            (whole_words(row), wording.day(row["valid_from"]), wording.day(last_day(row)))
            for row in self.page.spells
            if row["activity"] in _SHOWN_RUNNING
        ]

    @cached_property
    def standing(self) -> Standing:
        position = min(self.clocks.position, self._app.read_model.state())
        read = self.located if position == self.clocks.position else None
        return standing(self._app, self.participant, self.clocks.at, position, read)

    @property
    def due(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What is overdue or due soon, and what is due later; the first day first."""
        language, until = wording.language(), self.clocks.at + SOON
        soon: list[dict[str, Any]] = []
        later: list[dict[str, Any]] = []
        for due in self.standing.due:
            told = {
                "title": due.title.to(language)
                + (f": {called(due.about)}" if due.about and due.task != "contract-ends" else ""),
                "to_do": due.to_do.to(language),
                "due": due.due,
                "overdue": due.overdue_days,
                "paused": due.paused,
            }
            (soon if due.due <= until else later).append(told)
        return soon, later

    @property
    def contracts(self) -> list[tuple[str, str, Held]]:
        """(what it is called, its state in words, the contract), the newest first."""
        field = fields_by_name(StepAgreed)["contract"]
        return [
            (
                wording_of_facts.choice(StepAgreed, field, held.contract, wording.language()),
                _state(held),
                held,
            )
            for held in reversed(self.standing.contracts)
        ]

    # Entries

    @cached_property
    def _entries(self) -> Entries:
        return Entries([item for _, item in self.located], wording.language(), self.places)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many entries there are of each area."""
        return Counter(area_of(line.fact.TOPIC) for line in self.page.lines)

    @property
    def number(self) -> int:
        """How many entries there are of the area that is asked for."""
        return self.counts[self.area] if self.area else self.counts.total()

    @cached_property
    def shown(self) -> list[Told]:
        """The entries that are shown at first, or all of them; the newest first."""
        lines = reversed(self.page.lines)
        of_area = (line for line in lines if not self.area or area_of(line.fact.TOPIC) == self.area)
        return [
            Told(self._entries.of(line.recorded), _retraction(line), line.fact.TOPIC != "participant-registered")
            for line in islice(of_area, None if self.all_facts else FEW)
        ]

    @property
    def areas(self) -> list[tuple[str, str, int]]:
        """(area, what it is called, how many entries) of each that has any."""
        counts = self.counts
        return [(area, wording.words(title), counts[area]) for area, title in AREA_TITLES.items() if counts[area]]

    @cached_property
    def may_log(self) -> bool:
        """Whether who is at work may log here; the past cannot be added to."""
        return self.clocks.is_now and reach_of(self.participant, "participant-log", g.whereabouts)[0].granted


_SKILLS = ("listening", "reading", "writing", "speaking")
_SHOWN_RUNNING = frozenset(
    (
        "programme",
        "leave",
        "suspension",
        "language-training",
        "programme-element",
        "primary-school",
        "upper-secondary",
        "higher-education",
        "work",
        "wage-subsidy",
        "work-placement",
        "labour-market-measure",
        "volunteering",
        "elected-role",
        "social-assistance",
        "benefit",
    )
)


def _unusual(entry: Entry, sentence: str) -> str:
    return wording.text(
        "%(what)s, %(day)s: %(unusual)s", what=entry.title, day=entry.on, unusual=wording.words(sentence)
    )


def _retraction(line: Line) -> int | None:
    return next((mark.version for mark in line.marks if mark.what == "retracted"), None)


def journey_now(participant: UUID, today: date) -> Page:
    """The journey as it is now, for forms."""
    app = desk().app
    located = app.read_model.located(participant)
    return page_of(participant, [], located, today, app.log_of_facts.head())


def added_since(participant: UUID, version: int) -> list[str]:
    """What was recorded after a version, one line each."""
    recorded = desk().app.journey(participant).recorded
    return [
        f"{line.title}, {line.on} ({line.recorded}, {colleague(line.by)})"
        for line in Entries(recorded, wording.language(), {}).log()
        if line.version > version
    ]


def holding(participant: UUID) -> dict[int, Any]:
    """Version -> fact as it is held to be now."""
    recorded = [item for _, item in desk().app.read_model.located(participant)]
    return {version: entry.fact for version, entry in effective(recorded).items()}
