"""Cadences and ladders as JSON and back, whole: every step keeps its name, which is part of natural keys."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from bot.domain.cadence import (
    Always,
    BeforeMeeting,
    Cadence,
    EachMonth,
    EachTerm,
    EveryMonths,
    OnEvent,
    OnJoining,
    OnNewVersion,
    Span,
    WeeklyInTerm,
)
from bot.domain.ladder import Ladder, Step

# These names are in databases: they never change, whatever the classes are called.
RULES: dict[str, type[Cadence]] = {
    "on joining": OnJoining,
    "every months": EveryMonths,
    "each month": EachMonth,
    "on new version": OnNewVersion,
    "each term": EachTerm,
    "before meeting": BeforeMeeting,
    "weekly in term": WeeklyInTerm,
    "on event": OnEvent,
    "always": Always,
}
NAMES = {rule: name for name, rule in RULES.items()}


def cadence_to_json(cadence: Iterable[Cadence]) -> list[dict[str, Any]]:
    return [{"rule": NAMES[type(one)], **asdict(one)} for one in cadence]


@lru_cache(maxsize=1024)
def cadence_from_stored(stored: str) -> tuple[Cadence, ...]:
    return tuple(map(_cadence, json.loads(stored)))


def _cadence(fields: dict[str, Any]) -> Cadence:
    rule = RULES[fields.pop("rule")]
    if "within" in fields:
        fields["within"] = Span(**fields["within"])
    return rule(**fields)


def ladder_to_json(ladder: Ladder) -> list[dict[str, Any]]:
    return [asdict(step) for step in ladder.steps]


@lru_cache(maxsize=1024)
def ladder_from_stored(stored: str) -> Ladder:
    return Ladder(tuple(Step(**step) for step in json.loads(stored)))
