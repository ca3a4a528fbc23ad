"""The kinds of problems that stand between the facts and figures that can be trusted: each is data."""

from dataclasses import dataclass

from tracker.quality.finding import CONTRADICTED_JOB, GAP, PARTS, PAST_PLANNED_END, at_the_end, flagged
from tracker.rules import Rule
from tracker.rules.nir import CUT_OFF, REGISTRATION
from tracker.rules.observation import KNOWN_FOR
from tracker.rules.quality import BASELINE_BY, QUIET_FOR


@dataclass(frozen=True)
class InColumns:
    """Found by what has this name in ``FOUND`` of :mod:`tracker.quality.columns`, which is heavy to load."""

    name: str


@dataclass(frozen=True)
class Kind:
    """One kind of problem.

    :ivar code: permanent name
    :ivar title: what is wrong, in a few words
    :ivar definition: when a participant is counted, in words
    :ivar why: why it matters for figures
    :ivar source: what it rests on
    :ivar rows: the findings: a SELECT as in :mod:`tracker.quality.finding`, or in columns
    :ivar left_out: the participants of whom it cannot be told, one row a fact; None = nobody
    :ivar left_out_because: why it cannot be told
    """

    code: str
    title: str
    definition: str
    why: str
    source: str
    rows: str | InColumns
    left_out: InColumns | None = None
    left_out_because: str = ""


def _months(rule: Rule[int]) -> str:
    return f"{rule.steps[-1][1]} calendar months"


KINDS: tuple[Kind, ...] = (
    Kind(
        "missing-baseline",
        "starting point not recorded in time",
        f"The programme started more than {_months(BASELINE_BY)} ago, and one of these was not told "
        "of a day up to then: " + ", ".join(PARTS) + ". Unknown and not asked count as not told, a level that could "
        "not be assessed too. What was told of a later day stays on the list, with that day.",
        "Without a starting point there is no progress to measure: K1, K2, K4, every breakdown by track and schooling.",
        f"NORCE 20-2019 section 3.1; indicator K1. {BASELINE_BY.basis}",
        InColumns("missing-baseline"),
    ),
    Kind(
        "late-registration",
        "first written down after the two months of the register",
        f"A fact that the register (NIR) asks for was first recorded, or of imported history first written down, later "
        f"than {_months(REGISTRATION)} after it happened; of a month or year, after its last day. One row a fact.",
        "A figure of the last months lacks what is told late, so it will change.",
        REGISTRATION.basis,
        InColumns("late-registration"),
        InColumns("undated-imports"),
        "imported history that does not tell when it was first written down",
    ),
    Kind(
        "end-reason-missing",
        "the programme ended and no reason is told",
        "The last end of the programme, other than a transfer, has no reason, and the programme does not run again. "
        "due is the yearly cut-off of the year in which it ended.",
        "The register publishes one reason for each who left; without it the direct result counts a failure.",
        f"NORCE 20-2019 section 2.3.1. {CUT_OFF.basis}",
        at_the_end(
            "COALESCE(json_array_length(t.details, '$.reasons'), 0) = 0", "'main activity ' || COALESCE(t.value, '')"
        ),
    ),
    Kind(
        "main-activity-missing",
        "the programme ended and the main activity is not registered",
        "The last end of the programme, other than a transfer, has the main activity not-registered, and the programme "
        "does not run again. due is the yearly cut-off of the year in which it ended.",
        "Who has none is counted in the official figure, and as no result.",
        f"IMDi, registration of end reasons in NIR (9 June 2024). {CUT_OFF.basis}",
        at_the_end("t.value = 'not-registered'", "'not registered'"),
    ),
    Kind(
        "open-past-planned-end",
        "the programme runs on after its planned end",
        "The programme runs on the day, and its planned end, moved by the days of approved leave that extends the "
        "deadline, lies before it.",
        "An end that nobody told keeps the participant in the programme, and out of every figure about those who left.",
        "choice of this product; leave: integreringsforskriften chapter 4",
        PAST_PLANNED_END,
    ),
    Kind(
        "gap",
        "in the programme, and nothing runs",
        "The programme runs on the day, no other activity of life does, neither leave nor suspension runs, and nothing "
        f"but administrative facts was told of the last {_months(QUIET_FOR)}. Who left Norway, lost protection or "
        "died is not counted.",
        "Known and with nothing counts as NONE in trajectories; here it is more likely that it was not told.",
        QUIET_FOR.basis,
        GAP,
    ),
    Kind(
        "stale",
        "nothing told for a year of somebody to be followed",
        "The programme runs on the day, or consent to follow-up does, and nothing was told of the last "
        f"{_months(KNOWN_FOR)}: no fact but administrative ones, no confirmation that reached the participant, "
        "no observed period. Who left Norway, lost protection or died is not counted.",
        "After that the status is UNKNOWN, and every share at a later time gets wider bounds.",
        KNOWN_FOR.basis,
        InColumns("stale"),
    ),
    Kind(
        "open-job-contradicted",
        "a job is open though no work was confirmed",
        "A job runs on the day, and the latest confirmation that reached the participant came after the job's start "
        "and names neither work nor wage subsidy.",
        "The job is counted as work in every figure until its end is told.",
        "choice of this product",
        CONTRADICTED_JOB,
    ),
    Kind(
        "overlap",
        "two at once of what runs one at a time",
        "A spell of an activity that runs one at a time starts while another one runs. It may be right.",
        "Time is counted once, but one of the two may have ended without being told.",
        "flag of the read model",
        flagged("overlap"),
    ),
    Kind(
        "end-without-start",
        "ended without a start",
        "An end was told of an activity of which no start is known.",
        "The time before the end is missing from every figure.",
        "flag of the read model",
        flagged("end-without-start"),
    ),
    Kind(
        "change-without-start",
        "changed without a start",
        "A change was told of an activity of which no start is known.",
        "The activity is missing from every figure.",
        "flag of the read model",
        flagged("change-without-start"),
    ),
    Kind(
        "level-below-earlier",
        "a level of Norwegian below an earlier one",
        "A result in a skill lies below an earlier one in the same skill. It may be right: the best so far is reached.",
        "One of the two may be a slip of the pen, and the higher one is counted.",
        "flag of the read model",
        flagged("level-below-earlier"),
    ),
    Kind(
        "without-consent",
        "recorded without the consent it needs",
        "Participation was told of a day on which no consent to it held.",
        "It is left out of figures, and may have to be taken back.",
        "flag of the read model",
        flagged("without-consent"),
    ),
    Kind(
        "impossible",
        "facts that cannot all have happened",
        "Facts that together are impossible; the tracker refuses them, so an earlier version let them in.",
        "One of them is left out of figures.",
        "flag of the read model",
        flagged("impossible"),
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}
