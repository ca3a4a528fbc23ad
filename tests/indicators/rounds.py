"""Survey rounds in a few words: who was invited, and what was answered."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from events.municipality import MunicipalityRegistered
from events.surveys import SurveyRoundHeld
from tests.indicators.cohorts import AUTHOR
from tracker.application import ProgressionTracker, municipality_stream
from tracker.municipality import record
from tracker.surveys.receiving import Given, receive

HOME = "5001"
SURVEY = "participant-survey"


def uses(app: ProgressionTracker, code: str = HOME) -> None:
    """A municipality takes the tracker into use, if it has not done so."""
    if not app.log_of_facts.stream(municipality_stream(code)):
        app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality=code), AUTHOR)


def hold(
    app: ProgressionTracker,
    answers: Sequence[Given],
    *,
    invited: int | dict[str, int] | None = None,
    until: str = "2024-05-31",
    code: str = HOME,
    instrument: str = SURVEY,
) -> None:
    """A round that ends on a day, named after it, with its answers.

    :param invited: by group, or in all, of unknown schooling and gender; left out, as many as answered
    """
    uses(app, code)
    groups = invited if isinstance(invited, dict) else {"unknown-unknown": invited or len(answers)}
    last = date.fromisoformat(until)
    held = SurveyRoundHeld(
        on=last.replace(day=1),
        until=last,
        round=f"round of {until}",
        instrument=instrument,
        version=1,
        invited={group: Decimal(number) for group, number in groups.items()},  # type: ignore[misc]
    )
    record(app, code, held, AUTHOR)
    if answers:
        receive(app, code, held.round, answers, AUTHOR)


def alike(number: int, schooling: str | None = None, gender: str | None = None, /, **answers: int) -> list[Given]:
    """So many people who answer the same; ``trust_people`` stands for the item ``trust-people``."""
    items = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return [Given(items, schooling, gender)] * number
