"""What the form of a new participant offers to choose from: municipalities, advisors, units and languages."""

from collections.abc import Iterable, Sequence

from tracker.quality.rows import known, quoted, running
from tracker.wording_of_facts import language_name
from web import wording
from web.auth.gate import account, desk
from web.wording import alphabetical

Pairs = list[tuple[str, str]]

LANGUAGES = (
    *("am", "ar", "az", "bal", "bn", "bs", "ckb", "din", "en", "es", "fa", "fr", "ha", "hi", "hy", "ka", "kmr", "kk"),
    *("ln", "ml", "my", "ne", "om", "prs", "ps", "pt", "rn", "ro", "ru", "rw", "si", "so", "sq", "sr", "sw", "ta"),
    *("th", "ti", "tl", "tr", "ug", "uk", "ur", "uz", "vi", "zh"),
)
"""Languages that interpreters of refugees speak most; another one is logged in the journey by its code."""


def languages() -> Pairs:
    """The languages of interpreters by name."""
    return _sorted((code, language_name(code, wording.language())) for code in LANGUAGES)


def municipalities(codes: Sequence[str]) -> Pairs:
    """Municipalities with their names, where they use this installation."""
    rows = desk().app.read_model.database.execute(
        f"SELECT m.municipality, m.name FROM municipalities m WHERE m.municipality IN {quoted(codes)} AND {known('m')}",
        {"position": desk().app.read_model.state()},
    )
    names = dict(rows.fetchall())
    return [(code, f"{names[code]} ({code})" if code in names else code) for code in codes]


def advisors(codes: Sequence[str]) -> Pairs:
    """The advisors of some municipalities."""
    return _sorted(
        (one.user, one.name)
        for one in desk().accounts.all()
        if not one.disabled_at and any(one.has("advisor", code) for code in codes)
    )


def units() -> tuple[str, ...]:
    """The units that own participants belong to."""
    rows = desk().app.read_model.database.execute(
        f"""
        SELECT DISTINCT u.value
        FROM spells a JOIN spells u ON u.participant = a.participant AND +u.activity = 'unit' AND {running("u")}
        WHERE a.activity = 'advisor' AND a.value = :user AND {running("a")} ORDER BY 1""",
        {"user": account().user, "position": desk().app.read_model.state(), "at": desk().today().isoformat()},
    )
    return tuple(value for (value,) in rows.fetchall() if value)


def _sorted(pairs: Iterable[tuple[str, str]]) -> Pairs:
    return sorted(pairs, key=lambda pair: alphabetical(pair[1]))
