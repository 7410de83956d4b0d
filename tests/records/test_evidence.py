"""Evidence is kept once, exactly as shown, and the database itself refuses to change it."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.database.dialect import is_sqlite
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import register as record_register
from bot.records.evidence import EvidenceNote, EvidenceRecord, evidence
from bot.records.tables import obligation
from bot.rules import hash_chain
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.people import School
from bot.rules.register import Register


@pytest.fixture
def act(cast):
    return EvidenceRecord(
        idempotency_key="oakfield|kcsie-part-one|jo-bell|2026-09|form-1",
        school="oakfield",
        obligation="kcsie-part-one",
        person="jo-bell",
        person_name="Jo Bell",
        acted_on=cast.monday,
        recorded_at=cast.now,
        identified_by="personal link, typed name",
        channel="web",
        cycle="2026-09",
        subject="facebook",
        statement="I have read “Safeguarding”, version 3, and I will follow it.",
        policy="safeguarding",
        policy_title="Safeguarding and child protection",
        version_number="3",
        sha256_bytes="a" * 64,
        sha256_text="b" * 64,
        typed_name="jo bell",
        witness="P Shah",
        words="Is page 4 still right?",
        until_on=date(2027, 1, 1),
        reference="certificate 7",
    )


def test_a_record_comes_back_exactly_as_it_was_shown(oakfield_store, act):
    with oakfield_store.writing() as conn:
        receipt = record_evidence.record(conn, act)
    with oakfield_store.reading() as conn:
        (kept,) = record_evidence.for_duty(conn, "oakfield", "kcsie-part-one", "jo-bell", "2026-09")
        assert record_evidence.find(conn, receipt) == kept
        assert record_evidence.find(conn, "HB-NONE") is None
    assert (kept.receipt, kept.record) == (receipt, act)
    assert re.fullmatch(r"HB(-[0-9A-HJKMNP-TV-Z]{4}){3}", receipt)


def test_a_form_posted_twice_is_one_record_with_one_receipt(oakfield_store, act):
    receipts = []
    for _ in range(2):
        with oakfield_store.writing() as conn:
            receipts.append(record_evidence.record(conn, act))
    assert receipts[0] == receipts[1]
    with oakfield_store.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(evidence)) == 1


def test_a_form_posted_by_several_at_the_same_moment_is_one_record_with_one_receipt(oakfield_store, act):
    together, forms = 4, [f"form-{number}" for number in range(60)]
    start = Barrier(together)

    def post(_):
        receipts = []
        for form in forms:
            start.wait(timeout=10)
            with oakfield_store.writing() as conn:
                receipts.append(record_evidence.record(conn, replace(act, idempotency_key=form)))
        return receipts

    with ThreadPoolExecutor(together) as pool:
        given = list(pool.map(post, range(together)))
    assert given == [[hash_chain.receipt_for(form) for form in forms]] * together
    with oakfield_store.reading() as conn:
        assert len(record_evidence.for_duty(conn, "oakfield", "kcsie-part-one", "jo-bell")) == len(forms)


def test_a_record_stands_in_the_ledger_with_its_moment_its_setting_and_what_else_is_known_of_it(
    oakfield_store, act
):
    with oakfield_store.writing() as conn:
        receipt = record_evidence.record(conn, act, EvidenceNote("person:kit", "entered", {"sheet": "7"}))
    with oakfield_store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert entry == ledger.LedgerEntry(
        act.recorded_at,
        "person:kit",
        "entered",
        "obligation:oakfield/kcsie-part-one",
        {"sheet": "7", "receipt": receipt, "record": record_evidence.digest(act)},
    )


def test_a_record_is_hashed_the_same_in_every_version_of_handbell(act, cast):
    """Whatever a column comes to be called, and whatever is added where it is empty."""
    at = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
    one = replace(act, acted_on=date(2026, 11, 23), recorded_at=at)
    assert record_evidence.digest(one) == "8a3cbb6e24d0a2adb88a0e14cb8ce86c58c41bf7a21ffb172090febb7ea2ca0b"


def test_the_same_form_has_the_same_receipt_in_every_version_of_handbell():
    assert hash_chain.receipt_for("a form") == "HB-6BKB-1YV0-JW5K"


def test_what_is_listed_is_of_one_setting_and_up_to_an_instant_that_is_not_in_it(oakfield_store, act, cast):
    there = replace(act, school="ash", idempotency_key="form-2", outcome=Outcome.QUESTION)
    rule = replace(cast.train, school="ash", policy=None)
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, Register(School("ash", "Ash"), obligations=(rule,)), cast.now)
        for one in (act, there):
            record_evidence.record(conn, one)
    with oakfield_store.reading() as conn:
        for listed in (
            record_evidence.of_obligation(conn, "ash", act.obligation),
            record_evidence.of_outcomes(conn, "ash", tuple(Outcome)),
            record_evidence.of_person(conn, "ash", act.person),
            record_evidence.until(conn, ("ash",), cast.now + timedelta(seconds=1)),
        ):
            assert [one.record for one in listed] == [there]
        assert record_evidence.until(conn, ("ash", "oakfield"), cast.now) == []


def test_another_answer_by_the_same_person_is_another_record(oakfield_store, act):
    later = replace(act, idempotency_key="form-2", outcome=Outcome.DECLINED, cycle=None)
    with oakfield_store.writing() as conn:
        assert record_evidence.record(conn, act) != record_evidence.record(conn, later)
    with oakfield_store.reading() as conn:
        kept = record_evidence.for_duty(conn, "oakfield", "kcsie-part-one", "jo-bell", "2026-09")
        assert [one.record.outcome for one in kept] == [Outcome.DONE, Outcome.DECLINED]
        other = record_evidence.for_duty(conn, "oakfield", "kcsie-part-one", "jo-bell", "2027-09")
        assert [one.record.cycle for one in other] == [None]


@pytest.mark.parametrize(
    "change",
    [
        update(evidence).values(outcome="declined"),
        delete(evidence),
        text("insert or replace into evidence select * from evidence"),
        text("truncate evidence cascade"),
    ],
    ids=["update", "delete", "replace", "truncate"],
)
def test_the_database_refuses_to_change_or_remove_evidence(oakfield_store, act, change):
    only_in = {"insert or replace": True, "truncate evidence": False}
    for words, in_sqlite in only_in.items():
        if words in str(change) and in_sqlite is not is_sqlite(oakfield_store.engine):
            pytest.skip(f"this database has no '{words}'")
    with oakfield_store.writing() as conn:
        record_evidence.record(conn, act)
    with pytest.raises(IntegrityError, match="evidence is append-only"), oakfield_store.writing() as conn:
        conn.execute(change)
    with oakfield_store.reading() as conn:
        assert conn.scalar(select(evidence.c.outcome)) == "done"


def test_evidence_of_an_unknown_obligation_is_refused_by_the_database(oakfield_store, act):
    with pytest.raises(IntegrityError), oakfield_store.writing() as conn:
        record_evidence.record(conn, replace(act, obligation="no-such"))


def test_an_obligation_with_evidence_cannot_be_deleted_and_outlives_its_register(oakfield_store, act, cast):
    with oakfield_store.writing() as conn:
        record_evidence.record(conn, act)
        record_register.save_register(conn, Register(cast.register.school), cast.now)
    with pytest.raises(IntegrityError), oakfield_store.writing() as conn:
        conn.execute(delete(obligation))
    with oakfield_store.reading() as conn:
        assert len(record_evidence.for_duty(conn, "oakfield", "kcsie-part-one", "jo-bell")) == 1


def test_the_rules_see_the_version_shown_and_the_outside_reference_or_else_the_receipt(oakfield_store, act):
    with oakfield_store.writing() as conn:
        known = record_evidence.record(conn, act)
        receipt = record_evidence.record(conn, replace(act, idempotency_key="2", reference=None))
    with oakfield_store.reading() as conn:
        first, second = record_evidence.load_evidence(conn, None)
        assert record_evidence.load_evidence(conn, ["elsewhere"]) == []
    assert first == Evidence(
        school="oakfield",
        obligation="kcsie-part-one",
        person="jo-bell",
        on=act.acted_on,
        outcome=Outcome.DONE,
        cycle="2026-09",
        subject="facebook",
        version="a" * 64,
        until=date(2027, 1, 1),
        reference="certificate 7",
        receipt=known,
    )
    assert second.reference == receipt


def test_an_event_is_noted_once(oakfield_store, cast):
    trip = Event("trip-7-returned", "oakfield", "trip-returned", cast.monday, "jo-bell", "trip-7")
    with oakfield_store.writing() as conn:
        assert record_evidence.add(conn, trip, cast.now)
        assert not record_evidence.add(conn, trip, cast.now)
        assert record_evidence.load_events(conn, ["oakfield"]) == [trip]
        assert record_evidence.load_events(conn, None) == [trip]
        assert record_evidence.load_events(conn, ["elsewhere"]) == []


def test_an_event_with_its_note_is_listed_and_can_be_taken_back(oakfield_store, cast):
    changed = Event("g", "oakfield", "guidance-changed", date(2026, 11, 18), note="A new part about AI.")
    old = Event("o", "oakfield", "trip-returned", date(2026, 11, 10))
    with oakfield_store.writing() as conn:
        for one in (changed, old):
            assert record_evidence.add(conn, one, cast.now)
        (recorded,) = record_evidence.recorded_since(conn, "oakfield", date(2026, 11, 11))
        assert (recorded.event, recorded.at) == (changed, cast.now)
        assert record_evidence.take_back(conn, "oakfield", "g")
        assert not record_evidence.take_back(conn, "oakfield", "g")
        assert record_evidence.load_events(conn, ["oakfield"]) == [old]
