"""The log's pages: open entries first, adding, correcting, and what a visitor agrees to at the entrance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import SCHOOL_TIMEZONE
from bot.core.roles import Permission
from bot.core.validation import FieldError
from bot.database.engine import Store
from bot.identity.downloads import Format, TableFile, download
from bot.identity.forms import submit_form
from bot.identity.member import Member, NotYours, SignedIn, identified, show
from bot.logbook import service as logbook_service
from bot.logbook import words as logbook_words
from bot.logbook.disposal import old_entries
from bot.logbook.model import INITIALS, KINDS, entry_kept_until, open_ones
from bot.logbook.service import WHEN, LogActor, NoSuchEntry, remarks_for
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Someone = Annotated[Member, Depends(SignedIn())]
InOffice = Annotated[Member, Depends(SignedIn(Permission.KEEP_OFFICE_LOG))]
HERE, VISITOR = "/log", "visitor"
MAX_ENTRIES_SHOWN = 100


class LogForm(BaseModel):
    """A submitted form of the log; the fields of its kind come in addition."""

    model_config = ConfigDict(extra="allow")

    day: str = ""
    time: str = ""
    seal: str = ""

    def texts(self) -> dict[str, str]:
        """Return the values of the kind's fields as text."""
        return {key: text for key, text in (self.model_extra or {}).items() if isinstance(text, str)}


@dataclass(frozen=True, slots=True)
class LogFormState:
    """A form to show again: which step it was, what was typed, what to look at."""

    step: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class LogPage:
    """A member of staff at the log, and their form."""

    visit: RequestContext
    member: Member
    sent: str = ""

    def __post_init__(self) -> None:
        if not self.keeper.works_here(self.visit.now):
            raise NotYours

    @property
    def store(self) -> Store:
        return self.visit.services.store

    @property
    def keeper(self) -> LogActor:
        member = self.member
        sent = f"{member.session} {self.sent}"
        return LogActor(member.school.key, member.person, member.roles, identified(member).by, sent)

    @property
    def leads(self) -> bool:
        """Return whether they approve deletion of old entries."""
        return self.member.may(Permission.DELETE_LOG_ENTRIES)

    def show(self, template: str, shown: LogFormState, **values: object) -> HTMLResponse:
        return show(
            self.visit,
            self.member,
            template,
            status=422 if shown.errors else 200,
            words=logbook_words,
            shown=shown,
            typed=shown.typed,
            errors=shown.errors,
            wrong={error.field: error.says for error in shown.errors},
            **values,
        )

    def statement(self, kind: str) -> tuple[str, ...]:
        """Return what a visitor agrees to, by the school's register."""
        return self.member.school.words.visitors if kind == VISITOR else ()


@router.api_route("/log", methods=["GET", "HEAD"])
def show_log(member: Someone, visit: Visiting, kind: str = "", done: str = "") -> HTMLResponse:
    """Show what is open, what was written recently, and what can be entered."""
    desk, kind = LogPage(visit, member), kind if kind in KINDS else ""
    found = logbook_service.book(desk.store, desk.keeper, visit.now, kind)
    return desk.show(
        "log.html",
        LogFormState(),
        writes=desk.keeper.writes(visit.now),
        waiting=open_ones(found, visit.now),
        found=found[:MAX_ENTRIES_SHOWN],
        more=max(0, len(found) - MAX_ENTRIES_SHOWN),
        kinds=desk.keeper.kinds(visit.now),
        kind=kind,
        old=sum(one.due for one in old_entries(desk.store, desk.keeper, visit.now)) if desk.leads else None,
        done=next((one for one in found if one.first.reference == done), None),
    )


@router.api_route("/log/list.{ending}", methods=["GET", "HEAD"])
def download_list(ending: Format, member: Someone, visit: Visiting, kind: str = "") -> Response:
    """Download the entries that the reader may see."""
    desk, kind = LogPage(visit, member), kind if kind in KINDS else ""
    rows = logbook_words.lines(logbook_service.book(desk.store, desk.keeper, visit.now, kind))
    return download(visit, member, ending, TableFile("log", logbook_words.COLUMNS, rows, {"kind": kind}))


@router.api_route("/log/visitor", methods=["GET", "HEAD"])
def show_visitor(member: InOffice, visit: Visiting, done: str = "") -> HTMLResponse:
    """Show the notice a visitor agrees to, with the form under it."""
    return _form(LogPage(visit, member), VISITOR, LogFormState(), done=done == "yes")


@router.post("/log/visitor")
def take_visitor(member: InOffice, form: Annotated[LogForm, Form()], visit: Visiting) -> Response:
    """Write a visitor's assurance down, and show the page for the next one."""
    return _take(LogPage(visit, member, f"{VISITOR} {form.model_dump_json()}"), VISITOR, form)


@router.api_route("/log/new/{kind}", methods=["GET", "HEAD"])
def show_form(kind: str, member: Someone, visit: Visiting) -> HTMLResponse:
    """Show the form of one kind."""
    return _form(LogPage(visit, member), kind, LogFormState())


@router.post("/log/new/{kind}")
def take_entry(kind: str, member: Someone, form: Annotated[LogForm, Form()], visit: Visiting) -> Response:
    """Write an entry down, and show the log with it."""
    return _take(LogPage(visit, member, f"{kind} {form.model_dump_json()}"), kind, form)


@router.api_route("/log/entry/{reference}", methods=["GET", "HEAD"])
def show_entry(reference: str, member: Someone, visit: Visiting) -> HTMLResponse:
    """Show one entry, with a form for what is still to come."""
    return _entry(LogPage(visit, member), reference, LogFormState())


@router.post("/log/entry/{reference}/{step}")
def take_step(
    reference: str, step: str, member: Someone, form: Annotated[LogForm, Form()], visit: Visiting
) -> Response:
    """Add to an entry what came after it, and show it again."""
    desk = LogPage(visit, member, f"{reference} {step} {form.model_dump_json()}")
    try:
        errors = submit_form(
            visit,
            member,
            form.seal,
            lambda: logbook_service.add(desk.store, desk.keeper, reference, step, form.texts(), visit.now),
        )
    except NoSuchEntry:
        raise HTTPException(404) from None
    if errors:
        return _entry(desk, reference, LogFormState(step, form.texts(), errors))
    return RedirectResponse(f"/log/entry/{reference}", status_code=303)


def _take(desk: LogPage, kind: str, form: LogForm) -> Response:
    typed = {**form.texts(), "day": form.day, "time": form.time}
    keeper = replace(desk.keeper, shown="\n".join(desk.statement(kind)))
    references: list[str] = []

    def write() -> None:
        at = _moment(form.day, form.time)
        references.append(logbook_service.write(desk.store, keeper, kind, form.texts(), at, desk.visit.now))

    try:
        errors = submit_form(desk.visit, desk.member, form.seal, write)
    except NoSuchEntry:
        raise HTTPException(404) from None
    if errors:
        return _form(desk, kind, LogFormState("new", typed, errors))
    after = "/log/visitor?done=yes" if kind == VISITOR else f"/log?done={references[0]}"
    return RedirectResponse(after, status_code=303)


def _form(desk: LogPage, kind: str, shown: LogFormState, *, done: bool = False) -> HTMLResponse:
    found = next((one for one in desk.keeper.writes(desk.visit.now) if one.key == kind), None)
    if found is None:
        raise HTTPException(404)
    local = desk.visit.now.astimezone(SCHOOL_TIMEZONE)
    usual = {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    return desk.show(
        "log_new.html",
        LogFormState(shown.step, usual | dict(shown.typed), shown.errors),
        kind=found,
        when=WHEN,
        statement=desk.statement(kind),
        about_a_child=any(one.hint == INITIALS for one in found.blanks),
        address=HERE + ("/visitor" if kind == VISITOR else f"/new/{kind}"),
        done=done,
    )


def _entry(desk: LogPage, reference: str, shown: LogFormState) -> HTMLResponse:
    try:
        found = logbook_service.find(desk.store, desk.keeper, reference, desk.visit.now)
    except NoSuchEntry:
        raise HTTPException(404) from None
    return desk.show(
        "log_entry.html",
        shown,
        entry=found,
        kept=entry_kept_until(found),
        remarks=remarks_for(found),
        address=f"/log/entry/{reference}",
    )


def _moment(day: str, clock: str) -> datetime | None:
    """Read a day and a time as the school's clock says them; None where it cannot be read."""
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), SCHOOL_TIMEZONE)
    except ValueError:
        return None
