"""Starting such a process, telling it to begin, and hearing what it says."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class Process:
    """A worker that is open and waits to begin.

    :ivar said: its lines so far
    """

    def __init__(self, home: Path, task: str, *words: object, **environment: str) -> None:
        command = [sys.executable, "-m", "tests.faults.worker", str(home), task, *map(str, words)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.errors = ""
        self._first = threading.Event()
        self._threads = [threading.Thread(target=self._hear), threading.Thread(target=self._hear_errors)]
        for thread in self._threads:
            thread.start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            # A line that the end of the process cut short was not acknowledged.
            if line.endswith("\n"):
                self.said.append(line.strip())
            self._first.set()
        self._first.set()

    def _hear_errors(self) -> None:
        assert self._process.stderr is not None
        self.errors = self._process.stderr.read()

    def ready(self) -> "Process":
        """Wait until it is open."""
        assert self._first.wait(60), "it does not start"
        assert self.said[:1] == ["ready"], f"{self.said} {self.errors}"
        return self

    def begin(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write("begin\n")
            self._process.stdin.flush()

    def kill(self) -> list[str]:
        """End it in the middle of whatever it does, as ``kill -9`` does."""
        self._process.kill()
        return self.end()

    def end(self) -> list[str]:
        """Wait for its end, and tell what it said after it was ready."""
        try:
            self._process.wait(120)
        finally:
            self._process.kill()
            for thread in self._threads:
                thread.join()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
        return self.said[1:]
