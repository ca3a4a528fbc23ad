"""What is said of a file that cannot be read as a spreadsheet, whichever library found out."""

import errno
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from python_calamine import CalamineError, PasswordError

SAVE_AS_CSV: Final = "save the sheet that you need as CSV and import that"

_LIBRARY_ERRORS = (
    CalamineError,
    BadZipFile,
    zlib.error,
    ExpatError,
    struct.error,
    ValueError,
    EOFError,
    LookupError,
    RuntimeError,
    OverflowError,
)


class UnreadableFile(Exception):
    """A file that cannot be read as a spreadsheet at all.

    :ivar code: permanent name of the problem: file-not-found, is-a-folder, cannot-open, empty-file,
        not-a-spreadsheet, damaged-file, encrypted-workbook, too-large, too-many-cells, no-such-sheet,
        no-header, duplicate-columns, unknown-encoding, unclosed-quote or line-too-long
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever a library raises about a file is raised as :class:`UnreadableFile`."""
    try:
        yield
    except PasswordError:
        raise encrypted(path) from None
    except OSError as error:
        if error.errno in (None, errno.EINVAL):
            # Not the operating system speaks, but a library that was led beyond the end of the file.
            raise damaged(path, str(error)) from None
        reason = error.strerror or str(error)
        raise UnreadableFile(
            "cannot-open", f"{path.name} cannot be read: {reason}; check that you may open it"
        ) from None
    except _LIBRARY_ERRORS as error:
        raise damaged(path, str(error)) from None
    except BaseException as error:
        # A panic of the library in Rust arrives outside of Exception, as a class that cannot be imported.
        if type(error).__name__ == "PanicException":
            raise damaged(path, "its structure is broken") from None
        raise


def encrypted(path: Path) -> UnreadableFile:
    """A workbook with a password."""
    return UnreadableFile(
        "encrypted-workbook",
        f"{path.name} is protected by a password; save it without one, or {SAVE_AS_CSV}",
    )


def damaged(path: Path, reason: str) -> UnreadableFile:
    """A workbook that breaks off or contradicts itself."""
    return UnreadableFile(
        "damaged-file",
        f"{path.name} cannot be opened as a spreadsheet ({reason}); open it and save it anew",
    )


def foreign(path: Path, what: str) -> UnreadableFile:
    """A file of another kind."""
    return UnreadableFile("not-a-spreadsheet", f"{path.name} {what}; save it as xlsx, xls, xlsb, ods, csv, tsv or txt")
