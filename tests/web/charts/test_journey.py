"""The drawing of a journey: the same picture from the same facts, quick, and nothing that a reader could break."""

import os
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from web.charts.journey import Bar, Expected, Journey, Ladder, Lane, Mark, Marks, Rise, draw

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"


def bar(begins: str, after: str | None, words: str, **more: object) -> Bar:
    until = None if after is None else date.fromisoformat(after)
    return Bar(date.fromisoformat(begins), until, words, f"{words}, {begins}", **more)  # type: ignore[arg-type]


FULL = Journey(
    title="The journey",
    description="What ran, and when.",
    begins=date(2021, 2, 1),
    ends=date(2025, 9, 1),
    at=date(2025, 6, 1),
    at_words="1 Jun 2025",
    lanes=(
        Lane("programme", "Programme", (bar("2021-03-01", "2023-03-01", "Introduction programme"),)),
        Lane("leave", "Leave and stops", (bar("2021-10-01", "2021-12-01", "illness", kind="stopped"),)),
        Lane(
            "work",
            "Work, height: hours a week",
            (
                bar("2022-05-01", "2023-06-01", "15 hours a week", share=0.4),
                bar("2023-01-01", None, "37.5 hours a week", share=1.0, kind="subsidised"),
                bar("2024-01-01", "2024-09-01", "cafe", share=None),
            ),
            tall=True,
        ),
    ),
    ladders=(
        Ladder(
            "reading",
            (
                Rise(date(2021, 3, 1), 0, "below A1", "below A1, 1 Mar 2021", True),
                Rise(date(2022, 1, 10), 2, "A2", "A2, 10 Jan 2022", True),
                Rise(date(2022, 9, 10), 1, "A1", "A1, 10 Sep 2022", False),
            ),
            ((date(2021, 4, 1), 3, "goal B1"),),
        ),
        Ladder("writing", (), ((date(2021, 4, 1), 2, "goal A2"),)),
    ),
    marks=(
        Marks(
            "Goals and plan",
            (Mark(date(2021, 4, 1), "goal", "Goal <work>"), Mark(date(2021, 4, 2), "agreed", "Plan & wish")),
        ),
        Marks("Conversations", (Mark(date(2021, 9, 1), "talk", "held"), Mark(date(2021, 12, 1), "missed", "not held"))),
    ),
    expected=(
        Expected("A2", "A2", date(2022, 2, 1), date(2022, 6, 1), date(2022, 1, 10), date(2025, 6, 1), "reached-in-time"),
        Expected("B1", "B1", date(2023, 2, 1), date(2023, 6, 1), None, date(2025, 6, 1), "overdue"),
        Expected("School", "School", date(2022, 2, 1), date(2022, 6, 1), date(2023, 1, 1), date(2025, 6, 1), "reached-late"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_the_picture_is_the_one_that_was_looked_at(narrow: bool) -> None:
    drawn = str(draw(FULL, id="journey", narrow=narrow)) + "\n"
    file = GOLDEN / f"journey-{'narrow' if narrow else 'wide'}.svg"
    if os.environ.get("TRACKER_WRITE_GOLDEN") == "1":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_everything_stands_within_the_picture(narrow: bool) -> None:
    root = ElementTree.fromstring(str(draw(FULL, id="journey", narrow=narrow)))
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x
        assert x + w <= width
        assert 0 <= y
        assert y + h <= height
    assert all(0 <= float(text.attrib["x"]) <= width for text in root.iter(f"{SVG}text"))


def test_words_are_escaped_and_nothing_is_inline() -> None:
    drawn = str(draw(FULL, id="journey"))
    assert "Goal &lt;work&gt;" in drawn
    assert "style" not in drawn


def test_a_bar_is_as_high_as_its_hours() -> None:
    root = ElementTree.fromstring(str(draw(FULL, id="journey")))
    heights = [float(one.attrib["height"]) for one in root.iter(f"{SVG}rect") if "bar lane-work" in one.attrib["class"]]
    assert heights == [12.8, 32.0, 16.0]


def test_what_ran_at_once_stands_above_each_other() -> None:
    root = ElementTree.fromstring(str(draw(FULL, id="journey")))
    first, second, third = (
        float(one.attrib["y"]) + float(one.attrib["height"])
        for one in root.iter(f"{SVG}rect")
        if "bar lane-work" in one.attrib["class"]
    )
    assert first < second
    assert third == first


def test_an_empty_journey_is_an_empty_picture() -> None:
    empty = Journey("The journey", "Nothing.", date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 1), "1 Jan 2024")
    assert empty.is_empty
    ElementTree.fromstring(str(draw(empty, id="journey")))
