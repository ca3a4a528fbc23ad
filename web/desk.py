"""The desk: everything that a request works with, opened once a thread and shared with no other."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock, local

from argon2 import PasswordHasher

from tracker.access_log import AccessLog
from tracker.application import Clock, ProgressionTracker, now
from tracker.errors import Busy
from tracker.journey import OSLO
from tracker.readmodel.rebuild import rebuild
from tracker.settings import Settings
from tracker.storage import app_database
from web.acts import Acts
from web.auth.accounts import Accounts
from web.auth.loans import Loans
from web.auth.sessions import Sessions
from web.drafts import Drafts
from web.feeds import Feeds
from web.handovers import Handovers


class Desk:
    """An open tracker with accounts, sessions, loans and the access log beside it.

    :param hasher: how passwords are kept
    """

    def __init__(self, settings: Settings, clock: Clock, hasher: PasswordHasher | None) -> None:
        self.app = ProgressionTracker(settings, clock)
        self.database = app_database(settings.home)
        self._hasher = hasher

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.database, self._hasher)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.database)

    @cached_property
    def loans(self) -> Loans:
        return Loans(self.database)

    @cached_property
    def acts(self) -> Acts:
        return Acts(self.database)

    @cached_property
    def handovers(self) -> Handovers:
        return Handovers(self.database)

    @cached_property
    def feeds(self) -> Feeds:
        return Feeds(self.database)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.database, self.app.keys)

    @cached_property
    def access_log(self) -> AccessLog:
        return AccessLog(self.database)

    def today(self) -> date:
        """The day in Norway."""
        return self.app.clock().astimezone(OSLO).date()

    def close(self) -> None:
        self.database.close()
        self.app.close()


@dataclass
class Desks:
    """The desks of an installation, one a thread.

    :ivar settings: where the data are
    :ivar hasher: how passwords are kept; None = argon2id with the parameters of RFC 9106 for little memory
    """

    settings: Settings
    clock: Clock = now
    hasher: PasswordHasher | None = None

    def __post_init__(self) -> None:
        self._mine = local()
        self._all: list[Desk] = []
        self._lock = Lock()

    def mine(self) -> Desk:
        """The desk of this thread."""
        desk: Desk | None = getattr(self._mine, "desk", None)
        if desk is None:
            desk = Desk(self.settings, self.clock, self.hasher)
            self._mine.desk = desk
            with self._lock:
                self._all.append(desk)
        return desk

    def bring_up_to_date(self, told: Callable[[int, int], None] | None = None) -> None:
        """Fold the read model anew where an older version or other rules left it, before the first request."""
        app = self.mine().app
        if app.read_model.is_outdated:
            with suppress(Busy):
                rebuild(app, told)
        app.read_model.follow(told)

    def close(self) -> None:
        """Close every desk; no thread may be at work any more."""
        with self._lock:
            for desk in self._all:
                desk.close()
            self._all.clear()
        self._mine = local()
