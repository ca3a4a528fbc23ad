"""What the rows of one participant tell, whatever the kind of sheet: a registration, and facts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from events import Fact
from tracker.importing.cells import CellProblem, as_date
from tracker.importing.problems import Problems
from tracker.importing.profile import Profile
from tracker.importing.template import Column, Line, Template, Wanted

Slot = tuple[object, ...]


class Said(NamedTuple):
    """A fact as this source has told it so far: with its own corrections, without those of others.

    :ivar by_same: an earlier import with the same profile told it
    """

    fact: Fact
    by_same: bool


class Telling(NamedTuple):
    """What the rows of one participant tell.

    :ivar registration: how to register the participant, where the rows say so
    :ivar wanted: every other fact they tell of
    :ivar slot: of a fact told earlier, what it is about: facts of the same slot may be moved to another day; None =
        the rows do not speak of such a fact, so it is left as it is
    """

    registration: Wanted | None
    wanted: list[Wanted]
    slot: Callable[[Said], Slot | None]


def registration_of(profile: Profile, lines: Sequence[Line], problems: Problems) -> Wanted | None:
    """The registration that the rows agree on, from the first of them."""
    template = profile.registration
    if template is None:
        return None
    told = [dated(profile, line, template.wanted(line, problems), problems) for line in lines]
    first = told[0]
    for other in told[1:]:
        if first is None or other is None or other.fact == first.fact:
            continue
        names = [name for name in template.columns if getattr(other.fact, name) != getattr(first.fact, name)]
        column = template.columns[names[0]].name if names else None
        cell = lines[0].cell(column) if column else None
        problems.error("registration-differs", other.row, column, cell, f"the same as in row {first.row}")
    return first


def further_facts(profile: Profile, lines: Iterable[Line], problems: Problems) -> list[Wanted]:
    """The facts of ``[[facts]]``; rows that repeat one tell it once."""
    found: list[Wanted] = []
    for line in lines:
        for template in profile.facts:
            wanted = dated(profile, line, template.wanted(line, problems), problems)
            if wanted is not None and all(wanted.fact != other.fact for other in found):
                found.append(wanted)
    return found


def dated(profile: Profile, line: Line, wanted: Wanted | None, problems: Problems) -> Wanted | None:
    """With the day on which it was first written down, where the sheet tells it."""
    if wanted is None or profile.first_registered_on is None:
        return wanted
    return wanted._replace(first_registered_on=first_registered_on(profile, line, problems))


def first_registered_on(profile: Profile, line: Line, problems: Problems) -> date | None:
    source = profile.first_registered_on
    if not isinstance(source, Column):
        return source
    cell = line.cell(source.name)
    if cell is None:
        return None
    try:
        return as_date(cell)[0]
    except CellProblem as problem:
        problems.error(problem.code, line.number, source.name, cell, problem.expected)
        return None


def slot_of(templates: Sequence[Template], said: Said) -> Slot | None:
    """The template that a fact told earlier came from: the one that says most of it."""
    fitting = [number for number, template in enumerate(templates) if template.speaks_of(said.fact)]
    if fitting:
        best = max(fitting, key=lambda number: (len(templates[number].constants), -number))
        return ("template", best, said.fact.key)
    return (said.fact.TOPIC, said.fact.key) if said.by_same else None
