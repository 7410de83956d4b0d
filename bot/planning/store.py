"""Read the snapshot that the planner decides on: rows as records of `bot.rules`, and nothing decided here.

`load_people_named` reads people wherever they belong, by key or address, in as many statements for a name
that nobody has as for one that somebody has: signing in takes no longer for either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial

from sqlalchemy import Connection, Text, bindparam, func, or_, select, text

from bot.database.dialect import one_of
from bot.database.queries import SchoolKeys, school_query
from bot.messages.tables import COUNTS, message, sent_step
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.records import account_log, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.evidence import load_events, load_evidence
from bot.records.people import find_named, looked_up, with_memberships
from bot.records.reminder_holds import load_reminder_holds
from bot.records.review_delegations import load_delegations, load_no_meeting_emails
from bot.records.tables import HOLDERS_BEYOND_ASCII, role_holder
from bot.rules.accounts import Account
from bot.rules.calendar import Calendar
from bot.rules.duties import StepKey
from bot.rules.meetings import CLEAR_WORKING_DAYS, Body
from bot.rules.names import index_by_name
from bot.rules.obligations import Obligation
from bot.rules.people import Membership, Nation, Person, School
from bot.rules.policies import Policy

# Weekly budgets look back a week; five cover any span a rule may come to count.
LOOKS_BACK = timedelta(days=35)
NEVER_ARRIVED = ("lapsed", "withdrawn")

Roles = Mapping[str, Mapping[str, Iterable[str]]]
# Whose key or email address a name is or was, folded: in one school, or anywhere ("").
Whose = Mapping[tuple[str, str], str]
BankHolidays = Callable[[Nation], frozenset[date]]


def load(
    conn: Connection,
    *,
    on: date,
    schools: Collection[str] | None,
    bank_holidays: BankHolidays,
    about: Collection[str] | None = None,
    acts: bool = True,
) -> Snapshot:
    """Read everything of these schools (None: all). `bank_holidays`: those of a nation.

    `about`: of evidence and notices those about these obligations alone, and nothing of what was sent.
    `acts` False: no evidence.
    """
    known = record_register.schools(conn, schools)
    wanted = None if schools is None else list(known)
    people, accounts, bodies, names_others, whose = _everybody(conn, wanted)
    versions = record_register.load_versions(conn, wanted)
    unstarted = school_setup.policies_in_setup(conn, wanted)
    policies = (_policy(one, whose) for one in record_register.policies(conn, wanted, versions))
    return Snapshot(
        schools=known,
        calendars=_calendars(conn, known, wanted, bank_holidays),
        people=people,
        policies={(one.school, one.key): one for one in policies},
        obligations=tuple(
            _obligation(one, whose)
            for one in record_register.obligations(conn, wanted)
            if (one.school, one.source.policy) not in unstarted
        ),
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
        reminder_holds=load_reminder_holds(conn, wanted, on),
    )


def _everybody(
    conn: Connection, wanted: SchoolKeys
) -> tuple[dict[str, Person], tuple[Account, ...], dict[tuple[str, str], Body], frozenset[str], Whose]:
    """Read people, accounts and bodies, everyone called by their key, with the roles registers give them.

    Last, which schools' registers name people who do not belong to them, and whom each name means.
    """
    members, roles = record_people.load_people(conn, wanted), record_register.roles(conn, wanted)
    accounts, bodies = record_register.accounts(conn, wanted), record_register.bodies(conn, wanted)
    whose = _whose(members)
    strangers = [one for one in _named(roles, accounts, bodies) if one not in whose]
    if strangers:
        members |= record_people.find_named(conn, [name for _, name in strangers], members)
        whose = _whose(members)
    named = {(one.school, one.key): _body(one, whose) for one in bodies}
    names_others = frozenset(place for place, _ in strangers)
    return (
        _people(members, roles, whose),
        tuple(_account(one, whose) for one in accounts),
        named,
        names_others,
        whose,
    )


def _calendars(
    conn: Connection, known: Mapping[str, School], wanted: SchoolKeys, bank_holidays: BankHolidays
) -> dict[str, Calendar]:
    terms, closures = record_register.terms(conn, wanted), record_register.load_closures(conn, wanted)
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
    """Map names to keys, by place: a school's own people, as they are or were called, go first (`_key`)."""
    by_place: dict[str, list[Person]] = defaultdict(list)
    for one in people.values():
        for place in ("", *(held.school for held in one.memberships)):
            by_place[place].append(one)
    return {
        (place, name): key for place, some in by_place.items() for name, key in index_by_name(some).items()
    }


def _key(whose: Whose, school: str, name: str) -> str:
    folded = name.casefold()
    return whose.get((school, folded)) or whose.get(("", folded), name)


def _named(roles: Roles, accounts: Iterable[Account], bodies: Iterable[Body]) -> Iterator[tuple[str, str]]:
    """List whom the registers name and where, as keys or addresses, folded."""
    for school, by_role in roles.items():
        yield from ((school, name.casefold()) for holders in by_role.values() for name in holders)
    for account in accounts:
        yield from ((account.school, name.casefold()) for name in account.holders)
    for body in bodies:
        named = (*body.members, body.clerk or "", body.chair or "")
        yield from ((body.school, name.casefold()) for name in named if name)


def with_given_roles(known: Mapping[str, Person], roles: Roles) -> dict[str, Person]:
    """Return these people what registers say of them, and leave out anyone who belongs nowhere."""
    return _people(known, roles, _whose(known))


def _people(known: Mapping[str, Person], roles: Roles, whose: Whose) -> dict[str, Person]:
    """Anyone who belongs to these schools, by the roster or by a role the register gives them there."""
    given: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for school, by_role in roles.items():
        for role, holders in by_role.items():
            for name in holders:
                given[_key(whose, school, name)][school].add(role)
    people = {key: _with_roles(one, given[key]) if key in given else one for key, one in known.items()}
    return {key: one for key, one in people.items() if one.memberships}


def _with_roles(one: Person, given: Mapping[str, set[str]]) -> Person:
    held = {member.school: member for member in one.memberships}
    for school, roles in given.items():
        member = held.get(school, Membership(school))
        held[school] = replace(member, roles=member.roles | roles)
    return replace(one, memberships=tuple(held.values()))


def _account(one: Account, whose: Whose) -> Account:
    return replace(one, holders=frozenset(_key(whose, one.school, name) for name in one.holders))


def _policy(one: Policy, whose: Whose) -> Policy:
    """Resolve a policy's owner to a person's key; a role is kept."""
    if not one.owner or one.owner.startswith("role:"):
        return one
    return replace(one, owner=_key(whose, one.school, one.owner))


def _obligation(one: Obligation, whose: Whose) -> Obligation:
    """Resolve the people an audience names ("person:jo@school.example") to their keys."""
    audience = one.audience.calling(partial(_key, whose, one.school))
    return one if audience == one.audience else replace(one, audience=audience)


def _body(one: Body, whose: Whose) -> Body:
    return replace(
        one,
        clerk=one.clerk and _key(whose, one.school, one.clerk),
        chair=one.chair and _key(whose, one.school, one.chair),
        members=frozenset(_key(whose, one.school, name) for name in one.members),
    )


def _decided(
    conn: Connection, wanted: SchoolKeys, about: Collection[str] | None
) -> dict[StepKey, DecidedStep]:
    found: dict[StepKey, DecidedStep] = {}
    for school, obligation, person, cycle, step, on, state in NOTICES.rows(conn, wanted, about):
        found[school, obligation, person, cycle, step] = DecidedStep(on, lapsed=state == "lapsed")
    return found


def _messaged(conn: Connection, on: date, people: Collection[str] | None) -> dict[str, tuple[date, ...]]:
    """Days we wrote to these people (None: all), of all schools. A message of `on` counts in any state."""
    given: dict[str, object] = {"since": on - LOOKS_BACK, "today": on}
    query = MESSAGED if people is None else MESSAGED_THEM.of(conn)
    days: dict[str, tuple[date, ...]] = {}
    for person, planned_on in conn.execute(query, given if people is None else given | {"people": people}):
        days[person] = (*days.get(person, ()), planned_on)
    return days


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
NOTICES = school_query(
    select(
        sent_step.c.setting,
        sent_step.c.obligation,
        sent_step.c.person,
        sent_step.c.cycle,
        sent_step.c.step,
        sent_step.c.decided_on,
        sent_step.c.state,
    ),
    sent_step.c.setting,
    sent_step.c.obligation,
)
MESSAGED = (
    select(message.c.person, message.c.planned_on)
    .where(
        message.c.planned_on >= bindparam("since"),
        or_(message.c.state.not_in(NEVER_ARRIVED), message.c.planned_on == bindparam("today")),
        # A receipt asks nothing: it is its day's message, and leaves the week's reminders as they are.
        or_(message.c.kind != "receipt", message.c.planned_on == bindparam("today")),
        COUNTS,
    )
    .order_by(message.c.planned_on)
)
MESSAGED_THEM = one_of(message.c.person, "people").map(MESSAGED.where)

_names = bindparam("names", type_=Text(), expanding=True)
NAMING = select(role_holder.c.setting, role_holder.c.role, role_holder.c.person)
NAMING_BEYOND_ASCII = HOLDERS_BEYOND_ASCII.map(lambda words: NAMING.where(text(f"({words})")))
NAMING_THEM = NAMING.where(func.lower(role_holder.c.person).in_(_names))


def load_people_named(conn: Connection, names: Collection[str]) -> Snapshot:
    """Read anyone who bears one of these keys or addresses, with the roles that registers give them."""
    wanted = {name.casefold() for name in names if name.strip()}
    found = find_named(conn, wanted, ())
    # Anyone who bears a name of theirs too: a register that gives it a role may mean either.
    wanted |= {name for one in found.values() for name in _names_of(one)}
    found |= find_named(conn, wanted, found)
    people = with_given_roles(with_memberships(conn, found), roles_naming(conn, wanted))
    places = {one.school for person in people.values() for one in person.memberships}
    return Snapshot(record_register.schools(conn, sorted(places)), {}, people)


def _names_of(one: Person) -> Iterator[str]:
    yield from (name.casefold() for name in (one.key, one.email) if name)
    yield from (was.email for was in one.formerly)


def roles_naming(conn: Connection, names: Collection[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return where registers give one of these folded names a role: school -> role -> names as they stand."""
    given: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    rows = looked_up(conn, NAMING_THEM, NAMING_BEYOND_ASCII, names)
    for school, role, person in dict.fromkeys(map(tuple, rows)):
        if person.casefold() in names:
            given[school][role] = (*given[school].get(role, ()), person)
    return given


FEW = 20


SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


@lru_cache(maxsize=32)
def bank_holidays(year: int, nation: Nation = "England") -> frozenset[date]:
    """List a nation's bank holidays from the year before `year` to four years after it."""
    # Only here: the calendars of all countries take as long to load as a page does to write.
    import holidays  # noqa: PLC0415

    years = range(year - 1, year + 5)
    return frozenset(holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years))


def load_snapshot(
    conn: Connection,
    on: date,
    schools: Collection[str] | None = None,
    about: Collection[str] | None = None,
    *,
    acts: bool = True,
) -> Snapshot:
    """Read one consistent snapshot for that day; all schools unless some are named.

    `about`: what was done and decided about these obligations alone, where no one asks about the others.
    `acts` False: without what was done, for anyone who reads it otherwise.
    """
    holidays = partial(bank_holidays, on.year)
    return load(conn, on=on, schools=schools, bank_holidays=holidays, about=about, acts=acts)


def load_in_batches(conn: Connection, on: date, schools: Collection[str] | None = None) -> Iterator[Snapshot]:
    """Read settings (None: all) a few at a time: a trust's people together would fill the memory."""
    keys = record_register.school_keys(conn) if schools is None else list(schools)
    return (load_snapshot(conn, on, keys[at : at + FEW]) for at in range(0, len(keys), FEW))


def load_one_duty(conn: Connection, on: date, school: str, obligation: str) -> Snapshot:
    """Read what one obligation of a school asks of its people that day, and no other."""
    snapshot = load_snapshot(conn, on, (school,), (obligation,))
    return replace(snapshot, obligations=tuple(one for one in snapshot.obligations if one.key == obligation))
