"""Large pieces of a table: whole rows of groups are hidden, until a closed form proves that nothing can be worked out.

People unknown are settled first. They are the same for many figures, so they are withheld in the groups where they are
few, and in further ones until together they are none, or five and more; one of them may then change places with
somebody known in another of these groups. After that the unknown are a constant to every figure. Where a row is hidden
in some groups, anybody known in these groups may be in any of them, as long as each has as many people as it has; so a
number that is 0 or five and more in all of them together, while the others are five and more, can lie between limits at
least three apart in each.
"""

from collections.abc import Sequence

import numpy as np

from tracker.indicators.disclosure.pieces import SMALLEST_GROUP, Given, Piece, block, inhabited, small
from tracker.indicators.disclosure.tables import Flags, Numbers, Table
from tracker.indicators.hiding import TooThinToPublish


def hide_rows(
    table: Table, given: Given, primary: Flags, hidden: Flags, piece: Piece, together: Sequence[Sequence[int]]
) -> None:
    """Hide whole rows of a piece.

    :param primary: cells that must be hidden
    :param hidden: cells that are hidden, to which this adds
    :param together: for each part of the groups those that have lost everything
    :raises TooThinToPublish: too much has been shown before
    """
    own, constant = _without_unknown(table, piece)
    for part, gone in zip(given.parts, together, strict=True):
        for unknown in constant:
            _withhold(table, given, hidden, piece, unknown, part, gone)
        for each in own:
            _hide(table, given, primary, hidden, each, [*constant], part, gone)


def _without_unknown(table: Table, piece: Piece) -> tuple[list[Piece], list[int]]:
    """The piece cut where only people unknown hold it together; and these columns."""
    if len(piece.sizes) > 1:
        return [piece], []
    unknown = set().union(*(table.unknown.get(size, frozenset()) for size in piece.sizes)) & set(piece.columns)
    above = {column: column for column in piece.columns}

    def top(column: int) -> int:
        while above[column] != column:
            above[column] = column = above[above[column]]
        return column

    for total, parts in piece.sums:
        inner = [column for column in (total, *parts) if column in above and column not in unknown]
        for column in inner:
            above[top(column)] = top(inner[0])
    found: dict[int, Piece] = {}
    for column in piece.columns:
        if column not in unknown:
            found.setdefault(top(column), Piece([], list(piece.sizes))).columns.append(column)
    for total, parts in piece.sums:
        inner = [column for column in (total, *parts) if column in above and column not in unknown]
        if inner:
            found[top(inner[0])].sums.append((total, parts))
    return list(found.values()), sorted(unknown)


def _withhold(
    table: Table, given: Given, hidden: Flags, piece: Piece, unknown: int, part: Sequence[int], gone: Sequence[int]
) -> None:
    """Withhold few people unknown, and as many more as it takes."""
    rows = inhabited(table.values, part, piece.sizes)
    steps = [parts[1:] for total, parts in piece.sums if total == unknown and parts[0] != unknown]
    columns = [unknown, *(column for step in steps for column in step)]
    people = table.values[block(rows, columns)]
    n = table.values[rows, piece.sizes[0]]
    # Where few are known, it is not told how many: then the unknown may be among those counted.
    lost = np.asarray(small(people).any(axis=1)) | small(n - people[:, 0]) | np.isin(rows, gone)
    if hidden[0, columns].any():
        lost |= people[:, 0] > 0
    if not lost.any():
        return
    # Whoever changes places with somebody unknown must be counted neither here nor there.
    rests = [each.rest for each in table.printed if each.unknown == unknown and each.rest is not None]
    rests += [column for total, parts in piece.sums if total in rests for column in parts[1:]]
    room = np.ones(len(rows), dtype=bool)
    for rest in rests:
        room &= table.values[rows, rest] >= SMALLEST_GROUP
    free = np.flatnonzero(~lost & room & ~given.shown[rows, unknown])
    size = table.values[block(rows, piece.sizes)].max(axis=1, initial=0)
    order = np.array([*np.flatnonzero(lost), *free[np.argsort(size[free], kind="stable")]], dtype=np.intp)
    so_far = np.cumsum(people[order], axis=0)
    first = max(int(lost.sum()), 2)
    chosen = next((count for count in range(first, len(order) + 1) if not small(so_far[count - 1]).any()), None)
    hidden[rows if chosen is None else rows[order[:chosen]], unknown] = True


def _hide(
    table: Table,
    given: Given,
    primary: Flags,
    hidden: Flags,
    piece: Piece,
    unknown: Sequence[int],
    part: Sequence[int],
    gone: Sequence[int],
) -> None:
    """Hide the rows of a piece in which something must be hidden, and as many more as it takes."""
    values = table.values
    rows = inhabited(values, part, piece.sizes)
    if rows.size == 1 and len(given.parts) == 1:
        # One group is everybody, and tells no more.
        hidden[rows[0], piece.columns] |= hidden[0, piece.columns]
        return
    lost = np.isin(rows, gone) | np.asarray(primary[block(rows, piece.columns)].any(axis=1))
    tells = [column for column in unknown if _tells(table, piece, column)]
    lost |= np.asarray(hidden[block(rows, tells)].any(axis=1))
    if hidden[0, [*piece.columns, *tells]].any():
        lost[:] = True
    if not lost.any():
        return
    known = np.asarray(given.shown[block(rows, piece.columns)].any(axis=1))
    size = values[block(rows, piece.sizes)].max(axis=1, initial=0)
    free = np.flatnonzero(~lost & ~known)
    order = np.array([*np.flatnonzero(lost), *free[np.argsort(size[free], kind="stable")]], dtype=np.intp)
    enough = _enough(values[rows[order]], _others(table, piece), piece)
    first = max(int(lost.sum()), 2)
    chosen = next((count for count in range(first, len(order) + 1) if enough[count - 1]), len(order))
    if chosen == len(order) and known[~lost].any():
        raise TooThinToPublish(
            [(*table.groups[rows[row]], table.names[piece.columns[0]]) for row in np.flatnonzero(lost)[:5]], []
        )
    hide = rows[order[:chosen]]
    followed = _followed(table, hidden)
    hidden[block(hide, [column for column in piece.columns if column not in followed])] = True
    if len(piece.sizes) > 1:
        hidden[block(hide, piece.sizes)] = True


def _tells(table: Table, piece: Piece, unknown: int) -> bool:
    """Whether the figures of a piece, all shown, tell how many are unknown."""
    rests = {each.rest for each in table.printed}
    for total, parts in piece.sums:
        if unknown in parts and (total not in table.sizes or not rests.intersection(parts)):
            return True
    return False


def _followed(table: Table, hidden: Flags) -> set[int]:
    """Columns in which everybody is counted, as is shown: to hide that of a group would hide nothing."""
    return {
        each.counted
        for each in table.printed
        if each.counted is not None
        and each.rest is not None
        and not hidden[0, each.counted]
        and table.values[0, each.counted] == table.values[0, each.size] > 0
    }


def _others(table: Table, piece: Piece) -> list[int]:
    """Columns of those known and not counted."""
    inside = set(piece.columns)
    return [each.rest for each in table.printed if each.rest is not None and each.counted in inside]


def _enough(values: Numbers, others: Sequence[int], piece: Piece) -> Flags:
    """After each row, whether the rows so far hold nobody or five and more of everything, and of everybody else."""
    people, rest = np.cumsum(values[:, piece.columns], axis=0), np.cumsum(values[:, others], axis=0)
    return np.asarray(~(small(people).any(axis=1) | (rest < SMALLEST_GROUP).any(axis=1)))
