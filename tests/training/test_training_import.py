"""Files of completions: every form a provider saves them in, who matches what, and nothing twice."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.validation import ValidationFailed
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.duties import State
from bot.training.import_reader import EVERY_LINE, LARGEST, LEAVE_OUT, guess, read_date, read_table
from bot.training.import_service import map_columns, map_courses, open_file, preview, receive
from bot.training.import_service import take as training_import_take
from bot.training.model import matrix
from bot.training.service import Actor
from bot.training.store import ProviderHeading

SCHOOL = "merriwell-green"
COURSE = "safeguarding-training"
HEADINGS = ProviderHeading(
    "Kent Online", {"name": "Name", "email": "Email", "course": "Course", "date": "Completed"}
)
GOOD = (
    "Name,Email,Course,Completed\n"
    "Samuel Kerr,S.Kerr@merriwell.example,Safeguarding L1,19/11/2026\n"
    "Grace Pellow,,Safeguarding L1,2026-11-18 14:02\n"
)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("4/12/2026", date(2026, 12, 4)),
        ("04-12-2026", date(2026, 12, 4)),
        ("4.12.2026 09:30", date(2026, 12, 4)),
        ("2026-12-04", date(2026, 12, 4)),
        ("2026-12-04T09:30:00.000Z", date(2026, 12, 4)),
        ("2026-12-04 09:30:00+01:00", date(2026, 12, 4)),
        ("4 Dec 2026", date(2026, 12, 4)),
        ("Friday, 4th December 2026, 9:30 am", date(2026, 12, 4)),
        ("04-Dec-2026", date(2026, 12, 4)),
    ],
)
def test_a_day_is_read_as_providers_write_it(said, read):
    assert read_date(said) == read


@pytest.mark.parametrize("said", ["12/25/2026", "31/2/2026", "soon", "4 Dez 2026", "2026-13-01", "4"])
def test_a_day_that_may_be_another_is_not_guessed(said):
    with pytest.raises(ValueError, match=r"is not a d.*the day first"):
        read_date(said)


@pytest.mark.parametrize(
    "content",
    [
        "Name,Course\nZoë Müller,Fire\n".encode(),
        "\ufeffName,Course\r\nZoë Müller,Fire\r\n".encode(),
        "Name;Course\nZoë Müller;Fire\n".encode("cp1252"),
        "Name\tCourse\nZoë Müller\tFire\n".encode("utf-16"),
        '"Name","Course"\n\n"Zoë  Müller ","Fire"\n,\n'.encode(),
    ],
)
def test_a_file_is_read_however_a_computer_saved_it(content):
    table = read_table(content)
    assert table.headings == ("Name", "Course")
    assert [line.cells for line in table.lines] == [("Zoë Müller", "Fire")]


def test_lines_keep_the_number_they_have_in_the_file():
    table = read_table(b'Name,Course\n"Jo\nBell",Fire\n\nAnn Lee,Fire\n')
    assert [(line.number, line.cells[0]) for line in table.lines] == [(2, "Jo Bell"), (5, "Ann Lee")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no list in this file"),
        (b"Name,Course\n", "no list in this file"),
        (b"PK\x03\x04rest", "cannot be opened"),
        (b"%PDF-1.7", "not a spreadsheet"),
        (b"Name,Name\nx,y\n", "both called “Name”"),
        (b"Name,Course\nx,y,z\n", "Line 2 has 3 cells under 2 headings"),
        (b'Name,Course\n"x,y\n', "broken in row 2"),
        (b"a,b\n" * 5001, "more than 5,000 rows"),
        (b"a" * (LARGEST + 1), "larger than 1 MB"),
        # Two headings of one name were looked for in a time that grew with the square of their number.
        (",".join(map(str, range(150_000))).encode() + b"\na,b\n", "more than 5,000 rows or 200 columns"),
    ],
)
def test_what_is_not_a_list_is_refused_whole(content, says):
    with pytest.raises(ValidationFailed, match=says):
        read_table(content)


def test_the_headings_most_providers_print_are_known():
    table = read_table(b"First name,Surname,Email Address,Course Title,Completion Date,Score\na,b,c,d,e,f\n")
    assert guess(table) == {
        "name": "First name",
        "surname": "Surname",
        "email": "Email Address",
        "course": "Course Title",
        "date": "Completion Date",
    }


class Office:
    """The office at the sample school, with a provider's file."""

    def __init__(self, school):
        self.school, self.services = school, school.services
        with school.store.reading() as conn:
            self.by = Actor(
                load_snapshot(conn, school.clock().date(), (SCHOOL,)).people["of"],
                "signed in by an e-mail link",
            )

    def snapshot(self):
        with self.school.store.reading() as conn:
            return load_snapshot(conn, self.school.clock().date(), (SCHOOL,))

    def send(self, text, heading=HEADINGS, courses=None):
        sent = ("list.csv", text.encode())
        key = receive(self.services, SCHOOL, sent, self.by, self.school.clock())
        if heading is not None:
            map_columns(self.services, self.open(key), heading, self.by, self.school.clock())
            said = {"Safeguarding L1": COURSE} if courses is None else courses
            map_courses(self.services, self.open(key), said, self.by, self.school.clock())
        return key

    def open(self, key):
        return open_file(self.services, SCHOOL, key)

    def look(self, key):
        return preview(self.snapshot(), self.open(key), self.school.clock())

    def take(self, key, *, good_only=False):
        opened, now = self.open(key), self.school.clock()
        return training_import_take(self.services, self.snapshot(), opened, self.by, now, good_only=good_only)

    def states(self, person):
        cells = matrix(self.snapshot(), SCHOOL, self.school.clock().date()).row(person).cells
        return {key: cell.state for key, cell in cells.items()}


@pytest.fixture
def office(school):
    return Office(school)


def test_a_good_file_is_recorded_with_provider_and_line(office, school):
    key = office.send(GOOD)
    assert [(one.line, one.person.key, one.by_name) for one in office.look(key).new] == [
        (2, "y1", False),
        (3, "y4", True),
    ]
    assert office.take(key) == 2
    assert office.states("y1")[COURSE] is State.DONE
    with school.store.reading() as conn:
        (kept,) = record_evidence.for_duty(conn, SCHOOL, COURSE, "y1")
        actions = [entry.action for _, entry in ledger.entries(conn, limit=3)]
        assert ledger.verify(conn) is None
    assert kept.record.identified_by == "list of Kent Online, line 2"
    assert (kept.record.acted_on, kept.record.reference) == (date(2026, 11, 19), "Kent Online")
    assert actions == ["training list taken", "training recorded", "training recorded"]


def test_the_same_file_twice_changes_nothing(office, school):
    key = office.send(GOOD)
    office.take(key)
    with school.store.reading() as conn:
        before = len(record_evidence.load_evidence(conn, None)), ledger.head(conn)
    again = office.send(GOOD, heading=None)
    assert [one.known for one in office.look(again).good] == [True, True]
    assert office.take(again) == 0
    assert office.take(key) == 0
    with school.store.reading() as conn:
        assert (len(record_evidence.load_evidence(conn, None)), ledger.head(conn)) == before


def test_a_provider_s_next_file_is_read_as_its_last_was(office):
    office.send(GOOD)
    key = office.send(GOOD.replace("19/11/2026", "20/11/2026"), heading=None)
    assert office.open(key).heading.provider == "Kent Online"
    assert len(office.look(key).new) == 2


def test_the_same_line_twice_in_a_file_is_one_completion(office):
    key = office.send(GOOD + GOOD.splitlines()[1] + "\n")
    assert len(office.look(key).new) == 2
    assert office.take(key) == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Nobody Known,,Safeguarding L1,19/11/2026", "Nobody here is known as Nobody Known"),
        (",x@y.example,Safeguarding L1,19/11/2026", "Nobody here is known as x@y.example"),
        (",,Safeguarding L1,19/11/2026", "Nobody here is known as this"),
        ("Samuel Kerr,,Fire,19/11/2026", "We do not know the course “Fire”"),
        ("Samuel Kerr,,,19/11/2026", "No course is named"),
        ("Samuel Kerr,,Safeguarding L1,", "no day on which it was finished"),
        ("Samuel Kerr,,Safeguarding L1,11/25/2026", "not a day that exists"),
        ("Samuel Kerr,,Safeguarding L1,24/11/2026", "still to come"),
        ("Samuel Kerr,,Safeguarding L1,24/11/2001", "more than ten years ago"),
    ],
)
def test_one_line_that_cannot_be_matched_changes_nothing(office, school, line, says):
    key = office.send(GOOD + line + "\n")
    (bad,) = office.look(key).bad
    assert bad.line.number == 4
    assert says in bad.says
    with school.store.reading() as conn:
        before = ledger.head(conn)
    with pytest.raises(ValidationFailed, match="1 line cannot be matched"):
        office.take(key)
    with school.store.reading() as conn:
        assert ledger.head(conn) == before
    assert office.take(key, good_only=True) == 2


def test_two_people_of_one_name_are_told_apart_by_their_address_alone(office, school):
    with school.store.writing() as conn:
        other = record_people.roster(conn, SCHOOL)["ta4"]
        record_people.save_people(conn, [replace(other, name="Samuel Kerr")], school.clock())
    key = office.send("Name,Email,Course,Completed\nSamuel Kerr,,Safeguarding L1,19/11/2026\n")
    assert "Two people here are called Samuel Kerr" in office.look(key).bad[0].says
    key = office.send(GOOD)
    assert office.look(key).new[0].person.key == "y1"


def test_a_leaver_is_not_matched(office, school):
    school.change("y1", leaves_on=date(2026, 11, 1))
    assert office.look(office.send(GOOD)).bad[0].line.number == 2


def test_courses_that_are_not_asked_here_are_left_out(office):
    key = office.send(GOOD + "Samuel Kerr,,Fire safety,1/11/2026\n")
    assert office.look(key).unknown == ("Fire safety",)
    map_courses(
        office.services, office.open(key), {"Fire safety": LEAVE_OUT}, office.by, office.school.clock()
    )
    shown = office.look(key)
    assert (shown.bad, shown.unknown, shown.left_out) == ((), (), 1)
    assert office.take(key) == 2


def test_a_file_about_one_course_needs_no_column_for_it(office):
    columns = {"email": "Email", "date": "Completed"}
    heading = ProviderHeading("Kent Online", columns, {EVERY_LINE: "dsl-training"})
    key = office.send("Email,Completed\ndeputy@merriwell.example,4 Nov 2026\n", heading, courses={})
    (good,) = office.look(key).new
    assert (good.person.key, good.course.key) == ("dh", "dsl-training")


def test_a_first_name_and_a_surname_may_stand_apart(office):
    columns = {"name": "First", "surname": "Last", "date": "Completed", "course": "Course"}
    key = office.send(
        "First,Last,Course,Completed\nGrace,Pellow,safeguarding and child protection training,4/11/2026\n",
        ProviderHeading("Kent Online", columns),
        courses={},
    )
    assert [one.person.key for one in office.look(key).new] == ["y4"]


@pytest.mark.parametrize(
    ("provider", "columns", "field"),
    [
        ("", {"email": "Email", "course": "Course", "date": "Completed"}, "provider"),
        ("Kent", {"email": "Email", "course": "Course"}, "date"),
        ("Kent", {"course": "Course", "date": "Completed"}, "email"),
        ("Kent", {"email": "Email", "date": "Completed"}, "course"),
        ("Kent", {"email": "Nothing", "course": "Course", "date": "Completed"}, "email"),
    ],
)
def test_columns_that_cannot_tell_who_did_what_when_are_asked_for_again(office, provider, columns, field):
    key = office.send(GOOD, heading=None)
    with pytest.raises(ValidationFailed) as refused:
        map_columns(
            office.services,
            office.open(key),
            ProviderHeading(provider, columns),
            office.by,
            office.school.clock(),
        )
    assert [one.field for one in refused.value.refusals] == [field]
    assert office.open(key).heading is None
    map_courses(office.services, office.open(key), {"x": COURSE}, office.by, office.school.clock())
    assert office.open(key).heading is None
    assert office.take(key, good_only=True) == 0


def test_a_file_is_kept_for_a_month(office, school):
    first = office.send(GOOD)
    school.clock.turn(days=32)
    office.send(GOOD)
    assert office.open(first) is None
