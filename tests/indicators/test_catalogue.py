"""The catalogue is whole: every indicator is defined in words, explained on the page, and has a spec."""

import re
from pathlib import Path

import pytest

from tracker.indicators.breakdowns import BREAKDOWNS
from tracker.indicators.catalogue import CATALOGUE, VERSIONS
from tracker.indicators.cohort import AXES
from tracker.indicators.definition import DENOMINATORS, DIMENSIONS, TAGS, Indicator
from tracker.indicators.measures import Compared, Count, Share
from tracker.indicators.page import indicators_page

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SIZES = {"K": 10, "E": 13, "P": 3, "S": 2, "O": 4, "Q": 3, "F": 5, "R": 6}
EVERY = [one for versions in VERSIONS.values() for one in versions.values()]
every = pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)


def test_the_catalogue_has_its_46_indicators() -> None:
    expected = [f"{dimension}{number}" for dimension, size in SIZES.items() for number in range(1, size + 1)]
    assert sorted(CATALOGUE) == sorted(expected)
    assert len(expected) == 46


@every
def test_an_indicator_is_defined_in_words_with_formula_example_and_source(one: Indicator) -> None:
    for name in ("title", "definition", "formula", "example", "unit", "source"):
        assert getattr(one, name).strip(), name
    assert one.id[0] == one.dimension
    assert one.dimension in DIMENSIONS
    assert set(one.tags.split()) <= set(TAGS)
    assert one.axes.keys() <= AXES.keys()
    assert one.denominator in DENOMINATORS
    assert set(one.breakdowns) <= set(BREAKDOWNS)
    assert one.measures


@every
def test_what_lines_say_of_each_other_is_true_of_lines_that_are_there(one: Indicator) -> None:
    lines = [line for measure in one.measures if isinstance(measure, Share) for line in measure.lines]
    there = {(line.name, line.choice) for line in lines}
    assert len(there) == len(lines), "two lines of one name and choice"
    for line in lines:
        if line.within is not None:
            name, _, choice = line.within.partition("/")
            assert (name, choice or line.choice) in there, line.within
    for atom in (atom for line in lines for atom in line.atoms):
        id, _, name = atom.partition("/")
        shares = [measure for measure in CATALOGUE[id].measures if isinstance(measure, Share)]
        assert name in {part.name for share in shares for part in share.lines if isinstance(part, Count)}


@every
def test_an_indicator_counts_by_rules_that_its_modules_know(one: Indicator) -> None:
    assert len({rule.id for rule in one.rules}) == len(one.rules)
    assert all(rule.basis for rule in one.rules)


@every
def test_the_page_has_the_definition_and_every_line(one: Indicator) -> None:
    text = indicators_page()
    section = text.partition(f"### {one.name}: ")[2].partition("\n### ")[0]
    assert one.definition in section
    assert one.formula.replace("|", "\\|") in section
    assert one.source in section
    for measure in one.measures:
        names = measure.names if isinstance(measure, Compared) else measure.lines
        for line in names:
            assert f"`{line if isinstance(line, str) else line.name}`".replace("|", "\\|") in section


@pytest.mark.parametrize("id", CATALOGUE)
def test_an_indicator_has_a_spec_that_names_it_and_counts_people_of_a_table(id: str) -> None:
    """A table is rows with bars, counted through the whole pipeline."""
    specs = [path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path.name != Path(__file__).name]
    named = [text for text in specs if re.search(rf"\b{id}\b(?!@)", text)]
    assert any(re.search(r"^\s*\S.* \| .*$", text, re.MULTILINE) for text in named), f"no table spec of {id}"
