"""A release: results of one command as they may be published, checked against each other and against earlier ones."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from tracker.indicators.disclosure.protecting import EXACT_IN_ALL
from tracker.indicators.disclosure.published import Published, about_of, published_of, released_of
from tracker.indicators.disclosure.together import published_together
from tracker.indicators.disclosure.year_by_year import in_one, parts_of, parts_released
from tracker.indicators.figures import each_text_once
from tracker.indicators.pipeline import Result
from tracker.ledger import LEFT_OUT, OTHER_YEARS, WITHOUT_CONTROL, About, Ledger, ReasonNeeded, Released

TRIES = 20


def protected(
    results: Sequence[Result], ledger: Ledger | None = None, by: str = "unknown", at: datetime | None = None
) -> list[Published]:
    """The results of one command without what would tell of few people; zero is shown.

    Hidden figures lose count, share and interval, and n where that is hidden too; ``shown`` says so. A question that
    has been answered at the same position before gets the same answer. With a ledger the release is written down
    before this returns, so that nothing is ever shown that later releases are not checked against.

    :param by: who publishes
    :raises TooThinToPublish: what was published before leaves no way to protect the figures of everybody
    """
    for _ in range(TRIES):
        newest = 0 if ledger is None else ledger.newest()
        found = _checked(results, ledger)
        if ledger is None or ledger.write([released_of(one) for one in found], by, at or datetime.now(UTC), newest):
            return found
    raise AssertionError(f"{TRIES} other releases came in between, one after the other")


def turned_off(
    results: Sequence[Result], by: str, reason: str, ledger: Ledger, at: datetime | None = None
) -> list[Published]:
    """The results as they are, with who answers for it and why on each; written into the ledger.

    :raises tracker.ledger.NotPermitted: the user has no permission to publish without disclosure control
    :raises ReasonNeeded: no reason is given
    """
    ledger.require(by, WITHOUT_CONTROL)
    if not reason.strip():
        raise ReasonNeeded("publishing without disclosure control needs a reason; it stands on the figures")
    found = [published_of(result, without_disclosure_control=f"{by}: {reason.strip()}") for result in results]
    for _ in range(TRIES):
        if ledger.write([released_of(one) for one in found], by, at or datetime.now(UTC), ledger.newest()):
            return found
    raise AssertionError(f"{TRIES} other releases came in between, one after the other")


def _as_counted(release: Released) -> Released:
    """A release with its texts kept as those of figures that have just been counted."""
    return release.told_as(each_text_once)


def _earlier(ledger: Ledger, abouts: Collection[About]) -> list[Released]:
    """What was released of these people, and what may tell of them; of each the newest first."""
    found = [part for each in [*ledger.of(abouts), *ledger.related(abouts)] for part in parts_released(each)]
    return [*map(_as_counted, found)]


def _checked(results: Sequence[Result], ledger: Ledger | None) -> list[Published]:
    parts = [parts_of(result) for result in results]
    checked = iter(_checked_by_itself([part for those in parts for part in those], ledger))
    return [in_one(result, [next(checked) for _ in those]) for result, those in zip(results, parts, strict=True)]


def _checked_by_itself(results: Sequence[Result], ledger: Ledger | None) -> list[Published]:
    earlier = [] if ledger is None else _earlier(ledger, {about_of(result) for result in results})
    answered = {one.question: one for one in reversed(earlier)}
    found: dict[int, Published] = {}
    together: dict[tuple[Any, ...], list[int]] = {}
    for number, result in enumerate(results):
        before = answered.get(released_of(result).question)
        # A year that was told among all there are has no three years beside it.
        if before is not None and (before.pooled is None) == (result.pooled is None):
            found[number] = published_of(
                result,
                figures=before.figures,
                pooled=before.pooled,
                earlier=before.earlier,
                left_out=LEFT_OUT in before.notes,
                other_years=OTHER_YEARS in before.notes,
            )
        elif not result.available:
            found[number] = published_of(result)
        else:
            frames = result.frames
            key = (
                str(result.cohort),
                result.by,
                result.municipality,
                result.denominator,
                frames.position,
                frames.known_on,
            )
            together.setdefault(key, []).append(number)
    known = [released_of(one) for one in found.values() if one.available] + earlier
    for numbers in sorted(together.values(), key=lambda each: len(results[each[0]].by)):
        own = [results[number] for number in numbers]
        chosen = published_together(own, known, EXACT_IN_ALL // len(together))
        found.update(zip(numbers, chosen, strict=True))
        known = [released_of(one) for one in chosen] + known
    return [found[number] for number in range(len(results))]
