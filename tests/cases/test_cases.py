"""Cases by table: the way through the states, and what each step asks for."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.cases.model import MOVES, Case, CaseOutcome, CaseState, Debrief, Task, is_open, lacking

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEW = Case("K7QF-2M8R", "a-school", "staff-devices", CaseState.RECEIVED, NOW, NOW)
TOLD = Debrief("A phone was out in class.", "The rule was new to her.", "It is in the induction list now.")


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("to", CaseState)
def test_only_the_moves_in_the_table_can_be_made(state, to):
    case = replace(NEW, state=state, assignee="hd", outcome=CaseOutcome.UPHELD, debrief=TOLD)
    assert (lacking(case, to) == ()) is (to in MOVES[state])


def test_a_move_that_is_not_in_the_table_says_which_are():
    assert lacking(NEW, CaseState.CLOSED) == ("A case that is received goes on to triaged.",)


def test_every_state_can_be_reached_and_none_is_a_dead_end():
    reached, new = {CaseState.RECEIVED}, {CaseState.RECEIVED}
    while new:
        new = {to for state in new for to in MOVES[state]} - reached
        reached |= new
    assert reached == set(CaseState)
    assert all(MOVES.values())


def test_nothing_is_looked_into_before_a_person_looks_after_it():
    triaged = replace(NEW, state=CaseState.TRIAGED)
    assert lacking(triaged, CaseState.INVESTIGATING) == ("Say who looks after it.",)
    assert lacking(replace(triaged, assignee="hd"), CaseState.INVESTIGATING) == ()


def test_a_debrief_waits_for_the_tasks():
    task = Task("t1", "Speak to the supply agency", "hd", date(2026, 11, 30))
    acting = replace(NEW, state=CaseState.ACTIONS, assignee="hd", tasks=(task,))
    assert "Finish its tasks" in lacking(acting, CaseState.DEBRIEF)[0]
    done = replace(acting, tasks=(replace(task, done_on=date(2026, 11, 25)),))
    assert lacking(done, CaseState.DEBRIEF) == ()
    told = replace(acting, state=CaseState.DEBRIEF, debrief=TOLD, outcome=CaseOutcome.UPHELD)
    assert "Finish its tasks" in lacking(told, CaseState.CLOSED)[0]


@pytest.mark.parametrize(
    ("debrief", "outcome", "missing"),
    [
        (TOLD, CaseOutcome.PARTLY, 0),
        (TOLD, None, 1),
        (replace(TOLD, changes="  "), CaseOutcome.UPHELD, 1),
        (Debrief(), None, 4),
    ],
)
def test_closing_needs_an_outcome_and_all_three_parts_of_the_debrief(debrief, outcome, missing):
    case = replace(NEW, state=CaseState.DEBRIEF, assignee="hd", debrief=debrief, outcome=outcome)
    assert len(lacking(case, CaseState.CLOSED)) == missing


def test_a_closed_case_is_not_open():
    assert is_open(NEW)
    assert not is_open(replace(NEW, state=CaseState.CLOSED))
