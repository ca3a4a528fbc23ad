"""What happened: one immutable class a fact, grouped by area of life. Imports nothing else of ours."""

from events import (
    corrections,
    education,
    income,
    intake,
    involvement,
    language,
    municipality,
    participation,
    plan,
    programme,
    residence,
    status,
    work,
)
from events.base import (
    Activity,
    Changes,
    Closes,
    Fact,
    Marks,
    Opens,
    Reopens,
    Sets,
    activities,
    fact_class,
    fact_classes,
)

AREAS = (
    intake,
    programme,
    plan,
    language,
    education,
    work,
    income,
    participation,
    involvement,
    status,
    residence,
    corrections,
    municipality,
)

__all__ = [
    "AREAS",
    "Activity",
    "Changes",
    "Closes",
    "Fact",
    "Marks",
    "Opens",
    "Reopens",
    "Sets",
    "activities",
    "fact_class",
    "fact_classes",
]
