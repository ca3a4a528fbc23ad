"""Path templates: relative dates become days, school years are counted, and files that cannot be used are refused."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.base import Fact
from events.contract import ContractSigned, StepAgreed
from tests.scenario import REGISTERED, STREAM
from tests.tables import table
from tracker.contracts.drafts import Draft, DraftNotValid, read, written
from tracker.contracts.paths import (
    FOLDER,
    SHELF,
    PathNotFound,
    PathNotValid,
    PathTemplate,
    due_on,
    path_template,
    path_templates,
    plan,
)
from tracker.journey import Journey, Signature
from tracker.rules import school_year

TRADE = path_template("trade")
OWN = sorted(path_templates().values(), key=lambda path: path.id)


def dues(draft: Draft) -> list[date]:
    return [*(step.due for step in draft.steps), *(duty.due for duty in draft.obligations)]


days = st.dates(date(2019, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    "line",
    table("""
        signed     | told                   | due
        2024-03-01 | 18 months              | 2025-09-01
        2024-08-31 | 6 months               | 2025-02-28
        2024-02-29 | 1 year                 | 2025-02-28
        2024-03-01 | 2 weeks                | 2024-03-15
        2024-03-01 | 0 days                 | 2024-03-01
        2024-03-01 | start of school year 1 | 2024-08-31
        2024-08-31 | start of school year 1 | 2024-08-31
        2024-09-01 | start of school year 1 | 2025-08-31
        2024-12-31 | start of school year 2 | 2026-08-31
        2025-01-01 | start of school year 2 | 2026-08-31
        2024-03-01 | end of school year 1   | 2025-06-30
        2024-08-31 | end of school year 1   | 2025-06-30
        2024-09-01 | end of school year 1   | 2026-06-30
        2024-06-30 | end of school year 2   | 2026-06-30
        2024-03-01 | end of contract        | 2029-02-28
        """),
    ids=lambda line: f"{line['told']} from {line['signed']}",
)
def test_a_relative_date_is_counted_from_the_day_of_signing(line: dict[str, str]) -> None:
    due = due_on(line["told"], date.fromisoformat(line["signed"]), date(2029, 2, 28))
    assert due == date.fromisoformat(line["due"])


@pytest.mark.parametrize("told", ["", "soon", "18", "start of school year 0", "end of school year", "end of contract "])
def test_a_relative_date_that_means_nothing_is_none(told: str) -> None:
    assert due_on(told, date(2024, 3, 1), date(2029, 2, 28)) is None


@given(day=days, number=st.integers(1, 6))
def test_a_school_year_starts_within_a_year_and_ends_ten_months_later(day: date, number: int) -> None:
    first = school_year.started_by(day, 1)
    assert day <= first <= day + timedelta(days=366)
    started, ended = school_year.started_by(day, number), school_year.ended_by(day, number)
    assert started.year == first.year + number - 1
    assert timedelta(days=302) <= ended - started <= timedelta(days=304)
    assert ended < school_year.started_by(day, number + 1)


def test_the_choice_of_both_days_stands_with_its_basis() -> None:
    for rule, day in ((school_year.STARTED_BY, (8, 31)), (school_year.ENDED_BY, (6, 30))):
        assert rule.on(date(2024, 1, 1)) == day
        assert "1 August to 31 July" in rule.basis and "choice of this product" in rule.basis


def test_four_paths_come_with_the_tracker_and_say_that_they_are_proposals() -> None:
    assert [path.name for path in OWN] == ["integration@1", "quick-to-work@1", "trade@1", "upper-secondary@1"]
    assert all("proposal of this product" in path.source for path in OWN)
    assert {path.id: path.length for path in OWN} == {
        "integration": "2 years",
        "quick-to-work": "2 years",
        "trade": "5 years",
        "upper-secondary": "5 years",
    }


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.id)
@given(day=days)
def test_what_a_path_plans_can_be_signed_as_it_is_on_any_day(path: PathTemplate, day: date) -> None:
    draft = plan(path, day)
    assert draft.cut == ()
    journey = Journey(STREAM)
    after = msgspec.structs.replace(REGISTERED, on=date(2019, 1, 1), settled_on=date(2019, 1, 1))
    signature = Signature(datetime(2036, 1, 1, 12, tzinfo=UTC), "advisor-1", "cli")
    for fact in (after, *(fact for _, fact in draft.placed())):
        assert journey.record(fact, signature) is not None
    assert all(day <= due <= draft.contract.until for due in dues(draft))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.id)
def test_every_authority_of_a_path_has_a_duty_and_so_has_the_participant(path: PathTemplate) -> None:
    assert {duty.party for duty in path.obligations} == set(path.parties)


def test_five_years_from_the_leap_day_end_on_the_day_before_the_last_of_february() -> None:
    assert plan(TRADE, date(2024, 2, 29)).contract.until == date(2029, 2, 27)
    assert plan(TRADE, date(2024, 3, 1)).contract.until == date(2029, 2, 28)


def test_what_would_fall_due_after_a_shorter_contract_is_due_on_its_last_day_and_says_so() -> None:
    draft = plan(TRADE, date(2024, 3, 1), until=date(2026, 2, 28))
    late = [step.step for step in draft.steps if step.due == date(2026, 2, 28)]
    assert "trade certificate" in late and "A2" not in late
    assert "steps trade certificate: end of school year 4 would be 2028-06-30, after the contract" in "\n".join(
        draft.cut
    )
    assert max(dues(draft)) == draft.contract.until


def test_offices_goal_and_language_are_those_asked_for() -> None:
    draft = plan(TRADE, date(2024, 3, 1), goal="work", offices={"state": "NAV Lillevik"}, language="en")
    assert draft.goal is not None and draft.goal.goal == "work"
    assert [party.office for party in draft.agreed] == [None, None, None, "NAV Lillevik"]
    assert (draft.obligations[0].wording or "").startswith("The municipality gives a place")


# Files of paths


def own_file(home: Path, name: str, text: str) -> Path:
    (home / "paths").mkdir(exist_ok=True)
    path = home / "paths" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_municipality_has_paths_of_its_own_and_the_newest_version_is_meant(tmp_path: Path) -> None:
    text = (FOLDER / "trade-1.toml").read_text(encoding="utf-8")
    own_file(
        tmp_path, "trade-2.toml", text.replace("version = 1", "version = 2", 1).replace('"30 months"', '"36 months"')
    )
    assert path_template("trade", tmp_path).version == 2
    assert path_template("trade@1", tmp_path).version == 1
    assert path_template("trade").version == 1


def test_a_path_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        PathNotFound, match="there is no path trades; known: integration@1, quick-to-work@1, trade@1, upper-secondary@1"
    ):
        path_template("trades")


def test_a_path_of_the_same_name_and_version_is_refused(tmp_path: Path) -> None:
    own_file(tmp_path, "mine.toml", (FOLDER / "trade-1.toml").read_text(encoding="utf-8"))
    with pytest.raises(PathNotValid, match=r"mine\.toml: there is a path trade@1 already"):
        path_templates(tmp_path)


def values() -> dict[str, Any]:
    told: dict[str, Any] = deepcopy(msgspec.to_builtins(TRADE))
    return told


@pytest.mark.parametrize(
    "where, value, said",
    [
        (("id",), "My path", "id: expected a name of small letters"),
        (("parties",), ["participant"], "parties: expected participant and one authority or more"),
        (("parties",), ["municipality", "state"], "parties: expected participant and one authority or more"),
        (("parties",), ["participant", "parish"], "parties.*parish"),
        (("career_goals",), [], "career_goals: expected one or more"),
        (("career_goals",), ["fame"], "career_goals: expected any of work, .*got 'fame'"),
        (("length",), "five years", 'length: expected a time such as "5 years" or "18 months", got \'five years\''),
        (("length",), "0 days", "length: expected a time"),
        (
            ("length",),
            "61 months",
            "length: a long-contract signed on .* lasts until .* at the latest, got '61 months'",
        ),
        (("steps", 1, "due"), "soon", "step 'A2': due: expected \"18 months\", .*got 'soon'"),
        (("steps", 1, "due"), "5 years", "step 'A2': due: expected a time within the contract, 5 years, got '5 years'"),
        (("steps", 1, "key"), "work", "step 'work': it is there twice"),
        (("steps", 1, "key"), "", r"steps 2 \(\): step: expected a name"),
        (("steps", 1, "level"), None, r"steps 2 \(A2\): level: expected with the target language-level"),
        (("steps", 0, "level"), "A2", r"steps 1 .*: level: expected with the target language-level, and only there"),
        (("steps", 0, "skills"), ["reading"], r"steps 1 .*: skills: expected only with the target language-level"),
        (("steps", 0, "hours_per_week"), 20, r"steps 1 .*: hours_per_week: expected only with the target work"),
        (("steps", 7, "hours_per_week"), 80, r"steps 8 \(work\): hours-per-week: expected a number from 0.5 to 60"),
        (("steps", 0, "target"), "fame", "steps.*: invalid enum value 'fame'"),
        (("steps", 0, "colour"), "red", "unknown field"),
        (("obligations", 0, "wording", "nn"), "x" * 201, "wording: expected 1 to 200 characters in nn"),
        (("obligations", 0, "wording", "en"), "", "wording: expected 1 to 200 characters in en"),
        (("follow_up_every",), 0, "follow-up-every: expected a whole number from 1 to 24"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_file_that_cannot_be_used_is_refused_with_place_and_value(
    where: tuple[Any, ...], value: Any, said: str
) -> None:
    told = values()
    place = told
    for part in where[:-1]:
        place = place[part]
    place[where[-1]] = value
    with pytest.raises(PathNotValid, match=said):
        SHELF.of(told, "mine.toml")


def test_a_duty_of_a_party_that_is_not_bound_is_refused() -> None:
    told = values() | {"parties": ["participant", "municipality", "state"]}
    with pytest.raises(
        PathNotValid, match=r"obligation 'prior learning assessed': party: expected any of participant, "
    ):
        SHELF.of(told, "mine.toml")


def test_no_toml_is_refused(tmp_path: Path) -> None:
    own_file(tmp_path, "mine.toml", "id = ")
    with pytest.raises(PathNotValid, match=r"mine\.toml: no TOML in UTF-8"):
        path_templates(tmp_path)


# Drafts as files


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.id)
@given(day=days)
def test_a_draft_that_is_written_and_read_is_the_same(path: PathTemplate, day: date) -> None:
    draft = plan(path, day, offices={"state": 'NAV "Lillevik" \\ sør'})
    assert list(read(written(draft, ["as planned"]), "contract.toml").placed()) == list(draft.placed())


LEAST = 'contract = "long-contract"\non = 2024-03-01\nuntil = 2029-02-28\nparties = ["participant", "county"]\n'
STEP = '[[steps]]\nstep = "A2"\ntarget = "language-level"\nlevel = "A2"\n'


def test_what_a_file_leaves_out_is_as_the_contract_says() -> None:
    draft = read(f'{LEAST}[[agreed]]\nparty = "county"\n{STEP}due = 2025-09-01\n', "contract.toml")
    assert isinstance(draft, Draft)
    assert draft.contract == ContractSigned(
        on=date(2024, 3, 1), contract="long-contract", until=date(2029, 2, 28), parties=("participant", "county")
    )
    assert draft.goal is None and draft.agreed[0].on == date(2024, 3, 1)
    step = StepAgreed(
        on=date(2024, 3, 1),
        step="A2",
        contract="long-contract",
        target="language-level",
        due=date(2025, 9, 1),
        level="A2",
    )
    assert draft.steps == (step,)
    assert isinstance(step, Fact)


@pytest.mark.parametrize(
    "text, said",
    [
        ("contract = ", "contract.toml: no TOML in UTF-8"),
        (LEAST.replace("on = 2024-03-01\n", ""), "the contract: on: missing, expected a date"),
        (LEAST.replace("2024-03-01", '"2024-03"'), "the contract: on: expected a day"),
        (LEAST.replace("county", "parish"), "the contract: parties: expected any of participant, municipality"),
        (f"{LEAST}untill = 2029-02-28\n", "the contract: untill: there is no such field; did you mean until"),
        (
            f"{LEAST}{STEP}due = 2025-09-01\n".replace("[[steps]]", "[[step]]"),
            "step: there is no such table; there are",
        ),
        (f"{LEAST}{STEP}", r"steps 1 \(A2\): due: missing, expected a date"),
        (f'{LEAST}{STEP}due = "soon"\n', r"steps 1 \(A2\): due: expected a date, .*got 'soon'"),
        (
            f"{LEAST}{STEP}due = 2025-09-01\non = 2024-02-29\n",
            "on: expected 2024-03-01, the day of the contract, or later",
        ),
        (f"{LEAST}{STEP}due = 2025-09-01\n{STEP}due = 2025-10-01\n", "steps 2: 'A2' is there twice"),
        (
            f'{LEAST}{STEP}due = 2025-09-01\ncontract = "integration-contract"\n',
            "contract: expected long-contract, as above",
        ),
        (f"steps = 3\n{LEAST}", r"steps: expected tables, each under a line \[\[steps\]\]"),
        (f"career_goal = 3\n{LEAST}", "career_goal: expected a table"),
        (f'{LEAST}[career_goal]\ngoal = "fame"\n', "career_goal: goal: expected one of work, .*got 'fame'"),
    ],
    ids=lambda part: part[-60:],
)
def test_a_draft_that_cannot_be_read_is_refused_with_file_place_and_value(text: str, said: str) -> None:
    with pytest.raises(DraftNotValid, match=said) as refused:
        read(text, "contract.toml")
    assert str(refused.value).startswith("contract.toml")


def test_every_problem_of_a_draft_is_told_at_once() -> None:
    with pytest.raises(DraftNotValid) as refused:
        read(f"{LEAST}{STEP}{STEP}due = 3\n", "contract.toml")
    assert str(refused.value).splitlines()[0] == "contract.toml, 2 problems, nothing was recorded:"
    assert len(str(refused.value).splitlines()) == 3
