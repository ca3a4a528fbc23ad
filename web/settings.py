"""How the pages are served."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WebSettings:
    """How the pages are served.

    :ivar https: browsers reach them through HTTPS alone, so that cookies are sent over nothing else
    :ivar proxies: how many reverse proxies stand before them, whose word about address and protocol is taken
    :ivar demo: the people are simulated: the sign-in page shows the accounts and their password
    :ivar limits: how often one may try to sign in and write is limited
    """

    https: bool = False
    proxies: int = 0
    demo: bool = False
    limits: bool = True
