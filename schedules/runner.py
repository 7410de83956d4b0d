"""Tells of every run of a job, whichever engine brought it here: a line with its time, and a span.

Runs one slot of one job for one part: claimed first, noted after, whichever engine brought it here.
"""

from __future__ import annotations

import logging
import os
import platform
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from time import perf_counter
from zoneinfo import ZoneInfo

from bot.core.errors import HandbellError
from bot.core.telemetry import span
from bot.database import job_runs
from bot.database.job_runs import Claim, JobTurn, Slot, failed_for
from bot.operations.health import JobsInTrouble
from bot.planning.service import planning_version
from bot.services import Services
from schedules.jobs import Job
from schedules.slots import behind, due, next_slot, slots_between

log = logging.getLogger(__name__)


def act(job: Job, services: Services, turn: JobTurn, slot: Slot) -> str:
    """Run a job's action; whatever it raises goes on, once it is told."""
    began = perf_counter()
    place: dict[str, str | int] = {"job": job.name, "slot_at": slot.slot_at.isoformat(), **_part(slot)}
    try:
        with span(job.name, **_part(slot)):
            said = job.action(services, turn)
    except HandbellError as error:
        log.warning("%s: %s", job.name, error, extra=place | _went("failed", began))
        raise
    log.info("%s: %s", job.name, said, extra=place | _went("well", began))
    return said


def _part(slot: Slot) -> dict[str, str]:
    """Return the school a run is for; a mailbox is an address, and stays out."""
    return {"setting": slot.part} if slot.part and "@" not in slot.part else {}


def _went(outcome: str, began: float) -> dict[str, str | int]:
    return {"outcome": outcome, "took_ms": round((perf_counter() - began) * 1000)}


# A process that was silent for so long is taken to be dead; it says that it lives four times as often.
LOST_AFTER = timedelta(seconds=30)
TRY_AGAIN_AFTER = timedelta(minutes=5)
FORGETS_AFTER = timedelta(days=1)
# A part that takes longer waits for someone: the others of its job need not wait with it.
SLOW_AFTER = timedelta(seconds=20)
# Longer than any job takes: what runs for longer hangs, and may be taken over though its process lives.
HANGS_AFTER = timedelta(hours=1)
RUN_IDS = uuid.uuid5(uuid.NAMESPACE_DNS, "runs.handbell.invalid")


class Outcome(StrEnum):
    """What came of asking for a part of a job."""

    WELL = "well"
    FAILED = "failed"
    DONE = "done before"
    HELD = "held by somebody else, or to be tried again later"
    NOT_DUE = "not due"

    @property
    def ran(self) -> bool:
        return self in {Outcome.WELL, Outcome.FAILED}


def this_process(began_at: datetime) -> str:
    """Return a unique name of this process, also across reused process ids."""
    return f"{platform.node()}/{os.getpid()}/{began_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs jobs for one process. `in_hand` names what it runs at this moment."""

    services: Services
    timezone: ZoneInfo
    owner: str
    lost_after: timedelta = LOST_AFTER
    in_hand: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # By the code this process runs, and not by what an upgrade may put on the disk before its first plan.
        planning_version()

    @property
    def beats_every(self) -> timedelta:
        return self.lost_after / 4

    def look(self, job: Job) -> Iterator[Slot]:
        """List what is due and not done of a job, part by part."""
        now = self.services.clock()
        slots = self._slots(job, now)
        if not slots:
            return
        parts = job.parts(self.services)
        with self.services.store.reading() as conn:
            done = job_runs.done_since(conn, job.name, slots[0])
        if len(done) > len(parts):
            self._forget(job, parts, now)
        for part in parts:
            waits = behind(part, len(parts), job.span)
            slot_at = due(slots, now, waits, job.grace)
            if slot_at is not None and done.get(part) != slot_at:
                yield self._slot(job, part, slot_at, waits)

    def goes_on(self, job: Job) -> bool:
        """Return whether this process has begun a part of a job a moment ago: it will come to the others."""
        since = self.services.clock() - SLOW_AFTER
        return any(
            name == job.name and began_at > since for (name, _), began_at in list(self.in_hand.items())
        )

    def holds(self, job: Job, part: str) -> bool:
        """Return whether this process is at a part of a job, and does not hang at it."""
        began_at = self.in_hand.get((job.name, part))
        return began_at is not None and began_at > self.services.clock() - HANGS_AFTER

    def run(self, job: Job, part: str, waits: timedelta = timedelta()) -> Outcome:
        """Run a part's latest slot, if no one has: one that waited in a queue while another came is left."""
        now = self.services.clock()
        slot_at = due(self._slots(job, now), now, waits, job.grace)
        if slot_at is None:
            return Outcome.NOT_DUE
        return self.take(job, self._slot(job, part, slot_at, waits))

    def take(self, job: Job, slot: Slot) -> Outcome:
        """Claim a slot and run it."""
        now = self.services.clock()
        with self.services.store.writing() as conn:
            claim = job_runs.claim(
                conn, slot, now=now, lost_after=self.lost_after, retry_after=TRY_AGAIN_AFTER
            )
            if claim is None:
                ran = job_runs.of_part(conn, job.name, slot.part)
                return Outcome.DONE if ran and ran.ok and ran.slot_at >= slot.slot_at else Outcome.HELD
        place = (job.name, slot.part)
        self.in_hand[place] = now
        try:
            return self._run(job, claim, now)
        finally:
            # What hung for long may have been taken over by this very process, and is its to end then.
            if self.in_hand.get(place) == now:
                del self.in_hand[place]

    def keep_alive(self) -> None:
        """Extend the lease of what is in hand, so that no one takes it over; not of what hangs."""
        now = self.services.clock()
        if self.in_hand:
            with self.services.store.writing() as conn:
                job_runs.still_alive(conn, self.owner, now=now, since=now - HANGS_AFTER)

    def _run(self, job: Job, claim: Claim, now: datetime) -> Outcome:
        slot = claim.slot
        if claim.lost is not None:
            log.warning(
                "%s of %s is taken over: %s fell silent, or hangs", job.name, slot.part or "all", claim.lost
            )
        turn = JobTurn(now, slot.part, self.owner, claim.lost)
        watched, rid = self.services.watchdog, _run_id(slot, now)
        watched.began(job.name, rid)
        try:
            said = act(job, self.services, turn, slot)
        except HandbellError as error:
            watched.failed(job.name, rid, str(error) if isinstance(error, JobsInTrouble) else "")
            return self._note(claim, job_runs.failure(_for(error, slot), str(error)), Outcome.FAILED)
        except Exception as error:
            # A fault of ours: noted here so that people see it, and told whole to the engine's log.
            watched.failed(job.name, rid, "")
            self._note(claim, job_runs.failure(_for(error, slot), type(error).__name__), Outcome.FAILED)
            raise
        watched.well(job.name, rid)
        return self._note(claim, said, Outcome.WELL)

    def _note(self, claim: Claim, said: str, outcome: Outcome) -> Outcome:
        with self.services.store.writing() as conn:
            ours = job_runs.finish(
                conn, claim, now=self.services.clock(), outcome=said, ok=outcome is Outcome.WELL
            )
        if not ours:
            log.warning("%s was taken over before it ended here", claim.slot.job)
        return outcome

    def _slots(self, job: Job, now: datetime) -> list[datetime]:
        return slots_between(job.cron, now - job.grace - job.span, now, self.timezone)

    def _slot(self, job: Job, part: str, slot_at: datetime, waits: timedelta) -> Slot:
        next_at = next_slot(job.cron, slot_at, self.timezone) + waits
        return Slot(job.name, slot_at, part, self.owner, next_at, waits)

    def _forget(self, job: Job, parts: Collection[str], now: datetime) -> None:
        """Forget parts that the job no longer has, once no one can be at them any more."""
        with self.services.store.writing() as conn:
            known = job_runs.of_job(conn, job.name)
            gone = known.keys() - set(parts)
            job_runs.forget(
                conn, job.name, [one for one in gone if known[one].alive_at < now - FORGETS_AFTER]
            )


def _for(error: Exception, slot: Slot) -> tuple[str, ...]:
    """Return for whom a part failed that is more than they are."""
    whom = failed_for(error)
    return () if whom == (slot.part,) else whom


def _run_id(slot: Slot, began_at: datetime) -> str:
    """Return one run for a watchdog, which asks for the form of a UUID."""
    said = f"{slot.job}|{slot.part}|{slot.slot_at.isoformat()}|{began_at.isoformat()}"
    return str(uuid.uuid5(RUN_IDS, said))
