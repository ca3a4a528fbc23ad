"""Logging in a journey: a milestone, a correction, a retraction; each from the place where it is seen."""

from web.pages.logging import amending, milestone
from web.pages.logging.blueprint import pages

__all__ = ["amending", "milestone", "pages"]
