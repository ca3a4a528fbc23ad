"""The basic amount of the National Insurance Scheme, which thresholds of income are counted in."""

from datetime import date

from tracker.rules import Rule

BASIC_AMOUNT: Rule[int | None] = Rule(
    id="basic-amount",
    version=1,
    steps=(
        (date.min, None),
        (date(2014, 5, 1), 88_370),
        (date(2015, 5, 1), 90_068),
        (date(2016, 5, 1), 92_576),
        (date(2017, 5, 1), 93_634),
        (date(2018, 5, 1), 96_883),
        (date(2019, 5, 1), 99_858),
        (date(2020, 5, 1), 101_351),
        (date(2021, 5, 1), 106_399),
        (date(2022, 5, 1), 111_477),
        (date(2023, 5, 1), 118_620),
        (date(2024, 5, 1), 124_028),
        (date(2025, 5, 1), 130_160),
        (date(2026, 5, 1), None),
    ),
    unit="NOK a year (grunnbeløpet, G); None = not known here",
    basis="National Insurance Act (folketrygdloven) § 1-4, regulated each 1 May. Confirmed: a published table of the "
    "amounts and yearly means for 2014 to 2022, a pension fund's dictionary for 2023, open-source programs of the "
    "labour and welfare administration (NAV) for 2024 and 2025. NAV's own table was not read; 2026 is to be added",
)


def basic_amount_of(year: int) -> int | None:
    """The mean basic amount of a calendar year, in whole NOK: its twelve months, each at the amount of its first day.

    None where the amount of a month is not known here.
    """
    months = [BASIC_AMOUNT.on(date(year, month, 1)) for month in range(1, 13)]
    known = [amount for amount in months if amount is not None]
    return round(sum(known) / 12) if len(known) == 12 else None


def known_years() -> tuple[int, ...]:
    """The calendar years whose mean basic amount is known."""
    first, last = BASIC_AMOUNT.steps[1][0].year, BASIC_AMOUNT.steps[-1][0].year
    return tuple(year for year in range(first, last + 1) if basic_amount_of(year) is not None)
