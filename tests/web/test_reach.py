"""Whose journeys somebody may open, cell by cell: role, where the participant is, and what was lent or stated."""

from datetime import UTC, datetime

import pytest

from tests.tables import table
from web.auth.accounts import Account, Grant
from web.auth.reach import Reach, Whereabouts, reach
from web.auth.roles import MAY, Permission, Role

HERE, ELSEWHERE = "0301", "5001"
OPENED = ("asked at the front desk", datetime(2026, 3, 2, 16, tzinfo=UTC))
ASKED: dict[str, Permission] = {
    "advisor": "participant-read",
    "manager": "participant-read",
    "teacher": "class",
    "partner": "agreed",
    "analyst": "participant-read",
    "administrator": "participant-read",
    "auditor": "participant-read",
}


def account(role: Role, municipality: str = HERE, *, sees_protected: bool = False) -> Account:
    about = {"teacher": "Class A", "partner": "NAV"}.get(role, "")
    return Account("kari", "Kari", "nb", sees_protected, (Grant(role, municipality, about),))


def somebody(case: str) -> Whereabouts:
    """A participant in the care of ``HERE``, unless the case says otherwise."""
    found = {
        "own": Whereabouts(HERE, "kari", frozenset(("Class A",)), frozenset(("NAV",))),
        "of a colleague": Whereabouts(HERE, "ola", frozenset(("Class B",)), frozenset(("county",))),
        "of nobody": Whereabouts(HERE),
        "elsewhere": Whereabouts(ELSEWHERE, "kari", frozenset(("Class A",)), frozenset(("NAV",))),
        "protected": Whereabouts(HERE, "kari", frozenset(("Class A",)), frozenset(("NAV",)), protected=True),
    }
    return found[case]


GROUNDS = """
    role          | own    | of a colleague | of nobody | elsewhere | protected
    advisor       | own    | reason         | reason    | none      | protected
    manager       | manager | manager       | manager   | none      | protected
    teacher       | class  | none           | none      | none      | protected
    partner       | agreed | none           | none      | none      | protected
    analyst       | none   | none           | none      | none      | none
    administrator | none   | none           | none      | none      | none
    auditor       | none   | none           | none      | none      | none
    """


@pytest.mark.parametrize("row", table(GROUNDS), ids=lambda row: row["role"])
def test_the_ground_on_which_each_role_opens_a_journey(row: dict[str, str]) -> None:
    role: Role = row["role"]  # type: ignore[assignment]
    answered = {case: reach(account(role), ASKED[role], somebody(case)).ground for case in row if case != "role"}
    assert answered == {case: ground for case, ground in row.items() if case != "role"}


@pytest.mark.parametrize("role", ["advisor", "manager", "teacher", "partner"])
def test_who_is_named_sees_people_whose_address_is_protected(role: Role) -> None:
    assert reach(account(role, sees_protected=True), ASKED[role], somebody("protected")).granted


def test_being_named_opens_nothing_by_itself() -> None:
    assert not reach(account("analyst", sees_protected=True), "participant-read", somebody("protected")).granted
    assert not reach(account("advisor", ELSEWHERE, sees_protected=True), "participant-read", somebody("own")).granted


def test_a_lent_caseload_is_open_to_the_stand_in_and_the_log_says_whose_it_is() -> None:
    answer = reach(account("advisor"), "participant-read", somebody("of a colleague"), lenders=("ola",))
    assert answer == Reach("lent", "lent by ola")


def test_a_stated_reason_opens_a_colleagues_participant_and_stands_in_the_log() -> None:
    answer = reach(account("advisor"), "participant-log", somebody("of a colleague"), opened=OPENED)
    assert answer == Reach("opened", *OPENED)
    assert answer.granted


def test_no_reason_opens_a_participant_of_another_municipality_or_a_protected_one() -> None:
    for case in ("elsewhere", "protected"):
        assert not reach(account("advisor"), "participant-read", somebody(case), opened=OPENED).granted


def test_a_manager_logs_nothing_in_a_journey_and_a_teacher_opens_no_page_of_a_person() -> None:
    assert not reach(account("manager"), "participant-log", somebody("own")).granted
    assert not reach(account("teacher"), "participant-read", somebody("own")).granted


def test_two_roles_in_two_municipalities_do_not_mix() -> None:
    both = Account("kari", "Kari", "nb", False, (Grant("manager", ELSEWHERE), Grant("advisor", HERE)))
    assert reach(both, "participant-log", Whereabouts(ELSEWHERE, "ola")).ground == "none"
    assert reach(both, "participant-read", Whereabouts(ELSEWHERE, "ola")).ground == "manager"


def test_an_administrator_an_auditor_and_an_analyst_have_no_permission_that_reaches_a_person() -> None:
    personal = {"day", "participant-read", "participant-log", "participant-copy", "class", "agreed", "figures-people"}
    for role in ("administrator", "auditor", "analyst"):
        assert not MAY[role] & personal
