"""Reads what one person's one duty hangs on where no one else's doing touches it: four statements.

On a September morning thousands of answers come within the hour, and each is checked in the transaction that
keeps it. A snapshot of the school would be right too; it takes twenty statements and everyone's rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    String,
    and_,
    bindparam,
    exists,
    literal_column,
    null,
    select,
    union_all,
)

from bot.database.columns import as_stored
from bot.messages import tables as message_tables
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register_rows
from bot.records import tables as record_tables
from bot.records.evidence import StoredEvidence
from bot.records.people import KEPT_AS_JSON, membership_record
from bot.records.quiz import quiz_question
from bot.records.register import PolicyText
from bot.rules.calendar import Calendar, Term
from bot.rules.meetings import CLEAR_WORKING_DAYS
from bot.rules.obligations import depends_only_on_person
from bot.rules.people import Absence, Nation, Person, School
from bot.rules.policies import Policy, Version


@dataclass(frozen=True, slots=True)
class OneDuty:
    """A snapshot with this person and this obligation alone, what they did about it, and its texts' names.

    `texts` are oldest first and hold no words: an answer is about a text whose words stood on its page.
    """

    snapshot: Snapshot
    acts: tuple[StoredEvidence, ...]
    texts: tuple[PolicyText, ...]


def load_one(
    conn: Connection,
    school: str,
    obligation: str,
    person: str,
    bank_holidays: Callable[[Nation], frozenset[date]],
) -> OneDuty | None:
    """Read it; None: only the whole school tells what they owe, or there is nothing like it."""
    given = {"the_school": school, "the_obligation": obligation, "the_person": person}
    row = conn.execute(ONE, given).one_or_none()
    if row is None:
        return None
    asked, someone = register_rows.obligation_record(_part(row, "obligation")), _part(row, "person")
    listed = _lists(conn, given)
    if not depends_only_on_person(asked) or _is_named(someone, listed):
        return None
    texts = _texts(conn, school, row.policy_key)
    acts = tuple(record_evidence.for_duty(conn, school, obligation, person))
    away = sorted((Absence(day, until, why) for why, day, until in listed["absence"]), key=_first_on)
    member = membership_record(_part(row, "membership"), away)
    here = register_rows.school_record(_part(row, "school"))
    snapshot = Snapshot(
        schools={school: here},
        calendars={school: _calendar(listed, here, bank_holidays(here.nation))},
        people={person: Person(person, someone.name, someone.email, (member,), someone.unreachable)},
        policies=_policy(row, texts),
        obligations=(asked,),
        evidence=tuple(record_evidence.fact(one) for one in acts),
        decided={
            (school, obligation, person, *_parted(word)): DecidedStep(day) for word, day, _ in listed["told"]
        },
    )
    return OneDuty(snapshot, acts, texts)


def _part(row: Row[Any], table: str) -> Any:
    """Return one table's columns of a joined row, under their own names."""
    return SimpleNamespace(**{name: getattr(row, label) for name, label in LABELS[table]})


def _lists(conn: Connection, given: dict[str, str]) -> dict[str, list[tuple[str, Any, Any]]]:
    listed: dict[str, list[tuple[str, Any, Any]]] = defaultdict(list)
    for sort, word, first_on, last_on in conn.execute(LISTED_ROWS, given):
        listed[sort].append((word, first_on, last_on))
    return listed


def _is_named(someone: Any, listed: Mapping[str, Iterable[tuple[str, Any, Any]]]) -> bool:
    """Return whether the register gives someone of this name a role: only everyone's names tell whom."""
    names = {someone.key.casefold(), (someone.email or "").casefold(), *(one for one, *_ in listed["former"])}
    return any(name.casefold() in names for name, *_ in listed["role"])


def _calendar(
    listed: dict[str, list[tuple[str, Any, Any]]], here: School, bank_holidays: frozenset[date]
) -> Calendar:
    terms = sorted((Term(*one) for one in listed["term"]), key=_first_on)
    return Calendar(
        terms=tuple(terms),
        inset_on=frozenset(day for _, day, _ in listed["inset"]),
        closed_on=frozenset(day for _, day, _ in listed["closed"]),
        bank_holidays=bank_holidays,
        clear_working_days=here.nation in CLEAR_WORKING_DAYS,
    )


def _parted(told: str) -> tuple[str, str]:
    cycle, _, step = told.partition(BETWEEN)
    return cycle, step


def _first_on(one: Any) -> date:
    first_on: date = one.first_on
    return first_on


def _texts(conn: Connection, school: str, policy: str | None) -> tuple[PolicyText, ...]:
    if policy is None:
        return ()
    found = conn.execute(TEXTS, {"the_school": school, "the_policy": policy})
    return tuple(PolicyText(school, policy, **row._mapping) for row in found)  # noqa: SLF001 - public


def _policy(row: Row[Any], texts: Iterable[PolicyText]) -> dict[tuple[str, str], Policy]:
    if row.policy_key is None:
        return {}
    versions = [Version(one.number, one.sha256_bytes, one.issued_on, one.minor) for one in texts]
    return {(row.policy_setting, row.policy_key): register_rows.policy_record(_part(row, "policy"), versions)}


# Between the cycle and the step of a notice.
BETWEEN = "\n"
# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
_o, _m, _p = record_tables.obligation.c, record_people.membership.c, record_tables.policy.c
PARTS = (
    record_tables.obligation,
    record_tables.school,
    record_people.membership,
    record_people.person,
    record_tables.policy,
)
STORED = {
    record_tables.obligation.name: register_rows.KEPT_AS_JSON,
    record_people.membership.name: KEPT_AS_JSON,
}
LABELS = {table.name: [(column.name, f"{table.name}_{column.name}") for column in table.c] for table in PARTS}
ONE = (
    select(
        *(
            column.label(f"{table.name}_{column.name}")
            for table in PARTS
            for column in as_stored(table, *STORED.get(table.name, ()))
        )
    )
    .select_from(record_tables.obligation)
    .join(record_tables.school, record_tables.school.c.key == _o.setting)
    .join(record_people.membership, and_(_m.setting == _o.setting, _m.person == bindparam("the_person")))
    .join(record_people.person, record_people.person.c.key == _m.person)
    .outerjoin(record_tables.policy, and_(_p.setting == _o.setting, _p.key == _o.policy, _p.listed))
    .where(
        _o.setting == bindparam("the_school"),
        _o.key == bindparam("the_obligation"),
        _o.listed,
        ~exists().where(quiz_question.c.setting == _o.setting, quiz_question.c.obligation == _o.key),
    )
)


def _list(sort: Any, *columns: Any) -> Any:
    return select(sort, *columns).where(columns[0].table.c.setting == bindparam("the_school"))


_t, _c, _a, _r = (
    record_tables.term.c,
    record_tables.school_closure.c,
    record_people.absence.c,
    record_tables.role_holder.c,
)
_f, _n = record_people.former_address.c, message_tables.sent_step.c
LISTED_ROWS = union_all(
    _list(literal_column("'term'", String), _t.name, _t.first_on, _t.last_on),
    _list(_c.kind, _c.kind, _c.falls_on, null()),
    _list(literal_column("'absence'", String), _a.reason, _a.first_on, _a.until_on).where(
        _a.person == bindparam("the_person")
    ),
    _list(literal_column("'role'", String), _r.person, null(), null()),
    select(literal_column("'former'", String), _f.email, null(), null()).where(
        _f.person == bindparam("the_person")
    ),
    select(
        literal_column("'told'", String), _n.cycle.concat(BETWEEN).concat(_n.step), _n.decided_on, null()
    ).where(
        _n.setting == bindparam("the_school"),
        _n.obligation == bindparam("the_obligation"),
        _n.person == bindparam("the_person"),
        _n.state != "lapsed",
    ),
)
_v = record_tables.policy_version.c
TEXTS = (
    select(_v.number, _v.sha256_bytes, _v.sha256_text, _v.issued_on, _v.minor)
    .where(_v.setting == bindparam("the_school"), _v.policy == bindparam("the_policy"))
    .order_by(_v.id)
)
