"""Emails about official accounts: which account, what is asked, and a link to the page with the details.

An email is written from the state when it is sent; one whose reason has passed is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from bot.accounts.model import AccountStatus, HandOver, account_statuses, posts
from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.database.engine import Connection
from bot.messages import store as message_store
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, is_queued, queue_message
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.queue_store import FeatureReminders, new_letter
from bot.planning.snapshot import Snapshot
from bot.records import account_log
from bot.rules.accounts import STEPS, AccountEntryKind

KIND: Final = "account"
READ, ASKED, DECIDED, STOPPED = "read", "asked", "decided", "stopped"
LEAVES, HANDED, CONSENT = "leaves", "handed", "consent"
ALL = "/accounts"


@dataclass(frozen=True, slots=True)
class AccountMessageRef:
    """Content of one email: the start of its subject, its object, a sentence, a button and its page.

    `more` are lines after the sentence.
    """

    heading: str
    thing: str
    sentence: str
    button: str
    page: str
    more: tuple[str, ...] = ()


def tell(conn: Connection, snapshot: Snapshot, school: str, to: str | None, step: str, now: datetime) -> None:
    """Queue an email in the school's hours, if there is a recipient. Once for each step."""
    letter = new_letter(snapshot, KIND, school, to, step, now)
    if letter is not None:
        queue_message(conn, letter, now)


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    had: Collection[NewMessage],
) -> Iterator[NewMessage]:
    """Yield the due emails about accounts that were not sent yet.

    `had`: emails counted as sent, so that no reason is in two.
    """
    today = local_date(now)
    every = active_members(snapshot, today)
    for school in schools:
        also = [(one.person, one.reference) for one in had if (one.kind, one.school) == (KIND, school)]
        for to, step in _reminders(conn, every[school], account_statuses(snapshot, school, today), also):
            letter = new_letter(snapshot, KIND, school, to, step, now)
            if letter is not None:
                yield letter


def outline(snapshot: Snapshot, school: str, step: str, on: date) -> str | None:
    """Return what an email is about, as its subject does; None if that is settled by that day."""
    occasion, _, about = step.partition(" ")
    said = WORDS[occasion](snapshot, account_statuses(snapshot, school, on), about)
    return None if said is None else f"{said.heading}: {said.thing}"


def letter(desk: MessageContext, message: ClaimedMessage) -> MessageContent | None:
    """Return the content of an email, or None if its reason has passed."""
    occasion, _, about = message.step.partition(" ")
    snapshot, today = desk.looked.snapshot, desk.looked.on
    found = account_statuses(snapshot, message.school, today)
    said = WORDS[occasion](snapshot, found, about)
    if said is None:
        return None
    return desk.about(
        message,
        ContentBlock(
            heading=said.heading,
            thing=said.thing,
            why="",
            button=said.button,
            link=f"{desk.base_url}{said.page}",
            notes=(said.sentence, *said.more),
        ),
    )


def _reminders(
    conn: Connection, roll: ActiveMembers, found: tuple[AccountStatus, ...], also: Collection[tuple[str, str]]
) -> Iterator[tuple[str | None, str]]:
    """Yield recipient and step of what they have not been told yet."""
    head = roll.acting("headteacher")
    written = message_store.letters_to(conn, roll.school.key, head or "")
    if new := _untold([*written, *(step for to, step in also if to == head)], found):
        yield head, f"{STOPPED} {','.join(new)}"
    for to, step in _leaving(found, roll.acting("office") or roll.acting("business-manager") or head):
        if to and not is_queued(conn, KIND, to, step):
            yield to, step


def _untold(steps: Iterable[str], found: Iterable[AccountStatus]) -> list[str]:
    """Return digests of the reasons to stop that no email was about. `steps`: of the emails."""
    told = {
        one
        for step in steps
        if step.startswith(f"{STOPPED} ")
        for one in step.removeprefix(f"{STOPPED} ").split(",")
    }
    return [one for one in dict.fromkeys(_digests(found)) if one not in told]


def _digests(found: Iterable[AccountStatus]) -> Iterator[str]:
    for standing in found:
        for reason in standing.verdict.reasons:
            if reason.stops:
                yield sha256(f"{standing.account.key} {reason.says}".encode()).hexdigest()[:8]


def _leaving(found: Iterable[AccountStatus], office: str | None) -> Iterator[tuple[str | None, str]]:
    for standing in found:
        for one in standing.facts.hand_overs:
            others = [holder.person for holder in standing.facts.holders if holder.here]
            to = next((key for key in others if key != one.person), office)
            if one.left and to != one.person:
                yield to, f"{LEAVES} {standing.account.key} {one.person} {one.leaves_on.isoformat()}"


def _read(_snapshot: Snapshot, found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    for standing in found:
        post = next((one for one in posts(standing.log) if one.entry.reference == about), None)
        if post is not None and post.waits and post.reading is None:
            sentence = (
                f"{post.entry.by_name} has asked you to check a post before it goes out. It takes about a "
                f"minute."
            )
            account = standing.account
            page = f"{ALL}/{account.key}#posts"
            return AccountMessageRef(
                "Please read a post", f"{account.name} ({account.channel})", sentence, "Read it", page
            )
    return None


def _asked(snapshot: Snapshot, _found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    if _is_decided(snapshot, about):
        return None
    sentence = "Somebody asks for a new official account. It waits for your decision."
    return AccountMessageRef(
        "Please decide", "a new official account", sentence, "Look at it", f"{ALL}/requests/{about}"
    )


def _decided(snapshot: Snapshot, _found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    if not _is_decided(snapshot, about):
        return None
    sentence = "There is an answer to your request for a new account."
    return AccountMessageRef(
        "About your request", "a new official account", sentence, "See the answer", f"{ALL}/requests/{about}"
    )


def _is_decided(snapshot: Snapshot, about: str) -> bool:
    return any(one.sort is AccountEntryKind.DECIDED and one.about == about for one in snapshot.account_log)


def _stopped(_snapshot: Snapshot, found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    still = set(_digests(found)) & set(about.split(","))
    names = [one.account.name for one in found if still & set(_digests([one]))]
    if not names:
        return None
    sentence = "The page says why, and who does what. We write to you once about each reason."
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return AccountMessageRef("Should not post now", f"{names[0]}{more}", sentence, "See why", ALL)


def _leaves(_snapshot: Snapshot, found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    standing, one = _hand_over(found, about)
    if standing is None or one is None or not one.left:
        return None
    gone = "left" if one.leaves_on < standing.facts.on else "leaves"
    sentence = f"{one.name} {gone} on {long_date(one.leaves_on)} and runs this account."
    page = f"{ALL}/{standing.account.key}#hand-over"
    return AccountMessageRef("Please take over", standing.account.name, sentence, "Open the hand-over", page)


def _handed(_snapshot: Snapshot, found: tuple[AccountStatus, ...], about: str) -> AccountMessageRef | None:
    """Return the leaver's receipt: each step, who ticked it and when."""
    standing, one = _hand_over(found, about)
    if standing is None or one is None or one.left:
        return None
    ticks = (
        f"{says}: {one.ticks[step].by_name}, {long_date(local_date(one.ticks[step].at))}."
        for step, says in STEPS.items()
    )
    sentence = "Everything is handed over. Nothing is left for you to do; keep this message as your receipt."
    page = f"{ALL}/{standing.account.key}#hand-over"
    return AccountMessageRef(
        "Handed over", standing.account.name, sentence, "See it there", page, tuple(ticks)
    )


def _hand_over(
    found: tuple[AccountStatus, ...], about: str
) -> tuple[AccountStatus, HandOver] | tuple[None, None]:
    """Find the hand-over of an account by a person, as they are now."""
    key, _, rest = about.partition(" ")
    leaver = rest.partition(" ")[0]
    return next(
        (
            (standing, one)
            for standing in found
            for one in standing.facts.hand_overs
            if standing.account.key == key and one.person == leaver
        ),
        (None, None),
    )


def _consent(_snapshot: Snapshot, found: tuple[AccountStatus, ...], _about: str) -> AccountMessageRef | None:
    if not found:
        return None
    sentence = (
        "A family has withdrawn consent for pictures or a channel. Ask the office which child it is. Take "
        "down anything that shows that child and do not post any more of them."
    )
    return AccountMessageRef(
        "Consent was taken back", "pictures on our accounts", sentence, "See our accounts", ALL
    )


WORDS: Mapping[str, Callable[[Snapshot, tuple[AccountStatus, ...], str], AccountMessageRef | None]] = {
    READ: _read,
    ASKED: _asked,
    DECIDED: _decided,
    STOPPED: _stopped,
    LEAVES: _leaves,
    HANDED: _handed,
    CONSENT: _consent,
}


# To the head, once for each reason, what should not post; and to who is next that a holder leaves.
REMINDERS = FeatureReminders(
    KIND, lambda conn, keys, _today: account_log.schools_with(conn, keys), reminders, outline
)
