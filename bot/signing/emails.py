"""Emails of signing: receipts, a question to the person who answers it, its answer."""

from __future__ import annotations

from dataclasses import replace

from bot.core.dates import full_date, local_instant
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, Exchange, MessageContent, ReceiptText
from bot.planning.active_members import StaffReply, who_answers
from bot.planning.duties import list_duties
from bot.planning.duty_emails import ASKS, MessageContext
from bot.ports import Address
from bot.records.evidence import EvidenceRecord, StoredEvidence
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.rules.reminder_ladder import held_until

# How an answer was given, where no one was signed in on a device of their own.
HOW = {"kiosk": "on the staff room tablet, with your PIN", "paper": "on paper"}
SAID = {
    Outcome.QUESTION: "You asked",
    Outcome.DECLINED: "You said that you cannot agree",
}


def reply(desk: MessageContext, message: ClaimedMessage, kept: StoredEvidence) -> MessageContent:
    """Write the letter `message` stands for, from the evidence it names."""
    question = message.kind == "question"
    asker = desk.looked.snapshot.people.get(kept.record.person)
    back_to = Address(asker.email, asker.name) if asker is not None and asker.email else None
    written = desk.about(message, _about(desk, message.kind, kept))
    return replace(
        written,
        ask=back_to if question else written.ask,
        exchange=_exchange(kept.record),
    )


def _about(desk: MessageContext, kind: str, kept: StoredEvidence) -> ContentBlock:
    """Return what a letter is about, with the page it leads to."""
    if kind == "answered":
        return _asked_again(desk, kept.record)
    if kind != "question":
        return _card(desk, kept.record)
    page = f"{desk.base_url}/office/questions/{kept.receipt}"
    heading = "Talk to them" if kept.record.outcome is Outcome.DECLINED else "Answer a question"
    return replace(_card(desk, kept.record), heading=heading, button="Answer the question", link=page)


def _exchange(record: EvidenceRecord) -> Exchange:
    """Quote a question; or an answer, whose record holds the question as what was said to it."""
    if record.outcome is Outcome.ANSWERED:
        return Exchange(record.person_name, record.statement or "", record.words or "")
    return Exchange(record.person_name, record.words or "")


def _asked_again(desk: MessageContext, record: EvidenceRecord) -> ContentBlock:
    """Return the duty a question was about, with the way back to it; without, where they are excused."""
    snapshot = desk.looked.snapshot
    here = (record.school, record.obligation)
    kind = next((one.kind for one in snapshot.obligations if (one.school, one.key) == here), None)
    thing = _card(desk, record)
    states = {
        duty.state
        for duty in list_duties(desk.looked, record.person)
        if (duty.obligation.school, duty.obligation.key, duty.subject) == (*here, record.subject)
    }
    if kind is None or states == {State.EXCUSED}:
        return thing
    account = desk.account(record.school, record.subject)
    cycle = f"{record.subject}/{record.cycle}" if account else record.cycle or ""
    heading, button = ASKS[kind]
    link = desk.link(record.school, record.person, record.obligation, cycle)
    return replace(thing, heading=heading, button=button, link=link)


def _card(desk: MessageContext, record: EvidenceRecord) -> ContentBlock:
    """Return the document as it was called then, else what is asked; of an agreement, its account too."""
    here = (record.school, record.obligation)
    asked = (one.named for one in desk.looked.snapshot.obligations if (one.school, one.key) == here)
    said = None if record.outcome is Outcome.ANSWERED else record.statement
    title = next(asked, None) or said or record.obligation
    account = desk.account(record.school, record.subject)
    if account is not None:
        return ContentBlock(heading="", thing=title, why="", account=account.called)
    return ContentBlock(heading="", thing=record.policy_title or title, why="")


def receipt_letter(desk: MessageContext, message: ClaimedMessage, receipts: int) -> MessageContent | None:
    """Write the letter whose one purpose is its receipts; None: there are none."""
    if not receipts:
        return None
    return desk.about(message, ContentBlock(heading="", thing="", why=""))


def recorded(desk: MessageContext, kept: StoredEvidence) -> ReceiptText:
    """Return what a receipt says of an answer."""
    record = kept.record
    card = _card(desk, record)
    said = record.statement if record.outcome is Outcome.DONE else record.words
    version = f", version {record.version_number}" if record.version_number else ""
    account = f", for {card.account}" if card.account else ""
    return ReceiptText(
        thing=f"{card.thing}{version}{account}",
        statement=f"{SAID.get(record.outcome, 'You said')}: {said or ''}".strip(),
        at=local_instant(record.recorded_at, desk.looked.snapshot.schools[record.school].timezone),
        reference=kept.receipt,
        how=HOW.get(record.channel, ""),
        next_step=_next_step(desk, record),
    )


def _next_step(desk: MessageContext, record: EvidenceRecord) -> str:
    if record.outcome not in SAID:
        return ""
    refuses = record.outcome is Outcome.DECLINED
    roll = desk.looked.rolls[record.school]
    asked = StaffReply(record.person, record.policy)
    key = who_answers(desk.looked.snapshot, roll, asked, refuses=refuses)
    name = desk.name(key) if key else "The school office"
    add = desk.looked.snapshot.calendars[record.school].add_school_days
    until = full_date(held_until(add, record.acted_on))
    return (
        f"{name} will {'speak to' if refuses else 'answer'} you. "
        f"Until then, or until {until}, we do not remind you."
    )
