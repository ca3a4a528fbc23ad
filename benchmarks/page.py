"""(d) A person page's fold: one journey among all of them, read, opened and folded."""

import random

from benchmarks.life import stream_of
from benchmarks.timing import durations, quantile, said
from tracker.application import ProgressionTracker
from tracker.effective import effective
from tracker.readmodel.fold import fold

ROUNDS = 2_000
AIM_MS = 3.0


def measure(app: ProgressionTracker, streams: int, length: int) -> float:
    """The 95th percentile in milliseconds."""
    chosen = random.Random(2).choices(range(streams), k=ROUNDS)

    def page(number: int) -> None:
        located = app.read_model.located(stream_of(chosen[number]))
        fold(effective(item for _, item in located).values())

    taken = durations(page, ROUNDS)
    p95 = quantile(taken, 0.95) * 1e3
    said(
        f"p95 under {AIM_MS:g} ms",
        f"(d) fold of a person page among {streams * length} facts, {length} facts each: p95 {p95:.2f} ms, "
        f"median {quantile(taken, 0.5) * 1e3:.2f} ms",
        p95 < AIM_MS,
    )
    return p95
