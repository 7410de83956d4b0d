"""What the schedules run, each with one line to say how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.actions.case_holders import settle_all
from bot.actions.case_rounds import look_after
from bot.actions.deliver import Delivered, deliver
from bot.actions.disposal_notices import remind_of_disposal
from bot.actions.each_school import each
from bot.actions.left_out import in_words, left_out_by, note_left_out
from bot.actions.roster import import_roster
from bot.errors import HandbellError
from bot.ports import Directory
from bot.services import Services
from bot.store import leases, runs
from bot.store.figures import none_leave
from bot.store.outbox import EVERYBODYS, Whose

HEARTBEAT = "heartbeat"
# A run ends after so long though more waits: the next one goes on, here or on another machine.
DELIVERS_FOR = timedelta(minutes=5)
BATCH = 50
# A mail server that restarts is back by then; after it somebody has to look.
LETTERS_HELD_FOR = timedelta(hours=1)
# What is done for cases each morning; where one fails, the other is done all the same.
CASES: Mapping[str, Callable[[Services, datetime], object]] = MappingProxyType(
    {"who opens cases": settle_all, "open cases": look_after, "cases to sign off": remind_of_disposal}
)


class JobsInTrouble(HandbellError):
    """Jobs are late, or did not end well, or no letters leave.

    Names jobs and nothing of their work: it leaves for a watchdog.
    """


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a job: when, for which part, by which process; `lost` died or hangs, and is taken over."""

    now: datetime
    part: str
    owner: str
    lost: str | None = None


def read_rosters(services: Services, now: datetime) -> str:
    """Bring every connected directory in; each setting by itself, all of it or nothing."""
    said = each(services.rosters, lambda setting, directory: _read(services, setting, directory, now))
    return (
        "; ".join(f"{setting}: {summary}" for setting, summary in said.items()) or "no directory is connected"
    )


def _read(services: Services, setting: str, directory: Directory, now: datetime) -> str:
    entries = tuple(directory.roster())
    left_out = left_out_by(directory)
    with services.store.writing() as conn:
        note_left_out(conn, setting, left_out, now)
    said = import_roster(services.store, setting, entries, now=now, actor="schedule").summary()
    return f"{said} {in_words(left_out)}".rstrip()


def deliver_waiting(services: Services, turn: Turn) -> str:
    """Deliver what leaves from one mailbox until nothing waits, or long enough.

    What was lost with a process that died, or hangs, is free at once.
    """
    if turn.lost is not None:
        with services.store.writing() as conn:
            leases.end(conn, turn.lost, turn.part, turn.now)
    counts, whose = Counter[str](), leaving_from(services, turn.part)
    began_at = now = services.clock()
    while not services.stopping() and now - began_at < DELIVERS_FOR:
        owner = f"{leases.leased_by(turn.owner, turn.part)}{now.isoformat()}"
        delivered = deliver(services, now=now, owner=owner, limit=BATCH, whose=whose)
        counts.update(delivered.counts)
        if sum(delivered.counts.values()) < BATCH:
            break
        now = services.clock()
    return str(Delivered(dict(counts)))


def leaving_from(services: Services, mailbox: str) -> Whose:
    """Say whose messages leave from a mailbox; empty: everybody's, one after another."""
    others = {setting: box.sender.email for setting, box in services.mailboxes.items()}
    if not mailbox:
        return EVERYBODYS
    if mailbox == services.sender.email:
        return Whose(tuple(sorted(one for one in others if others[one] != mailbox)), others=True)
    return Whose(tuple(sorted(one for one in others if others[one] == mailbox)))


def look_after_cases(services: Services, now: datetime) -> str:
    """Look after the cases, and say no number: who reads how the jobs went may be in one of them."""
    each(CASES, lambda _, look: look(services, now))
    return "looked after"


def beat(services: Services, now: datetime) -> str:
    """Say that the schedules are alive; raise JobsInTrouble with the names of jobs that are not well."""
    with services.store.reading() as conn:
        troubled, held = runs.in_trouble(conn, now), none_leave(conn, now - LETTERS_HELD_FOR)
    late = sorted({run.job for run in troubled if run.job != HEARTBEAT and run.is_late(now)})
    failed = sorted({run.job for run in troubled if run.job != HEARTBEAT and run.ok is False} - set(late))
    said = [f"late: {', '.join(late)}"] if late else []
    said += [f"did not end well: {', '.join(failed)}"] if failed else []
    # A mail server that takes nobody fails no job: each letter is tried again, and waits.
    said += ["no letters leave: the mail server refuses them"] if held else []
    if said:
        raise JobsInTrouble("; ".join(said))
    return "alive"
