"""Reports for the council: made and frozen, listed, read again, and why a number changed between two of them."""

from flask import Blueprint

pages = Blueprint("reports", __name__)

from web.pages.reports import routes as routes  # noqa: E402  # the routes need the blueprint
from web.pages.reports import why_routes as why_routes  # noqa: E402
