"""The page on which a headteacher decides what each reader at the trust sees of the school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.core.validation import FieldError
from bot.dashboard.trust_access import TrustLevel, set_trust_level, trust_readers
from bot.identity.forms import actor_of, take_form
from bot.identity.member import Member, SignedIn, show
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Leader = Annotated[Member, Depends(SignedIn(Permission.GRANT_TRUST))]
PAGE = "/school/trust-access"
LEVELS: Mapping[TrustLevel, str] = {
    TrustLevel.NOTHING: "Nothing",
    TrustLevel.FIGURES: "Figures without names",
    TrustLevel.NAMES: "Figures, and who has which task open",
}


class TrustAccessForm(BaseModel):
    """Whom it is about, and what they are to see."""

    seal: str = Field("", max_length=500)
    person: str = Field("", max_length=254)
    level: str = Field("", max_length=20)


Sent = Annotated[TrustAccessForm, Form()]


@router.api_route(PAGE, methods=["GET", "HEAD"])
def show_trust_access(member: Leader, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show who at the trust sees what."""
    return _page(visit, member, done=bool(done))


@router.post(PAGE)
def take_trust_access(member: Leader, form: Sent, visit: Visiting) -> Response:
    """Change what one reader at the trust sees."""
    by = actor_of(member, f"trust access {form.model_dump_json()}")
    return take_form(
        visit,
        member,
        form.seal,
        lambda: set_trust_level(visit.services.store, form.person, form.level, by, visit.now),
        again=lambda errors: _page(visit, member, errors),
        to=f"{PAGE}?done=1",
    )


def _page(
    visit: RequestContext, member: Member, errors: tuple[FieldError, ...] = (), *, done: bool = False
) -> HTMLResponse:
    return show(
        visit,
        member,
        "trust_access.html",
        status=422 if errors else 200,
        readers=trust_readers(member.snapshot, member.school.key, local_date(visit.now)),
        levels=LEVELS,
        errors=errors,
        done=done,
    )
