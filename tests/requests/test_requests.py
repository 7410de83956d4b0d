"""Asking, deciding and ending: kept with ledger and letters, or not at all; letters name the kind alone."""

from dataclasses import dataclass
from datetime import date

import pytest
from planned import plan_today

from bot.core.clock import local_date
from bot.core.validation import ValidationFailed
from bot.messages import store as message_store
from bot.planning.service import queue_reminders
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.requests import emails as request_emails
from bot.requests import service as request_service
from bot.requests import store as request_store
from bot.requests.model import Outcome, RequestState
from bot.requests.service import DecisionInput, NoSuchRequest, Reader, RequestInput

SCHOOL = "merriwell-green"
FRIDAY = date(2026, 12, 18)
ASKED = RequestInput("own-device", "My own tablet in the hall", "The school's is being mended", None, FRIDAY)
TOLD = RequestInput("relationship", "The Larks live next door to me", "")
YES = DecisionInput(Outcome.ALLOWED, "Photos of work only", "In the office, file 7", FRIDAY)


@dataclass
class Desk:
    """What people do about requests at the sample school."""

    school: object

    def reader(self, person):
        today = local_date(self.school.clock())
        with self.school.store.reading() as conn:
            snapshot = load_snapshot(conn, today, (SCHOOL,))
        return Reader(snapshot.schools[SCHOOL], snapshot.people[person], "a test", snapshot)

    def ask(self, person="y1", asked=ASKED):
        return request_service.ask(self.school.store, self.reader(person), asked, self.school.clock())

    def decide(self, reference, person="hd", given=YES):
        request_service.decide(self.school.store, self.reader(person), reference, given, self.school.clock())

    def act(self, how, person, reference, *given):
        how(self.school.store, self.reader(person), reference, *given, self.school.clock())

    def see(self, reference, person="y1"):
        return request_service.open_request(
            self.school.store, self.reader(person), reference, self.school.clock()
        )

    def listed(self, how, person):
        views = how(self.school.store, self.reader(person), self.school.clock())
        return [(one.request.reference, one.standing) for one in views]

    def written(self):
        with self.school.store.reading() as conn:
            return ledger.head(conn)[0], sum(message_store.counts(conn).values())

    def letters(self):
        with self.school.store.reading() as conn:
            return sorted(
                one.person for one in message_store.recent(conn, limit=500) if one.kind == "request"
            )


@pytest.fixture
def desk(school):
    return Desk(school)


def test_a_request_is_kept_once_with_its_ledger_entry_and_goes_to_the_head(desk):
    reference = desk.ask()
    assert desk.ask() == reference
    assert desk.see(reference).standing is RequestState.WAITING
    assert desk.letters() == ["hd"]
    with desk.school.store.reading() as conn:
        (_, entry), *_ = ledger.entries(conn)
        assert ledger.verify(conn) is None
    assert (entry.actor, entry.action) == ("person:y1", "asked: own-device")
    assert entry.data == {"kind": "own-device", "of": "y1"}


def test_what_was_taken_back_and_is_asked_again_the_same_day_is_asked_again(desk):
    asked = []
    for _ in range(3):
        asked.append(desk.ask())
        assert desk.ask() == asked[-1]
        assert desk.see(asked[-1]).standing is RequestState.WAITING
        desk.school.clock.turn(minutes=5)
        desk.act(request_service.withdraw, "y1", asked[-1])
    assert len(set(asked)) == 3
    assert desk.letters() == ["hd"] * 3


def test_a_yes_with_conditions_counts_up_to_its_last_day_and_then_lapses(desk):
    reference = desk.ask()
    desk.decide(reference)
    view = desk.see(reference)
    assert view.standing is RequestState.ALLOWED
    assert (view.decision.words, view.decision.risk) == ("Photos of work only", "In the office, file 7")
    assert desk.listed(request_service.in_force, "of") == [(reference, RequestState.ALLOWED)]
    desk.school.clock.turn(days=26)
    assert desk.see(reference).standing is RequestState.LAPSED
    assert desk.listed(request_service.in_force, "of") == [(reference, RequestState.LAPSED)]
    desk.school.clock.turn(days=31)
    assert desk.listed(request_service.in_force, "of") == []


def test_the_asker_reads_the_answer_and_says_so_once(desk):
    reference = desk.ask()
    desk.act(request_service.confirm, "y1", reference)
    desk.decide(reference)
    desk.act(request_service.confirm, "y1", reference)
    desk.act(request_service.confirm, "y1", reference)
    assert [one.outcome.value for one in desk.see(reference).words] == ["allowed", "confirmed"]


def test_a_declaration_is_noted_with_advice_and_looked_at_again(desk):
    reference = desk.ask(asked=TOLD)
    with pytest.raises(ValidationFailed, match="what was agreed"):
        desk.decide(reference, given=DecisionInput(Outcome.NOTED, "", "", FRIDAY))
    desk.decide(reference, given=DecisionInput(Outcome.NOTED, "Keep school talk at school", "", FRIDAY))
    assert desk.see(reference, "dh").standing is RequestState.NOTED
    desk.school.clock.turn(days=26)
    assert desk.see(reference).standing is RequestState.LOOK_AGAIN
    desk.decide(reference, given=DecisionInput(Outcome.NOTED, "Still so", "", date(2027, 12, 17)))
    assert desk.see(reference).standing is RequestState.NOTED
    assert desk.listed(request_service.in_force, "of") == []


def test_what_the_head_asks_goes_to_the_chair_and_no_one_decides_their_own(desk):
    reference = desk.ask("hd")
    assert desk.letters() == ["gc"]
    for nobody in ("hd", "dh", "of", "y1"):
        with pytest.raises(NoSuchRequest):
            desk.decide(reference, nobody)
    desk.decide(reference, "gc")
    assert desk.see(reference, "hd").standing is RequestState.ALLOWED


def test_what_was_asked_is_not_shown_to_others_nor_taken_back_or_ended_by_them(desk):
    reference, before = desk.ask(), desk.written()
    for reader in ("dh", "of", "y4", "gc"):
        for how, given in (
            (request_service.withdraw, ()),
            (request_service.confirm, ()),
            (request_service.end, ("no",)),
        ):
            with pytest.raises(NoSuchRequest):
                desk.act(how, reader, reference, *given)
        with pytest.raises(NoSuchRequest):
            desk.see(reference, reader)
        assert desk.listed(request_service.desk, reader) == []
    assert desk.written() == before


def test_another_setting_has_no_such_request(desk):
    reference = desk.ask()
    with desk.school.store.reading() as conn:
        assert request_store.find(conn, SCHOOL, reference) is not None
        assert request_store.find(conn, "another", reference) is None


def test_a_request_is_decided_once_ended_early_with_a_reason_or_taken_back_before(desk):
    reference = desk.ask()
    desk.decide(reference)
    with pytest.raises(ValidationFailed, match="meanwhile"):
        desk.decide(reference, given=DecisionInput(Outcome.REFUSED, "No"))
    with pytest.raises(ValidationFailed, match="why it ends"):
        desk.act(request_service.end, "hd", reference, "  ")
    desk.act(request_service.end, "hd", reference, "The school's tablet is back")
    assert desk.see(reference).standing is RequestState.ENDED
    with pytest.raises(ValidationFailed, match="meanwhile"):
        desk.act(request_service.end, "hd", reference, "again")
    other = desk.ask(asked=RequestInput("name", "The logo on a talk", "A course of mine", None, FRIDAY))
    desk.act(request_service.withdraw, "y1", other)
    desk.act(request_service.withdraw, "y1", other)
    assert desk.see(other).standing is RequestState.WITHDRAWN
    assert len(desk.see(other).words) == 1
    assert {one for _, one in desk.listed(request_service.own, "y1")} == {
        RequestState.WITHDRAWN,
        RequestState.ENDED,
    }


NOT_YET_ASKED = (
    (RequestInput("", "x", "y", None, FRIDAY), ["kind"]),
    (RequestInput("own-device", " ", " ", None, None), ["what", "why", "until_on"]),
    (RequestInput("own-device", "x" * 4001, "y", None, FRIDAY), ["what"]),
    (RequestInput("relationship", " ", ""), ["what"]),
)
NOT_YET_DECIDED = (
    (DecisionInput(None), ["outcome"]),
    (DecisionInput(Outcome.NOTED, "advice", "", FRIDAY), ["outcome"]),
    (DecisionInput(Outcome.REFUSED, " "), ["reason"]),
    (DecisionInput(Outcome.ALLOWED, "", "", None), ["risk", "until_on"]),
    (DecisionInput(Outcome.ALLOWED, "", "file 7", date(2026, 11, 22)), ["until_on"]),
    (DecisionInput(Outcome.ALLOWED, "", "file 7", date(2029, 11, 22)), ["until_on"]),
    (DecisionInput(Outcome.REFUSED, "x" * 4001), ["outcome"]),
)


def fields(act):
    """Which fields an act that is refused names."""
    with pytest.raises(ValidationFailed) as refused:
        act()
    return [one.field for one in refused.value.refusals]


def test_a_request_that_is_not_right_writes_nothing_and_names_every_reason(desk):
    before = desk.written()
    for asked, wrong in NOT_YET_ASKED:
        assert fields(lambda asked=asked: desk.ask(asked=asked)) == wrong
    assert desk.written() == before


def test_a_decision_that_is_not_right_writes_nothing_and_names_every_reason(desk):
    reference = desk.ask()
    before = desk.written()
    for given, wrong in NOT_YET_DECIDED:
        assert fields(lambda given=given: desk.decide(reference, given=given)) == wrong
    assert desk.written() == before


def test_letters_say_the_kind_and_a_link_and_nothing_anybody_wrote(desk):
    school = desk.school
    reference = desk.ask()
    desk.decide(reference)
    school.clock.turn(hours=1)
    assert school.deliver()["sent"] == 2
    (to_head,), (to_asker,) = (
        school.received("head@merriwell.example"),
        school.received("s.kerr@merriwell.example"),
    )
    assert to_head["Subject"] == "A request for you: Own phone, tablet or computer for work"
    assert to_asker["Subject"] == "About your request: Own phone, tablet or computer for work"
    for mail in (to_head, to_asker):
        said = mail.get_body(("plain",)).get_content()
        assert f"/me/requests/{reference}" in said
        for private in ("hall", "mended", "Photos of work", "file 7"):
            assert private not in mail.as_string()


def test_a_person_who_has_a_permission_is_told_before_it_ends_and_when_it_has_each_once(desk):
    school = desk.school
    reference = desk.ask()
    desk.decide(reference)
    school.clock.turn(days=17)
    assert queue_reminders(school.services, request_emails.REMINDERS, school.clock()) == 0
    before = len(desk.letters())
    school.clock.turn(days=1)
    plan_today(school.services, school.clock())
    plan_today(school.services, school.clock())
    assert desk.letters()[before - len(desk.letters()) :] == ["y1"]
    school.clock.turn(days=8)
    for _ in range(2):
        queue_reminders(school.services, request_emails.REMINDERS, school.clock())
    assert desk.letters().count("y1") == 3
    school.clock.turn(days=2)
    school.deliver(limit=500)
    subjects = [mail["Subject"] for mail in school.received("s.kerr@merriwell.example")]
    assert "Your permission has ended: Own phone, tablet or computer for work" in subjects
    school.clock.turn(days=30)
    assert queue_reminders(school.services, request_emails.REMINDERS, school.clock()) == 0


def test_a_declaration_that_is_a_year_old_comes_back_to_both(desk):
    reference = desk.ask(asked=TOLD)
    desk.decide(reference, given=DecisionInput(Outcome.NOTED, "Fine", "", FRIDAY))
    desk.school.clock.turn(days=26)
    before = desk.letters()
    assert queue_reminders(desk.school.services, request_emails.REMINDERS, desk.school.clock()) == 2
    assert sorted([*before, "hd", "y1"]) == desk.letters()


def test_a_letter_about_a_request_no_one_has_is_not_sent(desk):
    reference = desk.ask()
    desk.school.clock.turn(minutes=1)
    with desk.school.store.writing() as conn:
        conn.exec_driver_sql("update message set step = 'RQ-NONE asked' where kind = 'request'")
    assert reference
    assert desk.school.deliver() == {"withdrawn": 1}
