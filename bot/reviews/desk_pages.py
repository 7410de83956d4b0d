"""The clerk's desk for one policy: an approval, a draft, who prepares; and putting an entry right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.form_start import CHANGED
from bot.core.roles import Permission
from bot.core.validation import FieldError
from bot.database.submissions import digest_of
from bot.identity.forms import submit_form
from bot.identity.member import Member, SignedIn, show
from bot.reviews import pages as review_pages
from bot.reviews import service as review_service
from bot.reviews.service import OTHER, Approval, HandOver, NoSuchPolicy, Recorder, ReviewPage, open_policy
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Reading = Annotated[Member, Depends(SignedIn(Permission.VIEW_REVIEWS))]
Clerking = Annotated[Member, Depends(SignedIn(Permission.EDIT_REVIEWS))]
Receipt = Annotated[str, Query(max_length=40)]


class DeskForm(BaseModel):
    """Everything a form of this page may hold; each uses a few of these."""

    seal: str = ""
    was: str = ""
    approver: str = ""
    on: str = ""
    minute: str = ""
    version: str = ""
    version_words: str = ""
    older_is_right: str = ""
    day_is_right: str = ""
    delegated_by: str = ""
    next_review: str = ""
    person: str = ""
    by_on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """What the address asks the page to show: a receipt, an entry to put right, the day of a meeting."""

    recorded: Receipt = ""
    entry: Receipt = ""
    on: Receipt = ""


@dataclass(frozen=True, slots=True)
class ReviewFormState:
    """A form to show again: which one, what was typed, what to look at. `entry`: the one to put right."""

    step: str = ""
    typed: DeskForm = field(default_factory=DeskForm)
    errors: tuple[FieldError, ...] = ()
    entry: str = ""

    def wrong(self, name: str) -> str:
        return next((error.says for error in self.errors if error.field == name), "")


Sent = Annotated[DeskForm, Form()]
Act = Callable[[Recorder], str]


@router.api_route("/governors/reviews/{policy}", methods=["GET", "HEAD"])
def show_policy(
    policy: str, member: Reading, visit: Visiting, look: Annotated[DeskQuery, Depends()]
) -> HTMLResponse:
    """Show one policy's review: when, where, who, what was recorded; and forms for the clerk."""
    shown = ReviewFormState("correct" if look.entry else "", DeskForm(on=look.on), entry=look.entry)
    return _page(visit, member, policy, shown, look.recorded)


@router.post("/governors/reviews/{policy}/approval")
def take_approval(policy: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Record an approval by its minute."""
    given = Approval(
        approver=form.approver,
        on=form.on,
        minute=form.minute,
        version=form.version,
        version_words=form.version_words,
        older_is_right=bool(form.older_is_right),
        day_is_right=bool(form.day_is_right),
        delegated_by=form.delegated_by,
        next_review=form.next_review,
    )
    store = visit.services.store
    return _do(
        visit,
        member,
        policy,
        ReviewFormState("approval", form),
        lambda by: review_service.record_approval(store, by, policy, given, visit.now),
    )


@router.post("/governors/reviews/{policy}/ready")
def take_draft(policy: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Record that the draft was received."""
    store = visit.services.store
    return _do(
        visit,
        member,
        policy,
        ReviewFormState("ready", form),
        lambda by: review_service.record_draft(store, by, policy, visit.now),
    )


@router.post("/governors/reviews/{policy}/preparing")
def take_hand_over(policy: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Assign the preparation to another person, by a day."""
    store, given = visit.services.store, HandOver(form.person, form.by_on)

    def hand_over(by: Recorder) -> str:
        review_service.hand_over(store, by, policy, given, visit.now)
        return "preparing"

    return _do(visit, member, policy, ReviewFormState("preparing", form), hand_over)


@router.post("/governors/reviews/{policy}/correct/{entry}")
def take_correction(policy: str, entry: str, member: Clerking, form: Sent, visit: Visiting) -> Response:
    """Cancel an entry by a later one, with the reason."""
    store = visit.services.store

    def correct(by: Recorder) -> str:
        return review_service.take_back(store, by, policy, receipt=entry, reason=form.reason, now=visit.now)

    return _do(visit, member, policy, ReviewFormState("correct", form, entry=entry), correct)


def _do(visit: RequestContext, member: Member, policy: str, sent: ReviewFormState, act: Act) -> Response:
    """Apply one step and redirect to the policy; or show the form again with its errors."""
    typed = sent.typed.model_dump_json()
    form = digest_of(f"{policy} {sent.step} {sent.entry} {typed}")
    by = Recorder(member.school.key, member.person.key, member.person.name, member.how, form, sent.typed.was)
    recorded: list[str] = []
    try:
        errors = submit_form(visit, member, sent.typed.seal, lambda: recorded.append(act(by)))
    except NoSuchPolicy:
        raise HTTPException(404) from None
    if errors:
        # What was typed would undo what another person did: the form is shown as it is now.
        again = replace(sent, step="", typed=DeskForm()) if errors == (CHANGED,) else sent
        return _page(visit, member, policy, replace(again, errors=errors))
    query = f"?recorded={recorded[0]}" if recorded else ""
    return RedirectResponse(f"{review_pages.address(policy)}{query}", status_code=303)


def _page(
    visit: RequestContext, member: Member, policy: str, shown: ReviewFormState, recorded: str = ""
) -> HTMLResponse:
    try:
        desk = open_policy(visit.services.store, member.school.key, policy, visit.now)
    except NoSuchPolicy:
        raise HTTPException(404) from None
    if shown.entry not in {act.kept.receipt for act in desk.acts}:
        shown = replace(shown, entry="")
    return show(
        visit,
        member,
        "governors_review.html",
        status=422 if shown.errors else 200,
        desk=desk,
        review=desk.review,
        shown=shown,
        typed=shown.typed,
        was=shown.typed.was or review_service.preparing_shown(desk),
        recorded=_recorded(desk, recorded),
        address=review_pages.address(policy),
        entry_words=review_pages.entry,
        other=OTHER,
        clerking=member.may(Permission.EDIT_REVIEWS),
    )


def _recorded(desk: ReviewPage, receipt: str) -> str:
    """Return what was just recorded; empty for a receipt that is not of this policy."""
    if receipt == "preparing":
        return "Who prepares it is noted."
    for act in desk.acts:
        if act.kept.receipt == receipt:
            return f"{review_pages.entry(act.kept.record.outcome, act.kept.record.subject)}: {receipt}."
        if act.taken_back is not None and act.taken_back.receipt == receipt:
            return f"Taken back: {receipt}. The first entry stays to be read. You may record it anew now."
    return ""
