"""Gather what waits for one person from every feature: each source is one function of SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from bot.accounts import requests as account_requests
from bot.accounts.model import State as AccountState
from bot.accounts.model import account_statuses, waiting_for
from bot.accounts.service import AccountActor
from bot.accounts.two_step import holders_here
from bot.accounts.two_step import readings as two_step_readings
from bot.cases.model import CaseState
from bot.cases.service import cases_for
from bot.core.clock import local_date
from bot.core.encryption import KeysMissing, WrongKey
from bot.core.roles import Permission
from bot.core.text import capitalise
from bot.identity.member import KIOSK, Member, identified
from bot.logbook.service import LogActor, late_entries
from bot.messages import store as message_store
from bot.people.case_routes import waiting_routes
from bot.people.leavers import history, open_leavers
from bot.planning.active_members import active_members
from bot.policies.website import wrong_readings
from bot.register.weekly_checks import waiting_checks
from bot.requests.service import Reader, desk
from bot.rule_pages.service import waiting_changes
from bot.rules.duties import READING, State
from bot.rules.obligations import Kind
from bot.services import Services
from bot.signing.my_duties import MyDuty, my_duties
from bot.signing.questions import StaffQuestion, questions
from bot.status.links import ACCOUNTS, OWN, finding_deed, person_page, policy_page
from bot.status.model import StatusLine, figures
from bot.status.undelivered import undelivered
from bot.status.warnings import findings
from bot.status.words import areas, brief
from bot.today.model import Area, TodayItem
from bot.training import claims

# So many of the latest messages are looked through.
RECENT = 200
NOT_REACHED = frozenset({"no-address", "unreachable"})
# Told as an account's own row.
OF_ACCOUNTS = "account-"
IT = "it"
READINGS = "/it/readings"
TURN_ON = (
    "Turn it on in the security settings of your school account; the person who looks after IT can help."
)


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom is gathered, and when."""

    services: Services
    member: Member
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def school(self) -> str:
        return self.member.school.key


def waiting_items(
    services: Services, member: Member, owed: Iterable[MyDuty], now: datetime
) -> tuple[TodayItem, ...]:
    """List their own tasks and all else that waits for a person; on a shared device only the tasks."""
    asker = Asker(services, member, now)
    others = () if member.how == KIOSK else SOURCES
    return (*task_items(owed), *(item for source in others for item in source(asker)))


def all_waiting(services: Services, member: Member, now: datetime) -> tuple[TodayItem, ...]:
    """List what waits for a person, their own tasks among it. Nothing is written."""
    today = local_date(now)
    mine = my_duties(services.store, member.snapshot, member.school.key, member.person, today)
    return waiting_items(services, member, mine.owed, now)


def task_items(owed: Iterable[MyDuty]) -> Iterator[TodayItem]:
    """Return a person's own tasks as rows."""
    for one in owed:
        duty = one.duty
        yield TodayItem(
            Area.TASK,
            f"{one.title}, {one.account}" if one.account else one.title,
            OWN[duty.obligation.kind],
            one.address,
            detail=brief(duty.why),
            state=duty.state,
            due_on=duty.due_on,
            is_reading=duty.obligation.kind in READING,
        )


def _requests(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    reader = Reader(member.school, member.person, identified(member).by, member.snapshot)
    for one in desk(asker.services.store, reader, asker.now):
        if one.open and one.may_decide:
            asked = one.request
            title = f"{asked.person_name}: {asked.title}"
            since = local_date(asked.asked_at)
            yield TodayItem(
                Area.REQUEST, title, "Decide", f"/me/requests/{asked.reference}", asked.what, since=since
            )


def _questions(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    for one in questions(asker.services.store, member.snapshot, asker.school, asker.now):
        record = one.kept.record
        nobodys = one.owner is None and member.may(Permission.ANSWER_REFUSALS)
        owned = one.owner is not None and one.owner.key == member.person.key
        if not one.is_open or record.person == member.person.key or not (owned or nobodys):
            continue
        said = "cannot agree to" if one.is_refusal else "asks about"
        yield TodayItem(
            Area.REFUSAL if one.is_refusal else Area.QUESTION,
            f"{record.person_name} {said} {one.title}",
            "Answer",
            f"/office/questions/{one.receipt}",
            _waits(member, one, asker.today),
            since=record.acted_on,
            state=State.PAUSED,
        )


def _waits(member: Member, question: StaffQuestion, today: date) -> str:
    """Return from whom a question was handed over, and whether its asker is asked again already."""
    before = member.snapshot.people.get(question.handed_over_by)
    handed = f"Handed over from {before.name}, who did not answer in time." if before else ""
    again = (
        "They are asked again, as it was not answered in time." if question.asked_again_on <= today else ""
    )
    return " ".join(one for one in (handed, again) if one)


def _accounts(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    leads = member.may(Permission.APPROVE_ACCOUNTS)
    for one in account_statuses(member.snapshot, asker.school, asker.today):
        href = f"/accounts/{quote(one.account.key, safe='')}"
        for post in waiting_for(one.log, member.person.key):
            title = f"A post for {one.account.called}"
            yield TodayItem(Area.POST, title, "Check post", href, since=post.entry.on)
        stopped = one.verdict.state is AccountState.STOP
        holds = member.person.key in one.account.holders
        if (stopped and (leads or holds)) or (one.verdict.state is AccountState.NEEDS and holds):
            reason = one.verdict.reasons[0]
            area = Area.STOPPED if stopped else Area.ACCOUNT
            said = f"{reason.says} {reason.next_step}"
            yield TodayItem(area, one.account.called, "See account", href, said, State.DUE_SOON)


def _new_accounts(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    if not member.may(Permission.APPROVE_ACCOUNTS):
        return
    person = member.person
    who = AccountActor(asker.school, person.key, person.name, member.roles, identified(member).by, "")
    for one in account_requests.requests_for(asker.services, who, asker.now):
        asked = one.request
        if one.decision is None and asked.by != person.key:
            href = f"/accounts/requests/{asked.reference}"
            title = f"{asked.by_name} asks for a new account: {asked.name}"
            yield TodayItem(Area.REQUEST, title, "Decide", href, asked.purpose, since=local_date(asked.at))


def _certificates(asker: Asker) -> Iterator[TodayItem]:
    if not asker.member.may(Permission.MANAGE_TRAINING):
        return
    rules = {(one.school, one.key): one for one in asker.member.snapshot.obligations}
    for one in claims.waiting(asker.services, asker.school):
        course = rules.get((one.school, one.obligation))
        if one.person != asker.member.person.key:
            title = f"{one.person_name}: {course.title if course else one.obligation}"
            since = local_date(one.said_at)
            yield TodayItem(
                Area.CERTIFICATE,
                title,
                "Check certificate",
                "/training/waiting",
                since=since,
                state=State.PAUSED,
            )


def _cases(asker: Asker) -> Iterator[TodayItem]:
    try:
        rows = cases_for(asker.services, asker.school, asker.member.person.key, asker.now)
    except (KeysMissing, WrongKey):
        return
    for one in rows:
        if one.mine and one.state is not CaseState.CLOSED:
            yield TodayItem(
                Area.CASE,
                f"Case {one.number}",
                "Open case",
                f"/cases/{one.number}",
                f"{one.title}. {capitalise(one.clock.action)}." if one.clock else one.title,
                State.OVERDUE if one.clock and one.clock.how == "late" else State.DUE_SOON,
                clock_at=one.clock.due_at if one.clock else None,
                since=one.received_on,
            )


def _rule_changes(asker: Asker) -> Iterator[TodayItem]:
    if not asker.member.may(Permission.DECIDE_RULE_CHANGES):
        return
    people = asker.member.snapshot.people
    for one in waiting_changes(asker.services, asker.school):
        if one.by != asker.member.person.key:
            by = people[one.by].name if one.by in people else one.by
            title = f"{by} asks for a second yes: {one.title}"
            href = f"/office/rules/changes/{one.reference}"
            yield TodayItem(Area.REQUEST, title, "Decide", href, one.why, since=local_date(one.at))
    for change in waiting_routes(asker.services, asker.school):
        if change.by != asker.member.person.key:
            by = people[change.by].name if change.by in people else change.by
            title = f"{by} asks for a second yes: who takes reports"
            href = f"/case-routes#change-{change.reference}"
            yield TodayItem(Area.REQUEST, title, "Decide", href, change.why, since=local_date(change.at))


def _checks(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    if not member.may(Permission.USE_OFFICE):
        return
    for one in waiting_checks(member.snapshot, asker.school, member.person.key, asker.today):
        rule = one.check.obligation
        if not one.address:
            href = f"/office/rules/{quote(rule.key, safe='')}#who"
            yield TodayItem(
                Area.CHECK, f"{one.name}: {rule.title}", "Change check", href, state=State.NO_RECORD
            )


def _findings(asker: Asker) -> Iterator[TodayItem]:
    if not asker.member.may(Permission.USE_OFFICE):
        return
    for one in findings(asker.member.snapshot, asker.today):
        if one.school != asker.school or one.level == "info" or one.code.startswith(OF_ACCOUNTS):
            continue
        deed = finding_deed(one)
        area = Area.UNREACHABLE if one.code in NOT_REACHED else Area.FINDING
        yield TodayItem(area, one.says, deed.verb, deed.href, one.hint, State.NO_RECORD)


def _websites(asker: Asker) -> Iterator[TodayItem]:
    member = asker.member
    if not member.may(Permission.USE_OFFICE):
        return
    for policy, one in wrong_readings(asker.services, member.snapshot.policies, asker.school, asker.today):
        yield TodayItem(
            Area.OUTSIDE,
            f"{policy.title}: {one.in_words}",
            "See policy",
            f"{policy_page(policy.key)}#website",
            one.what_to_do,
            State.DUE_SOON,
            since=one.since,
        )


def _leavers(asker: Asker) -> Iterator[TodayItem]:
    """Return who left and still has an account: for those who look after IT, else for the office."""
    member = asker.member
    roll = active_members(member.snapshot, asker.today)[asker.school]
    technicians = [key for key in roll.holders(IT) if not roll.here[key].away_on(asker.today)]
    mine = member.person.key in technicians if technicians else member.may(Permission.USE_OFFICE)
    if not mine:
        return
    for person, one in open_leavers(asker.services, member.snapshot, asker.school, asker.today):
        yield TodayItem(
            Area.OUTSIDE,
            f"{person.name}: {one.in_words}",
            "See what is open",
            READINGS,
            history(one),
            State.DUE_SOON,
            since=one.left_on,
        )


def _two_step(asker: Asker) -> Iterator[TodayItem]:
    """Return who runs an official account without a second step: to themselves, and to the office."""
    member = asker.member
    found = two_step_readings(asker.services, asker.school)
    for key in holders_here(member.snapshot, asker.school, asker.now) if found else ():
        mine = key == member.person.key
        if key not in found or found[key].is_on or not (mine or member.may(Permission.USE_OFFICE)):
            continue
        who = "You run" if mine else f"{member.snapshot.people[key].name} runs"
        account = next(
            one for one in member.snapshot.accounts if one.school == asker.school and key in one.holders
        )
        yield TodayItem(
            Area.OUTSIDE,
            f"{who} {account.called} without two-step sign-in",
            "See account",
            f"{ACCOUNTS}/{quote(account.key, safe='')}",
            TURN_ON if mine else "Ask them to turn it on for their school account.",
            State.DUE_SOON,
        )


def _log(asker: Asker) -> Iterator[TodayItem]:
    """Return late log entries that the member wrote, or all where they keep the log."""
    member = asker.member
    keeper = LogActor(asker.school, member.person, member.roles, identified(member).by)
    if not keeper.works_here(asker.now):
        return
    for one in late_entries(asker.services.store, keeper, asker.now):
        if one.first.by == member.person.key or member.may(Permission.KEEP_OFFICE_LOG):
            missing = ", ".join(later.open_words for later in one.late(asker.now))
            yield TodayItem(
                Area.LOG,
                f"{one.kind.title}: {missing}",
                "Complete entry",
                f"/log/entry/{quote(one.first.reference, safe='')}",
                state=State.DUE_SOON,
                since=local_date(one.first.happened_at),
            )


def _undelivered(asker: Asker) -> Iterator[TodayItem]:
    if not asker.member.may(Permission.USE_OFFICE):
        return
    with asker.services.store.reading() as conn:
        posted = message_store.recent(conn, school=asker.school, limit=RECENT)
    for one in undelivered(posted, asker.member.snapshot):
        yield TodayItem(
            Area.UNREACHABLE, one.says, one.deed.verb, one.deed.href, one.hint, State.NO_RECORD, since=one.on
        )


def _overdue(asker: Asker) -> Iterator[TodayItem]:
    """Return the head what others are late with: the same thing asked of many people is one row."""
    member = asker.member
    if not member.may(Permission.VIEW_SCHOOL):
        return
    standing = next(one for one in figures(member.snapshot, asker.today) if one.school == asker.school)
    for area in areas(standing):
        late: dict[str, list[StatusLine]] = {}
        for line in area.lines:
            if line.state is State.OVERDUE and line.kind is not Kind.REVIEW:
                late.setdefault(line.obligation, []).append(line)
        for lines in late.values():
            yield _late_row(lines, f"/school/{area.slug}?state=overdue", member.person.key)


def _late_row(lines: list[StatusLine], listed: str, reader: str) -> TodayItem:
    first = lines[0]
    due_on = min((one.due_on for one in lines if one.due_on), default=None)
    alone = len(lines) == 1
    title = f"{first.name}: {first.title}" if alone else f"{first.title}: {len(lines)} people"
    href = person_page(first.person) if alone and first.person != reader else listed
    verb = "Open tasks" if alone else "See list"
    return TodayItem(Area.OVERDUE, title, verb, href, first.why, State.OVERDUE, due_on)


# Where else something may wait for a person; a feature that has something adds its function.
SOURCES: tuple[Callable[[Asker], Iterator[TodayItem]], ...] = (
    _requests,
    _questions,
    _accounts,
    _new_accounts,
    _certificates,
    _cases,
    _rule_changes,
    _checks,
    _overdue,
    _websites,
    _leavers,
    _two_step,
    _log,
    _undelivered,
    _findings,
)
