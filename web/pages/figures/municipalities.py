"""Own municipalities beside each other and beside a reference table: a funnel, never a ranking."""

from dataclasses import replace

from tracker.indicators.beside import Beside, beside
from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.compare import Compared
from tracker.indicators.frames import Frames
from tracker.indicators.lines import line_of
from tracker.indicators.municipalities import OwnUnits, Publish, own_municipalities
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
INDICATOR, LINE, MONTHS = "E2", "work-20-hours", 12


def everywhere(frames: Frames, asked: Asked, publish: Publish) -> OwnUnits:
    """The municipalities of the installation.

    :param publish: disclosure control
    """
    return own_municipalities(frames, line_of(CATALOGUE[INDICATOR], LINE, "left", MONTHS), asked.cohort, publish)


def municipalities(frames: Frames, asked: Asked, found: OwnUnits, own: list[str]) -> Drawing:
    """The funnel of work of 20 hours a week a year after leaving.

    :param own: where the account may see figures; other municipalities of the installation are not shown
    """
    units = tuple(unit for unit in found.units if unit.unit in own)
    table = _table(frames, asked, CATALOGUE[INDICATOR].name, found.line.key)
    compared = beside(replace(found, units=units), table)
    if compared.funnel is None:
        said = wording.text(
            "There is nothing to compare with: fewer than two municipalities have a share. A reference table of other "
            "municipalities can be imported."
        )
        return nothing("municipalities", said, CATALOGUE[INDICATOR])
    return _drawn(compared, own)


def _table(frames: Frames, asked: Asked, indicator: str, line: str) -> CountsReference | None:
    """The newest table of counts of the same line, for the last year of the cohort where it has years."""
    references = references_in(frames)
    for table in reversed(references.tables):
        if table.indicator != indicator:
            continue
        for year in (asked.last, None):
            counts = references.counts_for(table.name, year=year, indicator=indicator, line=line)
            if not isinstance(counts, NoReference):
                return counts
    return None


def _drawn(found: Beside, own: list[str]) -> Drawing:
    comparison = found.funnel
    assert comparison is not None, "only funnels come here"
    title = wording.words(TITLES["municipalities"])
    text = wording.text("Work of at least 20 hours a week twelve months after leaving: share against number of people.")
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
        indicator=CATALOGUE[INDICATOR],
        n=sum(unit.proportion.out_of for unit in comparison.units if unit.unit in own),
    )


def _figure(unit: Compared) -> str:
    limits = f"{words.percent_exact(unit.interval.low)} – {words.percent_exact(unit.interval.high)}"
    return f"{words.percent_exact(unit.proportion.share or 0)} ({limits})"


def _shrunk(unit: Compared) -> str:
    return "" if unit.shrunk is None else words.percent_exact(unit.shrunk)
