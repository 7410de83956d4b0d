"""What people record about an official account: what they know of it, looks, posts, readings, hand-overs.

Every record is an entry in the account's log and in the ledger, in one transaction. Nothing is changed later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.actions.account_notices import HANDED, READ, tell
from bot.actions.gather import gather, school_day
from bot.actions.sign import Refusal, Refused
from bot.domain.account_access import may_decide, may_read_posts, may_work, reads_today
from bot.domain.account_facts import Standing, standings
from bot.domain.account_guard import looks_like_a_password
from bot.domain.account_log import (
    AGREED,
    ASKED,
    CHANGE,
    CHECKED,
    DROPPED,
    FINE,
    FOUND,
    LOOKED_THROUGH,
    NO_CHILDREN,
    NO_READER,
    READER,
    REMOVED,
    SECOND_HOLDER,
    STEPS,
    Entry,
    Sort,
    Topic,
    may_tick,
    topics_of,
)
from bot.domain.account_posts import posts
from bot.domain.duties import Duty, State
from bot.domain.owing import duties_of
from bot.domain.signing import statement
from bot.domain.snapshot import Snapshot
from bot.errors import HandbellError
from bot.services import Services
from bot.store import accounts, evidence
from bot.store.engine import Connection
from bot.store.evidence import EvidenceRecord, Noted

LONGEST = 2000
OLDEST = timedelta(days=3653)
HOLDERS = 2
TOO_FEW = "Fewer than two people would run it then. Name a second holder first, under “Change who runs it”."
WHO_READS = "Choose who reads it. They have to be here today, with an e-mail address."
NO_PASSWORDS = "This looks like a password. Handbell never keeps one: please take it out."
DAY_WRONG = "Give a day that has come, for example 4 December 2026."


class NoSuchAccount(HandbellError):
    """There is no such account here, or it is not theirs to look after."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, where, in which roles, and how we know. `sent` names the form, so that it counts once."""

    setting: str
    person: str
    name: str
    roles: frozenset[str]
    how: str
    sent: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to record. Which fields count depends on what it is."""

    topic: str = ""
    answer: str = ""
    about: str = ""
    words: str = ""
    note: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """One account, open to be written to by somebody."""

    conn: Connection
    snapshot: Snapshot
    standing: Standing
    who: Who
    now: datetime

    @property
    def today(self) -> date:
        return school_day(self.now)

    @property
    def works(self) -> bool:
        return may_work(self.standing.account, self.who.person, self.who.roles)

    def reader(self, person: str, *, today: bool) -> bool:
        """Say whether somebody may be a second reader; `today`: of a post that goes to them now."""
        known = self.snapshot.people.get(person)
        may = reads_today if today else may_read_posts
        return known is not None and may(known, self.who.setting, self.today)

    def add(self, sort: Sort, said: Said) -> None:
        entry = Entry(
            reference=accounts.reference_of(self.who.sent),
            setting=self.who.setting,
            account=self.standing.account.key,
            sort=sort,
            on=said.on or self.today,
            at=self.now,
            by=self.who.person,
            by_name=self.who.name,
            topic=said.topic,
            answer=said.answer,
            about=said.about,
            words=said.words.strip(),
            note=said.note.strip(),
        )
        accounts.add(self.conn, entry, self.who.how)


def state(services: Services, who: Who, account: str, said: Said, now: datetime) -> None:
    """Record what the school knows of an account: one topic."""
    with _at_work(services, who, account, now) as desk:
        topic = topics_of(desk.standing.account).get(said.topic)
        if topic is None:
            raise NoSuchAccount
        if topic.head_only and not may_decide(who.roles):
            raise Refused(Refusal(said.topic, "Only leadership records an approval."))
        _refuse(*_wrong_statement(desk, topic, said), *_wrong_words(said, said.topic, said.topic))
        desk.add(Sort.STATED, said)


def look(services: Services, who: Who, account: str, said: Said, now: datetime) -> None:
    """Record that somebody looked at what is on an account, and what they found."""
    with _at_work(services, who, account, now) as desk:
        _refuse(*_wrong_look(said), *_wrong_words(said, "look-words", "look-words"))
        desk.add(Sort.LOOKED, said)
        _keep_check(desk)


def _keep_check(desk: Desk) -> None:
    """Record the check of the accounts' content for its person, once the last of our accounts is looked at.

    Looks of others count from the day the check opened; the person who is asked for it makes one of them.
    """
    snapshot, who = desk.snapshot, desk.who
    ours = {one.key for one in snapshot.accounts if one.setting == who.setting and one.ours}
    for duty in duties_of(snapshot, desk.today, who.person):
        rule = duty.obligation
        if (rule.setting, rule.key) != (who.setting, LOOKED_THROUGH) or duty.state is State.DONE:
            continue
        looks = (one for one in snapshot.account_log if one.sort is Sort.LOOKED and one.on >= duty.opens_on)
        looked = {one.account for one in looks if one.setting == who.setting} | {desk.standing.account.key}
        if ours <= looked and duty.opens_on <= desk.today:
            evidence.record(desk.conn, _check_of(desk, duty), Noted(f"person:{who.person}", "answered: done"))


def _check_of(desk: Desk, duty: Duty) -> EvidenceRecord:
    who, rule = desk.who, duty.obligation
    return EvidenceRecord(
        idempotency_key=json.dumps(["accounts looked at", who.setting, rule.key, who.person, duty.cycle]),
        setting=who.setting,
        obligation=rule.key,
        person=who.person,
        person_name=who.name,
        acted_on=desk.today,
        recorded_at=desk.now,
        identified_by=who.how,
        channel="web",
        cycle=duty.cycle,
        subject=duty.subject,
        statement=statement(rule),
        words="Looked at on the page of each account.",
    )


def post(services: Services, who: Who, account: str, said: Said, now: datetime) -> None:
    """Record a post before it goes out: a second reader is asked, or there is none and why."""
    with _at_work(services, who, account, now) as desk:
        if not desk.standing.account.ours:
            raise NoSuchAccount
        _refuse(*_wrong_post(desk, said), *_wrong_words(said, "post-words", "post-note"))
        desk.add(Sort.POSTED, said)
        if said.topic == ASKED:
            step = f"{READ} {accounts.reference_of(who.sent)}"
            tell(desk.conn, desk.snapshot, who.setting, said.about, step, now)


def read(services: Services, who: Who, account: str, said: Said, now: datetime) -> None:
    """Record what a second reader says of a post: agreed, or a change. `about`: the post's reference."""
    with _at_work(services, who, account, now, reader=True) as desk:
        posted = next(
            (one for one in desk.standing.log if one.sort is Sort.POSTED and one.reference == said.about),
            None,
        )
        if posted is None or not (desk.works or posted.about == who.person):
            raise NoSuchAccount
        field = f"read-{posted.reference}"
        _refuse(*_wrong_reading(desk, posted, said, field), *_wrong_words(said, field, field))
        desk.add(Sort.READ, said)


def tick(services: Services, who: Who, account: str, said: Said, now: datetime) -> None:
    """Record one step of a hand-over as done. `about`: who leaves; they never tick it themselves.

    After the last step they get a receipt, if they are still here.
    """
    with _at_work(services, who, account, now) as desk:
        leaving = {one.person: one for one in desk.standing.facts.hand_overs}
        if said.about not in leaving or said.topic not in STEPS:
            raise NoSuchAccount
        if not may_tick(said.about, who.person):
            raise Refused(Refusal("hand-over", "Somebody else confirms your hand-over: it protects you too."))
        one = leaving[said.about]
        if said.topic not in one.left:
            return
        if said.topic == SECOND_HOLDER and len(desk.standing.facts.staying) < HOLDERS:
            raise Refused(Refusal("hand-over", TOO_FEW))
        desk.add(Sort.HANDED, said)
        if one.left == (said.topic,) and desk.today <= one.leaves_on:
            step = f"{HANDED} {account} {one.person} {one.leaves_on.isoformat()}"
            tell(desk.conn, desk.snapshot, who.setting, one.person, step, now)


@contextmanager
def _at_work(
    services: Services, who: Who, account: str, now: datetime, *, reader: bool = False
) -> Iterator[Desk]:
    """Open an account to somebody who looks after it, or, as `reader`, to anybody here."""
    today = school_day(now)
    with services.store.writing() as conn:
        snapshot = gather(conn, today, (who.setting,))
        found = standings(snapshot, who.setting, today)
        standing = next((one for one in found if one.account.key == account), None)
        if standing is None:
            raise NoSuchAccount
        desk = Desk(conn, snapshot, standing, who, now)
        if not (desk.works or reader):
            raise NoSuchAccount
        yield desk


def _refuse(*refusals: Refusal) -> None:
    if refusals:
        raise Refused(*refusals)


def _wrong_words(said: Said, words: str, note: str) -> Iterator[Refusal]:
    for field, text in ((words, said.words), (note, said.note)):
        if looks_like_a_password(text):
            yield Refusal(field, NO_PASSWORDS)
        elif len(text) > LONGEST:
            yield Refusal(field, f"Please use at most {LONGEST} letters.")


def _wrong_statement(desk: Desk, topic: Topic, said: Said) -> Iterator[Refusal]:
    if said.on is not None and not desk.today - OLDEST <= said.on <= desk.today:
        yield Refusal(said.topic, DAY_WRONG)
    if topic.answers is None:
        if not said.words.strip():
            yield Refusal(said.topic, "Say where consent is checked, for instance: the list in the office.")
    elif said.topic == READER:
        if not desk.reader(said.about, today=False):
            yield Refusal(said.topic, "Choose somebody who is here. They need an e-mail address.")
    elif said.answer not in topic.answers:
        yield Refusal(said.topic, "Choose one of the answers.")


def _wrong_look(said: Said) -> Iterator[Refusal]:
    if said.answer not in {FINE, FOUND, REMOVED}:
        yield Refusal("look", "Say what you found.")
    elif said.answer != FINE and not said.words.strip():
        yield Refusal("look-words", "Say in a few words what it was. Name no child.")


def _wrong_post(desk: Desk, said: Said) -> Iterator[Refusal]:
    if not said.words.strip():
        yield Refusal("post-words", "Say what the post is about.")
    if said.answer not in {NO_CHILDREN, CHECKED}:
        yield Refusal("post-answer", "Say whether children can be recognised in it.")
    if said.topic == ASKED:
        if said.about == desk.who.person:
            yield Refusal("post-about", "The second reader is somebody else.")
        elif not desk.reader(said.about, today=True):
            yield Refusal("post-about", WHO_READS)
    elif said.topic != NO_READER:
        yield Refusal("post-topic", "Say who reads it first, or why nobody can.")
    elif not said.note.strip():
        yield Refusal("post-note", "Say why nobody could read it first.")


def _wrong_reading(desk: Desk, posted: Entry, said: Said, field: str) -> Iterator[Refusal]:
    known = next(one for one in posts(desk.standing.log) if one.entry is posted)
    theirs = posted.by == desk.who.person
    if not known.waits:
        yield Refusal(field, "This post is settled already.")
    elif said.topic not in {AGREED, CHANGE, DROPPED}:
        yield Refusal(field, "Say whether you agree.")
    elif theirs != (said.topic == DROPPED):
        yield Refusal(
            field, "The second reader is somebody else." if theirs else "Only who wrote it drops it."
        )
    elif said.topic == CHANGE and not said.words.strip():
        yield Refusal(field, "Say what to change.")


Act = Callable[[Services, Who, str, Said, datetime], None]
ACTS: dict[str, Act] = {"state": state, "look": look, "post": post, "read": read, "tick": tick}
