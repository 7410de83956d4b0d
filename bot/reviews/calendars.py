"""Governors' meetings, papers and reviews as calendar entries; meetings kept in a vendor's calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.errors import GiveUp, TryAgain
from bot.database import sync_state
from bot.database.job_runs import each
from bot.messages.calendar_file import CalendarEntry, uid
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.ports import Address, Event, EventCalendar
from bot.reviews.model import PolicyReview, ReviewCalendar, review_calendar
from bot.rules.meetings import Body, days_before
from bot.services import Services

LOOKS_BACK = timedelta(days=60)


def governance_entries(snapshot: Snapshot, school: str, today: date, domain: str) -> Iterator[CalendarEntry]:
    """Yield meetings, the days their papers go out, and reviews by the day they are due; no one is named."""
    calendar = review_calendar(snapshot, school, today)
    yield from _meetings(snapshot, school, today - LOOKS_BACK, calendar, domain)
    for one in calendar.every:
        if one.due is not None:
            name = uid(domain, school, "review", one.policy.key)
            yield CalendarEntry(name, one.due.due_on, f"Review due: {one.policy.title}", _where(one))


def _meetings(
    snapshot: Snapshot, school: str, since: date, calendar: ReviewCalendar, domain: str
) -> Iterator[CalendarEntry]:
    planned = {(plan.body.key, plan.days.meeting.key): plan.reviews for plan in calendar.meetings}
    for body in snapshot.bodies.values():
        for meeting in body.meetings if body.school == school else ():
            if meeting.on >= since:
                days = days_before(body, meeting, snapshot.calendars[school])
                note = _to_approve(planned.get((body.key, meeting.key), ()))
                # The same name as in emails, so that a meeting is not in a calendar twice.
                name = uid(domain, school, body.name, meeting.key)
                yield CalendarEntry(name, meeting.on, f"{body.name} meets", note, busy=True)
                name = uid(domain, school, body.key, meeting.key, "papers")
                title = f"Papers go out: {body.name} of {long_date(meeting.on)}"
                yield CalendarEntry(name, days.papers_on, title, note)


def _to_approve(reviews_there: tuple[PolicyReview, ...]) -> str:
    if not reviews_there:
        return ""
    return "To approve: " + "; ".join(one.policy.title for one in reviews_there) + "."


def _where(one: PolicyReview) -> str:
    if one.choices:
        return "No meeting is in time."
    if one.none_known and one.body is not None:
        after = f" after {long_date(one.last_known.on)}" if one.last_known else ""
        return f"No coming meeting of the {one.body.name}{after} is known."
    if one.meeting is not None and one.body is not None:
        return f"It goes to the {one.body.name} on {long_date(one.meeting.on)}."
    return ""


SORT = "calendar"


def keep_calendars(services: Services, now: datetime) -> str:
    """Update every vendor calendar; unchanged entries make no calls."""
    counts = each(services.calendars, lambda school, calendar: _look(services, school, calendar, now))
    return f"{sum(counts.values())} entries kept or taken away" if counts else "no calendar is kept outside"


def _look(services: Services, school: str, calendar: EventCalendar, now: datetime) -> int:
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
    if school not in snapshot.schools:
        return 0
    return _keep(services, school, calendar, tuple(events(snapshot, school, today)), now)


def events(snapshot: Snapshot, school: str, today: date) -> Iterator[Event]:
    """Yield the coming meetings, with all members of the body, and the days for sending papers."""
    roll = active_members(snapshot, today)[school]
    calendar = review_calendar(snapshot, school, today)
    planned = {(plan.body.key, plan.days.meeting.key): plan.reviews for plan in calendar.meetings}
    for body in snapshot.bodies.values():
        for meeting in body.meetings if body.school == school else ():
            if meeting.on < today:
                continue
            titles = [one.policy.title for one in planned.get((body.key, meeting.key), ())]
            note = f"To approve: {'; '.join(titles)}." if titles else ""
            key = f"{school}/{body.key}/{meeting.key}"
            everybody = _guests(snapshot, roll, (*sorted(body.members), *_officers(roll, body)))
            yield Event(
                key, f"{body.name} meets", meeting.on, note, everybody, timezone=_zone(snapshot, school)
            )
            papers_on = days_before(body, meeting, snapshot.calendars[school]).papers_on
            if papers_on >= today:
                title = f"Papers go out: {body.name} of {long_date(meeting.on)}"
                clerk = _guests(snapshot, roll, _clerk(roll, body))
                yield Event(f"{key}/papers", title, papers_on, note, clerk, timezone=_zone(snapshot, school))


def _keep(
    services: Services, school: str, calendar: EventCalendar, wanted: tuple[Event, ...], now: datetime
) -> int:
    with services.store.reading() as conn:
        known = sync_state.known(conn, school, SORT)
    changed = [event for event in wanted if known.get(event.key) != _mark(event)]
    failures: list[TryAgain | GiveUp] = []
    for event in changed:
        try:
            calendar.keep(event)
        except (TryAgain, GiveUp) as error:
            # One with an address that is none, or that cannot be had now, must not keep the others out.
            failures.append(error)
            continue
        with services.store.writing() as conn:
            sync_state.note(conn, school, SORT, event.key, value=_mark(event), now=now)
    keys = {event.key for event in wanted}
    failures += _clear(services, school, calendar, known, keep=keys, now=now)
    if failures:
        raise failures[0]
    return len(changed) + len(known.keys() - keys)


def _clear(
    services: Services,
    school: str,
    calendar: EventCalendar,
    known: Mapping[str, str],
    *,
    keep: set[str],
    now: datetime,
) -> list[TryAgain | GiveUp]:
    """Delete entries that are not wanted any more; return the errors, which are retried next time.

    Past entries stay.
    """
    today, failures = local_date(now).isoformat(), []
    for key in sorted(known.keys() - keep):
        try:
            if known[key].partition(" ")[0] >= today:
                calendar.cancel(key)
        except (TryAgain, GiveUp) as error:
            failures.append(error)
            continue
        with services.store.writing() as conn:
            sync_state.forget(conn, school, SORT, key)
    return failures


def _mark(event: Event) -> str:
    """Return a digest of an entry's day and content, to detect changes."""
    return f"{event.on.isoformat()} {sha256(repr(event).encode()).hexdigest()}"


def _officers(roll: ActiveMembers, body: Body) -> tuple[str, ...]:
    chair = body.chair if body.chair in roll.here else None
    return tuple(key for key in (chair, *_clerk(roll, body)) if key is not None)


def _clerk(roll: ActiveMembers, body: Body) -> tuple[str, ...]:
    return (body.clerk,) if body.clerk is not None and body.clerk in roll.here else ()


def _guests(snapshot: Snapshot, roll: ActiveMembers, keys: tuple[str, ...]) -> tuple[Address, ...]:
    """Return the addresses of those who are here, without duplicates."""
    found = (snapshot.people[key] for key in dict.fromkeys(keys) if key in roll.here)
    return tuple(Address(one.email, one.name) for one in found if one.email and one.unreachable is None)


def _zone(snapshot: Snapshot, school: str) -> str:
    return snapshot.schools[school].timezone
