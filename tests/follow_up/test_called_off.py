"""What calls off what is due, and what brings back exactly that: death, leaving, ends, moves and coming back."""

from pathlib import Path

import pytest

from tests.follow_up.lives import fact, life
from tests.scenario import Correct, Retract

OPEN = """
    on         | fact                      | values
    2024-01-01 | participant-registered    | municipality=5001, settled-on=2024-01-01
    2024-02-01 | programme-started         | planned-end=2025-12-31
    2024-02-01 | plan-agreed               |
    2024-02-01 | language-training-started |
    2024-03-01 | contract-signed           | contract=long-contract, until=2028-12-31, parties=participant+county
    2024-03-01 | step-agreed               | step=b1, contract=long-contract, target=other, due=2025-01-01
    2024-03-01 | obligation-agreed         | obligation=school place, contract=long-contract, party=county, due=2024-08-01
    2024-03-01 | follow-up-scheduled       | planned-on=2024-06-01
    """


@pytest.mark.parametrize("end", ["died", "left-norway", "protection-ended"])
def test_from_the_day_of_death_or_of_leaving_nothing_is_due_and_taking_it_back_brings_back_the_same(end: str) -> None:
    told = life(OPEN)
    before = told.rows["tasks"]
    told.then(fact("2024-05-02", end))
    assert len(told.on("2024-05-01")) > 8
    assert told.on("2024-05-02") == told.on("2030-01-01") == []
    told.then(Retract(len(told.journey.recorded)))
    assert told.rows["tasks"] == before


def test_who_comes_back_to_norway_has_due_what_was_due() -> None:
    told = life(OPEN)
    before = told.on("2024-09-01")
    told.then(fact("2024-05-02", "left-norway"), fact("2024-08-01", "moved-to-municipality", "municipality=5001"))
    assert told.on("2024-07-31") == []
    assert told.on("2024-09-01") == before


def test_what_is_agreed_while_the_participant_is_out_of_norway_is_due_on_coming_back() -> None:
    told = life(OPEN).then("""
        on         | fact                  | values
        2024-05-02 | left-norway           |
        2024-06-01 | step-agreed           | step=job, contract=long-contract, target=other, due=2024-12-01
        2024-08-01 | moved-to-municipality | municipality=5001
        """)
    assert told.on("2024-07-31", "step") == []
    assert told.on("2024-08-01", "step") == ["step b1 2025-01-01", "step job 2024-12-01"]


def test_a_programme_that_is_reopened_brings_back_exactly_what_had_been_called_off() -> None:
    told = life(OPEN)
    before = told.on("2024-07-01")
    told.then(fact("2024-05-02", "programme-ended", "reasons=work"))
    ended = told.on("2024-05-03")
    assert set(before) - set(ended) == {
        "contact-in-programme 2024-05-01",
        "level-result 2024-08-01",
        "next-step 2025-12-31",
        "plan-review 2024-08-01",
    }
    told.then(fact("2024-06-01", "programme-reopened"))
    assert told.on("2024-07-01") == before
    assert told.on("2024-05-31") == [one for one in told.on("2024-05-31") if one in ended]
    assert any(one.startswith("contact-after 2025-05-03") for one in told.on("2024-05-31"))


def test_the_end_of_a_contract_calls_off_what_is_due_in_it_from_the_day_after() -> None:
    told = life(OPEN).then(fact("2024-05-02", "contract-terminated", "contract=long-contract"))
    assert told.on("2024-05-01", "step", "obligation", "contract-ends") == [
        "contract-ends long-contract 2028-12-31",
        "obligation school place 2024-08-01",
        "step b1 2025-01-01",
    ]
    assert told.on("2024-05-02", "step", "obligation", "contract-ends") == [
        "obligation school place 2024-08-01",
        "step b1 2025-01-01",
    ]
    assert told.on("2024-05-03", "step", "obligation", "contract-ends") == []
    told.then(fact("2024-07-01", "contract-reopened", "contract=long-contract"))
    assert told.on("2024-07-01", "step", "obligation") == ["obligation school place 2024-08-01", "step b1 2025-01-01"]


def test_a_contract_that_is_reopened_on_the_day_of_its_end_goes_on_that_day() -> None:
    told = life(OPEN).then(fact("2024-05-02", "contract-terminated", "contract=long-contract"))
    told.then(fact("2024-05-02", "contract-reopened", "contract=long-contract"))
    for day in ("2024-05-02", "2024-05-03"):
        assert told.on(day, "contract-ends") == ["contract-ends long-contract 2028-12-31"]
    told.then(fact("2024-05-02", "contract-completed", "contract=long-contract"))
    assert told.on("2024-05-02", "contract-ends") == []
    assert told.on("2024-05-03", "contract-ends", "step", "obligation") == []


def test_a_move_hands_what_is_due_to_the_new_municipality() -> None:
    told = life(OPEN).then(fact("2024-05-02", "moved-to-municipality", "municipality=0301"))
    told.is_told(
        "tasks",
        """
        from       | to         | due        | municipality | ended
        2024-02-01 | 2024-05-02 | 2024-05-01 | 5001         | changed
        2024-05-02 |            | 2024-05-01 | 0301         |
        """,
        task="contact-in-programme",
    )


def test_a_move_from_before_the_registration_is_history() -> None:
    told = life("""
        on         | fact                   | values
        2024-06-01 | participant-registered | municipality=5001, settled-on=2024-06-01
        2023-01-01 | moved-to-municipality  | municipality=0301
        """)
    assert {row["municipality"] for row in told.rows["tasks"]} == {"5001"}
    told.has_due("plan-after-moving", "from | to | due")


def test_a_change_of_advisor_changes_nothing_that_is_due() -> None:
    told = life(OPEN)
    before = told.rows["tasks"]
    told.then(fact("2024-05-02", "advisor-handed-over", "advisor=bo, answer=accepted"))
    assert told.rows["tasks"] == before


def test_a_contact_told_of_later_counts_from_the_day_on_which_it_was() -> None:
    told = life(OPEN).then(fact("2024-09-01", "follow-up-held"), fact("2024-04-10", "status-confirmed"))
    told.is_told(
        "tasks",
        """
        from       | to         | due        | ended
        2024-02-01 | 2024-04-10 | 2024-05-01 | done
        2024-04-10 | 2024-09-01 | 2024-07-10 | done
        2024-09-01 |            | 2024-12-01 |
        """,
        task="contact-in-programme",
    )
    told.then(Correct(9, {"on": "2024-10-01"}))
    assert told.on("2024-09-15", "contact-in-programme") == ["contact-in-programme 2024-07-10"]


def test_a_second_programme_has_its_own_rhythm() -> None:
    told = life(OPEN).then(
        fact("2024-05-02", "programme-ended", "reasons=moved"), fact("2024-08-01", "programme-started")
    )
    assert told.on("2024-05-31", "contact-in-programme") == []
    assert told.on("2024-08-01", "contact-in-programme") == ["contact-in-programme 2024-11-01"]


def test_a_rule_of_ones_own_for_contracts_tells_the_contracts_apart(tmp_path: Path) -> None:
    (tmp_path / "follow-up").mkdir()
    (tmp_path / "follow-up" / "own.toml").write_text(OWN, encoding="utf-8")
    told = life("""
        on         | fact            | values
        2024-01-01 | contract-signed | contract=integration-contract, until=2024-12-31, parties=participant+county
        2024-02-01 | contract-signed | contract=long-contract, until=2026-12-31, parties=participant+county, follow-up-every=2
        """).under(tmp_path)
    assert told.on("2024-02-01", "look-in") == [
        "look-in integration-contract 2024-02-01",
        "look-in long-contract 2024-04-01",
    ]


OWN = """
id = "own"
version = 1
title = "Own rules"
source = "the council"
[[rules]]
id = "look-in"
rests_on = "local"
party = "municipality"
phase = "contract"
closes = ["contact"]
title = { nb = "Se innom", nn = "Sjå innom", en = "Look in" }
to_do = { nb = "Se innom", nn = "Sjå innom", en = "Look in" }
[[rules.values]]
due = "1 month"
again = "1 month"
basis = "the council"
"""
