"""The blueprint that the routes of contracts are added to."""

from flask import Blueprint

pages = Blueprint("contracts", __name__)
