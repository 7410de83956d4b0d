"""Work on a case: who may, what each step lacks, and what every change leaves behind."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases import store as case_store
from bot.cases.context import NoSuchCase, Outdated, TransitionBlocked, as_shown, case_transaction
from bot.cases.corrections import Correction
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import Advice, ClockDone, NewTask
from bot.cases.store import case_entry, case_file, case_ledger, case_post, case_task
from bot.messages.tables import message
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import register as record_register
from bot.records.evidence import EvidenceRecord
from bot.records.register import PolicyText

SCHOOL, MOBILE = "merriwell-green", "mobile-and-social-media"
# Every step a page can ask for, with something it would take.
STEPS = {
    "move": (case_service.move, {"to": CaseState.TRIAGED}),
    "assign": (case_service.assign, {"to": "hd"}),
    "watch": (case_service.watch, {"who": "hd"}),
    "unwatch": (case_service.unwatch, {"who": "hd"}),
    "note": (case_service.note, {"words": "Spoke to them."}),
    "decide": (case_service.decide, {"words": "No more visits, because of the rules."}),
    "advise": (case_service.advise, {"advice": Advice("the LADO", date(2026, 11, 23), "L-1", "Wait.")}),
    "refer": (case_service.refer, {"reference": "CPOMS 1234"}),
    "post_to_reporter": (case_service.post_to_reporter, {"words": "Thank you."}),
    "add_task": (case_service.add_task, {"task": NewTask("Ring them", "hd", date(2026, 11, 25))}),
    "finish_task": (case_service.finish_task, {"task": "x"}),
    "drop_task": (case_service.drop_task, {"task": "x"}),
    "correct_facts": (corrections.correct_facts, {"correction": Correction(personal_data=True)}),
    "say_debrief": (case_service.say_debrief, {"debrief": Debrief("This", "Thus", "That")}),
    "say_outcome": (case_service.say_outcome, {"outcome": CaseOutcome.UPHELD}),
    "clock_done": (case_service.clock_done, {"done": ClockDone("x")}),
    "hold": (case_service.hold, {"why": "A court asks"}),
    "keep_until": (case_service.keep_until, {"on": date(2040, 1, 1)}),
}
TABLES = (case_file, case_entry, case_post, case_task, case_ledger, message)


def everything(store):
    with store.reading() as conn:
        return [conn.execute(select(table)).all() for table in TABLES]


def said(cases, number, person="dh"):
    return [entry.what for entry in cases.open(number, person).timeline]


@pytest.mark.parametrize("person", ["y1", "y4", "gc", "nobody"])
def test_a_case_that_is_not_theirs_and_one_that_is_not_there_are_the_same(cases, person):
    number = cases.send(about="Samuel Kerr").number
    before = everything(cases.school.store)
    for act, given in STEPS.values():
        answers = []
        for asked in (number, "0000-0000"):
            with pytest.raises(NoSuchCase) as refused:
                cases.do(act, asked, person, **given)
            answers.append(str(refused.value))
        assert answers[0] == answers[1]
    assert cases.open(number, person) is None
    assert cases.open("0000-0000", person) is None
    assert cases.numbers(person) == []
    assert everything(cases.school.store) == before


def test_every_step_leaves_its_mark_in_the_timeline_and_the_chain(cases):
    number = cases.send().number
    for name, (act, given) in STEPS.items():
        if name in {"finish_task", "drop_task", "clock_done"}:
            continue
        before = cases.open(number, "dh").timeline
        cases.do(act, number, "dh", **given)
        after = cases.open(number, "dh").timeline
        assert after[: len(before)] == before
        assert after[len(before)].by == "Tom Okafor-Lane", name
    with cases.school.store.reading() as conn:
        chain = conn.execute(select(case_ledger).order_by(case_ledger.c.seq)).all()
        assert case_store.broken_at(conn) is None
    assert len(chain) == len(after)
    assert {(row.actor, row.subject) for row in chain} == {("sealed", "sealed")}
    assert all(row.data.startswith('{"entry":') for row in chain)


def test_a_case_from_report_to_closing_and_open_again(cases):
    number = cases.send().number
    for to in (CaseState.TRIAGED, CaseState.INVESTIGATING, CaseState.ACTIONS):
        cases.do(case_service.move, number, "dh", to=to)
    cases.do(
        case_service.add_task, number, "dh", task=NewTask("Change the sign-in book", "of", date(2026, 11, 20))
    )
    with pytest.raises(TransitionBlocked, match="Finish its tasks"):
        cases.do(case_service.move, number, "dh", to=CaseState.DEBRIEF)
    [task] = cases.open(number, "dh").tasks
    assert (task.what, task.name, task.late) == ("Change the sign-in book", "Carol Whitlow", True)
    assert cases.open(number, "of") is not None
    cases.do(case_service.finish_task, number, "of", task=task.key)
    cases.do(case_service.finish_task, number, "of", task=task.key)
    cases.do(case_service.move, number, "dh", to=CaseState.DEBRIEF)
    with pytest.raises(TransitionBlocked) as lacking:
        cases.do(case_service.move, number, "dh", to=CaseState.CLOSED)
    assert len(lacking.value.sentences) == 5
    cases.answer_all(number, "dh")
    cases.do(case_service.say_outcome, number, "dh", outcome=CaseOutcome.UPHELD)
    cases.do(case_service.say_debrief, number, "dh", debrief=Debrief("A photograph", "No sign", "A sign"))
    cases.do(case_service.move, number, "dh", to=CaseState.CLOSED)
    view = cases.open(number, "dh")
    assert (view.case.state, view.case.outcome) == (CaseState.CLOSED, CaseOutcome.UPHELD)
    assert [move.to for move in view.moves] == [CaseState.TRIAGED]
    cases.do(case_service.move, number, "dh", to=CaseState.TRIAGED)
    assert said(cases, number)[-1] == "Opened again."
    assert said(cases, number).count("Task done.") == 1


def test_a_task_can_be_taken_off_and_the_timeline_keeps_it(cases):
    number = cases.send().number
    cases.do(case_service.add_task, number, "dh", task=NewTask("Ask the caretaker", "dh", date(2026, 12, 1)))
    [task] = cases.open(number, "dh").tasks
    cases.do(case_service.drop_task, number, "dh", task=task.key)
    view = cases.open(number, "dh")
    assert view.tasks == ()
    assert view.timeline[-1].words == "Ask the caretaker"
    with pytest.raises(TransitionBlocked, match="not on the list"):
        cases.do(case_service.finish_task, number, "dh", task=task.key)


REFUSED = [
    ("note", {"words": " "}),
    ("note", {"words": "x" * 8001}),
    ("decide", {"words": ""}),
    ("refer", {"reference": ""}),
    ("post_to_reporter", {"words": "\n"}),
    ("advise", {"advice": Advice("", date(2026, 11, 23))}),
    ("add_task", {"task": NewTask("", "dh", date(2026, 12, 1))}),
    ("add_task", {"task": NewTask("Look", "nobody", date(2026, 12, 1))}),
    ("assign", {"to": "nobody"}),
    ("watch", {"who": "y1"}),
    ("clock_done", {"done": ClockDone("x")}),
    ("correct_facts", {"correction": Correction(category="gossip")}),
    ("correct_facts", {"correction": Correction(policy="none such")}),
    ("correct_facts", {"correction": Correction(named=frozenset({"nobody"}))}),
    ("move", {"to": CaseState.CLOSED}),
]


def test_what_cannot_be_done_yet_changes_nothing_and_says_why(cases):
    number = cases.send(about="Samuel Kerr").number
    before = everything(cases.school.store)
    for step, given in REFUSED:
        with pytest.raises(TransitionBlocked) as refused:
            cases.do(STEPS[step][0], number, "dh", **given)
        assert refused.value.sentences
    assert everything(cases.school.store) == before


def test_a_person_who_turns_out_to_be_named_loses_the_case_at_once(cases):
    number = cases.send().number
    cases.do(case_service.watch, number, "dh", who="y4")
    named = frozenset({"dh", "y4"})
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(named=named))
    assert cases.open(number, "dh") is None
    assert cases.open(number, "y4") is None
    view = cases.open(number, "hd")
    assert (view.case.assignee, view.case.watchers) == ("hd", frozenset())
    assert [choice.person for choice in view.named] == ["y4", "dh"]
    assert {"dh", "y4"}.isdisjoint(choice.person for choice in view.may_have_it)


def test_a_case_that_turns_out_to_be_about_the_head_goes_to_the_chair_alone(cases):
    number = cases.send().number
    cases.do(case_service.watch, number, "dh", who="y4")
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(category="concern-about-head"))
    assert [key for key in ("hd", "dh", "ey", "y4", "gs") if cases.numbers(key)] == []
    view = cases.open(number, "gc")
    assert view.case.named == {"hd"}
    assert view.case.assignee == "gc"
    assert view.clocks[0].action == "tell the LADO"
    assert {choice.person for choice in view.may_have_it} <= {"gc", "gs"}
    assert ("gc", number, "given") in cases.letters()


def test_clocks_follow_the_category_and_are_said_to_be_done_once(cases):
    number = cases.send(category="data-breach").number
    [clock] = cases.open(number, "hd").clocks
    assert clock.how == "running"
    cases.school.clock.turn(hours=60)
    assert cases.open(number, "hd").clocks[0].how == "about to end"
    cases.school.clock.turn(hours=13)
    assert cases.open(number, "hd").clocks[0].how == "late"
    assert [
        row.clock.how
        for row in case_service.cases_for(cases.services, "merriwell-green", "hd", cases.school.clock())
    ] == ["late"]
    for _ in range(2):
        cases.do(case_service.clock_done, number, "hd", done=ClockDone(clock.action, "The LADO, ref. 417"))
    assert said(cases, number, "hd").count(f"Done: {clock.action}.") == 1
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(category="visitor"))
    assert [one.how for one in cases.open(number, "hd").clocks] == ["done"]
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(category="allegation"))
    assert {one.action for one in cases.open(number, "hd").clocks} == {clock.action, "tell the LADO"}
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(category="other"))
    assert said(cases, number, "hd")[-1] == "This clock does not count any more: tell the LADO."


def test_every_opening_is_logged(cases):
    number = cases.send().number
    for person in ("dh", "hd", "y1"):
        cases.open(number, person)
    assert [name for _, name in cases.open(number, "dh").seen] == [
        "Tom Okafor-Lane",
        "Helen Achebe",
        "Tom Okafor-Lane",
    ]


def test_it_is_shown_whether_those_named_had_acknowledged_the_version_in_force_that_day(cases):
    number = cases.send().number
    change = Correction(
        policy="staff-acceptable-use", clause="4.1", named=frozenset({"y1", "y4"}), personal_data=True
    )
    cases.do(corrections.correct_facts, number, "dh", correction=change)
    view = cases.open(number, "dh")
    assert (view.case.policy, view.case.clause, view.case.personal_data) == (
        "staff-acceptable-use",
        "4.1",
        True,
    )
    assert [(one.person, one.on) for one in view.acknowledgements] == [("y1", None), ("y4", None)]
    assert {one.policy for one in view.acknowledgements} == {"Staff Acceptable Use of Technology Policy"}
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(policy="", clause=""))
    assert cases.open(number, "dh").acknowledgements == ()
    before = said(cases, number)
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(policy=""))
    assert said(cases, number) == before


def test_a_person_who_signed_before_a_minor_change_has_signed_and_it_is_shown_which(cases):
    store, day = cases.school.store, cases.school.clock().date()
    with store.reading() as conn:
        policy = load_snapshot(conn, day, (SCHOOL,)).policies[SCHOOL, MOBILE]
    [first] = policy.versions
    signed = EvidenceRecord(
        idempotency_key="a test",
        school=SCHOOL,
        obligation="read-mobile",
        person="y1",
        person_name="Samuel Kerr",
        acted_on=day,
        recorded_at=cases.school.clock(),
        identified_by="the office",
        channel="import",
        sha256_bytes=first.sha256,
    )
    with store.writing() as conn:
        record_evidence.record(conn, signed)
    number = cases.send(about="Samuel Kerr").number
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(policy=MOBILE))
    for name, minor, shown in (("2", True, (first.number, day)), ("3", False, ("3", None))):
        digest = name * 64
        text = PolicyText(SCHOOL, MOBILE, name, digest, digest, name, issued_on=day, minor=minor)
        with store.writing() as conn:
            record_register.save_version(conn, text, cases.school.clock())
        [one] = cases.open(number, "dh").acknowledgements
        assert (one.version, one.on) == shown


def test_a_case_of_another_school_is_not_there(cases):
    number = cases.send().number
    now = cases.school.clock()
    assert case_service.open_case(cases.services, "elsewhere", number, "dh", now) is None
    assert case_service.cases_for(cases.services, "elsewhere", "dh", now) == ()


def test_a_correction_from_a_page_made_before_another_undoes_nothing(cases):
    number = cases.send().number
    seen = as_shown(cases.open(number, "dh").case)
    cases.do(
        corrections.correct_facts, number, "dh", correction=Correction(named=frozenset({"hd"}), was=seen)
    )
    late = Correction(named=frozenset(), clause="4.2", was=seen)
    with pytest.raises(Outdated):
        cases.do(corrections.correct_facts, number, "gc", correction=late)
    assert cases.open(number, "hd") is None
    assert cases.open(number, "gc").case.clause is None


@pytest.mark.parametrize(
    ("step", "shown", "newer", "late"),
    [
        ("move", "move", {"to": CaseState.TRIAGED}, {"to": CaseState.TRIAGED}),
        ("assign", "assign", {"to": "hd"}, {"to": "sb"}),
        ("say_debrief", "debrief", {"debrief": Debrief("A", "B", "C")}, {"debrief": Debrief("", "", "D")}),
        (
            "say_outcome",
            "outcome",
            {"outcome": CaseOutcome.UPHELD},
            {"outcome": CaseOutcome.NOT_UPHELD},
        ),
        ("hold", "hold", {"why": "A court asks"}, {"why": ""}),
        ("keep_until", "keep-until", {"on": date(2040, 1, 1)}, {"on": None}),
    ],
)
def test_a_form_made_before_a_newer_act_undoes_nothing(cases, step, shown, newer, late):
    number = cases.send().number
    was = cases.open(number, "dh").was[shown]
    cases.school.services = replace(cases.services, was=was)
    cases.do(STEPS[step][0], number, "dh", **newer)
    before = everything(cases.school.store)
    with pytest.raises(Outdated, match="Your page was made before that"):
        cases.do(STEPS[step][0], number, "hd", **late)
    assert everything(cases.school.store) == before


def test_a_person_who_is_named_and_has_left_can_still_be_picked_so_that_no_correction_drops_them(cases):
    number = cases.send(about="Samuel Kerr").number
    cases.school.change("y1", leaves_on=date(2026, 11, 20))
    assert "y1" in {one.person for one in cases.open(number, "dh").may_be_named}


@pytest.mark.parametrize("when", [{"starts_on": date(2026, 12, 1)}, {"leaves_on": date(2026, 11, 20)}])
def test_a_person_who_is_named_while_they_are_not_here_opens_nothing_when_they_are(cases, when):
    lead = {"roles": frozenset({"staff", "deputy-dsl"}), "starts_on": None, "leaves_on": None}
    cases.school.change("y4", **lead | when)
    about = cases.send(about="Grace Pellow").number
    other = cases.send().number
    view = cases.open(other, "dh")
    assert "y4" in {one.person for one in view.may_be_named}
    cases.do(corrections.correct_facts, other, "dh", correction=Correction(named=frozenset({"y4"})))
    cases.school.change("y4", **lead)
    cases.school.clock.turn(days=14)
    assert cases.open(about, "hd").case.named == {"y4"}
    assert cases.numbers("y4") == []


def test_what_is_done_under_other_words_does_not_start_again(cases):
    number = cases.send(category="allegation").number
    with case_transaction(cases.services, SCHOOL, number, "hd", cases.school.clock()) as pen:
        [clock] = pen.file.clocks
        pen.desk.save_clocks(pen.file, [replace(clock, action="Ring the LADO")])
    cases.do(case_service.clock_done, number, "hd", done=ClockDone("Ring the LADO", "The LADO, ref. 417"))
    for category in ("visitor", "allegation"):
        cases.do(corrections.correct_facts, number, "hd", correction=Correction(category=category))
    assert [(one.action, one.how) for one in cases.open(number, "hd").clocks] == [("Ring the LADO", "done")]


def test_a_shorter_clock_for_the_same_takes_the_place_of_one_that_runs(cases):
    number = cases.send(category="allegation").number
    with case_transaction(cases.services, SCHOOL, number, "hd", cases.school.clock()) as pen:
        [clock] = pen.file.clocks
        pen.desk.save_clocks(pen.file, [replace(clock, due_at=clock.due_at + timedelta(days=3))])
    cases.do(corrections.correct_facts, number, "hd", correction=Correction(category="concern-about-head"))
    assert [one.due_at for one in cases.open(number, "gc").clocks] == [clock.due_at]
