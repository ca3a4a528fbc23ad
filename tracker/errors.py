"""Refusals: every reason for which the tracker says no, each with a permanent code."""

from collections.abc import Collection
from typing import ClassVar


class Refusal(Exception):
    """Something was asked for that is not possible; nothing has been changed.

    The message is lower case, says what is wrong, where and what to do, and holds no personal data.

    :ivar code: permanent, for programs to tell refusals apart; a retired code is never used again
    :ivar values: what the message tells of, by name, for the same in another language; no personal data; ``about``
        tells apart what has words of its own under one code
    """

    code: ClassVar[str] = ""

    def __init__(self, message: str = "", **values: object) -> None:
        super().__init__(message)
        self.values = values


class FactRefused(Refusal):
    """A refusal of a fact, a correction or a retraction by a journey."""


class NotRegistered(FactRefused):
    """The stream has no registration that holds, so nothing can be logged in it."""

    code = "not-registered"


class AlreadyRegistered(FactRefused):
    """The stream already begins with a registration."""

    code = "already-registered"


class WrongStream(FactRefused):
    """A fact of a municipality was meant for a participant, or the reverse."""

    code = "wrong-stream"


class ValueNotAllowed(FactRefused):
    """A field has a value that it cannot have.

    :ivar field: the field
    :ivar expected: what would be right
    """

    code = "value-not-allowed"

    def __init__(self, message: str, field: str, expected: str, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field
        self.expected = expected


class InFuture(FactRefused):
    """A fact cannot have happened after today."""

    code = "in-future"


class BeforeBirth(FactRefused):
    """A fact cannot have happened before the year of birth."""

    code = "before-birth"


class AfterDeath(FactRefused):
    """Nothing happens to a participant after death."""

    code = "after-death"


class AlreadyRunning(FactRefused):
    """A second spell with the same key was to open while the first still runs."""

    code = "already-running"


class NotRunning(FactRefused):
    """A change or an end names a spell that is not running on that day."""

    code = "not-running"


class EndsBeforeStart(FactRefused):
    """A spell was to end or change before the day it started."""

    code = "ends-before-start"


class NotEnded(FactRefused):
    """A spell was to be reopened that had not ended."""

    code = "not-ended"


class FactNotFound(FactRefused):
    """No fact with this version stands in the journey, or it has been retracted."""

    code = "fact-not-found"


class NotCorrectable(FactRefused):
    """A correction was to change what cannot be corrected: a correction itself, a key, or a field that is not there."""

    code = "not-correctable"


class NothingChanged(FactRefused):
    """A change was told of that leaves out every value it could change."""

    code = "nothing-changed"


class NothingToCorrect(FactRefused):
    """A correction would leave everything as it is."""

    code = "nothing-to-correct"


class OthersRestOnIt(FactRefused):
    """Other facts would become impossible without this one.

    :ivar versions: those facts
    """

    code = "others-rest-on-it"

    def __init__(self, message: str, versions: tuple[int, ...], **values: object) -> None:
        super().__init__(message, **{"number": len(versions), **values})
        self.versions = versions


class CommandMismatch(FactRefused):
    """The idempotency key has been used before with other values."""

    code = "command-mismatch"


class Conflict(Refusal):
    """Somebody else wrote to the same journey in between."""

    code = "conflict"


class ParticipantNotFound(Refusal):
    """No participant has this id or reference."""

    code = "participant-not-found"


class AmbiguousParticipant(Refusal):
    """More than one participant begins with these characters."""

    code = "ambiguous-participant"


class ParticipantIsForgotten(Refusal):
    """Everything about this participant has been erased; nothing more can be logged or shown."""

    code = "participant-is-forgotten"


class NumberInUse(Refusal):
    """Another person already has this identity number."""

    code = "number-in-use"


class ReferenceInUse(Refusal):
    """Another participant already has this reference in that system."""

    code = "reference-in-use"


class StorageRefusal(Refusal):
    """A refusal for the sake of the stored data."""


class MasterKeyMissing(StorageRefusal):
    """There are sealed facts, and the key that opens them was not found."""

    code = "master-key-missing"


class MasterKeyWrong(StorageRefusal):
    """The master key is not the one that the data were sealed with."""

    code = "master-key-wrong"


class DataKeyMissing(StorageRefusal):
    """A stream has neither a key nor a tombstone: a lost key file must not look like an erasure."""

    code = "data-key-missing"


class SealBroken(StorageRefusal):
    """A stored fact does not open with its key: it was changed, or moved from another place."""

    code = "seal-broken"


class FolderNotUsable(StorageRefusal):
    """The data folder cannot be written or read."""

    code = "folder-not-usable"


class StorageFull(StorageRefusal):
    """There is no room left, or the file cannot be written; nothing was recorded."""

    code = "storage-full"


class SettingWrong(Refusal):
    """A setting has a value that cannot be used."""

    code = "setting-wrong"


class StoreUnreachable(StorageRefusal):
    """The database that holds the facts does not answer."""

    code = "store-unreachable"


class Busy(Refusal):
    """Another process holds what is needed; try again in a moment."""

    code = "busy"


class MunicipalityNotHere(Refusal):
    """Nobody of whom this installation knows lived in the municipality, and it does not use the installation.

    :ivar there: the codes of those in which participants were settled, or which use it
    """

    code = "municipality-not-here"

    def __init__(self, municipality: str, there: Collection[str]) -> None:
        told = ", ".join(sorted(there)[:5]) + (f" and {len(there) - 5} more" if len(there) > 5 else "")
        super().__init__(
            f"nobody here was settled in or moved to municipality {municipality}; "
            f"there {'are' if len(there) > 1 else 'is'} {told or 'none yet'}",
            municipality=municipality,
            known=told,
        )
