"""What pages are made of and others wrote: style sheets, fonts and scripts, fetched from their packages at set-up."""

from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"
NAMES = ("designsystemet.css", "theme.css", "htmx.js", "inter-latin.woff2", "inter-latin-ext.woff2")


def missing() -> list[str]:
    """The names of what was not fetched."""
    return [name for name in NAMES if not (VENDOR / name).is_file()]
