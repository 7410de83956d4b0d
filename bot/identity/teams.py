"""Whose tab in Teams it is: the directory's own people by their id, others once they have connected it.

To connect, a signed-in person is shown a code and enters it in their own tab. The session proves who they are
here, the tab's token who they are there. An address never identifies an account's owner.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.codes import case_number, signs_of
from bot.database.engine import Connection
from bot.identity import store as identity_store
from bot.identity.service import KnownPerson, places_of
from bot.identity.store import TeamsAccount
from bot.planning.store import load_people_named
from bot.ports import TabAccount
from bot.records import ledger, sign_ins
from bot.rules.people import Person
from bot.services import Services

HOW = "teams"
CODE_LASTS = timedelta(minutes=10)
CODE_BYTES = 5


@dataclass(frozen=True, slots=True)
class TabOwner:
    """Whose tab it is, and where it opens; None: they belong to several schools and have not chosen."""

    known: KnownPerson
    school: str | None


def find_owner(services: Services, who: TabAccount, wanted: str, now: datetime) -> TabOwner | None:
    """Find whose tab it is, and where: where they want, else where it was last, else where they belong."""
    with services.store.reading() as conn:
        kept = identity_store.find_teams_account(conn, who.tenant, who.account)
        snapshot = load_people_named(conn, [kept.person if kept is not None else "", who.account])
    # A person from a directory has the account's own reference as key.
    for key in (kept.person if kept is not None else "", who.account):
        person = snapshot.people.get(key)
        places = places_of(snapshot, person, now) if person is not None else ()
        if person is not None and places:
            last = kept.school if kept is not None else None
            here = [one.key for one in places]
            only = here[0] if len(here) == 1 else None
            chosen = next((one for one in (wanted, last) if one in here), only)
            return TabOwner(KnownPerson(person, places), chosen)
    return None


def remember_place(services: Services, who: TabAccount, owner: TabOwner, now: datetime) -> None:
    """Open the tab here the next time as well."""
    with services.store.writing() as conn:
        kept = identity_store.find_teams_account(conn, who.tenant, who.account)
        at = kept.connected_at if kept is not None else now
        here = TeamsAccount(who.tenant, who.account, owner.known.person.key, owner.school, at)
        identity_store.keep(conn, here)


def make_code(services: Services, person: str, now: datetime) -> str:
    """Create the code that connects a tab to a person, replacing an earlier one."""
    code = case_number(services.chance(CODE_BYTES))
    digest = _digest(services, code)
    with services.store.writing() as conn:
        identity_store.add_code(conn, digest, person, made_at=now, ends_at=now + CODE_LASTS)
    return code


def connect(services: Services, who: TabAccount, code: str, now: datetime) -> bool:
    """Connect an account to the person who was shown this code. False: wrong, used or expired."""
    with services.store.writing() as conn:
        person = identity_store.use_code(conn, _digest(services, code), now)
        if person is None:
            return False
        identity_store.keep(conn, TeamsAccount(who.tenant, who.account, person, None, now))
        _note(conn, person, "connected Teams", {"account": who.account, "tenant": who.tenant}, now)
    return True


def disconnect(services: Services, person: str, now: datetime) -> None:
    """Disconnect all of a person's Teams accounts, and end sessions in their tabs."""
    with services.store.writing() as conn:
        sign_ins.end_all(conn, person, now, how=HOW)
        if identity_store.forget_teams_accounts(conn, person):
            _note(conn, person, "disconnected Teams", {}, now)


def connected_at(services: Services, person: Person) -> datetime | None:
    """Return since when a person's tab in Teams is connected, or None."""
    with services.store.reading() as conn:
        found = [one for one in identity_store.accounts_of(conn, person.key) if one.account != person.key]
    return found[-1].connected_at if found else None


def account_in_teams(services: Services, person: str) -> str | None:
    """Return the account that a person connected, for notifications, or None."""
    with services.store.reading() as conn:
        found = identity_store.accounts_of(conn, person)
    return found[-1].account if found else None


def _digest(services: Services, code: str) -> str:
    """Digest a code as it is kept; however someone writes its letters, it is the same."""
    said = "handbell.teams.1\x1f" + signs_of(code)
    return hmac.digest(services.links.secret.encode(), said.encode(), hashlib.sha256).hex()


def _note(conn: Connection, person: str, action: str, data: Mapping[str, str], now: datetime) -> None:
    subject = f"person:{person}"
    ledger.append(conn, at=now, actor=subject, action=action, subject=subject, data=dict(data))
