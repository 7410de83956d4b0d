"""CSRF tokens of forms, and the security headers of every response.

A form's token is bound to the session or link of its page and to the text that page showed. By default no
scripts, no frames and no caching; the tab in Teams is one page with a script, which Teams may frame. Pages
of ours are framed only with the cookie of a session that began in that tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CsrfToken:
    """What the hidden field of a form holds, once checked: what was on the page, and since when."""

    shown: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CsrfTokens:
    """Makes and checks seals with the installation's secret."""

    secret: str

    def make(self, token: str, shown: str, now: datetime) -> str:
        """Seal a form on the page of `token` that shows the text whose digest is `shown`."""
        return self._signer().dumps([_digest(token), shown, now.isoformat(timespec="seconds")])

    def check(self, sealed: str, token: str, now: datetime) -> CsrfToken | None:
        """Open a seal; None when it is forged, another link's, or older than two days."""
        try:
            digest, shown, made_at = self._signer().loads(sealed)
        except BadData:
            return None
        at = datetime.fromisoformat(made_at)
        return CsrfToken(shown, at) if digest == _digest(token) and now - at <= LASTS else None

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="handbell.form.1")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:32]


STRICT = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"

# Where Microsoft shows a tab: Teams, Outlook and the Microsoft 365 app.
TEAMS_HOSTS = (
    "https://*.cloud.microsoft",
    "https://teams.microsoft.com",
    "https://*.teams.microsoft.com",
    "https://*.microsoft365.com",
    "https://*.office.com",
    "https://outlook.office.com",
    "https://outlook.office365.com",
)
# The one page of ours with a script: its files are ours, it asks no one but us and shows only our pages.
TAB_POLICY = (
    f"{STRICT}; script-src 'self'; connect-src 'self'; frame-src 'self';"
    f" frame-ancestors {' '.join(TEAMS_HOSTS)}"
)
# Between Teams and a page of ours stands the tab's own page.
IN_TAB = f"{STRICT}; frame-ancestors 'self' {' '.join(TEAMS_HOSTS)}"
# The cookie of a session that began in a tab. A browser keeps it apart for the page around the frame: it is
# sent where Teams shows us and nowhere else.
SAFE_TAB_COOKIE, PLAIN_TAB_COOKIE = "__Host-handbell-tab", "handbell-tab"
FRAMED = "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


def in_tab(scope: Scope) -> bool:
    """Return whether a page is asked for from a tab of Teams in which someone is signed in."""
    said = Headers(scope=scope).get("cookie", "")
    named = {one.partition("=")[0].strip() for one in said.split(";")}
    return not named.isdisjoint({SAFE_TAB_COOKIE, PLAIN_TAB_COOKIE})


def page_headers(headers: dict[str, str], scope: Scope, *, tab: bool) -> dict[str, str]:
    """List the headers of one page; `tab`: this installation has one in Teams."""
    return headers | {"Content-Security-Policy": IN_TAB} if tab and in_tab(scope) else headers


def security_headers(frame_ancestors: tuple[str, ...] = (), *, https: bool = False) -> dict[str, str]:
    """List the headers. `frame_ancestors` names who may show our pages in a frame; no one when empty.

    `https`: browsers are told to come back no other way.
    """
    ancestors = " ".join(frame_ancestors) or "'none'"
    safely = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
    return safely | {
        "Content-Security-Policy": f"{STRICT}; frame-ancestors {ancestors}",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


class SecurityHeaders:
    """Adds the headers to every answer; a page that needs others sets its own first. `tab`: there is one."""

    def __init__(self, app: ASGIApp, headers: dict[str, str], *, tab: bool = False) -> None:
        self._app = app
        self._headers = headers
        self._tab = tab

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if self._tab and in_tab(scope):
                    _keep_file(headers)
                for name, value in page_headers(self._headers, scope, tab=self._tab).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _keep_file(headers: MutableHeaders) -> None:
    """Make a file a download and not a page: it would stand in a tab's frame with no way back, if at all."""
    said = headers.get("content-disposition", "")
    if said.startswith("inline"):
        headers["content-disposition"] = f"attachment{said.removeprefix('inline')}"
