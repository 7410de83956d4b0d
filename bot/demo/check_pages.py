"""/demo/check: what a policy promises, read from a stranger's own file or the sample's. Nothing is kept."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, File, HTTPException, Request, UploadFile
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.identity.guard import DemoOnly
from bot.identity.pages import from_here
from bot.policies.service import LARGEST, promises_in, read_file
from bot.reading.document_sort import document_sort
from bot.web.context import RequestContext, Visiting

router = APIRouter(dependencies=[Depends(DemoOnly())])
HERE = "/demo/check"
SAMPLE = "mobile-and-social-media.md"
NO_FILE = "Choose a file first: Word (.docx), PDF, OpenDocument (.odt) or text."
TOO_LARGE = "This file is larger than 20 MB. Choose a smaller one."


@router.api_route(HERE, methods=["GET", "HEAD"])
def check_sample(visit: Visiting) -> HTMLResponse:
    """Show what the sample school's own policy promises."""
    return _checked(visit, SAMPLE, files("bot.demo").joinpath("policies", SAMPLE).read_bytes())


@router.post(HERE, max_body_size=2 * LARGEST)
def check_file(
    request: Request, visit: Visiting, file: Annotated[UploadFile | None, File()] = None
) -> HTMLResponse:
    """Show what a file promises, or why it cannot be read."""
    if not from_here(request):
        raise HTTPException(404)
    name, content = (file.filename or "", file.file.read(LARGEST + 1)) if file else ("", b"")
    if not name or not content:
        return _refused(visit, NO_FILE)
    return _refused(visit, TOO_LARGE) if len(content) > LARGEST else _checked(visit, name, content)


def _checked(visit: RequestContext, name: str, content: bytes) -> HTMLResponse:
    try:
        found = read_file(name, content, local_date(visit.now))
    except ValidationFailed as refused:
        return _refused(visit, *(error.says for error in refused.refusals))
    return visit.site.pages.show(
        "policy_check.html",
        now=visit.now,
        found=found,
        promises=promises_in(found.text.lines, found.clauses),
        unlike=document_sort(found.header.title, found.text.lines).first_line,
        errors=(),
    )


def _refused(visit: RequestContext, *says: str) -> HTMLResponse:
    errors = tuple(FieldError("file", one) for one in says)
    return visit.site.pages.show("policy_check.html", now=visit.now, status=422, found=None, errors=errors)
