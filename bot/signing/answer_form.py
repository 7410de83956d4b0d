"""The form that answers one duty, its wording by kind of duty, and its receipt.

A personal link and a session differ in how the person is identified and in the page around the form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import HTTPException, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core import validation
from bot.core.clock import local_date
from bot.core.dates import parse_date
from bot.core.links import Link
from bot.core.validation import PAGE_EXPIRED, FieldError, ValidationFailed
from bot.identity.actor import Identification
from bot.planning.duty_view import DutyView, NothingToAnswer, reading_minutes
from bot.planning.review_duties import MEETINGS, MINUTE
from bot.rules.check_items import GIVES, MAX_ITEMS, CheckItem, ItemAnswer, ItemState, from_text
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind, is_about_filtering
from bot.signing.checks import GivenItem
from bot.signing.my_duties import MyDuty, what_changed
from bot.signing.service import (
    Answer,
    ReceiptView,
    answer,
    asks_name,
    find_receipt,
    open_duty,
    save_items,
    saved_items,
)
from bot.web import document_html
from bot.web.context import RequestContext, check_rate, named, set_cookie

SCHOOL_OFFICE = "The school office"
# A name is typed once in a sitting, and is shown to be changed after that. Not on a shared device.
NAME, SITTING, KIOSK = "name", timedelta(hours=1), "kiosk"
ASK = ("question", "I have a question", "We will answer before you decide")


@dataclass(frozen=True, slots=True)
class SignWords:
    """Words for one kind of duty. `outcomes` are (value, name, note) in the order they stand."""

    verb: str
    already: str
    promise: str
    outcomes: tuple[tuple[str, str, str], ...]
    asks_date: bool = False
    asks_note: bool = False
    note: str = "A note, if you like"
    note_hint: str = "A minute or log reference, for example. Do not name any children."


READ = SignWords(
    verb="Read and confirm",
    already="You confirmed this",
    promise="If you confirm, we record this in your name:",
    outcomes=(
        ("done", "I confirm this", "I have read it"),
        ASK,
        ("declined", "I cannot agree", "We will speak to you"),
    ),
)
TRAIN = SignWords(
    verb="Training",
    already="You told us that you have done this",
    promise="If you have done it, this is recorded in your name:",
    outcomes=(
        ("done", "I have done this", "On the day you give below"),
        ASK,
        ("declined", "I cannot do this", "We will speak to you"),
    ),
    asks_date=True,
    asks_note=True,
    note="Where, or the certificate’s number, if you have it",
    note_hint="For example: staff training day in the hall, or certificate 4471.",
)
SIGN = SignWords(
    verb="Sign an agreement",
    already="You signed this",
    promise="If you sign, this is recorded in your name:",
    outcomes=(
        ("done", "I agree and sign", "My typed name is my signature"),
        ASK,
        ("declined", "I cannot agree", "We will speak to you"),
    ),
)
TICK = SignWords(
    verb="To be done",
    already="You told us that this is done",
    promise="If it is done, this is recorded in your name:",
    outcomes=(
        ("done", "This is done", "You may add a note"),
        ASK,
        ("declined", "This cannot be done", "We will speak to you"),
    ),
    asks_note=True,
)
REVIEWED = SignWords(
    verb="Policy review",
    already="You told us that this is done",
    promise="If it is done, this is recorded in your name:",
    outcomes=TICK.outcomes,
    asks_date=True,
    asks_note=True,
    note="The minute’s reference, if there is one",
    note_hint="For example: FGB 3 December, item 7.",
)
DECIDED = (
    ("done", "It was approved", "Give the day of the meeting, and the minute’s reference"),
    ASK,
    ("declined", "It was not approved", "Then we count back from the next meeting"),
)
TRIED = "Which devices, what was blocked, what was not, what you put right. Do not name any children."
PROVED = "Send your certificate, or tell us what is stopping you. It counts once the office has checked it."
DATED = (
    "It is settled once the date is on the page of meeting dates. Give it there, or say what is in the way."
)
STAGES = {
    "draft": "Send the draft for review",
    "agenda": "Put the review on the agenda",
    "papers": "Send it with the papers",
    "approve": "Record approval",
    "minute": "Record what the meeting decided",
    "no meeting": "No meeting in time",
    "meetings": "Tell Handbell when the meeting is",
    "dates": "Tell us this policy’s dates",
    "late": "Late review",
    "no date": "Review without a date",
}
NOTES = {
    "no meeting": "What you decided, and where it is minuted",
    "dates": "Its dates: last reviewed, next review, how often",
}
ITEMS = replace(
    TICK,
    promise="Answer each item. Once all are answered, this is recorded in your name:",
    outcomes=(("done", "I answer the items", "Save part of them now and the rest later"), *TICK.outcomes[1:]),
    asks_note=False,
)
ITEM_STATES = {"done": "Done", "none": "Not here, because", "action": "Something has to be done"}
BY_KIND = {Kind.REVIEW: REVIEWED, Kind.ACKNOWLEDGE: READ, Kind.TRAIN: TRAIN, Kind.SIGN: SIGN}


def words_for(view: DutyView) -> SignWords:
    """Choose the words for a duty; a review's stage says what is done."""
    words = BY_KIND.get(view.obligation.kind, TICK)
    if view.obligation.items:
        return replace(ITEMS, verb=words.verb)
    if view.obligation.proof:
        return replace(words, promise=PROVED, outcomes=words.outcomes[1:], asks_date=False, asks_note=False)
    if words is TICK and is_about_filtering(view.obligation):
        return replace(words, note="What you tried, and what came of it", note_hint=TRIED)
    if words is not REVIEWED:
        return words
    said = verb(view.obligation.kind, view.subject)
    if view.subject == MINUTE:
        words = replace(words, outcomes=DECIDED)
    if view.subject == MEETINGS:
        words = replace(words, outcomes=words.outcomes[1:], promise=DATED, asks_note=False, asks_date=False)
    return replace(words, verb=said, note=NOTES.get(view.subject or "", words.note))


def verb(kind: Kind, subject: str | None) -> str:
    """Return what is asked, verb first."""
    words = BY_KIND.get(kind, TICK)
    return STAGES.get(subject or "", words.verb) if words is REVIEWED else words.verb


def receipt_words(view: ReceiptView) -> tuple[str, str]:
    """Return what was recorded, and what happens next."""
    record, who = view.kept.record, view.goes_to or SCHOOL_OFFICE
    if record.outcome is Outcome.QUESTION:
        how = "by email" if view.email else "in person"
        return (
            "Your question has been sent",
            f"{who} will answer you {how}. Nothing else is recorded until you decide.",
        )
    if record.outcome is Outcome.DECLINED:
        return (
            "Your answer is recorded",
            f"{who} will speak to you. You do not need to do anything else.",
        )
    return "Recorded", "You need do nothing more for this."


def said(outcome: Outcome) -> str:
    """Return what someone answered earlier."""
    return "You asked a question" if outcome is Outcome.QUESTION else "You said that you cannot agree"


def asks(view: DutyView) -> str:
    """Return who answers a question."""
    return view.human.name if view.human else SCHOOL_OFFICE


def speaks(view: DutyView) -> str:
    """Return who speaks to a person who cannot agree."""
    return view.leader.name if view.leader else SCHOOL_OFFICE


ITEM_FIELDS = ("state", "on", "given", "owner", "due_on")
# What a browser may send for one of at most five answers.
CHOICES = frozenset("12345")


class AnswerForm(BaseModel):
    """The form as it was sent: text, nothing checked yet.

    `item_1_state`, `item_1_given`, `item_1_owner` and `item_1_due_on` answer the first item of a check, and
    so on. `then`: "save" keeps the items answered so far and asks for the others later.
    """

    model_config = ConfigDict(extra="allow")

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
    then: str = ""

    def items(self) -> tuple[GivenItem, ...]:
        """Read what was sent for the items of a check."""
        sent = {name: value for name, value in (self.model_extra or {}).items() if isinstance(value, str)}
        return tuple(
            _as_sent({field: sent.get(f"item_{number}_{field}", "") for field in ITEM_FIELDS})
            for number in range(1, MAX_ITEMS + 1)
        )

    def checks(self) -> tuple[int, ...]:
        """Read the answers chosen to the questions after reading; 0: none was chosen."""
        given = (self.check_1, self.check_2, self.check_3, self.check_4, self.check_5)
        return tuple(int(one) if one in CHOICES else 0 for one in given)


@dataclass(frozen=True, slots=True)
class AnswerFormState:
    """A form to show again: what was typed, what to look at."""

    typed: AnswerForm
    errors: tuple[FieldError, ...] = ()

    def wrong(self) -> Mapping[str, str]:
        return {error.field: error.says for error in self.errors}


def _nothing() -> None:
    """Return no next task: a personal link opens one task and nothing else."""


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Where a duty is answered. Its forms are sealed for `bound_to`: a link's token, or a session.

    `show` renders one of `form` and `receipt`, the templates that put the page's frame around the duty.
    `report` is where the same person may report something. `following` finds the next task of theirs.
    `cookie`: what the browser keeps of a name typed before.
    """

    visit: RequestContext
    link: Link
    address: str
    receipts: str
    report: str
    bound_to: str
    by: Identification
    show: Callable[..., HTMLResponse]
    form: str = "sign.html"
    receipt: str = "receipt.html"
    following: Callable[[], MyDuty | None] = _nothing
    cookie: str = ""

    @property
    def sitting(self) -> str:
        """Return what a name typed before is bound to: this person in this session, or behind their links."""
        session = "" if self.by.types_name else self.bound_to
        return f"name {self.link.school} {self.link.person} {session}"

    @property
    def name_before(self) -> str:
        """Return the name this person typed in this sitting; empty: none, or the device is shared."""
        if self.by.channel == KIOSK or not self.cookie:
            return ""
        found = self.visit.site.seals.check(self.cookie, self.sitting, self.visit.now)
        return found.shown if found is not None and self.visit.now - found.at <= SITTING else ""


def show_duty(place: AnswerRequest) -> HTMLResponse:
    """Show what is asked. Any number of times, by anyone or anything: nothing is written."""
    view = open_duty(place.visit.services.store, place.link, place.visit.now)
    return (
        _gone(place, view)
        if isinstance(view, NothingToAnswer)
        else _form(place, view, AnswerFormState(AnswerForm(name=place.name_before)))
    )


def take_answer(place: AnswerRequest, form: AnswerForm) -> Response:
    """Record one answer by a person we know, and show its receipt."""
    check_rate(place.visit, *place.visit.form_limits(place.bound_to))
    visit = place.visit
    try:
        given = _read(place, form)
        if form.then == "save":
            save_items(visit.services.store, place.link, given, visit.now, place.by)
            return RedirectResponse(f"{place.address}#items", status_code=303)
        reference = answer(visit.services.store, place.link, given, visit.now, place.by)
    except ValidationFailed as refused:
        view = open_duty(visit.services.store, place.link, visit.now)
        return (
            _gone(place, view)
            if isinstance(view, NothingToAnswer)
            else _form(place, view, AnswerFormState(form, refused.refusals))
        )
    done = RedirectResponse(f"{place.receipts}/{reference}", status_code=303)
    if form.name and place.by.channel != KIOSK:
        sealed = visit.site.seals.make(place.sitting, " ".join(form.name.split()), visit.now)
        set_cookie(done, visit, named(visit, NAME), sealed, lasts=int(SITTING.total_seconds()))
    return done


def typed_before(request: Request, visit: RequestContext) -> str:
    """Return what this browser keeps of a name that was typed for an earlier answer."""
    return request.cookies.get(named(visit, NAME), "")


def show_receipt(place: AnswerRequest, reference: str) -> HTMLResponse:
    """Show what was recorded, to the person whose record it is."""
    found = find_receipt(place.visit.services.store, place.link, reference)
    if found is None:
        raise HTTPException(404)
    heading, after = receipt_words(found)
    return place.show(
        place.receipt,
        view=found,
        receipt=found.kept.receipt,
        record=found.kept.record,
        recorded_on=local_date(found.kept.record.recorded_at),
        items=from_text(found.kept.record.items),
        item_states=ITEM_STATES,
        heading=heading,
        after=after,
        following=place.following(),
        verb=verb,
    )


def _form(place: AnswerRequest, view: DutyView, shown: AnswerFormState) -> HTMLResponse:
    blocks = document_html.blocks(view.text) if view.text else ()
    visit = place.visit
    saved = saved_items(visit.services.store, view) if view.obligation.items else ()
    return place.show(
        place.form,
        status=422 if shown.errors else 200,
        today=view.today,
        place=place,
        view=view,
        words=words_for(view),
        said=said,
        asks=asks(view),
        speaks=speaks(view),
        asks_name=asks_name(place.by, view.obligation.kind),
        link=web_link(view),
        answer_seal=visit.site.seals.make(place.bound_to, view.shown, visit.now),
        changed=what_changed(visit.services.store, view),
        blocks=blocks,
        contents=document_html.contents(blocks, besides=(view.title, view.school.name)),
        minutes=view.obligation.minutes or (reading_minutes(view.text) if view.text else None),
        typed=shown.typed,
        items=_shown_items(view, saved, shown.typed.items()),
        item_states=ITEM_STATES,
        gives=GIVES,
        errors=shown.errors,
        wrong=validation.FieldErrors(shown.wrong()),
    )


def _shown_items(
    view: DutyView, saved: Sequence[ItemAnswer | None], typed: Sequence[GivenItem]
) -> list[tuple[CheckItem, GivenItem, ItemAnswer | None]]:
    """Return each item with what its fields hold: what was typed, else what was saved."""
    return [
        (item, one if not one.is_empty or kept is None else _as_given(view, kept), kept)
        for item, kept, one in zip(view.obligation.items, saved, typed, strict=False)
    ]


def _as_sent(fields: Mapping[str, str]) -> GivenItem:
    """Read the fields of one item. Where a day is asked for it has a field of its own beside the words."""
    state, on = fields["state"], fields["on"]
    takes_day = on and state in {"", ItemState.DONE}
    return GivenItem(state, on if takes_day else fields["given"], fields["owner"], fields["due_on"])


def _as_given(view: DutyView, kept: ItemAnswer) -> GivenItem:
    owner = "" if kept.owner == view.person.key else kept.owner_name
    return GivenItem(kept.state.value, kept.given, owner, kept.due_on)


def _read(place: AnswerRequest, form: AnswerForm) -> Answer:
    """Make an answer of the form; refuse what no page of ours sent, before anything else is looked at."""
    seal = place.visit.site.seals.check(form.seal, place.bound_to, place.visit.now)
    if seal is None or form.leave_empty:
        raise ValidationFailed(FieldError("answer-heading", PAGE_EXPIRED))
    outcomes = {"done": Outcome.DONE, "question": Outcome.QUESTION, "declined": Outcome.DECLINED}
    words = {"done": form.note, "question": form.question, "declined": form.reason}
    return Answer(
        outcome=outcomes.get(form.outcome),
        typed_name=form.name,
        words=words.get(form.outcome, ""),
        done_on=parse_date(form.done_on),
        shown=seal.shown,
        checks=form.checks(),
        items=form.items() if outcomes.get(form.outcome, Outcome.DONE) is Outcome.DONE else (),
    )


def web_link(view: DutyView) -> str | None:
    """Return the document's public address; anything that is not a web address is not made into a link."""
    link = view.policy.link if view.policy else None
    return link if link and link.startswith(("https://", "http://")) else None


def _gone(place: AnswerRequest, gone: NothingToAnswer) -> HTMLResponse:
    return place.visit.site.pages.show(
        "message.html",
        now=place.visit.now,
        status=410,
        heading=gone.heading,
        says=gone.says,
        next_step=gone.next_step,
    )
