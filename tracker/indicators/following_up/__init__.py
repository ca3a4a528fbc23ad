"""Follow-up: contracts and what was agreed in them, conversations, contact and advisors."""

from tracker.indicators.following_up import bound, contact

INDICATORS = (*bound.INDICATORS, *contact.INDICATORS)
