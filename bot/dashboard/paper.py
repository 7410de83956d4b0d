"""The dashboard on one A4 page as a tagged PDF: counts by area, no case, and no one's name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

import typst

from bot.core.dates import full_date
from bot.core.text import count
from bot.dashboard import attention
from bot.dashboard import view as dashboard_view
from bot.dashboard.service import Dashboard
from bot.dashboard.weekly_card import card_facts
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Finding, Level, state_word
from bot.status import charts
from bot.status.trend import trend

PAPER = files("bot.dashboard").joinpath("templates", "school.typ")
MOST_POLICIES = 8
LEVELS: dict[Level, tuple[str, str]] = {
    "problem": ("problem", "problems"),
    "warning": ("thing to look at", "things to look at"),
    "info": ("note", "notes"),
}


def pdf(seen: Dashboard, snapshot: Snapshot, title: str) -> bytes:
    """Return the PDF. `title` is that of the trend."""
    return typst.compile(
        PAPER.read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(_given(seen, snapshot, title))},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _given(seen: Dashboard, snapshot: Snapshot, title: str) -> dict[str, object]:
    school = seen.school.key
    facts = card_facts(seen, "")
    points = trend(snapshot, school, seen.on)
    said = dashboard_view.trend_said(points)
    days, asked = [one.on for one in points], max(one.total for one in points)
    waits = dashboard_view.trend_waits(days, seen.school.since, asked)
    found, reach = attention.split_findings(snapshot, school, seen.on)
    stuck = sum(len(team.people) for team in seen.teams)
    return {
        "title": f"{facts.name}: where we stand",
        "day": facts.day,
        "headline": facts.headline,
        "rest": facts.rest,
        "areas": [
            {
                "title": one.title,
                "counted": ", ".join(f"{number} {state_word(state)}" for state, number in one.counts),
            }
            for one in facts.areas
        ],
        "trend": said,
        "chart": "" if waits else charts.draw(charts.chart_of(points, title=title, says=said)).decode(),
        "waits": waits,
        "policies": list(_policies(seen)),
        "accounts": _accounts(seen),
        "stuck": f"{count(stuck, 'person', 'people')}." if stuck else "No one.",
        "findings": _findings((*found, *reach)),
        "ran": facts.ran,
        "foot": "“Not recorded” means that we hold no record. Nothing is overdue unless its date has passed.",
    }


def _policies(seen: Dashboard) -> Iterator[str]:
    every = seen.reviews.every
    for one in every[:MOST_POLICIES]:
        said = full_date(one.due.due_on) if one.due else "no date"
        yield f"{one.policy.title}: {said} ({state_word(one.state)})"
    if every[MOST_POLICIES:]:
        yield f"And {count(len(every) - MOST_POLICIES, 'more policy', 'more policies')}."


def _accounts(seen: Dashboard) -> str:
    counted = dashboard_view.accounts_by_state(seen.accounts)
    return (
        ", ".join(f"{number} {said}" for _, said, number in counted).capitalize() + "."
        if counted
        else "None."
    )


def _findings(found: tuple[Finding, ...]) -> str:
    counted = Counter(one.level for one in found)
    said = [count(counted[level], *words) for level, words in LEVELS.items() if counted[level]]
    return f"{', '.join(said).capitalize()}. The list is on the screen." if said else "Nothing today."
