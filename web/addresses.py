"""Addresses within the pages: where an endpoint and its values lead is worked out once, and remembered."""

from functools import lru_cache
from typing import Any

import flask
from flask import request

REMEMBERED = 1 << 13
"""Addresses of a page are some two hundred."""

_ASK_MORE = frozenset(("_anchor", "_external", "_method", "_scheme"))


def url_for(endpoint: str, **values: Any) -> str:
    """The same as :func:`flask.url_for`, for addresses within the pages.

    :param values: texts, whole numbers and ids; None leaves one out
    """
    if endpoint[0] == "." or not _ASK_MORE.isdisjoint(values):
        return flask.url_for(endpoint, **values)
    return _built(request.environ.get("SCRIPT_NAME", ""), endpoint, tuple(values.items()))


@lru_cache(maxsize=REMEMBERED, typed=True)
def _built(root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:  # noqa: ARG001  # it begins with the root
    return flask.url_for(endpoint, **dict(values))
