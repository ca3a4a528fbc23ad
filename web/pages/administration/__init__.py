"""Administration: accounts and their roles, what a municipality decided for itself, rules and reference tables."""

from flask import Blueprint

pages = Blueprint("administration", __name__, url_prefix="/administration")

from web.pages.administration import accounts, decisions, rules, tables  # noqa: E402, F401  # they put their routes on it
