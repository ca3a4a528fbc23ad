"""The ladder: from the official figure to graded ones, each rung with its figure, n, interval, definition and date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Indicator
from tracker.indicators.frames import Frames
from tracker.indicators.pipeline import Question, Result
from web import wording
from web.charts.ladder import Rung, State, strip
from web.desk import Desk
from web.pages.figures import rows, words
from web.pages.figures.asking import Asked
from web.pages.figures.standing import shown
from web.wording import marked as _


class Step(NamedTuple):
    """A figure of the ladder.

    :ivar months: after the day; None where the definition itself says when
    """

    id: str
    line: str
    choice: str | None = None
    months: int | None = None
    official: bool = False


class Part(NamedTuple):
    """Steps that belong together.

    :ivar about: what they count that those before do not
    :ivar axis: the cohort that they are of, where it is another than the ladder's
    """

    title: str
    about: str
    steps: tuple[Step, ...]
    axis: Axis | None = None


LADDER: Mapping[Axis, tuple[Part, ...]] = {
    "left": (
        Part(
            _("The official figure"),
            _(
                "One registered main activity on the day of leaving. One hour of work a week counts; "
                "primary school and wage subsidy do not."
            ),
            (Step("R1", "official", official=True),),
        ),
        Part(
            _("The same day, the same people, other definitions"),
            _("What the figure would be if primary school or wage subsidy counted, or work from more hours."),
            (
                Step("R3", "primary-school-too", "registered"),
                Step("R3", "wage-subsidy-too", "registered"),
                Step("R3", "wage-subsidy-and-primary-school-too", "registered"),
                Step("R3", "work-20-hours", "registered"),
            ),
        ),
        Part(
            _("A year later: how much work"),
            _("Ordinary and self-employed work on the day twelve months after leaving, by hours a week."),
            tuple(Step("E2", f"work-{hours}-hours", months=12) for hours in (1, 10, 20, 30, 37)),
        ),
        Part(
            _("Work that lasts"),
            _("Work of 20 hours a week or more that went on: six months in the first year, twelve in the first two."),
            (Step("E3", "work-20-hours", "gap-1", 12), Step("E4", "work-20-hours", "gap-1", 24)),
        ),
        Part(
            _("Course, goals and competence"),
            _("Whether people left to something that leads on, reached the goal that was set, and gained competence."),
            (
                Step("K5", "course"),
                Step("K6", "last-goal-reached", months=6),
                Step("K9", "any", months=36),
            ),
        ),
        Part(
            _("Norwegian gained"),
            _("Of those who started the programme in the same years, which are other people than those who left."),
            (Step("K2", "speaking-gained-1"), Step("K2", "reading-gained-1"), Step("K3", "own-target", months=24)),
            axis="started",
        ),
    ),
    "started": (
        Part(
            _("A starting point to measure from"),
            _("Without a recorded starting point nobody can tell what the programme has added."),
            (Step("K1", "baseline", months=3),),
        ),
        Part(
            _("Norwegian gained"),
            _("Levels gained since the start, and each one's own target reached."),
            (
                Step("K2", "speaking-gained-1"),
                Step("K2", "reading-gained-1"),
                Step("K3", "own-target", months=24),
                Step("K3", "oral-A2", months=24),
                Step("K3", "oral-B1", months=36),
            ),
        ),
        Part(
            _("Part in society"),
            _("Organised or voluntary activity, of those who agreed to its being recorded."),
            (Step("S1", "takes-part", months=24),),
        ),
    ),
    "settled": (
        Part(
            _("The start"),
            _("Whether the programme began in time."),
            (Step("Q3", "started-in-time"),),
        ),
        Part(
            _("Primary school completed"),
            _("Of those without primary school when they came; most need years, and the official figure ends before."),
            tuple(Step("K7", "primary-school-completed", months=months) for months in (24, 36, 48, 60)),
        ),
        Part(
            _("Work, year by year"),
            _("Ordinary and self-employed work of at least 20 hours a week, so long after settlement."),
            tuple(Step("E2", "work-20-hours", months=months) for months in (12, 24, 36, 48, 60)),
        ),
    ),
}


@dataclass(frozen=True)
class Shown:
    """A rung on the page.

    :ivar strip: its drawing
    :ivar note: what else must be known of it: since when, three years beside
    """

    indicator: Indicator
    rung: Rung
    strip: str
    n: int | None
    interval: str
    months: int | None
    why: str
    three_years: str


@dataclass(frozen=True)
class ShownPart:
    """Rungs that belong together, in the reader's language."""

    title: str
    about: str
    asked: Asked
    rungs: list[Shown]


def ladder(desk: Desk, frames: Frames, asked: Asked) -> list[ShownPart]:
    """The ladder of what is asked, with everything that is shown safe for few people."""
    results = _results(desk, frames, asked)
    return [_part(part, number, asked, results) for number, part in enumerate(LADDER[asked.axis])]


def questions(asked: Asked) -> list[tuple[Indicator, Question]]:
    """What the ladder asks of the catalogue: the months that its steps are at, and no others."""
    months: dict[tuple[str, Axis], list[int]] = {}
    for part in LADDER[asked.axis]:
        for step in part.steps:
            wanted = months.setdefault((step.id, part.axis or asked.axis), [])
            wanted += [] if step.months is None else [step.months]
    if asked.axis == "left":
        months["R2", "left"] = []
    return [(CATALOGUE[id], _question(CATALOGUE[id], asked.about(axis), at)) for (id, axis), at in months.items()]


def _question(one: Indicator, about: Asked, months: Sequence[int]) -> Question:
    usual = one.axes[about.axis]
    return replace(about.question(), months=tuple(dict.fromkeys(months))) if usual and months else about.question()


def _results(desk: Desk, frames: Frames, asked: Asked) -> dict[tuple[str, Axis], Result | None]:
    wanted = questions(asked)
    results = shown(desk, frames, wanted)
    return {
        (one.id, question.cohort.axis if question.cohort else one.axis): result
        for (one, question), result in zip(wanted, results, strict=True)
    }


def _part(part: Part, number: int, asked: Asked, results: Mapping[tuple[str, Axis], Result | None]) -> ShownPart:
    about = asked.about(part.axis or asked.axis)
    rungs = [
        _rung(step, f"rung-{number}-{place}", about, results.get((step.id, about.axis)))
        for place, step in enumerate(part.steps)
    ]
    return ShownPart(wording.words(part.title), wording.words(part.about), about, rungs)


def _rung(step: Step, id: str, asked: Asked, result: Result | None) -> Shown:
    one = None if result is None else row(result, asked, step)
    found = rows.rung(words.line(step.line), one, official=step.official)
    state = "too-thin" if one is None else str(one["shown"])
    if result is not None and state == "not-available" and words.awaited(result):
        found = found._replace(told=wording.words(words.SHOWN["awaited"]))
    three = None if one is None else one["three_years"]
    return Shown(
        CATALOGUE[step.id],
        found,
        strip(id, found).markup(),
        None if one is None else one["n"],
        "" if one is None else rows.interval(one),
        step.months,
        _why(state, result) if state in words.WHY and state != "hidden" else "",
        "" if three is None else wording.text("three years: %(value)s", value=words.value(three, "share")),
    )


def row(result: Result, asked: Asked, step: Step) -> Mapping[str, Any] | None:
    """The figure of a step; where nothing was ever recorded, the one that says so."""
    figures = rows.picked(result, asked.only)
    if not result.available:
        return next(figures.iter_rows(named=True), None)
    return rows.found(figures, step.line, step.choice, step.months)


def moved(desk: Desk, frames: Frames, asked: Asked) -> Shown | None:
    """R2: how far the official figure could have moved, beside the official one; None where it is not asked about."""
    if asked.axis != "left":
        return None
    result = _results(desk, frames, asked)["R2", "left"]
    found = {} if result is None else spans(result, asked)
    registered = found.get("registered")
    low, high = found.get("low"), found.get("high")
    named = wording.text("How far it could have moved")
    both = low is not None and high is not None and low["shown"] == high["shown"] == "shown"
    if both and low is not None and high is not None:
        told = wording.text(
            "from %(low)s to %(high)s", low=words.percent_exact(low["value"]), high=words.percent_exact(high["value"])
        )
        share = registered["value"] if registered is not None and registered["shown"] == "shown" else None
        drawn = Rung(named, told, "shown", share, span=(low["value"], high["value"]), official=True)
    else:
        one = low or high or registered or (None if result is None else row(result, asked, Step("R2", "official")))
        state = "hidden" if one is None or one["shown"] in ("shown", "hidden") else one["shown"]
        waits = result is not None and state == "not-available" and bool(words.awaited(result))
        told = words.SHOWN["awaited"] if waits else words.SHOWN.get(state, words.SHOWN["hidden"])
        drawn = Rung(named, wording.words(told), cast(State, state))
    return Shown(
        CATALOGUE["R2"],
        drawn,
        strip("rung-moved", drawn).markup(),
        None if low is None else low["n"],
        "",
        None,
        "" if both or drawn.state in ("shown", "hidden") else _why(drawn.state, result),
        "",
    )


def _why(state: str, result: Result | None) -> str:
    """Why there is no figure; of one that is waited for, until when."""
    waits = words.awaited(result) if result is not None and state == "not-available" else []
    return " ".join(waits) or wording.words(words.WHY[state])


def spans(result: Result, asked: Asked) -> dict[str, Mapping[str, Any]]:
    """R2's lines by choice."""
    figures = rows.picked(result, asked.only)
    found = ((name, rows.found(figures, "official", name)) for name in ("low", "registered", "high"))
    return {name: one for name, one in found if one is not None}


def all_rungs(parts: Sequence[ShownPart]) -> list[Rung]:
    """The rungs of all parts, for one drawing."""
    return [shown.rung for part in parts for shown in part.rungs]
