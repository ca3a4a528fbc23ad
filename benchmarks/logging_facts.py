"""(a) Logging a milestone through the application, its read model included, against the bare library's get and save."""

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.life import stream_of
from benchmarks.plain import fill, plain_application
from benchmarks.timing import durations, quantile, said
from events.language import LanguageLevelReached
from tracker.application import Author, ProgressionTracker

ROUNDS = 300
AIM = 3.0


def measure(app: ProgressionTracker, folder: Path, streams: int, length: int) -> float:
    """Take turns: one milestone through ours, one through the library, on stores of the same size."""
    plain = plain_application(folder / "plain.db")
    fill(plain, streams, length)
    chosen = random.Random(1).sample(range(streams), min(streams, ROUNDS))
    author = Author("benchmark", "api")

    def ours(number: int) -> None:
        day = date(2025, 1, 1) + timedelta(days=number % 300)
        app.log(stream_of(chosen[number]), LanguageLevelReached(on=day, skill="writing", level="A2"), author)

    def theirs(number: int) -> None:
        plain.log(stream_of(chosen[number]), "language-level-reached", date(2025, 1, 1))

    taken: list[float] = []
    compared: list[float] = []
    for number in range(len(chosen)):
        taken += durations(lambda _, number=number: ours(number), 1)  # type: ignore[misc]
        compared += durations(lambda _, number=number: theirs(number), 1)  # type: ignore[misc]
    plain.close()
    ratio = quantile(taken, 0.5) / quantile(compared, 0.5)
    said(
        f"within {AIM:g}x",
        f"(a) log a milestone, {length} facts a stream: {ratio:.2f}x the library's get + save "
        f"(median {quantile(taken, 0.5) * 1e3:.2f} ms, p95 {quantile(taken, 0.95) * 1e3:.2f} ms; "
        f"library {quantile(compared, 0.5) * 1e3:.2f} ms)",
        ratio <= AIM,
    )
    return ratio
