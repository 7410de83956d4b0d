"""The clerk's desk on both databases: what is kept, refused and moved, and how an entry is put right."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from bot.core.clock import local_date
from bot.core.validation import ValidationFailed
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.reviews import service as review_service
from bot.reviews.service import Approval, HandOver, NoSuchPolicy, Recorder, open_policy
from bot.rules.evidence import Outcome

SCHOOL = "merriwell-green"
PHONES, CHILD, USE = "mobile-and-social-media", "child-protection", "staff-acceptable-use"
FGB, RESOURCES = "full-governing-body", "resources-committee"
CLERK = Recorder(SCHOOL, "cl", "Helena Novak", "email link")
GIVEN = Approval(approver=FGB, on="2026-11-19", minute="12/26", day_is_right=True)


@pytest.fixture
def desk(school):
    return Desk(school)


class Desk:
    """The desk as its clerk uses it."""

    def __init__(self, school):
        self.school = school
        self.store = school.store

    def open(self, policy=PHONES):
        return open_policy(self.store, SCHOOL, policy, self.school.clock())

    def given(self, policy=PHONES, **typed):
        return replace(GIVEN, version=self.open(policy).versions[0].sha256_bytes, **typed)

    def approve(self, policy=PHONES, **typed):
        given = self.given(policy) if not typed.get("version") else GIVEN
        return review_service.record_approval(
            self.store, CLERK, policy, replace(given, **typed), self.school.clock()
        )

    def draft(self, policy=PHONES):
        return review_service.record_draft(self.store, CLERK, policy, self.school.clock())

    def hand_over(self, person="dh", by_on="2026-11-27", policy=PHONES):
        given = HandOver(person, by_on)
        review_service.hand_over(self.store, CLERK, policy, given, self.school.clock())

    def take_back(self, receipt, reason="The wrong meeting.", policy=PHONES):
        now = self.school.clock()
        return review_service.take_back(self.store, CLERK, policy, receipt=receipt, reason=reason, now=now)

    def due_on(self, policy=PHONES):
        due = self.open(policy).review.due
        return str(due.due_on) if due else None

    def asked(self, stage):
        today = local_date(self.school.clock())
        with self.store.reading() as conn:
            owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
        return [
            (one.person, str(one.due_on), one.state.value)
            for one in owed
            if one.obligation.key == "review-mobile" and one.subject == stage
        ]

    def kept(self):
        with self.store.reading() as conn:
            return [one.record for one in record_evidence.of_obligation(conn, SCHOOL, "review-mobile")]

    def add_text(self, number="2"):
        text = PolicyText(SCHOOL, PHONES, number, number * 64, issued_on=date(2026, 11, 16))
        with self.store.writing() as conn:
            record_register.save_version(conn, text, self.school.clock())

    def change_register(self, change):
        with self.store.writing() as conn:
            known = record_register.load_register(conn, SCHOOL)
            record_register.save_register(conn, change(known), self.school.clock())


def refused(act, *given, **more):
    with pytest.raises(ValidationFailed) as caught:
        act(*given, **more)
    return {one.field: one.says for one in caught.value.refusals}


def test_a_day_on_which_no_meeting_is_known_is_asked_about_once(desk):
    says = {"day_is_right": "No meeting is known on that day. Is the day right? Then tick the box."}
    assert refused(desk.approve, day_is_right=False) == says
    assert desk.kept() == []
    desk.approve()
    assert len(desk.kept()) == 1


def test_of_a_body_without_known_meetings_no_day_is_asked_about(desk):
    desk.approve(approver=RESOURCES, delegated_by="11/26", day_is_right=False)
    assert len(desk.kept()) == 1


def test_an_approval_says_who_approved_which_text_on_what_day_by_what_minute(desk):
    receipt = desk.approve()
    (kept,) = desk.kept()
    text = desk.open().versions[0]
    assert kept == record_evidence.EvidenceRecord(
        idempotency_key=kept.idempotency_key,
        school=SCHOOL,
        obligation="review-mobile",
        person=FGB,
        person_name="Full governing body",
        acted_on=date(2026, 11, 19),
        recorded_at=desk.school.clock(),
        identified_by="recorded by Helena Novak, signed in (email link)",
        channel="web",
        cycle="approved/2026-11-19",
        subject="approve",
        statement="Full governing body approved Mobile, Smart Technology and Social Media Policy, version 1.",
        policy=PHONES,
        policy_title="Mobile, Smart Technology and Social Media Policy",
        version_number="1",
        sha256_bytes=text.sha256_bytes,
        sha256_text=text.sha256_text,
        reference="12/26",
    )
    with desk.store.reading() as conn:
        (_, entry), *_ = ledger.entries(conn)
        assert ledger.verify(conn) is None
    assert (entry.actor, entry.action) == ("person:cl", "review recorded: done")
    assert entry.data["receipt"] == receipt


def test_an_approval_ends_the_review_and_begins_the_next(desk):
    assert desk.due_on() == "2026-09-24"
    desk.approve()
    assert desk.due_on() == "2027-11-19"  # its own cycle, twelve months
    assert desk.open().review.approved.on == date(2026, 11, 19)
    assert [due for _, due, state in desk.asked("approve") if state == "overdue"] == []


@pytest.mark.parametrize(("printed", "due_on"), [("2027-06-30", "2027-06-30"), ("2028-06-30", "2027-11-19")])
def test_the_next_review_the_text_prints_counts_if_it_is_the_earlier(desk, printed, due_on):
    desk.approve(next_review=printed)
    assert desk.due_on() == due_on


def test_an_approval_older_than_what_the_document_states_is_kept_and_moves_nothing(desk):
    desk.approve(on="2024-11-19")
    assert (len(desk.kept()), desk.due_on()) == (1, "2026-09-24")


WRONG = [
    ({"approver": ""}, "approver", "Choose who approved it."),
    ({"approver": "somebody"}, "approver", "Choose who approved it."),
    ({"approver": RESOURCES}, "delegated_by", "Full governing body approves this policy."),
    ({"on": ""}, "on", "Give the day of the meeting"),
    ({"on": "19/11/2026"}, "on", "Give the day of the meeting"),
    ({"on": "2026-11-24"}, "on", "This day has not come yet."),
    ({"on": "2016-11-19"}, "on", "That is more than ten years ago."),
    ({"minute": "  "}, "minute", "Give the minute reference"),
    ({"minute": "x" * 201}, "minute", "Give the minute reference"),
    ({"version": "nothing of ours"}, "version", "Choose the text that was approved."),
    ({"version": "other"}, "version_words", "Say which text it was"),
    ({"next_review": "next year"}, "next_review", "Give the next review as a day"),
    ({"next_review": "2026-11-19"}, "next_review", "The next review comes after the approval."),
    ({"next_review": "2037-11-19"}, "next_review", "That is more than ten years away."),
]


def test_what_cannot_be_right_is_refused_and_nothing_is_written(desk):
    for typed, field, says in WRONG:
        found = refused(desk.approve, **typed)
        assert list(found) == [field], typed
        assert found[field].startswith(says)
    assert desk.kept() == []


def test_today_is_not_the_future(desk):
    desk.approve(on="2026-11-23")
    assert len(desk.kept()) == 1


def test_another_body_approves_only_by_the_minute_that_lets_it(desk):
    desk.approve(approver=RESOURCES, delegated_by="9/26")
    (kept,) = desk.kept()
    assert (kept.person, kept.words) == (RESOURCES, "Let approve by minute 9/26.")
    assert desk.due_on() == "2027-11-19"


def test_where_the_register_names_no_one_any_body_may_approve(desk):
    desk.change_register(
        lambda known: replace(known, policies=tuple(replace(one, approver=None) for one in known.policies))
    )
    desk.approve(approver=RESOURCES)
    assert len(desk.kept()) == 1


def test_a_person_who_approves_alone_does_so_without_a_meeting(desk):
    desk.change_register(
        lambda known: replace(
            known, policies=tuple(replace(one, approver="role:headteacher") for one in known.policies)
        )
    )
    assert desk.open().approvers[0] == ("hd", "Helen Achebe")
    found = refused(desk.approve)["delegated_by"]
    assert found == "Helen Achebe approves this policy. If that was handed on, give the minute that says so."
    desk.approve(approver="hd")
    assert desk.due_on() == "2027-11-19"


def test_a_text_older_than_the_one_in_force_needs_a_tick(desk):
    old = desk.open().versions[0].sha256_bytes
    desk.add_text()
    found = refused(desk.approve, version=old)
    assert found == {
        "older_is_right": "Version 1 is older than the one in force, 2. If that is right, tick the box."
    }
    desk.approve(version=old, older_is_right=True)
    assert [one.version_number for one in desk.kept()] == ["1"]


def test_a_text_we_do_not_hold_is_named_in_words(desk):
    desk.approve(version="other", version_words="  Autumn\x00 2026,  draft 3 ")
    (kept,) = desk.kept()
    assert (kept.version_number, kept.sha256_bytes) == ("Autumn 2026, draft 3", None)


def test_the_same_approval_twice_is_one_record(desk):
    first = desk.approve()
    desk.school.clock.turn(days=1)
    assert desk.approve(minute=" 12/26 ") == first
    assert len(desk.kept()) == 1


def test_the_same_approval_sent_at_once_is_one_record(desk):
    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(lambda _: desk.approve(), range(4)))
    assert (len(receipts), len(desk.kept())) == (1, 1)


def test_another_minute_for_the_same_meeting_is_refused_until_the_first_is_taken_back(desk):
    first = desk.approve()
    found = refused(desk.approve, minute="13/26")
    assert found["on"] == "An approval on this day is recorded below. If it is wrong, take it back first."
    desk.take_back(first)
    assert desk.due_on() == "2026-09-24"
    desk.approve(minute="13/26")
    assert [(one.outcome, one.reference) for one in desk.kept()] == [
        (Outcome.DONE, "12/26"),
        (Outcome.WITHDRAWN, first),
        (Outcome.DONE, "13/26"),
    ]
    assert desk.due_on() == "2027-11-19"


def test_the_very_same_approval_may_be_recorded_again_after_it_was_taken_back(desk):
    first = desk.approve()
    desk.take_back(first)
    again = desk.approve()
    assert again != first
    assert desk.due_on() == "2027-11-19"


def test_taking_back_twice_is_one_entry_and_the_first_stays(desk):
    first = desk.approve()
    back = desk.take_back(first)
    assert desk.take_back(first, reason="Again.") == back
    (act,) = desk.open().acts
    assert (act.kept.receipt, act.taken_back.record.words) == (first, "The wrong meeting.")
    assert act.taken_back.record.identified_by == CLERK.identified_by


def test_taking_back_needs_a_reason(desk):
    first = desk.approve()
    assert refused(desk.take_back, first, " ") == {
        "reason": "Say in a few words what is wrong with the entry."
    }
    assert refused(desk.take_back, first, "x" * 2001) == {"reason": "Use fewer words."}


def test_only_an_entry_of_this_policy_can_be_taken_back(desk):
    first = desk.approve()
    says = {"reason": "There is no entry of this number here. Look at the list again."}
    assert refused(desk.take_back, "HB-0000-0000-0000") == says
    assert refused(desk.take_back, first, policy=CHILD) == says


def test_a_draft_that_came_is_noted_once_and_the_owner_is_asked_no_more(desk):
    (before,) = desk.asked("draft")
    assert before == ("y4", "2026-11-11", "overdue")
    receipt = desk.draft()
    assert desk.draft() == receipt
    assert desk.open().review.ready
    (after,) = desk.asked("draft")
    assert after == ("y4", "2026-11-11", "done")


def test_a_draft_taken_back_is_awaited_again(desk):
    desk.take_back(desk.draft())
    assert not desk.open().review.ready
    desk.draft()
    assert desk.open().review.ready


def test_preparing_that_is_handed_over_is_asked_of_another_person_by_another_day(desk):
    desk.hand_over()
    desk.hand_over()
    assert desk.asked("draft") == [("dh", "2026-11-27", "due soon")]
    with desk.store.reading() as conn:
        found = [one for _, one in ledger.entries(conn) if one.action == "review handed over"]
    assert [(one.actor, one.data) for one in found] == [("person:cl", {"to": "dh", "by": "2026-11-27"})]
    desk.hand_over(by_on="2026-12-01")
    assert desk.asked("draft") == [("dh", "2026-12-01", "due soon")]
    desk.hand_over(person="", by_on="")
    assert desk.asked("draft") == [("y4", "2026-11-11", "overdue")]


def test_a_hand_over_ends_with_the_approval_and_with_its_person(desk):
    desk.hand_over()
    desk.approve(on="2026-11-23")
    assert not desk.open().review.handed_over
    desk.hand_over(policy=CHILD, person="gs")
    assert desk.open(CHILD).review.handed_over
    desk.school.change("gs", leaves_on=date(2026, 11, 20))
    assert not desk.open(CHILD).review.handed_over


def test_preparing_goes_to_a_person_here_by_a_day_to_come(desk):
    for person, by_on, field in (
        ("nobody", "2026-11-27", "person"),
        ("dh", "", "by_on"),
        ("dh", "2026-11-22", "by_on"),
        ("dh", "2037-11-22", "by_on"),
    ):
        assert list(refused(desk.hand_over, person, by_on)) == [field]


def test_a_policy_no_one_reviews_takes_no_record_and_says_why(desk):
    desk.change_register(
        lambda known: replace(
            known, obligations=tuple(one for one in known.obligations if one.key != "review-mobile")
        )
    )
    says = "No rule asks for a review of this policy. Ask the office to add one, then record it here."
    assert refused(desk.approve) == {"approver": says}
    assert refused(desk.hand_over) == {"person": says}
    assert list(refused(desk.draft)) == ["ready"]
    assert desk.open().review.obligation is None


@pytest.mark.parametrize(("other", "policy"), [("elsewhere", PHONES), (SCHOOL, "nothing")])
def test_the_policies_of_another_school_are_not_there(desk, other, policy):
    now, by = desk.school.clock(), replace(CLERK, school=other)
    with pytest.raises(NoSuchPolicy):
        open_policy(desk.store, other, policy, now)
    with pytest.raises(NoSuchPolicy):
        review_service.record_draft(desk.store, by, policy, now)
