"""Roles and what each may do: the table that every page is held against."""

from collections.abc import Mapping
from typing import Literal, get_args

from web.wording import marked as _

Role = Literal["advisor", "manager", "analyst", "administrator", "auditor", "teacher", "partner"]
ROLES: tuple[Role, ...] = get_args(Role)

TITLES: Mapping[Role, str] = {
    "advisor": _("Advisor"),
    "manager": _("Manager"),
    "analyst": _("Analyst"),
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
    "teacher": _("Teacher"),
    "partner": _("Partner"),
}
"""What a role is called, English."""

Permission = Literal[
    "home",
    "own-account",
    "day",
    "participant-read",
    "participant-log",
    "participant-register",
    "participant-copy",
    "contract-write",
    "handover",
    "lend",
    "class",
    "agreed",
    "figures",
    "figures-people",
    "figures-export",
    "pseudonyms",
    "import",
    "report-read",
    "report-make",
    "quality",
    "accounts",
    "settings",
    "access-log",
    "status",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
"""home, own-account: everybody who is signed in · day: worklist, search, list for the national register ·
participant-...: one journey · handover: to another advisor · lend: a caseload for a period · class: grids of own
classes · agreed: what a partner is named in · figures-people: the people behind a figure · pseudonyms: rows without
names · settings: norm sets, rules, targets, reference tables."""

_EVERYBODY: frozenset[Permission] = frozenset(("home", "own-account"))

MAY: Mapping[Role, frozenset[Permission]] = {
    "advisor": _EVERYBODY
    | {
        "day",
        "participant-read",
        "participant-log",
        "participant-register",
        "participant-copy",
        "contract-write",
        "handover",
        "lend",
        "class",
        "quality",
        "figures",
        "report-read",
    },
    "manager": _EVERYBODY
    | {
        "day",
        "participant-read",
        "participant-copy",
        "handover",
        "lend",
        "figures",
        "figures-people",
        "figures-export",
        "import",
        "report-read",
        "report-make",
        "quality",
        "status",
    },
    "analyst": _EVERYBODY | {"figures", "figures-export", "pseudonyms", "report-read", "report-make", "status"},
    "administrator": _EVERYBODY | {"accounts", "settings", "status"},
    "auditor": _EVERYBODY | {"access-log", "status"},
    "teacher": _EVERYBODY | {"class"},
    "partner": _EVERYBODY | {"agreed"},
}
"""Role -> what it may do. An administrator reaches no participant, a manager logs nothing in a journey."""
