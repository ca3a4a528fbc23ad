"""Caseload: who counts with whom on a day, what began and ended in a year, and what is planned to end."""

from datetime import date

from tests.follow_up.office import Office
from tracker.follow_up.caseload import by_municipality, months_ahead


def told(office: Office) -> Office:
    return office.told("""
        who | on         | fact                  | values
        Ana | 2024-01-10 | advisor-assigned      | advisor=kari
        Ana | 2024-01-10 | programme-started     | planned-end=2025-06-30
        Ana | 2024-01-10 | contract-signed       | contract=integration-contract until=2024-12-31 parties=participant,municipality
        Bo  | 2024-01-10 | advisor-assigned      | advisor=kari
        Bo  | 2024-02-01 | programme-started     |
        Bo  | 2024-05-31 | programme-ended       | manner=completed
        Cy  | 2024-03-01 | programme-started     | planned-end=2026-03-01
        Cy  | 2024-04-01 | moved-to-municipality | municipality=0301
        """)


def test_active_participants_count_once_with_their_advisor_where_they_live(office: Office) -> None:
    told(office)
    found = {(load.advisor, load.municipality): load.active for load in office.loads("2024-05-31")}
    assert found == {("kari", "5001"): 2, ("", "0301"): 1}
    found = {(load.advisor, load.municipality): load.active for load in office.loads("2024-06-01")}
    assert found == {("kari", "5001"): 1, ("", "0301"): 1}
    found = {(load.advisor, load.municipality): load.active for load in office.loads("2024-03-31")}
    assert found == {("", "5001"): 1, ("kari", "5001"): 2}


def test_planned_ends_are_counted_by_month_for_twenty_four_months(office: Office) -> None:
    told(office)
    kari = office.loads("2024-04-15", advisor="kari")[0]
    assert dict(kari.planned) == {("programme", date(2025, 6, 1)): 1, ("contract", date(2024, 12, 1)): 1}
    assert kari.unplanned["programme"] == 1
    months = months_ahead(date(2024, 4, 15))
    assert (months[0], months[-1], len(months)) == (date(2024, 4, 1), date(2026, 3, 1), 24)
    (cy,) = office.loads("2024-04-15", municipality="0301")
    assert cy.planned["programme", date(2026, 3, 1)] == 1
    (cy,) = office.loads("2024-03-31", who="Cy")
    assert not cy.planned.total()


def test_a_contract_holds_no_longer_than_its_last_day_and_a_programme_runs_until_its_end_is_told(
    office: Office,
) -> None:
    told(office)
    found = []
    for day in ("2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01"):
        (ana,) = office.loads(day, who="Ana")
        found.append((ana.active, ana.running["contract"], ana.passed["contract"], ana.passed["programme"]))
    assert found == [(1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 1, 0), (1, 0, 1, 1)]


def test_starts_and_ends_are_those_of_twelve_months_up_to_the_day(office: Office) -> None:
    told(office)
    found = []
    for day in ("2024-01-31", "2024-02-01", "2024-05-31", "2024-06-01", "2025-01-31", "2025-02-01", "2025-05-31"):
        loads = office.loads(day, who="Bo")
        found.append((loads[0].started["programme"], loads[0].ended["programme"]) if loads else None)
    assert found == [None, (1, 0), (1, 0), (1, 1), (1, 1), (0, 1), None]


def test_what_was_reopened_has_not_ended_and_what_was_told_later_was_not_known(office: Office) -> None:
    told(office)
    before = office.position
    office.told("""
        who | recorded   | on         | fact               | values
        Bo  | 2024-06-20 | 2024-06-10 | programme-reopened |
        """)
    (bo,) = office.loads("2024-06-15", who="Bo")
    assert (bo.active, bo.ended["programme"], bo.started["programme"]) == (1, 0, 1)
    (bo,) = office.loads("2024-06-15", who="Bo", position=before)
    assert (bo.active, bo.ended["programme"], bo.started["programme"]) == (0, 1, 1)


def test_who_has_died_is_in_no_caseload(office: Office) -> None:
    told(office).told("""
        who | on         | fact | values
        Ana | 2024-06-15 | died |
        """)
    assert [load.active for load in office.loads("2024-06-14", who="Ana")] == [1]
    assert office.loads("2024-06-15", who="Ana") == []


def test_municipalities_add_up_their_advisors_and_every_number_is_told(office: Office) -> None:
    told(office)
    loads = office.loads("2024-03-31")
    (whole,) = by_municipality(loads)
    assert (whole.municipality, whole.active, whole.started["programme"]) == ("5001", 3, 3)
    counts = list(whole.counts(months_ahead(date(2024, 3, 31))))
    assert len(counts) == 1 + 2 * (5 + 24)
    assert sum(count.number for count in counts if count.measure == "planned-end") == 2
