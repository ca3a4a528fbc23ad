"""Profiles that an installation keeps: TOML files in the data folder, each used for every new version of a list."""

import re
from pathlib import Path
from typing import Final

from tracker.errors import Refusal
from tracker.importing.profile import Profile, load_profile
from tracker.storage import make_file, make_folder, not_written

FOLDER: Final = "profiles"
NAME: Final = re.compile(r"[a-zæøå0-9][a-zæøå0-9-]{0,39}")


class ProfileNameNotValid(Refusal):
    """A profile cannot be called so."""

    code = "profile-name-not-valid"


def names(home: Path) -> list[str]:
    """The profiles that are kept."""
    return sorted(path.stem for path in (home / FOLDER).glob("*.toml") if NAME.fullmatch(path.stem))


def path_of(home: Path, name: str) -> Path:
    """Where a profile is kept.

    :raises ProfileNameNotValid: a profile cannot be called so
    """
    if not NAME.fullmatch(name):
        raise ProfileNameNotValid("expected small letters, digits and hyphens, at most 40, such as oversikt-grunnskole")
    return home / FOLDER / f"{name}.toml"


def keep(home: Path, name: str, content: str) -> Profile:
    """Keep a profile, in place of one of the same name.

    :raises ProfileNameNotValid: it cannot be called so
    :raises tracker.importing.problems.ProfileInvalid: it says something that it cannot say
    """
    path = path_of(home, name)
    make_folder(home / FOLDER)
    part = home / FOLDER / f"{name}.part"
    make_file(part)
    try:
        part.write_text(content, encoding="utf-8")
        profile = load_profile(part)
        part.replace(path)
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        part.unlink(missing_ok=True)
    return profile
