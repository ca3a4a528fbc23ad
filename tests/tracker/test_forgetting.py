"""Forgetting: what is gone, what stays, and what a crash on the way comes to, on both stores."""

from uuid import uuid4

import pytest

from tests.conftest import MakeApp
from tests.tracker.people import ENDED, JOB, KARI, registered
from tracker.application import ProgressionTracker
from tracker.errors import (
    ParticipantIsForgotten,
    ParticipantNotFound,
)
from tracker.people import Person
from tracker.readmodel.verify import verify


def test_a_forgotten_participant_takes_and_shows_nothing(app: ProgressionTracker) -> None:
    participant = registered(app)
    app.log(participant, JOB, KARI)
    app.people.set(participant, Person(name="Ana"), allow_synthetic=True)
    app.forget(participant, KARI)
    for attempt in (
        lambda: app.journey(participant),
        lambda: app.log(participant, ENDED, KARI),
        lambda: app.correct(participant, 2, {"contract": "permanent"}, "x", KARI),
        lambda: app.retract(participant, 2, "x", KARI),
        lambda: registered(app, participant),
        lambda: app.people.get(participant),
        lambda: app.forget(participant, KARI),
    ):
        with pytest.raises(ParticipantIsForgotten):
            attempt()
    assert app.people.find("Ana") == []
    assert app.log_of_facts.count() == 3


def test_nobody_is_forgotten_who_was_never_there(app: ProgressionTracker) -> None:
    with pytest.raises(ParticipantNotFound):
        app.forget(uuid4(), KARI)


@pytest.mark.parametrize("step", ["save", "people", "destroy"])
def test_a_forgetting_that_was_cut_short_is_finished_at_the_next_start(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    app = make_app()
    participant = registered(app)
    app.people.set(participant, Person(name="Ana"), allow_synthetic=True)

    def power_cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target, name = {"save": (app, "save"), "people": (app.people, "forget"), "destroy": (app.keys, "destroy")}[step]
    with monkeypatch.context() as cut:
        cut.setattr(target, name, power_cut)
        with pytest.raises(KeyboardInterrupt):
            app.forget(participant, KARI)
    again = make_app()
    with pytest.raises(ParticipantIsForgotten):
        again.journey(participant)
    assert again.people.find("Ana") == []
    assert again.keys.is_forgotten(participant)
    assert again.log_of_facts.count() == 2
    assert verify(again).is_clean


def test_another_process_that_had_the_key_sees_the_forgetting_too(make_app: MakeApp) -> None:
    app, other = make_app(), make_app()
    participant = registered(app)
    other.log(participant, JOB, KARI)
    app.forget(participant, KARI)
    with pytest.raises(ParticipantIsForgotten):
        other.log(participant, ENDED, KARI)
    with pytest.raises(ParticipantIsForgotten):
        other.journey(participant)
