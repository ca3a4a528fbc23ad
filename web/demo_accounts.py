"""The accounts of the simulated municipality; they exist where the people do not."""

from typing import NamedTuple

from tracker.demo.bound import OFFICES
from tracker.demo.intake import ADVISORS, MUNICIPALITY
from tracker.quality.rows import running
from web.auth.accounts import Grant
from web.desk import Desk
from web.wording import marked as _

DEMO_PASSWORD = "demo-demo-demo"
TEACHER = "demo-teacher-1"
CLASSES = 2
"""How many classes the teacher has: the largest ones."""


class DemoAccount(NamedTuple):
    """An account that is shown on the sign-in page in demo mode.

    :ivar what: what one can see with it, English
    """

    user: str
    name: str
    what: str
    grants: tuple[Grant, ...]
    sees_protected: bool = False


DEMO_ACCOUNTS = (
    DemoAccount(
        "demo-advisor-1",
        "Demo Rådgiver 1",
        _("advisor: own participants, logging, contracts"),
        (Grant("advisor", MUNICIPALITY),),
    ),
    DemoAccount(
        "demo-manager",
        "Demo Leder",
        _("manager: figures, reports, import, the whole municipality"),
        (Grant("manager", MUNICIPALITY),),
        sees_protected=True,
    ),
    DemoAccount(
        "demo-analyst", "Demo Analytiker", _("analyst: figures and exports"), (Grant("analyst", MUNICIPALITY),)
    ),
    DemoAccount(
        TEACHER,
        "Demo Lærer 1",
        _("teacher: levels, modules and attendance of own classes"),
        (),
    ),
    DemoAccount(
        "demo-partner",
        "Demo NAV",
        _("partner at NAV: contracts that name the office, own duties"),
        (Grant("partner", MUNICIPALITY, OFFICES["state"]),),
    ),
    DemoAccount(
        "demo-administrator",
        "Demo Administrator",
        _("administrator: accounts, norm sets, rules, targets; no participants"),
        (Grant("administrator", MUNICIPALITY),),
    ),
    DemoAccount("demo-auditor", "Demo Revisor", _("auditor: the access log"), (Grant("auditor", MUNICIPALITY),)),
)
"""The other advisors sign in as demo-advisor-2 and so on."""


def make_demo_accounts(desk: Desk) -> None:
    """Make the accounts that are not there yet."""
    at = desk.app.clock()
    others = tuple(
        DemoAccount(f"demo-advisor-{number}", f"Demo Rådgiver {number}", "", (Grant("advisor", MUNICIPALITY),))
        for number in range(2, ADVISORS + 1)
    )
    for account in (*DEMO_ACCOUNTS, *others):
        if desk.accounts.find(account.user) is None:
            desk.accounts.make(
                account.user,
                account.name,
                DEMO_PASSWORD,
                account.grants or _classes(desk),
                at,
                "demo",
                sees_protected=account.sees_protected,
            )


def _classes(desk: Desk) -> tuple[Grant, ...]:
    """The classes of the teacher."""
    rows = desk.app.read_model.database.execute(
        f"SELECT s.key FROM spells s WHERE s.activity = 'group' AND {running('s')} "
        "GROUP BY s.key ORDER BY COUNT(*) DESC, s.key LIMIT :classes",
        {"position": desk.app.read_model.state(), "at": desk.today().isoformat(), "classes": CLASSES},
    )
    return tuple(Grant("teacher", MUNICIPALITY, name) for (name,) in rows.fetchall())
