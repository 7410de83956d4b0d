"""Receiving a report, and the messages between its reporter and the school.

A report is checked, routed, encrypted and announced to those who act on it in one transaction. Of an
anonymous report only its words and its time are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.cases import store as case_store
from bot.cases.access import ABOUT_HEAD, RoutingResult, above_others, heads_among, is_about_head
from bot.cases.content import CaseContent, ReportedFacts, seal_act, seal_sheet, unseal_act
from bot.cases.context import HANDBELL, REPORTER, CaseContext, open_desk
from bot.cases.corrections import name_also
from bot.cases.emails import on_its_way, tell_data_officer, tell_others, tell_owner
from bot.cases.model import CaseState
from bot.cases.reporter_emails import how_it_stands
from bot.cases.store import CaseRow
from bot.core.codes import (
    case_number,
    form_digest,
    inbox_digest,
    keyed_inbox_digest,
    passphrase_of,
    same_digest,
)
from bot.core.encryption import CaseKeys, KeysMissing
from bot.core.errors import BadInput, HandbellError, Problem
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.planning.mentions import involved
from bot.reports.content_guard import MAX_LENGTH, BlockedText, guarded
from bot.reports.image_notices import tell_of_image
from bot.rules.report_fields import ReportField, sealed_words, written
from bot.services import Services

Chance = Callable[[int], bytes]

NEXT_STEP_SCHOOL_DAYS = 2
SHORTEST_FORM_KEY, LONGEST_FORM_KEY = 16, 200
NUMBERS_TRIED = 8
IN_PLAIN_WORDS = {
    CaseState.RECEIVED: "We have your report. Somebody will read it.",
    CaseState.TRIAGED: "Someone has read your report and is deciding what happens next.",
    CaseState.INVESTIGATING: "Somebody is finding out what happened.",
    CaseState.ACTIONS: "Things are being put right.",
    CaseState.DEBRIEF: "We are looking at what we learn from it.",
    CaseState.CLOSED: "This report is closed. You can still write to us.",
}


class GuardedText(HandbellError):
    """A text that must not be kept here; nothing was written. `why` says which."""

    def __init__(self, why: BlockedText) -> None:
        self.why = why
        super().__init__(f"This sounds like {why.value}. Nothing was kept: speak to the DSL at once.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it was written. Anonymous if it has neither `person` nor an answer that identifies anyone.

    `answers`: the words of rules.report_fields, by name; one that is missing is empty.
    `category`: one of cases.model, or of the school's own routes. `about_roles`: roles picked on the form.
    `form_key`: random and made for each form, so that the same form sent twice is one case.
    `instead_of`: what was written, if none of it may be stored; the people it names are still involved.
    """

    school: str
    category: str
    answers: Mapping[str, str]
    form_key: str
    about_roles: tuple[str, ...] = ()
    personal_data: bool = False
    person: str | None = None
    instead_of: Report | None = None

    def words(self, one: ReportField) -> str:
        return self.answers.get(one.name, "")


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """What the reporter is told. `goes_to`: a role in the school's words; empty: no one here.

    `told`: other roles that are told, in the school's words. `telephone` is a number to call where no one
    here may handle it, or no email reaches any of them.
    """

    number: str
    passphrase: str
    goes_to: str
    told: tuple[str, ...]
    next_step_on: date
    telephone: str | None


@dataclass(frozen=True, slots=True)
class InboxPost:
    """One message between the reporter and the owner of the case."""

    at: datetime
    from_us: bool
    words: str


@dataclass(frozen=True, slots=True)
class InboxView:
    """What a passphrase opens: `state` in plain words, and the messages, oldest first."""

    number: str
    state: str
    posts: tuple[InboxPost, ...]


def receive(services: Services, report: Report, now: datetime, chance: Chance) -> ReportReceipt:
    """Store a report: case, clocks, timeline and messages in one transaction. Idempotent by form.

    Raises GuardedText (nothing is stored), BadInput, or KeysMissing where no reports are accepted.
    """
    for one in written():
        if one.guarded:
            _guard(report.words(one))
    with services.store.writing() as conn:
        desk = open_desk(services, conn, report.school, now)
        problems = list(_problems(report, desk))
        if desk is None or problems:
            raise BadInput(problems)
        stored = _taken(services.links.secret, report, desk, chance)
        file = desk.opened([stored])[0]
        return _received(services.links.secret, report, desk, file)


def note_image(services: Services, report: Report, now: datetime) -> str:
    """Queue a message to the responsible person that a report of an intimate image was refused.

    Return their role, or "".
    """
    with services.store.writing() as conn:
        desk = open_desk(services, conn, report.school, now)
        return "" if desk is None else tell_of_image(desk, report.category, _named(report, desk))


def note_image_in_inbox(services: Services, school: str, passphrase: str, words: str, now: datetime) -> str:
    """Do the same for a refused message in an inbox, excluding people named by it or the case."""
    with services.store.writing() as conn:
        stored = _of_passphrase(services, conn, school, passphrase, to_change=False)
        desk = open_desk(services, conn, school, now) if stored is not None else None
        if stored is None or desk is None:
            return ""
        case = desk.opened([stored])[0].case
        category = ABOUT_HEAD if is_about_head(case, desk.roll) else case.category
        named = involved(words, (), desk.snapshot.people, desk.roll)
        return tell_of_image(desk, category, case.named | named)


def inbox(services: Services, school: str, passphrase: str, now: datetime) -> InboxView | None:
    """Show what a passphrase opens; None: nothing."""
    with services.store.reading() as conn:
        stored = _of_passphrase(services, conn, school, passphrase, to_change=False)
        if stored is None:
            return None
        posts = tuple(_posts(_keys(services), conn, stored))
        desk = open_desk(services, conn, school, now)
        answered_at = max((one.at for one in posts if one.from_us), default=None)
        said = how_it_stands(desk, stored, IN_PLAIN_WORDS[CaseState(stored.state)], answered_at)
    return InboxView(stored.number, said, posts)


def write_back(
    services: Services,
    school: str,
    passphrase: str,
    words: str,
    now: datetime,
    *,
    changed: Report | None = None,
) -> bool:
    """Add the reporter's message to their case and tell its owner. False: unknown passphrase.

    A person named by the message loses the case, as by a report; `changed`: the report to compare with,
    answer by answer. The same message again is stored once. AlreadySubmitted: the form was processed before.
    """
    words = _clean(words)
    _guard(words)
    if not words or len(words) > MAX_LENGTH:
        right = f"Write something, in {MAX_LENGTH} characters at most."
        raise BadInput([Problem("message", None, "words", "is empty or too long", right)])
    with services.store.writing() as conn:
        stored = _of_passphrase(services, conn, school, passphrase, to_change=True)
        desk = open_desk(services, conn, school, now) if stored is not None else None
        if stored is None or desk is None:
            return False
        claim_submission(conn, services.form, now)
        file = desk.opened([stored])[0]
        posts = list(_posts(desk.keys, conn, stored))
        named = _named(changed, desk) if changed else _named_anew(posts, words, desk)
        if _was_said(posts, words):
            name_also(desk, file, named)
            return True
        sealed = seal_act(desk.keys, stored.wrapped_key, now, words=words)
        case_store.add_post(conn, stored.number, sealed, from_us=False)
        entry = desk.write(file, REPORTER, "The reporter wrote.", words)
        file, _ = on_its_way(desk, name_also(desk, file, named))
        tell_owner(desk, file, f"answer {entry}")
    return True


def _named(report: Report, desk: CaseContext) -> frozenset[str]:
    """Return the people a report names or points to, whether stored or not."""
    told = report.instead_of or report
    roles = (*told.about_roles, *(("headteacher",) if told.category == ABOUT_HEAD else ()))
    text, who = (
        " ".join(told.words(one) for one in written() if one.mentions == how) for how in ("text", "who")
    )
    return involved(text, roles, desk.snapshot.people, desk.roll, who=who)


def _named_anew(posts: list[InboxPost], words: str, desk: CaseContext) -> frozenset[str]:
    """Return whom a message names; empty if the reporter sent the same before."""
    if any(not one.from_us and one.words == words for one in posts):
        return frozenset()
    return involved(words, (), desk.snapshot.people, desk.roll)


def _posts(keys: CaseKeys, conn: Connection, stored: CaseRow) -> Iterator[InboxPost]:
    for one in case_store.posts(conn, stored.number):
        at, words = unseal_act(keys, stored.wrapped_key, one.sealed)
        yield InboxPost(at, one.from_us, words["words"])


def _was_said(posts: list[InboxPost], words: str) -> bool:
    return bool(posts) and not posts[-1].from_us and posts[-1].words == words


def _guard(text: str) -> None:
    why = guarded(text)
    if why is not None:
        raise GuardedText(why)


def _clean(text: str) -> str:
    """Remove unpaired surrogates and strip."""
    return text.encode("utf-8", "replace").decode().strip()


def _problems(report: Report, desk: CaseContext | None) -> Iterator[Problem]:
    if desk is None:
        yield _problem("setting", "is not one that takes reports here", "Open the form again.")
        return
    if report.category not in desk.categories():
        yield _problem("category", "is not one of the list", "Choose what it is about.")
    for one in written():
        if one.missing and not report.words(one).strip():
            yield _problem(one.name, "is empty", one.missing)
    if len(report.form_key) < SHORTEST_FORM_KEY:
        yield _problem("form_key", "is missing", "Open the form again.")
    lengths = [(one.name, len(report.words(one)), one.limit) for one in written()]
    for name, length, most in (*lengths, ("form_key", len(report.form_key), LONGEST_FORM_KEY)):
        if length > most:
            yield _problem(name, "is too long", f"Use {most} characters at most.")


def _problem(field: str, wrong: str, right: str) -> Problem:
    return Problem("report", None, field, wrong, right)


def _taken(secret: str, report: Report, desk: CaseContext, chance: Chance) -> CaseRow:
    """Write a new case down with all that follows from it; the same form again gives the first case."""
    form = form_digest(secret, report.form_key)
    known = case_store.of_form(desk.conn, form)
    if known is not None:
        return known
    sheet = _sheet(report, desk)
    routed = desk.route(report.category, sheet.named)
    sheet = replace(sheet, assignee=routed.person)
    wrapped = desk.keys.new_case_key()
    draft = CaseRow(
        number="",
        school=report.school,
        state=CaseState.RECEIVED.value,
        received_at=desk.now,
        aware_at=desk.now,
        wrapped_key=wrapped,
        sealed=seal_sheet(desk.keys, wrapped, sheet),
        form=form,
        inbox=inbox_digest(report.school, passphrase_of(secret, report.form_key)),
    )
    stored, is_new = _added(desk.conn, draft, chance)
    if is_new:
        _set_going(desk, stored, routed)
    return stored


def _added(conn: Connection, draft: CaseRow, chance: Chance) -> tuple[CaseRow, bool]:
    """Insert the case under a free number, or return the one another process made of the same form."""
    for _ in range(NUMBERS_TRIED):
        numbered = replace(draft, number=case_number(chance(5)))
        if case_store.add(conn, numbered):
            return numbered, True
        known = case_store.of_form(conn, draft.form or "")
        if known is not None:
            return known, False
    raise BadInput([_problem("form_key", "could not be taken", "Send it again.")])


def _set_going(desk: CaseContext, stored: CaseRow, routed: RoutingResult) -> None:
    """Start the clocks and the timeline, and tell the responsible people."""
    file = desk.opened([stored])[0]
    personal_data = file.case.personal_data
    clocks = desk.clocks_for(file.case.category, stored.aware_at, personal_data=personal_data)
    file = desk.save_clocks(file, clocks)
    desk.write(file, REPORTER, "Reported.")
    if routed.person is None:
        entry = desk.write(file, HANDBELL, "Nobody here may look after it.", routed.telephone or "")
    else:
        given = f"Given to the {desk.role(routed.role)}."
        entry = desk.write(file, HANDBELL, given, routed.telephone or "")
        tell_owner(desk, file, f"given {entry}")
    tell_data_officer(desk, tell_others(desk, file), f"data {entry}")


def _sheet(report: Report, desk: CaseContext) -> ReportedFacts:
    """Return the facts to encrypt, with everyone the report names or points to as involved."""
    named = _named(report, desk)
    return ReportedFacts(
        category=report.category,
        reported={one.name: _sealed_as(one, report) for one in sealed_words()},
        reporter_person=report.person,
        named=tuple(sorted(named)),
        heads=tuple(sorted(heads_among(named, desk.roll))),
        above=tuple(sorted(above_others(named, desk.roll))),
        personal_data=report.personal_data,
        asks=desk.asked_of(report.category, personal_data=report.personal_data),
    )


def _sealed_as(one: ReportField, report: Report) -> str | None:
    """Return an answer as it is stored; None if it would identify the reporter and was not given."""
    said = _clean(report.words(one))
    return None if one.identifies and not said else said


def _received(secret: str, report: Report, desk: CaseContext, file: CaseContent) -> ReportReceipt:
    routed = desk.route(file.case.category, file.case.named, file.case.heads)
    told = dict.fromkeys(desk.role(role) for role, _ in desk.also_told(file))
    return ReportReceipt(
        number=file.stored.number,
        passphrase=passphrase_of(secret, report.form_key),
        goes_to=desk.role(routed.role),
        told=tuple(role for role in told if role != desk.role(routed.role)),
        next_step_on=desk.calendar.add_school_days(desk.today, NEXT_STEP_SCHOOL_DAYS),
        telephone=routed.telephone,
    )


def _of_passphrase(
    services: Services, conn: Connection, school: str, passphrase: str, *, to_change: bool
) -> CaseRow | None:
    digests = (
        inbox_digest(school, passphrase),
        keyed_inbox_digest(services.links.secret, school, passphrase),
    )
    for digest in digests:
        stored = case_store.of_inbox(conn, school, digest, to_change=to_change)
        if stored is not None and same_digest(stored.inbox, digest):
            return stored
    return None


def _keys(services: Services) -> CaseKeys:
    if services.case_keys is None:
        raise KeysMissing
    return services.case_keys
