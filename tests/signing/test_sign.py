"""An answer behind a personal link: kept once, with its ledger entry and its letters, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.clock import local_date
from bot.core.links import Link
from bot.core.validation import ValidationFailed
from bot.database.engine import open_store
from bot.demo.school import write_school
from bot.messages import claim_store
from bot.messages import store as message_store
from bot.messages.receipt_store import waiting_receipts
from bot.people.import_service import import_roster
from bot.planning.duties import duties
from bot.planning.duty_view import DutyView, NothingToAnswer
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import people as record_people
from bot.records.evidence import EvidenceRecord
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.signing.service import Answer, find_receipt, open_duty
from bot.signing.service import answer as signing_answer
from connectors.local.roster import CsvRoster

NOW = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SCHOOL = "merriwell-green"


class School:
    """The sample school in a store of either sort, and what its people do."""

    def __init__(self, store, files):
        self.store = store
        self.files = files

    def apply(self, now):
        file = load(self.files.register)
        documents = documents_of(file, self.files.register.parent)
        apply_register(self.store, to_domain(file), documents=documents, now=now, actor="a test")

    def link(self, person, obligation, now=NOW):
        today = local_date(now)
        with self.store.reading() as conn:
            owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
        cycle = next(one.cycle for one in owed if (one.person, one.obligation.key) == (person, obligation))
        return Link("duty", SCHOOL, person, obligation, cycle)

    def view(self, link, now=NOW):
        return open_duty(self.store, link, now)

    def answer(self, link, outcome=Outcome.DONE, now=NOW, **given):
        view = self.view(link, now)
        asked = {"typed_name": view.person.name, "shown": view.shown}
        return signing_answer(self.store, link, Answer(outcome=outcome, **(asked | given)), now)

    def kept(self, link):
        with self.store.reading() as conn:
            return record_evidence.for_duty(conn, link.school, link.obligation, link.person)

    def letters(self):
        with self.store.reading() as conn:
            return message_store.recent(conn, limit=500)

    def entries(self):
        with self.store.reading() as conn:
            assert ledger.verify(conn) is None
            return [entry.action for _, entry in ledger.entries(conn) if entry.actor.startswith("person:")]

    def record(self, link, **given):
        """Store a record past the page, as an import or the office does."""
        one = EvidenceRecord(
            idempotency_key=f"test/{given}",
            school=SCHOOL,
            obligation=link.obligation,
            person=link.person,
            person_name=link.person,
            acted_on=TODAY,
            recorded_at=NOW,
            identified_by="the office",
            channel="import",
            cycle=link.cycle,
        )
        with self.store.writing() as conn:
            return record_evidence.record(conn, replace(one, **given))


@pytest.fixture(scope="session")
def fill(tmp_path_factory):
    """Fills a store with the sample school."""
    files = write_school(tmp_path_factory.mktemp("signing"), TODAY)

    def filled(store):
        began_at = NOW - timedelta(weeks=3)
        School(store, files).apply(began_at)
        entries = tuple(CsvRoster(files.roster).roster())
        import_roster(store, SCHOOL, entries, now=began_at, actor="a test")

    return filled


@pytest.fixture
def school(databases, fill, tmp_path):
    store = open_store(databases.like(fill))
    yield School(store, write_school(tmp_path, TODAY))
    store.close()


@pytest.fixture
def reading(school):
    """A teacher's link to a policy to read."""
    return school.link("y5", "read-mobile")


def test_a_link_shows_the_duty_with_its_document_and_its_reason(school, reading):
    view = school.view(reading)
    assert isinstance(view, DutyView)
    assert (view.school.name, view.person.name) == ("Merriwell Green Primary School", "Adam Sorley")
    assert view.title == "Mobile, Smart Technology and Social Media Policy"
    assert view.version.number == "1"
    assert "Staff keep personal phones switched off" in view.text
    assert view.cites == "Mobile, Smart Technology and Social Media Policy 4.1"
    assert view.state is State.NO_RECORD
    assert view.human.key == "y4"


def test_looking_is_reading_only(school, reading):
    before = school.letters(), school.entries(), school.kept(reading)
    for _ in range(20):
        school.view(reading)
    assert (school.letters(), school.entries(), school.kept(reading)) == before


def test_an_answer_its_ledger_entry_and_its_receipt_are_kept_together(school, reading):
    reference = school.answer(reading)
    (kept,) = school.kept(reading)
    assert kept.receipt == reference
    assert kept.record.sha256_bytes == school.view(reading).version.sha256_bytes
    assert school.entries() == ["answered: done"]
    assert school.letters() == []
    with school.store.reading() as conn:
        assert waiting_receipts(conn, [SCHOOL]) == [(SCHOOL, "y5")]


@pytest.mark.parametrize(
    ("outcome", "words", "letters"),
    [
        (Outcome.DONE, "", []),
        (Outcome.QUESTION, "Why?", ["question"]),
        (Outcome.DECLINED, "I cannot.", ["question"]),
    ],
)
def test_the_same_answer_twice_is_one_record_one_entry_one_letter(school, reading, outcome, words, letters):
    first = school.answer(reading, outcome, words=words)
    assert school.answer(reading, outcome, words=words, now=NOW + timedelta(seconds=2)) == first
    assert len(school.kept(reading)) == len(school.entries()) == 1
    assert sorted(one.kind for one in school.letters()) == letters


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.QUESTION])
def test_an_answer_sent_by_many_at_once_is_one_record(school, reading, outcome):
    view = school.view(reading)
    given = Answer(outcome, view.person.name, view.shown, "Why?" if outcome is Outcome.QUESTION else "")
    with ThreadPoolExecutor(8) as hands:
        sent = [hands.submit(signing_answer, school.store, reading, given, NOW) for _ in range(8)]
    assert len({one.result() for one in sent}) == 1
    assert len(school.kept(reading)) == len(school.entries()) == 1


def test_another_question_is_another_act(school, reading):
    school.answer(reading, Outcome.QUESTION, words="Why?")
    school.answer(reading, Outcome.QUESTION, words="And my watch?")
    assert [one.record.words for one in school.view(reading).earlier] == ["Why?", "And my watch?"]


def test_what_is_refused_leaves_nothing_and_names_every_reason(school, reading):
    given = Answer(Outcome.QUESTION, "Somebody Else", "another page")
    with pytest.raises(ValidationFailed) as refused:
        signing_answer(school.store, reading, given, NOW)
    assert [one.field for one in refused.value.refusals] == ["document-heading", "question", "name"]
    assert "Write your question." in str(refused.value)
    assert (school.kept(reading), school.entries(), school.letters()) == ([], [], [])


@pytest.mark.parametrize(
    ("done_on", "field"),
    [(None, "done_on"), (TODAY + timedelta(days=1), "done_on"), (TODAY - timedelta(days=3654), "done_on")],
)
def test_training_needs_a_day_that_can_be(school, done_on, field):
    link = school.link("y5", "safeguarding-training")
    with pytest.raises(ValidationFailed) as refused:
        school.answer(link, done_on=done_on)
    assert [one.field for one in refused.value.refusals] == [field]


def test_training_is_kept_on_its_own_day_with_its_reference(school):
    link = school.link("y5", "safeguarding-training")
    school.answer(link, done_on=TODAY - timedelta(days=9), words=" certificate 4471 ")
    (kept,) = school.kept(link)
    assert (kept.record.acted_on, kept.record.reference) == (TODAY - timedelta(days=9), "certificate 4471")
    assert kept.record.words is None


def test_what_asks_for_no_day_is_kept_on_the_day_it_was_answered(school, reading):
    school.answer(reading, done_on=TODAY - timedelta(days=9))
    assert [kept.record.acted_on for kept in school.kept(reading)] == [TODAY]


def test_no_receipt_is_sent_to_an_address_that_takes_none(school, reading):
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, "y5", "550 5.1.1 no such user")
    school.answer(reading)
    assert len(school.kept(reading)) == 1
    assert school.letters() == []


def test_a_question_about_training_needs_no_day(school):
    link = school.link("y5", "safeguarding-training")
    school.answer(link, Outcome.QUESTION, words="Where is it held?")
    assert [kept.record.acted_on for kept in school.kept(link)] == [TODAY]


@pytest.mark.parametrize("done_on", [TODAY, TODAY - timedelta(days=3653)])
def test_training_may_be_of_today_or_of_ten_years_ago(school, done_on):
    link = school.link("y5", "safeguarding-training")
    school.answer(link, done_on=done_on)
    assert [kept.record.acted_on for kept in school.kept(link)] == [done_on]


def test_words_without_end_are_refused(school, reading):
    with pytest.raises(ValidationFailed, match="under 4000 characters"):
        school.answer(reading, Outcome.DECLINED, words="x" * 4001)
    with pytest.raises(ValidationFailed, match="under 4000 characters"):
        school.answer(reading, None, words="x" * 4001)
    school.answer(reading, Outcome.DECLINED, words="x" * 4000)
    assert [len(kept.record.words) for kept in school.kept(reading)] == [4000]


def test_a_new_text_is_asked_for_on_the_old_link_and_the_old_answer_stays(school, reading):
    school.answer(reading)
    policy = school.files.register.parent / "policies" / "mobile-and-social-media.md"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n\n6.3 Watches too.\n", encoding="utf-8")
    later = NOW + timedelta(days=1)
    school.apply(later)
    fresh = school.link("y5", "read-mobile", later)
    view = school.view(fresh, later)
    assert (view.version.number, view.answered) == ("2", None)
    school.answer(fresh, now=later)
    assert [one.record.version_number for one in school.kept(reading)] == ["1", "2"]


def test_an_answer_to_the_text_shown_before_is_refused(school, reading):
    shown = school.view(reading).shown
    policy = school.files.register.parent / "policies" / "mobile-and-social-media.md"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n\n6.3 Watches too.\n", encoding="utf-8")
    school.apply(NOW + timedelta(hours=1))
    with pytest.raises(ValidationFailed, match="changed while you had it open"):
        school.answer(reading, shown=shown, now=NOW + timedelta(hours=1))
    assert school.kept(reading) == []


def test_an_answer_taken_back_is_asked_for_again_and_kept_as_a_new_act(school, reading):
    first = school.answer(reading)
    school.record(reading, outcome=Outcome.WITHDRAWN, words="Signed by mistake.")
    assert school.view(reading).answered is None
    second = school.answer(reading, now=NOW + timedelta(hours=1))
    assert second != first
    assert [one.record.outcome for one in school.kept(reading)] == [
        Outcome.DONE,
        Outcome.WITHDRAWN,
        Outcome.DONE,
    ]


def test_who_has_left_is_shown_nothing_and_keeps_nothing(school, reading):
    view = school.view(reading)
    change(school.store, "y5", leaves_on=TODAY - timedelta(days=1))
    assert isinstance(school.view(reading), NothingToAnswer)
    with pytest.raises(ValidationFailed, match="you have left"):
        signing_answer(school.store, reading, Answer(Outcome.DONE, "Adam Sorley", view.shown), NOW)
    assert school.kept(reading) == []


def change(store, key, **changed):
    with store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)[key]
        here = replace(known.membership(SCHOOL), **changed)
        record_people.save_people(conn, [replace(known, memberships=(here,))], NOW)


def test_who_is_not_asked_any_more_is_told_so(school, reading):
    change(school.store, "y5", roles=frozenset({"visitor"}))
    assert school.view(reading).heading == "You no longer need to do this"


def test_where_no_one_else_can_answer_a_question_is_kept_and_goes_to_no_one(school, reading):
    for key in ("y4", "hd", "dh", "gc", "gv"):
        change(school.store, key, leaves_on=TODAY - timedelta(days=1))
    assert school.view(reading).human is None
    school.answer(reading, Outcome.QUESTION, words="Why?")
    assert school.letters() == []


@pytest.mark.parametrize("wrong", [{"obligation": "nothing"}, {"school": "elsewhere"}, {"person": "nobody"}])
def test_a_link_to_nothing_is_gone(school, reading, wrong):
    assert isinstance(school.view(replace(reading, **wrong)), NothingToAnswer)


def test_a_duty_settled_by_the_office_needs_no_answer(school, reading):
    school.record(reading)
    view = school.view(reading)
    assert view.answered.record.identified_by == "the office"
    assert signing_answer(school.store, reading, Answer(Outcome.DONE, "x", "x"), NOW) == view.answered.receipt


def test_a_governor_told_of_a_review_cannot_tick_it_off(school):
    now = NOW + timedelta(days=14)
    link = school.link("g4", "review-mobile", now)
    view = school.view(link, now)
    assert view.only_told
    with pytest.raises(ValidationFailed, match="from the minutes"):
        school.answer(link, now=now, done_on=TODAY)


def test_the_chair_records_a_review_on_the_day_of_its_meeting(school):
    link = school.link("gc", "review-mobile")
    assert not school.view(link).only_told
    school.answer(link, done_on=TODAY, words="FGB 7")
    (kept,) = school.kept(link)
    assert (kept.record.subject, kept.record.reference) == ("approve", "FGB 7")


def test_a_stage_of_a_review_is_not_called_the_review(school):
    link = school.link("cl", "review-mobile")
    view = school.view(link)
    title = "Mobile, Smart Technology and Social Media Policy"
    assert view.statement == f"We have decided how the review of {title} will be approved."
    school.answer(link, done_on=TODAY, words="An extra meeting on 3 December.")
    (kept,) = school.kept(link)
    assert (kept.record.subject, kept.record.statement) == ("no meeting", view.statement)
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, TODAY, (SCHOOL,))
        states = [one.state for one in duties(snapshot, TODAY) if one.obligation.key == "review-mobile"]
    assert State.OVERDUE in states


def test_each_account_has_an_agreement_of_its_own(school):
    with school.store.reading() as conn:
        owed = duties(load_snapshot(conn, TODAY, (SCHOOL,)), TODAY)
    mine = [one for one in owed if (one.person, one.obligation.key) == ("y4", "account-agreement")]
    first, second = (Link("duty", SCHOOL, "y4", "account-agreement", one.cycle) for one in mine)
    assert {school.view(first).account.key, school.view(second).account.key} == {"facebook", "instagram"}
    school.answer(first)
    assert school.view(first).answered is not None
    assert school.view(second).answered is None


def test_a_question_outside_the_schools_hours_waits_for_the_morning(school, reading):
    friday_night = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
    school.answer(reading, Outcome.QUESTION, words="Why?", now=friday_night)
    with school.store.writing() as conn:
        early = claim_store.lease(
            conn, now=friday_night, owner="one", limit=9, lease_for=timedelta(minutes=1)
        )
        assert early == []
        monday = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
        due = claim_store.lease(conn, now=monday, owner="two", limit=9, lease_for=timedelta(minutes=1))
    assert "question" in [one.kind for one in due]


def test_before_the_school_opens_a_question_waits_for_the_same_morning(school, reading):
    early = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    school.answer(reading, Outcome.QUESTION, words="Why?", now=early)
    with school.store.writing() as conn:
        at_half_past = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
        due = claim_store.lease(conn, now=at_half_past, owner="one", limit=9, lease_for=timedelta(minutes=1))
    assert [one.kind for one in due] == ["question"]


def test_who_has_no_address_gets_no_letter_and_keeps_the_record(school):
    link = school.link("md2", "read-mobile")
    school.answer(link)
    assert len(school.kept(link)) == 1
    assert school.letters() == []


def test_the_heads_own_question_goes_to_another_person(school):
    view = school.view(school.link("y4", "read-mobile"))
    assert view.human.key == "hd"
    view = school.view(school.link("hd", "filtering-review"))
    assert view.human.key not in {"hd", None}


def test_a_receipt_is_shown_to_whom_it_is_about_and_to_no_one_else(school, reading):
    reference = school.answer(reading)
    found = find_receipt(school.store, reading, reference)
    assert (found.school.key, found.email) == (SCHOOL, "a.sorley@merriwell.example")
    assert find_receipt(school.store, replace(reading, person="y6"), reference) is None
    assert find_receipt(school.store, replace(reading, obligation="other"), reference) is None
    assert find_receipt(school.store, replace(reading, school="elsewhere"), reference) is None
    assert find_receipt(school.store, reading, "HB-0000-0000-0000") is None
