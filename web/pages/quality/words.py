"""What each kind of problem is called on the pages, and what to do about it."""

from collections.abc import Mapping
from typing import NamedTuple

from web.wording import marked as _


class Words(NamedTuple):
    """Words of a kind, English, as the catalogues have them.

    :ivar title: what is wrong, in a few words
    :ivar why: why it matters
    :ivar what_to_do: what puts it right
    """

    title: str
    why: str
    what_to_do: str


KINDS: Mapping[str, Words] = {
    "missing-baseline": Words(
        _("The starting point is not recorded"),
        _("Without it nobody can say how far the participant has come."),
        _("Log track, levels of Norwegian, schooling, literacy, work history and goals as they were at the start."),
    ),
    "late-registration": Words(
        _("Written down more than two months afterwards"),
        _("Figures of the last months lack what is told late, so they will change."),
        _("Nothing can be put right here. Log what happens within two months; the page shows where it takes longer."),
    ),
    "end-reason-missing": Words(
        _("The programme ended, and no reason is told"),
        _("The register publishes one reason for each who left; without it the official figure counts no result."),
        _("Correct the end of the programme and give the reasons."),
    ),
    "main-activity-missing": Words(
        _("The programme ended, and the main activity is not registered"),
        _("Who has none is counted in the official figure, and as no result."),
        _("Correct the end of the programme and give what the participant does now."),
    ),
    "open-past-planned-end": Words(
        _("The programme runs on after its planned end"),
        _("An end that nobody told keeps the participant out of every figure about those who left."),
        _("Log the end of the programme, or a new planned end."),
    ),
    "gap": Words(
        _("In the programme, and nothing runs"),
        _("It counts as doing nothing, though more likely it was not told."),
        _("Log what the participant does, or leave if that is what it is."),
    ),
    "stale": Words(
        _("Nothing heard for a year"),
        _("After a year the situation counts as unknown, and every later figure gets wider bounds."),
        _("Get in touch, and confirm the situation; that it is unchanged is news, too."),
    ),
    "open-job-contradicted": Words(
        _("A job is open, though no work was confirmed"),
        _("The job is counted as work until its end is told."),
        _("Log the end of the job, or confirm the situation anew."),
    ),
    "overlap": Words(
        _("Two at once of what runs one at a time"),
        _("Time is counted once, but one of the two may have ended without being told."),
        _("Look whether one has ended. If both are right, leave it as it is."),
    ),
    "end-without-start": Words(
        _("An end without a start"),
        _("The time before the end is missing from every figure."),
        _("Log when it started."),
    ),
    "change-without-start": Words(
        _("A change without a start"),
        _("The activity is missing from every figure."),
        _("Log when it started."),
    ),
    "level-below-earlier": Words(
        _("A level of Norwegian below an earlier one"),
        _("One of the two may be a slip of the pen, and the higher one is counted."),
        _("Compare with the result sheet. If both are right, leave it as it is."),
    ),
    "without-consent": Words(
        _("Recorded without the consent it needs"),
        _("It is left out of figures, and may have to be taken back."),
        _("Log the consent if it was given, else take the entry back."),
    ),
    "impossible": Words(
        _("Entries that cannot all have happened"),
        _("One of them is left out of figures."),
        _("Take back the one that is wrong."),
    ),
}
"""Code of a kind in :mod:`tracker.quality.kinds` -> its words."""
