"""The sign page's words, by kind of duty: what is asked, the three answers, what the receipt says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.actions.duty_view import DutyView
from bot.actions.sign import ReceiptView
from bot.domain.evidence import Outcome
from bot.domain.governor_visit import is_about_filtering
from bot.domain.obligations import Kind
from bot.domain.reviews import MEETINGS, MINUTE

AGAIN = "This page had been open for a long time. Check your answer and press the button once more."
SCHOOL_OFFICE = "The school office"
ASK = ("question", "I have a question", "We answer you before you decide")


class Quiet(dict[str, str]):
    """What is wrong, by field; a field without a fault has no words."""

    def __missing__(self, field: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class SignWords:
    """Words for one kind of duty. `outcomes` are (value, name, note) in the order they stand."""

    verb: str
    already: str
    promise: str
    outcomes: tuple[tuple[str, str, str], ...]
    asks_date: bool = False
    asks_note: bool = False
    note: str = "A note, if you like"
    note_hint: str = "A minute or log reference, for example. Please name no child here."


READ = SignWords(
    verb="Read and acknowledge",
    already="You acknowledged this",
    promise="If you acknowledge, this is recorded in your name:",
    outcomes=(
        ("done", "I acknowledge it", "I have read it"),
        ASK,
        ("declined", "I cannot agree", "We will speak with you"),
    ),
)
TRAIN = SignWords(
    verb="Training",
    already="You told us that you have done this",
    promise="If you have done it, this is recorded in your name:",
    outcomes=(
        ("done", "I have done this", "On the day you give below"),
        ASK,
        ("declined", "I cannot do this", "We will speak with you"),
    ),
    asks_date=True,
    asks_note=True,
    note="Where, or the certificate’s number, if you have it",
    note_hint="For example: staff training day in the hall, or certificate 4471.",
)
SIGN = SignWords(
    verb="Sign an agreement",
    already="You signed this",
    promise="If you sign, this is recorded in your name:",
    outcomes=(
        ("done", "I agree and sign", "My typed name is my signature"),
        ASK,
        ("declined", "I cannot agree", "We will speak with you"),
    ),
)
TICK = SignWords(
    verb="To be done",
    already="You told us that this is done",
    promise="If it is done, this is recorded in your name:",
    outcomes=(
        ("done", "This is done", "You may add a note"),
        ASK,
        ("declined", "This cannot be done", "We will speak with you"),
    ),
    asks_note=True,
)
REVIEWED = SignWords(
    verb="Policy review",
    already="You told us that this is done",
    promise="If it is done, this is recorded in your name:",
    outcomes=TICK.outcomes,
    asks_date=True,
    asks_note=True,
    note="The minute’s reference, if there is one",
    note_hint="For example: FGB 3 December, item 7.",
)
DECIDED = (
    ("done", "It was approved", "Give the day of the meeting, and the minute’s reference"),
    ASK,
    ("declined", "It was not approved", "Then we count back from the next meeting"),
)
TRIED = "Which devices, what was blocked, what was not, what you put right. Please name no child here."
PROVED = "It counts once the office has seen your certificate. Send it in, or tell us what is in the way."
DATED = (
    "It is settled once the date is on the page of meeting dates. Give it there, or say what is in the way."
)
STAGES = {
    "draft": "Send the draft for review",
    "agenda": "Put the review on the agenda",
    "papers": "Send it with the papers",
    "approve": "Record the approval",
    "minute": "Record what the meeting decided",
    "no meeting": "No meeting is in time",
    "meetings": "Tell Handbell when the meeting is",
    "dates": "Tell us this policy’s dates",
    "late": "Late review",
    "no date": "Review without a date",
}
NOTES = {
    "no meeting": "What you decided, and where it is minuted",
    "dates": "Its dates: last reviewed, next review, how often",
}
BY_KIND = {Kind.REVIEW: REVIEWED, Kind.ACKNOWLEDGE: READ, Kind.TRAIN: TRAIN, Kind.SIGN: SIGN}


def words_for(view: DutyView) -> SignWords:
    """Choose the words for a duty; a review's stage says what is done."""
    words = BY_KIND.get(view.obligation.kind, TICK)
    if view.obligation.proof:
        return replace(words, promise=PROVED, outcomes=words.outcomes[1:], asks_date=False, asks_note=False)
    if words is TICK and is_about_filtering(view.obligation):
        return replace(words, note="What you tried, and what came of it", note_hint=TRIED)
    if words is not REVIEWED:
        return words
    said = verb(view.obligation.kind, view.subject)
    if view.subject == MINUTE:
        words = replace(words, outcomes=DECIDED)
    if view.subject == MEETINGS:
        words = replace(words, outcomes=words.outcomes[1:], promise=DATED, asks_note=False, asks_date=False)
    return replace(words, verb=said, note=NOTES.get(view.subject or "", words.note))


def verb(kind: Kind, subject: str | None) -> str:
    """Say what is asked, verb first."""
    words = BY_KIND.get(kind, TICK)
    return STAGES.get(subject or "", words.verb) if words is REVIEWED else words.verb


def receipt_words(view: ReceiptView) -> tuple[str, str]:
    """Say what was recorded, and what happens next."""
    record, who = view.kept.record, view.goes_to or SCHOOL_OFFICE
    if record.outcome is Outcome.QUESTION:
        how = "by email" if view.email else "in person"
        return (
            "Your question is on its way",
            f"{who} will answer you {how}. Nothing else is recorded until you decide.",
        )
    if record.outcome is Outcome.DECLINED:
        return (
            "Your answer is recorded",
            f"{who} will speak to you. You do not need to do anything else.",
        )
    return "Recorded", "You need do nothing more for this."


def said(outcome: Outcome) -> str:
    """Say what somebody answered earlier."""
    return "You asked a question" if outcome is Outcome.QUESTION else "You said that you cannot agree"


def asks(view: DutyView) -> str:
    """Name who answers a question."""
    return view.human.name if view.human else SCHOOL_OFFICE


def speaks(view: DutyView) -> str:
    """Name who speaks to a person who cannot agree."""
    return view.leader.name if view.leader else SCHOOL_OFFICE
