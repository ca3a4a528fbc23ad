"""The permission matrix: every route with every role, tried cell by cell against ``permissions.txt``.

``yes``: the route runs; ``reason``: it asks for one first; ``no``: refused. Where an address names a participant there is a
line for each of four: of the account's own caseload, class and contract; a colleague's; one of another municipality; one
whose address is protected. ``python -m tests.web.test_permissions`` writes the file anew, to be read before it is kept.
"""

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from events.contract import ContractSigned, PartyAgreed
from events.intake import AdvisorAssigned, GroupJoined, ParticipantRegistered
from events.residence import AddressProtectionSet
from tests.tables import table
from tests.web.conftest import HASHER, Site
from tracker.application import Author
from tracker.settings import Settings
from web.app import create_app
from web.auth.accounts import Grant
from web.auth.roles import ROLES, Role
from web.demo_accounts import DEMO_PASSWORD
from web.desk import Desks
from web.settings import WebSettings

MATRIX = Path(__file__).parent / "permissions.txt"
HERE, ELSEWHERE = "9901", "0301"
WHOSE = ("own", "colleague", "elsewhere", "protected")
WHO = (*ROLES, "nobody")
COLUMNS = ("route", "whose", *WHO)
ABOUT: dict[str, str] = {"teacher": "Class A", "partner": "Office A"}
ON = date(2025, 1, 6)
FILLED = {"topic": "job-started", "language": "nb"}


class Matrix:
    """A small installation with an account for each role, and a participant of each kind."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.people = {whose: uuid4() for whose in WHOSE}
        for whose, participant in self.people.items():
            self._live(participant, whose)
        for role in ROLES:
            site.desk.accounts.make(
                _user(role), role, DEMO_PASSWORD, [Grant(role, HERE, ABOUT.get(role, ""))], site.desk.app.clock(), "x"
            )

    def _live(self, participant: UUID, whose: str) -> None:
        app, author = self.site.desk.app, Author("x")
        home = ELSEWHERE if whose == "elsewhere" else HERE
        app.register(ParticipantRegistered(on=ON, municipality=home, settled_on=ON), author, participant=participant)
        mine = whose != "colleague"
        app.log(participant, AdvisorAssigned(on=ON, advisor=_user("advisor") if mine else "somebody"), author)
        app.log(participant, GroupJoined(on=ON, group="Class A" if mine else "Class B"), author)
        signed = ContractSigned(
            on=ON, contract="long-contract", until=date(2028, 1, 5), parties=("participant", "municipality", "state")
        )
        app.log(participant, signed, author)
        office = "Office A" if mine else "Office B"
        app.log(participant, PartyAgreed(on=ON, contract="long-contract", party="state", office=office), author)
        if whose == "protected":
            app.log(participant, AddressProtectionSet(on=ON, level="confidential"), author)

    def row(self, rule: Rule, method: str, whose: str) -> dict[str, str]:
        """A line of the matrix, as it is now."""
        answers = {who: self._answer(rule, method, whose, who) for who in WHO}
        return {"route": f"{method} {rule.rule}", "whose": whose, **answers}

    def _answer(self, rule: Rule, method: str, whose: str, who: str) -> str:
        client = self.site.client(_user(who) if who != "nobody" else None)
        log = self.site.desk.access_log
        before = log.count()
        values: dict[str, Any] = {name: self._filled(name, whose) for name in rule.arguments}
        with self.site.app.test_request_context():
            address = self.site.app.url_for(rule.endpoint, **values)
        given = {"municipality": HERE} if method == "POST" else None
        with client.open(address, method=method, data=given) as answer:
            answer.get_data()
        assert answer.status_code != 500, f"{who}: {method} {address}"
        refused = any(line.what.startswith("refused") for line in log.lines(limit=log.count() - before or 1))
        if answer.status_code == 302 and answer.location.startswith("/open/"):
            return "reason"
        to_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
        return "no" if answer.status_code == 403 or to_sign_in or (refused and log.count() > before) else "yes"

    def _filled(self, name: str, whose: str) -> object:
        if name in ("participant", "who"):
            return self.people[whose if whose else "colleague"]
        if name in ("version", "number", "loan", "id", "report", "offer"):
            return 1
        return FILLED.get(name, "x")


def _user(role: str) -> str:
    return f"a-{role}"


def rules(site: Site) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, whose) of every line that the matrix must have; what is public needs none."""
    for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint == "static" or rule.endpoint.startswith("signing_in."):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            for whose in WHOSE if "participant" in rule.arguments else ("",):
                yield rule, method, whose


def made(simulated: Path, home: Path) -> Matrix:
    shutil.copytree(simulated, home)
    desks = Desks(Settings(home, by="demo", synthetic=True), hasher=HASHER)
    app = create_app(desks, WebSettings(demo=True, limits=False))
    app.config["WTF_CSRF_ENABLED"] = False
    return Matrix(Site(app, desks))


@pytest.fixture(scope="module")
def matrix(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    found = made(simulated, tmp_path_factory.mktemp("matrix") / "home")
    yield found
    found.site.desks.close()


LINES = table(MATRIX.read_text(encoding="utf-8")) if MATRIX.exists() else []


def test_the_matrix_has_every_route(matrix: Matrix) -> None:
    wanted = {(f"{method} {rule.rule}", whose) for rule, method, whose in rules(matrix.site)}
    assert wanted == {(line["route"], line["whose"]) for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['route']} {line['whose']}".strip())
def test_each_role_meets_what_the_matrix_says(matrix: Matrix, line: dict[str, str]) -> None:
    rule, method, whose = next(
        each for each in rules(matrix.site) if (f"{each[1]} {each[0].rule}", each[2]) == (line["route"], line["whose"])
    )
    assert matrix.row(rule, method, whose) == line


def test_nobody_passes_unless_signed_in() -> None:
    assert [
        line["route"] for line in LINES if line["nobody"] != "no" and not line["route"].startswith("GET /calendar/")
    ] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reaches_a_participant_of_another_municipality_or_a_protected_one(role: Role) -> None:
    assert [line for line in LINES if line["whose"] in ("elsewhere", "protected") and line[role] != "no"] == []


@pytest.mark.parametrize("role", ["administrator", "auditor", "analyst"])
def test_some_roles_reach_no_participant_at_all(role: Role) -> None:
    assert [line for line in LINES if line["whose"] and line[role] != "no"] == []


def _written(found: Matrix) -> str:
    rows = [found.row(*each) for each in rules(found.site)]
    widths = {column: max(len(column), *(len(row[column]) for row in rows)) for column in COLUMNS}
    lines = [{column: column for column in COLUMNS}, *rows]
    return "\n".join(" | ".join(line[c].ljust(widths[c]) for c in COLUMNS).rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    from tests.web.conftest import simulate

    with TemporaryDirectory() as folder:
        there = made(simulate(Path(folder) / "simulated"), Path(folder) / "home")
        text = _written(there)
        there.site.desks.close()
    MATRIX.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
