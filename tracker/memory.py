"""Memory: how a process of the tracker takes it, and gives it back."""

import gc
import os
from contextlib import suppress
from ctypes import CDLL

RARELY = 50_000
"""Looking for objects that only hold each other begins when so many have been made: a command makes few of them."""

LARGE = 4 << 20
"""Bytes from which on an array has memory of its own, which goes back as soon as nobody has the array."""

KEPT = 16 << 20
"""Bytes at the end of all other memory that are kept for what comes next."""

FOR_COLUMNS = "dirty_decay_ms:5000"
"""The memory of columns that nobody has any more is kept for seconds: the next figure needs as much."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def sparing() -> None:
    """Look for reference cycles rarely, and let large arrays go back to the system.

    What is said of columns holds where Polars has not been imported yet, and nobody said otherwise.

    By itself glibc begins to keep large arrays too, once some have been given back; what lies between others is of no
    use to anybody. Where there is no glibc nothing is changed.

    Source: mallopt(3), ``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD``; jemalloc(3), ``opt.dirty_decay_ms``.
    """
    gc.set_threshold(RARELY)
    os.environ.setdefault("_RJEM_MALLOC_CONF", FOR_COLUMNS)
    with suppress(OSError, AttributeError):
        glibc = CDLL("libc.so.6")
        glibc.mallopt(_MMAP_THRESHOLD, LARGE)
        glibc.mallopt(_TRIM_THRESHOLD, KEPT)
