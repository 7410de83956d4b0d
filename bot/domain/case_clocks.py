"""The clocks of a case: what must have happened by which instant, from when anybody here first knew.

Clock hours run through nights, weekends and holidays; working days run in school holidays too. Where a
policy is silent, what the law or statutory practice asks is counted all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.domain.cadence import Span, Unit
from bot.domain.calendar import Calendar, hours_after

OFFICE_CLOSES = time(17, 0)

LADO = "tell the LADO within 1 working day"
ICO = "decide whether to tell the ICO, and tell it, within 72 hours"
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
class Rule:
    """What a category asks for: "tell the LADO" within 1 working day."""

    action: str
    within: Span

    def __str__(self) -> str:
        return f"{self.action} within {self.within}"


@dataclass(frozen=True, slots=True)
class Clock:
    """One rule running in one case. `done_at` None: nobody has said that it is done."""

    action: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None

    def left(self, now: datetime) -> timedelta:
        """Say how long there is; below zero, how long it is late."""
        return self.due_at - now


def parse_rule(words: str) -> Rule:
    """Read "tell the LADO within 1 working day"; or raise ValueError saying what would be right."""
    found = _WORDS.fullmatch(" ".join(words.split()))
    if found is None:
        message = f'"{words}" is no clock; write what must happen and by when: {LADO}'
        raise ValueError(message)
    return Rule(found["action"], Span(int(found["count"]), cast("Unit", f"{found['unit'].lower()}s")))


def rules_for(category: str, said: Iterable[str], *, personal_data: bool) -> tuple[Rule, ...]:
    """Gather what a case of this category must keep: the setting's own clocks, and the law's beside them.

    Two may be for the same thing. Which ends first shows once both run: a school day may take the holidays.
    """
    law = [*STATUTORY.get(category, ()), *(STATUTORY["data-breach"] if personal_data else ())]
    return tuple(map(parse_rule, (*said, *law)))


def start_all(
    rules: Iterable[Rule], aware_at: datetime, calendar: Calendar, zone: ZoneInfo
) -> tuple[Clock, ...]:
    """Start these clocks. Of several for one thing the first due counts; of those alike, the first named."""
    clocks: dict[str, Clock] = {}
    for rule in rules:
        clock = start(rule, aware_at, calendar, zone)
        known = clocks.get(thing_of(rule.action))
        if known is None or clock.due_at < known.due_at:
            clocks[thing_of(rule.action)] = clock
    return tuple(clocks.values())


def thing_of(action: str) -> str:
    """Name what a clock is about: whoever must be told, if the law names them, or else the action itself."""
    told = _OUTSIDE.search(action)
    return told[0].upper() if told else action.casefold()


def start(rule: Rule, aware_at: datetime, calendar: Calendar, zone: ZoneInfo) -> Clock:
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
