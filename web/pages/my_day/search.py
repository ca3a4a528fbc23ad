"""Search: by name, identity number or reference; only in one's municipalities, and nobody who is protected."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.errors import AmbiguousParticipant, ParticipantNotFound
from tracker.identity_numbers import normalised
from web.auth.gate import account, desk, needs
from web.auth.reach import perhaps_in, whereabouts_of
from web.pages.my_day.blueprint import pages
from web.pages.my_day.page import note
from web.persons import colleague, page_of, place
from web.wording import alphabetical

MOST = 50
"""Results shown; whoever finds more writes more."""

CONSIDERED = 5_000
"""Participants of such a name looked at before the search stops, wherever they live."""

AT_ONCE = MOST + 1
"""Participants looked up by one question: where few of those near are left out, one question is enough."""

SHORTEST = 2
LONGEST = 100
SHORTEST_REFERENCE = 6


class Result(NamedTuple):
    """Somebody found.

    :ivar birth: day of birth, as ISO text; empty where it is not known
    """

    name: str
    address: str
    birth: str
    advisor: str
    municipality: str
    own: bool


@pages.get("/search")
@needs("day")
def search_form() -> ResponseReturnValue:
    """The form alone: words that were searched for stand in no address."""
    return render_template("my_day/search.html", words="", results=None, more=False, short=False)


@pages.post("/search")
@needs("day")
def search() -> ResponseReturnValue:
    """Who is meant by some words."""
    words = " ".join(request.form.get("words", "").split())[:LONGEST]
    if len(words) < SHORTEST:
        return render_template("my_day/search.html", words=words, results=None, more=False, short=True), 422
    found = list(islice(_found(words), MOST + 1))
    more = len(found) > MOST
    results = sorted(found[:MOST], key=lambda one: (not one.own, alphabetical(one.name)))
    note("my_day.search", len(results))
    return render_template("my_day/search.html", words=words, results=results, more=more, short=False)


def _found(words: str) -> Iterator[Result]:
    model = desk().app.read_model
    candidates = list(dict.fromkeys(_candidates(words)))[:CONSIDERED]
    near = perhaps_in(model.database, candidates, account().where("day"))
    for start in range(0, len(near), AT_ONCE):
        yield from _results(near[start : start + AT_ONCE])


def _candidates(words: str) -> Iterable[str]:
    """The ids of those whose name, number or reference it may be."""
    reference = words.strip()
    number = normalised(words)
    is_number = number.isdigit() and len(number) in (11, 12)
    if ":" in reference or (len(reference) >= SHORTEST_REFERENCE and not is_number):
        with suppress(ParticipantNotFound, AmbiguousParticipant):
            yield str(desk().app.find(reference))
    yield from map(str, desk().app.people.with_reference(reference))
    yield from desk().app.people.beginning(words, CONSIDERED)


def _results(participants: Sequence[UUID]) -> Iterator[Result]:
    """Those of some participants that are somebody's business here."""
    model, here = desk().app.read_model, account().where("day")
    there = {
        participant: found
        for participant, found in whereabouts_of(model.database, participants, model.state(), desk().today()).items()
        if found.municipality in here and (account().sees_protected or not found.protected)
    }
    people = desk().app.people.several(there)
    places = {code: place(code) for code in {found.municipality for found in there.values()}}
    advisors = {user: colleague(user) for user in {found.advisor for found in there.values()}}
    for participant, found in there.items():
        person = people.get(participant)
        yield Result(
            (person.name if person else None) or str(participant)[:8],
            page_of(participant),
            person.birth_date.isoformat() if person and person.birth_date else "",
            advisors[found.advisor],
            places[found.municipality],
            found.advisor == account().user,
        )
