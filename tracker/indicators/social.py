"""Social integration: taking part in organised and voluntary life, and contact outside one's own circle."""

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.cohort import exits
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.measures import Count, Share
from tracker.indicators.statistics.sustained import UNKNOWN, YES, sustained
from tracker.indicators.surveyed import BY, NEEDS, RULES, Asked
from tracker.indicators.waiting import months_between

AFTER_LEAVING = 12
LONGEST_GAP = 2
ENOUGH_MONTHS = 6
CONTACT = Asked("S2", 0, 1, 1, ("contact-weekly",))
Flags = npt.NDArray[np.bool_]


def taking_part(selection: Selection) -> pl.DataFrame:
    """One row a person and month, of those followed that long, with ``consent`` on the day.

    ``activity`` and ``role`` are what ran on the day, ``lasting`` whether either did at the end of enough months from
    the start on; empty without consent, or where nobody knows.
    """
    frames, last = selection.frames, max(selection.months, default=0)
    columns = ("participant", "key", "valid_from", "valid_to")
    agreed = frames.spells("consent", columns=columns).filter(pl.col("key") == "participation")
    people = (
        selection.who.select("participant", "origin")
        .join(agreed, on="participant", how="semi")
        .join(exits(frames, "participant", "left_on"), on="participant", how="left")
        .with_row_index("row")
    )
    consent = _ran(people, agreed, last)
    known = consent & _ran(people, frames.windows.rename({"known_from": "valid_from", "known_to": "valid_to"}), last)
    activity = _ran(people, frames.spells("volunteering", columns=columns), last)
    role = _ran(people, frames.spells("elected-role", columns=columns), last)
    looked_at = np.where(known, (activity | role).astype(float), np.nan)
    closes = months_between(pl.col("origin"), pl.col("left_on").dt.offset_by(f"{AFTER_LEAVING}mo"), whole=True)
    final = people.select(closes=closes.fill_null(last))["closes"].to_numpy()
    looked_at[np.arange(last + 1)[None, :] > final[:, None]] = 0.0
    parts = []
    for months in selection.months:
        answers = sustained(looked_at[:, 1 : months + 1], 1, ENOUGH_MONTHS, LONGEST_GAP)
        seen = known[:, months]
        parts.append(
            in_scope(frames, selection.days(months))
            .join(
                people.select(
                    "participant",
                    consent=pl.Series(consent[:, months]),
                    activity=_told(activity[:, months], seen),
                    role=_told(role[:, months], seen),
                    lasting=_told(answers == YES, consent[:, months] & (answers != UNKNOWN)),
                ),
                on="participant",
                how="left",
            )
            .with_columns(pl.col("consent").fill_null(False), months=pl.lit(months, pl.Int32))
        )
    return pl.concat(parts)


def _ran(people: pl.DataFrame, spans: pl.DataFrame, months: int) -> Flags:
    """Whether any of the spans held on the same day of each month after the origin: a row a person, columns from 0.

    :param people: participant, origin, row
    :param spans: participant, valid_from, valid_to
    """
    place = {
        name: months_between(pl.col("origin"), pl.col(name), whole=False).clip(0, months + 1)
        for name in ("valid_from", "valid_to")
    }
    found = people.join(spans, on="participant").select("row", **place)
    rows = found["row"].to_numpy()
    change = np.zeros((people.height, months + 2), dtype=np.int16)
    np.add.at(change, (rows, found["valid_from"].to_numpy()), 1)
    np.add.at(change, (rows, found["valid_to"].to_numpy()), -1)
    running: Flags = change.cumsum(axis=1, dtype=np.int16)[:, : months + 1] > 0
    return running


def _told(what: Flags, known: Flags) -> pl.Series:
    """Whether it is so; empty where it is not known."""
    return pl.select(pl.when(pl.Series(known)).then(pl.Series(what))).to_series()


ACTIVITY, ROLE = pl.col("activity"), pl.col("role")
S1 = Indicator(
    id="S1",
    version=1,
    title="Takes part in an organised or voluntary activity",
    definition=(
        "Of those who started the programme and are in scope on the day so many months after the start, the share "
        "who on that day (a) have an organised or voluntary activity or an elected role, each also alone; (b) have "
        f"had one for {ENOUGH_MONTHS} months: looked at on the same day of every month from one month after the start "
        f"on, up to that day and {AFTER_LEAVING} months after leaving at the latest, it ran on {ENOUGH_MONTHS} of "
        f"these days or more, with no more than {LONGEST_GAP} without in a row between them; what it was may change. "
        "Only who has given consent to participation being recorded is known: without consent that holds on the day "
        "a person is unknown, and a month without it is as if nobody had looked; both are never no. With consent, "
        "who has no activity is no where the situation is known, else unknown. Enough months are enough, whatever is "
        "unknown beside them. Beside: the share with consent. Kinds of activity are recorded, never a religious, "
        "political or trade-union body, nor any name."
    ),
    formula="x(activity or role on P+m) / n(P); x(6 months of it by min(P+m, X+12)) / n(P)",
    example=(
        "Of 10 people 6 consent; 3 of them play football in a club or help in it, 2 of these for half a year: (a) 3 of "
        "10 with 4 unknown, (b) 2 of 10 with 4 unknown."
    ),
    dimension="S",
    tags="A N",
    unit="per cent",
    axes={"started": (12, 24, 36)},
    denominator="present",
    measures=(
        Share(
            taking_part,
            (
                Count("takes-part", ACTIVITY | ROLE),
                Count("activity", ACTIVITY, within="takes-part"),
                Count("elected-role", ROLE, within="takes-part"),
                Count("six-months", pl.col("lasting")),
                Count("consent", pl.col("consent")),
            ),
        ),
    ),
    needs=("consent-given",),
    source="NORCE 20-2019 section 3.2, after the list of Bamble",
)
S2 = Indicator(
    id="S2",
    version=1,
    title="Weekly contact with Norwegian-speaking residents outside the services",
    definition=(
        "Of who answered the question in an anonymous survey, the share who in the last month talked at least once a "
        "week with somebody who lives there and speaks Norwegian, and who does not work at the school, in the "
        "programme or in another service. The wording is fixed by the instrument and its version. Rounds of one year "
        "are counted together; half-yearly rounds show in the years. What is told in talks with an advisor is not "
        "counted, since it is not anonymous." + RULES
    ),
    formula="x(contact every week) / n(answers)",
    example="20 of 40 people invited answered, 12 of them yes: 60 per cent of 20, with a response of 50 per cent.",
    dimension="S",
    tags="A",
    unit="per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        Share(
            CONTACT.answers,
            (Count("weekly-contact", pl.col("any")),),
        ),
        *CONTACT.response,
    ),
    breakdowns=BY,
    needs=NEEDS,
    source="NORCE 20-2019 section 3.1",
)
INDICATORS = (S1, S2)
