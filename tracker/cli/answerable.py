"""The check of questions about figures: what cannot be is refused, and where nobody is meant, that is said."""

from typing import TYPE_CHECKING

from tracker.cli.session import say

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.frames import Frames


def answerable(frames: "Frames", cohort: "Cohort | None", municipality: str | None = None) -> None:
    """Refuse a question that nothing could answer, and say where nobody is in the cohort that was named.

    :raises tracker.indicators.answerable.ImpossiblePeriod: nobody could be in the cohort
    :raises tracker.errors.MunicipalityNotHere: nobody lived there
    """
    from tracker.indicators.answerable import possible, without_anybody

    possible(frames, cohort, municipality)
    said = None if cohort is None else without_anybody(frames, cohort, municipality)
    if said is not None:
        say(said)


def check_municipality(app: "ProgressionTracker", municipality: str | None) -> None:
    """Refuse a municipality that nothing is known of, where a list is of those settled there.

    :raises tracker.errors.MunicipalityNotHere: nobody lived there, and it does not use the installation
    """
    from tracker.errors import MunicipalityNotHere

    if municipality is None:
        return
    there = app.read_model.database.execute(
        "SELECT municipality FROM participants UNION SELECT municipality FROM municipalities"
    )
    known = {code for (code,) in there.fetchall()}
    moved_to = "SELECT 1 FROM spells WHERE activity = 'residence' AND value = ? LIMIT 1"
    if municipality not in known and not app.read_model.database.execute(moved_to, [municipality]).fetchone():
        raise MunicipalityNotHere(municipality, known)
