"""The commands that the pages bring to the command line: serving them, and the accounts that may sign in."""

import logging

import click

from tracker.cli.session import emit, municipality_code, opened, progress, say
from tracker.settings import Settings
from tracker.wording import LANGUAGES, Language
from web.auth.roles import ROLES, Role

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command(short_help="Serve the pages.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Listen on this address.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Listen on this port.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Requests at a time.")
@click.option(
    "--behind-proxy",
    "proxies",
    default=0,
    type=click.IntRange(0, 5),
    metavar="NUMBER",
    help="So many reverse proxies stand before it and speak HTTPS with the browser.",
)
def serve(host: str, port: int, threads: int, proxies: int) -> None:
    """Serve the pages until interrupted, with the accounts of the data folder.

    Without --behind-proxy it listens on this machine alone. A simulated municipality has demo accounts, which the
    sign-in page names.
    """
    from waitress.server import create_server

    from tracker.demo.run import is_simulated
    from tracker.indicators.frames import load
    from web.app import create_app
    from web.assets import missing
    from web.demo_accounts import make_demo_accounts
    from web.desk import Desks
    from web.settings import WebSettings

    # A short queue is how a server works, and nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if host not in LOOPBACK and not proxies:
        raise click.UsageError(
            f"--host {host} would send passwords unprotected; put a reverse proxy that speaks HTTPS before it and say "
            "--behind-proxy 1"
        )
    if lacking := missing():
        say(f"the pages lack {', '.join(lacking)} and will look bare; make assets fetches them (it needs npm)")
    desks = Desks(Settings.from_environment())
    try:
        desks.bring_up_to_date(progress("folding"))
        # Else whoever asks for a figure first would wait for it without a word.
        desk = desks.mine()
        load(desk.app.read_model, desk.app.read_model.state(), desk.today(), progress("reading"))
        demo = is_simulated(desk.app)
        if demo:
            make_demo_accounts(desk)
        elif not desk.accounts.all():
            say("nobody can sign in yet; tracker user add makes the first account")
        application = create_app(desks, WebSettings(https=bool(proxies), proxies=proxies, demo=demo))
        server = create_server(
            application, host=host, port=port, threads=threads, ident=None, max_request_body_size=64 * 1024 * 1024
        )
        say(f"the pages are at http://{host}:{server.effective_port}/ - Ctrl+C stops them")
        server.run()
    finally:
        desks.close()


@click.group(short_help="Accounts that may sign in to the pages.")
def user() -> None:
    """Accounts that may sign in to the pages: add, list, change the password, disable."""


_option_password = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when left out, which keeps it out of the history of the shell.",
)


@user.command("add", short_help="Make an account.")
@click.argument("name_of_user", metavar="USER")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may do.")
@click.option("--municipality", required=True, metavar="CODE", callback=municipality_code, help="Where.")
@click.option("--about", default="", help="Of a teacher the class, of a partner the party or office.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@_option_password
def add(
    name_of_user: str, name: str, role: Role, municipality: str, about: str, language: Language, password: str
) -> None:
    """Make an account with one role; further roles are given by an administrator on the pages."""
    from contextlib import closing

    from tracker.storage import app_database
    from web.auth.accounts import Accounts, Grant

    with opened() as app, closing(app_database(app.settings.home)) as database:
        Accounts(database).make(
            name_of_user,
            name,
            password,
            [Grant(role, municipality, about)],
            app.clock(),
            app.settings.by,
            language=language,
        )
        say(f"{name_of_user} can sign in as {role} of {municipality}")


@user.command("list", short_help="Name the accounts.")
def list_accounts() -> None:
    """Name the accounts, their roles, and whether they are disabled."""
    from contextlib import closing

    from tracker.storage import app_database
    from web.auth.accounts import Accounts

    with opened() as app, closing(app_database(app.settings.home)) as database:
        emit(
            (
                (
                    one.user,
                    one.name,
                    ", ".join(" ".join(filter(None, grant)) for grant in one.grants),
                    "disabled" if one.disabled_at else "",
                )
                for one in Accounts(database).all()
            ),
            ("user", "name", "roles", "state"),
        )


@user.command("password", short_help="Set a new password, and sign out everywhere.")
@click.argument("name_of_user", metavar="USER")
@_option_password
def password(name_of_user: str, password: str) -> None:
    """Set a new password; every session of the account ends."""
    _change(name_of_user, password=password)


@user.command("disable", short_help="Let an account sign in no more.")
@click.argument("name_of_user", metavar="USER")
def disable(name_of_user: str) -> None:
    """Let an account sign in no more; every session of it ends. What it recorded stays."""
    _change(name_of_user, disabled=True)


def _change(name_of_user: str, *, password: str | None = None, disabled: bool | None = None) -> None:
    from contextlib import closing

    from tracker.storage import app_database
    from web.auth.accounts import Accounts
    from web.auth.sessions import Sessions

    with opened() as app, closing(app_database(app.settings.home)) as database:
        Accounts(database).change(name_of_user, app.clock(), password=password, disabled=disabled)
        ended = Sessions(database).end_all(name_of_user)
        say(f"done; {ended} sessions of {name_of_user} ended")


COMMANDS: tuple[click.Command, ...] = (serve, user)
