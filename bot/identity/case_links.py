"""The link in an email about a case: it opens that one case, once, for a while.

It begins a session that opens nothing else, ends half an hour after the last press, and never lasts longer
than the link: a day from when its email was to go. After that, and a second time, it leads to signing in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import local_date
from bot.core.links import Link
from bot.database.engine import Connection
from bot.identity.service import OneCase, begin_case_session_in
from bot.planning.store import load_snapshot
from bot.records import sign_ins
from bot.records.sign_ins import SignInLink
from bot.rules.people import Person, School
from bot.services import Services

LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CaseLinkTarget:
    """What a valid link opens: the number of a case, for whom, and where."""

    number: str
    person: Person
    school: School


def add_case_link(
    conn: Connection, school: str, person: str, number: str, message: str, begins_at: datetime
) -> None:
    """Create a link for a message that opens its case for one day."""
    ends_at = begins_at + LASTS
    digest = _digest(message)
    link = SignInLink(digest, "email link", school, person, begins_at, ends_at, only_case=number)
    sign_ins.add_link(conn, link)


def find_way(services: Services, link: Link, now: datetime) -> CaseLinkTarget | None:
    """Find what a link to a case opens, using nothing up. None: sign in for it."""
    with services.store.reading() as conn:
        if _unused(conn, link, now) is None:
            return None
        snapshot = load_snapshot(conn, local_date(now), (link.school,))
    person, school = snapshot.people.get(link.person), snapshot.schools.get(link.school)
    here = person.membership(link.school) if person is not None else None
    if person is None or school is None or here is None or not here.here_on(local_date(now)):
        return None
    return CaseLinkTarget(link.obligation, person, school)


def use_way(services: Services, link: Link, now: datetime) -> str | None:
    """Use a link up and begin a session for its case alone; its token. None: it was used, or has run out."""
    with services.store.writing() as conn:
        found = _unused(conn, link, now)
        if found is None or not sign_ins.use_link(conn, found.digest, now):
            return None
        limit = OneCase(link.obligation, found.ends_at)
        return begin_case_session_in(conn, services, link.school, link.person, limit, now)


def _unused(conn: Connection, link: Link, now: datetime) -> SignInLink | None:
    found = sign_ins.find_link(conn, _digest(link.cycle))
    theirs = (link.school, link.person, link.obligation)
    if found is None or (found.school, found.person, found.only_case) != theirs:
        return None
    return found if found.used_at is None and found.ends_at > now else None


def _digest(message: str) -> str:
    """Return the link of a message in the store: as no secret of a link to sign in is named there."""
    return f"case {message}"
