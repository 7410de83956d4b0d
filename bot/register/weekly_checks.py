"""Weekly checks that no one recorded for weeks: of whom they were asked, for how many weeks, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.planning.active_members import AudienceMember
from bot.planning.duties import PlanningContext, planning_context
from bot.planning.evidence_index import last_done
from bot.planning.occurrences import WEEKS_BACK, day_of_week, monday_of
from bot.planning.snapshot import Snapshot
from bot.rules.cadence import WeeklyInTerm
from bot.rules.obligations import Obligation

WEEKS = 4


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A weekly check of one person. `weeks`: how many of the last eight, running, hold no record of it.

    `cycle`: the latest of them, as duties name it.
    """

    obligation: Obligation
    person: str
    weeks: int
    cycle: str


def unrecorded(looked: PlanningContext, school: str, weeks: int = WEEKS) -> tuple[Unrecorded, ...]:
    """List a school's weekly checks not recorded for so many weeks or more, the longest first."""
    found = (
        one
        for rule in looked.snapshot.obligations
        if rule.school == school and rule.active
        for when in rule.cadence
        if isinstance(when, WeeklyInTerm)
        for asked in looked.rolls[school].asked(rule.audience)
        for one in _of_one(looked, rule, when, asked)
        if one.weeks >= weeks
    )
    return tuple(sorted(found, key=lambda one: (-one.weeks, one.obligation.title, one.person)))


def _of_one(
    looked: PlanningContext, rule: Obligation, when: WeeklyInTerm, asked: AudienceMember
) -> Iterator[Unrecorded]:
    member = looked.rolls[rule.school].here[asked.person]
    act = last_done(looked.evidence.of_person(rule.school, rule.key, asked.person, asked.account))
    known = (looked.rolls[rule.school].school.since, rule.since, member.starts_on)
    first = max(day for day in known if day is not None)
    monday = monday_of(looked.on)
    due = [
        day
        for back in range(WEEKS_BACK)
        if (day := day_of_week(looked.days[rule.school], monday - timedelta(weeks=back), when.weekday))
        and first <= day <= looked.on
        and (act is None or act.on < day)
        and not member.away_on(day)
    ]
    if due:
        year, number, _ = due[0].isocalendar()
        prefix = f"{asked.account}/" if asked.account else ""
        yield Unrecorded(rule, asked.person, len(due), f"{prefix}week:{year}-W{number:02d}")


@dataclass(frozen=True, slots=True)
class WaitingCheck:
    """A weekly check not recorded for weeks, as a page shows it. `address`: where its reader records it."""

    check: Unrecorded
    name: str
    address: str


def waiting_checks(snapshot: Snapshot, school: str, reader: str, today: date) -> tuple[WaitingCheck, ...]:
    """List what the pages of head and office offer to do, give away or change."""
    found = unrecorded(planning_context(snapshot, today), school)
    return tuple(
        WaitingCheck(
            one,
            snapshot.people[one.person].name,
            f"/me/duty/{one.obligation.key}/{one.cycle}" if one.person == reader else "",
        )
        for one in found
    )
