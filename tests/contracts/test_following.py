"""Whether the participant follows a contract, with the facts that say no, and what that does to the authorities' duties."""

import pytest

from tests.follow_up.lives import Life, fact, life
from tests.scenario import Correct, Retract

SIGNED = """
    on         | fact                    | values
    2023-01-01 | participant-registered  | municipality=5001, settled-on=2023-01-01
    2024-01-01 | contract-signed         | contract=long-contract, until=2028-12-31, parties=participant+county
    2024-01-01 | primary-school-enrolled |
    2024-02-01 | obligation-agreed       | obligation=own, contract=long-contract, party=participant, due=2024-06-01
    2024-02-01 | obligation-agreed       | obligation=theirs, contract=long-contract, party=county, due=2024-06-01
    """


def follows(told: Life, expected: str) -> None:
    told.is_told("contracts", expected, contract="long-contract")


def test_a_contract_is_followed_until_a_fact_says_otherwise() -> None:
    follows(
        life(SIGNED),
        """
        from       | to | follows | because
        2024-01-01 |    | yes     |
        """,
    )


@pytest.mark.parametrize(
    "left, no",
    [
        ("primary-school-left | cause=unknown", True),
        ("primary-school-left | cause=health", True),
        ("primary-school-left | cause=work", False),
        ("primary-school-left | cause=other-education", False),
        ("primary-school-completed |", False),
        ("obligation-missed | obligation=own", True),
        ("obligation-missed | obligation=theirs", False),
        ("obligation-waived | obligation=own", False),
    ],
)
def test_leaving_school_or_missing_an_own_duty_says_no(left: str, no: bool) -> None:
    told = life(SIGNED).then(f"on | fact | values\n 2024-04-02 | {left}")
    if no:
        follows(
            told,
            """
            from       | to         | follows | because
            2024-01-01 | 2024-04-02 | yes     |
            2024-04-02 |            | no      | 6
            """,
        )
    else:
        follows(told, "from | to | follows | because\n 2024-01-01 | | yes |")


@pytest.mark.parametrize(
    "back",
    [
        "primary-school-enrolled |",
        "upper-secondary-enrolled | programme=health",
        "language-training-started |",
        "job-started | job=cafe",
        "step-agreed | step=b1, contract=long-contract, target=other, due=2025-01-01",
        "obligation-met | obligation=own",
    ],
)
def test_a_start_a_step_agreed_anew_or_a_duty_met_says_yes_again(back: str) -> None:
    topic = back.split()[0]
    values = back.partition("|")[2].strip() if topic != "upper-secondary-enrolled" else ""
    told = life(SIGNED).then(
        fact("2024-04-02", "primary-school-left", "cause=unknown"), fact("2024-05-02", topic, values)
    )
    follows(
        told,
        """
        from       | to         | follows | because
        2024-01-01 | 2024-04-02 | yes     |
        2024-04-02 | 2024-05-02 | no      | 6
        2024-05-02 |            | yes     |
        """,
    )


def test_each_reason_is_told_from_the_day_on_which_it_came() -> None:
    told = life(SIGNED).then("""
        on         | fact                | values
        2024-04-02 | primary-school-left |
        2024-05-02 | obligation-missed   | obligation=own
        """)
    follows(
        told,
        """
        from       | to         | follows | because
        2024-01-01 | 2024-04-02 | yes     |
        2024-04-02 | 2024-05-02 | no      | 6
        2024-05-02 |            | no      | 6, 7
        """,
    )


def test_a_duty_missed_in_another_contract_says_nothing_of_this_one() -> None:
    told = life(SIGNED).then("""
        on         | fact              | values
        2024-02-01 | contract-signed   | contract=integration-contract, until=2025-12-31, parties=participant+municipality
        2024-02-02 | obligation-agreed | obligation=other, contract=integration-contract, party=participant, due=2024-04-01
        2024-04-02 | obligation-missed | obligation=other
        """)
    follows(told, "from | to | follows | because\n 2024-01-01 | | yes |")
    told.is_told(
        "contracts",
        """
        from       | to         | follows | because
        2024-02-01 | 2024-04-02 | yes     |
        2024-04-02 |            | no      | 8
        """,
        contract="integration-contract",
    )


def test_a_name_that_was_used_before_is_judged_by_whose_duty_it_was_then() -> None:
    told = life(SIGNED).then("""
        on         | fact              | values
        2024-03-02 | obligation-met    | obligation=theirs
        2024-03-02 | obligation-agreed | obligation=theirs, contract=long-contract, party=participant, due=2024-06-01
        2024-04-02 | obligation-missed | obligation=own
        2024-05-02 | obligation-missed | obligation=theirs
        """)
    follows(
        told,
        """
        from       | to         | follows | because
        2024-01-01 | 2024-04-02 | yes     |
        2024-04-02 | 2024-05-02 | no      | 8
        2024-05-02 |            | no      | 8, 9
        """,
    )


def test_what_was_before_the_signing_says_nothing() -> None:
    told = life(SIGNED).then(
        fact("2023-02-01", "primary-school-enrolled", "school=north"),
        fact("2023-03-01", "primary-school-left", "school=north"),
    )
    follows(told, "from | to | follows | because\n 2024-01-01 | | yes |")


def test_duties_of_the_authorities_are_due_while_the_contract_is_followed_and_own_ones_always() -> None:
    told = life(SIGNED).then("""
        on         | fact                    | values
        2024-04-02 | primary-school-left     |
        2024-07-01 | primary-school-enrolled | school=north
        """)
    theirs, own = "obligation theirs 2024-06-01", "obligation own 2024-06-01"
    assert told.on("2024-04-01", "obligation") == [own, theirs]
    assert told.on("2024-04-02", "obligation") == [own]
    assert told.on("2024-06-30", "obligation") == [own]
    assert told.on("2024-07-01", "obligation") == [own, theirs]


def test_a_correction_and_a_retraction_turn_the_answer() -> None:
    told = life(SIGNED).then(fact("2024-04-02", "primary-school-left"))
    told.then(Correct(6, {"cause": "work"}))
    follows(told, "from | to | follows | because\n 2024-01-01 | | yes |")
    told.then(Retract(7))
    follows(
        told,
        """
        from       | to         | follows | because
        2024-01-01 | 2024-04-02 | yes     |
        2024-04-02 |            | no      | 6
        """,
    )
