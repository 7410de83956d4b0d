"""Pages of questions from staff: who answers each, and the answer. Its owner need not be in the office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, submit_form
from bot.identity.member import Member, NotYours, SignedIn, show
from bot.signing.questions import (
    StaffQuestion,
    answer_question,
    find_question,
    give_question,
    may_own,
    questions,
)
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

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
        open=[one for one in found if one.is_open],
        closed=[one for one in found if not one.is_open],
        words=web_words,
        today=local_date(visit.now),
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
    by = actor_of(member, f"answer {receipt} {form.model_dump_json()}")

    def answer() -> None:
        answer_question(visit.services.store, member.snapshot, question, form.words, by, visit.now)

    errors = submit_form(visit, member, form.seal, answer)
    if errors:
        return _page(visit, member, _find(visit, member, receipt), FormState("answer", form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


@router.post("/office/questions/{receipt}/owner")
def take_owner(receipt: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Assign a question to another person."""
    question = _find(visit, member, receipt)

    def give() -> None:
        give_question(
            visit.services.store, member.snapshot, question, form.owner, actor_of(member), visit.now
        )

    errors = submit_form(visit, member, form.seal, give)
    if errors:
        return _page(visit, member, _find(visit, member, receipt), FormState("owner", form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


def _find(visit: RequestContext, member: Member, receipt: str) -> StaffQuestion:
    """Find a question its reader may see: the office's all, anybody else's own."""
    store, setting = visit.services.store, member.setting.key
    found = find_question(store, member.snapshot, setting, receipt, visit.now)
    if found is None or not (member.may(Permission.ANSWER_QUESTIONS) or _owns(member, found)):
        raise HTTPException(404)
    return found


def _owns(member: Member, question: StaffQuestion) -> bool:
    return question.owner is not None and question.owner.key == member.person.key


def _may_answer(member: Member, question: StaffQuestion) -> bool:
    """Return whether a reader may answer: its owner or the office, of a refusal the head; never the asker."""
    if question.kept.record.person == member.person.key:
        return False
    needed = Permission.ANSWER_REFUSALS if question.is_refusal else Permission.ANSWER_QUESTIONS
    return _owns(member, question) or member.may(needed)


def _page(visit: RequestContext, member: Member, question: StaffQuestion, shown: FormState) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_question.html",
        status=422 if shown.errors else 200,
        question=question,
        record=question.kept.record,
        owners=[(one.key, one.name) for one in may_own(member.snapshot, question, visit.now)],
        may_answer=_may_answer(member, question),
        is_office=member.may(Permission.ANSWER_QUESTIONS),
        shown=shown,
        words=web_words,
        today=local_date(visit.now),
    )
