"""Levels of Norwegian as they were shown: a result a row, its level as a rank."""

import polars as pl

from tracker.indicators.frames import Frames
from tracker.indicators.tellings import RANKS as RANKS
from tracker.indicators.tellings import RESULTS
from tracker.indicators.tellings import SKILLS as SKILLS


def results(frames: Frames) -> pl.DataFrame:
    """(participant, skill, rank, tested, on) of every result on the day of its test; not assessed is no result.

    ``tested``: it is a result of the national test (norskprøven).
    """
    return frames.derived(RESULTS)
