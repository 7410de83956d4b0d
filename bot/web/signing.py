"""Answering one duty, wherever it is opened: the form, what is read from it, the receipt.

A personal link and somebody signed in differ in how we know who answers and in the page around the form;
everything else is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.duty_view import DutyView, Gone
from bot.actions.gather import school_day
from bot.actions.sign import Answer, Identified, Refusal, Refused, answer, asks_name, find_receipt, open_duty
from bot.actions.what_changed import what_changed
from bot.domain.evidence import Outcome
from bot.domain.signing import reading_minutes
from bot.links import Link
from bot.web import plaintext, signwords
from bot.web.guard import TooMany
from bot.web.visit import Visit

# What a browser may send for one of at most five answers.
CHOICES = frozenset("12345")


class AnswerForm(BaseModel):
    """The form as it was sent: text, nothing checked yet."""

    outcome: str = ""
    name: str = ""
    question: str = ""
    reason: str = ""
    note: str = ""
    done_on: str = ""
    check_1: str = ""
    check_2: str = ""
    check_3: str = ""
    check_4: str = ""
    check_5: str = ""
    leave_empty: str = ""
    seal: str = ""

    def checks(self) -> tuple[int, ...]:
        """Read the answers chosen to the questions after reading; 0: none was chosen."""
        given = (self.check_1, self.check_2, self.check_3, self.check_4, self.check_5)
        return tuple(int(one) if one in CHOICES else 0 for one in given)


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to show again: what was typed, what to look at."""

    typed: AnswerForm
    errors: tuple[Refusal, ...] = ()

    def wrong(self) -> Mapping[str, str]:
        return {error.field: error.says for error in self.errors}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a duty is answered. Its forms are sealed for `bound_to`: a link's token, or a session.

    `show` renders one of `form` and `receipt`, the templates that put the page's frame around the duty.
    `report` is where the same person may report something.
    """

    visit: Visit
    link: Link
    address: str
    receipts: str
    report: str
    bound_to: str
    by: Identified
    show: Callable[..., HTMLResponse]
    form: str = "sign.html"
    receipt: str = "receipt.html"


def show_duty(place: Place) -> HTMLResponse:
    """Show what is asked. Any number of times, by anybody or anything: nothing is written."""
    view = open_duty(place.visit.services.store, place.link, place.visit.now)
    return _gone(place, view) if isinstance(view, Gone) else _form(place, view, Shown(AnswerForm()))


def take_answer(place: Place, form: AnswerForm) -> Response:
    """Record one answer by a person we know, and show its receipt."""
    slow_down(place.visit, place.bound_to)
    visit = place.visit
    try:
        reference = answer(visit.services.store, place.link, _read(place, form), visit.now, place.by)
    except Refused as refused:
        view = open_duty(visit.services.store, place.link, visit.now)
        return (
            _gone(place, view)
            if isinstance(view, Gone)
            else _form(place, view, Shown(form, refused.refusals))
        )
    return RedirectResponse(f"{place.receipts}/{reference}", status_code=303)


def show_receipt(place: Place, reference: str) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    found = find_receipt(place.visit.services.store, place.link, reference)
    if found is None:
        raise HTTPException(404)
    heading, after = signwords.receipt_words(found)
    return place.show(
        place.receipt,
        view=found,
        receipt=found.kept.receipt,
        record=found.kept.record,
        recorded_on=school_day(found.kept.record.recorded_at),
        heading=heading,
        after=after,
    )


def _form(place: Place, view: DutyView, shown: Shown) -> HTMLResponse:
    blocks = plaintext.blocks(view.text) if view.text else ()
    visit = place.visit
    return place.show(
        place.form,
        status=422 if shown.errors else 200,
        today=view.today,
        place=place,
        view=view,
        words=signwords.words_for(view),
        said=signwords.said,
        asks=signwords.asks(view),
        speaks=signwords.speaks(view),
        asks_name=asks_name(place.by, view.obligation.kind),
        link=web_link(view),
        answer_seal=visit.site.seals.make(place.bound_to, view.shown, visit.now),
        changed=what_changed(visit.services.store, view),
        blocks=blocks,
        contents=plaintext.contents(blocks, besides=(view.title, view.setting.name)),
        minutes=view.obligation.minutes or (reading_minutes(view.text) if view.text else None),
        typed=shown.typed,
        errors=shown.errors,
        wrong=signwords.Quiet(shown.wrong()),
    )


def _read(place: Place, form: AnswerForm) -> Answer:
    """Make an answer of the form; refuse what no page of ours sent, before anything else is looked at."""
    seal = place.visit.site.seals.check(form.seal, place.bound_to, place.visit.now)
    if seal is None or form.leave_empty:
        raise Refused(Refusal("answer-heading", signwords.AGAIN))
    outcomes = {"done": Outcome.DONE, "question": Outcome.QUESTION, "declined": Outcome.DECLINED}
    words = {"done": form.note, "question": form.question, "declined": form.reason}
    return Answer(
        outcome=outcomes.get(form.outcome),
        typed_name=form.name,
        words=words.get(form.outcome, ""),
        done_on=read_date(form.done_on),
        shown=seal.shown,
        checks=form.checks(),
    )


def web_link(view: DutyView) -> str | None:
    """Give the document's public address; anything that is not a web address is not made into a link."""
    link = view.policy.link if view.policy else None
    return link if link and link.startswith(("https://", "http://")) else None


def read_date(typed: str) -> date | None:
    """Read a date field; anything a browser would not send is no date, and is asked for again."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def slow_down(visit: Visit, sender: str) -> None:
    """Refuse what is sent faster than a person can, from one link, session or address."""
    site = visit.site
    wait = max(
        site.posts_by_link.wait(sender, visit.now), site.posts_by_address.wait(visit.address, visit.now)
    )
    if wait:
        raise TooMany(wait)


def _gone(place: Place, gone: Gone) -> HTMLResponse:
    return place.visit.site.pages.show(
        "message.html",
        now=place.visit.now,
        status=410,
        heading=gone.heading,
        says=gone.says,
        next_step=gone.next_step,
    )
