"""The catalogue: every indicator by its id, in every version that it ever had."""

from collections.abc import Iterable, Mapping

from tracker.errors import Refusal
from tracker.indicators import capacity, economic, experienced, political, quality, robustness, social
from tracker.indicators.definition import Indicator

_DIMENSIONS: tuple[Iterable[Indicator], ...] = (
    capacity.INDICATORS,
    economic.INDICATORS,
    political.INDICATORS,
    social.INDICATORS,
    experienced.INDICATORS,
    quality.INDICATORS,
    robustness.INDICATORS,
)
VERSIONS: Mapping[str, Mapping[int, Indicator]] = {
    id: {one.version: one for group in _DIMENSIONS for one in group if one.id == id}
    for group in _DIMENSIONS
    for id in sorted({one.id for one in group}, key=lambda id: int(id[1:]))
}
CATALOGUE: Mapping[str, Indicator] = {id: versions[max(versions)] for id, versions in VERSIONS.items()}
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
        raise UnknownIndicator(f"no indicator {name!r}; there are {', '.join(CATALOGUE)}")
    if "@" not in name:
        return versions[max(versions)]
    if not (version.isascii() and version.isdigit()) or int(version) not in versions:
        known = ", ".join(f"{id.upper()}@{number}" for number in sorted(versions))
        raise UnknownIndicator(f"{id.upper()} has no version {version!r}; there are {known}")
    return versions[int(version)]
