"""The published figures that the demo's rates were set to give, and those that they were not, each with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

MOLLAND = "Mølland et al. 2018, as cited in NORCE 20-2019 section 2.3.3"
LUNDE_LYSEN = "Lunde & Lysen 2018, as cited in NORCE 20-2019 section 2.3.2"
SAMFUNNSSPEILET = "Statistics Norway, Samfunnsspeilet 4/2016"
IMDI_2023 = "IMDi, key figures for the introduction programme 2023"
NOVEMBER_2023 = "Statistics Norway, introinnv, November 2023"


@dataclass(frozen=True)
class Calibrated:
    """A published figure, and the figure of the catalogue that comes to it in the demo.

    :ivar name: the benchmark's number in the reference data, where it has one
    :ivar published: what was published, in words
    :ivar indicator: id and version
    :ivar cohort: years with enough follow-up in a simulation that ends in November 2026; the rates do not change from
        year to year
    :ivar months: months after the day of the cohort; None where the definition itself says when
    :ivar group: breakdown and group; None = everybody
    :ivar value: from 0 to 1
    :ivar rounded: how far the true figure may lie from the published one, which is rounded or called approximate
    """

    name: str
    published: str
    indicator: str
    line: str
    cohort: str
    value: float
    source: str
    rounded: float = 0.005
    choice: str | None = None
    months: int | None = None
    group: tuple[str, str] | None = None


SETTLED = "settled:2012..2016"
LEFT = "left:2013..2019"
CALIBRATED: tuple[Calibrated, ...] = (
    Calibrated(
        "b03",
        "30 per cent of those who left to work under 10 hours a week are without a job five years later",
        "E8@1",
        "no-work",
        LEFT,
        0.30,
        MOLLAND,
        months=60,
    ),
    Calibrated(
        "b04",
        "80 per cent of those who completed primary school in Norway work nine years after settlement",
        "K8@1",
        "completed-by-60-months",
        SETTLED,
        0.80,
        MOLLAND,
        choice="work-1-hour",
        months=108,
    ),
    Calibrated(
        "b05",
        "60 per cent of those who did not",
        "K8@1",
        "not-completed-by-60-months",
        SETTLED,
        0.60,
        MOLLAND,
        choice="work-1-hour",
        months=108,
    ),
    Calibrated(
        "b08-1",
        "work is 50 to 60 per cent of all income in years 1 to 5 after the programme: year 1",
        "E11@1",
        "work-share-of-income",
        LEFT,
        0.50,
        LUNDE_LYSEN,
        rounded=0.03,
        months=12,
    ),
    Calibrated(
        "b08-5",
        "the same: year 5",
        "E11@1",
        "work-share-of-income",
        LEFT,
        0.60,
        LUNDE_LYSEN,
        rounded=0.03,
        months=60,
    ),
    Calibrated(
        "b13",
        "just under 60 per cent of men support themselves eight years after they came",
        "E11@1",
        "self-sufficient",
        SETTLED,
        0.60,
        SAMFUNNSSPEILET,
        rounded=0.01,
        months=96,
        group=("gender", "male"),
    ),
    Calibrated(
        "b14",
        "just over 35 per cent of women do",
        "E11@1",
        "self-sufficient",
        SETTLED,
        0.35,
        SAMFUNNSSPEILET,
        rounded=0.01,
        months=96,
        group=("gender", "female"),
    ),
    *(
        Calibrated(
            f"imdi-2023-{line}-{group}",
            f"{value * 100:.0f} per cent of those {who} who left in 2023 left to {what}",
            "R1@1",
            line,
            "left:2023",
            value,
            IMDI_2023,
            group=("protection", group),
        )
        for group, who, shares in (
            ("collective", "from Ukraine", (0.45, 0.03)),
            ("other", "from elsewhere", (0.23, 0.28)),
        )
        for line, what, value in zip(
            ("work", "upper-secondary-or-higher"), ("work", "education beyond primary school"), shares, strict=True
        )
    ),
    *(
        Calibrated(
            f"ssb-2023-{group}",
            f"{value * 100:.0f} per cent of the {who} who left in 2022 are in work or education in November 2023",
            "R1@2",
            "november-work-or-education",
            "left:2022",
            value,
            NOVEMBER_2023,
            choice="resident-then",
            group=("gender", group),
        )
        for group, who, value in (("male", "men", 0.73), ("female", "women", 0.59))
    ),
)

NOT_CALIBRATED: Mapping[str, str] = {
    "b01": "a target, not a result",
    "b02": "a target, not a result",
    "b06": "no figure of the catalogue tells leavers apart by whether they had completed primary school when they left",
    "b07": "as b06; schooling as a breakdown is that at the start",
    "b09": "no figure of the catalogue is benefits as a share of all income: E12 counts people, E11 work income",
    "b10": "of households, whose incomes are never recorded",
    "b11": "of households, whose incomes are never recorded",
    "b12": "of households, and of people who never were in a programme",
    "b15": "a spread between 82 municipalities; the demo is one",
    "b16": "of Swedish participants, in another programme",
    "b17": "of Swedish participants, in another programme",
}
"""Benchmarks of the reference data that the rates were not set to give."""
