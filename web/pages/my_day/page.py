"""The page of the day: counts, what is due, saved lists, and whom one looked at last."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.follow_up.listing import Found
from tracker.follow_up.saved_lists import own_lists, saved_lists
from tracker.follow_up.sittings import SittingsNotTold
from tracker.follow_up.worklist import Group
from web import refusals, wording
from web.auth.gate import account, desk, needs, reach_of
from web.auth.reach import whereabouts_of
from web.pages.my_day import due
from web.pages.my_day.blueprint import pages
from web.pages.my_day.caseloads import caseloads
from web.persons import Shown, colleague, shown

LAST = 5
"""Participants shown of those whom one looked at last."""

LOOKED_AT = "SELECT participant FROM access_log WHERE by = ? AND participant IS NOT NULL ORDER BY rowid DESC LIMIT 80"


@pages.get("/day")
@needs("day")
def page() -> ResponseReturnValue:
    """What is due, or who is on a saved list."""
    asked = due.Asked.of(request.args)
    if asked.kept is not None and asked.kept.filters.rows == "people":
        return _people(asked)
    counts, found, bulk = due.gathered(asked)
    total = sum(counts.values()) if asked.group is None else counts[asked.group]
    note("my_day.page", len({line.due.participant for line in found}))
    return render_template(
        "my_day/page.html",
        **frame(asked),
        counts=shown_counts(asked, counts),
        groups=due.grouped(found),
        total=total,
        pages=-(-total // due.PAGE),
        bulk=bulk,
    )


def _people(asked: due.Asked) -> ResponseReturnValue:
    """The participants of a saved list, a page of them."""
    problem, found = "", Found([])
    try:
        found = due.people_on(asked)
    except SittingsNotTold as refusal:
        problem = refusals.told(refusal)
    first = (asked.page - 1) * due.PAGE
    part = found.people[first : first + due.PAGE]
    names = shown(UUID(row["participant"]) for row in part)
    note("my_day.page", len(part))
    return render_template(
        "my_day/people.html",
        **frame(asked),
        people=[(names[UUID(row["participant"])], row, colleague(row["advisor"])) for row in part],
        total=len(found.people),
        pages=-(-len(found.people) // due.PAGE),
        remarks=[due.in_words(remark) for remark in found.remarks],
        problem=problem,
    )


def frame(asked: due.Asked) -> dict[str, object]:
    """What every page of the day shows around its list."""
    home, own = desk().app.settings.home, own_lists(desk().app.settings.home, account().user)
    lists = [(one.id, *due.in_language(one, wording.language())) for one in saved_lists(home).values()]
    mine = [(one.id, *due.in_language(one, wording.language())) for one in own.values()]
    here = next(((name, told) for id, name, told in (*lists, *mine) if asked.kept and id == asked.kept.id), None)
    return {
        "asked": asked,
        "caseloads": caseloads(),
        "lists": sorted(lists, key=lambda one: wording.alphabetical(one[1])),
        "mine": sorted(mine, key=lambda one: wording.alphabetical(one[1])),
        "here": here,
        "last": last_looked_at(),
        "registers": account().may("participant-register"),
        "alone": len(asked.caseload.scopes) == 1 and asked.caseload.scopes[0].advisor == account().user,
        "drafts": desk().drafts.count(account().user, desk().app.clock()) if account().may("participant-log") else 0,
        "offers": desk().handovers.count_to(account().user) if account().may("handover") else 0,
    }


def shown_counts(asked: due.Asked, counts: dict[Group, int]) -> list[tuple[str, str, int, bool]]:
    """(address, words, number, whether it is open) of each group that is shown."""
    return [
        (
            asked.address(show=None if asked.group == group else slug, page=None),
            wording.words(due.HEADINGS[group]),
            counts[group],
            asked.group == group,
        )
        for slug, group in due.SLUGS.items()
        if counts[group] or (asked.kept is None and group not in ("later", "paused"))
    ]


def last_looked_at() -> list[Shown]:
    """The participants whose pages one opened last and still may, the newest first."""
    model = desk().app.read_model
    rows = desk().database.execute(LOOKED_AT, (account().user,)).fetchall()
    looked_at = list(dict.fromkeys(UUID(row[0]) for row in rows))
    found: list[UUID] = []
    for start in range(0, len(looked_at), 2 * LAST):
        there = whereabouts_of(
            model.database,
            looked_at[start : start + 2 * LAST],
            model.state(),
            desk().today(),
            account().has_role("partner"),
        )
        found += [one for one, where in there.items() if reach_of(one, "participant-read", where)[0].granted]
        if len(found) >= LAST:
            break
    del found[LAST:]
    names = shown(found)
    return [names[one] for one in found]


def note(what: str, people: int) -> None:
    """Note a look at a list of people."""
    desk().access_log.note(desk().app.clock(), account().user, what, rows=people)
