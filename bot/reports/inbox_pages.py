"""The reporter's inbox, opened by a passphrase alone, which never appears in an address."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from bot.core.errors import AlreadySubmitted
from bot.core.validation import FieldError
from bot.database.submissions import digest_of
from bot.identity.guard import Public
from bot.reports import pages as report_pages
from bot.reports.content_guard import BlockedText
from bot.reports.form_context import ReportForm
from bot.reports.pages import clean, find_form
from bot.reports.service import GuardedText, InboxView, inbox, note_image_in_inbox, write_back
from bot.web.context import RequestContext, Visiting, check_rate

router = APIRouter()
INBOX = Depends(Public("asks for a passphrase; shows nothing without the right one"))
LONGEST_PASSPHRASE = 100
WRONG = "No report opens with that. Look at it once more: four groups of four letters and figures."
INBOX_EXPIRED = "This page was open too long. Enter the passphrase again. Your message was not sent."
EMPTY = "Write your message first."
TOO_LONG = "Please say it in 4,000 letters, or in two messages."
LONGEST_WORDS = 4000


class PassphraseForm(BaseModel):
    passphrase: str = ""
    opened: str = ""
    seal: str = ""


class WordsForm(BaseModel):
    words: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True)
class OpenInbox:
    """An open inbox to show: what was typed and is not sent yet, and what is wrong with it."""

    view: InboxView
    passphrase: str
    typed: str = ""
    says: str = ""
    sent: bool = False


@router.api_route("/report/{school}/inbox", methods=["GET", "HEAD"], dependencies=[INBOX])
def ask_passphrase(school: str, visit: Visiting) -> HTMLResponse:
    """Show the form for the passphrase."""
    return _ask(visit, find_form(visit, school))


@router.post("/report/{school}/inbox", dependencies=[INBOX])
def open_inbox(school: str, form: Annotated[PassphraseForm, Form()], visit: Visiting) -> HTMLResponse:
    """Open the inbox; a wrong passphrase always gets the same words."""
    check_rate(visit, (visit.site.posts_by_address, visit.address))
    found = find_form(visit, school)
    if not found.takes:
        return _ask(visit, found, status=503)
    check_rate(visit, (visit.site.passphrases, visit.address))
    sealed = visit.site.seals.check(form.seal, _page(school), visit.now) is not None
    kept = visit.site.drafts.open_passphrase(form.opened, school, visit.now)
    typed = kept or form.passphrase[:LONGEST_PASSPHRASE]
    view = inbox(visit.services, school, typed, visit.now) if sealed else None
    if view is None:
        return _ask(visit, found, says=WRONG if sealed else INBOX_EXPIRED)
    return _show(visit, found, OpenInbox(view, typed))


@router.post("/report/{school}/inbox/write", dependencies=[INBOX])
def write(school: str, form: Annotated[WordsForm, Form()], visit: Visiting) -> HTMLResponse:
    """Add a message; what must not be kept is turned away, and the same words sent twice are one message."""
    check_rate(visit, (visit.site.posts_by_address, visit.address))
    found = find_form(visit, school)
    if not found.takes:
        return _ask(visit, found, status=503)
    passphrase = visit.site.drafts.open_passphrase(form.opened, school, visit.now)
    view = inbox(visit.services, school, passphrase, visit.now) if passphrase else None
    if passphrase is None or view is None:
        return _ask(visit, found, says=INBOX_EXPIRED)
    words = clean(form.words)
    if not words or len(words) > LONGEST_WORDS:
        return _show(visit, found, OpenInbox(view, passphrase, words, TOO_LONG if words else EMPTY))
    services = replace(visit.services, form=digest_of(f"inbox {form.opened} {words}"))
    try:
        with suppress(AlreadySubmitted):
            write_back(services, school, passphrase, words, visit.now)
    except GuardedText as refused:
        told = ""
        if refused.why is BlockedText.IMAGE:
            told = note_image_in_inbox(visit.services, school, passphrase, words, visit.now)
        return _turned_away(visit, found, OpenInbox(view, passphrase), refused.why, told)
    after = inbox(visit.services, school, passphrase, visit.now) or view
    return _show(visit, found, OpenInbox(after, passphrase, sent=True))


def _page(school: str) -> str:
    return f"/report/{school}/inbox"


def _ask(visit: RequestContext, found: ReportForm, *, says: str = "", status: int = 200) -> HTMLResponse:
    page = _page(found.school.key)
    return visit.site.pages.show(
        "inbox.html" if found.takes else "report_not_taken.html",
        now=visit.now,
        status=422 if says else status,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=page,
        seal=visit.site.seals.make(page, "", visit.now),
        errors=(FieldError("passphrase", says),) if says else (),
    )


def _show(visit: RequestContext, found: ReportForm, shown: OpenInbox) -> HTMLResponse:
    page = _page(found.school.key)
    return visit.site.pages.show(
        "inbox_open.html",
        now=visit.now,
        status=422 if shown.says else 200,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=page,
        view=shown.view,
        opened=visit.site.drafts.seal_passphrase(found.school.key, shown.passphrase, visit.now),
        seal=visit.site.seals.make(page, "", visit.now),
        typed=shown.typed,
        sent=shown.sent,
        errors=(FieldError("words", shown.says),) if shown.says else (),
    )


def _turned_away(
    visit: RequestContext, found: ReportForm, shown: OpenInbox, why: BlockedText, told: str
) -> HTMLResponse:
    """Show the page that refers to the DSL; the text is not stored, and the inbox can be opened again."""
    page = _page(found.school.key)
    return visit.site.pages.show(
        "inbox_turned_away.html",
        now=visit.now,
        status=422,
        school=found.school,
        logo=visit.logo_of(found.school.key),
        address=page,
        view=shown.view,
        opened=visit.site.drafts.seal_passphrase(found.school.key, shown.passphrase, visit.now),
        seal=visit.site.seals.make(page, "", visit.now),
        image=why is BlockedText.IMAGE,
        told=told,
        heading=report_pages.TURNED_AWAY[why],
    )
