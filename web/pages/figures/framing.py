"""What all pages of figures share: what is asked, whom it may be told, and the addresses of the others."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, request, url_for

from tracker.indicators.catalogue import UnknownIndicator, indicator
from tracker.indicators.definition import Indicator
from tracker.indicators.frames import Frames
from tracker.readmodel.follow import UnknownMoment
from web import wording
from web.auth.gate import account, desk
from web.pages.figures import releasing, standing, words
from web.pages.figures.asking import ONLY, Asked, NotYourMunicipality, asked, axes_of, breakdowns_of
from web.pages.figures.asking import municipalities as own_municipalities


def asked_here(measured: Indicator | None = None) -> tuple[Asked, Frames]:
    """What is asked, and what it stands on; a moment that makes no sense is told as a problem."""
    try:
        about = asked(request.args, account(), desk().today(), measured)
    except NotYourMunicipality:
        abort(403)
    try:
        return about, standing.frames_of(desk(), about.known)
    except UnknownMoment:
        said = (*about.problems, ("known", wording.text("Write a day, such as 30.06.2024.")))
        return about.without_moment(said), standing.frames_of(desk())


def frame(about: Asked, frames: Frames, measured: Indicator | None = None) -> dict[str, Any]:
    """What every page of figures shows: what is asked, and what it stands on."""
    return {
        "asked": about,
        "frames": frames,
        "measured": measured,
        "axes": [(axis, wording.words(words.AXES[axis])) for axis in axes_of(measured)],
        "municipalities": [(code, _called(frames, code)) for code in own_municipalities(account())],
        "municipality": _called(frames, about.municipality),
        "only": [(name, wording.words(words.BREAKDOWNS[name]), _values(name, values)) for name, values in ONLY.items()],
        "breakdowns": [(name, wording.words(words.BREAKDOWNS[name])) for name in breakdowns_of(measured)],
        "known_words": about.known if about.known.startswith("@") else wording.day(about.known),
        "to": _addresses(about),
        "words": words,
        "picked": [words.group(name, value) for name, value in about.only.items()],
    }


def _called(frames: Frames, code: str) -> str:
    """A municipality with its name, where it has told one."""
    told = frames.municipalities.filter(frames.municipalities["municipality"] == code)
    name = told["name"][0] if told.height else None
    return f"{name} ({code})" if name else code


def _values(name: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, words.group(name, value)) for value in values]


def addressed(about: Asked, **changed: str) -> dict[str, Any]:
    """What stands in the address of a page about the same."""
    return {**about.address(**changed)}


def _addresses(about: Asked) -> Callable[..., str]:
    """A function for the address of another page about the same."""

    def to(endpoint: str, axis: str = "", **values: Any) -> str:
        return url_for(endpoint, **values, **addressed(about, **({"axis": axis} if axis else {})))

    return to


def files(
    endpoint: str, about: Asked, formats: Sequence[str] = releasing.FORMATS, **values: Any
) -> list[tuple[str, str]]:
    """(format, address) of the files that can be had; none where the account may not release figures."""
    if not may_release(about):
        return []
    return [(format, url_for(endpoint, format=format, **values, **addressed(about))) for format in formats]


def may_release(about: Asked) -> bool:
    """Whether the account may release figures of the municipality."""
    return about.municipality in account().where("figures-export")


def indicator_here(id: str) -> Indicator:
    """The indicator of the address; there is nothing here where there is none."""
    try:
        return indicator(id)
    except UnknownIndicator:
        abort(404)
