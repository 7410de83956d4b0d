"""Promise by promise: the verdicts, the numbers behind them, and the questions nobody could answer."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.dashboard.service import standing_of
from bot.planning.store import load_snapshot
from bot.rules.audience import Audience, AudienceTerm
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.status.model import StatusLine
from bot.status.promises import PromiseStatus, promise_year, unanswered

SCHOOL = "merriwell-green"
TODAY = date(2026, 11, 23)


@pytest.fixture
def snapshot(served):
    """The school with one course and one review as its only rules."""
    with served.store.reading() as conn:
        known = load_snapshot(conn, TODAY, (SCHOOL,))
    course = next(one for one in known.obligations if one.kind is Kind.TRAIN)
    review = next(one for one in known.obligations if one.kind is Kind.REVIEW)
    return replace(known, obligations=(course, review), evidence=())


def found(snapshot, *states, subject=None, kind=Kind.TRAIN):
    """What becomes of the rule of a kind, with a line in each of these states."""
    rule = next(one for one in snapshot.obligations if one.kind is kind)
    lines = tuple(
        StatusLine(
            f"p{n}", f"P{n}", rule.key, rule.title, kind, "c", state, TODAY, "", subject, "", None, "p"
        )
        for n, state in enumerate(states)
    )
    seen = promise_year(snapshot, SCHOOL, lines, TODAY)
    return next(one for one in seen.promises if one.rule.kind is kind), unanswered(seen)


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([State.DONE, State.OVERDUE, State.NO_RECORD], PromiseStatus.NOT_KEPT),
        ([State.DONE, State.NO_RECORD, State.DUE], PromiseStatus.NOT_RECORDED),
        ([State.DONE, State.DUE_SOON], PromiseStatus.PENDING),
        ([State.DONE, State.PAUSED], PromiseStatus.PENDING),
        ([State.DONE, State.EXCUSED], PromiseStatus.KEPT),
        ([], PromiseStatus.PENDING),
    ],
)
def test_a_promise_stands_as_its_worst_task_does(snapshot, states, verdict):
    one, _ = found(snapshot, *states)
    assert one.verdict is verdict
    assert one.asked == len(states)


def test_no_one_could_where_no_one_holds_the_role_or_no_meeting_is_in_time(snapshot):
    nobody = Audience((AudienceTerm("role", "beekeeper"),))
    course, review = snapshot.obligations
    without = replace(snapshot, obligations=(replace(course, audience=nobody), review))
    one, asked = found(without)
    assert one.verdict is PromiseStatus.NOBODY
    assert [course.title in question.asks for question in asked].count(True) == 1
    late, _ = found(snapshot, State.OVERDUE, subject="no meeting", kind=Kind.REVIEW)
    assert late.verdict is PromiseStatus.NOBODY


def test_only_what_is_not_known_is_a_question_without_an_answer(snapshot):
    assert found(snapshot, State.OVERDUE, State.DONE)[1] == ()
    (asked,) = found(snapshot, State.NO_RECORD, State.DONE)[1]
    assert "1 of 2 people" in asked.says
    (asked,) = found(snapshot, State.NO_RECORD, kind=Kind.REVIEW)[1]
    assert asked.deed.href.startswith("/governors/reviews/")


def test_the_page_has_each_rule_once_and_every_deed_opens(served, member):
    with served.store.reading() as conn:
        known = load_snapshot(conn, TODAY, (SCHOOL,))
    head = member("hd")
    page = BeautifulSoup(head.get("/school/promises").text, "html.parser")
    titles = [row.th.a.get_text() for row in page.select("tbody tr")]
    assert sorted(titles) == sorted(one.title for one in known.obligations if one.active)
    seen = promise_year(known, SCHOOL, standing_of(known, SCHOOL, TODAY).lines, TODAY)
    assert len(page.select("li.todo")) == len(unanswered(seen)) > 0
    addresses = {one["href"] for one in page.select("tbody th a, li.todo a")}
    assert {one: head.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 200)
    assert member("y5").get("/school/promises").status_code == 403
