"""How the kinds of problems are found that look through most of what was told: in columns, in a tenth of SQL's time.

Each answers with participant, version, happened_on, due, detail, as the SELECTs of :mod:`tracker.quality.finding`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl

from events import fact_classes
from events.base import UNTOLD
from tracker.indicators.frames import LAST_DAY, Frames
from tracker.journey import OSLO
from tracker.quality.finding import GONE, PARTS, SKILLS
from tracker.rules import Rule
from tracker.rules.nir import REGISTRATION, places
from tracker.rules.observation import KNOWN_FOR
from tracker.rules.quality import BASELINE_BY

Find = Callable[[Frames, date], pl.DataFrame]
COLUMNS = ("participant", "version", "happened_on", "due", "detail")


def people(frames: Frames, at: date) -> pl.DataFrame:
    """(participant, id, municipality, unit) of those registered by the day; unit = the one responsible then."""
    registered = _told(frames, at, "participant-registered", columns=("participant",))
    unit = _running(frames, at, "unit", columns=("participant", "value")).rename({"value": "unit"})
    return (
        frames.people("id", "municipality")
        .join(registered, on="participant", how="semi")
        .join(unit, on="participant", how="left")
    )


def missing_baseline(frames: Frames, at: date) -> pl.DataFrame:
    """Who started so long ago that the starting point should be there, and lacks a part of it."""
    awaited = (
        frames.spells("programme", columns=("participant", "spell_from"))
        .filter(pl.col("spell_from") <= at)
        .group_by("participant")
        .agg(start=pl.col("spell_from").min())
        .with_columns(due=_months_later(BASELINE_BY, pl.col("start")))
        .filter(pl.col("due") < at)
    )
    told = awaited
    for facts, parts in _TOLD_BY.items():
        rows = _told(frames, at, *facts, columns=("participant", "happened_on", "value", "details"))
        first = (
            rows.join(awaited, on="participant", how="semi")
            .with_columns(skill=_PART("$.skill") if facts == _LEVEL else None)
            .group_by("participant")
            .agg(pl.col("happened_on").filter(holds).min().alias(part) for part, holds in parts.items())
        )
        told = told.join(first, on="participant", how="left")
    missing = [
        pl.when(pl.col(part).is_null())
        .then(pl.lit(part))
        .when(pl.col(part) > pl.col("due"))
        .then(pl.format(f"{part} (first told of {{}})", pl.col(part).dt.to_string("%Y-%m-%d")))
        for part in PARTS
    ]
    detail = pl.concat_str(missing, separator=", ", ignore_nulls=True)
    return _found(told.with_columns(detail=detail, happened_on="start").filter(pl.col("detail") != ""))


def late(frames: Frames, at: date) -> pl.DataFrame:
    """The facts that the register asks for and that were first written down after their time."""
    columns = ("participant", "version", "happened_on", "precision", "first_registered_on", "recorded_at", "fact")
    last = (
        pl.when(pl.col("precision") == "month")
        .then(pl.col("happened_on").dt.month_end())
        .when(pl.col("precision") == "year")
        .then(pl.col("happened_on").dt.offset_by("1y").dt.truncate("1y").dt.offset_by("-1d"))
        .otherwise("happened_on")
    )
    written = pl.coalesce("first_registered_on", pl.col("recorded_at").dt.convert_time_zone(str(OSLO)).dt.date())
    return _found(
        _asked(frames, at, columns, ~_UNDATED & _MAY_BE_LATE)
        .with_columns(written=written, last=last)
        .filter(pl.col("written") > pl.col("last"))
        .with_columns(due=_months_later(REGISTRATION, pl.col("last")))
        .filter(pl.col("written") > pl.col("due"))
        .with_columns(detail=pl.format("{}, first written down {}", pl.col("fact").cast(pl.String), "written"))
    )


def undated_imports(frames: Frames, at: date) -> pl.DataFrame:
    """The facts of which it cannot be told whether they were written down in time."""
    return _found(_asked(frames, at, ("participant", "version", "happened_on"), _UNDATED))


def stale(frames: Frames, at: date) -> pl.DataFrame:
    """Who is in the programme, or agreed to be followed up, and of whom nobody knows any more."""
    consent = _running(frames, at, "consent", columns=("participant", "key")).filter(pl.col("key") == "follow-up")
    programme = _running(frames, at, "programme", columns=("participant",)).with_columns(what=pl.lit("programme"))
    followed = consent.select("participant", what=pl.lit("follow-up"))
    gone = _running(frames, at, "residence", columns=("participant", "value")).filter(pl.col("value").is_in(GONE))
    due = (
        pl.concat([programme, followed])
        .unique(maintain_order=True)
        .group_by("participant", maintain_order=True)
        .agg(what=pl.col("what").str.join(" and "))
        .join(gone, on="participant", how="anti")
    )
    two = ("participant", "happened_on")
    plain = [
        name
        for name, cls in fact_classes().items()
        if not cls.administrative and name not in ("status-confirmed", "period-observed")
    ]
    confirmed = _told(frames, at, "status-confirmed", columns=(*two, "value")).filter(pl.col("value") != "no")
    observed = _told(frames, at, "period-observed", columns=(*two, "value"))
    until = pl.min_horizontal(pl.col("value").str.to_date("%Y-%m-%d"), pl.lit(at))
    told = [
        _told(frames, at, *plain, columns=two),
        confirmed.select(two),
        observed.select("participant", happened_on=until),
    ]
    last = (
        pl.concat([rows.join(due, on="participant", how="semi") for rows in told])
        .group_by("participant")
        .agg(pl.col("happened_on").max())
    )
    return _found(
        due.join(last, on="participant")
        .filter(_months_later(KNOWN_FOR, pl.col("happened_on")) <= at)
        .with_columns(
            detail=pl.format("{}, nothing told since {}", "what", pl.col("happened_on").dt.to_string("%Y-%m-%d"))
        )
    )


FOUND: Mapping[str, Find] = {
    "missing-baseline": missing_baseline,
    "late-registration": late,
    "undated-imports": undated_imports,
    "stale": stale,
}
"""By the name that a kind gives."""

_PART: Any = pl.col("details").str.json_path_match
_LEVEL = ("language-level-reached",)
_TOLD_BY: Mapping[tuple[str, ...], Mapping[str, pl.Expr]] = {
    ("track-assigned",): {"track": pl.lit(True)},
    _LEVEL: {f"level in {skill}": (pl.col("value") != "not-assessed") & (pl.col("skill") == skill) for skill in SKILLS},
    ("participant-registered", "background-updated"): {
        "schooling": ~_PART("$.schooling").is_in(UNTOLD),
        "literacy": ~_PART("$.literate").is_in(UNTOLD),
    },
    ("skills-mapped",): {"work history": pl.lit(True)},
    ("programme-goal-set",): {"programme goal": pl.lit(True)},
    ("career-goal-set",): {"long-term goal": pl.lit(True)},
}
"""Facts -> part of the starting point -> which of them tell it."""

_UNDATED = (pl.col("channel") == "import") & pl.col("first_registered_on").is_null()

# Quick, and true of every late one: it spares most facts the reckoning in time zones and calendar months.
_MAY_BE_LATE = pl.coalesce("first_registered_on", pl.col("recorded_at").dt.date()) >= pl.col(
    "happened_on"
) + pl.duration(days=min(months for _, months in REGISTRATION.steps) * 28)


def _asked(frames: Frames, at: date, columns: tuple[str, ...], holds: pl.Expr) -> pl.DataFrame:
    """The facts that the register asks for, of those registered by the day."""
    wanted = tuple(dict.fromkeys((*columns, "fact", "channel", "first_registered_on")))
    fields = {fact: subject.field for _, subject, fact in places()}
    keys = {fact: subject.key for _, subject, fact in places() if subject.key}
    spared = [(fact, rule_set) for _, subject, fact in places() for rule_set in sorted(subject.not_for)]
    rows = [
        _told(
            frames, at, *(fact for fact, field in fields.items() if not field and fact not in keys), columns=wanted
        ).filter(holds),
        *(
            _told(frames, at, fact, columns=(*wanted, "key")).filter(holds & (pl.col("key") == key)).select(wanted)
            for fact, key in keys.items()
        ),
        *(
            _told(frames, at, fact, columns=(*wanted, "details"))
            .filter(holds & ~_PART(f"$.{field}").is_in(UNTOLD))
            .select(wanted)
            for fact, field in fields.items()
            if field
        ),
    ]
    not_for = pl.DataFrame(spared, schema={"fact": pl.String, "rule_set": pl.String}, orient="row")
    return (
        pl.concat(rows)
        .join(frames.people("rule_set"), on="participant")
        .join(not_for.cast({"fact": pl.Categorical}), on=["fact", "rule_set"], how="anti")
    )


def _told(frames: Frames, at: date, *topics: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Facts that had happened by the day."""
    rows = frames.facts(*topics, columns=tuple(dict.fromkeys((*columns, "happened_on"))))
    return rows.filter(pl.col("happened_on") <= at).select(columns)


def _running(frames: Frames, at: date, activity: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Spells that run on the day."""
    rows = frames.spells(activity, columns=(*columns, "valid_from", "valid_to"))
    runs = (pl.col("valid_from") <= at) & ((pl.col("valid_to") > at) | (pl.col("valid_to") == LAST_DAY))
    return rows.filter(runs).select(columns)


def _months_later(rule: Rule[int], day: pl.Expr) -> pl.Expr:
    """The day so many months later as the rule has it on that day."""
    (_, months), *later = rule.steps
    found: Any = day.dt.offset_by(f"{months}mo")
    for first, months in later:
        found = pl.when(day >= first).then(day.dt.offset_by(f"{months}mo")).otherwise(found)
    moved: pl.Expr = found
    return moved


def _found(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = {"version": pl.Int32, "due": pl.Date, "detail": pl.String}
    lacking = {name: pl.lit(None, kind) for name, kind in kinds.items() if name not in frame.columns}
    return frame.with_columns(**lacking).select(COLUMNS)
