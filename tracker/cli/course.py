"""A participant's course against the municipality's norms, from the command line."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.journeys import option_at
from tracker.cli.options import participant
from tracker.cli.session import emit, emit_json, not_for_publication, opened, option_known_at, position_at, printable
from tracker.journey import OSLO

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.course.steps import Step
    from tracker.course.verdict import Course

WORDS = {
    "reached-in-time": "reached in time",
    "reached-late": "reached late",
    "not-yet-due": "not yet due",
    "due": "due",
    "overdue": "later than typical",
}
WITHOUT_VERDICT = {
    "missing-baseline": "no verdict: not recorded: {missing}",
    "no-norm-set": "no verdict: municipality {municipality} had adopted no norm set by {judged_on}",
    "not-for-rule-set": "no verdict: {reasons}",
    "not-started": "no verdict: no programme had started by {judged_on}",
    "out-of-scope": "no verdict: out of scope ({reasons})",
}


@click.command(short_help="A participant's milestones against what is typical for track and goal.")
@participant
@option_at
@option_known_at
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def course(participant: str, at: date | None, known_at: str | None, format: str) -> None:
    """Show which milestones a participant has reached, and which are due or later than typical.

    The norms are those that the municipality of residence had adopted by the day; without any there is no verdict.
    They tell what is typical, and decide nothing.
    """
    with opened() as app:
        from tracker.course.asking import course as course_of

        found = app.find(participant)
        app.journey(found)
        position = position_at(app, known_at)
        told = course_of(app, found, at or app.clock().astimezone(OSLO).date(), position)
        not_for_publication()
        if format == "json":
            emit_json(_as_json(found, told, position))
            return
        for line in _as_text(found, told, position):
            click.echo(printable(line))
        if told.steps:
            click.echo()
            emit(
                [_row(step) for step in told.steps],
                ("milestone", "state", "typical_from", "late_from", "reached", "counts", "months", "why"),
            )


def _verdict(told: "Course") -> str:
    if told.on_course is None:
        return WITHOUT_VERDICT[told.outcome].format(
            missing=", ".join(told.missing),
            municipality=told.municipality or "unknown",
            judged_on=told.judged_on,
            reasons=", ".join(told.reasons),
        )
    if told.on_course:
        return "on expected course"
    return f"later than typical: {'; '.join(step.title for step in told.overdue)}"


def _as_text(participant: "UUID", told: "Course", position: int) -> Iterator[str]:
    yield f"participant  {participant}"
    yield f"as it was on {told.at}, as known at @{position}"
    yield f"verdict      {_verdict(told)}"
    if told.ended_on is not None:
        yield f"             as on {told.ended_on}, the last day in the programme"
    if told.on_course is not None:
        yield f"             norms 25 % shorter: {_firm(told.if_shorter)}; 25 % longer: {_firm(told.if_longer)}"
    if told.norm_set is not None:
        yield f"norm set     {told.norm_set}, adopted by municipality {told.municipality}"
    if told.track is not None:
        yield f"track        {told.track}, {'derived from schooling' if told.track_derived else 'assigned'}"
    if told.programme_start is not None:
        since = f"programme    since {told.programme_start}"
        if told.effective_months is not None:
            since += (
                f": {told.effective_months} whole effective months, {told.leave_days} days of approved leave left out"
            )
        yield since
    for goal in told.goals:
        until = f" until {goal.until}" if goal.until else ""
        reached = f", reached {goal.reached_on}" if goal.reached_on else ""
        source = f", told by {goal.told_by}" if goal.told_by != "unknown" else ""
        yield f"goal         {goal.goal}, from {goal.on}{until}, set by {goal.set_by}{source}{reached}"


def _firm(on_course: bool | None) -> str:
    return "on expected course" if on_course else "later than typical"


def _row(step: "Step") -> tuple[Any, ...]:
    goal = f" (earlier goal: {step.goal})" if step.goal else ""
    reached = str(step.reached_on) if step.reached_on else None
    why = "; ".join(step.reasons)
    basis = "source" if step.has_source else "proposal"
    return step.title + goal, WORDS[step.state], step.typical_on, step.late_on, reached, step.counts, basis, why


def _as_json(participant: "UUID", told: "Course", position: int) -> dict[str, Any]:
    plain = asdict(told)
    for step, kept in zip(plain["steps"], told.steps, strict=True):
        moment = kept.reached_on
        step["reached_on"] = str(moment) if moment else None
    return {"participant": str(participant), "known_at": position, "verdict": _verdict(told), **plain}


COMMANDS: tuple[click.Command, ...] = (course,)
