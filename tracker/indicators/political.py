"""Political integration: social studies, voice and office, and trust."""

import polars as pl

from tracker.indicators.capacity.deadline import in_time
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.cohort import exits
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.governing import months_on
from tracker.indicators.measures import Count, Share, if_known
from tracker.indicators.surveyed import BY, NEEDS, RULES, Asked
from tracker.rules.norwegian import COLLECTIVE_PROTECTION
from tracker.rules.social_studies import TEST_WITHIN

NORWEGIAN = ("no", "nb", "nn", "nor", "nob", "nno")
OFFICES = Asked("P2", 0, 1, 1, ("office-parents", "office-user-council", "office-board", "office-union"))
TRUST = Asked("P3", 0, 10, 6, ("trust-people", "trust-municipality"))
_details = pl.col("details").str


def social_studies(selection: Selection) -> pl.DataFrame:
    """One row a person outside collective protection: the course by the end of the programme, and the test in time.

    :returns: also ``left``, ``exempt_training``, ``exempt_test``, ``language`` of the course, whether it is one that
        the participant speaks (``own_language``), ``due`` (the test was passed, or is late), ``passed`` in time
    """
    frames, today = selection.frames, pl.lit(selection.frames.known_on)
    background = frames.people("rule_set")
    people = (
        selection.who.select("participant", "origin", "home")
        .join(background.filter(pl.col("rule_set") != COLLECTIVE_PROTECTION), on="participant", how="semi")
        .join(exits(frames, "participant", "left_on"), on="participant", how="left")
        .with_columns(day=pl.coalesce("left_on", today))
    )
    rows = (
        in_scope(frames, people)
        .join(_courses(frames, people), on="participant", how="left")
        .join(_tests(frames, people), on="participant", how="left")
    )
    for duty in ("training", "test"):
        exempt = frames.facts("exemption-granted", columns=("participant", "value", "details"))
        exempt = exempt.filter((pl.col("value") == "social-studies") & (_details.json_path_match("$.duty") == duty))
        rows = rows.join(
            exempt.select("participant", pl.lit(True).alias(f"exempt_{duty}")).unique(), on="participant", how="left"
        )
    return rows.with_columns(
        pl.col("exempt_training", "exempt_test").fill_null(False),
        left=pl.col("left_on").is_not_null(),
        completed=(pl.col("course_on") <= pl.col("day")).fill_null(False),
    )


def _courses(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, course_on, language, own_language) of each one's first course that was completed."""
    columns = ("participant", "happened_on", "version", "value")
    courses = (
        frames.facts("social-studies-course-completed", columns=columns)
        .join(people, on="participant", how="semi")
        .sort("happened_on", "version")
        .unique("participant", keep="first", maintain_order=True)
        .select("participant", course_on="happened_on", language="value")
    )
    spoken = (
        frames.facts("skills-mapped", columns=("participant", "details"))
        .join(courses, on="participant", how="semi")
        .select("participant", language=_details.json_path_match("$.languages").str.json_decode(pl.List(pl.String)))
        .drop_nulls()
        .explode("language")
        .unique()
    )
    mapped = spoken.select("participant", mapped=pl.lit(True)).unique()
    return (
        courses.join(spoken.with_columns(spoken=True), on=["participant", "language"], how="left")
        .join(mapped, on="participant", how="left")
        .with_columns(
            own_language=if_known(
                pl.col("mapped") & pl.col("language").is_not_null(), pl.col("spoken").fill_null(False)
            )
        )
        .select("participant", "course_on", "language", "own_language")
    )


def _tests(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, due, passed) of the test: passed in time or not, empty where nobody knew on the last day."""
    tests = frames.facts("social-studies-test-taken", columns=("participant", "happened_on", "value"))
    passed = tests.filter(pl.col("value") == "yes").group_by("participant").agg(passed_on=pl.col("happened_on").min())
    offers = frames.facts("programme-offered", columns=("participant", "happened_on", "version", "details"))
    planned = _details.json_path_match("$.planned_start").str.to_date("%Y-%m-%d")
    offered = (
        offers.with_columns(planned=planned)
        .drop_nulls("planned")
        .join(people.select("participant", "origin"), on="participant")
        .filter(pl.col("happened_on") <= pl.col("origin"))
        .sort("happened_on", "version")
        .group_by("participant", maintain_order=True)
        .agg(pl.col("planned").last())
    )
    training = frames.spells("language-training", columns=("participant", "valid_from"))
    waiting = (
        people.select("participant", "origin")
        .join(offered, on="participant", how="left")
        .join(training.group_by("participant").agg(pl.col("valid_from").min()), on="participant", how="left")
        .with_columns(start=pl.coalesce("planned", "valid_from", "origin"))
        .join(passed, on="participant", how="left")
        .select(
            "participant",
            "start",
            "passed_on",
            due=months_on(TEST_WITHIN, pl.col("start")),
            day=pl.coalesce("passed_on", pl.lit(frames.known_on)),
        )
    )
    watched = (
        waiting.join(frames.windows, on="participant")
        .filter((pl.col("known_from") <= pl.col("due")) & (pl.col("due") < pl.col("known_to")))
        .select("participant", watched=pl.lit(True))
        .unique()
    )
    was_passed = pl.col("passed_on").is_not_null()
    return (
        waiting.join(
            in_time(frames, waiting.select("participant", "start", "due", "day")), on="participant", how="left"
        )
        .join(watched, on="participant", how="left")
        .select(
            "participant",
            due=was_passed | ~pl.col("in_time"),
            passed=if_known(was_passed | pl.col("watched").fill_null(False), was_passed & pl.col("in_time")),
        )
    )


LANGUAGE = pl.col("language")
P1 = Indicator(
    id="P1",
    version=1,
    title="Social studies: course completed, and test passed within twelve months",
    definition=(
        "Of those who started the programme, chapter 6A (collective protection) left out, who are in scope when they "
        "left it or on the day of the figure: (a) the share who had completed the course in social studies by the "
        "last day of the programme, or by the day of the figure while it runs, in which case it may still come; the "
        "same of those who have left alone. Who is exempt from the training is left out. (b) the share who passed "
        "the test within twelve months of the day on which the training was offered to start, that day of the "
        "twelfth month included, plus the days of approved leave until then: the planned start in the last offer up "
        "to the start of the programme, else the first day of training in Norwegian, else the start of the "
        "programme. Who has not passed while there is still time, and who is exempt from the test, is left out; who "
        "has not, and whose situation nobody knew on the last day of the twelve months, is unknown. The rule is a "
        "measure here, also for people under earlier acts. Beside: of those who completed the course, the share in "
        "Norwegian, and in a language that they had said they speak. Exemptions are lines of their own."
    ),
    formula="x(course by X) / n(P without 6A); x(test passed by start + 12 months + leave) / n(time is over or passed)",
    example="Offered to start on 1 March 2023 with 20 days of approved leave: passed on 21 March 2024 is in time.",
    dimension="P",
    tags="A",
    unit="per cent",
    axes={"started": ()},
    denominator="present",
    measures=(
        Share(
            social_studies,
            (
                Count("course-completed", pl.col("completed"), among=~pl.col("exempt_training")),
                Count(
                    "course-completed-of-leavers",
                    pl.col("completed"),
                    among=~pl.col("exempt_training") & pl.col("left"),
                    within="course-completed",
                ),
                Count("test-passed-in-time", pl.col("passed"), among=~pl.col("exempt_test") & pl.col("due")),
                Count("course-in-norwegian", LANGUAGE.is_in(NORWEGIAN), among=pl.col("completed")),
                Count("course-in-own-language", pl.col("own_language"), among=pl.col("completed")),
                Count("exempt-from-training", pl.col("exempt_training")),
                Count("exempt-from-test", pl.col("exempt_test")),
            ),
        ),
    ),
    needs=("social-studies-course-completed", "social-studies-test-taken"),
    rules=(TEST_WITHIN,),
    source="integration act (integreringsloven)",
)
P2 = Indicator(
    id="P2",
    version=1,
    title="Voice and office: part in a committee, a council, a board or a union",
    definition=(
        "Of who answered an anonymous survey, the share who in the last twelve months were a member of a parents' "
        "committee, a user council or student council, or a board, or had a task for the employees or a union; each "
        "also alone. Who said yes to one counts, whatever was left out; who said yes to none and left one out is "
        "unknown. Self-reported and voluntary, in the anonymous survey only: no answer has a consequence for "
        "anybody, and nothing of it is recorded with a participant." + RULES
    ),
    formula="x(yes to one or more) / n(answers)",
    example="Of 20 who answered 3 sat on a parents' committee, and one of them on a board too: 3 of 20 in any of them.",
    dimension="P",
    tags="A",
    unit="per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        Share(
            OFFICES.answers,
            (
                Count("any-office", pl.col("any")),
                *(
                    Count(code, pl.col(code) == 1, among=pl.col(f"asked {code}"), within="any-office")
                    for code in OFFICES.codes
                ),
            ),
        ),
        *OFFICES.response,
    ),
    breakdowns=BY,
    needs=NEEDS,
    source="NORCE 20-2019 section 3.2, on surveys of residents",
)
P3 = Indicator(
    id="P3",
    version=1,
    title="Trust in people and in the municipality, from 0 to 10",
    definition=(
        "Of who answered an anonymous survey: the mean score on the scale from 0 (do not trust at all) to 10 (trust "
        "completely), and the share who answered 6 to 10, of each item and over the items that each person answered "
        "(the own mean, and whether it is 6 or more)." + RULES
    ),
    formula="sum of scores / n(answers); x(score >= 6) / n(answers)",
    example="Scores of 4, 6 and 8 are a mean of 6.0 points, and 2 of 3 from 6 to 10.",
    dimension="P",
    tags="A",
    unit="points on the scale from 0 to 10; per cent",
    axes={"year": ()},
    denominator="all",
    measures=(
        TRUST.means("trust"),
        Share(
            TRUST.answers,
            (
                Count("trusts", pl.col("mean") >= TRUST.counts_from),
                *(
                    Count("trusts", pl.col(code) >= TRUST.counts_from, among=pl.col(f"asked {code}"), choice=code)
                    for code in TRUST.codes
                ),
            ),
        ),
        *TRUST.response,
    ),
    breakdowns=BY,
    needs=NEEDS,
    source="Fafo 2022:15, on trust; the wording is that of the instrument",
)
INDICATORS = (P1, P2, P3)
