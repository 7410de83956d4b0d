"""What every page is given: the services, the time of the request and its address; rates and cookies.

The clock is read here, once a request, and nowhere else in the pages. Scripts cannot read our cookies, other
sites do not send them with forms, and behind https no other host can set them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Protocol
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from starlette.responses import Response

from bot.records.school_logos import logo_digest
from bot.services import Services
from bot.web.encrypted_state import EncryptedState
from bot.web.middleware import theme
from bot.web.rate_limits import Rate, RateLimiter
from bot.web.render import Pages
from bot.web.security import FRAMED, CsrfTokens


class TooManyRequests(Exception):
    """Someone asks faster than a person can. `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        self.wait = wait
        super().__init__(f"asked again {wait:.0f} seconds too early")


# A school's staff share one address; one email address, one link or one person's PIN is asked for by one.
SIGN_INS_BY_ADDRESS = Rate(burst=60, seconds=2)
SIGN_INS_BY_KEY = Rate(burst=5, seconds=120)


@dataclass(frozen=True, slots=True)
class DemoLink:
    """A link the demo offers on its first page."""

    title: str
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone of the sample school whom the demo lets anyone be: what they are, and their pages by name."""

    school: str
    person: str
    says: str
    doors: tuple[tuple[str, str], ...]


class Meters(Protocol):
    """What counts the requests of this application, where someone reads that."""

    def count(self, app: FastAPI) -> None:
        """Count every request of an application from now on."""

    def read(self) -> bytes:
        """Write everything as Prometheus reads it."""


class WaitingCounts(Protocol):
    """Counts what waits for the person who is signed in: the number beside Today in the menu."""

    def count(self, visit: RequestContext, member: object) -> int:
        """Return the number; one counted in the last minute may be returned again."""
        ...

    def forget(self) -> None:
        """Forget every number: a form was sent."""
        ...


@dataclass(frozen=True, slots=True)
class AppState:
    """What the pages of one application share."""

    services: Services
    pages: Pages
    seals: CsrfTokens
    drafts: EncryptedState
    posts_by_link: RateLimiter
    posts_by_address: RateLimiter
    wrong_links: RateLimiter
    reports_by_address: RateLimiter
    reports_to: RateLimiter
    passphrases: RateLimiter
    demo_links: tuple[DemoLink, ...] = ()
    demo_people: tuple[DemoPerson, ...] = ()
    meters: Meters | None = None
    waiting: WaitingCounts | None = None
    sign_ins_by_address: RateLimiter = field(default_factory=lambda: RateLimiter(SIGN_INS_BY_ADDRESS))
    sign_ins_by_key: RateLimiter = field(default_factory=lambda: RateLimiter(SIGN_INS_BY_KEY))


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request. `address` is the sender's; `path` is that of the page."""

    site: AppState
    now: datetime
    address: str
    path: str = ""

    @property
    def services(self) -> Services:
        return self.site.services

    def form_limits(self, sender: str) -> tuple[tuple[RateLimiter, str], ...]:
        """List what a form counts towards: the link or session it is sent with, and the address."""
        return (self.site.posts_by_link, sender), (self.site.posts_by_address, self.address)

    def logo_of(self, school: str) -> str:
        """Return the address of a school's logo, which changes with it; empty: it has none."""
        with self.services.store.reading() as conn:
            digest = logo_digest(conn, school)
        return f"/logo/{quote(school, safe='')}/{digest[:16]}.png" if digest else ""

    @property
    def sign_in_limit(self) -> tuple[RateLimiter, str]:
        """Return what an attempt to sign in counts towards, anyone who it is for: the address."""
        return self.site.sign_ins_by_address, self.address


def request_context(request: Request) -> RequestContext:
    """Read the clock, the address, and the theme every page of this request is shown in."""
    site: AppState = request.app.state.site
    asked = theme(request)
    if asked:
        site = replace(site, pages=replace(site.pages, theme=asked))
    address = request.client.host if request.client else ""
    return RequestContext(site, site.services.clock(), address, request.url.path)


async def _visiting(request: Request) -> RequestContext:
    # A plain function would wait for a thread of its own, once more in every request.
    return request_context(request)


Visiting = Annotated[RequestContext, Depends(_visiting)]


def set_cookie(
    answer: Response, visit: RequestContext, name: str, value: str, *, lasts: int | None = None
) -> None:
    """Set a cookie that no script reads and no other site's form sends; `lasts` None: with the browser."""
    answer.set_cookie(
        name, value, max_age=lasts, path="/", httponly=True, samesite="lax", secure=_safe(visit)
    )


def set_framed_cookie(answer: Response, name: str, value: str) -> None:
    """Set a cookie for our pages in another's frame, kept apart for that frame's own page (CHIPS)."""
    answer.headers.append("Set-Cookie", f"{name}={value}; {FRAMED}")


def drop_cookie(answer: Response, visit: RequestContext, name: str) -> None:
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=_safe(visit))


def named(visit: RequestContext, name: str) -> str:
    """Return a cookie's full name; over https it is bound to this host."""
    return f"__Host-handbell-{name}" if _safe(visit) else f"handbell-{name}"


def _safe(visit: RequestContext) -> bool:
    return visit.services.base_url.startswith("https:")


def check_rate(visit: RequestContext, *limits: tuple[RateLimiter, str]) -> None:
    """Take a token from each key's bucket. Raises TooManyRequests, with the longest wait, if one is empty."""
    wait = max(limiter.wait(key, visit.now) for limiter, key in limits)
    if wait:
        raise TooManyRequests(wait)
