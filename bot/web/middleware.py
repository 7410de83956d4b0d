"""Middleware of every request: a trace span named by its route, and the theme of a tab in Teams.

FastAPI's own span would carry the address, and a link is a secret. Teams writes the theme into the address
of the first page only, so a cookie takes it along; a theme in the address wins over the cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Annotated
from urllib.parse import parse_qs, quote, urlencode

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.telemetry import span
from bot.web.security import FRAMED, in_tab


class TraceRequests:
    """Opens a span for every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with span("request") as opened:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    opened.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, noting)
            finally:
                route = getattr(scope.get("route"), "path", "no page")
                opened.update_name(route)
                opened.set_attribute("http.route", route)


# What Teams may write into an address, and what we call it.
THEMES = {"light": "light", "default": "light", "dark": "dark", "contrast": "contrast"}
COOKIE = "handbell-theme"


def theme(request: Request) -> str:
    """Return the theme chosen on this or an earlier page; empty: the device's."""
    asked = THEMES.get(request.query_params.get("theme", ""))
    return asked or THEMES.get(request.cookies.get(COOKIE, ""), "")


Theme = Annotated[str, Depends(theme)]


def linker(root: str, theme: str) -> Callable[..., str]:
    """Make the function that writes links below `root`: `to("training", state="overdue")`."""

    def to(path: str = "", **query: object) -> str:
        asked = {name: str(value) for name, value in query.items() if value}
        if theme:
            asked["theme"] = theme
        address = f"{root}/{quote(path)}" if path else root
        return f"{address}?{urlencode(asked)}" if asked else address

    return to


class KeepTheme:
    """Keeps the theme that the address of a page asks for; a picture drawn in one keeps none."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = _asked(scope) if scope["type"] == "http" else ""

        async def with_theme(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html") or 300 <= message["status"] < 400:
                    headers.append("set-cookie", self._cookie(scope, wanted))
            await send(message)

        await self._app(scope, receive, with_theme if wanted else send)

    def _cookie(self, scope: Scope, wanted: str) -> str:
        """Keep the theme; in a tab of Teams, for that tab."""
        if in_tab(scope):
            return f"{COOKIE}={wanted}; {FRAMED}"
        return _cookie(wanted, secure=self._secure)


def _asked(scope: Scope) -> str:
    said = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("theme", [""])
    return THEMES.get(said[-1], "")


def _cookie(wanted: str, *, secure: bool) -> str:
    kept: SimpleCookie = SimpleCookie({COOKIE: wanted})
    for name, value in (("path", "/"), ("httponly", True), ("samesite", "lax"), ("secure", secure)):
        kept[COOKIE][name] = value
    return kept[COOKIE].OutputString()
