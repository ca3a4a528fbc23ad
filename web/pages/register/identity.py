"""Who the new participant is: what was typed, whether it can be, and who it may be already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from werkzeug.datastructures import MultiDict

from tracker.application import ProgressionTracker
from tracker.errors import Refusal
from tracker.identity_numbers import InvalidIdentityNumber, normalised, parse_duf, parse_identity_number
from tracker.importing.cells import CellProblem, as_date
from tracker.people import Person
from web import wording
from web.auth.gate import reach_of
from web.forms import Field
from web.forms.days import completed
from web.wording import marked as _

NUMBERS = ("national_identity_number", "d_number", "duf_number")
NAMES = ("name", "birth_date", *NUMBERS, "contact")
LONGEST = 120
MOST = 50
"""So many people of a name are compared by birth date; a name that more have is no sign of a double."""

LABELS = {
    "name": _("Full name"),
    "birth_date": _("Date of birth"),
    "national_identity_number": _("National identity number"),
    "d_number": _("D-number"),
    "duf_number": _("DUF number"),
    "contact": _("Telephone or e-mail"),
}
HINTS = {
    "birth_date": _("12.03.1990; with all four digits of the year"),
    "national_identity_number": _("11 digits"),
    "d_number": _("11 digits; where there is no national identity number yet"),
    "duf_number": _("12 digits"),
}


class Match(NamedTuple):
    """Somebody who is registered already and may be the same person.

    :ivar participant: where the reader may open the journey, or may ask to on a reason; else None
    """

    participant: UUID | None


@dataclass
class Identity:
    """The form of an identity.

    :ivar typed: by name
    :ivar problems: name -> what is wrong, in the language of the reader
    """

    typed: dict[str, str]
    problems: dict[str, str]

    @classmethod
    def empty(cls) -> "Identity":
        return cls(dict.fromkeys(NAMES, ""), {})

    @classmethod
    def taken(cls, form: "MultiDict[str, str]") -> "Identity":
        """What was sent."""
        return cls({name: " ".join(form.get(_input(name), "").split()) for name in NAMES}, {})

    @property
    def fields(self) -> list[Field]:
        """Its fields, as a template shows them."""
        return [
            Field(
                name=_input(name),
                id=f"f-{_input(name).replace('.', '-')}",
                kind="date" if name == "birth_date" else "text",
                label=wording.words(LABELS[name]),
                value=self.typed[name],
                hint=wording.words(HINTS[name]) if name in HINTS else "",
                error=self.problems.get(name, ""),
                required=name == "name",
            )
            for name in NAMES
        ]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong)."""
        return [(field.id, f"{field.label}: {field.error}") for field in self.fields if field.error]

    def person(self, today: date, *, allow_synthetic: bool) -> Person | None:
        """Who is meant; None where something is wrong, and then ``problems`` says what."""
        if not 2 <= len(self.typed["name"]) <= LONGEST:
            self.problems["name"] = wording.text("Write the name.")
        if len(self.typed["contact"]) > LONGEST:
            self.problems["contact"] = wording.text("Write at most %(limit)s characters.", limit=LONGEST)
        born = self._born(today)
        for name in NUMBERS:
            self._check_number(name, allow_synthetic=allow_synthetic)
        if self.problems:
            return None
        return Person(
            name=self.typed["name"],
            birth_date=born,
            national_identity_number=normalised(self.typed["national_identity_number"]) or None,
            d_number=normalised(self.typed["d_number"]) or None,
            duf_number=normalised(self.typed["duf_number"]) or None,
            contact=self.typed["contact"] or None,
        )

    def _born(self, today: date) -> date | None:
        text = self.typed["birth_date"]
        if not text:
            return None
        try:
            # A day without a year would be taken for one of this year, which no birth date of a participant is.
            day, precision = as_date(completed(text, today) if text.count(".") > 1 and text[-1] != "." else text)
        except CellProblem:
            day, precision = today, "year"
        if precision != "day" or not date(1900, 1, 1) <= day <= today:
            self.problems["birth_date"] = wording.text("Write a day such as 12.03.1990.")
            return None
        return day

    def _check_number(self, name: str, *, allow_synthetic: bool) -> None:
        text = self.typed[name]
        if not text:
            return
        try:
            if name == "duf_number":
                parse_duf(text)
                return
            found = parse_identity_number(text, allow_synthetic=allow_synthetic)
        except InvalidIdentityNumber:
            self.problems[name] = (
                wording.text("Write the 12 digits of the DUF number; the first four are a year.")
                if name == "duf_number"
                else wording.text("This is no such number. Compare it with the document, digit by digit.")
            )
            return
        if (found.kind == "d-number") != (name == "d_number"):
            self.problems[name] = (
                wording.text("This is no D-number; write it as the national identity number.")
                if name == "d_number"
                else wording.text("This is a D-number; write it in the field for it.")
            )


def holder_of_number(app: ProgressionTracker, person: Person, own: UUID) -> UUID | None:
    """Who has one of the numbers already."""
    for number in (person.national_identity_number, person.d_number, person.duf_number):
        if number:
            for found in app.people.find(number):
                if found != own:
                    return found
    return None


def of_name_and_birth(app: ProgressionTracker, person: Person, own: UUID) -> list[UUID]:
    """Who has the same name and birth date, whatever the order of the names."""
    if not person.name or person.birth_date is None:
        return []
    candidates = app.people.find(person.name)
    if len(candidates) > MOST:
        return []
    words = _words(person.name)
    matches = []
    for one in candidates:
        stored = app.people.get(one) if one != own else None
        if stored and stored.birth_date == person.birth_date and stored.name and _words(stored.name) == words:
            matches.append(one)
    return [one for one in matches if is_registered(app, one)]


def is_registered(app: ProgressionTracker, participant: UUID) -> bool:
    """Whether the journey of an identity has a registration that holds; one that was undone has none."""
    try:
        return app.journey(participant).registration is not None
    except Refusal:
        return False


def shown(matches: Iterable[UUID]) -> list[Match]:
    """The matches of which the reader may know: never of people whose address is protected from them."""
    found = []
    for one in matches:
        answer, _ = reach_of(one, "participant-read")
        if answer.ground != "protected":
            found.append(Match(one if answer.granted or answer.ground == "reason" else None))
    return found


def _words(name: str) -> list[str]:
    return sorted(name.casefold().replace("-", " ").split())


def _input(name: str) -> str:
    return "who." + name.replace("_", "-")
