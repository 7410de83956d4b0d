"""Being signed in: a session is one person at one setting, for a while, by a means that evidence can name."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.actions.gather import gather, school_day
from bot.domain.people import Person, Setting
from bot.domain.snapshot import Snapshot
from bot.services import Services
from bot.store import ledger, sessions, sign_in_links
from bot.store.engine import Connection
from bot.store.sessions import StoredSession

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
    setting: Setting
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


def begin_session(services: Services, setting: str, person: str, *, how: str, now: datetime) -> str:
    """Sign somebody in, and give what their browser keeps. `how`: a key of LASTS."""
    with services.store.writing() as conn:
        return begin_session_in(conn, services, setting, person, how=how, now=now)


def begin_session_in(
    conn: Connection, services: Services, setting: str, person: str, *, how: str, now: datetime
) -> str:
    """Sign somebody in together with what the caller writes: neither stands without the other."""
    token = _new_token(services)
    sessions.begin(conn, StoredSession(digest_of(token), setting, person, how, now, now + LASTS[how]))
    return token


def begin_case_session_in(
    conn: Connection, services: Services, setting: str, person: str, limit: OneCase, now: datetime
) -> str:
    """Begin a session that opens one case and nothing else."""
    token = _new_token(services)
    ends_at = min(now + LASTS[CASE_LINK], limit.ends_by_at)
    begun = StoredSession(
        digest_of(token), setting, person, CASE_LINK, now, ends_at, limit.number, limit.ends_by_at
    )
    sessions.begin(conn, begun)
    return token


def signed_in(services: Services, token: str, now: datetime) -> SignedInAs | None:
    """Say who a token signs in; None: it is unknown, ended or run out, or they are not here today."""
    today = school_day(now)
    with services.store.reading() as conn:
        found = sessions.find(conn, digest_of(token), now)
        if found is None:
            return None
        snapshot = gather(conn, today, (found.setting,))
    person = snapshot.people.get(found.person)
    here = person.membership(found.setting) if person is not None else None
    if person is None or here is None or not here.here_on(today):
        return None
    setting = snapshot.settings[found.setting]
    return SignedInAs(
        person,
        setting,
        here.usual_roles,
        found.how,
        found.digest,
        found.ends_at,
        snapshot,
        found.only_case,
        found.ends_by_at,
    )


def end_session(services: Services, token: str, now: datetime) -> None:
    with services.store.writing() as conn:
        sessions.end(conn, digest_of(token), now)


def sign_out_everywhere(services: Services, person: str, now: datetime) -> None:
    """End every session of a person, and make the links already mailed to sign them in useless."""
    with services.store.writing() as conn:
        sessions.end_of_people(conn, [person], now)
        sign_in_links.forget(conn, [person])
        by = f"person:{person}"
        ledger.append(conn, at=now, actor=by, action="signed out everywhere", subject=by, data={})


def keep_alive(services: Services, session: str, until: datetime) -> None:
    """Put off the end of a session whose person is still there."""
    with services.store.writing() as conn:
        sessions.put_off(conn, session, until)


def _new_token(services: Services) -> str:
    return urlsafe_b64encode(services.chance(TOKEN_BYTES)).decode().rstrip("=")


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()
