"""The tables of the office's pages: who answers which question, files to look through, a school's first run.

`bot.records.tables` must be imported first: one description holds both.

What the office's pages keep: who answers a question, files to look through, when a school goes live.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    not_,
    or_,
    select,
    update,
)

from bot.database.columns import Instant, tables
from bot.database.engine import Store

# Append-only: the newest entry of a question says whose it is. `question` is the receipt of the evidence.
question_owner = Table(
    "question_owner",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("question", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "setting", "question"),
)

# What was sent, until it counts: a list of people, a version, a first policy, or (`sort`) a change of a rule,
# kept a week more so that it can be undone. `about`: the policy or the rule.
upload = Table(
    "upload",
    tables,
    Column("key", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("sort", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index(None, "setting", "sort"),
)

# A school that was begun on its pages sends nothing before its day; one without a row here is live.
first_run = Table(
    "first_run",
    tables,
    Column("setting", Text, ForeignKey("school.key"), primary_key=True),
    Column("begun_at", Instant, nullable=False),
    Column("live_on", Date),
)

# A school's own opening words for a kind of notice. Append-only: the newest counts, empty is ours again.
wording = Table(
    "wording",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index(None, "setting", "kind"),
)

KEPT_FOR = timedelta(days=7)
# What a school that is being set up has sent stays until it is live.
# So does a change of a rule that waits for a second yes.
KEPT_LONGER = ("first policy", "register", "rule change")
# Who sent what came from a school's own folder of policies: it waits until somebody looked at it.
LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent. `sort` says what for; `about` names the policy of a new version."""

    key: str
    setting: str
    sort: str
    about: str
    filename: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime


FIELDS = tuple(one.name for one in fields(Upload))


def give_question(conn: Connection, setting: str, question: str, *, to: str, by: str, now: datetime) -> None:
    """Assign a question to a person from now on."""
    row = {"setting": setting, "question": question, "person": to, "given_by": by, "recorded_at": now}
    conn.execute(insert(question_owner), row)


def question_owners(conn: Connection, setting: str) -> dict[str, str]:
    """Return the person assigned to each question, by its receipt; unassigned ones are left out."""
    query = select(question_owner).where(question_owner.c.setting == setting).order_by(question_owner.c.id)
    return {row.question: row.person for row in conn.execute(query)}


def add_upload(conn: Connection, one: Upload) -> None:
    """Store a file, and delete those that were not confirmed for a week; some kinds stay."""
    old = upload.c.uploaded_at < one.uploaded_at - KEPT_FOR
    waits = or_(upload.c.sort.in_(KEPT_LONGER), upload.c.uploaded_by == LIBRARY)
    conn.execute(delete(upload).where(old, not_(waits)))
    conn.execute(insert(upload), {name: getattr(one, name) for name in FIELDS})


def find_upload(conn: Connection, setting: str, sort: str, key: str) -> Upload | None:
    mine = (upload.c.setting == setting, upload.c.sort == sort, upload.c.key == key)
    row = conn.execute(select(upload).where(*mine)).one_or_none()
    return None if row is None else Upload(**{name: getattr(row, name) for name in FIELDS})


def uploads(conn: Connection, setting: str, sort: str) -> list[Upload]:
    """List the files of one sort that wait, oldest first."""
    query = select(upload).where(upload.c.setting == setting, upload.c.sort == sort)
    rows = conn.execute(query.order_by(upload.c.uploaded_at, upload.c.key))
    return [Upload(**{name: getattr(row, name) for name in FIELDS}) for row in rows]


def forget_upload(conn: Connection, setting: str, key: str) -> None:
    conn.execute(delete(upload).where(upload.c.setting == setting, upload.c.key == key))


def begin_first_run(conn: Connection, setting: str, now: datetime) -> None:
    """Record that a school is being set up: nothing is sent before it has a first live day."""
    conn.execute(insert(first_run), {"setting": setting, "begun_at": now, "live_on": None})


def go_live(conn: Connection, setting: str, on: date) -> None:
    conn.execute(update(first_run).where(first_run.c.setting == setting).values(live_on=on))


def live_since(conn: Connection, setting: str) -> tuple[bool, date | None]:
    """Return whether a school is being set up on its pages, and from which day it is live."""
    row = conn.execute(select(first_run).where(first_run.c.setting == setting)).one_or_none()
    return (False, None) if row is None else (True, row.live_on)


def not_live(conn: Connection, today: date) -> set[str]:
    """List the schools that are still being set up, and send nothing."""
    waits = or_(first_run.c.live_on.is_(None), first_run.c.live_on > today)
    return set(conn.scalars(select(first_run.c.setting).where(waits)))


def save_wording(conn: Connection, setting: str, kind: str, words: str, *, by: str, now: datetime) -> None:
    """Store a school's own opening words for a kind of message; empty: the default again."""
    row = {"setting": setting, "kind": kind, "words": words, "saved_by": by, "saved_at": now}
    conn.execute(insert(wording), row)


def wordings(conn: Connection, settings: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the opening words of these schools, by school and kind."""
    query = select(wording).where(wording.c.setting.in_(settings)).order_by(wording.c.id)
    return {(row.setting, row.kind): row.words for row in conn.execute(query)}


def is_setting_up(store: Store, setting: str, today: date) -> bool:
    """Return whether a school was begun on its pages and is not live yet."""
    with store.reading() as conn:
        begun, live_on = live_since(conn, setting)
    return begun and (live_on is None or live_on > today)
