"""The stop button: today's messages that still wait, held back with a reason, and let go again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from bot.actions.gather import school_day
from bot.actions.holds import Changed, NotHeld, Stop, Waiting, hold, let_go, todays
from bot.web import attention
from bot.web.leaves import LEAF, leaf
from bot.web.member import HEAD, Member, SignedIn, check_seal, show
from bot.web.pages.case import slow_down
from bot.web.themes import THEMES, Theme, linker
from bot.web.visit import Visit, Visiting
from bot.web.words import count

router = APIRouter()
Head = Annotated[Member, Depends(SignedIn(HEAD))]
HERE = "/school"
AGAIN = "This page was open for too long. Choose once more, then press the button again."
MOST = 500


class HoldForm(BaseModel):
    """What the form sends: messages, or all about an obligation, and why."""

    seal: str = Field("", max_length=500)
    theme: str = Field("", max_length=20)
    message: list[str] = Field(default_factory=list, max_length=MOST)
    about: list[str] = Field(default_factory=list, max_length=MOST)
    why: str = Field("", max_length=4000)
    page: int = 1
    held: int = 1


@dataclass(frozen=True, slots=True)
class Open:
    """Where the lists of what waits, and of what is held, stand open: the numbers of their pages."""

    page: int = 1
    held: int = 1


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody had typed when their form was not taken, and what to look at again."""

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
    at: Annotated[Open, Depends()],
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show today's messages that wait or are held, and when the next ones go."""
    return _page(visit, member, theme, Typed(), at, done)


@router.post("/school/messages")
def hold_messages(member: Head, visit: Visiting, form: Annotated[HoldForm, Form()]) -> Response:
    """Hold messages back: those chosen, and every one about what was chosen."""
    return _take(visit, member, form, "held")


@router.post("/school/messages/go")
def let_messages_go(member: Head, visit: Visiting, form: Annotated[HoldForm, Form()]) -> Response:
    """Let messages go that were held back."""
    return _take(visit, member, form, "let-go")


def _take(visit: Visit, member: Member, form: HoldForm, act: str) -> Response:
    slow_down(visit, member.session)
    theme = THEMES.get(form.theme, "")
    typed = Typed("", "", frozenset(form.message), frozenset(form.about), form.why, 422)
    at = Open(form.page, form.held)
    if not check_seal(visit, member, form.seal):
        return _refuse(visit, member, theme, typed, at, NotHeld("message", AGAIN))
    stop = Stop(member.setting.key, member.person.key, _wanted(visit, member, form), form.why)
    try:
        changed = (hold if act == "held" else let_go)(visit.services, stop, visit.now)
    except NotHeld as refused:
        return _refuse(visit, member, theme, typed, at, refused)
    done = f"{act} {changed.done} {changed.gone}"
    address = linker(HERE, theme)("messages", done=done, **_asked(at))
    return RedirectResponse(address, status_code=303)


def _wanted(visit: Visit, member: Member, form: HoldForm) -> frozenset[str]:
    about = frozenset(form.about)
    waits = (one for one in _todays(visit, member) if not one.held_by and not one.goes)
    return frozenset(form.message) | {one.id for one in waits if not about.isdisjoint(one.obligations)}


def _refuse(visit: Visit, member: Member, theme: str, typed: Typed, at: Open, refused: NotHeld) -> Response:
    said = Typed(str(refused), refused.field, typed.messages, typed.about, typed.why, 422)
    return _page(visit, member, theme, said, at)


def _asked(at: Open) -> dict[str, int]:
    """Say in an address where the lists stand open; a first page needs no word."""
    return {name: number for name, number in (("page", at.page), ("held", at.held)) if number > 1}


def _page(visit: Visit, member: Member, theme: str, typed: Typed, at: Open, done: str = "") -> Response:
    today = school_day(visit.now)
    known = _todays(visit, member)
    next_on, going = attention.going_out(visit.services.store, member.snapshot, member.setting.key, today)
    open_now = [one for one in known if not one.held_by]
    waits = leaf(open_now, at.page)
    held = leaf([one for one in known if one.held_by], at.held)
    to = linker(HERE, theme)
    return show(
        visit,
        member,
        "school_messages.html",
        status=typed.status,
        here=HERE,
        theme=theme,
        to=to,
        today=today,
        open=waits,
        held=held,
        open_at=lambda number: to("messages", **_asked(Open(number, held.number))),
        held_at=lambda number: to("messages", **_asked(Open(waits.number, number))),
        about=_about(open_now),
        next_on=next_on,
        going_out=going[:LEAF],
        later_out=going[LEAF:],
        typed=typed,
        done=_done(done),
    )


def _todays(visit: Visit, member: Member) -> tuple[Waiting, ...]:
    with visit.services.store.reading() as conn:
        return todays(conn, member.snapshot, member.setting.key, visit.now)


def _about(waits: list[Waiting]) -> list[tuple[str, str, int]]:
    """List what the messages are about, and how many could be held: key, title, number."""
    numbers: dict[tuple[str, str], int] = {}
    for one in waits:
        for key, title in zip(one.obligations, one.titles, strict=True):
            numbers[key, title] = numbers.get((key, title), 0) + (not one.goes)
    return [(key, title, number) for (key, title), number in numbers.items() if number]


def _done(said: str) -> str:
    """Say what the last form did; a sentence nobody's address can make us say otherwise."""
    words = said.split(" ")
    if len(words) != 3 or words[0] not in {"held", "let-go"} or not all(w.isdecimal() for w in words[1:]):
        return ""
    changed = Changed(int(words[1]), int(words[2]))
    held = words[0] == "held"
    done = f"{count(changed.done, 'message')} {'held back' if held else 'let go'}."
    gone = (
        f" {count(changed.gone, 'message')} had gone already, or could not be changed."
        if changed.gone
        else ""
    )
    return done + gone
