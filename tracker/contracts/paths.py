"""Path templates: the usual steps and duties of a contract with relative dates, as versioned TOML files."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec

from events import Fact
from events.contract import ContractKind, ContractSigned, ObligationAgreed, Party, PartyAgreed, StepAgreed, Target
from events.fields import InvalidFact, check, fields_by_name
from events.language import Skill, TargetLevel
from events.plan import CareerGoalSet
from tracker.calendar import Span
from tracker.contracts.drafts import GOAL, Draft
from tracker.contracts.possible import latest_end
from tracker.errors import Refusal
from tracker.rules import school_year
from tracker.saying import Said
from tracker.versioned import Shelf, Table, name_of
from tracker.wording import LANGUAGES, Language, Wording

FOLDER = Path(__file__).parent / "paths"
OWN_FOLDER = "paths"
"""The folder, within the data folder, for paths of a municipality's own."""

GOALS = fields_by_name(CareerGoalSet)["goal"].choices
DUE = '"18 months", "start of school year 2", "end of school year 2" or "end of contract"'
ENDS = "end of contract"
DAY = timedelta(days=1)
_SCHOOL_YEAR = re.compile(r"(start|end) of school year ([1-9]\d?)")
_SOME_DAY = date(2024, 3, 1)


class PathNotValid(Refusal):
    """A file with a path template cannot be used: it is no TOML, or a value in it cannot be."""

    code = "contract-path-not-valid"


class PathNotFound(Refusal):
    """There is no path template of this name."""

    code = "contract-path-not-found"


class Step(Table, frozen=True):
    """A step of a path.

    :ivar key: its name, as in step-agreed
    :ivar title: what it is called in each language; left out, its key in all of them
    :ivar due: the last day in time, counted from the day of signing: "18 months", "start of school year 2" or "end of
        school year 2" (school year 1 is the first that can still be started with), "end of contract"
    :ivar level: as in step-agreed, and so are target, skills and hours_per_week
    """

    key: str
    target: Target
    due: str
    level: TargetLevel | None = None
    skills: tuple[Skill, ...] = ()
    hours_per_week: Decimal | None = None
    title: Wording | None = None


class Obligation(Table, frozen=True):
    """A duty of a party.

    :ivar key: its name, as in obligation-agreed
    :ivar due: as of a step, and so is title
    """

    key: str
    party: Party
    due: str
    wording: Wording
    title: Wording | None = None


Named = TypeVar("Named", Step, Obligation)


class PathTemplate(Table, frozen=True):
    """What a contract usually holds, in one version.

    :ivar title: for whom it is, and where it leads
    :ivar source: where it comes from, and how sure that is
    :ivar contract: kind of contract
    :ivar length: how long it lasts, such as "5 years"; the last day is the one before they have passed
    :ivar career_goals: the career goals that it suits, the likeliest first
    :ivar follow_up_every: months between two conversations; left out, the rules of follow-up say it
    """

    id: str
    version: int
    title: Wording
    source: str
    contract: ContractKind
    length: str
    parties: tuple[Party, ...]
    career_goals: tuple[str, ...]
    steps: tuple[Step, ...]
    obligations: tuple[Obligation, ...]
    follow_up_every: int | None = None

    @property
    def name(self) -> str:
        """Id and version, as in ``trade@1``."""
        return name_of(self)

    def named(self, language: Language) -> "PathTemplate":
        """The same, its steps and duties named in a language, for a contract that is written in it."""
        return msgspec.structs.replace(
            self,
            steps=tuple(_named(step, language) for step in self.steps),
            obligations=tuple(_named(duty, language) for duty in self.obligations),
        )

    def until(self, signed_on: date) -> date:
        """The last day of a contract signed on a day."""
        return _span(self.length).after(signed_on) - DAY


def path_templates(own: Path | None = None) -> dict[str, PathTemplate]:
    """Every path template by name (``trade@1``): those of the tracker, and those in the data folder.

    :param own: the data folder; its folder ``paths`` may hold path templates of a municipality's own
    :raises PathNotValid: a file cannot be used, or two have the same id and version
    """
    return SHELF.all(own)


def path_template(name: str, own: Path | None = None) -> PathTemplate:
    """The path template of a name: its id for the newest version, or id and version (``trade@1``).

    :raises PathNotFound: there is none
    :raises PathNotValid: as in :func:`path_templates`
    """
    known = path_templates(own)
    versions = [each for each in known.values() if name in (each.id, each.name)]
    if not versions:
        there = ", ".join(sorted(known))
        raise PathNotFound(f"there is no path {name}; known: {there}", name=name, known=there)
    return max(versions, key=lambda each: each.version)


def titles(own: Path | None = None) -> dict[str, Wording]:
    """What steps and duties are called, by their keys and by their names in each language.

    A contract keeps the names that it was signed with; by these they are read in another language.

    :param own: as in :func:`path_templates`
    """
    found: dict[str, Wording] = {}
    for template in path_templates(own).values():
        everything: tuple[Step | Obligation, ...] = (*template.steps, *template.obligations)
        for each in everything:
            if each.title is not None:
                found |= dict.fromkeys((each.key, *map(each.title.to, LANGUAGES)), each.title)
    return found


def plan(
    template: PathTemplate,
    signed_on: date,
    *,
    until: date | None = None,
    goal: str | None = None,
    offices: Mapping[Party, str] | None = None,
    language: Language = "nb",
) -> Draft:
    """What a contract from a template holds when it is signed on a day, to be changed before it is.

    What would fall due after the contract is due on its last day, and the draft says so.

    :param until: its last day, where it is another than that of the template
    :param goal: the career goal, where it is another than the likeliest
    :param offices: party -> the office that answers for it
    :param language: of the duties' wording
    """
    last = until or template.until(signed_on)
    notes: dict[str, str] = {}
    cut: list[str] = []

    def due(name: str, told: str) -> date:
        day = due_on(told, signed_on, last)
        assert day is not None, told
        notes[name] = told
        if day > last:
            notes[name] = f"{told} would be {day}, after the contract: its last day instead"
            cut.append(f"{name}: {notes[name]}")
        return min(day, last)

    if goal is None:
        notes[GOAL] = f"the path suits {', '.join(template.career_goals)}"
    return Draft(
        ContractSigned(
            on=signed_on,
            contract=template.contract,
            until=last,
            parties=template.parties,
            follow_up_every=template.follow_up_every,
        ),
        CareerGoalSet(on=signed_on, goal=goal or template.career_goals[0]),  # type: ignore[arg-type]  # checked
        tuple(
            PartyAgreed(on=signed_on, contract=template.contract, party=party, office=(offices or {}).get(party))
            for party in template.parties
        ),
        tuple(
            StepAgreed(
                on=signed_on,
                step=step.key,
                contract=template.contract,
                target=step.target,
                due=due(f"steps {step.key}", step.due),
                level=step.level,
                skills=step.skills,
                hours_per_week=step.hours_per_week,
            )
            for step in template.steps
        ),
        tuple(
            ObligationAgreed(
                on=signed_on,
                obligation=duty.key,
                contract=template.contract,
                party=duty.party,
                due=due(f"obligations {duty.key}", duty.due),
                wording=duty.wording.to(language),
            )
            for duty in template.obligations
        ),
        notes,
        tuple(cut),
    )


def due_on(told: str, signed_on: date, last: date) -> date | None:
    """The day meant by a relative date; None where it means nothing.

    :param told: as in :class:`Step`
    :param last: the last day of the contract
    """
    if told == ENDS:
        return last
    if found := _SCHOOL_YEAR.fullmatch(told):
        by = school_year.started_by if found[1] == "start" else school_year.ended_by
        return by(signed_on, int(found[2]))
    length = Span.parse(told)
    return None if length is None else length.after(signed_on)


def _named(each: Named, language: Language) -> Named:
    return each if each.title is None else msgspec.structs.replace(each, key=each.title.to(language))


def _span(text: str) -> Span:
    found = Span.parse(text)
    assert found is not None, text
    return found


def _problems(template: PathTemplate) -> Iterator[str]:
    """What a type cannot say."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", template.id):
        yield Said(
            "%(place)s: expected a name of small letters, digits and -, got %(got)r", place="id", got=template.id
        )
    if "participant" not in template.parties or len(set(template.parties)) < 2:
        yield Said("parties: expected participant and one authority or more")
    yield from _goal_problems(template)
    dues = list(_due_problems(template))
    yield from dues
    if not dues:
        for each in (template, *map(template.named, LANGUAGES)):
            for place, fact in plan(each, _SOME_DAY).placed():
                yield from _fact_problems(place, fact)
        yield from _wording_problems(template)


def _goal_problems(template: PathTemplate) -> Iterator[str]:
    if not template.career_goals:
        yield Said("%(place)s: expected one or more", place="career_goals")
    for goal in template.career_goals:
        if goal not in GOALS:
            yield Said(
                "%(place)s: expected any of %(known)s, got %(got)r",
                place="career_goals",
                known=", ".join(GOALS),
                got=goal,
            )


def _called(each: Step | Obligation) -> Said:
    if isinstance(each, Step):
        return Said("step %(key)r", key=each.key)
    return Said("obligation %(key)r", key=each.key)


def _due_problems(template: PathTemplate) -> Iterator[str]:
    length = Span.parse(template.length)
    if length is None or length.after(_SOME_DAY) <= _SOME_DAY:
        yield Said('length: expected a time such as "5 years" or "18 months", got %(got)r', got=template.length)
        return
    if template.until(_SOME_DAY) > (latest := latest_end(template.contract, _SOME_DAY)):
        yield Said(
            "length: a %(contract)s signed on %(day)s lasts until %(latest)s at the latest, got %(got)r",
            contract=template.contract,
            day=_SOME_DAY,
            latest=latest,
            got=template.length,
        )
    seen: set[str] = set()
    everything: tuple[Step | Obligation, ...] = (*template.steps, *template.obligations)
    for each in everything:
        place = _called(each)
        if place in seen:
            yield Said("%(place)s: %(problem)s", place=place, problem=Said("it is there twice"))
        seen.add(place)
        day = due_on(each.due, _SOME_DAY, template.until(_SOME_DAY))
        if day is None:
            yield Said("%(place)s: due: expected %(expected)s, got %(got)r", place=place, expected=DUE, got=each.due)
        elif Span.parse(each.due) is not None and day > template.until(_SOME_DAY):
            yield Said(
                "%(place)s: due: expected a time within the contract, %(length)s, got %(got)r",
                place=place,
                length=template.length,
                got=each.due,
            )
    for duty in template.obligations:
        if duty.party not in template.parties:
            problem = Said(
                "%(place)s: expected any of %(known)s, got %(got)r",
                place="party",
                known=", ".join(template.parties),
                got=duty.party,
            )
            yield Said("%(place)s: %(problem)s", place=_called(duty), problem=problem)


def _fact_problems(place: str, fact: Fact) -> Iterator[str]:
    try:
        check(fact)
    except InvalidFact as error:
        name, _, told = str(error).partition(": ")
        yield Said("%(place)s: %(name)s: %(expected)s", place=place, name=name, expected=told)
    if not isinstance(fact, StepAgreed):
        return
    if (fact.target == "language-level") != (fact.level is not None):
        yield Said("%(place)s: level: expected with the target language-level, and only there", place=place)
    if fact.skills and fact.target != "language-level":
        yield Said("%(place)s: skills: expected only with the target language-level", place=place)
    if fact.hours_per_week is not None and fact.target != "work":
        yield Said("%(place)s: hours_per_week: expected only with the target work", place=place)


def _wording_problems(template: PathTemplate) -> Iterator[str]:
    limit = fields_by_name(ObligationAgreed)["wording"].free_text
    for duty in template.obligations:
        for language in LANGUAGES:
            if limit is not None and not 0 < len(duty.wording.to(language)) <= limit.limit:
                problem = Said(
                    "wording: expected 1 to %(most)s characters in %(language)s", most=limit.limit, language=language
                )
                yield Said("%(place)s: %(problem)s", place=_called(duty), problem=problem)


SHELF = Shelf("path", PathTemplate, _problems, FOLDER, OWN_FOLDER, PathNotValid, PathNotFound)
