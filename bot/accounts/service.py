"""Official accounts: what people record about one, and who runs it.

Every record (a look, a post, a reading, a hand-over) is an entry in the account's log and in the ledger, in
one transaction; entries are never changed. A change of holders on a page updates the stored register.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.accounts.emails import HANDED, READ, tell
from bot.accounts.model import (
    AccountStatus,
    account_statuses,
    may_decide,
    may_read_posts,
    may_work,
    posts,
    reads_today,
)
from bot.core.clock import local_date
from bot.core.errors import HandbellError
from bot.core.form_start import unless_older
from bot.core.text import NO_PASSWORDS, looks_like_a_password
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.identity.actor import Actor
from bot.planning.duties import duties_of
from bot.planning.duty_view import statement
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import account_log
from bot.records import evidence as record_evidence
from bot.records.evidence import EvidenceNote, EvidenceRecord
from bot.register.service import change_register
from bot.rules.accounts import (
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
    Account,
    AccountEntry,
    AccountEntryKind,
    Topic,
    may_tick,
    topics_of,
)
from bot.rules.duties import Duty, State
from bot.rules.names import index_by_name
from bot.rules.people import Person
from bot.rules.register import Register
from bot.services import Services

MAX_HOLDERS = 10


@dataclass(frozen=True, slots=True)
class HolderOption:
    """A person who may run an account, whether they do, and whether they are here today."""

    person: Person
    holds: bool
    here: bool


def find_account(snapshot: Snapshot, school: str, key: str) -> Account | None:
    """Return an account of the school's own; one that is only watched has no holders."""
    found = (one for one in snapshot.accounts if (one.school, one.key) == (school, key) and one.ours)
    return next(found, None)


def choices(snapshot: Snapshot, account: Account, now: datetime) -> tuple[HolderOption, ...]:
    """Return everyone who is here or holds the account; holders first, by name."""
    today = local_date(now)
    found = [
        HolderOption(one, one.key in account.holders, member.here_on(today))
        for one in snapshot.people.values()
        if (member := one.membership(account.school))
    ]
    shown = [one for one in found if one.here or one.holds]
    return tuple(sorted(shown, key=lambda one: (not one.holds, one.person.name)))


def holders_of(register: Register, key: str) -> frozenset[str]:
    """Return who runs an account as the register does: by address, or by key."""
    return next((one.holders for one in register.accounts if one.key == key), frozenset())


def change_holders(
    services: Services,
    snapshot: Snapshot,
    account: Account,
    wanted: Collection[str],
    by: Actor,
    now: datetime,
) -> None:
    """Set the holders of an account by key. A hand-over that has begun goes on without its leaver.

    `by.was`: `start_of` the `holders_of` it that the form showed.
    """
    known = {one.person.key: one.person for one in choices(snapshot, account, now)}
    if not set(wanted) <= known.keys():
        raise ValidationFailed(FieldError("holders", "Choose people who are here."))
    if not wanted:
        raise ValidationFailed(FieldError("holders", "Choose who runs it, two people at best."))
    if len(wanted) > MAX_HOLDERS:
        raise ValidationFailed(FieldError("holders", f"Choose at most {MAX_HOLDERS} people."))

    def change(register: Register) -> Register:
        changed = tuple(
            replace(one, holders=_named(one, known, wanted)) if one.key == account.key else one
            for one in register.accounts
        )
        return replace(register, accounts=changed)

    guarded = unless_older(by.was, lambda register: holders_of(register, account.key), change)
    change_register(services.store, account.school, guarded, now=now, actor=by.actor)


def _named(account: Account, known: Mapping[str, Person], wanted: Collection[str]) -> frozenset[str]:
    """Return the holders as the register names them: by address or key; unknown ones stay in it."""
    names = index_by_name(known.values())
    said = {name: names.get(name.casefold()) for name in account.holders}
    kept = {name for name, key in said.items() if key is None or key in wanted}
    new = {known[key].email or key for key in wanted if key not in said.values()}
    return frozenset(kept | new)


MAX_TEXT_LENGTH = 2000
OLDEST = timedelta(days=3653)
HOLDERS = 2
TOO_FEW = "Fewer than two people would run it then. Name a second holder first, under “Change who runs it”."
WHO_READS = "Choose who reads it. They have to be here today, with an e-mail address."
DAY_WRONG = "Give a day that has come, for example 4 December 2026."


class NoSuchAccount(HandbellError):
    """There is no such account here, or it is not theirs to look after."""


@dataclass(frozen=True, slots=True)
class AccountActor:
    """The actor: school, roles, and how identified. `sent` is the form, for idempotency."""

    school: str
    person: str
    name: str
    roles: frozenset[str]
    how: str
    sent: str


@dataclass(frozen=True, slots=True)
class AccountInput:
    """One thing to record. Which fields count depends on what it is."""

    topic: str = ""
    answer: str = ""
    about: str = ""
    words: str = ""
    note: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account, open for changes by a person."""

    conn: Connection
    snapshot: Snapshot
    standing: AccountStatus
    who: AccountActor
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def works(self) -> bool:
        return may_work(self.standing.account, self.who.person, self.who.roles)

    def reader(self, person: str, *, today: bool) -> bool:
        """Return whether a person may be a second reader; `today`: of a post that goes to them now."""
        known = self.snapshot.people.get(person)
        may = reads_today if today else may_read_posts
        return known is not None and may(known, self.who.school, self.today)

    def add(self, sort: AccountEntryKind, said: AccountInput) -> None:
        entry = AccountEntry(
            reference=account_log.reference_of(self.who.sent),
            school=self.who.school,
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
        account_log.add(self.conn, entry, self.who.how)


def state(services: Services, who: AccountActor, account: str, said: AccountInput, now: datetime) -> None:
    """Record what the school knows of an account: one topic."""
    with _at_work(services, who, account, now) as desk:
        topic = topics_of(desk.standing.account).get(said.topic)
        if topic is None:
            raise NoSuchAccount
        if topic.head_only and not may_decide(who.roles):
            raise ValidationFailed(FieldError(said.topic, "Only leadership records an approval."))
        _refuse(*_wrong_statement(desk, topic, said), *_wrong_words(said, said.topic, said.topic))
        desk.add(AccountEntryKind.STATED, said)


def look(services: Services, who: AccountActor, account: str, said: AccountInput, now: datetime) -> None:
    """Record a check of what is on an account, and its result."""
    with _at_work(services, who, account, now) as desk:
        _refuse(*_wrong_look(said), *_wrong_words(said, "look-words", "look-words"))
        desk.add(AccountEntryKind.LOOKED, said)
        _keep_check(desk)


def _keep_check(desk: AccountPage) -> None:
    """Record the check of the accounts' content for its person, once the last of our accounts is looked at.

    Looks of others count from the day the check opened; the person who is asked for it makes one of them.
    """
    snapshot, who = desk.snapshot, desk.who
    ours = {one.key for one in snapshot.accounts if one.school == who.school and one.ours}
    for duty in duties_of(snapshot, desk.today, who.person):
        rule = duty.obligation
        if (rule.school, rule.key) != (who.school, LOOKED_THROUGH) or duty.state is State.DONE:
            continue
        looks = (
            one
            for one in snapshot.account_log
            if one.sort is AccountEntryKind.LOOKED and one.on >= duty.opens_on
        )
        looked = {one.account for one in looks if one.school == who.school} | {desk.standing.account.key}
        if ours <= looked and duty.opens_on <= desk.today:
            record_evidence.record(
                desk.conn, _check_of(desk, duty), EvidenceNote(f"person:{who.person}", "answered: done")
            )


def _check_of(desk: AccountPage, duty: Duty) -> EvidenceRecord:
    who, rule = desk.who, duty.obligation
    return EvidenceRecord(
        idempotency_key=json.dumps(["accounts looked at", who.school, rule.key, who.person, duty.cycle]),
        school=who.school,
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


def post(services: Services, who: AccountActor, account: str, said: AccountInput, now: datetime) -> None:
    """Record a post before it is published: a second reader is asked, or there is none and why."""
    with _at_work(services, who, account, now) as desk:
        if not desk.standing.account.ours:
            raise NoSuchAccount
        _refuse(*_wrong_post(desk, said), *_wrong_words(said, "post-words", "post-note"))
        desk.add(AccountEntryKind.POSTED, said)
        if said.topic == ASKED:
            step = f"{READ} {account_log.reference_of(who.sent)}"
            tell(desk.conn, desk.snapshot, who.school, said.about, step, now)


def read(services: Services, who: AccountActor, account: str, said: AccountInput, now: datetime) -> None:
    """Record what a second reader says of a post: agreed, or a change. `about`: the post's reference."""
    with _at_work(services, who, account, now, reader=True) as desk:
        posted = next(
            (
                one
                for one in desk.standing.log
                if one.sort is AccountEntryKind.POSTED and one.reference == said.about
            ),
            None,
        )
        if posted is None or not (desk.works or posted.about == who.person):
            raise NoSuchAccount
        field = f"read-{posted.reference}"
        _refuse(*_wrong_reading(desk, posted, said, field), *_wrong_words(said, field, field))
        desk.add(AccountEntryKind.READ, said)


def tick(services: Services, who: AccountActor, account: str, said: AccountInput, now: datetime) -> None:
    """Record one step of a hand-over as done. `about`: who leaves; they never tick it themselves.

    After the last step they get a receipt, if they are still here.
    """
    with _at_work(services, who, account, now) as desk:
        leaving = {one.person: one for one in desk.standing.facts.hand_overs}
        if said.about not in leaving or said.topic not in STEPS:
            raise NoSuchAccount
        if not may_tick(said.about, who.person):
            raise ValidationFailed(
                FieldError("hand-over", "Somebody else confirms your hand-over: it protects you too.")
            )
        one = leaving[said.about]
        if said.topic not in one.left:
            return
        if said.topic == SECOND_HOLDER and len(desk.standing.facts.staying) < HOLDERS:
            raise ValidationFailed(FieldError("hand-over", TOO_FEW))
        desk.add(AccountEntryKind.HANDED, said)
        if one.left == (said.topic,) and desk.today <= one.leaves_on:
            step = f"{HANDED} {account} {one.person} {one.leaves_on.isoformat()}"
            tell(desk.conn, desk.snapshot, who.school, one.person, step, now)


@contextmanager
def _at_work(
    services: Services, who: AccountActor, account: str, now: datetime, *, reader: bool = False
) -> Iterator[AccountPage]:
    """Open an account to those who look after it, or, as `reader`, to everyone here."""
    today = local_date(now)
    with services.store.writing() as conn:
        snapshot = load_snapshot(conn, today, (who.school,))
        found = account_statuses(snapshot, who.school, today)
        standing = next((one for one in found if one.account.key == account), None)
        if standing is None:
            raise NoSuchAccount
        desk = AccountPage(conn, snapshot, standing, who, now)
        if not (desk.works or reader):
            raise NoSuchAccount
        yield desk


def _refuse(*refusals: FieldError) -> None:
    if refusals:
        raise ValidationFailed(*refusals)


def _wrong_words(said: AccountInput, words: str, note: str) -> Iterator[FieldError]:
    for field, text in ((words, said.words), (note, said.note)):
        if looks_like_a_password(text):
            yield FieldError(field, NO_PASSWORDS)
        elif len(text) > MAX_TEXT_LENGTH:
            yield FieldError(field, f"Please use at most {MAX_TEXT_LENGTH} letters.")


def _wrong_statement(desk: AccountPage, topic: Topic, said: AccountInput) -> Iterator[FieldError]:
    if said.on is not None and not desk.today - OLDEST <= said.on <= desk.today:
        yield FieldError(said.topic, DAY_WRONG)
    if topic.answers is None:
        if not said.words.strip():
            yield FieldError(
                said.topic, "Say where consent is checked, for instance: the list in the office."
            )
    elif said.topic == READER:
        if not desk.reader(said.about, today=False):
            yield FieldError(said.topic, "Choose somebody who is here. They need an e-mail address.")
    elif said.answer not in topic.answers:
        yield FieldError(said.topic, "Choose one of the answers.")


def _wrong_look(said: AccountInput) -> Iterator[FieldError]:
    if said.answer not in {FINE, FOUND, REMOVED}:
        yield FieldError("look", "Say what you found.")
    elif said.answer != FINE and not said.words.strip():
        yield FieldError("look-words", "Say in a few words what it was. Name no child.")


def _wrong_post(desk: AccountPage, said: AccountInput) -> Iterator[FieldError]:
    if not said.words.strip():
        yield FieldError("post-words", "Say what the post is about.")
    if said.answer not in {NO_CHILDREN, CHECKED}:
        yield FieldError("post-answer", "Say whether children can be recognised in it.")
    if said.topic == ASKED:
        if said.about == desk.who.person:
            yield FieldError("post-about", "The second reader is somebody else.")
        elif not desk.reader(said.about, today=True):
            yield FieldError("post-about", WHO_READS)
    elif said.topic != NO_READER:
        yield FieldError("post-topic", "Say who reads it first, or why nobody can.")
    elif not said.note.strip():
        yield FieldError("post-note", "Say why nobody could read it first.")


def _wrong_reading(
    desk: AccountPage, posted: AccountEntry, said: AccountInput, field: str
) -> Iterator[FieldError]:
    known = next(one for one in posts(desk.standing.log) if one.entry is posted)
    theirs = posted.by == desk.who.person
    if not known.waits:
        yield FieldError(field, "This post is settled already.")
    elif said.topic not in {AGREED, CHANGE, DROPPED}:
        yield FieldError(field, "Say whether you agree.")
    elif theirs != (said.topic == DROPPED):
        yield FieldError(
            field, "The second reader is somebody else." if theirs else "Only who wrote it drops it."
        )
    elif said.topic == CHANGE and not said.words.strip():
        yield FieldError(field, "Say what to change.")


Act = Callable[[Services, AccountActor, str, AccountInput, datetime], None]
ACTS: dict[str, Act] = {"state": state, "look": look, "post": post, "read": read, "tick": tick}
