"""A new account is asked for before it is opened; leadership decides; then it is among the accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.accounts import store as account_store
from bot.accounts.emails import ASKED, DECIDED, tell
from bot.accounts.model import may_decide
from bot.accounts.service import MAX_TEXT_LENGTH, AccountActor
from bot.accounts.store import Request
from bot.core.clock import local_date
from bot.core.errors import HandbellError
from bot.core.text import NO_PASSWORDS, looks_like_a_password
from bot.core.validation import FieldError, ValidationFailed
from bot.planning.active_members import active_members
from bot.planning.events import ACCOUNT_AGREED
from bot.planning.record_events import EventSource, note
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import account_log
from bot.register.service import change_register_in
from bot.rules.accounts import APPROVED, RISK, Account, AccountEntry, AccountEntryKind
from bot.rules.people import Person
from bot.services import Services

YES, NO = "approved", "declined"
REACHES = ("open", "closed")


class NoSuchRequest(HandbellError):
    """There is no such request here, or it is not theirs to see."""


@dataclass(frozen=True, slots=True)
class NewAccountInput:
    """Form of a request for a new account."""

    channel: str
    name: str
    purpose: str
    reach: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What leadership says. `risk_assessed`: a risk assessment is done, as an approval needs."""

    answer: str
    conditions: str
    risk_assessed: bool = False


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request. `decision` None: it waits."""

    request: Request
    decision: AccountEntry | None

    @property
    def account(self) -> str:
        """The key of the account it became; empty: it waits, or was declined."""
        return self.decision.account if self.decision is not None and self.decision.topic == YES else ""


def ask(services: Services, who: AccountActor, wanted: NewAccountInput, now: datetime) -> str:
    """Record a request and return its reference."""
    wrong = tuple(_wrong_request(wanted))
    if wrong:
        raise ValidationFailed(*wrong)
    request = Request(
        reference=account_log.reference_of(who.sent),
        school=who.school,
        channel=wanted.channel.strip(),
        name=wanted.name.strip(),
        purpose=wanted.purpose.strip(),
        reach=wanted.reach,
        why=wanted.why.strip(),
        at=now,
        by=who.person,
        by_name=who.name,
    )
    today = local_date(now)
    with services.store.writing() as conn:
        snapshot = load_snapshot(conn, today, (who.school,))
        account_store.ask(conn, request, who.how)
        head = active_members(snapshot, today)[who.school].acting("headteacher", besides=(who.person,))
        tell(conn, snapshot, who.school, head, f"{ASKED} {request.reference}", now)
    return request.reference


def decide(services: Services, who: AccountActor, reference: str, decision: Decision, now: datetime) -> None:
    """Record what leadership decides. An approval is also the first word on the new account."""
    if not may_decide(who.roles):
        raise NoSuchRequest
    today = local_date(now)
    with services.store.writing() as conn:
        account_store.lock_request(conn, who.school, reference)
        snapshot = load_snapshot(conn, today, (who.school,))
        request = next(
            (one for one in account_store.requests(conn, who.school) if one.reference == reference), None
        )
        if request is None:
            raise NoSuchRequest
        wrong = (
            *_wrong_judge(snapshot, who, request, today),
            *_wrong_decision(snapshot, reference, decision),
        )
        if wrong:
            raise ValidationFailed(*wrong)
        key = free_key(request.channel, taken_keys(snapshot, who.school)) if decision.answer == YES else ""
        for entry in _entries(who, request, decision, key, now):
            account_log.add(conn, entry, who.how)
        if decision.answer == YES:
            account = _account(request, key, snapshot.people.get(request.by))
            change_register_in(
                conn,
                who.school,
                lambda known: replace(known, accounts=(*known.accounts, account)),
                now=now,
                actor=f"person:{who.person}",
            )
            cause = EventSource(f"account-{reference}", who.school, today)
            note(conn, ACCOUNT_AGREED, cause, now=now, actor=f"person:{who.person}")
        if request.by != who.person:
            tell(conn, snapshot, who.school, request.by, f"{DECIDED} {reference}", now)


def requests_for(services: Services, who: AccountActor, now: datetime) -> tuple[RequestView, ...]:
    """Return the requests a person may see, newest first: all of them, or their own."""
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(now), (who.school,))
        asked = account_store.requests(conn, who.school)
    mine = [one for one in asked if may_decide(who.roles) or one.by == who.person]
    return tuple(RequestView(one, _decision(snapshot, one.reference)) for one in reversed(mine))


def _account(request: Request, key: str, asker: Person | None) -> Account:
    """Make the account that a request asks for, run by the person who asked."""
    return Account(
        key=key,
        school=request.school,
        channel=request.channel,
        name=request.name,
        holders=frozenset({(asker.email if asker else None) or request.by}),
        purpose=request.purpose,
        reach=request.reach,
    )


def free_key(channel: str, taken: frozenset[str]) -> str:
    """Make a key of the platform's name that no account has."""
    plain = re.sub(r"[^a-z0-9]+", "-", channel.casefold()).strip("-") or "account"
    number, key = 1, plain
    while key in taken:
        number += 1
        key = f"{plain}-{number}"
    return key


def taken_keys(snapshot: Snapshot, school: str) -> frozenset[str]:
    """List the keys of accounts, and those promised to requests that were approved."""
    there = {one.key for one in snapshot.accounts if one.school == school}
    return frozenset(there | {one.account for one in snapshot.account_log if one.school == school})


def _decision(snapshot: Snapshot, reference: str) -> AccountEntry | None:
    decided = (one for one in snapshot.account_log if one.sort is AccountEntryKind.DECIDED)
    return next((one for one in decided if one.about == reference), None)


def _entries(
    who: AccountActor, request: Request, decision: Decision, key: str, now: datetime
) -> Iterator[AccountEntry]:
    said: list[Mapping[str, str]] = [
        {
            "sort": AccountEntryKind.DECIDED,
            "topic": decision.answer,
            "about": request.reference,
            "words": decision.conditions.strip(),
        }
    ]
    if decision.answer == YES:
        words = decision.conditions.strip()
        said.append({"sort": AccountEntryKind.STATED, "topic": RISK, "answer": "yes"})
        said.append({"sort": AccountEntryKind.STATED, "topic": APPROVED, "answer": "yes", "words": words})
    for number, one in enumerate(said):
        yield AccountEntry(
            reference=account_log.reference_of(f"{who.sent} {number}"),
            school=who.school,
            account=key,
            sort=AccountEntryKind(one["sort"]),
            on=local_date(now),
            at=now,
            by=who.person,
            by_name=who.name,
            topic=one["topic"],
            answer=one.get("answer", ""),
            about=one.get("about", ""),
            words=one.get("words", ""),
        )


def _wrong_request(wanted: NewAccountInput) -> Iterator[FieldError]:
    asks = {
        "channel": "Say which service it is, for instance Instagram.",
        "name": "Say what it would be called there.",
        "purpose": "Say in a sentence what it is for.",
        "why": "Say why the accounts you have do not do.",
    }
    for field, says in asks.items():
        text = getattr(wanted, field)
        if not text.strip():
            yield FieldError(field, says)
        elif looks_like_a_password(text):
            yield FieldError(field, NO_PASSWORDS)
        elif len(text) > MAX_TEXT_LENGTH:
            yield FieldError(field, f"Please use at most {MAX_TEXT_LENGTH} letters.")
    if wanted.reach not in REACHES:
        yield FieldError("reach", "Say who may look at it.")


def _wrong_judge(
    snapshot: Snapshot, who: AccountActor, request: Request, today: date
) -> Iterator[FieldError]:
    """Refuse a decision on one's own request if another person is the head."""
    if request.by == who.person and set(
        active_members(snapshot, today)[who.school].holders("headteacher")
    ) - {who.person}:
        yield FieldError("decision", "You asked for this yourself. Somebody else of the leadership decides.")


def _wrong_decision(snapshot: Snapshot, reference: str, decision: Decision) -> Iterator[FieldError]:
    known = _decision(snapshot, reference)
    if known is not None:
        yield FieldError("decision", f"{known.by_name} has decided already: {known.topic}.")
    elif decision.answer not in {YES, NO}:
        yield FieldError("decision", "Choose one of the two.")
    elif decision.answer == YES and not decision.risk_assessed:
        yield FieldError("risk", "An approval needs a risk assessment first. Tick it when it is done.")
    elif decision.answer == NO and not decision.conditions.strip():
        yield FieldError("conditions", "Say why, so that they know what would help.")
    elif looks_like_a_password(decision.conditions):
        yield FieldError("conditions", NO_PASSWORDS)
    elif len(decision.conditions) > MAX_TEXT_LENGTH:
        yield FieldError("conditions", f"Please use at most {MAX_TEXT_LENGTH} letters.")
