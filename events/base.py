"""What a fact is: something that happened on a day, told by someone, and what it does to a journey."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

import msgspec

Precision = Literal["day", "month", "year"]
ToldBy = Literal["participant", "document", "school", "employer", "nav", "county", "register", "staff", "unknown"]
StreamKind = Literal["participant", "municipality"]


@dataclass(frozen=True)
class Range:
    """Least and greatest value allowed, both included."""

    low: Decimal
    high: Decimal

    def __init__(self, low: str | int, high: str | int) -> None:
        object.__setattr__(self, "low", Decimal(low))
        object.__setattr__(self, "high", Decimal(high))


@dataclass(frozen=True)
class Unit:
    """What a number counts, in words: "hours a week"."""

    name: str


@dataclass(frozen=True)
class Pattern:
    """The form a text must have, and how to say so to a person."""

    regex: str
    expected: str

    def matches(self, text: str) -> bool:
        return re.fullmatch(self.regex, text) is not None


@dataclass(frozen=True)
class FreeText:
    """Words of a person: short, sealed like all else, and never taken into the read model."""

    limit: int = 200


@dataclass(frozen=True)
class SpellKey:
    """This field tells apart the spells of one activity that run at the same time."""


@dataclass(frozen=True)
class MonthOnly:
    """A date that stands for its month; the day is always the first."""


@dataclass(frozen=True)
class FactVersion:
    """The version, within the same stream, of the fact that is meant."""


_NAME = Pattern(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,58}[^\s\x00-\x1f])?", "a name of 1 to 60 characters")

Key = Annotated[str, SpellKey(), _NAME]
Name = Annotated[str, _NAME]
Code = Annotated[str, Pattern(r"[a-z0-9][a-z0-9._-]{0,59}", "a code of small letters, digits, . _ -")]
MunicipalityCode = Annotated[str, Pattern(r"\d{4}", "a municipality code of four digits, such as 0301")]
LanguageCode = Annotated[str, Pattern(r"[a-z]{2,3}", "a language code of ISO 639, such as ar or tir")]
OccupationCode = Annotated[str, Pattern(r"\d{1,7}", "an occupation code of up to seven digits (STYRK-08)")]
IndustryCode = Annotated[str, Pattern(r"[A-U]|\d{2}(\.\d{1,3})?", "an industry code of SN2007, such as I or 56.1")]
Note = Annotated[str, FreeText(200)]
Month = Annotated[date, MonthOnly()]
WeeklyHours = Annotated[Decimal, Range("0.5", "60"), Unit("hours a week")]
MonthlyHours = Annotated[Decimal, Range("0", "744"), Unit("hours a month")]
Percent = Annotated[Decimal, Range(0, 100), Unit("per cent")]
YesNo = Literal["yes", "no", "unknown", "not-asked"]
UNTOLD = ("unknown", "not-asked")
"""Values that say that something was not told, of whatever field."""
Judge = Literal["participant", "advisor", "school", "together", "unknown"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened to a participant or in a municipality.

    Who recorded it, when and through which channel is stamped on it when it is recorded
    (:class:`events.codec.Recorded`); a caller cannot choose those.

    :ivar on: the day it happened; for a month or a year its first day
    :ivar on_precision: how exactly ``on`` is known: day, month or year
    :ivar told_by: who or what said so
    """

    TOPIC: ClassVar[str] = ""
    TERM: ClassVar[str] = ""
    CLASS_VERSION: ClassVar[int] = 1
    STREAM: ClassVar[StreamKind] = "participant"
    SEALED: ClassVar[bool] = True
    activity: ClassVar[str] = ""
    administrative: ClassVar[bool] = False
    value_field: ClassVar[str | None] = None
    """The field that says in one word what this fact is about; it becomes a column of the timeline."""

    partial: ClassVar[bool] = False
    """What is left out stays as it was, so that a fact of this kind with every value left out would say nothing."""

    on: date
    on_precision: Precision = "day"
    told_by: ToldBy = "unknown"

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        topic = cls.__dict__.get("TOPIC")
        if topic is None:
            return
        if topic in _CLASSES:
            raise TypeError(f"two facts have the log name {topic!r}: {_CLASSES[topic].__name__}, {cls.__name__}")
        _CLASSES[topic] = cls

    @property
    def key(self) -> str:
        """The spell this fact belongs to; the activity's own name where it has no key."""
        name = key_field(type(self))
        return (getattr(self, name) if name else None) or self.activity

    @property
    def takes_effect(self) -> bool:
        """False where it only tells of something that came to nothing, and changes no spell."""
        return True

    @property
    def says_nothing(self) -> bool:
        """True where it leaves out every value that it could change."""
        names = changeable(type(self))
        return bool(names) and all(getattr(self, name) is None for name in names)

    @property
    def observes(self) -> bool:
        """True where this fact shows that someone knew the participant's situation on that day."""
        return _tells_of_life(type(self))


_CLASSES: dict[str, type[Fact]] = {}


class Marks(Fact, frozen=True):
    """A fact that marks a point in time."""


class Opens(Fact, frozen=True):
    """A fact that opens a spell of an activity.

    ``within``: the activity whose running spell of the same key it lies in, and with whose end it ends.
    ``solitary``: two at once are unusual, and flagged. ``life``: an activity of the participant's life: when
    one is told of, the participant's situation is known for a while. ``marks_parent``: the value that is true of the
    spell it lies in while it runs. ``needs_consent``: without the participant's consent for this purpose it is
    flagged and left out of figures. ``lasts_overnight``: closed on the day on which it opened, there was none.
    """

    within: ClassVar[str | None] = None
    marks_parent: ClassVar[str | None] = None
    needs_consent: ClassVar[str | None] = None
    solitary: ClassVar[bool] = False
    life: ClassVar[bool] = False
    lasts_overnight: ClassVar[bool] = False


class Changes(Fact, frozen=True):
    """A fact that changes the values of a running spell; a field left out stays as it was.

    ``outdates``: field -> the field whose older value no longer holds once this one is given anew. ``of_itself``:
    fields that tell of the change, and are no values of the spell.
    """

    partial = True
    outdates: ClassVar[Mapping[str, str]] = {}
    of_itself: ClassVar[frozenset[str]] = frozenset()


class Closes(Fact, frozen=True):
    """A fact that closes a running spell; its day is the last day of the spell."""

    usual: ClassVar[bool] = True
    """The close that an overview month by month means when an activity is no longer named there."""

    stands_alone: ClassVar[bool] = False
    """It may happen without a start, and then there was none: a conversation that had not been agreed before."""


class Reopens(Fact, frozen=True):
    """A fact that takes back the last end of a spell, from this day on."""


class Sets(Fact, frozen=True):
    """A fact that sets something that holds until it is set anew."""


@dataclass
class Activity:
    """What the facts declare about one activity, gathered."""

    name: str
    opener: type[Fact]
    within: str | None = None
    solitary: bool = False
    observes: bool = False
    needs_consent: str | None = None
    changes: list[type[Fact]] = field(default_factory=list)
    closes: list[type[Fact]] = field(default_factory=list)

    @property
    def keyed(self) -> bool:
        """True where every fact must name the spell it is about."""
        name = key_field(self.opener)
        return name is not None and name in required_fields(self.opener)

    @property
    def usual_close(self) -> type[Fact] | None:
        return next((close for close in self.closes if issubclass(close, Closes) and close.usual), None)


_ACTIVITIES: dict[str, Activity] = {}


def fact_classes() -> dict[str, type[Fact]]:
    """Every fact by its log name, in the order of the areas of life."""
    return dict(_CLASSES)


def fact_class(topic: str) -> type[Fact]:
    """The fact with this log name.

    :raises KeyError: there is none
    """
    return _CLASSES[topic]


def activities() -> dict[str, Activity]:
    """Every activity by name, gathered from what the facts declare."""
    if not _ACTIVITIES:
        for cls in _CLASSES.values():
            if issubclass(cls, Opens):
                _ACTIVITIES[cls.activity] = Activity(
                    cls.activity,
                    cls,
                    within=cls.within,
                    solitary=cls.solitary,
                    observes=cls.life,
                    needs_consent=cls.needs_consent,
                )
            elif issubclass(cls, Sets):
                _ACTIVITIES.setdefault(cls.activity, Activity(cls.activity, cls))
        for cls in _CLASSES.values():
            if issubclass(cls, Closes):
                _ACTIVITIES[cls.activity].closes.append(cls)
            elif issubclass(cls, (Changes, Reopens)):
                _ACTIVITIES[cls.activity].changes.append(cls)
    return _ACTIVITIES


@cache
def hints(cls: type[Fact]) -> dict[str, Any]:
    """Field name -> its full type with markers, own fields first, then those all facts have."""
    resolved = get_type_hints(cls, include_extras=True)
    return {name: resolved[name] for name in cls.__struct_fields__}


def required_fields(cls: type[Fact]) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(cls) if field.required)


def markers(hint: Any) -> tuple[Any, ...]:
    """The markers of a type, also where it may be left out (``X | None``) or is part of a tuple or a dict."""
    if get_origin(hint) is Annotated:
        return tuple(get_args(hint)[1:])
    return tuple(mark for part in get_args(hint) for mark in markers(part))


@cache
def key_field(cls: type[Fact]) -> str | None:
    """The name of the field that is the spell key, if this fact has one."""
    return next(
        (name for name, hint in hints(cls).items() if any(isinstance(mark, SpellKey) for mark in markers(hint))), None
    )


@cache
def changeable(cls: type[Fact]) -> tuple[str, ...]:
    """The fields of which a fact that may leave things as they were must tell at least one; none for other facts."""
    of_itself: frozenset[str] = getattr(cls, "of_itself", frozenset())
    beside = {*Fact.__struct_fields__, *of_itself, key_field(cls)}
    return tuple(name for name in cls.__struct_fields__ if name not in beside) if cls.partial else ()


@cache
def _tells_of_life(cls: type[Fact]) -> bool:
    activity = activities().get(cls.activity)
    return activity is not None and activity.observes
