"""Pages for people who are signed in: who they are, what their roles open, and what every such page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import URL
from starlette.responses import HTMLResponse

from bot.core.roles import Permission, may
from bot.identity.actor import Identification
from bot.identity.menu import menu, settings_entries
from bot.identity.service import CASE_LINK, LASTS, SignedInAs, keep_alive, signed_in
from bot.identity.teams import HOW as TEAMS
from bot.planning.snapshot import Snapshot
from bot.rules.people import Person, School
from bot.web.context import RequestContext, Visiting
from bot.web.security import PLAIN_TAB_COOKIE, SAFE_TAB_COOKIE

SAFE_COOKIE, PLAIN_COOKIE = "__Host-handbell", "handbell"
KIOSK = "kiosk"
MAX_READING_TIME = timedelta(minutes=15)


class NotSignedIn(Exception):
    """No one is signed in here. `to` is where they wanted to go; `sent`: with a form, which was not taken."""

    def __init__(self, to: str, *, sent: bool = False) -> None:
        self.to = to
        self.sent = sent
        super().__init__("nobody is signed in")


class NotYours(Exception):
    """Someone is signed in whose roles do not open this."""


class NotInTeams(Exception):
    """Someone opened a page that may name others in a tab of Teams, where others may look on."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in, where, in which roles today, and by what means. `session` is a digest.

    `only_case`: the number of the one case this session opens, and it opens nothing else.
    """

    person: Person
    school: School
    roles: frozenset[str]
    how: str
    session: str
    snapshot: Snapshot
    only_case: str | None = None

    @property
    def at_kiosk(self) -> bool:
        """Return whether they are at the shared device in the staff room."""
        return self.how == KIOSK

    def may(self, permission: Permission) -> bool:
        """Return whether a role held today has a permission."""
        return may(self.roles, permission)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is signed in and has this permission today; None: anyone of the school.

    `at_kiosk`: whether the shared device in the staff room may show it. `by_case_link`: whether a session
    that opens one case may, where the path names that case or none. `in_teams`: whether a tab of Teams may,
    where others look on: counts, one's own tasks and documents, and no list of people.
    """

    permission: Permission | None = None
    at_kiosk: bool = False
    by_case_link: bool = False
    in_teams: bool = False

    def __call__(self, request: Request, visit: Visiting) -> Member:
        member = find_member(request, visit)
        if visit.site.waiting is not None and request.method not in {"GET", "HEAD"}:
            visit.site.waiting.forget()
        if member is None or not self._reaches(request, member):
            raise NotSignedIn(_wanted(request), sent=request.method not in {"GET", "HEAD"})
        if self._closed_to(member) or (member.how == KIOSK and not self.at_kiosk):
            raise NotYours
        if member.how == TEAMS and not self.in_teams:
            raise NotInTeams
        return member

    def _closed_to(self, member: Member) -> bool:
        return self.permission is not None and not member.may(self.permission)

    def _reaches(self, request: Request, member: Member) -> bool:
        only = member.only_case
        return only is None or (self.by_case_link and request.path_params.get("number", only) == only)


def find_member(request: Request, visit: RequestContext) -> Member | None:
    """Return who is signed in on this browser; None: no one."""
    token = held_token(request, visit.services.base_url)
    found = signed_in(visit.services, token, visit.now) if token else None
    if found is None:
        return None
    if found.how in {KIOSK, CASE_LINK}:
        until = visit.now + LASTS[found.how]
        keep_alive(visit.services, found.session, min(until, found.ends_by_at or until))
    return member_of(found)


def member_of(found: SignedInAs) -> Member:
    return Member(
        found.person,
        found.school,
        found.roles,
        found.how,
        found.session,
        found.snapshot,
        found.only_case,
    )


def cookie_name(base_url: str) -> str:
    """Return the session's cookie; behind https it is bound to this host alone."""
    return SAFE_COOKIE if base_url.startswith("https:") else PLAIN_COOKIE


def tab_cookie(base_url: str) -> str:
    """Return the cookie of a session in a tab of Teams."""
    return SAFE_TAB_COOKIE if base_url.startswith("https:") else PLAIN_TAB_COOKIE


def held_token(request: Request, base_url: str) -> str:
    """Return what this browser holds; in a tab of Teams, the tab's own."""
    held = request.cookies
    return held.get(tab_cookie(base_url), "") or held.get(cookie_name(base_url), "")


def show(
    visit: RequestContext, member: Member, template: str, *, status: int = 200, **values: object
) -> HTMLResponse:
    """Show a page to someone who is signed in: with their own menu, and a seal for its forms.

    A page that must know what its form showed gives the `seal` itself, made for the same session.
    """
    counts = visit.site.waiting
    page = visit.site.pages.show(
        template,
        now=visit.now,
        status=status,
        member=member,
        menu=menu(member, visit.path),
        menu_count=counts.count(visit, member) if counts is not None else 0,
        settings_entries=settings_entries(member),
        logo=visit.logo_of(member.school.key),
        **{"seal": visit.site.seals.make(member.session, "", visit.now)} | values,
    )
    if member.how == KIOSK:
        _leave_time(visit, member, page, values.get("minutes"))
    return page


def _leave_time(visit: RequestContext, member: Member, page: HTMLResponse, minutes: object) -> None:
    """Leave time at a shared device for what this page takes to read; then the names are shown again."""
    reading = timedelta(minutes=minutes) if isinstance(minutes, int) else timedelta()
    lasts = LASTS[KIOSK] + min(reading, MAX_READING_TIME)
    keep_alive(visit.services, member.session, visit.now + lasts)
    page.headers["Refresh"] = f"{int(lasts.total_seconds())}; url=/kiosk"


def check_seal(visit: RequestContext, member: Member, given: str) -> bool:
    """Return whether a form came from a page of this very session, not long ago."""
    return visit.site.seals.check(given, member.session, visit.now) is not None


def _wanted(request: Request) -> str:
    """Return where a reader wanted to go: only a page, and only here; of a form, the page it stood on."""
    page: URL = request.url
    if request.method not in {"GET", "HEAD"}:
        try:
            page = URL(request.headers.get("referer", ""))
            if page.netloc != request.url.netloc:
                return "/me"
        except ValueError:
            return "/me"  # no address at all
    query = f"?{page.query}" if page.query else ""
    return quote(f"{page.path}{query}", safe="/?=&")


IDENTIFIED = {
    "entra": Identification("signed in with Microsoft"),
    "google": Identification("signed in with Google"),
    TEAMS: Identification("signed in through Microsoft Teams"),
    "email link": Identification("signed in by an e-mail link"),
    "first link": Identification("signed in by a one-time link"),
    "kiosk": Identification("kiosk, own PIN", channel="kiosk"),
    "demo": Identification("in the demo, without signing in"),
}


def identified(member: Member) -> Identification:
    """Return how we know a member, as evidence does."""
    return IDENTIFIED[member.how]
