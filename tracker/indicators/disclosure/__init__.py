"""Disclosure control: the single exit to publication, where small groups are hidden and cannot be worked out."""

from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.disclosure.published import NOT_COVERED, OTHER_YEARS, Published
from tracker.indicators.disclosure.release import protected, turned_off
from tracker.indicators.hiding import TooThinToPublish

__all__ = ["NOT_COVERED", "OTHER_YEARS", "SMALLEST_GROUP", "Published", "TooThinToPublish", "protected", "turned_off"]
