"""A new version of a policy: read and compared first, small or material with a reason, and then it counts."""

import io

import docx
import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.core.errors import UnreadableDocument
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.policies import service
from bot.reading.isolated import IsolatedReader
from bot.records import ledger
from bot.records import register as record_register
from bot.rules.evidence import Outcome

SCHOOL = "merriwell-green"
POLICY = "mobile-and-social-media"
ADDRESS = f"/office/policies/{POLICY}"
READ = ("y5", "read-mobile")
REVIEW_DRAFT = ("review-child-protection", "draft")


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


@pytest.fixture
def old(register):
    return (register.parent / "policies" / f"{POLICY}.md").read_text(encoding="utf-8")


@pytest.fixture
def send(served):
    """Send a new version as a browser would."""

    def sent(client, content, name="mobile-2027.md", policy=POLICY):
        files = {"file": (name, content, "application/octet-stream")}
        data = {"seal": served.seal_of(client)}
        return client.post(f"/office/policies/{policy}", data=data, files=files)

    return sent


@pytest.fixture
def signs(member, served):
    """Somebody acknowledges the policy today."""

    def sign(person="y5"):
        client = member(person)
        address = f"/me/duty/read-mobile/{served.cycle(person, 'read-mobile')}"
        form = BeautifulSoup(client.get(address).text, "html.parser").find("form", action=address)
        hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
        assert client.post(address, data=hidden | {"outcome": "done"}).status_code == 303

    return sign


def versions(served):
    with served.store.reading() as conn:
        return record_register.versions(conn, SCHOOL, POLICY)


def state_of(served, person, obligation):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
    return next(one.state.value for one in owed if one.person == person and one.obligation.key == obligation)


def new_text(old):
    return (old.replace("out of sight while", "in a locker while") + "\n\n5.9 A watch counts too.\n").encode()


def test_the_list_says_what_is_in_force_when_it_is_due_and_how_much_to_look_at(member):
    said = words(member("of").get("/office/policies"))
    assert "3 policies" in said
    assert "Version 7" in said
    assert "things noticed in the text" in said
    assert "overdue" in said


def test_a_new_version_is_read_and_compared_before_anything_changes(member, served, send, old):
    client = member("of")
    sent = send(client, new_text(old))
    said = words(client.get(sent.headers["location"]))
    assert "1 paragraph changed, 1 added against version 1." in said
    assert "taken out: out of sight (end)" in said
    assert "added: in a locker (end)" in said
    assert "2026-09-24 Line 10: “Next review" in said
    assert "29 people are asked to read and confirm it" in said
    assert [one.number for one in versions(served)] == ["1"]


@pytest.mark.parametrize("then", [("material", "due"), ("minor", "done")])
def test_a_material_version_asks_everybody_again_and_a_small_one_no_one(
    member, served, send, signs, old, then
):
    change, state = then
    signs()
    served.clock.turn(days=1)
    client = member("of")
    address = send(client, new_text(old)).headers["location"]
    made = post(client, served, address, change=change, reason="Lockers came.", number="2")
    assert made.headers["location"] == f"{ADDRESS}?done=published"
    latest = versions(served)[-1]
    assert (latest.number, latest.minor, latest.reason) == ("2", change == "minor", "Lockers came.")
    assert (latest.published_by, latest.content) == ("of", new_text(old))
    assert state_of(served, *READ) == state
    page = client.get(ADDRESS)
    assert "published by Carol Whitlow" in words(page)
    kept = client.get(f"{ADDRESS}/files/{latest.sha256_bytes}")
    assert kept.content == new_text(old)
    assert kept.headers["content-disposition"].startswith("attachment;")
    with served.store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert (entry.actor, entry.action) == ("person:of", "published a version")
    assert served.kept(*READ)[0].outcome is Outcome.DONE


def test_what_is_missing_is_said_and_what_was_typed_is_kept(member, served, send, old):
    client = member("of")
    address = send(client, new_text(old)).headers["location"]
    refused = post(client, served, address, reason="", number="1")
    said = words(refused)
    assert refused.status_code == 422
    for says in (
        "Choose whether everybody has to read it again.",
        "Say in a sentence what changed",
        "Version 1 is there",
    ):
        assert says in said
    again = post(client, served, address, change="minor", reason="Kept words.", number="")
    assert "Give the version a short name" in words(again)
    assert "Kept words." in again.text
    assert 'value="minor" checked' in again.text
    assert len(versions(served)) == 1


def test_a_version_is_published_once(member, served, send, old):
    client = member("of")
    address = send(client, new_text(old)).headers["location"]
    given = {"change": "minor", "reason": "A slip.", "number": "2"}
    assert post(client, served, address, **given).status_code == 303
    again = post(client, served, address, **given)
    assert again.status_code == 422
    assert "not here any more" in words(again)
    assert client.get(address).status_code == 404
    assert len(versions(served)) == 2


def test_an_older_register_does_not_bring_the_replaced_text_back(member, served, send, old, register):
    client = member("of")
    address = send(client, new_text(old)).headers["location"]
    post(client, served, address, change="material", reason="Lockers came.", number="2")
    served.apply(register)
    assert [one.number for one in versions(served)] == ["1", "2"]
    path = register.parent / "policies" / f"{POLICY}.md"
    path.write_text(old + "\n\n7.1 Something else.\n", encoding="utf-8")
    served.apply(register)
    assert len(versions(served)) == 3


def test_a_word_document_is_read(member, send):
    document = docx.Document()
    document.add_heading("Mobile, Smart Technology and Social Media Policy", 1)
    document.add_paragraph("Next review: 1 September 2027")
    kept = io.BytesIO()
    document.save(kept)
    client = member("of")
    sent = send(client, kept.getvalue(), "policy.docx")
    assert "2027-09-01" in words(client.get(sent.headers["location"]))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "x.docx", "Choose the file"),
        (b"not a pdf", "x.pdf", "x.pdf"),
        (b"\x89PNG", "x.png", "Handbell reads .docx"),
        (b"   ", "x.txt", "x.txt"),
        (b"a", "../../x", "Handbell reads .docx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_would_be_right(member, send, content, name, says):
    refused = send(member("of"), content, name)
    assert refused.status_code == 422
    assert says in words(refused)


def test_the_very_file_in_force_is_not_published_again(member, served, send, old):
    client = member("of")
    address = send(client, old.encode()).headers["location"]
    assert "No words changed" in words(client.get(address))
    refused = post(client, served, address, change="minor", reason="None.", number="2")
    assert "This very file is in force already." in words(refused)


def test_nothing_of_another_school_is_reached(member, served, send, second_school, old):
    address = send(member("of"), new_text(old)).headers["location"]
    other = member("oo", school=second_school)
    assert other.get(address).status_code == 404
    assert other.get(ADDRESS).status_code == 404
    assert send(other, new_text(old)).status_code == 404
    assert post(other, served, address, change="minor", reason="x", number="2").status_code == 404
    assert "No policies added yet" in words(other.get("/office/policies"))


def test_a_teacher_opens_none_of_it(member, send, old):
    client = member("y5")
    assert client.get(ADDRESS).status_code == 403
    assert send(client, new_text(old)).status_code == 403


def test_a_version_known_by_its_link_shows_its_number_and_no_fingerprint(member, served, register):
    text = register.read_text(encoding="utf-8")
    link = 'link: https://school.example/phones\n    version: "8"'
    linked = text.replace(f"file: policies/{POLICY}.md", link)
    assert linked != text
    register.write_text(linked, encoding="utf-8")
    served.apply(register)
    client = member("y5")
    address = f"/me/duty/read-mobile/{served.cycle(*READ)}"
    page = client.get(address)
    form = BeautifulSoup(page.text, "html.parser").find("form", action=address)
    hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    receipt = client.get(client.post(address, data=hidden | {"outcome": "done"}).headers["location"])
    (record,) = served.kept(*READ)
    assert (record.version_number, record.sha256_text) == ("8", None)
    for shown in (page, receipt):
        assert "version 8" in words(shown)
        assert "link-" not in words(shown)


def test_an_owner_named_by_address_is_shown_and_asked_for_the_draft(member, served, register):
    text = register.read_text(encoding="utf-8")
    named = text.replace("owner: role:dsl", "owner: D.Osei@merriwell.example")
    assert named != text
    register.write_text(named, encoding="utf-8")
    served.apply(register)
    assert "Daniel Osei" in words(member("of").get("/office/policies/child-protection"))
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = list(duties(load_snapshot(conn, today, (SCHOOL,)), today))
    drafts = {one.person for one in owed if (one.obligation.key, one.subject) == REVIEW_DRAFT}
    assert drafts == {"y3"}


def test_a_person_a_rule_names_by_address_signs_like_anybody(served, register, signs):
    text = register.read_text(encoding="utf-8")
    named = text.replace("who: staff\n", "who: person:A.Sorley@merriwell.example\n", 1)
    assert named != text
    register.write_text(named, encoding="utf-8")
    served.apply(register)
    signs("y5")
    assert [one.outcome for one in served.kept(*READ)] == [Outcome.DONE]


def test_of_two_new_versions_compared_with_the_same_text_one_is_published(member, served, send, old):
    first, second = member("of"), member("hd")
    pages = []
    for client, words_of in ((first, "in a locker while"), (second, "in a tray while")):
        address = send(client, old.replace("out of sight while", words_of)).headers["location"]
        form = BeautifulSoup(client.get(address).text, "html.parser").find("form", action=address)
        hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
        pages.append((client, address, hidden))
    before = len(versions(served))
    sent = [
        client.post(address, data=hidden | {"change": "material", "reason": "Moved.", "number": f"n{nr}"})
        for nr, (client, address, hidden) in enumerate(pages)
    ]
    assert [one.status_code for one in sent] == [303, 422]
    assert len(versions(served)) == before + 1
    # The page that comes back compares with what is in force now, and can be published.
    form = BeautifulSoup(sent[1].text, "html.parser").find("form", action=pages[1][1])
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    typed = {"change": "material", "reason": "Moved.", "number": "n2"}
    assert second.post(pages[1][1], data=hidden | typed).status_code == 303
    assert len(versions(served)) == before + 2


def test_a_text_that_takes_too_long_to_read_is_told_on_its_page_which_comes_all_the_same(member, monkeypatch):
    def too_much(*_):
        raise UnreadableDocument("a.md takes more memory or time to read than any policy does")

    for name in ("clauses", "findings"):
        monkeypatch.setattr(IsolatedReader, name, too_much)
    for known in (service.promises, service._noticed):
        known.cache_clear()
    try:
        page = member("of").get("/office/policies/mobile-and-social-media")
    finally:
        service.promises.cache_clear()
        service._noticed.cache_clear()
    assert page.status_code == 200
    assert "takes more memory or time to read than any policy does" in words(page)


def test_no_one_is_led_to_a_page_of_the_governors_that_they_may_not_open(member):
    def leads(person):
        page = BeautifulSoup(member(person).get("/office/policies").text, "html.parser")
        return [link["href"] for link in page.select("main a[href^='/governors']")]

    assert leads("hd") == ["/governors"]
    assert leads("of") == []
    assert member("of").get("/governors").status_code == 403
