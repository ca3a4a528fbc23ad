"""Acts: several facts in one journey that belong together, recorded all or not at all."""

from collections.abc import Sequence

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from tracker.errors import CommandMismatch
from tracker.journey import Journey, Signature


def record_all(journey: Journey, facts: Sequence[Fact], signature: Signature) -> list[Recorded]:
    """Add facts to a journey, in this order.

    :param signature: its command is the idempotency key of them all
    :returns: what was recorded; empty where the same command had recorded it before
    :raises errors.FactRefused: one of them cannot have happened; what was added to the journey before it must not be
        saved
    """
    earlier = carried_out(journey, signature.command)
    if earlier:
        if [item.fact for item in earlier] == list(facts):
            return []
        raise CommandMismatch(
            f"this command was recorded before as facts {earlier[0].version} to {earlier[-1].version}, with other "
            "values; send a new command key for a new act"
        )
    # The key stands on the first fact alone, which stands for them all; the act on each of them.
    without = signature._replace(command=None)
    recorded = [journey.record(fact, without if number else signature) for number, fact in enumerate(facts)]
    return [item for item in recorded if item is not None]


def carried_out(journey: Journey, command: str | None) -> list[Recorded]:
    """What was recorded by an idempotency key, with the act that it began; empty where it was not used before."""
    if command is None:
        return []
    first = next((item for item in journey.recorded if item.stamp.command == command), None)
    if first is None:
        return []
    return [item for item in journey.recorded if item is first or item.stamp.act == first.stamp.act is not None]


def take_back(journey: Journey, act: str, reason: str, signature: Signature) -> None:
    """Retract what an act recorded in a journey and what holds of it, the last first; corrections and retractions too.

    :raises errors.OthersRestOnIt: facts that were recorded since rest on it
    """
    for item in reversed(tuple(journey.recorded)):
        if item.stamp.act == act and _holds(journey, item):
            journey.retract(item.version, reason, signature)


def _holds(journey: Journey, item: Recorded) -> bool:
    if isinstance(item.fact, (FactCorrected, FactRetracted)):
        return journey.stands(item.version)
    return item.version in journey.entries
