"""Links in emails to tasks: they end when the address they were mailed to is its person's no more."""

import re
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from bs4 import BeautifulSoup
from confirmed import confirm_everybody
from web_school import MONDAY, apply_files

from bot.database.engine import open_store
from bot.delivery.service import deliver
from bot.people.import_service import import_roster
from bot.planning.service import plan_day
from bot.records import people as record_people
from connectors.local.roster import CsvRoster

SCHOOL = "merriwell-green"
ADAM, NEW = "a.sorley@merriwell.example", "adam@merriwell.example"
NADIA = "n.karim@merriwell.example"
# What an email of 0.1.0 held for Adam Sorley, signed with the secret of these tests on 23 November 2026.
OF_0_1_0 = (
    "/d/WyJkdXR5IiwibWVycml3ZWxsLWdyZWVuIiwieTUiLCJyZWFkLW1vYmlsZSIsIjIwMjYtMDkiLCIyMDI3LTAxLTIyIl0"
    ".VWs3GDMeMBVsXwN9S_oXa8fVQTc"
)


@pytest.fixture(scope="session")
def before_first_post(written_school):
    """Fills a store with the sample school before its first post."""

    def fill(store):
        began_at = MONDAY - timedelta(weeks=3)
        apply_files(store, written_school / "register.yaml", began_at)
        listed = tuple(CsvRoster(written_school / "roster.csv").roster())
        import_roster(store, SCHOOL, listed, now=began_at, actor="a test")
        confirm_everybody(store, SCHOOL, began_at)

    return fill


@pytest.fixture
def web_school(web_school, databases, before_first_post):
    """The sample school before its first post, on both databases."""
    web_school.store.close()
    web_school.services = replace(web_school.services, store=open_store(databases.like(before_first_post)))
    return web_school


def mailed(served, to, found=r"/d/[\w.-]+"):
    """What links the emails to an address hold, once all that waits is sent, oldest first."""
    plan_day(served.services, served.clock())
    deliver(served.services, now=served.clock(), limit=200)
    files = sorted(served.services.sent_folder.rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    mails = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
    texts = [one.get_body(("plain",)).get_content() for one in mails if to in str(one["To"])]
    return re.findall(found, " ".join(texts))


def next_list(served, edit):
    """Import the sample's list of people as `edit` changes its lines."""
    folder = served.services.sent_folder.parent
    lines = (folder / "roster.csv").read_text().splitlines(keepends=True)
    file = folder / "next.csv"
    file.write_text("".join(edit(line) for line in lines))
    assert file.read_text() != "".join(lines)
    import_roster(served.store, SCHOOL, tuple(CsvRoster(file).roster()), now=served.clock(), actor="a test")


def on_the_offices_page(served, member):
    office = member("of")
    sent = office.post("/office/people/of/y5/address", data={"seal": served.seal_of(office), "email": NEW})
    assert sent.status_code == 303


def on_the_offices_page_to_another(served, member):
    served.change_person("y5", leaves_on=date(2026, 11, 20))
    office = member("of")
    sent = office.post("/office/people/of/md2/address", data={"seal": served.seal_of(office), "email": ADAM})
    assert sent.status_code == 303
    served.change_person("y5", leaves_on=None)


def in_the_next_list(served, _member):
    next_list(served, lambda line: line.replace(ADAM, NEW))


def removed_in_the_next_list(served, _member):
    next_list(served, lambda line: line.replace(ADAM, ""))


def missing_in_the_next_list(served, _member):
    next_list(served, lambda line: "" if ADAM in line else line.replace(",y5\n", ",dh\n"))
    served.clock.turn(days=1)


def gone_after_a_last_day(served, _member):
    served.change_person("y5", leaves_on=date(2026, 11, 20))


CHANGES = (on_the_offices_page, in_the_next_list, on_the_offices_page_to_another, removed_in_the_next_list)
LEAVING = (missing_in_the_next_list, gone_after_a_last_day)


def ended(answer):
    """Return whether a page says that a link has ended: nothing of its person, and the form that signs in."""
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.headers["cache-control"] == "no-store"
    for told in ("Adam", "Sorley", ADAM, NEW, "Mobile", "Merriwell"):
        assert told not in answer.text
    way = page.find("form", action="/sign-in")
    return answer.status_code == 410 and way is not None and way.find("input", {"name": "email"}) is not None


@pytest.mark.parametrize("change", CHANGES + LEAVING)
def test_a_link_ends_with_the_address_it_was_mailed_to(served, client, member, form, change):
    links, (others, *_) = mailed(served, ADAM), mailed(served, NADIA)
    assert len(links) > 1
    reading = next(one for one in links if 'name="outcome"' in client.get(one).text)
    answered = next(one for one in links if one != reading and 'value="done"' in client.get(one).text)
    receipt = form(answered).send(outcome="done", name="Adam Sorley").headers["location"]
    typed = form(reading)
    assert {client.get(one).status_code for one in (*links, receipt, f"{reading}/report")} == {200}
    change(served, member)
    before = served.written()
    for one in (*links, receipt, f"{reading}/report"):
        assert ended(client.get(one)), one
    assert ended(typed.send(outcome="done", name="Adam Sorley"))
    assert served.written() == before
    assert client.get(others).status_code == 200


def test_the_page_of_an_ended_link_mails_the_new_address_a_way_in(served, client, member):
    (link, *_) = mailed(served, ADAM)
    on_the_offices_page(served, member)
    page = BeautifulSoup(client.get(link).text, "html.parser").find("form", action="/sign-in")
    hidden = {one["name"]: one["value"] for one in page.find_all("input", type="hidden")}
    answers = [client.post("/sign-in", data=hidden | {"email": email}) for email in (ADAM, NEW)]
    assert {one.status_code for one in answers} == {200}
    assert answers[0].text.replace(ADAM, "") == answers[1].text.replace(NEW, "")
    assert mailed(served, ADAM, r"/sign-in/link/[\w-]+") == []
    (way,) = mailed(served, NEW, r"/sign-in/link/[\w-]+")
    assert client.get(way).status_code == 200


def test_the_next_email_goes_to_the_new_address_and_its_links_open(served, client, member):
    old = mailed(served, ADAM)
    on_the_offices_page(served, member)
    served.clock.turn(days=7)
    new = mailed(served, NEW)
    assert new
    assert {client.get(one).status_code for one in new} == {200}
    assert old
    assert all(ended(client.get(one)) for one in old)


def test_letters_written_in_another_case_end_nothing(served, client, member):
    links = mailed(served, ADAM)
    assert links
    office = member("of")
    typed = {"seal": served.seal_of(office), "email": ADAM.upper()}
    assert office.post("/office/people/of/y5/address", data=typed).status_code == 303
    with served.store.writing() as conn:
        record_people.mark_reachable(conn, "y5", ADAM.title(), served.clock())
    assert {client.get(one).status_code for one in links} == {200}


def test_a_link_of_an_earlier_version_opens_until_its_address_changes(served, client, member):
    assert client.get(OF_0_1_0).status_code == 200
    on_the_offices_page(served, member)
    assert ended(client.get(OF_0_1_0))


def test_a_link_of_an_earlier_version_outlives_a_change_from_before_it_was_mailed(served, client, member):
    served.clock.turn(days=-80)
    on_the_offices_page(served, member)
    served.clock.turn(days=80)
    assert client.get(OF_0_1_0).status_code == 200
