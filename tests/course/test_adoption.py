"""Norms are adopted in the municipality's own stream, and hold from the day of the decision on."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from events.intake import ParticipantRegistered
from events.municipality import MunicipalityRegistered, NormSetAdopted
from events.programme import ProgrammeStarted
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.course.asking import adopt, course
from tracker.course.norms import FOLDER, NormSetNotFound
from tracker.errors import NotRegistered, ParticipantNotFound, WrongStream
from tracker.indicators.cohort import Cohort, members
from tracker.indicators.frames import load
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify

KARI = Author("kari")
JANUARY = date(2024, 1, 1)
ADOPTED = NormSetAdopted(on=date(2024, 2, 1), norm_set="default", version=1)


@pytest.fixture
def ana(app: ProgressionTracker) -> UUID:
    """A participant in the programme, in a municipality that is registered and has adopted nothing."""
    app.register_municipality(MunicipalityRegistered(on=JANUARY, municipality="5001"), KARI)
    ana = app.register(ParticipantRegistered(on=JANUARY, municipality="5001", settled_on=JANUARY), KARI)
    app.log(ana, ProgrammeStarted(on=JANUARY), KARI)
    return ana


def second_norms(app: ProgressionTracker) -> NormSetAdopted:
    """Own norms default@2 in the data folder, and their adoption a month later."""
    text = (FOLDER / "default-1.toml").read_text(encoding="utf-8").replace("version = 1\n", "version = 2\n", 1)
    (app.settings.home / "norms").mkdir()
    (app.settings.home / "norms" / "default-2.toml").write_text(text, encoding="utf-8")
    return NormSetAdopted(on=date(2024, 3, 1), norm_set="default", version=2)


def norms_on(app: ProgressionTracker, participant: UUID, at: date, position: int | None = None) -> str | None:
    return course(app, participant, at, app.log_of_facts.head() if position is None else position).norm_set


def test_norms_hold_from_the_day_they_were_adopted_until_others_are(app: ProgressionTracker, ana: UUID) -> None:
    # Recorded in the other order than decided.
    adopt(app, "5001", second_norms(app), KARI)
    adopt(app, "5001", ADOPTED, KARI)
    for day, name in [(31, None), (32, "default@1"), (60, "default@1"), (61, "default@2")]:
        assert norms_on(app, ana, date(2023, 12, 31) + timedelta(days=day)) == name


def test_what_was_known_before_an_adoption_was_recorded_stays(app: ProgressionTracker, ana: UUID, clock: Clock) -> None:
    before = app.log_of_facts.head()
    clock.advance(days=1)
    [recorded] = adopt(app, "5001", ADOPTED, KARI)
    assert norms_on(app, ana, date(2024, 6, 1), before) is None
    assert norms_on(app, ana, date(2024, 6, 1)) == "default@1"
    app.retract(municipality_stream("5001"), recorded.version, "not decided", KARI)
    assert norms_on(app, ana, date(2024, 6, 1)) is None


def test_adopted_norms_are_spells_of_the_municipality_in_the_read_model(app: ProgressionTracker, ana: UUID) -> None:
    adopt(app, "5001", ADOPTED, KARI)
    adopt(app, "5001", second_norms(app), KARI)
    rows = app.read_model.database.execute(
        "SELECT participant, value, details, valid_from, valid_to FROM spells_now WHERE activity = 'norm-set' "
        "ORDER BY valid_from"
    ).fetchall()
    stream = str(municipality_stream("5001"))
    assert [tuple(row) for row in rows] == [
        (stream, "default", '{"version":1}', "2024-02-01", "2024-03-01"),
        (stream, "default", '{"version":2}', "2024-03-01", None),
    ]
    assert verify(app).is_clean
    rebuild(app, processes=1)
    assert verify(app).is_clean


def test_a_municipality_is_in_no_cohort(app: ProgressionTracker, ana: UUID) -> None:
    adopt(app, "5001", ADOPTED, KARI)
    frames = load(app.read_model, app.read_model.follow(), date(2025, 1, 1))
    assert frames.people()["id"].to_list() == [str(ana)]
    for cohort in ("settled", "started"):
        found = members(frames, Cohort.parse(cohort))["participant"].to_list()
        assert found == frames.people()["participant"].to_list()


def test_norms_are_adopted_by_a_municipality_that_is_there_and_are_there_themselves(
    app: ProgressionTracker, ana: UUID
) -> None:
    with pytest.raises(NormSetNotFound, match="there is no norm set default@2; known: default@1"):
        adopt(app, "5001", NormSetAdopted(on=JANUARY, norm_set="default", version=2), KARI)
    with pytest.raises(NotRegistered, match="municipality 0301 is not registered"):
        adopt(app, "0301", ADOPTED, KARI)
    with pytest.raises(WrongStream, match="norm-set-adopted belongs to a municipality"):
        app.log(ana, ADOPTED, KARI)
    with pytest.raises(ParticipantNotFound, match="nothing was recorded of this participant at @1"):
        course(app, ana, JANUARY, 1)
