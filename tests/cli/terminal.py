"""A terminal for tests: commands run in a data folder of their own, in this process or in a real one."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tests.conftest import ROOT
from tracker.cli import tracker

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Terminal:
    """Runs ``tracker`` as Kari, with its data in one folder."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        return {"TRACKER_HOME": str(self.home), "TRACKER_BY": "kari", **self.environment}

    def run(self, *words: object, stdin: str | bytes | None = None) -> Result:
        """Run a command; an exception that is no exit is a defect, and raised."""
        result = CliRunner(env=self.settings).invoke(tracker, [str(word) for word in words], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def done(self, *words: object, stdin: str | bytes | None = None) -> str:
        """Run a command that succeeds, and give what it wrote on stdout."""
        result = self.run(*words, stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def refused(self, *words: object, stdin: str | bytes | None = None) -> str:
        """Run a command that is refused, and give the message."""
        result = self.run(*words, stdin=stdin)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        assert "Traceback" not in result.stderr
        return result.stderr

    def misused(self, *words: object, stdin: str | bytes | None = None) -> str:
        """Run a command that is used wrongly, and give the message."""
        result = self.run(*words, stdin=stdin)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        return result.stderr

    def process(self, *words: object, stdin: str = "", **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a command in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "tracker.cli", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    def register(self, *words: object) -> str:
        """Register a participant, settled in Trondheim on 15 March 2021, and give the id."""
        return self.done("register", "--municipality", "5001", "--settled-on", "2021-03-15", *words).strip()

    def with_leavers(self, *main_activities: str) -> "Terminal":
        """With people settled in Trondheim who left the programme on 1 February 2023, one for each main activity."""
        for number, main in enumerate(main_activities):
            who = self.done(
                "register", "--municipality", "5001", "--settled-on", "2021-01-01", "--reference", f"socio:{number}"
            ).strip()
            self.done("log", who, "programme-started", "--on", "2021-02-01")
            self.done("log", who, "programme-ended", "--on", "2023-02-01", "--main-activity", main)
        return self
