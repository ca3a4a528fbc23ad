"""Each kind of problem, with its boundaries: the day before, the day, the day after."""

from datetime import date
from typing import get_args

import pytest

from tests.quality.installation import Installation
from tracker.quality.asking import Question, counts
from tracker.quality.finding import PARTS
from tracker.quality.kinds import BY_CODE, KINDS, Kind
from tracker.spells import IMPOSSIBLE
from tracker.spells import Kind as Flag

HEAD = "who | recorded | on | fact | values | imported\n"


def line(who: str, on: str, fact: str, values: str = "", *, recorded: str = "", imported: str = "") -> str:
    return f"{who} | {recorded} | {on} | {fact} | {values} | {imported}\n"


def started(who: str, on: str = "2023-01-31", values: str = "") -> str:
    return line(who, on, "programme-started", values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_says_what_it_counts_why_and_on_what_it_rests(installation: Installation, kind: Kind) -> None:
    assert all((kind.title, kind.definition.endswith("."), kind.why, kind.source))
    assert bool(kind.left_out) == bool(kind.left_out_because)
    told = installation.count(kind.code, "2024-01-01")
    assert (told.participants, told.out_of, told.findings, told.left_out) == (0, 0, 0, 0)


def test_every_flag_of_the_read_model_has_its_kind() -> None:
    flags = {*get_args(Flag), "impossible", "level-below-earlier"} - IMPOSSIBLE
    assert flags <= set(BY_CODE)


BASELINE = (
    line("Ana", "2023-02-01", "track-assigned", "track=2")
    + "".join(
        line("Ana", "2023-04-30", "language-level-reached", f"skill={skill} level=below-A1")
        for skill in ("listening", "reading", "writing", "speaking")
    )
    + line("Ana", "2023-03-01", "background-updated", "schooling=basic literate=no")
    + line("Ana", "2023-03-01", "skills-mapped", "work-years=3")
    + line("Ana", "2023-03-01", "programme-goal-set", "goal=work")
    + line("Ana", "2023-03-01", "career-goal-set", "goal=profession")
)


def test_a_starting_point_is_complete_with_the_last_day_of_the_three_months(installation: Installation) -> None:
    """The programme started on 31 January, so the three months end on 30 April."""
    installation.told(HEAD + started("Ana") + BASELINE + started("Bo"))
    assert installation.who("missing-baseline", "2023-04-30") == ""
    assert installation.who("missing-baseline", "2023-05-01") == "Bo"
    (bo,) = installation.found("missing-baseline", "2023-05-01")
    assert (bo.happened_on, bo.due) == (date(2023, 1, 31), date(2023, 4, 30))
    assert bo.detail == ", ".join(PARTS)


@pytest.mark.parametrize(
    "changed, missing",
    [
        ("2023-02-01 | track-assigned", "track"),
        ("2023-03-01 | skills-mapped", "work history"),
        ("2023-03-01 | programme-goal-set", "programme goal"),
        ("2023-03-01 | career-goal-set", "long-term goal"),
        ("2023-04-30 | language-level-reached | skill=reading", "level in reading"),
    ],
)
def test_a_part_told_of_the_day_after_is_named_with_its_day(
    installation: Installation, changed: str, missing: str
) -> None:
    day = changed.partition(" ")[0]
    installation.told(HEAD + started("Ana") + BASELINE.replace(changed, changed.replace(day, "2023-05-01")))
    (ana,) = installation.found("missing-baseline", "2023-06-01")
    assert ana.detail == f"{missing} (first told of 2023-05-01)"


@pytest.mark.parametrize(
    "values, instead, missing",
    [
        ("schooling=basic literate=no", "schooling=unknown literate=no", "schooling"),
        ("schooling=basic literate=no", "schooling=basic literate=not-asked", "literacy"),
        ("skill=writing level=below-A1", "skill=writing level=not-assessed", "level in writing"),
    ],
)
def test_unknown_is_not_told(installation: Installation, values: str, instead: str, missing: str) -> None:
    installation.told(HEAD + started("Ana") + BASELINE.replace(values, instead))
    assert [finding.detail for finding in installation.found("missing-baseline", "2023-06-01")] == [missing]


def test_the_registration_may_tell_schooling_and_literacy(installation: Installation) -> None:
    told = BASELINE.replace("schooling=basic literate=no", "children=1")
    start = line("Ana", "", "participant-registered", "schooling=none literate=no")
    assert installation.told(HEAD + start + started("Ana") + told).who("missing-baseline", "2024-01-01") == ""


def test_late_is_later_than_two_calendar_months_by_the_day_in_norway(installation: Installation) -> None:
    """From 1 July 62 days are in time and 63 are not; from 1 January 59 and 60; on 29 February 2024 the year's last."""
    rows = [
        ("summer-62", "2023-07-01", "2023-09-01T21:59"),
        ("summer-63", "2023-07-01", "2023-09-01T22:00"),
        ("winter-59", "2023-01-01", "2023-03-01T22:59"),
        ("winter-60", "2023-01-01", "2023-03-01T23:00"),
        ("leap-in", "2023-12-31", "2024-02-29"),
        ("leap-out", "2023-12-31", "2024-03-01"),
        ("feb-28-in", "2022-12-31", "2023-02-28"),
        ("feb-28-out", "2022-12-31", "2023-03-01"),
    ]
    text = HEAD + "".join(
        line(who, on, "programme-offered", recorded=recorded)
        for who, on, recorded in sorted(rows, key=lambda row: row[2])
    )
    installation.told(text)
    assert installation.who("late-registration", "2025-01-01") == "feb-28-out leap-out summer-63 winter-60"
    assert installation.who("late-registration", "2023-06-30") == "feb-28-out winter-60"


def test_a_fact_known_to_its_month_is_late_from_the_last_day_of_it_on(installation: Installation) -> None:
    installation.told(
        HEAD
        + line("in", "2023-07", "programme-offered", recorded="2023-09-30")
        + line("out", "2023-07", "programme-offered", recorded="2023-10-01")
        + line("year-in", "2022", "programme-offered", recorded="2023-02-28")
        + line("year-out", "2022", "programme-offered", recorded="2023-03-01")
    )
    assert installation.who("late-registration", "2025-01-01") == "out year-out"


def test_imported_history_is_late_by_the_day_it_was_first_written_down_and_else_left_out(
    installation: Installation,
) -> None:
    installation.told(
        HEAD
        + line("in", "2021-07-01", "programme-offered", recorded="2023-01-01", imported="2021-09-01")
        + line("out", "2021-07-01", "programme-offered", recorded="2023-01-02", imported="2021-09-02")
        + line("never", "2021-07-01", "programme-offered", recorded="2023-01-03", imported="yes")
        + line("other", "2021-07-01", "job-started", "job=cafe", recorded="2023-01-03", imported="yes")
    )
    assert installation.who("late-registration", "2025-01-01") == "out"
    told = installation.count("late-registration", "2025-01-01")
    assert (told.participants, told.findings, told.left_out, told.out_of) == (1, 1, 1, 4)


def test_a_late_fact_is_put_right_by_no_correction_but_its_day(installation: Installation) -> None:
    installation.told(
        HEAD
        + line("Ana", "2023-01-10", "programme-offered", recorded="2023-04-01")
        + line("Ana", "", "correct 2", "basis=claim", recorded="2023-04-02")
    )
    assert installation.who("late-registration", "2025-01-01") == "Ana"
    installation.told(HEAD + line("Ana", "", "correct 2", "on=2023-03-10", recorded="2023-04-03"))
    assert installation.who("late-registration", "2025-01-01") == ""
    assert len(installation.found("late-registration", "2025-01-01", position=2)) == 1


def test_an_end_without_reason_or_main_activity_is_told_with_the_day_its_year_closes(
    installation: Installation,
) -> None:
    ends = {
        "full": "reasons=work main-activity=work",
        "none": "",
        "no-reason": "main-activity=work",
        "no-activity": "reasons=work",
        "transfer": "manner=transferred",
    }
    installation.told(
        HEAD
        + "".join(started(who) + line(who, "2023-06-30", "programme-ended", values) for who, values in ends.items())
    )
    assert installation.who("end-reason-missing", "2023-12-31") == "no-reason none"
    assert installation.who("main-activity-missing", "2023-12-31") == "no-activity none"
    assert installation.who("main-activity-missing", "2023-06-30") == ""
    assert installation.who("main-activity-missing", "2023-07-01") == "no-activity none"
    for at, past_due, ahead in (("2024-02-29", 0, date(2024, 2, 29)), ("2024-03-01", 2, None)):
        told = installation.count("main-activity-missing", at)
        assert (told.participants, told.past_due, told.next_due) == (2, past_due, ahead)


def test_only_the_last_end_that_was_not_taken_back_is_looked_at(installation: Installation) -> None:
    installation.told(
        HEAD
        + "".join(started(who) + line(who, "2023-06-30", "programme-ended") for who in ("open", "mended"))
        + "".join(line(who, "2023-09-01", "programme-reopened") for who in ("open", "mended"))
        + line("mended", "2023-12-01", "programme-ended", "reasons=work main-activity=work")
    )
    assert installation.who("main-activity-missing", "2023-08-31") == "mended open"
    assert installation.who("main-activity-missing", "2024-01-01") == ""


def test_a_programme_runs_on_after_its_planned_end_moved_by_extension_and_leave(installation: Installation) -> None:
    planned = "planned-end=2023-12-31"
    leave = line("away", "2023-05-01", "leave-started", "cause=parental")
    own = line("own", "2023-05-01", "leave-started", "cause=other extends-deadline=no")
    installation.told(
        HEAD
        + "".join(started(who, values=planned) for who in ("late", "away", "own", "ended", "longer"))
        + started("never")
        + leave
        + own
        + line("away", "2023-05-10", "leave-ended")
        + line("own", "2023-05-10", "leave-ended")
        + line("longer", "2023-12-01", "programme-extended", "planned-end=2024-12-31")
        + line("ended", "2023-12-31", "programme-ended")
    )
    assert installation.who("open-past-planned-end", "2023-12-31") == ""
    assert installation.who("open-past-planned-end", "2024-01-01") == "late own"
    assert installation.who("open-past-planned-end", "2024-01-10") == "late own"
    assert installation.who("open-past-planned-end", "2024-01-11") == "away late own"
    away = next(found for found in installation.found("open-past-planned-end", "2024-01-11") if "leave" in found.detail)  # type: ignore[operator]
    assert (away.due, away.detail) == (date(2024, 1, 10), "planned end 2023-12-31, and 10 days of leave")


def test_a_gap_is_three_months_in_the_programme_with_nothing_running_and_nothing_told(
    installation: Installation,
) -> None:
    installation.told(
        HEAD
        + "".join(started(who, "2023-01-15") for who in ("quiet", "told", "taught", "away", "gone", "noted", "ended"))
        + line("taught", "2023-01-15", "programme-element-started", "element=norwegian")
        + line("away", "2023-01-15", "leave-started", "cause=parental")
        + line("told", "2023-02-15", "attendance-recorded", "month=2023-02 planned=100 attended=90")
        + line("noted", "2023-02-15", "advisor-assigned", "advisor=kari")
        + line("gone", "2023-01-20", "left-norway")
        + line("ended", "2023-01-31", "programme-ended")
    )
    assert installation.who("gap", "2023-04-14") == ""
    assert installation.who("gap", "2023-04-15") == "noted quiet"
    assert installation.who("gap", "2023-05-14") == "noted quiet"
    assert installation.who("gap", "2023-05-15") == "noted quiet told"


def test_stale_is_a_year_without_news_of_somebody_to_be_followed(installation: Installation) -> None:
    consent = "consent-given", "purpose=follow-up"
    installation.told(
        HEAD
        + started("programme", "2023-01-15")
        + "".join(line(who, "2023-01-15", *consent) for who in ("asked", "unreached", "withdrawn", "dead", "observed"))
        + line("nobody", "2023-01-15", "consent-given", "purpose=participation")
        + line("observed", "2023-02-01", "period-observed", "until=2023-02-28", recorded="2023-03-01")
        + line("withdrawn", "2023-03-01", "consent-withdrawn", "purpose=follow-up")
        + line("dead", "2023-03-01", "died")
        + line("asked", "2023-06-01", "status-confirmed")
        + line("unreached", "2023-06-01", "status-confirmed", "reached=no")
    )
    assert installation.who("stale", "2024-01-14") == ""
    assert installation.who("stale", "2024-01-15") == "programme unreached"
    assert installation.who("stale", "2024-02-27") == "programme unreached"
    assert installation.who("stale", "2024-02-28") == "observed programme unreached"
    assert installation.who("stale", "2024-06-01") == "asked observed programme unreached"


def test_a_job_is_contradicted_by_a_later_confirmation_without_work(installation: Installation) -> None:
    people = ("none", "same-day", "work", "subsidy", "ended", "again", "unreached")
    status = {
        "work": "activities=work=20",
        "subsidy": "activities=wage-subsidy=20",
        "unreached": "reached=no",
    }
    installation.told(
        HEAD
        + "".join(line(who, "2023-03-05", "job-started", "job=cafe") for who in people if who != "same-day")
        + line("month", "2023-03", "job-started", "job=cafe", recorded="2023-03-06")
        + line("same-day", "2023-03-20", "job-started", "job=cafe")
        + line("ended", "2023-03-15", "job-ended", "job=cafe")
        + "".join(line(who, "2023-03-20", "status-confirmed", status.get(who, "")) for who in (*people, "month"))
        + line("again", "2023-04-01", "status-confirmed", "activities=work=20")
    )
    assert installation.who("open-job-contradicted", "2023-03-19") == ""
    assert installation.who("open-job-contradicted", "2023-03-31") == "again none"
    assert installation.who("open-job-contradicted", "2023-04-01") == "none"


def test_what_is_flagged_is_counted_by_its_flag(installation: Installation) -> None:
    installation.told(
        HEAD
        + line("Ana", "2023-01-01", "primary-school-enrolled", "school=a")
        + line("Ana", "2023-02-01", "primary-school-enrolled", "school=b")
        + line("Bo", "2023-02-01", "programme-ended")
        + line("Cy", "2023-01-01", "language-level-reached", "skill=reading level=B1")
        + line("Cy", "2023-02-01", "language-level-reached", "skill=reading level=A2")
        + line("Di", "2023-02-01", "volunteering-started", "kind=sport")
    )
    for code, who in (
        ("overlap", "Ana"),
        ("end-without-start", "Bo"),
        ("level-below-earlier", "Cy"),
        ("without-consent", "Di"),
        ("impossible", ""),
    ):
        assert (installation.who(code, "2023-02-01"), installation.who(code, "2023-01-31")) == (who, "")


def test_groups_are_counted_apart_with_those_who_have_no_unit(installation: Installation) -> None:
    installation.told(
        HEAD
        + started("Ana")
        + started("Bo")
        + line("Cy", "2020-01-01", "participant-registered", "municipality=0301")
        + started("Cy")
        + line("Ana", "2023-02-01", "unit-assigned", "unit=North")
        + line("Ana", "2023-06-01", "unit-assigned", "unit=South")
    )
    kinds = [BY_CODE["missing-baseline"]]

    def grouped(at: str, by: str, municipality: str | None = None) -> list[tuple[str, int, int]]:
        question = Question(installation.position, date.fromisoformat(at), municipality)
        told = counts(installation.app.read_model, question, by, kinds)  # type: ignore[arg-type]
        return [(count.group, count.participants, count.out_of) for count in told]

    assert grouped("2023-05-31", "unit") == [("", 2, 2), ("North", 1, 1)]
    assert grouped("2023-06-01", "unit") == [("", 2, 2), ("South", 1, 1)]
    assert grouped("2023-06-01", "municipality") == [("0301", 1, 1), ("5001", 2, 2)]
    assert grouped("2023-06-01", "unit", "0301") == [("", 1, 1)]
    assert grouped("2019-12-31", "unit") == []
