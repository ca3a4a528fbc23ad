"""The municipality itself, from the command line: taking the tracker into use, and the facts that are its own."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.fields import meaning
from events.municipality import InvolvementHeld, MunicipalityRegistered, NormSetAdopted, TargetSet, TeachingRecorded
from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from tracker.cli.options import (
    fact_from,
    option_command,
    option_reason,
    options_of,
    pairs_from,
    values_from,
    version,
)
from tracker.cli.session import author, emit, municipality_code, opened, option_format, say

HAND_LOGGED = (TeachingRecorded, InvolvementHeld, TargetSet, SurveyRoundHeld)
LISTED = ("version", "on", "fact", "values", "holds", "recorded_at", "by")
REPEATED = "this command was carried out before; nothing more was recorded"

argument_code = click.argument("code", metavar="MUNICIPALITY", callback=municipality_code)


@click.group(short_help="A municipality's own facts: norms, teaching, involvement, targets, surveys.")
def municipality() -> None:
    """Facts that belong to a municipality and to no person.

    That it uses the tracker, the norms it adopted, teaching hours, how participants were heard, its targets, and
    anonymous surveys. MUNICIPALITY is its code, such as 0301.
    """


def _register(**values: Any) -> None:
    fact = fact_from(MunicipalityRegistered, values)
    with opened() as app:
        click.echo(str(app.register_municipality(fact, author(app))))


@option_command
def _adopt_norms(code: str, command: str | None, **values: Any) -> None:
    fact = fact_from(NormSetAdopted, values)
    with opened() as app:
        from tracker.course.asking import adopt

        _tell(adopt(app, code, fact, author(app), command=command))


def _tell(recorded: Sequence[Recorded]) -> None:
    if not recorded:
        say(REPEATED)
    for item in recorded:
        click.echo(f"{item.originator_id} {item.version}")


@municipality.group("log", short_help="Log teaching, involvement, a target or a survey round.")
@argument_code
def log(code: str) -> None:
    """Log a fact of a municipality's own. Prints the stream and the version of the fact.

    tracker municipality log MUNICIPALITY FACT --help tells what a fact takes.
    """


def _fact_command(cls: type[Fact]) -> click.Command:
    def run(command: str | None, **values: Any) -> None:
        fact = fact_from(cls, values)
        parent = click.get_current_context().parent
        assert parent is not None
        with opened() as app:
            from tracker.municipality import record

            _tell(record(app, parent.params["code"], fact, author(app), command=command))

    made: Callable[..., Any] = option_command(run)
    return click.Command(
        cls.TOPIC,
        callback=made,
        params=[*options_of(cls), *made.__click_params__],  # type: ignore[attr-defined]
        help=f"{meaning(cls)}\n\nNorwegian term: {cls.TERM}.".replace("`", ""),
        short_help=" ".join(meaning(cls).replace("`", "").partition("\n\n")[0].split()),
    )


for _cls in HAND_LOGGED:
    log.add_command(_fact_command(_cls))


@municipality.command("survey-answers", short_help="Record the answers to a survey round, all at once.")
@argument_code
@click.argument("name", metavar="ROUND")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@option_command
def survey_answers(code: str, name: str, file: Path, command: str | None) -> None:
    """Record the answers to an anonymous survey round: all of the file or, where something is wrong, nothing.

    One row an answer, one column an item of the round's instrument, named by its code; schooling and gender may be
    columns too, where the survey asked. Any other column is refused, so that no name or time comes in. Answers are
    recorded in random order, on the last day of the round. Take all answers of a round together, and delete the file.
    """
    with opened() as app:
        from tracker.surveys.instruments import instrument
        from tracker.surveys.receiving import read_answers, receive, received
        from tracker.surveys.rounds import invited_to

        held, _ = received(app, code, name)
        given = read_answers(file, instrument(held.instrument, held.version, app.settings.home))
        if not receive(app, code, name, given, author(app), command=command):
            say(REPEATED)
        held, answers = received(app, code, name)
        click.echo(f"{len(given)} answers in the file; round {name!r} has {answers} of {invited_to(held)} invited")


@municipality.command("facts", short_help="List a municipality's own facts with their versions.")
@argument_code
@option_format
def facts(code: str, format: str) -> None:
    """List what is recorded of a municipality, in the order of recording, with the versions to correct or retract.

    Anonymous answers are counted and not shown, so that nobody looks for a person behind one. holds is no for what has
    been retracted; corrected values are shown as they are now.
    """
    with opened() as app:
        from tracker.municipality import stream_of

        recorded = app.journey(stream_of(app, code)).recorded
        emit(list(_lines(recorded, nested=format == "json")), LISTED, format)


def _lines(recorded: Sequence[Recorded], *, nested: bool) -> Iterator[tuple[Any, ...]]:
    """One line a fact; answers to the same round that were recorded together share one."""
    from tracker.effective import effective
    from tracker.schema import as_written

    standing = effective(recorded)
    gone = _gone(recorded)

    def group(item: Recorded) -> tuple[Any, ...]:
        if isinstance(item.fact, SurveyAnswerReceived):
            return item.stamp.act, item.fact.round, item.version in gone
        return (item.version,)

    for _, found in groupby(recorded, group):
        together = list(found)
        first, last = together[0], together[-1]
        fact = standing[first.version].fact if first.version in standing else first.fact
        values = {name: value for name, value in as_written(fact).items() if name != "on"}
        if isinstance(fact, SurveyAnswerReceived):
            values = {"round": fact.round, "number": len(together)}
        yield (
            str(first.version) if first is last else f"{first.version}-{last.version}",
            fact.on,
            fact.TOPIC,
            values if nested else "; ".join(f"{name}={_words(value)}" for name, value in values.items()),
            first.version not in gone,
            first.stamp.timestamp,
            first.stamp.by,
        )


def _gone(recorded: Sequence[Recorded]) -> set[int]:
    """The versions that have been retracted, corrections and retractions included."""
    gone: set[int] = set()
    for item in reversed(recorded):
        if isinstance(item.fact, FactRetracted) and item.version not in gone:
            gone.add(item.fact.retracts)
    return gone


def _words(value: Any) -> str:
    return " ".join(f"{name}={_words(each)}" for name, each in value.items()) if isinstance(value, dict) else str(value)


@municipality.command("correct", short_help="Put right a recorded fact of a municipality's own.")
@argument_code
@version
@click.option(
    "--set",
    "pairs",
    multiple=True,
    required=True,
    metavar="FIELD=VALUE",
    help="The right value of a field, such as percent=60; an empty value empties the field.",
)
@option_reason
@option_command
def correct(code: str, version: int, pairs: tuple[str, ...], reason: str, command: str | None) -> None:
    """Put right a recorded fact; the fact with VERSION stays in the log, and so does the correction.

    Anonymous answers cannot be corrected. Prints the stream and the version of the correction.
    """
    texts = pairs_from(pairs)
    with opened() as app:
        from tracker import municipality as own

        recorded = app.journey(own.stream_of(app, code)).recorded
        cls = type(recorded[version - 1].fact) if version <= len(recorded) else FactCorrected
        plain = cls in (FactCorrected, FactRetracted)
        values = texts if plain else values_from(cls, pairs)
        _tell(own.correct(app, code, version, values, reason, author(app), command=command))


@municipality.command("retract", short_help="Take back a recorded fact of a municipality's own.")
@argument_code
@version
@option_reason
@click.option("--with-dependants", is_flag=True, help="Take back a survey round together with its answers.")
@option_command
def retract(code: str, version: int, reason: str, with_dependants: bool, command: str | None) -> None:
    """Take back a recorded fact, correction or retraction; what was known before stays in the log.

    Prints the stream and the version of each retraction.
    """
    with opened() as app:
        from tracker import municipality as own

        _tell(own.retract(app, code, version, reason, author(app), with_dependants=with_dependants, command=command))


municipality.add_command(
    click.Command(
        "register",
        callback=_register,
        params=options_of(MunicipalityRegistered),
        help=f"{meaning(MunicipalityRegistered)}\n\nPrints the id of its stream.",
        short_help="Register a municipality; prints the id of its stream.",
    )
)
municipality.add_command(
    click.Command(
        "adopt-norms",
        callback=_adopt_norms,
        params=[
            click.Argument(["code"], metavar="MUNICIPALITY"),
            *options_of(NormSetAdopted),
            *_adopt_norms.__click_params__,  # type: ignore[attr-defined]
        ],
        help=f"{meaning(NormSetAdopted)}\n\nMUNICIPALITY is its code. default 1 comes with the tracker; own norms are "
        "files in the folder norms of the data folder. Prints the stream and the version of the fact.",
        short_help="Adopt norms of expected progression.",
    )
)

COMMANDS: tuple[click.Command, ...] = (municipality,)
