"""Where the routes of figures are hung."""

from flask import Blueprint

pages = Blueprint("figures", __name__)
