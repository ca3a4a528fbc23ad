"""People: stored sealed, found blindly, and gone when they are forgotten."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tracker.errors import DataKeyMissing, NumberInUse, ParticipantIsForgotten, ReferenceInUse
from tracker.identity_numbers import FIRST_WEIGHTS, SECOND_WEIGHTS, InvalidIdentityNumber
from tracker.keys import Keys
from tracker.people import People, Person
from tracker.settings import Settings

ANA, BO = UUID("00000000-0000-4000-8000-00000000000a"), UUID("00000000-0000-4000-8000-00000000000b")


def synthetic(first: str) -> str:
    """A test person's number with these six digits, month + 80 among them, and the first free serial number."""
    for serial in range(100, 1000):
        digits = f"{first}{serial}"
        one = -sum(w * int(d) for w, d in zip(FIRST_WEIGHTS, digits, strict=False)) % 11
        digits += str(one)
        two = -sum(w * int(d) for w, d in zip(SECOND_WEIGHTS, digits, strict=False)) % 11
        if one < 10 and two < 10:
            return digits + str(two)
    raise AssertionError("no number with these digits")


NUMBER, OTHER_NUMBER, D_NUMBER = synthetic("018190"), synthetic("028190"), synthetic("418190")
DUF = "202012345678"


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    keys = Keys(Settings(tmp_path))
    keys.make([ANA, BO])
    yield keys
    keys.close()


@pytest.fixture
def people(tmp_path: Path, keys: Keys) -> Iterator[People]:
    people = People(Settings(tmp_path), keys)
    yield people
    people.close()


def put(people: People, stream: UUID, **values: str) -> None:
    people.set(stream, Person(**values), allow_synthetic=True)  # type: ignore[arg-type]


def test_a_person_is_read_back_as_stored(people: People) -> None:
    person = Person(
        name="Ana Åsheim Øye",
        birth_date=date(1990, 1, 1),
        national_identity_number=NUMBER,
        d_number=D_NUMBER,
        duf_number=DUF,
        contact="ana@example.org",
    )
    people.set(ANA, person, allow_synthetic=True)
    assert people.get(ANA) == person
    assert people.get(BO) is None


def test_nothing_of_a_person_is_in_the_file_in_clear_text(people: People, tmp_path: Path) -> None:
    put(people, ANA, name="Ana Asheim", national_identity_number=NUMBER, duf_number=DUF, contact="ana@example.org")
    people.refer([(ANA, "sheet-7", "row-815")])
    content = b"".join(path.read_bytes() for path in tmp_path.glob("people.db*"))
    for text in ("Ana", "ana", "Asheim", "asheim", NUMBER, DUF, "example.org", "row-815", "sheet-7"):
        assert text.encode() not in content


@pytest.mark.parametrize("field", ["national_identity_number", "d_number"])
def test_a_second_person_with_the_same_number_is_refused(people: People, field: str) -> None:
    put(people, ANA, name="Ana", national_identity_number=NUMBER)
    put(people, BO, name="Bo")
    with pytest.raises(NumberInUse, match=str(ANA)) as refused:
        put(people, BO, **{"name": "Bo again", field: f"{NUMBER[:6]} {NUMBER[6:]}"})
    assert NUMBER not in str(refused.value)
    assert people.get(BO) == Person(name="Bo")
    assert people.find("Bo") == [BO]


def test_a_second_person_with_the_same_duf_number_is_refused(people: People) -> None:
    put(people, ANA, duf_number=DUF)
    with pytest.raises(NumberInUse):
        put(people, BO, duf_number=DUF)


def test_a_person_keeps_and_changes_the_own_number(people: People) -> None:
    put(people, ANA, name="Ana", national_identity_number=NUMBER)
    put(people, ANA, name="Ana B", national_identity_number=NUMBER)
    put(people, ANA, name="Ana B", national_identity_number=OTHER_NUMBER)
    put(people, BO, national_identity_number=NUMBER)
    assert people.find(NUMBER) == [BO]
    assert people.find(OTHER_NUMBER) == [ANA]


def test_the_same_number_in_two_fields_of_one_person_is_no_other_person(people: People) -> None:
    put(people, ANA, national_identity_number=D_NUMBER, d_number=D_NUMBER)
    assert people.find(D_NUMBER) == [ANA]


def test_a_number_that_is_none_or_of_a_test_person_where_people_are_real_is_refused(people: People) -> None:
    with pytest.raises(InvalidIdentityNumber):
        put(people, ANA, national_identity_number="12345678901")
    with pytest.raises(InvalidIdentityNumber, match="synthetic"):
        people.set(ANA, Person(national_identity_number=NUMBER), allow_synthetic=False)
    assert people.get(ANA) is None


@pytest.mark.parametrize(
    "words, found",
    [
        ("an", True),
        ("ANA", True),
        ("åsh", True),
        ("Öst", False),
        ("øy", True),
        ("oy", False),
        ("a", False),
        ("jos", True),
        ("José Ana", True),
        ("ana bo", False),
        ("heim", False),
        ("", False),
        ("muhammadabdul", True),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_names(people: People, words: str, found: bool) -> None:
    put(people, ANA, name="Ana-José Åsheim Øye Muhammadabdulrahman")
    assert people.find(words) == ([ANA] if found else [])


def test_an_accent_typed_as_two_characters_is_the_same_name(people: People) -> None:
    put(people, ANA, name="Jose\u0301 A\u030asheim")
    assert people.find("josé åsheim") == [ANA]


def test_an_old_name_no_longer_finds_the_person(people: People) -> None:
    put(people, ANA, name="Ana Asheim")
    put(people, ANA, name="Ana Berg")
    assert people.find("asheim") == []
    assert people.find("berg") == [ANA]


def test_people_are_found_by_any_of_their_numbers_and_only_by_the_whole_one(people: People) -> None:
    put(people, ANA, national_identity_number=NUMBER, d_number=D_NUMBER, duf_number=DUF)
    for number in (NUMBER, f"{NUMBER[:6]} {NUMBER[6:]}", D_NUMBER, DUF):
        assert people.find(number) == [ANA]
    assert people.find(NUMBER[:8]) == []


def test_a_reference_leads_to_one_participant(people: People) -> None:
    people.refer([(ANA, "school", "17"), (ANA, "nav", "17"), (BO, "school", "18")])
    people.refer([(ANA, "school", "17")])
    assert people.by_reference("school", "17") == ANA
    assert people.by_reference("school", "19") is None
    assert people.references(ANA) == [("nav", "17"), ("school", "17")]
    assert people.references(uuid4()) == []


def test_a_reference_of_another_participant_is_refused_and_nothing_is_kept(people: People) -> None:
    people.refer([(ANA, "school", "17")])
    with pytest.raises(ReferenceInUse, match="school"):
        people.refer([(BO, "school", "18"), (BO, "school", "17")])
    assert people.by_reference("school", "18") is None


def test_a_reference_is_found_without_its_system_in_capitals_or_not(people: People) -> None:
    people.refer([(ANA, "school", "V-17"), (ANA, "nav", "V-17"), (BO, "nav", "v-17 b")])
    assert people.with_reference(" v-17 ") == [ANA]
    assert people.with_reference("V-17 B") == [BO]
    assert people.with_reference("V-1") == [], "a whole reference, and not the beginning of one"


def test_references_stored_before_there_was_an_index_of_them_are_in_it(
    people: People, keys: Keys, tmp_path: Path
) -> None:
    people.refer([(ANA, "school", "V-17"), (BO, "nav", "V-18")])
    people._database.execute("DROP TABLE bare")
    again = People(Settings(tmp_path), keys)
    assert (again.with_reference("v-17"), again.with_reference("V-18")) == ([ANA], [BO])
    again.close()


def test_a_forgotten_person_is_nowhere(people: People, keys: Keys, tmp_path: Path) -> None:
    put(people, ANA, name="Ana", national_identity_number=NUMBER)
    people.refer([(ANA, "school", "17")])
    sealed = people._database.execute("SELECT sealed FROM people").fetchone()[0]
    people.forget(ANA)
    keys.destroy(ANA, "2025-01-15T12:00:00+00:00")
    assert people.find("ana") == people.find(NUMBER) == people.references(ANA) == []
    assert people.by_reference("school", "17") is None
    assert people.with_reference("17") == []
    with pytest.raises(ParticipantIsForgotten):
        people.get(ANA)
    with pytest.raises(ParticipantIsForgotten):
        put(people, ANA, name="Ana")
    assert all(sealed not in path.read_bytes() for path in tmp_path.glob("people.db*"))
    put(people, BO, national_identity_number=NUMBER)


def test_a_stream_that_nobody_knows_has_no_person(people: People) -> None:
    with pytest.raises(DataKeyMissing):
        put(people, uuid4(), name="Ana")
