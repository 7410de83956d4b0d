"""What a letter about a review quotes: its meeting, the choices where none is in time, the draft if here."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from bot.domain.cycles import in_words
from bot.domain.duties import Duty
from bot.domain.meetings import (
    KEEP_DATES,
    Body,
    CountBack,
    Counted,
    NoMeeting,
    count_back,
    days_before,
    nobody_approves,
)
from bot.domain.obligations import Kind
from bot.domain.owing import Looked
from bot.domain.policies import Policy
from bot.domain.reviews import (
    AGENDA,
    LAST_KNOWN,
    MEETINGS,
    NO_MEETING,
    PAPERS,
    in_force,
    is_draft_of,
    owners,
    standing,
)
from bot.messages.letter import BodyMeeting


def policy_of(looked: Looked, duty: Duty) -> Policy | None:
    """Find the policy a review is of; None where the duty is no review."""
    one = duty.obligation
    return looked.snapshot.policies.get((one.setting, one.policy or "")) if one.kind is Kind.REVIEW else None


def meeting_of(looked: Looked, duty: Duty) -> BodyMeeting | None:
    """Find the meeting a review is counted back from; None for anything else, and where no body approves."""
    body = body_of(looked, duty)
    if body is None:
        return None
    if duty.subject == MEETINGS:
        last = duty.cycle.partition(f"/{LAST_KNOWN}")[2]
        return BodyMeeting(body.name, date.fromisoformat(last) if last else None)
    calendar = looked.days[duty.obligation.setting].calendar
    if duty.subject == NO_MEETING and duty.due_on is not None:
        return _in_words(body.name, count_back(body, duty.due_on, looked.on, calendar))
    for meeting in body.meetings:
        if f"/{meeting.on.isoformat()}/" in duty.cycle:
            return _in_words(body.name, days_before(body, meeting, calendar))
    return None


def body_of(looked: Looked, duty: Duty) -> Body | None:
    """Find the body a review goes to; None for anything else, and where no body approves."""
    policy = policy_of(looked, duty)
    return looked.rolls[duty.obligation.setting].bodies.get(policy.approver or "") if policy else None


def dates_page(looked: Looked, duty: Duty, reader: str) -> str:
    """Give the path of the page that takes a body's next meeting; "": not asked, or it is closed to them."""
    body, setting = body_of(looked, duty), duty.obligation.setting
    here = looked.rolls[setting].here.get(reader)
    if duty.subject != MEETINGS or body is None or here is None or KEEP_DATES.isdisjoint(here.usual_roles):
        return ""
    return f"/governors/meetings?body={quote(body.key, safe='')}"


def choices_of(looked: Looked, duty: Duty) -> tuple[str, ...]:
    """List what can be done where no meeting is in time, or where nobody knows who approves."""
    if duty.subject != NO_MEETING or duty.due_on is None:
        return ()
    meeting = meeting_of(looked, duty)
    return meeting.choices if meeting else nobody_approves(duty.due_on).choices


def draft_of(looked: Looked, duty: Duty, reader: str) -> tuple[str, str]:
    """Say of what goes to a meeting whether its draft is ready or missing: one of the two is empty."""
    policy = policy_of(looked, duty)
    if policy is None or duty.subject not in {AGENDA, PAPERS}:
        return "", ""
    setting, review_on = duty.obligation.setting, date.fromisoformat(duty.cycle.partition("/")[0])
    acts = standing(looked.evidence.of_obligation(setting, duty.obligation.key))
    for act in reversed(acts):
        if is_draft_of(act, review_on):
            return f"The draft, recorded on {in_words(act.on)}", ""
    roll = looked.rolls[setting]
    delegated = in_force(looked.snapshot.delegations.get((setting, policy.key)), roll, acts)
    keepers = [delegated.person] if delegated else owners(policy, roll)
    names = [looked.snapshot.people[key].name for key in keepers if key != reader]
    ask = f" Ask {' or '.join(names)}." if names else ""
    return "", f"The draft: we hold no record that it is here.{ask}"


def _in_words(body: str, counted: Counted) -> BodyMeeting:
    if isinstance(counted, NoMeeting):
        return BodyMeeting(body, choices=counted.choices)
    if isinstance(counted, CountBack):
        return BodyMeeting(body, counted.meeting.on, counted.papers_on, counted.draft_on, counted.meeting.key)
    return BodyMeeting(body)
