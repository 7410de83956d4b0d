"""Signing in by a link used once: asked for by e-mail, or printed for the first administrator."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.actions.gather import gather, gather_whoever, school_day
from bot.actions.letters import Desk
from bot.actions.sessions import begin_session_in
from bot.domain.days import instant
from bot.domain.people import Person, Setting
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.errors import BadInput, LinkRefused, LinkRunOut, Problem
from bot.links import Links
from bot.messages.letter import Card, Letter
from bot.services import Services
from bot.store import ledger, sign_in_links
from bot.store.engine import Connection
from bot.store.letters import NewLetter, enqueue_letter
from bot.store.outbox import Leased
from bot.store.sign_in_links import SignInLink

KIND: Final = "sign-in"
BY_EMAIL_LASTS = timedelta(hours=1)
FIRST_LASTS = timedelta(hours=24)
SECRET_BYTES = 16
# Who may be the first administrator, in this order.
FIRST = ("headteacher", "business-manager")
UNKNOWN = "This link does not sign anybody in. Ask for a new one on the sign-in page."
USED = "This link was used already; it signs in once. Ask for a new one on the sign-in page."
RUN_OUT = "This link has run out: it was good for an hour. Ask for a new one on the sign-in page."


@dataclass(frozen=True, slots=True)
class WayIn:
    """What a good link opens: whom it signs in, where, how evidence names it, and the page wanted."""

    digest: str
    person: Person
    settings: tuple[Setting, ...]
    how: str
    goes_to: str = ""


def ask_by_email(services: Services, email: str, now: datetime, goes_to: str = "") -> None:
    """Queue a letter with a link, if one person here has the address. Whoever asks learns nothing of it.

    `goes_to`: the path of the page they wanted, which the link leads to.

    For an unknown address as much is asked, and a link for nobody written: both take the same time.
    """
    with services.store.reading() as conn:
        snapshot = gather_whoever(conn, email.strip())
    person, settings = with_address(snapshot, email, now)
    nonce = services.chance(SECRET_BYTES).hex()
    digest = digest_of(secret_of(services.links, nonce))
    key = person.key if person is not None else None
    with services.store.writing() as conn:
        link = SignInLink(digest, "email link", None, key, now, now + BY_EMAIL_LASTS, goes_to=goes_to or None)
        sign_in_links.add_link(conn, link)
        if key is not None:
            enqueue_letter(conn, _letter(settings[0].key, key, nonce, now), now)


def open_link(services: Services, secret: str, now: datetime) -> WayIn:
    """Say what a link opens, using nothing up. LinkRefused: nothing, with a sentence for its reader."""
    with services.store.reading() as conn:
        return _open(conn, secret, now)


def use_link(services: Services, secret: str, setting: str, now: datetime) -> str:
    """Use a link up and sign its person in at one of their settings; give the session's token."""
    with services.store.writing() as conn:
        way = _open(conn, secret, now)
        if setting not in {one.key for one in way.settings}:
            raise LinkRefused("Choose one of the places this link opens.")
        if not sign_in_links.use_link(conn, way.digest, now):
            raise LinkRefused(USED)
        return begin_session_in(conn, services, setting, way.person.key, how=way.how, now=now)


def make_first_link(services: Services, setting: str, email: str | None, now: datetime) -> tuple[str, str]:
    """Make the link of the first administrator; give its address and their name."""
    secret = urlsafe_b64encode(services.chance(2 * SECRET_BYTES)).decode().rstrip("=")
    with services.store.writing() as conn:
        person = _administrator(conn, setting, email, now)
        link = SignInLink(digest_of(secret), "first link", setting, person.key, now, now + FIRST_LASTS)
        sign_in_links.add_link(conn, link)
        ledger.append(
            conn,
            at=now,
            actor="command line",
            action="made a link to sign in",
            subject=f"person:{person.key}",
            data={"setting": setting, "until": link.ends_at.isoformat()},
        )
    return f"{services.base_url}/sign-in/link/{secret}", person.name


def places_of(snapshot: Snapshot, person: Person, now: datetime) -> tuple[Setting, ...]:
    """List the settings somebody belongs to today."""
    today = school_day(now)
    here = sorted(one.setting for one in person.memberships if one.here_on(today))
    return tuple(snapshot.settings[key] for key in here)


def letter(desk: Desk, message: Leased) -> Letter:
    """Write the letter that holds the link; its secret is derived again and was never stored."""
    setting = desk.looked.snapshot.settings[message.setting]
    card = Card(
        heading="Sign in",
        thing=setting.name,
        why="",
        notes=(instant(message.not_after_at, setting.timezone),),
        button="Sign in",
        link=f"{desk.base_url}/sign-in/link/{secret_of(desk.links, message.step)}",
    )
    return desk.about(message, card)


def secret_of(links: Links, nonce: str) -> str:
    """Derive the secret of an e-mailed link: whoever reads the store alone cannot."""
    made = hmac.digest(links.secret.encode(), f"handbell.sign-in.1\x1f{nonce}".encode(), hashlib.sha256)
    return urlsafe_b64encode(made).decode().rstrip("=")


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _open(conn: Connection, secret: str, now: datetime) -> WayIn:
    link = sign_in_links.find_link(conn, digest_of(secret))
    if link is None or link.person is None or link.only_case is not None:
        raise LinkRefused(UNKNOWN)
    if link.used_at is not None:
        raise LinkRefused(USED)
    if link.ends_at <= now:
        raise LinkRunOut(RUN_OUT)
    only = (link.setting,) if link.setting is not None else None
    snapshot = gather(conn, school_day(now), only) if only else gather_whoever(conn, link.person)
    person = snapshot.people.get(link.person)
    settings = places_of(snapshot, person, now) if person is not None else ()
    if person is None or not settings:
        raise LinkRefused(UNKNOWN)
    return WayIn(link.digest, person, settings, link.purpose, link.goes_to or "")


def with_address(snapshot: Snapshot, email: str, now: datetime) -> tuple[Person | None, tuple[Setting, ...]]:
    """Find the one person here with this address; one that two people share identifies nobody."""
    wanted = email.strip().casefold()
    theirs = [one for one in snapshot.people.values() if (one.email or "").casefold() == wanted != ""]
    here = [(one, places) for one in theirs if (places := places_of(snapshot, one, now))]
    return here[0] if len(here) == 1 else (None, ())


def _letter(setting: str, person: str, nonce: str, now: datetime) -> NewLetter:
    return NewLetter(
        kind=KIND,
        setting=setting,
        person=person,
        reference=nonce,
        on=school_day(now),
        not_before_at=now,
        not_after_at=now + BY_EMAIL_LASTS,
    )


def _administrator(conn: Connection, setting: str, email: str | None, now: datetime) -> Person:
    today = school_day(now)
    snapshot = gather(conn, today, (setting,))
    roll = rolls(snapshot, today).get(setting)
    held = [key for role in FIRST for key in roll.holders(role)] if roll is not None else []
    people = [snapshot.people[key] for key in held]
    named = [one for one in people if email is None or (one.email or "").casefold() == email.casefold()]
    if named:
        return named[0]
    said = ", ".join(f"{one.name} ({one.email or 'no e-mail'})" for one in people) or "nobody"
    wrong = f"{email} is not theirs" if email else "nobody holds it here"
    right = f"The headteacher and the business manager of {setting} here today: {said}."
    raise BadInput([Problem("admin link", None, "--email" if email else "role", wrong, right)])
