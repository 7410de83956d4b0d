"""Emails that ask head and office for the next term dates, a month before the known ones end, then weekly.

They are not held back like other reminders once the known terms have ended: only they end that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.roles import OFFICE_ROLES
from bot.database.engine import Connection
from bot.messages import store as message_store
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.queue_store import FeatureReminders, new_letter
from bot.planning.snapshot import Snapshot
from bot.records import register as record_register
from bot.rules.calendar import ASK_AGAIN, ASK_FOR_TERMS, Calendar

KIND: Final = "term-dates"
PAGE = "/office/settings#year"
HEADING: Final = "Please enter the next term dates"
WAITS = "Ordinary reminders wait until the next ones are entered; what is urgent still goes out."
WILL_WAIT = "Without later ones, ordinary reminders will wait once these have ended."
ASKED: Final = (("headteacher",), OFFICE_ROLES)


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    had: Collection[NewMessage],
) -> Iterator[NewMessage]:
    """List the emails that ask for term dates today, anyone who else writes. `had`: emails taken as sent."""
    today = local_date(now)
    every = active_members(snapshot, today)
    for school in schools:
        if not snapshot.calendars[school].wants_terms(today):
            continue
        asked_on = message_store.last_on(conn, KIND, school)
        for one in had:
            if (one.kind, one.school) == (KIND, school):
                asked_on[one.person] = max(one.on, asked_on.get(one.person, one.on))
        for person in _asked(snapshot, every[school]):
            before = asked_on.get(person)
            works = today.weekday() in every[school].here[person].working_days
            if not works or (before is not None and today < before + ASK_AGAIN):
                continue
            letter = new_letter(snapshot, KIND, school, person, f"{school} {today}", now)
            # In a holiday it is asked on the first day back, if the dates are still wanted then.
            if letter is not None and letter.on == today:
                yield letter


def outline(snapshot: Snapshot, school: str, _step: str, on: date) -> str | None:
    """Return what an email is about; None: the dates were entered."""
    return HEADING if snapshot.calendars[school].wants_terms(on) else None


def letter(desk: MessageContext, message: ClaimedMessage) -> MessageContent | None:
    """Write an email; None: the dates were entered, or it is not this person's to do any more."""
    snapshot, today = desk.looked.snapshot, desk.looked.on
    calendar = snapshot.calendars[message.school]
    asked = _asked(snapshot, desk.looked.rolls[message.school])
    if message.person not in asked or not calendar.wants_terms(today):
        return None
    return desk.about(
        message,
        ContentBlock(
            heading=HEADING,
            thing=snapshot.schools[message.school].name,
            why="",
            button="Enter the dates",
            link=f"{desk.base_url}{PAGE}",
            notes=(_why(calendar, today),),
        ),
    )


def _why(calendar: Calendar, today: date) -> str:
    if calendar.last_on is None:
        return "No term dates are entered. Until they are, every weekday counts as a school day."
    if calendar.has_ended(today):
        return f"The term dates entered ended on {long_date(calendar.last_on)}. {WAITS}"
    return f"The last term entered ends on {long_date(calendar.last_on)}. {WILL_WAIT}"


def _asked(snapshot: Snapshot, roll: ActiveMembers) -> list[str]:
    """List who acts as head and who as office, of those who are not away and have an address that works."""
    passed = {*roll.out_of_reach, *(key for key in roll.here if not snapshot.people[key].email)}
    found = (
        next((key for role in roles if (key := roll.acting(role, besides=passed))), None) for roles in ASKED
    )
    return list(dict.fromkeys(key for key in found if key is not None))


REMINDERS = FeatureReminders(
    KIND,
    lambda conn, keys, today: record_register.without_terms_after(conn, keys, today + ASK_FOR_TERMS),
    reminders,
    outline,
)
