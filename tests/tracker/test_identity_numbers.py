"""Identity numbers against two validators by others: python-stdnum, and NAV's own run through node.

Only numbers of test persons (month + 80) are written out; all others are made while the test runs.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer as stdnum

from tracker.identity_numbers import (
    Duf,
    IdentityNumber,
    InvalidIdentityNumber,
    Kind,
    normalised,
    parse_duf,
    parse_identity_number,
)

ORACLES = Path(__file__).parent.parent / "oracles"
NAV_TYPES: dict[str, tuple[Kind, bool]] = {
    "fnr": ("national-identity-number", False),
    "tnr": ("national-identity-number", True),
    "dnr": ("d-number", False),
    "dnr-and-tnr": ("d-number", True),
    "dnr-and-hnr": ("d-number", True),
    "hnr": ("h-number", False),
}
PERSON = "29820000100"

Types = list[str | None]


@pytest.fixture(scope="module")
def nav_types() -> Iterator[Callable[[Sequence[str]], Types]]:
    """Asks NAV's validator for the types of many numbers at once; one node process serves the module."""
    if not (ORACLES / "node_modules").is_dir() or shutil.which("node") is None:
        reason = "NAV's validator is not installed: run npm ci --prefix tests/oracles (needs node)"
        if os.environ.get("TRACKER_REQUIRE_ORACLES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with subprocess.Popen(
        ["node", str(ORACLES / "identity_numbers.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        questions, answers = node.stdin, node.stdout
        assert questions is not None
        assert answers is not None

        def ask(numbers: Sequence[str]) -> Types:
            questions.write(json.dumps(numbers) + "\n")
            questions.flush()
            types: Types = json.loads(answers.readline())
            assert len(types) == len(numbers)
            return types

        yield ask


def parsed(number: str) -> IdentityNumber | None:
    try:
        return parse_identity_number(number, allow_synthetic=True)
    except InvalidIdentityNumber:
        return None


def read_as_nav_does(numbers: Sequence[str], types: Types) -> None:
    for number, nav_type in zip(numbers, types, strict=True):
        expected = IdentityNumber(*NAV_TYPES[nav_type], number) if nav_type else None
        assert parsed(number) == expected, f"{number} is {nav_type} to NAV"


def with_every_check(nine: str) -> list[str]:
    return [f"{nine}{check:02}" for check in range(100)]


def with_old_check(six: str) -> str:
    """The six digits completed to a number that is right under the rule before 2032."""
    for individual in range(1000):
        number = f"{six}{individual:03}"
        for check_digit in (stdnum.calc_check_digit1, stdnum.calc_check_digit2):
            number += check_digit(number)
        if len(number) == 11:
            return number
    raise AssertionError(f"no individual number fits {six}")


days = st.dates(date(1854, 1, 1), date(2150, 12, 31))
individuals = st.integers(0, 999)
day_marks = st.sampled_from([0, 40])
month_marks = st.sampled_from([0, 40, 80])


def nine_digits(on: date, individual: int, day_mark: int, month_mark: int) -> str:
    return f"{on.day + day_mark:02}{on.month + month_mark:02}{on.year % 100:02}{individual:03}"


@given(st.builds(nine_digits, days, individuals, day_marks, month_marks))
def test_all_check_digits_of_a_dated_number_are_judged_as_nav_judges_them(
    nav_types: Callable[[Sequence[str]], Types], nine: str
) -> None:
    numbers = with_every_check(nine)
    types = nav_types(numbers)
    assert sum(nav_type is not None for nav_type in types) <= 4
    read_as_nav_does(numbers, types)


@given(st.from_regex(r"[0-7][0-9]{8}", fullmatch=True))
def test_any_digits_are_judged_as_nav_judges_them(nav_types: Callable[[Sequence[str]], Types], nine: str) -> None:
    numbers = with_every_check(nine)
    read_as_nav_does(numbers, nav_types(numbers))


@pytest.mark.parametrize("year", ["00", "01", "04", "99"])
def test_every_day_and_month_is_a_date_where_nav_finds_one(
    nav_types: Callable[[Sequence[str]], Types], year: str
) -> None:
    numbers = [with_old_check(f"{day:02}{month:02}{year}") for day in range(80) for month in range(100)]
    types = nav_types(numbers)
    leap_day = 0 if year in ("01", "99") else 1
    assert sum(nav_type is not None for nav_type in types) == (365 + leap_day) * 2 * 3
    read_as_nav_does(numbers, types)


@given(st.builds(nine_digits, st.dates(date(1901, 1, 1), date(1999, 12, 31)), st.integers(0, 499), day_marks,
                 st.sampled_from([0, 40])))  # fmt: skip
def test_under_the_old_rule_stdnum_agrees_where_it_can_tell_the_century(nine: str) -> None:
    for number in with_every_check(nine):
        right_under_the_old_rule = parsed(number) is not None and number[9] == stdnum.calc_check_digit1(number)
        assert right_under_the_old_rule == stdnum.is_valid(number)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_whatever_stdnum_accepts_is_accepted(nine: str) -> None:
    for number in with_every_check(nine):
        assert parsed(number) is not None or not stdnum.is_valid(number)


@given(st.from_regex(r"[89][0-9]{8}", fullmatch=True))
def test_an_fh_number_has_no_date_and_one_pair_of_check_digits(nine: str) -> None:
    first = stdnum.calc_check_digit1(nine)
    second = stdnum.calc_check_digit2(nine + first)
    assume(len(first + second) == 2)
    accepted = [number for number in with_every_check(nine) if parsed(number)]
    assert accepted == [nine + first + second]
    assert parsed(accepted[0]) == IdentityNumber("fh-number", False, accepted[0])


@pytest.mark.parametrize(
    "remainder, number", [(0, "01819000049"), (1, "01819000057"), (2, "01819000065"), (3, "01819000073")]
)
def test_from_2032_the_first_check_digit_may_leave_0_to_3(remainder: int, number: str) -> None:
    leaves = sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), number[:10], strict=True)) % 11
    assert leaves == remainder
    assert parse_identity_number(number, allow_synthetic=True).digits == number


@pytest.mark.parametrize("number, kind", [(PERSON, "national-identity-number"), ("41819000032", "d-number")])
def test_a_test_person_is_refused_among_real_people(number: str, kind: Kind) -> None:
    assert parse_identity_number(number, allow_synthetic=True) == IdentityNumber(kind, True, number)
    with pytest.raises(InvalidIdentityNumber, match="synthetic"):
        parse_identity_number(number, allow_synthetic=False)


def test_a_nav_test_person_with_a_d_number_is_refused_among_real_people() -> None:
    number = with_old_check("414190")
    with pytest.raises(InvalidIdentityNumber, match="synthetic"):
        parse_identity_number(number, allow_synthetic=False)


@pytest.mark.parametrize(
    "six, kind",
    [
        ("010190", "national-identity-number"),
        ("410190", "d-number"),
        ("014190", "h-number"),
        ("810190", "fh-number"),
    ],
)
@pytest.mark.parametrize("allow_synthetic", [True, False])
def test_a_number_that_may_belong_to_someone_is_never_synthetic(six: str, kind: Kind, allow_synthetic: bool) -> None:
    number = with_old_check(six)
    assert parse_identity_number(number, allow_synthetic=allow_synthetic) == IdentityNumber(kind, False, number)


@pytest.mark.parametrize(
    "text", ["298200 00100", " 29820000100\n", "29 82 00 00100", "298200\u00a000100", "298200\u202f00100"]
)
def test_spaces_do_not_matter(text: str) -> None:
    assert normalised(text) == PERSON
    assert parse_identity_number(text, allow_synthetic=True).digits == PERSON


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "not digits alone"),
        ("298200-00100", "not digits alone"),
        ("2982000010x", "not digits alone"),
        ("٢٩٨٢٠٠٠٠١٠٠", "not digits alone"),
        ("2982000010²", "not digits alone"),
        ("9820000100", "must have 11 digits, got 10"),
        ("298200001000", "must have 11 digits, got 12"),
        ("30820000100", "no date in any century"),
        ("29820100100", "no date in any century"),
        ("01939000049", "no date in any century"),
        ("00819000049", "no date in any century"),
        ("29820000101", "check digits"),
        ("29820001000", "check digits"),
    ],
)
def test_a_refusal_names_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(InvalidIdentityNumber, match=reason):
        parse_identity_number(text, allow_synthetic=True)


@given(
    st.from_regex(r"[0-9]{5,13}x?", fullmatch=True)
    | st.builds(lambda c: PERSON[:-2] + c, st.from_regex(r"[0-9]{2}", fullmatch=True))
)
@pytest.mark.parametrize("parse", [lambda text: parse_identity_number(text, allow_synthetic=False), parse_duf])
def test_a_refusal_never_shows_the_number(parse: Callable[[str], object], text: str) -> None:
    try:
        found = parse(text)
    except InvalidIdentityNumber as refusal:
        shown = f"{refusal} {refusal!r} {refusal.__cause__} {refusal.__context__}"
    else:
        shown = f"{found!r} {found}"
    assert not any(text[start : start + 3] in shown for start in range(len(text) - 2))


def test_what_is_shown_of_a_number_is_its_kind() -> None:
    number = parse_identity_number(PERSON, allow_synthetic=True)
    assert repr(number) == str(number) == "IdentityNumber(kind='national-identity-number', synthetic=True)"
    assert repr(parse_duf("2099 000001 03")) == "Duf(checked=True)"


@pytest.mark.parametrize(
    "text, checked",
    [("209900000103", True), ("2099 000001 03", True), ("209900000104", False), ("209900000113", False)],
)
def test_check_digits_of_a_duf_number_only_warn(text: str, checked: bool) -> None:
    assert parse_duf(text) == Duf(normalised(text), checked)


@given(st.integers(2050, 2099), st.integers(0, 999_999))
def test_one_ending_of_a_duf_number_agrees_with_the_published_rule(year: int, running: int) -> None:
    """The rule in its other published form: the year moved behind the running number, weighted 4632754632."""
    moved = f"{running:06}{year}"
    remainder = (
        sum(weight * int(digit) for weight, digit in zip((4, 6, 3, 2, 7, 5, 4, 6, 3, 2), moved, strict=True)) % 11
    )
    endings = [ending for ending in range(100) if parse_duf(f"{year}{running:06}{ending:02}").checked]
    assert endings == [remainder]


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "DUF number is not digits alone"),
        ("2099-00000103", "DUF number is not digits alone"),
        ("20990000010", "must have 12 digits, got 11"),
        ("194900000103", "no plausible year"),
        ("210000000103", "no plausible year"),
    ],
)
def test_a_duf_number_of_another_form_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidIdentityNumber, match=reason):
        parse_duf(text)


@pytest.mark.parametrize("year", [1950, 2099])
def test_the_years_of_a_duf_number_include_both_ends(year: int) -> None:
    assert parse_duf(f"{year}00000100").digits.startswith(str(year))


def test_the_lock_of_the_oracles_names_no_registry() -> None:
    lock = (ORACLES / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert "resolved" not in lock
    assert "://" not in lock
