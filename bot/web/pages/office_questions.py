"""Questions from staff: whose each is, and its answer. Whoever owns one may open it, office or not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.office_questions import (
    Question,
    answer_question,
    find_question,
    give_question,
    may_own,
    questions,
)
from bot.web import officewords
from bot.web.member import HEAD, OFFICE, Member, NotYours, SignedIn, show
from bot.web.officeforms import NOTHING_WRONG, Office, OfficeForm, Shown, attempt, doer
from bot.web.visit import Visit, Visiting

router = APIRouter()
Anybody = Annotated[Member, Depends(SignedIn())]
Sent = Annotated[OfficeForm, Form()]


@router.api_route("/office/questions", methods=["GET", "HEAD"])
def show_questions(member: Office, visit: Visiting) -> HTMLResponse:
    """List every question of the last year."""
    found = questions(visit.services.store, member.snapshot, member.setting.key, visit.now)
    return show(
        visit,
        member,
        "office_questions.html",
        here="/office",
        open=[one for one in found if one.is_open],
        closed=[one for one in found if not one.is_open],
        words=officewords,
        today=school_day(visit.now),
    )


@router.api_route("/office/questions/{receipt}", methods=["GET", "HEAD"])
def show_question(receipt: str, member: Anybody, visit: Visiting) -> HTMLResponse:
    """Show one question with its answer, or the form for one."""
    return _page(visit, member, _find(visit, member, receipt), NOTHING_WRONG)


@router.post("/office/questions/{receipt}/answer")
def take_answer(receipt: str, member: Anybody, form: Sent, visit: Visiting) -> Response:
    """Keep an answer and mail it."""
    question = _find(visit, member, receipt)
    if not _may_answer(member, question):
        raise NotYours
    by = doer(member, f"answer {receipt} {form.model_dump_json()}")

    def answer() -> None:
        answer_question(visit.services.store, member.snapshot, question, form.words, by, visit.now)

    errors = attempt(visit, member, form.seal, answer)
    if errors:
        return _page(visit, member, _find(visit, member, receipt), Shown("answer", form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


@router.post("/office/questions/{receipt}/owner")
def take_owner(receipt: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Give a question to somebody else."""
    question = _find(visit, member, receipt)

    def give() -> None:
        give_question(visit.services.store, member.snapshot, question, form.owner, doer(member), visit.now)

    errors = attempt(visit, member, form.seal, give)
    if errors:
        return _page(visit, member, _find(visit, member, receipt), Shown("owner", form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


def _find(visit: Visit, member: Member, receipt: str) -> Question:
    """Find a question its reader may see: the office's all, anybody else's own."""
    store, setting = visit.services.store, member.setting.key
    found = find_question(store, member.snapshot, setting, receipt, visit.now)
    if found is None or not (member.may(OFFICE) or _owns(member, found)):
        raise HTTPException(404)
    return found


def _owns(member: Member, question: Question) -> bool:
    return question.owner is not None and question.owner.key == member.person.key


def _may_answer(member: Member, question: Question) -> bool:
    """Say who answers: whoever owns it, the office; of a refusal the head. Nobody answers themselves."""
    if question.kept.record.person == member.person.key:
        return False
    return _owns(member, question) or member.may(HEAD if question.is_refusal else OFFICE)


def _page(visit: Visit, member: Member, question: Question, shown: Shown) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_question.html",
        status=422 if shown.errors else 200,
        here="/office",
        question=question,
        record=question.kept.record,
        owners=[(one.key, one.name) for one in may_own(member.snapshot, question, visit.now)],
        may_answer=_may_answer(member, question),
        is_office=member.may(OFFICE),
        shown=shown,
        words=officewords,
        today=school_day(visit.now),
    )
