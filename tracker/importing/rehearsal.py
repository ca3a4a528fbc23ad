"""Opens a binary workbook (xls, xlsb) for trial, as a program of its own: a broken one may end the process.

Run as ``python rehearsal.py FILE ENDING...``; writes how many cells its sheets have (rows x columns).
"""

import contextlib
import sys
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

_MEMORY: Final = 2 << 30


def open_workbook(path: Path, endings: tuple[str, ...]) -> CalamineWorkbook:
    """Opens a workbook of the kind that has these endings, whatever its own name ends in."""
    # By path alone the library tells a password from damage; by content alone it sees past a wrong name.
    if path.suffix.lower() in endings:
        return CalamineWorkbook.from_path(path)
    with path.open("rb") as file:
        return CalamineWorkbook.from_filelike(file)


def _count_cells(path: Path, endings: tuple[str, ...]) -> int:
    cells = 0
    workbook = open_workbook(path, endings)
    for name in workbook.sheet_names:
        with contextlib.suppress(CalamineError):
            sheet = workbook.get_sheet_by_name(name)
            cells += sheet.height * sheet.width
            for _ in sheet.iter_rows():
                pass
    return cells


def _limit_harm() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # A core dump would hold what the workbook says of people.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_harm()
    total = 0
    # An ordinary error shows again when the workbook is opened in earnest, and is told there.
    with contextlib.suppress(CalamineError, OSError):
        total = _count_cells(Path(sys.argv[1]), tuple(sys.argv[2:]))
    sys.stdout.write(str(total))
