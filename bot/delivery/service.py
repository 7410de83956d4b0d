"""Delivery: lease, check that it is still needed, render, send, settle.

No transaction is open across a send. A message is stored as being sent before the mailer is called, so that
after a crash it is known that it may have arrived: it is looked up first, and sent again only where a second
copy can be recognised. It is settled in the transaction that begins the next one, so that at most one may
have arrived. A message that may have arrived stays so, whatever the outcome of a later attempt, until the
vendor says that it did not.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.core.errors import AddressRefused, DatabaseUnavailable, GiveUp, OutcomeUnknown, TryAgain
from bot.database.engine import retry_write
from bot.database.job_runs import JobTurn
from bot.delivery.drafts import Drafts, NotSent, open_drafts
from bot.identity.teams import account_in_teams
from bot.messages import claim_store, sealed_store
from bot.messages import store as message_store
from bot.messages.attempt_store import Attempt, AttemptSession, SentAttempt, stepping
from bot.messages.claim_store import EVERYBODYS, ClaimedMessage, MailboxSchools, MessageReminder
from bot.messages.kinds import NOT_PLANNED
from bot.messages.receipt_store import free_receipts
from bot.messages.sealed_store import kept_reason
from bot.messages.send_window import after_failure
from bot.ports import Email, Mailer, NextMessage, nothing
from bot.records import people as record_people
from bot.services import Services

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
# What the slowest mail server may take over one message; with less than this left, the batch ends.
ONE_MESSAGE = timedelta(minutes=7)
# So many in a row that could not be taken: the server is away, and the others need not wait for it.
AWAY_AFTER = 3
# A vendor that cannot be asked for so long after the message's hours: a person is.
LOOKS_UP_FOR = timedelta(days=1)
# How each vendor's directory refers to an account; people from a list of the office's have neither.
ACCOUNTS = {
    "microsoft": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    "google": re.compile(r"[0-9]{18,24}"),
}
# What is refused now may have been taken before.
IN_DOUBT = "It may have arrived at an earlier attempt. The last one: "
A_LETTER = "The school has sent you a letter. It is in your e-mail, and in My duties."

OUTCOMES: dict[Callable[..., bool], str] = {
    message_store.settle_sent: "sent",
    message_store.settle_later: "later",
    message_store.settle_in_doubt: "later",
    message_store.settle_unclear: "unclear",
    message_store.settle_given_up: "given up",
    message_store.settle_unknown: "unknown",
}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one run, by outcome."""

    counts: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in self.counts.items()) or "nothing waiting"


def deliver(
    services: Services,
    *,
    now: datetime,
    owner: str | None = None,
    limit: int = 50,
    lease_for: timedelta = LEASE,
    whose: MailboxSchools = EVERYBODYS,
) -> Delivered:
    """Deliver what is due. `owner` names this run and no other, ever; time goes on by `services.clock`."""
    run = _Run(services, owner or _this_run(now), now, lease_for, whose)
    try:
        run.work(limit)
    finally:
        run.close()
    if run.counts:
        log.info("delivered: %s", dict(run.counts))
    return Delivered(dict(run.counts))


def _this_run(now: datetime) -> str:
    """Return a unique name of a run, of machine, process, thread and microsecond."""
    return f"{platform.node()}/{os.getpid()}/{threading.get_ident()}/{now.isoformat()}"


class _Run:
    """One worker's run over one batch."""

    def __init__(
        self, services: Services, owner: str, now: datetime, lease_for: timedelta, whose: MailboxSchools
    ) -> None:
        self._services = services
        self._owner = owner
        self._now = now
        self._began_at = services.clock()
        self._ends_at = now + lease_for - min(ONE_MESSAGE, lease_for / 2)
        self._lease_for = lease_for
        self._lease_ends_at = self._began_at + lease_for
        self._whose = whose
        self._mailers: dict[str, Mailer] = {}
        self._silent: set[str] = set()
        self._then: NextMessage = nothing
        self._sent: SentAttempt | None = None
        self._begins: ClaimedMessage | None = None
        self._left_out: dict[str, tuple[MessageReminder, ...]] = {}
        self.counts: Counter[str] = Counter()

    def work(self, limit: int) -> None:
        batch = self._claim(limit)
        if not batch:
            return
        waiting = list(reversed(batch))
        try:
            drafts = open_drafts(self._services, batch, self._now)
            with stepping(self._services.store) as steps:
                self._hand_over(waiting, drafts, steps)
        except DatabaseUnavailable:
            self._after_outage(waiting)
            raise
        finally:
            self._release(waiting)

    def close(self) -> None:
        """Close the mailers of this run; other mailboxes may be sending."""
        for mailer in {id(one): one for one in self._mailers.values()}.values():
            mailer.close()

    def _claim(self, limit: int) -> list[ClaimedMessage]:
        with self._services.store.writing() as conn:
            lapsed = claim_store.lapse(conn, now=self._now, whose=self._whose)
            self.counts += Counter({"lapsed": lapsed})
            leased = claim_store.lease(
                conn,
                now=self._now,
                owner=self._owner,
                limit=limit,
                lease_for=self._lease_for,
                whose=self._whose,
            )
            return sealed_store.unsealed(conn, self._services.case_keys, leased)

    def _hand_over(self, waiting: list[ClaimedMessage], drafts: Drafts, steps: AttemptSession) -> None:
        """Work until nothing waits, the lease is nearly over, or we are to stop; pass over a server away."""
        away: Counter[int] = Counter()
        passed_over, stopping = [], self._services.stopping
        try:
            while waiting and self._at() < self._ends_at and not stopping():
                message = waiting.pop()
                mailer = id(self._mailer(message))
                if away[mailer] >= AWAY_AFTER:
                    passed_over.append(message)
                    continue
                self._then = partial(self._ahead, message, waiting, drafts)
                outcome = self._one(message, drafts, steps)
                if outcome is not None:
                    self.counts[outcome] += 1
                away[mailer] = away[mailer] + 1 if outcome == "later" else 0
        finally:
            waiting.extend(passed_over)
            self._step(steps)

    def _ahead(
        self, message: ClaimedMessage, waiting: Sequence[ClaimedMessage], drafts: Drafts, later: int
    ) -> Email | None:
        """Write what probably goes so much later from the same mailbox: its mailer may get ready for it."""
        coming, mailer = waiting[-later:], self._mailer(message)
        if len(coming) < later or any(one.was_sending or self._mailer(one) is not mailer for one in coming):
            return None
        draft = drafts.ahead(coming[0])
        return draft if isinstance(draft, Email) else None

    def _after_outage(self, waiting: list[ClaimedMessage]) -> None:
        """After a database outage settle what was sent and release what was not.

        If it stays unavailable the leases expire, and what was sent is looked up or sent again.
        """
        sent, begins, self._sent, self._begins = self._sent, self._begins, None, None

        def note() -> None:
            with self._services.store.writing() as conn:
                if sent is not None:
                    one, at = sent.attempt.message, self._at()
                    message_store.settle_sent(conn, one, owner=self._owner, now=at, reference=sent.reference)

        try:
            retry_write(self._services.store, note)
        except DatabaseUnavailable:
            waiting.clear()
            raise
        if begins is not None:
            waiting.append(begins)

    def _release(self, waiting: list[ClaimedMessage]) -> None:
        """Release messages for which there was no time; any that may have arrived stay marked so."""
        for message in waiting:
            at, reason = self._at(), "There was no time for it in this run."
            if message.was_sending:
                self._settle(message_store.settle_unclear, message, look_up_at=at, reason=reason)
            else:
                self._settle(message_store.settle_later, message, not_before_at=at, reason=reason)

    def _one(self, message: ClaimedMessage, drafts: Drafts, steps: AttemptSession) -> str | None:
        """Process one message. None: it was sent, and is settled with the next step."""
        if message.was_sending:
            self._step(steps)
            known = self._looked_up(message, message.attempts)
            if isinstance(known, str):
                return known
            message = known
        draft = drafts.of(message) if self._at() < message.not_after_at else None
        if isinstance(draft, Email) and not self._step(steps, message):
            return "taken over"
        if isinstance(draft, Email):
            self._left_out[message.id] = drafts.left_out(message)
            return self._hand(message, draft, steps)
        self._step(steps)
        return self._withdraw(message, draft) if draft is not None else self._too_late(message)

    def _step(self, steps: AttemptSession, begin: ClaimedMessage | None = None) -> bool:
        """Settle what was sent last and begin the next in one transaction; False: the next is not ours."""
        sent, self._begins = self._sent, begin or self._begins
        if sent is None and begin is None:
            return False
        attempt = Attempt(begin.id, begin.attempts + 1) if begin is not None else None
        done = steps.step(self._owner, self._at(), sent, attempt)
        self._sent = None
        if begin is not None:
            self._begins = None
        if sent is not None:
            self.counts["sent" if done.settled else "taken over"] += 1
            self._free(sent.attempt.message, settled=done.settled)
        return done.begun

    def _free(self, sent: str, *, settled: bool) -> None:
        """Free the duties that a sent message left out, so that a later plan can include them."""
        items = self._left_out.pop(sent, ())
        if items and settled:
            with self._services.store.writing() as conn:
                message_store.decide_some_again(conn, sent, items)

    def _withdraw(self, message: ClaimedMessage, unneeded: NotSent) -> str:
        """Send nothing. Duties not told for want of an address or a reader are decided again another day."""
        at, reason = self._at(), unneeded.reason
        if message.was_sending:
            reason += " An earlier attempt may have arrived."
        with self._services.store.writing() as conn:
            if not message_store.settle_withdrawn(conn, message.id, owner=self._owner, now=at, reason=reason):
                return "taken over"
            if not message.was_sending:
                free_receipts(conn, [message.id])
            if unneeded.decide_again and not message.was_sending:
                message_store.decide_again(conn, message.id)
        return "withdrawn"

    def _hand(self, message: ClaimedMessage, mail: Email, steps: AttemptSession) -> str | None:
        attempts = message.attempts + 1
        try:
            receipt = self._mailer(message).send(mail, self._then, before=self._lease_ends_at)
        except TryAgain as error:
            return self._later(message, attempts, error)
        except GiveUp as error:
            return self._given_up(message, error)
        except OutcomeUnknown as error:
            return self._unclear(message, attempts, str(error))
        self._sent = SentAttempt(Attempt(message.id, attempts), receipt.reference)
        if self._services.nudges:
            self._step(steps)
            self._nudge(message)
        return None

    def _nudge(self, message: ClaimedMessage) -> None:
        """Send a chat notification beside the day's message, where the school has that.

        Failures are ignored.
        """
        if message.kind in NOT_PLANNED:
            return
        for vendor, nudge in self._services.nudges.items():
            account = self._account(vendor, message.person) if vendor not in self._silent else None
            if account is None:
                continue
            try:
                nudge.tell(account=account, words=A_LETTER, key=message.id)
            except GiveUp as error:
                log.info("no notice beside a letter: %s", error)
            except TryAgain as error:
                # Later messages must not wait for a failing notifier as well.
                self._silent.add(vendor)
                log.info("no more notices beside letters in this run: %s", error)

    def _account(self, vendor: str, person: str) -> str | None:
        """Return a person's account at a vendor: their key in its directory, or the one they connected."""
        if ACCOUNTS[vendor].fullmatch(person):
            return person
        return account_in_teams(self._services, person) if vendor == "microsoft" else None

    def _mailer(self, message: ClaimedMessage) -> Mailer:
        mailer = self._mailers.get(message.school)
        if mailer is None:
            mailer = self._mailers[message.school] = self._services.mailbox_of(message.school).mailer
        return mailer

    def _looked_up(self, message: ClaimedMessage, attempts: int) -> str | ClaimedMessage:
        """Settle what the vendor knows of, or give the message, which may be sent."""
        try:
            taken = self._mailer(message).look_up(message.id)
        except TryAgain as error:
            return self._look_up_later(message, attempts, str(error))
        if taken:
            return self._settle(message_store.settle_sent, message, reference="found at the vendor")
        if taken is False:
            return replace(message, was_sending=False)
        if self._mailer(message).repeats_are_marked:
            return message
        reason = "It may have arrived, and nobody can tell. Ask the person."
        return self._settle(message_store.settle_unknown, message, reason=reason)

    def _unclear(self, message: ClaimedMessage, attempts: int, reason: str) -> str:
        """Look an unclear send up at the vendor.

        If that is unclear too, wait and look up before sending again.
        """
        known = self._looked_up(message, attempts)
        return known if isinstance(known, str) else self._look_up_later(message, attempts, reason)

    def _look_up_later(self, message: ClaimedMessage, attempts: int, reason: str) -> str:
        wait = after_failure(attempts)
        if wait is None or self._at() >= message.not_after_at + LOOKS_UP_FOR:
            return self._settle(message_store.settle_unknown, message, reason=reason)
        return self._settle(
            message_store.settle_unclear, message, look_up_at=self._at() + wait, reason=reason
        )

    def _later(self, message: ClaimedMessage, attempts: int, error: TryAgain) -> str:
        wait = after_failure(attempts, error.after)
        if wait is None:
            return self._given_up(message, GiveUp(str(error)))
        later_at = self._at() + wait
        if message.was_sending:
            return self._settle(
                message_store.settle_in_doubt, message, look_up_at=later_at, reason=str(error)
            )
        return self._settle(message_store.settle_later, message, not_before_at=later_at, reason=str(error))

    def _given_up(self, message: ClaimedMessage, error: GiveUp) -> str:
        """Return up. A refused address gets nothing until it is corrected, and is reported."""
        at, reason, settle = self._at(), str(error), message_store.settle_given_up
        said: dict[str, str] = {"reason": kept_reason(message.kind, reason)}
        if message.was_sending:
            settle = message_store.settle_unknown
            said = {"reason": IN_DOUBT + said["reason"], "came_to": "given up"}
        with self._services.store.writing() as conn:
            if not settle(conn, message.id, owner=self._owner, now=at, **said):
                return "taken over"
            if not message.was_sending:
                free_receipts(conn, [message.id])
            if isinstance(error, AddressRefused):
                record_people.mark_unreachable(conn, message.person, reason)
                if not message.was_sending:
                    message_store.decide_again(conn, message.id)
        return OUTCOMES[settle]

    def _too_late(self, message: ClaimedMessage) -> str:
        """Its hours passed: nothing is sent. The next run closes it, and its duties may be decided again."""
        reason = "Its hours passed before it could be sent."
        if message.was_sending:
            return self._settle(message_store.settle_unknown, message, reason=IN_DOUBT + reason)
        return self._settle(message_store.settle_later, message, not_before_at=self._at(), reason=reason)

    def _settle(self, settle: Callable[..., bool], message: ClaimedMessage, **said: Any) -> str:
        if "reason" in said:
            said["reason"] = kept_reason(message.kind, said["reason"])
        with self._services.store.writing() as conn:
            ours = settle(conn, message.id, owner=self._owner, now=self._at(), **said)
        return OUTCOMES[settle] if ours else "taken over"

    def _at(self) -> datetime:
        return self._now + (self._services.clock() - self._began_at)


# A run ends after so long though more waits: the next one goes on, here or on another machine.
DELIVERS_FOR = timedelta(minutes=5)
BATCH = 50


def deliver_waiting(services: Services, turn: JobTurn) -> str:
    """Deliver from one mailbox until nothing waits, or time is up.

    Leases of a process that died or hangs are released first.
    """
    if turn.lost is not None:
        with services.store.writing() as conn:
            message_store.end(conn, turn.lost, turn.part, turn.now)
    counts, whose = Counter[str](), leaving_from(services, turn.part)
    began_at = now = services.clock()
    while not services.stopping() and now - began_at < DELIVERS_FOR:
        owner = f"{message_store.leased_by(turn.owner, turn.part)}{now.isoformat()}"
        delivered = deliver(services, now=now, owner=owner, limit=BATCH, whose=whose)
        counts.update(delivered.counts)
        if sum(delivered.counts.values()) < BATCH:
            break
        now = services.clock()
    return str(Delivered(dict(counts)))


def leaving_from(services: Services, mailbox: str) -> MailboxSchools:
    """Return whose messages a mailbox sends; empty: all schools', one after another."""
    others = {school: box.sender.email for school, box in services.mailboxes.items()}
    if not mailbox:
        return EVERYBODYS
    if mailbox == services.sender.email:
        return MailboxSchools(tuple(sorted(one for one in others if others[one] != mailbox)), others=True)
    return MailboxSchools(tuple(sorted(one for one in others if others[one] == mailbox)))
