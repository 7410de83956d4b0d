"""A quiet school is passed over, and not one change to what its plan is made from is ever missed."""

import ast
import random
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Thread

import pytest
from paused import pause
from sqlalchemy import Table, TextClause, delete, event, insert, select, update
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase

import bot
from bot.accounts import emails as account_emails
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.forecast.preview import preview
from bot.messages import store as message_store
from bot.messages import tables as message_tables
from bot.planning.service import plan_day, planning_version, queue_reminders
from bot.planning.store import load_snapshot
from bot.records import account_log, review_delegations, school_plan, school_setup
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records import tables as record_tables
from bot.records.evidence import EvidenceRecord
from bot.records.register import PolicyText
from bot.records.reminder_holds import add_reminder_hold
from bot.requests import emails as request_emails
from bot.rules.accounts import Account, AccountEntry, AccountEntryKind
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Term
from bot.rules.evidence import Event, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Delegation, PartialDate, Policy
from bot.rules.register import Register
from bot.rules.reminder_holds import ReminderHold, Scope
from bot.rules.reminder_ladder import ASK, REVIEW, SAME_DAY

SINCE = date(2026, 9, 1)
MONDAY = date(2026, 11, 23)
LATER = MONDAY + timedelta(days=366)
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
        School(school, school, since=SINCE),
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
        school=school,
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
        record_evidence.record(conn, act(school, f"{school}-{number}", obligation, on))


def fill(store):
    """Two schools in which everything was done lately, so that nothing is due for a while."""
    with store.writing() as conn:
        for school in SCHOOLS:
            record_register.save_register(conn, register(school), at(SINCE))
            record_register.save_version(conn, PolicyText(school, "phones", "1", "a" * 64), at(SINCE))
            record_people.save_people(conn, [staff(school, number) for number in range(4)], at(SINCE))
            for obligation in ("yearly", "september", "version", "joining"):
                done_by_all(conn, school, obligation, date(2026, 11, 2))
            signed = act(school, f"{school}-2", "signed", date(2026, 11, 2), subject="page")
            record_evidence.record(conn, signed)


@pytest.fixture
def services(databases):
    store = open_store(databases.like(fill))
    yield Services(store)
    store.close()


def due(store, day):
    with store.reading() as conn:
        return set(school_plan.due(conn, None, day, planning_version()))


def settled(services, day=MONDAY):
    """Plan until both schools are quiet."""
    plan_day(services, at(day))
    assert plan_day(services, at(day)).notices == ()
    assert due(services.store, day) == set()


# --- everything that can be written down, as the pages, the schedules and the commands write it ---------

NEW_RULE = (*RULES, ("new", Kind.ACKNOWLEDGE, "everyone", "every 12 months", ASK))


def entry(school, number, day):
    return AccountEntry(
        reference=f"HB-{school}-{number}",
        school=school,
        account="page",
        sort=AccountEntryKind.HANDED,
        on=day,
        at=at(day),
        by=f"{school}-1",
        by_name="One",
        about=f"{school}-2",
        topic="passwords",
    )


def _lapse(conn, school, _day):
    """Free the duties of every message of a school, as the delivery of one that reached nobody does."""
    mine = select(message_tables.message.c.id).where(message_tables.message.c.setting == school)
    for one in conn.scalars(mine).all():
        message_store.decide_again(conn, one)


def _begin_policy(conn, school, day):
    school_setup.start_policy(conn, school, "phones")
    school_setup.begin_policy(conn, school, "phones", "somebody", at(day))


CHANGES = {
    "an act": lambda c, s, d: record_evidence.record(c, act(s, f"{s}-0", "yearly", d)),
    "an act taken back": lambda c, s, d: record_evidence.record(
        c, act(s, f"{s}-1", "september", d, outcome=Outcome.WITHDRAWN, number=1)
    ),
    "an excuse": lambda c, s, d: record_evidence.record(
        c,
        act(s, f"{s}-2", "yearly", d, outcome=Outcome.EXCUSED, number=2, until_on=d + timedelta(days=9)),
    ),
    "a joiner": lambda c, s, d: record_people.save_people(c, [staff(s, f"new{d}", starts_on=d)], at(d)),
    "a leaver": lambda c, s, d: record_people.set_leaving(c, s, f"{s}-2", d + timedelta(days=40)),
    "somebody stays": lambda c, s, _: record_people.set_leaving(c, s, f"{s}-2", None),
    "another role": lambda c, s, d: record_people.save_people(
        c, [staff(s, 3, roles=frozenset({"governor", f"r{d}"}))], at(d)
    ),
    "a pause": lambda c, s, _: pause(c, s, f"{s}-3", paused=True),
    "back from a pause": lambda c, s, _: pause(c, s, f"{s}-3", paused=False),
    "a refused address": lambda c, s, d: record_people.mark_unreachable(c, f"{s}-1", f"550 on {d}"),
    "a new address": lambda c, s, d: record_people.mark_reachable(c, f"{s}-1", f"{s}-1-{d}@x.example", at(d)),
    "an absence": lambda c, s, d: record_people.note_absences(
        c, s, f"{s}-0", [Absence(d, d + timedelta(days=12), "away", noted_here=True)]
    ),
    "a new version": lambda c, s, d: record_register.save_version(
        c, PolicyText(s, "phones", str(d), f"{d.toordinal():064}", issued_on=d), at(d)
    ),
    "a new rule": lambda c, s, d: record_register.save_register(c, register(s, rules=NEW_RULE), at(d)),
    "a meeting": lambda c, s, d: record_register.save_register(
        c, register(s, meetings=[d + timedelta(days=30)]), at(d)
    ),
    "a policy whose rules are decided": _begin_policy,
    "a sentence put off": lambda c, s, _: school_setup.put_off(c, s, "phones", ["1"]),
    "a policy started": lambda c, s, _: school_setup.start_policy(c, s, "phones"),
    "an event": lambda c, s, d: record_evidence.add(c, Event(f"trip {d}", s, "trip", d), at(d)),
    "a hand-over of a review": lambda c, s, d: review_delegations.delegate(
        c, s, "phones", to=Delegation(f"{s}-0", d + timedelta(days=5), d), by="a test", now=at(d)
    ),
    "a hold of reminders": lambda c, s, d: add_reminder_hold(
        c, ReminderHold(s, Scope.SCHOOL, "", "busy", d, d + timedelta(days=3)), at(d)
    ),
    "no emails about meetings": lambda c, s, d: review_delegations.choose_meeting_emails(
        c, s, f"{s}-3", wanted=False, now=at(d)
    ),
    "an account's log": lambda c, s, d: account_log.add(c, entry(s, d.toordinal(), d), "a test"),
    "messages that lapsed": _lapse,
    "other hours": lambda c, s, d: record_register.save_register(
        c, replace(register(s), school=School(s, s, since=SINCE, closes_at=time(17, d.day))), at(d)
    ),
    "a term taken away": lambda c, s, d: record_register.save_register(
        c, replace(register(s), terms=TERMS[:-1]), at(d)
    ),
}


def taken_as_quiet(store):
    """Mark both schools as planned for a long time ahead, whatever was changed in them until now."""
    table = school_plan.school_plan
    with store.writing() as conn:
        conn.execute(
            update(table).values(planned_changes=table.c.changes, plan_again_on=LATER + timedelta(days=100))
        )


def test_every_change_brings_its_school_back_and_no_other(services):
    assert plan_day(services, at(MONDAY + timedelta(days=365))).notices
    for number, (kind, change) in enumerate(CHANGES.items()):
        taken_as_quiet(services.store)
        assert due(services.store, LATER) == set()
        with services.store.writing() as conn:
            change(conn, "tower", MONDAY + timedelta(days=1 + number))
        assert due(services.store, LATER) == {"tower"}, kind
    assert len(CHANGES) > 20


def test_saving_people_again_as_they_are_changes_nothing(services):
    settled(services)
    with services.store.writing() as conn:
        record_people.save_people(conn, [staff("tower", number) for number in range(4)], at(MONDAY))
    assert due(services.store, MONDAY) == set()


def test_a_school_whose_register_names_people_of_another_is_planned_every_day(services):
    settled(services)
    with services.store.writing() as conn:
        named = replace(register("tower"), roles={"dsl": ("larkfield-0",)})
        record_register.save_register(conn, named, at(MONDAY))
    plan_day(services, at(MONDAY))
    assert due(services.store, MONDAY + timedelta(days=1)) == {"tower"}


def test_a_change_that_is_undone_brings_nothing_back(services):
    settled(services)
    with services.store.engine.connect() as conn:
        CHANGES["an act"](conn, "tower", MONDAY)
        conn.rollback()
    assert due(services.store, MONDAY) == set()


def whole_day(services, day):
    """Do what the schedule does in a morning: the reminders, then the plan; return its notices."""
    queue_reminders(services, request_emails.REMINDERS, at(day))
    queue_reminders(services, account_emails.REMINDERS, at(day))
    return plan_day(services, at(day)).notices


def lived(services, steps, seed):
    """Go through a year day by day or a few days at a time; return how many plans were passed over."""
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
    return passed


def test_whatever_is_changed_a_year_is_told_as_if_nothing_was_passed_over(services):
    """Each day's notices are those of a plan of everything, for any mixture of all kinds of changes."""
    steps = 100 if is_sqlite(services.store.engine) else 30
    assert lived(services, steps, seed=7) > steps / 20


def test_a_year_in_which_no_one_does_anything_is_told_the_same_and_mostly_passed_over(services):
    told, passed, day = 0, 0, MONDAY
    for step in range(60):
        passed += len(SCHOOLS) - len(due(services.store, day))
        everything = preview(services.store, day)
        assert whole_day(services, day) == everything.notices
        told, day = told + len(everything.notices), day + timedelta(days=1 if step % 5 else 25)
    assert passed > 20
    assert told


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_plan_waits_for_a_change_that_is_not_committed_yet(services):
    settled(services)
    told = []
    with services.store.writing() as late:
        CHANGES["other hours"](late, "tower", MONDAY)
        with services.store.writing() as conn:
            CHANGES["an act taken back"](conn, "larkfield", MONDAY)
        planning = Thread(target=lambda: told.extend(plan_day(services, at(MONDAY), SCHOOLS).notices))
        CHANGES["an act taken back"](late, "tower", MONDAY)
        planning.start()
        planning.join(30)
        # Tower was not known to be due, so larkfield alone was planned.
        assert {one.school for one in told} == {"larkfield"}
    planning.join(30)
    assert due(services.store, MONDAY) == {"tower", "larkfield"}


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_change_waits_for_the_plan_that_is_being_made_and_counts_afterwards(services):
    """Somebody who comes next term is written down, and named to lead, while the school is read."""
    settled(services)
    engine, writers = services.store.engine, []

    def change():
        with services.store.writing() as conn:
            coming = staff("tower", 9, starts_on=date(2027, 1, 4))
            record_people.save_people(conn, [coming], at(MONDAY))

    def write(_conn, statement, *_):
        tables = {one.name for one in visitors.iterate(statement) if isinstance(one, Table)}
        if not writers and tables == {"role_holder"}:
            writers.append(Thread(target=change))
            writers[0].start()
            writers[0].join(0.3)
            assert writers[0].is_alive()

    with services.store.writing() as conn:
        CHANGES["other hours"](conn, "tower", MONDAY)
    event.listen(engine, "before_execute", write)
    plan_day(services, at(MONDAY))
    event.remove(engine, "before_execute", write)
    writers[0].join(30)
    assert due(services.store, MONDAY) == {"tower"}


def test_once_a_week_each_is_planned_all_the_same(services):
    found, table = set(), school_plan.school_plan.c
    for number in range(14):
        day = MONDAY + timedelta(days=number)
        with services.store.writing() as conn:
            conn.execute(delete(school_plan.school_plan))
        settled(services, day)
        with services.store.reading() as conn:
            for key, again_on in conn.execute(select(table.setting, table.plan_again_on)):
                assert day < again_on <= day + timedelta(days=7)
                found.add(key)
    assert found == set(SCHOOLS)


@pytest.mark.parametrize(
    "changed",
    [
        {"planning_version": "of another program"},
        {"planned_on": MONDAY + timedelta(days=1)},
        {"plan_again_on": MONDAY},
    ],
)
def test_what_another_program_or_another_clock_wrote_is_not_believed(services, changed):
    settled(services)
    with services.store.writing() as conn:
        conn.execute(update(school_plan.school_plan).values(**changed))
    assert due(services.store, MONDAY) == set(SCHOOLS)


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
        record_people.save_people(conn, [staff("larkfield", 9)], at(MONDAY))
        conn.execute(
            insert(record_tables.role_holder),
            {"setting": "tower", "role": "x", "person": "larkfield-9", "position": 9},
        )
        found.clear()
        assert load_snapshot(conn, MONDAY, ["tower"]).names_others == {"tower"}
    event.remove(store.engine, "before_execute", note)
    return found


def tables_written(store, change):
    """Name every table that a change writes."""
    found = set()

    def note(_conn, statement, *_):
        if isinstance(statement, UpdateBase):
            found.add(statement.table.name)
        elif isinstance(statement, TextClause):
            found.update(re.findall(r"INSERT INTO (\w+)", statement.text))

    event.listen(store.engine, "before_execute", note)
    with store.writing() as conn:
        change(conn, "tower", MONDAY)
    event.remove(store.engine, "before_execute", note)
    return found


def test_for_every_table_that_a_plan_is_made_from_a_change_is_tried(services):
    read = tables_read(services.store) - NOT_NOTED
    assert len(read) > 15
    assert plan_day(services, at(MONDAY + timedelta(days=365))).notices
    written = set().union(*(tables_written(services.store, change) for change in CHANGES.values()))
    assert read <= written


# These are called by functions that mark the school, or make a statement that such a function executes.
WITHIN_ANOTHER = {"_end_addresses", "_save_person", "_replace_absences", "_replace", "_claim_in"}
WRITES = (
    r"(?<!\.)\b(?:dialect\.insert|insert|update|delete|insert_once|upsert)"
    r"\(\s*(?:conn,\s*)?(?:record_tables\.)?(?:%s)\b"
)


def test_every_function_that_writes_such_a_table_marks_the_school(services):
    tables = tables_read(services.store) - NOT_NOTED
    writes, marked, forgotten = re.compile(WRITES % "|".join(sorted(tables))), 0, []
    for path in (*Path(bot.__file__).parent.glob("records/*.py"), *Path(bot.__file__).parent.glob("*/*.py")):
        source = path.read_text(encoding="utf-8")
        if not writes.search(source):
            continue
        lines = source.splitlines()
        for one in ast.walk(ast.parse(source)):
            if not isinstance(one, ast.FunctionDef):
                continue
            body = "\n".join(lines[one.lineno - 1 : one.end_lineno])
            if not writes.search(body) or one.name in WITHIN_ANOTHER:
                continue
            marked += "mark_changed(" in body
            forgotten += [f"{path.name}: {one.name}"] * ("mark_changed(" not in body)
    assert forgotten == []
    assert marked > 15
