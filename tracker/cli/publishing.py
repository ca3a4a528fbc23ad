"""The way out for figures on the command line: disclosure control, written down in the ledger of releases."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.pipeline import Result


def published(app: "ProgressionTracker", results: "Sequence[Result]", reason: str | None = None) -> "list[Result]":
    """Results as they may be published, checked against earlier releases and written into the ledger.

    :param reason: why nothing is to be hidden; left out, small groups are
    :raises tracker.ledger.NotPermitted: whoever is at work may not publish without disclosure control
    :raises tracker.indicators.hiding.TooThinToPublish: what was published before leaves no way to protect them
    """
    from tracker.cli.releases import ledger_of
    from tracker.indicators.disclosure import protected, turned_off

    with ledger_of(app) as ledger:
        if reason is not None:
            return [*turned_off(results, app.settings.by, reason, ledger, app.clock())]
        return [*protected(results, ledger, by=app.settings.by, at=app.clock())]
