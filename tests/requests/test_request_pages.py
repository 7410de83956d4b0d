"""The pages of requests: asked on a phone, decided at the desk, on the office's list while in force."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

ASKED = {
    "what": "My own tablet in the hall",
    "why": "The school's tablet is being mended",
    "from_on": "2026-11-23",
    "until_on": "2026-12-18",
}
YES = {
    "outcome": "allowed",
    "conditions": "Photos of work only",
    "risk": "In the office, file 7",
    "until_on": "2026-12-18",
}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def send(client, address, act="", **typed):
    """Fill in a form of a page as a browser would: the first that posts to `act`, with its hidden fields."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    forms = BeautifulSoup(page.text, "html.parser").find_all("form")
    form = next(one for one in forms if one["action"] != "/sign-out" and one["action"].endswith(act))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | typed)


def ask(client, kind="own-device", **typed):
    sent = send(client, f"/me/requests/new?kind={kind}", **ASKED | typed)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def test_a_teacher_asks_the_head_decides_and_the_teacher_reads_the_answer(member):
    teacher, head = member("y5"), member("hd")
    address = ask(teacher)
    said = words(teacher.get(address))
    assert "waiting" in said
    assert "Helen Achebe decides" in said
    assert f'href="{address}"' in head.get("/me").text
    assert "1 request waits for you" in words(head.get("/me/requests/desk"))
    assert send(head, address, "decide", **YES).headers["location"] == address
    said = words(teacher.get(address))
    for part in ("Helen Achebe said yes", "On these conditions: Photos of work only", "file 7"):
        assert part in said
    assert "Until Friday 18 December 2026" in said
    assert send(teacher, address, "confirm").status_code == 303
    assert "Adam Sorley has read this" in words(head.get(address))
    assert "Nothing waits for you" in words(head.get("/me/requests/desk"))


def test_the_office_lists_permissions_in_force_without_why_and_says_when_one_has_lapsed(member, served):
    address = ask(member("y5"))
    office = member("of")
    assert "No permission is in force" in words(office.get("/me/requests/in-force"))
    send(member("hd"), address, "decide", **YES)
    said = words(office.get("/me/requests/in-force"))
    for part in (
        "Adam Sorley",
        "My own tablet in the hall",
        "Photos of work only",
        "Friday 18 December 2026",
    ):
        assert part in said
    assert "mended" not in said
    served.clock.turn(days=26)
    assert "lapsed" in words(member("of").get("/me/requests/in-force"))
    assert "it does not count any more" in words(member("y5").get("/me/requests"))


def test_the_asker_the_decider_and_no_one_else_may_read_it(member):
    address = ask(member("y5"))
    for other in ("y6", "of", "dh", "gc"):
        assert member(other).get(address).status_code == 404
        assert member(other).get("/me/requests/RQ-0000-0000-0000").status_code == 404


def test_a_declaration_is_read_by_the_safeguarding_lead_and_decided_by_the_head(member):
    teacher = member("y5")
    address = ask(teacher, "relationship", what="The Larks live next door to me", why="")
    lead = member("dh")
    assert "The Larks live next door" in words(lead.get(address))
    assert "Helen Achebe decides this." in words(lead.get(address))
    seal = BeautifulSoup(lead.get(address).text, "html.parser").find("input", {"name": "seal"})["value"]
    refused = lead.post(f"{address}/decide", data={"outcome": "noted", "advice": "Fine", "seal": seal})
    assert refused.status_code == 404
    decided = send(
        member("hd"), address, "decide", advice="Keep school talk at school", until_on="2027-11-22"
    )
    assert decided.status_code == 303
    assert "talked it through and noted" in words(teacher.get(address))
    assert member("of").get("/me/requests/in-force").text.count("Larks") == 0


def test_what_the_head_asks_waits_for_the_chair(member):
    head = member("hd")
    address = ask(head)
    assert "Margaret Dunmore decides" in words(head.get(address))
    assert 'value="allowed"' not in head.get(address).text
    assert send(member("gc"), address, "decide", **YES).status_code == 303


def test_what_is_not_right_yet_is_said_at_the_top_and_nothing_typed_is_lost(member, served):
    teacher, before = member("y5"), served.written()
    refused = send(teacher, "/me/requests/new?kind=own-device", what="My own tablet", why="")
    assert refused.status_code == 422
    said = words(refused)
    assert "Nothing is recorded yet" in said
    assert "Say why you need it." in said
    assert "Give the last day." in said
    assert "My own tablet" in refused.text
    assert served.written() == before
    address = ask(teacher)
    refused = send(member("hd"), address, "decide", outcome="allowed", conditions="Only in the hall", risk="")
    assert refused.status_code == 422
    assert "Say where the risk assessment is" in words(refused)
    assert "Only in the hall" in refused.text


@pytest.mark.parametrize("address", ["/me/requests/new", "{asked}/withdraw"])
def test_a_form_that_no_page_of_this_session_made_is_not_taken(member, served, address):
    teacher = member("y5")
    asked = ask(teacher)
    other = BeautifulSoup(member("y6").get("/me/requests").text, "html.parser").find(
        "input", {"name": "seal"}
    )
    before = served.written()
    data = ASKED | {"kind": "own-device", "what": "Another thing", "seal": other["value"]}
    refused = teacher.post(address.format(asked=asked), data=data)
    assert refused.status_code == 422
    assert "This page was open too long." in words(refused)
    assert served.written() == before


def test_a_permission_is_taken_back_before_and_ended_after_it_is_decided(member):
    teacher, head = member("y5"), member("hd")
    first, second = ask(teacher), ask(teacher, "name", what="The logo on a talk")
    assert send(teacher, first, "withdraw").status_code == 303
    assert "withdrawn" in words(teacher.get(first))
    send(head, second, "decide", outcome="allowed", until_on="2026-12-18")
    refused = send(head, second, "end", reason="")
    assert "Say in a few words why it ends." in words(refused)
    assert send(head, second, "end", reason="The talk is off").status_code == 303
    assert "ended early" in words(teacher.get(second))
    assert teacher.post(f"{second}/burn", data={}).status_code == 404


def test_looking_writes_nothing(member, served):
    address = ask(member("y5"))
    head, before = member("hd"), served.written()
    for page in (address, "/me/requests", "/me/requests/new", "/me/requests/desk", "/me/requests/in-force"):
        assert head.get(page).status_code == 200
        assert head.head(page).status_code == 200
    assert served.written() == before


def test_every_kind_has_its_form_and_an_unknown_one_shows_the_choice(member):
    teacher = member("y5")
    page = BeautifulSoup(teacher.get("/me/requests/new").text, "html.parser")
    links = [one["href"] for one in page.select("a[href*='?kind=']")]
    assert len(links) >= 10
    for link in links:
        assert 'name="what"' in teacher.get(link).text
    assert "What is it about?" in words(teacher.get("/me/requests/new?kind=nonsense"))


@pytest.mark.parametrize("page", ["/me/requests", "/me/requests/new", "/me/requests/desk"])
def test_the_shared_device_shows_no_requests(member, page):
    assert member("hd", "kiosk").get(page).status_code == 403
    assert "/me/requests" not in member("hd", "kiosk").get("/me").text


@pytest.mark.parametrize(
    ("page", "person"),
    [("/me/requests/desk", "y5"), ("/me/requests/in-force", "y5"), ("/me/requests/in-force", "gc")],
)
def test_the_desk_and_the_list_open_for_those_whose_work_they_are(member, page, person):
    assert member(person).get(page).status_code == 403


def test_the_deputy_safeguarding_lead_sees_what_is_allowed_though_not_why(member, served):
    address = ask(member("y5"))
    send(member("hd"), address, "decide", **YES)
    served.change_person("y4", roles=frozenset({"staff", "teacher", "deputy-dsl"}))
    lead = member("y4")
    assert "/me/requests/in-force" in lead.get("/me/requests").text
    assert "Adam Sorley" in lead.get("/me/requests/in-force").text
    assert lead.get(address).status_code == 404


def test_a_permission_about_to_end_says_so(member, served):
    address = ask(member("y5"))
    send(member("hd"), address, "decide", **YES)
    served.clock.turn(days=(date(2026, 12, 14) - date(2026, 11, 23)).days)
    assert "it ends soon" in words(member("y5").get("/me/requests"))
