"""Who has talked with whom: conversations agreed, months without contact, changes of advisor."""

import polars as pl

from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.following_up.agreements import conversations_on, without_those_away
from tracker.indicators.following_up.day import AXES, WHEN, looked_at
from tracker.indicators.measures import Average, Count, Mean, Middle, Quotient, Share
from tracker.indicators.waiting import months_between

MISSED_BY = ("participant", "municipality", "county", "state", "interpreter", "other", "unknown")
CONTACTS = ("follow-up-held", "participant-consulted", "status-confirmed")
QUIET = (3, 6)
"""Months without contact from which people are counted."""

DAYS_A_YEAR = 365.25


def conversations(selection: Selection) -> pl.DataFrame:
    """A row a person with a conversation: how many were agreed, held, missed (by whom), moved and how often, not told
    of, held without having been agreed, and held in all."""
    people = looked_at(selection).select("participant", "present", "day")
    found = conversations_on(selection.frames, people).with_row_index("_row")
    agreed, held, missed = pl.col("agreed"), pl.col("state") == "held", pl.col("state") == "missed"
    passed = found.filter(agreed & pl.col("state").is_null() & (pl.col("planned_on") < pl.col("day")))
    there = without_those_away(selection.frames, passed.drop("day").rename({"planned_on": "day"}))
    parts = {
        "held": agreed & held,
        "missed": missed,
        "untold": pl.col("state").is_null(),
        "moved": agreed & (pl.col("moves") > 0),
        "unagreed": ~agreed,
        **{f"missed by {who}": pl.col("missed_by") == who for who in MISSED_BY},
    }
    return (
        found.filter(pl.col("state").is_not_null() | pl.col("_row").is_in(there["_row"].implode()))
        .select(
            "participant", "present", "agreed", "moves", **{name: part.fill_null(False) for name, part in parts.items()}
        )
        .group_by("participant", maintain_order=True)
        .agg(pl.col("present").first(), pl.col("agreed", "moves", *parts).sum())
        .with_columns(in_all=pl.col("held") + pl.col("unagreed"))
    )


def contact(selection: Selection) -> pl.DataFrame:
    """A row a person in the programme: ``quiet`` months since the last contact, or the start where there was none."""
    frames = selection.frames
    people = in_scope(frames, selection.who.select("participant", "home", day="origin"))
    spells = frames.spells("programme", columns=("participant", "valid_from", "valid_to", "spell_from"))
    runs = pl.col("valid_from").le(pl.col("day")) & (pl.col("day") < pl.col("valid_to"))
    began = people.join(spells, on="participant").filter(runs).group_by("participant")
    told = frames.facts(*CONTACTS, columns=("participant", "happened_on", "fact", "value"))
    answered = (pl.col("fact") != "status-confirmed") | (pl.col("value") == "yes")
    last = (
        told.filter(answered)
        .join(people.select("participant", "day"), on="participant")
        .filter(pl.col("happened_on") <= pl.col("day"))
        .group_by("participant")
        .agg(last=pl.col("happened_on").max())
    )
    since = pl.max_horizontal("last", "began")
    return (
        people.join(began.agg(began=pl.col("spell_from").min()), on="participant")
        .join(last, on="participant", how="left")
        .with_columns(quiet=months_between(since, pl.col("day"), whole=True))
    )


def advisors(selection: Selection) -> pl.DataFrame:
    """A row a person who was in the programme: ``years`` in it, changes of advisor in them, handovers declined."""
    frames = selection.frames
    people = looked_at(selection).select("participant", "present", "day")
    after = pl.min_horizontal("valid_to", pl.col("day") + pl.duration(days=1))
    columns = ("participant", "valid_from", "valid_to")
    running = (
        people.join(frames.spells("programme", columns=columns), on="participant")
        .filter(pl.col("valid_from") <= pl.col("day"))
        .select("participant", "valid_from", after=after)
    )
    inside = (pl.col("valid_from") <= pl.col("on")) & (pl.col("on") < pl.col("after"))
    told = frames.spells("advisor", columns=("participant", "value", "valid_from", "opened_by"))
    changed = (
        told.sort("participant", "valid_from", "opened_by")
        .filter((pl.col("value") != pl.col("value").shift(1).over("participant")).fill_null(False))
        .select("participant", on="valid_from")
    )
    offered = frames.facts("advisor-handed-over", columns=("participant", "happened_on", "details"))
    declined = offered.filter(pl.col("details").str.json_path_match("$.answer") == "declined")
    found = people.join(
        running.group_by("participant").agg(days=(pl.col("after") - pl.col("valid_from")).dt.total_days().sum()),
        on="participant",
    )
    for name, when in (("changes", changed), ("declined", declined.select("participant", on="happened_on"))):
        count = running.join(when, on="participant").filter(inside).group_by("participant").agg(pl.len().alias(name))
        found = found.join(count, on="participant", how="left")
    return found.with_columns(pl.col("changes", "declined").fill_null(0), years=pl.col("days") / DAYS_A_YEAR)


_AGREED, _TALKED = pl.col("agreed") > 0, pl.col("in_all") > 0
F3 = Indicator(
    id="F3",
    version=1,
    title="Conversations agreed: held, moved and missed",
    definition=(
        "Of the conversations agreed with people of the cohort that took place, were missed, or whose day (the last it "
        "was moved to) has passed without a word: the share held, the share moved once or more, and the mean number of "
        "moves. Of all conversations held, the share held without having been agreed. One whose day passed without a "
        "word while the participant was dead, out of Norway or without protection is left out. In these shares "
        "conversations are counted; n, there and beside, is people: those with such conversations. So they are "
        "published only where the people who bring them about, and the others, may be told. Beside, of these people "
        "each once: all held, else one or more missed, else one or more without a word; and one or more missed by each "
        "of those who did not come, moved, and held without having been agreed." + WHEN
    ),
    formula="sum(held) / sum(agreed and over), over people; x(all held) / n",
    example=(
        "Of Ana's 3 conversations 2 were held, one of them moved twice, and 1 missed by the interpreter: 2 of 3 held, "
        "0.67 moves each, nobody with all held."
    ),
    dimension="F",
    tags="A",
    unit="part of conversations; moves; per cent of people",
    axes=AXES,
    denominator="all",
    measures=(
        Mean(
            conversations,
            (
                Quotient(
                    "conversations-held",
                    pl.col("held"),
                    pl.col("agreed"),
                    unit="conversations held, of those agreed that are over",
                    among=_AGREED,
                    brought_by="all-held",
                ),
                Quotient(
                    "conversations-moved",
                    pl.col("moved"),
                    pl.col("agreed"),
                    unit="conversations moved once or more, of those agreed that are over",
                    among=_AGREED,
                    brought_by="one-moved",
                ),
                Quotient(
                    "moves",
                    pl.col("moves"),
                    pl.col("agreed"),
                    unit="moves a conversation agreed that is over",
                    among=_AGREED,
                    brought_by="one-moved",
                ),
                Quotient(
                    "conversations-unagreed",
                    pl.col("unagreed"),
                    pl.col("in_all"),
                    unit="conversations held without having been agreed, of all held",
                    among=_TALKED,
                    brought_by="one-unagreed",
                ),
            ),
        ),
        Share(
            conversations,
            (
                Count("all-held", pl.col("held") == pl.col("agreed"), among=_AGREED, whole="conversations"),
                Count("one-missed", pl.col("missed") > 0, among=_AGREED, whole="conversations"),
                Count(
                    "one-untold",
                    (pl.col("missed") == 0) & (pl.col("untold") > 0),
                    among=_AGREED,
                    whole="conversations",
                ),
                *(
                    Count(f"one-missed-by-{who}", pl.col(f"missed by {who}") > 0, among=_AGREED, within="one-missed")
                    for who in MISSED_BY
                ),
                Count("one-moved", pl.col("moved") > 0, among=_AGREED),
                Count("one-unagreed", pl.col("unagreed") > 0, among=_TALKED),
            ),
        ),
    ),
    needs=("follow-up-scheduled",),
    sensitive=True,
    caution="Not for decisions about a benefit.",
    source="choice of this product; follow-up as in KIPE, NORCE 20-2019 section 3.2",
)
F4 = Indicator(
    id="F4",
    version=1,
    title="Months without contact",
    definition=(
        "Of those who are in the programme and in scope on the day: the mean and the median of the whole months that "
        "have passed since the last contact, and the share without any for 3 months or more, and for 6. A contact is a "
        "conversation held, agreed or not, a participant consulted, or a status that was asked for and answered. Where "
        "there was none since the programme started, months count from its start. Leave is not taken out of the time. "
        "What is known to its month alone counts from the first of it."
    ),
    formula="mean and median of whole months(last contact, day); x(months >= 3) / n(active)",
    example="Last conversation 15 March: on 14 June 2 months have passed, on 15 June 3.",
    dimension="F",
    tags="A",
    unit="months; per cent",
    axes={"active": ()},
    denominator="present",
    measures=(
        Mean(
            contact,
            (
                Average("months-since-contact", pl.col("quiet"), unit="months"),
                Middle("median-months-since-contact", pl.col("quiet"), unit="months"),
            ),
        ),
        Share(
            contact,
            tuple(
                Count(
                    f"none-for-{months}-months",
                    pl.col("quiet") >= months,
                    within=None if months == QUIET[0] else f"none-for-{QUIET[0]}-months",
                )
                for months in QUIET
            ),
        ),
    ),
    needs=CONTACTS,
    source="choice of this product; three months are the rhythm of its own rules of follow-up",
)
F5 = Indicator(
    id="F5",
    version=1,
    title="Changes of advisor in the programme",
    definition=(
        "Of those who have been in the programme: changes of advisor a year in it, the share with one or more, and "
        "with two or more, up to the day. A change is a day in the programme from which another advisor was "
        "responsible, by assignment or by a handover that was accepted; the first advisor is none, nor is the same one "
        "named again. Time between two runs of the programme is left out, leave is not; a year has 365.25 days. "
        "Beside: handovers declined a year, and the share with one or more." + WHEN
    ),
    formula="sum(changes) / sum(years in the programme); x(changes >= 2) / n",
    example="10 people were in the programme for 2 years each; 4 changed advisor once, 2 twice: 8 / 20 = 0.4 a year.",
    dimension="F",
    tags="A",
    unit="a year in the programme; per cent",
    axes=AXES,
    denominator="all",
    measures=(
        Mean(
            advisors,
            (
                Quotient(
                    "changes-a-year",
                    pl.col("changes"),
                    pl.col("years"),
                    unit="changes a year in the programme",
                    brought_by="one-or-more",
                ),
                Quotient(
                    "declined-a-year",
                    pl.col("declined"),
                    pl.col("years"),
                    unit="handovers declined a year in the programme",
                    brought_by="one-declined",
                ),
            ),
        ),
        Share(
            advisors,
            (
                Count("one-or-more", pl.col("changes") >= 1),
                Count("two-or-more", pl.col("changes") >= 2, within="one-or-more"),
                Count("one-declined", pl.col("declined") >= 1),
            ),
        ),
    ),
    needs=("advisor-assigned", "advisor-handed-over"),
    source="choice of this product",
)
INDICATORS = (F3, F4, F5)
