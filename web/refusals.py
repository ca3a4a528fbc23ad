"""Refusals in the language of who reads them: what cannot be, and what to do, by their permanent codes."""

from tracker.errors import Refusal
from web import wording


def told(refusal: Refusal) -> str:
    """What a refusal says. In English it has the values, too; elsewhere the catalogue has words for its code."""
    return wording.refusal(refusal.code) or _sentence(str(refusal))


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?")) else ".")
