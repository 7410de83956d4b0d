"""What somebody with bad intent tries on the signed-in pages: another's address, role, school or PIN."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sent_lists import send_list

from bot.bootstrap.web_app import create_app
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.people import Membership, Person

SCHOOL = "merriwell-green"
THIEF = "thief@elsewhere.example"


@pytest.fixture
def whole_list(served, register):
    """The school's own list of people, with rows changed or added: `whole_list({"hd": {"email": ...}})`."""
    text = (register.parent / "roster.csv").read_text()
    headings, *rows = [line.split(",") for line in text.splitlines() if line]

    def made(changes, *more):
        names = [one.strip().casefold() for one in headings]
        for row in rows:
            for name, value in changes.get(row[0], {}).items():
                row[names.index(name)] = value
        new = [[one.get(name, "") for name in names] for one in more]
        return "\n".join(",".join(row) for row in [headings, *rows, *new]) + "\n"

    return made


@pytest.fixture
def bring_in(served):
    """Send a list of people and confirm it; returns the last answer."""

    def send(client, text):
        sent = send_list(client, served, text.encode())
        again = {"seal": served.seal_of(client), "is_whole": "yes"}
        return client.post(sent.headers["location"], data=again) if sent.status_code == 303 else sent

    return send


def known(school, key):
    with school.store.reading() as conn:
        return record_people.load_people(conn, None).get(key)


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


@pytest.mark.parametrize("victim", ["hd", "sb", "gc"])
def test_the_office_does_not_take_the_address_of_the_person_who_leads_or_has_cases(
    served, member, post, victim
):
    before = known(served, victim)
    if "business-manager" in before.membership(SCHOOL).roles:
        victim, before = "dh", known(served, "dh")
    page = post(member("of"), f"/office/people/of/{victim}/address", email=THIEF)
    assert page.status_code == 422
    assert "Somebody of the leadership does this" in words(page)
    assert known(served, victim) == before
    assert post(member("hd"), f"/office/people/of/{victim}/address", email=THIEF).status_code == 303


def test_the_office_gives_no_one_a_role_that_opens_cases_by_a_list(served, member, bring_in, whole_list):
    before = known(served, "of")
    page = bring_in(member("of"), whole_list({"of": {"roles": "staff; office; dsl"}}))
    assert page.status_code == 422
    assert "would be dsl" in words(page)
    assert known(served, "of") == before
    assert bring_in(member("hd"), whole_list({"of": {"roles": "staff; office; dsl"}})).status_code == 303


def test_the_office_ends_no_head_to_be_left_alone(served, member, post, bring_in, whole_list):
    office, before = member("of"), known(served, "hd")
    assert post(office, "/office/people/of/hd/leaving", leaves_on="2026-11-20").status_code == 422
    rows = [line.removesuffix(",hd") + "," * line.endswith(",hd") for line in whole_list({}).splitlines()]
    without = "\n".join(line for line in rows if not line.startswith("hd,"))
    assert "would leave" in words(bring_in(office, without))
    assert known(served, "hd") == before


def test_where_no_one_leads_the_office_brings_the_new_head_in(served, member, bring_in, whole_list):
    yesterday = served.clock().date() - timedelta(days=1)
    with served.store.writing() as conn:
        for key, one in record_people.roster(conn, SCHOOL).items():
            if one.membership(SCHOOL).roles & {
                "headteacher",
                "deputy-head",
                "assistant-head",
                "senior-leader",
            }:
                record_people.set_leaving(conn, SCHOOL, key, yesterday)
    gone = {key: {"leave": yesterday.isoformat()} for key in ("hd", "dh")}
    new = {
        "reference": "nh",
        "name": "Nora Hale",
        "email": "n.hale@merriwell.example",
        "roles": "staff; headteacher",
    }
    answer = bring_in(member("of"), whole_list(gone, new))
    assert answer.status_code == 303, words(answer)
    assert "headteacher" in known(served, "nh").membership(SCHOOL).roles


def test_no_school_takes_the_address_of_a_person_of_another(
    served, member, post, bring_in, whole_list, second_school
):
    head = member("hd")
    clerk, theirs = known(served, "cl"), known(served, "oh")
    assert "another school too" in words(post(head, "/office/people/of/cl/address", email=THIEF))
    row = {"reference": "oh", "name": theirs.name, "email": THIEF, "roles": "visitor"}
    assert "another school too" in words(bring_in(head, whole_list({}, row)))
    assert "another school too" in words(bring_in(head, whole_list({"cl": {"email": THIEF}})))
    assert (known(served, "cl"), known(served, "oh")) == (clerk, theirs)


@pytest.mark.parametrize("reference", ["chair@otherfield.example", "o-chair"])
def test_no_one_becomes_what_another_schools_register_promises_to_a_name(
    served, member, bring_in, whole_list, second_school, reference
):
    with served.store.writing() as conn:
        register = record_register.load_register(conn, second_school)
        record_register.save_register(conn, replace(register, roles={"chair": (reference,)}), served.clock())
    row = {"reference": reference, "name": "A Thief", "email": THIEF, "roles": "visitor"}
    assert bring_in(member("hd"), whole_list({}, row)).status_code == 422
    assert known(served, reference) is None


def test_a_persons_form_goes_no_further_than_a_list(served, member, post):
    page = post(
        member("of"),
        "/office/people/add",
        name="A Thief",
        email=THIEF,
        roles="dsl",
        days=["0", "1"],
        reference="",
    )
    assert page.status_code == 422
    assert known(served, THIEF) is None


def test_the_office_chooses_no_pin_for_the_person_our_mail_reaches(served, member, post):
    office = member("of")
    assert office.get("/kiosk/pin?person=hd").status_code == 403
    assert post(office, "/kiosk/pin", person="hd", pin="4815", again="4815").status_code == 403
    assert "person=hd" not in office.get("/kiosk/start").text


def test_a_stopped_tablet_ends_the_session_a_person_left_on_it(served, member, post):
    office = member("of")
    device = post(member("of"), "/kiosk/start", name="Staff room")
    left = member("y5", how="kiosk")
    assert left.get("/me").status_code == 200
    page = BeautifulSoup(office.get("/kiosk/start").text, "html.parser")
    digest = page.find("input", {"name": "device"})["value"]
    assert device.status_code == 303
    assert post(office, "/kiosk/stop", device=digest).status_code == 303
    assert left.get("/me").status_code == 303


def test_an_absence_without_an_end_in_sight_breaks_no_page_and_no_plan(served, member, post):
    office = member("of")
    page = post(office, "/office/people/of/y5/away", first_on="2026-11-16", until="9999-12-31")
    assert page.status_code == 422
    assert "within three years" in words(page)
    assert member("y5").get("/me").status_code == 200


def test_a_trust_sees_no_name_of_a_school_and_keeps_no_log(served, member):
    with served.store.writing() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
        here = Membership(SCHOOL, frozenset({"trust-lead"}))
        record_people.save_people(
            conn, [Person("tl", "Tess Lark", "t@trust.example", (here,))], served.clock()
        )
    client = member("tl")
    for path in ("/accounts", "/accounts/facebook", "/me", "/me/requests", "/training/mine", "/school/trust"):
        said = client.get(path).text
        assert [name for name in names if name in said] == [], path
    for path in ("/log", "/log/list.csv", "/school", "/governors", "/training", "/office", "/paper"):
        assert client.get(path).status_code == 403, path


def test_no_one_signed_a_text_on_paper_before_it_was_there(served, member, post, register):
    document = next((register.parent / "policies").glob("*mobile*"))
    document.write_bytes(document.read_bytes() + b"\n\nPhones stay in the locker.\n")
    served.apply(register)
    office = member("of")
    page = BeautifulSoup(office.get("/paper/enter?person=y5").text, "html.parser")
    things = [one["value"] for one in page("input", {"name": "things"}) if "read-mobile" in one["value"]]
    fields = {"person": "y5", "things": things, "name": "Adam Sorley", "witness": "Sue Barrow"}
    refused = post(office, "/paper/enter", signed_on="2026-11-20", **fields)
    assert things
    assert refused.status_code == 422
    assert "in force since" in words(refused)
    assert post(office, "/paper/enter", signed_on="2026-11-23", **fields).status_code == 303


def test_a_deputy_does_not_approve_what_they_asked_for_themself(served, member, post):
    deputy = member("dh")
    asked = post(
        deputy,
        "/accounts/new",
        channel="Mastodon",
        name="School",
        purpose="News",
        reach="open",
        why="No other does",
    )
    address = asked.headers["location"]
    own = post(deputy, address, answer="approved", risk="yes")
    assert own.status_code == 422
    assert "You asked for this yourself" in words(own)
    assert post(member("hd"), address, answer="approved", risk="yes").status_code == 303


def test_an_account_whose_address_is_no_page_is_no_link(served, member):
    with served.store.writing() as conn:
        register = record_register.load_register(conn, SCHOOL)
        known = tuple(replace(one, address="javascript:alert(1)") for one in register.accounts)
        record_register.save_register(conn, replace(register, accounts=known), served.clock())
    client = member("hd")
    for path in ("/accounts", f"/accounts/{known[0].key}"):
        assert 'href="javascript' not in client.get(path).text


def test_browsers_come_back_by_https_alone_where_the_pages_are_behind_it(web_school, client, stage):
    stage.app = create_app(replace(web_school.services, base_url="https://handbell.merriwell.example"))
    for path in ("/", "/sign-in", "/me", "/nothing"):
        assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"
    stage.app = create_app(web_school.services)
    assert "strict-transport-security" not in client.get("/").headers
