"""Lessons: nobody is named, and what a case changes is asked for until a duty of the register holds it."""

from dataclasses import replace

import pytest

from bot.cases import service as case_service
from bot.cases.context import NoSuchCase, TransitionBlocked
from bot.cases.lessons import (
    CHANGES,
    SHAPES,
    DutyOptions,
    Lesson,
    NewDuty,
    add_duty,
    foresee,
    keep_lesson_back,
    open_lesson,
    rule,
    say_in_register,
    share_lesson,
    shown_as,
    waiting,
)
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.core.clock import local_date
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import register as record_register
from bot.register.service import change_register
from bot.rules.obligations import Kind

SCHOOL = "merriwell-green"
TRAINING = Lesson("Visitors are told about cameras when they sign in.", "training")
DUTY = "safeguarding-training"


def close(cases, number, lesson, person="dh"):
    for state in (CaseState.TRIAGED, CaseState.DEBRIEF):
        cases.do(case_service.move, number, person, to=state)
    cases.do(
        case_service.say_debrief, number, person, debrief=Debrief("A visitor came", "Not told", "Tell them")
    )
    cases.do(case_service.say_outcome, number, person, outcome=CaseOutcome.UPHELD)
    cases.answer_all(number, person)
    cases.do(share_lesson, number, person, lesson=lesson)
    cases.do(case_service.move, number, person, to=CaseState.CLOSED)


def view(cases, number, person="dh"):
    return open_lesson(cases.services, SCHOOL, number, person, cases.school.clock())


@pytest.mark.parametrize("said", ["Samuel Kerr had it in his hand.", "KERR again", " ", "x" * 100_000])
def test_a_lesson_names_no_one(cases, said):
    number = cases.send().number
    with pytest.raises(TransitionBlocked):
        cases.do(share_lesson, number, "dh", lesson=Lesson(said, "training"))


def test_a_lesson_tells_no_number_however_it_is_written_and_one_of_the_changes(cases):
    number = cases.send().number
    for said in (f"See {number}", f"See {number.lower().replace('-', ' ')}."):
        with pytest.raises(TransitionBlocked, match="without the number"):
            cases.do(share_lesson, number, "dh", lesson=Lesson(said, "training"))
    with pytest.raises(TransitionBlocked, match="Choose what changes"):
        cases.do(share_lesson, number, "dh", lesson=Lesson("Plain words", "everything"))


def test_the_page_shows_what_was_shared_and_that_it_was_opened(cases):
    number = cases.send().number
    before = len(cases.open(number, "dh").seen)
    assert view(cases, number).lesson is None
    cases.do(share_lesson, number, "dh", lesson=TRAINING)
    shown = view(cases, number)
    assert (shown.lesson, shown.in_register, shown.asks_for_a_duty) == (TRAINING, False, True)
    assert ("headteacher" in shown.roles, (DUTY in dict(shown.duties))) == (True, True)
    assert len(cases.open(number, "dh").seen) == before + 3


def test_a_person_who_may_not_open_a_case_learns_nothing_of_its_lesson(cases):
    number = cases.send().number
    for asked in (number, "0000-0000"):
        assert view(cases, asked, "y1") is None
        for step, given in (
            (keep_lesson_back, {}),
            (say_in_register, {"duty": DUTY}),
            (share_lesson, {"lesson": TRAINING}),
        ):
            with pytest.raises(NoSuchCase):
                cases.do(step, asked, "y1", **given)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_waits_until_a_person_names_the_duty_that_holds_it(cases, change):
    number = cases.send().number
    close(cases, number, Lesson("Plain words", change))
    waits = waiting(cases.services, cases.school.clock())
    if change == "nothing":
        assert waits == ()
        with pytest.raises(TransitionBlocked, match="asks for no rule"):
            cases.do(say_in_register, number, "dh", duty=DUTY)
        return
    assert waits == ((SCHOOL, CHANGES[change].lower()),)
    for unknown in ("", "no-such-duty"):
        with pytest.raises(TransitionBlocked, match="Choose the rule"):
            cases.do(say_in_register, number, "dh", duty=unknown)
    assert waiting(cases.services, cases.school.clock()) == waits
    cases.do(say_in_register, number, "dh", duty=DUTY)
    assert waiting(cases.services, cases.school.clock()) == ()
    last = cases.open(number, "dh").timeline[-1]
    assert (last.what, last.words) == (
        "What changes is in the rules.",
        "Safeguarding and child protection training",
    )


def test_a_duty_is_added_with_the_note_in_its_case_or_not_at_all(cases):
    number, school = cases.send().number, cases.school
    cases.do(share_lesson, number, "dh", lesson=TRAINING)
    adding = NewDuty(shown_as(TRAINING), DutyOptions("staff", 12))
    with pytest.raises(NoSuchCase):
        cases.do(add_duty, number, "y1", duty=adding)
    with pytest.raises(TransitionBlocked, match="changed meanwhile"):
        cases.do(add_duty, number, "dh", duty=NewDuty("another", adding.asked))
    assert not any(key.startswith("learnt") for key in rules(school))
    before = rules(school)
    foreseen = foresee(cases.services, view(cases, number), adding.asked, school.clock())
    cases.do(add_duty, number, "dh", duty=adding)
    after = rules(school)
    today = local_date(school.clock())
    assert after == before | {"learnt-training": replace(foreseen.rule, since=today)}
    assert view(cases, number).in_register
    with pytest.raises(TransitionBlocked, match="in the rules already"):
        cases.do(add_duty, number, "dh", duty=adding)
    with school.store.reading() as conn:
        assert ledger.verify(conn) is None
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), foreseen.asks_on)
    told = {one.person for one in owed if one.obligation.key == "learnt-training"}
    assert [len(one.people) for one in foreseen.asked] == [len(told)]


def test_the_key_of_a_duty_that_was_taken_out_is_not_given_again(cases):
    def without(known):
        return replace(known, obligations=tuple(one for one in known.obligations if "learnt" not in one.key))

    for key in ("learnt-training", "learnt-training-2"):
        number = cases.send().number
        cases.do(share_lesson, number, "dh", lesson=TRAINING)
        cases.do(add_duty, number, "dh", duty=NewDuty(shown_as(TRAINING), DutyOptions("staff", 12)))
        assert [one for one in rules(cases.school) if "learnt" in one] == [key]
        change_register(cases.school.store, SCHOOL, without, now=cases.school.clock(), actor="a test")


def rules(school):
    with school.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, SCHOOL).obligations}


def test_other_words_for_the_same_change_ask_for_nothing_again_and_another_change_does(cases):
    number = cases.send().number
    cases.do(share_lesson, number, "dh", lesson=TRAINING)
    cases.do(say_in_register, number, "dh", duty=DUTY)
    cases.do(share_lesson, number, "dh", lesson=Lesson("Said better", "training"))
    assert view(cases, number).in_register
    cases.do(share_lesson, number, "dh", lesson=Lesson("Said better", "technical"))
    assert not view(cases, number).in_register


def test_what_is_kept_back_is_told_to_no_one_and_waits_for_nothing(cases):
    number = cases.send().number
    close(cases, number, TRAINING)
    assert waiting(cases.services, cases.school.clock()) == ((SCHOOL, "training changes"),)
    cases.do(keep_lesson_back, number, "dh")
    cases.do(keep_lesson_back, number, "dh")
    assert waiting(cases.services, cases.school.clock()) == ()
    said = [one.what for one in cases.open(number, "dh").timeline]
    assert said.count("Lesson not shared any more.") == 1


def test_without_keys_nothing_waits(cases):
    assert waiting(replace(cases.services, case_keys=None), cases.school.clock()) == ()


# The rule a lesson becomes


KINDS = {"policy": Kind.CHECK, "training": Kind.TRAIN, "curriculum": Kind.REPORT, "technical": Kind.CHECK}
WORDS = [
    "Tell visitors about cameras.",
    'A "quoted": word, # and a hash\n- second line',
    "é 😀 {x}",
    "y " * 900,
]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(
    "asked", [DutyOptions("staff", 12), DutyOptions("role:headteacher", 1, "child-protection")]
)
@pytest.mark.parametrize("change", SHAPES)
def test_a_rule_says_what_was_learnt_and_nothing_of_the_case(change, asked, words):
    added = rule("school", change, words, asked, frozenset())
    assert (added.key, added.kind, str(added.audience)) == (f"learnt-{change}", KINDS[change], asked.who)
    assert [str(one) for one in added.cadence] == ["each December" if asked.month == 12 else "each January"]
    assert (added.source.policy, added.source.stated) == (asked.policy or None, not asked.policy)
    assert added.policy == (asked.policy or None if KINDS[change] is Kind.CHECK else None)
    assert len(added.statement) <= 240
    assert added.statement[:20] == " ".join(words.split())[:20]


def test_each_change_but_nothing_becomes_a_rule():
    assert {*SHAPES, "nothing"} == set(CHANGES)


def test_the_key_of_a_rule_is_one_that_is_free():
    taken = frozenset({"learnt-policy", "learnt-policy-2"})
    assert rule("school", "policy", "Words", DutyOptions("staff", 1), taken).key == "learnt-policy-3"
