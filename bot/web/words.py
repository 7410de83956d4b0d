"""Words for the office's pages: what became of a message and why, in words no one has to look up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from bot.core.dates import full_date
from bot.core.text import capitalise, count, join_words
from bot.messages.kinds import is_urgent, title_of
from bot.messages.store import Delivery
from bot.planning.duty_view import RuleTargets
from bot.rules.obligations import Obligation
from bot.rules.people import Absence
from bot.rules.reminder_ladder import Ladder, Step

CHIPS = {"waiting": "due", "sent": "done", "refused": "overdue", "not sent": "paused"}
SORTS = {"waiting": "Waiting", "sent": "Sent", "refused": "Refused", "not sent": "Not sent"}
STATES = {
    "waiting": "It goes out in the school’s hours.",
    "leased": "It is being sent now.",
    "sending": "It is being sent; we look whether it arrived before we send it once more.",
    "sent": "",
    "lapsed": "Its hours passed before it could go. What it asked is told in a later message.",
    "withdrawn": "Nothing in it was asked any more.",
    "given up": "It was refused for good.",
    "unknown": "It may have arrived, and nobody can tell. Ask the person; it is not sent again by itself.",
}
# What mail servers say -> what it means for a person. The first that fits counts.
MEANS = (
    (r"5\.1\.(0|1|3|6)|user unknown|no such (user|mailbox|recipient)|does not exist", "No such address."),
    (r"5\.1\.(2|10)|domain|no mx|nxdomain", "The part of the address after the @ does not take mail."),
    (r"[45]\.2\.2|quota|mailbox (is )?full|over ?quota", "Their mailbox is full."),
    (r"5\.2\.1|disabled|inactive|suspended", "Their mailbox is switched off."),
    (r"5\.7|spam|blocked|policy|not authori[sz]ed|relay", "Their mail system does not let our mail in."),
    (r"5\.3\.4|too (large|big)|size", "The message was too large for their mailbox."),
    (
        r"timed? ?out|refused|unreachable|reset|temporar|4\.\d\.\d|try again|greylist",
        "The mail server was away.",
    ),
)
PACES = {
    "ask": "Usual",
    "gentle": "Gentle",
    "same day": "On the day alone",
    "review": "For reviews",
    "own": "Our own steps",
}
SAID_BY_LETTERS = re.compile(r"\b(?:dsl|dpo|pta|it|senco|send|sen)\b")
TOLD = {"manager": "the line manager", "head": "the head", "chair": "the chair", "clerk": "the clerk"}
# A phone shows a letter in a few lines: so many things by name, and one more costs no more than a count.
MOST_NAMED = 2
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def about(one: Delivery) -> str:
    """Return what a message is about; of many things the first, and how many more."""
    more = len(one.about) - MOST_NAMED
    named = [*one.about[:MOST_NAMED], f"and {more} more"] if more > 1 else one.about
    return "; ".join(named) or title_of(one.posted.kind)


def why(one: Delivery) -> str:
    """Return what became of a message, and why."""
    reason = one.posted.last_reason or ""
    if one.posted.state == "withdrawn" and reason:
        return reason
    if one.posted.state == "waiting" and reason and one.posted.attempts:
        return f"{means(reason)} We try again by ourselves."
    if one.posted.state in {"given up", "unknown"} and reason:
        return f"{means(reason)} {STATES[one.posted.state]}".strip()
    if one.posted.state == "waiting" and is_urgent(one.posted.kind):
        return "It goes out within minutes, at any hour."
    return STATES[one.posted.state]


def next_step(one: Delivery) -> str:
    """Return what to do about a refused message; empty: nothing."""
    if one.posted.state != "given up":
        return ""
    if one.unreachable:
        return "Mend the address, then this can go again."
    if one.posted.kind == "sign-in":
        return "They can ask for a new link on the sign-in page."
    return "The address is in order. Let it go again." if one.may_go_again else "Give this person an address."


def means(reason: str) -> str:
    """Return what a mail server's answer means; empty where we do not know."""
    return next((says for pattern, says in MEANS if re.search(pattern, reason, re.IGNORECASE)), "")


def absence(one: Absence) -> str:
    """Return when someone is away."""
    if one.until is None:
        return f"From {full_date(one.first_on)} until further notice"
    if one.until == one.first_on:
        return f"On {full_date(one.first_on)}"
    return f"From {full_date(one.first_on)} to {full_date(one.until)}"


def working_days(days: frozenset[int]) -> str:
    """Return on which days of the week someone works: "Mon to Fri", "Mon, Wed"."""
    held = sorted(days)
    if len(held) > 2 and all(later - earlier == 1 for earlier, later in pairwise(held)):
        return f"{WEEKDAYS[held[0]]} to {WEEKDAYS[held[-1]]}"
    return ", ".join(WEEKDAYS[one] for one in held) or "Not stated"


def ladder(one: Ladder) -> str:
    """Return a ladder in words: "When it is asked; on the day; 5 school days after the head is told"."""
    said = [_when(step) + (f" {TOLD[step.to]} is told" if step.to != "person" else "") for step in one.steps]
    words = "; ".join(said)
    return words[:1].upper() + words[1:]


def _when(step: Step) -> str:
    if not step.offset:
        return "when it is asked" if step.anchor == "opens" else "on the day"
    days = count(abs(step.offset), "school day")
    side = "after" if step.offset > 0 else "before"
    return f"{days} {side}" + (" it is asked" if step.anchor == "opens" else "")


def role(name: str) -> str:
    """Return a role as people do: "deputy head" for deputy-head."""
    words = name.replace("-", " ")
    return SAID_BY_LETTERS.sub(lambda found: found[0].upper(), words)


def days_waiting(since: date, today: date) -> str:
    """Return how long something has waited."""
    number = (today - since).days
    return "since today" if number == 0 else "since yesterday" if number == 1 else f"for {number} days"


FEW_NAMES = 6


def event(name: str) -> str:
    """Return an event in words: "Guidance changed"."""
    return capitalise(name.replace("-", " "))


def titles(rules: Iterable[Obligation]) -> str:
    """Return the rules that wait for something."""
    return "; ".join(one.title for one in rules)


def asked_whom(one: RuleTargets) -> str:
    """Return whom a rule will ask; many are counted."""
    if not one.people:
        return "It is done already"
    named = (
        join_words(list(one.people))
        if len(one.people) <= FEW_NAMES
        else count(len(one.people), "person", "people")
    )
    return f"{named} ({count(one.done, 'other')} did it already)" if one.done else named
