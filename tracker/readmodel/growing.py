"""Rows of a stream that has grown: what further facts changed is written, and all other rows stay untouched."""

import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID

from events.codec import Recorded
from tracker.effective import effective
from tracker.follow_up.rules import Rulebook
from tracker.readmodel.fold import Line
from tracker.readmodel.tables import BY_NAME
from tracker.readmodel.versions import Change, appended

SHARE = 4
"""Facts that came are looked at one by one where there were this many times as many before."""


def grow(
    connection: sqlite3.Connection,
    stream: UUID,
    located: Sequence[tuple[int, Recorded]],
    since: int,
    rules: Rulebook | None = None,
) -> bool:
    """Write what the facts of a stream after a position changed in its rows.

    :param connection: of a read model whose rows are those of all facts up to the position, by the same rules
    :param located: the whole stream: (position, recorded fact)
    :returns: whether it was done; not where history reads otherwise, where little was there before, or where the rows
        are not those that were to be expected. Then nothing was written.
    """
    before = [item for position, item in located if position <= since]
    new = [(position, item) for position, item in located if position > since]
    if SHARE * len(new) > len(before):
        return False
    entries = effective(before)
    changes = appended(entries.values(), new, rules) if _stands(connection, stream, len(entries), since) else None
    if changes is None:
        return False
    opened, ended, over = _sorted(changes)
    closed: list[tuple[str, int, int]] = []
    for table in {name for name, _ in ended}:
        there = _live(connection, table, stream)
        for (name, line), position in ended.items():
            if name == table:
                rowids = there.get(line, ())
                if len(rowids) != 1:
                    return False
                closed.append((table, rowids[0], position))
    for table, rowid, position in closed:
        connection.execute(f"UPDATE {table} SET known_to = ? WHERE rowid = ?", (position, rowid))
    rows = [(name, line, position, None) for (name, line), position in opened.items()]
    for name, line, known_from, known_to in (*rows, *over):
        connection.execute(BY_NAME[name].insert, (str(stream), *line, known_from, known_to))
    return True


Known = tuple[str, Line]


def _sorted(
    changes: Iterable[Change],
) -> tuple[dict[Known, int], dict[Known, int], list[tuple[str, Line, int, int]]]:
    """(line, from when it is known) of new lines, (line, until when it was known) of old ones, and lines that came and
    went meanwhile."""
    opened: dict[Known, int] = {}
    ended: dict[Known, int] = {}
    over: list[tuple[str, Line, int, int]] = []
    for change in changes:
        for known in change.gone:
            if known in opened:
                over.append((*known, opened.pop(known), change.position))
            else:
                ended[known] = change.position
        opened.update(dict.fromkeys(change.come, change.position))
    return opened, ended, over


def _stands(connection: sqlite3.Connection, stream: UUID, facts: int, since: int) -> bool:
    """Whether the timeline has so many facts that hold, and nothing that became known later."""
    known, newest, last = connection.execute(
        "SELECT COUNT(*) - COUNT(known_to), MAX(known_from), MAX(known_to) FROM timeline WHERE participant = ?",
        (str(stream),),
    ).fetchone()
    return known == facts and (newest or 0) <= since and (last or 0) <= since


def _live(connection: sqlite3.Connection, table: str, stream: UUID) -> dict[Line, list[int]]:
    """Line -> the rows that say it, of what is known now."""
    found: dict[Line, list[int]] = {}
    for rowid, _, *line in connection.execute(
        f"SELECT rowid, * FROM {table} WHERE participant = ? AND known_to IS NULL", (str(stream),)
    ).fetchall():
        found.setdefault(tuple(line[:-2]), []).append(rowid)
    return found
