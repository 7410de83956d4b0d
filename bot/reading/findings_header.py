"""What the header leaves out or says twice: dates, cycle, owner, approver and the people of each role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.policies import PartialDate, add_months
from bot.reading.clause_sentences import Sentence
from bot.reading.facts import DateFact, Finding, Header
from bot.reading.standing import acts_of, cycle_in_words, due_of, in_words

_DSL = re.compile(r"\b(?:DSL|designated safeguarding lead)s?\b")
_DEPUTY = re.compile(
    r"\bor (?:a |the |their )?deput(?:y|ies)\b|\bdeputy (?:DSL|designated safeguarding lead)s?\b"
)
_HEAD = re.compile(
    r"\b(?:to|by|from|with|and|or|inform|tell) (?:the )?(?:head ?teacher|principal|manager)\b", re.IGNORECASE
)
_GOVERNOR = re.compile(
    r"\b(?:named|link|lead|nominated|designated|safeguarding|online safety) governor\b(?!s)", re.IGNORECASE
)
_NAMED = re.compile(r"\bnamed (?:administrators?|members? of staff|individuals|staff)\b", re.IGNORECASE)
_LOGGED_IN_AS = re.compile(r"\blogged (?:in|on)(?:to)? (?:as|under|with|using)\b", re.IGNORECASE)
_HEAD_AS_DSL = re.compile(
    r"\b(?:head ?teacher|manager|principal)\b[^.]{0,20}\b(?:as|is) (?:the |our )?"
    r"(?:DSL|designated safeguarding lead)\b",
    re.IGNORECASE,
)
_GAPS = (
    ("no-owner", "owner", "No owner is named. Say whose job it is to keep this policy up to date."),
    (
        "no-approver",
        "approver",
        "No approver is named. Say who approves it: the governing body, a committee or the head.",
    ),
)


def about_dates(header: Header, on: date) -> Iterator[Finding]:
    """No date at all; dates that disagree; a cycle that the printed date does not keep."""
    if not (header.last_reviewed or header.approved_on or header.next_review):
        yield Finding(
            "no-date",
            "problem",
            "No review, approval or next review date is printed, so nobody can tell whether it is in force. "
            "Print the date it was approved and the date of the next review.",
        )
    yield from _order(header)
    yield from _cycle_against_printed(header, on)
    if not header.review_cycle_months:
        yield Finding(
            "no-cycle", "warning", "It does not say how often it is reviewed. State it, such as “every year”."
        )


def _order(header: Header) -> Iterator[Finding]:
    planned = header.next_review
    for verb, act in (("approved", header.approved_on), ("reviewed", header.last_reviewed)):
        if planned and act and PartialDate.parse(planned.value).last < PartialDate.parse(act.value).first:
            dates = (
                f"the next review ({in_words(planned.value)}) is before it was {verb} ({in_words(act.value)})"
            )
            says = f"The dates disagree: {dates}. Correct one."
            yield _dated("dates-disagree", says, planned)
    reviewed, approved = header.last_reviewed, header.approved_on
    if reviewed and approved:
        earlier, later = PartialDate.parse(reviewed.value), PartialDate.parse(approved.value)
        if later.last > add_months(earlier.last, 6):
            says = (
                f"Reviewed {in_words(reviewed.value)} but approved {in_words(approved.value)}, "
                "more than six months later. "
                "Say whether the approval was a review too."
            )
            yield _dated("dates-disagree", says, reviewed)


def _cycle_against_printed(header: Header, on: date) -> Iterator[Finding]:
    """A printed date later than the cycle allows. An earlier one keeps "at least" every so often."""
    due = due_of(header, on)
    acts = acts_of(header, on)
    printed = header.next_review
    if not (due and due.computed_on and printed and acts and header.review_cycle_months):
        return
    if PartialDate.parse(printed.value).first > due.computed_on:
        says = (
            f"The cycle and the printed date disagree: {cycle_in_words(header.review_cycle_months)} from "
            f"{in_words(acts[0].fact.value)} gives {in_words(due.computed_on.isoformat())}; "
            f"{in_words(printed.value)} is printed. The earlier counts until one is corrected."
        )
        yield _dated("cycle-against-date", says, printed)


def _dated(code: str, says: str, fact: DateFact) -> Finding:
    return Finding(code, "problem", says, fact.quote, fact.line)


def about_people(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    """Who is not named though the text relies on them, who is named twice, who holds two roles."""
    for code, field, says in _GAPS:
        if getattr(header, field) is None:
            yield Finding(code, "warning", says)
    yield from _unnamed(header, sentences)
    if len(header.lead_governors) > 1:
        names = " and ".join(header.lead_governors)
        yield Finding(
            "role-twice", "warning", f"Two governors are named for one role: {names}. Say who does what."
        )
    yield from _two_roles(header, sentences)


def _unnamed(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    looks = (
        (
            not header.dsl,
            _DSL,
            "role-without-name",
            "The designated safeguarding lead is given duties but not named.",
        ),
        (
            not header.headteacher,
            _HEAD,
            "role-without-name",
            "The headteacher or manager is given duties but not named.",
        ),
        (
            not header.lead_governors,
            _GOVERNOR,
            "role-without-name",
            "A governor has a named role here but no name.",
        ),
        (
            not header.deputy_dsl,
            _DEPUTY,
            "no-deputy",
            "A deputy is relied on but no deputy safeguarding lead is named.",
        ),
        (True, _NAMED, "role-without-name", "It speaks of named people and does not name them here."),
    )
    for missing, words, code, says in looks:
        if missing:
            yield from _first(sentences, words, code, f"{says} Name them, or say where the name is kept.")


def _two_roles(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    if header.headteacher and header.headteacher in header.dsl:
        yield Finding(
            "role-collision",
            "warning",
            f"{header.headteacher} is both headteacher and safeguarding lead, so whoever reports "
            "to either reports to one person. Name a deputy, "
            "and the chair for a concern about the headteacher.",
        )
    else:
        yield from _first(
            sentences,
            _HEAD_AS_DSL,
            "role-collision",
            "The head or manager is also the safeguarding lead. "
            "Name a deputy, and the chair for a concern about them.",
        )
    yield from _first(
        sentences,
        _LOGGED_IN_AS,
        "role-collision",
        "An account is used under one person's login. "
        "Give each person their own access, and a second way in.",
    )


def _first(sentences: list[Sentence], words: re.Pattern[str], code: str, says: str) -> Iterator[Finding]:
    for sentence in sentences:
        found = words.search(sentence.words)
        if found:
            yield Finding(code, "warning", says, sentence.words, sentence.places[found.start()][0])
            return
