"""The one rule that says what comes first, and which day a thing stands under."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations

from bot.rules.duties import State, Urgency
from bot.today.model import (
    FIRST,
    SHARED,
    Area,
    TodayItem,
    counts_by_area,
    most_pressing,
    pressing,
    todays,
)

TODAY = date(2026, 11, 23)
SOON, FAR = TODAY + timedelta(days=2), TODAY + timedelta(days=30)
CLOCK = datetime(2026, 11, 23, 11, 2, tzinfo=UTC)


def item(area=Area.TASK, title="x", **given):
    return TodayItem(area, title, "Do it", "/x", **given)


# In the order in which they are to stand.
LADDER = [
    (item(Area.CASE, clock_at=CLOCK), Urgency.CLOCK),
    (item(Area.REFUSAL, since=TODAY - timedelta(days=20)), Urgency.HARM),
    (item(state=State.OVERDUE, due_on=TODAY - timedelta(days=60)), Urgency.OVERDUE),
    (item(due_on=SOON), Urgency.NEAR),
    (item(due_on=SOON + timedelta(days=1)), Urgency.DUE),
    (item(due_on=TODAY, is_reading=True), Urgency.READING),
    (item(Area.CERTIFICATE, since=TODAY), Urgency.ANSWER),
    (item(Area.FINDING, state=State.NO_RECORD), Urgency.UNKNOWN),
]


def test_each_rung_is_more_pressing_than_the_next():
    assert [pressing(one, TODAY) for one, _ in LADDER] == [wanted for _, wanted in LADDER]
    assert {wanted for _, wanted in LADDER} == set(Urgency)
    assert all(first < second for (_, first), (_, second) in pairwise(LADDER))


def test_the_order_does_not_hang_on_the_order_of_the_sources():
    some = [one for one, _ in LADDER[:5]]
    assert {most_pressing(order, TODAY) for order in permutations(some)} == {tuple(some)}


def test_papers_in_two_days_without_a_draft_go_before_reading():
    papers, reading = item(title="draft", due_on=SOON), item(title="read", due_on=TODAY, is_reading=True)
    assert most_pressing([reading, papers], TODAY) == (papers, reading)


def test_of_two_alike_the_earlier_comes_first():
    early, late = item(title="b", due_on=TODAY), item(title="a", due_on=SOON)
    assert most_pressing([late, early], TODAY) == (early, late)
    first, second = (
        item(Area.CASE, "b", clock_at=CLOCK),
        item(Area.CASE, "a", clock_at=CLOCK + timedelta(hours=1)),
    )
    assert most_pressing([second, first], TODAY) == (first, second)


def test_the_chip_says_the_state_of_a_task_and_of_others_what_they_wait_for():
    assert item(state=State.OVERDUE).called == "overdue"
    assert item(Area.STOPPED).called != item(Area.FINDING).called


def test_a_screen_that_others_see_counts_by_area_the_most_pressing_first():
    private = [item(Area.CASE, clock_at=CLOCK), item(Area.REFUSAL), item(Area.QUESTION)]
    plain = [item(), item(Area.CERTIFICATE), item(Area.CERTIFICATE), item(Area.STOPPED)]
    counted = counts_by_area([*private, *plain], TODAY)
    assert [(one.area, one.number) for one in counted] == [
        (Area.STOPPED, 1),
        (Area.CERTIFICATE, 2),
        (Area.TASK, 1),
    ]
    assert {*SHARED} == {*Area} - {Area.CASE, Area.REFUSAL, Area.QUESTION}


def test_nothing_is_lost_and_only_far_tasks_come_later():
    far = item(title="far", due_on=FAR)
    overdue = item(title="late", state=State.OVERDUE, due_on=FAR)
    undated = item(title="undated")
    other = item(Area.REQUEST, "request", due_on=FAR)
    seen = todays([far, overdue, undated, other, *(one for one, _ in LADDER)], TODAY)
    assert seen.later == (far,)
    assert len(seen.first) == FIRST
    assert seen.count == len(LADDER) + 3
    assert seen.first[0].area is Area.CASE
