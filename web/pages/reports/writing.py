"""Writing a report: its content as a document in each language, complete in itself, to be kept as it is."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

from flask import current_app, g, render_template
from markupsafe import Markup

from tracker.council.content import Content, Row, digest, written
from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure import OTHER_YEARS
from tracker.wording import LANGUAGES, Language
from web import wording
from web.assets import VENDOR
from web.charts.report_drawings import Bar, Span, bars, spans
from web.pages.reports.words import BANDS, COMPETENCE, DEFINITIONS, HOURS, INDICATORS, MAIN_ACTIVITIES, SKILLS
from web.wording import marked as _

BEGIN, END = "<article", "</article>"
DRAWN = ".r-"
"""How the lines of the style sheet begin that are about drawings."""

NOTES: Mapping[str, str] = {
    "changed by fewer than five people since an earlier release, and shown as then: ": _(
        "changed by fewer than five people since an earlier release, and shown as then: %(names)s"
    ),
    OTHER_YEARS: _(
        "more is hidden, as figures published of other years, or of more or fewer people, less these, would tell of "
        "few people"
    ),
    "not all groups by ": _("not all groups by %(names)s can be published beside what was published before"),
}
"""How notes begin -> the same in the catalogues."""

NOTE_ENDS = " can be published beside what was published before"
OPENED = re.compile(r"<svg\b[^>]*>")
INTER = (
    "@font-face { font-family: Inter; src: url(inter-latin.woff2); font-weight: 100 900 }"
    "@font-face { font-family: Inter; src: url(inter-latin-ext.woff2); font-weight: 100 900; "
    "unicode-range: U+0100-02BA }"
)
"""A page of its own takes the font of the reader's machine; a PDF has it in itself."""


def documents(content: Content) -> dict[str, bytes]:
    """The files of a report: one a language, and the same as PDF where the means for it are installed."""
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        page = document(content, language)
        files[f"report-{language}.html"] = page.encode()
        pdf = pdf_of(page)
        if pdf is not None:
            files[f"report-{language}.pdf"] = pdf
    return files


def document(content: Content, language: Language) -> str:
    """A report as a page of its own, which needs nothing else."""
    with speaking(language):
        return render_template(
            "reports/document.html",
            content=content,
            told=Told(content),
            sha256=digest(written(content)),
            style=Markup(_style()),
            indicators=INDICATORS,
            skills=SKILLS,
            bands=BANDS,
        )


def article(document: bytes) -> Markup:
    """What a document says, to be shown within a page; the document is one that was made here."""
    text = document.decode()
    start, end = text.index(BEGIN), text.index(END) + len(END)
    return Markup(text[start:end])


@cache
def can_make_pdf() -> bool:
    """Whether the extra ``pdf`` is installed, with the libraries of the system that it draws text with."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError):  # OSError: without Pango
        return False
    return True


def pdf_of(page: str) -> bytes | None:
    """A document as PDF; None where that cannot be made here."""
    if not can_make_pdf():
        return None
    weasyprint = import_module("weasyprint")
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    inter = weasyprint.CSS(string=INTER, base_url=VENDOR.as_uri() + "/", font_config=fonts)
    # There, a drawing within a page knows the styles that stand in it, and not those of the page.
    styled = OPENED.sub(lambda svg: svg[0] + f"<style>{_style_of_drawings()}</style>", page)
    made: bytes = weasyprint.HTML(string=styled).write_pdf(
        stylesheets=[inter], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return made


def _style_of_drawings() -> str:
    lines = _style().splitlines()
    return "".join(line for line in lines if line.startswith(DRAWN)).replace("inherit", "Inter")


def _style() -> str:
    return (Path(current_app.static_folder or "") / "reports.css").read_text(encoding="utf-8")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write in another language than that of the request."""
    before = g.get("language")
    g.language = language
    try:
        yield
    finally:
        g.language = before


class Told:
    """The figures of a report, as sentences and drawings have them."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def row(self, id: str, line: str, months: int | None = None, choice: str | None = None) -> Row | None:
        return self.content.row(id, line, months, choice)

    def percent(self, row: Row | None) -> str:
        """A share in whole per cent; why there is none where there is none."""
        if row is None or row.shown in ("not-available", "no-reference"):
            return wording.text("not recorded")
        if row.shown == "hidden":
            return wording.text("hidden")
        if row.shown == "nobody" or not row.n:
            return wording.text("nobody yet")
        if row.shown == "counts" or row.value is None:
            return wording.text("%(counted)s of %(n)s", counted=wording.shown(row.counted), n=wording.shown(row.n))
        return f"{wording.shown(row.value * 100, 0)} %"

    def of(self, row: Row | None) -> str:
        """Of how many; empty where the figure is not shown."""
        if row is None or row.shown not in ("shown", "counts") or row.counted is None or row.n is None:
            return ""
        return wording.text("%(counted)s of %(n)s", counted=wording.shown(row.counted), n=wording.shown(row.n))

    def interval(self, row: Row | None) -> str:
        if row is None or row.low is None or row.high is None or row.shown != "shown":
            return ""
        return f"{wording.shown(row.low * 100, 0)}–{wording.shown(row.high * 100, 0)} %"

    def is_shown(self, row: Row | None) -> bool:
        return row is not None and row.shown == "shown" and row.value is not None

    def lines(self, id: str, names: Mapping[str, str], **where: int | str | None) -> list[tuple[str, Row | None]]:
        """(words, figure) of lines of an indicator."""
        months, choice = where.get("months"), where.get("choice")
        assert (months is None or isinstance(months, int)) and (choice is None or isinstance(choice, str))
        return [(wording.words(words), self.row(id, line, months, choice)) for line, words in names.items()]

    @property
    def main_activities(self) -> list[tuple[str, Row | None]]:
        return self.lines("R1", MAIN_ACTIVITIES)

    @property
    def hours(self) -> list[tuple[str, Row | None]]:
        return self.lines("E2", HOURS, months=12)

    @property
    def competence(self) -> list[tuple[str, Row | None]]:
        return self.lines("K9", COMPETENCE, months=36)

    @property
    def definitions(self) -> list[tuple[str, dict[str, Row | None]]]:
        """(words, choice -> figure) of each definition of the official figure."""
        choices = ("low", "registered", "high")
        return [
            (wording.words(words), {choice: self.row("R3", line, None, choice) for choice in choices})
            for line, words in DEFINITIONS.items()
        ]

    def bars(self, id: str, title: str, lines: list[tuple[str, Row | None]]) -> Markup:
        """Bars of figures, each with its words."""
        drawn = [
            Bar(label, *(_shares(row) if self.is_shown(row) else (None,)), self.percent(row), *_limits(row))
            for label, row in lines
        ]
        return bars(id, title, self._description(lines), drawn)

    def range_of_definitions(self, id: str, title: str) -> Markup:
        """How far each definition reaches, and what was registered."""
        lines = [
            Span(
                label,
                self._share(found["low"]),
                self._share(found["registered"]),
                self._share(found["high"]),
                self._span(found),
            )
            for label, found in self.definitions
        ]
        return spans(id, title, "; ".join(f"{line.label}: {line.told}" for line in lines), lines)

    def _span(self, found: Mapping[str, Row | None]) -> str:
        low, high = self._share(found["low"]), self._share(found["high"])
        if low is not None and high is not None:
            return f"{wording.shown(low * 100, 0)}–{wording.shown(high * 100, 0)} %"
        registered = found["registered"]
        if self.is_shown(registered):
            return self.percent(registered)
        if high is not None:
            return wording.text("at most %(share)s", share=f"{wording.shown(high * 100, 0)} %")
        return wording.text("hidden")

    def _share(self, row: Row | None) -> float | None:
        return row.value if row is not None and self.is_shown(row) else None

    def _description(self, lines: list[tuple[str, Row | None]]) -> str:
        return "; ".join(f"{label}: {self.percent(row)}" for label, row in lines)

    def note(self, text: str) -> str:
        """What had to stand beside figures; a report keeps it in English, with the names that figures have in files."""
        for begins, sentence in NOTES.items():
            if text.startswith(begins):
                return wording.text(sentence, names=text.removeprefix(begins).removesuffix(NOTE_ENDS))
        return text

    def cohort(self, text: str) -> str:
        """Whom figures are about, in words."""
        cohort = Cohort.parse(text)
        years = str(cohort.first) if cohort.first == cohort.last else f"{cohort.first}–{cohort.last}"
        sentence = {
            "left": _("those who left the programme in %(years)s"),
            "started": _("those who started the programme in %(years)s"),
            "settled": _("those who were settled in %(years)s"),
        }[cohort.axis]
        return wording.text(sentence, years=years)


def _shares(row: Row | None) -> tuple[float | None]:
    return (row.value if row else None,)


def _limits(row: Row | None) -> tuple[float | None, float | None]:
    return (row.low, row.high) if row is not None and row.shown == "shown" else (None, None)
