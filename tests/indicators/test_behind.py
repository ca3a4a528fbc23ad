"""The people behind a figure."""

from pathlib import Path

import polars as pl

from tests.indicators.cohorts import frames_of
from tests.indicators.courses import told
from tests.indicators.test_primary_school import FACTS, seen
from tracker.indicators.behind import people_behind
from tracker.indicators.capacity.primary_school import COMPLETED, K7
from tracker.indicators.cohort import Cohort
from tracker.indicators.pipeline import Question


def test_behind_a_waiting_time_stands_until_when_everybody_was_followed(tmp_path: Path) -> None:
    text = "who | settled | schooling\nAna | 2015-01-01 | none\nBo | 2015-01-01 | none"
    app = told(tmp_path, text, f"{FACTS}\nAna | 2019-01-31 | primary-school-completed |" + seen("Ana", "Bo"))
    behind = people_behind(frames_of(app), K7, Question(Cohort.parse("settled:2015")))
    waited = behind.filter(pl.col("line") == COMPLETED, pl.col("months").is_null())["counts"].to_list()
    assert waited == ["month 136: last followed", "month 49: reached"]
