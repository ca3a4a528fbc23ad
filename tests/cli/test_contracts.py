"""A contract is drafted, edited, signed, followed and ended, all from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal

SIGNED = "2024-03-01"


@pytest.fixture
def draft(terminal: Terminal, ana: str, tmp_path: Path) -> Path:
    """A contract on the trade path, as drafted for Ana."""
    path = tmp_path / "contract.toml"
    path.write_text(terminal.done("contract", "draft", ana, "--path", "trade", "--on", SIGNED), encoding="utf-8")
    return path


@pytest.fixture
def signed(terminal: Terminal, ana: str, draft: Path) -> str:
    """Ana, with that contract signed as it was drafted: facts 2 to 21."""
    terminal.done("contract", "sign", ana, draft)
    return ana


def shown(terminal: Terminal, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(terminal.done("contract", "show", *words, "--format", "json"))
    return told


def named(told: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in told if one["name"] == name)


def versions(printed: str) -> list[int]:
    return [int(line.split()[1]) for line in printed.splitlines()]


# Drafting and signing


def test_the_paths_are_listed_with_what_they_suit(terminal: Terminal) -> None:
    rows = json.loads(terminal.done("contract", "paths", "--language", "en", "--format", "json"))
    assert [row["path"] for row in rows] == ["integration@1", "quick-to-work@1", "trade@1", "upper-secondary@1"]
    assert rows[2]["title"] == "Work via basic school and trade certificate, over five years"
    assert rows[2]["career_goals"] == ["trade-certificate", "work"]


def test_a_draft_is_edited_checked_and_signed_in_one_act(terminal: Terminal, ana: str, draft: Path) -> None:
    text = draft.read_text(encoding="utf-8")
    assert "due = 2025-09-01" in text and "# 18 months" in text
    edited = text.replace("due = 2025-09-01", "due = 2025-12-01").replace('# office = ""', 'office = "Skole, sør"', 1)
    draft.write_text(edited, encoding="utf-8")
    checked = terminal.run("contract", "sign", ana, draft, "--check")
    assert "20 facts would be recorded; nothing was" in checked.stderr
    assert "step=A2, target=language-level, level=A2, due=2025-12-01" in checked.stdout
    assert json.loads(terminal.done("status", "--format", "json"))["facts"] == 1
    assert versions(terminal.done("contract", "sign", ana, draft)) == list(range(2, 22))
    page = terminal.done("contract", "show", ana, "--at", SIGNED)
    assert "  participant  agreed 2024-03-01, Skole, sør\n" in page
    assert "  A2  not yet due, due 2025-12-01: language-level A2\n" in page


def test_a_path_is_signed_directly_and_from_stdin(terminal: Terminal) -> None:
    ana, bo = terminal.register(), terminal.register()
    words = ("--path", "quick-to-work", "--on", SIGNED, "--office", "state=NAV Lillevik", "--language", "en")
    assert len(versions(terminal.done("contract", "sign", ana, *words))) == 15
    text = terminal.done("contract", "draft", bo, *words)
    assert len(versions(terminal.done("contract", "sign", bo, "-", stdin=text))) == 15
    page = terminal.done("contract", "show", bo, "--at", SIGNED)
    assert "state        agreed 2024-03-01, NAV Lillevik" in page
    assert "The municipality helps to apply for recognition of the education" in page


def test_the_same_command_signs_once(terminal: Terminal, ana: str, draft: Path) -> None:
    first = terminal.done("contract", "sign", ana, draft, "--command", "form-1")
    again = terminal.run("contract", "sign", ana, draft, "--command", "form-1")
    assert (again.exit_code, versions(again.stdout)) == (0, [2])
    assert "carried out before; nothing more was recorded" in again.stderr
    assert len(versions(first)) == 20
    draft.write_text(draft.read_text(encoding="utf-8").replace("2029-02-28", "2028-12-31"), encoding="utf-8")
    assert "with other values" in terminal.refused("contract", "sign", ana, draft, "--command", "form-1")


def test_a_file_that_cannot_be_signed_is_refused_with_place_and_value_and_changes_nothing(
    terminal: Terminal, ana: str, draft: Path
) -> None:
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("due = 2025-09-01", "due = 2030-09-01"), encoding="utf-8")
    assert terminal.refused("contract", "sign", ana, draft) == (
        f"error: {draft}: steps 2 (A2): step-agreed: the long-contract lasts from 2024-03-01 until 2029-02-28, "
        "got 2030-09-01\n"
    )
    draft.write_text(text.replace("due = 2025-09-01", 'due = "later"'), encoding="utf-8")
    assert f"{draft}: steps 2 (A2): due: expected a date" in terminal.refused("contract", "sign", ana, draft, "--check")
    draft.write_text(text.replace("until = 2029-02-28", "until = 2029-03-01"), encoding="utf-8")
    assert "lasts until 2029-02-28 at the latest, got 2029-03-01" in terminal.refused("contract", "sign", ana, draft)
    assert "no such file" in terminal.refused("contract", "sign", ana, draft.parent / "other.toml")
    assert "there is no path trad; known: " in terminal.refused(
        "contract", "draft", ana, "--path", "trad", "--on", SIGNED
    )
    assert json.loads(terminal.done("status", "--format", "json"))["facts"] == 1


@pytest.mark.parametrize(
    "words, said",
    [
        ((), "give a FILE, or --path and --on"),
        (("contract.toml", "--path", "trade"), "give a FILE, or --path and --on"),
        (("--path", "trade"), "--path and --on belong together"),
        (("contract.toml", "--on", SIGNED), "--path and --on belong together"),
        (("contract.toml", "--goal", "work", "--office", "state=NAV"), "--goal, --office: only with --path"),
        (("--path", "trade", "--on", SIGNED, "--office", "NAV"), "expected PARTY=OFFICE with one of participant"),
        (("--path", "trade", "--on", "2024"), "expected a day"),
    ],
)
def test_a_signing_that_is_used_wrongly_says_what_is_needed(
    terminal: Terminal, ana: str, words: tuple[str, ...], said: str
) -> None:
    assert said in terminal.misused("contract", "sign", ana, *words)


def test_a_shorter_contract_says_what_was_put_on_its_last_day(terminal: Terminal, ana: str) -> None:
    made = terminal.run("contract", "draft", ana, "--path", "trade", "--on", SIGNED, "--until", "2026-02-28")
    assert "end of school year 4 would be 2028-06-30, after the contract: its last day instead" in made.stderr
    assert "until = 2026-02-28" in made.stdout


# What a contract becomes


def test_a_contract_is_extended_paused_resumed_ended_and_reopened(terminal: Terminal, ana: str) -> None:
    terminal.done("contract", "sign", ana, "--path", "quick-to-work", "--on", SIGNED)

    def state(at: str) -> tuple[str, str]:
        held = shown(terminal, ana, "--at", at)["contracts"][0]
        return held["state"], held["until"]

    terminal.done("contract", "extend", ana, "--on", "2024-05-01", "--until", "2026-12-31")
    terminal.done("contract", "pause", ana, "--on", "2024-06-01", "--cause", "leave")
    terminal.done("contract", "resume", ana, "--on", "2024-06-30")
    terminal.done("contract", "terminate", ana, "--on", "2024-09-30", "--cause", "moved")
    terminal.done("contract", "reopen", ana, "--on", "2024-11-01")
    terminal.done("contract", "complete", ana, "--on", "2025-12-31")
    assert state("2024-04-30") == ("running", "2026-02-28")
    assert state("2024-05-01") == ("running", "2026-12-31")
    assert state("2024-06-01") == ("paused", "2026-12-31")
    assert state("2024-07-01") == ("running", "2026-12-31")
    assert state("2024-10-01") == ("terminated", "2026-12-31")
    assert state("2024-11-01") == ("running", "2026-12-31")
    assert state("2026-01-01") == ("completed", "2026-12-31")
    page = terminal.done("contract", "show", ana, "--at", "2024-10-01")
    for line in (
        "  state        terminated (moved), on 2024-09-30",
        "  extended     on 2024-05-01, until 2026-12-31",
        "  rested       from 2024-06-01 to 2024-06-30 (leave)",
    ):
        assert f"{line}\n" in page


def test_nothing_of_an_ended_contract_is_due_and_reopening_brings_it_back(terminal: Terminal, signed: str) -> None:
    def due(at: str) -> set[str]:
        return {one["about"] for one in shown(terminal, signed, "--at", at)["due"] if one["rests_on"] == "contract"}

    before = due("2024-06-30")
    assert {"A2", "livelihood clarified", "long-contract"} <= before
    terminal.done("contract", "terminate", signed, "--on", "2024-06-30", "--cause", "participant-withdrew")
    assert due("2024-07-01") == set()
    assert named(shown(terminal, signed, "--at", "2024-07-01")["steps"], "A2")["state"] == "not-due"
    terminal.done("contract", "reopen", signed, "--on", "2024-08-01")
    assert due("2024-08-01") == before


def test_a_contract_that_ran_out_says_so(terminal: Terminal) -> None:
    ana = terminal.register("--on", "2021-03-15")
    terminal.done("contract", "sign", ana, "--path", "quick-to-work", "--on", "2022-03-01")
    assert shown(terminal, ana, "--at", "2024-02-29")["contracts"][0]["state"] == "running"
    assert "  state        ran out, on 2024-02-29\n" in terminal.done("contract", "show", ana, "--at", "2024-03-01")


def test_which_contract_is_meant_is_said_where_there_are_several(terminal: Terminal, signed: str) -> None:
    nobody = terminal.register()
    assert "has no contract; tracker contract sign makes one" in terminal.refused(
        "contract", "pause", nobody, "--on", "2024-06-01"
    )
    words = ("--on", SIGNED, "--until", "2025-02-28", "--contract", "integration-contract")
    terminal.done("log", signed, "contract-signed", *words, "--parties", "participant", "--parties", "municipality")
    message = terminal.misused("contract", "pause", signed, "--on", "2024-06-01")
    assert "--contract: which one? integration-contract or long-contract" in message
    terminal.done("contract", "pause", signed, "--on", "2024-06-01", "--contract", "long-contract")
    assert [one["state"] for one in shown(terminal, signed, "--at", "2024-06-01")["contracts"]] == ["running", "paused"]


def test_whether_the_participant_follows_is_said_with_the_fact_that_says_no(terminal: Terminal, signed: str) -> None:
    terminal.done("log", signed, "primary-school-enrolled", "--on", "2024-08-19")
    terminal.done("log", signed, "primary-school-left", "--on", "2025-02-01", "--cause", "health")
    yes = shown(terminal, signed, "--at", "2025-01-31")["contracts"][0]
    assert (yes["follows"], yes["follows_since"], yes["because"]) == (True, SIGNED, [])
    page = terminal.done("contract", "show", signed, "--at", "2025-02-01")
    assert (
        "  participant follows: no, since 2025-02-01\n    fact 23, 2025-02-01: primary-school-left (health)\n" in page
    )
    assert "training in a firm  not due now, due 2027-08-31" in page
    terminal.done("log", signed, "primary-school-enrolled", "--on", "2025-08-18")
    again = terminal.done("contract", "show", signed, "--at", "2025-08-18")
    assert "  participant follows: yes, since 2025-08-18\n" in again
    assert "training in a firm  not yet due, due 2027-08-31" in again


def test_a_contract_is_shown_as_it_was_known(terminal: Terminal, signed: str) -> None:
    terminal.done("obligation", "missed", signed, "--obligation", "livelihood clarified", "--on", "2024-09-15")

    def state(position: str) -> str:
        told = shown(terminal, signed, "--at", "2024-10-01", "--known-at", position)
        return str(named(told["obligations"], "livelihood clarified")["state"])

    assert (state("@21"), state("@22")) == ("overdue", "missed")
    assert shown(terminal, signed, "--at", "2024-10-01", "--known-at", "@1")["contracts"] == []


def test_somebody_without_a_contract_is_told_where_one_begins(terminal: Terminal, ana: str) -> None:
    page = terminal.done("contract", "show", ana, "--at", "2021-04-01")
    assert "no contract: tracker contract paths lists what one can start from\n" in page


# Steps, duties, conversations


def test_a_step_is_reached_by_the_journey_or_judged_revised_and_dropped(terminal: Terminal, signed: str) -> None:
    terminal.done("log", signed, "primary-school-enrolled", "--on", "2024-08-19")
    late = ("--step", "work placement", "--due", "2026-06-01", "--cause", "offer")
    terminal.done("step", "revise", signed, "--on", "2024-10-01", *late)
    terminal.done("step", "drop", signed, "--on", "2024-10-02", "--step", "B1 oral", "--cause", "replaced")
    own = ("--step", "driving licence", "--target", "other", "--due", "2025-06-30")
    terminal.done("step", "agree", signed, "--on", "2024-10-02", *own)
    terminal.done(
        "step", "reached", signed, "--on", "2025-07-01", "--step", "driving licence", "--judged-by", "together"
    )
    steps = shown(terminal, signed, "--at", "2025-10-01")["steps"]
    states = {one["name"]: (one["state"], one["on"], one["how"], one["in_time"]) for one in steps}
    assert states["basic school begun"] == ("reached", "2024-08-19", "journey", True)
    assert states["driving licence"] == ("reached", "2025-07-01", "judged", False)
    assert states["B1 oral"] == ("dropped", "2024-10-02", "replaced", None)
    assert states["A2"] == ("overdue", None, None, None)
    placement = named(steps, "work placement")
    assert (placement["due"], placement["earlier"]) == ("2026-06-01", ["2026-03-01"])
    page = terminal.done("contract", "show", signed, "--at", "2025-10-01")
    assert "  A2  OVERDUE by 30 days, due 2025-09-01: language-level A2\n" in page
    assert "  basic school begun  reached 2024-08-19 (journey, in time), due 2024-08-31: primary-school\n" in page
    assert "  work placement  not yet due, due 2026-06-01, before 2026-03-01: work-placement\n" in page


def test_a_missed_duty_of_an_authority_is_as_visible_as_one_of_the_participant(terminal: Terminal, signed: str) -> None:
    for party in ("county", "participant"):
        words = ("--obligation", f"of the {party}", "--party", party, "--due", "2024-06-30")
        terminal.done("obligation", "agree", signed, "--on", "2024-04-01", *words)

    def lines(at: str) -> list[str]:
        page = terminal.done("contract", "show", signed, "--at", at).splitlines()
        return [line.strip() for line in page if line.strip().startswith("of the ")]

    assert lines("2024-06-30") == [
        f"of the {party}  not yet due, due 2024-06-30" for party in ("participant", "county")
    ]
    assert lines("2024-07-10") == [
        f"of the {party}  OVERDUE by 10 days, due 2024-06-30" for party in ("participant", "county")
    ]
    for party in ("county", "participant"):
        terminal.done("obligation", "missed", signed, "--on", "2024-07-11", "--obligation", f"of the {party}")
    assert lines("2024-07-11") == [
        f"of the {party}  MISSED 2024-07-11 (unknown), due 2024-06-30" for party in ("participant", "county")
    ]


def test_an_overdue_duty_of_an_authority_stays_in_sight_when_the_participant_no_longer_follows(
    terminal: Terminal, signed: str
) -> None:
    terminal.done("obligation", "missed", signed, "--on", "2024-10-01", "--obligation", "takes part as agreed")
    page = terminal.done("contract", "show", signed, "--at", "2025-01-01")
    assert "    place in basic school  not due now, OVERDUE by 30 days until then, due 2024-08-31: " in page


def test_duties_are_met_and_waived(terminal: Terminal, signed: str) -> None:
    terminal.done("obligation", "met", signed, "--on", "2024-08-31", "--obligation", "place in basic school")
    waived = ("--obligation", "training in a firm", "--reason", "goal-changed")
    terminal.done("obligation", "waive", signed, "--on", "2024-09-02", *waived)
    duties = shown(terminal, signed, "--at", "2024-10-01")["obligations"]
    met, gone = named(duties, "place in basic school"), named(duties, "training in a firm")
    assert (met["state"], met["on"], met["in_time"]) == ("met", "2024-08-31", True)
    assert (gone["state"], gone["on"], gone["how"]) == ("waived", "2024-09-02", "goal-changed")
    message = terminal.refused("obligation", "met", signed, "--on", "2024-09-03", "--obligation", "unknown duty")
    assert "obligation 'unknown duty' is not running on 2024-09-03" in message


def test_time_stands_still_while_a_contract_rests(terminal: Terminal, signed: str) -> None:
    terminal.done("contract", "pause", signed, "--on", "2025-01-01")
    resting = named(shown(terminal, signed, "--at", "2025-10-01")["steps"], "A2")
    assert (resting["state"], resting["due"]) == ("paused", "2025-09-01")
    terminal.done("contract", "resume", signed, "--on", "2025-01-31")
    later = named(shown(terminal, signed, "--at", "2025-09-02")["steps"], "A2")
    assert (later["state"], later["due"], later["due_now"]) == ("agreed", "2025-09-01", "2025-10-02")


def test_every_move_of_a_conversation_is_kept(terminal: Terminal, signed: str) -> None:
    follow_up = ("follow-up",)
    terminal.done(*follow_up, "schedule", signed, "--on", "2024-05-01", "--planned-on", "2024-06-03")
    terminal.done(
        *follow_up, "move", signed, "--on", "2024-06-02", "--planned-on", "2024-06-10", "--reason", "interpreter"
    )
    terminal.done(*follow_up, "move", signed, "--on", "2024-06-09", "--planned-on", "2024-06-17", "--reason", "illness")
    agreed = shown(terminal, signed, "--at", "2024-06-10")
    assert [one["planned_on"] for one in agreed["conversations"]] == ["2024-06-17"]
    assert [one["due"] for one in agreed["due"] if one["task"] == "follow-up"] == ["2024-06-17"]
    held = (
        "--way",
        "meeting",
        "--with-whom",
        "school",
        "--interpreter-used",
        "yes",
        "--agreed-next",
        "visit the school",
    )
    terminal.done(*follow_up, "held", signed, "--on", "2024-06-17", *held)
    missed = ("--missed-by", "interpreter", "--cause", "no-interpreter")
    terminal.done(*follow_up, "schedule", signed, "--on", "2024-06-17", "--planned-on", "2024-09-02")
    terminal.done(*follow_up, "missed", signed, "--on", "2024-09-02", *missed)
    page = terminal.done("contract", "show", signed, "--at", "2024-09-02")
    assert (
        "conversations\n"
        "  follow-up  held 2024-06-17 (meeting), agreed 2024-05-01 for 2024-06-03, with school, interpreter: yes\n"
        "    move 1, 2024-06-02: to 2024-06-10 (interpreter)\n"
        "    move 2, 2024-06-09: to 2024-06-17 (illness)\n"
        "    agreed next: visit the school\n"
        "  follow-up  missed 2024-09-02 (interpreter, no-interpreter), agreed 2024-06-17 for 2024-09-02\n"
    ) in page


def test_a_conversation_is_held_without_having_been_agreed_but_not_before_the_settlement(
    terminal: Terminal, ana: str
) -> None:
    terminal.done("follow-up", "held", ana, "--on", "2021-04-01", "--way", "phone")
    page = terminal.done("contract", "show", ana, "--at", "2021-04-01")
    assert "  follow-up  held 2021-04-01 (phone), not agreed before\n" in page
    assert "is before the settlement on 2021-03-15" in terminal.refused("follow-up", "held", ana, "--on", "2021-03-14")


def test_only_a_handover_that_was_accepted_changes_the_advisor(terminal: Terminal, ana: str) -> None:
    terminal.done("handover", ana, "--to", "per", "--accepted", "--on", "2021-04-01")
    terminal.done("handover", ana, "--to", "ole", "--declined", "--on", "2021-05-01")
    told = shown(terminal, ana, "--at", "2021-06-01")
    assert (told["advisor"], told["advisor_since"]) == ("per", "2021-04-01")
    assert "what was the answer? --accepted or --declined" in terminal.misused(
        "handover", ana, "--to", "ole", "--on", "2021-05-01"
    )
    assert "--to" in terminal.misused("handover", ana, "--accepted", "--on", "2021-05-01")


def test_commands_of_one_fact_are_carried_out_once_and_refused_where_stale(terminal: Terminal, signed: str) -> None:
    met = ("obligation", "met", signed, "--on", "2024-08-01", "--obligation", "place in basic school")
    assert terminal.done(*met, "--command", "form-2") == f"{signed} 22\n"
    assert terminal.done(*met, "--command", "form-2") == f"{signed} 22\n"
    assert "the journey is at version 22, you saw version 21" in terminal.refused(
        "contract", "complete", signed, "--on", "2024-09-01", "--expect", "21"
    )


def test_the_read_model_agrees_with_the_log_after_all_of_it(terminal: Terminal, signed: str) -> None:
    terminal.done("contract", "pause", signed, "--on", "2024-05-01")
    terminal.done("contract", "resume", signed, "--on", "2024-05-31")
    terminal.done("step", "drop", signed, "--on", "2024-06-01", "--step", "A2")
    assert "24 facts agree with the log" in terminal.done("verify")
