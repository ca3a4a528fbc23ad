"""Anonymous surveys in figures: which rounds count, who answered them, and whose answers they are."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.indicators.cohorts import counted, exact, frames_of, people
from tests.indicators.rounds import alike, hold, uses
from tracker.application import ProgressionTracker
from tracker.indicators.cohort import Cohort
from tracker.indicators.experienced import AGREEMENT, INFLUENCE
from tracker.indicators.pipeline import Question, measured
from tracker.indicators.political import OFFICES, P3, TRUST
from tracker.indicators.social import CONTACT
from tracker.indicators.surveyed import Asked
from tracker.surveys.instruments import FOLDER, InstrumentNotFound, instrument

YEAR = "year:2024"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ProgressionTracker]:
    """A municipality in which nobody was asked yet."""
    app = people(tmp_path, "who")
    uses(app)
    yield app
    app.close()


def mean(app: ProgressionTracker, cohort: str | None = YEAR, **question: object) -> tuple[int, float | None, str]:
    """(answers known, mean trust, shown) of all together."""
    found = counted(app, P3, cohort, **question)["trust", None]
    return found.counted, found.value, found.shown


@pytest.mark.parametrize("asked", [OFFICES, TRUST, CONTACT, INFLUENCE, AGREEMENT], ids=lambda asked: asked.indicator)
def test_every_item_of_the_tracker_s_own_survey_is_counted_and_has_a_line(asked: Asked) -> None:
    made = instrument("participant-survey", 1)
    fed = [item.code for item in made.feeding(asked.indicator)]
    assert fed == asked.items(made) == list(asked.codes)


@pytest.mark.parametrize(
    "answers, invited, counts",
    [
        (9, 9, False),
        (10, 10, True),
        (10, 25, True),
        (10, 26, False),
        (39, 100, False),
        (40, 100, True),
    ],
)
def test_a_round_counts_from_40_per_cent_and_10_answers_on(
    app: ProgressionTracker, answers: int, invited: int, counts: bool
) -> None:
    hold(app, alike(answers, trust_people=7), invited=invited)
    assert mean(app) == ((answers, 7.0, "shown") if counts else (0, None, "nobody"))
    found = counted(app, P3, YEAR)
    assert (found["answered", None].counted, found["answered", None].n) == (answers, invited)
    left_out = found["in-rounds-left-out", None]
    assert (left_out.counted, left_out.n) == (0 if counts else invited, invited)


def test_a_round_left_out_takes_nothing_from_another_one(app: ProgressionTracker) -> None:
    hold(app, alike(10, trust_people=8), invited=20)
    hold(app, alike(5, trust_people=0), invited=40, until="2024-11-30")
    assert mean(app) == (10, 8.0, "shown")
    found = counted(app, P3, YEAR)
    assert (found["answered", None].counted, found["answered", None].n) == (15, 60)
    assert (found["in-rounds-left-out", None].counted, found["in-rounds-left-out", None].n) == (40, 60)


def test_a_round_that_nobody_answered_is_a_response_of_none(app: ProgressionTracker) -> None:
    hold(app, alike(10, trust_people=8))
    hold(app, [], invited=30, until="2024-11-30")
    assert (counted(app, P3, YEAR)["answered", None].counted, counted(app, P3, YEAR)["answered", None].n) == (10, 40)


def test_a_round_counts_in_the_year_of_its_last_day(app: ProgressionTracker) -> None:
    hold(app, alike(10, trust_people=2), until="2023-12-31")
    hold(app, alike(10, trust_people=4), until="2024-01-01")
    hold(app, alike(10, trust_people=9), until="2024-12-31")
    hold(app, alike(10, trust_people=10), until="2025-01-01")
    assert mean(app) == (20, 6.5, "shown")
    assert mean(app, "year:2023..2024")[0] == 30
    assert mean(app, None)[0] == 40
    rows = exact(app, P3, by=("cohort",))
    by_year = {row["cohort"]: row["value"] for row in rows if (row["line"], row["choice"]) == ("trust", None)}
    assert by_year == {"all": 6.25, "2023": 2.0, "2024": 6.5, "2025": 10.0}


def test_a_year_carries_the_three_years_that_end_with_it_once_each(app: ProgressionTracker) -> None:
    hold(app, alike(10, trust_people=2), until="2021-05-31")
    hold(app, alike(10, trust_people=4), until="2022-05-31")
    hold(app, alike(10, trust_people=9), until="2024-05-31")
    result = measured(frames_of(app), P3, Question(Cohort.parse(YEAR)))
    assert result.pooled is not None
    trust = (pl.col("line") == "trust") & pl.col("choice").is_null()
    assert result.figures.filter(trust).select("counted", "value").row(0) == (10, 9.0)
    assert result.pooled.filter(trust).select("counted", "value").row(0) == (20, 6.5)


def test_a_year_without_a_round_has_its_lines_and_nobody(app: ProgressionTracker) -> None:
    hold(app, alike(10, trust_people=2), until="2022-05-31")
    assert mean(app) == (0, None, "nobody")
    assert counted(app, P3, YEAR)["answered", None].shown == "nobody"


def test_without_any_answer_it_is_not_available_and_never_zero(app: ProgressionTracker) -> None:
    assert [row["shown"] for row in exact(app, P3, YEAR)] == ["not-available"]


def test_a_municipality_has_its_own_rounds_alone(app: ProgressionTracker) -> None:
    uses(app, "0301")
    hold(app, alike(10, trust_people=4))
    hold(app, alike(30, trust_people=8), code="0301")
    assert mean(app) == (40, 7.0, "shown")
    assert mean(app, municipality="0301") == (30, 8.0, "shown")
    assert mean(app, municipality="1103") == (0, None, "nobody")
    found = {
        row["municipality"]: row["value"]
        for row in exact(app, P3, YEAR, by=("municipality",))
        if (row["line"], row["choice"]) == ("trust", None)
    }
    assert found == {"all": 7.0, "0301": 8.0, "5001": 4.0}


def test_answers_are_broken_down_by_what_they_tell_and_else_unknown(app: ProgressionTracker) -> None:
    told = [
        *alike(10, "basic", "female", trust_people=4),
        *alike(6, "upper-secondary-or-more", "male", trust_people=9),
        *alike(4, trust_people=1),
    ]
    hold(app, told, invited=40)

    def by(name: str) -> dict[str, tuple[int, float]]:
        rows = (row for row in exact(app, P3, YEAR, by=(name,)) if (row["line"], row["choice"]) == ("trust", None))
        return {row[name]: (row["counted"], row["value"]) for row in rows}

    assert by("gender") == {"all": (20, 4.9), "female": (10, 4.0), "male": (6, 9.0), "unknown": (4, 1.0)}
    assert by("schooling")["upper-secondary-or-more"] == (6, 9.0)


def test_who_answered_is_compared_with_who_was_invited(app: ProgressionTracker) -> None:
    told = [*alike(12, "basic", "female", trust_people=5), *alike(4, "basic", "male", trust_people=5)]
    invited = {"basic-female": 15, "none-or-some-basic-male": 20, "upper-secondary-or-more-unknown": 5}
    hold(app, [*told, *alike(4, trust_people=5)], invited=invited)
    found = counted(app, P3, YEAR)
    lines = ("gender-female", "gender-male", "schooling-basic", "schooling-none-or-some-basic")
    assert {
        (line, side): (found[line, side].counted, found[line, side].n)
        for line in lines
        for side in ("invited", "answered")
    } == {
        ("gender-female", "invited"): (15, 35),
        ("gender-female", "answered"): (12, 16),
        ("gender-male", "invited"): (20, 35),
        ("gender-male", "answered"): (4, 16),
        ("schooling-basic", "invited"): (15, 40),
        ("schooling-basic", "answered"): (16, 16),
        ("schooling-none-or-some-basic", "invited"): (20, 40),
        ("schooling-none-or-some-basic", "answered"): (0, 16),
    }


def test_an_item_left_out_is_unknown(app: ProgressionTracker) -> None:
    hold(app, [*alike(8, trust_people=7), *alike(4, trust_municipality=3), *alike(3, belonging=5)])
    found = counted(app, P3, YEAR)
    assert (found["trust", None].counted, found["trust", None].unknown) == (12, 3)
    assert (found["trust", "trust-people"].counted, found["trust", "trust-people"].unknown) == (8, 7)
    assert (found["trusts", None].counted, found["trusts", None].n, found["trusts", None].unknown) == (8, 15, 3)


OWN = (FOLDER / "participant-survey-1.toml").read_text(encoding="utf-8").replace("participant-survey", "our-survey")


def own_instrument(app: ProgressionTracker, text: str) -> Path:
    folder = app.settings.home / "instruments"
    folder.mkdir(exist_ok=True)
    (folder / "our-survey-1.toml").write_text(text, encoding="utf-8")
    return folder / "our-survey-1.toml"


def test_items_of_an_own_instrument_count_where_their_scale_is_the_same(app: ProgressionTracker) -> None:
    own_instrument(app, OWN.replace("trust-people", "trust-neighbours"))
    hold(app, alike(10, trust_people=4))
    hold(app, alike(10, trust_neighbours=8), until="2024-10-31", instrument="our-survey")
    found = counted(app, P3, YEAR)
    assert (found["trust", None].counted, found["trust", None].value) == (20, 6.0)
    assert (found["trust", "trust-people"].n, found["trust", "trust-people"].value) == (10, 4.0)


def test_a_survey_with_another_scale_is_not_counted(app: ProgressionTracker) -> None:
    own_instrument(app, OWN.replace("high = 10\ncounts_from = 6", "high = 9\ncounts_from = 6"))
    hold(app, alike(10, trust_people=8), instrument="our-survey")
    assert mean(app) == (0, None, "nobody")
    assert counted(app, P3, YEAR)["answered", None].n == 0


def test_questions_that_are_gone_are_asked_for_by_name(app: ProgressionTracker) -> None:
    path = own_instrument(app, OWN)
    hold(app, alike(10, trust_people=8), instrument="our-survey")
    path.unlink()
    with pytest.raises(InstrumentNotFound, match="no survey instrument our-survey@1"):
        mean(app)
