"""Pages of the stop button: hold back today's messages that still wait, and release them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.core.text import count
from bot.core.validation import FieldError
from bot.dashboard import attention
from bot.dashboard.holds import HoldResult, MessageHoldRequest, WaitingMessage, hold, let_go, todays
from bot.identity.forms import submit_form
from bot.identity.member import Member, SignedIn, show
from bot.web.context import RequestContext, Visiting
from bot.web.middleware import THEMES, Theme, linker
from bot.web.render import LEAF, leaf

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(Permission.HOLD_MESSAGES))]
HERE = "/school"
MAX_MESSAGES = 500


class HoldForm(BaseModel):
    """What the form sends: messages, or all about an obligation, and why."""

    seal: str = Field("", max_length=500)
    theme: str = Field("", max_length=20)
    message: list[str] = Field(default_factory=list, max_length=MAX_MESSAGES)
    about: list[str] = Field(default_factory=list, max_length=MAX_MESSAGES)
    why: str = Field("", max_length=4000)
    page: int = 1
    held: int = 1


@dataclass(frozen=True, slots=True)
class OpenPages:
    """Where the lists of what waits, and of what is held, stand open: the numbers of their pages."""

    page: int = 1
    held: int = 1


@dataclass(frozen=True, slots=True)
class HoldInput:
    """What was typed into a form that was refused, and its errors."""

    wrong: str = ""
    at: str = ""
    messages: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    why: str = ""
    status: int = 200


@router.api_route("/school/messages", methods=["GET", "HEAD"])
def show_messages(
    member: Head,
    visit: Visiting,
    theme: Theme,
    at: Annotated[OpenPages, Depends()],
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show today's messages that wait or are held, and when the next ones go."""
    return _page(visit, member, theme, HoldInput(), at, done)


@router.post("/school/messages")
def hold_messages(member: Head, visit: Visiting, form: Annotated[HoldForm, Form()]) -> Response:
    """Hold messages back: those chosen, and every one about what was chosen."""
    return _take(visit, member, form, "held")


@router.post("/school/messages/go")
def let_messages_go(member: Head, visit: Visiting, form: Annotated[HoldForm, Form()]) -> Response:
    """Release messages that were held back."""
    return _take(visit, member, form, "let-go")


def _take(visit: RequestContext, member: Member, form: HoldForm, act: str) -> Response:
    theme = THEMES.get(form.theme, "")
    typed = HoldInput("", "", frozenset(form.message), frozenset(form.about), form.why, 422)
    at = OpenPages(form.page, form.held)
    changed: list[HoldResult] = []

    def change() -> None:
        stop = MessageHoldRequest(
            member.school.key, member.person.key, _wanted(visit, member, form), form.why
        )
        changed.append((hold if act == "held" else let_go)(visit.services, stop, visit.now))

    errors = submit_form(visit, member, form.seal, change, field="message")
    if errors:
        return _refuse(visit, member, theme, typed, at, errors[0])
    done = f"{act} {changed[0].done} {changed[0].gone}"
    address = linker(HERE, theme)("messages", done=done, **_asked(at))
    return RedirectResponse(address, status_code=303)


def _wanted(visit: RequestContext, member: Member, form: HoldForm) -> frozenset[str]:
    about = frozenset(form.about)
    waits = (one for one in _todays(visit, member) if not one.held_by and not one.goes)
    return frozenset(form.message) | {one.id for one in waits if not about.isdisjoint(one.obligations)}


def _refuse(
    visit: RequestContext, member: Member, theme: str, typed: HoldInput, at: OpenPages, refused: FieldError
) -> Response:
    said = HoldInput(refused.says, refused.field, typed.messages, typed.about, typed.why, 422)
    return _page(visit, member, theme, said, at)


def _asked(at: OpenPages) -> dict[str, int]:
    """Return the query that keeps the open pages of the lists; a first page needs none."""
    return {name: number for name, number in (("page", at.page), ("held", at.held)) if number > 1}


def _page(
    visit: RequestContext, member: Member, theme: str, typed: HoldInput, at: OpenPages, done: str = ""
) -> Response:
    today = local_date(visit.now)
    known = _todays(visit, member)
    next_on, going = attention.going_out(visit.services.store, member.snapshot, member.school.key, today)
    open_now = [one for one in known if not one.held_by]
    waits = leaf(open_now, at.page)
    held = leaf([one for one in known if one.held_by], at.held)
    to = linker(HERE, theme)
    return show(
        visit,
        member,
        "school_messages.html",
        status=typed.status,
        theme=theme,
        may_hold=member.may(Permission.HOLD_REMINDERS),
        to=to,
        today=today,
        open=waits,
        held=held,
        open_at=lambda number: to("messages", **_asked(OpenPages(number, held.number))),
        held_at=lambda number: to("messages", **_asked(OpenPages(waits.number, number))),
        about=_about(open_now),
        next_on=next_on,
        going_out=going[:LEAF],
        later_out=going[LEAF:],
        typed=typed,
        done=_done(done),
    )


def _todays(visit: RequestContext, member: Member) -> tuple[WaitingMessage, ...]:
    with visit.services.store.reading() as conn:
        return todays(conn, member.snapshot, member.school.key, visit.now)


def _about(waits: list[WaitingMessage]) -> list[tuple[str, str, int]]:
    """List what the messages are about, and how many could be held: key, title, number."""
    numbers: dict[tuple[str, str], int] = {}
    for one in waits:
        for key, title in zip(one.obligations, one.titles, strict=True):
            numbers[key, title] = numbers.get((key, title), 0) + (not one.goes)
    return [(key, title, number) for (key, title), number in numbers.items() if number]


def _done(said: str) -> str:
    """Return a sentence on what the last form did; text in the address is never shown."""
    words = said.split(" ")
    if len(words) != 3 or words[0] not in {"held", "let-go"} or not all(w.isdecimal() for w in words[1:]):
        return ""
    changed = HoldResult(int(words[1]), int(words[2]))
    held = words[0] == "held"
    done = f"{count(changed.done, 'message')} {'held back' if held else 'let go'}."
    gone = (
        f" {count(changed.gone, 'message')} had gone already, or could not be changed."
        if changed.gone
        else ""
    )
    return done + gone
