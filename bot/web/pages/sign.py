"""The page behind a personal link: read, then acknowledge, ask or decline. Looking writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.sign import Answer, DutyView, Gone, Refusal, Refused, answer, open_duty, receipt
from bot.domain.evidence import Outcome
from bot.web import plaintext, signwords
from bot.web.guard import Opened, PersonalLink, TooMany
from bot.web.visit import Visit, Visiting

router = APIRouter()
DutyLink = Annotated[Opened, Depends(PersonalLink("duty"))]
WORDS_A_MINUTE = 220


class AnswerForm(BaseModel):
    """The form as it was sent: text, nothing checked yet."""

    outcome: str = ""
    name: str = ""
    question: str = ""
    reason: str = ""
    note: str = ""
    done_on: str = ""
    website: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to show again: what was typed, what to look at."""

    typed: AnswerForm
    errors: tuple[Refusal, ...] = ()

    def wrong(self) -> Mapping[str, str]:
        return {error.field: error.says for error in self.errors}


@router.api_route("/d/{token}", methods=["GET", "HEAD"])
def show_duty(opened: DutyLink, visit: Visiting) -> Response:
    """Show what is asked. Any number of times, by anybody or anything: nothing is written."""
    view = open_duty(visit.services.store, opened.link, visit.now)
    if isinstance(view, Gone):
        return _gone(visit, view)
    return _form(visit, opened, view, Shown(AnswerForm()))


@router.post("/d/{token}")
def take_answer(opened: DutyLink, form: Annotated[AnswerForm, Form()], visit: Visiting) -> Response:
    """Record one answer by the person who typed their name, and show its receipt."""
    _slow_down(visit, opened.token)
    view = open_duty(visit.services.store, opened.link, visit.now)
    if isinstance(view, Gone):
        return _gone(visit, view)
    try:
        given = _read(visit, opened, view, form)
        reference = answer(visit.services.store, opened.link, given, visit.now)
    except Refused as refused:
        return _form(visit, opened, view, Shown(form, refused.refusals))
    return RedirectResponse(f"/d/{opened.token}/receipt/{reference}", status_code=303)


@router.api_route("/d/{token}/receipt/{reference}", methods=["GET", "HEAD"])
def show_receipt(opened: DutyLink, reference: str, visit: Visiting) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    found = receipt(visit.services.store, opened.link, reference, visit.now)
    if found is None:
        raise HTTPException(404)
    heading, after = signwords.receipt_words(found.record)
    return visit.site.pages.show(
        "receipt.html", now=visit.now, view=found, record=found.record, heading=heading, after=after
    )


def _form(visit: Visit, opened: Opened, view: DutyView, shown: Shown) -> HTMLResponse:
    blocks = plaintext.blocks(view.text) if view.text else ()
    return visit.site.pages.show(
        "sign.html",
        now=visit.now,
        status=422 if shown.errors else 200,
        today=view.today,
        view=view,
        words=signwords.words_for(view),
        address=f"/d/{opened.token}",
        seal=visit.site.seals.make(opened.token, view.shown, visit.now),
        blocks=blocks,
        contents=plaintext.contents(blocks),
        minutes=view.obligation.minutes or _minutes(view.text),
        typed=shown.typed,
        errors=shown.errors,
        wrong=signwords.Quiet(shown.wrong()),
    )


def _read(visit: Visit, opened: Opened, view: DutyView, form: AnswerForm) -> Answer:
    """Make an answer of the form; refuse what no page of ours sent, before anything else is looked at."""
    seal = visit.site.seals.check(form.seal, opened.token, visit.now)
    if seal is None or form.website:
        raise Refused((Refusal("name", signwords.AGAIN),))
    if seal.shown != view.shown:
        raise Refused((Refusal("document-heading", signwords.CHANGED),))
    outcomes = {"done": Outcome.DONE, "question": Outcome.QUESTION, "declined": Outcome.DECLINED}
    words = {"done": form.note, "question": form.question, "declined": form.reason}
    return Answer(
        outcome=outcomes.get(form.outcome),
        typed_name=form.name,
        words=words.get(form.outcome, ""),
        done_on=_date(form.done_on),
        shown=seal.shown,
    )


def _date(typed: str) -> date | None:
    """Read a date field; anything a browser would not send is no date, and is asked for again."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _minutes(text: str | None) -> int | None:
    return max(1, round(len(text.split()) / WORDS_A_MINUTE)) if text else None


def _slow_down(visit: Visit, token: str) -> None:
    site = visit.site
    wait = max(site.posts_by_link.wait(token, visit.now), site.posts_by_address.wait(visit.address, visit.now))
    if wait:
        raise TooMany(wait)


def _gone(visit: Visit, gone: Gone) -> HTMLResponse:
    return visit.site.pages.show(
        "message.html", now=visit.now, status=410, heading=gone.heading, says=gone.says, next_step=gone.next_step
    )
