"""Norm sets: the one that comes with the tracker, those of a municipality's own, and files that cannot be used."""

import csv
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.course.journeys import norms
from tracker.course.norms import (
    FOLDER,
    SHELF,
    TRACKS,
    NormSet,
    NormSetNotFound,
    NormSetNotValid,
    Track,
    norm_set,
    norm_sets,
)

DEFAULT = norm_set("default", 1)


def months(norms: NormSet, milestone: str) -> dict[Track, tuple[Decimal, Decimal]]:
    """Track -> (typical, late)."""
    found = next(each for each in norms.milestones if each.id == milestone)
    return {track: (found.typical[track], norms.late(found, track)) for track in TRACKS}


@pytest.mark.parametrize(
    "milestone, courses",
    [
        ("norwegian-a1", {"1": "A"}),
        ("norwegian-a2", {"1": "B", "2": "B", "3": "C"}),
        ("norwegian-b1", {"1": "D", "2": "D", "3": "D"}),
    ],
)
def test_the_months_of_norwegian_are_the_planned_course_weeks_of_borlange(
    reference_data: Path, milestone: str, courses: dict[Track, str]
) -> None:
    with (reference_data / "fixtures" / "norms_sfi_borlange.csv").open(encoding="utf-8") as file:
        planned = {
            (row["track"], row["course"]): (int(row["cum_weeks"]), Decimal(row["cum_months"]))
            for row in csv.DictReader(file)
        }
    found = next(each for each in DEFAULT.milestones if each.id == milestone)
    for track, course in courses.items():
        weeks, cumulated = planned[track, f"SFI {course}"]
        assert found.typical[track] == round(cumulated) == round(weeks * 7 / Decimal("30.4375"))
    assert set(courses) == set(TRACKS) - set(found.proposal_for)


@pytest.mark.parametrize(
    "milestone, typical, late",
    [
        ("norwegian-a1", "11 6 3", "16.5 9 4.5"),
        ("norwegian-a2", "20 11 9", "30 16.5 13.5"),
        ("norwegian-b1", "34 25 16", "51 37.5 24"),
        ("baseline", "3 3 3", "4.5 4.5 4.5"),
        ("first-measure", "12 9 6", "18 13.5 9"),
        ("primary-school-started", "12 12 12", "18 18 18"),
        ("primary-school-completed", "36 36 36", "45 45 45"),
        ("upper-secondary-after-primary-school", "3 3 3", "4.5 4.5 4.5"),
        ("upper-secondary-started", "9 9 9", "13.5 13.5 13.5"),
        ("ordinary-job", "30 24 18", "45 36 27"),
    ],
)
def test_the_default_months_are_those_of_the_catalogue(milestone: str, typical: str, late: str) -> None:
    expected = zip(map(Decimal, typical.split()), map(Decimal, late.split()), strict=True)
    assert list(months(DEFAULT, milestone).values()) == list(expected)


def test_what_has_no_source_is_marked_as_a_proposal() -> None:
    sourced = {each.id for each in DEFAULT.milestones if not each.proposal_for}
    assert sourced == {"norwegian-a2", "norwegian-b1"}
    assert all(each.source for each in DEFAULT.milestones)


def test_the_starting_point_never_tells_against_a_participant() -> None:
    assert [each.id for each in DEFAULT.milestones if not each.mandatory] == ["baseline"]


def test_every_schooling_that_is_known_has_a_track() -> None:
    tracks = {"none": "1", "some-basic": "1", "basic-not-equal": "2", "basic": "2"}
    tracks |= {"some-upper-secondary": "3", "upper-secondary": "3", "higher": "3"}
    assert tracks == DEFAULT.track_of_schooling
    assert DEFAULT.derived_track("unknown") is None
    assert DEFAULT.derived_track("not-asked") is None


def own(home: Path, text: str, name: str = "own.toml") -> Path:
    (home / "norms").mkdir(exist_ok=True)
    path = home / "norms" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_municipality_can_have_norms_of_its_own(tmp_path: Path) -> None:
    text = (FOLDER / "default-1.toml").read_text(encoding="utf-8")
    own(tmp_path, text.replace('id = "default"', 'id = "trondheim"').replace("version = 1\n", "version = 4\n", 1))
    assert set(norm_sets(tmp_path)) == {"default@1", "trondheim@4"}
    assert norm_set("trondheim", 4, tmp_path).milestones == DEFAULT.milestones
    with pytest.raises(NormSetNotFound, match="there is no norm set trondheim@5; known: default@1, trondheim@4"):
        norm_set("trondheim", 5, tmp_path)


def test_two_files_cannot_be_the_same_norms(tmp_path: Path) -> None:
    own(tmp_path, (FOLDER / "default-1.toml").read_text(encoding="utf-8"))
    with pytest.raises(NormSetNotValid, match=r"own.toml: there is a norm set default@1 already; give it a new"):
        norm_sets(tmp_path)


@pytest.mark.parametrize("written", ["id = ", "id = 'x'\nid = 'y'"])
def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path, written: str) -> None:
    with pytest.raises(NormSetNotValid, match=r"own.toml: no TOML in UTF-8: [A-Z]"):
        SHELF.read(own(tmp_path, written))
    (tmp_path / "norms" / "own.toml").write_bytes(b"id = '\xe5'")
    with pytest.raises(NormSetNotValid, match=r"own.toml: no TOML in UTF-8"):
        SHELF.read(tmp_path / "norms" / "own.toml")


LEVELS = {"kind": "levels", "level": "A2", "skills": ["reading"]}


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"id": "Big One"}, "x.toml: id: expected a code of small letters"),
        ({"version": 0}, "x.toml: version: expected a whole number from 1 to 9999"),
        ({"version": "1"}, "x.toml: version: expected `int`, got `str`"),
        ({"late_factor": 1}, "x.toml: late_factor: expected more than 1, got 1"),
        ({"milestones": []}, "x.toml: milestones: expected one or more"),
        ({"colour": "red"}, "x.toml: the file: object contains unknown field `colour`"),
        ({"track_of_schooling": {"some": "1"}}, "x.toml: track_of_schooling"),
        ({"track_of_schooling": {"none": "4"}}, "x.toml: track_of_schooling"),
        ({"not_for_rule_sets": ["old"]}, "x.toml: not_for_rule_sets"),
    ],
)
def test_a_norm_set_that_cannot_be_is_refused_with_the_place(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(NormSetNotValid) as refused:
        SHELF.of(told() | wrong, "x.toml")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"title": None}, "milestones[0].title: expected `str`"),
        ({"typical": {"1": 10, "2": 8}}, "milestone 'a2': typical: track 3 is missing"),
        ({"typical": {"1": 10, "2": 0, "3": 6}}, "typical: expected months above 0 for track 2, got 0"),
        ({"typical": {"1": 10, "2": 8, "3": 6, "4": 1}}, "milestones[0].typical"),
        ({"late": {"1": 10}}, "milestone 'a2': late: expected more than typical for track 1, got 10"),
        ({"after": "b1"}, "milestone 'a2': after: expected a milestone above it, got 'b1'"),
        ({"applies_to": [{"goals": ["wealth"]}]}, "milestones[0].applies_to[0].goals[0]"),
        ({"reached_by": {"kind": "luck"}}, "milestones[0].reached_by.kind: invalid value 'luck'"),
        ({"reached_by": {**LEVELS, "level": "D1"}}, "reached_by.level: invalid"),
        ({"reached_by": {**LEVELS, "skills": []}}, "reached_by: expected one or more, got an empty list"),
        ({"reached_by": {"kind": "fact", "fact": "wealth-found"}}, "there is no fact 'wealth-found'"),
        ({"reached_by": {"kind": "activity", "any_of": ["play=chess"]}}, "there is no activity 'play'"),
        (
            {"reached_by": {"kind": "hours", "activity": "play", "values": ["own"], "hours": 2}},
            "there is no activity 'play'",
        ),
        (
            {"reached_by": {"kind": "hours", "activity": "work", "values": ["ordinary"], "hours": 0}},
            "reached_by: expected hours above 0, got 0",
        ),
    ],
)
def test_a_milestone_that_cannot_be_is_refused_with_the_place(wrong: dict[str, Any], message: str) -> None:
    changed = told()
    changed["milestones"][0] |= wrong
    with pytest.raises(NormSetNotValid) as refused:
        SHELF.of(changed, "x.toml")
    assert message in str(refused.value)


def test_a_milestone_is_there_once() -> None:
    with pytest.raises(NormSetNotValid, match="milestone 'a2': it is there twice"):
        norms({}, {})


def told() -> dict[str, Any]:
    milestone = {"id": "a2", "title": "A2", "typical": {"1": 10, "2": 8, "3": 6}, "source": "a test"}
    return deepcopy(
        {
            "id": "small",
            "version": 1,
            "title": "Small",
            "source": "a test",
            "late_factor": Decimal("1.5"),
            "track_of_schooling": {"none": "1"},
            "milestones": [milestone | {"reached_by": LEVELS}],
        }
    )
