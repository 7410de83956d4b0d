"""A quiet school is passed over, and not one change to what its plan is made from is ever missed."""

import logging
import random
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Table, delete, event, insert, select, text, update
from sqlalchemy.sql import visitors

from bot.actions.account_notices import remind_of_accounts
from bot.actions.gather import gather
from bot.actions.plan_day import plan_day, preview
from bot.actions.request_notices import remind_of_ends
from bot.actions.rules_now import rules_now
from bot.domain.account_log import Entry, Sort
from bot.domain.accounts import Account
from bot.domain.audience import parse as audience
from bot.domain.cadence import parse
from bot.domain.calendar import Term
from bot.domain.evidence import Event, Outcome
from bot.domain.ladder import ASK, REVIEW, SAME_DAY
from bot.domain.meetings import Body, Meeting
from bot.domain.obligations import Kind, Obligation
from bot.domain.people import Absence, Membership, Person, Setting
from bot.domain.policies import Delegation, PartialDate, Policy
from bot.domain.register import Register
from bot.store import accounts, events, evidence, people, people_schema, quiet, registers, reviews, schema
from bot.store.engine import is_sqlite, open_store
from bot.store.evidence import EvidenceRecord
from bot.store.quiet_schema import quiet as quiet_table
from bot.store.quiet_schema import touched
from bot.store.registers import PolicyText

SINCE = date(2026, 9, 1)
MONDAY = date(2026, 11, 23)
SCHOOLS = ("larkfield", "tower")
TERMS = (
    Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
    Term("Spring", date(2027, 1, 4), date(2027, 4, 1)),
    Term("Summer", date(2027, 4, 19), date(2027, 7, 21)),
    Term("Autumn", date(2027, 9, 1), date(2027, 12, 17)),
)
RULES = (
    ("yearly", Kind.TRAIN, "staff", "every 12 months", ASK),
    ("september", Kind.ACKNOWLEDGE, "everyone", "each September", ASK),
    ("version", Kind.ACKNOWLEDGE, "staff", "on every new version within 10 school days", ASK),
    ("joining", Kind.TRAIN, "staff", "on joining within 10 school days", ASK),
    ("trip", Kind.REPORT, "role:dsl", "on event trip within 3 working days", SAME_DAY),
    ("signed", Kind.SIGN, "holder", "every 12 months", ASK),
)


def at(day):
    return datetime.combine(day, time(8), UTC)


@dataclass
class Services:
    """All that planning asks of them."""

    store: object


def register(school, meetings=(), rules=RULES):
    obligations = tuple(
        Obligation(key, school, kind, key, audience(who), (parse(when),), ladder, policy="phones")
        for key, kind, who, when, ladder in rules
    )
    review = Obligation(
        "review", school, Kind.REVIEW, "review", audience("everyone"), (), REVIEW, policy="phones"
    )
    policy = Policy(
        "phones",
        school,
        "Phones",
        owner="role:dsl",
        approver="fgb",
        approved_on=PartialDate.parse("2026-07"),
        cycle_months=12,
    )
    days = (date(2026, 12, 7), date(2027, 3, 8), date(2027, 6, 14), *meetings)
    body = Body(
        "fgb",
        school,
        "Governors",
        clerk=f"{school}-3",
        chair=f"{school}-1",
        meetings=tuple(Meeting(f"m{day}", day) for day in sorted(set(days))),
    )
    return Register(
        Setting(school, school, since=SINCE),
        roles={"dsl": (f"{school}-0",), "headteacher": (f"{school}-1@x.example",), "chair": (f"{school}-1",)},
        policies=(policy,),
        obligations=(*obligations, review),
        accounts=(Account("page", school, "Facebook", "Page", frozenset({f"{school}-2"})),),
        bodies=(body,),
        terms=TERMS,
    )


def staff(school, number, **more):
    member = Membership(school, frozenset({"staff", "teacher"}), starts_on=date(2020, 9, 1))
    key = f"{school}-{number}"
    return Person(key, key, f"{key}@x.example", (replace(member, **more),))


def act(school, person, obligation, on, *, outcome=Outcome.DONE, number=0, **more):
    return EvidenceRecord(
        idempotency_key=f"{school} {person} {obligation} {on} {number}",
        setting=school,
        obligation=obligation,
        person=person,
        person_name=person,
        acted_on=on,
        recorded_at=at(on),
        identified_by="a test",
        channel="web",
        outcome=outcome,
        sha256_bytes="a" * 64,
        **more,
    )


def done_by_all(conn, school, obligation, on):
    for number in range(4):
        evidence.record(conn, act(school, f"{school}-{number}", obligation, on))


def fill(store):
    """Two schools in which everything was done lately, so that nothing is due for a while."""
    with store.writing() as conn:
        for school in SCHOOLS:
            registers.save_register(conn, register(school), at(SINCE))
            registers.save_version(conn, PolicyText(school, "phones", "1", "a" * 64), at(SINCE))
            people.save_people(conn, [staff(school, number) for number in range(4)], at(SINCE))
            for obligation in ("yearly", "september", "version", "joining"):
                done_by_all(conn, school, obligation, date(2026, 11, 2))
            signed = act(school, f"{school}-2", "signed", date(2026, 11, 2), subject="page")
            evidence.record(conn, signed)


@pytest.fixture
def services(databases):
    store = open_store(databases.like(fill))
    yield Services(store)
    store.close()


def due(store, day):
    with store.reading() as conn:
        return {one.setting for one in quiet.due(conn, None, day, rules_now())}


def settled(services, day=MONDAY):
    """Plan until both schools are quiet."""
    plan_day(services, at(day))
    assert plan_day(services, at(day)).notices == ()
    assert due(services.store, day) == set()


# --- everything that can be written down, as the pages, the schedules and the commands write it ---------

NEW_RULE = (*RULES, ("new", Kind.ACKNOWLEDGE, "everyone", "every 12 months", ASK))


def entry(school, number, day):
    return Entry(
        reference=f"HB-{school}-{number}",
        setting=school,
        account="page",
        sort=Sort.HANDED,
        on=day,
        at=at(day),
        by=f"{school}-1",
        by_name="One",
        about=f"{school}-2",
        topic="passwords",
    )


def _lapse(conn, school, day):
    mine = schema.notice.c.setting == school
    conn.execute(update(schema.notice).where(mine).values(state="lapsed"))


def _told(conn, school, day):
    message = {
        "id": f"m {school} {day}",
        "setting": school,
        "person": f"whoever was told of {school} on {day}",
        "planned_on": day - timedelta(days=20),
        "kind": "training",
        "step": "ask",
        "channel": "email",
        "payload": [],
        "state": "sent",
        "not_before_at": at(day),
        "not_after_at": at(day),
        "attempts": 1,
        "created_at": at(day),
    }
    if conn.scalar(select(schema.message.c.id).where(schema.message.c.id == message["id"])):
        return
    conn.execute(insert(schema.message), message)
    keys = {"setting": school, "obligation": "yearly", "person": f"{school}-3", "cycle": "first"}
    notice = {"step": f"ask {day}", "message": message["id"], "state": "decided", "decided_on": day}
    conn.execute(insert(schema.notice), {**keys, **notice})


CHANGES = {
    "an act": lambda c, s, d: evidence.record(c, act(s, f"{s}-0", "yearly", d)),
    "an act taken back": lambda c, s, d: evidence.record(
        c, act(s, f"{s}-1", "september", d, outcome=Outcome.WITHDRAWN, number=1)
    ),
    "an excuse": lambda c, s, d: evidence.record(
        c,
        act(s, f"{s}-2", "yearly", d, outcome=Outcome.EXCUSED, number=2, until_on=d + timedelta(days=9)),
    ),
    "a joiner": lambda c, s, d: people.save_people(c, [staff(s, f"new{d}", starts_on=d)], at(d)),
    "a leaver": lambda c, s, d: people.set_leaving(c, s, f"{s}-2", d + timedelta(days=40)),
    "somebody stays": lambda c, s, _: people.set_leaving(c, s, f"{s}-2", None),
    "another role": lambda c, s, d: people.save_people(
        c, [staff(s, 3, roles=frozenset({"governor", f"r{d}"}))], at(d)
    ),
    "a pause": lambda c, s, _: people.pause(c, s, f"{s}-3", paused=True),
    "back from a pause": lambda c, s, _: people.pause(c, s, f"{s}-3", paused=False),
    "a refused address": lambda c, s, d: people.mark_unreachable(c, f"{s}-1", f"550 on {d}"),
    "a new address": lambda c, s, d: people.mark_reachable(c, f"{s}-1", f"{s}-1-{d}@x.example", at(d)),
    "an absence": lambda c, s, d: people.note_absences(
        c, s, f"{s}-0", [Absence(d, d + timedelta(days=12), "away", noted_here=True)]
    ),
    "a new version": lambda c, s, d: registers.save_version(
        c, PolicyText(s, "phones", str(d), f"{d.toordinal():064}", issued_on=d), at(d)
    ),
    "a new rule": lambda c, s, d: registers.save_register(c, register(s, rules=NEW_RULE), at(d)),
    "a meeting": lambda c, s, d: registers.save_register(
        c, register(s, meetings=[d + timedelta(days=30)]), at(d)
    ),
    "an event": lambda c, s, d: events.add(c, Event(f"trip {d}", s, "trip", d), at(d)),
    "a hand-over of a review": lambda c, s, d: reviews.delegate(
        c, s, "phones", to=Delegation(f"{s}-0", d + timedelta(days=5), d), by="a test", now=at(d)
    ),
    "an account's log": lambda c, s, d: accounts.add(c, entry(s, d.toordinal(), d), "a test"),
    "messages that lapsed": _lapse,
    "somebody told elsewhere": _told,
    "other hours": lambda c, s, d: c.execute(
        update(schema.setting).where(schema.setting.c.key == s).values(closes=time(17, d.day))
    ),
    "a term taken away": lambda c, s, _: c.execute(
        delete(schema.term).where(schema.term.c.setting == s, schema.term.c.first_on > date(2027, 4, 1))
    ),
}
# In the two schools as they stand nobody was told anything yet.
NEEDS_A_NOTICE = {"messages that lapsed"}


def taken_as_quiet(store):
    """Let both schools be quiet for a long time, whatever was changed in them until now."""
    later = MONDAY + timedelta(days=500)
    with store.writing() as conn:
        conn.execute(delete(touched))
        conn.execute(update(quiet_table).values(until_on=later, check_on=later))


def test_every_change_brings_its_school_back_and_no_other(services):
    settled(services)
    for number, (kind, change) in enumerate(CHANGES.items()):
        taken_as_quiet(services.store)
        assert due(services.store, MONDAY) == set()
        with services.store.writing() as conn:
            if kind in NEEDS_A_NOTICE:
                CHANGES["somebody told elsewhere"](conn, "tower", MONDAY)
                conn.execute(delete(touched))
            change(conn, "tower", MONDAY + timedelta(days=1 + number))
        assert due(services.store, MONDAY) == {"tower"}, kind


def test_saving_people_again_as_they_are_changes_nothing(services):
    settled(services)
    with services.store.writing() as conn:
        people.save_people(conn, [staff("tower", number) for number in range(4)], at(MONDAY))
    assert due(services.store, MONDAY) == set()


def test_a_school_whose_register_names_people_of_another_is_planned_every_day(services):
    settled(services)
    with services.store.writing() as conn:
        named = replace(register("tower"), roles={"dsl": ("larkfield-0",)})
        registers.save_register(conn, named, at(MONDAY))
    plan_day(services, at(MONDAY))
    assert due(services.store, MONDAY + timedelta(days=1)) == {"tower"}


def test_a_change_that_is_undone_brings_nothing_back(services):
    settled(services)
    with services.store.engine.connect() as conn:
        CHANGES["an act"](conn, "tower", MONDAY)
        conn.rollback()
    assert due(services.store, MONDAY) == set()


def whole_day(services, day):
    """Do what the schedule does in a morning: the reminders, then the plan; give its notices."""
    remind_of_ends(services, at(day))
    remind_of_accounts(services, at(day))
    return plan_day(services, at(day)).notices


def lived(services, steps, seed):
    """Go through a year day by day or a few days at a time; give how many plans were passed over."""
    chance, day, passed = random.Random(seed), MONDAY, 0
    for _ in range(steps):
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            kind, school = chance.choice(sorted(CHANGES)), chance.choice(SCHOOLS)
            with services.store.writing() as conn:
                CHANGES[kind](conn, school, day)
        passed += len(SCHOOLS) - len(due(services.store, day))
        everything = preview(services.store, day)
        assert whole_day(services, day) == everything.notices, (seed, day)
        day += timedelta(days=chance.choice((1, 1, 1, 2, 5)))
    with services.store.reading() as conn:
        assert quiet.missed(conn) == []
    return passed


def test_whatever_is_changed_a_year_is_told_as_if_nothing_was_passed_over(services):
    """Each day's notices are those of a plan of everything, for any mixture of all kinds of changes."""
    steps = 100 if is_sqlite(services.store.engine) else 30
    assert lived(services, steps, seed=7) > steps / 10


def test_a_year_in_which_nobody_does_anything_is_told_the_same_and_mostly_passed_over(services):
    told, passed, day = 0, 0, MONDAY
    for step in range(60):
        passed += len(SCHOOLS) - len(due(services.store, day))
        everything = preview(services.store, day)
        assert whole_day(services, day) == everything.notices
        told, day = told + len(everything.notices), day + timedelta(days=1 if step % 5 else 25)
    assert passed > 20
    assert told


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_change_that_is_not_committed_while_its_school_is_planned_counts_afterwards(services):
    with services.store.writing() as late:
        CHANGES["an act"](late, "tower", MONDAY)
        settled(services)
    assert due(services.store, MONDAY) == {"tower"}


class Interrupted:
    """A store in which somebody writes as soon as what is due was read."""

    def __init__(self, store, write):
        self.store, self.write = store, write

    @contextmanager
    def reading(self):
        with self.store.reading() as conn:
            yield conn
        self.write()

    def writing(self):
        return self.store.writing()


def test_a_school_that_is_changed_as_it_is_to_be_proved_quiet_was_not_taken_to_be_quiet_wrongly(services):
    """Else it would be planned every day for ever, and doctor would tell of a fault that is none."""
    settled(services)
    with services.store.writing() as conn:
        conn.execute(update(quiet_table).values(check_on=MONDAY))

    def write():
        with services.store.writing() as conn:
            CHANGES["an act taken back"](conn, "tower", MONDAY)

    told = plan_day(Services(Interrupted(services.store, write)), at(MONDAY)).notices
    assert [one.person for one in told] == ["tower-1"]
    with services.store.reading() as conn:
        assert quiet.missed(conn) == []


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_nobody_is_told_from_half_of_a_change(services):
    """Somebody who comes next term is written down, and named to lead, while the school is read."""
    settled(services)
    engine, done = services.store.engine, []

    def write(_conn, statement, *_):
        tables = {one.name for one in visitors.iterate(statement) if isinstance(one, Table)}
        if not done and tables == {"role_holder"}:
            done.append(True)
            with services.store.writing() as conn:
                coming = staff("tower", 9, starts_on=date(2027, 1, 4))
                people.save_people(conn, [coming], at(MONDAY))
                row = {"setting": "tower", "role": "dsl", "person": "tower-9", "position": 9}
                conn.execute(insert(schema.role_holder), row)

    with services.store.writing() as conn:
        CHANGES["other hours"](conn, "tower", MONDAY)
    event.listen(engine, "before_execute", write)
    decided = plan_day(services, at(MONDAY))
    event.remove(engine, "before_execute", write)
    assert done
    assert decided.notices == ()
    plan_day(services, at(MONDAY))
    assert due(services.store, MONDAY) == set()


def test_once_a_week_each_is_planned_all_the_same(services):
    settled(services)
    with services.store.reading() as conn:
        assert conn.scalars(select(quiet_table.c.until_on)).all() > [MONDAY + timedelta(days=7)] * 2
    week = [due(services.store, MONDAY + timedelta(days=number)) for number in range(1, 8)]
    assert week[-1] == set(SCHOOLS)


def test_a_schools_day_to_be_planned_all_the_same_is_one_of_the_week_and_comes_within_it(services):
    found = set()
    for number in range(14):
        day = MONDAY + timedelta(days=number)
        with services.store.writing() as conn:
            conn.execute(delete(quiet_table))
        plan_day(services, at(day))
        with services.store.reading() as conn:
            for key, check_on in conn.execute(select(quiet_table.c.setting, quiet_table.c.check_on)):
                assert day < check_on <= day + timedelta(days=7)
                found.add((key, check_on.weekday()))
    assert sorted(key for key, _ in found) == sorted(SCHOOLS)


@pytest.mark.parametrize(
    "changed",
    [{"rules": "of another program"}, {"planned_on": MONDAY + timedelta(days=1)}, {"until_on": MONDAY}],
)
def test_what_another_program_or_another_clock_wrote_is_not_believed(services, changed):
    settled(services)
    with services.store.writing() as conn:
        conn.execute(update(quiet_table).values(**changed))
    assert due(services.store, MONDAY) == set(SCHOOLS)


def test_a_school_that_was_not_as_quiet_as_it_was_taken_to_be_is_told_of_and_never_believed_again(
    services, caplog
):
    settled(services)
    wrong = {"until_on": MONDAY + timedelta(days=300), "check_on": MONDAY}
    with services.store.writing() as conn:
        conn.execute(update(quiet_table).where(quiet_table.c.setting == "tower").values(**wrong))
    with caplog.at_level(logging.ERROR):
        plan_day(services, at(MONDAY))
    assert "tower was taken to be quiet" in caplog.text
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        plan_day(services, at(day))
        assert "tower" in due(services.store, day)
        with services.store.reading() as conn:
            assert quiet.missed(conn) == [("tower", MONDAY)]


# --- no table is forgotten -----------------------------------------------------------------------------

# Whom we wrote to only ever holds a message back, and is looked at only where something is to be told.
NOT_NOTED = {"message"}
# When a row was saved decides nothing.
SAVED = "saved_at"


def tables_read(store):
    """Name every table that planning reads."""
    found = set()

    def note(_conn, statement, *_):
        found.update(one.name for one in visitors.iterate(statement) if isinstance(one, Table))

    event.listen(store.engine, "before_execute", note)
    with store.writing() as conn:
        people.save_people(conn, [staff("larkfield", 9)], at(MONDAY))
        conn.execute(
            insert(schema.role_holder),
            {"setting": "tower", "role": "x", "person": "larkfield-9", "position": 9},
        )
        found.clear()
        assert gather(conn, MONDAY, ["tower"]).names_others == {"tower"}
    event.remove(store.engine, "before_execute", note)
    return found


def triggers(store):
    """Read each trigger of ours, as the database keeps it."""
    query = (
        "select name, sql from sqlite_master where type = 'trigger'"
        if is_sqlite(store.engine)
        else "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
    )
    with store.reading() as conn:
        return {name: sql for name, sql in conn.execute(text(query)) if name.startswith("touched_by_")}


def test_every_table_that_a_plan_is_made_from_notes_its_changes(services):
    read, noted = tables_read(services.store), triggers(services.store)
    assert len(read) > 15
    wanted = {
        f"touched_by_{name}_{act}" for name in read - NOT_NOTED for act in ("insert", "update", "delete")
    }
    assert wanted == set(noted)


@pytest.mark.parametrize("table", [people_schema.membership, people_schema.person, schema.setting], ids=str)
def test_every_column_but_the_time_of_saving_counts(services, table):
    compared = triggers(services.store)[f"touched_by_{table.name}_update"].replace('"', "")
    for column in table.columns:
        assert (f"old.{column.name} is" in compared.lower()) == (column.name != SAVED)
