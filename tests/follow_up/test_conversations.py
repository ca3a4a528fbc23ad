"""When a conversation is due: before, in and after the programme, by the rules and by the rhythm of a contract."""

from tests.follow_up.lives import fact, life
from tests.scenario import Retract

# Conversations: before, in and after the programme


def test_before_the_programme_there_is_a_conversation_each_month() -> None:
    life("""
        on         | fact                   | values
        2024-01-31 | participant-registered | municipality=5001, settled-on=2024-01-15
        2024-02-29 | follow-up-held         |
        2024-03-15 | status-confirmed       | reached=no
        2024-04-02 | participant-consulted  | way=conversation
        2024-04-15 | programme-started      |
        """).has_due(
        "contact-before",
        """
        from       | to         | due        | ended
        2024-01-31 | 2024-02-29 | 2024-02-29 | done
        2024-02-29 | 2024-04-02 | 2024-03-29 | done
        2024-04-02 | 2024-04-15 | 2024-05-02 | called-off
        """,
    )


def test_in_the_programme_there_is_one_every_three_months_and_a_contract_may_agree_another_rhythm() -> None:
    life("""
        on         | fact                 | values
        2024-01-01 | programme-started    |
        2024-02-01 | contract-signed      | contract=integration-contract, until=2024-12-31, parties=participant+municipality, follow-up-every=1
        2024-03-01 | status-confirmed     |
        2024-04-02 | follow-up-held       |
        2024-04-10 | contract-terminated  | contract=integration-contract
        2024-05-02 | follow-up-held       |
        """).has_due(
        "contact-in-programme",
        """
        from       | to         | due        | ended
        2024-01-01 | 2024-03-01 | 2024-04-01 | done
        2024-03-01 | 2024-04-02 | 2024-04-01 | done
        2024-04-02 | 2024-05-02 | 2024-05-02 | done
        2024-05-02 |            | 2024-08-02 |
        """,
    )


def test_a_rhythm_of_conversations_is_none_of_results() -> None:
    told = life("""
        on         | fact              | values
        2024-01-01 | contract-signed   | contract=long-contract, until=2024-12-31, parties=participant+county, follow-up-every=1
        2024-01-01 | programme-started |
        """)
    assert told.on("2024-01-01", "contact-in-programme", "level-result") == [
        "contact-in-programme 2024-02-01",
        "level-result 2024-07-01",
    ]


LEFT = """
    on         | fact              | values
    2021-01-01 | programme-started |
    2023-02-27 | programme-ended   | reasons=work
    """


def test_after_the_programme_nothing_is_due_without_a_long_contract_or_consent() -> None:
    told = life(LEFT)
    told.has_due("contact-after", "from | to | due")
    told.has_due("status-before-november", "from | to | due")
    for ground in ("contract=integration-contract, until=2027-12-31, parties=participant+county",):
        told.then(f"on | fact | values\n 2023-02-01 | contract-signed | {ground}")
    told.has_due("contact-after", "from | to | due")


def test_after_the_programme_there_is_one_a_year_for_five_years() -> None:
    """Each is done by the first contact from two months before its day on, until the time of the next begins."""
    life(LEFT).then("""
        on         | fact             | values
        2023-02-28 | consent-given    | purpose=follow-up
        2023-12-27 | follow-up-held   |
        2023-12-28 | status-confirmed |
        2024-12-27 | follow-up-held   |
        2026-06-01 | follow-up-held   |
        """).has_due(
        "contact-after",
        """
        from       | to         | due        | ended
        2023-02-28 | 2023-12-28 | 2024-02-28 | done
        2023-02-28 | 2025-12-28 | 2025-02-28 | passed
        2023-02-28 | 2026-06-01 | 2026-02-28 | done
        2023-02-28 | 2027-12-28 | 2027-02-28 | passed
        2023-02-28 |            | 2028-02-28 |
        """,
    )


def test_a_contract_that_agrees_a_rhythm_of_one_month_has_one_a_month_after_the_programme() -> None:
    """With so short a rhythm each is done by what happens from halfway since the one before on."""
    told = life("""
        on         | fact              | values
        2021-01-01 | programme-started |
        2021-01-01 | contract-signed   | contract=long-contract, until=2023-05-31, parties=participant+county, follow-up-every=1
        2023-02-27 | programme-ended   | reasons=work
        2023-03-28 | follow-up-held    |
        2023-05-20 | follow-up-held    |
        """)
    due = [row for row in told.rows["tasks"] if row["task"] == "contact-after" and row["due"] < "2023-06"]
    assert [(row["due"], row["valid_to"], row["ended"]) for row in due] == [
        ("2023-03-28", "2023-03-28", "done"),
        ("2023-04-28", "2023-05-13", "passed"),
        ("2023-05-28", "2023-05-20", "done"),
    ]


def test_a_contract_that_rests_moves_what_is_due_after_the_programme_and_the_time_for_it() -> None:
    told = life("""
        on         | fact              | values
        2021-01-01 | programme-started |
        2021-01-01 | contract-signed   | contract=long-contract, until=2025-12-31, parties=participant+county
        2022-12-31 | programme-ended   | reasons=work
        2023-07-01 | contract-paused   | contract=long-contract
        2024-06-30 | contract-resumed  | contract=long-contract
        """)
    assert told.on("2023-06-30", "contact-after")[0] == "contact-after 2024-01-01"
    assert told.on("2023-12-01", "contact-after")[0] == "contact-after 2024-01-01 (paused)"
    assert told.on("2024-12-31", "contact-after")[0] == "contact-after 2025-01-01"
    told.then(fact("2024-12-31", "follow-up-held"))
    assert told.on("2024-12-31", "contact-after")[0] == "contact-after 2026-01-02"


def test_consent_withdrawn_calls_off_what_was_due_after_the_programme() -> None:
    told = life(LEFT).then("""
        on         | fact              | values
        2023-02-28 | consent-given     | purpose=follow-up
        2023-10-10 | consent-withdrawn | purpose=follow-up
        """)
    assert told.on("2023-10-10", "contact-after", "status-before-november") != []
    assert told.on("2023-10-11", "contact-after", "status-before-november") == []
    told.then(Retract(5))
    assert told.on("2023-10-11", "contact-after")[0] == "contact-after 2024-02-28"


# Status before November


def test_the_status_is_asked_for_before_each_november_from_two_months_before_until_its_end() -> None:
    life(LEFT).then("""
        on         | fact             | values
        2023-02-28 | consent-given    | purpose=follow-up
        2023-08-30 | status-confirmed |
        2023-08-31 | status-confirmed | reached=no
        2023-11-02 | status-confirmed |
        2024-10-31 | status-confirmed |
        """).has_due(
        "status-before-november",
        """
        from       | to         | due        | ended
        2023-02-28 | 2023-11-02 | 2023-10-31 | done
        2023-02-28 | 2024-10-31 | 2024-10-31 | done
        2023-02-28 | 2025-12-01 | 2025-10-31 | passed
        2023-02-28 | 2026-12-01 | 2026-10-31 | passed
        2023-02-28 | 2027-12-01 | 2027-10-31 | passed
        """,
    )
