"""The school's logo: where it is read, and the form that changes it. The form stands among the settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from starlette.responses import RedirectResponse, Response

from bot.identity.forms import FormState, Office, actor_of, files_sent, submit_form
from bot.identity.guard import Public
from bot.office.logo import LARGEST, change_logo, remove_logo
from bot.office.settings_pages import show_again
from bot.records.school_logos import find_logo
from bot.web.context import Visiting

router = APIRouter()
# A file a little too large is refused in words.
LARGEST_FORM = LARGEST + 1024 * 1024
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.api_route(
    "/logo/{school}/{name}",
    methods=["GET", "HEAD"],
    dependencies=[Depends(Public("the school's logo, which stands on its poster and its report form"))],
)
def give_logo(school: str, name: str, visit: Visiting) -> Response:
    """Return a logo. Its address has a part of its digest, so it may be kept."""
    with visit.services.store.reading() as conn:
        found = find_logo(conn, school)
    if found is None or name != f"{found.sha256[:16]}.png":
        raise HTTPException(404)
    return Response(found.content, media_type="image/png", headers=KEPT)


def sent_logo(logo: Annotated[UploadFile | None, File()] = None) -> tuple[str, bytes]:
    """Read a file as far as it may be long; one no one chose is empty."""
    if logo is None or not logo.filename:
        return "", b""
    return logo.filename, logo.file.read(LARGEST + 1)


@router.post("/office/settings/logo", max_body_size=LARGEST_FORM)
def take_logo(
    member: Office,
    visit: Visiting,
    given: Annotated[tuple[str, bytes], Depends(sent_logo)],
    seal: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
) -> Response:
    """Change the school's logo, or remove it."""
    by = actor_of(member, files_sent(f"logo {then}", seal, given))

    def act() -> None:
        if then == "remove":
            remove_logo(visit.services, by, visit.now)
        else:
            change_logo(visit.services, given[1], by, visit.now)

    errors = submit_form(visit, member, seal, act)
    if errors:
        return show_again(visit, member, FormState("logo", errors=errors))
    return RedirectResponse("/office/settings#logo-heading", status_code=303)
