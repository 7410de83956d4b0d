"""Schools that are read and planned a few at a time are planned as if each were alone."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.database.engine import open_store
from bot.database.job_runs import JobTurn, failed_for
from bot.delivery import morning_plan
from bot.delivery.morning_plan import plan_part
from bot.messages import store as message_store
from bot.planning import service as planning_service
from bot.planning.plan import DONE
from bot.planning.service import ALL_SHARES, SHARES, by_few, grouped, plan_day, planned_with
from bot.planning.snapshot import apart
from bot.planning.store import load_snapshot
from bot.records import account_log, review_delegations
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records import tables as record_tables
from bot.records.evidence import EvidenceRecord
from bot.records.register import PolicyText
from bot.records.school_plan import school_plan
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
from bot.rules.reminder_ladder import ASK, REVIEW

SINCE = date(2026, 9, 1)
MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
# Ash names somebody of beech; cedar and elm share somebody; elm and fir have nothing to do.
SCHOOLS = ("ash", "beech", "cedar", "elm", "fir")
FAMILIES = (("ash",), ("beech",), ("cedar", "elm"), ("fir",))


@dataclass
class Services:
    """All that planning asks of them."""

    store: object

    def clock(self):
        return MORNING


def register(school):
    rules = tuple(
        Obligation(key, school, kind, key, audience(who), (parse(when),), ASK, policy="phones")
        for key, kind, who, when in (
            ("yearly", Kind.TRAIN, "staff", "every 12 months"),
            ("september", Kind.ACKNOWLEDGE, "everyone", "each September"),
            ("signed", Kind.SIGN, "holder", "every 12 months"),
            ("lead", Kind.CHECK, "role:dsl", "each September"),
        )
    )
    review = Obligation("review", school, Kind.REVIEW, "r", audience("everyone"), (), REVIEW, policy="phones")
    policy = Policy("phones", school, "Phones", approver="fgb", approved_on=PartialDate.parse("2026-07"))
    lead = "beech-1@x.example" if school == "ash" else f"{school}-1"
    body = Body("fgb", school, "Governors", clerk=f"{school}-2", meetings=(Meeting("m", date(2026, 12, 7)),))
    return Register(
        School(school, school, since=SINCE),
        roles={"dsl": (lead,), "headteacher": (f"{school}-0",)},
        policies=(policy,),
        obligations=() if school == "fir" else (*rules, review),
        accounts=(Account("page", school, "Facebook", "Page", frozenset({f"{school}-2"})),),
        bodies=(body,),
        terms=(Term("Autumn", SINCE, date(2026, 12, 18)),),
    )


def person(key, *settings):
    away = (Absence(date(2026, 10, 5), MONDAY),) if key.endswith("-2") else ()
    held = (
        Membership(one, frozenset({"teacher"}), starts_on=date(2020, 9, 1), absences=away) for one in settings
    )
    return Person(key, key, f"{key}@x.example", tuple(held))


def act(school, key, rule, on, **more):
    return EvidenceRecord(
        idempotency_key=f"{school} {key} {rule} {on} {more}",
        school=school,
        obligation=rule,
        person=key,
        person_name=key,
        acted_on=on,
        recorded_at=MORNING,
        identified_by="a test",
        channel="web",
        **{"outcome": Outcome.DONE, "sha256_bytes": "a" * 64, **more},
    )


def fill(store):
    with store.writing() as conn:
        for school in SCHOOLS:
            record_register.save_register(conn, register(school), MORNING)
            record_register.save_version(conn, PolicyText(school, "phones", "1", "a" * 64), MORNING)
            record_people.save_people(
                conn, [person(f"{school}-{number}", school) for number in range(3)], MORNING
            )
        record_people.save_people(conn, [person("kit", "cedar", "elm")], MORNING)
        for school in ("beech", "cedar"):
            for number in range(2):
                record_evidence.record(conn, act(school, f"{school}-{number}", "september", date(2026, 9, 8)))
            record_evidence.record(conn, act(school, f"{school}-0", "yearly", date(2026, 9, 9)))
        record_evidence.add(conn, Event("trip", "cedar", "trip", MONDAY), MORNING)
        delegation = Delegation("elm-0", MONDAY + timedelta(days=3), MONDAY)
        review_delegations.delegate(conn, "elm", "phones", to=delegation, by="a test", now=MORNING)
        entry = AccountEntry(
            reference="HB-1",
            school="elm",
            account="page",
            sort=AccountEntryKind.HANDED,
            on=MONDAY,
            at=MORNING,
            by="elm-1",
            by_name="One",
            about="elm-2",
            topic="passwords",
        )
        account_log.add(conn, entry, "a test")


@pytest.fixture
def services(databases):
    store = open_store(databases.like(fill))
    yield Services(store)
    store.close()


def queued(store):
    with store.reading() as conn:
        found = message_store.recent(conn, limit=100)
    return {
        one.person: sorted((item.school, item.obligation, item.step) for item in one.items) for one in found
    }


# --- reading


def test_schools_read_together_and_parted_are_as_each_read_alone(services):
    with services.store.writing() as conn:
        plan_day_before = MORNING - timedelta(days=3)
        assert plan_day_before.weekday() == 4
    plan_day(services, plan_day_before)
    with services.store.reading() as conn:
        together = apart(load_snapshot(conn, MONDAY, SCHOOLS), FAMILIES)
        assert len(together) == len(FAMILIES)
        assert any(one.decided for one in together)
        assert together[0].messaged
        for parted, family in zip(together, FAMILIES, strict=True):
            alone = load_snapshot(conn, MONDAY, family)
            theirs = {key: days for key, days in parted.messaged.items() if key in alone.people}
            assert replace(parted, messaged=theirs) == alone


# --- planning


def test_planned_together_everybody_hears_what_they_hear_where_each_is_planned_alone(databases):
    said = []
    for together in ([SCHOOLS], FAMILIES):
        services = Services(open_store(databases.like(fill)))
        for some in together:
            plan_day(services, MORNING, some)
        said.append(queued(services.store))
        services.store.close()
    assert said[0] == said[1]
    assert said[0]


def test_a_person_who_two_schools_name_hears_from_one_a_day(services):
    """Beech-1 leads in both; the school that was planned first writes, and the other tomorrow."""
    decided = plan_day(services, MORNING, SCHOOLS)
    assert sum(one.reason == DONE for one in decided.skipped) == 6
    assert [one.school for one in decided.notices if one.person == "beech-1"] == ["ash"]
    left = {(one.school, one.reason) for one in decided.skipped if one.person == "beech-1"}
    assert ("beech", "already written to today") in left


def test_few_settings_go_together_and_no_family_is_parted():
    families = [[f"a{number}"] for number in range(70)] + [[f"b{number}" for number in range(80)], ["c"]]
    some = list(by_few(families))
    assert [sum(map(len, few)) for few in some] == [64, 6, 80, 1]
    assert [one for few in some for one in few] == families


# --- the parts of a morning


def many(store, number):
    """So many settings of which nothing is asked."""
    keys = [f"s{one:03}" for one in range(number)]
    with store.writing() as conn:
        for key in keys:
            record_register.save_register(conn, Register(School(key, key)), MORNING)
    return keys


def planned_in(store):
    """Return which settings each share would plan."""
    with store.reading() as conn:
        return {
            share: [key for some in morning_plan._of_share(conn, share) for key in some]
            for share in ALL_SHARES
        }


def test_many_schools_are_planned_in_shares_each_in_one(store):
    services = Services(store)
    keys = many(store, SHARES + 1)
    assert planning_service.plan_parts(services) == ALL_SHARES
    shares = planned_in(store)
    assert sorted(key for some in shares.values() for key in some) == keys
    with store.reading() as conn:
        assert all(key in shares[planned_with(conn, key)] for key in keys)
    assert plan_part(services, JobTurn(MORNING, ALL_SHARES[0], "me")) == "0 people to tell, 0 skipped"


def test_schools_that_came_together_this_morning_are_planned_by_both_shares(store):
    """The share of the one may have ended before the other's begins."""
    services = Services(store)
    keys = many(store, SHARES + 1)
    plan_day(services, MORNING)
    with store.writing() as conn:
        first, other = next(
            (one, two)
            for one in keys
            for two in keys
            if one < two and planned_with(conn, one) != planned_with(conn, two)
        )
        before = planned_with(conn, other)
        record_people.save_people(conn, [person("kit", first, other)], MORNING)
        assert planned_with(conn, other) == planned_with(conn, first)
    shares = planned_in(store)
    assert {first, other} <= set(shares[before])
    plan_day(services, MORNING, [first, other])
    shares = planned_in(store)
    assert {first, other}.isdisjoint(shares[before])


def test_one_school_that_fails_keeps_no_other_waiting(services, monkeypatch, caplog):
    with services.store.writing() as conn:
        broken = record_tables.obligation.c.setting == "cedar"
        conn.execute(
            update(record_tables.obligation).where(broken).values(cadence=[{"rule": "of no version of ours"}])
        )
    monkeypatch.setattr(morning_plan, "_of_share", lambda _conn, _share: list(map(list, FAMILIES)))
    with pytest.raises(KeyError) as failed:
        plan_part(services, JobTurn(MORNING, ALL_SHARES[0], "me"))
    # They share somebody, and are planned together: neither was.
    assert failed_for(failed.value) == ("cedar", "elm")
    assert "ash failed" not in caplog.text
    assert queued(services.store)
    assert "failed together" in caplog.text
    with services.store.reading() as conn:
        planned = select(school_plan.c.setting).where(school_plan.c.planned_on == MONDAY)
        assert set(conn.scalars(planned)) == {"ash", "beech", "fir"}


def test_families_are_grouped_under_their_first():
    assert grouped(("elm", "ash", "cedar"), [("kit", "elm"), ("kit", "cedar")]) == {
        "ash": ["ash"],
        "cedar": ["cedar", "elm"],
    }
