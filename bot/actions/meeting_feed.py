"""A calendar to subscribe to: meetings, when their papers go out, reviews that fall due. No names in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.actions.gather import gather, school_day
from bot.domain.cycles import in_words
from bot.domain.meetings import days_before
from bot.domain.review_calendar import PolicyReview, ReviewCalendar, review_calendar
from bot.domain.snapshot import Snapshot
from bot.errors import LinkRefused
from bot.links import Link
from bot.messages.invite import Entry, invite, uid
from bot.services import Services
from bot.store import ledger, reviews
from bot.store.forms import do_once

LOOKS_BACK = timedelta(days=60)
USELESS = "This calendar link is not used any more. Sign in and copy the newest one."


def calendar_link(services: Services, setting: str, person: str, now: datetime) -> str:
    """Give the address of somebody's calendar; empty when they have none yet."""
    with services.store.reading() as conn:
        serial = reviews.calendar_serial(conn, setting, person)
    return _address(services, setting, person, serial, now) if serial else ""


def new_calendar_link(services: Services, setting: str, person: str, now: datetime) -> str:
    """Make somebody's calendar link, the first or one that makes every earlier one useless.

    DoneAlready: the form that asks for it did it before.
    """
    with services.store.writing() as conn:
        do_once(conn, services.form, now)
        serial = reviews.new_calendar_serial(conn, setting, person, now)
        ledger.append(
            conn,
            at=now,
            actor=f"person:{person}",
            action="calendar link made",
            subject=f"setting:{setting}",
            data={"serial": serial},
        )
    return _address(services, setting, person, serial, now)


def feed(services: Services, link: Link, readers: frozenset[str], now: datetime) -> bytes:
    """Write the calendar behind a link; LinkRefused once it is useless, or its holder no reader any more."""
    today = school_day(now)
    with services.store.reading() as conn:
        serial = reviews.calendar_serial(conn, link.setting, link.person)
        snapshot = gather(conn, today, (link.setting,))
    person = snapshot.people.get(link.person)
    here = person.membership(link.setting) if person else None
    roles = here.usual_roles if here and here.here_on(today) else frozenset()
    if str(serial) != link.cycle or readers.isdisjoint(roles):
        raise LinkRefused(USELESS)
    sender = services.sender.email
    setting = snapshot.settings[link.setting]
    name = f"{setting.name}: {setting.words.governors}"
    return invite(_entries(snapshot, link.setting, today, sender.rpartition("@")[2]), now, sender, name)


def _address(services: Services, setting: str, person: str, serial: int, now: datetime) -> str:
    token = services.links.make(Link("calendar", setting, person, cycle=str(serial)), now)
    return f"{services.base_url}/calendar/{token}.ics"


def _entries(snapshot: Snapshot, setting: str, today: date, domain: str) -> Iterator[Entry]:
    calendar = review_calendar(snapshot, setting, today)
    yield from _meetings(snapshot, setting, today - LOOKS_BACK, calendar, domain)
    for one in calendar.every:
        if one.due is not None:
            name = uid(domain, setting, "review", one.policy.key)
            yield Entry(name, one.due.due_on, f"Review due: {one.policy.title}", _where(one))


def _meetings(
    snapshot: Snapshot, setting: str, since: date, calendar: ReviewCalendar, domain: str
) -> Iterator[Entry]:
    planned = {(plan.body.key, plan.days.meeting.key): plan.reviews for plan in calendar.meetings}
    for body in snapshot.bodies.values():
        for meeting in body.meetings if body.setting == setting else ():
            if meeting.on >= since:
                days = days_before(body, meeting, snapshot.calendars[setting])
                note = _to_approve(planned.get((body.key, meeting.key), ()))
                # The same name as in the letters, so that nobody has a meeting twice.
                name = uid(domain, setting, body.name, meeting.key)
                yield Entry(name, meeting.on, f"{body.name} meets", note, busy=True)
                name = uid(domain, setting, body.key, meeting.key, "papers")
                title = f"Papers go out: {body.name} of {in_words(meeting.on)}"
                yield Entry(name, days.papers_on, title, note)


def _to_approve(reviews_there: tuple[PolicyReview, ...]) -> str:
    if not reviews_there:
        return ""
    return "To approve: " + "; ".join(one.policy.title for one in reviews_there) + "."


def _where(one: PolicyReview) -> str:
    if one.choices:
        return "No meeting is in time."
    if one.none_known and one.body is not None:
        after = f" after {in_words(one.last_known.on)}" if one.last_known else ""
        return f"No coming meeting of the {one.body.name}{after} is known."
    if one.meeting is not None and one.body is not None:
        return f"It goes to the {one.body.name} on {in_words(one.meeting.on)}."
    return ""
