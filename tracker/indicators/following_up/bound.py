"""What the parties of contracts did of what they agreed, and how contracts stand."""

import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.following_up.agreements import contracts_on, duties_on
from tracker.indicators.following_up.day import AXES, WHEN, looked_at
from tracker.indicators.measures import Count, Mean, Quotient, Share

PARTIES = ("participant", "municipality", "county", "state")
CONTRACTS = ("long-contract", "integration-contract")
CAUSES = (
    "participant-withdrew",
    "goals-not-followed",
    "authority-withdrew",
    "moved",
    "goal-changed",
    "other",
    "unknown",
)
_OF_DUTIES = ("in-time", "late", "missed", "open")
_OUTSIDE = ("waived", "called-off")


def duties(selection: Selection) -> pl.DataFrame:
    """A row a person and party: how many duties of that party came to what; ``due``, and ``agreed`` in all."""
    found = duties_on(selection.frames, looked_at(selection).select("participant", "present", "day"))
    count = {state: (pl.col("state") == state).sum() for state in (*_OF_DUTIES, *_OUTSIDE)}
    return (
        found.group_by("participant", "present", "party", maintain_order=True)
        .agg(agreed=pl.len(), **count)
        .with_columns(due=pl.sum_horizontal(_OF_DUTIES))
    )


def contracts(selection: Selection) -> pl.DataFrame:
    """A row a person and kind of contract: the last one signed, and how it stands."""
    return contracts_on(selection.frames, looked_at(selection).select("participant", "present", "day"))


_DUE = pl.col("due") > 0


def _party(party: str) -> pl.Expr:
    return pl.col("party") == party


F1 = Indicator(
    id="F1",
    version=1,
    title="Duties met in time by each party of the contract",
    definition=(
        "Of the duties agreed in contracts whose last day in time has passed, by the party whose duty it is "
        "(participant, municipality, county, state): the share met in time, by the last day, that day included. Days "
        "on which the contract rests move the last day. Left out are duties waived by the parties, and duties called "
        "off, which were not met and not due on their last day, nor are now: the contract had ended or run out, the "
        "participant had died, left Norway or lost protection, or (the duty of an authority) did not follow the "
        "contract. In this share duties are counted; n, there and beside, is people: those who have such a duty, or "
        "whom one is owed. So it is published only where those with all duties met in time, and the others, may be "
        "told. Beside, of these people each once: all duties of the party met in time, else one or more judged "
        "missed, else one or more open (neither met nor judged), else one or more met late; and of people with any "
        "duty whose last day has passed, one or more waived, and called off." + WHEN
    ),
    formula="sum(duties met in time) / sum(duties whose last day has passed), over people; x(all met in time) / n",
    example=(
        "The county met 3 of Ana's 4 duties in time and 1 late; Bo's 1 is open: 3 of 5 duties in time, 0 of 2 people "
        "with all in time."
    ),
    dimension="F",
    tags="A",
    unit="part of duties; per cent of people",
    axes=AXES,
    denominator="all",
    measures=(
        Mean(
            duties,
            tuple(
                Quotient(
                    "duties-in-time",
                    pl.col("in-time"),
                    pl.col("due"),
                    unit="duties met in time, of those whose last day has passed",
                    among=_party(party) & _DUE,
                    choice=party,
                    brought_by="all-in-time",
                )
                for party in PARTIES
            ),
        ),
        Share(
            duties,
            (
                *(
                    Count(name, when, among=_party(party) & _DUE, choice=party, whole="duties")
                    for name, when in {
                        "all-in-time": pl.col("in-time") == pl.col("due"),
                        "one-missed": pl.col("missed") > 0,
                        "one-open": (pl.col("missed") == 0) & (pl.col("open") > 0),
                        "one-late": (pl.col("missed") == 0) & (pl.col("open") == 0) & (pl.col("late") > 0),
                    }.items()
                    for party in PARTIES
                ),
                *(
                    Count(f"one-{state}", pl.col(state) > 0, among=_party(party), choice=party)
                    for state in _OUTSIDE
                    for party in PARTIES
                ),
            ),
        ),
    ),
    needs=("obligation-agreed",),
    sensitive=True,
    caution="Not for decisions about a benefit.",
    source="KIPE in Trondheim: NORCE 20-2019 section 3.2; what counts as due is a choice of this product",
)


def _standing(kind: str) -> tuple[Count, ...]:
    """The lines of one kind of contract: everybody is in one of the parts."""
    among, state = pl.col("contract") == kind, pl.col("state")
    parts = tuple(f"{kind}-running-{name}" for name in ("followed", "not-followed"))
    ended = tuple(f"{kind}-terminated-{cause}" for cause in CAUSES)
    return (
        Count(f"{kind}-running", state.is_in(["followed", "not-followed"]), among, atoms=_of("F2", parts)),
        Count(parts[0], state == "followed", among, whole=kind),
        Count(parts[1], state == "not-followed", among, whole=kind),
        Count(f"{kind}-run-out", state == "run-out", among, whole=kind),
        Count(f"{kind}-completed", state == "completed", among, whole=kind),
        Count(f"{kind}-terminated", state == "terminated", among, atoms=_of("F2", ended)),
        *(
            Count(name, (pl.col("cause") == cause).fill_null(False), among, whole=kind)
            for name, cause in zip(ended, CAUSES, strict=True)
        ),
    )


def _of(id: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{id}/{line}" for line in lines)


F2 = Indicator(
    id="F2",
    version=1,
    title="Contracts on course, run out, completed and terminated",
    definition=(
        "Of those in scope with whom a contract was signed, long contracts and integration contracts apart: how the "
        "last one signed of that kind stands on the day of the figure (of those active: on the day they are): "
        "running and followed; running and not followed; run out (its last day has passed, extensions included, and "
        "nobody said how it ended); completed; terminated, and why. The last day of a contract is still a day of it. A "
        "contract that rests runs. It is followed unless a school or the Norwegian training was left before it was "
        "completed (other than for work or another education), or a duty of the participant was judged missed; and "
        "again from the day on which the participant starts in school, training or work, completes or reaches "
        "something, meets a duty, or a step is agreed anew. People are counted, each once a kind."
    ),
    formula="x(state of the last contract) / n(a contract of the kind was signed)",
    example="Of 10 long contracts 6 run, 5 of them followed, 1 has run out, 2 are completed, 1 was terminated (moved).",
    dimension="F",
    tags="A",
    unit="per cent",
    axes=AXES,
    denominator="present",
    measures=(Share(contracts, tuple(line for kind in CONTRACTS for line in _standing(kind))),),
    needs=("contract-signed",),
    sensitive=True,
    caution="Not for decisions about a benefit.",
    source="KIPE in Trondheim: NORCE 20-2019 section 3.2; when a contract is followed is a choice of this product",
)
INDICATORS = (F1, F2)
