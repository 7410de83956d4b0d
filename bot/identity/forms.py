"""The one way a form of a person who is signed in is taken: `submit_form`.

It checks the rate and the CSRF token, calls the action, and returns what has to be corrected; a form that is
sent twice is done once. Also here: who acts (`actor_of`), the keys of uploaded files, and the form that the
office's pages show again with its errors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from bot.core.errors import AlreadySubmitted, BadInput
from bot.core.roles import Permission
from bot.core.validation import PAGE_EXPIRED, FieldError, FieldErrors, ValidationFailed
from bot.database.submissions import digest_of
from bot.identity.actor import Actor
from bot.identity.member import IDENTIFIED, Member, SignedIn, check_seal
from bot.services import Services
from bot.web.context import RequestContext, check_rate

KEY_BYTES = 16


def upload_key(services: Services, form: str | None, number: int = 0) -> str:
    """Return a key of a file, 32 hexadecimal characters: for a form derived from its CSRF token."""
    if form is None:
        return services.chance(KEY_BYTES).hex()
    return sha256(f"file {number} of {form}".encode()).hexdigest()[: 2 * KEY_BYTES]


Office = Annotated[Member, Depends(SignedIn(Permission.USE_OFFICE))]


class OfficeForm(BaseModel):
    """Everything a form of the office may hold; each uses a few of these."""

    seal: str = ""
    was: str = ""
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
class FormState:
    """A form to show again: which one, what was typed, and each thing to look at."""

    step: str = ""
    typed: OfficeForm = field(default_factory=OfficeForm)
    errors: tuple[FieldError, ...] = ()

    @property
    def wrong(self) -> FieldErrors:
        return FieldErrors({one.field: one.says for one in reversed(self.errors)})


NOTHING_WRONG = FormState()


def actor_of(member: Member, sent: str = "", was: str = "") -> Actor:
    """Return who acts, for the record.

    `sent`: a form with its CSRF token, for idempotency. `was`: what that form started from.
    """
    form = digest_of(sent) if sent else None
    return Actor(member.school, member.person, IDENTIFIED[member.how].by, form, was)


def files_sent(address: str, seal: str, *files: tuple[str, bytes]) -> str:
    """Return the idempotency content of a form with files: each by its name and its digest."""
    said = [(name, sha256(content).hexdigest()) for name, content in files]
    return f"{address} {seal} {said}"


def submit_form(
    visit: RequestContext,
    member: Member,
    seal: str,
    act: Callable[[], object],
    *,
    field: str = "main",
    is_quick: bool = False,
) -> tuple[FieldError, ...]:
    """Process a signed-in person's form: call `act` and return the errors to correct, or none.

    `field`: where it is shown that the page has expired. `is_quick`: one of a row of decisions of a press,
    which only the limit of the address holds back. A form that was submitted before is not processed again
    and gives no error. Raises TooMany for forms faster than people send them; other errors of `act` pass.
    """
    of_session, of_address = visit.form_limits(member.session)
    check_rate(visit, *(() if is_quick else (of_session,)), of_address)
    if not check_seal(visit, member, seal):
        return (FieldError(field, PAGE_EXPIRED),)
    try:
        with suppress(AlreadySubmitted):
            act()
    except ValidationFailed as refused:
        return refused.refusals
    except BadInput as refused:
        return tuple(FieldError("file", str(problem)) for problem in refused.problems)
    return ()


def take_form(
    visit: RequestContext,
    member: Member,
    seal: str,
    act: Callable[[], object],
    *,
    again: Callable[[tuple[FieldError, ...]], Response],
    to: str | Callable[[], str],
) -> Response:
    """Process a form as `submit_form` does; show it again with its errors, or lead on.

    `to`: the next page, or what names it once `act` is done.
    """
    errors = submit_form(visit, member, seal, act)
    if errors:
        return again(errors)
    return RedirectResponse(to if isinstance(to, str) else to(), status_code=303)
