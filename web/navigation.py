"""What the head of each page leads to, for who is signed in."""

from typing import NamedTuple, cast

from flask import Flask, request

from web import wording
from web.auth.accounts import Account
from web.auth.gate import permission_of
from web.auth.roles import Permission
from web.wording import marked as _


class Entry(NamedTuple):
    """A link in the head.

    :ivar endpoint: where it leads
    :ivar title: English, as the catalogues have it
    """

    endpoint: str
    title: str


ENTRIES = (
    Entry("my_day.page", _("My day")),
    Entry("agreed.page", _("Contracts we are part of")),
    Entry("class_grid.page", _("Class")),
    Entry("figures.page", _("Figures")),
    Entry("reports.page", _("Reports")),
    Entry("quality.page", _("Data quality")),
    Entry("importing.page", _("Import")),
    Entry("administration.page", _("Administration")),
    Entry("access_log.page", _("Access log")),
    Entry("status.page", _("Status")),
)


class Link(NamedTuple):
    """A link as the page shows it.

    :ivar current: the page is one of that part
    """

    endpoint: str
    title: str
    current: bool


def entries(app: Flask, account: Account | None) -> list[Link]:
    """What somebody may go to."""
    if account is None:
        return []
    here = (request.endpoint or "").partition(".")[0]
    return [
        Link(entry.endpoint, wording.words(entry.title), entry.endpoint.partition(".")[0] == here)
        for entry in ENTRIES
        if account.may(cast(Permission, permission_of(app, entry.endpoint)))
    ]
