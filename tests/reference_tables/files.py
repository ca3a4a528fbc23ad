"""Files that reference tables come in, made for tests."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REGIONS = {"0301": "Oslo", "5001": "Trondheim", "1856": "Røst"}
STATUSES = {"00": "All", "01": "Employed", "02": "In education"}
YEARS = {"2022": "2022", "2023": "2023"}


def cube(sides: Mapping[str, Mapping[str, str]], values: Any, status: Any = None, **changed: Any) -> dict[str, Any]:
    """A JSON-stat 2.0 dataset, as an API answers."""
    told = {
        "version": "2.0",
        "class": "dataset",
        "label": "Made up",
        "source": "Statistics Norway",
        "id": list(sides),
        "size": [len(codes) for codes in sides.values()],
        "dimension": {
            id: {"label": id, "category": {"index": {code: at for at, code in enumerate(codes)}, "label": dict(codes)}}
            for id, codes in sides.items()
        },
        "value": values,
    }
    if status is not None:
        told["status"] = status
    return {**told, **changed}


def after_the_programme() -> dict[str, Any]:
    """Status one year after, in the shape of table 10824: region x status x year; the smallest region is hidden."""
    values = [413, 400, 151, 160, 44, 50, 90, 80, 40, 44, 20, 16, 6, 4, None, None, 0, None]
    return cube({"Region": REGIONS, "Status": STATUSES, "Tid": YEARS}, values, {"14": ":", "15": ":", "17": ".."})


def write(folder: Path, name: str, content: Any) -> Path:
    """A file with a text, or with JSON."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def sheet(folder: Path, text: str, name: str = "table.csv") -> Path:
    """A csv with semicolons, from lines whose cells are parted by ``|``."""
    lines: Sequence[str] = [line.strip() for line in text.splitlines() if line.strip()]
    rows = (";".join(cell.strip() for cell in line.split("|")) for line in lines)
    return write(folder, name, "\n".join(rows) + "\n")
