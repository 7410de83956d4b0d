"""Cases in the store: append-only until they are disposed of, and then really gone."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, NoResultFound

from bot.cases import store as case_store
from bot.cases.store import (
    CaseRow,
    StoredTask,
    case_entry,
    case_file,
    case_ledger,
    case_post,
    case_seen,
    case_task,
)

APPEND_ONLY = {
    "case_entry": (case_entry, {"sealed": b"x"}),
    "case_post": (case_post, {"sealed": b"x"}),
    "case_seen": (case_seen, {"sealed": b"x"}),
    "case_ledger": (case_ledger, {"actor": "sam"}),
}
TEXTS = (case_entry, case_post, case_seen, case_task)


@pytest.fixture
def one(cast):
    return CaseRow(
        number="K7QF-2M8R",
        school="oakfield",
        state="received",
        received_at=cast.now,
        aware_at=cast.now,
        wrapped_key=b"a wrapped key",
        sealed=b"the sealed facts",
        form="form",
        inbox="inbox",
    )


@pytest.fixture
def kept(oakfield_store, cast, one):
    """A store with one case that has something of everything."""
    with oakfield_store.writing() as conn:
        assert case_store.add(conn, one)
        case_store.add_entry(conn, one.number, b"sealed entry")
        case_store.add_post(conn, one.number, b"sealed post", from_us=False)
        case_store.add_seen(conn, one.number, b"sealed opening")
        case_store.save_task(conn, one.number, StoredTask("t", cast.monday, None, b"sealed task"))
        case_store.note(conn, "case written", cast.now, {"entry": 1})
    return oakfield_store


def test_a_case_comes_back_as_it_was_kept(kept, one, cast):
    with kept.reading() as conn:
        assert case_store.find(conn, "oakfield", one.number) == one
        assert case_store.find(conn, "elsewhere", one.number) is None
        assert case_store.of_form(conn, "form") == one
        assert case_store.of_inbox(conn, "oakfield", "inbox") == one
        assert case_store.of_inbox(conn, "elsewhere", "inbox") is None
        assert case_store.in_schools(conn, ()) == []
        assert case_store.in_schools(conn) == case_store.still_open(conn, one.school, "closed") == [one]
        assert case_store.tasks(conn, [one.number])[one.number][0].sealed == b"sealed task"
        assert case_store.page_views(conn, one.number) == [b"sealed opening"]


@pytest.mark.parametrize("same", ["number", "form", "inbox"])
def test_a_number_a_form_and_an_inbox_are_one_cases_alone(kept, one, same):
    other = replace(one, number="0000-0000", form="other form", inbox="other inbox")
    with kept.writing() as conn:
        assert not case_store.add(conn, replace(other, **{same: getattr(one, same)}))
        assert case_store.count(conn) == 1
        assert case_store.add(conn, other)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_happened_to_a_case_is_never_changed_nor_deleted(kept, table):
    described, change = APPEND_ONLY[table]
    for statement in (update(described).values(**change), delete(described)):
        with pytest.raises(IntegrityError, match="append-only"), kept.writing() as conn:
            conn.execute(statement)
    with kept.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(described)) == 1


def test_a_task_that_is_dropped_leaves_the_list_and_stays_in_the_table(kept, one):
    with kept.writing() as conn:
        case_store.drop_task(conn, one.number, "t", date(2026, 12, 1))
        assert case_store.tasks(conn, [one.number]) == {}
        assert conn.scalar(select(func.count()).select_from(case_task)) == 1


def test_disposal_deletes_key_and_texts_and_keeps_number_dates_and_what_is_sealed(kept, one, cast):
    at = cast.now + timedelta(days=3000)
    with kept.writing() as conn:
        case_store.dispose(conn, one.number, sealed=b"what is left", at=at)
    with kept.reading() as conn:
        assert [conn.scalar(select(func.count()).select_from(table)) for table in TEXTS] == [0] * 4
        row = conn.execute(select(case_file)).one()
        left = {name for name, value in row._mapping.items() if value is not None}
        assert left == {
            *("number", "setting", "state", "received_at", "aware_at", "disposed_at", "sealed"),
        }
        [gone] = case_store.disposed(conn, "oakfield")
        assert (gone.number, gone.disposed_at, gone.sealed) == (one.number, at, b"what is left")
        assert case_store.find(conn, "oakfield", one.number) is None
        assert case_store.count(conn) == 0
        assert case_store.broken_at(conn) is None
    with pytest.raises(NoResultFound), kept.writing() as conn:
        case_store.dispose(conn, one.number, sealed=b"what is left", at=at)


def test_a_case_cannot_lose_its_key_without_being_disposed_of(kept):
    with pytest.raises(IntegrityError), kept.writing() as conn:
        conn.execute(update(case_file).values(wrapped_key=None))


def test_sealed_words_leave_the_file_of_the_database_too(kept, one, cast):
    path = kept.engine.url.database
    if kept.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite is one file that can be searched")
    with kept.writing() as conn:
        case_store.dispose(conn, one.number, sealed=b"what is left", at=cast.now)
    with kept.engine.connect() as conn:
        conn.exec_driver_sql("rollback")
        conn.exec_driver_sql("pragma wal_checkpoint(truncate)")
    held = Path(path).read_bytes()
    assert [word for word in (b"a wrapped key", b"the sealed facts", b"sealed post") if word in held] == []


def test_rewrapping_is_all_or_nothing(kept, one):
    with kept.writing() as conn:
        case_store.add(conn, replace(one, number="0000-0000", form=None, inbox=None, wrapped_key=b"another"))
    wrap = {b"a wrapped key": b"new"}.__getitem__
    with pytest.raises(KeyError), kept.writing() as conn:
        case_store.rewrap(conn, wrap)
    with kept.writing() as conn:
        assert {row.wrapped_key for row in case_store.in_schools(conn)} == {b"a wrapped key", b"another"}
        assert case_store.rewrap(conn, lambda key: key + b"!") == 2
        assert {row.wrapped_key for row in case_store.in_schools(conn)} == {b"a wrapped key!", b"another!"}


def test_a_change_behind_our_back_shows_in_the_chain_of_the_cases(kept, cast):
    with kept.writing() as conn:
        for number in range(3):
            case_store.note(conn, "case written", cast.now, {"entry": number})
        assert case_store.broken_at(conn) is None
        drop = "drop trigger case_ledger_no_update"
        if kept.engine.dialect.name != "sqlite":
            drop = "drop trigger case_ledger_append_only on case_ledger"
        conn.execute(text(drop))
        conn.execute(update(case_ledger).where(case_ledger.c.seq == 2).values(actor="sam"))
        assert case_store.broken_at(conn) == 2


def test_nothing_hangs_on_a_case_that_is_not_there(kept):
    with pytest.raises(IntegrityError), kept.writing() as conn:
        conn.execute(insert(case_entry), {"number": "0000-0000", "sealed": b"x"})
