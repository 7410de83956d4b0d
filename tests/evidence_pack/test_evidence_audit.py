"""A record changed, taken away or put in behind Handbell's back is found, on either database."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.database.dialect import is_sqlite
from bot.evidence_pack.audit_store import Differences, differences
from bot.records import evidence as record_evidence
from bot.records.evidence import EvidenceNote, EvidenceRecord, evidence
from bot.rules.evidence import Outcome

NONE = Differences((), (), ())


@pytest.fixture
def receipts(oakfield_store, cast):
    """The receipts of eight records, in the order they were made."""
    act = EvidenceRecord(
        idempotency_key="form",
        school="oakfield",
        obligation="kcsie-part-one",
        person="jo-bell",
        person_name="Jo Bell",
        acted_on=cast.monday,
        recorded_at=cast.now,
        identified_by="personal link",
        channel="web",
    )
    made = []
    for number in range(8):
        one = replace(act, idempotency_key=f"form-{number}", outcome=list(Outcome)[number % 3])
        with oakfield_store.writing() as conn:
            made.append(
                record_evidence.record(
                    conn, one, EvidenceNote("person:kit", "entered") if number % 2 else None
                )
            )
    return made


@pytest.fixture
def behind_our_back(oakfield_store):
    def change(statement):
        drops = ["drop trigger evidence_no_update", "drop trigger evidence_no_delete"]
        if not is_sqlite(oakfield_store.engine):
            drops = ["drop trigger evidence_append_only on evidence"]
        with oakfield_store.writing() as conn:
            for drop in drops:
                conn.execute(text(drop))
            conn.execute(statement)

    return change


def audited(school):
    with school.reading() as conn:
        return differences(conn)


def test_untouched_records_fit(oakfield_store, receipts):
    assert len(receipts) == 8
    assert audited(oakfield_store) == NONE


@pytest.mark.parametrize(
    "changed", [{"words": "I agree."}, {"person_name": "Al Bell"}, {"outcome": "withdrawn"}], ids=str
)
def test_a_changed_record_is_named(oakfield_store, receipts, behind_our_back, changed):
    behind_our_back(update(evidence).where(evidence.c.receipt == receipts[3]).values(**changed))
    assert audited(oakfield_store) == Differences((receipts[3],), (), ())


@pytest.mark.parametrize("gone", [0, 4, 7])
def test_a_record_taken_away_is_named(oakfield_store, receipts, behind_our_back, gone):
    behind_our_back(delete(evidence).where(evidence.c.receipt == receipts[gone]))
    assert audited(oakfield_store) == Differences((), (receipts[gone],), ())


def test_a_record_put_in_is_named(oakfield_store, receipts):
    with oakfield_store.writing() as conn:
        row = conn.execute(select(evidence).where(evidence.c.receipt == receipts[0])).mappings().one()
        made_up = {**row, "id": 99, "receipt": "HB-MADE", "idempotency_key": "made up"}
        conn.execute(insert(evidence), made_up)
    assert audited(oakfield_store) == Differences((), (), ("HB-MADE",))


def test_all_records_taken_away_are_named_in_order(oakfield_store, receipts, behind_our_back):
    behind_our_back(delete(evidence))
    assert audited(oakfield_store) == Differences((), tuple(receipts), ())
