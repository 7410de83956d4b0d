"""The governors' pages and the clerk's desk: what is seen, what is recorded, what is refused and kept."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.core.roles import CASE_COUNT_READERS, PERMISSIONS, Permission
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register

SCHOOL = "merriwell-green"
PHONES = "/governors/reviews/mobile-and-social-media"
AGENDA = "/governors/meetings/full-governing-body/2026-12-10/agenda"
PAGES = ["/governors", "/governors/overview", PHONES, AGENDA, "/governors/report.pdf"]
MINUTE = {"day_is_right": "yes", "approver": "full-governing-body", "on": "2026-11-19", "minute": "12/26"}


def soup(answer):
    assert answer.status_code in {200, 422}, (answer.status_code, answer.text)
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


@pytest.fixture
def send(member):
    """Fill in one form of a policy's page as a browser would: `send("cl", "approval", minute="1/26")`."""
    clients = {}

    def send(by, step, address=PHONES, **typed):
        client = clients.get(by) or clients.setdefault(by, member(by))
        page = soup(client.get(address))
        form = page.find("form", action=f"{address.partition('?')[0]}/{step}")
        assert form is not None, step
        hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
        return client.post(form["action"], data=hidden | typed)

    return send


@pytest.fixture
def in_force(served):
    """The text of the policy about phones, by its bytes."""
    with served.store.reading() as conn:
        return record_register.versions(conn, SCHOOL, "mobile-and-social-media")[-1].sha256_bytes


def recorded(school):
    with school.store.reading() as conn:
        return [one.record for one in record_evidence.of_obligation(conn, SCHOOL, "review-mobile")]


def test_governors_see_each_meeting_with_its_papers_and_policies(member):
    page = soup(member("gc").get("/governors"))
    assert words(page.h1).endswith("1 review overdue, 1 with no meeting known")
    first = page.find(id="meeting-1").find_parent("section")
    said = words(first)
    assert "Full governing body: Thursday 10 December 2026" in said
    assert "Papers go out by Wednesday 2 December 2026 , 7 clear days before. 0 of 2 ready." in said
    titles = [words(row.th) for row in first.tbody.find_all("tr")]
    assert titles == [
        "Mobile, Smart Technology and Social Media Policy",
        "Child Protection and Safeguarding Policy",
    ]
    late = words(page.find(id="late-heading").find_parent("section"))
    assert "Call an extra meeting: papers must go out 7 clear days before it." in late
    assert "Approve it on Thursday 10 December 2026, 77 days late, and minute the reason." in late


@pytest.mark.parametrize("person", ["cl", "hd", "gc"])
def test_where_no_meeting_of_a_body_is_known_its_date_is_asked_for_and_no_one_is_told_to_call_one(
    member, person
):
    client = member(person)
    page = soup(client.get("/governors"))
    unknown = page.find(id="unknown-heading").find_parent("section")
    assert "Resources committee We know of no coming meeting" in words(unknown)
    assert "extra meeting" not in words(unknown)
    late = page.find(id="late-heading").find_parent("section")
    assert "Acceptable Use" in words(unknown)
    assert "Acceptable Use" not in words(late)
    dates = "/governors/meetings?body=resources-committee"
    assert bool(unknown.find("a", href=dates)) == (person != "gc")
    review = soup(client.get(unknown.find("ul").a["href"]))
    assert "When does the Resources committee meet next?" in words(review)
    assert "extra meeting" not in words(review)
    assert bool(review.find("a", href=dates)) == (person != "gc")
    if person != "gc":
        assert soup(client.get(dates)).find("option", value="resources-committee", selected=True)


@pytest.mark.parametrize(
    ("role", "opens"),
    [("co-opted-governor", True), ("foundation-governor", True), ("associate-member", False)],
)
def test_governors_of_every_kind_open_the_governors_pages(served, member, role, opens):
    served.change_person("g4", roles=frozenset({role}))
    assert (member("g4").get("/governors").status_code == 200) == opens


@pytest.mark.parametrize("path", PAGES)
def test_these_pages_are_for_governors_the_clerk_and_the_head_and_looking_writes_nothing(
    member, served, path
):
    before = served.written()
    for person in ("gc", "g4", "cl", "hd"):
        assert member(person).get(path).status_code == 200, person
    for person in ("y1", "ta1", "it"):
        assert member(person).get(path).status_code == 403, person
    assert served.written() == before


@pytest.mark.parametrize(
    "path", ["/governors/reviews/nothing", "/governors/meetings/nobody/2026-12-10/agenda"]
)
def test_what_is_not_of_this_setting_is_not_there(member, path):
    assert member("cl").get(path).status_code == 404


def test_a_governor_reads_the_record_and_only_the_clerk_and_the_office_write_it(member, send):
    page = soup(member("gc").get(PHONES))
    assert [form["action"] for form in page.find_all("form")] == ["/sign-out"]
    for step in ("approval", "ready", "preparing", "correct/HB-0000-0000-0000"):
        assert member("gc").post(f"{PHONES}/{step}", data={}).status_code == 403
    assert send("sb", "ready").status_code == 303


def test_an_approval_is_recorded_with_its_minute_and_text_and_moves_the_review(
    member, served, send, in_force
):
    answer = send("cl", "approval", **MINUTE, version=in_force)
    assert answer.status_code == 303
    (record,) = recorded(served)
    assert (record.person, record.person_name) == ("full-governing-body", "Full governing body")
    assert (str(record.acted_on), record.reference, record.sha256_bytes) == ("2026-11-19", "12/26", in_force)
    assert record.identified_by == "recorded by Helena Novak, signed in (email link)"
    page = words(soup(member("cl").get(answer.headers["location"])))
    assert "Approved: HB-" in page
    assert "Review due Friday 19 November 2027" in page
    assert "Minute 12/26. Version 1." in page


def test_a_form_sent_again_after_its_record_was_taken_back_records_nothing(served, member, in_force):
    clerk = member("cl")
    form = soup(clerk.get(PHONES)).find("form", action=f"{PHONES}/approval")
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    sent = hidden | MINUTE | {"version": in_force}
    first = clerk.post(form["action"], data=sent)
    receipt = first.headers["location"].partition("recorded=")[2]
    back = soup(clerk.get(f"{PHONES}?entry={receipt}")).find("form", action=f"{PHONES}/correct/{receipt}")
    seal = back.find("input", {"name": "seal"})["value"]
    clerk.post(back["action"], data={"seal": seal, "reason": "It was only discussed."})
    again = clerk.post(form["action"], data=sent)
    assert (again.status_code, again.headers["location"]) == (303, PHONES)
    assert [one.outcome.value for one in recorded(served)] == ["done", "withdrawn"]


def test_the_same_form_twice_is_one_record(served, send, in_force):
    first = send("cl", "approval", **MINUTE, version=in_force)
    second = send("cl", "approval", **MINUTE, version=in_force)
    assert first.headers["location"] == second.headers["location"]
    assert len(recorded(served)) == 1


def test_what_is_wrong_is_said_at_the_top_and_nothing_typed_is_lost(served, send):
    typed = {"approver": "resources-committee", "on": "2026-11-30", "minute": "", "version": ""}
    page = soup(send("cl", "approval", **typed))
    said = words(page.find(class_="errors"))
    assert "Full governing body approves this policy. If that was handed on, give the minute" in said
    assert "This day has not come yet." in said
    assert "Give the minute reference" in said
    assert "Choose the text that was approved." in said
    for link in page.find(class_="errors").find_all("a"):
        assert page.find(id=link["href"].removeprefix("#")) is not None
    assert page.find(id="on")["value"] == "2026-11-30"
    assert page.find(id="approver").find("option", selected=True)["value"] == "resources-committee"
    assert recorded(served) == []


def test_an_entry_is_put_right_by_a_later_one_and_stays_to_be_read(member, served, send, in_force):
    where = send("cl", "approval", **MINUTE, version=in_force).headers["location"]
    receipt = where.partition("recorded=")[2]
    address = f"{PHONES}?entry={receipt}"
    again = soup(send("cl", f"correct/{receipt}", address))
    assert "Say in a few words what is wrong with the entry." in words(again.find(class_="errors"))
    assert send("cl", f"correct/{receipt}", address, reason="Minute 13, not 12.").status_code == 303
    page = words(soup(member("gc").get(PHONES)))
    assert "Minute 12/26." in page
    assert "Taken back on Monday 23 November 2026: “Minute 13, not 12.”" in page
    assert "Was due on Thursday 24 September" in page
    assert send("cl", "approval", **{**MINUTE, "minute": "13/26"}, version=in_force).status_code == 303
    assert [one.outcome.value for one in recorded(served)] == ["done", "withdrawn", "done"]
    assert "Review due Friday 19 November 2027" in words(soup(member("gc").get(PHONES)))


def test_preparing_is_handed_to_a_person_with_a_date_who_then_is_asked(member, send):
    refused = words(soup(send("cl", "preparing", person="dh", by_on="2026-11-20")).find(class_="errors"))
    assert "This day has passed. Give one that is still to come." in refused
    assert send("cl", "preparing", person="dh", by_on="2026-11-27").status_code == 303
    row = words(soup(member("gc").get("/governors")).find("tbody").find("tr"))
    assert "Not ready, wanted by Fri 27 Nov Tom Okafor-Lane (handed over)" in row
    assert send("cl", "preparing", person="", by_on="").status_code == 303
    assert "Grace Pellow" in words(soup(member("gc").get("/governors")).find("tbody").find("tr"))


def test_after_a_meeting_the_clerk_is_asked_for_its_minutes_with_the_day_filled_in(member, served):
    served.clock.turn(days=18)
    page = soup(member("cl").get("/governors"))
    held = page.find(id="held-heading").find_parent("section")
    assert "Full governing body, Thursday 10 December 2026 No minute recorded yet for:" in words(held)
    assert len(held.find_all("a")) == 2
    desk = soup(member("cl").get(held.find("a")["href"]))
    assert desk.find(id="on")["value"] == "2026-12-10"
    assert soup(member("gc").get("/governors")).find(id="held-heading") is not None


def test_a_draft_that_came_makes_the_review_ready(member, send):
    assert send("cl", "ready").status_code == 303
    page = soup(member("gc").get("/governors"))
    assert "1 of 2 ready." in words(page)
    assert "Draft attached." in words(soup(member("gc").get(AGENDA)))


@pytest.mark.parametrize("step", ["approval", "ready", "preparing"])
def test_a_form_no_page_of_ours_sent_records_nothing(member, served, step):
    before = served.written()
    answer = member("cl").post(f"{PHONES}/{step}", data={**MINUTE, "seal": "forged"})
    assert "open too long" in words(soup(answer).find(class_="errors"))
    assert served.written() == before


def test_the_agenda_has_a_line_for_each_policy(member):
    lines = [words(one) for one in soup(member("cl").get(AGENDA)).find(class_="agenda").find_all("li")]
    assert lines[1] == (
        "Child Protection and Safeguarding Policy, version 7: to approve. "
        "Review is due Thursday 17 December 2026. Draft to follow from Tom Okafor-Lane."
    )
    assert lines[0].endswith("Minute the reason for the delay.")


def test_the_page_without_names_names_no_one(member, served):
    page = words(soup(member("gc").get("/governors/overview")).find("div", class_="one-sheet"))
    with served.store.reading() as conn:
        everybody = record_people.roster(conn, SCHOOL).values()
    for person in everybody:
        assert person.name not in page
        assert person.name.split()[-1] not in page
    assert "What has to happen before Mobile, Smart Technology and Social Media Policy is approved?" in page
    assert "Its review was due on 24 September 2026. No draft is ready yet." in page
    assert "Fewer than five of each kind." in page


def test_four_cases_are_not_told_and_five_are(member, case_of):
    for _ in range(4):
        case_of(about="")
    few = words(soup(member("gc").get("/governors/overview")).find(id="cases-heading").find_parent("section"))
    assert "Fewer than five of each kind." in few
    case_of(about="")
    told = words(
        soup(member("gc").get("/governors/overview")).find(id="cases-heading").find_parent("section")
    )
    assert "A visitor's phone or conduct 5 , 5 open" in told
    assert "Fewer than five of every other kind." in told


def test_cases_about_anybody_who_may_read_the_numbers_are_in_none_of_them():
    assert PERMISSIONS[Permission.VIEW_GOVERNANCE] <= CASE_COUNT_READERS


def test_who_clerks_without_governing_keeps_the_reviews_and_sees_no_numbers_of_cases(member):
    client = member("sb")
    assert {client.get(path).status_code for path in ("/governors", PHONES, AGENDA)} == {200}
    assert {client.get(path).status_code for path in ("/governors/overview", "/governors/report.pdf")} == {
        403
    }


def test_the_report_of_the_term_is_a_pdf(member):
    answer = member("gc").get("/governors/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_without_the_keys_of_the_cases_the_pages_say_so(member, served, stage):
    stage.app = create_app(replace(served.services, case_keys=None))
    client = member("gc")
    assert client.get("/governors/report.pdf").status_code == 503
    assert "cannot be counted on this machine" in words(soup(client.get("/governors/overview")))
