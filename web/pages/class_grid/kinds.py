"""What can be logged for a class in one go: each kind is a grid whose columns are facts or fields of facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from events import Fact
from events.education import (
    PrimarySchoolEnrolled,
    PrimarySchoolModuleCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryModuleCompleted,
)
from events.fields import fields_by_name
from events.follow_up import FollowUpHeld
from events.language import LanguageLevelReached, Skill
from events.programme import AttendanceRecorded
from tracker.wording_of_facts import choice, label
from web import wording
from web.wording import marked as _

SKILLS: tuple[Skill, ...] = get_args(Skill)
ON = ("on", "told-by")


@dataclass(frozen=True)
class Part:
    """One fact that a row of a grid may write.

    :ivar name: unique in the grid
    :ivar fixed: values that the column itself tells
    :ivar cells: fields that are asked in the row; the fact is meant where one of them is filled
    :ivar tick: it is meant where it is ticked; English, the heading of the column
    :ivar by: the fixed field that the heading and the look-up of what is there already go by
    """

    name: str
    cls: type[Fact]
    fixed: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    tick: str = ""
    by: str = ""

    @property
    def is_level(self) -> bool:
        return self.cls is LanguageLevelReached

    @property
    def columns(self) -> list[str]:
        """The headings of its columns, in the language of the reader."""
        language = wording.language()
        fields = fields_by_name(self.cls)
        asked = [label(self.cls, fields[cell.replace("-", "_")], language) for cell in self.cells]
        if self.by:
            words = choice(self.cls, fields[self.by], self.fixed[self.by], language)
            named = f"{label(self.cls, fields[self.by], language)} {words}" if words.isdigit() else words
            return [named[:1].upper() + named[1:], *asked]
        return [wording.words(self.tick), *asked] if self.tick else asked


@dataclass(frozen=True)
class Kind:
    """A grid.

    :ivar title: English, as the catalogues have it
    :ivar hint: how it is filled in, English
    :ivar shared: fields that are asked once for the whole class
    :ivar given: what they begin with
    :ivar teachers: teachers may use it too
    """

    name: str
    title: str
    hint: str
    parts: tuple[Part, ...]
    shared: tuple[str, ...] = ON
    given: Mapping[str, str] = field(default_factory=dict)
    teachers: bool = False

    @property
    def cls(self) -> type[Fact]:
        return self.parts[0].cls


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "levels",
            _("Levels of Norwegian"),
            _(
                "Write A1, A2, B1, B2 or C1; A2+ for a finer step, 0 for below A1, x where too little was shown. "
                "A blank cell logs nothing."
            ),
            tuple(Part(skill, LanguageLevelReached, {"skill": skill}, by="skill") for skill in SKILLS),
            (*ON, "evidence", "sitting", "result-received-on"),
            {"evidence": "norskproven", "told-by": "school"},
            teachers=True,
        ),
        Kind(
            "attendance",
            _("Attendance"),
            _("Hours in the month. Planned hours hold for all; write others in the row of who had others."),
            (Part("month", AttendanceRecorded, cells=("attended", "approved-absence", "other-absence", "planned")),),
            (*ON, "month", "planned"),
            {"told-by": "school"},
            teachers=True,
        ),
        Kind(
            "modules",
            _("Modules of basic school"),
            _("Tick the modules that were completed."),
            tuple(
                Part(f"module-{module}", PrimarySchoolModuleCompleted, {"module": module}, tick=module, by="module")
                for module in ("literacy", "1", "2", "3", "4")
            ),
            (*ON, "subject"),
            {"told-by": "school", "subject": "all"},
            teachers=True,
        ),
        Kind(
            "upper-modules",
            _("Modules of upper secondary"),
            _("Name the module above, and tick who completed it."),
            (Part("module", UpperSecondaryModuleCompleted, tick=_("Completed")),),
            (*ON, "module"),
            {"told-by": "school"},
            teachers=True,
        ),
        Kind(
            "basic-school",
            _("Start in basic school"),
            _("Tick who starts; hours a week where they are known."),
            (Part("start", PrimarySchoolEnrolled, cells=("hours-per-week",), tick=_("Starts")),),
            (*ON, "school", "hours-per-week"),
            {"told-by": "school"},
        ),
        Kind(
            "upper-secondary",
            _("Start in upper secondary"),
            _("Tick who starts; hours a week where they are known."),
            (Part("start", UpperSecondaryEnrolled, cells=("hours-per-week",), tick=_("Starts")),),
            (*ON, "school", "kind", "hours-per-week"),
            {"told-by": "school"},
        ),
        Kind(
            "meetings",
            _("Conversations held"),
            _("Tick with whom a conversation was held."),
            (Part("held", FollowUpHeld, cells=("agreed-next",), tick=_("Held")),),
            (*ON, "way", "with-whom", "interpreter-used"),
            {"told-by": "staff", "way": "meeting"},
        ),
    )
}
