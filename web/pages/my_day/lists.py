"""Lists of one's own: the filters of the worklist under a name, made, changed, renamed and deleted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from events import AREAS, activities
from tracker.follow_up.agreed import AGREED
from tracker.follow_up.filters import ANYTHING, DOING
from tracker.follow_up.saved_lists import Filters, SavedList, own_lists, remove, save, saved_lists
from tracker.follow_up.worklist import NEXT_WORKING_DAY
from tracker.journey import loggable
from tracker.wording_of_facts import title
from web import wording
from web.auth.gate import account, desk, needs
from web.forms import Choice
from web.pages.my_day import due
from web.pages.my_day.blueprint import pages
from web.pages.participant.words import AREA_TITLES
from web.wording import marked as _

Pairs = list[tuple[str, str]]

LONGEST = 60
"""Characters of the name of a list."""

MOST = 50
"""Lists that somebody keeps."""

AHEAD: dict[str, str] = {
    "": _("all that is due"),
    NEXT_WORKING_DAY: _("until the next working day"),
    "7d": _("within 7 days"),
    "30d": _("within 30 days"),
    "90d": _("within 90 days"),
    "6m": _("within 6 months"),
}
NO_CONTACT = ("1m", "2m", "3m", "6m", "12m")
"""How long nobody was in contact, as filters write it."""

REPEATED = {"has": 2, "has_not": 2, "runs": 2, "runs_not": 2}
"""Filter -> so many can be chosen on the page; a list that has more of them keeps its own."""


@dataclass
class Form:
    """The form of a list.

    :ivar filters: as they are chosen
    :ivar problems: (id of the field, what is wrong)
    """

    name: str
    filters: Filters
    problems: list[tuple[str, str]] = field(default_factory=list)

    def take(self, sent: "MultiDict[str, str]") -> "Form":
        """Take over what was sent. What the form does not ask for stays as it was.

        :returns: itself
        """
        self.name = " ".join(sent.get("name", "").split())
        if not 1 <= len(self.name) <= LONGEST:
            self.problems.append(("f-name", wording.text("Write a name of at most %(most)s characters.", most=LONGEST)))
        chosen: dict[str, tuple[str, ...]] = {"tasks": self._of(sent, "tasks", "tasks", (id for id, _ in self.tasks))}
        facts = [id for _, pairs in self.facts for id, _ in pairs]
        going = [id for id, _ in self.going]
        for name in REPEATED:
            chosen[name] = self._of(sent, name, f"{name}-1", facts if name.startswith("has") else going)
        ahead = self._one(sent, "due", (*AHEAD, self.filters.due or ""))
        inactive = self._one(sent, "inactive", ("", *NO_CONTACT, self.filters.inactive or ""))
        rows = self._one(sent, "rows", ("tasks", "people"))
        self.filters = replace(
            self.filters,
            **chosen,
            due=ahead or None,
            inactive=inactive or None,
            rows="people" if rows == "people" or self._people_alone else "tasks",
            overdue=sent.get("overdue") == "yes",
        )
        return self

    @property
    def _people_alone(self) -> bool:
        """Some filters are for lists of participants."""
        return bool(self.filters.contract_ran_out or self.filters.summer or self.filters.registration)

    def _of(self, sent: "MultiDict[str, str]", name: str, place: str, allowed: Iterable[str]) -> tuple[str, ...]:
        known = {*allowed, *getattr(self.filters, name)}
        found = tuple(dict.fromkeys(filter(None, sent.getlist(name))))
        if any(one not in known for one in found):
            self.problems.append((f"f-{place}", wording.text("Choose one of the values.")))
            return tuple(one for one in found if one in known)
        return found

    def _one(self, sent: "MultiDict[str, str]", name: str, allowed: Iterable[str]) -> str:
        value = sent.get(name, "")
        if value not in allowed:
            self.problems.append((f"f-{name}", wording.text("Choose one of the values.")))
            return ""
        return value

    @property
    def tasks(self) -> Pairs:
        """(kind of task, its title), by title."""
        language = wording.language()
        titles = {id: words.to(language) for id, (words, _) in AGREED.items()}
        titles |= {id: rule.title.to(language) for id, rule in desk().app.read_model.rules.rules.items()}
        return sorted(titles.items(), key=lambda pair: wording.alphabetical(pair[1]))

    @property
    def task_choices(self) -> list[Choice]:
        return [Choice(id, words, id in self.filters.tasks) for id, words in self.tasks]

    @property
    def facts(self) -> list[tuple[str, Pairs]]:
        """(area of life, its facts)."""
        language, known = wording.language(), loggable().items()
        found = []
        for module, name in ((area.__name__, area.__name__.rpartition(".")[2]) for area in AREAS):
            pairs = [(topic, title(cls, language)) for topic, cls in known if cls.__module__ == module]
            if pairs and name in AREA_TITLES:
                found.append((wording.words(AREA_TITLES[name]), pairs))
        return found

    @property
    def going(self) -> Pairs:
        """What can run, by title."""
        language = wording.language()
        every = activities()
        found = [(name, title(every[name].opener, language)) for name in ("programme", *DOING)]
        return [
            (ANYTHING, wording.text("anything: work, school, training, a measure, volunteering")),
            *sorted(found, key=lambda pair: wording.alphabetical(pair[1])),
        ]

    @property
    def ahead(self) -> list[Choice]:
        found = [Choice(id, wording.words(words), id == (self.filters.due or "")) for id, words in AHEAD.items()]
        own = self.filters.due
        return found if own is None or own in AHEAD else [*found, Choice(own, wording.span(own), True)]

    @property
    def inactive(self) -> list[Choice]:
        own = self.filters.inactive
        offered = NO_CONTACT if own is None or own in NO_CONTACT else (*NO_CONTACT, own)
        return [Choice(id, _months(id), id == own) for id in offered]

    def slots(self, name: str) -> Iterator[str]:
        """What is chosen of a filter that can be repeated, with blanks up to what the page offers."""
        told = getattr(self.filters, name)
        yield from told
        yield from [""] * (max(REPEATED[name], len(told) + (len(told) >= REPEATED[name])) - len(told))


def _months(span: str) -> str:
    number = span.removesuffix("m")
    if number == span or not number.isdigit():
        return span
    return wording.plural("%(number)s month", "%(number)s months", int(number))


@pages.get("/day/lists/new")
@needs("day")
def new_list() -> ResponseReturnValue:
    """The form of a new list; it begins with the filters of the one that is open."""
    start = saved_lists(desk().app.settings.home, account().user).get(request.args.get("like", ""))
    if start is not None:
        return _page(Form("", start.filters))
    overdue = request.args.get("show") == "overdue"
    ahead = {"7-days": "7d", "30-days": "30d"}.get(request.args.get("show", ""), due.AHEAD)
    return _page(Form("", Filters(due=None if overdue else ahead, overdue=overdue)))


@pages.post("/day/lists")
@needs("day")
def make_list() -> ResponseReturnValue:
    """Keep a new list."""
    start = saved_lists(desk().app.settings.home, account().user).get(request.form.get("like", ""))
    made = Form("", start.filters if start else Filters()).take(request.form)
    if len(own_lists(desk().app.settings.home, account().user)) >= MOST:
        made.problems.append(("", wording.text("You keep %(most)s lists already; delete one first.", most=MOST)))
    return _kept(made, None)


@pages.get("/day/lists/<id>")
@needs("day")
def own_list(id: str) -> ResponseReturnValue:
    """The form of a list of one's own."""
    kept = _mine(id)
    return _page(Form(_name(kept), kept.filters), kept)


@pages.post("/day/lists/<id>")
@needs("day")
def change_list(id: str) -> ResponseReturnValue:
    """Keep a list of one's own with another name or other filters."""
    kept = _mine(id)
    return _kept(Form(_name(kept), kept.filters).take(request.form), kept)


@pages.post("/day/lists/<id>/delete")
@needs("day")
def delete_list(id: str) -> ResponseReturnValue:
    """Delete a list of one's own."""
    remove(_mine(id).id, desk().app.settings.home, account().user)
    flash(wording.text("The list is deleted."), "info")
    return redirect(url_for("my_day.page"), 303)


def _mine(id: str) -> SavedList:
    found = own_lists(desk().app.settings.home, account().user).get(id)
    if found is None:
        abort(404)
    return found


def _name(kept: SavedList) -> str:
    return kept.title.to(wording.language())


def _kept(made: Form, before: SavedList | None) -> ResponseReturnValue:
    same = next(
        (one for one in own_lists(desk().app.settings.home, account().user).values() if _name(one) == made.name), None
    )
    if same is not None and (before is None or same.id != before.id):
        if before is None and not made.problems and same.filters == made.filters:
            # Sent twice.
            return redirect(url_for("my_day.page", list=same.id), 303)
        made.problems.append(("f-name", wording.text("You have a list of this name already.")))
    if made.problems:
        return _page(made, before), 422
    # The id stands in addresses, so it says nothing of what the list is called.
    id = before.id if before else f"own-{uuid4().hex[:10]}"
    columns = before.columns if before and before.filters.rows == made.filters.rows else ()
    save(id, made.name, made.filters, desk().app.settings.home, columns, user=account().user)
    flash(wording.text("The list is saved."), "success")
    return redirect(url_for("my_day.page", list=id), 303)


def _page(form: Form, kept: SavedList | None = None) -> str:
    return render_template(
        "my_day/list.html",
        form=form,
        kept=kept,
        like=request.values.get("like", ""),
        back=url_for("my_day.page", list=kept.id if kept else None),
    )
