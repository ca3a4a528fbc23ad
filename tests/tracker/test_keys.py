"""Keys: one for each stream, none without the master key, and none at all after a forgetting."""

import base64
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tracker.errors import DataKeyMissing, MasterKeyMissing, MasterKeyWrong, ParticipantIsForgotten, SealBroken
from tracker.keys import Keys, Sealer
from tracker.settings import Settings

STREAM = uuid4()
MOMENT = "2025-01-15T12:00:00+00:00"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


@pytest.fixture
def keys(settings: Settings) -> Iterator[Keys]:
    keys = Keys(settings)
    keys.make([STREAM])
    yield keys
    keys.close()


def opened(settings: Settings) -> None:
    Keys(settings).close()


def master_key(settings: Settings) -> Path:
    return settings.home / "master.key"


def test_a_sealer_opens_what_it_sealed_in_its_place_alone() -> None:
    sealer = Sealer(os.urandom(32))
    sealed = sealer.seal(b"plain", b"here")
    assert b"plain" not in sealed
    assert sealer.open(sealed, b"here") == b"plain"
    with pytest.raises(SealBroken):
        sealer.open(sealed, b"there")
    with pytest.raises(SealBroken):
        Sealer(os.urandom(32)).open(sealed, b"here")


@pytest.mark.parametrize("length", [0, 1, 7, 12, 20])
def test_what_is_too_short_to_be_sealed_does_not_open(length: int) -> None:
    sealer = Sealer(os.urandom(32))
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(b"plain", b"here")[:length], b"here")


def test_nothing_is_sealed_twice_into_the_same_bytes() -> None:
    sealer = Sealer(os.urandom(32))
    assert sealer.seal(b"plain", b"here") != sealer.seal(b"plain", b"here")


def test_the_first_start_makes_a_master_key_that_only_its_owner_can_read(settings: Settings, keys: Keys) -> None:
    assert len(base64.b64decode(master_key(settings).read_bytes())) == 32
    for path in (master_key(settings), settings.home / "keys.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert sorted(path.name for path in settings.home.iterdir()) == ["keys.db", "master.key"]


def test_a_key_lasts_over_a_new_start(settings: Settings, keys: Keys) -> None:
    sealed = keys.sealer(STREAM).seal(b"plain", b"here")
    again = Keys(settings)
    assert again.sealer(STREAM).open(sealed, b"here") == b"plain"
    assert again.index_key == keys.index_key
    again.close()


def test_a_stream_that_has_a_key_keeps_it(keys: Keys) -> None:
    sealed = keys.sealer(STREAM).seal(b"plain", b"here")
    keys.make([STREAM, uuid4()])
    keys.drop_cached(STREAM)
    assert keys.sealer(STREAM).open(sealed, b"here") == b"plain"


def test_every_stream_has_a_key_of_its_own(keys: Keys) -> None:
    other = uuid4()
    keys.make([other])
    with pytest.raises(SealBroken):
        keys.sealer(other).open(keys.sealer(STREAM).seal(b"plain", b"here"), b"here")


def test_a_stream_without_key_and_tombstone_is_not_taken_for_a_forgotten_one(keys: Keys) -> None:
    lost = uuid4()
    assert not keys.knows(lost)
    assert not keys.is_forgotten(lost)
    with pytest.raises(DataKeyMissing, match="backup"):
        keys.sealer(lost)


def test_a_missing_master_key_is_never_replaced_by_a_new_one(settings: Settings, keys: Keys) -> None:
    master_key(settings).unlink()
    with pytest.raises(MasterKeyMissing, match="put the key back"):
        opened(settings)
    assert not master_key(settings).exists()


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(bytes(16)).decode(), "ø" * 44])
def test_a_master_key_of_another_form_is_refused(settings: Settings, keys: Keys, content: str) -> None:
    master_key(settings).write_text(content, encoding="utf-8")
    with pytest.raises(MasterKeyWrong, match="32 bytes") as wrong:
        opened(settings)
    assert not content or content not in str(wrong.value)


def test_another_master_key_is_refused_at_the_start(settings: Settings, keys: Keys) -> None:
    master_key(settings).write_bytes(base64.b64encode(os.urandom(32)))
    with pytest.raises(MasterKeyWrong, match="not the one"):
        opened(settings)


def test_a_master_key_from_the_environment_is_written_nowhere(tmp_path: Path) -> None:
    text = base64.b64encode(os.urandom(32)).decode()
    settings = Settings(tmp_path / "home", master_key=text)
    opened(settings)
    opened(settings)
    assert [path.name for path in settings.home.iterdir()] == ["keys.db"]
    with pytest.raises(MasterKeyMissing):
        opened(replace(settings, master_key=None))


def test_a_master_key_may_lie_in_another_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "safe" / "key"
    settings = Settings(tmp_path / "home", master_key_file=elsewhere)
    opened(settings)
    assert elsewhere.exists()
    opened(settings)


def test_a_destroyed_key_is_a_tombstone_and_its_bytes_are_gone(settings: Settings, keys: Keys) -> None:
    wrapped = keys._database.execute("SELECT wrapped FROM streams WHERE stream = ?", (STREAM.hex,)).fetchone()[0]
    assert wrapped in (settings.home / "keys.db").read_bytes()
    keys.sealer(STREAM)
    keys.destroy(STREAM, MOMENT)
    assert keys.is_forgotten(STREAM)
    assert keys.knows(STREAM)
    with pytest.raises(ParticipantIsForgotten):
        keys.sealer(STREAM)
    for path in settings.home.iterdir():
        assert wrapped not in path.read_bytes()


def test_no_new_key_is_made_for_a_forgotten_stream(keys: Keys) -> None:
    keys.destroy(STREAM, MOMENT)
    keys.make([STREAM])
    with pytest.raises(ParticipantIsForgotten):
        keys.sealer(STREAM)


def test_a_forgetting_that_was_begun_is_known_until_it_is_done(settings: Settings, keys: Keys) -> None:
    keys.begin_forgetting(STREAM, MOMENT)
    again = Keys(settings)
    assert again.being_forgotten() == [STREAM]
    again.destroy(STREAM, MOMENT)
    again.close()
    assert keys.being_forgotten() == []


def test_a_new_master_key_wraps_the_same_keys(settings: Settings, keys: Keys) -> None:
    forgotten = uuid4()
    keys.make([forgotten])
    keys.destroy(forgotten, MOMENT)
    sealed = keys.sealer(STREAM).seal(b"plain", b"here")
    index_key, new = keys.index_key, os.urandom(32)
    assert keys.rotate(new) == 1
    with pytest.raises(MasterKeyWrong):
        opened(settings)
    again = Keys(replace(settings, master_key=base64.b64encode(new).decode()))
    assert again.sealer(STREAM).open(sealed, b"here") == b"plain"
    assert again.index_key == index_key
    assert again.is_forgotten(forgotten)
    again.close()


def test_streams_are_found_by_the_beginning_of_their_id(keys: Keys) -> None:
    first, second = UUID("aaaa0000-0000-4000-8000-000000000001"), UUID("aaaabbbb-0000-4000-8000-000000000002")
    keys.make([first, second])
    assert keys.beginning_with("AAAA-") == [first, second]
    assert keys.beginning_with("aaaab") == [second]
    assert keys.beginning_with(str(first)) == [first]
    assert keys.beginning_with("aaaac") == []
