"""The head's dashboard in one read: what the screen, the weekly card and the A4 page show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.accounts.model import AccountStatus, account_statuses
from bot.cases.model import CaseState
from bot.cases.service import cases_for
from bot.cases.view import CaseListRow
from bot.core.clock import local_date
from bot.core.encryption import KeysMissing, WrongKey
from bot.dashboard.holds import WaitingMessage, todays
from bot.database import job_runs
from bot.database.engine import Connection
from bot.database.job_runs import HEARTBEAT, Run
from bot.messages import store as message_store
from bot.messages.bounces import SendingRefused, refused_lately
from bot.messages.store import MessageSummary
from bot.planning.service import PLANNING, planned_with
from bot.planning.snapshot import Snapshot
from bot.records import register as record_register
from bot.reviews.model import ReviewCalendar, review_calendar
from bot.rules.people import School
from bot.services import Services
from bot.status.model import SchoolStatus, Team, figures, stuck
from bot.status.words import Overview, overview

FRESH_FOR = timedelta(minutes=15)
RECENT = 200


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Whether Handbell ran, as it was at `now`: the last sign of life, and how this school's jobs stand.

    What a job said of its outcome may be about every setting of the installation; no one sees it here.
    """

    at: datetime | None
    fresh: bool
    jobs: tuple[Run, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Cases:
    """Numbers of the cases one reader may open. None stands where nothing may be told at all."""

    open: int
    late: int

    @classmethod
    def count(cls, rows: Iterable[CaseListRow]) -> Cases | None:
        known = list(rows)
        still = [row for row in known if row.state is not CaseState.CLOSED]
        late = [row for row in still if row.clock is not None and row.clock.how == "late"]
        return cls(len(still), len(late)) if known else None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One school on one day, for one reader."""

    school: School
    on: date
    standing: SchoolStatus
    overview: Overview
    reviews: ReviewCalendar
    teams: tuple[Team, ...]
    accounts: tuple[AccountStatus, ...]
    cases: Cases | None
    today: tuple[WaitingMessage, ...]
    posted: tuple[MessageSummary, ...]
    ran: RunStatus
    refused: SendingRefused | None = None


def read_dashboard(
    services: Services, snapshot: Snapshot, school: str, reader: str | None, now: datetime
) -> Dashboard:
    """Read what the dashboard shows. Cases are counted as far as `reader` may open them; None: not at all."""
    on = local_date(now)
    standing = standing_of(snapshot, school, on)
    with services.store.reading() as conn:
        today = todays(conn, snapshot, school, now)
        posted = tuple(message_store.recent(conn, school=school, limit=RECENT))
        beat_at = job_runs.last_finished_at(conn, HEARTBEAT)
        refused = refused_lately(conn, now, (school,))
        jobs = tuple(_jobs(conn, services, school))
    fresh = beat_at is not None and now - beat_at <= FRESH_FOR
    return Dashboard(
        school=snapshot.schools[school],
        on=on,
        standing=standing,
        overview=overview(standing),
        reviews=review_calendar(snapshot, school, on),
        teams=stuck(snapshot, standing),
        accounts=account_statuses(snapshot, school, on),
        cases=_cases(services, school, reader, now),
        today=today,
        posted=posted,
        ran=RunStatus(beat_at, fresh, jobs, now),
        refused=refused,
    )


def standing_of(snapshot: Snapshot, school: str, on: date) -> SchoolStatus:
    """Return the figures of one school on a day."""
    return next(one for one in figures(snapshot, on) if one.school == school)


def _jobs(conn: Connection, services: Services, school: str) -> Iterator[Run]:
    """List how this school's jobs stand, each as it went for this school.

    One that failed for other schools alone ended well here, and keeps nothing of what it said of them.
    """
    together = planned_with(conn, school)
    ours = {"", school, services.sender.email}
    for run in job_runs.of_parts(conn, {*ours, together}):
        # Another school's key names planning that is ours too; its other jobs are its own.
        if run.job == HEARTBEAT or (run.part not in ours and run.job != PLANNING):
            continue
        if run.ok is False and _failed_elsewhere(conn, run, school):
            yield replace(run, ok=True, well_at=run.finished_at, outcome=None, failed_said=None)
        else:
            yield run


def _failed_elsewhere(conn: Connection, run: Run, school: str) -> bool:
    """Return whether a run failed for other schools only; False where its errors name anything else."""
    whom = set(run.failed_for)
    return bool(whom) and school not in whom and whom <= set(record_register.school_keys(conn))


def _cases(services: Services, school: str, reader: str | None, now: datetime) -> Cases | None:
    if reader is None:
        return None
    try:
        return Cases.count(cases_for(services, school, reader, now))
    except (KeysMissing, WrongKey):
        return None
