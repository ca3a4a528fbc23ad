"""Months spent in each state after the programme, from one look at the same day of each month."""

import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.looking import EDUCATED, KNOWN, WORKS
from tracker.indicators.measures import Average, Mean
from tracker.indicators.status import NAMES, RUNNING, STATE_VERSION, state_of, status_at
from tracker.indicators.waiting import months_between

FOLLOWED = 60
"""Months that are summed."""

SETS = {"any-work": WORKS, "any-education": EDUCATED}
"""What may run beside something else: months with it, whatever the state."""

LINES = {name: name.lower().replace("_", "-") for name in NAMES}
"""State -> its line."""

_AT_ONCE = 200_000
"""Statuses that are worked out together, so that memory stays small."""


def months_in_states(selection: Selection) -> pl.DataFrame:
    """How many of the first months after the day each person spent in each state, of those followed that long."""
    months = selection.months or (FOLLOWED,)
    stays = _stays(selection, max(months))
    return pl.concat(_summed(selection, stays, month) for month in months)


def _summed(selection: Selection, stays: pl.DataFrame, months: int) -> pl.DataFrame:
    followed = selection.days(months).select("participant")
    stay = pl.col("until").clip(upper_bound=months) - pl.col("look").clip(upper_bound=months)
    columns = {line: stay.filter(pl.col("state") == number).sum() for number, line in enumerate(LINES.values())}
    columns |= {name: stay.filter(name).sum() for name in SETS}
    return (
        stays.join(followed, on="participant", how="semi")
        .group_by("participant")
        .agg(**columns)
        .with_columns(months=pl.lit(months, pl.Int32))
    )


def _stays(selection: Selection, months: int) -> pl.DataFrame:
    """(participant, look, until, state, any-work, any-education): the same from one monthly look until another.

    Nothing changes but where a spell or a window begins or ends, so that only the first look after each such day is
    worked out; the looks up to the next are alike.
    """
    looks = _looks(selection, months)
    parts = []
    for start in range(0, max(looks.height, 1), _AT_ONCE):
        status = status_at(selection.frames, looks.slice(start, _AT_ONCE))
        here = KNOWN & ~pl.col("out") & ~pl.col("dead")
        parts.append(
            status.select(
                "participant",
                "look",
                "until",
                state=state_of(),
                **{name: (here & runs).fill_null(False) for name, runs in SETS.items()},
            )
        )
    return pl.concat(parts)


def _looks(selection: Selection, months: int) -> pl.DataFrame:
    """(participant, home, look, until, day): the looks at which something may have changed; the first is look 0."""
    frames = selection.frames
    who = selection.who.select("participant", "origin", "home")
    spells = frames.spells(*RUNNING, "residence", columns=("participant", "valid_from", "valid_to"))
    windows = frames.windows.rename({"known_from": "valid_from", "known_to": "valid_to"})
    changes = pl.concat([spells, windows.select(spells.columns)]).join(who, on="participant")
    edges = pl.concat(
        changes.select("participant", look=months_between(pl.col("origin"), pl.col(edge), whole=False))
        for edge in ("valid_from", "valid_to")
    ).filter(pl.col("look").is_between(1, months - 1))
    first = who.select("participant", look=pl.lit(0, pl.Int32))
    cuts = pl.concat([first, edges]).unique().sort("participant", "look")
    same = pl.col("participant") == pl.col("participant").shift(-1)
    return (
        cuts.with_columns(until=pl.when(same).then(pl.col("look").shift(-1)).otherwise(pl.lit(months, pl.Int32)))
        .join(who, on="participant", maintain_order="left")
        .with_columns(day=pl.col("origin").dt.offset_by(pl.format("{}mo", "look")))
        .filter(pl.col("day") <= frames.known_on)
        .drop("origin")
    )


E10 = Indicator(
    id="E10",
    version=1,
    title="Mean months in each state in five years",
    definition=(
        "For those who left the programme and have been followed for 60 months: the mean number of months in each "
        "state, from one look a month on the same day of the month, the day of leaving first, 60 looks in all. Each "
        f"look has one state, the first that holds by the printed precedence (version {STATE_VERSION}): "
        f"{', '.join(NAMES)}. The months of all states sum to 60, those of unknown status, out of scope and after "
        "death too. Beside, whatever the state: months with any ordinary or self-employed work, and months with any "
        "education, each a month where both run; only months in scope whose status is known count there, so that they "
        "are at least so many."
    ),
    formula="sum over people of looks in state s, over n; sum over s = 60",
    example="One person works full time for 24 of 60 looks, another never: mean 12 months in WORK37.",
    dimension="E",
    tags="N R",
    unit="months",
    axes={"left": (FOLLOWED,)},
    denominator="all",
    measures=(
        Mean(
            months_in_states,
            tuple(Average(line, pl.col(line), unit="months") for line in (*LINES.values(), *SETS)),
        ),
    ),
    source="mean time in each state as seqmeant of TraMineR; state precedence of the catalogue, section 3.1",
)
