"""Turns a checked register file into the domain's Register."""

from __future__ import annotations

from bot.register.file_models import (
    AccountPart,
    BodyPart,
    MeetingPart,
    ObligationPart,
    PolicyPart,
    RegisterFile,
    SchoolPart,
)
from bot.rules import audience, reminder_ladder
from bot.rules import cadence as rule_cadence
from bot.rules.accounts import Account
from bot.rules.calendar import Term
from bot.rules.check_items import parse_item
from bot.rules.evidence import CheckQuestion
from bot.rules.meetings import CLEAR_DAYS, Body, Meeting
from bot.rules.obligations import Obligation, Source
from bot.rules.people import Nation, Phones, School, Words
from bot.rules.policies import PartialDate, Policy
from bot.rules.register import Register, Route

ROSTER = "roster"


def to_domain(file: RegisterFile) -> Register:
    """Make the domain's register. Policies carry no versions: those come from the documents themselves."""
    school = file.setting.key
    roles = {role: tuple(people) for role, people in file.roles.items() if people != [ROSTER]}
    calendar = file.calendar
    return Register(
        school=_school(file.setting),
        roles=roles,
        policies=tuple(_policy(school, part) for part in file.policies),
        obligations=tuple(to_obligation(school, part) for part in file.obligations),
        accounts=tuple(_account(school, part) for part in file.accounts),
        bodies=tuple(_body(school, file.setting.nation, part, roles) for part in file.bodies),
        routes=tuple(
            Route(part.category, tuple(part.to), tuple(part.clocks), tuple(part.ask), tuple(part.tell))
            for part in file.routes
        ),
        terms=tuple(Term(term.name, term.first_day, term.last_day) for term in calendar.terms),
        inset_on=frozenset(calendar.inset_days),
        closed_on=frozenset(calendar.closed_days),
    )


def _school(part: SchoolPart) -> School:
    words = part.words
    return School(
        key=part.key,
        name=part.name,
        kind=part.kind,
        since=part.since,
        nation=part.nation,
        words=Words(words.head, words.governors, words.approving_body, words.pupils, tuple(words.visitors)),
        phones=Phones(part.phones.office, part.phones.dsl, part.phones.lado),
        opens_at=part.hours.opens,
        closes_at=part.hours.closes,
        weekly_budget=part.weekly_messages,
        staff_means=frozenset(part.staff_means),
    )


def _policy(school: str, part: PolicyPart) -> Policy:
    return Policy(
        key=part.key,
        school=school,
        title=part.title,
        owner=part.owner,
        approver=part.approver,
        written_on=_printed(part.written),
        reviewed_on=_printed(part.reviewed),
        approved_on=_printed(part.approved),
        approved_by=part.approved_by,
        minute_reference=part.minute_reference,
        effective_on=_printed(part.effective),
        next_review=_printed(part.next_review),
        cycle_months=part.review_every_months,
        cadence_text=part.review_words,
        statutory=part.statutory,
        link=part.link,
    )


def _printed(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text is not None else None


def to_obligation(school: str, part: ObligationPart) -> Obligation:
    """Make the domain's obligation of one entry of a register file."""
    return Obligation(
        key=part.key,
        school=school,
        kind=part.kind,
        title=part.title,
        audience=audience.parse(part.who),
        cadence=tuple(rule_cadence.parse(words) for words in part.when),
        ladder=reminder_ladder.parse(part.reminders),
        source=Source(part.source.policy, part.source.clause, part.source.stated, tuple(part.source.quotes)),
        policy=part.about,
        statement=part.statement,
        minutes=part.minutes,
        active=part.active,
        at_least=part.at_least,
        renew_weeks=part.renew_weeks,
        proof=part.proof,
        course_link=part.course_link,
        questions=tuple(CheckQuestion(one.ask, tuple(one.answers), one.right) for one in part.questions),
        items=tuple(map(parse_item, part.items)),
    )


def _account(school: str, part: AccountPart) -> Account:
    return Account(
        key=part.key,
        school=school,
        channel=part.channel,
        name=part.name,
        holders=frozenset(part.holders),
        ours=part.ours,
        address=part.address or "",
        purpose=part.purpose or "",
        reach=part.reach or "",
        owner=part.owner or "",
    )


def _body(school: str, nation: Nation, part: BodyPart, roles: dict[str, tuple[str, ...]]) -> Body:
    return Body(
        key=part.key,
        school=school,
        name=part.name,
        clerk=part.clerk or next(iter(roles.get("clerk", ())), None),
        chair=part.chair or next(iter(roles.get("chair", ())), None),
        members=frozenset(part.members),
        meetings=tuple(_meeting(meeting) for meeting in sorted(part.meetings, key=lambda one: one.on)),
        clear_days=CLEAR_DAYS[nation] if part.clear_days is None else part.clear_days,
        agenda_days_before_papers=part.agenda_days,
        draft_days_before_agenda=part.draft_days,
        tell_members=part.tell_members,
    )


def _meeting(part: MeetingPart) -> Meeting:
    return Meeting(part.on.isoformat(), part.on, part.papers_by)
