"""Measure everything: `python -m benchmarks [--facts 1000000] [--only abcd]`; figures are ratios within one run."""

import argparse
import platform
import tempfile
from pathlib import Path

from benchmarks import logging_facts, memory, page, rebuilding
from benchmarks.life import filled
from tracker.readmodel.rebuild import rebuild


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--facts", type=int, default=1_000_000, help="facts in the log")
    parser.add_argument("--only", default="abcd", help="which of a, b, c, d")
    chosen = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {chosen.facts} facts", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        homes = {}
        for length in (50, 300):
            streams = chosen.facts // length
            print(f"{streams} journeys of {length} facts", flush=True)
            home = folder / f"journeys-{length}"
            app = filled(home, streams, length)
            homes[length] = home
            if "b" in chosen.only:
                rebuilding.measure(app, folder)
            else:
                rebuild(app)
            if "d" in chosen.only:
                page.measure(app, streams, length)
            if "a" in chosen.only:
                logging_facts.measure(app, folder / f"journeys-{length}", streams, length)
            app.close()
        if "c" in chosen.only:
            small = folder / "journeys-small"
            filled(small, chosen.facts // 200, 50).close()
            memory.measure(
                folder, {chosen.facts // 4: small, chosen.facts: homes[50]}, (chosen.facts // 4, chosen.facts)
            )


if __name__ == "__main__":
    main()
