"""What the office's pages keep: who answers a question, files to look through, when a school goes live.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
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

from bot.database.columns import Instant, from_row, tables, to_row
from bot.database.dialect import Json
from bot.database.engine import Store
from bot.records.school_plan import mark_changed

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

# What was sent, until it counts: a list of people or (`sort`) a version. `about`: the policy.
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

# A policy whose rules are being decided one by one: none of them asks anyone before it is started.
# `later`: the sentences put off, by their reference.
policy_setup = Table(
    "policy_setup",
    tables,
    Column("setting", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("begun_by", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("later", Json, nullable=False),
    ForeignKeyConstraint(["setting", "policy"], ["policy.setting", "policy.key"]),
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
# Who sent what came from a school's own folder of policies: it waits until someone looked at it.
LIBRARY = "library"
# A change of whom reports go to: it waits until a second person decides.
ROUTE_CHANGE = "route change"
# Who gave a question to someone, where no one did: it was not answered in time.
HANDED_OVER = "handbell"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent. `sort` says what for; `about` names the policy of a new version."""

    key: str
    school: str
    sort: str
    about: str
    filename: str
    content: bytes
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionOwner:
    """A person to whom a question was given, by whom (the key of a person, or `HANDED_OVER`) and when."""

    person: str
    given_by: str
    given_at: datetime


def give_question(conn: Connection, school: str, question: str, *, to: str, by: str, now: datetime) -> None:
    """Assign a question to a person from now on."""
    row = {"setting": school, "question": question, "person": to, "given_by": by, "recorded_at": now}
    conn.execute(insert(question_owner), row)


def question_owners(conn: Connection, school: str) -> dict[str, tuple[QuestionOwner, ...]]:
    """Return to whom each question was given, by its receipt, the latest last; others are left out."""
    query = select(question_owner).where(question_owner.c.setting == school).order_by(question_owner.c.id)
    found: dict[str, tuple[QuestionOwner, ...]] = {}
    for row in conn.execute(query):
        one = QuestionOwner(row.person, row.given_by, row.recorded_at)
        found[row.question] = (*found.get(row.question, ()), one)
    return found


def schools_with_questions(conn: Connection, schools: Collection[str]) -> list[str]:
    """Return those of these schools in which someone has asked a question."""
    asked = select(question_owner.c.setting).distinct().order_by(question_owner.c.setting)
    return list(conn.scalars(asked.where(question_owner.c.setting.in_(schools))))


def add_upload(conn: Connection, one: Upload) -> None:
    """Store a file, and delete those not confirmed for a week, but for those that someone decides."""
    old = upload.c.uploaded_at < one.uploaded_at - KEPT_FOR
    decided = or_(upload.c.sort == ROUTE_CHANGE, upload.c.uploaded_by == LIBRARY)
    conn.execute(delete(upload).where(old, not_(decided)))
    conn.execute(insert(upload), to_row(one))


def find_upload(conn: Connection, school: str, sort: str, key: str) -> Upload | None:
    mine = (upload.c.setting == school, upload.c.sort == sort, upload.c.key == key)
    row = conn.execute(select(upload).where(*mine)).one_or_none()
    return None if row is None else from_row(Upload, row)


def uploads(conn: Connection, school: str, sort: str) -> list[Upload]:
    """List the files of one sort that wait, oldest first."""
    query = select(upload).where(upload.c.setting == school, upload.c.sort == sort)
    rows = conn.execute(query.order_by(upload.c.uploaded_at, upload.c.key))
    return [from_row(Upload, row) for row in rows]


def forget_upload(conn: Connection, school: str, key: str) -> None:
    conn.execute(delete(upload).where(upload.c.setting == school, upload.c.key == key))


def begin_first_run(conn: Connection, school: str, now: datetime) -> None:
    """Record that a school is being set up: nothing is sent before it has a first live day."""
    conn.execute(insert(first_run), {"setting": school, "begun_at": now, "live_on": None})


def go_live(conn: Connection, school: str, on: date) -> None:
    conn.execute(update(first_run).where(first_run.c.setting == school).values(live_on=on))


def live_since(conn: Connection, school: str) -> tuple[bool, date | None]:
    """Return whether a school is being set up on its pages, and from which day it is live."""
    row = conn.execute(select(first_run).where(first_run.c.setting == school)).one_or_none()
    return (False, None) if row is None else (True, row.live_on)


def not_live(conn: Connection, today: date) -> set[str]:
    """List the schools that are still being set up, and send nothing."""
    waits = or_(first_run.c.live_on.is_(None), first_run.c.live_on > today)
    return set(conn.scalars(select(first_run.c.setting).where(waits)))


def begin_policy(conn: Connection, school: str, policy: str, by: str, now: datetime) -> None:
    """Record that the rules of a policy are being decided: none of them asks anyone before it is started."""
    row = {"setting": school, "policy": policy, "begun_by": by, "begun_at": now, "later": []}
    conn.execute(insert(policy_setup), row)
    mark_changed(conn, (school,))


def put_off(conn: Connection, school: str, policy: str, later: Sequence[str]) -> None:
    """Set which sentences of a policy are put off."""
    mine = (policy_setup.c.setting == school, policy_setup.c.policy == policy)
    conn.execute(update(policy_setup).where(*mine).values(later=list(later)))
    mark_changed(conn, (school,))


def start_policy(conn: Connection, school: str, policy: str) -> bool:
    """Start the rules of a policy. Return whether they did not before."""
    mine = (policy_setup.c.setting == school, policy_setup.c.policy == policy)
    was_held = conn.execute(delete(policy_setup).where(*mine)).rowcount > 0
    mark_changed(conn, (school,))
    return was_held


def policies_in_setup(
    conn: Connection, schools: Collection[str] | None = None
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the policies that are not started, by school and key, each with the sentences put off."""
    query = select(policy_setup)
    if schools is not None:
        query = query.where(policy_setup.c.setting.in_(schools))
    return {(row.setting, row.policy): tuple(row.later) for row in conn.execute(query)}


def save_wording(conn: Connection, school: str, kind: str, words: str, *, by: str, now: datetime) -> None:
    """Store a school's own opening words for a kind of message; empty: the default again."""
    row = {"setting": school, "kind": kind, "words": words, "saved_by": by, "saved_at": now}
    conn.execute(insert(wording), row)


def wordings(conn: Connection, schools: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the opening words of these schools, by school and kind."""
    query = select(wording).where(wording.c.setting.in_(schools)).order_by(wording.c.id)
    return {(row.setting, row.kind): row.words for row in conn.execute(query)}


def is_setting_up(store: Store, school: str, today: date) -> bool:
    """Return whether a school was begun on its pages and is not live yet."""
    with store.reading() as conn:
        begun, live_on = live_since(conn, school)
    return begun and (live_on is None or live_on > today)
