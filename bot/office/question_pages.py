"""Pages of questions from staff: who answers each, and the answer. Its owner need not be in the office."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core import form_start
from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.core.roles import Permission
from bot.identity.forms import NOTHING_WRONG, FormState, Office, OfficeForm, actor_of, submit_form
from bot.identity.member import Member, NotYours, SignedIn, show
from bot.rules.evidence import EXCUSED_FOR, NOT_APPLICABLE
from bot.signing.excuses import Excuse, may_excuse
from bot.signing.questions import (
    Reply,
    StaffQuestion,
    answer_question,
    find_question,
    give_question,
    may_own,
    newer_version,
    questions,
)
from bot.status.links import person_page, policy_page
from bot.web import words as web_words
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Anybody = Annotated[Member, Depends(SignedIn())]
NOT_NEEDED, EXCUSE, CHANGED = "not-needed", "excuse", "changed"
REASONS = ((NOT_NEEDED, NOT_APPLICABLE), (EXCUSE, EXCUSED_FOR))


class QuestionForm(OfficeForm):
    """An answer or the passing on of a question. `how`: in words, or which decision; `words` with it."""

    how: Literal["answer", "not-needed", "excuse", "changed"] = "answer"
    reason: str = ""


Sent = Annotated[QuestionForm, Form()]


@router.api_route("/office/questions", methods=["GET", "HEAD"])
def show_questions(member: Office, visit: Visiting) -> HTMLResponse:
    """List every question of the last year."""
    found = questions(visit.services.store, member.snapshot, member.school.key, visit.now)
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
        answer_question(visit.services.store, member.snapshot, question, _reply(form), by, visit.now)

    errors = submit_form(visit, member, form.seal, answer)
    if errors:
        return _page(visit, member, _find(visit, member, receipt), FormState(form.how, form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


@router.post("/office/questions/{receipt}/owner")
def take_owner(receipt: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Assign a question to another person."""
    question = _find(visit, member, receipt)

    def give() -> None:
        by = actor_of(member, was=form.was)
        give_question(visit.services.store, member.snapshot, question, form.owner, by, visit.now)

    errors = submit_form(visit, member, form.seal, give)
    if errors == (form_start.CHANGED,):
        form = QuestionForm()
    if errors:
        return _page(visit, member, _find(visit, member, receipt), FormState("owner", form, errors))
    return RedirectResponse(f"/office/questions/{question.receipt}", status_code=303)


def _reply(form: QuestionForm) -> Reply:
    """Return what a form says. Raises ValidationFailed where its day is none."""
    lasts = form.how == NOT_NEEDED
    until = parse_date_field("until", form.until) if form.how == EXCUSE else None
    excuse = Excuse(form.reason, until, lasts) if lasts or form.how == EXCUSE else None
    return Reply(form.words, excuse, changed=form.how == CHANGED)


def _find(visit: RequestContext, member: Member, receipt: str) -> StaffQuestion:
    """Find a question its reader may see: the office's all, anyone else's own."""
    store, school = visit.services.store, member.school.key
    found = find_question(store, member.snapshot, school, receipt, visit.now)
    if found is None or not (member.may(Permission.ANSWER_QUESTIONS) or _owns(member, found)):
        raise HTTPException(404)
    return found


def _owns(member: Member, question: StaffQuestion) -> bool:
    """Return whether a reader has a question, or had it before it was handed over."""
    had = {one.person for one in question.owners}
    return member.person.key in (had | {question.owner.key} if question.owner else had)


def _may_answer(member: Member, question: StaffQuestion) -> bool:
    """Return whether a reader may answer: its owner or the office, of a refusal the head; never the asker."""
    if question.kept.record.person == member.person.key:
        return False
    needed = Permission.ANSWER_REFUSALS if question.is_refusal else Permission.ANSWER_QUESTIONS
    return _owns(member, question) or member.may(needed)


def _may_excuse(member: Member, question: StaffQuestion) -> bool:
    record = question.kept.record
    rule = next((one for one in member.snapshot.obligations if one.key == record.obligation), None)
    return rule is not None and may_excuse(member.roles, member.person.key, record.person, rule)


def _page(visit: RequestContext, member: Member, question: StaffQuestion, shown: FormState) -> HTMLResponse:
    record, before = question.kept.record, member.snapshot.people.get(question.handed_over_by)
    return show(
        visit,
        member,
        "office_question.html",
        status=422 if shown.errors else 200,
        question=question,
        record=record,
        before=before.name if before else "",
        person_page=person_page(record.person),
        policy_page=policy_page(record.policy) if record.policy else "",
        newer=newer_version(member.snapshot, question),
        reasons=((NOT_NEEDED, NOT_APPLICABLE), (EXCUSE, EXCUSED_FOR))
        if _may_excuse(member, question)
        else (),
        owners=[(one.key, one.name) for one in may_own(member.snapshot, question, visit.now)],
        may_answer=_may_answer(member, question),
        is_office=member.may(Permission.ANSWER_QUESTIONS),
        shown=shown,
        words=web_words,
        today=local_date(visit.now),
    )
