"""Publishing: who is asked by name, another school's document held, and undo until the first email."""

import pytest
from bs4 import BeautifulSoup
from planned import plan_today

from bot.records import ledger
from bot.records import register as record_register

SCHOOL = "merriwell-green"
POLICY = "mobile-and-social-media"
ADDRESS = f"/office/policies/{POLICY}"
MATERIAL = {"change": "material", "reason": "Lockers came.", "number": "2"}
ELSEWHERE = (
    "# Mobile phone policy\n\nSchool: Thornfield Junior School\n\n"
    "At Thornfield Junior School staff keep phones away.\n"
)


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


@pytest.fixture
def old(register):
    return (register.parent / "policies" / f"{POLICY}.md").read_text(encoding="utf-8")


@pytest.fixture
def upload(served):
    """Upload a new version and return the address of its check page."""

    def sent(client, text, name="mobile-2027.md"):
        files = {"file": (name, text.encode(), "application/octet-stream")}
        made = client.post(ADDRESS, data={"seal": served.seal_of(client)}, files=files)
        assert made.status_code == 303, made.text
        return made.headers["location"]

    return sent


@pytest.fixture
def publish(served, upload):
    def sent(client, text, **typed):
        return client.post(upload(client, text), data={"seal": served.seal_of(client)} | typed)

    return sent


def numbers(served):
    with served.store.reading() as conn:
        return [one.number for one in record_register.versions(conn, SCHOOL, POLICY)]


def undo(client, page):
    form = BeautifulSoup(page.text, "html.parser").find("form", action=f"{ADDRESS}/undo")
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(f"{ADDRESS}/undo", data=hidden)


def changed(old):
    return old.replace("out of sight while", "in a locker while")


def test_the_check_page_names_everyone_who_is_asked(member, upload, old):
    client = member("of")
    page = BeautifulSoup(client.get(upload(client, changed(old))).text, "html.parser")
    names = [one.get_text() for one in page.find(id="asked").find_all("a")]
    assert len(names) == 29
    assert "Adam Sorley" in names


def test_another_schools_document_is_held_until_a_person_says_it_is_theirs(member, served, publish):
    client = member("of")
    held = publish(client, ELSEWHERE, **MATERIAL)
    assert held.status_code == 422
    assert "It names Thornfield Junior School." in words(held)
    box = BeautifulSoup(held.text, "html.parser").find("input", id="ours")
    assert not box.has_attr("checked")
    assert numbers(served) == ["1"]
    assert publish(client, ELSEWHERE, **MATERIAL, ours="yes").status_code == 303
    assert numbers(served) == ["1", "2"]
    with served.store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert "Thornfield" in entry.data["said to be ours"]


def test_a_document_of_this_school_asks_nothing_more(member, upload, old):
    client = member("of")
    assert BeautifulSoup(client.get(upload(client, changed(old))).text, "html.parser").find(id="ours") is None


def test_success_says_who_and_when_and_undo_brings_the_former_text_back(member, served, publish, old):
    client = member("of")
    made = publish(client, changed(old), **MATERIAL)
    page = client.get(made.headers["location"])
    assert "Version 2 published. 29 people are asked to read it." in words(page)
    assert "24 November 2026 at 07:30" in words(page)
    undone = undo(client, page)
    assert undone.status_code == 303
    assert numbers(served) == ["1"]
    back = client.get(undone.headers["location"])
    assert "Taken back." in words(back)
    assert "Version 1 is in force again." in words(back)
    with served.store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert (entry.actor, entry.action) == ("person:of", "took a version back")
    again = client.post(
        undone.headers["location"].split("?")[0], data={"seal": served.seal_of(client)} | MATERIAL
    )
    assert again.status_code == 303
    assert numbers(served) == ["1", "2"]


def test_after_the_first_email_nothing_is_undone(member, served, publish, old):
    client = member("of")
    page = client.get(publish(client, changed(old), **MATERIAL).headers["location"])
    was = BeautifulSoup(page.text, "html.parser").find("input", {"name": "was"})["value"]
    served.clock.turn(days=1)
    plan_today(served.services, served.clock())
    client = member("of")
    late = client.post(f"{ADDRESS}/undo", data={"seal": served.seal_of(client), "was": was})
    assert late.status_code == 422
    assert "It is too late to undo this." in words(late)
    assert numbers(served) == ["1", "2"]
    shown = BeautifulSoup(client.get(ADDRESS).text, "html.parser")
    assert shown.find("form", action=f"{ADDRESS}/undo") is None


def test_after_a_person_confirmed_it_nothing_is_undone(member, served, publish, old):
    client = member("of")
    page = client.get(publish(client, changed(old), **MATERIAL).headers["location"])
    reader = member("y5")
    address = f"/me/duty/read-mobile/{served.cycle('y5', 'read-mobile')}"
    form = BeautifulSoup(reader.get(address).text, "html.parser").find("form", action=address)
    hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    assert reader.post(address, data=hidden | {"outcome": "done"}).status_code == 303
    assert undo(client, page).status_code == 422
    assert numbers(served) == ["1", "2"]


def test_a_small_change_can_be_undone_for_a_week(member, served, publish, old):
    client = member("of")
    page = client.get(publish(client, changed(old), **(MATERIAL | {"change": "minor"})).headers["location"])
    assert "No one is asked to read it again." in words(page)
    served.clock.turn(days=8)
    assert (
        BeautifulSoup(client.get(ADDRESS).text, "html.parser").find("form", action=f"{ADDRESS}/undo") is None
    )


def test_only_the_office_takes_a_version_back(member, served, publish, old):
    client = member("of")
    publish(client, changed(old), **MATERIAL)
    teacher = member("y5")
    sent = teacher.post(f"{ADDRESS}/undo", data={"seal": served.seal_of(teacher), "was": "x"})
    assert sent.status_code == 403
    assert numbers(served) == ["1", "2"]
