"""A record changed, taken away or put in behind Handbell's back is found, on either database."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.domain.evidence import Outcome
from bot.store import evidence as acts
from bot.store.engine import is_sqlite
from bot.store.evidence import EvidenceRecord, Noted
from bot.store.evidence_audit import Differences, differences
from bot.store.schema import evidence

NONE = Differences((), (), ())


@pytest.fixture
def receipts(school, cast):
    """The receipts of eight records, in the order they were made."""
    act = EvidenceRecord(
        idempotency_key="form",
        setting="oakfield",
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
        with school.writing() as conn:
            made.append(acts.record(conn, one, Noted("person:kit", "entered") if number % 2 else None))
    return made


@pytest.fixture
def behind_our_back(school):
    def change(statement):
        drops = ["drop trigger evidence_no_update", "drop trigger evidence_no_delete"]
        if not is_sqlite(school.engine):
            drops = ["drop trigger evidence_append_only on evidence"]
        with school.writing() as conn:
            for drop in drops:
                conn.execute(text(drop))
            conn.execute(statement)

    return change


def audited(school):
    with school.reading() as conn:
        return differences(conn)


def test_untouched_records_fit(school, receipts):
    assert len(receipts) == 8
    assert audited(school) == NONE


@pytest.mark.parametrize(
    "changed", [{"words": "I agree."}, {"person_name": "Al Bell"}, {"outcome": "withdrawn"}], ids=str
)
def test_a_changed_record_is_named(school, receipts, behind_our_back, changed):
    behind_our_back(update(evidence).where(evidence.c.receipt == receipts[3]).values(**changed))
    assert audited(school) == Differences((receipts[3],), (), ())


@pytest.mark.parametrize("gone", [0, 4, 7])
def test_a_record_taken_away_is_named(school, receipts, behind_our_back, gone):
    behind_our_back(delete(evidence).where(evidence.c.receipt == receipts[gone]))
    assert audited(school) == Differences((), (receipts[gone],), ())


def test_a_record_put_in_is_named(school, receipts):
    with school.writing() as conn:
        row = conn.execute(select(evidence).where(evidence.c.receipt == receipts[0])).mappings().one()
        made_up = {**row, "id": 99, "receipt": "HB-MADE", "idempotency_key": "made up"}
        conn.execute(insert(evidence), made_up)
    assert audited(school) == Differences((), (), ("HB-MADE",))


def test_all_records_taken_away_are_named_in_order(school, receipts, behind_our_back):
    behind_our_back(delete(evidence))
    assert audited(school) == Differences((), tuple(receipts), ())
