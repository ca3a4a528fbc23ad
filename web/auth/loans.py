"""Journeys beyond one's own: a caseload lent for a period, and a journey opened on a stated reason."""

from datetime import date, datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

import sqlite_utils

from tracker.errors import Refusal
from tracker.storage import told, writing

OPEN_FOR = timedelta(hours=8)
"""How long a journey of a colleague's participant stays open on a reason: a working day."""

SHORTEST_REASON = 10
LONGEST_REASON = 200
LONGEST_LOAN = timedelta(days=183)
_TABLES = (
    "CREATE TABLE IF NOT EXISTS loans (id INTEGER PRIMARY KEY, lender TEXT NOT NULL, borrower TEXT NOT NULL, "
    "municipality TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, "
    "ended_at TEXT)",
    "CREATE TABLE IF NOT EXISTS openings (user TEXT NOT NULL, participant TEXT NOT NULL, reason TEXT NOT NULL, "
    "at TEXT NOT NULL, until TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS openings_of ON openings (user, participant)",
)
_COLUMNS = "id, lender, borrower, municipality, first, last, at, by, ended_at"


class LoanNotValid(Refusal):
    """A caseload cannot be lent so.

    :ivar field: what is not right
    """

    code: ClassVar[str] = "loan-not-valid"

    def __init__(self, message: str, field: str, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class OpeningReasonNeeded(Refusal):
    """A colleague's participant is opened on a reason that says something."""

    code: ClassVar[str] = "opening-reason-needed"


class Loan(NamedTuple):
    """A caseload lent to a stand-in.

    :ivar first: the first day; ``last`` the last one
    :ivar by: who lent it: the advisor, or a manager
    """

    id: int
    lender: str
    borrower: str
    municipality: str
    first: str
    last: str
    at: str
    by: str
    ended_at: str | None = None

    def runs(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.ended_at is None and self.first <= day.isoformat() <= self.last


class Loans:
    """The tables of loans and of journeys opened on a reason."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        """
        :param database: ``app.db``
        """
        self._database = database
        with writing(self._database) as connection:
            for statement in _TABLES:
                connection.execute(statement)

    def lend(
        self, lender: str, borrower: str, municipality: str, first: date, last: date, at: datetime, by: str
    ) -> int:
        """Lend a caseload.

        :returns: the number of the loan
        :raises LoanNotValid: to oneself, backwards, or for longer than half a year
        """
        if lender == borrower:
            raise LoanNotValid("a caseload is lent to somebody else", "borrower")
        if last < first:
            raise LoanNotValid(f"the last day, {last}, is before the first, {first}", "last", first=first, last=last)
        if last - first > LONGEST_LOAN:
            message = f"a caseload is lent for {LONGEST_LOAN.days} days at most; hand it over instead"
            raise LoanNotValid(message, "last", days=LONGEST_LOAN.days)
        with writing(self._database) as connection:
            made = connection.execute(
                "INSERT INTO loans (lender, borrower, municipality, first, last, at, by) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (lender, borrower, municipality, first.isoformat(), last.isoformat(), at.isoformat(), by),
            )
            return int(made.lastrowid or 0)

    def end(self, loan: int, at: datetime) -> None:
        """End a loan before its last day."""
        with writing(self._database) as connection:
            connection.execute(
                "UPDATE loans SET ended_at = ? WHERE id = ? AND ended_at IS NULL", (at.isoformat(), loan)
            )

    def all(self) -> list[Loan]:
        """Every loan, the newest first."""
        with told():
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM loans ORDER BY id DESC")
            return [Loan(*row) for row in rows.fetchall()]

    def borrowed(self, borrower: str, day: date) -> list[Loan]:
        """The loans that a stand-in has on a day."""
        with told():
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM loans WHERE borrower = ? ORDER BY id", (borrower,))
            return [loan for row in rows.fetchall() if (loan := Loan(*row)).runs(day)]

    def open(self, user: str, participant: UUID, reason: str, at: datetime) -> datetime:
        """Open a colleague's participant for a while.

        :returns: until when
        :raises OpeningReasonNeeded: the reason says nothing
        """
        reason = " ".join(reason.split())
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise OpeningReasonNeeded(f"the reason has {SHORTEST_REASON} to {LONGEST_REASON} characters")
        until = at + OPEN_FOR
        with writing(self._database) as connection:
            connection.execute(
                "INSERT INTO openings VALUES (?, ?, ?, ?, ?)",
                (user, participant.hex, reason, at.isoformat(), until.isoformat()),
            )
        return until

    def opened(self, user: str, participant: UUID, now: datetime) -> tuple[str, datetime] | None:
        """The reason on which a user has a journey open now, and until when; None where it is not open."""
        with told():
            row = self._database.execute(
                "SELECT reason, until FROM openings WHERE user = ? AND participant = ? AND until > ? "
                "ORDER BY at DESC LIMIT 1",
                (user, participant.hex, now.isoformat()),
            ).fetchone()
        return None if row is None else (str(row[0]), datetime.fromisoformat(row[1]))
