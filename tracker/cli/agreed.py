"""Commands that log one fact of a contract or of follow-up: what they share."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from events import Fact
from events.contract import ContractSigned
from events.fields import fields_by_name, meaning
from tracker.cli.facts import of_command, tell
from tracker.cli.options import fact_from, option_command, option_expect, options_of, participant
from tracker.cli.session import author, opened
from tracker.errors import NotRunning
from tracker.reference import effect

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.application import ProgressionTracker

ONLY_ONE = "[default: the one that the participant has]"


def fact_command(cls: type[Fact], name: str) -> click.Command:
    """The command that logs a fact of this kind about one participant.

    Where the fact names a contract, and the participant has had contracts of one kind only, that one is meant.

    :param name: of the command
    """

    def run(participant: str, command: str | None, expected: int | None, **values: Any) -> None:
        fact = None if _leaves_contract_out(cls, values) else fact_from(cls, values)
        with opened() as app:
            found = app.find(participant)
            if fact is None:
                fact = fact_from(cls, {**values, "contract": only_contract(app, found, cls)})
            log_one(app, found, fact, command, expected)

    made: Callable[..., Any] = participant(option_command(option_expect(run)))
    whom, *others = reversed(made.__click_params__)  # type: ignore[attr-defined]
    return click.Command(
        name,
        callback=made,
        params=[whom, *_options(cls), *others],
        help=f"{meaning(cls)}\n\n{effect(cls)} Norwegian term: {cls.TERM}. Logs {cls.TOPIC}; prints the participant "
        "and the version of the fact.".replace("`", ""),
        short_help=first_sentence(cls),
    )


def log_one(app: "ProgressionTracker", found: "UUID", fact: Fact, command: str | None, expected: int | None) -> None:
    """Log a fact about a participant, and print its version."""
    recorded = app.log(found, fact, author(app), expected_version=expected, command=command)
    tell(recorded or of_command(app, [found], command))


def group(name: str, text: str, commands: Sequence[click.Command]) -> click.Group:
    """A group of commands.

    :param text: its help; the first sentence is shown in lists
    """
    return click.Group(name, commands=commands, help=text, short_help=text.partition("\n")[0])


def first_sentence(cls: type[Fact]) -> str:
    return " ".join(meaning(cls).replace("`", "").partition("\n\n")[0].split())


def only_contract(app: "ProgressionTracker", found: "UUID", cls: type[Fact]) -> str:
    """The kind of contract that a participant has, or has had.

    :raises NotRunning: there was none
    :raises click.UsageError: there were several
    """
    kinds = sorted(
        {entry.fact.contract for entry in app.journey(found).facts if isinstance(entry.fact, ContractSigned)}
    )
    if not kinds:
        raise NotRunning(f"{cls.TOPIC}: the participant has no contract; tracker contract sign makes one")
    if len(kinds) > 1:
        raise click.UsageError(f"{cls.TOPIC}: --contract: which one? {' or '.join(kinds)}")
    return kinds[0]


def _leaves_contract_out(cls: type[Fact], values: dict[str, Any]) -> bool:
    return "contract" in fields_by_name(cls) and values.get("contract") is None


def _options(cls: type[Fact]) -> list[click.Parameter]:
    options = options_of(cls)
    for option in options:
        if option.name == "contract" and isinstance(option, click.Option):
            option.help = (option.help or "").replace("[required]", ONLY_ONE)
    return options
