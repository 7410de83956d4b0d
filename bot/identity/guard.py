"""Guards: who may use a route. Every route depends on one of these; `guards` lists them.

Guards that do not read the store are `async`, because FastAPI runs a plain function in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from fastapi import FastAPI, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bot.core.clock import local_date
from bot.core.errors import LinkEnded, LinkRefused
from bot.core.links import Link, Purpose
from bot.identity.kiosk import Kiosk, find_kiosk
from bot.identity.member import NotSignedIn, SignedIn
from bot.identity.service import SignInTarget, open_link
from bot.records import people as record_people
from bot.services import Services
from bot.web.context import Visiting, check_rate, named


@dataclass(frozen=True, slots=True)
class Public:
    """Anyone. `why` says for what reason that does no harm."""

    why: str

    async def __call__(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """The holder of a personal link made for this purpose, unless it was emailed to a former address."""

    purpose: Purpose

    def __call__(self, token: str, visit: Visiting) -> Link:
        try:
            link = visit.services.links.open(token, visit.now)
        except LinkRefused:
            check_rate(visit, (visit.site.wrong_links, visit.address))
            raise
        if link.purpose != self.purpose:
            raise LinkRefused("This link opens another page. Open it again from the e-mail it came in.")
        if _has_ended(visit.services, link, visit.now):
            raise LinkEnded
        return link


def _has_ended(services: Services, link: Link, now: datetime) -> bool:
    """Return whether a link was mailed to an address that is not its person's now, or they have left.

    A link made before links named their address ends with any address lost since the earliest day on which
    it can have been made.
    """
    if link.purpose != "duty":
        # A link to a case opens nothing without a way in that is forgotten with the address
        # (bot/identity/case_links.py); a calendar's is shown on a page and never mailed.
        return False
    with services.store.reading() as conn:
        email = record_people.email_here(conn, link.school, link.person, local_date(now))
        if not email:
            return True
        if not link.mailed_to:
            return record_people.had_another_address(conn, link.person, now - services.links.lasts)
    return not compare_digest(link.mailed_to, services.links.address_digest(email))


@dataclass(frozen=True, slots=True)
class DemoOnly:
    """Anyone at the machine that runs the demo; the page does not exist anywhere else."""

    def __call__(self, visit: Visiting) -> None:
        if visit.services.sent_folder is None:
            raise HTTPException(404)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """The holder of a link that signs in once. Guessing is rate-limited."""

    def __call__(self, secret: str, visit: Visiting) -> SignInTarget:
        try:
            return open_link(visit.services, secret, visit.now)
        except LinkRefused:
            check_rate(visit, (visit.site.wrong_links, visit.address))
            raise


@dataclass(frozen=True, slots=True)
class KioskDevice:
    """A shared device that the office started, without a person."""

    def __call__(self, request: Request, visit: Visiting) -> Kiosk:
        token = request.cookies.get(named(visit, "kiosk"), "")
        found = find_kiosk(visit.services, token, visit.now) if token else None
        if found is None:
            raise NotSignedIn("/me")
        return found


@dataclass(frozen=True, slots=True)
class MetricsToken:
    """A request with the configured token; without one the page does not exist."""

    def __call__(self, request: Request, visit: Visiting) -> None:
        wanted = visit.services.metrics_token
        if wanted is None:
            raise HTTPException(404)
        given = request.headers.get("authorization", "").encode()
        if compare_digest(given, f"Bearer {wanted}".encode()):
            return
        check_rate(visit, (visit.site.wrong_links, visit.address))
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


Guard = Public | PersonalLink | DemoOnly | SignedIn | SignInLink | KioskDevice | MetricsToken


def guards(app: FastAPI) -> dict[str, tuple[Guard, ...]]:
    """List every route, "METHOD path", with the guards that stand before it."""
    found: dict[str, tuple[Guard, ...]] = {}
    for route in app.routes:
        methods = sorted(getattr(route, "methods", None) or {"ANY"})
        standing = tuple(_guards(route.dependant)) if isinstance(route, APIRoute) else ()
        found |= {f"{method} {getattr(route, 'path', route)}": standing for method in methods}
    return found


def public(app: FastAPI) -> list[str]:
    """List the routes anyone may use."""
    return sorted(
        route
        for route, standing in guards(app).items()
        if all(isinstance(guard, Public) for guard in standing)
    )


def _guards(dependant: Dependant) -> Iterator[Guard]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Guard):
            yield inner.call
        yield from _guards(inner)
