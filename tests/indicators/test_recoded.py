"""Municipality codes of one year: a cohort keeps its people, and who was only renumbered has not moved."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from events import Fact
from events.intake import ParticipantRegistered, UnitAssigned
from events.municipality import MunicipalityRegistered
from events.programme import ProgrammeEnded, ProgrammeStarted
from events.residence import Died, LeftNorway, MovedToMunicipality
from events.work import JobStarted
from tests.cli.terminal import Terminal
from tests.indicators.cohorts import AUTHOR, frames_of
from tests.scenario import Clock
from tracker.application import ProgressionTracker
from tracker.codes import CodeNotKnown, Codes, CodeSpan, YearNotKnown
from tracker.indicators.cohort import Cohort, members
from tracker.indicators.columns.kinds import PEOPLE, PLACES, STRETCHES
from tracker.indicators.frames import Frames
from tracker.indicators.pipeline import Question, measured
from tracker.indicators.recoded import Recoded
from tracker.indicators.robustness.loss import R5
from tracker.settings import Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, reference_data: Path) -> Path:
    """A data folder with the codes of 1994 to 2024 as Statistics Norway tells them."""
    home = tmp_path / "home"
    folder = reference_data / "kommuner"
    Terminal(home).done(
        "codes", "import", folder / "kommune_crosswalk_1994_2024.csv", *sorted(folder.glob("kommuner_*.csv"))
    )
    return home


@pytest.fixture
def app(home: Path) -> Iterator[ProgressionTracker]:
    app = ProgressionTracker(Settings(home, by="advisor-1"), Clock(NOW))
    yield app
    app.close()


def settle(app: ProgressionTracker, who: int, code: str, settled: date, *facts: Fact) -> UUID:
    """Somebody who settled on a day, and to whom something happened then."""
    stream = UUID(int=who)
    told = ParticipantRegistered(on=settled, municipality=code, settled_on=settled)
    app.register(told, AUTHOR, participant=stream)
    for fact in facts:
        app.log(stream, fact, AUTHOR)
    return stream


def left(on: date, started: date = date(2018, 3, 1)) -> tuple[Fact, Fact]:
    return ProgrammeStarted(on=started), ProgrammeEnded(on=on, main_activity="work")


def moved(on: date, code: str) -> Fact:
    return MovedToMunicipality(on=on, municipality=code)


def in_codes_of(app: ProgressionTracker, year: int) -> Frames:
    return frames_of(app).in_codes_of(year, Codes.load(app.settings.home))


def leavers(frames: Frames, municipality: str, years: str = "left:2019") -> int:
    return members(frames, Cohort.parse(years), municipality).height


def test_the_cohort_of_a_municipality_that_got_another_code_is_found_under_it(app: ProgressionTracker) -> None:
    """Drammen was 0602 until 2019, 3005 until 2023, and is 3301; Svelvik, 0711, became a part of it in 2020."""
    settle(app, 1, "0602", date(2018, 2, 1), *left(date(2019, 6, 30)))
    settle(app, 2, "0711", date(2018, 2, 1), *left(date(2019, 6, 30)))
    settle(app, 3, "3005", date(2021, 2, 1), *left(date(2022, 6, 30), date(2021, 3, 1)))
    settle(app, 4, "0301", date(2018, 2, 1), *left(date(2019, 6, 30)))
    assert [leavers(frames_of(app), code) for code in ("0602", "0711", "3301")] == [1, 1, 0]
    now = in_codes_of(app, 2024)
    assert [leavers(now, code) for code in ("0602", "0711", "3301", "0301")] == [0, 0, 2, 1]
    assert leavers(now, "3301", "left:2019..2022") == 3
    assert leavers(in_codes_of(app, 2021), "3005") == 2


def test_who_was_only_renumbered_has_not_moved(app: ProgressionTracker) -> None:
    """Both have a new code told of them, one of them that of another municipality."""
    settle(app, 1, "0602", date(2018, 2, 1), *left(date(2019, 6, 30)), moved(date(2020, 1, 1), "3005"))
    settle(app, 2, "0602", date(2018, 2, 1), *left(date(2019, 6, 30)), moved(date(2020, 1, 1), "0301"))

    def out(frames: Frames, municipality: str) -> list[int]:
        figures = measured(frames, R5, Question(Cohort.parse("left:2019"), (), municipality, (6, 7))).figures
        return figures.filter(line="out-of-scope").sort("months")["counted"].to_list()

    assert out(frames_of(app), "0602") == [0, 2]
    assert out(in_codes_of(app, 2024), "3301") == [0, 1]


def test_a_code_is_that_of_the_year_in_which_it_came_to_hold(app: ProgressionTracker) -> None:
    app.register_municipality(MunicipalityRegistered(on=date(2019, 5, 1), municipality="0602", name="Drammen"), AUTHOR)
    settle(app, 1, "5001", date(2018, 2, 1), moved(date(2019, 12, 31), "0602"))
    settle(app, 2, "1601", date(2017, 12, 31), moved(date(2020, 1, 1), "3005"))
    now = in_codes_of(app, 2024)
    assert now.municipalities["municipality"].to_list() == ["3301"]
    assert now.people()["municipality"].to_list() == ["5001", "5001"]
    assert now.spells("residence")["value"].to_list() == ["3301", "3301"]


def test_one_that_was_split_is_a_group_of_its_own(app: ProgressionTracker) -> None:
    """Haram left 1507 Ålesund in 2024; where in it somebody had lived is not told."""
    settle(app, 1, "1507", date(2021, 2, 1), *left(date(2022, 6, 30), date(2021, 3, 1)))
    settle(app, 2, "1508", date(2024, 2, 1), *left(date(2025, 6, 30), date(2024, 3, 1)))
    now = in_codes_of(app, 2024)
    assert now.people()["municipality"].to_list() == ["split: 1507", "1508"]
    assert leavers(now, "split: 1507", "left:2022") == 1
    found = measured(now, R5, Question(Cohort.parse("left:2022"), ("municipality",), None, (0,))).figures
    assert found.filter(line="status-known")["municipality"].to_list() == ["all", "split: 1507"]
    assert found.filter(line="out-of-scope")["counted"].to_list() == [0, 0]


def test_what_is_no_municipality_stays(app: ProgressionTracker) -> None:
    gone = (LeftNorway(on=date(2020, 1, 1)), moved(date(2021, 1, 1), "3005"), Died(on=date(2022, 1, 1)))
    settle(app, 1, "0602", date(2018, 2, 1), *gone)
    assert in_codes_of(app, 2024).spells("residence").sort("valid_from")["value"].to_list() == [
        "left-norway",
        "3301",
        "died",
    ]


def test_other_activities_and_columns_are_as_they_were(app: ProgressionTracker) -> None:
    """A key or value of four digits is a code only where somebody lives."""
    day = date(2019, 1, 1)
    told = (JobStarted(on=day, job="0602"), UnitAssigned(on=day, unit="0602", kind="school"), moved(day, "0711"))
    settle(app, 1, "0602", date(2018, 2, 1), *told)
    plain, now = frames_of(app), in_codes_of(app, 2024)
    same = ["participant", "activity", "key", "valid_from", "valid_to"]
    assert_frame_equal(now.spells().select(same), plain.spells().select(same))
    for asked in (now.spells(), now.spells("residence"), now.spells("work", "residence")):
        assert asked.filter(pl.col("activity") == "residence")["value"].to_list() == ["3301"]
        assert asked.columns == plain.spells().columns
    assert now.spells("residence", columns=("value",)).rows() == [("3301",)]
    assert now.spells("residence", columns=("participant",)).columns == ["participant"]
    assert_frame_equal(now.spells("work"), plain.spells("work"))
    assert now.spells().filter(pl.col("activity") == "unit")["value"].to_list() == ["0602"]
    assert_frame_equal(now.facts(), plain.facts())
    assert_frame_equal(now.history("job-started"), plain.history("job-started"))
    assert_frame_equal(now.windows, plain.windows)


@pytest.mark.parametrize(
    "code, settled, refusal, message",
    [
        ("0602", date(2021, 2, 1), CodeNotKnown, r"settlement in 0602 from 2021: .* it was in force -2019"),
        ("9998", date(2021, 2, 1), CodeNotKnown, r"settlement in 9998 from 2021: no municipality had the code '9998'"),
        ("0602", date(1985, 2, 1), YearNotKnown, r"settlement in 0602 from 1985: .* got 1985; import a file"),
    ],
)
def test_a_code_that_none_had_is_refused_with_where_it_stands(
    app: ProgressionTracker, code: str, settled: date, refusal: type[Exception], message: str
) -> None:
    settle(app, 1, code, settled)
    with pytest.raises(refusal, match=message):
        in_codes_of(app, 2024).people()


def test_a_residence_that_none_had_is_refused_with_where_it_stands(app: ProgressionTracker) -> None:
    settle(app, 1, "0602", date(2018, 2, 1), moved(date(2021, 1, 1), "0602"))
    with pytest.raises(CodeNotKnown, match="residence in 0602 from 2021"):
        in_codes_of(app, 2024).spells("residence")


def test_a_year_beyond_the_codes_is_refused_at_once(app: ProgressionTracker) -> None:
    with pytest.raises(YearNotKnown, match="got 2031"):
        in_codes_of(app, 2031)


SPANS = (
    CodeSpan("3301", "Elvebyen", "K.3301", 2024, None, 2024),
    CodeSpan("3005", "Elvebyen", "K.3301", 2020, 2023, 2023),
    CodeSpan("0602", "Elvebyen", "K.3301", 1994, 2019, 2019),
    CodeSpan("0711", "Strand", "K.3301", 1994, 2019, 2019),
    CodeSpan("1508", "Kysten", "K.1508", 2024, None, 2024),
    CodeSpan("1507", "Kysten", "K.1508", 2020, 2023, 2023),
    CodeSpan("1504", "Kysten", "K.1508", 1994, 2019, 2019),
    CodeSpan("0301", "Byen", "K.0301", None, None, 2024),
)
CODES = Codes(SPANS)
TOLD = st.builds(
    lambda span, year: (span.code, min(max(year, span.first_year or 0), span.last_year or 9999)),
    st.sampled_from(SPANS),
    st.integers(1994, 2026),
)


class Given:
    """Rows that were thought up, in the place of those of a read model."""

    def __init__(self, told: list[tuple[str, int]]) -> None:
        days = [date(year, 7, 1) for _, year in told]
        self.told = pl.DataFrame(
            {"participant": range(len(told)), "code": [code for code, _ in told], "day": days},
            schema={"participant": pl.UInt32, "code": pl.String, "day": pl.Date},
        )

    def rows(self, kind: Any, parts: Any, columns: Any) -> pl.DataFrame:
        return self.told.with_columns(
            municipality="code",
            value="code",
            activity=pl.lit("residence"),
            **dict.fromkeys(("settled_on", "registered_on", "valid_from"), "day"),
        ).select(columns)


@given(st.lists(TOLD, max_size=12), st.integers(1994, 2024))
def test_every_row_has_the_code_that_it_has_alone(told: list[tuple[str, int]], year: int) -> None:
    expected = [(number, CODES.group(code, then, year)) for number, (code, then) in enumerate(told)]
    found = Recoded(Given(told), CODES, year)  # type: ignore[arg-type]
    for kind, column in ((PEOPLE, "municipality"), (PLACES, "municipality"), (STRETCHES, "value")):
        assert found.rows(kind, (), ("participant", column)).rows() == expected


def test_the_year_of_the_codes_is_printed_with_the_result(home: Path) -> None:
    terminal = Terminal(home)
    for number in range(6):
        who = terminal.done(
            "register", "--municipality", "0602", "--settled-on", "2018-02-01", "--reference", f"s:{number}"
        ).strip()
        terminal.done("log", who, "programme-started", "--on", "2018-03-01")
        terminal.done("log", who, "programme-ended", "--on", "2019-06-30", "--main-activity", "work")
    asked = ("indicators", "R1", "--cohort", "left:2019", "--municipality", "3301", "--codes", 2024)
    told = terminal.run(*asked)
    assert told.exit_code == 0 and ", codes 2024" in told.stderr
    rows = json.loads(terminal.done(*asked, "--format", "json"))
    assert {row["n"] for row in rows} == {6} and all(row["versions"].endswith("codes 2024") for row in rows)
    assert "municipality 3301; there is 0602" in terminal.refused(*asked[:-2])
    states = ("trajectory", "distribution", "--months", 2, "--municipality", "3301")
    told = terminal.run(*states, "--codes", 2024, "--format", "csv")
    assert "1,PROGRAMME,6,1.0" in told.stdout.splitlines() and ", codes 2024" in told.stderr
    assert "municipality 3301; there is 0602" in terminal.refused(*states, "--format", "csv")
