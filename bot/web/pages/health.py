"""/health, for machines: alive, ready, and whether the schedules still run. It names nobody."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from bot.store import runs
from bot.store.engine import Store
from bot.store.migrate import NewerDatabase, is_current
from bot.web.guard import Public
from bot.web.visit import Visiting

router = APIRouter()
HEARTBEAT = "heartbeat"
FRESH_FOR = timedelta(minutes=15)


@router.api_route("/health", methods=["GET", "HEAD"], dependencies=[Depends(Public("three flags, no data"))])
def health(visit: Visiting) -> JSONResponse:
    """Answer 200 when the pages can serve, 503 when the database is not at this program's schema."""
    ready = _ready(visit.services.store)
    last = None
    if ready:
        with visit.services.store.reading() as conn:
            last = runs.last_finished_at(conn, HEARTBEAT)
    said = {
        "alive": True,
        "ready": ready,
        "jobs_fresh": last is not None and visit.now - last <= FRESH_FOR,
        "heartbeat_at": last.isoformat() if last else None,
    }
    return JSONResponse(said, status_code=200 if ready else 503)


def _ready(store: Store) -> bool:
    try:
        return is_current(store)
    except NewerDatabase:
        return False
