"""Names of steps and duties of contracts, in the language of who reads them."""

from collections.abc import Mapping

from flask import g

from tracker.contracts import paths
from tracker.contracts.paths import PathNotValid
from tracker.wording import Wording
from web import wording
from web.auth.gate import desk


def called(name: str) -> str:
    """What a step or a duty is called; a name that no path template has stays as it was written."""
    found = _titles().get(name)
    return name if found is None else found.to(wording.language())


def _titles() -> Mapping[str, Wording]:
    """Read once a request; an own file that cannot be used is told of where a contract is drafted."""
    if "titles_of_paths" not in g:
        try:
            g.titles_of_paths = paths.titles(desk().app.settings.home)
        except PathNotValid:
            g.titles_of_paths = paths.titles()
    found: Mapping[str, Wording] = g.titles_of_paths
    return found
