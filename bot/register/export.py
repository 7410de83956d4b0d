"""Writes what the store holds as a register file: what `convert` reads, the other way round."""

from __future__ import annotations

from bot.register.convert import ROSTER
from bot.register.file_models import (
    AccountPart,
    BodyPart,
    CalendarPart,
    HoursPart,
    MeetingPart,
    ObligationPart,
    PhonesPart,
    PolicyPart,
    QuestionPart,
    RegisterFile,
    RoutePart,
    SchoolPart,
    SourcePart,
    TermPart,
    WordsPart,
)
from bot.rules import reminder_ladder
from bot.rules.accounts import Account
from bot.rules.meetings import Body
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.rules.policies import PartialDate, Policy
from bot.rules.register import Register


def to_file(register: Register) -> RegisterFile:
    """Return a register as a file: applying it changes nothing. Texts of policies stay in the store."""
    return RegisterFile(
        setting=_school(register.school),
        calendar=CalendarPart(
            terms=[
                TermPart(name=one.name, first_day=one.first_on, last_day=one.last_on)
                for one in register.terms
            ],
            inset_days=sorted(register.inset_on),
            closed_days=sorted(register.closed_on),
        ),
        roles=_roles(register),
        bodies=[_body(one) for one in register.bodies],
        policies=[_policy(one) for one in register.policies],
        obligations=[to_part(one) for one in register.obligations],
        accounts=[_account(one) for one in register.accounts],
        routes=[
            RoutePart(
                category=one.category,
                to=list(one.to),
                tell=list(one.tell),
                clocks=list(one.clocks),
                ask=list(one.asks),
            )
            for one in register.routes
        ],
    )


def _roles(register: Register) -> dict[str, list[str]]:
    """Return who holds each role. Of one that is named and held by no one here, the list of people says."""
    held = {role: list(people) for role, people in register.roles.items() if people}
    named = {
        term.name
        for one in register.obligations
        for term in (*one.audience.any_of, *one.audience.but_not)
        if term.sort == "role"
    }
    named |= {role for one in register.routes for role in (*one.to, *one.tell)}
    named |= {one.owner for one in register.accounts if one.owner}
    owners = (name for one in register.policies for name in (one.owner, one.approver) if name)
    named |= {name.removeprefix("role:") for name in owners if name.startswith("role:")}
    return held | {role: [ROSTER] for role in sorted(named - held.keys())}


def to_part(one: Obligation) -> ObligationPart:
    """Return a rule as its entry of the file; `convert.to_obligation` reads it back, but for `since`."""
    return ObligationPart(
        key=one.key,
        kind=one.kind,
        title=one.title,
        who=str(one.audience),
        when=[str(often) for often in one.cadence],
        reminders=reminder_ladder.in_words(one.ladder),
        about=one.policy,
        statement=one.statement,
        minutes=one.minutes,
        source=SourcePart(
            policy=one.source.policy,
            clause=one.source.clause,
            stated=one.source.stated,
            quotes=list(one.source.quotes),
        ),
        active=one.active,
        at_least=one.at_least,
        renew_weeks=one.renew_weeks,
        proof="certificate" if one.proof else None,
        course_link=one.course_link,
        questions=[
            QuestionPart(ask=part.ask, answers=list(part.answers), right=part.right) for part in one.questions
        ],
        items=[str(item) for item in one.items],
    )


def _school(one: School) -> SchoolPart:
    words, phones = one.words, one.phones
    return SchoolPart.model_validate(
        {
            "key": one.key,
            "name": one.name,
            "kind": one.kind,
            "nation": one.nation,
            "since": one.since,
            "staff_means": sorted(one.staff_means),
            "weekly_messages": one.weekly_budget,
            "hours": HoursPart(opens=one.opens_at, closes=one.closes_at),
            "words": WordsPart(
                head=words.head,
                governors=words.governors,
                approving_body=words.approving_body,
                pupils=words.pupils,
                visitors=list(words.visitors),
            ),
            "phones": PhonesPart(office=phones.office, dsl=phones.dsl, lado=phones.lado),
        }
    )


def _body(one: Body) -> BodyPart:
    return BodyPart(
        key=one.key,
        name=one.name,
        clerk=one.clerk,
        chair=one.chair,
        members=sorted(one.members),
        meetings=[MeetingPart(on=meeting.on, papers_by=meeting.papers_on) for meeting in one.meetings],
        clear_days=one.clear_days,
        agenda_days=one.agenda_days_before_papers,
        draft_days=one.draft_days_before_agenda,
        tell_members=one.tell_members,
    )


def _policy(one: Policy) -> PolicyPart:
    return PolicyPart(
        key=one.key,
        title=one.title,
        link=one.link,
        owner=one.owner,
        approver=one.approver,
        approved_by=one.approved_by,
        minute_reference=one.minute_reference,
        written=_printed(one.written_on),
        reviewed=_printed(one.reviewed_on),
        approved=_printed(one.approved_on),
        effective=_printed(one.effective_on),
        next_review=_printed(one.next_review),
        review_every_months=one.cycle_months,
        review_words=one.cadence_text,
        statutory=one.statutory,
    )


def _printed(day: PartialDate | None) -> str | None:
    return day.text if day is not None else None


def _account(one: Account) -> AccountPart:
    return AccountPart.model_validate(
        {
            "key": one.key,
            "channel": one.channel,
            "name": one.name,
            "holders": sorted(one.holders),
            "ours": one.ours,
            "address": one.address or None,
            "purpose": one.purpose or None,
            "reach": one.reach or None,
            "owner": one.owner or None,
        }
    )
