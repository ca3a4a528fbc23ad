"""Norwegian identity numbers: which texts are one, of which kind, and which only a test person can have."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["national-identity-number", "d-number", "h-number", "fh-number"]

# Each check digit has weight 1 in its own sum, so that a right one brings the sum to an allowed remainder.
FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)

# Numbers issued from 2032 may leave 0-3 in the first sum, those issued before leave 0; nothing in a number
# tells when it was issued. The change is the population register's: the health sector's FH-numbers keep 0.
REGISTER_REMAINDERS = range(4)
OLD_REMAINDERS = (0,)

DUF_YEARS = range(1950, 2100)


class InvalidIdentityNumber(ValueError):
    """The text is no identity number that may be used here; the message says why and never shows the text."""

    code = "invalid-identity-number"


@dataclass(frozen=True)
class IdentityNumber:
    """A well-formed identity number. Gender, age and century are not read from it: from 2032 it does not say.

    :ivar kind: national identity number (fødselsnummer), D-number (temporary stay), or the health sector's
        own H-number and FH-number (hjelpenummer, felles hjelpenummer)
    :ivar synthetic: only a test person can have it; False = it may belong to someone
    :ivar digits: the 11 digits; personal data, left out of the repr
    """

    kind: Kind
    synthetic: bool
    digits: str = field(repr=False)


@dataclass(frozen=True)
class Duf:
    """A well-formed DUF number, the immigration authorities' (UDI) number of a case or person.

    :ivar digits: the 12 digits; personal data, left out of the repr
    :ivar checked: the last two digits agree with the published rule. Sources disagree on whether every number
        follows it (SSB's KOSTRA control checks it, an example of UDI's breaks it): False is a mere warning
    """

    digits: str = field(repr=False)
    checked: bool


def normalised(text: str) -> str:
    """The text without white space of any kind (no-break spaces too): the form to compare and to index by."""
    return "".join(text.split())


def parse_identity_number(text: str, *, allow_synthetic: bool) -> IdentityNumber:
    """Read an identity number of 11 digits, spaces allowed ("ddmmyy nnnnn").

    The kind stands in the date: day + 40 is a D-number, month + 80 a test person of the tax administration
    (Tenor), month + 40 an H-number; first digit 8 or 9 is an FH-number, which has no date. NAV's test persons
    have month + 40 as well. Without day + 40 they cannot be told from an H-number and are read as one: not
    synthetic and always accepted, since a number that may belong to someone must be treated so. With day + 40
    they are synthetic, since no H-number is a D-number.

    The date must exist in some century. A number may be right under either rule for the first check digit.

    :param allow_synthetic: accept numbers that only test persons can have; off where people are real
    :raises InvalidIdentityNumber: saying what is wrong, without the number

    Source: Skatteetaten, "Nytt fødselsnummer fra 2032" and "Test for konsumenter".
    """
    digits = _digits(text, 11, "identity number")
    if digits[0] in "89":
        _require_check_digits(digits, OLD_REMAINDERS)
        return IdentityNumber("fh-number", False, digits)

    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    temporary = day >= 40
    added = next((added for added in (0, 40, 80) if 1 <= month - added <= 12), None)
    # With the century unknown, 20yy decides: yy is a leap year there whenever it is one in any century.
    if added is None or not 1 <= day % 40 <= monthrange(2000 + year, month - added)[1]:
        raise InvalidIdentityNumber(
            "the first six digits of the identity number are no date in any century: compare with the source"
        )
    _require_check_digits(digits, REGISTER_REMAINDERS)
    if added == 40 and not temporary:
        return IdentityNumber("h-number", False, digits)
    synthetic = added != 0
    if synthetic and not allow_synthetic:
        raise InvalidIdentityNumber(
            "the identity number is synthetic (a test person's), which is not allowed here: use a real one"
        )
    return IdentityNumber("d-number" if temporary else "national-identity-number", synthetic, digits)


def parse_duf(text: str) -> Duf:
    """Read a DUF number: 12 digits, spaces allowed, of which the first four are a year from 1950 to 2099.

    :raises InvalidIdentityNumber: when the form is wrong; check digits that disagree leave ``checked`` False
    """
    digits = _digits(text, 12, "DUF number")
    if int(digits[:4]) not in DUF_YEARS:
        raise InvalidIdentityNumber(
            "the first four digits of the DUF number are no plausible year: compare with the source"
        )
    return Duf(digits, checked=_weighted(digits, DUF_WEIGHTS) % 11 == int(digits[10:]))


def _digits(text: str, length: int, name: str) -> str:
    digits = normalised(text)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidIdentityNumber(f"the {name} is not digits alone: write {length} digits, spaces are allowed")
    if len(digits) != length:
        raise InvalidIdentityNumber(f"the {name} must have {length} digits, got {len(digits)}: write all of them")
    return digits


def _require_check_digits(digits: str, remainders: Collection[int]) -> None:
    if _weighted(digits, FIRST_WEIGHTS) % 11 not in remainders or _weighted(digits, SECOND_WEIGHTS) % 11:
        raise InvalidIdentityNumber(
            "the check digits of the identity number do not fit the others: look for a mistyped digit"
        )


def _weighted(digits: str, weights: Iterable[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
