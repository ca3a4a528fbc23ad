"""Drawings of figures: the same input gives the same file, and what is hidden, missing and zero never look alike."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tracker.indicators.compare import compare
from tracker.indicators.statistics.proportions import Proportion
from web.charts.areas import AreaWords, Band, areas
from web.charts.axes import HIDDEN, Look, months_between, steps
from web.charts.bars import Bar, BarWords, bars
from web.charts.curves import CurveWords, Line, Point, curves
from web.charts.funnel import FunnelWords, funnel
from web.charts.ladder import Rung, ladder, strip
from web.charts.sequences import SequenceWords, State, sequences
from web.charts.svg import Svg

GOLDEN = Path(__file__).parent / "golden"
WORK, SCHOOL, NONE = Look("blue"), Look("green", "dots"), Look("grey")


def percent(share: float) -> str:
    return f"{share:.0%}"


def an_area() -> Svg:
    bands = [
        Band("Work", WORK, [0.0, 0.25, 0.25, 0.5]),
        Band("School", SCHOOL, [1.0, 0.5, 0.5, 0.25]),
        Band("Hidden", HIDDEN, [0.0, 0.25, 0.25, 0.25]),
    ]
    return areas("a", bands, [20, 20, 20, None], AreaWords("Title", "What it shows", "Months", "People", percent))


def some_sequences() -> Svg:
    rows = [[0, 0, 1, 1], [0, 1, 1, -1], [2, 2, 2, 2]]
    states = [State(0, "School", SCHOOL), State(1, "Work", WORK), State(2, "None", NONE)]
    return sequences("s", rows, states, SequenceWords("Title", "What it shows", "Months"))


def some_curves() -> Svg:
    exact = [Point(0, 0.0), Point(1, 0.1, 0.02, 0.3), Point(2, 0.1, 0.02, 0.3), Point(3, 0.4, 0.2, 0.6)]
    told = [Point(0, 0.0), Point(1, None, hidden=True), Point(3, 0.2, 0.1, 0.4)]
    lines = [Line("Work", 1, exact, at_risk=(20, 18, 12)), Line("School", 2, told, stepped=False)]
    return curves("c", lines, [0, 1, 3], CurveWords("Title", "What it shows", "Months", "At risk", "Hidden", percent))


def some_bars() -> Svg:
    rows = [
        Bar("12 months", "n = 20", [0.5, 0.3, 0.2]),
        Bar("24 months", "n = 12", [0.5, None, None]),
        Bar("36 months", "", [None, None, None], "nobody"),
        Bar("48 months", "n = 10", [0.0, 0.0, 1.0]),
    ]
    bands = [("None", NONE), ("School", SCHOOL), ("Work", WORK)]
    return bars("b", bands, rows, BarWords("Title", "What it shows", "Hidden", percent))


RUNGS = [
    Rung("Official", "43 % of 83", "shown", 0.43, 0.33, 0.54, official=True),
    Rung("Could have moved", "37 % to 54 %", "shown", 0.43, span=(0.37, 0.54)),
    Rung("Zero", "0 % of 83", "shown", 0.0, 0.0, 0.04),
    Rung("Hidden", "hidden", "hidden"),
    Rung("Nobody", "nobody", "nobody"),
    Rung("Not recorded", "not recorded", "not-available"),
]


def a_ladder() -> Svg:
    return ladder("l", RUNGS, "Title", "What it shows", percent)


def a_funnel() -> Svg:
    counts = {"0301": (60, 120), "1103": (12, 40), "4601": (30, 55), "9901": (9, 20)}
    units = {name: Proportion(*one) for name, one in counts.items()}
    words = FunnelWords("Title", "What it shows", "People", ("95", "99.8", "95 wide", "99.8 wide"), {}, percent)
    return funnel("f", compare(units), ["9901"], words)


DRAWN: dict[str, Callable[[], Svg]] = {
    "areas": an_area,
    "sequences": some_sequences,
    "curves": some_curves,
    "bars": some_bars,
    "ladder": a_ladder,
    "funnel": a_funnel,
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_drawing_is_the_golden_one(name: str) -> None:
    """``TRACKER_NEW_GOLDEN=1`` writes the files anew; look at them before they are kept."""
    drawn = str(DRAWN[name]().markup()).replace("><", ">\n<") + "\n"
    path = GOLDEN / f"{name}.svg"
    if os.environ.get("TRACKER_NEW_GOLDEN") == "1":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_sound_and_has_its_words_and_no_style_of_its_own(name: str) -> None:
    drawn = str(DRAWN[name]().markup())
    root = ElementTree.fromstring(drawn)
    assert [child.text for child in root][:2] == ["Title", "What it shows"]
    assert "style=" not in drawn
    for wanted in re.findall(r"url\(#([^)]+)\)", drawn):
        assert f'id="{wanted}"' in drawn


def test_hidden_missing_and_zero_look_unlike_each_other() -> None:
    drawn = {rung.words: str(strip("x", rung).markup()).split("</desc>")[1] for rung in RUNGS}
    assert 'class="over"' in drawn["Hidden"]
    assert 'class="mark"' not in drawn["Hidden"]
    assert 'class="mark"' in drawn["Zero"]
    assert 'class="over"' not in drawn["Zero"]
    assert 'class="absent"' in drawn["Nobody"]
    assert len({drawn[name] for name in ("Hidden", "Nobody", "Zero")}) == 3


def test_months_alike_are_one_step() -> None:
    def points(shares: list[float]) -> int:
        bands = [Band("Work", WORK, shares), Band("None", NONE, [1 - share for share in shares])]
        drawn = areas("a", bands, [9] * len(shares), AreaWords("t", "d", "m", "p", percent))
        return str(drawn.markup()).count("L")

    assert points([0.5] * 60) < points([0.5, 0.6] * 30) / 10


def test_lines_stop_where_nobody_followed() -> None:
    words = SequenceWords("t", "d", "m")
    drawn = str(sequences("s", [[0, -1, -1], [0, 0, 0]], [State(0, "Work", WORK)], words).markup())
    widths = {float(width) for width in re.findall(r"h(\d+\.\d)v6\.0", drawn)}
    assert len(widths) == 2


@pytest.mark.parametrize(
    "first, last, expected",
    [(0, 24, [0, 12, 24]), (0, 12, [0, 3, 6, 9, 12]), (0, 5, [0, 1, 2, 3, 4, 5])],
)
def test_axes_of_months_are_marked_at_round_months(first: int, last: int, expected: list[int]) -> None:
    assert months_between(first, last) == expected


def test_steps_are_round_and_few() -> None:
    assert steps(0, 130) == [0, 20, 40, 60, 80, 100, 120]
    assert len(steps(0, 7)) <= 9
