"""The page behind a personal link: read, then acknowledge, ask or decline. Looking writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.duty_view import DutyView, Gone
from bot.actions.gather import school_day
from bot.actions.sign import Answer, Refusal, Refused, answer, find_receipt, open_duty
from bot.domain.evidence import Outcome
from bot.links import Link
from bot.web import plaintext, signwords
from bot.web.guard import PersonalLink, TooMany
from bot.web.visit import Visit, Visiting

router = APIRouter()
DutyLink = Annotated[Link, Depends(PersonalLink("duty"))]
WORDS_A_MINUTE = 220


class AnswerForm(BaseModel):
    """The form as it was sent: text, nothing checked yet."""

    outcome: str = ""
    name: str = ""
    question: str = ""
    reason: str = ""
    note: str = ""
    done_on: str = ""
    leave_empty: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to show again: what was typed, what to look at."""

    typed: AnswerForm
    errors: tuple[Refusal, ...] = ()

    def wrong(self) -> Mapping[str, str]:
        return {error.field: error.says for error in self.errors}


@router.api_route("/d/{token}", methods=["GET", "HEAD"])
def show_duty(token: str, link: DutyLink, visit: Visiting) -> Response:
    """Show what is asked. Any number of times, by anybody or anything: nothing is written."""
    view = open_duty(visit.services.store, link, visit.now)
    if isinstance(view, Gone):
        return _gone(visit, view)
    return _form(visit, token, view, Shown(AnswerForm()))


@router.post("/d/{token}")
def take_answer(token: str, link: DutyLink, form: Annotated[AnswerForm, Form()], visit: Visiting) -> Response:
    """Record one answer by the person who typed their name, and show its receipt."""
    _slow_down(visit, token)
    view = open_duty(visit.services.store, link, visit.now)
    if isinstance(view, Gone):
        return _gone(visit, view)
    try:
        given = _read(visit, token, form)
        reference = answer(visit.services.store, link, given, visit.now)
    except Refused as refused:
        return _form(visit, token, view, Shown(form, refused.refusals))
    return RedirectResponse(f"/d/{token}/receipt/{reference}", status_code=303)


@router.api_route("/d/{token}/receipt/{reference}", methods=["GET", "HEAD"])
def show_receipt(link: DutyLink, reference: str, visit: Visiting) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    found = find_receipt(visit.services.store, link, reference)
    if found is None:
        raise HTTPException(404)
    heading, after = signwords.receipt_words(found.kept.record)
    return visit.site.pages.show(
        "receipt.html",
        now=visit.now,
        view=found,
        receipt=found.kept.receipt,
        record=found.kept.record,
        recorded_on=school_day(found.kept.record.recorded_at),
        heading=heading,
        after=after,
    )


def _form(visit: Visit, token: str, view: DutyView, shown: Shown) -> HTMLResponse:
    blocks = plaintext.blocks(view.text) if view.text else ()
    return visit.site.pages.show(
        "sign.html",
        now=visit.now,
        status=422 if shown.errors else 200,
        today=view.today,
        view=view,
        words=signwords.words_for(view),
        said=signwords.said,
        asks=signwords.asks(view),
        link=web_link(view),
        address=f"/d/{token}",
        seal=visit.site.seals.make(token, view.shown, visit.now),
        blocks=blocks,
        contents=plaintext.contents(blocks, besides=(view.title, view.setting.name)),
        minutes=view.obligation.minutes or _minutes(view.text),
        typed=shown.typed,
        errors=shown.errors,
        wrong=signwords.Quiet(shown.wrong()),
    )


def _read(visit: Visit, token: str, form: AnswerForm) -> Answer:
    """Make an answer of the form; refuse what no page of ours sent, before anything else is looked at."""
    seal = visit.site.seals.check(form.seal, token, visit.now)
    if seal is None or form.leave_empty:
        raise Refused(Refusal("name", signwords.AGAIN))
    outcomes = {"done": Outcome.DONE, "question": Outcome.QUESTION, "declined": Outcome.DECLINED}
    words = {"done": form.note, "question": form.question, "declined": form.reason}
    return Answer(
        outcome=outcomes.get(form.outcome),
        typed_name=form.name,
        words=words.get(form.outcome, ""),
        done_on=_date(form.done_on),
        shown=seal.shown,
    )


def web_link(view: DutyView) -> str | None:
    """Give the document's public address; anything that is not a web address is not made into a link."""
    link = view.policy.link if view.policy else None
    return link if link and link.startswith(("https://", "http://")) else None


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
    wait = max(
        site.posts_by_link.wait(token, visit.now), site.posts_by_address.wait(visit.address, visit.now)
    )
    if wait:
        raise TooMany(wait)


def _gone(visit: Visit, gone: Gone) -> HTMLResponse:
    return visit.site.pages.show(
        "message.html",
        now=visit.now,
        status=410,
        heading=gone.heading,
        says=gone.says,
        next_step=gone.next_step,
    )
