"""Kinds: which rows of the read model are kept as columns, under which names, and of which type each column is."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl

from tracker.readmodel.tables import FLAGS, MUNICIPALITIES, PARTICIPANTS, SPELLS, TIMELINE, Table

LAST_DAY = date(9999, 1, 1)
"""Stands for an open end, so that one comparison does for all spells."""

ROWS = 100_000
"""So many rows are read at once."""

_EMPTY, _NEXT_ROW, _ENDS = "\x1d", "\x1e", "\x1f"
"""Stand for an empty value, and divide rows and values, where many rows are read as one text."""

_WRITTEN = "%Y-%m-%dT%H:%M:%S%.f%:z"
MOMENT = pl.Datetime("us", "UTC")
Schema = dict[str, pl.DataType]


@dataclass(frozen=True)
class Kind:
    """Rows of one table of the read model.

    :ivar columns: the columns that are taken, beside ``participant``, which becomes a number
    :ivar by: the column whose values are kept apart, so that who needs one reads no other; "" = all together
    :ivar named: whether the id stands in the rows, beside the number
    """

    name: str
    table: Table
    columns: tuple[str, ...]
    by: str = ""
    named: bool = False

    @property
    def schema(self) -> Schema:
        """Column -> type, in order; ``known_from`` and ``known_to`` at the end."""
        types = {column.name: column.type for column in self.table.columns}
        kinds: dict[str, pl.DataType] = {"TEXT": pl.String(), "INTEGER": pl.Int64(), "REAL": pl.Float64()}
        schema: Schema = {"participant": pl.UInt32()}
        if self.named:
            schema["id"] = pl.String()
        schema |= {name: TYPES.get(name, kinds[types[name]]) for name in self.columns}
        return schema | {"known_from": pl.Int64(), "known_to": pl.Int64()}

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are handed out."""
        return tuple(name for name in self.schema if name != "known_to" and (name != "known_from" or self is FACTS))


TYPES: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("settled_on", "first_settled_on", "registered_on", "happened_on"), pl.Date()),
    **dict.fromkeys(("spell_from", "valid_from", "valid_to", "first_registered_on"), pl.Date()),
    **dict.fromkeys(("activity", "fact", "precision", "told_by", "channel"), pl.Categorical()),
    "closed_by": pl.Categorical(),
    "flag": pl.Categorical(),
    "recorded_at": MOMENT,
    "observes": pl.Int8(),
    "version": pl.Int32(),
    "opened_by": pl.Int32(),
}
"""Types that the read model's own do not tell. Texts that repeat are kept once."""

PEOPLE = Kind(
    "participants",
    PARTICIPANTS,
    (
        "municipality",
        "settled_on",
        "first_settled_on",
        "birth_year",
        "gender",
        "schooling",
        "literate",
        "children",
        "rule_set",
        "category",
    ),
    named=True,
)
STRETCHES = Kind("spells", SPELLS, SPELLS.names[1:-2], by="activity")
_NOT_COUNTED = ("activity", "source", "act")
FACTS = Kind("facts", TIMELINE, tuple(name for name in TIMELINE.names[1:-2] if name not in _NOT_COUNTED), by="fact")
MARKS = Kind("flags", FLAGS, FLAGS.names[1:-2])
PLACES = Kind("municipalities", MUNICIPALITIES, MUNICIPALITIES.names[1:-2], named=True)
IDS: Schema = {"participant": pl.UInt32(), "first_half": pl.UInt64(), "second_half": pl.UInt64()}
"""Number and id, as numbers too: among very many they are found in a fraction of the time."""
WINDOWS: Schema = {"participant": pl.UInt32(), "known_from": pl.Date(), "known_to": pl.Date()}
KINDS = (PEOPLE, STRETCHES, FACTS, MARKS, PLACES)


class Numbers:
    """Streams by number: ids in the order in which they were first met.

    :param known: numbers that have been given already, of all streams or of those that can be met
    :param following: the next number
    """

    def __init__(self, known: Mapping[str, int] | None = None, following: int = 0) -> None:
        self._number = dict(known or {})
        self._first = self.following = following

    def of(self, streams: Sequence[str]) -> list[int]:
        """The numbers of streams; a new one gets the next."""
        number = self._number
        for stream in streams:
            if stream not in number:
                number[stream] = self.following
                self.following += 1
        return [number[stream] for stream in streams]

    def new(self) -> pl.DataFrame:
        """Number and id of those that got their number here."""
        own = {stream: number for stream, number in self._number.items() if number >= self._first}
        numbers = pl.Series("participant", own.values(), dtype=pl.UInt32)
        return halves(own).insert_column(0, numbers)


def halves(streams: Iterable[str]) -> pl.DataFrame:
    """Ids as two numbers each."""
    ids = [UUID(stream).int for stream in streams]
    columns = {"first_half": [id >> 64 for id in ids], "second_half": [id & (1 << 64) - 1 for id in ids]}
    return pl.DataFrame(columns, schema={name: IDS[name] for name in columns})


def ids_of(ids: pl.DataFrame) -> list[str]:
    """The ids of two numbers each."""
    return [str(UUID(int=first << 64 | second)) for first, second in ids.select(list(IDS)[1:]).iter_rows()]


def read(
    connection: sqlite3.Connection, kind: Kind, numbers: Numbers, where: str = "", values: Sequence[Any] = ()
) -> Iterator[pl.DataFrame]:
    """Rows of a kind from the read model, some at a time; streams that are new get the next numbers.

    :param where: a condition on the table's columns, with a ``?`` for each of the values
    """
    condition = f" WHERE {where}" if where else ""
    cursor = connection.execute(f"SELECT {', '.join(_names(kind))} FROM {kind.table.name}{condition}", values)
    schema = _plain(kind)
    while rows := cursor.fetchmany(ROWS):
        columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
        yield _typed(kind, pl.DataFrame([pl.Series(name, column, kept) for (name, kept), column in columns]), numbers)


def read_all(connection: sqlite3.Connection, kind: Kind, numbers: Numbers) -> Iterator[pl.DataFrame]:
    """Every row of a kind, some at a time: as :func:`read`, in a third of the time."""
    (last,) = connection.execute(f"SELECT COALESCE(MAX(rowid), 0) FROM {kind.table.name}").fetchone()
    for first in range(0, last, ROWS):
        where, values = "rowid > ? AND rowid <= ?", (first, first + ROWS)
        frame = _at_once(connection, kind, f"{kind.table.name} WHERE {where}", values)
        if frame is None:
            yield from read(connection, kind, numbers, where, values)
        elif frame.height:
            yield _typed(kind, frame, numbers)


def read_of(
    connection: sqlite3.Connection, kind: Kind, numbers: Numbers, streams: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """The rows of some streams, which fit into memory at once: as :func:`read`, in a third of the time."""
    own = dict(zip(numbers.of(streams), streams, strict=True))
    source = f"(SELECT key AS number, value AS stream FROM json_each(?)) CROSS JOIN {kind.table.name}"
    frame = _at_once(connection, kind, f"{source} ON participant = stream", [json.dumps(own)], participant="number")
    if frame is None:
        yield from read(
            connection, kind, numbers, "participant IN (SELECT value FROM json_each(?))", [json.dumps([*streams])]
        )
    elif frame.height:
        number = pl.col("participant").cast(pl.UInt32)
        if kind.named:
            frame = frame.with_columns(id=number.replace_strict(own, return_dtype=pl.String))
        yield _cast_to(kind, frame.lazy().with_columns(number))


def _at_once(
    connection: sqlite3.Connection, kind: Kind, source: str, values: Sequence[Any], participant: str = "participant"
) -> pl.DataFrame | None:
    """The rows of a source as SQLite has them; None where they have to be read one by one.

    SQLite writes the rows as one text, so that no value becomes an object of its own on the way. One by one they are
    read where a value holds one of the signs that divide the text, stands for an empty one or ends a value.

    :param participant: tells whose a row is
    """
    names = (participant, *_names(kind)[1:])
    empty_one = f"'{_EMPTY}'"
    row = f"printf('{_ENDS.join(['%s'] * len(names))}', {', '.join(f'IFNULL({name}, {empty_one})' for name in names)})"
    # What there is a list of is none of somebody's own words.
    texts = [name for name in names if kind.schema.get(name) == pl.String]
    strange = " OR ".join(f"IFNULL(instr({name}, char(0)) OR {name} = {empty_one}, 0)" for name in texts)
    count, text, unreadable = connection.execute(
        f"SELECT COUNT(*), GROUP_CONCAT({row}, char(30)), SUM({strange}) FROM {source}", values
    ).fetchone()
    if not count:
        return pl.DataFrame()
    if unreadable or text.count(_NEXT_ROW) != count - 1 or text.count(_ENDS) != count * (len(names) - 1):
        return None
    return pl.read_csv(
        text.encode(),
        has_header=False,
        separator=_ENDS,
        eol_char=_NEXT_ROW,
        quote_char=None,
        null_values=_EMPTY,
        empty_string_is_null=False,
        schema=_plain(kind),
    )


def _names(kind: Kind) -> tuple[str, ...]:
    return ("participant", *kind.columns, "known_from", "known_to")


def _plain(kind: Kind) -> Schema:
    """The columns as SQLite has them."""
    schema = kind.schema
    return {
        name: schema[name] if name != "participant" and schema[name].is_numeric() else pl.String()
        for name in _names(kind)
    }


def _typed(kind: Kind, frame: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    streams = frame["participant"].unique(maintain_order=True)
    numbered = pl.DataFrame({"id": streams, "number": pl.Series(numbers.of(streams.to_list()), dtype=pl.UInt32)})
    rows = frame.lazy().rename({"participant": "id"})
    rows = rows.join(numbered.lazy(), on="id", how="left", maintain_order="left").rename({"number": "participant"})
    return _cast_to(kind, rows)


def _cast_to(kind: Kind, rows: pl.LazyFrame) -> pl.DataFrame:
    """Rows as SQLite has them with the types of their kind."""
    rows = rows.select(_cast(name, kept) for name, kept in kind.schema.items())
    return (rows.with_columns(pl.col("valid_to").fill_null(LAST_DAY)) if kind is STRETCHES else rows).collect()


def _cast(name: str, kept: pl.DataType) -> pl.Expr:
    if isinstance(kept, pl.Date):
        return pl.col(name).str.to_date("%Y-%m-%d")
    if isinstance(kept, pl.Datetime):
        return pl.col(name).str.to_datetime(_WRITTEN, time_unit="us")
    return pl.col(name).cast(kept)


def until(position: int, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``known_to`` as it was known at a position."""
    return frame.with_columns(known_to=pl.when(pl.col("known_to") <= position).then("known_to"))


def empty(kind: Kind) -> pl.DataFrame:
    """No rows, with their columns."""
    return pl.DataFrame(schema=kind.schema)
