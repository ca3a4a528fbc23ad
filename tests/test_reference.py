"""The pages written from the code are those the code would write now."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from events import activities, fact_classes
from events.fields import fields_of
from tracker import reference
from tracker.reference import PAGES, main


@pytest.mark.parametrize("path, render", PAGES, ids=lambda part: getattr(part, "name", ""))
def test_a_page_equals_the_code(path: Path, render: reference.Render) -> None:
    assert path.read_text(encoding="utf-8") == render(), "run python -m tracker.reference"


def test_the_reference_names_every_fact_field_and_activity() -> None:
    text = reference.reference()
    facts = dict(part.split("`\n", 1) for part in text.split("\n#### `")[1:])
    assert set(facts) == set(fact_classes())
    for topic, cls in fact_classes().items():
        own = [field for field in fields_of(cls) if field.name not in reference.COMMON]
        assert [field.option for field in own if f"| `{field.option}` |" not in facts[topic]] == []
        assert cls.TERM in facts[topic]
    assert [name for name in activities() if f"| `{name}` |" not in text.partition("## Activities")[2]] == []


def test_every_table_has_as_many_cells_in_each_line_as_in_its_head() -> None:
    for _, render in PAGES:
        for table in render().split("\n\n"):
            lines = [line.replace("\\|", "") for line in table.splitlines() if line.startswith("|")]
            assert len({line.count("|") for line in lines}) <= 1


@pytest.mark.parametrize(
    "topic, said",
    [
        ("job-started", "Opens a spell of `work`, told apart by `job`"),
        ("job-changed", "Changes the running spell of `work` with the same `job`"),
        ("job-ended", "Closes the running spell of `work` with the same `job`"),
        ("wage-subsidy-granted", "it lies in a running spell of `work` and ends with it"),
        ("programme-reopened", "Takes back the last end of `programme`"),
        ("track-assigned", "Sets `track`, until it is set anew"),
        ("volunteering-started", "needs the consent `participation`"),
        ("died", "Sets `residence`"),
        ("registered-in-nir", "may carry a day after death"),
        ("status-confirmed", "Marks a point in time."),
    ],
)
def test_the_effect_of_a_fact_is_said_in_words(topic: str, said: str) -> None:
    assert said in reference.effect(fact_classes()[topic])


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "docs" / "page.md"
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGES", ((path, lambda: "as the code says\n"),))
    return path


def test_a_check_names_a_page_that_differs_and_leaves_it_alone(page: Path) -> None:
    page.parent.mkdir()
    page.write_text("as somebody wrote\n")
    outcome = CliRunner().invoke(main, ["--check"])
    assert outcome.exit_code == 1
    assert outcome.stderr == "docs/page.md differs from the code; run python -m tracker.reference\n"
    assert page.read_text() == "as somebody wrote\n"


def test_a_page_is_written_where_it_is_missing_and_then_agrees(page: Path) -> None:
    assert CliRunner().invoke(main, []).exit_code == 0
    assert page.read_text() == "as the code says\n"
    assert CliRunner().invoke(main, ["--check"]).exit_code == 0
