"""The participant's own copy as one page of HTML that needs nothing else: no script, no font, no address to fetch."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from events import Fact
from events.intake import ConsentGiven
from events.plan import CareerGoalSet, LanguageGoalSet, ProgrammeGoalSet
from events.programme import RegisteredInNir
from tracker.application import Author, ProgressionTracker
from tracker.catalogues import catalogue
from tracker.errors import ParticipantNotFound, Refusal
from tracker.journey import OSLO
from tracker.own_copy.agreements import Agreements
from tracker.own_copy.entries import Detail, Entries
from tracker.people import Person
from tracker.quality.rows import known
from tracker.storage import not_written
from tracker.wording import Language
from tracker.wording_of_facts import day, title

GOALS: tuple[type[Fact], ...] = (CareerGoalSet, ProgrammeGoalSet, LanguageGoalSet)
IDENTITY = {
    "name": "Name",
    "birth_date": "Date of birth",
    "national_identity_number": "National identity number",
    "d_number": "D-number",
    "duf_number": "DUF number",
    "contact": "Telephone or e-mail",
}


class CopyExists(Refusal):
    """A file of this name is there already; a copy never takes the place of another file."""

    code = "copy-exists"


@dataclass(frozen=True)
class Goal:
    """A goal that holds, and since when."""

    title: str
    since: str
    details: tuple[Detail, ...]


def own_copy(app: ProgressionTracker, participant: UUID, language: Language, author: Author) -> str:
    """All that is recorded about a participant, as a page.

    What was agreed and what is due is read from the read model, which has to have caught up with the log.

    :returns: HTML, which holds personal data
    :raises tracker.errors.ParticipantIsForgotten: it was erased
    :raises tracker.errors.ParticipantNotFound: there is none
    """
    recorded = app.journey(participant).recorded
    if not recorded:
        raise ParticipantNotFound(f"there is no participant {participant}")
    at = app.clock().astimezone(OSLO).date()
    model = app.read_model
    position = model.state()
    text = catalogue(language).text
    entries = Entries(recorded, language, _places(app, position))
    facts = [entry.fact for _, entry in sorted(entries.holding.items())]
    agreements = Agreements(model.database, model.rules, str(participant), at, position, facts, language)
    return (
        _environment(language)
        .get_template("own_copy.html")
        .render(
            language=language,
            made=text("Made on %(day)s by %(by)s.", day=day(at, language), by=author.by),
            version=recorded[-1].version,
            identity=_identity(app, participant, language),
            goals=_goals(facts, entries, language),
            contracts=agreements.contracts(),
            conversations=agreements.conversations(),
            due=agreements.due(),
            journey=entries.journey(),
            log=entries.log(),
            registered=any(isinstance(fact, RegisteredInNir) for fact in facts),
            shared=any(isinstance(fact, ConsentGiven) and fact.purpose == "sharing" for fact in facts),
        )
    )


def write(page: str, path: Path) -> None:
    """Write a copy into a new file that only its owner can read.

    :raises CopyExists: something of that name is there
    :raises tracker.errors.FolderNotUsable: the file cannot be made
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise CopyExists(f"there is a file {path} already; name a new one") from None
    except OSError as error:
        raise not_written(path, error) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise not_written(path, error) from None


def _identity(app: ProgressionTracker, participant: UUID, language: Language) -> list[Detail]:
    text = catalogue(language).text
    person = app.people.get(participant) or Person()
    found = [
        Detail(text(words), day(told, language) if name == "birth_date" else told)
        for name, words in IDENTITY.items()
        if (told := getattr(person, name))
    ]
    references = [
        Detail(text("Number in %(system)s", system=system), reference)
        for system, reference in app.people.references(participant)
    ]
    return [*found, Detail(text("Identity in the tracker"), str(participant)), *references]


def _goals(facts: Iterable[Fact], entries: Entries, language: Language) -> list[Goal]:
    """The last of each kind of goal."""
    last: dict[type[Fact], Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.on):
        if isinstance(fact, GOALS):
            last[type(fact)] = fact
    return [
        Goal(title(cls, language), day(last[cls].on, language, last[cls].on_precision), entries.details(last[cls]))
        for cls in GOALS
        if cls in last
    ]


def _places(app: ProgressionTracker, position: int) -> Mapping[str, str]:
    """The names of the municipalities that use this installation, by code."""
    rows = app.read_model.database.execute(
        f"SELECT m.municipality, m.name FROM municipalities m WHERE {known('m')} AND m.name IS NOT NULL",
        {"position": position},
    )
    return dict(rows.fetchall())


def _environment(language: Language) -> Environment:
    made = Environment(
        loader=PackageLoader("tracker.own_copy"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def text(sentence: str, **values: Any) -> str:
        escaped = {name: Markup.escape(value) for name, value in values.items()}
        return Markup(catalogue(language).text(sentence, **escaped))

    made.globals["_"] = text
    return made
