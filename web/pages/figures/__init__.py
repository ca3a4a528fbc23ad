"""Figures: the ladder from the official figure to graded ones, journeys over time, every indicator, and who is behind.

Everybody who may see figures sees those of their own municipality, after disclosure control (see ``standing``).
"""

from web.pages.figures import files, views
from web.pages.figures.blueprint import pages

__all__ = ["files", "pages", "views"]
