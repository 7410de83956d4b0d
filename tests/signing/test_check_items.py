"""A check answered item by item: partly saved, with what has to be given, its actions and its record."""

import csv
import io
from datetime import timedelta

import packs
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from bot.core.clock import local_date
from bot.core.signatures import new_signing_key, read_signing_key
from bot.evidence_pack.export import export
from bot.evidence_pack.verify import check
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records.check_items import check_answer
from bot.rules.check_items import CheckItem, ItemState, from_text, is_given, parse_items

SCHOOL = "merriwell-green"
CHECK = ("sb", "entrance-signs")
ITEMS = """    items:
      - Sign at the main entrance | note
      - Signs at the back gate | count
      - Page that tells visitors | link
"""
TITLE = "    title: Signs about phones at the entrance\n"


@pytest.fixture
def check_page(served, register, form):
    """Give the sample school's check of its signs three items, and open its page."""
    text = register.read_text(encoding="utf-8")
    assert TITLE in text
    register.write_text(text.replace(TITLE, TITLE + ITEMS), encoding="utf-8")
    served.apply(register)
    return lambda: form(served.duty(*CHECK))


def item(number, state, given, **more):
    fields = {"state": state, "given": given, **more}
    return {f"item_{number}_{name}": value for name, value in fields.items()}


def saved(page):
    """Count the items that a page shows as saved, by its fields."""
    soup = BeautifulSoup(page.text, "html.parser")
    states = [one for one in soup.select(".check-item input[type=radio]") if one.has_attr("checked")]
    return [one["value"] for one in states]


def test_items_are_saved_partly_and_nothing_counts_until_all_are_answered(served, check_page, client):
    page = check_page()
    kept = page.send(**item(1, "done", "In place, clean"), then="save")
    assert kept.status_code == 303
    assert saved(client.get(served.duty(*CHECK))) == ["done"]
    assert served.kept(*CHECK) == []
    refused = check_page().send(**item(2, "done", "3"), outcome="done", name="Not asked")
    assert refused.status_code == 422
    assert BeautifulSoup(refused.text, "html.parser").select_one(".errors a")["href"] in {"#name", "#item_3"}
    assert saved(refused) == ["done", "done"]
    assert served.kept(*CHECK) == []


@pytest.mark.parametrize(
    ("number", "state", "given"),
    [
        (1, "done", ""),
        (2, "done", "many"),
        (3, "done", "on the website"),
        (2, "none", ""),
        (1, "", "In place"),
        (1, "other", "In place"),
        (1, "done", "x" * 1001),
    ],
)
def test_an_item_without_what_it_wants_is_refused_and_not_kept(served, check_page, number, state, given):
    page = check_page()
    refused = page.send(**item(number, state, given), then="save")
    assert refused.status_code == 422
    wrong = BeautifulSoup(refused.text, "html.parser").select(".check-item.wrong")
    assert [one["id"] for one in wrong] == [f"item_{number}"]
    with served.store.reading() as conn:
        assert conn.execute(check_answer.select()).all() == []


def finish(served, check_page):
    """Answer all items and submit; return the receipt's answer."""
    name = BeautifulSoup(check_page().client.get(served.duty(*CHECK)).text, "html.parser")
    said = name.find(id="name-hint").get_text()
    whole = said.removeprefix("You are answering as ").partition(". Typing")[0]
    return check_page().send(
        **item(1, "done", "In place, clean"),
        **item(2, "none", "The back gate is closed for good"),
        **item(3, "done", "https://school.example/visitors"),
        outcome="done",
        name=whole,
    )


def test_the_record_holds_each_item_and_the_pack_shows_and_proves_it(served, check_page, client, tmp_path):
    sent = finish(served, check_page)
    assert sent.status_code == 303, sent.text
    (record,) = served.kept(*CHECK)
    answers = from_text(record.items)
    assert [(one.ask, one.state, one.given) for one in answers] == [
        ("Sign at the main entrance", ItemState.DONE, "In place, clean"),
        ("Signs at the back gate", ItemState.NONE, "The back gate is closed for good"),
        ("Page that tells visitors", ItemState.DONE, "https://school.example/visitors"),
    ]
    assert {(one.by, one.at[:10]) for one in answers} == {(record.person_name, "2026-11-23")}
    receipt = BeautifulSoup(client.get(sent.headers["location"]).text, "html.parser")
    assert len(receipt.select("#items dt")) == 3
    day = local_date(served.clock()) + timedelta(days=1)
    pack = export(
        served.store, [SCHOOL], day, served.clock() + timedelta(days=2), read_signing_key(new_signing_key())
    )
    files = packs.taken_apart(io.BytesIO(pack.content))
    rows = list(csv.DictReader(io.StringIO(files["items.csv"].decode("utf-8-sig"))))
    assert [(one["item"], one["answer"]) for one in rows] == [
        ("Sign at the main entrance", "done"),
        ("Signs at the back gate", "none"),
        ("Page that tells visitors", "done"),
    ]
    forged = {
        **files,
        "evidence.jsonl": files["evidence.jsonl"].replace(b"closed for good", b"open to anyone"),
    }
    forged = packs.signed_by_a_stranger(packs.hashed_anew(forged))
    assert check(packs.put_together(tmp_path / "pack.zip", forged)).wrong
    with served.store.reading() as conn:
        assert ledger.verify(conn) is None


def owed(served, day):
    with served.store.reading() as conn:
        found = duties(load_snapshot(conn, day, (SCHOOL,)), day)
    return [one for one in found if one.subject and one.subject.startswith("action-found-")]


def test_an_action_becomes_the_task_of_its_owner_due_on_its_day(served, check_page, client):
    day = local_date(served.clock()) + timedelta(days=4)
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, day, (SCHOOL,))
    owner = snapshot.people["y5"]
    action = item(1, "action", "Fix the sign", owner=owner.name, due_on=day.isoformat())
    assert check_page().send(**action, then="save").status_code == 303
    (task,) = owed(served, local_date(served.clock()))
    assert (task.person, task.due_on) == ("y5", day)
    assert "Fix the sign" in task.why
    # The same answer again is no second task; another answer takes the task away.
    assert check_page().send(**action, then="save").status_code == 303
    assert len(owed(served, local_date(served.clock()))) == 1
    assert check_page().send(**item(1, "done", "It is mended"), then="save").status_code == 303
    assert owed(served, local_date(served.clock())) == []


@pytest.mark.parametrize(
    "more", [{"owner": "Nobody Known", "due_on": "2026-12-01"}, {"due_on": ""}, {"due_on": "2020-01-01"}]
)
def test_an_action_without_an_owner_here_or_a_day_to_come_is_refused(served, check_page, more):
    refused = check_page().send(**item(1, "action", "Fix the sign", **more), then="save")
    assert refused.status_code == 422
    assert owed(served, local_date(served.clock())) == []


def test_an_answer_to_an_item_is_never_changed_or_deleted(served, check_page):
    check_page().send(**item(1, "done", "In place"), then="save")
    with pytest.raises(DBAPIError), served.store.writing() as conn:
        conn.execute(delete(check_answer))


def test_a_day_has_a_field_of_its_own(served, check_page, register, client):
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("at the back gate | count", "at the back gate | date"), encoding="utf-8")
    served.apply(register)
    page = check_page()
    assert page.send(item_2_on="2026-11-20", then="save").status_code == 422
    kept = page.send(**item(2, "done", "", on="2026-11-20"), then="save")
    shown = client.get(kept.headers["location"])
    assert saved(shown) == ["done"]
    assert BeautifulSoup(shown.text, "html.parser").select_one("#item_2-on")["value"] == "2026-11-20"


def test_a_page_opened_before_the_items_changed_is_not_taken(served, check_page, register):
    page = check_page()
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("the back gate", "the side gate"), encoding="utf-8")
    served.apply(register)
    assert page.send(**item(2, "done", "3"), then="save").status_code == 422


@pytest.mark.parametrize(
    ("state", "give", "given", "right"),
    [
        (ItemState.DONE, "count", "14", True),
        (ItemState.DONE, "count", "fourteen", False),
        (ItemState.NONE, "count", "No phones came", True),
        (ItemState.DONE, "link", "https://a.example/x", True),
        (ItemState.DONE, "link", "a.example", False),
        (ItemState.DONE, "file", "policy.pdf", True),
        (ItemState.DONE, "date", "2026-11-23", True),
        (ItemState.DONE, "date", "Monday", False),
        (ItemState.DONE, "date", "2026-99-99", False),
        (ItemState.NONE, "date", "The lead was away", True),
        (ItemState.DONE, "note", "x", False),
    ],
)
def test_what_an_item_wants(state, give, given, right):
    assert is_given(CheckItem("Phones in lockers", give), state, given) is right


@pytest.mark.parametrize(
    "wrong", ["| count", "Signs | photo", "Signs\nSigns | count", "\n".join("abcdefghijklmnopqrstuvw")]
)
def test_items_that_nobody_could_answer_are_refused(wrong):
    with pytest.raises(ValueError, match=r"item|cannot be given"):
        parse_items(wrong)


def test_items_are_read_one_a_line():
    assert parse_items("Sign at the door\n\n  Phones | count ") == (
        CheckItem("Sign at the door"),
        CheckItem("Phones", "count"),
    )


@pytest.mark.parametrize("dark", [False, True])
def test_the_items_fit_a_phone_and_show_who_and_when_only_for_an_action(
    served, check_page, visitor, faults, dark
):
    page = visitor(width=360, dark=dark)
    page.goto(served.duty(*CHECK))
    assert list(faults(page, "items", 360)) == []
    page.locator("#item_1-owner").wait_for(state="hidden")
    page.locator("label[for=item_1-action]").click()
    page.locator("#item_1-owner").wait_for(state="visible")
    page.locator("#item_2-owner").wait_for(state="hidden")
    assert list(faults(page, "items with an action", 360)) == []


@pytest.fixture
def inducts(served, register):
    """Who is asked what the induction of a starter covered: `inducts("y5")`."""
    asks = """  - key: induction-given
    kind: check
    title: Induction
    who: staff
    when: on event starter-joined within 10 school days
    items: ["Phones and images: gone through on | date"]

"""
    text = register.read_text(encoding="utf-8").replace(
        "  - key: entrance-signs\n", asks + "  - key: entrance-signs\n"
    )
    register.write_text(text, encoding="utf-8")
    served.apply(register, now=served.clock() - timedelta(days=7))

    def asked(starter):
        today = local_date(served.clock())
        with served.store.reading() as conn:
            snapshot = load_snapshot(conn, today, (SCHOOL,))
        name = snapshot.people[starter].name
        return [
            one.person
            for one in duties(snapshot, today)
            if one.obligation.key == "induction-given" and name in one.why
        ]

    return asked


def test_a_starter_and_their_manager_each_confirm_the_induction(served, inducts):
    """The rule that asks on starter-joined asks the manager alone, about the person who starts."""
    served.change_person("y5", starts_on=local_date(served.clock()), manager="sb")
    assert inducts("y5") == ["sb"]


def test_a_starter_without_a_manager_is_the_heads_to_induct_and_without_a_head_nobodys(served, inducts):
    today = local_date(served.clock())
    served.change_person("y5", starts_on=today, manager=None)
    assert inducts("y5") == ["hd"]
    with served.store.reading() as conn:
        head = load_snapshot(conn, today, (SCHOOL,)).people["hd"].membership(SCHOOL)
    served.change_person("hd", roles=head.roles - {"headteacher"})
    assert inducts("y5") == []
