"""Two releases, one after the other: what has changed by few people is not told by their difference."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.indicators.releases import Numbers, indicator, lines, reading, result
from tracker.indicators.disclosure import Published, protected, turned_off
from tracker.ledger import WITHOUT_CONTROL, About, Ledger, NotPermitted, ReasonNeeded
from tracker.settings import Settings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORK = indicator(lines(work="", school=""))
BANDS = indicator(lines(none="whole hours", part="whole hours", full="whole hours"))


def told(found: Published) -> dict[Any, tuple[Any, ...]]:
    return {
        (*(row[name] for name in found.by), row["line"]): (row["counted"], row["n"])
        for row in found.figures.iter_rows(named=True)
    }


def everybody(work: int, school: int, n: int) -> Numbers:
    return {(): {"work": (work, n), "school": (school, n)}}


def test_one_person_more_is_not_told_until_five_are(ledger: Ledger) -> None:
    protected([result(WORK, everybody(20, 10, 40), position=1)], ledger)
    later = protected([result(WORK, everybody(21, 10, 41), position=2)], ledger)[0]
    assert told(later) == {("work",): (20, 40), ("school",): (10, 40)}
    assert set(later.earlier.values()) == {1}
    assert "shown as then: work 12 share @1" in later.notes[0]
    at_last = protected([result(WORK, everybody(25, 10, 45), position=3)], ledger)[0]
    assert told(at_last) == {("work",): (25, 45), ("school",): (10, 45)}
    assert not at_last.earlier and not at_last.notes


def test_one_person_who_changes_is_not_told_where_the_others_stay(ledger: Ledger) -> None:
    protected([result(WORK, everybody(20, 10, 40), position=1)], ledger)
    later = protected([result(WORK, everybody(21, 10, 40), position=2)], ledger)[0]
    assert told(later) == {("work",): (20, 40), ("school",): (10, 40)}
    assert [key[0] for key in later.earlier] == ["work"]


def test_among_five_new_people_a_line_of_one_stays_as_it_was(ledger: Ledger) -> None:
    protected([result(WORK, everybody(20, 10, 40), position=1)], ledger)
    later = protected([result(WORK, everybody(25, 11, 45), position=2)], ledger)[0]
    assert told(later) == {("work",): (25, 45), ("school",): (10, 40)}


def test_a_part_that_changes_little_cannot_be_taken_from_the_others(ledger: Ledger) -> None:
    def bands(none: int, part: int, full: int) -> Numbers:
        n = none + part + full
        return {(): {"none": (none, n), "part": (part, n), "full": (full, n)}}

    protected([result(BANDS, bands(10, 10, 20), position=1)], ledger)
    later = protected([result(BANDS, bands(15, 10, 21), position=2)], ledger)[0]
    fresh = {line for (line,), (_, n) in told(later).items() if n == 46}
    assert len(fresh) == 1


def test_a_group_that_changes_little_cannot_be_taken_from_everybody(ledger: Ledger) -> None:
    """Everybody grows by 6, of whom 5 are in one group: the other has grown by one."""

    def groups(a: int, b: int) -> Numbers:
        return {("a",): {"work": (a // 2, a), "school": (0, a)}, ("b",): {"work": (b // 2, b), "school": (0, b)}}

    protected([result(WORK, groups(20, 20), ("track",), position=1)], ledger)
    later = protected([result(WORK, groups(30, 21), ("track",), position=2)], ledger)[0]
    n = {group: people for (group, line), (_, people) in told(later).items() if line == "work"}
    assert n["b"] == 20
    assert n["all"] - n["a"] - n["b"] not in (1, -1) and n["all"] == 40


def test_the_same_question_at_the_same_position_has_one_answer(ledger: Ledger) -> None:
    first = protected([result(WORK, everybody(20, 10, 40))], ledger)[0]
    erased = protected([result(WORK, everybody(19, 10, 39))], ledger)[0]
    assert first.figures.equals(erased.figures)


def test_what_was_hidden_stays_hidden_while_the_people_are_the_same(ledger: Ledger) -> None:
    """The parts hidden change by five: shown now, the one would tell what the other was."""
    first = protected([result(BANDS, {(): {"none": (2, 40), "part": (10, 40), "full": (28, 40)}}, position=1)], ledger)[
        0
    ]
    hidden = {line for line, (counted, _) in told(first).items() if counted is None}
    later = protected([result(BANDS, {(): {"none": (7, 40), "part": (10, 40), "full": (23, 40)}}, position=2)], ledger)[
        0
    ]
    assert {line for line, (counted, _) in told(later).items() if counted is None} >= hidden == {("none",), ("part",)}


def test_another_breakdown_of_the_same_people_joins_the_sums(ledger: Ledger) -> None:
    """By track and gender one row is hidden; by track alone would tell it, as the sum less the others."""
    fine: Numbers = {
        ("1", "f"): {"work": (2, 20), "school": (0, 20)},
        ("1", "m"): {"work": (9, 20), "school": (0, 20)},
        ("2", "f"): {"work": (8, 20), "school": (0, 20)},
        ("2", "m"): {"work": (9, 20), "school": (0, 20)},
    }
    coarse: Numbers = {
        ("1",): {"work": (11, 40), "school": (0, 40)},
        ("2",): {"work": (17, 40), "school": (0, 40)},
    }
    first = protected([result(WORK, fine, ("track", "gender"))], ledger)[0]
    second = protected([result(WORK, coarse, ("track",))], ledger)[0]
    hidden = [group for group, (counted, _) in told(first).items() if counted is None]
    assert ("1", "f", "work") in hidden
    shown = {group: counted for group, (counted, _) in told(second).items()}
    for track in ("1", "2"):
        of_track = [group for group in hidden if group[0] == track]
        assert len(of_track) != 1 or shown[track, "work"] is None


def test_a_finer_breakdown_after_a_coarser_one_is_protected_within_each_of_its_groups(ledger: Ledger) -> None:
    coarse: Numbers = {("1",): {"work": (11, 40)}, ("2",): {"work": (17, 40)}}
    fine: Numbers = {
        ("1", "f"): {"work": (2, 20)}, ("1", "m"): {"work": (9, 20)},
        ("2", "f"): {"work": (3, 20)}, ("2", "m"): {"work": (14, 20)},
    }  # fmt: skip
    about = indicator(lines(work=""))
    first = protected([result(about, coarse, ("track",))], ledger)[0]
    second = protected([result(about, fine, ("track", "gender"))], ledger)[0]
    assert told(first)["1", "work"] == (11, 40)
    hidden = {group for group, (counted, _) in told(second).items() if counted is None}
    assert hidden == {(track, gender, "work") for track in "12" for gender in "fm"}


def test_two_breakdowns_of_one_release_are_checked_against_each_other() -> None:
    about = indicator(lines(work=""))
    by_track = result(about, {("1",): {"work": (3, 20)}, ("2",): {"work": (17, 60)}}, ("track",))
    alone = result(about, {(): {"work": (20, 80)}})
    found = protected([by_track, alone])
    assert told(found[1]) == {("work",): (20, 80)}
    assert {group for group, (counted, _) in told(found[0]).items() if counted is None} == {
        ("1", "work"),
        ("2", "work"),
    }
    assert reading(found[0], found[1])[("1",), "work"][1] >= 5


def test_breakdowns_that_cross_each_other_are_left_out(ledger: Ledger) -> None:
    about = indicator(lines(work=""))
    fine: Numbers = {(t, g): {"work": (8, 20)} for t in "12" for g in "fm"}
    for name in ("track", "gender"):
        protected([result(about, {("x",): {"work": (16, 40)}, ("y",): {"work": (16, 40)}}, (name,))], ledger)
    found = protected([result(about, fine, ("track", "gender"))], ledger)[0]
    assert found.left_out
    assert told(found)["all", "all", "work"] == (32, 80)
    assert {counted for (track, *_), (counted, _) in told(found).items() if track != "all"} == {None}


def test_where_what_was_published_leaves_no_way_nothing_new_is_told(ledger: Ledger) -> None:
    """Published as harmless, the parts are now about health: two of three stay known, so that the third follows."""
    before = result(BANDS, {(): {"none": (20, 20), "part": (0, 20), "full": (0, 20)}}, position=1)
    protected([before], ledger)
    health = replace(BANDS, sensitive=True)
    now = result(health, {(): {"none": (30, 30), "part": (0, 30), "full": (0, 30)}}, position=2)
    found = protected([now], ledger)[0]
    assert set(told(found).values()) <= {(None, 30), (20, 20), (0, 20), (0, 30)}
    assert told(found)["none",] != (30, 30)


def test_a_release_stands_in_the_ledger_before_it_is_shown(ledger: Ledger) -> None:
    protected([result(WORK, everybody(20, 3, 40), position=7)], ledger, by="kari", at=NOW)
    (line,) = ledger.listed()
    assert (line.by, line.at, line.position, line.shown, line.hidden) == ("kari", NOW, 7, 1, 1)
    assert line.about == About("X1@1", "left:2023", None, "all")
    (kept,) = ledger.of([line.about])
    assert kept.figures.filter(kept.figures["line"] == "school")["counted"].to_list() == [None]


def test_turning_control_off_needs_a_permission_and_a_reason_and_says_so(ledger: Ledger) -> None:
    exact = [result(WORK, everybody(2, 3, 4))]
    with pytest.raises(NotPermitted, match="kari has no permission publish-without-disclosure-control"):
        turned_off(exact, "kari", "asked for by the council", ledger)
    ledger.allow("kari", WITHOUT_CONTROL, "boss", NOW)
    assert ledger.permissions() == [(WITHOUT_CONTROL, "kari", NOW.isoformat(), "boss")]
    with pytest.raises(ReasonNeeded):
        turned_off(exact, "kari", "  ", ledger)
    (found,) = turned_off(exact, "kari", "asked for by the council", ledger, NOW)
    assert told(found)["work",] == (2, 4)
    assert found.without_disclosure_control == "kari: asked for by the council"
    assert ledger.listed()[0].without == "kari: asked for by the council"
    ledger.disallow("kari", WITHOUT_CONTROL)
    with pytest.raises(NotPermitted):
        turned_off(exact, "kari", "again", ledger)


def test_a_release_that_comes_in_between_is_taken_into_account(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    written = ledger.write
    first = [True]

    def write(*args: Any) -> bool:
        if first.pop() if first else False:
            protected([result(WORK, everybody(20, 10, 40), position=1)], ledger)
        return written(*args)

    monkeypatch.setattr(ledger, "write", write)
    found = protected([result(WORK, everybody(21, 10, 41), position=2)], ledger)[0]
    assert told(found)["work",] == (20, 40)


PUBLISH = """
import sys
from pathlib import Path
from tests.indicators.releases import indicator, lines, result
from tracker.indicators.disclosure import protected
from tracker.ledger import Ledger
from tracker.settings import Settings

ledger = Ledger(Settings(Path(sys.argv[1])))
about = indicator(lines(work=""))
for position in range(5):
    at = int(sys.argv[2]) * 100 + position
    protected([result(about, {(): {"work": (20 + at % 3, 40)}}, position=at)], ledger)
"""


def test_processes_that_publish_at_once_see_each_other(tmp_path: Path) -> None:
    """Whoever came first, everybody after answers as the first one did: the changes are of one and two people."""
    running = [
        subprocess.Popen([sys.executable, "-c", PUBLISH, str(tmp_path), str(number)], cwd=ROOT) for number in (1, 2, 3)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    ledger = Ledger(Settings(tmp_path))
    released = ledger.of([About("X1@1", "left:2023", None, "all")])
    assert len(released) == 15
    assert len({each.figures["counted"].item() for each in released}) == 1
    assert (tmp_path / "app.db").stat().st_mode & 0o777 == 0o600
    ledger.close()
