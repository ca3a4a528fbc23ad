"""How often one may try: signing in by address and by name, writing by who is at work."""

from flask import g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN = "10 per minute; 100 per hour"
WRITES = "120 per minute"


def who_writes() -> str:
    """The user name of who is at work, else the address a request comes from."""
    account = g.get("account")
    return f"user {account.user}" if account is not None else f"address {get_remote_address()}"


def who_tries() -> str:
    """The user name that somebody tries to sign in with, so that guessing one account from many addresses is slow."""
    return f"name {request.form.get('user', '')[:40].casefold()}"


limiter = Limiter(
    key_func=who_writes,
    application_limits=[WRITES],
    application_limits_per_method=True,
    application_limits_exempt_when=lambda: request.method in ("GET", "HEAD", "OPTIONS"),
)
"""Counts in memory, which is enough for one process (waitress); several processes count apart."""
