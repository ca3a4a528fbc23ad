"""What figures on pages stand on: columns kept warm between requests, and figures safe for few people.

Pages show figures after the same disclosure control as ``tracker indicators``, checked against everything that was
released before. Looking at a page is steering inside the municipality: it is no release, and is not written into the
ledger. A download leaves the house: it is a release, and is written down before the file is given (see ``releasing``).
Views that are exact, as ``tracker trajectory`` is, are shown only to those who may open the people behind them anyway,
and say that they are not for publication.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import TooThinToPublish, protected
from tracker.indicators.frames import Frames, load
from tracker.indicators.municipalities import Publish
from tracker.indicators.pipeline import Question, Result, measured
from tracker.ledger import Ledger, Released
from web.desk import Desk

T = TypeVar("T")

FRAMES_KEPT, FIGURES_KEPT = 2, 512
LARGE = 20_000
"""Participants of an installation from which on pages may stand on what was known a moment ago."""
OLDEST = 60.0
"""Seconds that such a page may lag; it says as known when."""


@dataclass(frozen=True)
class _Key:
    home: str
    position: int
    known_on: date
    erased: int


class _Kept:
    """What was worked out before, the least recently used thrown away."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Threads that ask for the same at once may both work it out; the answer is the same."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                kept: T = self._found[key]
                return kept
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


_frames = _Kept(FRAMES_KEPT)
_figures = _Kept(FIGURES_KEPT)
_newest: dict[str, tuple[float, int, Frames]] = {}
"""Data folder -> when, with how many people erased, and what was read then."""


def frames_of(desk: Desk, known: str = "") -> Frames:
    """The columns as known at a moment; the same ones as long as nothing was recorded since.

    :param known: ISO date or ``@POSITION``; empty = now
    :raises tracker.readmodel.follow.UnknownMoment: it is neither
    """
    model, home = desk.app.read_model, str(desk.app.settings.home)
    if not known:
        at, erased, lagging = _newest.get(home, (0.0, 0, None))
        fresh = monotonic() - at < OLDEST and erased == _erased(desk)
        if lagging is not None and fresh and lagging.known_on == desk.today():
            return lagging
    position, until = model.basis_of(known, desk.today()) if known else (model.caught_up(), desk.today())
    key = _key(desk, home, position, until)
    found = _frames.get(key, lambda: load(model, position, desk.today(), until=until))
    if not known and found.people("participant").height >= LARGE:
        _newest[home] = (monotonic(), key.erased, found)
    return found


def _erased(desk: Desk) -> int:
    return int(desk.app.read_model.database.execute("SELECT COUNT(*) FROM erased").fetchone()[0])


def _key(desk: Desk, home: str, position: int, known_on: date) -> _Key:
    # A rebuilt read model is another file with the same positions.
    return _Key(f"{home}/{desk.app.read_model.name}", position, known_on, _erased(desk))


def kept(desk: Desk, frames: Frames, about: Hashable, make: Callable[[], T]) -> T:
    """What is worked out of frames, kept with them."""
    key = _key(desk, str(desk.app.settings.home), frames.position, frames.known_on)
    return _figures.get((key, about), make)


class Looking(Ledger):
    """The ledger as pages look at it: everything in it is held against, and nothing is added."""

    def write(self, released: Iterable[Released], by: str, at: datetime, after: int) -> bool:
        """Nothing is written: looking is no release."""
        del released, by, at, after
        return True


def shown(desk: Desk, frames: Frames, asked: Sequence[tuple[Indicator, Question]]) -> list[Result | None]:
    """Figures of a page, safe for few people; None where what was released before leaves no way to show any."""
    ledger = Looking(desk.app.settings)
    try:
        newest = ledger.newest()
        about = ("shown", newest, tuple((one.name, question) for one, question in asked))
        return kept(desk, frames, about, lambda: _shown(desk, frames, asked, ledger))
    finally:
        ledger.close()


def _shown(
    desk: Desk, frames: Frames, asked: Sequence[tuple[Indicator, Question]], ledger: Looking
) -> list[Result | None]:
    results = [exact(desk, frames, one, question) for one, question in asked]
    try:
        return [*protected(results, ledger)]
    except TooThinToPublish:
        return [_alone(result, ledger) for result in results]


def _alone(result: Result, ledger: Looking) -> Result | None:
    try:
        return protected([result], ledger)[0]
    except TooThinToPublish:
        return None


def exact(desk: Desk, frames: Frames, one: Indicator, question: Question) -> Result:
    """Figures as they are: never to be shown as such."""
    return kept(desk, frames, ("exact", one.name, question), lambda: measured(frames, one, question))


def released(desk: Desk, by: str, results: Sequence[Result]) -> list[Result]:
    """Figures that leave the house, written into the ledger of releases before they do.

    :raises TooThinToPublish: what was released before leaves no way to protect the figures
    """
    ledger = Ledger(desk.app.settings)
    try:
        return [*protected(results, ledger, by=by, at=desk.app.clock())]
    finally:
        ledger.close()


def compared(desk: Desk, frames: Frames, about: Hashable, make: Callable[[Publish], T]) -> T:
    """What is made of figures after disclosure control, for a page: no release.

    :raises TooThinToPublish: what was released before leaves no way to protect them
    """
    ledger = Looking(desk.app.settings)
    try:
        key = ("compared", ledger.newest(), about)
        return kept(desk, frames, key, lambda: make(lambda results: protected(results, ledger)))
    finally:
        ledger.close()
