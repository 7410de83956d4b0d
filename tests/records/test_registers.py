"""A register comes out as it went in; what it drops is kept, unlisted; texts of policies are versions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.database.columns import tables
from bot.operations.dump_store import WORKED_OUT
from bot.records import register as record_register
from bot.records import tables as record_tables
from bot.records.register import PolicyText
from bot.rules.audience import parse
from bot.rules.register import Register


def _everything(conn):
    """All rows of all tables but those worked out from others; `saved_at` says when, not what."""
    return {
        name: [
            tuple(value for column, value in row.items() if column != "saved_at")
            for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for name, table in tables.tables.items()
        if name not in WORKED_OUT
    }


def _text(number="1", sha256="a" * 64, **more):
    return PolicyText("oakfield", "safeguarding", number, sha256, **more)


def test_a_register_comes_out_as_it_went_in(oakfield_store, cast):
    with oakfield_store.reading() as conn:
        assert record_register.load_register(conn, "oakfield") == cast.register
        assert record_register.load_register(conn, "elsewhere") is None
        assert record_register.school_keys(conn) == ["oakfield"]


def test_saving_a_register_again_changes_nothing(oakfield_store, cast):
    with oakfield_store.reading() as conn:
        before = _everything(conn)
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, cast.register, cast.now + timedelta(days=1))
    with oakfield_store.reading() as conn:
        assert _everything(conn) == before


def test_what_the_register_drops_is_no_longer_listed_but_kept_and_can_come_back(oakfield_store, cast):
    smaller = Register(school=replace(cast.register.school, name="Oakfield School"))
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, smaller, cast.now)
        assert record_register.load_register(conn, "oakfield") == smaller
        kept = conn.scalars(
            select(record_tables.obligation.c.key).where(~record_tables.obligation.c.listed)
        ).all()
        assert sorted(kept) == ["kcsie-part-one", "review-safeguarding"]
        record_register.save_register(conn, cast.register, cast.now)
        assert record_register.load_register(conn, "oakfield") == cast.register


def test_a_rule_that_is_added_later_is_here_since_that_day_and_stays_so(oakfield_store, cast):
    later, again = cast.now + timedelta(days=3), cast.now + timedelta(days=9)
    added = replace(cast.train, key="added")
    more = replace(cast.register, obligations=(*cast.register.obligations, added))
    for now in (later, again):
        with oakfield_store.writing() as conn:
            record_register.save_register(conn, more, now)
    with oakfield_store.reading() as conn:
        known = record_register.load_register(conn, "oakfield")
    assert [one.since for one in known.obligations] == [None, None, later.date()]


def test_one_settings_register_leaves_another_settings_alone(oakfield_store, cast):
    other = Register(school=replace(cast.register.school, key="elm-tree"), roles={"dsl": ("a-b",)})
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, other, cast.now)
        assert record_register.load_register(conn, "oakfield") == cast.register
        assert record_register.load_register(conn, "elm-tree") == other
        assert record_register.school_keys(conn) == ["elm-tree", "oakfield"]


def test_an_obligation_of_an_unknown_setting_is_refused_by_the_database(oakfield_store, cast):
    stray = replace(cast.register, obligations=(replace(cast.train, school="nowhere"),))
    with pytest.raises(IntegrityError), oakfield_store.writing() as conn:
        record_register.save_register(conn, stray, cast.now)
    with oakfield_store.reading() as conn:
        assert record_register.load_register(conn, "oakfield") == cast.register


def test_a_changed_audience_replaces_the_old_one(oakfield_store, cast):
    changed = replace(cast.train, audience=parse("everyone"))
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, replace(cast.register, obligations=(changed,)), cast.now)
        assert record_register.load_register(conn, "oakfield").obligations == (changed,)


def test_the_same_bytes_are_one_version_and_other_bytes_another(oakfield_store, cast):
    first = _text(text="Be kind.", sha256_text="c" * 64, media="text/plain", filename="s.txt", content=b"\0")
    with oakfield_store.writing() as conn:
        assert record_register.save_version(conn, first, cast.now)
        assert not record_register.save_version(conn, first, cast.now)
        assert record_register.save_version(
            conn, _text("2", "b" * 64, issued_on=cast.monday, minor=True), cast.now
        )
        assert record_register.versions(conn, "oakfield", "safeguarding")[0] == first
        numbers = [one.number for one in record_register.versions(conn, "oakfield", "safeguarding")]
        assert numbers == ["1", "2"]
        assert record_register.version_text(conn, "oakfield", "safeguarding", "a" * 64) == "Be kind."
        assert record_register.version_text(conn, "oakfield", "safeguarding", "b" * 64) is None
        assert record_register.version_text(conn, "oakfield", "safeguarding", "d" * 64) is None


def test_a_text_that_returns_after_another_is_in_force_again(oakfield_store, cast):
    with oakfield_store.writing() as conn:
        for sha256 in ("a" * 64, "b" * 64, "a" * 64):
            assert record_register.save_version(conn, _text(sha256=sha256), cast.now)
        kept = [one.sha256_bytes[0] for one in record_register.versions(conn, "oakfield", "safeguarding")]
    assert kept == ["a", "b", "a"]


def test_a_version_of_an_unknown_policy_is_refused_by_the_database(oakfield_store, cast):
    with pytest.raises(IntegrityError), oakfield_store.writing() as conn:
        record_register.save_version(conn, replace(_text(), policy="no-such"), cast.now)
