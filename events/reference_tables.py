"""Reference tables: figures of others that stand beside the municipality's own, with their source and version."""

from typing import Annotated, Literal

from events.base import Code, Marks, Name, Pattern, Range

ReferenceKind = Literal["counts", "strata", "residents", "series", "aggregate"]
Source = Annotated[
    str, Pattern(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,298}[^\s\x00-\x1f])?", "where it is from, in 1 to 300 characters")
]
Period = Annotated[
    str,
    Pattern(
        r"\d{4}(-\d{2}(-\d{2})?)?(\.\.\d{4}(-\d{2}(-\d{2})?)?)?",
        "a year, month, day or period such as 2016, 2016-11, 2016-11-30 or 2014..2016",
    ),
]
IndicatorVersion = Annotated[str, Pattern(r"[A-Z]\d{1,2}@\d{1,4}", "an indicator with its version, such as E2@1")]
Digest = Annotated[str, Pattern(r"[0-9a-f]{64}", "a SHA-256 digest")]
Content = Annotated[str, Pattern(r"\{[^\x00-\x1f]{0,4000000}\}", "a table as JSON of at most 4 million characters")]


class ReferenceTableImported(Marks, frozen=True):
    """A table of published or pooled figures was taken into use (referansetabell).

    It never changes: other figures are another version, and both stay. ``tracker reference import`` reads and checks
    the file; the fact is not logged by hand.

    :ivar table: its id
    :ivar version: its version
    :ivar kind: counts (people counted in each unit), strata (the same in each stratum, for one line of an indicator),
        residents (shares among all residents), series (per cent by month), aggregate (any labelled figures)
    :ivar source: who published it, where and when
    :ivar digest: SHA-256 of the content
    :ivar content: columns and rows as JSON; a number that was hidden or missing at its source is so here, and never 0
    :ivar period: the date or period that it is about
    :ivar indicator: the indicator and version whose figure it holds
    :ivar line: the line of that indicator
    """

    TOPIC = "reference-table-imported"
    TERM = "referansetabell"
    STREAM = "municipality"
    value_field = "table"
    table: Code
    version: Annotated[int, Range(1, 9999)]
    kind: ReferenceKind
    source: Source
    digest: Digest
    content: Content
    period: Period | None = None
    indicator: IndicatorVersion | None = None
    line: Name | None = None
