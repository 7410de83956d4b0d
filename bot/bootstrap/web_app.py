"""The web application, made from services and never at import. `guard.py` says who may use which page."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from bot.accounts import editing_pages as account_editing_pages
from bot.accounts import pages as account_pages
from bot.accounts import request_pages as account_request_pages
from bot.bootstrap import root_pages
from bot.cases import case_pages, lesson_pages
from bot.cases import disposal_pages as case_disposal_pages
from bot.cases import list_pages as case_list_pages
from bot.core import telemetry
from bot.dashboard import (
    hold_pages,
    matrix_pages,
    promise_pages,
    reminder_hold_pages,
    trust_access_pages,
    trust_pages,
    year_pages,
)
from bot.dashboard import pages as dashboard_pages
from bot.demo import check_pages as demo_check_pages
from bot.demo import pages as demo_pages
from bot.demo import teams_pages as demo_teams_pages
from bot.identity import case_link_pages, kiosk_pages, oidc_pages, teams_pages
from bot.identity import pages as identity_pages
from bot.logbook import disposal_pages as logbook_disposal_pages
from bot.logbook import pages as logbook_pages
from bot.office import event_pages, group_pages, logo_pages, question_pages, reading_pages, settings_pages
from bot.office import pages as office_pages
from bot.onboarding import pages as onboarding_pages
from bot.onboarding import setup_pages
from bot.operations import pages as operations_pages
from bot.people import case_role_pages, case_route_pages, find_pages, list_pages, task_pages
from bot.people import pages as people_pages
from bot.policies import editing_pages as policy_editing_pages
from bot.policies import pages as policy_pages
from bot.policies import public_pages as public_policy_pages
from bot.policies import reader_pages as policy_reader_pages
from bot.reports import inbox_pages
from bot.reports import pages as report_pages
from bot.requests import pages as request_pages
from bot.reviews import body_pages, desk_pages, meeting_pages, visit_pages
from bot.reviews import pages as review_pages
from bot.rule_pages import pages as rule_pages
from bot.services import Services
from bot.signing import pages as signing_pages
from bot.signing import paper_pages
from bot.today import calendar_pages as today_calendar
from bot.today import pages as today_pages
from bot.today.count import MenuCounts
from bot.training import claims_pages, import_pages
from bot.training import pages as training_pages
from bot.web.context import AppState, DemoLink, DemoPerson, Meters
from bot.web.encrypted_state import EncryptedState
from bot.web.middleware import KeepTheme, TraceRequests
from bot.web.rate_limits import Rate, RateLimiter
from bot.web.render import make_pages
from bot.web.security import CsrfTokens, SecurityHeaders, security_headers

# In this order: the first address that fits is the one that answers.
# The packages with pages of their own.
TEMPLATES = (
    "bot.accounts",
    "bot.cases",
    "bot.dashboard",
    "bot.demo",
    "bot.identity",
    "bot.logbook",
    "bot.office",
    "bot.onboarding",
    "bot.people",
    "bot.policies",
    "bot.reports",
    "bot.requests",
    "bot.reviews",
    "bot.rule_pages",
    "bot.signing",
    "bot.today",
    "bot.training",
    "bot.web",
)
PAGES = (
    root_pages,
    demo_check_pages,
    demo_pages,
    demo_teams_pages,
    operations_pages,
    today_calendar,
    today_pages,
    signing_pages,
    report_pages,
    inbox_pages,
    case_role_pages,
    case_list_pages,
    case_disposal_pages,
    lesson_pages,
    case_route_pages,
    case_pages,
    case_link_pages,
    identity_pages,
    oidc_pages,
    kiosk_pages,
    paper_pages,
    request_pages,
    claims_pages,
    import_pages,
    training_pages,
    review_pages,
    visit_pages,
    meeting_pages,
    body_pages,
    desk_pages,
    hold_pages,
    reminder_hold_pages,
    matrix_pages,
    year_pages,
    trust_access_pages,
    trust_pages,
    promise_pages,
    dashboard_pages,
    account_request_pages,
    account_editing_pages,
    account_pages,
    office_pages,
    event_pages,
    reading_pages,
    logo_pages,
    settings_pages,
    list_pages,
    group_pages,
    group_pages,
    people_pages,
    find_pages,
    task_pages,
    rule_pages,
    policy_editing_pages,
    public_policy_pages,
    policy_reader_pages,
    policy_pages,
    question_pages,
    onboarding_pages,
    setup_pages,
    logbook_pages,
    logbook_disposal_pages,
    teams_pages,
)
LARGEST_BODY = 64 * 1024
# FastAPI's own spans would carry addresses whole, and a personal link is one.
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
POSTS_BY_LINK = Rate(burst=12, seconds=20)
POSTS_BY_ADDRESS = Rate(burst=120, seconds=1)
WRONG_LINKS = Rate(burst=30, seconds=10)
REPORTS_BY_ADDRESS = Rate(burst=10, seconds=60)
REPORTS_TO_SCHOOL = Rate(burst=60, seconds=60)
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
        """Build the middleware stack with the security headers outermost."""
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
    app = Application(headers, tab=services.tab is not None or bool(demo_people))
    app.state.site = AppState(
        services=services,
        pages=make_pages(TEMPLATES),
        seals=CsrfTokens(services.links.secret),
        drafts=EncryptedState(services.links.secret),
        posts_by_link=RateLimiter(POSTS_BY_LINK),
        posts_by_address=RateLimiter(POSTS_BY_ADDRESS),
        wrong_links=RateLimiter(WRONG_LINKS),
        reports_by_address=RateLimiter(REPORTS_BY_ADDRESS),
        reports_to=RateLimiter(REPORTS_TO_SCHOOL),
        passphrases=RateLimiter(PASSPHRASES),
        demo_links=demo_links,
        demo_people=demo_people,
        meters=make_meters(services),
        waiting=MenuCounts(),
    )
    for page in PAGES:
        app.router.routes.extend(page.router.routes)
    root_pages.install(app)
    app.add_middleware(KeepTheme, secure=https)
    if app.state.site.meters is not None:
        app.state.site.meters.count(app)
    if telemetry.is_on():
        app.add_middleware(TraceRequests)
    return app


def make_meters(services: Services) -> Meters | None:
    """Make what counts requests, where someone has the token to read it."""
    if services.metrics_token is None:
        return None
    from bot.operations.metrics import Prometheus  # noqa: PLC0415 - its library, where somebody watches

    return Prometheus(services)
