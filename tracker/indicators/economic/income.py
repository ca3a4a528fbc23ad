"""Income: who lives on own work, and which main source of income goes with which activity."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.columns.derived import place
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.economic.there import there_after
from tracker.indicators.looking import EDUCATED, FEW, KNOWN, WORKS, status_after
from tracker.indicators.measures import Count, Mean, Quotient, Share
from tracker.indicators.side_by_side import side_by_side
from tracker.indicators.tellings import INCOMES, MAIN_INCOMES, MAIN_SOURCES
from tracker.indicators.timeline import timeline
from tracker.rules.income import BASIC_AMOUNT, basic_amount_of, known_years

BASIC_AMOUNTS = 2
"""Basic amounts (G) that own work income must exceed: a full yearly introduction benefit."""

ACTIVITIES: Mapping[str, pl.Expr] = {
    "work-and-education": WORKS & EDUCATED,
    "work": WORKS,
    "education": EDUCATED,
    "wage-subsidy": pl.col("subsidised"),
    "programme": pl.col("programme"),
    "measure": pl.col("measure"),
    "none-of-these": pl.lit(True),
}
"""What people do on the day; the first that holds."""

_DOES = tuple(dict.fromkeys(name for one in (KNOWN, *ACTIVITIES.values()) for name in one.meta.root_names()))
_ACTIVITY = pl.Enum(list(ACTIVITIES))
Numbers = npt.NDArray[np.int64]
_PLACE = place(pl.col("participant"), pl.col("day"))
_RECORD = pl.col("participant").cast(pl.Int64) * 10_000 + pl.col("year")
"""Person and year as one number: joining by it takes a fraction of the time."""


def incomes(selection: Selection) -> pl.DataFrame:
    """Each person's income of the tax year so many months after the day, of those who have one recorded."""
    recorded = selection.frames.derived(INCOMES)
    basic = pl.DataFrame(
        {"year": known_years(), "basic": [basic_amount_of(year) for year in known_years()]},
        schema={"year": pl.Int32, "basic": pl.Float64},
    )
    own, benefits, pension = pl.col("own_work_income"), pl.col("taxable_benefits"), pl.col("pension")
    # An amount that is not known may be anything from zero up, so that what is known can be too much already.
    lives_on_work = own > benefits + pension
    cannot = own <= benefits.fill_null(0) + pension.fill_null(0)
    looks = pl.concat(side_by_side(partial(there_after, selection), selection.months or (0,)))
    return (
        looks.with_columns(year=pl.col("day").dt.year())
        .with_columns(record=_RECORD)
        .join(recorded.select(pl.exclude("participant", "year"), record=_RECORD), on="record")
        .join(basic, on="year", how="left")
        .with_columns(
            sufficient=(own > BASIC_AMOUNTS * pl.col("basic")) & lives_on_work & ~cannot,
            basic_known=pl.col("basic").is_not_null(),
            income=own + benefits + pension + pl.col("other"),
        )
    )


def sources(selection: Selection) -> pl.DataFrame:
    """What each person does at each month, and the main source of income then, of those whose situation is known."""
    told = selection.frames.derived(MAIN_SOURCES)
    if len(selection.months) > FEW:
        timeline(selection.frames)
    places = told.select(_PLACE).to_series().to_numpy()
    return pl.concat(side_by_side(partial(_living, selection, told, places), selection.months or (0,)))


def _living(selection: Selection, told: pl.DataFrame, places: Numbers, months: int) -> pl.DataFrame:
    # Where nobody's source was ever told there is nobody to count, rather than nobody with any source.
    known = status_after(selection, months, *_DOES).filter(KNOWN if told.height else pl.lit(False))
    # The last that was told until the day, if it is of the same person.
    last = np.searchsorted(places, known.select(_PLACE).to_series().to_numpy(), side="right") - 1
    of = told.select(pl.col("participant", "main").gather(np.maximum(last, 0))) if told.height else told
    own = pl.lit(pl.Series(last >= 0) & (of["participant"] == known["participant"]))
    does = pl.coalesce(
        *(pl.when(holds.fill_null(False)).then(pl.lit(name, _ACTIVITY)) for name, holds in ACTIVITIES.items())
    )
    return known.select(
        "participant",
        "months",
        "present",
        does=does,
        main=pl.when(own).then(pl.lit(of["main"])),
    )


E11 = Indicator(
    id="E11",
    version=1,
    title="Self-sufficient by own work",
    definition=(
        "(a) Of those whose income of a tax year is recorded, the share whose own work income (wages and net income of "
        f"an own business) is more than {BASIC_AMOUNTS} G and more than taxable benefits and pension together. G is "
        f"the mean of the basic amount over the year (rule {BASIC_AMOUNT.id}, version {BASIC_AMOUNT.version}); years "
        f"whose G is not known here ({known_years()[0]} to {known_years()[-1]} are) are left out. The tax year is the "
        "calendar year in which the day so many months after the settlement or the end of the programme falls: month 0 "
        "is the year of that day itself. An amount left out is unknown, and so is the answer where it depends on it; "
        "people without a record of the year are left out, never taken for poor. (b) The household definition of "
        "Statistics Norway (main earner above 2 G and above benefits) needs incomes of others, which are never "
        "collected: it is no line here, and is to be read from their own aggregate. (c) The sum of own work income "
        "over the sum of own work income, taxable benefits, pension and other income, of those with all four. (d) The "
        "main source of income by what people do on the day, of those whose situation is known then: in work and "
        "education, in work, in education, in a subsidised job, in the programme, in a measure, in none of these, the "
        "first that holds; the source last told of until then, in a record of sources or a confirmed status, holds "
        "until another is told, and is unknown where none was. Where nobody's income or source was ever recorded "
        "nothing is shown, never zero. Who is out of scope on the day is left out unless the figure is for all."
    ),
    formula="(a) x(w > 2 G and w > b + p) / n; (c) sum w / sum(w + b + p + o); (d) x(source s, activity a) / n(a)",
    example="In 2023, when G was 116 239, work income of 240 000 and benefits of 100 000: above 232 478, so in (a).",
    dimension="E",
    tags="H A",
    unit="per cent; part of income",
    axes={"left": (0, 12, 24, 36, 48, 60), "settled": tuple(range(12, 121, 12))},
    denominator="present",
    measures=(
        Share(incomes, (Count("self-sufficient", pl.col("sufficient"), among=pl.col("basic_known")),)),
        Mean(
            incomes,
            (Quotient("work-share-of-income", pl.col("own_work_income"), pl.col("income"), unit="part of income"),),
        ),
        Share(
            sources,
            tuple(
                Count(
                    f"main-income-{source}",
                    pl.col("main") == source,
                    among=pl.col("does") == activity,
                    choice=activity,
                    whole=f"main income, {activity}",
                )
                for activity in ACTIVITIES
                for source in MAIN_INCOMES
            ),
        ),
    ),
    needs=("income-recorded", "income-source-recorded"),
    sensitive=True,
    rules=(BASIC_AMOUNT,),
    source=(
        "Statistics Norway's definition of self-sufficiency; Lunde and Lysen 2018; income source apart from activity "
        "as in KOSTRA 11F"
    ),
)
