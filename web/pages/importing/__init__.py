"""Import: a sheet sent in, its columns mapped, tried, confirmed, followed while it runs, and undone as a whole."""

from flask import Blueprint

pages = Blueprint("importing", __name__)

from web.pages.importing import mapping_routes as mapping_routes  # noqa: E402  # the routes need the blueprint
from web.pages.importing import routes as routes  # noqa: E402
