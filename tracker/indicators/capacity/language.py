"""Norwegian: levels gained in each skill over the programme, and how long a level or the own target takes."""

from functools import partial
from typing import Any

import polars as pl

from tracker.indicators.capacity.baseline import BASELINE_MONTHS
from tracker.indicators.capacity.deadline import in_time, training_ends
from tracker.indicators.capacity.levels import RANKS, SKILLS, results
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.cohort import exits
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import LAST_DAY, Frames
from tracker.indicators.measures import Count, Incidence, Mean, Middle, Quotient, Share
from tracker.indicators.side_by_side import all_of
from tracker.indicators.tellings import ATTENDED, TARGETS
from tracker.indicators.waiting import followed_until, waiting
from tracker.rules.norwegian import AFTER_UPPER_SECONDARY, COLLECTIVE, OTHERS

OTHER_EVIDENCE = "other-evidence"
BEFORE_LEAVING, AFTER_LEAVING = "-6mo", "3mo"
ORAL = "speaking"
ORAL_LEVELS = ("A2", "B1")
TARGET, REVISED, IN_TIME = "own-target", "own-target-revised", "own-target-in-time"
BY_TEST = "-by-national-test"
TARGET_LINES = (TARGET, TARGET + BY_TEST, REVISED, IN_TIME)
ORAL_LINES = tuple(f"oral-{level}{evidence}" for level in ORAL_LEVELS for evidence in ("", BY_TEST))


def gains(selection: Selection) -> pl.DataFrame:
    """One row a person with a level at the baseline: rank by skill then and on leaving, and hours attended.

    ``left`` is whether the person left the programme long enough ago for the last result to be in.
    """
    frames = selection.frames
    left = exits(frames, "participant", "left_on")
    people = selection.who.select("participant", "origin", "home").join(left, on="participant", how="left")
    people = people.with_columns(
        baseline_by=pl.col("origin").dt.offset_by(f"{BASELINE_MONTHS}mo"),
        end_from=pl.col("left_on").dt.offset_by(BEFORE_LEAVING),
        end_by=pl.col("left_on").dt.offset_by(AFTER_LEAVING),
    ).with_columns(left=(pl.col("end_by") <= frames.known_on).fill_null(False))
    told = results(frames).join(people.select("participant", "baseline_by", "end_from", "end_by"), on="participant")
    rank, on, skill, tested = pl.col("rank"), pl.col("on"), pl.col("skill"), pl.col("tested")
    start = (
        told.filter(on <= pl.col("baseline_by"))
        .group_by("participant")
        .agg(**{f"{name} start": pl.when(skill == name).then(rank).max() for name in SKILLS})
    )
    # The last day counts, and of several results on it the best: day and rank as one number.
    last = on.cast(pl.Int32) * len(RANKS) + rank
    end = (
        told.filter(on.is_between(pl.col("end_from"), pl.col("end_by")) & (on > pl.col("baseline_by")))
        .group_by("participant")
        .agg(
            **{f"{name} end": pl.when((skill == name) & tested).then(last).max() for name in SKILLS},
            **{f"{name} end {OTHER_EVIDENCE}": pl.when((skill == name) & ~tested).then(last).max() for name in SKILLS},
        )
        .with_columns((pl.exclude("participant") % len(RANKS)).cast(pl.Int8))
    )
    return (
        in_scope(
            frames,
            people.select(
                "participant", "home", "left", "left_on", day=pl.coalesce("left_on", pl.lit(frames.known_on))
            ),
        )
        .join(start, on="participant")
        .join(end, on="participant", how="left")
        .join(_attended(frames, people), on="participant", how="left")
    )


def _attended(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, hours) attended in the months from the start to the end."""
    stay = people.filter("left").select("participant", first=pl.col("origin").dt.month_start(), last="left_on")
    return (
        frames.derived(ATTENDED)
        .lazy()
        .join(stay.lazy(), on="participant")
        .filter(pl.col("month").is_between(pl.col("first"), pl.col("last")))
        .group_by("participant")
        .agg(pl.col("hours").sum())
        .collect()
    )


def waits(selection: Selection) -> pl.DataFrame:
    """Rows of :func:`tracker.indicators.waiting.waiting`: own target, and oral levels, among those each is about."""
    frames = selection.frames
    people = selection.days(BASELINE_MONTHS).join(selection.who.select("participant", "origin"), on="participant")
    told = results(frames)
    targets = _targets(frames, people)
    first = targets.filter("first")
    reached, later, by_test, oral, deadline = all_of(
        partial(_reached, told, first),
        partial(_reached, told, targets.filter(~pl.col("first"))),
        partial(_reached, told.filter("tested"), first),
        partial(_oral, told, people),
        lambda: training_ends(frames, first.select("participant").join(people, on="participant")),
    )
    deadline = deadline.filter(pl.col("due").is_not_null())
    late = _late(selection, reached, deadline)
    events = {
        TARGET: reached,
        TARGET + BY_TEST: by_test,
        REVISED: _in_force_reached(reached, later),
        IN_TIME: reached.join(late, on="participant", how="anti"),
    }
    about = {line: deadline if line == IN_TIME else first for line in TARGET_LINES}
    rows = waiting(
        selection,
        pl.concat([oral, *(found.select("participant", "on", line=pl.lit(line)) for line, found in events.items())]),
        (*TARGET_LINES, *ORAL_LINES),
        among=pl.concat(
            [
                oral.select("participant", "line"),
                *(some.select("participant", line=pl.lit(line)) for line, some in about.items()),
            ]
        ),
    )
    missed = (pl.col("line") == IN_TIME) & pl.col("late").fill_null(False) & pl.col("cause").is_null()
    # Who missed the deadline will never have met it, however long anybody looks.
    time = pl.when(missed).then("followed").otherwise("time")
    late = late.with_columns(late=True)
    return rows.join(late, on="participant", how="left").with_columns(time=time).drop("late")


def _targets(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, number, set_on, until, first, a rank for each skill named) of who had a target three months in.

    One that was replaced on the day it was set is none.
    """
    set_on, person = pl.col("set_on"), pl.col("participant")
    goes_on = (person == person.shift(-1)).fill_null(False)
    first = (person != person.shift(1)).fill_null(True)
    return (
        frames.derived(TARGETS)
        .filter(pl.any_horizontal(pl.col(SKILLS).is_not_null()))
        .join(people.select("participant", "day"), on="participant")
        .rename({"on": "set_on"})
        .sort("participant", "set_on", "version")
        .filter(~goes_on | (set_on != set_on.shift(-1)))
        .with_columns(
            first=first,
            until=pl.when(goes_on).then(set_on.shift(-1)).otherwise(pl.lit(LAST_DAY)),
            first_on=pl.when(first).then(set_on).forward_fill(),
        )
        .filter(pl.col("first_on") <= pl.col("day"))
        .select("participant", "set_on", "until", "first", *SKILLS)
        .with_row_index("number")
    )


def _oral(told: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, level, on, on by test): who had not reached an oral level at the start, and when they did.

    It is about those whose first oral result, told up to three months in, was below the level.
    """
    on, rank = pl.col("on"), pl.col("rank")
    # The first day counts, and of several results on it the best: day and rank as one number.
    first = on.cast(pl.Int32) * len(RANKS) + (len(RANKS) - 1 - rank)
    oral = (
        told.filter(pl.col("skill") == ORAL)
        .group_by("participant")
        .agg(
            first_on=on.min(),
            first=first.min(),
            **{level: pl.when(rank >= RANKS[level]).then(on).min() for level in ORAL_LEVELS},
            **{
                level + BY_TEST: pl.when((rank >= RANKS[level]) & pl.col("tested")).then(on).min()
                for level in ORAL_LEVELS
            },
        )
        .with_columns(first=len(RANKS) - 1 - pl.col("first") % len(RANKS))
        .join(people.select("participant", "origin", "day"), on="participant")
        .filter(pl.col("first_on") <= pl.col("day"))
    )
    return pl.concat(
        oral.filter((pl.col("first") < RANKS[level]) & (pl.col(level) > pl.col("origin")).fill_null(True)).select(
            "participant", on=evidence, line=pl.lit(f"oral-{evidence}")
        )
        for level in ORAL_LEVELS
        for evidence in (level, level + BY_TEST)
    )


def _reached(told: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """The targets that were reached, with ``on``: the first day on which every skill of one had been shown."""
    wanted = pl.coalesce(pl.when(pl.col("skill") == skill).then(pl.col(skill)) for skill in SKILLS)
    found = (
        told.join(targets.select("participant", "number", *SKILLS), on="participant")
        .filter(pl.col("rank") >= wanted)
        .group_by("number")
        .agg(pl.col("on").filter(pl.col("skill") == skill).min().alias(f"{skill} on") for skill in SKILLS)
    )
    return (
        targets.join(found, on="number")
        .filter(pl.all_horizontal(pl.col(skill).is_null() | pl.col(f"{skill} on").is_not_null() for skill in SKILLS))
        .with_columns(on=pl.max_horizontal(f"{skill} on" for skill in SKILLS))
    )


def _in_force_reached(first: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """(participant, on): the first day on which the target that held then had been shown in every skill of it.

    A later target counts from the day it was set, so that an easier one never counts as reached before.

    :param first: the first targets that were reached
    :param later: the others that were
    """
    since_set = later.with_columns(on=pl.max_horizontal("on", "set_on"))
    held = pl.concat([first, since_set]).filter(pl.col("on") < pl.col("until"))
    return held.group_by("participant").agg(pl.col("on").min())


def _late(selection: Selection, reached: pl.DataFrame, deadline: pl.DataFrame) -> pl.DataFrame:
    """(participant): whose deadline was over when the target was reached, or when they were last known not to have."""
    days = (
        deadline.join(reached.select("participant", "on"), on="participant", how="left")
        .join(followed_until(selection, known=True), on="participant", how="left")
        .select("participant", "start", "due", day=pl.coalesce("on", "until"))
    )
    return in_time(selection.frames, days).filter(~pl.col("in_time")).select("participant")


def _steps(skill: str, choice: str | None) -> pl.Expr:
    end = f"{skill} end" if choice is None else f"{skill} end {choice}"
    return pl.col(end) - pl.col(f"{skill} start")


def _measured(skill: str) -> pl.Expr:
    return pl.col("left") & pl.col(f"{skill} start").is_not_null()


_CHOICES: tuple[Any, ...] = (None, OTHER_EVIDENCE)
_PAIRS = tuple((skill, choice) for skill in SKILLS for choice in _CHOICES)
K2 = Indicator(
    id="K2",
    version=1,
    title="Levels of Norwegian gained in each skill",
    definition=(
        "Of those who started the programme, had a level in the skill by three months after it and left the programme "
        "at least three months ago, in scope on the day they left: the share who gained one level or more, and two or "
        "more, and the median number of levels gained, each skill by itself and never over skills. Levels are an "
        "order: below A1, A1, A2, B1, B2, C1; not assessed is no result. The baseline is the best result of any kind "
        "up to three months after the start. The exit is the last result from six months before leaving to three "
        "months after it, later than those first three months of the programme, by the national test (norskprøven); "
        "the last one by other evidence stands beside, as a choice. Of several results on a day the best counts. No "
        "such result is unknown. Beside: hours attended in the programme, from its first month to its last, per level "
        "gained, over all those with both results whose hours are recorded; who lost a level takes one away. Who is "
        "still in the programme cannot be measured: 'left-the-programme' says how many of those with a baseline are. "
        "Who only took a test is not among them."
    ),
    formula="x(exit - baseline >= 1 or 2) / n(baseline); median(exit - baseline); sum(hours) / sum(exit - baseline)",
    example="A1 at the start and B1 on leaving are 2 levels; with 600 hours attended that is 300 hours a level.",
    dimension="K",
    tags="A N",
    unit="per cent; levels; hours a level",
    axes={"started": ()},
    denominator="present",
    measures=(
        Share(
            gains,
            (
                Count("left-the-programme", pl.col("left")),
                *(
                    Count(
                        f"{skill}-gained-{steps}",
                        _steps(skill, choice) >= steps,
                        among=_measured(skill),
                        choice=choice,
                        within=f"{skill}-gained-1" if steps > 1 else None,
                    )
                    for skill, choice in _PAIRS
                    for steps in (1, 2)
                ),
            ),
        ),
        Mean(
            gains,
            (
                *(
                    Middle(f"{skill}-levels", _steps(skill, choice), "levels", among=_measured(skill), choice=choice)
                    for skill, choice in _PAIRS
                ),
                *(
                    Quotient(
                        f"{skill}-hours-a-level",
                        total=pl.col("hours"),
                        per=_steps(skill, choice).cast(pl.Float64),
                        unit="hours a level",
                        among=_measured(skill),
                        choice=choice,
                    )
                    for skill, choice in _PAIRS
                ),
            ),
        ),
    ),
    needs=("language-level-reached",),
    source="NORCE 20-2019 section 3.1",
)
K3 = Indicator(
    id="K3",
    version=1,
    title="Own target in Norwegian, A2 and B1 oral reached, and after how many months",
    definition=(
        "Months from the start of the programme until the own target (norskmål) was reached in every skill that it "
        "names, of those with a target three months after the start; and until A2 and B1 oral, of those whose first "
        "oral result, told by then, was below it and who had not reached it at the start. Oral is the skill speaking, "
        "the oral part of the national test. Leaving the scope competes. The day of the test counts, not that of its "
        "result or registration; any evidence counts, and the national test alone is a line of its own. The best "
        "result so far counts; a target that was reached before the start is reached in month 0. The first target "
        "counts; 'revised' is the target that holds on the day, a later one from the day it was set. 'In time' is "
        "reached by the own legal deadline, counted from the start of training in Norwegian, else of the programme, "
        "with the days of approved leave added: 18 months with completed upper secondary education or more, 36 months "
        "with less, 12 months under collective protection. It is only about those whose deadline is known by their "
        "rule set and schooling; who missed it stays without it. These deadlines are not checked against the act: see "
        "the rules."
    ),
    formula="Aalen-Johansen F(m) of reaching it, m = 6, 12, .. 48; median = first m with F(m) >= 0.5",
    example="Target A2 in all skills, shown in three after 10 months and in writing after 14: reached in month 14.",
    dimension="K",
    tags="A N",
    unit="per cent; months",
    axes={"started": tuple(range(6, 49, 6))},
    denominator="aj",
    measures=(Incidence(waits, (*TARGET_LINES, *ORAL_LINES), alone=True),),
    needs=("language-level-reached",),
    sensitive=True,
    rules=(AFTER_UPPER_SECONDARY, OTHERS, COLLECTIVE),
    source="integreringsloven (norskmål); NORCE 20-2019 section 3.2",
)
INDICATORS = (K2, K3)
