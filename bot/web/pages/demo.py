"""The demo alone: being somebody of the sample school at the press of a button. It exists nowhere else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import Response

from bot.actions.sessions import begin_session
from bot.web.guard import DemoOnly
from bot.web.visit import Visiting
from bot.web.ways_in import FIRST_PAGE, from_here, let_in

router = APIRouter(dependencies=[Depends(DemoOnly())])


class ChoiceForm(BaseModel):
    """The button that was pressed."""

    person: str = ""
    to: str = FIRST_PAGE


@router.post("/demo/sign-in")
def be_somebody(request: Request, form: Annotated[ChoiceForm, Form()], visit: Visiting) -> Response:
    """Sign in as one of the people the demo offers, and open the page that was chosen."""
    chosen = next((one for one in visit.site.demo_people if one.person == form.person), None)
    if chosen is None or not from_here(request):
        raise HTTPException(404)
    token = begin_session(visit.services, chosen.setting, chosen.person, how="demo", now=visit.now)
    return let_in(request, visit, token, form.to)
