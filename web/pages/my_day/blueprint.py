"""The blueprint that the routes of the day are added to."""

from flask import Blueprint

pages = Blueprint("my_day", __name__)
