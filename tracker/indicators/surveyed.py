"""Anonymous surveys: the answers to the rounds that enough people answered, and who was invited and who answered."""

from dataclasses import dataclass
from typing import get_args

import polars as pl

from events.surveys import InvitedGroup, SchoolingGroup
from tracker.indicators.breakdowns import UNKNOWN
from tracker.indicators.definition import Selection
from tracker.indicators.measures import Average, Count, Mean, Measure, Share
from tracker.surveys.instruments import Instrument, instrument

LOWEST_RATE = 40
"""Per cent of those invited who must have answered for a round to be counted."""

FEWEST_ANSWERS = 10
"""Answers that a round must have to be counted."""

BY = ("municipality", "cohort", "schooling", "gender")
NEEDS = ("survey-answer-received",)
INVITED, ANSWERED = "invited", "answered"
RULES = (
    f" A round counts in the year of its last day, and only if {LOWEST_RATE} per cent or more of those invited "
    f"answered, and {FEWEST_ANSWERS} people or more; what was answered to others is shown nowhere. Beside: the share "
    "of all invited who answered, the share who were invited to a round that is left out, and, of the rounds "
    "counted, schooling and gender of those invited beside those of who answered, each among those of whom it is "
    "known. Broken down by schooling or gender, an answer that does not tell is unknown, and so are the two shares "
    "of those invited. An item that somebody left out is unknown. Items of a municipality's own instrument count "
    "where their scale is the same; the same item in another version of the wording is counted together with it. "
    "Nobody is told apart from round to round: who answers two rounds counts twice."
)
_details = pl.col("details").str


@dataclass(frozen=True, eq=False)
class Asked:
    """What an indicator is counted from in the surveys that were held.

    :ivar indicator: its id, as the items name it
    :ivar low: lowest and
    :ivar high: highest answer on the scale of its items
    :ivar counts_from: the lowest answer that counts in a share; None = there is only a mean
    :ivar codes: the items of the tracker's own survey, which have a line each
    """

    indicator: str
    low: int
    high: int
    counts_from: int | None
    codes: tuple[str, ...]

    def items(self, made: Instrument) -> list[str]:
        """The items of an instrument that are counted: those on this scale."""
        wanted = (self.low, self.high, self.counts_from)
        found = ((item.code, made.scales[item.scale]) for item in made.feeding(self.indicator))
        return [code for code, scale in found if (scale.low, scale.high, scale.counts_from) == wanted]

    def rounds(self, selection: Selection) -> tuple[pl.DataFrame, dict[str, list[str]]]:
        """The rounds that asked for it in the years and the municipality of the question, and the items of each
        instrument.

        :returns: a row a round: participant (the municipality's number), round, asked (name of the instrument),
            municipality, cohort, a column for each invited group, invited, answered, counts
        :raises tracker.surveys.instruments.InstrumentNotFound: the questions of a round are there no longer
        """
        frames = selection.frames
        received = frames.facts("survey-answer-received", columns=("participant", "value"))
        until = _details.json_path_match("$.until").str.to_date("%Y-%m-%d")
        held = (
            frames.facts("survey-round-held", columns=("participant", "value", "details"))
            .select(
                "participant",
                *(_number(f'$.invited["{group}"]').alias(group) for group in get_args(InvitedGroup)),
                round="value",
                year=until.dt.year(),
                id=_details.json_path_match("$.instrument"),
                version=_number("$.version"),
            )
            .join(frames.municipalities.select("participant", "municipality"), on="participant")
            .join(
                received.group_by("participant", round="value").agg(answered=pl.len().cast(pl.Int64)),
                on=["participant", "round"],
                how="left",
            )
        )
        if selection.municipality is not None:
            held = held.filter(pl.col("municipality") == selection.municipality)
        if selection.cohort.first is not None:
            held = held.filter(pl.col("year").is_between(selection.cohort.first, selection.cohort.last))
        names = held.select("id", "version").unique().sort("id", "version").rows()
        found = {f"{id}@{version}": self.items(instrument(id, version, frames.home)) for id, version in names}
        items = {name: codes for name, codes in found.items() if codes}
        invited, answered = pl.sum_horizontal(get_args(InvitedGroup)), pl.col("answered").fill_null(0)
        rounds = held.with_columns(
            asked=pl.format("{}@{}", "id", "version"),
            cohort=pl.col("year").cast(pl.String),
            invited=invited,
            answered=answered,
            counts=(answered * 100 >= invited * LOWEST_RATE) & (answered >= FEWEST_ANSWERS),
        )
        return rounds.filter(pl.col("asked").is_in(list(items))), items

    def answers(self, selection: Selection) -> pl.DataFrame:
        """One row an answer to a round that counts.

        :returns: the columns of ``BY``, a column for each of ``codes`` (empty = not answered) and ``asked CODE``,
            ``mean`` of the items answered, ``any`` and ``all`` of the items asked that reach ``counts_from``
        """
        rounds, items = self.rounds(selection)
        counting = rounds.filter("counts").select("participant", "round", "asked", "municipality", "cohort")
        told = selection.frames.facts("survey-answer-received", columns=("participant", "value", "details"))
        told = told.rename({"value": "round"}).join(counting, on=["participant", "round"])
        parts = [self._answers(told.filter(asked=name), codes) for name, codes in items.items()]
        return pl.concat(parts) if parts else self._answers(told, list(self.codes))

    def _answers(self, told: pl.DataFrame, items: list[str]) -> pl.DataFrame:
        fields = [
            pl.Field("schooling", pl.String),
            pl.Field("gender", pl.String),
            pl.Field("answers", pl.Struct(dict.fromkeys(items, pl.Float64))),
        ]
        # Hardly two answers are told alike: each is read once, for all that is wanted of it.
        told = told.with_columns(_details.json_decode(pl.Struct(fields)).struct.unnest())
        given = {code: pl.col("answers").struct.field(code) for code in items}
        reached = [answer >= self.counts_from for answer in given.values()] if self.counts_from is not None else []
        no_share = pl.lit(None, pl.Boolean)
        return told.select(
            "municipality",
            "cohort",
            schooling=pl.col("schooling").fill_null(UNKNOWN),
            gender=pl.col("gender").fill_null(UNKNOWN),
            mean=pl.mean_horizontal(*given.values()),
            any=pl.any_horizontal(*reached) if reached else no_share,
            all=pl.all_horizontal(*reached) if reached else no_share,
            **{code: given.get(code, pl.lit(None, pl.Float64)) for code in self.codes},
            **{f"asked {code}": pl.lit(code in given) for code in self.codes},
        )

    def invitations(self, selection: Selection) -> pl.DataFrame:
        """Who was invited, some in a row (``times``): ``answered`` (one of those who did; which is not known), and
        ``left_out``."""
        rounds, _ = self.rounds(selection)
        answered = pl.min_horizontal("answered", "invited")
        found = rounds.select(
            "municipality",
            "cohort",
            schooling=pl.lit(UNKNOWN),
            gender=pl.lit(UNKNOWN),
            answered=pl.concat_list(pl.lit(True), pl.lit(False)),
            times=pl.concat_list(answered, pl.col("invited") - answered),
            left_out=~pl.col("counts"),
        )
        return found.explode("answered", "times").filter(pl.col("times") > 0)

    def both_sides(self, selection: Selection) -> pl.DataFrame:
        """Who was invited to a round that counts, some in a row (``times``), and one row an answer to it: ``side``,
        and the columns of ``BY``."""
        rounds, _ = self.rounds(selection)
        invited = (
            rounds.filter("counts")
            .unpivot(
                get_args(InvitedGroup), index=["municipality", "cohort"], variable_name="group", value_name="times"
            )
            .filter(pl.col("times") > 0)
            .select(
                "municipality",
                "cohort",
                schooling=pl.col("group").str.replace(r"-[a-z]+$", ""),
                gender=pl.col("group").str.extract(r"([a-z]+)$"),
                side=pl.lit(INVITED),
                times="times",
            )
        )
        answers = selection.rows(self.answers).select(*BY, side=pl.lit(ANSWERED), times=pl.lit(1, pl.Int64))
        return pl.concat([invited, answers])

    def means(self, line: str) -> Mean:
        """The mean of what each person answered on average, and of each item."""
        unit, scale = f"points on the scale from {self.low} to {self.high}", (self.low, self.high)
        return Mean(
            self.answers,
            (
                Average(line, pl.col("mean"), unit=unit, scale=scale),
                *(
                    Average(line, pl.col(code), unit=unit, among=pl.col(f"asked {code}"), choice=code, scale=scale)
                    for code in self.codes
                ),
            ),
        )

    @property
    def response(self) -> tuple[Measure, ...]:
        """How many of those invited answered, and how those who did differ from those who were invited."""
        groups = {"gender": ("female", "male", "other"), "schooling": get_args(SchoolingGroup)}
        return (
            Share(
                self.invitations,
                (
                    Count("answered", pl.col("answered")),
                    Count("in-rounds-left-out", pl.col("left_out")),
                ),
            ),
            Share(
                self.both_sides,
                tuple(
                    Count(
                        f"{name}-{value}",
                        pl.col(name) == value,
                        among=(pl.col("side") == side) & (pl.col(name) != UNKNOWN),
                        choice=side,
                        whole=f"{name}-{side}",
                    )
                    for name, values in groups.items()
                    for value in values
                    for side in (INVITED, ANSWERED)
                ),
            ),
        )


def _number(path: str) -> pl.Expr:
    return _details.json_path_match(path).cast(pl.Float64).cast(pl.Int64).fill_null(0)
