"""Steps of a path, from the command line."""

import click

from events.contract import StepAgreed, StepDropped, StepJudgedReached, StepRevised
from tracker.cli.agreed import fact_command, group

step = group(
    "step",
    "Steps of the path in a contract: agreed, revised, reached, dropped.\n\n"
    "Those of a new contract are signed with it: tracker contract sign. Most steps are reached by what is logged in "
    "the journey, and need no word here; tracker step reached is for what the journey does not tell.",
    (
        fact_command(StepAgreed, "agree"),
        fact_command(StepRevised, "revise"),
        fact_command(StepJudgedReached, "reached"),
        fact_command(StepDropped, "drop"),
    ),
)

COMMANDS: tuple[click.Command, ...] = (step,)
