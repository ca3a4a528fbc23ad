"""Courses in tables: the people of a cohort, further facts of theirs one a row, and the norms that were adopted."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from events import fact_class
from events.municipality import MunicipalityRegistered, NormSetAdopted
from tests.indicators.cohorts import AUTHOR, people
from tests.tables import table
from tracker.application import ProgressionTracker, municipality_stream
from tracker.course.asking import adopt
from tracker.schema import parse

SKILLS = ("listening", "reading", "writing", "speaking")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(folder: Path, text: str, facts: str = "", *, norms: str = "5001", now: datetime = NOW) -> ProgressionTracker:
    """The people of a table, with the facts of another: ``who | on | fact | values``; ``levels A2`` is one a skill.

    :param norms: codes of the municipalities that have adopted the default norms since 2015, divided by blanks
    """
    app = people(folder, text, now=now)
    numbers = {row["who"]: number for number, row in enumerate(table(text), start=1)}
    for row in table(facts):
        kind, _, level = row["fact"].partition(" ")
        values = dict(pair.partition("=")[::2] for pair in row["values"].split())
        each = [{"skill": skill, "level": level} for skill in SKILLS] if kind == "levels" else [values]
        cls = fact_class("language-level-reached" if kind == "levels" else kind)
        for fields in each:
            app.log(UUID(int=numbers[row["who"]]), parse(cls, {"on": row["on"], **fields}), AUTHOR)
    for code in norms.split():
        adopted(app, code, "2015-01-01")
    return app


def adopted(app: ProgressionTracker, code: str, on: str, norms: str = "default@1") -> None:
    """Norms that a municipality adopted; it is registered with the first."""
    if not app.log_of_facts.stream(municipality_stream(code)):
        app.register_municipality(MunicipalityRegistered(on=date(2014, 1, 1), municipality=code), AUTHOR)
    id, _, version = norms.partition("@")
    adopt(app, code, NormSetAdopted(on=date.fromisoformat(on), norm_set=id, version=int(version)), AUTHOR)
