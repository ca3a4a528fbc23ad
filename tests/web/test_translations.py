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
from flask import g

import tracker
import web
from tests.conftest import ROOT
from tests.web.conftest import Site
from tracker.catalogues import catalogue
from tracker.course.norms import norm_sets
from tracker.errors import Refusal
from tracker.follow_up.rules import rulebook
from tracker.indicators.catalogue import CATALOGUE, VERSIONS
from tracker.versioned import MISSHAPEN
from tracker.wording import Language
from web import wording
from web.pages.administration.rule_words import basis_of
from web.wording import FOLDER, messages

NORWEGIAN: tuple[Language, ...] = ("nb", "nn")
IN_TEMPLATES: dict[str, Any] = {"_": None, "_n": (1, 2)}
IN_PYTHON = ("_", "text", "words", "safe_text", "plural")
PLACE = re.compile(r"%\((\w+)\)[rs]")
BOKMÅL_ONLY = frozenset("ikke ble fra hva hvem hvordan hver hvert jeg noe noen dere en et mer uke måneder være".split())  # noqa: SIM905
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


def one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


@cache
def defined() -> frozenset[str]:
    """Every text in the definition of an indicator that a page shows, of all versions: reports quote older ones."""
    return frozenset(
        text
        for versions in VERSIONS.values()
        for one in versions.values()
        for text in (one.definition, one.formula, one.example, one.unit, one.caution, one.source)
        if text
    )


@cache
def wrong_in_files() -> frozenset[str]:
    """Every sentence about what is wrong in a file that somebody wrote."""
    found = {sentence for _, sentence in MISSHAPEN}
    for path in (ROOT / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Said":
                found |= {str(given.value) for given in node.args if isinstance(given, ast.Constant)}
    return frozenset(found)


@cache
def sourced() -> frozenset[str]:
    """What the rules and norms of the product rest on, and what its norms are called, without line breaks."""
    found = {basis_of(value) for rule in rulebook().rules.values() for value in rule.values}
    found |= {text for norms in norm_sets().values() for text in (norms.title, norms.source)}
    return frozenset(" ".join(text.split()) for text in found if text)


def named(message: Message) -> str:
    """What a message is about: its English, or the code of a refusal without the field that it has words for."""
    refused = str(message.context).startswith("refusal")
    return one(message).partition(".")[0] if refused else one(message)


@cache
def given() -> frozenset[str]:
    """The names of all values that refusals are given, wherever one is made."""
    found: set[str] = set()
    for path in (*(ROOT / "tracker").rglob("*.py"), *(ROOT / "web").glob("*/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= {keyword.arg for keyword in node.keywords if keyword.arg}
            elif isinstance(node, ast.Dict):
                found |= {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}
    return frozenset(found)


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


OF_CONTEXTS = {
    None: asked,
    "refusal": codes,
    "refusal with values": codes,
    "indicator": defined,
    "source": sourced,
    "file": wrong_in_files,
}
"""Context in the catalogues -> all that has to have words in it, and nothing else."""


@pytest.mark.parametrize("context", ["refusal", "indicator", "source", "file"])
@pytest.mark.parametrize("language", NORWEGIAN)
def test_what_the_product_has_in_tables_has_words(language: Language, context: str) -> None:
    there = {one(message) for _, message in written(language) if message.context == context}
    assert sorted(OF_CONTEXTS[context]() - there) == []


@pytest.mark.parametrize("context", OF_CONTEXTS)
@pytest.mark.parametrize("language", NORWEGIAN)
def test_no_catalogue_has_words_for_nothing(language: Language, context: str | None) -> None:
    there = {named(message) for _, message in written(language) if message.context == context}
    assert sorted(there - OF_CONTEXTS[context]()) == []


@pytest.mark.parametrize("language", NORWEGIAN)
def test_words_of_refusals_have_places_for_values_that_are_given(language: Language) -> None:
    """Words with a place that no refusal fills would never be shown."""
    told = [(m.context, one(m), set(PLACE.findall(str(m.string)))) for _, m in written(language) if m.context]
    with_values = [(code, places) for context, code, places in told if context == "refusal with values"]
    assert [code for code, places in with_values if not places or not places <= given()] == []
    assert [code for context, code, places in told if context == "refusal" and places] == []


@pytest.mark.parametrize("language", NORWEGIAN)
def test_every_message_has_a_context_that_is_looked_up(language: Language) -> None:
    assert {message.context for _, message in written(language)} == set(OF_CONTEXTS)


def test_no_nynorsk_is_bokmål() -> None:
    wrong = {
        one(message): found
        for _, message in written("nn")
        for form in ([message.string] if isinstance(message.string, str) else message.string or ())
        if (found := BOKMÅL_ONLY & set(re.findall(r"\w+", PLACE.sub("", str(form)).casefold())))
    }
    assert wrong == {}


def test_an_old_definition_stays_english_and_is_marked_so(site: Site) -> None:
    with site.app.test_request_context():
        g.language = "nn"
        assert wording.defined("what was once <counted>") == '<span lang="en">what was once &lt;counted&gt;</span>'
        assert wording.defined(CATALOGUE["F5"].source) == "valt i denne løysinga"
        assert wording.sourced("vedtak i bystyret") == "vedtak i bystyret"
        g.language = "en"
        assert wording.defined("what was once counted") == "what was once counted"


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
        if message.context == "refusal with values":
            continue
        if message.context == "file":
            # What only English can tell, as the words of a reader of files, has no place in others.
            if not set(PLACE.findall(told[0])) <= set(PLACE.findall(ids[0])):
                wrong.append((name, ids[0]))
            continue
        if len(ids) != len(told) or any(
            set(PLACE.findall(words)) != set(PLACE.findall(ids[0])) | set(PLACE.findall(ids[-1])) for words in told
        ):
            wrong.append((name, ids[0]))
    assert wrong == []


def test_both_languages_have_the_same_areas() -> None:
    files = [{path.name for path in (FOLDER / language).glob("*.po")} for language in NORWEGIAN]
    assert files[0] == files[1]
