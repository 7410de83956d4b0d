"""Requests for a permission, and declarations: the kinds, who decides, who may see one, its state.

No one decides their own request; the head's goes to the chair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.roles import SAFEGUARDING
from bot.planning.active_members import ActiveMembers

# A permission that ends within this is about to lapse.
ABOUT_TO_END = timedelta(days=7)
# A declaration is reviewed after this time, unless its reader sets another.
LOOKED_AT_AGAIN = timedelta(days=365)
MAX_DURATION = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One kind. `declares`: something is told and nothing asked. `needs_risk`: a risk is weighed first."""

    key: str
    title: str
    hint: str
    declares: bool = False
    needs_risk: bool = False


KINDS = {
    one.key: one
    for one in (
        RequestKind(
            "relationship",
            "Knowing a family outside school",
            "You are friends, neighbours or related, or you were before you worked here. "
            "Knowing a family is fine; telling us keeps you safe.",
            declares=True,
        ),
        RequestKind(
            "declaration",
            "Something else the school should know",
            "Anything the policies ask you to tell the school, for example a group or a page you run.",
            declares=True,
        ),
        RequestKind(
            "device-in-class",
            "A phone or watch at hand while working with children",
            "For example, you expect an urgent call, or you wear something for your health.",
        ),
        RequestKind(
            "own-device",
            "Own phone, tablet or computer for work",
            "For example, when no school device is free.",
            needs_risk=True,
        ),
        RequestKind(
            "photography",
            "Photographs or videos",
            "For example, at a performance, or by a visitor or the press.",
            needs_risk=True,
        ),
        RequestKind(
            "visitor",
            "A visitor’s phone or other device",
            "For example, a contractor, a student or a speaker.",
            needs_risk=True,
        ),
        RequestKind(
            "child-device",
            "A child’s device in school",
            "For example, for a medical need or for one lesson. Say what the child and the family have "
            "agreed to in writing.",
            needs_risk=True,
        ),
        RequestKind(
            "trip",
            "Own car or phone on a trip",
            "For example, as the second number in an emergency.",
            needs_risk=True,
        ),
        RequestKind(
            "app",
            "A new app, website or online service",
            "Say what children’s or staff’s details go into it. A social media account of the school’s "
            "has a form of its own, under Accounts.",
            needs_risk=True,
        ),
        RequestKind(
            "contact",
            "Being in touch with a family another way",
            "Or with a former pupil: other than by the school’s own telephone, e-mail or app.",
        ),
        RequestKind(
            "name",
            "The school’s name, logo or pictures",
            "For example, in an article, an interview or a course of your own.",
        ),
        RequestKind(
            "exception",
            "An exception to a policy",
            "Say which policy, and what you would do instead.",
        ),
    )
}


class Outcome(StrEnum):
    """Type of an event of a request; the latest but CONFIRMED counts."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    NOTED = "noted"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    CONFIRMED = "confirmed"


class RequestState(StrEnum):
    """Where a request is on a day."""

    WAITING = "waiting"
    ALLOWED = "allowed"
    LAPSED = "lapsed"
    REFUSED = "refused"
    NOTED = "noted"
    LOOK_AGAIN = "to be looked at again"
    WITHDRAWN = "withdrawn"
    ENDED = "ended early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request or declaration. `why` is shown only to those who decide."""

    reference: str
    school: str
    person: str
    person_name: str
    kind: str
    what: str
    why: str
    from_on: date
    until_on: date | None
    asked_at: datetime
    identified_by: str

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def declares(self) -> bool:
        return KINDS[self.kind].declares


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent:
    """One thing said about a request: a decision with its conditions or reason, or that it is over."""

    reference: str
    outcome: Outcome
    person: str
    person_name: str
    at: datetime
    identified_by: str
    words: str = ""
    risk: str = ""
    until_on: date | None = None


ENDS = {
    Outcome.ALLOWED: RequestState.LAPSED,
    Outcome.NOTED: RequestState.LOOK_AGAIN,
}
STANDS = {
    Outcome.ALLOWED: RequestState.ALLOWED,
    Outcome.REFUSED: RequestState.REFUSED,
    Outcome.NOTED: RequestState.NOTED,
    Outcome.WITHDRAWN: RequestState.WITHDRAWN,
    Outcome.ENDED: RequestState.ENDED,
}


def decision(words: Sequence[RequestEvent]) -> RequestEvent | None:
    """Return the latest event that counts; None if it is not decided."""
    return next((one for one in reversed(words) if one.outcome is not Outcome.CONFIRMED), None)


def confirmed(words: Sequence[RequestEvent]) -> bool:
    """Return whether the author has read the event that counts."""
    return bool(words) and words[-1].outcome is Outcome.CONFIRMED


def standing(words: Sequence[RequestEvent], today: date) -> RequestState:
    """Return the state of a request. A permission lapses after its last day without an event."""
    last = decision(words)
    if last is None:
        return RequestState.WAITING
    if last.until_on is not None and today > last.until_on and last.outcome in ENDS:
        return ENDS[last.outcome]
    return STANDS[last.outcome]


def about_to_end(words: Sequence[RequestEvent], today: date) -> bool:
    """Return whether a permission is in its last days."""
    last = decision(words)
    if last is None or last.outcome is not Outcome.ALLOWED or last.until_on is None:
        return False
    return last.until_on - ABOUT_TO_END <= today <= last.until_on


def decider(roll: ActiveMembers, asker: str) -> str | None:
    """Return who decides today: the head or their stand-in.

    The chair for the head's own, or if there is neither.
    """
    return roll.leader_above(asker)


def may_decide(roll: ActiveMembers, asker: str, person: str) -> bool:
    """Return whether a person may decide: today's decider, or the holder of that role; never the author."""
    if person == asker:
        return False
    role = "chair" if asker in roll.holders("headteacher") else "headteacher"
    return person == decider(roll, asker) or person in roll.holders(role)


def may_see(roll: ActiveMembers, request: Request, person: str) -> bool:
    """Return whether a person may read all of it.

    A declaration is also for those responsible for safeguarding.
    """
    keeps_safe = {key for role in SAFEGUARDING for key in roll.holders(role)}
    told = request.declares and person in keeps_safe
    return person == request.person or told or may_decide(roll, request.person, person)


def days_wrong(kind: RequestKind, from_on: date, until_on: date | None, today: date) -> dict[str, str]:
    """Return the errors in the requested days, by field."""
    if kind.declares:
        return {}
    if until_on is None:
        return {"until_on": "Give the last day. A permission always has an end; it can be asked for again."}
    if until_on < max(from_on, today):
        return {"until_on": "The last day lies before the first, or has passed."}
    if until_on > from_on + MAX_DURATION:
        return {"until_on": "That is more than two years. Give an earlier last day."}
    return {}


def in_order(requests: Iterable[tuple[Request, RequestState]]) -> list[Request]:
    """Sort open requests first, the longest waiting on top; then the others, newest first."""
    some = list(requests)
    waiting = [one for one, state in some if state in (RequestState.WAITING, RequestState.LOOK_AGAIN)]
    rest = [one for one, state in some if state not in (RequestState.WAITING, RequestState.LOOK_AGAIN)]
    return [
        *sorted(waiting, key=lambda one: one.asked_at),
        *sorted(rest, key=lambda one: one.asked_at, reverse=True),
    ]
