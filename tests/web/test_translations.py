"""Every text of the pages has words in bokmål and nynorsk, once; and no catalogue has words for nothing."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import tracker
import web
from tests.conftest import ROOT
from tracker.catalogues import catalogue
from tracker.errors import Refusal
from tracker.indicators.catalogue import CATALOGUE
from tracker.wording import Language
from web.wording import FOLDER, messages

NORWEGIAN: tuple[Language, ...] = ("nb", "nn")
IN_TEMPLATES: dict[str, Any] = {"_": None, "_n": (1, 2)}
IN_PYTHON = ("_", "text", "words", "safe_text", "plural")
PLACE = re.compile(r"%\((\w+)\)s")
NOT_ON_PAGES = ("tracker.cli.",)


@cache
def asked() -> frozenset[str]:
    """Every text that a page asks for, by its English; of two forms the singular."""
    found: set[str] = set()
    for path in (ROOT / "web" / "templates").rglob("*.html"):
        found |= set(_in_template(path))
    for path in (ROOT / "web").rglob("*.py"):
        if "node_modules" not in path.parts:
            found |= set(_spoken(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(found | {indicator.title for indicator in CATALOGUE.values()})


def _in_template(path: Path) -> Iterator[str]:
    for _, message, _, _ in extract_from_file("jinja2.ext:babel_extract", path, keywords=IN_TEMPLATES):
        first = message if isinstance(message, str) else message[0]
        if first:
            yield first


def _spoken(module: ast.Module) -> Iterator[str]:
    """Whole texts that stand in a call; what stands for one, such as an entry of a table, is marked where it stands."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            parts = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
            if called in IN_PYTHON:
                yield from (
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


@cache
def written(language: Language) -> tuple[tuple[str, Message], ...]:
    """(file, message) of every catalogue of a language."""
    found = []
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            found += [(path.name, message) for message in read_po(file, locale=language) if message.id]
    return tuple(found)


def of_pages(message: Message) -> bool:
    return message.context is None


def one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def subclasses(cls: type[Refusal]) -> set[type[Refusal]]:
    return {each for direct in cls.__subclasses__() for each in (direct, *subclasses(direct))}


@cache
def codes() -> frozenset[str]:
    """The codes of every refusal that a page can meet."""
    for package in (tracker, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return frozenset(
        cls.code
        for cls in subclasses(Refusal)
        if cls.code and cls.__module__.startswith(("tracker.", "web.")) and not cls.__module__.startswith(NOT_ON_PAGES)
    )


@pytest.mark.parametrize("language", NORWEGIAN)
def test_every_text_has_words(language: Language) -> None:
    there = messages(language)
    product = {id for context, id in catalogue(language).messages if context is None}
    assert sorted(asked() - there.keys() - product) == []


@pytest.mark.parametrize("language", NORWEGIAN)
def test_every_refusal_has_words(language: Language) -> None:
    there = {one(message) for _, message in written(language) if message.context == "refusal"}
    assert sorted(codes() - there) == []


@pytest.mark.parametrize("language", NORWEGIAN)
def test_no_catalogue_has_words_for_nothing(language: Language) -> None:
    assert (
        sorted(one(message) for _, message in written(language) if of_pages(message) and one(message) not in asked())
        == []
    )
    assert sorted({one(message) for _, message in written(language) if not of_pages(message)} - codes()) == []


@pytest.mark.parametrize("language", NORWEGIAN)
def test_a_text_is_translated_once(language: Language) -> None:
    ids = Counter((message.context, one(message)) for _, message in written(language))
    assert {id: count for id, count in ids.items() if count > 1} == {}


@pytest.mark.parametrize("language", NORWEGIAN)
def test_words_have_the_places_of_their_text_and_both_numbers(language: Language) -> None:
    wrong = []
    for name, message in written(language):
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        told = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if len(ids) != len(told) or any(
            set(PLACE.findall(words)) != set(PLACE.findall(ids[0])) | set(PLACE.findall(ids[-1])) for words in told
        ):
            wrong.append((name, ids[0]))
    assert wrong == []


def test_both_languages_have_the_same_areas() -> None:
    files = [{path.name for path in (FOLDER / language).glob("*.po")} for language in NORWEGIAN]
    assert files[0] == files[1]
