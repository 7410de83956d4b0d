"""How a new register's questions are asked on a page: what to choose from, and answers as people write them.

A name becomes the address it has in the list of people, a day the date it is. What is not understood stays as
it was typed, and is refused with the words of its question when the register is to count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.folding import folded
from bot.domain.people import Person
from bot.reading.dates import find_dates

Choices = tuple[tuple[str, str], ...]
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# "Summer 1, " of "Summer 1, 12 April 2027": read with the day behind it, its number would be a day too.
NUMBERED = re.compile(r"(?i)\s*[a-z][a-z ]*\d{1,2}\s*[,:;–-]\s*(?=(?:[a-z]+day\s|[a-z]{3,5}\s)?\d)")
STAFF_MEANS: Choices = (
    ("staff", "Staff only"),
    ("staff, governor", "Staff and governors"),
    ("staff, volunteer", "Staff and volunteers"),
    ("staff, governor, volunteer", "Staff, governors and volunteers"),
)
OWNERS: Choices = (
    ("role:head", "Whoever is the head"),
    ("role:dsl", "Whoever is the Designated Safeguarding Lead"),
    ("role:dpo", "Whoever is the data protection officer"),
    ("role:office", "The office"),
    ("role:it", "Whoever looks after computers"),
)
TIMES: Choices = (
    ("every 12 months", "Every year, counted from the last time"),
    ("on joining within 10 school days, every 12 months", "On joining, and then every year"),
    ("each September", "Each September"),
    ("on joining within 10 school days, each September", "On joining, and each September"),
    ("each term", "Each term"),
    ("every month", "Every month"),
    ("weekly in term on Friday", "Every week in term, on Friday"),
    ("every 6 months", "Every 6 months"),
    ("every 24 months", "Every two years"),
    ("every 36 months", "Every three years"),
    ("on joining within 10 school days", "Once, on joining"),
    ("always", "Always: a standing rule, nobody is asked on a day"),
)
MONTHS: Choices = (
    ("6", "Twice a year"),
    ("12", "Every year"),
    ("24", "Every two years"),
    ("36", "Every three years"),
    ("48", "Every four years"),
    ("60", "Every five years"),
)
IS_ASKED: Choices = (("yes", "Yes, ask it"), ("no", "No, leave it out"))
# What a question says for somebody who writes the file.
FOR_A_FILE = (
    (re.compile(r" (?:An e-mail address or role:head|A key from bodies|Give their e-mail address)\."), ""),
    (re.compile(r" Write them as \[.*?\]\."), ""),
    (re.compile(r" \[\d{4}-.*$"), ""),
    (re.compile(r" The e-mail addresses of two people: .*$"), " Name two people."),
    (re.compile(r" \(L\d+(?:, L\d+)*\); this is a proposal\."), "; what stands here is our proposal."),
    (re.compile(r"; delete it if not\.$"), "."),
    (re.compile(r" Add governor or volunteer if they do\.$"), ""),
)


def on_a_page(says: str) -> str:
    """Take out of a question what only somebody who writes the file can use."""
    for pattern, instead in FOR_A_FILE:
        says = pattern.sub(instead, says)
    return says


def choices(field: str, answer: str, bodies: Choices) -> Choices:
    """List what a question can be answered with; empty: it is written. What stands there is among them."""
    offered: dict[str, Choices] = {
        "staff_means": STAFF_MEANS,
        "owner": OWNERS,
        "approver": bodies,
        "when": TIMES,
        "review_every_months": MONTHS,
        "key": IS_ASKED,
    }
    known = offered.get(field, ())
    of_the_list = field == "owner" and "@" in answer
    if known and answer and answer not in dict(known) and not of_the_list:
        return ((answer, answer[:1].upper() + answer[1:]), *known)
    return known


def days_as_written(typed: str) -> str:
    """Give days as the register has them: "3 December 2026 and 11/3/2027" is "2026-12-03, 2027-03-11"."""
    found = [one for one in find_dates(typed) if DAY.fullmatch(one.value)]
    rest, at = "", 0
    for one in found:
        rest, at = rest + typed[at : one.start], one.end
    rest += typed[at:]
    words = re.sub(
        r"(?i)\b(?:and|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri)\b", "", rest
    )
    return ", ".join(one.value for one in found) if found and not re.search(r"\w", words) else typed


def term_as_written(line: str) -> tuple[str, str, str] | None:
    """Read a line about a term: its name, first day and last day; None: it does not give two days."""
    numbered = NUMBERED.match(line)
    begins = numbered.end() if numbered else 0
    found = [one for one in find_dates(line[begins:]) if DAY.fullmatch(one.value)]
    if len(found) != 2:
        return None
    first, last = found
    name = re.sub(
        r"(?i)[\s,:;–-]*(?:\bfrom|\b(?:mon|tues|wednes|thurs|fri)day)?[\s,:–-]*$",
        "",
        line[: begins + first.start],
    )
    return name.strip(" ,:;") or "Term", first.value, last.value


def people_as_written(typed: str, people: Sequence[Person]) -> str:
    """Put addresses in the place of names: "Anna Lee" is the address she has, if one person is called so."""
    return ", ".join(_address(one, people) for one in re.split(r"[,;\n]", typed.strip("[]")) if one.strip())


def _address(typed: str, people: Sequence[Person]) -> str:
    said = " ".join(typed.split())
    called = {one.email for one in people if one.email and folded(one.name) == folded(said)}
    return called.pop() or said if len(called) == 1 else said
