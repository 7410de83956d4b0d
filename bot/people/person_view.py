"""All about one person: what they are asked, what they have signed, their training, and what they hold.

Only what is recorded of their tasks: no case, no report, no words of a question or a refusal, and never why
someone is away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.roles import Permission
from bot.database.engine import Store
from bot.identity.member import Member
from bot.messages import store as message_store
from bot.messages.store import MessageSummary
from bot.people.task_actions import may_take_out, reasons_not_to_remind, school_excuse
from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records.evidence import StoredEvidence
from bot.rules.accounts import Account
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind
from bot.rules.policies import Policy
from bot.signing.excuses import may_excuse
from bot.signing.my_duties import CompletedDuty, done_by
from bot.status.links import ON_PAPER, Deed, LinkedRow, linked_rows
from bot.status.model import StatusLine, lines_of
from bot.status.words import in_order

TASKS = "/office/people/tasks"
SHOWN_LATEST = 12
SENT = frozenset({"sent", "unknown"})
HAPPENED: Mapping[Outcome, str] = {
    Outcome.DONE: "Done",
    Outcome.QUESTION: "Asked a question",
    Outcome.DECLINED: "Could not agree",
    Outcome.EXCUSED: "Not asked for now",
    Outcome.ANSWERED: "Answered, or asked again",
    Outcome.WITHDRAWN: "Record taken out",
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task with what the reader may do about it.

    `remind`: whether they may remind; `why_not`: why not today, in words. `asks_again`: the school excused
    them, and the reader may end that. `deeds`: pages to open, the first one first.
    """

    row: LinkedRow
    deeds: tuple[Deed, ...] = ()
    remind: bool = False
    why_not: str = ""
    asks_again: bool = False

    @property
    def line(self) -> StatusLine:
        return self.row.line


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of what happened to a person: no case, no reason, no words of anyone."""

    on: date
    says: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person on one day. `open` has the most pressing task first; `aside`: on hold or not needed.

    `counts`: state -> number of tasks, in the order in which pages show them. `may_take_out`: the receipts of
    records that may have been entered by mistake. `happened`: the latest first.
    """

    open: tuple[TaskRow, ...]
    aside: tuple[TaskRow, ...]
    counts: Mapping[str, int]
    signed: tuple[CompletedDuty, ...]
    trained: tuple[CompletedDuty, ...]
    accounts: tuple[Account, ...]
    policies: tuple[Policy, ...]
    may_take_out: frozenset[str]
    happened: tuple[HistoryLine, ...]

    @property
    def why_not(self) -> str:
        """Why they may be reminded of nothing, where it is one reason for all; empty otherwise."""
        reasons = {one.why_not for one in self.open if one.remind}
        return reasons.pop() if len(reasons) == 1 else ""

    @property
    def may_be_reminded_of(self) -> int:
        return sum(one.remind and not one.why_not for one in self.open)


def may_view(member: Member, key: str) -> bool:
    """Return whether a reader may see a person's page: themselves, their manager, the office, the DSL."""
    person = member.snapshot.people.get(key)
    here = person.membership(member.school.key) if person else None
    if here is None:
        return member.may(Permission.USE_OFFICE)
    permitted = (Permission.USE_OFFICE, Permission.EXCUSE_FROM_SAFEGUARDING)
    return member.person.key in {key, here.manager} or any(member.may(one) for one in permitted)


def may_remind(member: Member, key: str) -> bool:
    """Return whether a reader may remind a person: the office and their line manager, never themselves."""
    person = member.snapshot.people.get(key)
    here = person.membership(member.school.key) if person else None
    is_manager = here is not None and here.manager == member.person.key
    return member.person.key != key and (is_manager or member.may(Permission.USE_OFFICE))


def task_page(action: str, line: StatusLine) -> str:
    """Return the address of the page on which something is decided of a task."""
    named = urlencode({"rule": line.obligation, "cycle": line.cycle})
    return f"{TASKS}/{quote(line.person, safe='')}/{action}?{named}"


def view_person(store: Store, member: Member, person: str, now: datetime) -> PersonView:
    """Gather one person's page; nothing is written."""
    snapshot, school, today = member.snapshot, member.school.key, local_date(now)
    lines = lines_of(snapshot, school, person, today)
    rows = linked_rows(snapshot, school, lines, member.person.key)
    with store.reading() as conn:
        acts = record_evidence.of_person(conn, school, person)
        sent = message_store.recent(conn, school=school, person=person, states=SENT)
    done = done_by(snapshot, acts)
    courses = {one.key for one in snapshot.obligations if (one.school, one.kind) == (school, Kind.TRAIN)}
    accounts = (one for one in snapshot.accounts if one.school == school)
    policies = (one for (owner, _), one in snapshot.policies.items() if owner == school)
    why_not = reasons_not_to_remind(snapshot, person, now) if may_remind(member, person) else {}
    tasks = [_task_row(member, row, why_not, acts) for row in rows]
    is_office = member.may(Permission.USE_OFFICE)
    reader = member.person.key
    return PersonView(
        open=tuple(one for one in tasks if one.line.state in PRESSING),
        aside=tuple(one for one in tasks if one.line.state in {State.PAUSED, State.EXCUSED}),
        counts=in_order(Counter(one.state.value for one in lines)),
        signed=tuple(one for one in done if one.kept.record.obligation not in courses),
        trained=tuple(one for one in done if one.kept.record.obligation in courses),
        accounts=tuple(one for one in accounts if person in one.holders),
        policies=tuple(one for one in policies if one.owner == person),
        may_take_out=frozenset(
            one.kept.receipt for one in done if is_office and may_take_out(one.kept, school, reader)
        ),
        happened=_happened(snapshot, school, person, acts, sent, today),
    )


def _task_row(
    member: Member,
    row: LinkedRow,
    why_not: Mapping[tuple[str, str], str],
    acts: Sequence[StoredEvidence],
) -> TaskRow:
    line, reader = row.line, member.person.key
    rule = next(one for one in member.snapshot.obligations if one.key == line.obligation)
    excuses = may_excuse(member.roles, reader, line.person, rule)
    if line.state not in PRESSING:
        about = [one for one in acts if one.record.obligation == line.obligation]
        ends = excuses and line.state is State.EXCUSED and school_excuse(about, line.subject) is not None
        return TaskRow(row, () if ends else (row.deed,), asks_again=ends)
    if line.person == reader:
        return TaskRow(row, (row.deed,))
    deeds: list[Deed] = []
    if member.may(Permission.USE_OFFICE) and row.deed.href.partition("#")[0] != row.person:
        deeds.append(Deed("Took it elsewhere", row.deed.href) if line.kind is Kind.TRAIN else _paper(row))
    if excuses:
        deeds += [Deed("Excuse", task_page("excuse", line))]
        deeds += [Deed("Does not apply", task_page("not-needed", line))]
    whole = (line.obligation, line.cycle)
    return TaskRow(row, tuple(deeds), remind=whole in why_not, why_not=why_not.get(whole, ""))


def _paper(row: LinkedRow) -> Deed:
    """Return the deed of what is read or signed, with its own item ticked on the page of the sheet."""
    if row.line.kind not in ON_PAPER or row.deed.verb != "Done on paper":
        return row.deed
    return Deed(row.deed.verb, f"{row.deed.href}&{urlencode({'rule': row.line.obligation})}")


def _happened(
    snapshot: Snapshot,
    school: str,
    person: str,
    acts: Sequence[StoredEvidence],
    sent: Sequence[MessageSummary],
    today: date,
) -> tuple[HistoryLine, ...]:
    titles = {one.key: one.named for one in snapshot.obligations if one.school == school}

    def lines() -> Iterator[HistoryLine]:
        for one in acts:
            of = one.record
            title = of.policy_title or titles.get(of.obligation, of.obligation)
            yield HistoryLine(of.acted_on, f"{HAPPENED[of.outcome]}: {title}")
        for letter in sent:
            said = "; ".join(dict.fromkeys(titles.get(item.obligation, "") for item in letter.items))
            if said:
                yield HistoryLine(letter.planned_on, f"Emailed: {said}")
        here = snapshot.people[person].membership(school) if person in snapshot.people else None
        for away in here.absences if here else ():
            if away.first_on <= today:
                until = f" until {long_date(away.until)}" if away.until else ""
                yield HistoryLine(away.first_on, f"Away{until}")

    return tuple(sorted(lines(), key=lambda one: one.on, reverse=True)[:SHOWN_LATEST])
