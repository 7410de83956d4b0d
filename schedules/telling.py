"""Tells of every run of a job, whichever engine brought it here: a line with its time, and a span."""

from __future__ import annotations

import logging
from time import perf_counter

from bot.actions.daily import Turn
from bot.errors import HandbellError
from bot.services import Services
from bot.store.runs import Slot
from bot.tracing import span
from schedules.jobs import Job

log = logging.getLogger(__name__)


def act(job: Job, services: Services, turn: Turn, slot: Slot) -> str:
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
    """Name the setting a run is for; a mailbox is an address, and stays out."""
    return {"setting": slot.part} if slot.part and "@" not in slot.part else {}


def _went(outcome: str, began: float) -> dict[str, str | int]:
    return {"outcome": outcome, "took_ms": round((perf_counter() - began) * 1000)}
