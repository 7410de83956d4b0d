"""Overview for governors, without names: what is open, what changed, and suggested questions.

Each question has a reason, so that its asker knows what the answer is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.core.dates import long_date
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.snapshot import Snapshot
from bot.reviews.model import PolicyReview, ReviewCalendar, review_calendar
from bot.rules.duties import Finding, State
from bot.rules.obligations import Kind
from bot.status.model import REVIEWS, AreaStatus, SchoolStatus, StatusLine, figures
from bot.status.warnings import findings

OPEN = (State.OVERDUE, State.NO_RECORD, State.DUE_SOON, State.DUE)
MOST_QUESTIONS = 6


@dataclass(frozen=True, slots=True)
class SuggestedQuestion:
    """Something to ask, and why."""

    asks: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change since a day. `state` is the state now."""

    says: str
    state: State


@dataclass(frozen=True, slots=True)
class Overview:
    """One school for its governors. `since` None: there is no earlier day to compare with."""

    tiles: tuple[AreaStatus, ...]
    reviews: ReviewCalendar
    since: date | None
    since_what: str
    changes: tuple[Change, ...]
    questions: tuple[SuggestedQuestion, ...]


def overview(snapshot: Snapshot, school: str, on: date, body: str = "") -> Overview:
    """Return a school's overview for a governor of one body (empty: of any), without a person's name."""
    roll = active_members(snapshot, on)[school]
    since, what = _last_time(snapshot, roll, body)
    standing = _standing(snapshot, school, on)
    reviews = review_calendar(snapshot, school, on)
    return Overview(
        tiles=standing.tiles,
        reviews=reviews,
        since=since,
        since_what=what,
        changes=tuple(_changes(snapshot, standing, since)) if since else (),
        questions=tuple(_questions(snapshot, roll, standing, reviews))[:MOST_QUESTIONS],
    )


def _standing(snapshot: Snapshot, school: str, on: date) -> SchoolStatus:
    return next(one for one in figures(snapshot, on) if one.school == school)


def _last_time(snapshot: Snapshot, roll: ActiveMembers, body: str) -> tuple[date | None, str]:
    """Return the day to compare with: the last meeting, else the start of term; not before records began."""
    began = roll.school.since
    held = [
        (meeting.on, f"the {one.name} met")
        for one in roll.bodies.values()
        if body in ("", one.key)
        for meeting in one.meetings
        if began < meeting.on < roll.day
    ]
    if held:
        return max(held)
    term = snapshot.calendars[roll.school.key].latest_whole_term(roll.day)
    if term is not None and began < term.first_on < roll.day:
        return term.first_on, "the term began"
    return (began, "our records began") if date.min < began < roll.day else (None, "")


def _changes(snapshot: Snapshot, now: SchoolStatus, since: date) -> Iterator[Change]:
    """Compare with that day: counts by area, texts issued and approvals recorded since."""
    then = replace(snapshot, evidence=tuple(act for act in snapshot.evidence if act.on <= since))
    before = {tile.area: tile for tile in _standing(then, now.school, since).tiles}
    for tile in now.tiles:
        earlier = before.get(tile.area)
        for state in OPEN[:2]:
            was = earlier.counts[state.value] if earlier else 0
            if tile.counts[state.value] != was:
                yield Change(f"{tile.area}: {was} {state}, now {tile.counts[state.value]}.", state)
    yield from _issued(snapshot, now.school, since)
    yield from _approved(snapshot, now, since)


def _issued(snapshot: Snapshot, school: str, since: date) -> Iterator[Change]:
    for policy in snapshot.policies.values():
        for version in policy.versions if policy.school == school else ():
            if version.issued_on is not None and version.issued_on > since:
                says = f"{policy.title}: version {version.number}, {long_date(version.issued_on)}."
                yield Change(says, State.DUE)


def _approved(snapshot: Snapshot, now: SchoolStatus, since: date) -> Iterator[Change]:
    for one in review_calendar(snapshot, now.school, now.on).every:
        if one.approved is not None and one.approved.on >= since:
            yield Change(f"{one.policy.title}: approved on {long_date(one.approved.on)}.", State.DONE)


def _questions(
    snapshot: Snapshot, roll: ActiveMembers, standing: SchoolStatus, reviews: ReviewCalendar
) -> Iterator[SuggestedQuestion]:
    """Yield questions: first about what is overdue, then what is unknown, then what depends on one person."""
    for one in reviews.every:
        if one.state is State.OVERDUE and one.due is not None:
            yield _about_overdue(one, one.due.due_on)
    for one in reviews.undated:
        why = f"{one.policy.title} states no date, so nobody can say when its review is due."
        if one.obligation is None:
            why = f"No rule asks for a review of {one.policy.title}."
        yield SuggestedQuestion(
            f"When was {one.policy.title} last looked at, and when is it looked at next?", why
        )
    for one in reviews.too_late:
        if one.due is not None and one.state is not State.OVERDUE:
            why = f"Its review is due on {long_date(one.due.due_on)}, and no meeting is in time."
            yield SuggestedQuestion(f"How will {one.policy.title} be approved in time?", why)
    yield from _about_people(standing)
    noticed = (one for one in findings(snapshot, roll.day) if one.school == roll.school.key)
    yield from _about_findings(noticed, roll.school.words.head)


def _about_overdue(one: PolicyReview, due_on: date) -> SuggestedQuestion:
    why = f"Its review was due on {long_date(due_on)}."
    if one.ready:
        return SuggestedQuestion(
            f"Can {one.policy.title} be approved at the next meeting?", f"{why} The draft is ready."
        )
    return SuggestedQuestion(
        f"What has to happen before {one.policy.title} is approved?", f"{why} No draft is ready yet."
    )


def thing(line: StatusLine) -> str:
    """Return what is asked: reading a policy is no review of it, and two events are not one thing twice."""
    named = f"{DOING[line.kind]} {line.title}" if line.kind in DOING else line.title
    return f"{named} ({line.occasion})" if line.occasion else named


def _about_people(standing: SchoolStatus) -> Iterator[SuggestedQuestion]:
    """Yield questions about tasks, the largest number first: overdue ones, then unknown."""
    for state, asks in ABOUT_STATE.items():
        counted: dict[tuple[str, str | None], tuple[str, int, int]] = {}
        for tile in standing.tiles:
            for line in tile.lines if tile.area != REVIEWS else ():
                asked = line.obligation, line.occasion
                title, number, total = counted.get(asked, (thing(line), 0, 0))
                counted[asked] = (title, number + (line.state is state), total + 1)
        ranked = sorted(counted.values(), key=lambda one: (-one[1], one[0]))
        for title, number, total in ranked[:MOST_OF_ONE_SORT]:
            if number:
                yield SuggestedQuestion(
                    asks.format(title=title), WHY_STATE[state].format(number=number, total=total)
                )


DOING = {Kind.ACKNOWLEDGE: "reading", Kind.SIGN: "signing"}
MOST_OF_ONE_SORT = 2
ABOUT_STATE: Mapping[State, str] = {
    State.OVERDUE: "What would help with {title}?",
    State.NO_RECORD: "How do we know about {title}?",
}
WHY_STATE = {
    State.OVERDUE: "The date has passed for {number} of {total}.",
    State.NO_RECORD: "There is no record for {number} of {total}. It may have been done, and not noted.",
}
# Only findings without names; the question replaces the hint.
ABOUT_FINDING = {
    "single-point": "Who takes a concern when the {head} is away?",
    "no-chair": "Who takes a concern about the {head}?",
    "role-empty": "Who should hold this role?",
    "one-holder": "Who else could get into this account?",
    "no-meetings": "When does this body meet next?",
    "dates-disagree": "Which date do we mean?",
}


def _about_findings(found: Iterable[Finding], head: str) -> Iterator[SuggestedQuestion]:
    for one in found:
        if one.code in ABOUT_FINDING:
            yield SuggestedQuestion(ABOUT_FINDING[one.code].format(head=head), one.says)
