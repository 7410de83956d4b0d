"""Gathers the snapshot the planner decides on: rows as the domain's records, and nothing decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, or_, select

from bot.domain.accounts import Account
from bot.domain.calendar import Calendar
from bot.domain.meetings import Body
from bot.domain.people import Membership, Person
from bot.domain.snapshot import Decided, NaturalKey, Snapshot
from bot.store import accounts as account_log
from bot.store import people as roster
from bot.store import promises
from bot.store.events import load_events
from bot.store.evidence import load_evidence
from bot.store.letters import REMINDERS
from bot.store.reviews import load_delegations
from bot.store.schema import LETTERS, message, notice

# Weekly budgets look back a week; five cover any span a rule may come to count.
LOOKS_BACK = timedelta(days=35)
NEVER_ARRIVED = ("lapsed", "withdrawn")

Roles = Mapping[str, Mapping[str, Iterable[str]]]


def load(
    conn: Connection,
    *,
    on: date,
    settings: Collection[str] | None,
    bank_holidays: frozenset[date] | Callable[[str], frozenset[date]],
) -> Snapshot:
    """Read everything of these settings (None: all). `bank_holidays`: for all alike, or by setting."""
    known = promises.settings(conn, settings)
    wanted = list(known)
    everybody = roster.load_people(conn, None)
    called = _names(everybody)
    versions = promises.versions(conn, wanted)
    return Snapshot(
        settings=known,
        calendars=_calendars(conn, wanted, bank_holidays),
        people=_people(everybody, known, promises.roles(conn, wanted), called),
        policies={(one.setting, one.key): one for one in promises.policies(conn, wanted, versions)},
        obligations=tuple(promises.obligations(conn, wanted)),
        accounts=tuple(_account(one, called) for one in promises.accounts(conn, wanted)),
        account_log=tuple(account_log.load_log(conn, wanted)),
        bodies={(one.setting, one.key): _body(one, called) for one in promises.bodies(conn, wanted)},
        evidence=tuple(load_evidence(conn, wanted)),
        events=tuple(load_events(conn, wanted)),
        delegations=load_delegations(conn, wanted),
        decided=_decided(conn, wanted),
        messaged=_messaged(conn, on),
    )


def _calendars(
    conn: Connection, wanted: list[str], bank_holidays: frozenset[date] | Callable[[str], frozenset[date]]
) -> dict[str, Calendar]:
    terms, closures = promises.terms(conn, wanted), promises.closures(conn, wanted)
    return {
        key: Calendar(
            terms=terms.get(key, ()),
            inset_on=closures.get((key, "inset"), frozenset()),
            closed_on=closures.get((key, "closed"), frozenset()),
            bank_holidays=bank_holidays(key) if callable(bank_holidays) else bank_holidays,
        )
        for key in wanted
    }


def _names(people: Mapping[str, Person]) -> dict[str, str]:
    """Map what a register may call somebody, their key or e-mail address, to their key; keys win."""
    by_email = {one.email.casefold(): key for key, one in people.items() if one.email}
    return by_email | {key.casefold(): key for key in people}


def _people(
    everybody: Mapping[str, Person], wanted: Collection[str], roles: Roles, called: Mapping[str, str]
) -> dict[str, Person]:
    """Whoever belongs to these settings, by the roster or by a role the register gives them there."""
    given: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for setting, by_role in roles.items():
        for role, holders in by_role.items():
            for name in holders:
                given[_key(name, called)][setting].add(role)
    found = {key: _in_settings(one, wanted, given.get(key, {})) for key, one in everybody.items()}
    return {key: one for key, one in found.items() if one.memberships}


def _in_settings(one: Person, wanted: Collection[str], given: Mapping[str, set[str]]) -> Person:
    held = {member.setting: member for member in one.memberships if member.setting in wanted}
    for setting, roles in given.items():
        member = held.get(setting, Membership(setting))
        held[setting] = replace(member, roles=member.roles | roles)
    return replace(one, memberships=tuple(held.values()))


def _account(one: Account, called: Mapping[str, str]) -> Account:
    return replace(one, holders=frozenset(_key(name, called) for name in one.holders))


def _body(one: Body, called: Mapping[str, str]) -> Body:
    return replace(
        one,
        clerk=one.clerk and _key(one.clerk, called),
        chair=one.chair and _key(one.chair, called),
        members=frozenset(_key(name, called) for name in one.members),
    )


def _key(name: str, called: Mapping[str, str]) -> str:
    return called.get(name.casefold(), name)


def _decided(conn: Connection, wanted: list[str]) -> dict[NaturalKey, Decided]:
    columns = (notice.c.setting, notice.c.obligation, notice.c.person, notice.c.cycle, notice.c.step)
    query = select(*columns, notice.c.decided_on, notice.c.state).where(notice.c.setting.in_(wanted))
    return {
        (setting, obligation, person, cycle, step): Decided(decided_on, lapsed=state == "lapsed")
        for setting, obligation, person, cycle, step, decided_on, state in conn.execute(query)
    }


def _messaged(conn: Connection, on: date) -> dict[str, tuple[date, ...]]:
    """Days we wrote to people, of all settings. A message of `on` counts whatever became of it."""
    arrived = or_(message.c.state.not_in(NEVER_ARRIVED), message.c.planned_on == on)
    query = select(message.c.person, message.c.planned_on).where(
        message.c.planned_on >= on - LOOKS_BACK, arrived, or_(message.c.kind.not_in(LETTERS), REMINDERS)
    )
    days: dict[str, tuple[date, ...]] = {}
    for person, planned_on in conn.execute(query.order_by(message.c.planned_on)):
        days[person] = (*days.get(person, ()), planned_on)
    return days
