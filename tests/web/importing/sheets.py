"""Sheets as a municipality keeps them; the people in them were never born."""

import time
from pathlib import Path

from flask.testing import FlaskClient

from tests.web.conftest import Site

GOOD = """Nr;Bosatt;Kjønn;Programstart;Norskprøve;Merknad
N-1;01.03.2024;K;15.04.2024;A1;ok
N-2;05.03.2024;M;02.05.2024;A2;
N-3;11.03.2024;K;;;
"""
BAD = """Nr;Bosatt;Kjønn;Programstart
N-1;01.03.2024;K;31.02.2024
N-2;i fjor;M;02.05.2024
N-3;11.03.2024;X;
"""
PROFILE = """[sheet]
kind = "participants"
references = "visma"
participant = "Nr"
[participant]
municipality = "9901"
settled_on = { column = "Bosatt" }
gender = { column = "Kjønn", map = { K = "female", M = "male" } }
[[facts]]
fact = "programme-started"
on = { column = "Programstart" }
"""


def keep_profile(site: Site, content: str = PROFILE, name: str = "deltakere") -> None:
    from tracker.importing import profiles

    profiles.keep(site.desks.settings.home, name, content)


def sent(client: FlaskClient, content: str, name: str = "liste.csv", profile: str = "deltakere") -> str:
    """Send a sheet in; where it is told what becomes of it."""
    import io

    answer = client.post(
        "/import",
        data={"sheet": (io.BytesIO(content.encode()), name), "profile": profile, "municipality": "9901"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def settled(client: FlaskClient, address: str) -> str:
    """The page of a job when nobody is at work on it any more."""
    for _ in range(200):
        page = client.get(address).text
        if "<progress" not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def uploads(site: Site) -> list[Path]:
    folder = site.desks.settings.home / "uploads"
    return list(folder.glob("*")) if folder.exists() else []
