"""A result held against earlier releases: what they told of its people, and what of it they leave no way to tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.indicators.disclosure.as_asked import as_asked, of_the_same_day
from tracker.indicators.disclosure.differing import Known, known_of, latest, subtracted
from tracker.indicators.disclosure.masking import Mask
from tracker.indicators.disclosure.near import groups_too_near, on_another_axis_too_near
from tracker.indicators.disclosure.published import about_of
from tracker.indicators.disclosure.tables import Counted, Flags, Group, Key, Places, counted_at, keys_of, places
from tracker.indicators.disclosure.years import Told, held_against, told_of
from tracker.indicators.pipeline import Result
from tracker.ledger import About, Released


@dataclass(frozen=True, eq=False)
class Held:
    """A result held against earlier releases.

    :ivar groups: those of the table it is protected in
    :ivar keys: its figures
    :ivar at: the place of each row of its figures
    :ivar today: its numbers
    :ivar earlier: what was told of the same people, the newest first
    :ivar years: what was told of other years
    :ivar known: what that means for its figures
    :ivar stay: figures that earlier releases leave no way to tell
    :ivar too_near: groups of it are all but a few of groups that were published
    :ivar absence_tells: no group may be named, since one that is not would tell of others
    :ivar beside: something was told of other years, or of more or fewer people
    """

    result: Result
    groups: tuple[Group, ...]
    keys: tuple[Key, ...]
    at: Places
    today: Counted
    earlier: tuple[Released, ...]
    years: Told
    known: Known
    stay: Flags
    too_near: bool
    absence_tells: bool
    beside: bool

    @classmethod
    def against(cls, earlier: Sequence[Released], result: Result, groups: tuple[Group, ...]) -> "Held":
        """A result held against these releases, the newest first.

        :raises tracker.indicators.disclosure.near.TooNearAnother: its people are all but a few of those of another one
        """
        by, about, keys = result.by, about_of(result), keys_of(result)
        known_on = result.frames.known_on
        related = [of_the_same_day(each, about, known_on) for each in earlier if each.about.is_related(about)]
        told = [part for each in related for part in as_asked(each, about, by)]
        too_near = groups_too_near(result, about, related, told)
        too_near |= on_another_axis_too_near(result, about, earlier)
        own = tuple(each for each in told if each.about == about)
        at = places(result.figures, by, groups, keys)
        today = counted_at(at, result.figures, groups, keys)
        years = told_of(result, about, told, groups, keys)
        before = known_of(latest(own, by, result.figures.schema), by, groups, today)
        known = held_against(before, years.risk(today), years.known(today))
        others = [told_of(result, about, each, groups, keys) for each in _of_more_or_fewer(related, about)]
        for each in others:
            known = held_against(known, each.near(today))
        stay: Flags = known.stay_hidden | known.changed
        for release in own:
            common = tuple(name for name in by if name in release.by)
            if common and release.by != by:
                stay |= subtracted(release, by, groups, today, common)
            if release.among and release.by:
                # What is told of everybody here was told of nobody there.
                left = subtracted(release, by, groups, today, ())
                stay |= left
                known.people_changed[0] |= left[0]
        absence_tells = years.absence_tells(today)
        beside = any(each.heard for each in (years, *others))
        return cls(result, groups, keys, at, today, own, years, known, stay, too_near, absence_tells, beside)

    def hidden(self, mask: Mask, known: Known | None = None) -> Mask:
        """A mask with what earlier releases hide; beside other people no group is told where everybody is not.

        :param known: what is known of the figures, where they are not those of the result itself
        """
        mask = _with_changed(mask, known or self.known)
        return mask.below_everybody() if self.beside else mask


def _of_more_or_fewer(earlier: Sequence[Released], about: About) -> Iterator[list[Released]]:
    """What was told of all, for a municipality, and of each municipality for all: as if it were of these people."""
    for municipality in dict.fromkeys(each.about.municipality for each in earlier):
        if municipality != about.municipality and None in (municipality, about.municipality):
            yield [
                replace(each, about=replace(each.about, municipality=about.municipality), among=True, whole=False)
                for each in earlier
                if each.about.municipality == municipality
            ]


def _with_changed(mask: Mask, known: Known) -> Mask:
    """Nothing new of figures whose people, or those counted among them, have changed a little."""
    n = known.people_changed
    counted = n | known.changed
    unknown = counted | known.unknown_changed
    return Mask(mask.n | n, mask.counted | counted, mask.unknown | unknown, mask.value | counted)
