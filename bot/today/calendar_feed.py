"""A calendar to subscribe to: a person's own tasks by their due days, and for governors their dates.

No name of a person is in it. Anyone who has the secret address can read it, until a new one is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.core.clock import local_date
from bot.core.errors import LinkRefused
from bot.core.links import Link
from bot.core.roles import Permission, may
from bot.database.submissions import claim_submission
from bot.messages.calendar_file import CalendarEntry, invite, uid
from bot.planning.duties import list_duties, planning_context
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import ledger, review_delegations
from bot.reviews.calendars import governance_entries
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.services import Services

USELESS = "This calendar link is not used any more. Sign in and copy the newest one."
# Nothing to do on their day.
SETTLED = frozenset({State.DONE, State.EXCUSED, State.PAUSED})


def calendar_link(services: Services, school: str, person: str, now: datetime) -> str:
    """Return the address of a person's calendar; empty if they have none yet."""
    with services.store.reading() as conn:
        serial = review_delegations.calendar_serial(conn, school, person)
    return _address(services, school, person, serial, now) if serial else ""


def new_calendar_link(services: Services, school: str, person: str, now: datetime) -> str:
    """Create a person's calendar link and invalidate earlier ones.

    AlreadySubmitted: the form was processed before.
    """
    with services.store.writing() as conn:
        claim_submission(conn, services.form, now)
        serial = review_delegations.new_calendar_serial(conn, school, person, now)
        ledger.append(
            conn,
            at=now,
            actor=f"person:{person}",
            action="calendar link made",
            subject=f"setting:{school}",
            data={"serial": serial},
        )
    return _address(services, school, person, serial, now)


def feed(services: Services, link: Link, now: datetime) -> bytes:
    """Write the calendar behind a link. LinkRefused: a newer one was made, or its holder has left."""
    today = local_date(now)
    with services.store.reading() as conn:
        serial = review_delegations.calendar_serial(conn, link.school, link.person)
        snapshot = load_snapshot(conn, today, (link.school,))
    person = snapshot.people.get(link.person)
    here = person.membership(link.school) if person else None
    if str(serial) != link.cycle or here is None or not here.here_on(today):
        raise LinkRefused(USELESS)
    sender = services.sender.email
    domain = sender.rpartition("@")[2]
    entries = list(_own_tasks(snapshot, link.school, link.person, today, domain))
    if may(here.usual_roles, Permission.VIEW_GOVERNANCE):
        entries += governance_entries(snapshot, link.school, today, domain)
    return invite(entries, now, sender, f"{snapshot.schools[link.school].name}: my dates")


def _own_tasks(
    snapshot: Snapshot, school: str, person: str, today: date, domain: str
) -> Iterator[CalendarEntry]:
    for duty in list_duties(planning_context(snapshot, today), person):
        rule = duty.obligation
        if rule.school == school and duty.due_on is not None and duty.state not in SETTLED:
            # The cycle of a review is named by its day, and moves with it.
            cycle = "" if rule.kind is Kind.REVIEW else duty.cycle
            name = uid(domain, school, rule.key, person, cycle, duty.subject or "")
            yield CalendarEntry(name, duty.due_on, f"Due: {rule.named}")


def _address(services: Services, school: str, person: str, serial: int, now: datetime) -> str:
    token = services.links.make(Link("calendar", school, person, cycle=str(serial)), now)
    return f"{services.base_url}/calendar/{token}.ics"
