"""Official accounts.

The register, one account with everything recorded about it, and a form for each record. Every signed-in
person sees which accounts there are and who runs them; records are for those who look after an account, and a
post for its second reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.accounts import two_step
from bot.accounts import words as account_words
from bot.accounts.model import (
    AccountStatus,
    Post,
    account_statuses,
    may_decide,
    may_read_posts,
    may_work,
    posts,
    reads_today,
    waiting_for,
)
from bot.accounts.requests import requests_for
from bot.accounts.service import ACTS, AccountActor, AccountInput, NoSuchAccount
from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.core.validation import FieldError, ValidationFailed
from bot.identity.forms import submit_form
from bot.identity.member import Member, SignedIn, show
from bot.register.part_changes import ACCOUNT, undoable_changes
from bot.rules.accounts import READER, STEPS, AccountEntry, topics_of
from bot.rules.people import Person
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Anyone = Annotated[Member, Depends(SignedIn())]
HERE = "/accounts"
MAX_POSTS_SHOWN = 10
MAX_HISTORY_SHOWN = 40


class AccountForm(BaseModel):
    """A form about an account as it was sent: text, nothing checked yet."""

    topic: str = ""
    answer: str = ""
    about: str = ""
    words: str = ""
    note: str = ""
    on: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class AccountFormState:
    """A form to show again: which it was, what was typed, what to look at."""

    step: str = ""
    typed: AccountForm = field(default_factory=AccountForm)
    errors: tuple[FieldError, ...] = ()

    def wrong(self) -> dict[str, str]:
        return {error.field: error.says for error in self.errors}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account for one reader. `full`: they look after it."""

    standing: AccountStatus
    full: bool
    waiting: tuple[Post, ...]


@router.api_route("/accounts", methods=["GET", "HEAD"])
def show_register(member: Anyone, visit: Visiting) -> HTMLResponse:
    """List every account, its state, and what waits for the reader."""
    today = local_date(visit.now)
    rows = [_row(member, one) for one in account_statuses(member.snapshot, member.school.key, today)]
    asked = requests_for(visit.services, who_is(member), visit.now)
    return show(
        visit,
        member,
        "accounts.html",
        rows=rows,
        headline=account_words.headline(row.standing for row in rows),
        asked=asked,
        changes=undoable_changes(visit.services, member.school.key, ACCOUNT, visit.now),
        decides=may_decide(member.roles),
        people=member.snapshot.people,
        names=_shows_names(member, today),
        words=account_words,
    )


@router.api_route("/accounts/{key}", methods=["GET", "HEAD"])
def show_account(key: str, member: Anyone, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show one account. Nothing is written."""
    return _account(visit, member, key, AccountFormState(), account_words.DONE.get(done, ""))


@router.post("/accounts/{key}/{step}")
def take_step(
    key: str, step: str, member: Anyone, form: Annotated[AccountForm, Form()], visit: Visiting
) -> Response:
    """Record one thing about an account, and show it again."""
    act = ACTS.get(step)
    if act is None:
        raise HTTPException(404)
    who = who_is(member, f"{key} {step} {form.model_dump_json()}")
    try:
        errors = submit_form(
            visit, member, form.seal, lambda: act(visit.services, who, key, _input_of(form), visit.now)
        )
    except NoSuchAccount:
        raise HTTPException(404) from None
    if errors:
        return _account(visit, member, key, AccountFormState(step, form, errors))
    return RedirectResponse(f"/accounts/{key}?done={step}#recorded", status_code=303)


def who_is(member: Member, sent: str = "") -> AccountActor:
    """Return who acts. `sent` is the form with its CSRF token: submitting it twice makes one record."""
    sent = f"{member.session} {sent}"
    return AccountActor(
        member.school.key, member.person.key, member.person.name, member.roles, member.how, sent
    )


def _input_of(form: AccountForm) -> AccountInput:
    on = None
    if form.on:
        try:
            on = date.fromisoformat(form.on)
        except ValueError:
            raise ValidationFailed(
                FieldError(form.topic, "Give the day as a date, for example 2026-12-04.")
            ) from None
    return AccountInput(form.topic, form.answer, form.about, form.words, form.note, on)


def _row(member: Member, standing: AccountStatus) -> AccountRow:
    full = may_work(standing.account, member.person.key, member.roles)
    return AccountRow(standing, full, waiting_for(standing.log, member.person.key))


def _shows_names(member: Member, today: date) -> bool:
    """Return whether this reader works here: governors see how many run an account, not who."""
    here = member.person.membership(member.school.key)
    return here is not None and here.is_staff and here.here_on(today)


def _account(
    visit: RequestContext, member: Member, key: str, shown: AccountFormState, done: str = ""
) -> HTMLResponse:
    today = local_date(visit.now)
    found = account_statuses(member.snapshot, member.school.key, today)
    standing = next((one for one in found if one.account.key == key), None)
    if standing is None:
        raise HTTPException(404)
    row = _row(member, standing)
    log = posts(standing.log)
    return show(
        visit,
        member,
        "account.html",
        status=422 if shown.errors else 200,
        today=today,
        row=row,
        account=standing.account,
        facts=standing.facts,
        verdict=standing.verdict,
        topics=topics_of(standing.account),
        steps=STEPS,
        posts=[one for one in reversed(log) if not one.waits][:MAX_POSTS_SHOWN],
        waiting=[one for one in reversed(log) if one.waits],
        history=tuple(reversed(standing.log))[:MAX_HISTORY_SHOWN],
        colleagues=_colleagues(member, today, may_read_posts),
        readers=_colleagues(member, today, reads_today),
        reader=_named_reader(standing.facts.stated, member),
        two_step=two_step.readings(visit.services, member.school.key),
        change=undoable_changes(visit.services, member.school.key, ACCOUNT, visit.now).get(key),
        decides=may_decide(member.roles),
        runs=member.may(Permission.USE_OFFICE),
        names=_shows_names(member, today) or row.full,
        people=member.snapshot.people,
        words=account_words,
        shown=shown,
        typed=shown.typed,
        wrong=shown.wrong(),
        address=f"/accounts/{key}",
        done=done,
    )


def _named_reader(stated: Mapping[str, AccountEntry], member: Member) -> str:
    """Return the second reader's key, unless it is the reader of this page."""
    said = stated.get(READER)
    return said.about if said is not None and said.about != member.person.key else ""


def _colleagues(
    member: Member, today: date, may: Callable[[Person, str, date], bool]
) -> list[tuple[str, str]]:
    """List who may be asked, but for the reader of the page, by name."""
    found = [one for one in member.snapshot.people.values() if may(one, member.school.key, today)]
    others = [(one.key, one.name) for one in found if one.key != member.person.key]
    return sorted(others, key=lambda one: one[1])
