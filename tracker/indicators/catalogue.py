"""The catalogue: every indicator by its id, in every version that it ever had."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module

from tracker.errors import Refusal
from tracker.indicators.definition import Indicator

_PACKAGES = {
    "K": "capacity",
    "E": "economic",
    "P": "political",
    "S": "social",
    "O": "experienced",
    "Q": "quality",
    "F": "following_up",
    "R": "robustness",
}
"""Dimension, the letter that its ids begin with -> where it is defined; imported when one of them is asked for."""


@cache
def _of(dimension: str) -> Mapping[str, Mapping[int, Indicator]]:
    """The indicators of a dimension in all their versions, by the number in their ids."""
    defined: Iterable[Indicator] = import_module(f"tracker.indicators.{_PACKAGES[dimension]}").INDICATORS
    found: dict[str, dict[int, Indicator]] = {}
    for one in sorted(defined, key=lambda one: int(one.id[1:])):
        found.setdefault(one.id, {})[one.version] = one
    return found


class _Versions(Mapping[str, Mapping[int, Indicator]]):
    def __getitem__(self, id: str) -> Mapping[int, Indicator]:
        return _of(id[:1])[id]

    def __iter__(self) -> Iterator[str]:
        return (id for dimension in _PACKAGES for id in _of(dimension))

    def __len__(self) -> int:
        return sum(len(_of(dimension)) for dimension in _PACKAGES)


class _Newest(Mapping[str, Indicator]):
    def __getitem__(self, id: str) -> Indicator:
        versions = VERSIONS[id]
        return versions[max(versions)]

    def __iter__(self) -> Iterator[str]:
        return iter(VERSIONS)

    def __len__(self) -> int:
        return len(VERSIONS)


VERSIONS: Mapping[str, Mapping[int, Indicator]] = _Versions()
CATALOGUE: Mapping[str, Indicator] = _Newest()
"""The newest version of each indicator."""


class UnknownIndicator(Refusal):
    """There is no indicator with this id, or none in this version."""

    code = "unknown-indicator"


def indicator(name: str) -> Indicator:
    """The indicator with this id, in its newest version, or in the one named: ``E3@1``.

    :raises UnknownIndicator: there is none
    """
    id, _, version = name.strip().partition("@")
    versions = VERSIONS.get(id.upper())
    if versions is None:
        raise UnknownIndicator(
            f"no indicator {name!r}; there are {', '.join(CATALOGUE)}", given=name, known=", ".join(CATALOGUE)
        )
    if "@" not in name:
        return versions[max(versions)]
    if not (version.isascii() and version.isdigit()) or int(version) not in versions:
        known = ", ".join(f"{id.upper()}@{number}" for number in sorted(versions))
        raise UnknownIndicator(
            f"{id.upper()} has no version {version!r}; there are {known}",
            about="version",
            indicator=id.upper(),
            given=version,
            known=known,
        )
    return versions[int(version)]
