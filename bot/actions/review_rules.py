"""What the desk takes: an approval and a hand-over as they were typed, and each thing to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.actions.review_view import PolicyDesk
from bot.actions.sign import Refusal
from bot.store.evidence import EvidenceRecord, Kept

OTHER = "other"
LONGEST = 200
OLDEST = timedelta(days=3653)
NO_RULE = "The register asks for no review of this policy. Ask the office to add one, then record it here."


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it was typed. `version` is the SHA-256 of a text we hold, or "other"."""

    approver: str = ""
    on: str = ""
    minute: str = ""
    version: str = ""
    version_words: str = ""
    older_is_right: bool = False
    day_is_right: bool = False
    delegated_by: str = ""
    next_review: str = ""

    @property
    def day(self) -> date | None:
        return read_day(self.on)

    @property
    def next_day(self) -> date | None:
        return read_day(self.next_review)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who is to prepare a review, and by when, as it was typed. Nobody: it is the owner's again."""

    person: str = ""
    by_on: str = ""

    @property
    def day(self) -> date | None:
        return read_day(self.by_on)


def read_day(typed: str) -> date | None:
    """Read a date field; anything a browser would not send is no date, and is asked for again."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def plain(typed: str) -> str:
    """Take words as one line."""
    return " ".join(typed.replace("\0", "").encode("utf-8", "replace").decode().split())


def recorded_already(desk: PolicyDesk, given: Approval) -> Kept | None:
    """Find the very same approval; one of another minute or text is another matter."""
    said = (given.approver, given.day, plain(given.minute), _version(desk, given))
    return next((kept for kept in desk.approvals() if _said(kept.record) == said), None)


def _said(record: EvidenceRecord) -> tuple[str, date, str, str]:
    version = record.sha256_bytes or record.version_number or ""
    return record.person, record.acted_on, record.reference or "", version


def _version(desk: PolicyDesk, given: Approval) -> str:
    text = desk.text(given.version)
    return text.sha256_bytes if text else plain(given.version_words)


def wrong_with_approval(
    desk: PolicyDesk, given: Approval, today: date, known: Kept | None
) -> Iterator[Refusal]:
    if desk.review.obligation is None:
        yield Refusal("approver", NO_RULE)
        return
    yield from _wrong_approver(desk, given)
    yield from _wrong_day(desk, given, today, known)
    minute = plain(given.minute)
    if not minute or len(minute) > LONGEST:
        yield Refusal("minute", "Give the minute reference, as it stands in the minutes: for example 12/26.")
    yield from _wrong_version(desk, given)
    yield from _wrong_next(given)


def _wrong_approver(desk: PolicyDesk, given: Approval) -> Iterator[Refusal]:
    if given.approver not in dict(desk.approvers):
        yield Refusal("approver", "Choose who approved it.")
    elif not desk.may_approve(given.approver) and not 0 < len(plain(given.delegated_by)) <= LONGEST:
        says = f"{_usual(desk)} approves this policy. If that was handed on, give the minute that says so."
        yield Refusal("delegated_by", says)


def _usual(desk: PolicyDesk) -> str:
    """Say who approves this policy by the register."""
    if desk.review.body is not None:
        return desk.review.body.name
    return " or ".join(desk.name(key) for key in desk.roll.named(desk.policy.approver))


def _wrong_day(desk: PolicyDesk, given: Approval, today: date, known: Kept | None) -> Iterator[Refusal]:
    on = given.day
    if on is None:
        yield Refusal("on", "Give the day of the meeting, for example 10 December 2026.")
    elif on > today:
        yield Refusal("on", "This day has not come yet. Record the approval once the meeting has been held.")
    elif on < today - OLDEST:
        yield Refusal("on", "That is more than ten years ago. Check the year.")
    elif known is None and any(
        (kept.record.person, kept.record.acted_on) == (given.approver, on) for kept in desk.approvals()
    ):
        yield Refusal("on", "An approval on this day is recorded below. If it is wrong, take it back first.")
    elif known is None and not given.day_is_right and _no_meeting_on(desk, given.approver, on):
        yield Refusal("day_is_right", "No meeting is known on that day. Is the day right? Then tick the box.")


def _no_meeting_on(desk: PolicyDesk, approver: str, on: date) -> bool:
    """Say whether a body met on another day, as far as we know; of one without dates we know nothing."""
    body = desk.roll.bodies.get(approver)
    return body is not None and bool(body.meetings) and all(one.on != on for one in body.meetings)


def _wrong_version(desk: PolicyDesk, given: Approval) -> Iterator[Refusal]:
    text = desk.text(given.version)
    if text is None and given.version != OTHER:
        yield Refusal("version", "Choose the text that was approved.")
    elif text is None and not 0 < len(plain(given.version_words)) <= LONGEST:
        yield Refusal("version_words", "Say which text it was: its version or date, as it stands on it.")
    elif text is not None and text != desk.versions[0] and not given.older_is_right:
        says = (
            f"Version {text.number} is older than the one in force, {desk.versions[0].number}. "
            "If that is right, tick the box."
        )
        yield Refusal("older_is_right", says)


def _wrong_next(given: Approval) -> Iterator[Refusal]:
    next_on, on = given.next_day, given.day
    if given.next_review.strip() and next_on is None:
        yield Refusal("next_review", "Give the next review as a day, or leave it empty.")
    elif next_on is not None and on is not None and next_on <= on:
        yield Refusal("next_review", "The next review comes after the approval. Check the year.")
    elif next_on is not None and on is not None and next_on > on + OLDEST:
        yield Refusal("next_review", "That is more than ten years away. Check the year.")


def wrong_with_hand_over(desk: PolicyDesk, given: HandOver, today: date) -> Iterator[Refusal]:
    if desk.review.obligation is None:
        yield Refusal("person", NO_RULE)
    if not given.person:
        return
    if given.person not in desk.roll.here:
        yield Refusal("person", "Choose somebody who is here.")
    by_on = given.day
    if by_on is None:
        yield Refusal("by_on", "Give the day by which the draft is wanted.")
    elif by_on < today:
        yield Refusal("by_on", "This day has passed. Give one that is still to come.")
    elif by_on > today + OLDEST:
        yield Refusal("by_on", "That is more than ten years away. Check the year.")
