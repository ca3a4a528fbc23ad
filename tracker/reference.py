"""The pages that are written from the code itself, so that they cannot differ from it."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click

import tracker
from events import AREAS, Changes, Closes, Fact, Marks, Opens, Reopens, Sets, activities, fact_classes
from events.base import key_field
from events.fields import Field, expectation, fields_of, meaning
from tracker.errors import Refusal
from tracker.readmodel.tables import MOMENTS, NEWEST, TABLES

ROOT = Path(__file__).parent.parent
COMMON = frozenset(Fact.__struct_fields__)
FACTS_HEADING = "## Facts"
Render = Callable[[], str]


def reference() -> str:
    """docs/reference.md: everything that a user or a program may name."""
    return "\n\n".join([_REFERENCE_OPENING, *(section() for section in REFERENCE_SECTIONS)]) + "\n"


def glossary() -> str:
    """GLOSSARY.md: the terms of the domain as they stand there, and those of the facts from their classes."""
    kept = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").partition(FACTS_HEADING)[0].rstrip()
    rows = ((cls.TERM, f"`{cls.TOPIC}`", _summary(cls)) for _, classes in by_area() for cls in classes)
    return f"{kept}\n\n{FACTS_HEADING}\n\n{_GLOSSARY_OPENING}\n\n{table(_GLOSSARY_COLUMNS, rows)}\n"


def facts_section() -> str:
    """What every fact has in common, and each fact by area of life."""
    parts = [
        "## Facts",
        "Every fact has these fields:",
        _field_table(field for field in fields_of(Fact) if field.name in COMMON),
    ]
    for area, classes in by_area():
        parts.append(f"### {area}")
        parts.extend(_fact(cls) for cls in classes)
    return "\n\n".join(parts)


def activities_section() -> str:
    """Every activity: which facts open, change and close its spells."""
    rows = (
        (
            f"`{activity.name}`",
            f"`{key}`" if (key := _option(key_field(activity.opener))) else "",
            _topics(_openers(activity.name)),
            _topics(activity.changes),
            _topics(activity.closes),
            "; ".join(_traits(activity.opener)),
        )
        for activity in sorted(activities().values(), key=lambda found: found.name)
    )
    columns = ("activity", "key", "opened or set by", "changed by", "closed by", "of note")
    return f"## Activities\n\n{_ACTIVITIES_OPENING}\n\n{table(columns, rows)}"


def read_model_section() -> str:
    """Every table of the read model, with its columns."""
    parts = ["## Read model", _READ_MODEL_OPENING]
    for kept in (*TABLES, MOMENTS, NEWEST):
        rows = ((f"`{column.name}`", column.type, _plain(column.meaning)) for column in kept.columns)
        parts += [f"### `{kept.name}`", kept.meaning, table(("column", "type", "meaning"), rows)]
    return "\n\n".join(parts)


def states_section() -> str:
    """The table of states that trajectories use."""
    # The command line shows the facts by area and must not wait for the engine of the figures.
    from tracker.indicators.status import STATE_VERSION, STATES

    rows = ((f"`{state.name}`", state.predicate) for state in STATES)
    opening = f"One state a month for each participant: the first that holds (version {STATE_VERSION})."
    return f"## States\n\n{opening}\n\n{table(('state', 'predicate'), rows)}"


def refusals_section() -> str:
    """Every refusal, by its permanent code."""
    rows = ((f"`{cls.code}`", _summary(cls)) for cls in sorted(_refusals(), key=lambda cls: cls.code))
    return f"## Refusals\n\n{_REFUSALS_OPENING}\n\n{table(('code', 'meaning'), rows)}"


def _refusals() -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    known = [Refusal]
    while known:
        cls = known.pop()
        known += cls.__subclasses__()
        if cls.code and cls.__module__.startswith("tracker."):
            yield cls


def indicators() -> str:
    """docs/indicators.md: every indicator with its definition, formula, worked example and source."""
    from tracker.indicators.page import indicators_page

    return indicators_page()


REFERENCE_SECTIONS: tuple[Render, ...] = (
    facts_section,
    activities_section,
    read_model_section,
    states_section,
    refusals_section,
)
PAGES: tuple[tuple[Path, Render], ...] = (
    (ROOT / "docs" / "reference.md", reference),
    (ROOT / "docs" / "indicators.md", indicators),
    (ROOT / "GLOSSARY.md", glossary),
)


def by_area() -> Iterator[tuple[str, list[type[Fact]]]]:
    """Each area of life, in words, with its facts in the order of its module."""
    for area in AREAS:
        classes = [cls for cls in fact_classes().values() if cls.__module__ == area.__name__]
        yield _first_line(area), classes


def effect(cls: type[Fact]) -> str:
    """What a fact does to a journey, in a sentence."""
    key = _option(key_field(cls))
    spell = f"`{cls.activity}`" + (f" with the same `{key}`" if key else "")
    if issubclass(cls, Opens):
        words = f"Opens a spell of `{cls.activity}`" + (f", told apart by `{key}`" if key else "")
    elif issubclass(cls, Changes):
        words = f"Changes the running spell of {spell}; a field left out stays as it was"
    elif issubclass(cls, Closes):
        words = f"Closes the running spell of {spell}"
    elif issubclass(cls, Reopens):
        words = f"Takes back the last end of {spell}"
    elif issubclass(cls, Sets):
        words = f"Sets `{cls.activity}`, until it is set anew"
    elif issubclass(cls, Marks) and cls.activity:
        words = f"Marks a point in time, in {spell}"
    else:
        words = "Marks a point in time"
    return "; ".join([words, *_traits(cls)]) + "."


def _traits(cls: type[Fact]) -> Iterator[str]:
    if issubclass(cls, Opens):
        if cls.within:
            yield f"it lies in a running spell of `{cls.within}` and ends with it"
        if cls.solitary:
            yield "two at once are unusual, and flagged"
        if cls.life:
            yield "the participant's situation is then known for a while"
        if cls.needs_consent:
            yield f"needs the consent `{cls.needs_consent}`, else it is flagged and left out of figures"
    if cls.administrative:
        yield "may carry a day after death"


def _fact(cls: type[Fact]) -> str:
    own = [field for field in fields_of(cls) if field.name not in COMMON]
    parts = [
        f"#### `{cls.TOPIC}`",
        _plain(meaning(cls)),
        f"{effect(cls)} Norwegian term: {cls.TERM}.",
    ]
    if cls.STREAM != "participant":
        parts.append(f"It belongs to the stream of a {cls.STREAM}.")
    if own:
        parts.append(_field_table(own))
    return "\n\n".join(parts)


def _field_table(fields: Iterable[Field]) -> str:
    rows = (
        (f"`{field.option}`", field.kind, _required(field), expectation(field), _plain(field.meaning))
        for field in fields
    )
    return table(("field", "kind", "required", "allowed", "meaning"), rows)


def _required(field: Field) -> str:
    if field.required:
        return "yes"
    return "no" if field.default in (None, ()) else f"no: {_words(field.default)}"


def _words(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _openers(activity: str) -> list[type[Fact]]:
    return [cls for cls in fact_classes().values() if cls.activity == activity and issubclass(cls, (Opens, Sets))]


def _topics(classes: Iterable[type[Fact]]) -> str:
    return ", ".join(f"`{cls.TOPIC}`" for cls in classes)


def _option(name: str | None) -> str:
    return (name or "").replace("_", "-")


def _summary(cls: type[Any]) -> str:
    """The first paragraph of what a class says of itself."""
    return " ".join(_plain(meaning(cls)).partition("\n\n")[0].split())


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _plain(text: str) -> str:
    return text.replace("``", "`")


_REFERENCE_OPENING = """# Reference

Written from the code by `python -m tracker.reference`, and by `make docs`. Change the code, not this page."""
_ACTIVITIES_OPENING = "A spell is a time during which an activity runs. Where there is a key, several may run at once."
_READ_MODEL_OPENING = (
    "SQLite, in the file that `current` names; it can be thrown away and is folded anew from the facts. A versioned "
    "table has a view `*_now` of what is known now. Days are half-open: `valid_to` is the first day on which a row no "
    "longer holds."
)
_REFUSALS_OPENING = (
    "A refusal changes nothing. Its code is permanent; the command line prints its message and exits with 1."
)
_GLOSSARY_OPENING = "Written by `python -m tracker.reference` from the facts; the English is the log name."
_GLOSSARY_COLUMNS = ("Norwegian term", "English in code", "meaning")


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a page differs from the code.")
def main(check: bool) -> None:
    """Write the pages that are made from the code."""
    differing = []
    for path, render in PAGES:
        text = render()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        differing.append(path)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in differing:
        name = path.relative_to(ROOT)
        click.echo(
            f"{name} differs from the code; run python -m tracker.reference" if check else f"wrote {name}",
            err=True,
        )
    if check and differing:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
