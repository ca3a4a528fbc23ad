"""The two clocks of a participant's page: as it was on a day, and as it was known on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.application import ProgressionTracker
from web import wording
from web.forms.days import completed
from web.forms.field import typed


@dataclass(frozen=True)
class Clocks:
    """What was asked for.

    :ivar at: as it was on this day
    :ivar known_on: as known at the end of this day; None = as known now
    :ivar position: what was known then, by its position in the log
    :ivar typed: what stands in the fields
    :ivar problems: (id of the field, what is wrong with it); then the page shows the present
    """

    today: date
    at: date
    known_on: date | None
    position: int
    typed: Mapping[str, str]
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def is_now(self) -> bool:
        return self.at == self.today and self.known_on is None

    @property
    def asked(self) -> dict[str, Any]:
        """The same again, as values of an address."""
        return {
            **({"at": self.at.isoformat()} if self.at != self.today else {}),
            **({"known_at": self.known_on.isoformat()} if self.known_on else {}),
        }


def clocks(app: ProgressionTracker, given: Mapping[str, str], today: date) -> Clocks:
    """The clocks that an address asks for; a field left empty is now.

    :param given: ``at`` and ``known_at``
    """
    problems: list[tuple[str, str]] = []
    days = {name: _day(given.get(name, ""), today, name, problems) for name in ("at", "known_at")}
    known_on = days["known_at"] if days["known_at"] != today else None
    head = app.log_of_facts.head()
    if problems:
        return Clocks(today, today, None, head, {name: given.get(name, "")[:40] for name in days}, tuple(problems))
    position = head if known_on is None else app.read_model.known_at(known_on.isoformat())
    at = days["at"] or today
    shown = {"at": typed(days["at"]) if at != today else "", "known_at": typed(known_on)}
    return Clocks(today, at, known_on, position, shown)


def _day(text: str, today: date, name: str, problems: list[tuple[str, str]]) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(completed(_iso(text.strip()), today))
    except ValueError:
        problems.append((name, wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12.")))
        return None
    if found > today:
        problems.append((name, wording.text("The day cannot be after today.")))
        return None
    return found


def _iso(text: str) -> str:
    """A day with dots and four digits of the year as ISO text; others as they are."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[2]) == 4:
        return f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    return text
