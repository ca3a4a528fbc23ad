"""The recipe for a new kind of fact holds: the class on the page is all that is needed to log it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from events import Fact, base
from events.codec import Stamp, decode, encode
from tests.conftest import ROOT
from tests.scenario import NOW, REGISTERED, given
from tracker.journey import loggable
from tracker.schema import parse

PAGE = (ROOT / "docs" / "add-a-fact.md").read_text(encoding="utf-8")


@pytest.fixture
def licence() -> Iterator[type[Fact]]:
    """The class as it stands on the page, known for the length of a test."""
    block = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert block is not None
    names: dict[str, Any] = {}
    source = "\n".join(line[3:] for line in block[1].splitlines())
    exec(f"from typing import Literal\nfrom events.base import Marks\n{source}", names)
    yield names["DrivingLicenceObtained"]
    del base._CLASSES["driving-licence-obtained"]


def test_the_class_on_the_page_can_be_logged_and_read_back(licence: type[Fact]) -> None:
    assert loggable()["driving-licence-obtained"] is licence
    fact = parse(licence, {"on": "12.3.2024", "category": "B"})
    assert fact.on == date(2024, 3, 12)
    given(REGISTERED).when(fact).then(fact)
    stamp = Stamp(timestamp=NOW, by="advisor-1", channel="cli", fact=fact)
    assert decode("driving-licence-obtained", encode(stamp)) == stamp


def test_every_file_that_the_page_names_is_there() -> None:
    for path in re.findall(r"`((?:events|tracker|tests|docs)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists(), path
