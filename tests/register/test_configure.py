"""Applying a register: what it shows is what it does, once, in one transaction; a failed one does nothing."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.core.errors import BadInput
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.tables import obligation
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register, change_register, compare
from bot.rules.duties import State
from bot.rules.people import Membership, Person
from bot.rules.policies import Policy

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)

REGISTER = """\
setting: {key: oakfield, name: Oakfield, since: 2026-09-01}
roles: {head: head@oakfield.example, dsl: }
bodies:
  - {key: board, name: Board, meetings: [2026-12-10]}
policies:
  - {key: online, title: Online safety, file: online.md, approver: board, approved: 2025-10}
  - {key: phones, title: Phones, link: "https://oakfield.example/phones"}
obligations:
  - {key: read, kind: acknowledge, title: Read it, who: staff, when: each September, about: online}
accounts:
  - {key: facebook, channel: Facebook, name: Oakfield, holders: [head@oakfield.example]}
routes:
  - {category: other, to: [head]}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "register.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "online.md").write_text("# Online safety\n\nBe kind.\n", encoding="utf-8")
    return tmp_path


def read(folder):
    file = load(folder / "register.yaml")
    return to_domain(file), documents_of(file, folder)


def put(store, folder, *, now=NOW):
    register, documents = read(folder)
    return apply_register(store, register, documents=documents, now=now, actor="a test")


def edit(folder, old, new):
    text = (folder / "register.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "register.yaml").write_text(text.replace(old, new), encoding="utf-8")


def everything(store):
    """Every row of every table, for before and after."""
    with store.reading() as conn:
        return {
            table.name: sorted(map(repr, conn.execute(select(table))))
            for table in obligation.metadata.sorted_tables
        }


def stored(store):
    with store.reading() as conn:
        return record_register.load_register(conn, "oakfield")


def entries(store):
    with store.reading() as conn:
        return [one.action for _, one in ledger.entries(conn)]


def test_what_is_shown_is_what_is_done(store, folder):
    register, documents = read(folder)
    shown = compare(store, register, documents=documents)
    assert stored(store) is None
    assert put(store, folder) == shown
    assert "add text online: version 1, from online.md" in [str(change) for change in shown]


def test_applying_again_changes_nothing_at_all(store, folder):
    put(store, folder)
    before = everything(store)
    assert put(store, folder, now=LATER) == ()
    assert everything(store) == before


def test_a_change_is_shown_and_made(store, folder):
    put(store, folder)
    edit(folder, "approved: 2025-10", "approved: 2026-12-10")
    (change,) = put(store, folder, now=LATER)
    assert str(change) == 'change policy online (Online safety): approved from "2025-10" to "2026-12-10"'
    assert stored(store).policies[0].approved_on.text == "2026-12-10"


def test_what_goes_from_the_file_goes_from_the_rules_and_comes_back(store, folder):
    put(store, folder)
    line = '  - {key: phones, title: Phones, link: "https://oakfield.example/phones"}\n'
    edit(folder, line, "")
    (change,) = put(store, folder)
    assert str(change) == "remove policy phones (Phones)"
    assert [policy.key for policy in stored(store).policies] == ["online"]
    edit(folder, "obligations:\n", f"{line}obligations:\n")
    (change,) = put(store, folder)
    assert str(change) == "add policy phones (Phones)"


def test_new_words_are_a_new_version_and_the_same_words_are_not(store, folder):
    put(store, folder)
    (folder / "online.md").write_text("# Online safety\n\nBe kind. Ask first.\n", encoding="utf-8")
    (change,) = put(store, folder, now=LATER)
    assert str(change).startswith("change text online: version")
    with store.reading() as conn:
        first, second = record_register.versions(conn, "oakfield", "online")
    assert (first.number, first.issued_on) == ("1", None)
    assert (second.number, second.issued_on) == ("2", date(2026, 12, 1))
    assert second.sha256_bytes == hashlib.sha256((folder / "online.md").read_bytes()).hexdigest()
    assert put(store, folder, now=LATER) == ()


def test_a_minor_version_is_marked(store, folder):
    put(store, folder)
    edit(folder, "file: online.md", 'file: online.md, version: "3", minor: true')
    (folder / "online.md").write_text("# Online safety\n\nBe  kind, please.\n", encoding="utf-8")
    changes = put(store, folder, now=LATER)
    assert any("3, from online.md, minor" in str(change) for change in changes)
    with store.reading() as conn:
        assert record_register.versions(conn, "oakfield", "online")[-1].minor


def test_a_number_that_is_taken_is_counted_on(store, folder):
    edit(folder, "file: online.md", 'file: online.md, version: "7"')
    put(store, folder)
    (folder / "online.md").write_text("# Online safety\n\nOther words.\n", encoding="utf-8")
    put(store, folder, now=LATER)
    with store.reading() as conn:
        assert [one.number for one in record_register.versions(conn, "oakfield", "online")] == ["7", "7 (2)"]


PHONES = '{key: phones, title: Phones, link: "https://oakfield.example/phones"}'
READ_PHONES = (
    "  - {key: phones, kind: acknowledge, title: Read it, who: staff, about: phones,"
    " when: on every new version within 10 school days}\n"
)


def asked(store, on):
    """Who owes reading the policy that is only a link, of which version, and by when."""
    with store.reading() as conn:
        snapshot = load_snapshot(conn, on, ("oakfield",))
        texts = {one.sha256_bytes: one for one in record_register.versions(conn, "oakfield", "phones")}
    owed = [one for one in duties(snapshot, on) if one.obligation.key == "phones"]
    return {
        one.person: (texts[one.version].number, one.due_on) for one in owed if one.state is not State.DONE
    }


def versioned(version, *, minor=""):
    return PHONES.replace("}", f', version: "{version}"{minor}}}')


def test_a_new_version_of_a_policy_that_is_only_a_link_is_shown_and_asked(store, folder):
    edit(folder, PHONES, versioned("1"))
    edit(folder, "accounts:\n", f"{READ_PHONES}accounts:\n")
    put(store, folder)
    jo = Person("jo", "Jo Bell", "jo@oakfield.example", (Membership("oakfield", frozenset({"staff"})),))
    with store.writing() as conn:
        record_people.save_people(conn, [jo], NOW)
    before = everything(store)
    assert put(store, folder, now=LATER) == ()
    assert everything(store) == before
    edit(folder, 'version: "1"', 'version: "2"')
    register, documents = read(folder)
    shown = compare(store, register, documents=documents)
    assert [(change.action, change.part, change.key) for change in shown] == [("change", "text", "phones")]
    assert put(store, folder, now=LATER) == shown
    assert put(store, folder, now=LATER) == ()
    with store.reading() as conn:
        first, second = record_register.versions(conn, "oakfield", "phones")
    assert (first.number, first.issued_on) == ("1", None)
    assert (second.number, second.issued_on, second.text) == ("2", date(2026, 12, 1), None)
    assert asked(store, LATER.date()) == {"jo": ("2", date(2026, 12, 15))}


def test_a_minor_version_of_a_link_asks_no_one_and_a_number_may_come_back(store, folder):
    edit(folder, PHONES, versioned("1"))
    put(store, folder)
    edit(folder, versioned("1"), versioned("2", minor=", minor: true"))
    put(store, folder, now=LATER)
    edit(folder, versioned("2", minor=", minor: true"), versioned("1"))
    put(store, folder, now=LATER)
    assert put(store, folder, now=LATER) == ()
    with store.reading() as conn:
        known = record_register.versions(conn, "oakfield", "phones")
    assert [(one.number, one.minor) for one in known] == [("1", False), ("2", True), ("1 (3)", False)]


def test_the_first_version_a_known_link_is_given_is_a_new_one(store, folder):
    put(store, folder)
    edit(folder, PHONES, versioned("2"))
    assert [change.part for change in put(store, folder, now=LATER)] == ["text"]
    with store.reading() as conn:
        (first,) = record_register.versions(conn, "oakfield", "phones")
    assert first.issued_on == date(2026, 12, 1)


def test_the_words_of_a_version_known_by_its_link_are_no_new_version(store, folder):
    edit(folder, PHONES, versioned("2"))
    put(store, folder)
    (folder / "phones.md").write_text("# Phones\n\nOut of sight.\n", encoding="utf-8")
    edit(folder, 'link: "https://oakfield.example/phones"', "file: phones.md")
    put(store, folder, now=LATER)
    assert put(store, folder, now=LATER) == ()
    with store.reading() as conn:
        linked, held = record_register.versions(conn, "oakfield", "phones")
    assert (linked.text, linked.number) == (None, "2")
    assert "Out of sight." in held.text
    assert held.minor


def test_the_ledger_notes_what_changed_and_no_ones_name(store, folder):
    put(store, folder)
    with store.reading() as conn:
        ((_, entry),) = ledger.entries(conn)
    assert (entry.action, entry.subject, entry.actor) == ("register applied", "register:oakfield", "a test")
    assert "head@oakfield.example" not in repr(entry)


def test_a_register_that_is_refused_changes_nothing(store, folder):
    put(store, folder)
    before = everything(store)
    edit(folder, "approver: board", "approver: bord")
    edit(folder, "approved: 2025-10", "approved: 2026-12-10")
    with pytest.raises(BadInput):
        put(store, folder)
    assert everything(store) == before


def test_a_document_that_cannot_be_read_is_named_and_changes_nothing(store, folder):
    put(store, folder)
    before = everything(store)
    edit(folder, "file: online.md", "file: gone.md")
    with pytest.raises(BadInput) as refused:
        put(store, folder)
    assert [problem.field for problem in refused.value.problems] == ["policies > online > file"]
    assert everything(store) == before


def test_an_apply_that_fails_half_way_changes_nothing(store, folder):
    put(store, folder)
    before = everything(store)
    register, _ = read(folder)
    edit(folder, "approved: 2025-10", "approved: 2026-12-10")
    changed, documents = read(folder)
    nameless = Policy(key="late", school="oakfield", title=None)
    broken = replace(changed, policies=(*changed.policies, nameless))
    with pytest.raises(SQLAlchemyError):
        apply_register(store, broken, documents=documents, now=LATER, actor="a test")
    assert everything(store) == before
    assert stored(store).policies == register.policies
    assert entries(store) == ["register applied"]


def test_two_settings_live_side_by_side(store, folder):
    put(store, folder)
    edit(folder, "key: oakfield", "key: elmfield")
    put(store, folder)
    with store.reading() as conn:
        assert set(record_register.school_keys(conn)) == {"elmfield", "oakfield"}
        total = conn.scalar(select(func.count()).select_from(obligation))
    assert total == 2


def test_changes_made_at_once_all_hold(store, folder):
    put(store, folder)

    def close(day):
        def change(known):
            return replace(known, closed_on=known.closed_on | {date(2027, 2, day)})

        change_register(store, "oakfield", change, now=LATER, actor="a test")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(close, range(1, 9)))
    with store.reading() as conn:
        known = record_register.load_register(conn, "oakfield")
    assert sorted(day.day for day in known.closed_on) == list(range(1, 9))


def test_a_change_that_is_refused_changes_nothing(store, folder):
    put(store, folder)
    with store.reading() as conn:
        before = record_register.load_register(conn, "oakfield"), ledger.entries(conn, limit=9)

    def change(known):
        raise BadInput(())

    with pytest.raises(BadInput):
        change_register(store, "oakfield", change, now=LATER, actor="a test")
    with store.reading() as conn:
        assert (record_register.load_register(conn, "oakfield"), ledger.entries(conn, limit=9)) == before
