"""The weekly digest: one plain text an advisor, with counts and references and no names, ready to be mailed."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from tracker.catalogues import catalogue
from tracker.follow_up.calendar_file import reference
from tracker.follow_up.filters import back_to, not_contacted, span_of
from tracker.follow_up.happenings import DERIVED
from tracker.follow_up.scope import Scope, advisor_of
from tracker.follow_up.worklist import Due, Group, Question, worklist
from tracker.quality.rows import quoted, told
from tracker.wording import Language
from tracker.wording_of_facts import day

if TYPE_CHECKING:
    from tracker.readmodel.follow import ReadModel

WIDTH = 72
REFERENCES = 40
"""So many references are listed; of the rest it is said how many there are."""

WEEK = timedelta(days=7)
AHEAD = "30d"
SECTIONS: Mapping[Group, str] = {
    "overdue": "Overdue",
    "within 7 days": "Due within 7 days",
    "within 30 days": "Due in 8 to 30 days",
}
LISTED: tuple[Group, ...] = ("overdue", "within 7 days")
"""Groups whose participants are listed by reference."""


@dataclass(frozen=True)
class Digest:
    """The text for one advisor.

    :ivar advisor: user name; None = what no advisor is responsible for
    :ivar subject: one line
    :ivar body: lines of at most 72 characters
    """

    advisor: str | None
    week: str
    subject: str
    body: str

    @property
    def text(self) -> str:
        """Subject line, empty line, body: what a mail program can be given."""
        return f"Subject: {self.subject}\n\n{self.body}"

    @property
    def file_name(self) -> str:
        """A name for a file, from week and advisor; two names that look alike there differ by their digest."""
        if self.advisor is None:
            return f"digest-{self.week}.txt"
        slug = re.sub(r"[^a-z0-9]+", "-", self.advisor.casefold()).strip("-")
        if slug != self.advisor:
            slug = f"{slug or 'advisor'}-{sha256(self.advisor.encode()).hexdigest()[:8]}"
        return f"digest-{self.week}-{slug}.txt"


@dataclass(frozen=True)
class Caseload:
    """What one digest tells of.

    :ivar rows: what is due, as in the worklist
    :ivar new: those of them that the digest of a week before did not have
    :ivar silent: (participant, day of the last contact) of those with whom nobody was in contact for so long
    """

    participants: int
    rows: Sequence[Due]
    new: Sequence[Due]
    silent: Sequence[tuple[str, date | None]]


def digests(
    model: "ReadModel", scope: Scope, before: int, language: Language = "nb", inactive: str = "3m"
) -> Iterator[Digest]:
    """One digest for each advisor with participants, by name; last what no advisor is responsible for.

    :param scope: its day is the day of the digest; its advisor, if any, the only one
    :param before: the position of the log a week before the day
    :param inactive: how long without a contact is worth a line: ``3m``, ``90d``
    :raises tracker.follow_up.filters.FilterNotValid: ``inactive`` is no time
    """
    span_of(inactive)
    loads = _caseloads(model, scope, before, language, inactive)
    for advisor in sorted(loads, key=lambda name: (name is None, name or "")):
        yield _Writer(advisor, scope.at, language, inactive).digest(loads[advisor])


def _caseloads(
    model: "ReadModel", scope: Scope, before: int, language: Language, inactive: str
) -> Mapping[str | None, Caseload]:
    advisors = dict(
        model.database.execute(
            f"SELECT c.participant, {advisor_of('c.participant')} FROM ({scope.residents}) c", scope.values
        ).fetchall()
    )
    rows = worklist(model, Question(scope, due=AHEAD), language)
    earlier = replace(scope, at=scope.at - WEEK, position=before)
    had = {_what(row) for row in worklist(model, Question(earlier, due=AHEAD), language)}
    silent = _silent(model, scope, inactive)
    counts = Counter(advisors.values())
    if scope.advisor is not None and not counts:
        counts[scope.advisor] = 0
    mine: dict[str | None, list[Due]] = {name: [] for name in counts}
    for row in rows:
        mine.setdefault(row.advisor, []).append(row)
    return {
        name: Caseload(
            counts[name],
            found,
            [row for row in found if not row.paused and _what(row) not in had],
            [(who, last) for who, last in silent if advisors.get(who) == name],
        )
        for name, found in mine.items()
    }


def _what(row: Due) -> tuple[str, str, str, date]:
    return row.participant, row.task, row.about, row.due


def _silent(model: "ReadModel", scope: Scope, inactive: str) -> list[tuple[str, date | None]]:
    """Who is followed up and was not talked to for so long, the longest first.

    Followed up is who has a task that a contact closes.
    """
    rules = [rule.id for rule in model.rules.rules.values() if "contact" in rule.closes]
    topics = [cls.TOPIC for cls in DERIVED["contact"].facts]
    condition, values = not_contacted("c.participant", back_to(scope.at, span_of(inactive)))
    owed = {row.participant for row in worklist(model, Question(scope, tasks=tuple(rules))) if not row.paused}
    rows = model.database.execute(
        f"""
        SELECT c.participant, (SELECT MAX(f.happened_on) FROM timeline f
            WHERE f.participant = c.participant AND {told("f")} AND +f.fact IN {quoted(topics)}
              AND (f.fact <> 'status-confirmed' OR f.value = 'yes')) AS last
        FROM ({scope.residents}) c WHERE {condition} ORDER BY last IS NOT NULL, last, c.participant
        """,
        scope.values | values,
    )
    return [(who, date.fromisoformat(last) if last else None) for who, last in rows.fetchall() if who in owed]


class _Writer:
    def __init__(self, advisor: str | None, at: date, language: Language, inactive: str) -> None:
        self._advisor = advisor
        self._at = at
        self._language = language
        self._inactive = span_of(inactive)
        self._text = catalogue(language).text

    def digest(self, load: Caseload) -> Digest:
        year, week, _ = self._at.isocalendar()
        groups: dict[Group, list[Due]] = {group: [row for row in load.rows if row.group == group] for group in SECTIONS}
        subject = self._text(
            "Follow-up week %(week)s: overdue %(overdue)s, within 7 days %(soon)s",
            week=week,
            overdue=len(groups["overdue"]),
            soon=len(groups["within 7 days"]),
        )
        lines: list[str] = []
        if self._advisor is None:
            lines += _wrapped(self._text("No advisor"))
        else:
            lines += _wrapped(self._text("Advisor: %(advisor)s", advisor=self._advisor))
        lines += _wrapped(self._text("Day: %(day)s", day=day(self._at, self._language)))
        lines += _wrapped(self._text("Participants: %(count)s", count=load.participants))
        for group, title in SECTIONS.items():
            lines += self._section(self._text(title), groups[group], references=group in LISTED)
        lines += self._section(self._text("New since last week"), load.new, references=False)
        lines += self._silence(load.silent)
        resting = sum(row.paused for row in load.rows)
        if resting:
            lines += ["", *_wrapped(f"{self._text('Paused for now')}: {resting}")]
        lines += ["", *_wrapped(self._text("Only counts and references stand here. Names are in the tracker."))]
        return Digest(self._advisor, f"{year}-W{week:02}", subject, "\n".join(lines) + "\n")

    def _section(self, title: str, rows: Sequence[Due], *, references: bool) -> Iterator[str]:
        yield ""
        yield from _wrapped(f"{title}: {len(rows)}")
        for kind, number in sorted(Counter(row.title for row in rows).items(), key=lambda one: (-one[1], one[0])):
            yield from _wrapped(f"{number:>5}  {kind}", "       ")
        if references:
            yield from self._references(dict.fromkeys(reference(row.participant) for row in rows))

    def _silence(self, silent: Sequence[tuple[str, date | None]]) -> Iterator[str]:
        yield ""
        months, days = self._inactive.months, self._inactive.days
        if days:
            title = self._text("No conversation for %(days)s days or more", days=days + 30 * months)
        else:
            title = self._text("No conversation for %(months)s months or more", months=months)
        yield from _wrapped(f"{title}: {len(silent)}")
        never = self._text("never")
        yield from self._references(
            f"{reference(who)} ({self._text('last on %(day)s', day=day(last, self._language)) if last else never})"
            for who, last in silent
        )

    def _references(self, found: Iterable[str]) -> Iterator[str]:
        listed = list(found)
        shown = listed[:REFERENCES]
        if len(listed) > len(shown):
            shown.append(self._text("and %(count)s more", count=len(listed) - len(shown)))
        if shown:
            yield from _wrapped("       " + ", ".join(shown), "       ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True, initial_indent=""
    ) or [""]
