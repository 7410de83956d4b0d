"""The link in an email about a case: it opens that one case, once, for a while.

It begins a session that opens nothing else, ends half an hour after the last press, and never lasts longer
than the link: a day from when its email was to go. After that, and a second time, it leads to signing in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import local_date
from bot.core.encryption import CaseKeys
from bot.core.links import Link
from bot.database.engine import Connection
from bot.identity.service import OneCase, begin_case_session_in
from bot.planning.store import load_snapshot
from bot.records import sealing_key, sign_ins
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
    conn: Connection, keys: CaseKeys, link: Link, now: datetime, *, begins_at: datetime
) -> None:
    """Create what a link in a message needs to open its case, for one day; no row names case or reader."""
    kept = SignInLink(
        f"case {sealing_key.digest(conn, keys, _digest_content(link))}",
        "email link",
        link.school,
        None,
        now,
        begins_at + LASTS,
    )
    sign_ins.add_link(conn, kept)


def find_way(services: Services, link: Link, now: datetime) -> CaseLinkTarget | None:
    """Find what a link to a case opens, using nothing up. None: sign in for it."""
    with services.store.reading() as conn:
        if _unused(conn, services.case_keys, link, now) is None:
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
        found = _unused(conn, services.case_keys, link, now)
        if found is None or not sign_ins.use_link(conn, found.digest, now):
            return None
        limit = OneCase(link.obligation, found.ends_at)
        return begin_case_session_in(conn, services, link.school, link.person, limit, now)


def _unused(conn: Connection, keys: CaseKeys | None, link: Link, now: datetime) -> SignInLink | None:
    digests = sealing_key.digests(conn, keys, _digest_content(link)) if keys is not None else []
    rows = (sign_ins.find_link(conn, f"case {one}") for one in digests)
    found = next((one for one in rows if one is not None), None)
    if found is None or sign_ins.is_over(conn, link.person, found.made_at):
        return None
    return found if found.used_at is None and found.ends_at > now else None


def _digest_content(link: Link) -> str:
    """Return what the row of a link is a digest of: school, reader, case and message."""
    return f"link|{link.school}|{link.person}|{link.obligation}|{link.cycle}"
