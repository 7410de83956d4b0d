"""Fills a store with many schools: real registers and people, and what they did in one statement."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import text

from bot.domain.audience import parse as audience
from bot.domain.cadence import parse as cadence
from bot.domain.calendar import Term
from bot.domain.ladder import ASK
from bot.domain.obligations import Kind, Obligation, Source
from bot.domain.people import Membership, Person, Setting
from bot.domain.policies import Policy
from bot.domain.register import Register
from bot.store import people, registers
from bot.store.registers import PolicyText

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SINCE = date(2026, 9, 1)
SHA = "a" * 64
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
           o.key, m.person, p.name, '2026-09-14', :at, 'done', :sha, 'the bench', 'web'
    from obligation o join membership m on m.setting = o.setting join person p on p.key = m.person
    where o.position >= :open
"""


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
            registers.save_register(conn, _register(key, size), MORNING)
            registers.save_version(conn, PolicyText(key, "phones", "1", SHA), MORNING)
            people.save_people(conn, _people(key, number, size), MORNING)
        conn.execute(text(DONE), {"at": _instant(conn, MORNING), "sha": SHA, "open": size.open})
    analyze(store)


def analyze(store):
    """Let the database count its rows, as it does by itself after a while."""
    with store.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT") if conn.dialect.name != "sqlite" else None
        conn.exec_driver_sql("analyze")


def _instant(conn, at):
    return at if conn.dialect.name != "sqlite" else at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _register(key, size):
    setting = Setting(key, f"{key.upper()} Primary School", since=SINCE)
    rules = tuple(_rule(key, number) for number in range(size.rules))
    roles = {"headteacher": [f"{key}-p0@x.example"], "chair": [f"{key}-p1@x.example"]}
    return Register(
        setting,
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
    member = Membership(key, frozenset({"teacher", "staff"}), starts_on=date(2020, 9, 1))
    for number in range(size.people):
        name = f"{FIRST[(school + number) % 10]} {LAST[(school * 7 + number) % 10]}"
        yield Person(f"{key}-p{number}", name, f"{key}-p{number}@x.example", (member,))
