"""Expected course: who is on it by the norms that the own municipality adopted, and how its milestones turn out."""

from collections.abc import Iterator
from functools import partial

import polars as pl

from tracker.course.norms import TRACKS, BaselineTold, HoursReached, Milestone, NormSet, norm_sets
from tracker.indicators.capacity.effective import leaves, passed
from tracker.indicators.capacity.milestones import Told
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.capacity.verdicts import applying, by_norms, courses, goals_of
from tracker.indicators.cohort import holding
from tracker.indicators.columns.derived import last_of_each
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Count, Incidence, Mean, Quotient, Share
from tracker.indicators.norms import ADOPTED, adopted
from tracker.indicators.side_by_side import all_of, side_by_side
from tracker.indicators.waiting import CAUSE, REACHED, followed_until, leaving_scope, months_in
from tracker.rules.quality import BASELINE_BY

AS_ADOPTED, SHORTER, LONGER = "norms-as-adopted", "norms-25-per-cent-shorter", "norms-25-per-cent-longer"
OUTCOMES = ("judged", "missing-baseline", "no-norm-set", "not-for-rule-set")
"""What a course comes to of those who are in the programme and in scope."""

CAP = 48
"""Months after which a milestone is waited for no longer, and the most that is taken as typical."""

MILESTONES = tuple(dict.fromkeys(each.id for norms in norm_sets().values() for each in norms.milestones))
"""The milestones of the norms that come with the tracker."""

LINE = pl.Enum(MILESTONES)


def on_course(selection: Selection) -> pl.DataFrame:
    """One row a person in the programme on the day: the outcome, and the verdict where there is one."""
    day = selection.cohort.on or selection.frames.known_on
    people = selection.who.select("participant", "home", day=pl.lit(day))
    return in_scope(selection.frames, people).join(courses(selection.frames, people, day), on="participant")


def first_reached(selection: Selection) -> pl.DataFrame:
    """One row a person and milestone of the own course: after how many effective months it was first reached, or until
    when it was waited for.

    :returns: participant, line, entry, time, cause (empty where it was waited for until then), expected (months)
    """
    started, leaving, followed = all_of(
        partial(selection.rows, _people),
        partial(leaving_scope, selection),
        partial(followed_until, selection, known=True),
    )
    people = started.join(leaving, on="participant", how="left").join(followed, on="participant", how="left")
    days = dict.fromkeys(("start", "on", "out_on", "until"), pl.Date())
    empty = pl.DataFrame(schema={"participant": pl.UInt32(), "line": LINE, **days, "expected": pl.Float64()})
    rows = pl.concat([empty, *(rows.select(empty.columns) for rows in _milestones(selection.frames, people))])
    on, out, start = pl.col("on"), pl.col("out_on"), pl.col("start")
    happened = on.is_not_null()
    rows = rows.with_columns(on=pl.when((on <= out).fill_null(True)).then(on)).with_columns(
        day=pl.coalesce("on", pl.max_horizontal(pl.min_horizontal("until", "out_on"), "start"))
    )
    rows = rows.with_columns(passed=passed(rows, leaves(selection.frames, people), "day"))
    rows = rows.with_columns(effective=start + pl.duration(days="passed"))
    return rows.select(
        "participant",
        "line",
        entry=pl.lit(0, pl.Int32),
        time=months_in(rows, "start", "effective", whole=~happened),
        cause=pl.when(happened).then(pl.lit(REACHED, CAUSE)),
        expected="expected",
    )


def with_norms(selection: Selection) -> pl.DataFrame:
    """One row a person who started: whether there are typical months, and if not what is missing."""
    people = selection.rows(_people)
    schema = {"participant": pl.UInt32, "track": pl.String}
    found = [group.select("participant", "track") for _, group in by_norms(selection.frames, people)]
    return people.join(pl.concat([pl.DataFrame(schema=schema), *found]), on="participant", how="left").select(
        "participant", compared=pl.col("track").is_not_null(), adopted=pl.col("norm_set").is_not_null()
    )


def _people(selection: Selection) -> pl.DataFrame:
    """Who started, with the norms that the municipality adopted by now, and what was decided while it was new."""
    frames = selection.frames
    decided = pl.min_horizontal(
        pl.col("origin").dt.offset_by(f"{BASELINE_BY.on(frames.known_on)}mo"), pl.lit(frames.known_on)
    )
    who = selection.who.select("participant", "origin", start="origin", decided=decided)
    norms = adopted(frames, who.select("participant", day="origin", by=pl.lit(frames.known_on)))
    tracks = holding(frames, who.select("participant", origin="decided"), "track").rename({"value": "assigned"})
    background = frames.people("schooling", "rule_set")
    return (
        who.join(norms, on="participant", how="left")
        .join(tracks, on="participant", how="left")
        .join(background, on="participant", how="left")
    )


def _milestones(frames: Frames, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of the people for each milestone that is part of their course, with ``on``, ``line`` and ``expected``."""
    for norms, group in by_norms(frames, people):
        judged = group.filter(pl.col("track").is_not_null())
        told = Told(frames, judged, frames.known_on)
        held = (
            goals_of(told)
            .join(judged.select("participant", "decided"), on="participant")
            .filter(pl.col("on") <= pl.col("decided"))
        )
        held = last_of_each(held, "on").select("participant", "goal")
        told_of = ("participant", "start", "out_on", "until", "track", "schooling")
        judged = judged.select(told_of).join(held, on="participant", how="left")
        shown = [milestone for milestone in norms.milestones if milestone.id in MILESTONES]
        # Those that take longest first, so that none of them is left at the end.
        shown.sort(key=lambda milestone: not isinstance(milestone.reached_by, (BaselineTold, HoursReached)))
        yield from side_by_side(partial(_waits, norms, judged, told), shown)


def _waits(norms: NormSet, people: pl.DataFrame, told: Told, milestone: Milestone) -> pl.DataFrame:
    """Rows of those of the people whose course the milestone is part of."""
    months = {track: min(_months(norms, milestone, track), float(CAP)) for track in TRACKS}
    return (
        people.filter(applying(milestone, pl.col("goal")))
        .join(told.reached(milestone.reached_by), on="participant", how="left")
        .filter(pl.col("expected").fill_null(True))
        .with_columns(
            line=pl.lit(milestone.id, LINE),
            expected=pl.col("track").replace_strict(months, return_dtype=pl.Float64),
        )
    )


def _months(norms: NormSet, milestone: Milestone, track: str) -> float:
    """Typical months from the start of the programme: with those of the milestone that they are counted from."""
    typical = next(float(months) for name, months in milestone.typical.items() if name == track)
    if milestone.after is None:
        return typical
    return typical + _months(norms, next(each for each in norms.milestones if each.id == milestone.after), track)


_JUDGED = pl.col("outcome") == "judged"
_IN_SCOPE = pl.col("outcome").is_in(OUTCOMES)
K4 = Indicator(
    id="K4",
    version=1,
    title="On expected course now",
    definition=(
        "Of those in the programme on the day whose course can be judged, the share for whom no mandatory milestone "
        "is later than typical, by the norms that their municipality of residence had adopted by that day. A course "
        "is judged as 'tracker course' does it for one participant: milestones by track and goal, months from the "
        "start of the programme less approved leave, what was told of up to the day. Who has no goal of the programme, "
        "neither track nor schooling, or no level in a skill that is judged is not judged but a group of its own; so "
        "is who lives where no norms were adopted, and who is under rules that the norms are not made for. Choices: "
        "the same verdict with norms 25 per cent shorter and longer; where they differ much, the figure rests on the "
        "norms more than on the journeys. Beside: of the milestones that count and whose typical day had come, the "
        "part that was reached, as a ratio of sums. By norm-set: id and version of the norms."
    ),
    formula="x(no mandatory milestone overdue) / n(judged); sum(milestones reached) / sum(milestones due)",
    example="Of 12 in the programme 2 have no goal; of the 10 judged 7 have nothing overdue: 70 per cent.",
    dimension="K",
    tags="N A U",
    unit="per cent",
    axes={"active": ()},
    denominator="present",
    measures=(
        Share(
            on_course,
            (
                Count("on-course", pl.col("on_course"), among=_JUDGED, choice=AS_ADOPTED, within=f"on-course/{LONGER}"),
                Count(
                    "on-course", pl.col("if_shorter"), among=_JUDGED, choice=SHORTER, within=f"on-course/{AS_ADOPTED}"
                ),
                Count("on-course", pl.col("if_longer"), among=_JUDGED, choice=LONGER),
                *(
                    Count(name, pl.when(_IN_SCOPE).then(pl.col("outcome") == name), whole="in-the-programme")
                    for name in OUTCOMES
                ),
            ),
        ),
        Mean(
            on_course,
            (
                Quotient(
                    "milestones-reached-of-due",
                    total=pl.col("reached"),
                    per=pl.col("due"),
                    unit="milestones reached for each that is due",
                    among=_JUDGED,
                ),
            ),
        ),
    ),
    breakdowns=("norm-set",),
    needs=(ADOPTED,),
    sensitive=True,
    caution="typical is what many need, and nobody owes it: no ground for a stop, a benefit or a worklist",
    source="NORCE 20-2019 section 3.1: expected progression",
)
K10 = Indicator(
    id="K10",
    version=1,
    title="Months by which milestones come later than typical",
    definition=(
        "For each milestone of expected course, of all who started the programme and have it in theirs: the mean time "
        "until it was first reached, where waiting longer than 48 months counts as 48, less the mean of the months "
        "that are typical for their tracks, at most 48. Below 0 is sooner than typical. Who never reached it is in it "
        "with the time waited. Months are those of the norms: from the start of the programme, less approved leave, "
        "begun months counted as whole; for a milestone that follows another the typical months of both. Who dies, "
        "leaves Norway, loses protection or lives elsewhere is waited for until then, and so is everybody until the "
        "last day on which the situation was known (Kaplan-Meier); as long as nobody was followed for 48 months there "
        "is no figure. The norms are the last ones that the municipality of residence at the start had adopted by the "
        "day of the figure; newest-norm-set tells them apart, with their version. Track (else by schooling), goal of "
        "the programme and own target in Norwegian are those held three months after the start; a level above the own "
        "target in all skills is left out. Who has no track nor known schooling, lives where no norms were adopted, or "
        "is under rules that the norms are not made for has no typical months: 'compared' says how many have. The "
        "lines are the milestones of the norms that come with the tracker; a municipality's own norms are counted "
        "under these ids, by their own rules and months, and milestones with other ids are not shown."
    ),
    formula="RMST(48) of the time to milestone j - mean of min(typical_j, 48)",
    example="A2 is typical after 20 months; two people need 14 and 30: 22 months in the mean, 2 later than typical.",
    dimension="K",
    tags="U",
    unit="months",
    axes={"started": ()},
    denominator="all",
    measures=(
        Incidence(first_reached, MILESTONES, median=False, cap=CAP, expected="expected"),
        Share(
            with_norms,
            (
                Count("compared", pl.col("compared"), within="norms-adopted"),
                Count("norms-adopted", pl.col("adopted")),
            ),
        ),
    ),
    breakdowns=("newest-norm-set",),
    needs=(ADOPTED,),
    sensitive=True,
    caution="typical is what many need, and nobody owes it; the default months are plans and proposals, not results",
    source="after Statistics Norway 2013/55: observed less expected time; the norms name their own sources",
)
INDICATORS = (K4, K10)
