"""/metrics, for whoever watches the installation: numbers for Prometheus, to those who bring the token."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from bot.web.guard import MetricsToken
from bot.web.visit import Visiting

router = APIRouter()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics", dependencies=[Depends(MetricsToken())])
def metrics(visit: Visiting) -> Response:
    """Give the numbers as Prometheus reads them."""
    meters = visit.site.meters
    if meters is None:
        raise HTTPException(404)
    return Response(meters.read(), media_type=CONTENT_TYPE)
