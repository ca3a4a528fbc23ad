"""Every reason for which the tracker says no has a permanent code, and a test that provokes it by name."""

import ast
import importlib
import pkgutil
import re

import pytest

import tracker
from tests.conftest import ROOT
from tracker.errors import Refusal

for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def subclasses(cls: type[Refusal]) -> list[type[Refusal]]:
    return [each for direct in cls.__subclasses__() for each in (direct, *subclasses(direct))]


REFUSALS = sorted(
    {cls for cls in subclasses(Refusal) if cls.__module__.partition(".")[0] == "tracker"}, key=lambda cls: cls.__name__
)
CODED = [cls for cls in REFUSALS if cls.__dict__.get("code")]


def provoked() -> set[str]:
    """What the tests name as the reason that they expect: in ``raises(...)``, ``then_refused(...)`` or by its code."""
    names: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path.name == "test_refusals.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names


PROVOKED = provoked()


@pytest.mark.parametrize("cls", CODED, ids=lambda cls: cls.code)
def test_a_refusal_has_a_test_that_names_it(cls: type[Refusal]) -> None:
    assert cls.__name__ in PROVOKED or cls.code in PROVOKED, f"no test provokes {cls.__module__}.{cls.__name__}"


def test_a_code_belongs_to_one_refusal() -> None:
    codes = [cls.code for cls in CODED]
    assert sorted(codes) == sorted(set(codes))
    assert len(codes) > 30


@pytest.mark.parametrize("cls", REFUSALS, ids=lambda cls: cls.__name__)
def test_a_refusal_says_what_it_means_and_has_a_code_unless_it_is_a_kind(cls: type[Refusal]) -> None:
    assert cls.__doc__ and cls.__doc__ != cls.__base__.__doc__
    if cls in CODED:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.code)
    else:
        assert cls.__subclasses__(), "a refusal without a code must be a kind of refusals"
