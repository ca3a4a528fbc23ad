"""Stratum counts leave a municipality with small groups hidden, and those of several add up to a reference."""

from datetime import date
from pathlib import Path

import pytest

from events.municipality import MunicipalityRegistered
from tests.indicators.cohorts import AUTHOR, frames_of, people
from tests.reference_tables.files import write
from tests.reference_tables.leavers import leavers
from tracker.application import ProgressionTracker
from tracker.errors import NotRegistered
from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure import protected
from tracker.indicators.economic.intensity import E2
from tracker.indicators.expected import Line
from tracker.indicators.lines import months_waited
from tracker.indicators.robustness.against import R4
from tracker.indicators.statistics.proportions import Proportion
from tracker.reference_tables.pooling import CannotBePooled, pooled_counts, read_counts, write_counts
from tracker.reference_tables.refusals import MunicipalityNotNamed, NotAReferenceTable
from tracker.reference_tables.sharing import NothingToShare, Place, StratumCounts, shared

LINE = Line(E2, "work-20-hours", 12)
LEFT = Cohort("left", 2022, 2022)
MOST = """
    municipality | born | gender | schooling | rules                | people | working
    5001         | 1990 | female | basic     | integration-act-2021 | 30     | 15
    5001         | 1990 | male   | basic     | integration-act-2021 | 20     | 10
    5001         | 1990 | female | none      | integration-act-2021 | 10     | 5
    5001         | 1990 | male   | none      | integration-act-2021 | 8      | 4
    5001         | 1980 | male   | none      | integration-act-2021 | 3      | 2
"""
FEW = """
    municipality | born | gender | schooling | rules                | people | working
    5001         | 1980 | male   | basic     | integration-act-2021 | 3      | 2
"""
SPREAD = """
    municipality | born | gender | schooling | rules                 | people | working
    5001         | 2000 | female | basic     | integration-act-2021  | 3      | 2
    5001         | 1990 | female | basic     | integration-act-2021  | 4      | 2
    5001         | 1980 | female | basic     | integration-act-2021  | 4      | 2
    5001         | 2000 | male   | basic     | integration-act-2021  | 4      | 1
    5001         | 1990 | male   | basic     | integration-act-2021  | 4      | 3
    5001         | 1980 | male   | basic     | integration-act-2021  | 4      | 2
    5001         | 1990 | female | basic     | collective-protection | 12     | 6
"""


def of(app: ProgressionTracker, municipality: str | None = "5001", line: Line = LINE) -> StratumCounts:
    return shared(frames_of(app), line, LEFT, municipality, protected)


def counts(cells: dict[str, Proportion | None], code: str = "5001", **changed: str) -> StratumCounts:
    """Counts of a municipality, with the parts of a stratum in one word each."""
    about = {"indicator": "E2@1", "line": LINE.key, "cohort": "left:2022", **changed}
    told = sum(cell.out_of for cell in cells.values() if cell is not None)
    keys = {tuple(key.split()): cell for key, cell in cells.items()}
    return StratumCounts(**about, places=(Place(code, date(2024, 2, 1), 7),), cells=keys, people=None, told=told)


def test_a_stratum_of_few_people_is_hidden_and_nothing_tells_how_many_they_are(tmp_path: Path) -> None:
    found = of(people(tmp_path, leavers(MOST)))
    assert found.cells["other", "none-or-some-basic", "male", "36-45"] is None
    assert found.cells["other", "basic", "female", "26-35"] == Proportion(15, 30)
    assert (found.indicator, found.line, found.cohort) == ("E2@1", "work-20-hours/12-months", "left:2022")
    assert (found.people, found.merged) == (71, ())
    # A second stratum is hidden with it: of the three alone the total would tell.
    assert (found.hidden, found.told) == (2, 71 - 3 - 8)


def test_where_ages_are_thin_they_are_taken_together_and_protection_never_is(tmp_path: Path) -> None:
    found = of(people(tmp_path, leavers(SPREAD)))
    assert found.merged == ("age",)
    assert found.cells == {
        ("other", "basic", "female", "all"): Proportion(6, 11),
        ("other", "basic", "male", "all"): Proportion(6, 12),
        ("collective", "basic", "female", "all"): Proportion(6, 12),
    }


def test_where_every_stratum_is_thin_nothing_leaves_the_house(tmp_path: Path) -> None:
    with pytest.raises(NothingToShare, match="5001: every stratum is of too few people"):
        of(people(tmp_path, leavers(FEW)))


def test_one_municipality_shares_its_own_people_and_has_to_be_known(tmp_path: Path) -> None:
    app = people(tmp_path, leavers(FEW))
    with pytest.raises(NotRegistered, match="no municipality is registered"):
        of(app, None)
    for code in ("5001", "0301"):
        app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality=code), AUTHOR)
    with pytest.raises(MunicipalityNotNamed, match="0301, 5001; name one"):
        of(app, None)
    with pytest.raises(NothingToShare):
        of(app, "0301")


def test_months_waited_are_counted_out_of_months_possible(tmp_path: Path) -> None:
    rows = ["who | settled | born | gender | schooling | rules | work"]
    rows += [f"{n} | 2019-01-01 | 1990 | female | basic | introduction-act | 2020-01-01" for n in range(6)]
    rows += [f"{n} | 2019-01-01 | 1990 | female | basic | introduction-act | " for n in range(6)]
    waited = months_waited(R4, "months-to-work-or-education")
    assert waited is not None
    frames = frames_of(people(tmp_path, "\n".join(rows)))
    found = shared(frames, waited, Cohort("settled", 2019, 2019), "5001", protected)
    assert found.cells == {("other", "basic", "female", "26-35"): Proportion(6 * 12 + 6 * 60, 12 * 60)}
    assert (found.indicator, found.line) == ("R4@1", "months-to-work-or-education")


def test_a_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "5001.csv"
    written = counts({"other basic female 26-35": Proportion(10, 20), "other basic male 26-35": None})
    write_counts(written, path)
    assert read_counts(path) == written
    assert "other;basic;male;26-35;:;:;E2@1" in path.read_text(encoding="utf-8-sig")


def test_what_all_tell_is_added_up_and_hidden_cells_are_in_neither_count() -> None:
    first = counts({"other basic female 26-35": Proportion(10, 20), "other basic male 26-35": None})
    second = counts({"other basic female 26-35": Proportion(4, 10), "other basic male 26-35": Proportion(3, 8)}, "0301")
    third = counts({"collective basic female 26-35": None}, "1103")
    found = pooled_counts([("a", first), ("b", second), ("c", third)])
    assert found.cells == {
        ("other", "basic", "female", "26-35"): Proportion(14, 30),
        ("other", "basic", "male", "26-35"): Proportion(3, 8),
        ("collective", "basic", "female", "26-35"): None,
    }
    assert [place.code for place in found.places] == ["0301", "1103", "5001"]
    assert found.told == 38


def test_what_one_file_does_not_tell_apart_is_told_apart_in_none() -> None:
    fine = counts({"other basic female 26-35": Proportion(10, 20), "other basic female 36-45": Proportion(1, 9)})
    coarse = counts({"other basic female all": Proportion(4, 10)}, "0301")
    found = pooled_counts([("a", fine), ("b", coarse)])
    assert found.cells == {("other", "basic", "female", "all"): Proportion(15, 39)}


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"indicator": "E2@2"}, "b is about indicator E2@2, a about E2@1"),
        ({"line": "work-1-hours/12-months"}, "b is about line work-1-hours/12-months"),
        ({"cohort": "left:2023"}, "b is about cohort left:2023"),
        ({"code": "5001"}, "municipality 5001 is in a and in b; take one"),
    ],
)
def test_files_of_different_figures_and_a_municipality_twice_are_refused(changed: dict[str, str], message: str) -> None:
    one = counts({"other basic female 26-35": Proportion(10, 20)})
    other = counts({"other basic female 26-35": Proportion(10, 20)}, **{"code": "0301", **changed})
    with pytest.raises(CannotBePooled, match=message):
        pooled_counts([("a", one), ("b", other)])


def test_a_pool_of_one_file_is_none_and_a_pool_can_be_added_to(tmp_path: Path) -> None:
    first, second, third = (counts({"other basic female 26-35": Proportion(9, 20)}, code) for code in ("1", "2", "3"))
    with pytest.raises(CannotBePooled, match="a is the only file"):
        pooled_counts([("a", first)])
    both = pooled_counts([("a", first), ("b", second)])
    with pytest.raises(CannotBePooled, match="municipality 2 is in ab and in b"):
        pooled_counts([("ab", both), ("b", second)])
    assert pooled_counts([("ab", both), ("c", third)]).told == 60


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "protection;schooling\nother;basic\n",
            "no column 'gender'; files for a pool are written by tracker reference",
        ),
        ("{head}{row}{row2}", "column 'indicator': expected the same in all rows, got 'E2@1', 'E3@1'"),
        ("{head}{code}", "expected codes of four digits, got '501'"),
        ("{head}{day}", "expected days such as 2024-02-01"),
        ("{head}{many}", "different numbers of municipalities"),
    ],
)
def test_a_file_that_does_not_say_what_it_counts_is_refused(tmp_path: Path, text: str, message: str) -> None:
    head = "protection;schooling;gender;age;counted;out_of;indicator;line;cohort;municipality;known_on;position\n"
    start = "other;basic;female;26-35;1;9;E2@1;work;left:2022;"
    filled = text.format(
        head=head,
        row=f"{start}5001;2024-02-01;7\n",
        row2="other;basic;male;26-35;1;9;E3@1;work;left:2022;5001;2024-02-01;7\n",
        code=f"{start}501;2024-02-01;7\n",
        day=f"{start}5001;soon;7\n",
        many=f"{start}5001+0301;2024-02-01;7\n",
    )
    with pytest.raises(NotAReferenceTable, match=message):
        read_counts(write(tmp_path, "a.csv", filled))
