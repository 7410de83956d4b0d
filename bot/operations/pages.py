"""Addresses for machines: /health (alive, ready, heartbeat), and /metrics for Prometheus with its token."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import JSONResponse, Response

from bot.database import job_runs
from bot.database.job_runs import HEARTBEAT
from bot.database.migrate import DatabaseReadiness, standing
from bot.identity.guard import MetricsToken, Public
from bot.web.context import RequestContext, Visiting

router = APIRouter()
FRESH_FOR = timedelta(minutes=15)
METHODS = ["GET", "HEAD"]
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.api_route("/health", methods=METHODS, dependencies=[Depends(Public("three flags, no data"))])
def health(visit: Visiting) -> JSONResponse:
    """Answer 200 when the pages can serve, 503 when they cannot, and say when the schedules last ran."""
    ready, last = _standing(visit).ready, None
    if ready:
        with visit.services.store.reading() as conn:
            last = job_runs.last_finished_at(conn, HEARTBEAT)
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
    """Answer as long as this process does: a supervisor restarts it when it no longer answers."""
    return JSONResponse({"alive": True})


@router.api_route("/health/ready", methods=METHODS, dependencies=[Depends(Public("three flags, no data"))])
def ready(visit: Visiting) -> JSONResponse:
    """Answer 200 when people may be sent here: the database answers, its schema fits, its disk has room."""
    now = _standing(visit)
    said = {"ready": now.ready, "database": now.answers, "schema": now.schema, "room": now.room}
    return JSONResponse(said, status_code=200 if now.ready else 503)


def _standing(visit: RequestContext) -> DatabaseReadiness:
    return standing(visit.services.store, visit.services.certificates)


@router.get("/metrics", dependencies=[Depends(MetricsToken())])
def metrics(visit: Visiting) -> Response:
    """Return the metrics in the text format of Prometheus."""
    meters = visit.site.meters
    if meters is None:
        raise HTTPException(404)
    return Response(meters.read(), media_type=CONTENT_TYPE)
