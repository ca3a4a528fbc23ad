"""Duties of the parties of a contract, from the command line."""

import click

from events.contract import ObligationAgreed, ObligationMet, ObligationMissed, ObligationWaived
from tracker.cli.agreed import fact_command, group

obligation = group(
    "obligation",
    "Duties of the parties of a contract: agreed, met, missed, waived.\n\n"
    "Those of a new contract are signed with it: tracker contract sign. That a day has passed is no judgement: a duty "
    "is overdue until somebody records what came of it.",
    (
        fact_command(ObligationAgreed, "agree"),
        fact_command(ObligationMet, "met"),
        fact_command(ObligationMissed, "missed"),
        fact_command(ObligationWaived, "waive"),
    ),
)

COMMANDS: tuple[click.Command, ...] = (obligation,)
