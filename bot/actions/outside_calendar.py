"""The governors' meetings and their papers in a calendar outside: kept, moved and cancelled as ours are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256

from bot.actions.each_school import each
from bot.actions.gather import gather, school_day
from bot.domain.cycles import in_words
from bot.domain.meetings import Body, days_before
from bot.domain.review_calendar import review_calendar
from bot.domain.roll import Roll, rolls
from bot.domain.snapshot import Snapshot
from bot.errors import GiveUp, TryAgain
from bot.ports import Address, Event, EventCalendar
from bot.services import Services
from bot.store import outside

SORT = "calendar"


def keep_calendars(services: Services, now: datetime) -> str:
    """Bring every calendar up to date: what did not change is not asked about again."""
    counts = each(services.calendars, lambda setting, calendar: _look(services, setting, calendar, now))
    return f"{sum(counts.values())} entries kept or taken away" if counts else "no calendar is kept outside"


def _look(services: Services, setting: str, calendar: EventCalendar, now: datetime) -> int:
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (setting,))
    if setting not in snapshot.settings:
        return 0
    return _keep(services, setting, calendar, tuple(events(snapshot, setting, today)), now)


def events(snapshot: Snapshot, setting: str, today: date) -> Iterator[Event]:
    """List the coming meetings, with everybody of the body, and the days on which the clerk sends papers."""
    roll = rolls(snapshot, today)[setting]
    calendar = review_calendar(snapshot, setting, today)
    planned = {(plan.body.key, plan.days.meeting.key): plan.reviews for plan in calendar.meetings}
    for body in snapshot.bodies.values():
        for meeting in body.meetings if body.setting == setting else ():
            if meeting.on < today:
                continue
            titles = [one.policy.title for one in planned.get((body.key, meeting.key), ())]
            note = f"To approve: {'; '.join(titles)}." if titles else ""
            key = f"{setting}/{body.key}/{meeting.key}"
            everybody = _guests(snapshot, roll, (*sorted(body.members), *_officers(roll, body)))
            yield Event(
                key, f"{body.name} meets", meeting.on, note, everybody, timezone=_zone(snapshot, setting)
            )
            papers_on = days_before(body, meeting, snapshot.calendars[setting]).papers_on
            if papers_on >= today:
                title = f"Papers go out: {body.name} of {in_words(meeting.on)}"
                clerk = _guests(snapshot, roll, _clerk(roll, body))
                yield Event(f"{key}/papers", title, papers_on, note, clerk, timezone=_zone(snapshot, setting))


def _keep(
    services: Services, setting: str, calendar: EventCalendar, wanted: tuple[Event, ...], now: datetime
) -> int:
    with services.store.reading() as conn:
        known = outside.known(conn, setting, SORT)
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
            outside.note(conn, setting, SORT, event.key, value=_mark(event), now=now)
    keys = {event.key for event in wanted}
    failures += _clear(services, setting, calendar, known, keep=keys, now=now)
    if failures:
        raise failures[0]
    return len(changed) + len(known.keys() - keys)


def _clear(
    services: Services,
    setting: str,
    calendar: EventCalendar,
    known: Mapping[str, str],
    *,
    keep: set[str],
    now: datetime,
) -> list[TryAgain | GiveUp]:
    """Take away what is not wanted any more; give what failed, to be taken away another time.

    What lies in the past was held, and stays in every calendar.
    """
    today, failures = school_day(now).isoformat(), []
    for key in sorted(known.keys() - keep):
        try:
            if known[key].partition(" ")[0] >= today:
                calendar.cancel(key)
        except (TryAgain, GiveUp) as error:
            failures.append(error)
            continue
        with services.store.writing() as conn:
            outside.forget(conn, setting, SORT, key)
    return failures


def _mark(event: Event) -> str:
    """Say the day and everything else of an entry, to see that it changed."""
    return f"{event.on.isoformat()} {sha256(repr(event).encode()).hexdigest()}"


def _officers(roll: Roll, body: Body) -> tuple[str, ...]:
    chair = body.chair if body.chair in roll.here else None
    return tuple(key for key in (chair, *_clerk(roll, body)) if key is not None)


def _clerk(roll: Roll, body: Body) -> tuple[str, ...]:
    return (body.clerk,) if body.clerk is not None and body.clerk in roll.here else ()


def _guests(snapshot: Snapshot, roll: Roll, keys: tuple[str, ...]) -> tuple[Address, ...]:
    """Invite whoever is here and can be written to, once."""
    found = (snapshot.people[key] for key in dict.fromkeys(keys) if key in roll.here)
    return tuple(Address(one.email, one.name) for one in found if one.email and one.unreachable is None)


def _zone(snapshot: Snapshot, setting: str) -> str:
    return snapshot.settings[setting].timezone
