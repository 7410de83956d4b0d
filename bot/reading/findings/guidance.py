"""Which edition of national guidance is in force, which services changed their names: a dated table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.core.dates import long_date
from bot.reading.facts import Finding
from bot.reading.text.sentences import Sentence

# The day on which this table was last held against public copies of its sources; see `confirmed`.
CHECKED_ON = date(2026, 11, 21)
_GOV = "https://www.gov.uk/government/publications/"
_NEAR = 45
_CHANGE_NOTE = re.compile(r"^\W*\d[\d/. -]*\W*(?:updated|amended|revised|changed)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(20[012]\d)\b")


@dataclass(frozen=True, slots=True)
class Guidance:
    """A document with editions. `current` is the latest one confirmed, `from_on` its first day.

    `source` is a page that says so; `unconfirmed` is what nobody could tell us on that day.
    """

    name: str
    words: re.Pattern[str]
    current: int
    from_on: date
    source: str
    unconfirmed: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A body, service or term that has another name now. `confirmed`: `source` says so."""

    old: re.Pattern[str]
    now: str
    since: str
    source: str
    confirmed: bool = True
    only_in: re.Pattern[str] | None = None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


EDITIONS = (
    Guidance(
        "Keeping children safe in education",
        _words(r"keeping children safe in education|kcs?ie\b"),
        2025,
        date(2025, 9, 1),
        "https://schoolclerk.co.uk/2025/07/11/kcsie-2025-school-clerk-update-11-july-2025",
        "A 2026 edition was expected on 1 September 2026; we could not confirm it.",
    ),
    Guidance(
        "Working together to safeguard children",
        _words("working together to safeguard children"),
        2023,
        date(2023, 12, 15),
        _GOV + "working-together-to-safeguard-children--2",
        "We could not confirm whether there is an edition later than 2023.",
    ),
    Guidance(
        "the early years foundation stage statutory framework",
        _words(r"early years (?:and )?foundation stage|eyfs\b"),
        2025,
        date(2025, 9, 1),
        "https://safeguarding.network/blog/new-early-years-foundation-stage-framework-september-2025-update",
        "We could not confirm whether it changed in September 2026.",
    ),
    Guidance(
        "UKCIS Sharing nudes and semi-nudes",
        _words(r"sharing nudes and semi[- ]nudes|sexting in schools and colleges"),
        2024,
        date(2024, 3, 11),
        _GOV
        + "sharing-nudes-and-semi-nudes-advice-for-education-settings-working-with-children-and-young-people",
    ),
)
RENAMED = (
    Renamed(
        _words(r"local safeguarding children(?:'s|’s)? board|lscb\b"),
        "the local safeguarding children partnership",
        "September 2019",
        "https://www.willispalmer.com/local-safeguarding-childrens-boards-to-be-scrapped/",
    ),
    Renamed(
        _words("education safeguarding service"),
        "LESAS, the LADO Education Safeguarding Advisory Service, in Kent",
        "September 2024",
        "https://www.kelsi.org.uk/child-protection-and-safeguarding/managing-staff-allegations",
        only_in=_words("kent|the education people"),
    ),
    Renamed(
        _words(r"uk council for child internet safety|ukccis\b"),
        "the UK Council for Internet Safety (UKCIS)",
        "2018",
        "https://saferinternet.org.uk/blog/government-announces-new-uk-council-to-improve-online-safety",
    ),
    Renamed(
        _words("child exploitation and online protection centre"),
        "CEOP Education, part of the National Crime Agency",
        "2013",
        "https://www.ceopeducation.co.uk",
        confirmed=False,
    ),
    Renamed(
        _words("national college for teaching and leadership"),
        "the Teaching Regulation Agency, for teachers' misconduct",
        "April 2018",
        "https://www.gov.uk/government/organisations/national-college-for-teaching-and-leadership",
    ),
    Renamed(
        _words(r"peer[- ]on[- ]peer abuse"),
        "child-on-child abuse, the words of Keeping children safe in education",
        "2022",
        "https://www.theeducationpeople.org/our-expertise/partner-providers/kent-county-council-providers"
        "/safeguarding/safeguarding-priorities/child-on-child-abuse/",
    ),
)


def superseded(sentences: list[Sentence], on: date) -> Iterator[Finding]:
    """Each old edition and each old name once, at its first place."""
    for guidance in EDITIONS:
        if guidance.from_on <= on:
            yield from _old_edition(guidance, sentences)
    for renamed in RENAMED:
        yield from _old_name(renamed, sentences)


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
                    f"{_checked(guidance.source)} {guidance.unconfirmed}".rstrip(),
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
        if named:
            yield Finding(
                "old-name",
                "info",
                f"“{named[0]}” is an old name: since {renamed.since} it is {renamed.now}. "
                f"{_checked(renamed.source, confirmed=renamed.confirmed)}",
                sentence.words,
                sentence.places[named.start()][0],
            )
            return


def _checked(source: str, *, confirmed: bool = True) -> str:
    if not confirmed:
        return f"See {source}; we could not confirm since when."
    return f"Source: {source} (checked on {long_date(CHECKED_ON)})."
