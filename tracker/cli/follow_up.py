"""Conversations with participants, and who follows them up, from the command line."""

from collections.abc import Callable
from typing import Any

import click

from events.fields import meaning
from events.follow_up import AdvisorHandedOver, FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from tracker.cli.agreed import fact_command, first_sentence, group, log_one
from tracker.cli.options import fact_from, option_command, option_expect, options_of, participant
from tracker.cli.session import opened

follow_up = group(
    "follow-up",
    "Conversations with a participant: scheduled, moved, held, missed.\n\n"
    "One that was not agreed before can be held too. Every day that one was moved from is kept.",
    (
        fact_command(FollowUpScheduled, "schedule"),
        fact_command(FollowUpMoved, "move"),
        fact_command(FollowUpHeld, "held"),
        fact_command(FollowUpMissed, "missed"),
    ),
)


@participant
@option_command
@option_expect
def _hand_over(
    participant: str, advisor: str, accepted: bool | None, command: str | None, expected: int | None, **values: Any
) -> None:
    if accepted is None:
        raise click.UsageError("what was the answer? --accepted or --declined")
    answer = "accepted" if accepted else "declined"
    fact = fact_from(AdvisorHandedOver, {**values, "advisor": advisor, "answer": answer})
    with opened() as app:
        log_one(app, app.find(participant), fact, command, expected)


_made: Callable[..., Any] = _hand_over
_whom, *_others = reversed(_made.__click_params__)  # type: ignore[attr-defined]
handover = click.Command(
    "handover",
    callback=_made,
    params=[
        _whom,
        click.Option(["--to", "advisor"], required=True, metavar="ADVISOR", help="User name of the advisor."),
        click.Option(
            ["--accepted/--declined", "accepted"], default=None, help="What the advisor answered.  [required]"
        ),
        *(option for option in options_of(AdvisorHandedOver) if option.name not in ("advisor", "answer")),
        *_others,
    ],
    help=f"{meaning(AdvisorHandedOver)}\n\nNorwegian term: {AdvisorHandedOver.TERM}. Logs {AdvisorHandedOver.TOPIC}; "
    "prints the participant and the version of the fact.",
    short_help=first_sentence(AdvisorHandedOver),
)

COMMANDS: tuple[click.Command, ...] = (follow_up, handover)
