"""My day: what is due, of whom and why; its outcome logged in place; search; the calendar feed."""

from web.pages.my_day import calendar, outcome, page, search
from web.pages.my_day.blueprint import pages

__all__ = ["calendar", "outcome", "page", "pages", "search"]
