"""Places booked and completions said to be finished: who is reminded meanwhile, and what is kept of it."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from bot.core.validation import ValidationFailed
from bot.forecast.preview import preview
from bot.planning.store import load_snapshot
from bot.rules.duties import State
from bot.training import claims
from bot.training import store as training_store
from bot.training.claims import CompletionInput, certificate_of, find, waiting
from bot.training.claims import decide as claims_decide
from bot.training.claims import say as claims_say
from bot.training.service import Actor, Booking, behind, book, unbook
from bot.training.store import training_claim, training_decision

SCHOOL = "merriwell-green"
COURSE = "safeguarding-training"
FINISHED = date(2026, 11, 19)


class Desk:
    """The training of one person at the sample school."""

    def __init__(self, school, person="y1"):
        self.school, self.services, self.person = school, school.services, person

    def actor(self, key="of"):
        return Actor(self.snapshot().people[key], "signed in by an e-mail link")

    def snapshot(self):
        with self.school.store.reading() as conn:
            return load_snapshot(conn, self.school.clock().date(), (SCHOOL,))

    def found(self, course=COURSE):
        return behind(self.services, self.snapshot(), (SCHOOL, self.person, course), self.school.clock())

    def say(self, **given):
        said = CompletionInput(**{"finished_on": FINISHED, "provider": "The council"} | given)
        return claims_say(self.services, self.found(), said, self.actor(self.person), self.school.clock())

    def decide(self, key, *made, by="of"):
        claim = find(self.services, SCHOOL, key)
        claims_decide(self.services, self.found(), claim, made, self.actor(by), self.school.clock())

    def is_reminded(self, on):
        """Return whether the day's plan writes to them about the course, as if on a first day."""
        told = (
            item.duty.obligation.key
            for notice in preview(self.school.store, on).notices
            for item in notice.items
            if item.about == self.person
        )
        return COURSE in told


@pytest.fixture
def desk(school):
    return Desk(school)


def test_no_one_is_reminded_until_the_booked_day_is_past(desk):
    today = desk.school.clock().date()
    assert desk.is_reminded(today)
    booked = Booking(today + timedelta(days=3), "The  council ")
    book(desk.services, desk.found(), booked, desk.actor(), desk.school.clock())
    assert [desk.is_reminded(today + timedelta(days=days)) for days in (0, 3, 4)] == [False, False, True]
    assert desk.found().acts[0].record.words == "Booked for 26 November 2026 with The council"
    unbook(desk.services, desk.found(), desk.actor(), desk.school.clock())
    assert desk.is_reminded(today)
    before = len(desk.found().acts)
    unbook(desk.services, desk.found(), desk.actor(), desk.school.clock())
    assert len(desk.found().acts) == before


def test_a_course_that_is_done_is_not_booked(desk):
    desk.decide(desk.say(), True, "")
    with pytest.raises(ValidationFailed, match="This is done"):
        book(desk.services, desk.found(), Booking(FINISHED, "x"), desk.actor(), desk.school.clock())


def test_no_one_is_reminded_while_the_office_looks_at_it_but_not_for_ever(desk):
    today = desk.school.clock().date()
    desk.say()
    days = (0, 14, 15)
    assert [desk.is_reminded(today + timedelta(days=days)) for days in days] == [False, False, True]


def test_what_is_accepted_counts_from_the_day_it_was_finished(desk):
    desk.decide(desk.say(), True, "Seen.")
    cell = desk.found().cell
    assert (cell.state, cell.done_on, cell.valid_until) == (State.DONE, FINISHED, date(2027, 11, 19))
    assert waiting(desk.services, SCHOOL) == ()


def test_a_renewal_said_early_leaves_what_counts_as_it_is(desk):
    desk.decide(desk.say(finished_on=date(2026, 9, 1)), True, "")
    desk.school.clock.turn(days=1)
    desk.say()
    assert desk.found().cell.state is State.DONE
    assert len(desk.found().waiting) == 1


def test_what_is_sent_back_is_asked_for_again(desk):
    today = desk.school.clock().date()
    desk.decide(desk.say(), False, "The name is cut off.")
    assert desk.is_reminded(today)
    assert desk.found().claims[0].decision.words == "The name is cut off."


@pytest.mark.parametrize(
    ("made", "by", "says"),
    [
        ((True, ""), "y1", "Someone else must check it"),
        ((False, " "), "of", "Say in a few words what is missing"),
        ((True, "w" * 1001), "of", "under 1000 characters"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(desk, made, by, says):
    key = desk.say()
    with pytest.raises(ValidationFailed, match=says):
        desk.decide(key, *made, by=by)
    assert len(waiting(desk.services, SCHOOL)) == 1


def test_what_was_decided_stands(desk):
    key = desk.say()
    desk.decide(key, True, "")
    acts = len(desk.found().acts)
    desk.decide(key, False, "On second thoughts, no.")
    assert len(desk.found().acts) == acts
    assert desk.found().claims[0].decision.accepted


def test_where_no_files_are_kept_a_certificate_is_refused_and_a_word_is_taken(desk):
    assert desk.services.certificates is None
    with pytest.raises(ValidationFailed, match="Files cannot be kept on this machine"):
        desk.say(filename="c.pdf", content=b"%PDF-1.7")
    key = desk.say()
    assert certificate_of(desk.services, find(desk.services, SCHOOL, key)) is None


def test_claims_and_decisions_are_never_changed_or_taken_away(desk):
    desk.decide(desk.say(), True, "")
    for act in (
        update(training_claim).values(provider="Another"),
        delete(training_claim),
        update(training_decision).values(outcome="sent back"),
        delete(training_decision),
    ):
        with pytest.raises(DatabaseError, match="append-only"), desk.school.store.writing() as conn:
            conn.execute(act)


def test_a_file_whose_record_was_not_kept_is_taken_away_again(desk, tmp_path):
    kept = claims.keep(tmp_path / "c", b"%PDF-1.7", "c.pdf", lambda length: b"c" * length)
    assert claims.read(tmp_path / "c", kept) == b"%PDF-1.7"
    claims.drop(tmp_path / "c", kept)
    claims.drop(tmp_path / "c", kept)
    assert claims.read(tmp_path / "c", kept) is None
    with pytest.raises(ValueError, match="not a PDF"):
        claims.keep(tmp_path / "c", b"<html>", "c.pdf", lambda length: b"d" * length)


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("certificate.pdf", "certificate.pdf"),
        ("..\\..\\c<1>.exe", "c-1.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("", "certificate.pdf"),
        ("é" * 300, "é" * 100 + ".pdf"),
    ],
)
def test_a_file_is_called_what_it_is(tmp_path, called, kept):
    one = claims.keep(tmp_path, b"%PDF-1.7", called, lambda length: b"c" * length)
    assert one.filename == kept


def test_claims_of_one_course_or_of_all(desk):
    desk.say()
    with desk.school.store.reading() as conn:
        assert len(training_store.claims_of(conn, SCHOOL, "y1")) == 1
        assert training_store.claims_of(conn, SCHOOL, "y1", "dsl-training") == []


def test_a_certificate_whose_record_was_never_written_is_taken_away_and_no_other_is(desk, tmp_path):
    folder, now = tmp_path / "certificates", desk.school.clock()
    desk.services = replace(desk.services, certificates=folder)
    desk.say(content=b"%PDF-1.7", filename="mine.pdf")
    (mine,) = folder.iterdir()

    def dies(number):
        """Write a file, as a process does that dies before it writes the record."""
        return claims.keep(folder, b"%PDF-1.7", "lost.pdf", lambda length: bytes([number] * length)).stored

    lost, new = dies(1), dies(2)
    (folder / "notes by the office.txt").write_text("not ours")
    for name in (mine.name, lost, "notes by the office.txt"):
        long_ago = (now - timedelta(days=8)).timestamp()
        os.utime(folder / name, (long_ago, long_ago))
    os.utime(folder / new, (now.timestamp(), now.timestamp()))
    assert claims.clear_away(desk.services, now) == "1 taken away, 1 kept"
    assert {path.name for path in folder.iterdir()} == {mine.name, new, "notes by the office.txt"}
    assert claims.clear_away(desk.services, now) == "0 taken away, 1 kept"


def test_where_no_files_are_kept_nothing_is_cleared_away(desk):
    assert claims.clear_away(desk.services, desk.school.clock()) == "no files are kept here"
