"""Own municipalities beside each other and beside a reference table: a funnel, never a ranking."""

from dataclasses import replace

from tracker.indicators.beside import Beside, beside
from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.cohort import Axis
from tracker.indicators.compare import Compared
from tracker.indicators.expected import Line
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Share
from tracker.indicators.municipalities import NOT_COMPARED, OwnUnits, Publish, own_municipalities
from tracker.indicators.statistics.standardisation import NoReference
from tracker.reference_tables.lookup import CountsReference, references_in
from web import wording
from web.charts.funnel import FunnelWords, funnel
from web.pages.figures import words
from web.pages.figures.asking import Asked
from web.pages.figures.drawings import TITLES, Drawing, nothing
from web.wording import marked as _

READING = (
    _(
        "The lines show what chance alone leaves around the share of all: 1 unit in 20 lies outside the 95 % lines, 1 "
        "in 500 outside the 99.8 % lines. The wide lines add the spread that the units have beyond chance."
    ),
    _(
        "Why a unit lies outside cannot be told from these figures: its mix of people, its labour market, chance, lost "
        "data, or other rules. The order is that of the codes, and says nothing of results."
    ),
    _("Not fit for decisions on settlement."),
)
FIRST = {"left": ("E2", "work-20-hours", 12)}
"""Axis -> indicator, line and months that the funnel begins with; of another axis the first that there is."""

NAMED = 70
"""Characters of a choice; a longer one is cut."""


def offered(axis: Axis) -> list[Line]:
    """The shares of people that a funnel can be drawn of, for people taken by a day."""
    return [
        Line(one, count.name, months, count.choice)
        for one in CATALOGUE.values()
        if axis in one.axes and one.id not in NOT_COMPARED
        for measure in one.measures
        if isinstance(measure, Share)
        for count in measure.lines
        for months in (one.axes[axis] or (None,))
    ]


def chosen(axis: Axis, of: str) -> Line:
    """The line that an address names; else the one to begin with.

    :param of: as :func:`key_of` writes it
    """
    there = offered(axis)
    named = next((line for line in there if key_of(line) == of), None)
    return named or next((line for line in there if (line.of.id, line.name, line.months) == FIRST.get(axis)), there[0])


def key_of(line: Line) -> str:
    """A line in an address: ``E2/work-20-hours/12-months``."""
    return f"{line.of.id}/{line.key}"


def _choices(axis: Axis) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in offered(axis):
        heading = f"{line.of.id} {words.title(line.of)}"
        found.setdefault(heading, []).append((key_of(line), _called(line)))
    return [(heading[:NAMED], pairs) for heading, pairs in found.items()]


def _called(line: Line) -> str:
    """A line in words, with its variant and the months after the day."""
    months = "" if line.months is None else words.months_after(line.months)
    return ", ".join(filter(None, (words.line(line.name), words.choice(line.choice), months)))


def everywhere(frames: Frames, asked: Asked, line: Line, publish: Publish) -> OwnUnits:
    """The municipalities of the installation.

    :param publish: disclosure control
    """
    return own_municipalities(frames, line, asked.cohort, publish)


def municipalities(frames: Frames, asked: Asked, found: OwnUnits, own: list[str]) -> Drawing:
    """The funnel of a share, by default that of work of 20 hours a week a year after leaving.

    :param own: where the account may see figures; other municipalities of the installation are not shown
    """
    units = tuple(unit for unit in found.units if unit.unit in own)
    table = _table(frames, asked, found.line.of.name, found.line.key)
    compared = beside(replace(found, units=units), table)
    if compared.funnel is None:
        said = wording.text(
            "There is nothing to compare with: fewer than two municipalities have a share. A reference table of other "
            "municipalities can be imported."
        )
        drawn = nothing("municipalities", said)
    else:
        drawn = _drawn(compared, own, _called(found.line))
    return replace(drawn, of=key_of(found.line), choices=_choices(asked.axis), indicator=found.line.of)


def _table(frames: Frames, asked: Asked, indicator: str, line: str) -> CountsReference | None:
    """The newest table of counts of the same line, for the last year of the cohort where it has years."""
    references = references_in(frames)
    for table in reversed(references.tables):
        if (table.kind, table.indicator, table.line) != ("counts", indicator, line):
            continue
        for year in (asked.last, None):
            counts = references.counts_for(table.name, year=year, indicator=indicator, line=line)
            if not isinstance(counts, NoReference):
                return counts
    return None


def _drawn(found: Beside, own: list[str], called: str) -> Drawing:
    comparison = found.funnel
    assert comparison is not None, "only funnels come here"
    title = wording.words(TITLES["municipalities"])
    text = wording.text("%(what)s: share against number of people.", what=called[:1].upper() + called[1:])
    said = FunnelWords(
        title,
        text,
        wording.text("People (n)"),
        (
            wording.text("95 %, chance alone"),
            wording.text("99.8 %, chance alone"),
            wording.text("95 %, with the spread between units"),
            wording.text("99.8 %, with the spread between units"),
        ),
        {unit.unit: f"{unit.called}: {_figure(unit)}" for unit in comparison.units},
        words.percent,
    )
    body = [
        [unit.called, wording.shown(unit.proportion.out_of), _figure(unit), _shrunk(unit)] for unit in comparison.units
    ]
    notes = [wording.words(sentence) for sentence in READING]
    if comparison.hidden:
        hidden = ", ".join(comparison.hidden)
        notes.insert(0, wording.text("Hidden, and not counted as zero: %(units)s.", units=hidden))
    return Drawing(
        "municipalities",
        title,
        text,
        funnel("drawing-municipalities", comparison, own, said).markup(),
        head=[wording.text("Unit"), "n", wording.text("Share"), wording.text("Drawn toward the others")],
        body=body,
        notes=notes,
        n=sum(unit.proportion.out_of for unit in comparison.units if unit.unit in own),
    )


def _figure(unit: Compared) -> str:
    limits = f"{words.percent_exact(unit.interval.low)} – {words.percent_exact(unit.interval.high)}"
    return f"{words.percent_exact(unit.proportion.share or 0)} ({limits})"


def _shrunk(unit: Compared) -> str:
    return "" if unit.shrunk is None else words.percent_exact(unit.shrunk)
