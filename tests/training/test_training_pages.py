"""Training on pages: the matrix and what is behind it, places booked, certificates sent and looked at."""

import csv
from datetime import date
from io import StringIO

import pytest
from bs4 import BeautifulSoup

from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records.evidence import EvidenceRecord
from bot.rules.evidence import Outcome

SCHOOL = "merriwell-green"
COURSE = "safeguarding-training"
PDF = b"%PDF-1.7\nA certificate for Adam Sorley"
PNG = b"\x89PNG\r\n\x1a\n and the rest"


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def cells(page):
    """Each row of the matrix by name: the states it shows, course by course."""
    table = BeautifulSoup(page.text, "html.parser").find("table")
    return {
        row.find("th").get_text(strip=True): [
            " ".join(cell.get_text(" ").split()) for cell in row.find_all("td")
        ]
        for row in table.find("tbody").find_all("tr")
    }


def did(school, person, on, course=COURSE):
    with school.store.writing() as conn:
        record_evidence.record(
            conn,
            EvidenceRecord(
                idempotency_key=f"{person} {course} {on}",
                school=SCHOOL,
                obligation=course,
                person=person,
                person_name=person,
                acted_on=on,
                recorded_at=school.clock(),
                identified_by="the office's list",
                channel="import",
            ),
        )


def test_the_matrix_shows_people_down_and_courses_across(served, member):
    did(served, "y5", date(2026, 3, 2))
    did(served, "dh", date(2024, 10, 1), "dsl-training")
    shown = cells(member("of").get("/training"))
    assert shown["Adam Sorley"] == ["done until Tue 2 Mar 2027", "not asked", "not asked"]
    assert shown["Tom Okafor-Lane"][1] == "overdue since Thu 1 Oct 2026"
    assert shown["Margaret Dunmore"][0] == "not asked"
    assert "not recorded" in shown["Nadia Karim"][0]


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("state=overdue", ["Tom Okafor-Lane"]),
        ("course=dsl-training", ["Maya Brightwater", "Tom Okafor-Lane"]),
        ("role=kitchen", ["Lucia Ferrante"]),
        ("manager=ey", ["Beth Larkin"]),
        ("role=kitchen&state=done", []),
    ],
)
def test_the_matrix_is_narrowed_by_course_role_state_and_line_manager(served, member, query, people):
    did(served, "dh", date(2024, 10, 1), "dsl-training")
    page = member("sb").get(f"/training?{query}")
    if people:
        assert list(cells(page)) == people
    else:
        assert "No one matches" in words(page)


def test_a_cell_opens_its_records_dates_and_reason(served, member):
    did(served, "y5", date(2026, 3, 2))
    said = words(member("hd").get(f"/training/people/y5/{COURSE}"))
    assert "Done on Monday 2 March 2026" in said
    assert "the office's list" in said
    assert "Counts until Tuesday 2 March 2027" in said
    assert "Child Protection and Safeguarding Policy 3.2" in said


def test_the_list_for_a_spreadsheet_holds_no_formula(served, member):
    served.change_person("ck", manager="=HYPERLINK(1)")
    page = member("of").get("/training/list.csv", params={"role": "kitchen"})
    assert page.headers["content-disposition"] == 'attachment; filename="training.csv"'
    rows = list(csv.DictReader(StringIO(page.content.decode("utf-8-sig"))))
    assert [row["Person"] for row in rows] == ["Lucia Ferrante"]
    assert rows[0]["Line manager"] == "'=HYPERLINK(1)"
    assert rows[0]["State"] == "no record"


@pytest.mark.parametrize("person", ["y5", "gc", "cl", "md1"])
def test_no_one_but_the_office_and_the_head_sees_the_training_of_others(served, member, person):
    client = member(person)
    for path in ("/training", "/training/list.csv", f"/training/people/y4/{COURSE}", "/training/waiting"):
        assert client.get(path).status_code == 403, path


def test_cells_of_people_who_are_not_asked_are_not_there(served, member):
    client = member("hd")
    for path in (
        f"/training/people/gc/{COURSE}",
        "/training/people/y5/no-course",
        f"/training/people/x/{COURSE}",
    ):
        assert client.get(path).status_code == 404, path


def test_a_booked_place_pauses_the_asking_until_its_day(served, member):
    client = member("of")
    sent = {"seal": served.seal_of(client), "booked_on": "2026-12-11", "provider": "The council"}
    answer = client.post(f"/training/people/y5/{COURSE}/book", data=sent)
    assert answer.status_code == 303
    assert cells(client.get("/training?role=teacher"))["Adam Sorley"][0] == "booked for Fri 11 Dec 2026"
    kept = served.kept("y5", COURSE)[-1]
    assert (kept.outcome, kept.until_on) == (Outcome.EXCUSED, date(2026, 12, 11))
    assert kept.identified_by == "Carol Whitlow, signed in by an e-mail link"
    served.clock.turn(days=19)
    assert "booked" not in cells(member("of").get("/training?role=teacher"))["Adam Sorley"][0]


def test_a_place_that_is_not_booked_any_more_is_asked_for_again(served, member):
    client = member("of")
    address = f"/training/people/y5/{COURSE}"
    sent = {"seal": served.seal_of(client), "booked_on": "2026-12-11", "provider": "The council"}
    client.post(f"{address}/book", data=sent)
    assert "A place is booked" in words(client.get(address))
    assert client.post(f"{address}/unbook", data=sent).status_code == 303
    assert "excused" not in words(client.get(address))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"booked_on": ""}, "Give the day of the course"),
        ({"booked_on": "2026-11-20"}, "That day is past"),
        ({"booked_on": "2027-11-20"}, "more than half a year away"),
        ({"provider": " "}, "Say who gives the course"),
        ({"provider": "p" * 150}, "under 120 characters"),
        ({"seal": "forged"}, "open too long"),
    ],
)
def test_a_booking_that_cannot_be_right_is_refused_and_nothing_typed_is_lost(served, member, typed, says):
    client = member("of")
    before = served.written()
    sent = {"seal": served.seal_of(client), "booked_on": "2026-12-11", "provider": "Kent"} | typed
    answer = client.post(f"/training/people/y5/{COURSE}/book", data=sent)
    assert answer.status_code == 422
    assert says in words(answer)
    assert f'value="{sent["provider"]}"' in answer.text
    assert served.written() == before


def test_a_training_leads_to_its_course(served, member):
    client = member("y5")
    cycle = served.cycle("y5", "safeguarding-training")
    page = BeautifulSoup(client.get(f"/me/duty/safeguarding-training/{cycle}").text, "html.parser")
    assert page.select_one("main a[href='https://learning.merriwell.example/safeguarding']")


def test_looking_writes_nothing(served, member):
    client, before = member("of"), served.written()
    for path in (
        "/training", "/training/mine", "/training/waiting",
        f"/training/people/y5/{COURSE}", f"/training/people/y5/{COURSE}/finished", f"/training/mine/{COURSE}",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert served.written() == before


def send(served, client, *, course=COURSE, file=("certificate.pdf", PDF), address=None, **typed):
    fields = {"seal": served.seal_of(client), "finished_on": "2026-11-19", "provider": "The council"} | typed
    files = {"certificate": (file[0], file[1], "application/octet-stream")} if file else {"x": ("", b"")}
    return client.post(address or f"/training/mine/{course}", data=fields, files=files)


def waiting_key(client):
    page = BeautifulSoup(client.get("/training/waiting").text, "html.parser")
    return page.find("h2")["id"].removeprefix("claim-")


def test_a_certificate_goes_to_the_office_and_counts_once_it_is_accepted(served, member):
    mine, office = member("y5"), member("of")
    assert send(served, mine).status_code == 303
    for page in ("/training/mine", f"/training/mine/{COURSE}", "/me"):
        chips = BeautifulSoup(mine.get(page).text, "html.parser").select(".chip")
        assert "being checked" in {one.get_text(strip=True) for one in chips}, page
        assert "excused" not in {one.get_text(strip=True) for one in chips}, page
    sent = BeautifulSoup(mine.get(f"/training/mine/{COURSE}").text, "html.parser")
    assert sent.select_one("[role=status]").find_next("form") is not None
    key = waiting_key(office)
    got = office.get(f"/training/certificates/{key}")
    assert got.content == PDF
    assert got.headers["content-disposition"] == 'attachment; filename="certificate.pdf"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-type"] == "application/pdf"
    answer = office.post(
        f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"}
    )
    assert answer.status_code == 303
    assert "done until Fri 19 Nov 2027" in words(mine.get("/training/mine"))
    kept = served.kept("y5", COURSE)[-1]
    assert (kept.acted_on, kept.outcome, kept.channel) == (date(2026, 11, 19), Outcome.DONE, "certificate")
    assert kept.reference == "The council"
    assert "accepted by Carol Whitlow" in kept.identified_by
    with served.store.reading() as conn:
        assert ledger.entries(conn, limit=1)[0][1].action == "training accepted"
        assert ledger.verify(conn) is None


def test_without_a_certificate_the_record_says_so(served, member):
    mine, office = member("y5"), member("hd")
    assert send(served, mine, file=None).status_code == 303
    key = waiting_key(office)
    office.post(f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"})
    kept = served.kept("y5", COURSE)[-1]
    assert kept.channel == "confirmation"
    assert "without a certificate" in kept.identified_by


def test_what_is_sent_back_is_asked_for_again_and_says_why(served, member):
    mine, office = member("y5"), member("of")
    send(served, mine)
    key = waiting_key(office)
    refused = office.post(f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "back"})
    assert refused.status_code == 422
    assert "Say in a few words what is missing" in words(refused)
    sent = {"seal": served.seal_of(office), "answer": "back", "words": "The name is cut off."}
    assert office.post(f"/training/waiting/{key}", data=sent).status_code == 303
    page = words(mine.get(f"/training/mine/{COURSE}"))
    assert "Sent back" in page
    assert "The name is cut off." in page
    assert "excused" not in page
    assert send(served, mine).status_code == 303
    assert waiting_key(office) != key


def test_a_claim_is_decided_once(served, member):
    office, head = member("of"), member("hd")
    send(served, member("y5"))
    key = waiting_key(office)
    office.post(f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"})
    before = served.written()
    sent = {"seal": served.seal_of(head), "answer": "back", "words": "No."}
    head.post(f"/training/waiting/{key}", data=sent)
    assert served.written() == before


def test_what_a_person_did_who_has_left_since_is_still_recorded(served, member):
    send(served, member("y5"))
    office = member("of")
    key = waiting_key(office)
    served.change_person("y5", leaves_on=date(2026, 11, 20))
    answer = office.post(
        f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"}
    )
    assert answer.status_code == 303
    assert served.kept("y5", COURSE)[-1].outcome is Outcome.DONE
    assert "Nothing to look at" in words(office.get("/training/waiting"))


def test_an_answer_that_is_neither_is_asked_for_again(served, member):
    send(served, member("y5"))
    office = member("of")
    key = waiting_key(office)
    for sent, says in (
        ({"answer": "maybe"}, "accept it, or send it back"),
        ({"seal": ""}, "open too long"),
    ):
        answer = office.post(f"/training/waiting/{key}", data={"seal": served.seal_of(office)} | sent)
        assert answer.status_code == 422
        assert says in words(answer)
    assert (
        office.post(f"/training/people/y5/{COURSE}/x", data={"seal": served.seal_of(office)}).status_code
        == 404
    )


def test_no_one_accepts_their_own(served, member):
    office = member("of")
    send(served, office)
    key = waiting_key(office)
    assert "Somebody else has to look at it" in words(office.get("/training/waiting"))
    answer = office.post(
        f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"}
    )
    assert answer.status_code == 422
    assert served.kept("of", COURSE)[-1].outcome is not Outcome.DONE


def test_the_same_form_sent_twice_is_one_claim_and_one_file(served, member):
    mine = member("y5")
    send(served, mine)
    send(served, mine)
    assert words(member("of").get("/training/waiting")).count("Adam Sorley: Safeguarding") == 1
    assert len(list(served.services.certificates.iterdir())) == 1


def test_a_certificate_is_kept_under_a_random_name_for_this_user_alone(served, member):
    send(served, member("y5"), file=("Adam Sorley.pdf", PDF))
    (kept,) = served.services.certificates.iterdir()
    assert "Sorley" not in kept.name
    assert len(kept.name) == 32
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"file": ("certificate.pdf", b"<html><script>alert(1)</script>")}, "This is not a PDF, PNG or JPEG"),
        ({"file": ("certificate.pdf", b"MZ\x90")}, "This is not a PDF, PNG or JPEG"),
        ({"file": ("certificate.pdf", b"")}, "The file is empty"),
        ({"file": ("certificate.pdf", PDF + b" " * 5 * 1024 * 1024)}, "larger than 5 MB"),
        ({"finished_on": "2026-11-24"}, "That day is still to come"),
        ({"finished_on": "1926-11-24"}, "more than ten years ago"),
        ({"finished_on": "19/11/2026"}, "Give the day you finished it"),
        ({"provider": ""}, "Say who gives the course"),
        ({"seal": ""}, "open too long"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_do(served, member, typed, says):
    mine, before = member("y5"), served.written()
    answer = send(served, mine, **typed)
    assert answer.status_code == 422
    assert says in words(answer)
    assert "Nothing is recorded yet" in words(answer)
    assert served.written() == before
    assert not served.services.certificates.exists()


def test_a_body_far_too_large_is_turned_away_and_every_other_form_stays_small(served, member):
    mine = member("y5")
    assert send(served, mine, file=("c.pdf", PDF + b" " * 17 * 1024 * 1024)).status_code == 413
    office = member("of")
    typed = {"seal": served.seal_of(office), "provider": "p" * 70_000}
    assert office.post(f"/training/people/y5/{COURSE}/book", data=typed).status_code == 413


def test_a_png_that_calls_itself_a_page_is_given_out_as_the_picture_it_is(served, member):
    send(served, member("y5"), file=('../../x".html', PNG))
    office = member("of")
    got = office.get(f"/training/certificates/{waiting_key(office)}")
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"] == 'attachment; filename="x-22.png"'


def test_only_its_owner_and_the_office_open_a_certificate(served, member):
    send(served, member("y5"))
    key = waiting_key(member("of"))
    path = f"/training/certificates/{key}"
    assert {who: member(who).get(path).status_code for who in ("y5", "sb", "hd", "y4", "gc", "dh")} == {
        "y5": 200, "sb": 200, "hd": 200, "y4": 404, "gc": 404, "dh": 200,
    }  # fmt: skip
    assert member("of").get("/training/certificates/" + "0" * 32).status_code == 404


def test_a_certificate_changed_on_the_disk_is_not_given_out(served, member):
    send(served, member("y5"))
    office = member("of")
    key = waiting_key(office)
    (kept,) = served.services.certificates.iterdir()
    kept.write_bytes(PDF + b" forged")
    assert office.get(f"/training/certificates/{key}").status_code == 404
    kept.unlink()
    assert office.get(f"/training/certificates/{key}").status_code == 404


def test_the_office_sends_a_certificate_for_a_person_who_brought_it_on_paper(served, member):
    office = member("of")
    address = f"/training/people/md2/{COURSE}/finished"
    assert "Irene Castle finished it" in words(office.get(address))
    assert send(served, office, address=address).status_code == 303
    key = waiting_key(office)
    office.post(f"/training/waiting/{key}", data={"seal": served.seal_of(office), "answer": "accept"})
    assert "said by Carol Whitlow" in served.kept("md2", COURSE)[-1].identified_by


def test_another_settings_claims_and_cells_are_not_there(served, member, second_school):
    send(served, member("y5"))
    key = waiting_key(member("of"))
    there = member("oo", school=second_school)
    assert there.get("/training").status_code == 200
    assert "Sorley" not in there.get("/training").text
    for path in (
        f"/training/people/y5/{COURSE}",
        f"/training/certificates/{key}",
        f"/training/mine/{COURSE}",
    ):
        assert there.get(path).status_code == 404, path
    sent = {"seal": served.seal_of(there), "answer": "accept"}
    assert there.post(f"/training/waiting/{key}", data=sent).status_code == 404
