"""A sheet with one row a fact: who, what, when, and what more is to say of it."""

from collections.abc import Sequence

from tracker.importing.cells import CellProblem
from tracker.importing.problems import Problems, choice_of
from tracker.importing.profile import Milestone, Profile
from tracker.importing.telling import Said, Slot, Telling, dated, further_facts, registration_of, slot_of
from tracker.importing.template import Line, Template, Wanted, mapped


def told_by_milestones(profile: Profile, lines: Sequence[Line], problems: Problems) -> Telling:
    """What a person's rows tell.

    A row that is no longer there takes nothing back, since such sheets often hold only what is new; unless the
    profile says that the sheet is complete.
    """
    milestone = profile.milestone
    assert milestone is not None
    wanted: list[Wanted] = []
    for line in lines:
        template = _template(milestone, line, problems)
        told = dated(profile, line, template.wanted(line, problems), problems) if template else None
        if told is None:
            continue
        same = next((other for other in wanted if other.fact == told.fact), None)
        if same is not None:
            problems.warning("same-fact-twice", told.row, told.column, None, f"told in row {same.row} already")
            continue
        wanted.append(told)
    for further in further_facts(profile, lines, problems):
        if all(further.fact != other.fact for other in wanted):
            wanted.append(further)

    def slot(said: Said) -> Slot | None:
        if not profile.complete:
            return None
        found = slot_of((*profile.facts, *milestone.templates.values()), said)
        return found and (said.fact.TOPIC, said.fact.key)

    return Telling(registration_of(profile, lines, problems), wanted, slot)


def _template(milestone: Milestone, line: Line, problems: Problems) -> Template | None:
    if milestone.fact is None:
        return next(iter(milestone.templates.values()))
    column = milestone.fact.name
    cell = line.cell(column)
    facts = milestone.fact.mapping or {}
    if cell is None:
        problems.error("blank-cell", line.number, column, None, choice_of(facts))
        return None
    try:
        topic: str = mapped(facts, cell)
    except CellProblem:
        problems.error("unknown-fact", line.number, column, cell, choice_of(facts))
        return None
    for name, topics in milestone.columns.items():
        if topic not in topics and line.cell(name) is not None:
            problems.error(
                "not-of-fact", line.number, name, line.cell(name), f"a blank cell: {topic} has no such field"
            )
    return milestone.templates[topic]
