"""Keys of cases: rotation in one transaction, and clear words for a key that is missing or another one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from unsealed import case_messages

from bot.cases.context import rotate, unopenable
from bot.cases.jobs import run_daily_case_job
from bot.cases.service import cases_for, open_case
from bot.cases.store import case_file
from bot.core.encryption import CaseKeys, KeysMissing, WrongKey, new_master_key, read_keys
from bot.core.errors import HandbellError
from bot.database.columns import tables

OLD, NEW = new_master_key(), new_master_key()
WAYS = ["comma", "lines", "blanks"]
SCHOOL = "merriwell-green"
OF_A_CASE = [one for one in tables.sorted_tables if "number" in one.c and one.name.startswith("case_")]


def wrapped(store):
    with store.reading() as conn:
        return conn.scalars(select(case_file.c.wrapped_key).order_by(case_file.c.number)).all()


def test_what_is_sealed_opens_with_its_own_case_key_and_with_no_other():
    keys = CaseKeys((OLD,))
    one, other = keys.new_case_key(), keys.new_case_key()
    token = keys.seal(one, b"words")
    assert b"words" not in token
    assert keys.unseal(one, token) == b"words"
    with pytest.raises(WrongKey, match="HANDBELL_CASE_KEYS"):
        keys.unseal(other, token)
    with pytest.raises(WrongKey):
        keys.unseal(one, token[:-1] + bytes([token[-1] ^ 1]))


@pytest.mark.parametrize("step", ["seal", "unseal", "rewrap"])
def test_another_master_key_opens_nothing_and_says_which_setting_to_look_at(step):
    case_key = CaseKeys((OLD,)).new_case_key()
    arguments = (case_key,) if step == "rewrap" else (case_key, b"words")
    with pytest.raises(WrongKey, match="HANDBELL_CASE_KEYS"):
        getattr(CaseKeys((NEW,)), step)(*arguments)


def test_a_rewrapped_key_opens_with_the_newest_master_alone():
    both = CaseKeys((NEW, OLD))
    case_key = CaseKeys((OLD,)).new_case_key()
    token = both.seal(case_key, b"words")
    assert CaseKeys((NEW,)).unseal(both.rewrap(case_key), token) == b"words"
    with pytest.raises(WrongKey):
        CaseKeys((OLD,)).unseal(both.rewrap(case_key), token)


@pytest.mark.parametrize("words", [f"{NEW},{OLD}", f"{NEW}\n{OLD}\n", f" {NEW} , {OLD} "], ids=WAYS)
def test_keys_are_read_newest_first(words):
    assert read_keys(words).masters == (NEW, OLD)


def test_keys_do_not_show_themselves():
    assert OLD not in repr(CaseKeys((OLD,)))


@pytest.mark.parametrize("words", ["secret", OLD[:-4], f"{OLD},x"], ids=["word", "cut", "two"])
def test_what_is_no_key_is_refused_and_not_repeated(words):
    with pytest.raises(HandbellError, match="make-key") as refused:
        read_keys(words)
    assert words not in str(refused.value)


def test_no_keys_at_all_are_missing():
    with pytest.raises(KeysMissing, match="HANDBELL_CASE_KEYS_FILE"):
        read_keys(" ")


def test_rotation_puts_every_case_under_the_newest_key_and_the_old_one_can_go(cases):
    numbers = sorted(cases.send().number for _ in range(3))
    [master] = cases.services.case_keys.masters
    services = replace(cases.services, case_keys=CaseKeys((NEW, master)))
    before, now = wrapped(cases.school.store), cases.school.clock() + timedelta(hours=1)
    assert rotate(services, now, "a test") == 3
    assert set(before).isdisjoint(wrapped(cases.school.store))
    alone = replace(services, case_keys=CaseKeys((NEW,)))
    assert sorted(row.number for row in cases_for(alone, SCHOOL, "dh", now)) == numbers
    assert open_case(alone, SCHOOL, numbers[0], "dh", now).facts.answers["what"].startswith("A visitor")
    with cases.school.store.reading() as conn:
        assert unopenable(alone.case_keys, conn) == 0
        assert unopenable(cases.services.case_keys, conn) == 3
        assert unopenable(None, conn) == 3


def test_neither_what_a_case_is_about_nor_who_has_it_stands_in_the_clear(cases):
    number = cases.send(category="concern-about-head").number
    assert open_case(cases.services, SCHOOL, number, "gc", cases.school.clock()).case.assignee == "gc"
    with cases.school.store.reading() as conn:
        [row] = conn.execute(select(case_file)).all()
    assert row.number == number
    assert [name for name, value in row._mapping.items() if value in {"concern-about-head", "gc"}] == []


def test_no_row_about_a_case_tells_what_its_clocks_ask_for(cases):
    number = cases.send(category="concern-about-head").number
    assert [one.action for one in cases.open(number, "gc").clocks] == ["tell the LADO"]
    with cases.school.store.reading() as conn:
        rows = [conn.execute(select(one).where(one.c.number == number)).all() for one in OF_A_CASE]
    assert any(rows)
    assert "LADO" not in repr(rows)


def test_after_a_rotation_what_waits_goes_out_and_nothing_is_told_twice(cases):
    number = cases.send(category="data-breach").number
    cases.school.clock.turn(days=1)
    run_daily_case_job(cases.services, cases.school.clock())
    told = case_messages(cases.school.store, cases.services.case_keys)
    [master] = cases.services.case_keys.masters
    rotate(replace(cases.services, case_keys=CaseKeys((NEW, master))), cases.school.clock(), "a test")
    cases.school.services = replace(cases.services, case_keys=CaseKeys((NEW,)))
    run_daily_case_job(cases.services, cases.school.clock())
    after = case_messages(cases.school.store, cases.services.case_keys)
    assert [(row.id, *rest) for row, *rest in after] == [(row.id, *rest) for row, *rest in told]
    assert cases.school.deliver()["sent"] == len(told) > 1
    assert any(number in mail["Subject"] for mail in cases.school.received("head@merriwell.example"))


def test_where_the_key_was_lost_and_replaced_reports_are_taken_and_told_again(cases):
    cases.send(category="data-breach")
    cases.school.services = replace(cases.services, case_keys=CaseKeys((NEW,)))
    number = cases.send(category="data-breach").number
    cases.school.deliver()
    [mail] = cases.school.received("head@merriwell.example")
    assert number in mail["Subject"]
    assert open_case(cases.services, SCHOOL, number, "hd", cases.school.clock()) is not None


def test_a_rotation_without_the_old_key_changes_nothing(cases):
    for _ in range(2):
        cases.send()
    before = wrapped(cases.school.store)
    services = replace(cases.services, case_keys=CaseKeys((Fernet.generate_key().decode(),)))
    with pytest.raises(WrongKey):
        rotate(services, cases.school.clock(), "a test")
    assert wrapped(cases.school.store) == before
    with pytest.raises(KeysMissing):
        rotate(replace(services, case_keys=None), cases.school.clock(), "a test")


def test_a_case_opened_with_another_key_says_so(cases):
    number = cases.send().number
    services = replace(cases.services, case_keys=CaseKeys((NEW,)))
    with pytest.raises(WrongKey):
        open_case(services, SCHOOL, number, "dh", cases.school.clock())
