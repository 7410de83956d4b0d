"""Sessions and sign-in: who is signed in, links that sign in once, and whom an OpenID account stands for.

A session is one person at one school for a limited time, by a means that evidence can name. A link comes by
email or is printed for the first administrator. An account at Microsoft or Google signs in a person of the
staff list who is here today, or no one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import local_instant
from bot.core.encryption import seal_under, unseal_under
from bot.core.errors import BadInput, LinkExpired, LinkRefused, Problem
from bot.core.links import Links
from bot.core.roles import FIRST_ADMINISTRATORS
from bot.database.engine import Connection
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, queue_message
from bot.planning.active_members import active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_people_named, load_snapshot
from bot.ports import Identity
from bot.records import ledger, review_delegations, sign_ins
from bot.records.sign_ins import SignInLink, StoredSession
from bot.rules.people import Person, School
from bot.services import Services

TOKEN_BYTES = 32
CASE_LINK = "case link"
LASTS = {
    "entra": timedelta(hours=12),
    "google": timedelta(hours=12),
    "teams": timedelta(hours=12),
    "email link": timedelta(hours=12),
    "first link": timedelta(hours=2),
    "kiosk": timedelta(minutes=3),
    "demo": timedelta(hours=12),
    CASE_LINK: timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """Who a session is: `roles` are those held today, by their usual names; `snapshot` is what was read.

    `only_case`: the number of the one case it opens, and it opens nothing else.
    """

    person: Person
    school: School
    roles: frozenset[str]
    how: str
    session: str
    ends_at: datetime
    snapshot: Snapshot
    only_case: str | None = None
    ends_by_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OneCase:
    """What a session is limited to: the case of this number, until then at the latest."""

    number: str
    ends_by_at: datetime


def begin_session(services: Services, school: str, person: str, *, how: str, now: datetime) -> str:
    """Begin a session and return its token. `how`: a key of LASTS."""
    with services.store.writing() as conn:
        return begin_session_in(conn, services, school, person, how=how, now=now)


def begin_session_in(
    conn: Connection, services: Services, school: str, person: str, *, how: str, now: datetime
) -> str:
    """Begin a session in the caller's transaction."""
    token = _new_token(services)
    sign_ins.begin(conn, StoredSession(session_digest(token), school, person, how, now, now + LASTS[how]))
    return token


def begin_case_session_in(
    conn: Connection, services: Services, school: str, person: str, limit: OneCase, now: datetime
) -> str:
    """Begin a session that opens one case and nothing else. Only the browser's token tells whose it is."""
    token = _new_token(services)
    ends_at = min(now + LASTS[CASE_LINK], limit.ends_by_at)
    sealed = seal_under(token, json.dumps([person, limit.number]))
    begun = StoredSession(
        session_digest(token), school, None, CASE_LINK, now, ends_at, sealed, limit.ends_by_at
    )
    sign_ins.begin(conn, begun)
    return token


def signed_in(services: Services, token: str, now: datetime) -> SignedInAs | None:
    """Return who a token signs in; None if it is unknown, ended or expired, or they are not here today."""
    today = local_date(now)
    with services.store.reading() as conn:
        found = sign_ins.find(conn, session_digest(token), now)
        if found is None:
            return None
        key, only_case = _opens(found, token)
        if found.sealed is not None and sign_ins.is_over(conn, key, found.began_at):
            return None
        snapshot = load_snapshot(conn, today, (found.school,))
    person = snapshot.people.get(key)
    here = person.membership(found.school) if person is not None else None
    if person is None or here is None or not here.here_on(today):
        return None
    school = snapshot.schools[found.school]
    return SignedInAs(
        person,
        school,
        here.usual_roles,
        found.how,
        found.digest,
        found.ends_at,
        snapshot,
        only_case,
        found.ends_by_at,
    )


def _opens(found: StoredSession, token: str) -> tuple[str, str | None]:
    """Return whose session it is, and the number of the one case it opens; None: any that they may open."""
    if found.sealed is None:
        return found.person or "", None
    person, number = json.loads(unseal_under(token, found.sealed))
    return person, number


def end_session(services: Services, token: str, now: datetime) -> None:
    with services.store.writing() as conn:
        sign_ins.end(conn, session_digest(token), now)


def sign_out_everywhere(services: Services, person: str, now: datetime) -> None:
    """End every session of a person, the links mailed to sign them in, and the address of their calendar."""
    with services.store.writing() as conn:
        sign_ins.end_access(conn, [person], now)
        review_delegations.end_calendar_links(conn, person, now)
        by = f"person:{person}"
        ledger.append(conn, at=now, actor=by, action="signed out everywhere", subject=by, data={})


def keep_alive(services: Services, session: str, until: datetime) -> None:
    """Extend a session that is in use."""
    with services.store.writing() as conn:
        sign_ins.put_off(conn, session, until)


def _new_token(services: Services) -> str:
    return urlsafe_b64encode(services.chance(TOKEN_BYTES)).decode().rstrip("=")


def session_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


KIND: Final = "sign-in"
BY_EMAIL_LASTS = timedelta(hours=1)
FIRST_LASTS = timedelta(hours=24)
SECRET_BYTES = 16
UNKNOWN = "This link does not sign anybody in. Ask for a new one on the sign-in page."
USED = "This link was used already; it signs in once. Ask for a new one on the sign-in page."
RUN_OUT = "This link has expired: it was good for an hour. Ask for a new one on the sign-in page."


@dataclass(frozen=True, slots=True)
class SignInTarget:
    """What a valid link opens: whom it signs in, where, how evidence names it, and the requested page."""

    digest: str
    person: Person
    schools: tuple[School, ...]
    how: str
    goes_to: str = ""


def ask_by_email(services: Services, email: str, now: datetime, goes_to: str = "") -> None:
    """Queue a sign-in link by email, if one person here has the address. Reveals nothing.

    `goes_to`: the path of the requested page, which the link leads to. An unknown address makes the same
    queries and a link for no one, so that both take the same time.
    """
    with services.store.reading() as conn:
        snapshot = load_people_named(conn, [email.strip()])
    person, schools = with_address(snapshot, email, now)
    nonce = services.chance(SECRET_BYTES).hex()
    secret = secret_of(services.links, nonce)
    key, to = person.key if person is not None else None, seal_under(secret, goes_to)
    with services.store.writing() as conn:
        link = SignInLink(link_digest(secret), "email link", None, key, now, now + BY_EMAIL_LASTS, goes_to=to)
        sign_ins.add_link(conn, link)
        if key is not None:
            queue_message(conn, _letter(schools[0].key, key, nonce, now), now)


def open_link(services: Services, secret: str, now: datetime) -> SignInTarget:
    """Return what a link opens, without using it up. Raises LinkRefused with a sentence for its reader."""
    with services.store.reading() as conn:
        return _open(conn, secret, now)


def use_link(services: Services, secret: str, school: str, now: datetime) -> str:
    """Use a link up and sign its person in at one of their settings; return the session's token."""
    with services.store.writing() as conn:
        way = _open(conn, secret, now)
        if school not in {one.key for one in way.schools}:
            raise LinkRefused("Choose one of the places this link opens.")
        if not sign_ins.use_link(conn, way.digest, now):
            raise LinkRefused(USED)
        return begin_session_in(conn, services, school, way.person.key, how=way.how, now=now)


def make_first_link(services: Services, school: str, email: str | None, now: datetime) -> tuple[str, str]:
    """Make the link of the first administrator; return its address and their name."""
    secret = urlsafe_b64encode(services.chance(2 * SECRET_BYTES)).decode().rstrip("=")
    with services.store.writing() as conn:
        person = _administrator(conn, school, email, now)
        link = SignInLink(link_digest(secret), "first link", school, person.key, now, now + FIRST_LASTS)
        sign_ins.add_link(conn, link)
        ledger.append(
            conn,
            at=now,
            actor="command line",
            action="made a link to sign in",
            subject=f"person:{person.key}",
            data={"setting": school, "until": link.ends_at.isoformat()},
        )
    return f"{services.base_url}/sign-in/link/{secret}", person.name


def places_of(snapshot: Snapshot, person: Person, now: datetime) -> tuple[School, ...]:
    """Return the schools a person belongs to today."""
    today = local_date(now)
    here = sorted(one.school for one in person.memberships if one.here_on(today))
    return tuple(snapshot.schools[key] for key in here)


def letter(desk: MessageContext, message: ClaimedMessage) -> MessageContent:
    """Return the email with the link; its secret is derived again and was never stored."""
    school = desk.looked.snapshot.schools[message.school]
    card = ContentBlock(
        heading="Sign in",
        thing=school.name,
        why="",
        notes=(local_instant(message.not_after_at, school.timezone),),
        button="Sign in",
        link=f"{desk.base_url}/sign-in/link/{secret_of(desk.links, message.step)}",
    )
    return desk.about(message, card)


def secret_of(links: Links, nonce: str) -> str:
    """Derive the secret of an emailed link, which cannot be derived from the database alone."""
    made = hmac.digest(links.secret.encode(), f"handbell.sign-in.1\x1f{nonce}".encode(), hashlib.sha256)
    return urlsafe_b64encode(made).decode().rstrip("=")


def link_digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _open(conn: Connection, secret: str, now: datetime) -> SignInTarget:
    link = sign_ins.find_link(conn, link_digest(secret))
    if link is None or link.person is None:
        raise LinkRefused(UNKNOWN)
    if link.used_at is not None:
        raise LinkRefused(USED)
    if link.ends_at <= now:
        raise LinkExpired(RUN_OUT)
    only = (link.school,) if link.school is not None else None
    snapshot = load_snapshot(conn, local_date(now), only) if only else load_people_named(conn, [link.person])
    person = snapshot.people.get(link.person)
    schools = places_of(snapshot, person, now) if person is not None else ()
    if person is None or not schools:
        raise LinkRefused(UNKNOWN)
    goes_to = unseal_under(secret, link.goes_to) if link.goes_to else ""
    return SignInTarget(link.digest, person, schools, link.purpose, goes_to)


def with_address(snapshot: Snapshot, email: str, now: datetime) -> tuple[Person | None, tuple[School, ...]]:
    """Return the one person here with this address; an address shared by two identifies no one."""
    wanted = email.strip().casefold()
    theirs = [one for one in snapshot.people.values() if (one.email or "").casefold() == wanted != ""]
    here = [(one, places) for one in theirs if (places := places_of(snapshot, one, now))]
    return here[0] if len(here) == 1 else (None, ())


def _letter(school: str, person: str, nonce: str, now: datetime) -> NewMessage:
    return NewMessage(
        kind=KIND,
        school=school,
        person=person,
        reference=nonce,
        on=local_date(now),
        not_before_at=now,
        not_after_at=now + BY_EMAIL_LASTS,
    )


def _administrator(conn: Connection, school: str, email: str | None, now: datetime) -> Person:
    today = local_date(now)
    snapshot = load_snapshot(conn, today, (school,))
    roll = active_members(snapshot, today).get(school)
    held = [key for role in FIRST_ADMINISTRATORS for key in roll.holders(role)] if roll is not None else []
    people = [snapshot.people[key] for key in held]
    named = [one for one in people if email is None or (one.email or "").casefold() == email.casefold()]
    if named:
        return named[0]
    said = ", ".join(f"{one.name} ({one.email or 'no e-mail'})" for one in people) or "nobody"
    wrong = f"{email} is not theirs" if email else "nobody holds it here"
    right = f"The headteacher and the business manager of {school} here today: {said}."
    raise BadInput([Problem("admin link", None, "--email" if email else "role", wrong, right)])


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person who may sign in, and where."""

    person: Person
    schools: tuple[School, ...]


def find_known(services: Services, identity: Identity, now: datetime) -> KnownPerson | None:
    """Find who an account is: by the directory's own reference, else by an address that one person has."""
    with services.store.reading() as conn:
        snapshot = load_people_named(conn, [identity.subject, identity.email or ""])
    person = snapshot.people.get(identity.subject)
    if person is None and identity.email:
        person, _ = with_address(snapshot, identity.email, now)
    schools = places_of(snapshot, person, now) if person is not None else ()
    return KnownPerson(person, schools) if person is not None and schools else None


def find_again(services: Services, person: str, now: datetime) -> KnownPerson | None:
    """Return a person by key with their current schools."""
    with services.store.reading() as conn:
        snapshot = load_people_named(conn, [person])
    known = snapshot.people.get(person)
    schools = places_of(snapshot, known, now) if known is not None else ()
    return KnownPerson(known, schools) if known is not None and schools else None
