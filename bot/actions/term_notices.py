"""Emails that ask head and office for the next term dates, a month before the known ones end, then weekly.

They are not held back like other reminders once the known terms have ended: only they end that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from bot.actions.gather import gather, school_day
from bot.actions.letters import Desk
from bot.actions.one_a_day import live_settings, new_letter, one_a_day
from bot.domain.calendar import ASK_AGAIN, ASK_FOR_TERMS, Calendar
from bot.domain.cycles import in_words
from bot.domain.roll import Roll, rolls
from bot.domain.snapshot import Snapshot
from bot.messages.letter import Card, Letter
from bot.services import Services
from bot.store import letters, registers
from bot.store.engine import Connection
from bot.store.letters import NewLetter
from bot.store.outbox import Leased
from bot.store.queued import enqueue_reminders

KIND: Final = "term-dates"
PAGE = "/office/settings#year"
HEADING: Final = "Please enter the next term dates"
WAITS = "Ordinary reminders wait until the next ones are entered; what is urgent still goes out."
WILL_WAIT = "Without later ones, ordinary reminders will wait once these have ended."
ASKED = (("headteacher",), ("office", "business-manager", "secretary"))


def remind_of_terms(services: Services, now: datetime, only: Collection[str] | None = None) -> None:
    """Ask the head and the office of each school whose terms end soon or ended. `only`: of these settings.

    Whoever is written to on the day such an email would go is asked on a later day.
    """
    today = school_day(now)
    with services.store.writing() as conn:
        wanted = registers.without_terms_after(conn, live_settings(conn, only, now), today + ASK_FOR_TERMS)
        if not wanted:
            return
        snapshot = gather(conn, today, wanted)
        enqueue_reminders(conn, one_a_day(snapshot, reminders(conn, snapshot, wanted, now)), now)


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    settings: Collection[str],
    now: datetime,
    had: Collection[NewLetter] = (),
) -> Iterator[NewLetter]:
    """List the emails that ask for term dates today, whoever else writes. `had`: emails taken as sent."""
    today = school_day(now)
    every = rolls(snapshot, today)
    for setting in settings:
        if not snapshot.calendars[setting].wants_terms(today):
            continue
        asked_on = letters.last_on(conn, KIND, setting)
        for one in had:
            if (one.kind, one.setting) == (KIND, setting):
                asked_on[one.person] = max(one.on, asked_on.get(one.person, one.on))
        for person in _asked(snapshot, every[setting]):
            before = asked_on.get(person)
            works = today.weekday() in every[setting].here[person].working_days
            if not works or (before is not None and today < before + ASK_AGAIN):
                continue
            letter = new_letter(snapshot, KIND, setting, person, f"{setting} {today}", now)
            # In a holiday it is asked on the first day back, if the dates are still wanted then.
            if letter is not None and letter.on == today:
                yield letter


def outline(snapshot: Snapshot, setting: str, _step: str, on: date) -> str | None:
    """Say what an email is about; None: the dates were entered."""
    return HEADING if snapshot.calendars[setting].wants_terms(on) else None


def letter(desk: Desk, message: Leased, base_url: str) -> Letter | None:
    """Write an email; None: the dates were entered, or it is not this person's to do any more."""
    snapshot, today = desk.looked.snapshot, desk.looked.on
    calendar = snapshot.calendars[message.setting]
    asked = _asked(snapshot, desk.looked.rolls[message.setting])
    if message.person not in asked or not calendar.wants_terms(today):
        return None
    return desk.about(
        message,
        Card(
            heading=HEADING,
            thing=snapshot.settings[message.setting].name,
            why="",
            button="Enter the dates",
            link=f"{base_url}{PAGE}",
            notes=(_why(calendar, today),),
        ),
    )


def _why(calendar: Calendar, today: date) -> str:
    if calendar.last_on is None:
        return "No term dates are entered. Until they are, every weekday counts as a school day."
    if calendar.has_ended(today):
        return f"The term dates entered ended on {in_words(calendar.last_on)}. {WAITS}"
    return f"The last term entered ends on {in_words(calendar.last_on)}. {WILL_WAIT}"


def _asked(snapshot: Snapshot, roll: Roll) -> list[str]:
    """List who acts as head and who as office, of those who are not away and have an address that works."""
    passed = {*roll.out_of_reach, *(key for key in roll.here if not snapshot.people[key].email)}
    found = (
        next((key for role in roles if (key := roll.acting(role, besides=passed))), None) for roles in ASKED
    )
    return list(dict.fromkeys(key for key in found if key is not None))
