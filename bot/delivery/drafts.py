"""What a claimed message becomes on the day it is sent: words for one person, or a reason to send nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.accounts import emails as account_emails
from bot.cases import emails as case_emails
from bot.cases import reporter_emails
from bot.cases.reporter_emails import ToReporter
from bot.core.clock import local_date
from bot.dashboard import weekly_card
from bot.database.engine import Connection
from bot.identity import access_emails
from bot.identity import service as identity_service
from bot.logbook import emails as logbook_emails
from bot.logbook.model import LogEntry
from bot.messages.calendar_file import MEDIA, CalendarEntry, invite, uid
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.content import MessageContent
from bot.messages.receipt_store import receipts_of
from bot.messages.render import render
from bot.messages.tables import SEALED
from bot.planning import term_emails
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import HEAD, MessageContext, OpenReminder
from bot.planning.plan import GOVERNORS, is_on_hold
from bot.planning.store import load_snapshot
from bot.ports import Address, Attachment, Email
from bot.records import evidence as record_evidence
from bot.records import school_setup
from bot.records.evidence import StoredEvidence
from bot.records.weekly_anchor import weekly_anchor
from bot.requests import emails as request_emails
from bot.requests.model import Request
from bot.rules.duties import Duty, State
from bot.rules.obligations import Kind
from bot.rules.people import Membership, Person
from bot.services import Services
from bot.signing import question_follow_up, receipt_emails
from bot.signing.emails import receipt_letter, recorded, reply

SETTLED = frozenset({State.DONE, State.EXCUSED, State.PAUSED})
# Kinds whose dates belong in a calendar; four minutes of reading do not. Those that are counted back from
# a meeting bring it every time, because meetings move; the others once.
IN_CALENDARS = frozenset({"review", "papers", "training"})
WITH_MEETINGS = frozenset({"review", "papers", GOVERNORS})
FIRST_TIME = "ask"


@dataclass(frozen=True, slots=True)
class NotSent:
    """Why nothing is sent, in a sentence. `decide_again`: its duties are told once that is put right."""

    reason: str
    decide_again: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What the messages of a batch are written from: one fresh look at the store.

    records are by receipt, requests and log entries by reference; what is written about cases is by message,
    and so are the answers that a message names.
    """

    services: Services
    context: MessageContext
    records: Mapping[str, StoredEvidence]
    requests: Mapping[str, Request]
    log: Mapping[str, LogEntry]
    to_members: Mapping[str, MessageContent]
    to_reporters: Mapping[str, ToReporter]
    receipts: Mapping[str, tuple[StoredEvidence, ...]]


@dataclass(frozen=True, slots=True)
class Writer:
    """The function of a feature that writes one kind. None: nothing is sent, for the reason `otherwise`."""

    write: Callable[[Batch, ClaimedMessage], MessageContent | None]
    otherwise: str = "What it was about is settled."


def _in_context(letter: Callable[[MessageContext, ClaimedMessage], MessageContent | None]) -> Writer:
    return Writer(lambda batch, message: letter(batch.context, message))


def _reply(batch: Batch, message: ClaimedMessage) -> MessageContent | None:
    record = batch.records.get(message.step)
    return reply(batch.context, message, record) if record is not None else None


def _question_waits(batch: Batch, message: ClaimedMessage) -> MessageContent | None:
    record = batch.records.get(_receipt_of(message))
    return question_follow_up.letter(batch.context, message, record) if record is not None else None


def _receipts_alone(batch: Batch, message: ClaimedMessage) -> MessageContent | None:
    return receipt_letter(batch.context, message, len(batch.receipts.get(message.id, ())))


def _receipt_of(message: ClaimedMessage) -> str:
    """Return the receipt of the record that a message is about."""
    return message.step.partition(" ")[0]


def _of_request(batch: Batch, message: ClaimedMessage) -> MessageContent | None:
    request = batch.requests.get(request_emails.request_of(message))
    return request_emails.letter(batch.context, message, request) if request is not None else None


def _to_reporter(batch: Batch, message: ClaimedMessage) -> MessageContent | None:
    found = batch.to_reporters.get(message.id)
    return found[1] if found is not None else None


NOBODY = Person("", "")
REPLIES = frozenset({"answered", "question"})
ABOUT_RECORDS = REPLIES | {question_follow_up.KIND}
NOTHING_LEFT = "Everything in it was answered, is on hold, or is not asked any more."
NO_RECORD = "The record it is about is not in the store."
# It says no more: the reason would tell of the case.
NO_CASE = "Nothing needs this reader."
# Every kind of the registry that is not planned. Planned messages are written by MessageContext.letter.
WRITERS = {
    access_emails.KIND: _in_context(access_emails.letter),
    account_emails.KIND: _in_context(account_emails.letter),
    case_emails.KIND: Writer(lambda batch, message: batch.to_members.get(message.id), NO_CASE),
    identity_service.KIND: _in_context(identity_service.letter),
    logbook_emails.KIND: Writer(
        lambda batch, message: logbook_emails.letter(batch.context, message, batch.log)
    ),
    reporter_emails.WORDS: Writer(_to_reporter, NO_CASE),
    request_emails.KIND: Writer(_of_request, "The request it is about is not in the store."),
    term_emails.KIND: _in_context(term_emails.letter),
    weekly_card.KIND: Writer(
        lambda batch, message: weekly_card.letter(batch.services, batch.context, message),
        "There is no card to draw.",
    ),
    question_follow_up.KIND: Writer(_question_waits),
    receipt_emails.KIND: Writer(_receipts_alone, NO_RECORD),
    **dict.fromkeys(REPLIES, Writer(_reply, NO_RECORD)),
}
# Of a newer program that is being rolled out, or was taken back.
UNKNOWN_KIND = Writer(lambda _batch, _message: None, NO_RECORD)


class Drafts:
    """The words for one batch, from one fresh look at the store."""

    def __init__(self, batch: Batch, named: Collection[tuple[str, str]]) -> None:
        self._batch = batch
        self._desk = batch.context
        self._named = named
        self._ahead: dict[str, Email | NotSent] = {}
        self._left_out: dict[str, tuple[MessageReminder, ...]] = {}

    def ahead(self, message: ClaimedMessage) -> Email | NotSent | None:
        """Write what `of` will give when its turn comes; None: it fails then, and stops no other now."""
        if message.id not in self._ahead:
            try:
                self._ahead[message.id] = self._written(message)
            except Exception:  # noqa: BLE001 - whatever it is, it is raised again where it belongs
                return None
        return self._ahead[message.id]

    def of(self, message: ClaimedMessage) -> Email | NotSent:
        """Write one message with what is still owed in it."""
        return self._ahead.pop(message.id, None) or self._written(message)

    def _written(self, message: ClaimedMessage) -> Email | NotSent:
        if message.person == SEALED:
            return NotSent(NO_CASE)  # no key that is set opens it
        if not reporter_emails.is_to_reporter(message):
            return self._to_member(message)
        # Who sent a report need not belong to the school: their address is in the case.
        to, _ = self._batch.to_reporters.get(message.id, (NOBODY, None))
        return self._of_kind(reporter_emails.WORDS, message, to)

    def _to_member(self, message: ClaimedMessage) -> Email | NotSent:
        person = self._desk.looked.snapshot.people.get(message.person)
        held = self._memberships(message)
        reader = self._reader(person, is_here=bool(held) or access_emails.reaches_leavers(message))
        if isinstance(reader, NotSent):
            # Why would name the reader of a message about a case.
            return NotSent(NO_CASE) if message.kind == case_emails.KIND else reader
        if not message.items:
            return self._of_kind(message.kind, message, reader)
        if all(member.away_on(self._desk.looked.on) for member in held):
            return NotSent("This person is away, or paused.", decide_again=True)
        owed = self._still_owed(message)
        if not owed:
            # An answer may be a question: once that is answered too, what it held back is told after all.
            return NotSent(NOTHING_LEFT, decide_again=True)
        letter = self._desk.letter(message, owed)
        return self._mail(message, reader, letter, self._calendar(letter, owed))

    def _reader(self, person: Person | None, *, is_here: bool) -> Person | NotSent:
        """Return the recipient, or why there is none."""
        if person is None or not is_here:
            return NotSent("This person has left.")
        if not person.email:
            return NotSent("This person has no email address.", decide_again=True)
        if person.unreachable:
            return NotSent(f"Their address refuses mail: {person.unreachable}", decide_again=True)
        return person

    def _memberships(self, message: ClaimedMessage) -> list[Membership]:
        """Return the reader's memberships in the schools of a message, today."""
        schools = {item.school for item in message.items} or {message.school}
        rolls = self._desk.looked.rolls
        here = (rolls[key].here.get(message.person) for key in schools if key in rolls)
        return [member for member in here if member is not None]

    def _of_kind(self, kind: str, message: ClaimedMessage, to: Person) -> Email | NotSent:
        writer = WRITERS.get(kind, UNKNOWN_KIND)
        written = writer.write(self._batch, message)
        return NotSent(writer.otherwise) if written is None else self._mail(message, to, written, ())

    def left_out(self, message: ClaimedMessage) -> tuple[MessageReminder, ...]:
        """Return the reminders that the message as written leaves out.

        It does not tell the reader of them.
        """
        return self._left_out.pop(message.id, ())

    def _still_owed(self, message: ClaimedMessage) -> list[OpenReminder]:
        found = ((item, (item.school, item.obligation, item.about, item.cycle)) for item in message.items)
        open_now = (OpenReminder(item, self._open[key]) for item, key in found if key in self._open)
        # Held since the message was planned: it is decided again once the hold has ended.
        owed = [one for one in open_now if not is_on_hold(self._desk.looked, one.duty, message.person)]
        if len(owed) < len(message.items):
            told = {one.item for one in owed}
            self._left_out[message.id] = tuple(item for item in message.items if item not in told)
        return owed

    @cached_property
    def _open(self) -> dict[tuple[str, str, str, str], Duty]:
        looked = self._desk.looked
        obligations = (one for one in looked.snapshot.obligations if (one.school, one.key) in self._named)
        about = replace(looked, snapshot=replace(looked.snapshot, obligations=tuple(obligations)))
        return {
            (duty.obligation.school, duty.obligation.key, duty.person, duty.cycle): duty
            for duty in list_duties(about)
            if duty.state not in SETTLED
        }

    def _mail(
        self,
        message: ClaimedMessage,
        person: Person,
        letter: MessageContent,
        attachments: tuple[Attachment, ...],
    ) -> Email:
        acts = self._batch.receipts.get(message.id, ())
        if acts:
            letter = replace(letter, recorded=tuple(recorded(self._desk, one) for one in acts))
        words = render(letter)
        return Email(
            id=message.id,
            sender=self._batch.services.mailbox_of(message.school).sender,
            to=Address(person.email or "", person.name),
            subject=words.subject,
            text=words.text,
            html=words.html,
            reply_to=letter.ask,
            attachments=attachments,
            own=words.own,
        )

    def _calendar(self, letter: MessageContent, owed: Sequence[OpenReminder]) -> tuple[Attachment, ...]:
        dated = [one for one in owed if _in_calendars(one)]
        if not dated:
            return ()
        sender = self._batch.services.sender.email
        domain = sender.rpartition("@")[2]
        entries = [*_deadlines(letter, dated, domain), *self._meetings(letter, dated, domain)]
        return (Attachment("dates.ics", MEDIA, invite(entries, self._desk.now, sender)),) if entries else ()

    def _meetings(
        self, letter: MessageContent, dated: Iterable[OpenReminder], domain: str
    ) -> Iterator[CalendarEntry]:
        """List the coming meetings that reviews are counted back from, each once."""
        found = ((one.item.school, self._desk.meeting_of(one)) for one in dated)
        meetings = {(school, one.body, one.key): one for school, one in found if one is not None}
        for names, meeting in meetings.items():
            if meeting.on is not None and meeting.on >= letter.on:
                yield CalendarEntry(
                    uid(domain, *names),
                    meeting.on,
                    f"{meeting.body} meets",
                    f"For {letter.school}.",
                    busy=True,
                )


def open_drafts(services: Services, batch: Sequence[ClaimedMessage], now: datetime) -> Drafts:
    """Load the current state of everything the batch is about."""
    schools = {message.school for message in batch} | {one.school for m in batch for one in m.items}
    # A transactional message may be about anything; a planned one is about the obligations it names.
    named = {(one.school, one.obligation) for message in batch for one in message.items}
    about = {key for _, key in named} if all(message.items for message in batch) else None
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, schools, about)
        wordings = school_setup.wordings(conn, schools)
        looked = planning_context(snapshot, today)
        # Only a head's message has the ledger's code, and hundreds of others are written in the same batch.
        heads = {key for roll in looked.rolls.values() for key in roll.holders(HEAD)}
        to_a_head = any(message.person in heads for message in batch)
        anchor = weekly_anchor(conn, now) if to_a_head else None
        read = Batch(
            services=services,
            context=MessageContext(looked, services.links, services.base_url, now, wordings, anchor),
            records=_records(conn, batch),
            requests=request_emails.read_requests(conn, batch),
            log=logbook_emails.read_entries(conn, batch),
            to_members=case_emails.read_letters(services, conn, snapshot, batch, now),
            to_reporters=reporter_emails.read_letters(services, conn, snapshot, batch, now),
            receipts=_receipts(conn, batch),
        )
    return Drafts(read, named)


def _receipts(conn: Connection, batch: Sequence[ClaimedMessage]) -> dict[str, tuple[StoredEvidence, ...]]:
    """Read the answers that these messages name, in the order in which they were given."""
    found = receipts_of(conn, [one.id for one in batch])
    acts = {id_: (record_evidence.find(conn, receipt) for receipt in some) for id_, some in found.items()}
    return {
        id_: tuple(sorted((one for one in some if one), key=lambda one: one.record.recorded_at))
        for id_, some in acts.items()
    }


def _records(conn: Connection, batch: Sequence[ClaimedMessage]) -> dict[str, StoredEvidence]:
    about = (record_evidence.find(conn, _receipt_of(one)) for one in batch if one.kind in ABOUT_RECORDS)
    return {one.receipt: one for one in about if one is not None}


def _in_calendars(one: OpenReminder) -> bool:
    first = one.item.step == FIRST_TIME
    return one.item.kind in WITH_MEETINGS or (one.item.kind in IN_CALENDARS and first)


def _deadlines(letter: MessageContent, dated: Iterable[OpenReminder], domain: str) -> Iterator[CalendarEntry]:
    for one in dated:
        duty = one.duty
        # Of what members are only told, the meeting itself is the entry.
        if duty.due_on is not None and duty.due_on >= letter.on and one.item.kind != GOVERNORS:
            name = uid(domain, duty.obligation.school, duty.obligation.key, duty.person, duty.cycle)
            title = f"{duty.obligation.title}: {_stage(duty)}by today"
            yield CalendarEntry(name, duty.due_on, title, duty.why)


def _stage(duty: Duty) -> str:
    """Return the stage of a review; the subject of anything else is an account."""
    return f"{duty.subject}, " if duty.subject and duty.obligation.kind is Kind.REVIEW else ""
