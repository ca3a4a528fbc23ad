"""Why a reference table is not taken in, or cannot stand beside a figure."""

from tracker.errors import Refusal
from tracker.saying import Said


class NotInOrder(Refusal):
    """A file of figures is not as it must be.

    :param place: the file, and where in it
    :param problem: what is wrong there, and what to do
    """

    def __init__(self, place: str, problem: Said, **values: object) -> None:
        super().__init__(f"{place}: {problem}", place=place, problem=problem, **values)


class NotAReferenceTable(NotInOrder):
    """The file does not hold a table of this kind: unreadable, damaged, or without the columns that it needs."""

    code = "not-a-reference-table"


class ReferenceCellWrong(NotInOrder):
    """A cell of a reference table does not hold what its column needs; nothing was imported."""

    code = "reference-cell-wrong"


class CountedAboveAll(NotInOrder):
    """In a reference table more people are counted than there are."""

    code = "counted-above-all"


class UnknownReferenceKind(Refusal):
    """There is no such kind of reference table."""

    code = "unknown-reference-kind"


class ReferenceVersionTaken(Refusal):
    """This version of the reference table has been imported before with other content."""

    code = "reference-version-taken"


class ReferenceTableNotFound(Refusal):
    """No reference table has this id, or none this version."""

    code = "reference-table-not-found"


class WrongReferenceKind(Refusal):
    """The reference table is of a kind that cannot be used for this."""

    code = "wrong-reference-kind"


class ReferenceForAnother(Refusal):
    """The reference table belongs to another version of the indicator, to another line, or to another indicator."""

    code = "reference-for-another"


class ReferenceTableDamaged(Refusal):
    """The content of a recorded reference table cannot be read, or is not what its digest says."""

    code = "reference-table-damaged"


class MunicipalityNotNamed(Refusal):
    """Several municipalities use this installation, and it was not said which is meant."""

    code = "municipality-not-named"
