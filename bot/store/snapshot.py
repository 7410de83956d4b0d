"""Gathers the snapshot the planner decides on: rows as the domain's records, and nothing decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Connection, bindparam, or_, select

from bot.domain.accounts import Account
from bot.domain.calendar import Calendar
from bot.domain.called import called
from bot.domain.meetings import CLEAR_WORKING_DAYS, Body
from bot.domain.obligations import Obligation
from bot.domain.people import Membership, Nation, Person, Setting
from bot.domain.policies import Policy
from bot.domain.snapshot import Decided, NaturalKey, Snapshot
from bot.store import accounts as account_log
from bot.store import people as roster
from bot.store import promises
from bot.store.by_setting import Settings, by_setting, one_of
from bot.store.events import load_events
from bot.store.evidence import load_evidence
from bot.store.letters import REMINDERS
from bot.store.reviews import load_delegations, load_no_meeting_emails
from bot.store.schema import LETTERS, message, notice

# Weekly budgets look back a week; five cover any span a rule may come to count.
LOOKS_BACK = timedelta(days=35)
NEVER_ARRIVED = ("lapsed", "withdrawn")

Roles = Mapping[str, Mapping[str, Iterable[str]]]
# Whose key or e-mail address a name is or was, folded: in one setting, or anywhere ("").
Whose = Mapping[tuple[str, str], str]
BankHolidays = Callable[[Nation], frozenset[date]]


def load(
    conn: Connection,
    *,
    on: date,
    settings: Collection[str] | None,
    bank_holidays: BankHolidays,
    about: Collection[str] | None = None,
    acts: bool = True,
) -> Snapshot:
    """Read everything of these settings (None: all). `bank_holidays`: those of a nation.

    `about`: of evidence and notices those about these obligations alone, and nothing of what was sent.
    `acts` False: no evidence.
    """
    known = promises.settings(conn, settings)
    wanted = None if settings is None else list(known)
    people, accounts, bodies, names_others, whose = _everybody(conn, wanted)
    versions = promises.versions(conn, wanted)
    policies = (_policy(one, whose) for one in promises.policies(conn, wanted, versions))
    return Snapshot(
        settings=known,
        calendars=_calendars(conn, known, wanted, bank_holidays),
        people=people,
        policies={(one.setting, one.key): one for one in policies},
        obligations=tuple(_obligation(one, whose) for one in promises.obligations(conn, wanted)),
        accounts=accounts,
        account_log=tuple(account_log.load_log(conn, wanted)),
        bodies=bodies,
        evidence=tuple(load_evidence(conn, wanted, about)) if acts else (),
        events=tuple(load_events(conn, wanted)),
        delegations=load_delegations(conn, wanted),
        decided=_decided(conn, wanted, about),
        messaged=_messaged(conn, on, None if wanted is None else list(people)) if about is None else {},
        no_meeting_emails=load_no_meeting_emails(conn, wanted),
        names_others=names_others,
    )


def _everybody(
    conn: Connection, wanted: Settings
) -> tuple[dict[str, Person], tuple[Account, ...], dict[tuple[str, str], Body], frozenset[str], Whose]:
    """Read people, accounts and bodies, everybody called by their key, with the roles registers give them.

    Last, which settings' registers name people who do not belong to them, and whom each name means.
    """
    members, roles = roster.load_people(conn, wanted), promises.roles(conn, wanted)
    accounts, bodies = promises.accounts(conn, wanted), promises.bodies(conn, wanted)
    whose = _whose(members)
    strangers = [one for one in _named(roles, accounts, bodies) if one not in whose]
    if strangers:
        members |= roster.find_named(conn, [name for _, name in strangers], members)
        whose = _whose(members)
    named = {(one.setting, one.key): _body(one, whose) for one in bodies}
    names_others = frozenset(place for place, _ in strangers)
    return (
        _people(members, roles, whose),
        tuple(_account(one, whose) for one in accounts),
        named,
        names_others,
        whose,
    )


def _calendars(
    conn: Connection, known: Mapping[str, Setting], wanted: Settings, bank_holidays: BankHolidays
) -> dict[str, Calendar]:
    terms, closures = promises.terms(conn, wanted), promises.closures(conn, wanted)
    return {
        key: Calendar(
            terms=terms.get(key, ()),
            inset_on=closures.get((key, "inset"), frozenset()),
            closed_on=closures.get((key, "closed"), frozenset()),
            bank_holidays=bank_holidays(one.nation),
            clear_working_days=one.nation in CLEAR_WORKING_DAYS,
        )
        for key, one in known.items()
    }


def _whose(people: Mapping[str, Person]) -> Whose:
    """Map names to keys, by place: a setting's own people, as they are or were called, go first (`_key`)."""
    by_place: dict[str, list[Person]] = defaultdict(list)
    for one in people.values():
        for place in ("", *(held.setting for held in one.memberships)):
            by_place[place].append(one)
    return {(place, name): key for place, some in by_place.items() for name, key in called(some).items()}


def _key(whose: Whose, setting: str, name: str) -> str:
    folded = name.casefold()
    return whose.get((setting, folded)) or whose.get(("", folded), name)


def _named(roles: Roles, accounts: Iterable[Account], bodies: Iterable[Body]) -> Iterator[tuple[str, str]]:
    """List whom the registers name and where, as keys or addresses, folded."""
    for setting, by_role in roles.items():
        yield from ((setting, name.casefold()) for holders in by_role.values() for name in holders)
    for account in accounts:
        yield from ((account.setting, name.casefold()) for name in account.holders)
    for body in bodies:
        named = (*body.members, body.clerk or "", body.chair or "")
        yield from ((body.setting, name.casefold()) for name in named if name)


def with_given_roles(known: Mapping[str, Person], roles: Roles) -> dict[str, Person]:
    """Give these people what registers say of them, and leave out whoever belongs nowhere."""
    return _people(known, roles, _whose(known))


def _people(known: Mapping[str, Person], roles: Roles, whose: Whose) -> dict[str, Person]:
    """Whoever belongs to these settings, by the roster or by a role the register gives them there."""
    given: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for setting, by_role in roles.items():
        for role, holders in by_role.items():
            for name in holders:
                given[_key(whose, setting, name)][setting].add(role)
    people = {key: _with_roles(one, given[key]) if key in given else one for key, one in known.items()}
    return {key: one for key, one in people.items() if one.memberships}


def _with_roles(one: Person, given: Mapping[str, set[str]]) -> Person:
    held = {member.setting: member for member in one.memberships}
    for setting, roles in given.items():
        member = held.get(setting, Membership(setting))
        held[setting] = replace(member, roles=member.roles | roles)
    return replace(one, memberships=tuple(held.values()))


def _account(one: Account, whose: Whose) -> Account:
    return replace(one, holders=frozenset(_key(whose, one.setting, name) for name in one.holders))


def _policy(one: Policy, whose: Whose) -> Policy:
    """Call a policy's owner by their key; a role stays as it is."""
    if not one.owner or one.owner.startswith("role:"):
        return one
    return replace(one, owner=_key(whose, one.setting, one.owner))


def _obligation(one: Obligation, whose: Whose) -> Obligation:
    """Call the people an audience names ("person:jo@school.example") by their keys."""
    audience = one.audience.calling(partial(_key, whose, one.setting))
    return one if audience == one.audience else replace(one, audience=audience)


def _body(one: Body, whose: Whose) -> Body:
    return replace(
        one,
        clerk=one.clerk and _key(whose, one.setting, one.clerk),
        chair=one.chair and _key(whose, one.setting, one.chair),
        members=frozenset(_key(whose, one.setting, name) for name in one.members),
    )


def _decided(conn: Connection, wanted: Settings, about: Collection[str] | None) -> dict[NaturalKey, Decided]:
    found: dict[NaturalKey, Decided] = {}
    for setting, obligation, person, cycle, step, on, state in NOTICES.rows(conn, wanted, about):
        found[setting, obligation, person, cycle, step] = Decided(on, lapsed=state == "lapsed")
    return found


def _messaged(conn: Connection, on: date, people: Collection[str] | None) -> dict[str, tuple[date, ...]]:
    """Days we wrote to these people (None: all), of all settings. A message of `on` counts in any state."""
    given: dict[str, object] = {"since": on - LOOKS_BACK, "today": on}
    query = MESSAGED if people is None else MESSAGED_THEM[conn.dialect.name]
    days: dict[str, tuple[date, ...]] = {}
    for person, planned_on in conn.execute(query, given if people is None else given | {"people": people}):
        days[person] = (*days.get(person, ()), planned_on)
    return days


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
NOTICES = by_setting(
    select(
        notice.c.setting,
        notice.c.obligation,
        notice.c.person,
        notice.c.cycle,
        notice.c.step,
        notice.c.decided_on,
        notice.c.state,
    ),
    notice.c.setting,
    notice.c.obligation,
)
MESSAGED = (
    select(message.c.person, message.c.planned_on)
    .where(
        message.c.planned_on >= bindparam("since"),
        or_(message.c.state.not_in(NEVER_ARRIVED), message.c.planned_on == bindparam("today")),
        or_(message.c.kind.not_in(LETTERS), REMINDERS),
    )
    .order_by(message.c.planned_on)
)
MESSAGED_THEM = {name: MESSAGED.where(one) for name, one in one_of(message.c.person, "people").items()}
