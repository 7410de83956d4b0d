"""A form that comes twice, by a double tap, a reload or much later, adds what it adds once."""

from datetime import date

import pytest

from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.training.store import training_file

SCHOOL = "merriwell-green"
BODY = "full-governing-body"
POLICY = "mobile-and-social-media"
COURSE = "safeguarding-training"
LIST = "Delegate,Mail,What,When\nSamuel Kerr,s.kerr@merriwell.example,Safeguarding L1,19/11/2026\n"
NORA = {
    "name": "Nora Bright",
    "email": "n.bright@merriwell.example",
    "roles": ["staff"],
    "days": ["0", "1", "2", "3", "4"],
    "manager": "",
    "starts_on": "2026-11-23",
}


@pytest.fixture
def office_form(served, member):
    """A form of the office's, filled in once: sending it again sends the very same."""

    class Form:
        def __init__(self, address, files=None, person="of", **typed):
            self.client, self.address, self.files = member(person), address, files
            self.typed = {"seal": served.seal_of(self.client)} | typed

        def send(self, address=None, **typed):
            answer = self.client.post(address or self.address, data=self.typed | typed, files=self.files)
            served.clock.turn(seconds=2)
            return answer.status_code, answer.headers.get("location")

    return Form


def roster(served):
    with served.store.reading() as conn:
        return record_people.roster(conn, SCHOOL)


def uploads(served, sort):
    with served.store.reading() as conn:
        return school_setup.uploads(conn, SCHOOL, sort)


def said(served, action):
    with served.store.reading() as conn:
        return sum(one.action == action for _, one in ledger.entries(conn, limit=20))


def test_a_place_on_a_course_is_noted_once(served, office_form):
    address = f"/training/people/y5/{COURSE}"
    form = office_form(f"{address}/book", booked_on="2026-12-11", provider="The council")
    assert [form.send(), form.send()] == [(303, address)] * 2
    assert len(served.kept("y5", COURSE)) == 1
    form.send(f"{address}/unbook")
    assert form.send() == (303, address)
    assert said(served, "training booked") == 1
    assert office_form(form.address, booked_on="2026-12-12", provider="The council").send()[0] == 303
    assert said(served, "training booked") == 2


def test_a_meeting_that_was_moved_does_not_come_back_on_its_first_day(served, office_form):
    form = office_form("/governors/meetings", person="cl", body=BODY, on="2027-01-14")
    assert [form.send()[0], form.send()[0]] == [303, 303]
    form.send(f"/governors/meetings/{BODY}/2027-01-14", on="2027-01-21")
    assert form.send()[0] == 303
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SCHOOL)
    days = [meeting.on for one in register.bodies if one.key == BODY for meeting in one.meetings]
    assert (date(2027, 1, 14) in days, date(2027, 1, 21) in days) == (False, True)


def test_an_absence_that_was_taken_back_does_not_come_again(served, office_form):
    page = "/office/people/of/y5"
    form = office_form(f"{page}/away", first_on="2026-12-01", until="2026-12-04")
    assert [form.send(), form.send()] == [(303, page)] * 2
    form.send(f"{page}/back", first_on="2026-12-01", back_on="2026-12-01")
    assert form.send() == (303, page)
    assert roster(served)["y5"].membership(SCHOOL).absences == ()


def test_a_person_is_added_once_and_the_second_tap_is_not_a_fault(served, office_form):
    form = office_form("/office/people/add", **NORA)
    assert form.send() == (303, "/office/people/of/n.bright%40merriwell.example")
    assert form.send() == (303, "/office/people")
    assert said(served, "added a person") == 1


def test_an_answer_is_given_once_and_the_second_tap_is_not_a_fault(served, office_form, asks):
    page = f"/office/questions/{asks()}"
    form = office_form(f"{page}/answer", words="Yes, if it has no camera.")
    assert [form.send(), form.send()] == [(303, page)] * 2
    assert said(served, "answered a question") == 1


@pytest.mark.parametrize(
    ("address", "sort", "name"),
    [
        (f"/office/policies/{POLICY}", "version", "new.md"),
        ("/office/people/import", "people file", "people.csv"),
    ],
)
def test_a_file_to_look_through_is_kept_once(served, office_form, register, address, sort, name):
    source = {
        "version": register.parent / "policies" / f"{POLICY}.md",
        "people file": register.parent / "roster.csv",
    }
    content = source[sort].read_text(encoding="utf-8") + ("\nA new line.\n" if sort == "version" else "")
    how = {"how": "add"} if sort == "people file" else {}
    form = office_form(address, files={"file": (name, content, "text/plain")}, **how)
    first, again = form.send(), form.send()
    assert first == again
    assert first[0] == 303
    (kept,) = uploads(served, sort)
    assert kept.key in first[1]


def test_a_providers_file_is_kept_once(served, office_form):
    form = office_form("/training/import", files={"file": ("list.csv", LIST, "text/csv")})
    first, again = form.send(), form.send()
    assert (first[0], first) == (303, again)
    with served.store.reading() as conn:
        assert len(conn.execute(training_file.select()).all()) == 1
