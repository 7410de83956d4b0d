"""The clocks of a case, and the questions it must answer before it is closed.

Clocks count from the instant at which anyone here first knew. Clock hours run through nights, weekends and
holidays; working days run in school holidays too. Where a policy is silent, what the law or statutory
practice asks is counted all the same.

Whether police, parents or others have to be told depends on what happened, and a policy says so in those
words ("as appropriate", "on suspicion"). So no one is told to tell: who has the case is asked, and a "no"
needs its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import cast
from zoneinfo import ZoneInfo

from bot.core.roles import CASE_ROLES
from bot.rules.cadence import Span, Unit
from bot.rules.calendar import Calendar, hours_after
from bot.rules.people import ALIASES, STAND_INS

OFFICE_CLOSES = time(17, 0)

LADO = "tell the LADO within 1 working day"
ICO = "decide whether to tell the ICO, and tell it, within 72 hours"

# Whom reports go to until a school says otherwise: category, roles in order, clocks.
USUAL_ROUTES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("staff-devices", ("head", "dsl", "chair"), ()),
    ("official-accounts", ("head", "dsl"), ()),
    ("images-and-consent", ("dsl", "deputy-dsl", "head"), ()),
    ("online-conduct", ("dsl", "deputy-dsl", "head"), ()),
    ("visitor", ("dsl", "deputy-dsl", "head"), ()),
    ("allegation", ("head", "chair"), (LADO,)),
    ("concern-about-head", ("chair",), (LADO,)),
    ("data-breach", ("dpo", "head", "chair"), (ICO,)),
)
COMPLAINT = "acknowledge the complaint within 30 days"
STATUTORY = {
    "allegation": (LADO,),
    "concern-about-head": (LADO,),
    "data-breach": (ICO,),
    "data-complaint": (COMPLAINT,),
}

_WORDS = re.compile(
    r"(?P<action>\S.*?),? within (?P<count>[1-9]\d{0,2}) (?P<unit>hour|day|working day|school day)s?",
    re.IGNORECASE,
)

_OUTSIDE = re.compile(r"\b(?:LADO|ICO)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What a category asks for: "tell the LADO" within 1 working day."""

    action: str
    within: Span

    def __str__(self) -> str:
        return f"{self.action} within {self.within}"


@dataclass(frozen=True, slots=True)
class Clock:
    """One rule running in one case. `done_at` None: no one has said that it is done."""

    action: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None

    def left(self, now: datetime) -> timedelta:
        """Return how long there is; below zero, how long it is late."""
        return self.due_at - now


def parse_rule(words: str) -> ClockRule:
    """Read "tell the LADO within 1 working day"; or raise ValueError saying what would be right."""
    found = _WORDS.fullmatch(" ".join(words.split()))
    if found is None:
        message = f'"{words}" is no clock; write what must happen and by when: {LADO}'
        raise ValueError(message)
    return ClockRule(found["action"], Span(int(found["count"]), cast("Unit", f"{found['unit'].lower()}s")))


def rules_for(category: str, said: Iterable[str], *, personal_data: bool) -> tuple[ClockRule, ...]:
    """Gather what a case of this category must keep: the school's own clocks, and the law's beside them.

    Two may be for the same thing. Which ends first shows once both run: a school day may take the holidays.
    """
    law = [*STATUTORY.get(category, ()), *(STATUTORY["data-breach"] if personal_data else ())]
    return tuple(map(parse_rule, (*said, *law)))


def start_all(
    rules: Iterable[ClockRule], aware_at: datetime, calendar: Calendar, zone: ZoneInfo
) -> tuple[Clock, ...]:
    """Start these clocks. Of several for one thing the first due counts; of those alike, the first named."""
    clocks: dict[str, Clock] = {}
    for rule in rules:
        clock = start(rule, aware_at, calendar, zone)
        known = clocks.get(thing_of(rule.action))
        if known is None or clock.due_at < known.due_at:
            clocks[thing_of(rule.action)] = clock
    return tuple(clocks.values())


def is_about_telling(action: str) -> bool:
    """Return whether a clock asks that an authority outside the school is told."""
    return _OUTSIDE.search(action) is not None


def thing_of(action: str) -> str:
    """Return what a clock is about: who must be told by law, or else the action."""
    told = _OUTSIDE.search(action)
    return told[0].upper() if told else action.casefold()


def start(rule: ClockRule, aware_at: datetime, calendar: Calendar, zone: ZoneInfo) -> Clock:
    """Start a clock. Days end at the hour they began, or at office closing if that day does not count."""
    if rule.within.unit == "hours":
        return Clock(rule.action, aware_at, hours_after(aware_at, rule.within.count))
    local = aware_at.astimezone(zone)
    counts = {"working days": calendar.is_working_day, "school days": calendar.is_staff_day}
    day = local.date()
    began = counts.get(rule.within.unit, lambda _: True)(day)
    moment = local.time() if began else OFFICE_CLOSES
    due_at = datetime.combine(calendar.after(day, rule.within), moment, zone)
    return Clock(rule.action, aware_at, due_at.astimezone(aware_at.tzinfo))


ACTION = "action"


@dataclass(frozen=True, slots=True)
class ClosingQuestion:
    """What is asked, what it asks for while it is open, and the two answers as the timeline keeps them."""

    asks: str
    lacks: str
    yes: str
    no: str


QUESTIONS = {
    "police": ClosingQuestion(
        "Are the police told?",
        "Say whether the police are told.",
        "The police are told",
        "The police are not told",
    ),
    "parents": ClosingQuestion(
        "Are the parents or carers told?",
        "Say whether the parents or carers are told.",
        "The parents or carers are told",
        "The parents or carers are not told",
    ),
    "people-affected": ClosingQuestion(
        "Are the people told whose information it is?",
        "Say whether the people are told whose information it is.",
        "The people whose information it is are told",
        "The people whose information it is are not told",
    ),
    "exam-body": ClosingQuestion(
        "Is the examining body told?",
        "Say whether the examining body is told.",
        "The examining body is told",
        "The examining body is not told",
    ),
    "governors": ClosingQuestion(
        "Are those who govern told, in numbers only?",
        "Say whether those who govern are told.",
        "Those who govern are told, in numbers only",
        "Those who govern are not told",
    ),
    ACTION: ClosingQuestion(
        "Is there something to do about it?",
        "Add a task, or say that there is nothing to do.",
        "There is something to do",
        "No action needed",
    ),
}
USUAL = {
    "staff-devices": (ACTION,),
    "official-accounts": (ACTION,),
    "images-and-consent": ("police", "parents", ACTION),
    "online-conduct": ("police", "parents", ACTION),
    "filtering": (ACTION,),
    "data-breach": ("people-affected", ACTION),
    "data-complaint": (ACTION,),
    "allegation": ("police", "parents"),
    "concern-about-head": ("police", "parents"),
    "pupil-device": ("police", "parents"),
    "visitor": ("police", ACTION),
    "other": (ACTION,),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered. `words`: a reference, or the reason for a no."""

    question: str
    yes: bool
    on: date
    words: str = ""

    def __str__(self) -> str:
        known = QUESTIONS[self.question]
        return f"{known.yes if self.yes else known.no}."


def asked_of(category: str, told: Iterable[str], *, personal_data: bool) -> tuple[str, ...]:
    """Gather what a case of this category must answer: the usual questions, and those the register adds."""
    data = ("people-affected",) if personal_data else ()
    wanted = {*USUAL.get(category, USUAL["other"]), *data, *told}
    return tuple(question for question in QUESTIONS if question in wanted)


def unanswered(asks: Iterable[str], answers: Iterable[Answer], *, has_tasks: bool) -> tuple[str, ...]:
    """List the questions still open. A task is an answer to whether there is something to do."""
    known = {answer.question for answer in answers} | ({ACTION} if has_tasks else set())
    return tuple(question for question in asks if question not in known)


DSL_FIRST = ("dsl", "deputy-dsl", "headteacher", "chair")
HEAD_FIRST = ("headteacher", "dsl", "chair")
DEFAULT_ROUTES = {
    "staff-devices": HEAD_FIRST,
    "official-accounts": HEAD_FIRST,
    "images-and-consent": DSL_FIRST,
    "online-conduct": DSL_FIRST,
    "filtering": DSL_FIRST,
    "data-breach": ("dpo", "headteacher", "business-manager", "chair"),
    "data-complaint": ("dpo", "headteacher", "business-manager", "chair"),
    "allegation": ("headteacher", "chair"),
    "pupil-device": DSL_FIRST,
    "visitor": DSL_FIRST,
    "other": HEAD_FIRST,
}


def opening_roles(told: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return every role, by its usual name, whose holder may come to have a case by a route, or to open one.

    `told`: the roles that the register's own routes name.
    """
    named = {*CASE_ROLES, *chain(*DEFAULT_ROUTES.values()), *chain(*told)}
    known = {ALIASES.get(role, role) for role in named}
    return frozenset(ALIASES.get(one, one) for role in known for one in STAND_INS.get(role, (role,)))
