"""Disclosure control: the single exit to publication, where small groups are hidden and cannot be worked out."""

from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.disclosure.release import NOT_COVERED, Published, protected, turned_off
from tracker.indicators.hiding import TooThinToPublish

__all__ = ["NOT_COVERED", "SMALLEST_GROUP", "Published", "TooThinToPublish", "protected", "turned_off"]
