"""Is the policy on the school's website the approved one? Read from a real web server, through our reader."""

import io
from dataclasses import replace
from datetime import timedelta

import docx
import pytest
from bs4 import BeautifulSoup
from website import HERE, Site, answer, leads_to, text

from bot.core.clock import local_date
from bot.database.job_runs import JobTurn
from bot.planning.store import load_snapshot
from bot.policies.model import KnownVersion, WebsiteState, document_link, match_version
from bot.policies.website import check_websites, readings, schools_with_addresses, wrong_readings
from bot.records import ledger
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.register.service import change_register
from connectors.local.public_web import PublicWebReader

SCHOOL, POLICY = "merriwell-green", "mobile-and-social-media"
READ = "read the school's website"


@pytest.fixture
def site():
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def reads(web_school, site):
    """Set the policy's address, and read it on a morning; return what was found."""
    web = PublicWebReader(resolver=lambda *_: (HERE,), allowed=(HERE,), within_s=5)
    services = replace(web_school.services, web=web)

    def gives(address):
        def changed(known):
            policies = tuple(
                replace(one, link=address) if one.key == POLICY else replace(one, link=None)
                for one in known.policies
            )
            return replace(known, policies=policies)

        change_register(web_school.store, SCHOOL, changed, now=web_school.clock(), actor="a test")

    def read(address="/policy.txt", *, days=1):
        gives(site.at(address))
        web_school.clock.turn(days=days)
        for part in schools_with_addresses(services):
            check_websites(services, JobTurn(web_school.clock(), part, "a test"))
        return readings(services, SCHOOL).get(POLICY)

    return read


@pytest.fixture
def approved(web_school):
    with web_school.store.reading() as conn:
        return record_register.versions(conn, SCHOOL, POLICY)[-1]


def publish(school, number, words):
    """Add a version of the policy."""
    with school.store.writing() as conn:
        one = PolicyText(
            school=SCHOOL, policy=POLICY, number=number, sha256_bytes=number * 8, sha256_text=None, text=words
        )
        record_register.save_version(conn, one, school.clock())


def said(school):
    with school.store.reading() as conn:
        return [one for _, one in reversed(ledger.entries(conn, limit=500)) if one.action == READ]


def today_rows(school):
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(school.clock()), (SCHOOL,))
    found = wrong_readings(school.services, snapshot.policies, SCHOOL, local_date(school.clock()))
    return [(policy.key, one.state) for policy, one in found]


def test_the_approved_text_is_the_same_in_any_layout(web_school, site, reads, approved):
    site.pages["/policy.txt"] = text(approved.text.encode())
    assert reads().state is WebsiteState.SAME
    document = docx.Document()
    for number, line in enumerate(approved.text.splitlines()):
        document.add_paragraph(line)
        if number % 10 == 0:
            document.add_paragraph("Merriwell Green Primary")
            document.add_paragraph(f"Page {number} of 9")
    content = io.BytesIO()
    document.save(content)
    site.pages["/policy.docx"] = lambda call: answer(call, 200, content.getvalue())
    found = reads("/policy.docx")
    assert (found.state, found.number) == (WebsiteState.SAME, approved.number)
    assert today_rows(web_school) == []


def test_an_older_version_is_named_and_is_a_row_on_today(web_school, site, reads, approved, member):
    site.pages["/policy.txt"] = text(approved.text.encode())
    reads()
    publish(web_school, "8", approved.text.replace("must", "shall"))
    found = reads()
    assert (found.state, found.number, found.in_force) == (WebsiteState.OLDER, approved.number, "8")
    assert today_rows(web_school) == [(POLICY, WebsiteState.OLDER)]
    entries = said(web_school)
    assert [(one.data["found"], one.data["version"]) for one in entries] == [
        ("the approved version", approved.number), ("an older version", approved.number)
    ]  # fmt: skip
    assert entries[-1].data["sha256"]
    page = BeautifulSoup(member("of").get("/me").text, "html.parser")
    assert page.find("a", href=f"/office/policies/{POLICY}#website") is not None
    shown = BeautifulSoup(member("of").get(f"/office/policies/{POLICY}").text, "html.parser").find(
        id="website"
    )
    assert "Version 8 is in force" in shown.get_text(" ")
    assert (
        BeautifulSoup(member("y5").get("/me").text, "html.parser").find(
            href=f"/office/policies/{POLICY}#website"
        )
        is None
    )


def test_another_text_is_told_and_a_person_may_say_that_it_is_the_same(
    web_school, site, reads, approved, member
):
    site.pages["/policy.txt"] = text(approved.text.encode() + b"\nAn appendix.")
    assert reads().state is WebsiteState.OTHER
    client = member("of")
    at = f"/office/policies/{POLICY}/website"
    seal = {"seal": web_school.seal_of(client)}
    assert client.post(at, data=seal).status_code == 422
    assert client.post(at, data=seal | {"reason": "I compared both"}).status_code == 303
    found = reads()
    assert found.state is WebsiteState.SAME
    with web_school.store.reading() as conn:
        entry = next(one for _, one in ledger.entries(conn) if "approved text" in one.action)
    assert (entry.actor, entry.data["why"]) == ("person:of", "I compared both")
    # It was said of that file alone.
    site.pages["/policy.txt"] = text(approved.text.encode() + b"\nAnother appendix.")
    assert reads().state is WebsiteState.OTHER


def test_a_page_that_lists_policies_leads_to_the_document(site, reads, approved, web_school):
    site.pages |= {
        "/policies": lambda call: answer(
            call, 200,
            b'<a href="/files/appendix.txt">Mobile, smart technology and social media: appendix</a>'
            b'<a href="files/mobile.txt">Mobile, smart technology and social media</a>',
            Content_Type="text/html",
        ),
        "/files/mobile.txt": text(approved.text.encode()),
    }  # fmt: skip
    found = reads("/policies")
    assert (found.state, found.document) == (WebsiteState.SAME, site.at("/files/mobile.txt"))
    site.pages["/policies"] = lambda call: answer(
        call, 200, b"<p>New pages soon</p>", Content_Type="text/html"
    )
    assert reads("/policies").state is WebsiteState.UNLINKED
    assert today_rows(web_school) == [(POLICY, WebsiteState.UNLINKED)]


def test_the_policy_may_be_the_page_itself(site, reads, approved):
    words = "".join(f"<p>{line}</p>" for line in approved.text.splitlines()).encode()
    page = b"<nav>Home Policies</nav>" + words + b"<footer>Tel 01234</footer>"
    site.pages["/policy"] = lambda call: answer(call, 200, page, Content_Type="text/html")
    assert reads("/policy").state is WebsiteState.SAME


def test_what_did_not_change_is_not_fetched_again_until_a_new_version_is_approved(
    web_school, site, reads, approved
):
    whole = []

    def page(call):
        same = call.headers.get("If-None-Match") == '"7"'
        whole.append(not same)
        answer(
            call,
            304 if same else 200,
            b"" if same else approved.text.encode(),
            ETag='"7"',
            Content_Type="text/plain",
        )

    site.pages["/policy.txt"] = page
    first = reads()
    second = reads()
    assert whole == [True, False]
    assert (second.state, second.since) == (WebsiteState.SAME, first.since)
    assert second.read_at - first.read_at == timedelta(days=1)
    assert len(said(web_school)) == 1
    publish(web_school, "8", approved.text + "\nMore.")
    assert reads().state is WebsiteState.OLDER
    assert whole == [True, False, True]


def test_an_address_is_read_once_a_day(site, reads, approved):
    site.pages["/policy.txt"] = text(approved.text.encode())
    reads()
    asked = len(site.asked)
    reads(days=0)
    assert len(site.asked) == asked


def test_a_website_that_is_away_is_told_after_three_days(web_school, site, reads):
    assert reads().state is WebsiteState.UNREACHABLE
    assert today_rows(web_school) == []
    reads()
    reads()
    assert reads().is_wrong(local_date(web_school.clock()))
    assert today_rows(web_school) == [(POLICY, WebsiteState.UNREACHABLE)]
    assert len(said(web_school)) == 1


def test_a_redirect_to_a_private_address_is_no_text(site, reads):
    site.pages["/policy.txt"] = leads_to("http://169.254.169.254/latest/meta-data/")
    found = reads()
    assert found.state is WebsiteState.UNREACHABLE
    assert "public internet" in found.says


def test_a_damaged_file_is_said_to_be_unreadable(site, reads):
    site.pages["/policy.pdf"] = lambda call: answer(
        call, 200, b"%PDF-1.7 nothing", Content_Type="application/pdf"
    )
    found = reads("/policy.pdf")
    assert found.state is WebsiteState.UNREACHABLE
    assert found.says


def test_an_address_that_is_taken_away_leaves_no_reading(web_school, site, reads, approved):
    site.pages["/policy.txt"] = text(approved.text.encode())
    assert reads() is not None

    def gone(known):
        return replace(known, policies=tuple(replace(one, link=None) for one in known.policies))

    change_register(web_school.store, SCHOOL, gone, now=web_school.clock(), actor="a test")
    services = replace(web_school.services, web=PublicWebReader(allowed=(HERE,)))
    assert schools_with_addresses(services) == ("",)
    check_websites(services, JobTurn(web_school.clock(), SCHOOL, "a test"))
    assert readings(services, SCHOOL) == {}


def test_the_address_is_given_on_the_policys_page(web_school, member):
    client = member("of")
    at = f"/office/policies/{POLICY}/facts"
    form = BeautifulSoup(client.get(at).text, "html.parser").find("form", action=at)
    sent = {one["name"]: one.get("value", "") for one in form.select("input")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    for wrong in ("school.example/policy", "file:///etc/passwd", "https://a:b@school.example/", "https://[x"):
        page = client.post(at, data=sent | {"link": wrong})
        assert page.status_code == 422
        assert BeautifulSoup(page.text, "html.parser").find(id="link-wrong") is not None
    given = "https://www.school.example/policies/mobile.pdf"
    assert client.post(at, data=sent | {"link": given}).status_code == 303
    with web_school.store.reading() as conn:
        known = record_register.load_register(conn, SCHOOL)
    assert next(one.link for one in known.policies if one.key == POLICY) == given


VERSIONS = [
    KnownVersion("1", "a", "Phones stay in bags."),
    KnownVersion("2", "b", "Phones stay in lockers."),
    KnownVersion("3", "c", None),
]


@pytest.mark.parametrize(
    ("lines", "digest", "within", "state", "number"),
    [
        (["Phones stay", "in  LOCKERS"], "x", False, "an older version", "2"),
        (["Phones stay in bags!"], "x", False, "an older version", "1"),
        (["anything"], "c", False, "the approved version", "3"),
        (["Home", "Phones stay in bags.", "Contact"], "x", True, "an older version", "1"),
        (["Home", "Phones stay in bags.", "Contact"], "x", False, "another text", ""),
        ([], "x", True, "another text", ""),
        (["Phones stay in bags.", "4", "Page 4 of 7"], "x", False, "an older version", "1"),
        (["Phones stay in 2 bags."], "x", False, "another text", ""),
    ],
)
def test_which_version_a_text_is(lines, digest, within, state, number):
    found = match_version(lines, digest, VERSIONS, within=within)
    assert (found.state.value, found.number) == (state, number)


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ('<a href="/a.pdf">Online safety policy</a>', "https://s.example/a.pdf"),
        (
            '<a href="Online%20Safety%202026.pdf">Download</a>',
            "https://s.example/p/Online%20Safety%202026.pdf",
        ),
        ('<a href="/a.pdf">Safety</a><a href="javascript:x()">Online safety</a>', None),
        (
            '<a href="/a.pdf">Online safety appendix</a><a href="/b.pdf">Online safety</a>',
            "https://s.example/b.pdf",
        ),
        ('<a href="/online-safety">Online <b>safety</b></a>', "https://s.example/online-safety"),
        ('<a href="/x.pdf">Attendance</a> Online safety', None),
    ],
)
def test_which_link_of_a_page_leads_to_a_policy(html, link):
    assert document_link(html, "https://s.example/p/", "Online Safety Policy") == link
