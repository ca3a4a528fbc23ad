"""Who people are, as somebody may see them: names from the store of identities, and a mask where the address is
protected."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from tracker.errors import ParticipantIsForgotten
from tracker.follow_up.calendar_file import reference
from tracker.people import Person
from tracker.quality.rows import running
from web import wording
from web.addresses import url_for
from web.auth.gate import account, desk


class Shown(NamedTuple):
    """A participant in a list.

    :ivar name: as it may be seen, in the language of the reader
    :ivar reference: the beginning of the id, which search understands; empty where masked
    :ivar masked: the address is protected, and the reader is not named as one who may see it
    """

    participant: UUID
    name: str
    reference: str
    masked: bool = False

    @property
    def address(self) -> str:
        """The page of the participant; empty where there is none for the reader."""
        return "" if self.masked else page_of(self.participant)


def page_of(participant: UUID) -> str:
    """The address of a participant's page."""
    return url_for("participant.page", participant=participant)


def protected_among(participants: Iterable[UUID]) -> frozenset[UUID]:
    """Those whose address is protected today."""
    model = desk().app.read_model
    rows = model.database.execute(
        f"""
        SELECT DISTINCT s.participant FROM json_each(:participants) w
        CROSS JOIN spells s ON s.participant = w.value AND +s.activity = 'address-protection' AND {running("s")}""",
        {
            "participants": json.dumps([str(one) for one in participants]),
            "position": model.state(),
            "at": desk().today().isoformat(),
        },
    )
    return frozenset(UUID(row[0]) for row in rows.fetchall())


def person_of(participant: UUID) -> Person | None:
    """Who a participant is; None where nothing is stored."""
    with suppress(ParticipantIsForgotten):
        return desk().app.people.get(participant)
    return None


def shown(participants: Iterable[UUID]) -> dict[UUID, Shown]:
    """How participants are named in a list: those of one page, not of a whole municipality."""
    asked = list(dict.fromkeys(participants))
    hidden = frozenset() if account().sees_protected else protected_among(asked)
    people = desk().app.people.several(one for one in asked if one not in hidden)
    found = {}
    for one in asked:
        if one in hidden:
            found[one] = Shown(one, wording.text("Protected"), "", True)
            continue
        ref = reference(str(one))
        name = people[one].name if one in people else None
        found[one] = Shown(one, name or wording.text("Without a name, %(ref)s", ref=ref), ref)
    return found


def colleague(user: str | None) -> str:
    """The name of an account, for lists; the user name where there is no such account."""
    if not user:
        return ""
    if user == account().user:
        return account().name
    found = desk().accounts.find(user)
    return found.name if found else user


def place(code: str) -> str:
    """What a municipality is called, where it uses this installation."""
    row = (
        desk()
        .app.read_model.database.execute(
            "SELECT name FROM municipalities WHERE municipality = ? AND known_to IS NULL AND name IS NOT NULL", (code,)
        )
        .fetchone()
    )
    return f"{row[0]} ({code})" if row else code
