"""Old entries of the log: tick, look again, delete for good. What goes is what the second page showed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.log_book import NoSuchEntry
from bot.actions.log_disposal import StillKept, gone_entries, old_entries, rules_of, sign_off
from bot.actions.sign import Refusal
from bot.errors import DoneAlready
from bot.store.forms import digest_of
from bot.web.member import HEAD, Member, SignedIn
from bot.web.pages.log import AGAIN, Desk, Shown
from bot.web.signing import slow_down
from bot.web.visit import Visiting

router = APIRouter()
Leader = Annotated[Member, Depends(SignedIn(HEAD))]
OLD, SHOWN, MOST = "/log/old", "log", 200
NONE_TICKED = "Tick the entries that go."
CHANGED = "The list has changed since you looked at it. Nothing was deleted: please tick again."


@router.api_route("/log/old", methods=["GET", "HEAD"])
def show_old(member: Leader, visit: Visiting) -> HTMLResponse:
    """List the entries that were kept long enough, those held, and how long each kind is kept."""
    return _list(Desk(visit, member))


@router.api_route("/log/old/check", methods=["GET", "HEAD"])
def look_again(
    member: Leader,
    visit: Visiting,
    reference: Annotated[list[str], Query(default_factory=list, max_length=MOST)],
) -> HTMLResponse:
    """Show what was ticked once more, before anything goes."""
    desk = Desk(visit, member)
    rows = old_entries(desk.store, desk.keeper, visit.now)
    chosen = [row for row in rows if row.due and row.entry.first.reference in reference]
    if not chosen:
        return _list(desk, NONE_TICKED)
    shown = " ".join([SHOWN, *(row.entry.first.reference for row in chosen)])
    sure = visit.site.seals.make(member.session, shown, visit.now)
    return desk.show("log_old_check.html", Shown(), rows=chosen, sure=sure, address=OLD)


@router.post("/log/old")
def dispose(member: Leader, visit: Visiting, seal: Annotated[str, Form()] = "") -> Response:
    """Delete for good what the page that was sealed had shown."""
    desk = Desk(visit, member)
    slow_down(visit, member.session)
    opened = visit.site.seals.check(seal, member.session, visit.now)
    sort, *references = opened.shown.split(" ") if opened else ("",)
    if sort != SHOWN or not references:
        return _list(desk, AGAIN)
    if not _signed_off(desk, references, seal):
        return _list(desk, CHANGED)
    return RedirectResponse(OLD, status_code=303)


def _signed_off(desk: Desk, references: list[str], seal: str) -> bool:
    """Sign these off; False: one of them is not on this reader's list any more, and none is gone."""
    try:
        sign_off(desk.store, desk.keeper, references, desk.visit.now, digest_of(seal))
    except DoneAlready:
        return True
    except (NoSuchEntry, StillKept):
        return False
    return True


def _list(desk: Desk, wrong: str = "") -> HTMLResponse:
    rows = old_entries(desk.store, desk.keeper, desk.visit.now)
    return desk.show(
        "log_old.html",
        Shown(errors=(Refusal("due", wrong),) if wrong else ()),
        due=[row for row in rows if row.due][:MOST],
        held=[row for row in rows if not row.due],
        gone=gone_entries(desk.store, desk.keeper),
        rules=rules_of(desk.keeper, desk.visit.now),
        address=OLD,
    )
