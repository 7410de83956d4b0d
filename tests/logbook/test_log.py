"""The log book: written with its ledger line or not at all, read by roles, never changed."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.clock import local_date
from bot.core.validation import ValidationFailed
from bot.logbook import service as logbook_service
from bot.logbook.service import LogActor, NoSuchEntry
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.rules.people import ALIASES

SCHOOL = "merriwell-green"
PHONE = {"child": "A.B. in Year 5", "what": "a  phone", "kept": "office safe"}
SEARCH = {
    "child": "A.B. in Year 5",
    "what": "A search for a device",
    "why": "it rang in a lesson",
    "authorised": "the head",
    "present": "two members of staff",
    "agreed": "The child",
    "dsl": "",
}


@dataclass
class Book:
    """What people write into the log of the sample school."""

    school: object
    sent: int = 0

    def keeper(self, person, school=SCHOOL, sent=None):
        self.sent += 1
        today = local_date(self.school.clock())
        with self.school.store.reading() as conn:
            known = load_snapshot(conn, today, (SCHOOL,)).people[person]
        held = known.membership(SCHOOL).roles
        roles = frozenset(ALIASES.get(one, one) for one in held)
        return LogActor(school, known, roles, "a test", sent or str(self.sent))

    def write(self, person="y1", kind="pupil-phone", said=PHONE, at=None, sent=None):
        now = self.school.clock()
        return logbook_service.write(
            self.school.store, self.keeper(person, sent=sent), kind, said, at or now, now
        )

    def add(self, person, reference, step, said, sent=None):
        keeper = self.keeper(person, sent=sent)
        logbook_service.add(self.school.store, keeper, reference, step, said, self.school.clock())

    def seen(self, person, school=SCHOOL, **given):
        found = logbook_service.book(
            self.school.store, self.keeper(person, school), self.school.clock(), **given
        )
        return [one.first.reference for one in found]

    def find(self, person, reference, school=SCHOOL):
        return logbook_service.find(
            self.school.store, self.keeper(person, school), reference, self.school.clock()
        )

    def noted(self):
        with self.school.store.reading() as conn:
            assert ledger.verify(conn) is None
            return [one for _, one in ledger.entries(conn) if one.action.startswith("log: ")]


@pytest.fixture
def log(school):
    return Book(school)


def refused(act, *given, **named):
    with pytest.raises(ValidationFailed) as caught:
        act(*given, **named)
    return {one.field for one in caught.value.refusals}


def test_a_phone_is_handed_in_and_given_back(log):
    reference = log.write()
    found = log.find("y4", reference)
    assert found.first.said == {"child": "A.B. in Year 5", "what": "a phone", "kept": "office safe"}
    assert [one.key for one in found.missing] == ["given-back"]
    log.school.clock.turn(hours=7)
    log.add("of", reference, "given-back", {"to": "The child"})
    found = log.find("y1", reference)
    assert found.missing == ()
    assert [(one.step, one.by, one.said) for one in found.after] == [
        ("given-back", "of", {"to": "The child"})
    ]


def test_the_ledger_names_who_and_which_kind_and_never_a_word_of_it(log):
    reference = log.write()
    log.add("of", reference, "given-back", {"to": "The child"})
    back, handed = log.noted()
    assert (handed.actor, handed.action) == ("person:y1", "log: written")
    assert (back.actor, back.action) == ("person:of", "log: given-back")
    assert handed.subject == back.subject == f"log:{SCHOOL}/{reference}"
    assert "A.B." not in str(handed.data)
    assert set(handed.data) == {"kind", "reference", "said"}


def test_the_same_form_sent_twice_is_one_line(log):
    assert log.write(sent="one") == log.write(sent="one")
    reference = log.write(sent="one")
    for _ in range(2):
        log.add("of", reference, "given-back", {"to": "The child"}, sent="two")
    assert len(log.noted()) == 2
    assert len(log.find("of", reference).after) == 1


def test_what_is_written_down_already_is_not_written_twice_by_others(log):
    reference = log.write()
    log.add("of", reference, "given-back", {"to": "The child"})
    assert refused(log.add, "y1", reference, "given-back", {"to": "The child"}) == {"main"}


def test_nothing_in_the_table_can_be_changed_or_taken_away(log):
    log.write()
    for statement in ("update log_entry set person = 'x'", "delete from log_entry"):
        with pytest.raises(DBAPIError), log.school.store.writing() as conn:
            conn.execute(text(statement))


def test_a_correction_is_added_and_a_mistake_closes_the_entry(log):
    reference = log.write()
    log.add("y1", reference, "corrected", {"words": "It was a watch."})
    log.add("y1", reference, "corrected", {"words": "It was a black watch."})
    assert [one.key for one in log.find("y1", reference).missing] == ["given-back"]
    log.add("y1", reference, "mistaken", {"words": "Written twice."})
    found = log.find("y1", reference)
    assert found.mistaken
    assert found.missing == ()
    assert found.first.said["what"] == "a phone"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, {"child", "what", "kept"}),
        (PHONE | {"what": " "}, {"what"}),
        (PHONE | {"what": "x" * 301}, {"what"}),
        (PHONE | {"what": "phone, PIN: 4821"}, {"what"}),
    ],
)
def test_what_is_missing_too_long_or_a_password_is_refused_and_nothing_is_kept(log, said, fields):
    assert refused(log.write, said=said) == fields
    assert log.noted() == []


def test_an_answer_no_one_offered_is_refused(log):
    reference = log.write()
    assert refused(log.add, "of", reference, "given-back", {"to": "A stranger"}) == {"given-back-to"}


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=-400)])
def test_a_time_to_come_or_long_past_is_refused(log, off):
    assert refused(log.write, at=log.school.clock() + off) == {"when"}


def test_a_search_is_read_by_its_writer_leadership_and_the_dsl_alone(log):
    reference = log.write("y1", "search", SEARCH)
    for person in ("y1", "hd", "dh"):
        assert log.seen(person) == [reference]
    for person in ("y4", "of", "sb", "ta4"):
        assert log.seen(person) == []
        with pytest.raises(NoSuchEntry):
            log.find(person, reference)
        with pytest.raises(NoSuchEntry):
            log.add(person, reference, "dsl-told", {"dsl": "me"})


def test_a_search_is_late_until_the_dsl_is_told_and_the_office_sees_a_number_only(log):
    reference = log.write("y1", "search", SEARCH)
    log.school.clock.turn(hours=1)
    for person, seen, unseen in (("hd", 1, 0), ("of", 0, 1)):
        late = logbook_service.late_ones(log.school.store, log.keeper(person), log.school.clock())
        assert (late.seen, late.unseen) == (seen, unseen)
    log.add("dh", reference, "dsl-told", {"dsl": "Told by the class teacher at 09:10"})
    late = logbook_service.late_ones(log.school.store, log.keeper("hd"), log.school.clock())
    assert (late.seen, late.unseen) == (0, 0)


@pytest.mark.parametrize(
    ("person", "kind"), [("y1", "device"), ("gc", "pupil-phone"), ("of", "tool"), ("hd", "nothing")]
)
def test_a_kind_that_is_not_theirs_cannot_be_written(log, person, kind):
    with pytest.raises(NoSuchEntry):
        log.write(person, kind)


def test_governors_read_nothing(log):
    log.write()
    assert log.seen("gc") == log.seen("gs") == []


def test_an_entry_is_found_in_its_own_setting_only(log):
    reference = log.write()
    elsewhere = "otherfield"
    assert log.seen("hd", school=elsewhere) == []
    with pytest.raises(NoSuchEntry):
        log.find("hd", reference, school=elsewhere)


def test_a_later_line_is_no_entry_of_its_own(log):
    reference = log.write()
    log.add("of", reference, "given-back", {"to": "The child"})
    line = log.find("of", reference).after[0].reference
    with pytest.raises(NoSuchEntry):
        log.find("of", line)
