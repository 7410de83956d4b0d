"""What a claimed message becomes on the day it is sent: words for one person, or a reason to send nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.actions import (
    access_notices,
    account_notices,
    case_notices,
    digest,
    reporter_notices,
    request_notices,
    sign_in,
    term_notices,
)
from bot.actions.gather import gather, school_day
from bot.actions.letters import HEAD, Desk, Owed
from bot.actions.replies import reply
from bot.actions.reporter_notices import ToReporter
from bot.actions.weekly_anchor import weekly_anchor
from bot.domain.duties import Duty, State
from bot.domain.obligations import Kind
from bot.domain.owing import look, owing
from bot.domain.people import Membership, Person
from bot.domain.plan import GOVERNORS
from bot.domain.requests import Request
from bot.messages.invite import MEDIA, Entry, invite, uid
from bot.messages.letter import Letter
from bot.messages.mould import write
from bot.ports import Address, Attachment, Message
from bot.services import Services
from bot.store import evidence, office
from bot.store.evidence import Kept
from bot.store.outbox import Leased, MessageItem

SETTLED = frozenset({State.DONE, State.EXCUSED, State.PAUSED})
# Kinds whose dates belong in a calendar; four minutes of reading do not. Those that are counted back from
# a meeting bring it every time, because meetings move; the others once.
IN_CALENDARS = frozenset({"review", "papers", "training"})
WITH_MEETINGS = frozenset({"review", "papers", GOVERNORS})
FIRST_TIME = "ask"
# Written from things as they are when it is sent; None is written where they are settled.
NEWS = {account_notices.KIND: account_notices.letter, term_notices.KIND: term_notices.letter}


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Why nothing is sent, in a sentence. `decide_again`: its duties are told once that is put right."""

    reason: str
    decide_again: bool = False


@dataclass(frozen=True, slots=True)
class OfCases:
    """The letters about cases in a batch, by message: to whoever may open one, and to who reported it."""

    to_members: Mapping[str, Letter]
    to_reporters: Mapping[str, ToReporter]


class Drafts:
    """The words for one batch, from one fresh look at the store."""

    def __init__(
        self,
        services: Services,
        desk: Desk,
        kept: Mapping[str, Kept],
        of_cases: OfCases,
        about: Mapping[str, Request],
        named: Collection[tuple[str, str]],
    ) -> None:
        self._services = services
        self._desk = desk
        self._kept = kept
        self._of_cases = of_cases
        self._requests = about
        self._named = named
        self._ahead: dict[str, Message | Unneeded] = {}
        self._left_out: dict[str, tuple[MessageItem, ...]] = {}

    def ahead(self, message: Leased) -> Message | Unneeded | None:
        """Write what `of` will give when its turn comes; None: it fails then, and stops no other now."""
        if message.id not in self._ahead:
            try:
                self._ahead[message.id] = self._written(message)
            except Exception:  # noqa: BLE001 - whatever it is, it is raised again where it belongs
                return None
        return self._ahead[message.id]

    def of(self, message: Leased) -> Message | Unneeded:
        """Write one message with what is still owed in it."""
        return self._ahead.pop(message.id, None) or self._written(message)

    def _written(self, message: Leased) -> Message | Unneeded:
        to_reporter = reporter_notices.is_to_reporter(message)
        return self._to_reporter(message) if to_reporter else self._to_member(message)

    def _to_member(self, message: Leased) -> Message | Unneeded:
        person = self._desk.looked.snapshot.people.get(message.person)
        held = self._memberships(message)
        reader = self._reader(person, is_here=bool(held) or access_notices.reaches_leavers(message))
        if isinstance(reader, Unneeded):
            return reader
        if message.kind == case_notices.KIND:
            return self._case(message, reader)
        if not message.items:
            return self._reply(message, reader)
        if all(member.away_on(self._desk.looked.on) for member in held):
            return Unneeded("This person is away, or paused.", decide_again=True)
        owed = self._still_owed(message)
        if not owed:
            # An answer may be a question: once that is answered too, what it held back is told after all.
            return Unneeded("Everything in it was answered, or is not asked any more.", decide_again=True)
        letter = self._desk.letter(message, owed)
        return self._mail(message, reader, letter, self._calendar(letter, owed))

    def _reader(self, person: Person | None, *, is_here: bool) -> Person | Unneeded:
        """Name whom to write to, or why nobody can be."""
        if person is None or not is_here:
            return Unneeded("This person has left.")
        if not person.email:
            return Unneeded("We hold no e-mail address for this person.", decide_again=True)
        if person.unreachable:
            return Unneeded(f"Their address refuses mail: {person.unreachable}", decide_again=True)
        return person

    def _memberships(self, message: Leased) -> list[Membership]:
        """List what the reader is today in the settings it is about."""
        settings = {item.setting for item in message.items} or {message.setting}
        rolls = self._desk.looked.rolls
        here = (rolls[key].here.get(message.person) for key in settings if key in rolls)
        return [member for member in here if member is not None]

    def _reply(self, message: Leased, person: Person) -> Message | Unneeded:
        if message.kind in {sign_in.KIND, access_notices.KIND}:
            of_access = access_notices.letter if message.kind == access_notices.KIND else sign_in.letter
            return self._mail(message, person, of_access(self._desk, message), ())
        if message.kind == request_notices.KIND:
            return self._request(message, person)
        if message.kind in NEWS:
            return self._news(message, person)
        if message.kind == digest.KIND:
            return self._digest(message, person)
        kept = self._kept.get(message.step)
        if kept is None:
            return Unneeded("The record it is about is not in the store.")
        return self._mail(message, person, reply(self._desk, message, kept), ())

    def _request(self, message: Leased, person: Person) -> Message | Unneeded:
        request = self._requests.get(message.step.partition(" ")[0])
        if request is None:
            return Unneeded("The request it is about is not in the store.")
        written = request_notices.letter(self._desk, message, request, self._services.base_url)
        return self._mail(message, person, written, ())

    def _news(self, message: Leased, person: Person) -> Message | Unneeded:
        written = NEWS[message.kind](self._desk, message, self._services.base_url)
        if written is None:
            return Unneeded("What it was about is settled.")
        return self._mail(message, person, written, ())

    def _digest(self, message: Leased, person: Person) -> Message | Unneeded:
        written = digest.letter(self._services, self._desk, message)
        if written is None:
            return Unneeded("There is no card to draw.")
        return self._mail(message, person, written, ())

    def _to_reporter(self, message: Leased) -> Message | Unneeded:
        """Write to whoever sent a report: they need not be anybody of the school's."""
        written = self._of_cases.to_reporters.get(message.id)
        return self._mail(message, *written, ()) if written else Unneeded("Nothing needs this reader.")

    def _case(self, message: Leased, person: Person) -> Message | Unneeded:
        """Say no more than that nothing is sent: the reason would tell of the case."""
        letter = self._of_cases.to_members.get(message.id)
        return (
            Unneeded("Nothing needs this reader.")
            if letter is None
            else self._mail(message, person, letter, ())
        )

    def left_out(self, message: Leased) -> tuple[MessageItem, ...]:
        """List the items that the words written for a message leave out: nobody is told of them by it."""
        return self._left_out.pop(message.id, ())

    def _still_owed(self, message: Leased) -> list[Owed]:
        found = ((item, (item.setting, item.obligation, item.about, item.cycle)) for item in message.items)
        owed = [Owed(item, self._open[key]) for item, key in found if key in self._open]
        if len(owed) < len(message.items):
            told = {one.item for one in owed}
            self._left_out[message.id] = tuple(item for item in message.items if item not in told)
        return owed

    @cached_property
    def _open(self) -> dict[tuple[str, str, str, str], Duty]:
        looked = self._desk.looked
        obligations = (one for one in looked.snapshot.obligations if (one.setting, one.key) in self._named)
        about = replace(looked, snapshot=replace(looked.snapshot, obligations=tuple(obligations)))
        return {
            (duty.obligation.setting, duty.obligation.key, duty.person, duty.cycle): duty
            for duty in owing(about)
            if duty.state not in SETTLED
        }

    def _mail(
        self, message: Leased, person: Person, letter: Letter, attachments: tuple[Attachment, ...]
    ) -> Message:
        words = write(letter)
        return Message(
            id=message.id,
            sender=self._services.mailbox_of(message.setting).sender,
            to=Address(person.email or "", person.name),
            subject=words.subject,
            text=words.text,
            html=words.html,
            reply_to=letter.ask,
            attachments=attachments,
            own=words.own,
        )

    def _calendar(self, letter: Letter, owed: Sequence[Owed]) -> tuple[Attachment, ...]:
        dated = [one for one in owed if _in_calendars(one)]
        if not dated:
            return ()
        sender = self._services.sender.email
        domain = sender.rpartition("@")[2]
        entries = [*_deadlines(letter, dated, domain), *self._meetings(letter, dated, domain)]
        return (Attachment("dates.ics", MEDIA, invite(entries, self._desk.now, sender)),) if entries else ()

    def _meetings(self, letter: Letter, dated: Iterable[Owed], domain: str) -> Iterator[Entry]:
        """List the coming meetings that reviews are counted back from, each once."""
        found = ((one.item.setting, self._desk.meeting_of(one)) for one in dated)
        meetings = {(setting, one.body, one.key): one for setting, one in found if one is not None}
        for names, meeting in meetings.items():
            if meeting.on is not None and meeting.on >= letter.on:
                yield Entry(
                    uid(domain, *names),
                    meeting.on,
                    f"{meeting.body} meets",
                    f"For {letter.setting}.",
                    busy=True,
                )


def open_drafts(services: Services, batch: Sequence[Leased], now: datetime) -> Drafts:
    """Take one fresh look at everything the batch is about."""
    settings = {message.setting for message in batch} | {one.setting for m in batch for one in m.items}
    # A letter may be about anything; the day's messages are about the obligations they name.
    named = {(one.setting, one.obligation) for message in batch for one in message.items}
    about = {key for _, key in named} if all(message.items for message in batch) else None
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, settings, about)
        wordings = office.wordings(conn, settings)
        found = (evidence.find(conn, message.step) for message in batch if not message.items)
        kept = {one.receipt: one for one in found if one is not None}
        of_cases = OfCases(
            case_notices.read_letters(services, conn, snapshot, batch, now),
            reporter_notices.read_letters(services, conn, snapshot, batch, now),
        )
        requests = request_notices.read_requests(conn, batch)
        looked = look(snapshot, today)
        # Only a head's letter bears the code, and hundreds of others are written at once.
        heads = {key for roll in looked.rolls.values() for key in roll.holders(HEAD)}
        to_a_head = any(message.person in heads for message in batch)
        anchor = weekly_anchor(conn, now) if to_a_head else None
    desk = Desk(looked, services.links, services.base_url, now, wordings, anchor)
    return Drafts(services, desk, kept, of_cases, requests, named)


def _in_calendars(one: Owed) -> bool:
    first = one.item.step == FIRST_TIME
    return one.item.kind in WITH_MEETINGS or (one.item.kind in IN_CALENDARS and first)


def _deadlines(letter: Letter, dated: Iterable[Owed], domain: str) -> Iterator[Entry]:
    for one in dated:
        duty = one.duty
        # Of what members are only told, the meeting itself is the entry.
        if duty.due_on is not None and duty.due_on >= letter.on and one.item.kind != GOVERNORS:
            name = uid(domain, duty.obligation.setting, duty.obligation.key, duty.person, duty.cycle)
            title = f"{duty.obligation.title}: {_stage(duty)}by today"
            yield Entry(name, duty.due_on, title, duty.why)


def _stage(duty: Duty) -> str:
    """Name the stage of a review; the subject of anything else is an account."""
    return f"{duty.subject}, " if duty.subject and duty.obligation.kind is Kind.REVIEW else ""
