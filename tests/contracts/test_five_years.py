"""A contract of five years from end to end: what happened, told in order, and what was due at each moment of it.

The day book is the story; under each day stands what the list shows that evening, of what the contract and the rules of
conversations and plans ask for.
"""

from datetime import date

from tests.follow_up.lives import Life, facts, life, valid

SHOWN = (
    "contract-ends",
    "step",
    "obligation",
    "follow-up",
    "plan",
    "plan-review",
    "contact-in-programme",
    "contact-after",
    "plan-after-moving",
)


def until(told: Life, day: str) -> list[str]:
    """What is due on a day; of the conversations after the programme, the next one alone."""
    due = told.on(day, *SHOWN)
    conversations = [one for one in due if one.startswith("contact-after")]
    return [one for one in due if one not in conversations[1:]]


def follows(told: Life, day: str) -> list[tuple[str, str | None]]:
    rows = valid(told.rows["contracts"], date.fromisoformat(day))
    return [(row["follows"], row["because"]) for row in rows]


def test_a_contract_of_five_years_from_its_signing_to_its_completion() -> None:
    told = life("""
        on         | fact                   | values
        2023-06-01 | participant-registered | municipality=5001, settled-on=2023-06-01
        2023-06-01 | advisor-assigned       | advisor=anne
        2023-08-15 | programme-started      | planned-end=2025-08-14
        2023-08-20 | plan-agreed            | with-participant=yes
        """)

    # She signs for five years with the municipality and the county: B1, basic school, and a place at school.
    told.then("""
        on         | fact              | values
        2023-09-01 | career-goal-set   | goal=higher-education
        2023-09-01 | contract-signed   | contract=long-contract, until=2028-08-31, parties=participant+municipality+county
        2023-09-01 | party-agreed      | contract=long-contract, party=county, office=Lillevik upper secondary
        2023-09-01 | step-agreed       | step=B1, contract=long-contract, target=language-level, level=B1, skills=reading+speaking, due=2024-12-31
        2023-09-01 | step-agreed       | step=basic school, contract=long-contract, target=primary-school-completed, due=2026-06-30
        2023-09-01 | obligation-agreed | obligation=school place, contract=long-contract, party=county, due=2024-08-15
        2023-09-01 | obligation-agreed | obligation=attend, contract=long-contract, party=participant, due=2024-06-30
        2023-09-01 | follow-up-scheduled | planned-on=2023-11-01
        """)
    assert until(told, "2023-09-01") == [
        "contact-in-programme 2023-11-15",
        "contract-ends long-contract 2028-08-31",
        "follow-up 2023-11-01",
        "obligation attend 2024-06-30",
        "obligation school place 2024-08-15",
        "plan-review 2024-02-20",
        "step B1 2024-12-31",
        "step basic school 2026-06-30",
    ]
    assert follows(told, "2023-09-01") == [("yes", None)]

    # The conversation is moved, for want of an interpreter, and then held. The plan is reviewed in time.
    told.then("""
        on         | fact            | values
        2023-11-01 | follow-up-moved | planned-on=2023-11-08, reason=interpreter
        2023-11-08 | follow-up-held  | way=meeting, with-whom=county, interpreter-used=yes
        2024-02-20 | plan-revised    | occasion=regular
        """)
    assert "follow-up 2023-11-08" in until(told, "2023-11-07")
    assert until(told, "2024-02-20") == [
        "contact-in-programme 2024-02-08",
        "contract-ends long-contract 2028-08-31",
        "obligation attend 2024-06-30",
        "obligation school place 2024-08-15",
        "plan-review 2024-08-20",
        "step B1 2024-12-31",
        "step basic school 2026-06-30",
    ]

    # Parental leave of 61 days: the contract rests with it, and every day moves by as many.
    told.then("""
        on         | fact             | values
        2024-03-01 | follow-up-held   | way=phone
        2024-03-01 | leave-started    | cause=parental
        2024-03-01 | contract-paused  | contract=long-contract, cause=leave
        2024-04-30 | leave-ended      |
        2024-04-30 | contract-resumed | contract=long-contract
        """)
    assert until(told, "2024-04-30") == [
        "contact-in-programme 2024-06-01 (paused)",
        "contract-ends long-contract 2028-08-31",
        "obligation attend 2024-06-30 (paused)",
        "obligation school place 2024-08-15 (paused)",
        "plan-review 2024-08-20 (paused)",
        "step B1 2024-12-31 (paused)",
        "step basic school 2026-06-30 (paused)",
    ]
    assert until(told, "2024-05-01") == [
        "contact-in-programme 2024-08-01",
        "contract-ends long-contract 2028-08-31",
        "obligation attend 2024-08-30",
        "obligation school place 2024-10-15",
        "plan-review 2024-10-20",
        "step B1 2025-03-02",
        "step basic school 2026-08-30",
    ]

    # She meets her duty; the county does not meet its own, and nobody hides it. Anne hands over to Bo.
    told.then("""
        on         | fact                | values
        2024-06-20 | obligation-met      | obligation=attend
        2024-07-15 | status-confirmed    | activities=language-training:25
        2024-09-01 | advisor-handed-over | advisor=carl, answer=declined
        2024-09-08 | advisor-handed-over | advisor=bo, answer=accepted
        2024-10-10 | plan-revised        | occasion=life-change
        2024-10-15 | follow-up-held      | way=meeting
        2024-11-01 | obligation-missed   | obligation=school place, cause=no-capacity
        2024-11-01 | obligation-agreed   | obligation=school place again, contract=long-contract, party=county, due=2025-01-15
        """)
    assert until(told, "2024-10-31") == [
        "contact-in-programme 2025-01-15",
        "contract-ends long-contract 2028-08-31",
        "obligation school place 2024-10-15",
        "plan-review 2025-04-10",
        "step B1 2025-03-02",
        "step basic school 2026-08-30",
    ]
    told.is_told(
        "obligations",
        """
        from       | to         | party       | due        | state
        2023-09-01 | 2024-06-20 | participant | 2024-06-30 | agreed
        2024-06-20 |            | participant | 2024-06-30 | met
        2023-09-01 | 2024-11-01 | county      | 2024-08-15 | agreed
        2024-11-01 |            | county      | 2024-08-15 | missed
        2024-11-01 | 2028-09-01 | county      | 2025-01-15 | agreed
        """,
    )
    told.is_told("spells", "from | to | value\n 2023-06-01 | 2024-09-08 | anne\n 2024-09-08 | | bo", activity="advisor")
    assert follows(told, "2024-11-01") == [("yes", None)]

    # She wants to be a cook: the goal changes, a step is replaced by another, B1 is reached.
    told.then("""
        on         | fact                    | values
        2025-01-10 | obligation-met          | obligation=school place again
        2025-01-10 | primary-school-enrolled |
        2025-02-01 | language-level-reached  | skill=reading, level=B1
        2025-02-01 | language-level-reached  | skill=speaking, level=B2
        2025-03-01 | career-goal-set         | goal=trade-certificate
        2025-03-01 | step-agreed             | step=cook, contract=long-contract, target=trade-certificate, due=2028-06-30
        2025-03-01 | status-confirmed        | activities=primary-school:20
        """)
    assert until(told, "2025-03-01") == [
        "contact-in-programme 2025-06-01",
        "contract-ends long-contract 2028-08-31",
        "plan-review 2025-04-10",
        "step basic school 2026-08-30",
        "step cook 2028-06-30",
    ]

    # The programme ends; the contract goes on. What was due in the programme is called off, a conversation a year is due.
    told.then("""
        on         | fact            | values
        2025-08-14 | programme-ended | manner=completed, reasons=education, main-activity=primary-school
        """)
    assert until(told, "2025-08-15") == [
        "contact-after 2026-08-15",
        "contract-ends long-contract 2028-08-31",
        "step basic school 2026-08-30",
        "step cook 2028-06-30",
    ]

    # She leaves school for a time, comes back, completes it; two conversations are held after the programme.
    told.then("""
        on         | fact                     | values
        2025-11-01 | primary-school-left      | cause=health
        2026-01-07 | primary-school-enrolled  |
        2026-06-20 | primary-school-completed |
        2026-07-01 | follow-up-held           | way=phone
        2027-08-14 | follow-up-held           | way=meeting, with-whom=county+employer
        2028-05-02 | trade-certificate-awarded | trade=cook
        """)
    assert [answer for answer, _ in follows(told, "2025-12-24")] == ["no"]
    assert follows(told, "2026-01-07") == [("yes", None)]
    assert until(told, "2026-07-01") == [
        "contact-after 2027-08-15",
        "contract-ends long-contract 2028-08-31",
        "step cook 2028-06-30",
    ]
    assert until(told, "2028-05-02") == ["contact-after 2028-08-15", "contract-ends long-contract 2028-08-31"]

    # It is carried through, on its last day but one: nothing is due any more.
    told.then("""
        on         | fact               | values
        2028-08-30 | contract-completed | contract=long-contract
        """)
    assert until(told, "2028-08-29") == ["contact-after 2028-08-15", "contract-ends long-contract 2028-08-31"]
    assert until(told, "2028-08-30") == ["contact-after 2028-08-15"]
    assert until(told, "2028-08-31") == []

    told.is_told(
        "follow_ups",
        """
        from       | to         | planned_on | first_planned_on | moves | state  | how
        2023-09-01 | 2023-11-01 | 2023-11-01 | 2023-11-01       | 0     | agreed |
        2023-11-01 | 2023-11-08 | 2023-11-08 | 2023-11-01       | 1     | agreed |
        2023-11-08 |            | 2023-11-08 | 2023-11-01       | 1     | held   | meeting
        2024-03-01 |            |            |                  | 0     | held   | phone
        2024-10-15 |            |            |                  | 0     | held   | meeting
        2026-07-01 |            |            |                  | 0     | held   | phone
        2027-08-14 |            |            |                  | 0     | held   | meeting
        """,
    )
    told.is_told(
        "steps",
        """
        step         | from       | to         | state   | how
        B1           | 2023-09-01 | 2025-02-01 | agreed  |
        B1           | 2025-02-01 |            | reached | journey
        basic school | 2023-09-01 | 2026-06-20 | agreed  |
        basic school | 2026-06-20 |            | reached | journey
        cook         | 2025-03-01 | 2028-05-02 | agreed  |
        cook         | 2028-05-02 |            | reached | journey
        """,
    )


def test_the_same_story_told_backwards_of_each_part_says_the_same() -> None:
    """Facts of one day keep their order; the days come in any."""
    story = """
        on         | fact              | values
        2023-09-01 | contract-signed   | contract=long-contract, until=2028-08-31, parties=participant+county
        2023-10-01 | follow-up-held    |
        2024-02-01 | status-confirmed  |
        2024-05-01 | follow-up-held    |
        2024-08-01 | follow-up-held    |
        """
    forwards = life("on | fact | values\n 2023-08-15 | programme-started |").then(story)
    backwards = life("on | fact | values\n 2023-08-15 | programme-started |").then(*reversed(list(facts(story))))
    assert forwards.rows["tasks"] == backwards.rows["tasks"]
