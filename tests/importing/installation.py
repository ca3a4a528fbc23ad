"""An installation to import into, and sheets and profiles written down where they are used."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from events.codec import Recorded
from tracker.application import Author, ProgressionTracker
from tracker.importing.profile import Profile, load_profile
from tracker.importing.run import ImportRefused, Report, import_file
from tracker.importing.undo import Undone, undo
from tracker.journey import Journey
from tracker.settings import Settings

KARI = Author("kari")
TODAY = datetime(2024, 6, 3, 10, tzinfo=UTC)


class Installation:
    """A tracker in a folder of its own, with the sheets beside it."""

    def __init__(self, folder: Path, app: ProgressionTracker) -> None:
        self.folder = folder
        self.app = app

    @property
    def home(self) -> Path:
        return self.app.settings.home

    def profile(self, text: str, name: str = "oversikt") -> Profile:
        path = self.folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return load_profile(path)

    def sheet(self, text: str, name: str = "ark.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_text(text, encoding=encoding)
        return path

    def imported(self, sheet: Path | str, profile: Profile, *, dry_run: bool = False) -> Report:
        path = self.sheet(sheet) if isinstance(sheet, str) else sheet
        return import_file(self.app, path, profile, KARI, dry_run=dry_run)

    def refused(self, sheet: Path | str, profile: Profile) -> Report:
        """The report of a file that is refused; it must leave the log as it was."""
        head = self.app.log_of_facts.head()
        try:
            self.imported(sheet, profile)
        except ImportRefused as refusal:
            assert self.app.log_of_facts.head() == head
            return refusal.report
        raise AssertionError("the file was imported")

    def undone(self, id: str, *, with_dependants: bool = False) -> Undone:
        return undo(self.app, id, KARI, with_dependants=with_dependants, progress=lambda *_: None)

    def id_of(self, reference: str, system: str = "test") -> UUID:
        found = self.app.people.by_reference(system, reference)
        assert found is not None, f"nobody has the reference {reference}"
        return found

    def journey(self, reference: str, system: str = "test") -> Journey:
        return self.app.journey(self.id_of(reference, system))

    def told(self, reference: str, system: str = "test") -> list[str]:
        """The facts that hold, one line each: day, log name, and the key where it has one of its own."""
        return lines_of(self.journey(reference, system))

    def recorded(self, reference: str, system: str = "test") -> list[Recorded]:
        return self.journey(reference, system).recorded


def lines_of(journey: Journey) -> list[str]:
    told = []
    for entry in journey.facts:
        fact = entry.fact
        key = f" {fact.key}" if fact.key != fact.activity else ""
        until = f" until {fact.until}" if hasattr(fact, "until") else ""
        told.append(f"{fact.on} {fact.TOPIC}{key}{until}")
    return sorted(told)


@contextmanager
def installation(
    folder: Path, clock: Callable[[], datetime] = lambda: TODAY, home: str = "home"
) -> Iterator[Installation]:
    app = ProgressionTracker(Settings(home=folder / home, by="kari"), clock)
    try:
        yield Installation(folder, app)
    finally:
        app.close()


def codes(report: Report) -> list[tuple[str, int | None, str | None]]:
    """Code, row and column of each problem."""
    return [(problem.code, problem.row, problem.column) for problem in report.problems]
