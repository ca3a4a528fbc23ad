"""Local accounts: who may sign in, with which roles where, kept in ``app.db``; passwords as argon2id."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, NamedTuple

import sqlite_utils
from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.errors import Refusal
from tracker.storage import told, writing
from tracker.wording import Language
from web.auth.roles import MAY, ROLES, Permission, Role

SHORTEST = 12
"""Characters of a password. Length is what protects; nothing is asked about its characters."""

LONGEST = 200
_NAME = 40
_TABLES = (
    "CREATE TABLE IF NOT EXISTS accounts (user TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL, "
    "language TEXT NOT NULL, sees_protected INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL, made_by TEXT NOT NULL, "
    "changed_at TEXT NOT NULL, disabled_at TEXT)",
    "CREATE TABLE IF NOT EXISTS grants (user TEXT NOT NULL REFERENCES accounts, role TEXT NOT NULL, "
    "municipality TEXT NOT NULL, about TEXT NOT NULL DEFAULT '', PRIMARY KEY (user, role, municipality, about))",
)


class AccountNotFound(Refusal):
    """There is no account of this name."""

    code: ClassVar[str] = "account-not-found"


class AccountExists(Refusal):
    """There is an account of this name already."""

    code: ClassVar[str] = "account-exists"


class AccountNotValid(Refusal):
    """A name, role or password cannot be that of an account.

    :ivar field: which of them
    """

    code: ClassVar[str] = "account-not-valid"

    def __init__(self, message: str, field: str, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class Grant(NamedTuple):
    """A role in a municipality.

    :ivar about: of a teacher the class, of a partner the party or office that contracts name; else empty
    """

    role: Role
    municipality: str
    about: str = ""


class Account(NamedTuple):
    """Somebody who may sign in.

    :ivar user: user name, as journeys name an advisor
    :ivar name: as colleagues read it
    :ivar sees_protected: named as one who may see people whose address is protected
    """

    user: str
    name: str
    language: Language
    sees_protected: bool
    grants: tuple[Grant, ...]
    disabled_at: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether any role of theirs allows it, somewhere."""
        return any(permission in MAY[grant.role] for grant in self.grants)

    def where(self, permission: Permission) -> frozenset[str]:
        """The municipalities in which a role of theirs allows it."""
        return frozenset(grant.municipality for grant in self.grants if permission in MAY[grant.role])

    def has(self, role: Role, municipality: str) -> bool:
        """Whether they have the role in the municipality."""
        return any(grant.role == role and grant.municipality == municipality for grant in self.grants)

    def has_role(self, role: Role) -> bool:
        """Whether they have the role anywhere."""
        return any(grant.role == role for grant in self.grants)

    def about(self, role: Role, municipality: str | None = None) -> frozenset[str]:
        """The classes of a teacher, or the parties and offices of a partner."""
        return frozenset(
            grant.about
            for grant in self.grants
            if grant.role == role and grant.about and municipality in (None, grant.municipality)
        )


class Accounts:
    """The tables of accounts and of their roles.

    :param database: ``app.db``
    :param hasher: how passwords are kept
    """

    def __init__(self, database: sqlite_utils.Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
        with writing(self._database) as connection:
            for statement in _TABLES:
                connection.execute(statement)
        # What an unknown name is compared with, so that an answer takes as long as for a known one.
        self._nobody = self._hasher.hash("nobody has this password")

    def make(
        self,
        user: str,
        name: str,
        password: str,
        grants: Iterable[Grant],
        at: datetime,
        by: str,
        *,
        language: Language = "nb",
        sees_protected: bool = False,
    ) -> Account:
        """Make an account.

        :raises AccountExists: the user name is taken
        :raises AccountNotValid: the name, a role or the password cannot be one
        """
        user, name, grants = user.strip(), name.strip(), tuple(grants)
        _check(user, name, grants)
        sealed = self._hashed(password)
        with writing(self._database) as connection:
            if connection.execute("SELECT 1 FROM accounts WHERE user = ?", (user,)).fetchone():
                raise AccountExists(f"there is an account {user!r} already; choose another user name")
            moment = at.isoformat()
            connection.execute(
                "INSERT INTO accounts (user, name, password, language, sees_protected, made_at, made_by, changed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (user, name, sealed, language, int(sees_protected), moment, by, moment),
            )
            _grant(connection, user, grants)
        return Account(user, name, language, sees_protected, grants)

    def change(
        self,
        user: str,
        at: datetime,
        *,
        name: str | None = None,
        language: Language | None = None,
        sees_protected: bool | None = None,
        grants: Iterable[Grant] | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Change what is given; the rest stays.

        :raises AccountNotFound: there is none
        :raises AccountNotValid: the name, a role or the password cannot be one
        """
        before = self.find(user)
        if before is None:
            raise AccountNotFound(f"there is no account {user!r}")
        new = None if grants is None else tuple(grants)
        _check(user, before.name if name is None else name.strip(), before.grants if new is None else new)
        values: dict[str, object] = {
            "name": None if name is None else name.strip(),
            "language": language,
            "sees_protected": None if sees_protected is None else int(sees_protected),
            "password": None if password is None else self._hashed(password),
        }
        given = {column: value for column, value in values.items() if value is not None}
        if disabled is not None:
            given["disabled_at"] = at.isoformat() if disabled else None
        given["changed_at"] = at.isoformat()
        with writing(self._database) as connection:
            columns = ", ".join(f"{column} = ?" for column in given)
            connection.execute(f"UPDATE accounts SET {columns} WHERE user = ?", [*given.values(), user])
            if new is not None:
                connection.execute("DELETE FROM grants WHERE user = ?", (user,))
                _grant(connection, user, new)
        after = self.find(user)
        assert after is not None
        return after

    def find(self, user: str) -> Account | None:
        """The account of this user name, disabled ones too."""
        return next(iter(self._read("WHERE a.user = ? ORDER BY a.user", (user,))), None)

    def all(self) -> list[Account]:
        """Every account, by user name."""
        return self._read("ORDER BY a.user", ())

    def authenticated(self, user: str, password: str) -> Account | None:
        """The account that this name and password open; None also where it is disabled or there is none."""
        with told():
            row = self._database.execute("SELECT password FROM accounts WHERE user = ?", (user.strip(),)).fetchone()
        try:
            self._hasher.verify(row[0] if row else self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        account = self.find(user.strip()) if row else None
        return None if account is None or account.disabled_at else account

    def _read(self, which: str, values: tuple[str, ...]) -> list[Account]:
        with told():
            rows = self._database.execute(
                "SELECT a.user, a.name, a.language, a.sees_protected, a.disabled_at, g.role, g.municipality, g.about "
                f"FROM accounts a LEFT JOIN grants g ON g.user = a.user {which}, g.role, g.municipality, g.about",
                values,
            ).fetchall()
        found = []
        for (user, name, language, sees_protected, disabled_at), grants in groupby(rows, itemgetter(slice(5))):
            granted = tuple(Grant(*row[5:]) for row in grants if row[5] is not None)
            found.append(Account(user, name, language, bool(sees_protected), granted, disabled_at))
        return found

    def _hashed(self, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST:
            raise AccountNotValid(
                f"a password has {SHORTEST} to {LONGEST} characters", "password", least=SHORTEST, most=LONGEST
            )
        return self._hasher.hash(password)


def _grant(connection: sqlite3.Connection, user: str, grants: Iterable[Grant]) -> None:
    connection.executemany("INSERT OR IGNORE INTO grants VALUES (?, ?, ?, ?)", [(user, *grant) for grant in grants])


def _check(user: str, name: str, grants: tuple[Grant, ...]) -> None:
    if not (1 <= len(user) <= _NAME and user.isprintable() and " " not in user) or user.isdigit():
        raise AccountNotValid(
            f"a user name has 1 to {_NAME} characters, no blanks, and is never a number such as an identity number",
            "user",
            most=_NAME,
        )
    if not (1 <= len(name) <= 2 * _NAME and name.isprintable()):
        raise AccountNotValid(f"a name has 1 to {2 * _NAME} characters", "name", most=2 * _NAME)
    for grant in grants:
        if grant.role not in ROLES:
            raise AccountNotValid(f"there are the roles {', '.join(ROLES)}, got {grant.role!r}", "role")
        if not (len(grant.municipality) == 4 and grant.municipality.isdigit()):
            raise AccountNotValid("a role is held in a municipality, named by its code of four digits", "municipality")
        if (grant.role in ("teacher", "partner")) != bool(grant.about):
            raise AccountNotValid(
                "a teacher has a class and a partner a party or an office, and no other role has one", "about"
            )
