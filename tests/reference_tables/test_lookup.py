"""The reference that belongs beside a figure is found, or it is said that there is none; never a number in its place."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.municipality import MunicipalityRegistered
from events.reference_tables import ReferenceTableImported
from tests.reference_tables.files import sheet
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.indicators.frames import Frames, load
from tracker.indicators.statistics.proportions import Proportion
from tracker.indicators.statistics.standardisation import NoReference, Standardised, Strata, standardised
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.lookup import References, references_in, references_of
from tracker.reference_tables.refusals import (
    ReferenceForAnother,
    ReferenceTableDamaged,
    ReferenceTableNotFound,
    WrongReferenceKind,
)
from tracker.reference_tables.table import Cell, table_of
from tracker.reference_tables.taking import prepared, take
from tracker.settings import Settings

STRATA = """
    schooling | gender | age   | counted | out_of
    none      | female | 26-35 | 20      | 80
    none      | male   | 26-35 | 30      | 60
    upper     | female | 26-35 | :       | 12
"""
GROUPS = """
    schooling | gender | age   | protection | counted | out_of
    none      | female | 26-35 | 6a         | 2       | 80
    none      | female | 26-35 | other      | 40      | 80
"""
AUTHOR = Author("advisor-1")
Make = Callable[..., References]


@pytest.fixture
def fact(tmp_path: Path) -> Callable[..., ReferenceTableImported]:
    """A fact of a kind, from the text of a table."""

    def make(kind: str, text: str, table: str = "network", version: int = 1, **changed: Any) -> ReferenceTableImported:
        told = {"source": "Made up", "on": date(2024, 2, 1), **changed}
        if kind == "strata":
            told = {"indicator": "E2@1", "line": "work-20-hours", **told}
        return prepared(kind, sheet(tmp_path, text), Meaning(), table=table, version=version, **told)

    return make


@pytest.fixture
def known(fact: Callable[..., ReferenceTableImported]) -> Make:
    """References of one table."""
    return lambda *words, **changed: together(fact(*words, **changed))


def together(*facts: ReferenceTableImported) -> References:
    keys = [(fact.table, fact.version) for fact in facts]
    positions = {key: place for place, key in enumerate(keys, start=1)}
    return References(dict(zip(keys, facts, strict=True)), positions)


def test_strata_stand_beside_the_line_that_they_are_for(known: Make) -> None:
    found = known("strata", STRATA).strata_for("E2@1", "work-20-hours")
    assert not isinstance(found, NoReference)
    assert found.table.name == "network@1"
    assert found.parts == ("schooling", "gender", "age")
    assert found.strata == {
        "": {("none", "female", "26-35"): Proportion(20, 80), ("none", "male", "26-35"): Proportion(30, 60)}
    }
    assert found.hidden == (("", ("upper", "female", "26-35")),)


def test_a_municipality_is_standardised_against_them_and_has_none_where_the_stratum_is_hidden(known: Make) -> None:
    found = known("strata", STRATA).strata_for("E2@1", "work-20-hours")
    assert not isinstance(found, NoReference)
    own: Strata = {("none", "female", "26-35"): Proportion(4, 8), ("none", "male", "26-35"): Proportion(2, 4)}
    told = standardised(own, found.strata[""])
    assert isinstance(told, Standardised)
    assert told.expected == pytest.approx(8 * 0.25 + 4 * 0.5)
    more: Strata = {**own, ("upper", "female", "26-35"): Proportion(1, 1)}
    assert isinstance(standardised(more, found.strata[""]), NoReference)


def test_groups_of_protection_are_never_added_up(known: Make) -> None:
    found = known("strata", GROUPS).strata_for("E2@1", "work-20-hours")
    assert not isinstance(found, NoReference)
    stratum = ("none", "female", "26-35")
    assert found.strata == {"6a": {stratum: Proportion(2, 80)}, "other": {stratum: Proportion(40, 80)}}


def test_without_a_table_there_is_no_reference_and_the_reason_is_said(known: Make) -> None:
    assert References({}).strata_for("E2@1", "work-20-hours") == NoReference(
        "no reference table with strata of E2@1, line work-20-hours"
    )
    other_line = known("strata", STRATA).strata_for("E2@1", "work-30-hours")
    assert other_line == NoReference("no reference table with strata of E2@1, line work-30-hours")
    assert isinstance(References({}).counts_for(), NoReference)
    assert isinstance(References({}).residents_for(), NoReference)
    assert isinstance(References({}).unemployment("2023-01"), NoReference)


def test_a_table_of_another_version_of_the_indicator_is_refused_and_both_are_named(known: Make) -> None:
    with pytest.raises(ReferenceForAnother) as caught:
        known("strata", STRATA).strata_for("E2@2", "work-20-hours")
    assert "network@1 belongs to E2@1, line work-20-hours; the figure is E2@2, line work-20-hours" in str(caught.value)
    with pytest.raises(ReferenceForAnother, match="the figure is K5@1"):
        known("strata", STRATA).strata_for("K5@1", "work-20-hours", table="network")


def test_of_several_versions_the_one_taken_into_use_last_holds_unless_one_is_named(fact: Any) -> None:
    more = STRATA.replace("20      | 80", "21      | 80")
    references = together(
        fact("strata", STRATA), fact("strata", more, version=2), fact("strata", STRATA, version=3, on=date(2023, 1, 1))
    )

    def version(table: str | None = None) -> int:
        found = references.strata_for("E2@1", "work-20-hours", table=table)
        assert not isinstance(found, NoReference)
        return found.table.version

    assert (version(), version("network@1"), version("network")) == (2, 1, 3)
    assert [table.name for table in references.tables] == ["network@1", "network@2", "network@3"]


def test_a_version_for_the_indicator_asked_for_is_chosen_before_a_newer_one_for_another(fact: Any) -> None:
    references = together(fact("strata", STRATA), fact("strata", STRATA, version=2, indicator="E2@2"))
    found = references.strata_for("E2@1", "work-20-hours")
    assert not isinstance(found, NoReference)
    assert found.table.version == 1


def test_counts_by_year_give_the_last_year_and_all_years_of_a_unit(known: Make) -> None:
    references = known(
        "counts",
        """
        unit | year | counted | out_of
        A    | 2022 | 3       | 8
        A    | 2023 | 4       | 9
        B    | 2022 | 1       | 5
        B    | 2023 | :       | 4
        """,
    )
    found = references.counts_for("network")
    assert not isinstance(found, NoReference)
    assert (found.year, found.units, found.hidden) == (2023, {"A": Proportion(4, 9)}, ("B",))
    assert found.by_year["B"] == {2022: Proportion(1, 5)}
    earlier = references.counts_for(year=2022)
    assert not isinstance(earlier, NoReference)
    assert earlier.units["B"] == Proportion(1, 5)
    assert references.counts_for(year=2020) == NoReference(
        "reference table network@1 has no year 2020; it has 2022, 2023"
    )


def test_residents_of_the_same_age_and_gender_have_shares(known: Make) -> None:
    text = """
        age   | gender | year | municipality | percent
        20-24 | female | 2023 | 5001         | 61,5
        20-24 | male   | 2023 | 5001         | :
        20-24 | female | 2023 | 0301         | 50
        20-24 | female | 2022 | 5001         | 60
        """
    references = known("residents", text)
    found = references.residents_for(municipality="5001")
    assert not isinstance(found, NoReference)
    assert (found.year, found.shares, found.hidden) == (2023, {("20-24", "female"): 0.615}, (("20-24", "male"),))
    assert references.residents_for() == NoReference(
        "reference table network@1 is about several municipalities; name one"
    )
    assert "tells nothing of 2019 and 5001" in str(references.residents_for(2019, "5001"))


def test_counts_of_residents_are_shares_too(known: Make) -> None:
    found = known("residents", "age | gender | counted | out_of\n 20-24 | male | 3 | 4\n").residents_for()
    assert not isinstance(found, NoReference)
    assert (found.year, found.shares) == (None, {("20-24", "male"): 0.75})


def test_unemployment_of_a_month_is_a_number_or_the_reason_why_not(known: Make) -> None:
    references = known("series", "month | percent\n 2023-01 | 1,9\n 2023-02 | :\n")
    assert references.unemployment("2023-01") == Decimal("1.9")
    assert references.unemployment("2023-01", municipality="5001") == Decimal("1.9")
    assert references.unemployment("2023-02") == NoReference("2023-02 is hidden in network@1")
    assert references.unemployment("2023-03") == NoReference("reference table network@1 tells nothing of 2023-03")


def test_unemployment_of_several_municipalities_needs_one_named(known: Make) -> None:
    text = "month | municipality | percent\n 2023-01 | 5001 | 2\n 2023-01 | 0301 | 3\n"
    references = known("series", text)
    assert references.unemployment("2023-01", "0301") == Decimal(3)
    assert isinstance(references.unemployment("2023-01"), NoReference)


def test_a_table_is_found_by_id_and_version_or_it_is_said_which_there_are(known: Make) -> None:
    references = known("strata", STRATA)
    assert references.find("network").name == references.find("network@1").name == "network@1"
    for name in ("network@2", "network@x", "network@"):
        with pytest.raises(ReferenceTableNotFound, match=f"no reference table '{name}'; there are: network@1"):
            references.find(name)
    with pytest.raises(ReferenceTableNotFound, match="no reference table 'imdi'; there are: network"):
        references.find("imdi")
    with pytest.raises(WrongReferenceKind, match="network@1 holds strata, expected counts"):
        references.counts_for("network")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ProgressionTracker]:
    """An installation that one municipality uses."""
    opened = ProgressionTracker(Settings(tmp_path / "home", by="advisor-1"), Clock())
    opened.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality="5001"), AUTHOR)
    yield opened
    opened.close()


def frames_of(app: ProgressionTracker) -> Frames:
    return load(app.read_model, app.read_model.follow(), app.clock().date())


def test_frames_tell_the_same_tables_as_the_log(app: ProgressionTracker, fact: Any) -> None:
    assert take(app, fact("strata", STRATA, on=date(2022, 2, 1)), AUTHOR)
    assert take(app, fact("counts", "unit | counted | out_of\n A | 1 | 9\n", "others", on=date(2022, 2, 1)), AUTHOR)
    found = references_in(frames_of(app))
    assert found == references_of(app)
    assert found.positions == {("network", 1): 2, ("others", 1): 3}
    assert sorted(references_of(app, position=2).facts) == [("network", 1)]


def test_a_table_that_was_retracted_is_no_reference(app: ProgressionTracker, fact: Any) -> None:
    take(app, fact("strata", STRATA, on=date(2022, 2, 1)), AUTHOR)
    app.retract(municipality_stream("5001"), 2, "the wrong file", AUTHOR)
    assert references_in(frames_of(app)).tables == references_of(app).tables == []
    assert [table.name for table in references_of(app, position=2).tables] == ["network@1"]


def test_a_content_that_was_changed_or_is_no_table_is_refused(fact: Any) -> None:
    told = fact("strata", STRATA)
    with pytest.raises(ReferenceTableDamaged, match="is not what its digest says"):
        table_of(msgspec.structs.replace(told, content=told.content.replace("20", "21")))
    for content in ('{"a": 1}', "{", '{"columns":["a"],"measures":["b"],"rows":[["x"]]}'):
        digest = hashlib.sha256(content.encode()).hexdigest()
        with pytest.raises(ReferenceTableDamaged, match="network@1 cannot be read"):
            table_of(msgspec.structs.replace(told, content=content, digest=digest))


@pytest.mark.parametrize("written", ["x", "", "NaN", "Infinity", "1,5"])
def test_what_is_neither_number_nor_sign_is_no_figure(written: str) -> None:
    with pytest.raises(ValueError, match="expected a"):
        Cell.read(written)


@pytest.mark.parametrize("written", ["0", "12", "12.5", "12*", ":", "..", "."])
def test_a_figure_reads_back_as_it_was_written(written: str) -> None:
    assert Cell.read(written).written == written
