"""The pages of the log: two taps on a phone, what is open on top, who sees what, and a file no sheet runs."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from menus import menu_pages

from bot.database.job_runs import JobTurn
from bot.logbook import store as logbook_store
from bot.records import ledger
from schedules.jobs import JOBS

SCHOOL = "merriwell-green"
RING = "ask for what was not given back"
PHONE = {"child": "A.B. in Year 5", "what": "a phone", "kept": "office safe"}
TAKEN = {
    "child": "C.D. in Year 6",
    "what": "a watch",
    "why": "worn in a test",
    "authorised": "the head",
    "present": "two members of staff",
    "kept": "office safe",
}
VISITOR = {
    "visitor": "Max Muster",
    "from": "The boiler firm",
    "phone": "Left at the office",
    "agreed": "I have read it and agree to it",
}


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def words(page):
    return " ".join(soup(page).get_text(" ").split())


def send(client, address, act="", **typed):
    """Fill in a form of a page as a browser would, with what stands in its fields already."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    forms = soup(page).find_all("form", method="post")
    form = next(one for one in forms if one["action"] != "/sign-out" and one["action"].endswith(act))
    typeable = [one for one in form.find_all("input") if one.get("type") != "radio"]
    there = {one["name"]: one.get("value", "") for one in typeable}
    return client.post(form["action"], data=there | typed)


def write(client, kind="pupil-phone", **typed):
    sent = send(client, f"/log/new/{kind}", kind, **typed)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].rpartition("=")[2]


def test_a_phone_handed_in_is_open_on_top_until_it_is_given_back(member, served):
    teacher, office = member("y5"), member("of")
    assert "Nothing is open in the log" in words(teacher.get("/log"))
    reference = write(teacher, **PHONE)
    said = words(teacher.get(f"/log?done={reference}"))
    assert "Written down: A child’s phone or device handed in, A.B. in Year 5" in said
    assert "1 thing open in the log" in said
    assert "Not given back" in said
    assert "today. Written down by Adam Sorley" in said
    sent = send(office, f"/log/entry/{reference}", "given-back", to="The child’s parent or carer")
    assert sent.headers["location"] == f"/log/entry/{reference}"
    said = words(office.get(f"/log/entry/{reference}"))
    assert "The child’s parent or carer" in said
    assert "by Carol Whitlow" in said
    assert "Nothing is open in the log" in words(teacher.get("/log"))
    with served.store.reading() as conn:
        assert ledger.verify(conn) is None


def test_days_are_counted_while_something_is_open(member, served):
    head = member("hd")
    write(head, "trip-phone", what="Phone 2", **{"for": "The farm", "carrier": "Grace Pellow"})
    served.clock.turn(days=3)
    said = words(member("hd").get("/log"))
    assert "Open for 3 days" in said
    assert "Not back and pictures not deleted" in said


def run(served, name, part=""):
    (job,) = [job for job in JOBS if job.name == name]
    job.action(served.services, JobTurn(served.clock(), part, "a test"))


def rung(served):
    return [person for kind, person in served.letters() if kind == "not-given-back"]


@pytest.mark.parametrize("is_back", [False, True])
def test_a_phone_rings_for_its_recorder_unless_the_page_says_that_it_is_back(member, served, is_back):
    teacher = member("y5")
    reference = write(teacher, **PHONE)
    if is_back:
        send(teacher, f"/log/entry/{reference}", "given-back", to="The child")
    served.clock.turn(hours=9)
    run(served, RING)
    assert rung(served) == ([] if is_back else ["y5"])
    served.clock.turn(hours=15)
    run(served, RING)
    assert sorted(rung(served)) == ([] if is_back else ["hd", "y5"])


def test_the_link_in_the_email_leads_to_the_open_entry_and_its_return_ends_the_matter(member, served):
    teacher = member("y5")
    reference = write(teacher, **PHONE)
    served.clock.turn(hours=9)
    run(served, RING)
    run(served, "deliver", served.services.sender.email)
    (mail,) = [path.read_text(encoding="utf-8") for path in served.services.mailer.folder.iterdir()]
    (link,) = {word for word in mail.split() if word.endswith("/log")}
    page = soup(teacher.get(link.removeprefix(served.services.base_url)))
    (entry,) = page.select(f'a[href="/log/entry/{reference}"]')[:1]
    send(teacher, entry["href"], "given-back", to="The child")
    served.clock.turn(hours=15)
    run(served, RING)
    assert rung(served) == ["y5"]


def test_what_is_wrong_is_said_on_top_and_what_was_typed_stays(member):
    teacher = member("y5")
    sent = send(teacher, "/log/new/pupil-phone", "pupil-phone", child="A.B.", what="pin: 4821", day="soon")
    assert sent.status_code == 422
    page = soup(sent)
    assert [one["href"] for one in page.select(".errors a")] == ["#what", "#kept", "#when"]
    for one in page.select(".errors a"):
        assert page.select_one(one["href"]) is not None
    assert page.find(id="child")["value"] == "A.B."
    assert "No passwords either" in words(sent)


def test_a_refused_step_keeps_what_was_typed(member):
    teacher = member("y5")
    reference = write(teacher, "taken", **TAKEN)
    sent = send(teacher, f"/log/entry/{reference}", "dsl-told", dsl="x" * 301)
    assert sent.status_code == 422
    page = soup(sent)
    assert page.select_one(".errors a")["href"] == "#dsl-told-dsl"
    assert page.find(id="dsl-told-dsl")["value"] == "x" * 301


def test_a_page_open_too_long_keeps_what_was_typed(member):
    teacher = member("y5")
    sent = teacher.post(
        "/log/new/pupil-phone", data=PHONE | {"seal": "old", "day": "2026-11-23", "time": "08:00"}
    )
    assert sent.status_code == 422
    assert "Nothing is recorded yet" in words(sent)
    assert soup(sent).find(id="what")["value"] == "a phone"


def test_a_visitor_agrees_at_the_entrance_and_the_page_is_ready_for_the_next(member):
    office = member("of")
    assert "I take no pictures" in words(office.get("/log/visitor"))
    assert send(office, "/log/visitor", "visitor", **VISITOR | {"agreed": ""}).status_code == 422
    sent = send(office, "/log/visitor", "visitor", **VISITOR)
    assert sent.headers["location"] == "/log/visitor?done=yes"
    page = office.get("/log/visitor?done=yes")
    assert "Thank you" in words(page)
    assert "Max Muster" not in page.text
    assert "Max Muster" in words(office.get("/log"))
    assert member("y5").get("/log/visitor").status_code == 403
    assert "Max Muster" not in member("y5").get("/log").text


def test_a_visitor_reads_what_the_register_says_and_that_is_kept_word_for_word(member, served, register):
    text = register.read_text(encoding="utf-8")
    own = '  words: {visitors: ["Leave your phone at the hatch.", "Ask before you take a picture."]}\n'
    register.write_text(text.replace("  phones: {", f"{own}  phones: {{", 1), encoding="utf-8")
    before = send(member("of"), "/log/visitor", "visitor", **VISITOR)
    assert before.status_code == 303
    served.apply(register)
    office = member("of")
    page = words(office.get("/log/visitor"))
    assert "Leave your phone at the hatch. Ask before you take a picture." in page
    assert "I take no pictures" not in page
    send(office, "/log/visitor", "visitor", **VISITOR | {"visitor": "Eva Beispiel"})
    with served.store.reading() as conn:
        kept = [one.said for one in logbook_store.of_school(conn, SCHOOL)]
    assert {one["visitor"]: one["shown"].splitlines()[0] for one in kept} == {
        "Max Muster": "My phone, watch and camera stay switched off and out of sight unless I am told I may "
        "use them.",
        "Eva Beispiel": "Leave your phone at the hatch.",
    }
    assert "Leave your phone at the hatch." in office.get("/log/list.csv").text


def test_what_is_for_leadership_and_the_dsl_stands_in_no_list_of_others(member):
    reference = write(member("y5"), "taken", **TAKEN)
    for person, sees in (("y5", True), ("hd", True), ("dh", True), ("of", True), ("y4", False)):
        client = member(person)
        assert ("C.D. in Year 6" in client.get("/log").text) is sees, person
        assert ("C.D. in Year 6" in client.get("/log/list.csv").text) is sees, person
        assert client.get(f"/log/entry/{reference}").status_code == (200 if sees else 404)


@pytest.mark.parametrize("address", ["/log", "/log/list.csv", "/log/new/pupil-phone", "/log/entry/x"])
def test_only_the_person_who_works_here_opens_the_log(member, address):
    assert member("gc").get(address).status_code == 403


def test_the_menu_has_the_log_for_staff_only(member):
    for person, has in (("ta1", True), ("ck", True), ("hd", True), ("gc", False), ("cl", False)):
        assert ("/log" in menu_pages(member(person))) is has, person


def test_nothing_of_another_school_is_seen_or_added_to(member, served, second_school):
    reference = write(member("y5"), **PHONE)
    stranger = member("oh", school=second_school)
    assert "A.B." not in stranger.get("/log").text + stranger.get("/log/list.csv").text
    assert stranger.get(f"/log/entry/{reference}").status_code == 404
    typed = {"seal": served.seal_of(stranger), "to": "The child"}
    assert stranger.post(f"/log/entry/{reference}/given-back", data=typed).status_code == 404


def test_an_unknown_kind_or_step_is_not_found(member):
    teacher = member("y5")
    assert teacher.get("/log/new/nothing").status_code == 404
    assert teacher.get("/log/new/device").status_code == 404
    reference = write(teacher, **PHONE)
    page = soup(teacher.get(f"/log/entry/{reference}"))
    seal = page.find("input", {"name": "seal"})["value"]
    assert teacher.post(f"/log/entry/{reference}/wiped", data={"seal": seal}).status_code == 404


def test_the_list_is_of_one_kind_where_it_is_chosen(member):
    teacher = member("y5")
    write(teacher, **PHONE)
    write(teacher, "taken", **TAKEN)
    shown = teacher.get("/log?kind=taken").text
    assert "C.D. in Year 6" in shown
    assert "A.B. in Year 5" not in shown
    assert teacher.get("/log?kind=elsewhere").status_code == 200


def test_no_cell_of_the_file_is_a_formula(member):
    teacher = member("y5")
    write(teacher, "event", event="=1+1", how="Said at the start", by="@SUM(A1)")
    reference = write(teacher, **PHONE)
    send(teacher, f"/log/entry/{reference}", "corrected", words="=2+2")
    answer = teacher.get("/log/list.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Reference"
    assert len(rows) == 3
    assert not [one for row in rows for one in row if one.lstrip().startswith(("=", "+", "-", "@"))]
    assert "Put something right" in str(rows)


def test_the_office_sees_a_number_of_what_only_the_head_may_read(member, served):
    typed = {
        "what": "A search for a device",
        "why": "it rang",
        "authorised": "the head",
        "present": "two staff",
    }
    write(member("y5"), "search", child="C.D. in Year 6", agreed="The child", **typed)
    served.clock.turn(hours=1)
    page = member("of").get("/office")
    assert "1 entry for the headteacher or the safeguarding lead" in words(page)
    assert "C.D." not in page.text
    assert "1 entry to look at" in words(member("hd").get("/office"))
