"""The pages on which the school decides of one person's task: remind, excuse, does not apply, ask again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.dates import parse_date_field
from bot.core.validation import FieldError, FieldErrors
from bot.identity.forms import Office, actor_of, submit_form
from bot.identity.member import Member, NotYours, SignedIn, show
from bot.people.person_view import TASKS, may_remind
from bot.people.task_actions import ask_again, excuse, remind_now, take_out
from bot.planning.plan import PRESSING
from bot.records import evidence as record_evidence
from bot.records.evidence import StoredEvidence
from bot.rules.evidence import EXCUSED_FOR, NOT_APPLICABLE
from bot.signing.excuses import Excuse, TaskKey, may_excuse
from bot.status.links import person_page
from bot.status.model import StatusLine, lines_of
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Anybody = Annotated[Member, Depends(SignedIn())]
EXCUSE, NOT_NEEDED = "excuse", "not-needed"
REASONS = {EXCUSE: EXCUSED_FOR, NOT_NEEDED: NOT_APPLICABLE}


class TaskForm(BaseModel):
    """What a form says of tasks. `tasks`: each a rule, a space, and its cycle."""

    seal: str = ""
    tasks: list[str] = []
    rule: str = ""
    cycle: str = ""
    reason: str = ""
    until: str = ""
    receipt: str = ""


Sent = Annotated[TaskForm, Form()]


@router.post(TASKS + "/{key}/remind")
def take_reminder(key: str, member: Anybody, form: Sent, visit: Visiting) -> Response:
    """Remind a person now of these tasks of theirs, in one message."""
    if not may_remind(member, key):
        raise NotYours
    by, tasks = actor_of(member, f"remind {key} {form.model_dump_json()}"), _tasks(key, form)
    return _done(
        visit, member, key, form, "reminded", lambda: remind_now(visit.services, tasks, by, visit.now)
    )


@router.post(TASKS + "/{key}/ask-again")
def take_asking(key: str, member: Anybody, form: Sent, visit: Visiting) -> Response:
    """End what the school decided of a task: the person is asked again."""
    by, tasks = actor_of(member, f"ask again {key} {form.model_dump_json()}"), _tasks(key, form)
    if len(tasks) != 1:
        raise HTTPException(404)
    store = visit.services.store
    return _done(visit, member, key, form, "asked", lambda: ask_again(store, tasks[0], by, visit.now))


@router.api_route(TASKS + "/{key}/take-out", methods=["GET", "HEAD"])
def show_taking_out(key: str, receipt: str, member: Office, visit: Visiting) -> HTMLResponse:
    """Ask whether a record was entered by mistake."""
    return _taking_out_page(visit, member, _record(visit, member, key, receipt), ())


@router.post(TASKS + "/{key}/take-out")
def take_out_record(key: str, member: Office, form: Sent, visit: Visiting) -> Response:
    """Withdraw a record that was entered by mistake."""
    kept = _record(visit, member, key, form.receipt)
    by = actor_of(member, f"take out {key} {form.model_dump_json()}")
    errors = submit_form(
        visit, member, form.seal, lambda: take_out(visit.services.store, form.receipt, by, visit.now)
    )
    return _taking_out_page(visit, member, kept, errors) if errors else _back(key, "taken-out")


@router.api_route(TASKS + "/{key}/{action}", methods=["GET", "HEAD"])
def show_excuse(
    key: str, action: str, member: Anybody, visit: Visiting, rule: str, cycle: str
) -> HTMLResponse:
    """Ask for a reason from a list and, for a time, the last day."""
    line = _line(visit, member, TaskKey(key, rule, cycle), action)
    return _excuse_page(visit, member, line, action, TaskForm(rule=rule, cycle=cycle))


@router.post(TASKS + "/{key}/{action}")
def take_excuse(key: str, action: str, member: Anybody, form: Sent, visit: Visiting) -> Response:
    """Excuse a person from a task until a day, or from its rule."""
    task = TaskKey(key, form.rule, form.cycle)
    by = actor_of(member, f"{action} {key} {form.model_dump_json()}")

    def act() -> None:
        until = parse_date_field("until", form.until) if action == EXCUSE else None
        excuse(visit.services.store, task, Excuse(form.reason, until, action == NOT_NEEDED), by, visit.now)

    if action not in REASONS:
        raise HTTPException(404)
    errors = submit_form(visit, member, form.seal, act)
    if errors:
        return _excuse_page(visit, member, _line(visit, member, task, action), action, form, errors)
    return _back(key, "excused" if action == EXCUSE else NOT_NEEDED)


def _tasks(key: str, form: TaskForm) -> tuple[TaskKey, ...]:
    return tuple(TaskKey(key, rule, cycle) for rule, _, cycle in (one.partition(" ") for one in form.tasks))


def _line(visit: RequestContext, member: Member, task: TaskKey, action: str) -> StatusLine:
    """Find a task that a reader may excuse the person from."""
    lines = lines_of(member.snapshot, member.school.key, task.person, local_date(visit.now))
    found = next((one for one in lines if (one.obligation, one.cycle) == (task.obligation, task.cycle)), None)
    if action not in REASONS or found is None or found.state not in PRESSING:
        raise HTTPException(404)
    rule = next(one for one in member.snapshot.obligations if one.key == task.obligation)
    if not may_excuse(member.roles, member.person.key, task.person, rule):
        raise NotYours
    return found


def _record(visit: RequestContext, member: Member, key: str, receipt: str) -> StoredEvidence:
    with visit.services.store.reading() as conn:
        kept = record_evidence.find(conn, receipt)
    if kept is None or (kept.record.school, kept.record.person) != (member.school.key, key):
        raise HTTPException(404)
    return kept


def _done(
    visit: RequestContext, member: Member, key: str, form: TaskForm, said: str, act: Callable[[], object]
) -> Response:
    """Process a form of one button; errors are shown on a page of their own."""
    errors = submit_form(visit, member, form.seal, act)
    if not errors:
        return _back(key, said)
    return show(
        visit,
        member,
        "person_task_refused.html",
        status=422,
        name=member.snapshot.name_of(key),
        back=person_page(key),
        errors=errors,
    )


def _back(key: str, said: str) -> Response:
    return RedirectResponse(f"{person_page(key)}?said={said}", status_code=303)


def _excuse_page(
    visit: RequestContext,
    member: Member,
    line: StatusLine,
    action: str,
    typed: TaskForm,
    errors: tuple[FieldError, ...] = (),
) -> HTMLResponse:
    return show(
        visit,
        member,
        "person_task.html",
        status=422 if errors else 200,
        line=line,
        for_good=action == NOT_NEEDED,
        reasons=REASONS[action],
        address=f"{TASKS}/{quote(line.person, safe='')}/{action}",
        back=person_page(line.person),
        typed=typed,
        errors=errors,
        wrong=FieldErrors({one.field: one.says for one in reversed(errors)}),
        today=local_date(visit.now),
    )


def _taking_out_page(
    visit: RequestContext, member: Member, kept: StoredEvidence, errors: tuple[FieldError, ...]
) -> HTMLResponse:
    titles = {one.key: one.named for one in member.snapshot.obligations}
    of = kept.record
    return show(
        visit,
        member,
        "person_take_out.html",
        status=422 if errors else 200,
        kept=kept,
        title=of.policy_title or titles.get(of.obligation, of.obligation),
        name=member.snapshot.name_of(of.person),
        address=f"{TASKS}/{quote(of.person, safe='')}/take-out",
        back=person_page(of.person),
        errors=errors,
    )
