"""A journey as a drawing: lanes of what ran when, levels of Norwegian as steps, marks, and what was expected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Literal

from markupsafe import Markup

from web.charts.svg import Svg

MarkKind = Literal["goal", "reached", "agreed", "ended", "talk", "missed", "confirmed", "moved"]
State = Literal["reached-in-time", "reached-late", "not-yet-due", "due", "overdue"]
TOP_LEVEL = 5
"""The rank of C1; below A1 is 0."""


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane.

    :ivar after: the first day on which it no longer ran; None = it goes on
    :ivar words: what stands in it, where there is room
    :ivar brief: what stands in it instead, where there is less room
    :ivar told: all of it, in words
    :ivar kind: class of its colour
    :ivar share: of the full height, 0 to 1; None = not known
    """

    begins: date
    after: date | None
    words: str
    told: str
    kind: str = ""
    share: float | None = 1.0
    brief: str = ""


@dataclass(frozen=True)
class Lane:
    """Bars of one area of life; those that ran at once stand above each other.

    :ivar tall: the height of a bar tells hours
    """

    name: str
    words: str
    bars: tuple[Bar, ...]
    tall: bool = False


@dataclass(frozen=True)
class Rise:
    """A level that was shown.

    :ivar rank: 0 = below A1, 5 = C1
    :ivar best: it is above all before it
    """

    on: date
    rank: int
    words: str
    told: str
    best: bool


@dataclass(frozen=True)
class Ladder:
    """The levels of one skill.

    :ivar goals: (first day, rank, words) of each level aimed at
    """

    words: str
    rises: tuple[Rise, ...]
    goals: tuple[tuple[date, int, str], ...] = ()


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day."""

    on: date
    kind: MarkKind
    told: str


@dataclass(frozen=True)
class Marks:
    """A lane of days."""

    words: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Expected:
    """A milestone of the expected course.

    :ivar typical: the day on which it becomes due
    :ivar late: the day from which it is later than typical
    :ivar judged_on: the day of the verdict
    """

    words: str
    told: str
    typical: date | None
    late: date | None
    reached: date | None
    judged_on: date
    state: State


@dataclass(frozen=True)
class Journey:
    """All that is drawn.

    :ivar at: the day as on which it is told
    :ivar at_words: what stands at that day
    :ivar expected_words: heading of what was expected
    """

    title: str
    description: str
    begins: date
    ends: date
    at: date
    at_words: str
    lanes: tuple[Lane, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    marks: tuple[Marks, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.lanes or self.ladders or self.marks)


@dataclass(frozen=True)
class _Form:
    """The measures of a drawing, in user units."""

    width: int
    names: int
    head: int
    letters: int

    @property
    def left(self) -> int:
        return self.names + 8 if self.names else 4


WIDE = _Form(width=1120, names=204, head=0, letters=33)
NARROW = _Form(width=360, names=0, head=15, letters=50)
_RIGHT = 10
_AXIS = 22
_GAP = 9
_THIN, _TALL, _STEPS, _MARKS, _EXPECTED = 17, 34, 46, 16, 13
_LETTER = 6.1
DAY = timedelta(days=1)


def draw(journey: Journey, *, id: str, narrow: bool = False) -> Markup:
    """The drawing.

    :param id: unique on the page
    :param narrow: for a telephone: names stand above their lanes, and nothing in the bars
    """
    return _Drawing(journey, NARROW if narrow else WIDE, id).markup()


class _Drawing:
    def __init__(self, journey: Journey, form: _Form, id: str) -> None:
        self.journey = journey
        self.form = form
        self.days = max((journey.ends - journey.begins).days, 1)
        rows = {lane.name: _rows(lane.bars, journey.ends) for lane in journey.lanes}
        self.places = rows
        self.height = _AXIS + self._height(rows) + 6
        kind = "journey journey-narrow" if form is NARROW else "journey journey-wide"
        self.svg = Svg(form.width, self.height, journey.title, journey.description, id=id, kind=kind)

    def _height(self, rows: dict[str, list[int]]) -> float:
        head = self.form.head + _GAP
        total = sum(head + (max(rows[lane.name], default=0) + 1) * _row(lane) for lane in self.journey.lanes)
        total += len(self.journey.ladders) * (head + _STEPS) + len(self.journey.marks) * (head + _MARKS)
        if self.journey.expected:
            total += _GAP
        return total + len(self.journey.expected) * (self.form.head + _EXPECTED + 4)

    def x(self, day: date) -> float:
        """Where a day stands; days before and after the drawing stand at its edges."""
        room = self.form.width - _RIGHT - self.form.left
        passed = min(max((day - self.journey.begins).days, 0), self.days)
        return self.form.left + room * passed / self.days

    def markup(self) -> Markup:
        self._axis()
        y: float = _AXIS
        for marks in self.journey.marks:
            y = self._marks(marks, y)
        for lane in self.journey.lanes:
            y = self._lane(lane, y)
        for ladder in self.journey.ladders:
            y = self._ladder(ladder, y)
        if self.journey.expected:
            y += _GAP
        for expected in self.journey.expected:
            y = self._expected(expected, y)
        self._today()
        return self.svg.markup()

    def _axis(self) -> None:
        ticks = list(_ticks(self.journey.begins, self.journey.ends, self.form is NARROW))
        last = -100.0
        for day, words in ticks:
            x = self.x(day)
            self.svg.line(x, _AXIS - 4, x, self.height - 2, "grid" if words else "grid faint")
            if words and x - last > len(words) * _LETTER + 4 and x < self.form.width - _RIGHT - 20:
                self.svg.text(x + 3, 12, words, "label axis-label")
                last = x

    def _today(self) -> None:
        if not self.journey.begins <= self.journey.at <= self.journey.ends:
            return
        x = self.x(self.journey.at)
        self.svg.line(x, 14, x, self.height - 2, "today")
        room = len(self.journey.at_words) * _LETTER
        end = x + room > self.form.width - 2
        anchor = "end" if end else None
        self.svg.text(
            x - 3 if end else x + 3, self.height - 1, self.journey.at_words, "label today-label", text_anchor=anchor
        )

    def _name(self, words: str, y: float, height: float, cls: str = "label name") -> float:
        """The name of a lane; tells where the lane itself begins."""
        if self.form.names:
            self.svg.text(
                self.form.names, y + height / 2 + 4, _short(words, self.form.letters), cls,
                text_anchor="end",
            )  # fmt: skip
            return y
        self.svg.text(self.form.left, y + 11, _short(words, self.form.letters), cls)
        return y + self.form.head

    def _lane(self, lane: Lane, y: float) -> float:
        row = _row(lane)
        places = self.places[lane.name]
        height = (max(places, default=0) + 1) * row
        y = self._name(lane.words, y, height)
        self.svg.rect(self.form.left, y, self.form.width - _RIGHT - self.form.left, height, "lane")
        for bar, place in zip(lane.bars, places, strict=True):
            self._bar(lane, bar, y + place * row, row)
        return y + height + _GAP

    def _bar(self, lane: Lane, bar: Bar, y: float, row: int) -> None:
        x, end = self.x(bar.begins), self.x(bar.after or self.journey.at + DAY)
        width = max(end - x, 2.5)
        share = 1.0 if not lane.tall else 0.5 if bar.share is None else min(max(bar.share, 0.08), 1.0)
        height = (row - 2) * share
        top = y + row - 1 - height
        cls = f"bar lane-{lane.name} {bar.kind}".rstrip() + (" unknown-hours" if bar.share is None else "")
        self.svg.rect(x, top, width, height, cls, bar.told)
        if bar.after is None:
            middle = top + height / 2
            half = min(height / 2, 5)
            points = [(x + width, middle - half), (x + width + 5, middle), (x + width, middle + half)]
            self.svg.path(points, f"goes-on lane-{lane.name} {bar.kind}".rstrip(), closed=True)
        words = next((one for one in (bar.words, bar.brief) if one and width > len(one) * _LETTER + 8), "")
        if self.form is WIDE and words:
            inside = height >= 13
            self.svg.text(
                x + 4, y + row - 5 if inside else top - 2, words, "label in-bar" if inside else "label above-bar"
            )

    def _ladder(self, ladder: Ladder, y: float) -> float:
        y = self._name(", ".join([ladder.words, *(words for *_, words in ladder.goals[-1:])]), y, _STEPS)
        left, right, foot = self.form.left, self.form.width - _RIGHT, y + _STEPS
        self.svg.rect(left, y, right - left, _STEPS, "lane")
        until = self.x(self.journey.at)
        for number, (on, rank, _) in enumerate(ladder.goals):
            height = foot - _rise(rank)
            to = self.x(ladder.goals[number + 1][0]) if number + 1 < len(ladder.goals) else right
            self.svg.line(self.x(on), height, to, height, "aim")
        best = [rise for rise in ladder.rises if rise.best]
        if best:
            points = [(self.x(best[0].on), foot)]
            for rise, following in self._stairs(best, until):
                points += [(self.x(rise.on), foot - _rise(rise.rank)), (following, foot - _rise(rise.rank))]
            self.svg.path([*points, (until, foot)], "level", closed=True)
            self.svg.path(points[1:], "level-line")
        for rise in ladder.rises:
            kind = "shown best" if rise.best else "shown"
            self.svg.add("circle", cx=self.x(rise.on), cy=foot - _rise(rise.rank), r=2.5, cls=kind, title=rise.told)
        for rise, following in self._stairs(best, right):
            if following - self.x(rise.on) > len(rise.words) * _LETTER + 2:
                self.svg.text(self.x(rise.on) + 2, foot - _rise(rise.rank) - 3, rise.words, "label level-label")
        return y + _STEPS + _GAP

    def _stairs(self, best: Sequence[Rise], end: float) -> Iterator[tuple[Rise, float]]:
        """Each rise with where its level ends."""
        for rise, following in zip_longest(best, best[1:]):
            yield rise, end if following is None else self.x(following.on)

    def _marks(self, lane: Marks, y: float) -> float:
        y = self._name(lane.words, y, _MARKS)
        middle = y + _MARKS / 2
        self.svg.line(self.form.left, middle, self.form.width - _RIGHT, middle, "thread")
        last = 0.0
        for mark in lane.marks:
            # Marks of the same days stand beside each other.
            last = max(self.x(mark.on), min(last + 9, self.x(mark.on) + 27))
            self._mark(mark, last, middle)
        return y + _MARKS + _GAP

    def _mark(self, mark: Mark, x: float, y: float) -> None:
        cls = f"mark mark-{mark.kind}"
        if mark.kind in ("talk", "missed"):
            self.svg.add("circle", cx=x, cy=y, r=3.5, cls=cls, title=mark.told)
        else:
            self.svg.path([(x + dx, y + dy) for dx, dy in SHAPES[mark.kind]], cls, closed=True, title=mark.told)

    def _expected(self, expected: Expected, y: float) -> float:
        y = self._name(expected.words, y, _EXPECTED, "label name milestone")
        middle = y + _EXPECTED / 2
        self.svg.line(self.form.left, middle, self.form.width - _RIGHT, middle, "thread")
        if expected.typical is not None and expected.typical <= self.journey.ends:
            late = expected.late or expected.typical
            x = self.x(expected.typical)
            self.svg.rect(x, y + 1, max(self.x(late) - x, 2), _EXPECTED - 2, "window", expected.told)
        if expected.state == "overdue" and expected.late is not None:
            self.svg.line(self.x(expected.late), middle, self.x(expected.judged_on), middle, "behind")
        if expected.reached is not None:
            x = self.x(expected.reached)
            if expected.state == "reached-late" and expected.late is not None:
                self.svg.line(self.x(expected.late), middle, x, middle, "behind")
            self.svg.add("circle", cx=x, cy=middle, r=4.5, cls=f"met {expected.state}", title=expected.told)
            self.svg.path([(x - 2, middle), (x - 0.5, middle + 2), (x + 2.3, middle - 2)], "tick")
        return y + _EXPECTED + 4


SHAPES: dict[MarkKind, tuple[tuple[float, float], ...]] = {
    "goal": ((-4, 5), (-4, -6), (5, -3), (-2.5, 0), (-2.5, 5)),
    "reached": (
        (0, -6), (1.6, -2), (5.8, -2), (2.5, 0.7), (3.6, 5), (0, 2.4), (-3.6, 5), (-2.5, 0.7), (-5.8, -2), (-1.6, -2),
    ),
    "agreed": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    "ended": ((-4, -4), (4, -4), (0, 4)),
    "confirmed": ((0, -5), (5, 0), (0, 5), (-5, 0)),
    "moved": ((-4, -4), (4, 0), (-4, 4)),
}  # fmt: skip
"""A flag, a star, a square, a triangle, a diamond and an arrow around a point: told apart without colour."""


def _row(lane: Lane) -> int:
    return _TALL if lane.tall else _THIN


def _rows(bars: Sequence[Bar], ends: date) -> list[int]:
    """The row of each bar: the first one that is free when it begins; parts of one spell stay in its row."""
    free: list[date] = []
    found: list[int] = []
    for bar in bars:
        after = bar.after or ends + DAY
        at = next((row for row, day in enumerate(free) if day <= bar.begins), len(free))
        if at == len(free):
            free.append(after)
        else:
            free[at] = after
        found.append(at)
    return found


def _rise(rank: int) -> float:
    """How high a level stands above the foot of its lane; below A1 can still be seen."""
    return 3 + rank * (_STEPS - 15) / TOP_LEVEL


def _ticks(begins: date, ends: date, narrow: bool) -> Iterator[tuple[date, str]]:
    """(first day, what stands there) of years, and of quarters where few years are drawn."""
    years = (ends - begins).days / 365.25
    if begins.month < 9 or years < 2:
        yield begins, str(begins.year)
    for year in range(begins.year, ends.year + 1):
        for month in (1, 4, 7, 10):
            day = date(year, month, 1)
            if begins < day <= ends and (month == 1 or (years <= 4 and not narrow) or years <= 1.5):
                yield day, str(year) if month == 1 else ""


def _short(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1].rstrip()}…"
