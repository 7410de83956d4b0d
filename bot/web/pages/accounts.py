"""Official accounts: the register, one account with everything recorded about it, and a form for each record.

Everybody signed in sees which accounts there are and who runs them; what is recorded is for those who look
after an account, and a post for whoever is asked to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.actions.account_requests import requests_for
from bot.actions.accounts import ACTS, NoSuchAccount, Said, Who
from bot.actions.gather import school_day
from bot.actions.sign import Refusal, Refused
from bot.domain.account_access import may_decide, may_read_posts, may_work, reads_today
from bot.domain.account_facts import Standing, standings
from bot.domain.account_log import READER, STEPS, Entry, topics_of
from bot.domain.account_posts import Post, posts, waiting_for
from bot.domain.people import Person
from bot.web import accountwords
from bot.web.member import OFFICE, Member, SignedIn, check_seal, show
from bot.web.pages.case import AGAIN, slow_down
from bot.web.visit import Visit, Visiting

router = APIRouter()
Anyone = Annotated[Member, Depends(SignedIn())]
HERE = "/accounts"
MOST_POSTS = 10
MOST_HISTORY = 40


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
class Shown:
    """A form to show again: which it was, what was typed, what to look at."""

    step: str = ""
    typed: AccountForm = field(default_factory=AccountForm)
    errors: tuple[Refusal, ...] = ()

    def wrong(self) -> dict[str, str]:
        return {error.field: error.says for error in self.errors}


@dataclass(frozen=True, slots=True)
class Row:
    """One account for one reader. `full`: they look after it."""

    standing: Standing
    full: bool
    waiting: tuple[Post, ...]


@router.api_route("/accounts", methods=["GET", "HEAD"])
def show_register(member: Anyone, visit: Visiting) -> HTMLResponse:
    """List every account, how it stands, and what waits for the reader."""
    today = school_day(visit.now)
    rows = [_row(member, one) for one in standings(member.snapshot, member.setting.key, today)]
    asked = requests_for(visit.services, who_is(member), visit.now)
    return show(
        visit,
        member,
        "accounts.html",
        here=HERE,
        rows=rows,
        headline=accountwords.headline(row.standing for row in rows),
        asked=asked,
        decides=may_decide(member.roles),
        people=member.snapshot.people,
        names=_shows_names(member, today),
        words=accountwords,
    )


@router.api_route("/accounts/{key}", methods=["GET", "HEAD"])
def show_account(key: str, member: Anyone, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show one account. Nothing is written."""
    return _account(visit, member, key, Shown(), accountwords.DONE.get(done, ""))


@router.post("/accounts/{key}/{step}")
def take_step(
    key: str, step: str, member: Anyone, form: Annotated[AccountForm, Form()], visit: Visiting
) -> Response:
    """Record one thing about an account, and show it again."""
    slow_down(visit, member.session)
    act = ACTS.get(step)
    if act is None:
        raise HTTPException(404)
    if not check_seal(visit, member, form.seal):
        return _account(visit, member, key, Shown(step, form, (Refusal("main", AGAIN),)))
    try:
        act(
            visit.services,
            who_is(member, f"{key} {step} {form.model_dump_json()}"),
            key,
            _said(form),
            visit.now,
        )
    except NoSuchAccount:
        raise HTTPException(404) from None
    except Refused as refused:
        return _account(visit, member, key, Shown(step, form, refused.refusals))
    return RedirectResponse(f"/accounts/{key}?done={step}#recorded", status_code=303)


def who_is(member: Member, sent: str = "") -> Who:
    """Say who acts. `sent` is the form with its seal: the same form sent twice is one record."""
    sent = f"{member.session} {sent}"
    return Who(member.setting.key, member.person.key, member.person.name, member.roles, member.how, sent)


def _said(form: AccountForm) -> Said:
    on = None
    if form.on:
        try:
            on = date.fromisoformat(form.on)
        except ValueError:
            raise Refused(Refusal(form.topic, "Give the day as a date, for example 2026-12-04.")) from None
    return Said(form.topic, form.answer, form.about, form.words, form.note, on)


def _row(member: Member, standing: Standing) -> Row:
    full = may_work(standing.account, member.person.key, member.roles)
    return Row(standing, full, waiting_for(standing.log, member.person.key))


def _shows_names(member: Member, today: date) -> bool:
    """Say whether this reader works here: governors see how many run an account, not who."""
    here = member.person.membership(member.setting.key)
    return here is not None and here.is_staff and here.here_on(today)


def _account(visit: Visit, member: Member, key: str, shown: Shown, done: str = "") -> HTMLResponse:
    today = school_day(visit.now)
    found = standings(member.snapshot, member.setting.key, today)
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
        here=HERE,
        today=today,
        row=row,
        account=standing.account,
        facts=standing.facts,
        verdict=standing.verdict,
        topics=topics_of(standing.account),
        steps=STEPS,
        posts=[one for one in reversed(log) if not one.waits][:MOST_POSTS],
        waiting=[one for one in reversed(log) if one.waits],
        history=tuple(reversed(standing.log))[:MOST_HISTORY],
        colleagues=_colleagues(member, today, may_read_posts),
        readers=_colleagues(member, today, reads_today),
        reader=_named_reader(standing.facts.stated, member),
        decides=may_decide(member.roles),
        runs=member.may(OFFICE),
        names=_shows_names(member, today) or row.full,
        people=member.snapshot.people,
        words=accountwords,
        shown=shown,
        typed=shown.typed,
        wrong=shown.wrong(),
        address=f"/accounts/{key}",
        done=done,
    )


def _named_reader(stated: Mapping[str, Entry], member: Member) -> str:
    """Give the second reader's key, unless it is the reader of this page: then somebody else has to."""
    said = stated.get(READER)
    return said.about if said is not None and said.about != member.person.key else ""


def _colleagues(
    member: Member, today: date, may: Callable[[Person, str, date], bool]
) -> list[tuple[str, str]]:
    """List who may be asked, but for the reader of the page, by name."""
    found = [one for one in member.snapshot.people.values() if may(one, member.setting.key, today)]
    others = [(one.key, one.name) for one in found if one.key != member.person.key]
    return sorted(others, key=lambda one: one[1])
