"""The how-to for imports says what the program does."""

import re
from pathlib import Path

import pytest

from tests.importing.installation import Installation
from tracker.importing.problems import PROBLEMS

TEXT = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
PROFILES = [block for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if block.startswith("[sheet]")]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda block: re.search(r'kind = "(.*?)"', block)[1])  # type: ignore[index]
def test_the_profiles_shown_are_valid(here: Installation, profile: str) -> None:
    assert here.profile(profile).system == "visma"


def test_one_profile_of_each_kind_is_shown() -> None:
    assert len(PROFILES) == 3


def test_every_problem_is_listed_with_its_meaning() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", TEXT, re.MULTILINE))
    assert {code: listed.get(code) for code in PROBLEMS} == PROBLEMS
