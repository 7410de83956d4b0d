"""The web application, made from services and never at import. `guard.py` says who may use which page."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from bot import tracing
from bot.services import Services
from bot.web import refusals
from bot.web.drafts import Drafts
from bot.web.forms import Seals
from bot.web.headers import SecurityHeaders, security_headers
from bot.web.pages import (
    account_requests,
    accounts,
    case,
    case_link,
    case_roles,
    cases,
    demo,
    disposal,
    governor_visit,
    governors,
    health,
    home,
    inbox,
    kiosk,
    lessons,
    log,
    log_old,
    me,
    meetings,
    metrics,
    office,
    office_checks,
    office_happened,
    office_holders,
    office_ladders,
    office_people,
    office_person,
    office_policies,
    office_questions,
    office_settings,
    office_start,
    oidc,
    paper,
    report,
    requests,
    review_desk,
    school,
    school_messages,
    school_paper,
    school_trust,
    sent,
    sign,
    signin,
    status,
    teams,
    technician,
    training,
    training_claims,
    training_import,
)
from bot.web.rates import Buckets, Rate
from bot.web.render import make_pages
from bot.web.spans import TraceRequests
from bot.web.themes import KeepTheme
from bot.web.visit import DemoLink, DemoPerson, Meters, Site

# In this order: the first address that fits is the one that answers.
PAGES = (
    home,
    demo,
    health,
    metrics,
    sign,
    status,
    sent,
    report,
    inbox,
    case_roles,
    cases,
    disposal,
    lessons,
    case,
    case_link,
    signin,
    oidc,
    kiosk,
    paper,
    me,
    requests,
    training_claims,
    training_import,
    training,
    governors,
    governor_visit,
    meetings,
    review_desk,
    school_messages,
    school_paper,
    school_trust,
    school,
    account_requests,
    accounts,
    office,
    office_happened,
    office_holders,
    office_checks,
    office_ladders,
    office_people,
    office_person,
    office_policies,
    office_questions,
    office_settings,
    office_start,
    log,
    log_old,
    technician,
    teams,
)
LARGEST_BODY = 64 * 1024
# FastAPI's own spans would carry addresses whole, and a personal link is one.
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
POSTS_BY_LINK = Rate(burst=12, seconds=20)
POSTS_BY_ADDRESS = Rate(burst=120, seconds=1)
WRONG_LINKS = Rate(burst=30, seconds=10)
REPORTS_BY_ADDRESS = Rate(burst=10, seconds=60)
REPORTS_TO_SETTING = Rate(burst=60, seconds=60)
PASSPHRASES = Rate(burst=10, seconds=15)


class Application(FastAPI):
    """FastAPI with our headers on every answer, also on those of its own middleware: 413 and 500."""

    def __init__(self, headers: dict[str, str], *, tab: bool) -> None:
        super().__init__(
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            max_body_size=LARGEST_BODY,
            redirect_slashes=False,
            telemetry=UNTRACED,
        )
        self._headers, self._tab = headers, tab

    def build_middleware_stack(self) -> ASGIApp:
        """Put the headers around everything."""
        return SecurityHeaders(super().build_middleware_stack(), self._headers, tab=self._tab)


def create_app(
    services: Services,
    *,
    frame_ancestors: tuple[str, ...] = (),
    demo_links: tuple[DemoLink, ...] = (),
    demo_people: tuple[DemoPerson, ...] = (),
) -> FastAPI:
    """Make the application. `frame_ancestors` may frame it; what the demo offers stands on its first page."""
    https = services.base_url.startswith("https:")
    headers = security_headers(frame_ancestors, https=https)
    app = Application(headers, tab=services.tab is not None)
    app.state.site = Site(
        services=services,
        pages=make_pages(),
        seals=Seals(services.links.secret),
        drafts=Drafts(services.links.secret),
        posts_by_link=Buckets(POSTS_BY_LINK),
        posts_by_address=Buckets(POSTS_BY_ADDRESS),
        wrong_links=Buckets(WRONG_LINKS),
        reports_by_address=Buckets(REPORTS_BY_ADDRESS),
        reports_to=Buckets(REPORTS_TO_SETTING),
        passphrases=Buckets(PASSPHRASES),
        demo_links=demo_links,
        demo_people=demo_people,
        meters=make_meters(services),
    )
    for page in PAGES:
        app.router.routes.extend(page.router.routes)
    refusals.install(app)
    app.add_middleware(KeepTheme, secure=https)
    return _watched(app, app.state.site.meters)


def _watched(app: FastAPI, meters: Meters | None) -> FastAPI:
    """Count and trace every request, where somebody reads that."""
    if meters is not None:
        meters.count(app)
    if tracing.is_on():
        app.add_middleware(TraceRequests)
    return app


def make_meters(services: Services) -> Meters | None:
    """Make what counts requests, where somebody has the token to read it."""
    if services.metrics_token is None:
        return None
    from bot.web.meters import Prometheus  # noqa: PLC0415 - its library, where somebody watches

    return Prometheus(services)
