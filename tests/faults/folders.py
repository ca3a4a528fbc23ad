"""Data folders that are full or cannot be written to."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 16 << 20


class CannotMount(Exception):
    """Only the administrator can make a small disk of its own."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of a few megabytes.

    :raises CannotMount: not possible here
    """
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise CannotMount
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True).returncode:
        raise CannotMount
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """No byte more fits on the disk of the folder."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"x" * size)
        yield
    finally:
        filler.unlink()


@contextmanager
def no_larger_file(folder: Path) -> Iterator[None]:
    """No file may grow beyond the largest that is there: what is left to test with for those who cannot mount."""
    largest = max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in the folder can be written; permissions do not bind the administrator, so it is mounted so for him."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    where = str(folder)
    commands = [["mount", "--bind", where, where], ["mount", "-o", "remount,bind,ro", where]]
    for number, command in enumerate(commands):
        if subprocess.run(command, capture_output=True).returncode:
            if number:
                subprocess.run(["umount", folder], check=True)
            raise CannotMount
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)
