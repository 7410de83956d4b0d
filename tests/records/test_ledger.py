"""The chain shows every change made behind Handbell's back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.core.errors import DatabaseUnavailable
from bot.database.dialect import is_sqlite
from bot.records import ledger as record_ledger
from bot.records.ledger import ledger
from bot.rules import hash_chain

DATA = {"b": [1, 2.5, None], "a": "Ceredigion – “ŵ”", "nested": {"z": True, "y": False}}


@pytest.fixture
def append(store, cast):
    def add(subject="register:oakfield", data=None):
        with store.writing() as conn:
            return record_ledger.append(
                conn, at=cast.now, actor="office", action="apply", subject=subject, data=data or DATA
            )

    return add


@pytest.fixture
def behind_our_back(store):
    """Somebody with the database's own tools, who first takes the triggers away."""

    def change(statement):
        names = ["ledger_no_update", "ledger_no_delete"]
        drops = [f"drop trigger {name}" for name in names]
        if not is_sqlite(store.engine):
            drops = ["drop trigger ledger_append_only on ledger"]
        with store.writing() as conn:
            for drop in drops:
                conn.execute(text(drop))
            conn.execute(statement)

    return change


def _broken(store):
    with store.reading() as conn:
        return record_ledger.verify(conn)


def test_an_untouched_chain_holds(store, append):
    assert _broken(store) is None
    assert [append() for _ in range(3)] == [1, 2, 3]
    assert _broken(store) is None
    with store.reading() as conn:
        seq, entry = record_ledger.entries(conn, limit=1)[0]
        assert (seq, entry.action, entry.data) == (3, "apply", DATA)
        assert record_ledger.head(conn)[0] == 3


def _append_while_the_server_goes_away(store, cast):
    with store.writing() as conn:
        mine = conn.scalar(select(func.pg_backend_pid()))
        with store.writing() as other:
            other.execute(select(func.pg_terminate_backend(mine, 5000)))
        record_ledger.append(
            conn, at=cast.now, actor="office", action="apply", subject="register:x", data=DATA
        )


def test_a_server_that_goes_away_meanwhile_is_away_and_nothing_is_noted(store, append, cast):
    if is_sqlite(store.engine):
        pytest.skip("SQLite has no server")
    with pytest.raises(DatabaseUnavailable):
        _append_while_the_server_goes_away(store, cast)
    assert append() == 1
    assert _broken(store) is None


@pytest.mark.parametrize(
    "change", [update(ledger).values(actor="head"), delete(ledger)], ids=["update", "delete"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(store, append, change):
    append()
    with pytest.raises(IntegrityError, match="ledger is append-only"), store.writing() as conn:
        conn.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody else"},
        {"data": '{"a":1}'},
        {"data": "not json"},
        {"subject": "register:elm-tree"},
        {"hash": "f" * 64},
        {"prev_hash": "f" * 64},
    ],
    ids=str,
)
def test_a_changed_entry_is_found(store, append, behind_our_back, change):
    for _ in range(3):
        append()
    behind_our_back(update(ledger).where(ledger.c.seq == 2).values(**change))
    assert _broken(store) == 2


def test_an_entry_changed_together_with_its_hash_is_found_by_the_next(store, append, behind_our_back, cast):
    for _ in range(3):
        append()
    with store.reading() as conn:
        entries = dict(record_ledger.entries(conn))
        first_hash = conn.scalar(text("select hash from ledger where seq = 1"))
    forged = record_ledger.LedgerEntry(
        entries[2].at, "somebody else", "apply", entries[2].subject, entries[2].data
    )
    behind_our_back(
        update(ledger)
        .where(ledger.c.seq == 2)
        .values(actor="somebody else", hash=hash_chain.link(first_hash, record_ledger.digest(2, forged)))
    )
    assert _broken(store) == 3


@pytest.mark.parametrize("gone", [1, 2])
def test_a_removed_entry_is_found(store, append, behind_our_back, gone):
    for _ in range(3):
        append()
    behind_our_back(delete(ledger).where(ledger.c.seq == gone))
    assert _broken(store) == gone


def test_entries_added_at_once_stand_in_one_chain(store, append):
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(append, [f"subject-{number}" for number in range(12)]))
    assert sorted(numbers) == list(range(1, 13))
    assert _broken(store) is None


def test_the_newest_entry_before_an_instant_is_found(store, cast):
    with store.writing() as conn:
        for hours in range(5):
            at = cast.now + timedelta(hours=hours)
            record_ledger.append(
                conn, at=at, actor="office", action="apply", subject="register:oakfield", data=DATA
            )
    with store.reading() as conn:
        hashes = [record_ledger.hash_of(conn, number) or hash_chain.FIRST for number in range(6)]
        for number in range(6):
            instant = cast.now + timedelta(hours=number - 1, minutes=30)
            assert record_ledger.head_before(conn, instant) == (number, hashes[number])


def test_something_that_is_not_a_number_is_not_written_down(append):
    with pytest.raises(ValueError, match="not JSON compliant"):
        append(data={"a": float("nan")})


def test_a_gap_in_the_numbers_is_found_though_every_hash_is_right(store, append, behind_our_back, cast):
    append()
    with store.reading() as conn:
        _, first = record_ledger.head(conn)
    entry = record_ledger.LedgerEntry(cast.now, "office", "apply", "register:oakfield", DATA)
    fields = {"at": entry.at, "actor": entry.actor, "action": entry.action, "subject": entry.subject}
    made_up = {
        "data": hash_chain.canonical(DATA),
        "prev_hash": first,
        "hash": hash_chain.link(first, record_ledger.digest(3, entry)),
    }
    behind_our_back(insert(ledger).values(seq=3, **fields, **made_up))
    assert _broken(store) == 2


def test_what_is_hashed_is_written_the_same_in_every_version_of_handbell():
    assert (
        hash_chain.canonical(DATA)
        == '{"a":"Ceredigion – “ŵ”","b":[1,2.5,null],"nested":{"y":false,"z":true}}'
    )
