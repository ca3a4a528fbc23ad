"""(c) Peak memory of a CSV import and of a rebuild, each in a process of its own."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.life import facts
from benchmarks.timing import said

AIM_MB = 300
PROFILE = """
[sheet]
kind = "milestones"
references = "benchmark"
participant = "reference"
[participant]
municipality = "5001"
settled_on = "2018-01-01"
[milestone]
fact = { column = "fact" }
on = { column = "on" }
level = { column = "level" }
skill = { column = "skill" }
"""


def measure(folder: Path, homes: dict[int, Path], imports: Sequence[int]) -> None:
    """Peak memory by number of facts: of a rebuild of each folder, and of an import of so many rows."""
    rebuilt = {count: _peak(home, "rebuild") for count, home in homes.items()}
    _say("rebuild", rebuilt)
    (folder / "profile.toml").write_text(PROFILE, encoding="utf-8")
    imported = {}
    for count in imports:
        sheet = folder / f"import-{count}.csv"
        write_sheet(sheet, count)
        home = folder / f"home-{count}"
        imported[count] = _peak(home, "import", str(sheet), "--profile", str(folder / "profile.toml"))
    _say("CSV import", imported)


def write_sheet(path: Path, rows: int) -> None:
    """A sheet of milestones, one a row, fifty rows a participant."""
    days = [fact.on for fact in facts(50)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["reference", "fact", "on", "skill", "level"])
        for row in range(rows):
            participant, number = divmod(row, 50)
            day = days[0].replace(year=2018 + number // 12, month=number % 12 + 1)
            writer.writerow([f"R{participant}", "language-level-reached", day.isoformat(), "reading", "A1"])


def _say(what: str, peaks: dict[int, float]) -> None:
    least, most = min(peaks.values()), max(peaks.values())
    told = ", ".join(f"{peak:.0f} MB at {count} facts" for count, peak in peaks.items())
    said(f"under {AIM_MB} MB, flat", f"(c) peak memory of {what}: {told}", most < AIM_MB and most < least * 1.5 + 30)


def _peak(home: Path, *command: str) -> float:
    """Megabytes of the largest process of a command, its folding processes included."""
    done = subprocess.run(
        ["/usr/bin/time", "-v", sys.executable, "-m", "tracker.cli", *command],
        env={**os.environ, "TRACKER_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return int(found[1]) / 1024
