"""What the office's pages share: who may use them, who does it, and a form shown again with its faults."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel

from bot.actions.office_questions import Doer
from bot.actions.sign import Refusal, Refused
from bot.errors import BadInput, DoneAlready
from bot.store.forms import digest_of
from bot.web.member import OFFICE, Member, SignedIn, check_seal
from bot.web.pages.me import IDENTIFIED
from bot.web.signing import slow_down
from bot.web.signwords import Quiet
from bot.web.visit import Visit

Office = Annotated[Member, Depends(SignedIn(OFFICE))]
OLD_PAGE = "This page had been open for a long time. Check what you typed and press the button once more."


class OfficeForm(BaseModel):
    """Everything a form of the office may hold; each uses a few of these."""

    seal: str = ""
    words: str = ""
    owner: str = ""
    first_on: str = ""
    until: str = ""
    back_on: str = ""
    leaves_on: str = ""
    email: str = ""
    is_whole: str = ""
    live_on: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to show again: which one, what was typed, and each thing to look at."""

    step: str = ""
    typed: OfficeForm = field(default_factory=OfficeForm)
    errors: tuple[Refusal, ...] = ()

    @property
    def wrong(self) -> Quiet:
        return Quiet({one.field: one.says for one in reversed(self.errors)})


NOTHING_WRONG = Shown()


def doer(member: Member, sent: str = "") -> Doer:
    """Say who does something, for the record. `sent`: a form with its seal, for what is to be done once."""
    return Doer(member.setting, member.person, IDENTIFIED[member.how].by, digest_of(sent) if sent else None)


def files_sent(address: str, seal: str, *files: tuple[str, bytes]) -> str:
    """Say what a form that brings files to an address holds: each by its name and its digest."""
    said = [(name, sha256(content).hexdigest()) for name, content in files]
    return f"{address} {seal} {said}"


def attempt(visit: Visit, member: Member, seal: str, act: Callable[[], object]) -> tuple[Refusal, ...]:
    """Do what a form asks, once its seal is good; give what is to be looked at again, or nothing.

    What a form asked that was sent before is done already: it is answered as it was then.
    """
    slow_down(visit, member.session)
    if not check_seal(visit, member, seal):
        return (Refusal("main", OLD_PAGE),)
    try:
        with suppress(DoneAlready):
            act()
    except Refused as refused:
        return refused.refusals
    except BadInput as refused:
        return tuple(Refusal("file", str(problem)) for problem in refused.problems)
    return ()


def read_day(field_name: str, typed: str) -> date | None:
    """Read a date field: empty is none; what is no date is refused, so that it is never taken for empty."""
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Refused(Refusal(field_name, "This is not a day. Write it like 2027-01-07.")) from None
