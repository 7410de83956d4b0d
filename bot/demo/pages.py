"""The demo alone: being someone of the sample school at the press of a button. It exists nowhere else.

The demo's sent messages, as they look and as text. There only where mail goes to a folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from markupsafe import Markup, escape
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from bot.demo.teams_pages import FRAME
from bot.identity.guard import DemoOnly
from bot.identity.member import tab_cookie
from bot.identity.pages import FIRST_PAGE, from_here, start_session
from bot.identity.service import begin_session
from bot.identity.teams import HOW
from bot.web.context import RequestContext, Visiting, drop_cookie, set_cookie
from bot.web.security import STRICT

router = APIRouter(dependencies=[Depends(DemoOnly())])


class ChoiceForm(BaseModel):
    """The button that was pressed."""

    person: str = ""
    to: str = FIRST_PAGE


@router.post("/demo/sign-in")
def be_somebody(request: Request, form: Annotated[ChoiceForm, Form()], visit: Visiting) -> Response:
    """Sign in as one of the people the demo offers, and open the page that was chosen."""
    chosen = next((one for one in visit.site.demo_people if one.person == form.person), None)
    if chosen is None or not from_here(request):
        raise HTTPException(404)
    framed = form.to == FRAME
    how = HOW if framed else "demo"
    token = begin_session(visit.services, chosen.school, chosen.person, how=how, now=visit.now)
    answer = start_session(request, visit, token, form.to)
    # The tab's cookie goes before the other: our pages then show what they show in Teams.
    tab = tab_cookie(visit.services.base_url)
    if framed:
        set_cookie(answer, visit, tab, token)
    else:
        drop_cookie(answer, visit, tab)
    return answer


MAX_SHOWN = 150
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message in the folder."""

    name: str
    subject: str
    to: str
    at: datetime
    message: EmailMessage

    @property
    def text(self) -> str:
        return _part(self.message, "plain")

    @property
    def html(self) -> str:
        return _part(self.message, "html")

    @property
    def attached(self) -> tuple[str, ...]:
        return tuple(part.get_filename() or "attachment" for part in self.message.iter_attachments())


@router.api_route("/sent", methods=["GET", "HEAD"])
def every_message(visit: Visiting) -> HTMLResponse:
    """List what was sent, newest first."""
    found = [_read(path, headers_only=True) for path in _files(visit)]
    found.sort(key=lambda one: (one.at, one.name), reverse=True)
    shown = found[:MAX_SHOWN]
    return visit.site.pages.show("sent.html", now=visit.now, messages=shown, total=len(found))


@router.api_route("/sent/{name}", methods=["GET", "HEAD"])
def one_message(name: str, visit: Visiting) -> HTMLResponse:
    """Show one message, as it looks and as text."""
    page = visit.site.pages.show("sent_one.html", now=visit.now, message=_find(visit, name), linked=linked)
    page.headers["Content-Security-Policy"] = f"{STRICT}; frame-src 'self'; frame-ancestors 'none'"
    return page


@router.api_route("/sent/{name}/html", methods=["GET", "HEAD"])
def html_part(name: str, visit: Visiting) -> HTMLResponse:
    """Return the HTML part for the frame: its links open in the whole window, nothing in it can run."""
    html = _find(visit, name).html.replace("<head>", '<head><base target="_top">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": FRAMED})


@router.api_route("/sent/{name}/attached/{number}", methods=["GET", "HEAD"])
def attachment(name: str, number: int, visit: Visiting) -> Response:
    """Return an attachment to keep, a calendar file for instance."""
    parts = list(_find(visit, name).message.iter_attachments())
    if not 1 <= number <= len(parts):
        raise HTTPException(404)
    part = parts[number - 1]
    content = cast("bytes", part.get_payload(decode=True))
    named = f'attachment; filename="{quote(part.get_filename() or "attachment")}"'
    return Response(content, media_type=part.get_content_type(), headers={"Content-Disposition": named})


def linked(text: str) -> Markup:
    """Make the addresses in a text clickable."""
    pieces, end = [], 0
    for found in ADDRESS.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[end : found.start()]), Markup('<a href="%s">%s</a>') % (address, address)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _files(visit: RequestContext) -> list[Path]:
    folder = visit.services.sent_folder
    return sorted(folder.glob("*.eml")) if folder is not None else []


def _find(visit: RequestContext, name: str) -> SentMessage:
    for path in _files(visit):
        if path.name == name:
            return _read(path)
    raise HTTPException(404)


def _read(path: Path, *, headers_only: bool = False) -> SentMessage:
    parser = BytesParser(EmailMessage, policy=policy.default)
    message = parser.parsebytes(path.read_bytes(), headersonly=headers_only)
    at = (
        parsedate_to_datetime(message["Date"])
        if message["Date"]
        else datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    )
    return SentMessage(path.name, str(message["Subject"] or ""), str(message["To"] or ""), at, message)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return cast("str", part.get_content()) if part is not None else ""
