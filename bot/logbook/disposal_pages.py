"""The pages for deleting old log entries: tick, check, then delete permanently what the check page showed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.errors import AlreadySubmitted
from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError
from bot.database.submissions import digest_of
from bot.identity.downloads import Format, TableFile, download
from bot.identity.member import Member, SignedIn
from bot.logbook.disposal import StillRetained, gone_entries, old_entries, rules_of, sign_off
from bot.logbook.pages import LogFormState, LogPage
from bot.logbook.service import NoSuchEntry
from bot.web.context import Visiting, check_rate

router = APIRouter()
Leader = Annotated[Member, Depends(SignedIn(Permission.DELETE_LOG_ENTRIES))]
OLD, SHOWN, MAX_ROWS = "/log/old", "log", 200
NONE_TICKED = "Tick the entries that go."
CHANGED = "The list has changed since you looked at it. Nothing was deleted: please tick again."


@router.api_route("/log/old", methods=["GET", "HEAD"])
def show_old(member: Leader, visit: Visiting) -> HTMLResponse:
    """List the entries that were kept long enough, those held, and how long each kind is kept."""
    return _list(LogPage(visit, member))


@router.api_route("/log/old/periods.{ending}", methods=["GET", "HEAD"])
def download_periods(ending: Format, member: Leader, visit: Visiting) -> Response:
    """Download how long each kind of entry is kept."""
    rules = rules_of(LogPage(visit, member).keeper, visit.now)
    rows = ((one.title, f"This year and {one.years} more", one.why) for one in rules)
    return download(visit, member, ending, TableFile("retention-periods", ("What", "Kept", "Why"), rows))


@router.api_route("/log/old/check", methods=["GET", "HEAD"])
def look_again(
    member: Leader,
    visit: Visiting,
    reference: Annotated[list[str], Query(default_factory=list, max_length=MAX_ROWS)],
) -> HTMLResponse:
    """Show what was ticked once more, before anything goes."""
    desk = LogPage(visit, member)
    rows = old_entries(desk.store, desk.keeper, visit.now)
    chosen = [row for row in rows if row.due and row.entry.first.reference in reference]
    if not chosen:
        return _list(desk, NONE_TICKED)
    shown = " ".join([SHOWN, *(row.entry.first.reference for row in chosen)])
    sure = visit.site.seals.make(member.session, shown, visit.now)
    return desk.show("log_old_check.html", LogFormState(), rows=chosen, sure=sure, address=OLD)


@router.post("/log/old")
def dispose(member: Leader, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Delete for good what the page that was sealed had shown."""
    desk = LogPage(visit, member)
    check_rate(visit, *visit.form_limits(member.session))
    opened = visit.site.seals.check(seal, member.session, visit.now)
    sort, *references = opened.shown.split(" ") if opened else ("",)
    if sort != SHOWN or not references:
        return _list(desk, PAGE_EXPIRED)
    if not _signed_off(desk, references, seal):
        return _list(desk, CHANGED)
    return RedirectResponse(OLD, status_code=303)


def _signed_off(desk: LogPage, references: list[str], seal: str) -> bool:
    """Sign these off; False: one of them is not on this reader's list any more, and none is gone."""
    try:
        sign_off(desk.store, desk.keeper, references, desk.visit.now, digest_of(seal))
    except AlreadySubmitted:
        return True
    except (NoSuchEntry, StillRetained):
        return False
    return True


def _list(desk: LogPage, wrong: str = "") -> HTMLResponse:
    rows = old_entries(desk.store, desk.keeper, desk.visit.now)
    return desk.show(
        "log_old.html",
        LogFormState(errors=(FieldError("due", wrong),) if wrong else ()),
        due=[row for row in rows if row.due][:MAX_ROWS],
        held=[row for row in rows if not row.due],
        gone=gone_entries(desk.store, desk.keeper),
        rules=rules_of(desk.keeper, desk.visit.now),
        address=OLD,
    )
