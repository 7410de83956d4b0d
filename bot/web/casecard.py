"""The card about cases on the status page: only of those its reader may open, as if there were no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.case_lessons import lessons_for
from bot.actions.case_work import CaseRow, cases_for
from bot.domain.cases import CaseState
from bot.links import Link
from bot.sealing import KeysMissing, WrongKey
from bot.web import casewords
from bot.web.visit import Visit
from bot.web.words import count, day


@dataclass(frozen=True, slots=True)
class CaseCard:
    """How the cases stand. `states` and `kinds`: words and how many; `lessons`: words anybody may read."""

    headline: str
    late: int
    next_step: str
    states: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    lessons: tuple[str, ...]


def case_card(visit: Visit, link: Link) -> CaseCard | None:
    """Make the card; None where the reader may open no case, or no key opens any."""
    try:
        rows = cases_for(visit.services, link.setting, link.person, visit.now)
        lessons = lessons_for(visit.services, link.setting, link.person, visit.now)
    except (KeysMissing, WrongKey):
        return None
    if not rows:
        return None
    states = Counter(row.state for row in rows)
    kinds = Counter(row.title for row in rows)
    return CaseCard(
        headline=casewords.headline(rows),
        late=sum(1 for row in _open(rows) if row.clock is not None and row.clock.how == "late"),
        next_step=next_step(rows, visit.now),
        states=tuple((state.value, states[state]) for state in CaseState if states[state]),
        kinds=tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        lessons=tuple(one.words for one in lessons),
    )


def next_step(rows: Sequence[CaseRow], now: datetime) -> str:
    """Say what comes first: the clock that ends first, then what nobody has read, then the oldest."""
    still = _open(rows)
    running = [(row.clock, row.number) for row in still if row.clock is not None]
    if running:
        clock, number = min(running, key=lambda one: one[0].due_at)
        return f"First: {clock.action}, {casewords.left(clock, now)} (case {number})."
    unread = [row for row in still if row.state is CaseState.RECEIVED]
    if unread:
        return f"First: look at case {unread[0].number}, which came on {day(unread[0].received_on)}."
    if still:
        return f"No clock runs. The longest open is case {still[0].number}."
    return f"{count(len(rows), 'case')} closed. Nothing is asked of you."


def _open(rows: Sequence[CaseRow]) -> list[CaseRow]:
    return [row for row in rows if row.state is not CaseState.CLOSED]
