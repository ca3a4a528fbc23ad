"""The section of a form that agrees the next conversation."""

from collections.abc import Callable, Mapping
from typing import Any

from events import Fact
from events.follow_up import FollowUpScheduled
from tracker.journey import Journey
from web import wording
from web.auth.gate import desk
from web.composing.running import free_key, running
from web.composing.sections import Section


class NextContact(Section):
    """The next conversation. It gets a name of its own where one without a name is agreed already and stays so."""

    def __init__(self, journey: Journey, ends_the_unnamed: Callable[[], bool], hint: str) -> None:
        super().__init__(
            "next",
            FollowUpScheduled,
            desk().today(),
            title=wording.text("Next conversation"),
            hint=hint,
            needs=("planned-on",),
            leave_out=("follow-up",),
        )
        unnamed = FollowUpScheduled.activity
        self._unnamed_runs = any(one.key == unnamed for one in running(journey, unnamed))
        self._name = free_key(journey, unnamed, desk().today())
        self._ends_the_unnamed = ends_the_unnamed

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        if self._unnamed_runs and not self._ends_the_unnamed():
            self.form.fixed["follow-up"] = self._name
        return super().fact(shared)


def next_contact(journey: Journey, ends_the_unnamed: Callable[[], bool] = lambda: False, hint: str = "") -> NextContact:
    """The section for the next conversation in a journey.

    :param ends_the_unnamed: whether the same form tells that the conversation without a name, which was agreed, is over
    :param hint: left out, that nothing is agreed where it stays blank
    """
    return NextContact(journey, ends_the_unnamed, hint or wording.text("Left blank, no new one is agreed."))
