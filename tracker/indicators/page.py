"""The page of the catalogue, written from the definitions."""

from collections.abc import Iterable, Iterator

from tracker.indicators.breakdowns import BREAKDOWNS
from tracker.indicators.catalogue import CATALOGUE, VERSIONS
from tracker.indicators.cohort import AXES
from tracker.indicators.definition import DENOMINATORS, DIMENSIONS, TAGS, Indicator
from tracker.indicators.figures import COLUMNS
from tracker.indicators.measures import Average, Compared, Incidence, Measure, Middle, Quotient
from tracker.reference import table


def indicators_page() -> str:
    """docs/indicators.md."""
    parts = [_OPENING, *_words()]
    for dimension, name in DIMENSIONS.items():
        ids = [id for id, one in CATALOGUE.items() if one.dimension == dimension]
        if ids:
            parts.append(f"## {dimension}: {name}")
            for id in ids:
                for version in sorted(VERSIONS[id], reverse=True):
                    parts += _indicator(VERSIONS[id][version], newest=VERSIONS[id][version] is CATALOGUE[id])
    return "\n\n".join(parts) + "\n"


def _words() -> Iterator[str]:
    yield "## How to read the figures"
    yield table(("column", "meaning"), ((f"`{name}`", meaning) for name, (_, meaning) in COLUMNS.items()))
    yield "Cohorts are taken by a day in each journey. The axis comes first: `left:2023`, `settled:2019..2021`."
    yield table(("axis", "day"), ((f"`{axis}`", meaning) for axis, meaning in AXES.items()))
    yield table(
        ("denominator", "whom a figure is a share of"), ((f"`{n}`", words) for n, words in DENOMINATORS.items())
    )
    yield table(
        ("breakdown", "meaning"),
        (
            (f"`{name}`", one.meaning + ("" if one.usual else " (of some indicators)"))
            for name, one in BREAKDOWNS.items()
        ),
    )
    yield "Each indicator answers some of the criticisms of the official figure (NORCE 20-2019):"
    yield table(("tag", "criticism"), TAGS.items())
    yield _WIDTHS
    yield table(
        ("counted of n", "95 % interval"),
        (
            ("3 of 5", "23-88 %"),
            ("6 of 10", "31-83 %"),
            ("12 of 20", "39-78 %"),
            ("30 of 50", "46-72 %"),
            ("60 of 100", "50-69 %"),
        ),
    )


def _indicator(one: Indicator, *, newest: bool) -> Iterator[str]:
    yield f"### {one.name}: {one.title}" + ("" if newest else " (older version)")
    yield one.definition
    if one.caution:
        yield f"**{one.caution}**"
    yield table(("", ""), _facts(one))
    yield table(("line", "measure", "choices"), _lines(one.measures))


def _facts(one: Indicator) -> Iterator[tuple[str, str]]:
    yield "formula", f"`{one.formula}`"
    yield "example", one.example
    yield "unit", one.unit
    for axis, months in one.axes.items():
        yield f"cohort `{axis}`", f"{', '.join(map(str, months))} months after" if months else "as the definition says"
    yield "denominator", one.denominator
    yield "further breakdowns", ", ".join(f"`{name}`" for name in one.breakdowns) or "none"
    yield "answers", ", ".join(TAGS[tag] for tag in one.tags.split()) or "none: it is the official figure itself"
    if one.needs:
        yield "not available without", ", ".join(f"`{topic}`" for topic in one.needs)
    if one.rules:
        yield "rules", "; ".join(f"`{rule.id}` {rule.version}: {rule.unit}" for rule in one.rules)
    if one.sensitive:
        yield "sensitive", "full groups are hidden, too"
    if not one.personal:
        yield "persons", "never opened to the people behind it"
    yield "source", one.source


def _lines(measures: Iterable[Measure]) -> Iterator[tuple[str, str, str]]:
    for measure in measures:
        if isinstance(measure, Compared):
            yield from ((f"`{name}`", "observed against expected", "by ground of protection") for name in measure.names)
            continue
        if isinstance(measure, Incidence):
            told = (
                "incidence"
                + (", median" if measure.median else "")
                + (f", mean up to {measure.cap} months" if measure.cap else "")
                + (", months later than expected" if measure.expected else "")
            )
            yield from ((f"`{line}`", told, "`out-of-scope` beside") for line in measure.lines)
            continue
        choices: dict[str, list[str]] = {}
        kinds: dict[str, str] = {}
        for line in measure.lines:
            choices.setdefault(line.name, []).extend([f"`{line.choice}`"] if line.choice else [])
            kinds[line.name] = _kind(line)
        yield from ((f"`{name}`", kinds[name], ", ".join(found)) for name, found in choices.items())


def _kind(line: object) -> str:
    if isinstance(line, Average):
        return f"mean, {line.unit}"
    if isinstance(line, Quotient):
        return f"quotient, {line.unit}"
    return f"median, {line.unit}" if isinstance(line, Middle) else "share"


_OPENING = """# Indicators

Written from the definitions by `python -m tracker.reference`, and by `make docs`. Change the definition, not this page.

`tracker indicators E3 --cohort left:2021` gives the figures, `tracker indicators E3 --explain` the definition. A
definition that changes gets a new version; the old one stays and is asked for by its number: `E3@1`."""
_WIDTHS = """The interval of a share is Wilson's, 95 %. A cohort is everybody there was: the interval shows how far
chance alone could have moved the share, not how well it was sampled. How wide it is to be expected:"""
