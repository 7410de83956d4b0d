"""Emails about a pupil's phone or a device that the log does not record as returned on the same day.

They are sent outside the daily message, at most one a school and person a day: after the end of the school
day the next free day would be too late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.core.roles import OFFICE_ROLES
from bot.database.engine import Connection
from bot.database.job_runs import each
from bot.logbook import store as logbook_store
from bot.logbook.model import KINDS, MISTAKEN, LogEntry, entries
from bot.messages import store as message_store
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import queue_message
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.duty_emails import HEAD, MessageContext
from bot.planning.queue_store import live_schools, new_letter, one_planner_at_a_time
from bot.planning.store import load_snapshot
from bot.services import Services

KIND: Final = "not-given-back"
PAGE = "/log"
# Who is told of an entry, once each: who recorded it, then the head, the next school morning.
RECORDER, LEADER = "recorder", "leader"
TO_LEADER = "You get this because it was still open the next school morning."
# Which kinds are due back the same day, and what closes them.
SAME_DAY = {
    kind.key: later.key
    for kind in KINDS.values()
    for later in kind.later
    if isinstance(later.late_after, time)
}


def tell_of_late_returns(services: Services, now: datetime) -> str:
    """Email about late entries, once each, in each school's hours on its staff days."""
    with services.store.reading() as conn:
        late = dict.fromkeys(one.first.school for one in _late(conn, now))
        live = dict.fromkeys(live_schools(conn, list(late), now))
    told = each(live, lambda school, _: _tell(services, school, now))
    return f"{sum(told.values())} people to tell"


def read_entries(conn: Connection, batch: Iterable[ClaimedMessage]) -> dict[str, LogEntry]:
    """Map each entry that the messages of a batch are about, by its reference."""
    about = {reference for one in batch if one.kind == KIND for _, reference in _told_by(one.step)}
    return {one.first.reference: one for one in entries(logbook_store.in_full(conn, about))} if about else {}


def letter(
    desk: MessageContext, message: ClaimedMessage, found: Mapping[str, LogEntry]
) -> MessageContent | None:
    """Write an email, with nothing about a child; None: all of it is recorded as given back."""
    open_ones = {key: one for key, one in found.items() if one.rings_at is not None}
    told = [(step, open_ones[key]) for step, key in _told_by(message.step) if key in open_ones]
    if not told:
        return None
    about = list({one.first.reference: one for _, one in told}.values())
    return desk.about(
        message,
        ContentBlock(
            heading="Not recorded as given back",
            thing=f"{len(about)} log {'entry' if len(about) == 1 else 'entries'}",
            why=TO_LEADER if any(step == LEADER for step, _ in told) else "",
            button="Open the log",
            link=f"{desk.base_url}{PAGE}",
            notes=tuple(_lines(about)),
        ),
    )


def _late(conn: Connection, now: datetime, school: str | None = None) -> list[LogEntry]:
    """Return the entries that were due back the same day, and are late. `setting`: of this school."""
    found = entries(logbook_store.without(conn, SAME_DAY, {*SAME_DAY.values(), MISTAKEN}, school))
    return [one for one in found if one.rings_at is not None and one.rings_at <= now]


def _tell(services: Services, school: str, now: datetime) -> int:
    """Queue a school's emails; return how many."""
    today = local_date(now)
    with services.store.writing() as conn:
        one_planner_at_a_time(conn)
        told = {one for step in message_store.live_references(conn, KIND, school) for one in _told_by(step)}
        wanted = [
            (step, one)
            for one in _late(conn, now, school)
            for step in _steps(one, today)
            if (step, one.first.reference) not in told
        ]
        if not wanted:
            return 0
        snapshot = load_snapshot(conn, today, (school,))
        roll, had = active_members(snapshot, today)[school], message_store.last_on(conn, KIND, school)
        about: dict[str, list[str]] = defaultdict(list)
        for step, one in wanted:
            to = _reader(roll, step, one.first.by)
            if to is not None and had.get(to) != today:
                about[to].append(f"{step}:{one.first.reference}")
        new = (
            new_letter(snapshot, KIND, school, to, f"{school} {today} {','.join(some)}", now)
            for to, some in about.items()
        )
        # After the school's hours and in a holiday, it is told on the next staff day if it is late then.
        queued = [queue_message(conn, one, now) for one in new if one is not None and one.on == today]
    return len(queued)


def _steps(entry: LogEntry, today: date) -> tuple[str, ...]:
    written_on = local_date(entry.first.recorded_at)
    return (RECORDER, LEADER) if today > written_on else (RECORDER,)


def _reader(roll: ActiveMembers, step: str, by: str) -> str | None:
    """Return the recipient: at work today, with working email; for a leader's entry, another leader."""
    off = (key for key, one in roll.here.items() if roll.day.weekday() not in one.working_days)
    passed = {*roll.out_of_reach, *off}
    if step == LEADER:
        return roll.acting(HEAD, besides={*passed, by})
    mine = roll.here.get(by)
    if mine is not None and mine.is_staff and by not in passed and not mine.away_on(roll.day):
        return by
    return next((key for role in (*OFFICE_ROLES, HEAD) if (key := roll.acting(role, besides=passed))), None)


def _told_by(reference: str) -> list[tuple[str, str]]:
    """List the steps and the entries that an email is about, from its reference."""
    pairs = (one.partition(":") for one in reference.rpartition(" ")[2].split(","))
    return [(step, entry) for step, _, entry in pairs]


def _lines(found: Sequence[LogEntry]) -> Iterator[str]:
    """Return each kind of what is open, on which day or since when, and how many."""
    days: dict[str, list[date]] = defaultdict(list)
    for one in found:
        days[one.kind.title].append(local_date(one.first.happened_at))
    for title, some in days.items():
        first = full_date(min(some))
        if len(some) == 1:
            yield f"{title}: {first}"
        elif min(some) == max(some):
            yield f"{title}: {len(some)} on {first}"
        else:
            yield f"{title}: {len(some)}, the first on {first}"
