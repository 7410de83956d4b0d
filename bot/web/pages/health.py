"""/health, for machines: alive, ready, and whether the schedules still run. It names nobody."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from bot.store import runs
from bot.store.standing import Standing, standing
from bot.web.guard import Public
from bot.web.visit import Visit, Visiting

router = APIRouter()
HEARTBEAT = "heartbeat"
FRESH_FOR = timedelta(minutes=15)
METHODS = ["GET", "HEAD"]


@router.api_route("/health", methods=METHODS, dependencies=[Depends(Public("three flags, no data"))])
def health(visit: Visiting) -> JSONResponse:
    """Answer 200 when the pages can serve, 503 when they cannot, and say when the schedules last ran."""
    ready, last = _standing(visit).ready, None
    if ready:
        with visit.services.store.reading() as conn:
            last = runs.last_finished_at(conn, HEARTBEAT)
    said = {
        "alive": True,
        "ready": ready,
        # One that is yet to come is of a clock that was wrong, and says nothing of now.
        "jobs_fresh": last is not None and abs(visit.now - last) <= FRESH_FOR,
        "heartbeat_at": last.isoformat() if last else None,
    }
    return JSONResponse(said, status_code=200 if ready else 503)


@router.api_route("/health/live", methods=METHODS, dependencies=[Depends(Public("one flag, no data"))])
async def live() -> JSONResponse:
    """Answer as long as this process does: whoever asks restarts it when it no longer answers."""
    return JSONResponse({"alive": True})


@router.api_route("/health/ready", methods=METHODS, dependencies=[Depends(Public("three flags, no data"))])
def ready(visit: Visiting) -> JSONResponse:
    """Answer 200 when people may be sent here: the database answers, its schema fits, its disk has room."""
    now = _standing(visit)
    said = {"ready": now.ready, "database": now.answers, "schema": now.schema, "room": now.room}
    return JSONResponse(said, status_code=200 if now.ready else 503)


def _standing(visit: Visit) -> Standing:
    return standing(visit.services.store, visit.services.certificates)
