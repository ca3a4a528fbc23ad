"""Follow-up: duties and contracts, as tables of facts."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.follow_up.lives import fact, rows_of, valid
from tests.follow_up.random_lives import FIRST, journeys
from tests.indicators.cohorts import AUTHOR, counted, frames_of
from tests.indicators.followed_up import as_read, told, turn, value
from tests.indicators.releases import indicator, result
from tests.tables import shown, table
from tracker.application import ProgressionTracker
from tracker.contracts.following import FACTS, following
from tracker.indicators.disclosure.release import protected
from tracker.indicators.following_up.agreements import contracts_on, duties_on
from tracker.indicators.following_up.bound import CAUSES, F1, F2, PARTIES
from tracker.indicators.following_up.contact import F3, F4, F5
from tracker.indicators.measures import Share
from tracker.indicators.pipeline import Question, measured
from tracker.journey import Journey
from tracker.spells import trace


def came_to(app: ProgressionTracker, party: str) -> str:
    """What the one duty of a party came to; nothing where it does not count."""
    found = [line for (line, choice), figure in counted(app, F1).items() if choice == party and figure.counted]
    return " ".join(line.partition("-")[2] for line in found if not line.startswith("duties"))


@pytest.mark.parametrize(
    "row",
    table(
        """
        due        | what came of it               | state
        2025-05-31 |                               | open
        2025-06-01 |                               |
        2025-05-31 | 2025-05-31 obligation-met     | in-time
        2025-05-30 | 2025-05-31 obligation-met     | late
        2025-05-30 | 2025-05-31 obligation-missed  | missed
        2025-05-30 | 2025-05-01 obligation-missed  | missed
        2025-05-30 | 2025-05-01 obligation-waived  | waived
        2025-06-01 | 2025-05-01 obligation-met     |
        2025-05-31 | 2025-06-01 obligation-met     | late
        2025-05-31 | 2025-05-30 contract-completed | called-off
        2025-05-31 | 2025-05-31 contract-completed | open
        2025-05-31 | 2025-05-30 died               | called-off
        2025-05-30 | 2025-05-31 died               | open
        2025-05-31 | 2025-05-01 left-norway        | called-off
        """
    ),
    ids=lambda row: f"{row['due']} {row['what came of it']}",
)
def test_a_duty_is_due_once_its_last_day_has_passed_and_counts_by_what_came_of_it(
    tmp_path: Path, row: dict[str, str]
) -> None:
    text = f"on | fact | values\n2023-02-01 | obligation-agreed | obligation=x, contract=long-contract, party=county, due={row['due']}\n"
    if row["what came of it"]:
        on, name = row["what came of it"].split()
        values = {"contract-completed": "contract=long-contract"}.get(name, "obligation=x" if "obl" in name else "")
        text += f"{on} | {name} | {values}"
    assert came_to(told(tmp_path, text), "county") == row["state"]


@pytest.mark.parametrize(
    "row",
    table(
        """
        party       | paused                 | met        | state
        county      | 2024-05-01..2024-05-10 |            | open
        county      | 2024-05-01..2024-05-10 | 2024-06-10 | in-time
        county      | 2024-05-01..2024-05-10 | 2024-06-11 | late
        county      | 2024-05-31..2024-06-09 | 2024-06-10 | in-time
        county      | 2024-06-01..2024-06-10 | 2024-06-11 | late
        county      | 2024-05-01..           |            |
        participant | 2024-05-01..           | 2024-07-01 |
        """
    ),
    ids=lambda row: f"{row['paused']} {row['met']}",
)
def test_days_on_which_the_contract_rests_move_the_last_day(tmp_path: Path, row: dict[str, str]) -> None:
    first, _, last = row["paused"].partition("..")
    text = f"""
        on         | fact              | values
        2023-02-01 | obligation-agreed | obligation=x, contract=long-contract, party={row["party"]}, due=2024-05-31
        {first} | contract-paused   | contract=long-contract
        """
    if last:
        text += f"{last} | contract-resumed | contract=long-contract\n"
    if row["met"]:
        text += f"{row['met']} | obligation-met | obligation=x"
    assert came_to(told(tmp_path, text), row["party"]) == row["state"]


@pytest.mark.parametrize("party, state", [("county", "called-off"), ("participant", "open")])
def test_a_duty_of_an_authority_is_called_off_while_the_participant_does_not_follow(
    tmp_path: Path, party: str, state: str
) -> None:
    text = f"""
        on         | fact                    | values
        2023-02-01 | primary-school-enrolled |
        2023-02-01 | obligation-agreed       | obligation=x, contract=long-contract, party={party}, due=2024-05-31
        2024-05-31 | primary-school-left     | cause=own-wish
        """.replace("own-wish", "other")
    app = told(tmp_path, text)
    assert came_to(app, party) == state
    app.log(UUID(int=1), fact("2025-06-01", "primary-school-enrolled"), AUTHOR)
    assert came_to(app, party) == "open", "followed again, it is due again"


DUTIES = """
    who | on         | fact              | values
    Ana | 2023-02-01 | obligation-agreed | obligation=a, contract=long-contract, party=county, due=2024-01-31
    Ana | 2023-02-01 | obligation-agreed | obligation=b, contract=long-contract, party=county, due=2024-01-31
    Ana | 2023-02-01 | obligation-agreed | obligation=c, contract=long-contract, party=county, due=2024-01-31
    Ana | 2023-02-01 | obligation-agreed | obligation=d, contract=long-contract, party=county, due=2024-01-31
    Bo  | 2023-02-01 | obligation-agreed | obligation=a, contract=long-contract, party=county, due=2024-01-31
    Ana | 2024-01-31 | obligation-met    | obligation=a
    Ana | 2024-01-31 | obligation-met    | obligation=b
    Ana | 2024-01-31 | obligation-met    | obligation=c
    Ana | 2024-02-01 | obligation-met    | obligation=d
    """


def test_duties_are_counted_and_n_is_people(tmp_path: Path) -> None:
    found = counted(told(tmp_path, DUTIES, "who | started\nAna | 2023-01-10\nBo | 2023-01-10"), F1)
    assert value(found["duties-in-time", "county"]) == 0.6
    assert {figure.n for (_, party), figure in found.items() if party == "county"} == {2}
    assert {figure.n for (_, party), figure in found.items() if party == "state"} == {0}
    people_by = {name: found[name, "county"].counted for name in ("all-in-time", "one-late", "one-open", "one-missed")}
    assert people_by == {"all-in-time": 0, "one-late": 1, "one-open": 1, "one-missed": 0}


def test_many_duties_of_few_people_are_hidden(tmp_path: Path) -> None:
    app = told(tmp_path, DUTIES, "who | started\nAna | 2023-01-10\nBo | 2023-01-10")
    rows = protected([measured(frames_of(app), F1, Question())])[0].figures.filter(pl.col("choice") == "county")
    assert set(rows["shown"]) == {"hidden"}
    assert rows["n"].null_count() == rows.height


@pytest.mark.parametrize("late, shown_too", [(0, False), (1, False), (4, False), (5, True), (7, True), (8, False)])
def test_a_share_of_duties_is_told_where_the_people_behind_it_may_be_told(
    tmp_path: Path, late: int, shown_too: bool
) -> None:
    """Twelve people with a duty each: of the duties met in time a reader works out the people."""
    names = [f"P{number}" for number in range(12)]
    who = "who | started\n" + "\n".join(f"{name} | 2023-01-10" for name in names)
    text = "who | on | fact | values\n"
    for number, name in enumerate(names):
        day = "2024-02-01" if number < late else "2024-01-31"
        text += f"{name} | 2023-02-01 | obligation-agreed | {DUTY}\n{name} | {day} | obligation-met | obligation=x\n"
    figures = protected([measured(frames_of(told(tmp_path, text, who)), F1, Question())])[0].figures
    county = figures.filter(pl.col("choice") == "county")
    found = {row["line"]: row for row in county.to_dicts()}
    assert (found["duties-in-time"]["value"] is not None) is shown_too
    assert (found["all-in-time"]["counted"] is not None) is shown_too
    assert found["duties-in-time"]["n"] == 12


DUTY = "obligation=x, contract=long-contract, party=county, due=2024-01-31"
CAUSES_OF_FORTY = {"moved": 2, "goal-changed": 6, "other": 5}


def test_causes_that_are_hidden_cannot_be_worked_out_of_all_that_were_terminated() -> None:
    running = {"running": (24, 40), "running-followed": (18, 40), "running-not-followed": (6, 40)}
    ended = {"run-out": (0, 40), "completed": (3, 40), "terminated": (13, 40)}
    causes = {f"terminated-{cause}": (CAUSES_OF_FORTY.get(cause, 0), 40) for cause in CAUSES}
    numbers = {f"long-contract-{line}": people for line, people in {**running, **ended, **causes}.items()}
    (measure,) = F2.measures
    assert isinstance(measure, Share)
    about = indicator(measure.lines[: len(numbers)], "F2", sensitive=True)
    found = protected([result(about, {(): numbers})])[0].figures
    hidden = {row["line"].removeprefix("long-contract-") for row in found.to_dicts() if row["counted"] is None}
    assert {"completed", "terminated-moved"} <= hidden
    behind = [people for line, (people, _) in causes.items() if line in hidden]
    assert "terminated" in hidden or (len(behind) > 1 and sum(behind) >= 5)


CONTRACT = """
    until      | then                                                                     | state
    2025-05-31 |                                                                          | run-out
    2025-06-01 |                                                                          | running-followed
    2025-05-31 | 2025-05-01 contract-extended until=2025-06-01                            | running-followed
    2025-06-30 | 2025-05-31 contract-completed                                            | completed
    2025-06-30 | 2025-06-01 contract-completed                                            | running-followed
    2025-05-01 | 2025-05-31 contract-completed                                            | completed
    2025-06-30 | 2025-05-31 contract-terminated cause=moved                               | terminated-moved
    2025-06-30 | 2025-05-31 contract-terminated                                           | terminated-unknown
    2025-06-30 | 2025-05-01 contract-terminated cause=moved; 2025-05-31 contract-reopened | running-followed
    2025-06-30 | 2025-05-01 contract-paused                                               | running-followed
    2025-06-30 | 2025-06-01 obligation-missed                                             | running-not-followed
    2025-06-30 | 2025-05-30 obligation-missed; 2025-06-01 step-agreed                     | running-followed
    2025-05-31 | 2025-05-30 obligation-missed                                             | run-out
    """


@pytest.mark.parametrize("row", table(CONTRACT), ids=lambda row: f"{row['until']} {row['then']}")
def test_how_the_last_contract_stands_on_the_day_of_the_figure(tmp_path: Path, row: dict[str, str]) -> None:
    kind = "long-contract"
    values = {
        "obligation-missed": "obligation=x",
        "step-agreed": f"step=s, contract={kind}, target=other, due=2025-06-30",
    }
    text = f"""
        on         | fact              | values
        2023-01-10 | contract-signed   | contract={kind}, until={row["until"]}, parties=participant+county
        2023-01-10 | obligation-agreed | obligation=x, contract={kind}, party=participant, due=2025-04-30
        """
    for then in filter(None, row["then"].split("; ")):
        on, name, *more = then.split()
        text += f"{on} | {name} | {', '.join([values.get(name, f'contract={kind}'), *more])}\n"
    found = counted(told(tmp_path, text, signed=False), F2)
    told_of = {line for (line, _), figure in found.items() if figure.counted}
    expected = f"{kind}-{row['state']}"
    above = {f"{kind}-{name}" for name in ("running", "terminated") if row["state"].startswith(f"{name}-")}
    assert told_of == {expected, *above}
    assert {figure.n for (line, _), figure in found.items() if line.startswith("integration")} == {0}


def test_each_person_is_there_once_a_kind_with_the_last_contract_and_only_those_in_scope(tmp_path: Path) -> None:
    who = """
        who | started    | died
        Ana | 2023-01-10 |
        Bo  | 2023-01-10 |
        Che | 2023-01-10 | 2025-06-01
        Dia | 2023-01-10 |
        """
    both = "parties=participant+municipality"
    text = f"""
        who | on         | fact                | values
        Ana | 2023-01-10 | contract-signed     | contract=long-contract, until=2025-12-31, {both}
        Ana | 2024-01-10 | contract-terminated | contract=long-contract, cause=goal-changed
        Ana | 2024-02-10 | contract-signed     | contract=long-contract, until=2025-12-31, {both}
        Ana | 2023-01-10 | contract-signed     | contract=integration-contract, until=2024-12-31, {both}
        Bo  | 2023-01-10 | contract-signed     | contract=long-contract, until=2025-12-31, {both}
        Che | 2023-01-10 | contract-signed     | contract=long-contract, until=2025-12-31, {both}
        """
    app = told(tmp_path, text, who, signed=False)
    found = counted(app, F2)
    assert (found["long-contract-running", None].counted, found["long-contract-running", None].n) == (2, 2)
    assert found["integration-contract-run-out", None].counted == 1
    assert counted(app, F2, denominator="all")["long-contract-running", None].n == 3
    earlier = counted(app, F2, "active:2024-01-20")
    assert earlier["long-contract-terminated-goal-changed", None].counted == 1, "as it stood on the day"


def test_without_a_contract_there_is_no_figure(tmp_path: Path) -> None:
    app = told(tmp_path, "on | fact", signed=False)
    assert {figure.shown for one in (F1, F2, F3, F4, F5) for figure in counted(app, one).values()} == {"not-available"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lives") / "read.db"


@given(journeys, st.integers(0, 2500))
def test_whether_a_contract_is_followed_is_what_the_rule_says(file: Path, journey: Journey, days: int) -> None:
    day = FIRST + timedelta(days=days)
    entries = sorted((e for e in journey.entries.values() if isinstance(e.fact, FACTS)), key=turn)
    expected = []
    for kind in ("long-contract", "integration-contract"):
        segments = [s for s in _contracts(journey, kind) if s.valid_from <= day]
        if not segments:
            continue
        last = segments[-1]
        told_of = following(kind, last.spell_from, entries)
        follows = next(one.follows for one in told_of if one.first <= day < one.after)
        ended = last.valid_to is not None and last.valid_to <= day
        state = (
            str(last.closed_by).removeprefix("contract-")
            if ended
            else "run-out"
            if last.values["until"] < day
            else "followed"
            if follows
            else "not-followed"
        )
        expected.append({"contract": kind, "signed_on": last.spell_from, "state": state})
    frames, asked = as_read(file, journey, day)
    columns = ("contract", "signed_on", "state")
    assert shown(contracts_on(frames, asked).to_dicts(), columns) == shown(expected, columns)


def _contracts(journey: Journey, kind: str) -> list[Any]:
    own = [e for e in journey.entries.values() if e.fact.activity.startswith("contract") and e.fact.key == kind]
    segments = (s for s in trace(own).segments if s.activity == "contract")
    return sorted(segments, key=lambda s: (s.valid_from, s.opened_by))


@given(journeys, st.integers(0, 2500))
def test_a_duty_that_a_worklist_shows_as_overdue_is_open(file: Path, journey: Journey, days: int) -> None:
    day = FIRST + timedelta(days=days)
    tasks = valid(rows_of(e for e in journey.entries.values() if e.fact.on <= day)["tasks"], day)
    overdue = [t for t in tasks if t["task"] == "obligation" and not t["paused"] and t["due"] < day.isoformat()]
    frames, asked = as_read(file, journey, day)
    found = duties_on(frames, asked).filter(pl.col("state") == "open")
    assert Counter(task["party"] for task in overdue) <= Counter(found["party"])


def test_each_party_has_its_lines() -> None:
    assert {line.choice for measure in F1.measures for line in measure.lines} == set(PARTIES)  # type: ignore[union-attr]
