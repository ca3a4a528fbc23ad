"""Who the simulated people are: ids from (seed, number), names and identity numbers that no real person can have."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5

from tracker.identity_numbers import FIRST_WEIGHTS, SECOND_WEIGHTS
from tracker.people import Person

NAMESPACE = UUID("0d7c3a52-64a1-5e0b-8f0e-2b1c7d9a4e36")
SYSTEM = "demo"
DEFAULT_SEED = 1
SYNTHETIC_MONTH = 80


def participant_id(seed: int, number: int) -> UUID:
    """The id of a simulated participant; the same for the same seed and number in every installation."""
    return uuid5(NAMESPACE, f"{seed}:{number}")


def act_of(seed: int) -> str:
    """The act that all simulated facts of one seed are part of; it tells simulated participants from real ones."""
    return f"demo-{seed}"


def reference(seed: int, number: int) -> str:
    """The reference within the system ``demo``: 0001 and so on; other seeds than the usual one stand before it."""
    return f"{number:04}" if seed == DEFAULT_SEED else f"{seed}-{number:04}"


def identity(seed: int, number: int, birth_year: int, gender: str, is_taken: Callable[[str], bool]) -> Person:
    """A name that says it is none, and a number of the kind that test persons of the tax administration have.

    :param is_taken: whether a number belongs to somebody already; then the next possible one is used
    """
    random = Random(f"{seed}:{number}:identity")
    born = date(birth_year, 1, 1) + timedelta(days=random.randrange(365))
    digits = next(digits for digits in _numbers(random, born, gender) if not is_taken(digits))
    return Person(name=f"Demo Deltaker {reference(seed, number)}", birth_date=born, national_identity_number=digits)


def _numbers(random: Random, born: date, gender: str) -> Iterator[str]:
    """Synthetic numbers of this birth date in the order of chance; month + 80, odd for men, both check digits right.

    Source: Skatteetaten, "Test for konsumenter" (Tenor).
    """
    serials = list(range(500) if born.year < 2000 else range(500, 1000))
    random.shuffle(serials)
    for serial in serials:
        if (serial % 2 == 1) != (gender == "male"):
            continue
        digits = f"{born.day:02}{born.month + SYNTHETIC_MONTH:02}{born.year % 100:02}{serial:03}"
        for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
            check = -sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
            digits += str(check)
        if len(digits) == 11:
            yield digits
