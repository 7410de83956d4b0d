"""Pages for people who are signed in: who they are, what their roles open, and what every such page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import URL
from starlette.responses import HTMLResponse

from bot.actions.sessions import CASE_LINK, LASTS, SignedInAs, keep_alive, signed_in
from bot.domain.governor_visit import LEADS
from bot.domain.people import Person, Setting
from bot.domain.snapshot import Snapshot
from bot.web.headers import PLAIN_TAB_COOKIE, SAFE_TAB_COOKIE
from bot.web.visit import Visit, Visiting

ANYBODY: frozenset[str] = frozenset()
HEAD = frozenset({"headteacher", "deputy-head", "deputy-manager", "assistant-head", "senior-leader"})
OFFICE = HEAD | {"office", "business-manager", "secretary"}
GOVERNING = HEAD | {
    "chair",
    "vice-chair",
    "governor",
    "parent-governor",
    "staff-governor",
    "safeguarding-governor",
    "online-safety-governor",
    "lead-governor",
    "committee",
    "committee-lead",
    "trustee",
    "clerk",
}
# Whoever visits for the governors; a governor's visit is not every governor's.
VISITING = HEAD | {"chair", *LEADS}
CLERKING = HEAD | {"clerk", "secretary", "business-manager"}
# The office, and whoever leads, find the IT checks among the office's pages.
IT_IN_MENU = frozenset({"it", "dsl", "deputy-dsl"})
OVERSEEING_IT = OFFICE | {"dsl", "deputy-dsl"}
TECHNICAL = OVERSEEING_IT | IT_IN_MENU
# Whoever a school itself names as looking at it for its trust: in figures alone.
TRUST = frozenset({"trust", "trust-lead", "trust-compliance"})
# Whoever may have a case in the usual course; what each may open is decided case by case.
CASES = frozenset({"headteacher", "dsl", "deputy-dsl", "chair", "dpo"})
SAFE_COOKIE, PLAIN_COOKIE = "__Host-handbell", "handbell"
KIOSK = "kiosk"
LONGEST_READING = timedelta(minutes=15)


class NotSignedIn(Exception):
    """Nobody is signed in here. `to` is where they wanted to go; `sent`: with a form, which was not taken."""

    def __init__(self, to: str, *, sent: bool = False) -> None:
        self.to = to
        self.sent = sent
        super().__init__("nobody is signed in")


class NotYours(Exception):
    """Somebody is signed in whose roles do not open this."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in, where, in which roles today, and by what means. `session` is a digest.

    `only_case`: the number of the one case this session opens, and it opens nothing else.
    """

    person: Person
    setting: Setting
    roles: frozenset[str]
    how: str
    session: str
    snapshot: Snapshot
    only_case: str | None = None

    def may(self, roles: frozenset[str]) -> bool:
        """Say whether one of these roles is held; none named: anybody."""
        return not roles or not roles.isdisjoint(self.roles)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is signed in and holds one of these roles today; none named: anybody of the setting.

    `at_kiosk`: whether the shared device in the staff room may show it. `by_case_link`: whether a session
    that opens one case may, where the path names that case or none.
    """

    roles: frozenset[str] = ANYBODY
    at_kiosk: bool = False
    by_case_link: bool = False

    def __call__(self, request: Request, visit: Visiting) -> Member:
        member = find_member(request, visit)
        if member is None or not self._reaches(request, member):
            raise NotSignedIn(_wanted(request), sent=request.method not in {"GET", "HEAD"})
        if not member.may(self.roles) or (member.how == KIOSK and not self.at_kiosk):
            raise NotYours
        return member

    def _reaches(self, request: Request, member: Member) -> bool:
        only = member.only_case
        return only is None or (self.by_case_link and request.path_params.get("number", only) == only)


def find_member(request: Request, visit: Visit) -> Member | None:
    """Say who is signed in on this browser; None: nobody."""
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
        found.setting,
        found.roles,
        found.how,
        found.session,
        found.snapshot,
        found.only_case,
    )


def cookie_name(base_url: str) -> str:
    """Name the session's cookie; behind https it is bound to this host alone."""
    return SAFE_COOKIE if base_url.startswith("https:") else PLAIN_COOKIE


def tab_cookie(base_url: str) -> str:
    """Name the cookie of a session in a tab of Teams."""
    return SAFE_TAB_COOKIE if base_url.startswith("https:") else PLAIN_TAB_COOKIE


def held_token(request: Request, base_url: str) -> str:
    """Give what this browser holds; in a tab of Teams, the tab's own."""
    held = request.cookies
    return held.get(tab_cookie(base_url), "") or held.get(cookie_name(base_url), "")


def show(visit: Visit, member: Member, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Show a page to somebody who is signed in: with their own menu, and a seal for its forms.

    A page that must know what its form showed gives the `seal` itself, made for the same session.
    """
    page = visit.site.pages.show(
        template,
        now=visit.now,
        status=status,
        member=member,
        menu=menu(member),
        **{"seal": visit.site.seals.make(member.session, "", visit.now)} | values,
    )
    if member.how == KIOSK:
        _leave_time(visit, member, page, values.get("minutes"))
    return page


def _leave_time(visit: Visit, member: Member, page: HTMLResponse, minutes: object) -> None:
    """Leave time at a shared device for what this page takes to read; then the names are shown again."""
    reading = timedelta(minutes=minutes) if isinstance(minutes, int) else timedelta()
    lasts = LASTS[KIOSK] + min(reading, LONGEST_READING)
    keep_alive(visit.services, member.session, visit.now + lasts)
    page.headers["Refresh"] = f"{int(lasts.total_seconds())}; url=/kiosk"


def check_seal(visit: Visit, member: Member, given: str) -> bool:
    """Say whether a form came from a page of this very session, not long ago."""
    return visit.site.seals.check(given, member.session, visit.now) is not None


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the menu. `staff`: only for whoever works here."""

    title: str
    href: str
    roles: frozenset[str] = ANYBODY
    staff: bool = False


MENU = (
    Door("My duties", "/me"),
    Door("The {kind}", "/school", HEAD),
    Door("The trust", "/school/trust", TRUST),
    Door("Training", "/training", OFFICE),
    Door("Accounts", "/accounts"),
    Door("Log", "/log", staff=True),
    Door("IT checks", "/it", IT_IN_MENU),
    Door("Cases", "/cases", CASES),
    Door("{governors}", "/governors", GOVERNING | CLERKING),
    Door("Office", "/office", OFFICE),
)


def menu(member: Member) -> tuple[Door, ...]:
    """List what this person's roles open, in the setting's own words."""
    if member.only_case is not None:
        return ()
    if member.how == KIOSK:
        return (MENU[0],)
    said = {"kind": member.setting.kind, "governors": member.setting.words.governors.capitalize()}
    here = member.person.membership(member.setting.key)
    works_here = here is not None and here.is_staff
    return tuple(
        Door(door.title.format(**said), door.href, door.roles, door.staff)
        for door in MENU
        if member.may(door.roles) and (works_here or not door.staff)
    )


def _wanted(request: Request) -> str:
    """Say where a reader wanted to go: only a page, and only here; of a form, the page it stood on."""
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
