"""The first page: what this is; and the few files every page needs."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.web.guard import Public
from bot.web.render import STATIC
from bot.web.visit import Visiting

router = APIRouter()
MEDIA = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}


@router.api_route("/", methods=["GET", "HEAD"], dependencies=[Depends(Public("says what this is, no more"))])
def home(visit: Visiting) -> HTMLResponse:
    """Say what this is and where people's links come from."""
    demo = visit.services.sent_folder is not None
    links, people = visit.site.demo_links, visit.site.demo_people if demo else ()
    return visit.site.pages.show("home.html", now=visit.now, demo=demo, links=links, people=people)


@router.api_route(
    "/static/{name}",
    methods=["GET", "HEAD"],
    dependencies=[Depends(Public("the stylesheet, the mark, the tab's script"))],
)
def static_file(name: str) -> Response:
    """Give one of our own files; its address changes with it, so it may be kept."""
    if name not in STATIC:
        raise HTTPException(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(STATIC[name], media_type=MEDIA[name.rpartition(".")[2]], headers=kept)


@router.api_route("/robots.txt", methods=["GET", "HEAD"], dependencies=[Depends(Public("for crawlers"))])
def robots() -> PlainTextResponse:
    """Ask crawlers to stay away."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
