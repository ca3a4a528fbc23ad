"""The files that tell of municipality codes: a correspondence of Klass 131, and lists of the codes of single years."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tracker.codes import HOW, MUNICIPALITY, Codes, CodeSpan, NotCodeFile, read_rows

_CODE = re.compile(r"[0-9]{4}[a-z]?")
_VALIDITY = re.compile(r"(.*?)\s*\(([0-9]{4})?-([0-9]{4})?\)")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def read_codes(files: Sequence[Path]) -> Codes:
    """Read a correspondence and any lists of single years, which tell since when a code has been in force.

    :param files: one with the columns GRUPPEKODE, GRUPPETEKST, KODE, TEKST, whose texts end in ``(2020-2023)`` where a
        code is no longer in force; lists have the columns kommunenummer and navn, and their year in the file's name
    :raises NotCodeFile: a file is neither, or they contradict each other
    """
    spans: list[CodeSpan] = []
    lists: dict[int, tuple[Path, frozenset[str]]] = {}
    for path in files:
        header, rows = read_rows(path)
        names = tuple(name.strip().casefold() for name in header)
        if {"gruppekode", "kode", "tekst"} <= set(names):
            if spans:
                raise NotCodeFile(f"{path.name} is a second correspondence; give one, and lists of years")
            at = [names.index(name) for name in ("gruppekode", "kode", "tekst")]
            spans = _correspondence(path, [tuple(row[column].strip() for column in at) for row in rows])
        elif names[:1] == ("kommunenummer",):
            years = _YEAR.findall(path.stem)
            if len(years) != 1:
                raise NotCodeFile(f"{path.name} is a list of codes; its year must be in its name: kommuner_2024.csv")
            lists[int(years[0])] = path, frozenset(row[0].strip() for row in rows)
        else:
            raise NotCodeFile(f"{path.name} is no file of municipality codes: columns {', '.join(header)}; {HOW}")
    if not spans:
        raise NotCodeFile(f"there is no correspondence among the files; {HOW}")
    for year, (path, codes) in sorted(lists.items()):
        spans = _told_by_list(spans, year, codes, path.name)
    return Codes(spans)


def _correspondence(path: Path, rows: list[tuple[str, ...]]) -> list[CodeSpan]:
    spans: list[CodeSpan] = []
    for number, (group, code, text) in enumerate(rows, 2):
        if not _CODE.fullmatch(code) or not group:
            raise NotCodeFile(f"row {number} of {path.name}: expected a code of four digits and a group, got {code!r}")
        dated = _VALIDITY.fullmatch(text)
        name, first, last = dated.groups() if dated else (text, None, None)
        spans.append(CodeSpan(code, name, group, int(first or 0) or None, int(last or 0) or None, int(last or 0)))
    told = {span.code: span for span in spans}
    if len(told) < len(spans):
        twice = [code for code, times in Counter(span.code for span in spans).items() if times > 1]
        raise NotCodeFile(f"{path.name} names {', '.join(twice[:5])} twice; each code must be in one group")
    ends = [span.last_year for span in spans if span.last_year]
    for group in sorted({span.group for span in spans}):
        if (named := MUNICIPALITY.fullmatch(group)) and not _holds(told.get(named[1]), group):
            raise NotCodeFile(f"{path.name}: the group {group} lacks its own code {named[1]} among those in force")
    if not ends or not any(MUNICIPALITY.fullmatch(span.group) for span in spans):
        raise NotCodeFile(f"{path.name} tells of no change of a municipality's code; {HOW}")
    newest = max(ends) + 1
    return [span if span.last_year else replace(_begun(span, spans), seen_in=newest) for span in spans]


def _holds(own: CodeSpan | None, group: str) -> bool:
    return own is not None and own.group == group and own.last_year is None


def _begun(span: CodeSpan, spans: list[CodeSpan]) -> CodeSpan:
    """A code of the newest year with its first year, where an older code of the same place tells it.

    The file leaves it out. The older one has the same name or another county; other codes of the group may have been
    taken in by a municipality that kept its own.
    """
    if span.first_year or not MUNICIPALITY.fullmatch(span.group):
        return span
    ends = [
        older.last_year
        for older in spans
        if older.last_year
        and (
            (older.group == span.group and (older.names & span.names or older.code[:2] != span.code[:2]))
            or (not MUNICIPALITY.fullmatch(older.group) and older.names & span.names)
        )
    ]
    return replace(span, first_year=max(ends) + 1) if ends else span


def _told_by_list(spans: list[CodeSpan], year: int, codes: frozenset[str], file: str) -> list[CodeSpan]:
    """The codes with what the list of a year tells: those in force that it does not name began later."""
    expected = {span.code for span in spans if span.in_force(year)}
    newest = max(span.seen_in for span in spans)
    begun_later = {
        span.code
        for span in spans
        if span.code in expected - codes and span.last_year is None and MUNICIPALITY.fullmatch(span.group)
    }
    ended = {span.code for span in spans if span.last_year and span.code in expected - codes}
    wrong = sorted((codes - expected) | ended | (begun_later if year >= newest else set()))
    if wrong:
        raise NotCodeFile(
            f"{file} and the correspondence tell different codes for {year}: {', '.join(wrong[:5])}"
            f"{' and others' if len(wrong) > 5 else ''}; give files of the same classification, the newest ones"
        )
    return [
        replace(span, first_year=year + 1)
        if span.code in begun_later
        else replace(span, seen_in=max(span.seen_in, year))
        if span.last_year is None
        else span
        for span in spans
    ]
