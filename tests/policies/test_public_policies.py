"""Policies shown to everyone: chosen one by one after a preview, clean, and gone when they are taken off."""

import io
from collections import deque
from urllib.parse import urljoin, urlsplit

import docx
import pytest
from bs4 import BeautifulSoup
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader

from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import register as record_register

SCHOOL = "merriwell-green"
POLICY, OTHER = "mobile-and-social-media", "child-protection"
PUBLIC = f"/library/{SCHOOL}"
CHOICE = f"/office/policies/{POLICY}/public"


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def versions(served, policy=POLICY):
    with served.store.reading() as conn:
        return record_register.versions(conn, SCHOOL, policy)


def choose(served, client, policy=POLICY, **typed):
    """Fill in the preview's own form and send it."""
    page = soup(client.get(f"/office/policies/{policy}/public"))
    form = page.find("form", action=f"/office/policies/{policy}/public")
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(f"/office/policies/{policy}/public", data=hidden | {"approved": "yes"} | typed)


def take_off(served, client, policy=POLICY):
    address = f"/office/policies/{policy}/public/take-back"
    return client.post(address, data={"seal": served.seal_of(client)})


def entries(served):
    wanted = {"showed a policy to everyone", "took a policy off the public pages"}
    with served.store.reading() as conn:
        every = [one for _, one, _ in ledger.walk(conn)]
    return [(one.action, one.subject) for one in every if one.action in wanted]


def crawl(client, start):
    """Follow every link and source from a page, here and nowhere else; return the answers by address."""
    seen, todo = {}, deque([start])
    while todo:
        at = todo.popleft()
        if at in seen:
            continue
        answer = seen[at] = client.get(at)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for one in soup(answer).find_all(href=True) + soup(answer).find_all(src=True):
            to = urljoin(at, one.get("href") or one["src"])
            if urlsplit(to).netloc == "" or to.startswith(str(client.base_url)):
                todo.append(to.partition("#")[0])
    return seen


def test_nothing_is_public_before_the_office_chose_it(client):
    assert client.get(PUBLIC).status_code == 404
    assert client.get(f"{PUBLIC}/{POLICY}").status_code == 404
    assert client.get(f"{PUBLIC}/{POLICY}/policy.pdf").status_code == 404


def test_every_link_from_the_public_page_leads_to_chosen_policies_only(served, member, client):
    assert choose(served, member("of")).status_code == 303
    found = crawl(client, PUBLIC)
    pages = {at for at in found if not at.startswith(("/static/", "/logo/"))}
    assert pages == {PUBLIC, f"{PUBLIC}/{POLICY}", f"{PUBLIC}/{POLICY}/policy.pdf"}
    assert {answer.status_code for answer in found.values()} == {200}
    assert all("set-cookie" not in answer.headers for answer in found.values())
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, served.clock().date(), (SCHOOL,))
    known = {one.name for one in snapshot.people.values()}
    text = versions(served)[-1].text
    for at in (PUBLIC, f"{PUBLIC}/{POLICY}"):
        words = soup(found[at]).get_text(" ")
        assert not [name for name in known if name in words and name not in text]
        assert not soup(found[at]).find_all("form")


def test_others_stay_closed_and_taking_it_off_ends_it_at_once(served, member, client):
    office = member("of")
    choose(served, office)
    page = client.get(f"{PUBLIC}/{POLICY}")
    assert client.get(f"{PUBLIC}/{OTHER}").status_code == 404
    assert take_off(served, office).status_code == 303
    for at in (PUBLIC, f"{PUBLIC}/{POLICY}", f"{PUBLIC}/{POLICY}/policy.pdf"):
        assert client.get(at, headers={"If-None-Match": page.headers["etag"]}).status_code == 404
    assert entries(served) == [
        ("showed a policy to everyone", f"policy:{SCHOOL}/{POLICY}"),
        ("took a policy off the public pages", f"policy:{SCHOOL}/{POLICY}"),
    ]


def test_it_may_be_kept_but_is_checked_at_every_use_and_search_engines_are_a_choice(served, member, client):
    office = member("of")
    choose(served, office)
    page = client.get(f"{PUBLIC}/{POLICY}")
    assert page.headers["cache-control"] == "public, no-cache"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    again = client.get(f"{PUBLIC}/{POLICY}", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    choose(served, office, listed="yes")
    for at in (PUBLIC, f"{PUBLIC}/{POLICY}", f"{PUBLIC}/{POLICY}/policy.pdf"):
        assert client.get(at).headers["x-robots-tag"] == "index, follow"


def test_an_approval_that_is_not_recorded_is_said_by_hand(served, member, client):
    refused = choose(served, member("of"), approved="")
    assert refused.status_code == 422
    assert soup(refused).find(id="approved-wrong")
    assert client.get(PUBLIC).status_code == 404


def test_a_page_that_showed_another_version_publishes_nothing(served, member, client):
    office = member("of")
    data = {"seal": served.seal_of(office), "was": "0" * 64, "approved": "yes"}
    assert office.post(CHOICE, data=data).status_code == 422
    assert client.get(PUBLIC).status_code == 404


def commented_docx():
    """A Word file with a comment, a tracked deletion, an author and a title of its own."""
    document = docx.Document()
    document.core_properties.author = "Secretauthor Jones"
    document.core_properties.title = "Secrettitle"
    document.core_properties.comments = "Secretproperty"
    document.add_heading("Mobile phones and social media policy", 1)
    paragraph = document.add_paragraph("Phones stay in a locker all day.")
    document.add_comment(paragraph.runs[0], text="Secretcomment", author="Secretreviewer", initials="S")
    gone, run, words = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    gone.set(qn("w:author"), "Secretreviewer")
    words.text = "Secretdeletion"
    run.append(words)
    gone.append(run)
    paragraph._p.append(gone)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def publish(served, office, content):
    files = {"file": ("mobile.docx", content, "application/octet-stream")}
    sent = office.post(f"/office/policies/{POLICY}", data={"seal": served.seal_of(office)}, files=files)
    form = soup(office.get(sent.headers["location"])).find("form", action=sent.headers["location"])
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    typed = {"number": "99", "change": "minor", "reason": "Secretreason", "ours": "yes"}
    assert office.post(sent.headers["location"], data=hidden | typed).status_code == 303


def test_comments_tracked_changes_and_properties_of_the_file_stay_inside(served, member, client):
    office = member("of")
    publish(served, office, commented_docx())
    assert choose(served, office).status_code == 303
    page, pdf = client.get(f"{PUBLIC}/{POLICY}"), client.get(f"{PUBLIC}/{POLICY}/policy.pdf")
    assert "in a locker all day" in page.text
    assert "secret" not in page.text.casefold()
    read = PdfReader(io.BytesIO(pdf.content))
    assert "in a locker all day" in " ".join(one.extract_text() for one in read.pages).replace("\n", " ")
    assert "secret" not in " ".join(one.extract_text() for one in read.pages).casefold()
    title = soup(page).h1.get_text(" ")
    assert read.metadata.title in title
    assert not {"/Author", "/Subject", "/Keywords"} & set(read.metadata)
    assert b"Secret" not in pdf.content
    assert not list(read.attachments)


def test_a_newer_version_is_not_shown_before_it_was_previewed_too(served, member, client):
    office = member("of")
    choose(served, office)
    first = versions(served)[-1].number
    publish(served, office, commented_docx())
    assert f"Version {first}" in soup(client.get(f"{PUBLIC}/{POLICY}")).get_text(" ")
    assert "in a locker all day" not in client.get(f"{PUBLIC}/{POLICY}").text
    choose(served, office)
    assert "in a locker all day" in client.get(f"{PUBLIC}/{POLICY}").text


@pytest.mark.parametrize("who", ["y5", "gc"])
def test_only_the_office_chooses(served, member, client, who):
    other = member(who)
    assert other.get(CHOICE).status_code == 403
    data = {"seal": served.seal_of(other), "was": versions(served)[-1].sha256_bytes, "approved": "yes"}
    assert other.post(CHOICE, data=data).status_code == 403
    assert client.get(PUBLIC).status_code == 404


def test_a_retired_policy_is_gone_and_is_not_public_again_when_it_is_put_back(served, member, client):
    office = member("of")
    data = {"seal": served.seal_of(office)}
    text = b"# Garden policy\n\n1. Water\n\nThe office checks the taps each term.\n"
    at = office.post("/office/setup", data=data, files={"file": ("g.md", text, "text/markdown")}).headers[
        "location"
    ]
    key = at.rpartition("/")[2]
    assert choose(served, office, key).status_code == 303
    assert client.get(f"{PUBLIC}/{key}").status_code == 200
    address = f"/office/policies/{key}"
    assert office.post(f"{address}/retire", data=data | {"why": "Old"}).status_code == 303
    assert client.get(f"{PUBLIC}/{key}").status_code == 404
    assert office.post(f"{address}/restore", data=data).status_code == 303
    assert client.get(f"{PUBLIC}/{key}").status_code == 404
