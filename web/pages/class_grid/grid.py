"""The grid of a class: a row for each participant, in it a section for each fact that may be logged."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from events import Fact
from tracker.errors import Refusal
from tracker.readmodel.follow import ReadModel
from web import refusals, wording
from web.auth.gate import desk
from web.composing import Composite, LevelSection, Section
from web.composing.sections import Told, only
from web.forms import FactForm
from web.pages.class_grid.kinds import Kind, Part
from web.pages.class_grid.members import Member
from web.pages.class_grid.there import Line, lines_of, of_part, repeats, told
from web.recording import author


class Cells:
    """What a section of a row knows beside its fields.

    :ivar headings: of its columns
    :ivar there: what is recorded already, in words
    :ivar meanwhile: what somebody else recorded while the grid was open, in words
    """

    def __init__(self, part: Part, member: Member) -> None:
        self.part = part
        self.member = member
        self.headings = part.columns
        self.lines: list[Line] = []
        self.there = ""
        self.meanwhile = ""

    def notice(self, lines: Sequence[Line]) -> None:
        """Take in what is recorded."""
        self.lines = of_part(self.part, lines)
        self.there = told(self.part, self.lines)

    def label(self, column: int) -> str:
        """What a cell is called for those who do not see where it stands."""
        return f"{self.member.name}, {self.headings[column]}"


class Row:
    """The row of a participant.

    :ivar sections: in the order of the columns; each has its ``cells``
    """

    def __init__(self, member: Member, sections: "list[GridSection | GridLevel]") -> None:
        self.member = member
        self.sections = sections


class GridSection(Section):
    """A fact in a row, with its fields as cells."""

    def __init__(self, part: Part, member: Member, kind: Kind, today: date) -> None:
        self.cells = Cells(part, member)
        super().__init__(
            _name(part, member),
            part.cls,
            today,
            tick=self.cells.headings[0] if part.tick else "",
            needs=part.cells,
            shared=kind.shared,
            own=part.cells,
            fixed=part.fixed,
            leave_out=set(only(part.cls, part.cells)) - part.fixed.keys(),
        )

    @property
    def tick_id(self) -> str:
        """Id of the tick."""
        return f"{self.id}-use"

    @property
    def summary(self) -> list[tuple[str, str]]:
        ids = {field.name.removeprefix(self.form.prefix): field for field in self.fields}
        first = self.tick_id if self.tick else next(iter(ids.values())).id
        return [
            (ids[name].id, f"{self.cells.member.name}, {ids[name].label}: {words}")
            if name in ids
            else (first, f"{self.cells.member.name}: {words}")
            for name, words in self.form.problems.items()
        ]


class GridLevel(LevelSection):
    """A level in a row."""

    def __init__(self, part: Part, member: Member, kind: Kind, today: date) -> None:
        self.cells = Cells(part, member)
        super().__init__(_name(part, member), part.fixed["skill"], today, shared=kind.shared)  # type: ignore[arg-type]

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(self.id, f"{self.cells.label(0)}: {words}") for words in self.form.problems.values()]


class Grid(Composite):
    """The form of a class.

    :ivar kind: what is logged
    :ivar rows: a row for each participant that may be seen
    """

    def __init__(self, kind: Kind, members: Sequence[Member], given: Mapping[str, Any]) -> None:
        today = desk().today()
        self.kind = kind
        self.rows = [
            Row(
                member,
                [(GridLevel if part.is_level else GridSection)(part, member, kind, today) for part in kind.parts],
            )
            for member in members
        ]
        shared = FactForm(
            kind.cls,
            today,
            {**kind.given, **given},
            leave_out=set(only(kind.cls, kind.shared)) | {name for part in kind.parts for name in part.fixed},
        )
        super().__init__(shared, (section for row in self.rows for section in row.sections))

    @property
    def headings(self) -> list[str]:
        """Of the columns after the name."""
        return [heading for part in self.kind.parts for heading in part.columns]

    def look_up(self, model: ReadModel) -> None:
        """Take in what is recorded already."""
        lines = lines_of(model, self.kind, [row.member.participant for row in self.rows])
        for row in self.rows:
            for section in row.sections:
                section.cells.notice(lines[row.member.participant])

    def check_repeats(self, told: Told) -> None:
        """Note the cells that would say again what is recorded."""
        for section, fact in told:
            assert isinstance(section, (GridSection, GridLevel))
            if any(repeats(fact, line) for line in section.cells.lines):
                section.form.problems[""] = wording.text(
                    "This is recorded already: %(what)s.", what=section.cells.there
                )

    def check_meanwhile(self, told: Told, seen: int) -> bool:
        """Note the cells for which somebody recorded something after the grid was opened.

        :param seen: position in the log that the reader saw
        :returns: whether there is such a cell
        """
        found = False
        for section, _ in told:
            assert isinstance(section, (GridSection, GridLevel))
            if any(line.position > seen for line in section.cells.lines):
                section.cells.meanwhile = section.cells.there
                found = True
        return found

    def by_participant(self, told: Told) -> dict[UUID, list[Fact]]:
        """The facts to record."""
        found: dict[UUID, list[Fact]] = {}
        for section, fact in told:
            assert isinstance(section, (GridSection, GridLevel))
            found.setdefault(section.cells.member.participant, []).append(fact)
        return found

    def refuse_each(self, told: Told, refusal: Refusal) -> None:
        """Note at each cell why its fact was refused."""
        signature = desk().app.signature(author())
        noted = False
        for row in self.rows:
            mine = [(section, fact) for section, fact in told if section in row.sections]
            if not mine:
                continue
            try:
                journey = desk().app.journey(row.member.participant)
            except Refusal as refused:
                mine[0][0].form.refuse(refused)
                noted = True
                continue
            for section, fact in mine:
                try:
                    journey.record(fact, signature)
                except Refusal as refused:
                    section.form.refuse(refused)
                    noted = True
        if not noted:
            self.others.append(("", refusals.told(refusal)))


def _name(part: Part, member: Member) -> str:
    return f"{member.participant.hex}-{part.name}"
