"""Rows that may leave the house: one a participant without a name, each like at least four others (k-anonymous)."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from tracker.application import Author, ProgressionTracker
from tracker.errors import Refusal
from tracker.exporting.export import _made_beside, _note, _refuse_unless_empty
from tracker.exporting.formats import SHEET_ROWS, Format, TooMuchForSheet
from tracker.indicators import catalogue
from tracker.indicators.audit import few
from tracker.indicators.behind import people_behind
from tracker.indicators.breakdowns import UNKNOWN
from tracker.indicators.cohort import Cohort
from tracker.indicators.frames import Frames
from tracker.indicators.pipeline import Question

SMALLEST_CLASS = 5
"""Rows that must be alike in everything that is known of people elsewhere (k)."""
FEWEST_VALUES = 2
"""Values of each outcome that rows which are alike must have, so that being among them tells nothing (l)."""
EVERY = "every"
"""Stands in a column that is generalised away."""
_OF_PEOPLE = ("municipality", "gender", "age", "track")
COLUMNS = ("municipality", "gender", "age", "settled-year", "track")
"""What somebody may know of a person, and look for in the rows."""


class NotAnonymous(Refusal):
    """Some rows are like too few others, or all that are like them have the same outcome.

    :ivar classes: the values that these rows have, and what is wrong with them
    :ivar generalise: the column that helps most if it is made coarser; None where none is left
    """

    code: ClassVar[str] = "not-anonymous"

    def __init__(self, classes: Mapping[tuple[str, ...], str], generalise: str | None) -> None:
        self.classes, self.generalise = dict(classes), generalise
        found = [f"{', '.join(values)} ({wrong})" for values, wrong in self.classes.items()]
        hint = f"say --generalise {generalise}" if generalise else "take more years together, or another outcome"
        super().__init__(f"the rows are not anonymous, nothing was written: {few(found, 10)}; {hint}")


class UnknownColumn(Refusal):
    """A column is to be generalised that is none, or that cannot be any coarser; or an outcome that is none."""

    code: ClassVar[str] = "unknown-column"


@dataclass(frozen=True)
class Outcome:
    """A line of an indicator, as a column: counted, not counted or unknown.

    :ivar months: months after the day; None where the definition itself says when
    """

    indicator: str
    line: str
    months: int | None

    @classmethod
    def parse(cls, text: str) -> "Outcome":
        """Read ``E2/work-20-hours/12`` or ``K6/first-goal-reached``.

        :raises UnknownColumn: it is not written so
        """
        indicator, _, rest = text.strip().partition("/")
        line, _, months = rest.partition("/")
        if not indicator or not line or not (months.isdigit() or not months):
            raise UnknownColumn(f"expected an outcome such as E2/work-20-hours/12, got {text!r}")
        return cls(indicator, line, int(months) if months else None)

    def __str__(self) -> str:
        return "/".join(str(part) for part in (self.indicator, self.line, self.months) if part is not None)


def _years(width: int) -> Callable[[pl.Expr], pl.Expr]:
    def coarser(value: pl.Expr) -> pl.Expr:
        year = value.cast(pl.Int32, strict=False)
        first = year - year % width
        return pl.when(year.is_null()).then(value).otherwise(pl.format("{}-{}", first, first + (width - 1)))

    return coarser


def _ages(value: pl.Expr) -> pl.Expr:
    return value.replace(
        {"under 18": "under 26", "18-25": "under 26", "26-35": "26-45", "36-45": "26-45", "46-55": "46+", "56+": "46+"}
    )


def _county(value: pl.Expr) -> pl.Expr:
    return pl.when(value.str.contains(r"^\d{4}$")).then(value.str.slice(0, 2)).otherwise(value)


COARSER: Mapping[str, tuple[Callable[[pl.Expr], pl.Expr], ...]] = {
    "municipality": (_county,),
    "gender": (),
    "age": (_ages,),
    "settled-year": (_years(3), _years(5)),
    "track": (),
}
"""How a column becomes coarser, step by step; after the last step it says ``every`` in all rows."""


def public_rows(
    frames: Frames, cohort: Cohort, outcomes: Sequence[Outcome], generalise: Sequence[str] = ()
) -> pl.DataFrame:
    """One row a participant of a cohort, in an order that tells nothing; no ids.

    :param generalise: columns to make coarser, each time they are named by one step
    :raises NotAnonymous: fewer than five rows are alike, or rows that are alike have one outcome only
    :raises UnknownColumn: there is no such column or outcome, or it cannot be coarser
    """
    exact = _exact(frames, cohort, outcomes)
    steps = {name: list(generalise).count(name) for name in COLUMNS}
    for name in generalise:
        if name not in COLUMNS or steps[name] > len(COARSER[name]) + 1:
            raise UnknownColumn(
                "can be generalised, so often at most: "
                f"{', '.join(f'{name} {len(COARSER[name]) + 1}' for name in COLUMNS)}; got {', '.join(generalise)}"
            )
    told = [str(outcome) for outcome in outcomes]
    rows = _coarse(exact, steps)
    wrong = failing(rows, told)
    if wrong:
        options = [name for name in COLUMNS if steps[name] <= len(COARSER[name])]
        left = {name: len(failing(_coarse(exact, steps | {name: steps[name] + 1}), told)) for name in options}
        raise NotAnonymous(wrong, min(left, key=lambda name: left[name]) if left else None)
    return rows.sort(pl.all())


def failing(rows: pl.DataFrame, outcomes: Sequence[str]) -> dict[tuple[str, ...], str]:
    """Classes of rows that are too small, or of one outcome only, and what is wrong with each; no counts."""
    classes = rows.group_by(COLUMNS).agg(pl.len().alias("_rows"), *(pl.col(name).n_unique() for name in outcomes))
    found = {}
    for row in classes.sort(COLUMNS).iter_rows(named=True):
        alike = tuple(row[name] for name in COLUMNS)
        if row["_rows"] < SMALLEST_CLASS:
            found[alike] = f"fewer than {SMALLEST_CLASS}"
        elif same := [name for name in outcomes if row[name] < FEWEST_VALUES]:
            found[alike] = f"one value of {', '.join(same)}"
    return found


def _exact(frames: Frames, cohort: Cohort, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    if not outcomes:
        raise UnknownColumn("name an outcome such as E2/work-20-hours/12")
    settled = frames.people("id", "settled_on").select(
        "id", pl.col("settled_on").dt.year().cast(pl.String).fill_null(UNKNOWN).alias("settled-year")
    )
    found: pl.DataFrame | None = None
    for outcome in outcomes:
        months = None if outcome.months is None else (outcome.months,)
        behind = people_behind(
            frames, catalogue.indicator(outcome.indicator), Question(cohort, _OF_PEOPLE, months=months)
        )
        own = behind.filter((pl.col("line") == outcome.line) & pl.col("choice").is_null())
        if behind.height and own["id"].n_unique() != own.height:
            raise UnknownColumn(f"{outcome} is told at several times; name one, such as {outcome}/12")
        if behind.height and not own.height:
            lines = ", ".join(behind.filter(pl.col("choice").is_null())["line"].unique().sort())
            raise UnknownColumn(f"{outcome.indicator} has no line {outcome.line!r}; it has {lines}")
        column = own.select("id", *_OF_PEOPLE, pl.col("counts").alias(str(outcome)))
        found = column if found is None else found.join(column.drop(_OF_PEOPLE), on="id", how="inner")
    assert found is not None, "there is an outcome"
    return found.join(settled, on="id", how="left").select(*COLUMNS, *(str(outcome) for outcome in outcomes))


def _coarse(rows: pl.DataFrame, steps: Mapping[str, int]) -> pl.DataFrame:
    changed: list[pl.Expr] = []
    for name, step in steps.items():
        ladder = COARSER[name]
        if step > len(ladder):
            changed.append(pl.lit(EVERY).alias(name))
        elif step:
            changed.append(ladder[step - 1](pl.col(name)).alias(name))
    return rows.with_columns(changed)


def export_public(
    app: ProgressionTracker,
    folder: Path,
    author: Author,
    frames: Frames,
    cohort: Cohort,
    outcomes: Sequence[Outcome],
    generalise: Sequence[str] = (),
    form: Format = "csv",
) -> int:
    """Write the rows into a new folder, with a note in the access log; the number of rows.

    :raises NotAnonymous: as :func:`public_rows`; nothing is written
    :raises tracker.exporting.export.FolderNotEmpty: something is there
    """
    rows = public_rows(frames, cohort, outcomes, generalise)
    if form == "xlsx" and rows.height >= SHEET_ROWS:
        raise TooMuchForSheet(f"there are {rows.height} rows, a sheet holds {SHEET_ROWS - 1}; use --format csv")
    target = Path(os.path.abspath(folder))
    _refuse_unless_empty(target)
    with _made_beside(target) as part:
        path = part / f"rows.{form}"
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        writers: dict[str, Callable[[], Any]] = {
            "csv": lambda: rows.write_csv(path, separator=";", include_bom=True, line_terminator="\r\n"),
            "parquet": lambda: rows.write_parquet(path),
            "xlsx": lambda: rows.write_excel(path),
        }
        writers[form]()
        (part / "README.md").write_text(_readme(frames, cohort, outcomes, generalise), encoding="utf-8")
        _note(app, author, form, frames.position, frames.position, rows.height)
    return rows.height


def _readme(frames: Frames, cohort: Cohort, outcomes: Sequence[Outcome], generalise: Sequence[str]) -> str:
    return (
        f"# Rows of cohort {cohort}\n\n"
        f"One row a participant, as known at position {frames.position} ({frames.known_on}). Rows that are alike in "
        f"{', '.join(COLUMNS)} are at least {SMALLEST_CLASS}, with at least {FEWEST_VALUES} values of each outcome. "
        f"Made coarser: {', '.join(generalise) or 'nothing'}; `{EVERY}` stands where a column was taken out.\n\n"
        f"Outcomes: {', '.join(map(str, outcomes))}, each counted, not counted or unknown; defined by "
        "`tracker indicators ID --explain`.\n\n"
        "Do not put together with another export of the same cohort: two of them together may single out a person.\n"
    )
