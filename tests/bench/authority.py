"""Fills a store with many schools: real registers and people, and what they did in one statement."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import text

from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse as cadence
from bot.rules.calendar import Term
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Policy
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SINCE = date(2026, 9, 1)
TERMS = (
    Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
    Term("Spring", date(2027, 1, 4), date(2027, 4, 1)),
    Term("Summer", date(2027, 4, 19), date(2027, 7, 21)),
)
CADENCES = ("each September", "every 12 months", "on every new version within 10 school days")
FIRST = ("Jo", "Zoë", "Amir", "Siân", "Wen", "Oluwaseun", "Katarzyna", "Tom", "Ros", "Priya")
LAST = ("Bell", "Kerr", "O'Neill", "Sorley", "Zhao", "Łukasik", "Shah", "Reed", "Hughes", "Fitzgerald-Browne")

DONE = """
    insert into evidence (receipt, idempotency_key, setting, obligation, person, person_name, acted_on,
                          recorded_at, outcome, sha256_bytes, identified_by, channel)
    select 'HB-' || o.setting || '-' || o.key || '-' || m.person, o.setting || o.key || m.person, o.setting,
           o.key, m.person, p.name, case {days} end, :at, 'done', v.sha256_bytes, 'the bench', 'web'
    from obligation o join membership m on m.setting = o.setting join person p on p.key = m.person
    join policy_version v on v.setting = o.setting
    where o.position >= :open
"""
# Two weeks of September, in which everybody did what was asked: whose number ends alike, on the same day.
WEEKDAYS = [date(2026, 9, day) for day in (7, 8, 9, 10, 11, 14, 15, 16, 17, 18)]
# When people came, from long ago to this term.
STARTS = (
    *(date(year, 9, 1) for year in range(2014, 2026)),
    *(date(year, 1, 5) for year in range(2018, 2026)),
    *(date(year, 4, 20) for year in range(2019, 2026)),
    SINCE,
)


@dataclass(frozen=True)
class Size:
    """So many schools of so many people and rules; the first `open` rules of each were done by nobody."""

    schools: int
    people: int = 60
    rules: int = 12
    open: int = 0

    @property
    def duties(self):
        return self.schools * self.people * self.rules


def fill(store, size):
    """Make the schools."""
    with store.writing() as conn:
        for number in range(size.schools):
            key = f"s{number:05}"
            record_register.save_register(conn, _register(key, size), MORNING)
            sha256 = hashlib.sha256(key.encode()).hexdigest()
            record_register.save_version(conn, PolicyText(key, "phones", "1", sha256), MORNING)
            record_people.save_people(conn, _people(key, number, size), MORNING)
        conn.execute(text(_done(conn)), {"at": _instant(conn, MORNING), "open": size.open})
    analyze(store)


def analyze(store):
    """Run ANALYZE, as the database does by itself after a while."""
    with store.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT") if conn.dialect.name != "sqlite" else None
        conn.exec_driver_sql("analyze")


def _done(conn):
    """Write the statement for everybody's acts; in PostgreSQL a day in words has to be called one."""
    sort = "" if conn.dialect.name == "sqlite" else "date "
    ends = "substr(m.person, length(m.person))"
    days = (f"when {ends} = '{digit}' then {sort}'{day}'" for digit, day in enumerate(WEEKDAYS))
    return DONE.format(days=" ".join(days))


def _instant(conn, at):
    return at if conn.dialect.name != "sqlite" else at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _register(key, size):
    school = School(key, f"{key.upper()} Primary School", since=SINCE)
    rules = tuple(_rule(key, number) for number in range(size.rules))
    roles = {"headteacher": [f"{key}-p0@x.example"], "chair": [f"{key}-p1@x.example"]}
    return Register(
        school,
        roles=roles,
        policies=(Policy("phones", key, "Phones and cameras"),),
        obligations=rules,
        terms=TERMS,
    )


def _rule(key, number):
    rule = Obligation(
        f"o{number}",
        key,
        Kind.ACKNOWLEDGE,
        f"Read part {number} of the policy on phones",
        audience("staff"),
        (cadence(CADENCES[number % len(CADENCES)]),),
        ASK,
        policy="phones",
    )
    return replace(rule, source=Source("phones", f"{number}.1"))


def _people(key, school, size):
    for number in range(size.people):
        starts_on = STARTS[number % len(STARTS)]
        member = Membership(key, frozenset({"teacher", "staff"}), starts_on=starts_on)
        name = f"{FIRST[(school + number) % 10]} {LAST[(school * 7 + number) % 10]}"
        yield Person(f"{key}-p{number}", name, f"{key}-p{number}@x.example", (member,))
