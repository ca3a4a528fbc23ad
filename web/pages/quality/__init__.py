"""Data quality: what to put right before figures are trusted, kind by kind, and the people it is about."""

from flask import Blueprint

pages = Blueprint("quality", __name__)

from web.pages.quality import routes as routes  # noqa: E402  # the routes need the blueprint
