"""An installation in which journeys are told line by line, each line on a day of its own."""

from datetime import UTC, date, datetime
from uuid import UUID

from events import fact_class
from tests.scenario import Clock
from tests.tables import Row, shown, table
from tracker.application import Author, ProgressionTracker
from tracker.quality.asking import Count, Finding, Question, counts, findings
from tracker.quality.kinds import BY_CODE
from tracker.quality.register import Item, outstanding
from tracker.schema import parse, parse_values

KARI = Author("kari")
IMPORT = Author("kari", "import")


class Installation:
    """Participants by name, on a clock that is set by what is told."""

    def __init__(self, app: ProgressionTracker, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self.people: dict[str, UUID] = {}

    @property
    def position(self) -> int:
        return self.app.read_model.follow()

    def told(self, text: str) -> "Installation":
        """Record a table of ``who | recorded | on | fact | values | imported``.

        Who is new is registered in 5001 first, as version 1, on 2020-01-01, and settled that day; ``recorded`` is a day
        (noon, UTC) or a moment, and empty the day of the fact; the fact may be ``correct N`` or ``retract N``;
        ``imported`` is yes, or the day on which it was first written down. The last two columns may be left out.
        """
        for row in table(text):
            who = self.people.get(row["who"]) or self._registered(row)
            if row["fact"] != "participant-registered":
                self._take(who, row)
        return self

    def _registered(self, row: Row) -> UUID:
        values = _values(row) if row["fact"] == "participant-registered" else {}
        start = {"on": "2020-01-01", "municipality": "5001", "settled-on": "2020-01-01"}
        fact = parse(fact_class("participant-registered"), start | values)
        self.clock.now = max(_moment(row["recorded"] or "2020-01-01"), self.clock.now)
        self.people[row["who"]] = self.app.register(fact, KARI)  # type: ignore[arg-type]
        return self.people[row["who"]]

    def _take(self, who: UUID, row: Row) -> None:
        self.clock.now = _moment(row["recorded"] or row["on"])
        verb, _, version = row["fact"].partition(" ")
        imported = row.get("imported", "")
        if verb == "correct":
            kind = type(self.app.journey(who).entries[int(version)].fact)
            values = parse_values(kind, _values(row))
            self.app.correct(who, int(version), values, "a slip", KARI)
        elif verb == "retract":
            self.app.retract(who, int(version), "never happened", KARI)
        else:
            fact = parse(fact_class(verb), {"on": row["on"], **_values(row)})
            journey = self.app.journey(who)
            written = date.fromisoformat(imported) if imported not in ("", "yes") else None
            author = IMPORT if imported else KARI
            journey.record(fact, self.app.signature(author)._replace(first_registered_on=written))
            self.app.save(*journey.pending)

    def name(self, participant: str) -> str:
        return next(name for name, stream in self.people.items() if str(stream) == participant)

    def found(self, code: str, at: str, municipality: str | None = None, position: int | None = None) -> list[Finding]:
        question = Question(position or self.position, date.fromisoformat(at), municipality)
        return list(findings(self.app.read_model, question, BY_CODE[code]))

    def who(self, code: str, at: str) -> str:
        """The names behind a kind on a day, in their order in the alphabet."""
        return " ".join(sorted({self.name(finding.participant) for finding in self.found(code, at)}))

    def count(self, code: str, at: str) -> Count:
        question = Question(self.position, date.fromisoformat(at))
        return next(iter(counts(self.app.read_model, question, kinds=[BY_CODE[code]])))

    def outstanding(self, at: str, **options: object) -> list[Item]:
        position = options.pop("position", None) or self.position
        return list(outstanding(self.app.read_model, position, date.fromisoformat(at), **options))  # type: ignore[arg-type]

    def lists(self, at: str, expected: str, **options: object) -> None:
        """What is to be registered on a day, as a table of ``who | fact | state | left | year`` (days left)."""
        day = date.fromisoformat(at)
        rows = [
            {
                "who": self.name(item.participant),
                "fact": item.fact,
                "state": item.state,
                "left": (item.due_on - day).days,
                "year": (item.cut_off - day).days,
            }
            for item in self.outstanding(at, **options)
        ]
        columns = ("who", "fact", "state", "left", "year")
        assert shown(rows, columns) == shown(table(expected), columns)


def _values(row: Row) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for pair in row.get("values", "").split())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)
