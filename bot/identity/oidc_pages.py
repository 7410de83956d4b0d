"""Signing in with an account at Microsoft or Google (OpenID Connect): to the provider and back.

Between the two the browser holds a signed cookie with the state, the nonce and the verifier, for ten minutes.
"""

from __future__ import annotations

import hmac
import logging
from base64 import urlsafe_b64encode
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.errors import SignInRefused, TryAgain
from bot.core.validation import FieldError
from bot.identity.guard import Public
from bot.identity.pages import TITLES, from_here, inside, start_session, turned_away
from bot.identity.service import KnownPerson, begin_session, find_again, find_known
from bot.ports import Challenge, IdentityProvider
from bot.web.context import RequestContext, Visiting, check_rate, drop_cookie, named, set_cookie

LASTS = timedelta(minutes=10)
SECONDS = int(LASTS.total_seconds())


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in at a provider that has begun: what was sent along, and where to go afterwards."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """A person identified by a provider, who has to choose a school."""

    person: str
    how: str
    to: str


def seal(secret: str, carried: PendingSignIn | SchoolChoice, now: datetime) -> str:
    return _signer(secret, type(carried)).dumps([*astuple(carried), now.isoformat()])


def open_journey(secret: str, sealed: str, now: datetime) -> PendingSignIn | None:
    """Open a journey; None: forged, or begun more than ten minutes ago."""
    said = _opened(secret, PendingSignIn, sealed, now)
    return PendingSignIn(*said) if said else None


def open_choice(secret: str, sealed: str, now: datetime) -> SchoolChoice | None:
    """Open a choice; None: forged, or older than ten minutes."""
    said = _opened(secret, SchoolChoice, sealed, now)
    return SchoolChoice(*said) if said else None


def _opened(secret: str, kind: type, sealed: str, now: datetime) -> list[str]:
    try:
        *said, made_at = _signer(secret, kind).loads(sealed)
    except BadData:
        return []
    return said if now - datetime.fromisoformat(made_at) <= LASTS else []


def _signer(secret: str, kind: type) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"handbell.{kind.__name__}.1")


log = logging.getLogger(__name__)
router = APIRouter(dependencies=[Depends(Public("the way to a provider and back; it opens nothing itself"))])
JOURNEY, CHOICE = "journey", "choice"


class CallbackQuery(BaseModel):
    """What a provider sends a browser back with. Nothing of it is believed before it is checked."""

    code: str = ""
    state: str = ""
    error: str = ""
    iss: str = ""


class ChoiceForm(BaseModel):
    """The chosen school."""

    setting: str = ""
    seal: str = ""


def back(code: str = "", state: str = "", error: str = "", iss: str = "") -> CallbackQuery:
    return CallbackQuery(code=code, state=state, error=error, iss=iss)


@router.get("/sign-in/choose")
def show_schools(request: Request, visit: Visiting) -> Response:
    """Ask a person of several schools which one to open."""
    return _schools(visit, request.cookies.get(named(visit, CHOICE), ""))


@router.post("/sign-in/choose")
def choose_school(request: Request, form: Annotated[ChoiceForm, Form()], visit: Visiting) -> Response:
    """Begin a session where they said."""
    check_rate(visit, visit.sign_in_limit)
    ticket = request.cookies.get(named(visit, CHOICE), "")
    choice = open_choice(visit.services.links.secret, ticket, visit.now)
    known = find_again(visit.services, choice.person, visit.now) if choice is not None else None
    sealed = from_here(request) and visit.site.seals.check(form.seal, ticket, visit.now) is not None
    if choice is None or known is None or not sealed:
        return _start_again(visit)
    if form.setting not in {one.key for one in known.schools}:
        return _schools(visit, ticket, (FieldError("setting", "Choose where you want to go."),))
    return _begin(request, visit, choice, form.setting)


@router.get("/sign-in/{provider}")
def go_to_provider(provider: str, visit: Visiting, to: str = "") -> Response:
    """Send the browser to the provider, with what will bind its answer to this browser."""
    check_rate(visit, visit.sign_in_limit)
    asked = _provider(visit, provider)
    state, nonce, verifier = (_drawn(visit, length) for length in (16, 16, 32))
    try:
        address = asked.address(Challenge(state, nonce, verifier, _back_to(visit, provider)), visit.now)
    except (TryAgain, SignInRefused) as error:
        return _not_now(visit, provider, error)
    journey = PendingSignIn(provider, state, nonce, verifier, inside(to))
    answer = RedirectResponse(address, status_code=303)
    ticket = seal(visit.services.links.secret, journey, visit.now)
    set_cookie(answer, visit, named(visit, JOURNEY), ticket, lasts=SECONDS)
    return answer


@router.get("/sign-in/{provider}/back")
def come_back(
    provider: str, request: Request, said: Annotated[CallbackQuery, Depends(back)], visit: Visiting
) -> Response:
    """Process the provider's answer, once."""
    check_rate(visit, visit.sign_in_limit)
    answer = _arrive(provider, request, said, visit)
    drop_cookie(answer, visit, named(visit, JOURNEY))
    return answer


def _arrive(provider: str, request: Request, said: CallbackQuery, visit: RequestContext) -> Response:
    asked = _provider(visit, provider)
    ticket = request.cookies.get(named(visit, JOURNEY), "")
    journey = open_journey(visit.services.links.secret, ticket, visit.now)
    if journey is None or journey.provider != provider or not _same(journey.state, said.state):
        return _start_again(visit)
    if said.error or not said.code or (said.iss and said.iss != asked.issuer):
        return _start_again(visit)
    challenge = Challenge(journey.state, journey.nonce, journey.verifier, _back_to(visit, provider))
    try:
        identity = asked.identify(challenge, said.code, visit.now)
    except TryAgain as error:
        return _not_now(visit, provider, error)
    except SignInRefused as error:
        log.warning("a sign-in with %s is refused: %s", provider, error)
        return _unknown(visit, provider)
    known = find_known(visit.services, identity, visit.now)
    return _unknown(visit, provider) if known is None else _let_in(request, visit, journey, known)


def _let_in(request: Request, visit: RequestContext, journey: PendingSignIn, known: KnownPerson) -> Response:
    """Begin a session; ask for the school where there are several."""
    choice = SchoolChoice(known.person.key, journey.provider, journey.to)
    if len(known.schools) == 1:
        return _begin(request, visit, choice, known.schools[0].key)
    onward = RedirectResponse("/sign-in/choose", status_code=303)
    ticket = seal(visit.services.links.secret, choice, visit.now)
    set_cookie(onward, visit, named(visit, CHOICE), ticket, lasts=SECONDS)
    return onward


def _begin(request: Request, visit: RequestContext, choice: SchoolChoice, school: str) -> Response:
    token = begin_session(visit.services, school, choice.person, how=choice.how, now=visit.now)
    answer = start_session(request, visit, token, choice.to)
    drop_cookie(answer, visit, named(visit, CHOICE))
    return answer


def _schools(visit: RequestContext, ticket: str, errors: tuple[FieldError, ...] = ()) -> Response:
    choice = open_choice(visit.services.links.secret, ticket, visit.now)
    known = find_again(visit.services, choice.person, visit.now) if choice is not None else None
    if known is None:
        return _start_again(visit)
    return visit.site.pages.show(
        "sign_in_link.html",
        now=visit.now,
        status=422 if errors else 200,
        way=known,
        address="/sign-in/choose",
        once=False,
        errors=errors,
        seal=visit.site.seals.make(ticket, "", visit.now),
    )


def _provider(visit: RequestContext, name: str) -> IdentityProvider:
    found = visit.services.identity.get(name)
    if found is None:
        raise HTTPException(404)
    return found


def _back_to(visit: RequestContext, provider: str) -> str:
    return f"{visit.services.base_url}/sign-in/{provider}/back"


def _drawn(visit: RequestContext, length: int) -> str:
    return urlsafe_b64encode(visit.services.chance(length)).decode().rstrip("=")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _start_again(visit: RequestContext) -> HTMLResponse:
    return turned_away(
        visit,
        400,
        "This sign-in was not finished",
        "It took too long, it was stopped, or it began in another window.",
    )


def _unknown(visit: RequestContext, provider: str) -> HTMLResponse:
    return turned_away(
        visit,
        403,
        "This account does not open Handbell here",
        f"You are signed in with {TITLES[provider]}, but with an account that this school does not know.",
    )


def _not_now(visit: RequestContext, provider: str, error: Exception) -> HTMLResponse:
    log.warning("a sign-in with %s cannot be done now: %s", provider, error)
    says = f"{TITLES[provider]} does not answer us. You can ask for a link by e-mail instead."
    return turned_away(visit, 503, "Signing in this way does not work now", says)
