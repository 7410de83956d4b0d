"""A register comes out as it went in; what it drops is kept, unlisted; texts of policies are versions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.domain.audience import parse
from bot.domain.register import Register
from bot.store import registers, schema
from bot.store.registers import PolicyText
from bot.store.schema import tables
from bot.store.whole_schema import WORKED_OUT


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


def test_a_register_comes_out_as_it_went_in(school, cast):
    with school.reading() as conn:
        assert registers.load_register(conn, "oakfield") == cast.register
        assert registers.load_register(conn, "elsewhere") is None
        assert registers.setting_keys(conn) == ["oakfield"]


def test_saving_a_register_again_changes_nothing(school, cast):
    with school.reading() as conn:
        before = _everything(conn)
    with school.writing() as conn:
        registers.save_register(conn, cast.register, cast.now + timedelta(days=1))
    with school.reading() as conn:
        assert _everything(conn) == before


def test_what_the_register_drops_is_no_longer_listed_but_kept_and_can_come_back(school, cast):
    smaller = Register(setting=replace(cast.register.setting, name="Oakfield School"))
    with school.writing() as conn:
        registers.save_register(conn, smaller, cast.now)
        assert registers.load_register(conn, "oakfield") == smaller
        kept = conn.scalars(select(schema.obligation.c.key).where(~schema.obligation.c.listed)).all()
        assert sorted(kept) == ["kcsie-part-one", "review-safeguarding"]
        registers.save_register(conn, cast.register, cast.now)
        assert registers.load_register(conn, "oakfield") == cast.register


def test_a_rule_that_is_added_later_is_here_since_that_day_and_stays_so(school, cast):
    later, again = cast.now + timedelta(days=3), cast.now + timedelta(days=9)
    added = replace(cast.train, key="added")
    more = replace(cast.register, obligations=(*cast.register.obligations, added))
    for now in (later, again):
        with school.writing() as conn:
            registers.save_register(conn, more, now)
    with school.reading() as conn:
        known = registers.load_register(conn, "oakfield")
    assert [one.since for one in known.obligations] == [None, None, later.date()]


def test_one_settings_register_leaves_another_settings_alone(school, cast):
    other = Register(setting=replace(cast.register.setting, key="elm-tree"), roles={"dsl": ("a-b",)})
    with school.writing() as conn:
        registers.save_register(conn, other, cast.now)
        assert registers.load_register(conn, "oakfield") == cast.register
        assert registers.load_register(conn, "elm-tree") == other
        assert registers.setting_keys(conn) == ["elm-tree", "oakfield"]


def test_an_obligation_of_an_unknown_setting_is_refused_by_the_database(school, cast):
    stray = replace(cast.register, obligations=(replace(cast.train, setting="nowhere"),))
    with pytest.raises(IntegrityError), school.writing() as conn:
        registers.save_register(conn, stray, cast.now)
    with school.reading() as conn:
        assert registers.load_register(conn, "oakfield") == cast.register


def test_a_changed_audience_replaces_the_old_one(school, cast):
    changed = replace(cast.train, audience=parse("everyone"))
    with school.writing() as conn:
        registers.save_register(conn, replace(cast.register, obligations=(changed,)), cast.now)
        assert registers.load_register(conn, "oakfield").obligations == (changed,)


def test_the_same_bytes_are_one_version_and_other_bytes_another(school, cast):
    first = _text(text="Be kind.", sha256_text="c" * 64, media="text/plain", filename="s.txt", content=b"\0")
    with school.writing() as conn:
        assert registers.save_version(conn, first, cast.now)
        assert not registers.save_version(conn, first, cast.now)
        assert registers.save_version(conn, _text("2", "b" * 64, issued_on=cast.monday, minor=True), cast.now)
        assert registers.versions(conn, "oakfield", "safeguarding")[0] == first
        numbers = [one.number for one in registers.versions(conn, "oakfield", "safeguarding")]
        assert numbers == ["1", "2"]
        assert registers.version_text(conn, "oakfield", "safeguarding", "a" * 64) == "Be kind."
        assert registers.version_text(conn, "oakfield", "safeguarding", "b" * 64) is None
        assert registers.version_text(conn, "oakfield", "safeguarding", "d" * 64) is None


def test_a_text_that_returns_after_another_is_in_force_again(school, cast):
    with school.writing() as conn:
        for sha256 in ("a" * 64, "b" * 64, "a" * 64):
            assert registers.save_version(conn, _text(sha256=sha256), cast.now)
        kept = [one.sha256_bytes[0] for one in registers.versions(conn, "oakfield", "safeguarding")]
    assert kept == ["a", "b", "a"]


def test_a_version_of_an_unknown_policy_is_refused_by_the_database(school, cast):
    with pytest.raises(IntegrityError), school.writing() as conn:
        registers.save_version(conn, replace(_text(), policy="no-such"), cast.now)
