"""A command in a process of its own, and what came of it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.faults.processes import ROOT


class Outcome(NamedTuple):
    """How a command ended.

    :ivar message: the last line on stderr
    """

    code: int
    message: str
    told: str


def run(home: Path, *words: str, **environment: str) -> Outcome:
    """Run ``tracker``; a traceback is never an answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    done = subprocess.run(
        [sys.executable, "-m", "tracker.cli", *words],
        cwd=ROOT,
        env={**kept, "TRACKER_HOME": str(home), "TRACKER_BY": "tester", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stderr.strip().splitlines()
    return Outcome(done.returncode, lines[-1] if lines else "", done.stdout)
