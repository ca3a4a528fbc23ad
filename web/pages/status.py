"""Where the installation stands: position of the log and of the read model, lag, last verification."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker.readmodel.tables import FOLD, SCHEMA
from web.auth.gate import desk, needs

pages = Blueprint("status", __name__)


@pages.get("/status")
@needs("status")
def page() -> ResponseReturnValue:
    """The figures of ``tracker status`` that say nothing of anybody."""
    app = desk().app
    model = app.read_model
    count = model.database.execute("SELECT COUNT(DISTINCT participant) FROM participants WHERE known_to IS NULL")
    verified = model.state("verified")
    return render_template(
        "status.html",
        facts=app.log_of_facts.count(),
        head=app.log_of_facts.head(),
        position=model.state(),
        lag=model.lag(),
        outdated=model.is_outdated,
        verified=verified,
        participants=int(count.fetchone()[0]),
        erased=int(model.database.execute("SELECT COUNT(*) FROM erased").fetchone()[0]),
        versions=(FOLD, SCHEMA),
        store=app.settings.events is None,
    )
