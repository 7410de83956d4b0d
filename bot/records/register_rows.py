"""The register's records as rows, and rows as records. Nothing here reads or writes.

Cadences and ladders as JSON and back, whole: every step keeps its name, which is part of natural keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from bot.rules import audience
from bot.rules.accounts import Account
from bot.rules.cadence import Cadence
from bot.rules.cadence import from_json as cadence_from_json
from bot.rules.check_items import parse_item
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Phones, School, Words
from bot.rules.policies import PartialDate, Policy, Version
from bot.rules.register import Register, Route
from bot.rules.reminder_ladder import Ladder, Step


@lru_cache(maxsize=1024)
def cadence_from_stored(stored: str) -> tuple[Cadence, ...]:
    return tuple(map(cadence_from_json, json.loads(stored)))


def ladder_to_json(ladder: Ladder) -> list[dict[str, Any]]:
    return [asdict(step) for step in ladder.steps]


@lru_cache(maxsize=1024)
def ladder_from_stored(stored: str) -> Ladder:
    return Ladder(tuple(Step(**step) for step in json.loads(stored)))


Values = dict[str, Any]

DATES = ("written_on", "reviewed_on", "approved_on", "effective_on", "next_review")


def school_row(one: School, now: datetime) -> Values:
    return {
        "key": one.key,
        "name": one.name,
        "kind": one.kind,
        "since_on": one.since,
        "words": asdict(one.words),
        "phones": asdict(one.phones),
        "opens": one.opens_at,
        "closes": one.closes_at,
        "weekly_budget": one.weekly_budget,
        "staff_means": sorted(one.staff_means),
        "timezone": one.timezone,
        "nation": one.nation,
        "saved_at": now,
    }


# Of an obligation, kept as JSON; many have the same.
KEPT_AS_JSON = ("cadence", "ladder")


def school_record(row: Row[Any]) -> School:
    return School(
        key=row.key,
        name=row.name,
        kind=row.kind,
        since=row.since_on,
        words=_words(row.words),
        phones=Phones(**row.phones),
        opens_at=row.opens,
        closes_at=row.closes,
        weekly_budget=row.weekly_budget,
        staff_means=frozenset(row.staff_means),
        timezone=row.timezone,
        nation=row.nation,
    )


def _words(said: Values) -> Words:
    """Return a school's words; rows stored before visitors had one get the default."""
    visitors = said.get("visitors")
    return Words(**{**said, "visitors": tuple(visitors)} if visitors else said)


def policy_row(one: Policy, position: int) -> Values:
    stated: dict[str, PartialDate | None] = {name: getattr(one, name) for name in DATES}
    return {
        "setting": one.school,
        "key": one.key,
        "title": one.title,
        "owner": one.owner,
        "approver": one.approver,
        "dates": {name: {"text": said.text, "quote": None} for name, said in stated.items() if said},
        "approved_by": one.approved_by,
        "minute_reference": one.minute_reference,
        "cycle_months": one.cycle_months,
        "cadence_text": one.cadence_text,
        "statutory": one.statutory,
        "link": one.link,
        "position": position,
        "listed": True,
    }


def policy_record(row: Row[Any], versions: Iterable[Version] = ()) -> Policy:
    stated = {name: PartialDate.parse(said["text"]) for name, said in row.dates.items()}
    return Policy(
        key=row.key,
        school=row.setting,
        title=row.title,
        owner=row.owner,
        approver=row.approver,
        approved_by=row.approved_by,
        minute_reference=row.minute_reference,
        cycle_months=row.cycle_months,
        cadence_text=row.cadence_text,
        statutory=row.statutory,
        versions=tuple(versions),
        link=row.link,
        **stated,
    )


def version_record(row: Row[Any]) -> Version:
    return Version(row.number, row.sha256_bytes, row.issued_on, row.minor)


def obligation_row(one: Obligation, position: int) -> Values:
    return {
        "setting": one.school,
        "key": one.key,
        "kind": one.kind.value,
        "title": one.title,
        "audience": str(one.audience),
        "cadence": [often.to_json() for often in one.cadence],
        "ladder": ladder_to_json(one.ladder),
        "source_policy": one.source.policy,
        "source_clause": one.source.clause,
        "source_stated": one.source.stated,
        "source_quotes": list(one.source.quotes),
        "policy": one.policy,
        "statement": one.statement,
        "minutes": one.minutes,
        "active": one.active,
        "at_least": one.at_least,
        "renew_weeks": one.renew_weeks,
        "proof": one.proof,
        "course_link": one.course_link,
        "since_on": one.since,
        "items": [str(item) for item in one.items],
        "position": position,
        "listed": True,
    }


def obligation_record(row: Row[Any]) -> Obligation:
    """Make an obligation of a row, its cadence and ladder as they are stored (`KEPT_AS_JSON`)."""
    return Obligation(
        key=row.key,
        school=row.setting,
        kind=Kind(row.kind),
        title=row.title,
        audience=audience.parse(row.audience),
        cadence=cadence_from_stored(row.cadence),
        ladder=ladder_from_stored(row.ladder),
        source=Source(row.source_policy, row.source_clause, row.source_stated, tuple(row.source_quotes)),
        policy=row.policy,
        statement=row.statement,
        minutes=row.minutes,
        active=row.active,
        at_least=row.at_least,
        renew_weeks=row.renew_weeks,
        proof=row.proof,
        course_link=row.course_link,
        since=row.since_on,
        items=tuple(map(parse_item, row.items)),
    )


def account_row(one: Account, position: int) -> Values:
    return {
        "setting": one.school,
        "key": one.key,
        "channel": one.channel,
        "name": one.name,
        "ours": one.ours,
        "address": one.address,
        "purpose": one.purpose,
        "reach": one.reach,
        "owner": one.owner,
        "position": position,
        "listed": True,
    }


def account_record(row: Row[Any], holders: Iterable[str]) -> Account:
    return Account(
        key=row.key,
        school=row.setting,
        channel=row.channel,
        name=row.name,
        holders=frozenset(holders),
        ours=row.ours,
        address=row.address,
        purpose=row.purpose,
        reach=row.reach,
        owner=row.owner,
    )


def body_row(one: Body, position: int) -> Values:
    return {
        "setting": one.school,
        "key": one.key,
        "name": one.name,
        "clerk": one.clerk,
        "chair": one.chair,
        "members": sorted(one.members),
        "clear_days": one.clear_days,
        "agenda_days_before_papers": one.agenda_days_before_papers,
        "draft_days_before_agenda": one.draft_days_before_agenda,
        "tell_members": one.tell_members,
        "position": position,
        "listed": True,
    }


def body_record(row: Row[Any], meetings: Iterable[Meeting]) -> Body:
    return Body(
        key=row.key,
        school=row.setting,
        name=row.name,
        clerk=row.clerk,
        chair=row.chair,
        members=frozenset(row.members),
        meetings=tuple(meetings),
        clear_days=row.clear_days,
        agenda_days_before_papers=row.agenda_days_before_papers,
        draft_days_before_agenda=row.draft_days_before_agenda,
        tell_members=row.tell_members,
    )


def role_rows(register: Register) -> list[Values]:
    return [
        {"setting": register.school.key, "role": role, "person": person, "position": position}
        for role, people in register.roles.items()
        for position, person in enumerate(dict.fromkeys(people))
    ]


def holder_rows(register: Register) -> list[Values]:
    return [
        {"setting": register.school.key, "account": one.key, "person": person}
        for one in register.accounts
        for person in sorted(one.holders)
    ]


def meeting_rows(register: Register) -> list[Values]:
    return [
        {
            "setting": register.school.key,
            "body": one.key,
            "key": meeting.key,
            "meets_on": meeting.on,
            "papers_on": meeting.papers_on,
            "position": position,
        }
        for one in register.bodies
        for position, meeting in enumerate(one.meetings)
    ]


def route_rows(register: Register) -> list[Values]:
    return [
        {
            "setting": register.school.key,
            "category": one.category,
            "sends_to": list(one.to),
            "clocks": list(one.clocks),
            "asks": list(one.asks),
            "tell": list(one.tell),
            "position": position,
        }
        for position, one in enumerate(register.routes)
    ]


def route_record(row: Row[Any]) -> Route:
    return Route(row.category, tuple(row.sends_to), tuple(row.clocks), tuple(row.asks), tuple(row.tell))


def term_rows(register: Register) -> list[Values]:
    return [
        {"setting": register.school.key, "name": one.name, "first_on": one.first_on, "last_on": one.last_on}
        for one in register.terms
    ]


def closure_rows(register: Register) -> list[Values]:
    days: dict[str, frozenset[date]] = {"inset": register.inset_on, "closed": register.closed_on}
    return [
        {"setting": register.school.key, "kind": kind, "falls_on": day}
        for kind, kept in days.items()
        for day in sorted(kept)
    ]
