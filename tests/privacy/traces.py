"""Looking for what must not be there: in every byte, in every form in which it might have been written."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote


def forms(secret: str | bytes) -> dict[str, bytes]:
    """Name of a form -> the bytes in it."""
    texts = {secret, secret.upper(), secret.lower()} if isinstance(secret, str) else set()
    found: dict[str, bytes] = {}
    for number, text in enumerate(sorted(texts)):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            found[f"{encoding} {number}"] = text.encode(encoding, "replace")
        found[f"escaped {number}"] = text.encode("unicode-escape")
        found[f"url {number}"] = quote(text).encode()
    plain = secret.encode() if isinstance(secret, str) else secret
    found["bytes"] = plain
    found["hex"] = plain.hex().encode()
    found["HEX"] = plain.hex().upper().encode()
    for shift in range(3):
        # Of base64 only the middle is the same whatever stands before and behind.
        middle = base64.b64encode(b"\0" * shift + plain + b"\0" * 3)[4 : (len(plain) + shift) // 3 * 4]
        found[f"base64 {shift}"] = middle
        found[f"base64 url {shift}"] = middle.replace(b"+", b"-").replace(b"/", b"_")
    return {form: written for form, written in found.items() if len(written) >= 6}


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def traces(secrets: Mapping[str, str | bytes], places: Mapping[str, bytes]) -> list[str]:
    """Where which secret was found, and in which form; the secret itself is not told."""
    return [
        f"{what} in {place} ({form})"
        for what, secret in secrets.items()
        for form, written in forms(secret).items()
        for place, content in places.items()
        if written in content
    ]


def open_to_others(folder: Path) -> list[str]:
    """Files and folders that others than their owner may look into."""
    paths: Iterable[Path] = [folder, *folder.rglob("*")]
    return sorted(
        f"{path.name}: {path.stat().st_mode & 0o777:o}"
        for path in paths
        if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)
    )
