"""The list for a technician's visit, on both databases: whose checks are on it, and what came of them."""

import pytest

from bot.core.clock import local_date
from bot.core.links import Link
from bot.planning.store import load_snapshot
from bot.reviews.it_visit import visit_list
from bot.rules.evidence import Outcome
from bot.signing.service import Answer, answer, open_duty

SCHOOL = "merriwell-green"
NOTE = "Tablet 3: all four blocked."


@pytest.fixture
def listed(school):
    """The list as a reader sees it in the last weeks of a term; y1 and y4 look after computers."""
    school.clock.turn(weeks=2)
    school.change("y1", roles=frozenset({"staff", "teacher", "technician"}))
    school.change("y4", roles=frozenset({"staff", "it", "online-safety-lead"}))

    def listed(only=""):
        today = local_date(school.clock())
        with school.store.reading() as conn:
            snapshot = load_snapshot(conn, today, (SCHOOL,))
        return visit_list(school.store, snapshot, SCHOOL, today, only)

    return listed


def record(school, one, **given):
    link = Link("duty", SCHOOL, "y1", one.duty.obligation.key, one.duty.cycle)
    view = open_duty(school.store, link, school.clock())
    said = Answer(typed_name=view.person.name, shown=view.shown, **given)
    return answer(school.store, link, said, school.clock())


def by_person(found):
    return {one.person.key: {check.duty.obligation.key for check in one.owed} for one in found.technicians}


def test_each_has_checks_of_their_own_and_one_sees_no_one_elses(listed):
    checks = by_person(listed())
    assert checks == {"y1": {"filtering-test"}, "y4": {"filtering-test", "clear-cameras"}}
    assert by_person(listed("y1")) == {"y1": {"filtering-test"}}
    assert by_person(listed("hd")) == {}


def test_a_check_of_each_term_stands_as_coming_before_the_last_weeks_and_may_be_done_early(school, listed):
    school.clock.turn(weeks=-2)
    (one,) = listed("y1").technicians
    (early,) = one.later
    assert (one.owed, early.duty.obligation.key) == ((), "filtering-test")
    receipt = record(school, early, outcome=Outcome.DONE, words=NOTE)
    school.clock.turn(weeks=2)
    (one,) = listed("y1").technicians
    assert (one.owed, one.later, [did.kept.receipt for did in one.done]) == ((), (), [receipt])


def test_reading_and_training_are_counted_and_not_listed(listed):
    (one,) = listed("y1").technicians
    assert one.others > 0


def test_a_result_stands_as_evidence_with_its_note_and_nothing_is_open_any_more(school, listed):
    (check,) = listed("y1").technicians[0].owed
    receipt = record(school, check, outcome=Outcome.DONE, words=NOTE)
    (one,) = listed("y1").technicians
    assert (one.owed, [did.kept.receipt for did in one.done]) == ((), [receipt])
    tested = next(rule for rule in listed().filtering if rule.obligation.key == "filtering-test")
    assert (tested.last.record.words, tested.last.receipt, tested.last_by) == (NOTE, receipt, "it")
    review = next(rule for rule in listed().filtering if rule.obligation.key == "filtering-review")
    assert (review.last, review.last_by, review.asked) == (
        None,
        "",
        ("headteacher", "safeguarding-governor"),
    )


def test_a_question_waits_and_is_no_result(school, listed):
    (check,) = listed("y1").technicians[0].owed
    record(school, check, outcome=Outcome.QUESTION, words="Which tablets?")
    (one,) = listed("y1").technicians
    assert (one.owed, len(one.waiting), one.done) == ((), 1, ())
    assert [rule.last for rule in listed().filtering] == [None, None]
