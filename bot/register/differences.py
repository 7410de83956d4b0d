"""What changes between two registers, part by part, in words with before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.rules import reminder_ladder
from bot.rules.accounts import Account
from bot.rules.evidence import CheckQuestion
from bot.rules.meetings import Body
from bot.rules.obligations import Obligation
from bot.rules.people import School
from bot.rules.policies import Policy
from bot.rules.register import Register, Route

NOTHING = "nothing"
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes, before and after in words."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f'{self.field} from "{self.before}" to "{self.after}"'


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One part of the register that is added, changed or removed."""

    action: Literal["add", "change", "remove"]
    part: str
    key: str
    title: str = ""
    details: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        named = f"{self.part} {self.key}" + (f" ({self.title})" if self.title else "")
        if not self.details:
            return f"{self.action} {named}"
        if self.action == "change":
            return f"{self.action} {named}: {'; '.join(map(str, self.details))}"
        return f"{self.action} {named}: {'; '.join(f'{d.field} {d.after}' for d in self.details)}"


def differences(old: Register | None, new: Register) -> tuple[RegisterChange, ...]:
    """List what applying `new` would change; `old` None: this school is not known yet."""
    before = _parts(old) if old is not None else {}
    after = _parts(new)
    changes: list[RegisterChange] = []
    for part in after:
        changes += _compared(part, before.get(part, {}), after[part])
    return tuple(changes)


def rule_details(before: Obligation | None, after: Obligation | None) -> tuple[FieldChange, ...]:
    """List the fields in which a rule changes; None: there is none."""
    was = _obligation(before) if before is not None else {}
    now = _obligation(after) if after is not None else {}
    found = ((field, was.get(field, NOTHING), now.get(field, NOTHING)) for field in {**was, **now})
    return tuple(FieldChange(field, old, new) for field, old, new in found if old != new)


def _compared(part: str, before: Mapping[str, Facts], after: Mapping[str, Facts]) -> Iterator[RegisterChange]:
    for key, facts in after.items():
        title = facts.get("title") or facts.get("name") or ""
        if key not in before:
            yield RegisterChange("add", part, key, title)
            continue
        details = tuple(
            FieldChange(field, before[key].get(field, NOTHING), value)
            for field, value in facts.items()
            if before[key].get(field) != value
        )
        if details:
            yield RegisterChange("change", part, key, title, details)
    for key, facts in before.items():
        if key not in after:
            yield RegisterChange("remove", part, key, facts.get("title") or facts.get("name") or "")


def _parts(register: Register) -> dict[str, dict[str, Facts]]:
    return {
        "setting": {register.school.key: _school(register.school)},
        "term": {term.first_on.isoformat(): _term(term.name, term.last_on) for term in register.terms},
        "INSET day": {day.isoformat(): {} for day in sorted(register.inset_on)},
        "closed day": {day.isoformat(): {} for day in sorted(register.closed_on)},
        # A role no one holds is the same as no role: the store keeps holders, not names of roles.
        "role": {role: {"holders": _list(people)} for role, people in register.roles.items() if people},
        "body": {body.key: _body(body) for body in register.bodies},
        "policy": {policy.key: _policy(policy) for policy in register.policies},
        "obligation": {one.key: _obligation(one) for one in register.obligations},
        "account": {account.key: _account(account) for account in register.accounts},
        "route": {route.category: _route(route) for route in register.routes},
    }


def _school(one: School) -> Facts:
    words = one.words
    return {
        "name": one.name,
        "kind": one.kind,
        "nation": one.nation,
        "since": _day(one.since),
        "staff_means": _list(sorted(one.staff_means)),
        "weekly_messages": str(one.weekly_budget),
        "hours": f"{one.opens_at:%H:%M} to {one.closes_at:%H:%M}",
        "phones": _list((one.phones.office, one.phones.dsl, one.phones.lado)),
        "words": _list((words.head, words.governors, words.approving_body, words.pupils)),
        "visitors": " ".join(words.visitors),
    }


def _term(name: str, last_on: date) -> Facts:
    return {"name": name, "last day": _day(last_on)}


def _body(one: Body) -> Facts:
    meetings = (_meeting(meeting.on, meeting.papers_on) for meeting in one.meetings)
    return {
        "name": one.name,
        "clerk": one.clerk or NOTHING,
        "chair": one.chair or NOTHING,
        "members": _list(sorted(one.members)),
        "meetings": _list(list(meetings)),
        "clear_days": str(one.clear_days),
        "agenda_days": str(one.agenda_days_before_papers),
        "draft_days": str(one.draft_days_before_agenda),
        "tell_members": str(one.tell_members).lower(),
    }


def _meeting(on: date, papers_on: date | None) -> str:
    return _day(on) if papers_on is None else f"{_day(on)} (papers by {_day(papers_on)})"


def _policy(one: Policy) -> Facts:
    dates = {
        "written": one.written_on,
        "reviewed": one.reviewed_on,
        "approved": one.approved_on,
        "effective": one.effective_on,
        "next_review": one.next_review,
    }
    return {
        "title": one.title,
        "owner": one.owner or NOTHING,
        "approver": one.approver or NOTHING,
        "approved_by": one.approved_by or NOTHING,
        "minute_reference": one.minute_reference or NOTHING,
        **{name: day.text if day is not None else NOTHING for name, day in dates.items()},
        "review_every_months": str(one.cycle_months or NOTHING),
        "review_words": one.cadence_text or NOTHING,
        "statutory": "yes" if one.statutory else "no",
        "link": one.link or NOTHING,
    }


def _obligation(one: Obligation) -> Facts:
    return {
        "title": one.title,
        "kind": str(one.kind),
        "who": str(one.audience),
        "when": _list([str(cadence) for cadence in one.cadence]),
        "reminders": reminder_ladder.in_words(one.ladder),
        "about": one.policy or NOTHING,
        "statement": one.statement or NOTHING,
        "minutes": str(one.minutes or NOTHING),
        "source": one.source.cites(),
        "sentences": " ".join(one.source.quotes) or NOTHING,
        "active": "yes" if one.active else "no",
        "at_least": str(one.at_least or NOTHING),
        "renew_weeks": str(one.renew_weeks or NOTHING),
        "proof": one.proof or NOTHING,
        "course_link": one.course_link or NOTHING,
        "questions": _list([_question(part) for part in one.questions]),
        "items": _list([str(item) for item in one.items]),
    }


def _question(one: CheckQuestion) -> str:
    return f"{one.ask} {' / '.join(one.answers)} (number {one.right} is right)"


def _account(one: Account) -> Facts:
    return {
        "name": one.name,
        "channel": one.channel,
        "holders": _list(sorted(one.holders)),
        "ours": "yes" if one.ours else "no",
        "address": one.address or NOTHING,
        "purpose": one.purpose or NOTHING,
        "reach": one.reach or NOTHING,
        "owner": one.owner or NOTHING,
    }


def _route(one: Route) -> Facts:
    return {"to": _list(one.to), "tell": _list(one.tell), "clocks": _list(one.clocks), "ask": _list(one.asks)}


def _list(words: Sequence[str]) -> str:
    return ", ".join(words) or NOTHING


def _day(day: date) -> str:
    return day.isoformat()
