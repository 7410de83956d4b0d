"""The dashboard in words: the lists behind its numbers, today or on a past day, and its sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.accounts.model import AccountStatus
from bot.accounts.model import State as AccountState
from bot.core.dates import full_date, local_instant, long_date
from bot.core.text import count
from bot.dashboard.holds import WaitingMessage
from bot.dashboard.service import Cases, Dashboard, RunStatus
from bot.database.job_runs import Run
from bot.reviews.model import PolicyReview, ReviewCalendar
from bot.rules.duties import State
from bot.rules.policies import add_months
from bot.status import words as status_words
from bot.status.model import SchoolStatus, StatusLine
from bot.status.trend import GROUPS, Point, group_of
from bot.status.words import Area

EVERYTHING = "everything"
MONTHS_SHOWN = 12
ACCOUNT_CHIPS = {AccountState.STOP: "overdue", AccountState.NEEDS: "due soon", AccountState.FINE: "done"}


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the strip of reviews; `late` stands for all that should have been before."""

    title: str
    anchor: str
    reviews: tuple[PolicyReview, ...]


@dataclass(frozen=True, slots=True)
class OverviewLink:
    """A page behind the dashboard: its name, its figure in words (empty: it has none), its address."""

    key: str
    title: str
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class FigureList:
    """The list behind a number."""

    title: str
    lines: tuple[StatusLine, ...]
    counts: Mapping[str, int]


def listed(standing: SchoolStatus, area: str, state: str = "", group: str = "") -> FigureList | None:
    """Find the list behind a number; None where there is no such area, state or group."""
    shown = next((one for one in status_words.areas(standing) if one.slug == area), None)
    if (shown is None and area != EVERYTHING) or not (state in {"", *State} and group in {"", *GROUPS}):
        return None
    lines = shown.lines if shown else standing.lines
    wanted = tuple(
        line
        for line in lines
        if (not state or line.state == state) and (not group or group_of(line.state) == group)
    )
    counted = Counter(line.state.value for line in wanted)
    title = shown.title if shown else "Everything"
    return FigureList(title, wanted, {one.value: counted[one.value] for one in status_words.SHOWN})


def months(calendar: ReviewCalendar, today: date) -> tuple[Month, ...]:
    """Sort the reviews by the month they are due in: those overdue, the next twelve, later, no date."""
    dated = [one for one in calendar.every if one.due is not None]
    first = today.replace(day=1)
    starts = [add_months(first, number) for number in range(MONTHS_SHOWN + 1)]
    shown = [Month("Overdue", "late", tuple(one for one in dated if _due(one) < today))]
    for start, end in pairwise(starts):
        inside = tuple(one for one in dated if max(start, today) <= _due(one) < end)
        shown.append(Month(f"{start:%b} {start.year}", f"{start:%Y-%m}", inside))
    shown.append(Month("Later", "later", tuple(one for one in dated if _due(one) >= starts[-1])))
    shown.append(Month("No date", "no-date", calendar.undated))
    kept = {"late", "later", "no-date"}
    return tuple(one for one in shown if one.reviews or one.anchor not in kept)


def _due(one: PolicyReview) -> date:
    return one.due.due_on if one.due else date.max


def accounts_by_state(accounts: Iterable[AccountStatus]) -> tuple[tuple[str, str, int], ...]:
    """Count the accounts: the chip, its words, and how many; what stops posts first."""
    counted = Counter(one.verdict.state for one in accounts)
    order = (AccountState.STOP, AccountState.NEEDS, AccountState.FINE)
    return tuple((ACCOUNT_CHIPS[one], one.value, counted[one]) for one in order if counted[one])


def cases_said(cases: Cases | None) -> str:
    """Return a sentence on the cases that the reader may open."""
    if cases is None:
        return "There is no case that you may open."
    if not cases.open:
        return "No case is open."
    said = f"{count(cases.open, 'case')} {'is' if cases.open == 1 else 'are'} open"
    return f"{said}, {cases.late} late." if cases.late else f"{said}."


def more_lines(
    seen: Dashboard, address: Callable[[str], str], *, going: str, found: int, asked: int, cases: bool
) -> tuple[OverviewLink, ...]:
    """Return a line for each page behind the dashboard, with its figure; no one is named.

    `going`: the next messages in words; `found`: how many findings there are; `asked`: how many questions
    wait. `cases`: whether questions and cases may be counted; on a screen that others look at they may not.
    """
    stuck = sum(len(team.people) for team in seen.teams)
    late = sum(one.state is State.OVERDUE for one in seen.reviews.every)
    reviews = count(len(seen.reviews.every), "policy", "policies")
    accounts = ", ".join(f"{number} {said}" for _, said, number in accounts_by_state(seen.accounts))
    return (
        OverviewLink("matrix", "People by task", "", address("people-by-task")),
        OverviewLink("promises", "Promise by promise", "", address("promises")),
        OverviewLink("messages", "Next messages", going, address("messages")),
        OverviewLink(
            "policies", "Policy reviews by month", f"{reviews}, {late} overdue.", address("policies")
        ),
        OverviewLink(
            "stuck",
            "Overdue by team",
            f"{count(stuck, 'person', 'people')}." if stuck else "No one.",
            address("stuck"),
        ),
        OverviewLink("accounts", "School accounts", f"{accounts or 'None yet'}.", "/accounts"),
        *(_private(seen, asked) if cases else ()),
        OverviewLink("findings", "Things to check", f"{found or 'None'}.", address("findings")),
        OverviewLink("trend", "Progress over time", "", address("trend")),
        OverviewLink("paper", "One page for a meeting (PDF)", "", address("report.pdf")),
    )


def _private(seen: Dashboard, asked: int) -> tuple[OverviewLink, ...]:
    return (
        OverviewLink("questions", "Questions from staff", f"{asked or 'None'} waiting.", "/office/questions"),
        OverviewLink("cases", "Your cases", cases_said(seen.cases), "/cases"),
    )


def going_said(waiting: Iterable[WaitingMessage], next_on: date | None, going: int, today: date) -> str:
    """Return in words what goes out next: today's messages that wait, else the next day on which any go."""
    held = [one.held_by != "" for one in waiting]
    if held:
        back = f", {sum(held)} held back" if any(held) else ""
        return f"{count(len(held) - sum(held), 'message')} to go today{back}."
    if next_on is None:
        return "None in the next 2 weeks."
    day = "today" if next_on == today else full_date(next_on)
    return f"{day.capitalize()}, to {count(going, 'person', 'people')}."


def ran_said(ran: RunStatus, timezone: str) -> str:
    """Return a sentence on whether Handbell runs."""
    if ran.at is None:
        return "We hold no record that the schedules ever ran. Tell whoever looks after Handbell."
    if not ran.fresh:
        return (
            f"The schedules were last alive on {local_instant(ran.at, timezone)}. "
            "Nothing goes out meanwhile. Tell whoever looks after Handbell."
        )
    return "Handbell is running."


def not_well(ran: RunStatus) -> tuple[Run, ...]:
    """List the jobs that are late or did not end well: these are not folded away."""
    return tuple(one for one in ran.jobs if one.is_late(ran.now) or one.ok is False)


def job_said(run: Run, timezone: str, now: datetime) -> str:
    """Return how a job's latest slot went, when it last succeeded and when it is next; not what it found."""
    well = f" It last ended well on {local_instant(run.well_at, timezone)}." if run.well_at else ""
    if run.next_at is not None and run.is_late(now):
        return f"Late: it should have begun on {local_instant(run.next_at, timezone)}.{well}"
    if run.ok is None:
        return f"Began on {local_instant(run.claimed_at, timezone)}; not ended yet.{well}"
    ended = local_instant(run.finished_at or run.claimed_at, timezone)
    if not run.ok:
        return f"Did not end well on {ended}. It is tried again.{well}"
    following = f" Next on {local_instant(run.next_at, timezone)}." if run.next_at else ""
    return f"Ended well on {ended}.{following}"


def trend_said(points: Sequence[Point]) -> str:
    """Return the text alternative of the chart: then and now."""
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"Today {last.counts['done']} of {last.total} are done. The trend begins tomorrow."
    return (
        f"On {long_date(first.on)}, {first.counts['done']} of {first.total} were done and "
        f"{first.counts['no record']} were not recorded. "
        f"Today {last.counts['done']} of {last.total} are done, "
        f"{last.counts['no record']} are not recorded and {last.counts['overdue']} are overdue."
    )


def trend_waits(days: Sequence[date], since: date, asked: int) -> str:
    """Return what the chart will show, and from when; empty where there is enough to draw it.

    `days` are those of the trend up to today, `asked` how many duties stand on the latest one.
    """
    will = (
        "a picture here shows how much was done, still to do and not recorded: each Friday at first, later "
        "at the end of each month."
    )
    if len(days) == 1:
        return f"From {full_date(max(since, days[-1]) + timedelta(days=1))} on, {will}"
    return "" if asked else f"Nothing is asked of anybody yet. Once something is, {will}"


def area_of(standing: SchoolStatus, slug: str) -> Area | None:
    return next((one for one in status_words.areas(standing) if one.slug == slug), None)
