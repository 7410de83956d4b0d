"""Links that sign somebody in once: made, found, used. The store holds their digests and no secret."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, select, update

from bot.store.signin_schema import sign_in_link
from bot.store.upsert import insert_once

# How long a link that has run out is still called so, and not unknown.
KEPT_FOR = timedelta(days=7)
Purpose = Literal["email link", "first link"]


@dataclass(frozen=True, slots=True)
class SignInLink:
    """One link. `setting` None: any of the person's; `person` None: nobody, and it opens nothing.

    `only_case`: the number of the one case that a link in an email about it opens. `goes_to`: the path of
    the page its person wanted when they asked to sign in.
    """

    digest: str
    purpose: Purpose
    setting: str | None
    person: str | None
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    only_case: str | None = None
    goes_to: str | None = None


FIELDS = tuple(one.name for one in fields(SignInLink))
ADD = insert_once(sign_in_link, FIELDS, "digest")


def add_link(conn: Connection, link: SignInLink) -> None:
    """Keep a link, once, and forget those that ran out long ago."""
    conn.execute(delete(sign_in_link).where(sign_in_link.c.ends_at < link.made_at - KEPT_FOR))
    conn.execute(ADD, {name: getattr(link, name) for name in FIELDS})


def find_link(conn: Connection, digest: str) -> SignInLink | None:
    """Find a link by its digest, used and run out ones too."""
    row = conn.execute(select(sign_in_link).where(sign_in_link.c.digest == digest)).one_or_none()
    return None if row is None else SignInLink(**{name: getattr(row, name) for name in FIELDS})


def use_link(conn: Connection, digest: str, now: datetime) -> bool:
    """Use a link up. False: it was used before, has run out, or there is none; of two at once, one wins."""
    good = (
        sign_in_link.c.digest == digest,
        sign_in_link.c.used_at.is_(None),
        sign_in_link.c.ends_at > now,
    )
    return conn.execute(update(sign_in_link).where(*good).values(used_at=now)).rowcount == 1


def forget(conn: Connection, people: Collection[str]) -> None:
    """Delete the links of these people, used or not: nothing is left for them to open."""
    conn.execute(delete(sign_in_link).where(sign_in_link.c.person.in_(people)))
