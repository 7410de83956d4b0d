"""Which edition of national guidance is in force, which laws and services were replaced: a dated data file.

`guidance.json` beside this module is the table. Each row has its source, and the day on which someone held it
against that source, or null where nobody has. The file is read anew when a process starts: put a newer one in
its place (a mount over it is enough) and no release is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.dates import long_date
from bot.reading.facts import Finding
from bot.reading.text.sentences import Sentence

FILE = Path(__file__).with_name("guidance.json")
_NEAR = 45
_CHANGE_NOTE = re.compile(r"^\W*\d[\d/. -]*\W*(?:updated|amended|revised|changed)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(20[012]\d)\b")
# "CRB, now the DBS": the writer knows.
_KNOWN_AS_OLD = re.compile(
    r"\b(?:formerly|previously|was|replac\w+|supersed\w+|repeal\w+|now|old|until|used to be)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_NOW_CALLED = re.compile(
    r"[\s(,]*(?:now|which (?:is|was) (?:now|replaced)|since replaced|replaced by)\b", re.IGNORECASE
)
# "Public Health England 2017": who published it, by the name of that year.
_LAW = re.compile(r"(?:act|regulations|practice)\W*$", re.IGNORECASE)
_OF_A_YEAR = re.compile(r"[\s,(]{0,3}(?:[A-Z][a-z]+ )?(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Guidance:
    """A document with editions. `current` is the latest one known, `from_on` its first day."""

    name: str
    words: re.Pattern[str]
    current: int
    from_on: date
    source: str
    checked_on: date | None
    unconfirmed: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A law, body or term that another has replaced; `only_in`: words of the places where it has."""

    old: re.Pattern[str]
    now: str
    since: str
    source: str
    checked_on: date | None
    only_in: re.Pattern[str] | None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


@cache
def table(file: Path = FILE) -> tuple[tuple[Guidance, ...], tuple[Renamed, ...]]:
    """Load the editions and the replaced names."""
    held: dict[str, list[dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))
    editions = tuple(
        Guidance(
            row["name"],
            _words(row["words"]),
            row["current"],
            date.fromisoformat(row["from_on"]),
            row["source"],
            _day(row["checked_on"]),
            row["unconfirmed"],
        )
        for row in held["editions"]
    )
    renamed = tuple(
        Renamed(
            _words(row["old"]),
            row["now"],
            row["since"],
            row["source"],
            _day(row["checked_on"]),
            _words(row["only_in"]) if row["only_in"] else None,
        )
        for row in held["renamed"]
    )
    return editions, renamed


def superseded(sentences: list[Sentence], on: date) -> Iterator[Finding]:
    """Each old edition and each old name once, at its first place."""
    editions, renamed = table()
    for guidance in editions:
        if guidance.from_on <= on:
            yield from _old_edition(guidance, sentences)
    for one in renamed:
        yield from _old_name(one, sentences)


def _old_edition(guidance: Guidance, sentences: list[Sentence]) -> Iterator[Finding]:
    for sentence in sentences:
        if _CHANGE_NOTE.search(sentence.words):
            continue
        for named in guidance.words.finditer(sentence.words):
            year = _year_beside(sentence.words, named)
            if year and year < guidance.current:
                yield Finding(
                    "superseded-guidance",
                    "warning",
                    f"Cites the {year} edition of {guidance.name}. "
                    f"The {guidance.current} edition replaced it. "
                    f"{_checked(guidance.source, guidance.checked_on)} {guidance.unconfirmed}".rstrip(),
                    sentence.words,
                    sentence.places[named.start()][0],
                )
                return


def _year_beside(words: str, named: re.Match[str]) -> int | None:
    after = re.split(r"[,;]", words[named.end() : named.end() + _NEAR])[0]
    year = _YEAR.search(after)
    if year:
        return int(year[1])
    before = re.search(r"\b(20[012]\d)[’'”\" ]{0,3}$", words[: named.start()])
    return int(before[1]) if before else None


def _old_name(renamed: Renamed, sentences: list[Sentence]) -> Iterator[Finding]:
    only_in = renamed.only_in
    if only_in and not any(only_in.search(sentence.words) for sentence in sentences):
        return
    for sentence in sentences:
        named = renamed.old.search(sentence.words)
        if (
            named
            and not _CHANGE_NOTE.search(sentence.words)
            and not _KNOWN_AS_OLD.search(sentence.words[: named.start()])
            and not _NOW_CALLED.match(sentence.words, named.end())
            and not (_OF_A_YEAR.match(sentence.words, named.end()) and not _LAW.search(named[0]))
        ):
            yield Finding(
                "old-name",
                "info",
                f"“{named[0]}” is out of date: since {renamed.since} it is {renamed.now}. "
                f"{_checked(renamed.source, renamed.checked_on)}",
                sentence.words,
                sentence.places[named.start()][0],
            )
            return


def _checked(source: str, checked_on: date | None) -> str:
    if checked_on is None:
        return f"See {source} (not checked by us)."
    return f"Source: {source} (checked on {long_date(checked_on)})."
