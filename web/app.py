"""The application: pages, sign-in and their safety put together around one installation."""

import secrets
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from jinja2.runtime import Context
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.catalogues import catalogue
from tracker.storage import make_file
from tracker.wording import LANGUAGES, NAMES
from web import failures, navigation, paths, wording
from web.addresses import url_for
from web.auth import gate
from web.auth.accounts import Account
from web.auth.limits import limiter
from web.auth.roles import TITLES
from web.desk import Desks
from web.headers import add_headers
from web.pages import BLUEPRINTS
from web.settings import WebSettings

COOKIE = "tracker"
UPLOAD = 32 * 1024 * 1024
"""Bytes of a request: a sheet of some 100,000 rows."""

csrf = CSRFProtect()


def create_app(desks: Desks, settings: WebSettings | None = None) -> Flask:
    """The web application of an installation.

    :param desks: what requests work with
    :param settings: how it is served; left out, on this machine alone
    """
    chosen = settings or WebSettings()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=_secret(desks.settings.home / "web.key"),
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if chosen.https else COOKIE,
        SESSION_COOKIE_SECURE=chosen.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=10),
        MAX_CONTENT_LENGTH=UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=chosen.https,
        RATELIMIT_ENABLED=chosen.limits,
        RATELIMIT_STORAGE_URI="memory://",
        RATELIMIT_HEADERS_ENABLED=True,
        DEMO=chosen.demo,
        DESKS=desks,
    )
    if chosen.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=chosen.proxies
        )
    add_headers(app)
    _speak(app)
    gate.stand_guard(app, desks)
    csrf.init_app(app)
    limiter.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    failures.handle(app)
    _equip_templates(app)
    return app


def _secret(path: Path) -> bytes:
    """What the cookies of this installation are signed with; the same for all its processes."""
    make_file(path)
    found = path.read_bytes()
    if len(found) < 32:
        found = secrets.token_bytes(32)
        path.write_bytes(found)
    return found


def _speak(app: Flask) -> None:
    """Tell which language a request is answered in: as chosen in this browser, else as the browser asks.

    Who is signed in and has chosen none in this browser gets that of the account.
    """

    @app.before_request
    def _language() -> None:
        g.language = wording.chosen_language(request.cookies.get(gate.LANGUAGE), request.headers.get("Accept-Language"))


class _Context(Context):
    """What a template is filled with, let go at the end of the request.

    A macro holds its template's context and is held by it: all that a page was made of would wait for the collector of
    such rings, which stops every thread when it comes.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        g.setdefault("contexts", []).append(self)


def _equip_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.context_class = _Context
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(day=wording.day, moment=wording.moment, shown=wording.shown, defined=wording.defined)
    environment.globals.update(
        _=wording.safe_text,
        _n=wording.safe_plural,
        asset=_asset(app),
        url_for=url_for,
        languages={code: NAMES[code] for code in LANGUAGES},
        demo=app.config["DEMO"],
        called=paths.called,
        role_titles=TITLES,
        party_title=lambda party: catalogue(wording.language()).find("value", party),
    )

    @app.teardown_request
    def _let_go(_: BaseException | None) -> None:
        for context in g.pop("contexts", ()):
            context.vars.clear()

    @app.context_processor
    def _of_the_request() -> dict[str, Any]:
        who: Account | None = g.get("account")
        return {
            "language": wording.language(),
            "account": who,
            "navigation": navigation.entries(app, who),
            "by_htmx": bool(request.headers.get("HX-Request")),
            "signed_in": gate.SESSION in session,
        }


def _asset(app: Flask) -> Any:
    """A function for the address of a file of pages, which changes with what is in it."""
    digests: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in digests or app.debug:
            path = Path(app.static_folder or "") / name
            digests[name] = sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
        return url_for("static", filename=name, v=digests[name])

    return asset
