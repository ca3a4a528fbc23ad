"""The tables of the read model: their columns, and what each means."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal, NamedTuple

SCHEMA = 4
"""Raised when tables or columns change."""

FOLD = 7
"""Raised when the same facts fold into other rows; an older read model is then rebuilt by itself."""

Type = Literal["TEXT", "INTEGER", "REAL"]


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    meaning: str


class Covering(NamedTuple):
    """An index with all columns that a question asks for.

    :ivar condition: of the rows that are in it; empty = all
    """

    name: str
    columns: tuple[str, ...]
    condition: str = ""


@dataclass(frozen=True)
class Table:
    """One table; its rows are tuples in the order of its columns.

    :ivar indexes: the columns of each
    :ivar covering: indexes that answer a question by themselves
    :ivar versioned: rows carry ``known_from`` and ``known_to``, and a view ``*_now`` shows what is known now
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    covering: tuple[Covering, ...] = ()
    versioned: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def insert(self) -> str:
        return f"INSERT INTO {self.name} VALUES ({', '.join('?' * len(self.columns))})"


WHO = Column("participant", "TEXT", "the participant's id")
KNOWN = (
    Column("known_from", "INTEGER", "position in the log from which this row was known"),
    Column("known_to", "INTEGER", "position from which it was known no longer; empty while it is"),
)

PARTICIPANTS = Table(
    "participants",
    "One row a participant: the known starting point, with what was learnt about it later.",
    (
        WHO,
        Column("municipality", "TEXT", "code of the municipality of settlement, as it was on the day"),
        Column("registered_on", "TEXT", "day of registration as a participant"),
        Column("settled_on", "TEXT", "day of settlement there"),
        Column("first_settled_on", "TEXT", "day of the first settlement, where earlier elsewhere"),
        Column("birth_year", "INTEGER", "year of birth"),
        Column("gender", "TEXT", "gender as told"),
        Column("schooling", "TEXT", "highest schooling at the start"),
        Column("schooling_basis", "TEXT", "documented or own statement"),
        Column("literate", "TEXT", "reads and writes in any language"),
        Column("children", "INTEGER", "number of children"),
        Column("rule_set", "TEXT", "the act and version the person is under"),
        Column("category", "TEXT", "rights-and-obligations category"),
        Column("provider_municipality", "TEXT", "code of the municipality that gives the training, where bought"),
        *KNOWN,
    ),
    (("participant",), ("municipality",)),
)
SPELLS = Table(
    "spells",
    "One row a segment of a spell: a stretch of time during which an activity runs with the same values. Half-open.",
    (
        WHO,
        Column("activity", "TEXT", "the activity or property: work, primary-school, track, ..."),
        Column("key", "TEXT", "tells apart spells that run at once; 'confirmed' for a confirmed status"),
        Column("spell_from", "TEXT", "first day of the whole spell; ties its segments together"),
        Column("valid_from", "TEXT", "first day of this segment"),
        Column("valid_to", "TEXT", "first day on which it no longer holds; empty while open"),
        Column(
            "value",
            "TEXT",
            "the most telling value, unless the key says it; for work: ordinary, self-employed, wage-subsidy",
        ),
        Column("hours_per_week", "REAL", "hours a week; empty = unknown"),
        Column("position_percent", "REAL", "part of a full post, per cent"),
        Column("details", "TEXT", "further values as JSON, without free text"),
        Column("opened_by", "INTEGER", "version of the fact that opened the spell"),
        Column("closed_by", "TEXT", "log name of the fact that closed it, on the last segment"),
        *KNOWN,
    ),
    (("participant",), ("activity", "value")),
    (
        # Lists of thousands name each one's advisor.
        Covering(
            "spells_advisor",
            ("participant", "known_from", "known_to", "valid_from", "valid_to", "value"),
            "activity = 'advisor'",
        ),
    ),
)
TIMELINE = Table(
    "timeline",
    "One row a fact as it is held to be, corrections applied; retracted facts end with known_to.",
    (
        WHO,
        Column("version", "INTEGER", "number of the fact in its stream"),
        Column("happened_on", "TEXT", "the day it happened; for a month or year its first day"),
        Column("precision", "TEXT", "day, month or year"),
        Column("fact", "TEXT", "log name"),
        Column("activity", "TEXT", "the activity it is about"),
        Column("key", "TEXT", "the spell it is about"),
        Column("value", "TEXT", "the most telling value"),
        Column("details", "TEXT", "further values as JSON, without free text"),
        Column("observes", "INTEGER", "1 where it shows that the participant's situation was known on that day"),
        Column("told_by", "TEXT", "who or what said so"),
        Column("channel", "TEXT", "the way in: web, api, cli, import"),
        Column("source", "TEXT", "the reference system of an imported sheet"),
        Column("act", "TEXT", "the import or group act it was part of"),
        Column("recorded_at", "TEXT", "moment of recording, UTC"),
        Column("first_registered_on", "TEXT", "for imported history, the day it was first written down"),
        Column("position", "INTEGER", "position of the fact in the log"),
        *KNOWN,
    ),
    (("participant",), ("fact", "value")),
)
FLAGS = Table(
    "flags",
    "What is unusual, though possible: an overlap, an end without a start, a level below an earlier one.",
    (
        WHO,
        Column("flag", "TEXT", "what is unusual"),
        Column("version", "INTEGER", "the fact it is about"),
        Column("happened_on", "TEXT", "the day of that fact"),
        Column("about", "TEXT", "the activity or skill"),
        *KNOWN,
    ),
    (("participant",), ("flag",)),
)
MUNICIPALITIES = Table(
    "municipalities",
    "One row a municipality that uses this installation.",
    (
        WHO,
        Column("municipality", "TEXT", "its code"),
        Column("name", "TEXT", "its name"),
        Column("registered_on", "TEXT", "the day it took the tracker into use"),
        *KNOWN,
    ),
    (("participant",),),
)
VALID = (
    Column("valid_from", "TEXT", "first day on which this row holds"),
    Column("valid_to", "TEXT", "first day on which it no longer holds; empty while it does"),
)
CONTRACTS = Table(
    "contracts",
    "One row a segment of a contract, during which nothing about it changes. Half-open.",
    (
        WHO,
        Column("contract", "TEXT", "integration-contract or long-contract"),
        Column("signed_on", "TEXT", "day from which it holds"),
        Column("until", "TEXT", "its last day as agreed by then; whatever comes after, nothing in it is due"),
        Column("parties", "TEXT", "who is bound, separated by commas"),
        Column("follow_up_every", "INTEGER", "months between two conversations, where it agrees them"),
        Column("paused", "INTEGER", "1 while it rests"),
        Column("follows", "TEXT", "whether the participant follows it: yes or no"),
        Column("because", "TEXT", "versions of the facts that say no, separated by commas"),
        Column("closed_by", "TEXT", "log name of the fact that ended it, on the last segment"),
        *VALID,
        *KNOWN,
    ),
    (("participant",), ("contract",)),
)
STEPS = Table(
    "steps",
    "One row a state of a step of a path. Half-open.",
    (
        WHO,
        Column("step", "TEXT", "its name"),
        Column("contract", "TEXT", "the contract in which it was agreed"),
        Column("target", "TEXT", "what is to be reached"),
        Column("level", "TEXT", "the level of Norwegian, where that is the target"),
        Column("skills", "TEXT", "the skills meant, separated by commas; empty = all four"),
        Column("hours_per_week", "REAL", "hours a week at least, where work is the target"),
        Column("agreed_on", "TEXT", "the day it was agreed"),
        Column("due", "TEXT", "the last day in time"),
        Column("state", "TEXT", "agreed, reached, dropped"),
        Column("how", "TEXT", "of a reached one: journey (facts tell it) or judged"),
        *VALID,
        *KNOWN,
    ),
    (("participant",),),
)
OBLIGATIONS = Table(
    "obligations",
    "One row a state of a duty in a contract. Half-open.",
    (
        WHO,
        Column("obligation", "TEXT", "its name"),
        Column("contract", "TEXT", "the contract in which it was agreed"),
        Column("party", "TEXT", "whose duty it is"),
        Column("agreed_on", "TEXT", "the day it was agreed"),
        Column("due", "TEXT", "the last day in time"),
        Column("state", "TEXT", "agreed, met, missed, waived"),
        *VALID,
        *KNOWN,
    ),
    (("participant",), ("party",)),
)
FOLLOW_UPS = Table(
    "follow_ups",
    "One row a state of a conversation: agreed for a day, held or missed. Half-open.",
    (
        WHO,
        Column("follow_up", "TEXT", "its name; follow-up where it has none"),
        Column("agreed_on", "TEXT", "the day it was agreed; empty where it was held without that"),
        Column("planned_on", "TEXT", "the day it is planned for"),
        Column("first_planned_on", "TEXT", "the day it was planned for at first"),
        Column("moves", "INTEGER", "how often it was moved until then"),
        Column("state", "TEXT", "agreed, held, missed"),
        Column("how", "TEXT", "of one held its way, of one missed who did not come"),
        *VALID,
        *KNOWN,
    ),
    (("participant",), ("state", "planned_on")),
)
TASKS = Table(
    "tasks",
    "One row a segment of a thing due, by contract, rule or law; overdue is what is due before the day asked about. "
    "Half-open.",
    (
        WHO,
        Column("task", "TEXT", "the rule, or step, obligation, follow-up, contract-ends"),
        Column("about", "TEXT", "which of them; empty where there is one"),
        Column("due", "TEXT", "the last day in time"),
        *VALID,
        Column("party", "TEXT", "whose duty it is: participant, municipality, county, state"),
        Column("rests_on", "TEXT", "contract, law, rule or local"),
        Column("municipality", "TEXT", "code of the municipality in whose care the participant was"),
        Column("paused", "INTEGER", "1 while time stands still for it"),
        Column(
            "ended",
            "TEXT",
            "how it ended: done, needless, passed (the time of the next had come), replaced (due anew on another "
            "day), called-off (elsewhere, or the contract over), changed (it goes on with another day, place or pause)",
        ),
        *KNOWN,
    ),
    (("participant",),),
    (
        # How much is due, and when, of a whole municipality.
        Covering(
            "tasks_due",
            ("municipality", "known_to", "valid_to", "due", "known_from", "valid_from", "paused", "task"),
        ),
    ),
)
ERASED = Table(
    "erased",
    "One row a forgotten participant: only that there was one, and when that was done.",
    (WHO, Column("position", "INTEGER", "position of the erasure in the log")),
    (("participant",),),
    versioned=False,
)
MOMENTS = Table(
    "moments",
    "When each fact was recorded; of erased facts nothing is kept.",
    (
        Column("position", "INTEGER", "position of the fact in the log"),
        Column("moment", "INTEGER", "moment of recording, microseconds since 1970, UTC"),
    ),
    versioned=False,
)
NEWEST = Table(
    "newest",
    "The positions at which the latest moment so far rises: for finding what was known at a moment.",
    (
        Column("latest", "INTEGER", "latest moment of recording up to the position, microseconds since 1970, UTC"),
        Column("position", "INTEGER", "the first position with this latest moment"),
    ),
    versioned=False,
)
TOUCHED = Table(
    "touched",
    "Where the rows of a stream last changed while the read model followed the log; those that a rebuild wrote and "
    "nothing touched since, and the erased, are not here.",
    (
        WHO,
        Column("position", "INTEGER", "the position that was reached when they changed"),
    ),
    versioned=False,
)
TABLES = (
    PARTICIPANTS,
    SPELLS,
    TIMELINE,
    FLAGS,
    MUNICIPALITIES,
    CONTRACTS,
    STEPS,
    OBLIGATIONS,
    FOLLOW_UPS,
    TASKS,
    ERASED,
)
"""Tables whose rows belong to one stream each."""

BY_NAME = {table.name: table for table in TABLES}


def create_tables(connection: sqlite3.Connection, rules: int = 0) -> None:
    """Make the empty tables; indexes and views follow with :func:`create_indexes`.

    :param rules: digest of the follow-up rules that the rows are made by
    """
    for table in TABLES:
        columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        connection.execute(f"CREATE TABLE {table.name} ({columns})")
    for table in (MOMENTS, NEWEST):
        first, second = table.names
        connection.execute(f"CREATE TABLE {table.name} ({first} INTEGER PRIMARY KEY, {second} INTEGER)")
    create_touched(connection)
    # Tells this file from every other of the same name, for whoever keeps something beside it.
    connection.execute(f"PRAGMA user_version = {secrets.randbits(31)}")
    connection.execute("CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID")
    connection.executemany(
        "INSERT INTO state VALUES (?, ?)",
        [("position", 0), ("fold", FOLD), ("schema", SCHEMA), ("rules", rules), ("verified", 0)],
    )


def create_touched(connection: sqlite3.Connection) -> None:
    """Make the table of what was touched, unless it is there: read models of before had none."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {TOUCHED.name} (participant TEXT PRIMARY KEY, position INTEGER) WITHOUT ROWID"
    )
    connection.execute(f"CREATE INDEX IF NOT EXISTS touched_position ON {TOUCHED.name} (position)")


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes and the ``*_now`` views."""
    for table in TABLES:
        for columns in table.indexes:
            name = "_".join((table.name, *columns))
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({', '.join(columns)})")
        for name, columns, condition in table.covering:
            only = f" WHERE {condition}" if condition else ""
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({', '.join(columns)}){only}")
        if table.versioned:
            shown = ", ".join(name for name in table.names if name not in ("known_from", "known_to"))
            connection.execute(
                f"CREATE VIEW IF NOT EXISTS {table.name}_now AS SELECT {shown} FROM {table.name} WHERE known_to IS NULL"
            )
