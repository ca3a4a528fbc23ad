"""Accounts, loans and openings: what is kept, what is refused, and what runs out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlite_utils
from argon2 import PasswordHasher, profiles

from tracker.storage import app_database
from web.auth.accounts import LONGEST, AccountExists, AccountNotFound, AccountNotValid, Accounts, Grant
from web.auth.loans import OPEN_FOR, LoanNotValid, Loans, OpeningReasonNeeded

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
SOMEBODY = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    database = app_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def accounts(database: sqlite_utils.Database) -> Accounts:
    made = Accounts(database, PasswordHasher.from_parameters(profiles.CHEAPEST))
    made.make("kari", "Kari", PASSWORD, [Grant("advisor", "0301")], NOW, "admin")
    return made


def test_a_password_opens_its_account_alone(accounts: Accounts) -> None:
    accounts.make("ola", "Ola", "another good password", [Grant("manager", "0301")], NOW, "admin")
    found = accounts.authenticated("kari", PASSWORD)
    assert found is not None
    assert found.grants == (Grant("advisor", "0301"),)
    assert accounts.authenticated("ola", PASSWORD) is None
    assert accounts.authenticated("nobody", PASSWORD) is None


def test_the_file_holds_no_password(accounts: Accounts, tmp_path: Path) -> None:
    accounts.authenticated("kari", PASSWORD)
    assert not [path.name for path in tmp_path.iterdir() if PASSWORD.encode() in path.read_bytes()]
    assert (tmp_path / "app.db").stat().st_mode & 0o777 == 0o600


def test_passwords_are_kept_as_argon2id_unless_told_otherwise(database: sqlite_utils.Database) -> None:
    Accounts(database).make("per", "Per", PASSWORD, [Grant("auditor", "0301")], NOW, "admin")
    assert database.execute("SELECT password FROM accounts").fetchone()[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_user_name_is_taken_once(accounts: Accounts) -> None:
    with pytest.raises(AccountExists):
        accounts.make(" kari ", "Kari 2", PASSWORD, [Grant("advisor", "0301")], NOW, "admin")


def test_an_account_that_is_not_there_cannot_be_changed(accounts: Accounts) -> None:
    with pytest.raises(AccountNotFound):
        accounts.change("nobody", NOW, name="Nobody")


@pytest.mark.parametrize(
    "user, name, password, grant, field",
    [
        ("", "Per", PASSWORD, Grant("advisor", "0301"), "user"),
        ("two words", "Per", PASSWORD, Grant("advisor", "0301"), "user"),
        ("15879099887", "Per", PASSWORD, Grant("advisor", "0301"), "user"),
        ("per", " ", PASSWORD, Grant("advisor", "0301"), "name"),
        ("per", "Per", "too short", Grant("advisor", "0301"), "password"),
        ("per", "Per", "x" * (LONGEST + 1), Grant("advisor", "0301"), "password"),
        ("per", "Per", PASSWORD, Grant("king", "0301"), "role"),  # type: ignore[arg-type]
        ("per", "Per", PASSWORD, Grant("advisor", "Oslo"), "municipality"),
        ("per", "Per", PASSWORD, Grant("teacher", "0301"), "about"),
        ("per", "Per", PASSWORD, Grant("advisor", "0301", "Class A"), "about"),
    ],
)
def test_what_cannot_be_an_account_is_refused_at_its_field(
    accounts: Accounts, user: str, name: str, password: str, grant: Grant, field: str
) -> None:
    with pytest.raises(AccountNotValid) as refused:
        accounts.make(user, name, password, [grant], NOW, "admin")
    assert refused.value.field == field
    assert len(accounts.all()) == 1


def test_a_change_leaves_the_rest_as_it_was(accounts: Accounts) -> None:
    before = accounts.find("kari")
    after = accounts.change("kari", NOW, language="nn")
    assert before is not None
    assert after == before._replace(language="nn")
    assert accounts.authenticated("kari", PASSWORD) == after


def test_a_loan_runs_on_its_days_and_ends_when_it_is_ended(database: sqlite_utils.Database) -> None:
    loans = Loans(database)
    loan = loans.lend("kari", "ola", "0301", date(2025, 1, 10), date(2025, 1, 20), NOW, "kari")
    days = {day: [one.lender for one in loans.borrowed("ola", date(2025, 1, day))] for day in (9, 10, 20, 21)}
    assert days == {9: [], 10: ["kari"], 20: ["kari"], 21: []}
    loans.end(loan, NOW)
    assert not loans.borrowed("ola", date(2025, 1, 15))
    assert loans.all()[0].ended_at == NOW.isoformat()


@pytest.mark.parametrize(
    "borrower, last, field",
    [("kari", date(2025, 1, 20), "borrower"), ("ola", date(2025, 1, 9), "last"), ("ola", date(2025, 12, 1), "last")],
    ids=["to oneself", "backwards", "for a year"],
)
def test_what_cannot_be_a_loan_is_refused(
    database: sqlite_utils.Database, borrower: str, last: date, field: str
) -> None:
    with pytest.raises(LoanNotValid) as refused:
        Loans(database).lend("kari", borrower, "0301", date(2025, 1, 10), last, NOW, "kari")
    assert refused.value.field == field


def test_a_journey_opened_on_a_reason_closes_by_itself(database: sqlite_utils.Database) -> None:
    loans = Loans(database)
    until = loans.open("ola", SOMEBODY, "asked  at the\nfront desk", NOW)
    assert until == NOW + OPEN_FOR
    assert loans.opened("ola", SOMEBODY, until - timedelta(seconds=1)) == ("asked at the front desk", until)
    assert loans.opened("ola", SOMEBODY, until) is None
    assert loans.opened("kari", SOMEBODY, NOW) is None


@pytest.mark.parametrize("reason", ["", "   ", "because", "x" * 300])
def test_a_reason_that_says_nothing_opens_nothing(database: sqlite_utils.Database, reason: str) -> None:
    loans = Loans(database)
    with pytest.raises(OpeningReasonNeeded):
        loans.open("ola", SOMEBODY, reason, NOW)
    assert loans.opened("ola", SOMEBODY, NOW) is None
