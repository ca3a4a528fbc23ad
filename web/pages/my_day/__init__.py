"""My day: what is due, of whom and why; its outcome logged in place; search; the calendar feed."""

from web.pages.my_day import calendar, lists, outcome, page, search
from web.pages.my_day.blueprint import pages

__all__ = ["calendar", "lists", "outcome", "page", "pages", "search"]
