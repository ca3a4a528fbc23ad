"""How many participants each kind of problem has, and who they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tracker.quality.kinds import KINDS, InColumns, Kind
from tracker.quality.rows import known, running

if TYPE_CHECKING:
    import polars as pl
    import sqlite_utils

    from tracker.indicators.frames import Frames
    from tracker.readmodel.follow import ReadModel

By = Literal["municipality", "unit"]
Figures = tuple[int, int, int, date | None]
"""Participants, findings, past due, next due."""

_GROUPS: Mapping[By | None, tuple[str, str]] = {
    None: ("''", ""),
    "municipality": ("p.municipality", ""),
    "unit": (
        "COALESCE(u.value, '')",
        f"LEFT JOIN spells u ON u.participant = p.participant AND u.activity = 'unit' AND {running('u')}",
    ),
}


@dataclass(frozen=True)
class Question:
    """What is asked of the read model.

    :ivar position: as known at this position of the log
    :ivar at: what happened later is left out
    :ivar municipality: only participants settled there; None = all
    """

    position: int
    at: date
    municipality: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {"position": self.position, "at": self.at.isoformat(), "municipality": self.municipality}


@dataclass(frozen=True)
class Count:
    """How much of a kind there is in a group.

    :ivar group: the municipality of settlement or the responsible unit; empty = all, or none is responsible
    :ivar out_of: participants in the group who were registered by the day
    :ivar participants: of them, those with such a problem
    :ivar findings: rows behind it: a participant may have several facts
    :ivar past_due: findings whose day to be put right by has passed
    :ivar next_due: the first such day that is not over
    :ivar left_out: facts of which it cannot be told
    """

    kind: Kind
    group: str
    out_of: int
    participants: int = 0
    findings: int = 0
    past_due: int = 0
    next_due: date | None = None
    left_out: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing to put right.

    :ivar version: the fact it is about, where it is about one
    :ivar happened_on: the day of that fact, or of what the definition starts from
    :ivar due: the last day on which it is or was to be done
    """

    participant: str
    municipality: str
    unit: str | None
    version: int | None
    happened_on: date
    due: date | None
    detail: str | None


def counts(
    model: "ReadModel",
    question: Question,
    by: By | None = None,
    kinds: Sequence[Kind] = KINDS,
    frames: "Frames | None" = None,
) -> Iterator[Count]:
    """Kind by kind, and in each group of one kind after the other.

    :param frames: those of the question's position, where there are any already
    """
    group, join = _GROUPS[by]
    people = f"""
        SELECT p.participant, {group} AS name FROM participants p {join}
        WHERE {known("p")} AND p.registered_on <= :at AND (:municipality IS NULL OR p.municipality = :municipality)"""
    sizes = dict(
        model.database.execute(
            f"SELECT name, COUNT(*) FROM ({people}) GROUP BY name ORDER BY name", question.values
        ).fetchall()
    )
    if by is None and not sizes:
        sizes = {"": 0}
    columns = _Columns(model, question, frames)
    for kind in kinds:
        if isinstance(kind.rows, InColumns):
            found = columns.grouped(kind.rows, by)
        else:
            found = _grouped(model.database, question, people, kind.rows)
        left_out = columns.grouped(kind.left_out, by) if kind.left_out else {}
        for name, out_of in sizes.items():
            participants, findings, past_due, next_due = found.get(name, (0, 0, 0, None))
            lacking = left_out.get(name, (0, 0))[1]
            yield Count(kind, name, out_of, participants, findings, past_due, next_due, lacking)


def findings(model: "ReadModel", question: Question, kind: Kind, frames: "Frames | None" = None) -> Iterator[Finding]:
    """The participants behind a kind: what is due first, then by participant and day.

    :param frames: those of the question's position, where there are any already
    """
    if isinstance(kind.rows, InColumns):
        for row in _Columns(model, question, frames).listed(kind.rows):
            yield Finding(*row)
        return
    rows = model.database.execute(
        f"""
        WITH found AS ({kind.rows})
        SELECT p.participant, p.municipality, u.value, f.version, f.happened_on, f.due, f.detail
        FROM found f CROSS JOIN participants p ON p.participant = f.participant {_GROUPS["unit"][1]}
        WHERE {known("p")} AND p.registered_on <= :at AND (:municipality IS NULL OR p.municipality = :municipality)
        ORDER BY f.due IS NULL, f.due, f.happened_on, p.participant, f.version
        """,
        question.values,
    )
    for participant, municipality, unit, version, happened_on, due, detail in rows:
        yield Finding(
            participant,
            municipality,
            unit,
            version,
            date.fromisoformat(happened_on),
            date.fromisoformat(due) if due else None,
            detail,
        )


def _grouped(database: "sqlite_utils.Database", question: Question, people: str, rows: str) -> Mapping[str, Figures]:
    answer = database.execute(
        f"""
        WITH people AS MATERIALIZED ({people}), found AS ({rows})
        SELECT name, COUNT(DISTINCT participant), COUNT(*), COALESCE(SUM(due < :at), 0),
               MIN(CASE WHEN due >= :at THEN due END)
        FROM found JOIN people USING (participant) GROUP BY name
        """,
        question.values,
    )
    return {
        name: (participants, found, past_due, date.fromisoformat(next_due) if next_due else None)
        for name, participants, found, past_due, next_due in answer.fetchall()
    }


class _Columns:
    """Answers from columns, which are loaded when they are first asked for."""

    def __init__(self, model: "ReadModel", question: Question, frames: "Frames | None" = None) -> None:
        self._model = model
        self._question = question
        self._given = frames

    @cached_property
    def frames(self) -> "Frames":
        from tracker.indicators.frames import load

        return self._given or load(self._model, self._question.position, self._question.at)

    @cached_property
    def people(self) -> "pl.DataFrame":
        from tracker.quality.columns import people

        found = people(self.frames, self._question.at)
        municipality = self._question.municipality
        return found if municipality is None else found.filter(municipality=municipality)

    def grouped(self, kind: InColumns, by: By | None) -> Mapping[str, Figures]:
        """Group -> its figures."""
        import polars as pl

        at = self._question.at
        name = pl.lit("") if by is None else pl.col(by).fill_null("")
        joined = self._found(kind).select("participant", "due").join(self.people, on="participant")
        figures = joined.group_by(name=name).agg(
            pl.col("participant").n_unique(),
            findings=pl.len(),
            past_due=(pl.col("due") < at).sum(),
            next_due=pl.col("due").filter(pl.col("due") >= at).min(),
        )
        return {group: (who, found, past, ahead) for group, who, found, past, ahead in figures.iter_rows()}

    def listed(self, kind: InColumns) -> "Iterator[tuple[Any, ...]]":
        """The values of each finding, in order."""
        order = ("due", "happened_on", "id", "version")
        found = self._found(kind).join(self.people, on="participant").sort(order, nulls_last=True)
        return found.select("id", "municipality", "unit", "version", "happened_on", "due", "detail").iter_rows()

    def _found(self, kind: InColumns) -> "pl.DataFrame":
        from tracker.quality.columns import FOUND

        return FOUND[kind.name](self.frames, self._question.at)
