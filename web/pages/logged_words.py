"""What lines of the access log say, in words: the log has names of pages and grounds that never change."""

from collections.abc import Mapping

from web import wording
from web.wording import marked as _

PAGES: Mapping[str, str] = {
    "access log": _("Access log"),
    "agreed": _("Contract, as a party to it"),
    "class_grid": _("Class"),
    "contracts": _("Contracts"),
    "conversation": _("Conversation"),
    "copy": _("The participant's own copy"),
    "drafts": _("My drafts"),
    "export": _("Export"),
    "figures": _("Figures"),
    "figures people": _("The people behind a figure"),
    "handover": _("Handover"),
    "handover.lend": _("Caseload lent"),
    "import": _("Import"),
    "import.problems": _("Problems of an import"),
    "import.recorded": _("Import recorded"),
    "import.tried": _("Import tried"),
    "import.undone": _("Import undone"),
    "logging": _("Milestones"),
    "my_day": _("My day"),
    "my_day.calendar_feed": _("Calendar"),
    "my_day.search": _("Search"),
    "nir_list": _("To enter in NIR"),
    "opened": _("Opened on a reason"),
    "participant": _("Participant"),
    "participant.copy": _("The participant's own copy"),
    "programme_ends": _("Programme ends"),
    "quality": _("Data quality"),
    "register": _("Register a participant"),
    "report": _("Report"),
    "report.made": _("Report made"),
    "report.why": _("Why the number changed"),
    "signed in": _("Signed in"),
    "test_day": _("Test day"),
    "account made": _("Account made"),
    "account changed": _("Account changed"),
    "account disabled": _("Account disabled"),
    "account enabled": _("Account enabled"),
    "password set": _("New password set"),
}
"""How a line begins -> what it is about; the longest that fits."""

GROUNDS: Mapping[str, str] = {
    "own": _("own caseload"),
    "manager": _("manager of the municipality"),
    "own class": _("own class"),
    "named in a contract": _("named in a contract"),
}


def what(line: str) -> str:
    """What somebody did, in words; empty where there are none."""
    rest = line.removeprefix("refused ")
    begins = [begin for begin in PAGES if rest == begin or rest.startswith((f"{begin}.", f"{begin} ", f"{begin}:"))]
    if not begins:
        return ""
    words = wording.words(PAGES[max(begins, key=len)])
    return words if rest == line else wording.text("refused: %(what)s", what=words)


def why(ground: str | None) -> str:
    """On which ground; a reason stays as somebody stated it."""
    if not ground:
        return ""
    if ground.startswith("lent by "):
        return wording.text("lent by %(who)s", who=ground.removeprefix("lent by "))
    return wording.words(GROUNDS[ground]) if ground in GROUNDS else ground
