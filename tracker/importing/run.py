"""One import of one file: read, compared participant by participant with what was told before, recorded as a whole."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import msgspec

from tracker.bulk import Staging
from tracker.errors import Busy, Conflict, ParticipantIsForgotten, ParticipantNotFound, ReferenceInUse, Refusal
from tracker.importing.cells import as_text
from tracker.importing.milestones import told_by_milestones
from tracker.importing.monthly import Calendar, calendar_of, told_by_months
from tracker.importing.participants import told_by_participants
from tracker.importing.places import note_places
from tracker.importing.plan import said_by, settle
from tracker.importing.problems import Problem, Problems
from tracker.importing.profile import Profile
from tracker.importing.record import Import, Imports, importing_alone
from tracker.importing.sheets import Sheet, UnreadableFile, read_sheets
from tracker.importing.sorting import Sorting, content_hash
from tracker.importing.telling import Said, Telling
from tracker.importing.template import Line
from tracker.journey import Journey, Signature
from tracker.readmodel.rebuild import rebuild

if TYPE_CHECKING:
    from tracker.application import Author, ProgressionTracker

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is (0 = not known yet)."""

MANY: Final = 50_000
"""With more new facts than this the read model is folded anew instead of followed."""

_TELL_EVERY: Final = 500
_ROWS_BETWEEN: Final = 50_000
_HIDDEN: Final = "(a reference)"


class Report(msgspec.Struct, frozen=True):
    """What an import did, or would do.

    :ivar id: of the import; None where nothing was recorded
    :ivar rows: rows below the header
    :ivar participants: how many participants the rows are about
    :ivar new: how many of them were not known
    :ivar problems: every problem, by row and column
    :ivar untold: how many more problems there are
    """

    id: str | None
    dry_run: bool
    rows: int
    participants: int
    new: int
    facts: int
    corrections: int
    retractions: int
    errors: int
    warnings: int
    problems: tuple[Problem, ...]
    untold: int = 0


class ImportRefused(Refusal):
    """The sheet has errors, so nothing of it was recorded.

    :ivar report: with all its problems
    """

    code = "import-refused"

    def __init__(self, name: str, report: Report) -> None:
        self.report = report
        count = f"{report.errors} error" + ("s" if report.errors != 1 else "")
        message = f"{name} has {count}; nothing was recorded, put them right and import it again"
        super().__init__(message, number=report.errors)


def import_file(
    app: "ProgressionTracker",
    path: Path,
    profile: Profile,
    author: "Author",
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import a sheet: all of it, or nothing where it has an error.

    :param dry_run: change nothing, and tell what would come of it
    :raises ImportRefused: it has errors, and this is no dry run
    :raises Busy: another import is running
    :raises Conflict: somebody wrote to one of the journeys in between
    """
    id = f"import-{uuid4().hex[:10]}"
    home = app.settings.home
    with (
        Imports(home, read_only=True) if dry_run else importing_alone(app) as imports,
        Sorting(home, id) as sorting,
    ):
        run = _Run(app, profile, Problems(path.resolve().name), sorting, imports, id, author, progress or _untold)
        run.read(path)
        report = run.report(dry_run=dry_run)
        if dry_run:
            return report
        if report.errors:
            raise ImportRefused(path.name, msgspec.structs.replace(report, id=None))
        if not run.added:
            return msgspec.structs.replace(report, id=None)
        run.record(content_hash(path))
    run.catch_up()
    return report


class _Run:
    def __init__(
        self,
        app: "ProgressionTracker",
        profile: Profile,
        problems: Problems,
        sorting: Sorting,
        imports: Imports,
        id: str,
        author: "Author",
        progress: Progress,
    ) -> None:
        self.app, self.profile, self.problems, self.sorting = app, profile, problems, sorting
        self.imports, self.id, self.progress = imports, id, progress
        self.signature = Signature(app.clock(), author.by, "import", act=id, source=profile.system)
        self.acts = imports.acts(profile.system, profile.name)
        self.new = self.touched = self.facts = self.corrections = self.retractions = 0

    @property
    def added(self) -> int:
        return self.facts + self.corrections + self.retractions

    def report(self, *, dry_run: bool) -> Report:
        return Report(
            id=None if dry_run else self.id,
            dry_run=dry_run,
            rows=self.sorting.rows,
            participants=self.sorting.participants,
            new=self.new,
            facts=self.facts,
            corrections=self.corrections,
            retractions=self.retractions,
            errors=self.problems.errors,
            warnings=self.problems.warnings,
            problems=tuple(self.problems),
            untold=self.problems.untold,
        )

    def read(self, path: Path) -> None:
        """Read the file, and put aside what is to be recorded."""
        try:
            sheet = self._only_sheet(path)
            if sheet is None:
                return
            self.problems.sheet = sheet.name
            places = self._places(sheet)
            calendar = self._calendar(sheet)
            if places is None or self.problems.errors:
                return
            self._gather(sheet, places)
        except UnreadableFile as unreadable:
            self.problems.error(unreadable.code, None, None, None, str(unreadable))
            return
        for number, (reference, rows) in enumerate(self.sorting.by_participant(), start=1):
            self._settle(reference, [Line(row, cells, places) for row, cells in rows], calendar)
            if number % _TELL_EVERY == 0 or number == self.sorting.participants:
                self.progress("comparing", number, self.sorting.participants)

    def _only_sheet(self, path: Path) -> Sheet | None:
        sheets = read_sheets(path, sheet=self.profile.worksheet, header_row=self.profile.header_row)
        sheet, second = next(sheets), next(sheets, None)
        if second is not None:
            expected = "one sheet; say which in the profile: [sheet] name"
            self.problems.error("several-sheets", None, None, f"{sheet.name}, {second.name}", expected)
            return None
        return sheet

    def _places(self, sheet: Sheet) -> dict[str, int] | None:
        places = {name: place for place, name in enumerate(sheet.header) if name}
        for name in self.profile.columns:
            if name not in places:
                close = get_close_matches(name, places, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(list(places)[:20])}"
                self.problems.error("unknown-column", sheet.header_row, name, None, f"a column {name!r}{hint}")
        return None if self.problems.errors else places

    def _calendar(self, sheet: Sheet) -> Calendar | None:
        months = self.profile.months
        return calendar_of(months, sheet.header, sheet.header_row, self.problems) if months else None

    def _gather(self, sheet: Sheet, places: dict[str, int]) -> None:
        column = self.profile.participant
        at = places[column]
        for row in sheet:
            if row.problem is not None:
                self.problems.error(row.problem.code, row.number, None, row.problem.value, row.problem.expected)
            reference = as_text(row.cells[at])
            if not reference:
                self.problems.error("blank-reference", row.number, column, None, "who the row is about")
                continue
            self.sorting.add(reference, row.number, row.cells)
            if self.sorting.rows % _ROWS_BETWEEN == 0:
                self.progress("reading", self.sorting.rows, 0)
        self.progress("reading", self.sorting.rows, self.sorting.rows)

    def _settle(self, reference: str, lines: list[Line], calendar: Calendar | None) -> None:
        if len(lines) > 1 and self.profile.kind != "milestones":
            for line in lines[1:]:
                expected = f"one row for each participant; row {lines[0].number} is about the same one"
                self.problems.error("duplicate-reference", line.number, self.profile.participant, _HIDDEN, expected)
            for line in lines:  # what else is wrong in these rows is told at once, not after the next try
                self._telling([line], calendar, {})
            return
        before = self.problems.errors
        known = self.app.people.by_reference(self.profile.system, reference)
        journey = self._journey(known)
        if journey is None:
            return
        said = said_by(journey, self.profile.system, self.acts) if journey.recorded else {}
        telling = self._telling(lines, calendar, said)
        if journey.registration is None and self.profile.registration is None:
            expected = "somebody known by this reference, or [participant] in the profile to register with"
            self.problems.error("unknown-participant", lines[0].number, self.profile.participant, _HIDDEN, expected)
            return
        change = settle(
            journey,
            telling,
            said,
            self.signature,
            self.problems,
            lines[0].number,
            unreadable=self.problems.errors > before,
        )
        self._put_aside(change.journey, reference if known is None else None)
        self.facts += change.facts
        self.corrections += change.corrections
        self.retractions += change.retractions

    def _journey(self, known: UUID | None) -> Journey | None:
        if known is None:
            return Journey(uuid4())
        try:
            return self.app.journey(known)
        except ParticipantNotFound:
            return Journey(known)
        except ParticipantIsForgotten:
            # Erased between two questions; what the sheet says of somebody erased is not taken in.
            return None

    def _telling(self, lines: Sequence[Line], calendar: Calendar | None, said: dict[int, Said]) -> Telling:
        if self.profile.kind == "milestones":
            return told_by_milestones(self.profile, lines, self.problems)
        if calendar is not None:
            return told_by_months(self.profile, calendar, lines, said, self.problems)
        return told_by_participants(self.profile, lines, self.problems)

    def _put_aside(self, journey: Journey, unknown: str | None) -> None:
        if not journey.pending:
            return
        self.touched += 1
        self.new += unknown is not None
        if not self.problems.errors:
            self.sorting.plan(journey.pending)
            if unknown is not None:
                self.sorting.newcomer(journey.id, unknown)

    def record(self, sha256: str) -> None:
        """Put everything into the log in one short step."""
        ends = self.sorting.ends()
        assert ends is not None
        (first, first_version), (last, last_version) = ends
        app, system = self.app, self.profile.system
        app.keys.make(stream for stream, _ in self.sorting.newcomers())
        with Staging(app.settings.home, self.id, app.sealing) as staging:
            for number, item in enumerate(self.sorting.planned(), start=1):
                staging.add((item,))
                if number % (10 * _TELL_EVERY) == 0:
                    self.progress("sealing", number, self.added)
            self.imports.begin(
                Import(
                    id=self.id,
                    system=system,
                    profile=self.profile.name,
                    kind=self.profile.kind,
                    sha256=sha256,
                    at=self.signature.timestamp.isoformat(timespec="seconds"),
                    by=self.signature.by,
                    status="running",
                    rows=self.sorting.rows,
                    participants=self.touched,
                    facts=self.facts,
                    corrections=self.corrections,
                    retractions=self.retractions,
                    first_position=None,
                    last_position=None,
                    first_stream=first.hex,
                    first_version=first_version,
                    last_stream=last.hex,
                    last_version=last_version,
                )
            )
            try:
                app.people.refer((stream, system, reference) for stream, reference in self.sorting.newcomers())
                positions = staging.commit(app.log_of_facts)
            except ReferenceInUse:
                self.imports.end(self.id, "failed")
                raise Conflict(
                    "one of these participants was registered at the same time; nothing was recorded, do it again"
                ) from None
            except BaseException:
                with suppress(Exception):  # the next import finds out otherwise
                    self.imports.resolve(app)
                raise
        self.imports.end(self.id, "done", positions)

    def catch_up(self) -> None:
        """Bring the read model up to date, so that what was imported is seen at once."""
        bring_up_to_date(self.app, self.added, self.progress)
        note_places(self.app, self.id)


def bring_up_to_date(app: "ProgressionTracker", added: int, progress: Progress) -> None:
    """Follow the log, or fold everything anew where that is quicker."""

    def told(done: int, total: int) -> None:
        progress("folding", done, total)

    # Another process that rebuilds or follows brings in these facts too; they are recorded in any case.
    with suppress(Busy):
        if added > MANY:
            rebuild(app, told)
    with suppress(Busy):
        app.read_model.follow(told)


def _untold(_label: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""
