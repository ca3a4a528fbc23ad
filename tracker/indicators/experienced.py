"""Experienced integration: being heard, having influence, getting answers, belonging."""

import polars as pl

from tracker.indicators.breakdowns import with_groups
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.governing import governing, months_on
from tracker.indicators.measures import Count, Share
from tracker.indicators.surveyed import BY, NEEDS, RULES, Asked
from tracker.rules.involvement import ANSWERED_WITHIN, HEARD_EVERY, HEARD_WITHIN

INFLUENCE = Asked(
    "O2",
    1,
    6,
    None,
    (
        "influence-plan",
        "influence-goal",
        "influence-choices",
        "influence-days",
        "influence-heard",
        "influence-change",
    ),
)
AGREEMENT = Asked("O4", 1, 5, 4, ("belonging", "equal-treatment"))
HEARD = ("participant-consulted", "plan-agreed", "plan-revised")
CONDITIONS = ("own-wish", "language", "confirmed", "interpreter")
DECISIONS = ("followed", "followed-in-part", "not-followed")
_details = pl.col("details").str


def involvement(selection: Selection) -> pl.DataFrame:
    """One row a person in the programme: whether the meetings that count were in time.

    :returns: also ``due`` (there was a meeting, or the first is late), ``first``, ``throughout``, ``recent``; of the
        last meeting, whether there was one (``met``), the four ``CONDITIONS``, and ``needed``: an interpreter
    """
    frames = selection.frames
    running = pl.col("valid_from").le(pl.col("day")) & (pl.col("day") < pl.col("valid_to"))
    spells = frames.spells("programme", columns=("participant", "valid_from", "valid_to", "spell_from"))
    people = in_scope(frames, selection.who.select("participant", "home", day="origin"))
    began = people.join(spells, on="participant").filter(running).group_by("participant")
    people = people.join(began.agg(began=pl.col("spell_from").min()), on="participant")
    first_by = months_on(HEARD_WITHIN, pl.col("began"))
    met = _meetings(frames, people)
    held, next_by = pl.col("on"), months_on(HEARD_EVERY, pl.max_horizontal("on", "began"))
    chains = (
        met.filter("counts")
        .join(people.select("participant", "began", "day"), on="participant")
        .filter(held >= months_on(HEARD_WITHIN, pl.col("began"), "-"))
        .sort("participant", "on")
        .with_columns(follows=held.shift(-1).over("participant").fill_null(pl.col("day")) <= next_by)
        .group_by("participant")
        .agg(
            first=(held <= first_by).any(),
            follows=pl.col("follows").all(),
            recent=pl.col("follows").last(),
        )
    )
    last = met.sort("on").group_by("participant", maintain_order=True).last()
    flags = pl.col("first", "follows", "recent")
    return (
        people.join(chains, on="participant", how="left")
        .join(last.select("participant", "needed", *CONDITIONS, met=pl.lit(True)), on="participant", how="left")
        .with_columns(due=pl.col("first").is_not_null() | (first_by < pl.col("day")))
        .with_columns(flags.fill_null(False), pl.col("met", "needed", *CONDITIONS).fill_null(False))
        .with_columns(throughout=pl.col("first") & pl.col("follows"))
    )


def _meetings(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, on, the four ``CONDITIONS``, needed, counts): a row a day on which somebody was met and heard.

    What is told of one day is told of one meeting. A survey is none, nor is a plan made without the participant.
    """
    columns = ("participant", "happened_on", "fact", "value", "details")
    told = frames.facts(*HEARD, columns=columns).join(people.select("participant", "day"), on="participant")
    consulted, fact = pl.col("fact") == HEARD[0], pl.col("fact").cast(pl.String)
    together = pl.when(fact == "plan-agreed").then("value").otherwise(_details.json_path_match("$.with_participant"))
    meeting = pl.when(consulted).then(pl.col("value").is_in(["conversation", "both"])).otherwise(together == "yes")
    days = (
        told.filter(pl.col("happened_on") <= pl.col("day"))
        .select(
            "participant",
            meeting.fill_null(False).alias("meeting"),
            _yes("own_wish_recorded").alias("own-wish"),
            _yes("understood_language").alias("language"),
            _yes("confirmed_by_participant").alias("confirmed"),
            (_yes("interpreter") | _yes("interpreter_used")).alias("interpreter"),
            on="happened_on",
        )
        .group_by("participant", "on")
        .agg(pl.col("meeting", *CONDITIONS).any())
        .filter("meeting")
    )
    needs = frames.spells("interpreter", columns=("participant", "value", "valid_from", "valid_to"))
    needed = (
        days.join(needs.drop_nulls("value"), on="participant")
        .filter((pl.col("valid_from") <= pl.col("on")) & (pl.col("on") < pl.col("valid_to")))
        .select("participant", "on", needed=pl.lit(True))
        .unique()
    )
    return (
        days.join(needed, on=["participant", "on"], how="left")
        .with_columns(pl.col("needed").fill_null(False))
        .with_columns(
            counts=pl.all_horizontal(CONDITIONS[:3]) & (pl.col("interpreter") | ~pl.col("needed")),
        )
    )


def _yes(field: str) -> pl.Expr:
    return (_details.json_path_match(f"$.{field}") == "yes").fill_null(False)


def feedback(selection: Selection) -> pl.DataFrame:
    """One row an item of feedback given in the years of the question, with the breakdowns on its day.

    :returns: ``due`` (decided, or the time is over), ``in_time``, ``decided`` at all, ``decision`` (the first),
        ``reply`` (of any kind), cohort
    """
    frames = selection.frames
    name = _details.json_path_match("$.feedback")
    given = frames.facts("feedback-given", columns=("participant", "happened_on", "version", "details"))
    years = selection.cohort.years
    if years is not None:
        given = given.filter(pl.col("happened_on").dt.year().is_between(years[0], years[-1]))
    given = given.select("participant", "version", name=name, origin="happened_on")
    answers = frames.facts("feedback-answered", columns=("participant", "happened_on", "version", "value", "details"))
    decides = pl.col("value").is_in(DECISIONS)
    replies = (
        given.join(
            answers.select("participant", "happened_on", "value", name=name, at="version"), on=["participant", "name"]
        )
        .filter(pl.col("happened_on") >= pl.col("origin"))
        .sort("happened_on", "at")
        .group_by("participant", "version", maintain_order=True)
        .agg(
            decided_on=pl.col("happened_on").filter(decides).first(),
            decision=pl.col("value").filter(decides).first(),
            reply=pl.lit(True).first(),
        )
    )
    last_day = pl.col("origin") + pl.duration(days=governing(ANSWERED_WITHIN, pl.col("origin")))
    decided = pl.col("decided_on").is_not_null()
    items = (
        given.join(replies, on=["participant", "version"], how="left")
        .with_columns(
            due=decided | (last_day < pl.lit(frames.known_on)),
            in_time=(pl.col("decided_on") <= last_day).fill_null(False),
            decided=decided,
            reply=pl.col("reply").fill_null(False),
            # Of each person the first item, the second, and so on: with each, everybody is there once.
            nth=pl.int_range(pl.len()).over("participant"),
        )
        .drop("version", "name", "decided_on")
    )
    by = dict.fromkeys((*selection.by, "municipality", "cohort"))
    parts = [with_groups(frames, part, tuple(by)) for part in items.partition_by("nth", maintain_order=True)]
    rows = pl.concat(parts) if parts else with_groups(frames, items, tuple(by))
    if selection.municipality is not None:
        rows = rows.filter(pl.col("municipality") == selection.municipality)
    return rows.drop("participant", "origin", "nth")


O1 = Indicator(
    id="O1",
    version=1,
    title="Involvement recorded: heard on the own plan, in time and in a language understood",
    definition=(
        "Of those who are in the programme and in scope on the day, the share who have been heard throughout: a "
        "meeting that counts within three months before or after the start of the programme, and from each such "
        "meeting (from the start, where it was before it) no more than six months to the next and to the day. A "
        "meeting counts where it is recorded that the participant's own wish was written down, that it was in a "
        "language the participant understands, that the participant confirmed it and, where an interpreter was "
        "needed on that day, that one took part; unknown and not asked are not recorded. What is told of one day, in "
        "conversations and in plans made or reviewed with the participant, is one meeting; a survey alone is none. "
        "Where no need of an interpreter is recorded there is none. Who has no such meeting while the first three "
        "months run is left out. Leave is not taken out of the time. Beside: the first meeting in time, one in the "
        "last six months, and of those ever met each condition at the last meeting, the interpreter among those who "
        "needed one then."
    ),
    formula="x(first meeting by P+3 and no gap above 6 months up to the day) / n(active and due)",
    example="Start 1 January, meetings on 1 March and 1 September: heard throughout up to 1 March of the next year.",
    dimension="O",
    tags="A",
    unit="per cent",
    axes={"active": ()},
    denominator="present",
    measures=(
        Share(
            involvement,
            (
                Count("throughout", pl.col("throughout"), among=pl.col("due"), within="first-in-time"),
                Count("first-in-time", pl.col("first"), among=pl.col("due")),
                Count("last-six-months", pl.col("recent"), among=pl.col("due")),
                *(Count(name, pl.col(name), among=pl.col("met")) for name in CONDITIONS[:3]),
                Count("interpreter", pl.col("interpreter"), among=pl.col("met") & pl.col("needed")),
            ),
        ),
    ),
    needs=HEARD,
    rules=(HEARD_WITHIN, HEARD_EVERY),
    source="NORCE 20-2019 section 3.1; Djuve 2017",
)
O2 = Indicator(
    id="O2",
    version=1,
    title="Influence on one's own programme, from 1 to 6",
    definition=(
        "Of who answered an anonymous survey, the mean score of the fixed items on influence, from 1 (not at all) to 6 "
        "(to a very large degree): over the items that each person answered, and of each item." + RULES
    ),
    formula="sum of own means / n(answers); sum of scores / n(answers) of each item",
    example="Who answers 3 and 5 and leaves four items out has an own mean of 4.0.",
    dimension="O",
    tags="A",
    unit="points on the scale from 1 to 6",
    axes={"year": ()},
    denominator="all",
    measures=(
        INFLUENCE.means("influence"),
        *INFLUENCE.response,
    ),
    breakdowns=BY,
    needs=NEEDS,
    source="after the participant survey of KS (Tronstad 2019); the wording is that of the instrument",
)
O3 = Indicator(
    id="O3",
    version=1,
    title="Feedback acted on: decided and answered within 90 days",
    definition=(
        "Of the items of feedback that participants gave in the year, the share to which a decision (followed, "
        "followed in part, not followed) was told to the participant within 90 days, the ninetieth included. To have "
        "passed it on is a reply and no decision. An item that is not decided while its 90 days run is left out; one "
        "that is decided counts at once. An item counts in the municipality where the participant lived, and in the "
        "group that the participant was in, on its day. Beside: decided at all, any reply, and, of those decided, "
        "followed or followed in part. Items are counted, not people; they are told by participants, and most are "
        "never told."
    ),
    formula="x(decision and reply by day + 90) / n(items decided, or 90 days old)",
    example="Of 4 items one is decided after 90 days, one after 91, one never, one is 10 days old: 1 of 3.",
    dimension="O",
    tags="A",
    unit="per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        Share(
            feedback,
            (
                Count("in-time", pl.col("in_time"), among=pl.col("due"), within="decided"),
                Count("decided", pl.col("decided"), among=pl.col("due"), within="reply"),
                Count("reply", pl.col("reply"), among=pl.col("due")),
                Count(
                    "followed",
                    pl.col("decision").is_in(DECISIONS[:2]),
                    among=pl.col("decided"),
                ),
            ),
        ),
    ),
    breakdowns=("municipality", "cohort", "unit", "schooling", "gender"),
    needs=("feedback-given",),
    rules=(ANSWERED_WITHIN,),
    source="NORCE 20-2019 section 3.1",
)
O4 = Indicator(
    id="O4",
    version=1,
    title="Belonging and equal treatment",
    definition=(
        "Of who answered an anonymous survey, the share who agree, 4 or 5 on the scale from 1 (disagree completely) "
        "to 5 (agree completely), that the place where they live feels like their place, and that they are met in "
        "the same way as other residents when they need a service; and the share who agree with both." + RULES
    ),
    formula="x(answer >= 4) / n(answers), of each item and of both",
    example="Answers of 4 and 3 agree with the first item, and not with both.",
    dimension="O",
    tags="A",
    unit="per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        Share(
            AGREEMENT.answers,
            (
                *(
                    Count(code, pl.col(code) >= AGREEMENT.counts_from, among=pl.col(f"asked {code}"))
                    for code in AGREEMENT.codes
                ),
                Count("both", pl.col("all"), among=pl.all_horizontal(f"asked {code}" for code in AGREEMENT.codes)),
            ),
        ),
        *AGREEMENT.response,
    ),
    breakdowns=BY,
    needs=NEEDS,
    source="Proba 2019",
)
INDICATORS = (O1, O2, O3, O4)
