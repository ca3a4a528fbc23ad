"""Situation: what holds for a participant from each day on which anything changes until the next."""

from collections.abc import Mapping

import polars as pl

from tracker.indicators.columns.derived import Derived, Source, day_of, participant_of, place

PARTS = 10_000
"""Hours are added up in ten-thousandths, as whole numbers, so that a job that ends leaves nothing behind."""

EDUCATION = ("higher-education", "upper-secondary", "primary-school")
MEASURES = ("labour-market-measure", "work-placement")
HEALTH = ("sickness-benefit", "work-assessment-allowance", "disability-benefit")
FLAGS = (*EDUCATION, "programme", "measure", "health", "social_assistance", "known")
"""What runs, beside work, and whether the situation is known."""

COLUMNS = (
    "participant",
    "activity",
    "key",
    "value",
    "valid_from",
    "valid_to",
    "hours_per_week",
    "position_percent",
)
"""The columns of spells that a situation is made of."""

_OF_WORK = ("work", "wage-subsidy")
_WORK, _HOME = len(FLAGS), len(FLAGS) + 1
_NUMBER_OF = {name: number for number, name in enumerate(EDUCATION)} | {
    "programme": FLAGS.index("programme"),
    **dict.fromkeys(MEASURES, FLAGS.index("measure")),
    "benefit": FLAGS.index("health"),
    "social-assistance": FLAGS.index("social_assistance"),
}


def steps_of(spells: pl.DataFrame) -> pl.DataFrame:
    """What a participant's work comes to from each day on which it changes until the next; at the end nothing.

    :returns: participant, day, works, full_time, unknown, parts, self_employed, self_employed_parts, subsidised,
        subsidised_unknown, subsidised_parts; hours in ten-thousandths, only the known ones
    """
    told = pl.col("key") != "confirmed"
    work = pl.col("activity") == "work"
    granted = (pl.col("value") == "wage-subsidy").fill_null(False)
    hours = (pl.col("hours_per_week") * PARTS).round().cast(pl.Int32)
    full = ((pl.col("position_percent") >= 100) | (pl.col("hours_per_week") >= 37)).fill_null(False)
    kinds = {
        "own": told & work & ~granted,
        "subsidy": told & work & granted,
        "grant": told & ~work,
        "own_confirmed": ~told & work,
        "subsidy_confirmed": ~told & ~work,
    }
    counted = (
        spells.lazy()
        .filter(pl.col("activity").cast(pl.String).is_in(_OF_WORK))
        .select(
            "participant",
            "valid_from",
            "valid_to",
            **{name: kind.cast(pl.Int32) for name, kind in kinds.items()},
            hours=hours.fill_null(0),
            unknown=hours.is_null().cast(pl.Int32),
            full=full.cast(pl.Int32),
            alone=(pl.col("value") == "self-employed").fill_null(False).cast(pl.Int32),
        )
    )
    parts = {name: pl.col(name) for name in kinds}
    for name in ("own", "subsidy", "own_confirmed", "subsidy_confirmed"):
        parts |= {f"{name} {what}": pl.col(name) * pl.col(what) for what in ("hours", "unknown")}
    for name in ("own", "own_confirmed"):
        parts |= {f"{name} {what}": pl.col(name) * pl.col(what) for what in ("full", "alone")}
    parts["alone"] = pl.col("own") * pl.col("alone") * pl.col("hours")
    person = pl.col("participant")
    begun = counted.select(place=place(person, pl.col("valid_from")), **parts)
    ended = counted.select(place=place(person, pl.col("valid_to")), **{name: -part for name, part in parts.items()})
    at = pl.col("place")
    # Each spell that begins also ends, so that a participant's sums are back at 0 where those of the next begin.
    running = (
        pl.concat([begun, ended])
        .sort("place")
        .with_columns(pl.col(*parts).cum_sum())
        .filter((at != at.shift(-1)).fill_null(True))
    )
    own = (pl.col("own_confirmed") > 0) & (pl.col("own") + pl.col("subsidy") == 0)
    subsidy = (pl.col("subsidy_confirmed") > 0) & (pl.col("grant") == 0)

    def all_of(name: str, what: str, confirmed: pl.Expr) -> pl.Expr:
        return pl.col(f"{name} {what}") + pl.when(confirmed).then(f"{name}_confirmed {what}").otherwise(0)

    return running.select(
        *_who_and_when(),
        works=(pl.col("own") > 0) | own,
        full_time=all_of("own", "full", own) > 0,
        unknown=all_of("own", "unknown", own) > 0,
        parts=all_of("own", "hours", own),
        self_employed=all_of("own", "alone", own) > 0,
        self_employed_parts="alone",
        subsidised=(pl.col("subsidy") > 0) | subsidy,
        subsidised_unknown=all_of("subsidy", "unknown", subsidy) > 0,
        subsidised_parts=all_of("subsidy", "hours", subsidy),
    ).collect()


def situations_of(spells: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """What runs, and where a participant lives, from each day on which anything changes until the next.

    :returns: participant, day, ``FLAGS``, the work that runs as :func:`tracker.indicators.status.status_at` says it,
        and ``residence``: municipality, or what took the participant out of scope; empty where nothing was told
    """
    work, homes = _work(spells), _homes(spells)
    known = windows.select("participant", "known_from", "known_to", flag=pl.lit(FLAGS.index("known"), pl.Int8))
    changes = pl.concat(
        [
            *_begun_and_ended(_others(spells)),
            *_begun_and_ended(known),
            *(
                rows.select(
                    place=place(pl.col("participant"), pl.col("day")),
                    flag=pl.lit(flag, pl.Int8),
                    sign=pl.lit(0, pl.Int8),
                    row=pl.int_range(pl.len(), dtype=pl.UInt32),
                ).slice(1)
                for flag, rows in ((_WORK, work), (_HOME, homes))
            ),
        ]
    ).sort("place")
    at, flag, row = pl.col("place"), pl.col("flag"), pl.col("row")
    # Each spell that begins also ends, so that nothing is left of one participant where the next begins.
    turns = changes.select(
        "place",
        *(
            pl.when(flag == number).then("sign").otherwise(0).cast(pl.Int32).cum_sum().cast(pl.Boolean).alias(name)
            for number, name in enumerate(FLAGS)
        ),
        work=pl.when(flag == _WORK).then(row).forward_fill().fill_null(0),
        home=pl.when(flag == _HOME).then(row).forward_fill().fill_null(0),
    ).filter((at != at.shift(-1)).fill_null(True))
    works, lives = work[turns["work"]], homes[turns["home"]]
    return turns.select(*_who_and_when(), *FLAGS).with_columns(
        *(works[name] for name in ("works", "full_time", "self_employed", "subsidised", "hours", "subsidised_hours")),
        lives["residence"].cast(pl.Categorical),
    )


def _who_and_when() -> tuple[pl.Expr, pl.Expr]:
    at = pl.col("place")
    return participant_of(at), day_of(at).alias("day")


def _others(spells: pl.DataFrame) -> pl.DataFrame:
    """(participant, valid_from, valid_to, flag) of the activities that are no work."""
    activity = pl.col("activity").cast(pl.String)
    return (
        spells.filter(activity.is_in(list(_NUMBER_OF)))
        .filter((activity != "benefit") | pl.col("key").is_in(HEALTH))
        .select(
            "participant",
            "valid_from",
            "valid_to",
            flag=activity.replace_strict(_NUMBER_OF, return_dtype=pl.Int8),
        )
    )


def _begun_and_ended(stretches: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """Where each stretch begins and where it ends."""
    _, *edges, _ = stretches.columns
    return tuple(
        stretches.select(
            "flag",
            place=place(pl.col("participant"), pl.col(edge)),
            sign=pl.lit(sign, pl.Int8),
            row=pl.lit(0, pl.UInt32),
        ).select("place", "flag", "sign", "row")
        for edge, sign in zip(edges, (1, -1), strict=True)
    )


def _work(spells: pl.DataFrame) -> pl.DataFrame:
    """The steps of work as a status tells them; the first row is nobody's, without work."""
    rows = steps_of(spells).select(
        "participant",
        "day",
        "works",
        "full_time",
        "self_employed",
        "subsidised",
        hours=pl.when(~(pl.col("works") & pl.col("unknown"))).then(pl.col("parts") / PARTS),
        subsidised_hours=pl.when(~(pl.col("subsidised") & pl.col("subsidised_unknown"))).then(
            pl.col("subsidised_parts") / PARTS
        ),
    )
    flags = ("works", "full_time", "self_employed", "subsidised")
    nothing = pl.DataFrame(
        {name: [False] for name in flags} | {name: [0.0] for name in ("hours", "subsidised_hours")},
    )
    return pl.concat([nothing, rows], how="diagonal").select(rows.columns)


def _homes(spells: pl.DataFrame) -> pl.DataFrame:
    """(participant, day, residence) from each day on which it changes; the first row is nobody's, and tells nothing."""
    lived = spells.filter(pl.col("activity") == "residence").select("participant", "valid_from", "valid_to", "value")
    days = pl.concat(lived.select("participant", day=edge) for edge in ("valid_from", "valid_to")).unique()
    last_begun = (
        days.join(lived, on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .sort("valid_from")
        .group_by("participant", "day", maintain_order=True)
        .agg(residence=pl.col("value").last())
    )
    told = days.join(last_begun, on=["participant", "day"], how="left")
    nothing = pl.DataFrame({"participant": [None], "day": [None], "residence": [None]}, schema=told.schema)
    return pl.concat([nothing, told])


_WHEN: Mapping[str, pl.DataType] = {"participant": pl.UInt32(), "day": pl.Date()}
STEPS = Derived(
    "steps",
    {
        **_WHEN,
        **dict.fromkeys(("works", "full_time", "unknown"), pl.Boolean()),
        "parts": pl.Int32(),
        "self_employed": pl.Boolean(),
        "self_employed_parts": pl.Int32(),
        "subsidised": pl.Boolean(),
        "subsidised_unknown": pl.Boolean(),
        "subsidised_parts": pl.Int32(),
    },
    (Source("spells", _OF_WORK, COLUMNS),),
    steps_of,
)
SITUATIONS = Derived(
    "situations",
    {
        **_WHEN,
        **dict.fromkeys((*FLAGS, "works", "full_time", "self_employed", "subsidised"), pl.Boolean()),
        **dict.fromkeys(("hours", "subsidised_hours"), pl.Float64()),
        "residence": pl.Categorical(),
    },
    (
        Source("spells", (*_OF_WORK, *_NUMBER_OF, "residence"), COLUMNS),
        Source("windows", (), ("participant", "known_from", "known_to")),
    ),
    situations_of,
)
