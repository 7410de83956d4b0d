"""What every page is given: the services, the moment it was asked for, and from what address.

The clock is read here, once a request, and nowhere else in the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, FastAPI, Request

from bot.services import Services
from bot.web.drafts import Drafts
from bot.web.forms import Seals
from bot.web.rates import Buckets, Rate
from bot.web.render import Pages
from bot.web.themes import theme

# A school's staff share one address; one e-mail address, one link or one person's PIN is asked for by one.
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
    """Somebody of the sample school whom the demo lets anybody be: what they are, and their pages by name."""

    setting: str
    person: str
    says: str
    doors: tuple[tuple[str, str], ...]


class Meters(Protocol):
    """What counts the requests of this application, where somebody reads that."""

    def count(self, app: FastAPI) -> None:
        """Count every request of an application from now on."""

    def read(self) -> bytes:
        """Write everything as Prometheus reads it."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages of one application share."""

    services: Services
    pages: Pages
    seals: Seals
    drafts: Drafts
    posts_by_link: Buckets
    posts_by_address: Buckets
    wrong_links: Buckets
    reports_by_address: Buckets
    reports_to: Buckets
    passphrases: Buckets
    demo_links: tuple[DemoLink, ...] = ()
    demo_people: tuple[DemoPerson, ...] = ()
    meters: Meters | None = None
    sign_ins_by_address: Buckets = field(default_factory=lambda: Buckets(SIGN_INS_BY_ADDRESS))
    sign_ins_by_key: Buckets = field(default_factory=lambda: Buckets(SIGN_INS_BY_KEY))


@dataclass(frozen=True, slots=True)
class Visit:
    """One request."""

    site: Site
    now: datetime
    address: str

    @property
    def services(self) -> Services:
        return self.site.services


def visit(request: Request) -> Visit:
    """Read the clock, the address, and the theme every page of this request is shown in."""
    site: Site = request.app.state.site
    asked = theme(request)
    if asked:
        site = replace(site, pages=replace(site.pages, theme=asked))
    return Visit(site, site.services.clock(), request.client.host if request.client else "")


async def _visiting(request: Request) -> Visit:
    # A plain function would wait for a thread of its own, once more in every request.
    return visit(request)


Visiting = Annotated[Visit, Depends(_visiting)]
