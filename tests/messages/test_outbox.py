"""Decided once, claimed by one, settled by its owner, decided again when it lapsed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.messages import claim_store
from bot.messages import store as message_store
from bot.messages.store import NewMessage, leased_by
from bot.messages.tables import delivery, message, sent_step
from bot.planning import daily_limit
from bot.planning.queue_store import enqueue as enqueue_plan
from bot.planning.queue_store import enqueue_reminders, message_id

LEASE = timedelta(minutes=5)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def enqueue(oakfield_store, cast):
    def put(plan, windows=None, now=None):
        with oakfield_store.writing() as conn:
            return enqueue_plan(conn, plan, windows or cast.hours_of(plan.on), now or cast.now)

    return put


@pytest.fixture
def lease(oakfield_store, cast):
    def take(owner="one", *, after=timedelta(0), limit=10):
        with oakfield_store.writing() as conn:
            return claim_store.lease(conn, now=cast.now + after, owner=owner, limit=limit, lease_for=LEASE)

    return take


@pytest.fixture
def states(oakfield_store):
    def count():
        with oakfield_store.reading() as conn:
            return message_store.counts(conn)

    return count


def test_planning_the_same_day_twice_adds_nothing(enqueue, states, cast):
    first = enqueue(cast.plan("jo-bell", "p-shah"))
    again = enqueue(cast.plan("jo-bell", "p-shah"))
    assert (first.messages, first.notices) == (2, 2)
    assert (again.messages, again.notices, again.already_told) == (0, 0, 2)
    assert states() == {"waiting": 2}


def test_a_second_plan_of_the_day_with_other_duties_sends_the_person_no_second_message(
    enqueue, oakfield_store, cast
):
    enqueue(cast.plan("jo-bell"))
    assert enqueue(cast.plan("jo-bell", cycle="another")).already_told == 1
    with oakfield_store.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(sent_step)) == 1


def test_a_second_urgent_message_of_a_day_is_queued_where_the_limit_allows_it(
    enqueue, lease, states, cast, monkeypatch
):
    monkeypatch.setattr(daily_limit, "URGENT_A_DAY", 2)
    enqueue(cast.plan("jo-bell"))
    (one,) = (plan := cast.plan("jo-bell", cycle="live")).notices
    urgent = replace(plan, notices=(replace(one, items=tuple(_live(item) for item in one.items)),))
    assert enqueue(urgent).messages == 1
    assert {one.id for one in lease()} == {message_id("jo-bell", cast.monday, number) for number in (1, 2)}
    for another in (cast.plan("jo-bell", cycle="a third"), urgent):
        assert enqueue(another).already_told == 1


def _live(item):
    return replace(item, duty=replace(item.duty, live=True))


def test_a_reminder_counts_and_is_left_out_on_a_day_with_a_message(enqueue, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    later = cast.now + timedelta(hours=9)
    mine = NewMessage("term-dates", "oakfield", "p-shah", "oakfield", cast.monday, cast.now, later)
    with oakfield_store.writing() as conn:
        assert enqueue_reminders(conn, [replace(mine, person="jo-bell"), mine], cast.now) == 1
        assert enqueue_reminders(conn, [replace(mine, reference="again")], cast.now) == 0
    assert enqueue(cast.plan("p-shah")).already_told == 1


def test_what_answers_something_a_person_did_is_no_reminder(oakfield_store, cast):
    question = NewMessage("question", "oakfield", "p-shah", "HB-1", cast.monday, cast.now, cast.now)
    with oakfield_store.writing() as conn, pytest.raises(ValueError, match='"question" do not count'):
        enqueue_reminders(conn, [question], cast.now)


def test_a_duty_decided_on_monday_is_not_told_again_on_tuesday_but_a_new_one_is(enqueue, lease, cast):
    enqueue(cast.plan("jo-bell"))
    both = (cast.item("jo-bell"), cast.item("jo-bell", step="remind"))
    plan = cast.plan("jo-bell", on=TUESDAY)
    tuesday = replace(plan, notices=(replace(plan.notices[0], items=both),))
    queued = enqueue(tuesday)
    assert (queued.messages, queued.notices, queued.already_decided) == (1, 1, 1)
    day = timedelta(days=1)
    assert [[item.step for item in one.items] for one in lease(after=day)] == [["remind"]]


def test_a_message_id_is_derived_from_person_and_day_alone(cast):
    one = message_id("jo-bell", cast.monday)
    assert len(one) == 32
    assert int(one, 16) >= 0
    assert one == message_id("jo-bell", cast.monday)
    assert one != message_id("jo-bell", TUESDAY)
    assert one != message_id("p-shah", cast.monday)


def test_two_notices_for_one_person_in_one_plan_make_one_message(enqueue, states, cast):
    plan = cast.plan("jo-bell", "jo-bell")
    assert enqueue(plan).messages == 1
    assert states() == {"waiting": 1}


def test_a_plan_made_after_the_settings_hours_queues_nothing_and_claims_no_key(enqueue, states, cast):
    late = cast.now + timedelta(hours=12)
    queued = enqueue(cast.plan("jo-bell"), lambda one: (late, cast.hours(one)[1]))
    assert (queued.messages, queued.too_late) == (0, 1)
    assert states() == {}
    assert enqueue(cast.plan("jo-bell", on=TUESDAY)).messages == 1


def test_an_empty_plan_queues_nothing(enqueue, cast):
    assert str(enqueue(cast.plan())).startswith("0 messages with 0 duties queued")


def test_a_leased_message_carries_what_was_decided(enqueue, lease, cast):
    enqueue(cast.plan("jo-bell", subject="facebook"))
    (one,) = lease("worker-1")
    assert (one.person, one.school, one.kind, one.step) == ("jo-bell", "oakfield", "train", "ask")
    assert (one.owner, one.was_sending, one.attempts) == ("worker-1", False, 0)
    assert one.not_after_at == cast.now + timedelta(hours=10)
    (item,) = one.items
    assert (item.obligation, item.about, item.cycle, item.step) == (
        "kcsie-part-one",
        "jo-bell",
        "2026-09",
        "ask",
    )
    assert item.due_on == date(2026, 12, 7)
    assert (item.state, item.why, item.subject) == ("due", "asked each September", "facebook")
    assert item.cites == "safeguarding 4.2 (timing is the setting's own choice)"


def test_nothing_is_leased_before_its_hour_twice_or_past_its_hours(enqueue, lease, cast):
    enqueue(cast.plan("jo-bell"))
    assert lease(after=timedelta(seconds=-1)) == []
    assert lease(after=timedelta(hours=10)) == []
    assert len(lease()) == 1
    assert lease("two") == []


def test_a_lease_takes_no_more_than_its_limit(enqueue, lease, cast):
    enqueue(cast.plan(*(f"p{number}" for number in range(7))))
    assert [len(lease(limit=3)) for _ in range(4)] == [3, 3, 1, 0]


def test_a_dead_workers_message_is_taken_over_when_the_lease_ends(enqueue, lease, cast):
    enqueue(cast.plan("jo-bell"))
    lease("dead")
    assert lease("alive", after=LEASE - timedelta(seconds=1)) == []
    (one,) = lease("alive", after=LEASE)
    assert one.was_sending is False


def test_a_message_whose_worker_died_while_sending_is_marked_for_looking_up(
    enqueue, lease, oakfield_store, cast
):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease("dead")
    with oakfield_store.writing() as conn:
        assert message_store.begin_attempt(conn, one.id, owner="dead", now=cast.now)
    (taken,) = lease("alive", after=LEASE)
    assert (taken.was_sending, taken.attempts) == (True, 1)
    # It may be looked up at any hour, and must not lapse: it may have arrived.
    with oakfield_store.writing() as conn:
        assert claim_store.lapse(conn, now=cast.now + timedelta(days=1)) == 0
    assert lease("night", after=timedelta(hours=16))[0].was_sending is True


def test_an_answer_after_a_person_took_over_changes_nothing(enqueue, lease, oakfield_store, states, cast):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease("slow")
    lease("quick", after=LEASE)
    with oakfield_store.writing() as conn:
        assert not message_store.begin_attempt(conn, one.id, owner="slow", now=cast.now)
        assert not message_store.settle_sent(conn, one.id, owner="slow", now=cast.now, reference="x")
        assert not message_store.settle_given_up(conn, one.id, owner="slow", now=cast.now, reason="x")
    assert states() == {"leased": 1}
    with oakfield_store.writing() as conn:
        assert message_store.begin_attempt(conn, one.id, owner="quick", now=cast.now)
        assert message_store.settle_sent(conn, one.id, owner="quick", now=cast.now, reference="250 ok")
        assert not message_store.settle_sent(conn, one.id, owner="quick", now=cast.now, reference="again")
    assert states() == {"sent": 1}


def test_a_sent_message_keeps_its_reference_and_its_attempt(enqueue, lease, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease()
    later = cast.now + timedelta(seconds=2)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, one.id, owner="one", now=cast.now)
    with oakfield_store.writing() as conn:
        message_store.settle_sent(conn, one.id, owner="one", now=later, reference="250 queued")
    with oakfield_store.reading() as conn:
        (posted,) = message_store.recent(conn, school="oakfield")
        (attempt,) = conn.execute(select(delivery))
    assert (posted.state, posted.reference, posted.settled_at) == ("sent", "250 queued", later)
    assert (attempt.started_at, attempt.finished_at, attempt.outcome) == (cast.now, later, "sent")


def test_a_message_put_off_waits_and_is_tried_again(enqueue, lease, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease()
    again = timedelta(minutes=15)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, one.id, owner="one", now=cast.now)
        message_store.settle_later(
            conn, one.id, owner="one", now=cast.now, not_before_at=cast.now + again, reason="451 busy"
        )
    assert lease(after=again - timedelta(seconds=1)) == []
    (second,) = lease("two", after=again)
    assert (second.attempts, second.was_sending) == (1, False)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, one.id, owner="two", now=cast.now + again)
        message_store.settle_given_up(conn, one.id, owner="two", now=cast.now + again, reason="550 unknown")
    with oakfield_store.reading() as conn:
        outcomes = conn.execute(select(delivery.c.outcome, delivery.c.reason).order_by(delivery.c.attempt))
        assert outcomes.all() == [("later", "451 busy"), ("given up", "550 unknown")]
        assert message_store.recent(conn)[0].last_reason == "550 unknown"


def test_an_unclear_message_is_looked_up_later_and_then_settled_without_sending(
    enqueue, lease, oakfield_store, states, cast
):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease()
    soon = timedelta(minutes=2)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, one.id, owner="one", now=cast.now)
        assert message_store.settle_unclear(
            conn, one.id, owner="one", now=cast.now, look_up_at=cast.now + soon, reason="timed out"
        )
    assert lease("two", after=soon - timedelta(seconds=1)) == []
    (again,) = lease("two", after=soon)
    assert again.was_sending is True
    with oakfield_store.writing() as conn:
        message_store.settle_unknown(
            conn, one.id, owner="two", now=cast.now + soon, reason="cannot be looked up"
        )
    assert states() == {"unknown": 1}


def test_a_withdrawn_message_was_never_attempted(enqueue, lease, oakfield_store, states, cast):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease()
    with oakfield_store.writing() as conn:
        assert message_store.settle_withdrawn(
            conn, one.id, owner="one", now=cast.now, reason="all done meanwhile"
        )
        assert conn.scalar(select(func.count()).select_from(delivery)) == 0
    assert states() == {"withdrawn": 1}


def test_a_message_no_one_took_lapses_and_its_duty_is_decided_again_the_next_day(
    enqueue, lease, oakfield_store, states, cast
):
    enqueue(cast.plan("jo-bell"))
    evening = cast.now + timedelta(hours=10)
    with oakfield_store.writing() as conn:
        assert claim_store.lapse(conn, now=evening - timedelta(seconds=1)) == 0
        assert claim_store.lapse(conn, now=evening) == 1
        assert claim_store.lapse(conn, now=evening) == 0
    assert states() == {"lapsed": 1}
    assert enqueue(cast.plan("jo-bell")).messages == 0
    assert enqueue(cast.plan("jo-bell", on=TUESDAY)).messages == 1
    assert states() == {"lapsed": 1, "waiting": 1}
    with oakfield_store.writing() as conn:
        claim_store.lapse(conn, now=evening)
        kept = conn.execute(select(sent_step.c.state, sent_step.c.decided_on)).all()
    assert kept == [("decided", TUESDAY)]
    assert len(lease(after=timedelta(days=1))) == 1


def test_a_message_put_off_past_its_hours_lapses_because_it_certainly_did_not_arrive(
    enqueue, lease, oakfield_store, states, cast
):
    enqueue(cast.plan("jo-bell"))
    (one,) = lease()
    night = cast.now + timedelta(hours=11)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, one.id, owner="one", now=cast.now)
        message_store.settle_later(
            conn, one.id, owner="one", now=cast.now, not_before_at=night, reason="busy"
        )
        assert claim_store.lapse(conn, now=night) == 1
    assert states() == {"lapsed": 1}


def test_only_a_message_that_was_tried_is_stuck_when_its_hours_have_passed(
    enqueue, lease, oakfield_store, cast
):
    enqueue(cast.plan("jo-bell"))
    (tried,) = lease()
    night = cast.now + timedelta(hours=11)
    with oakfield_store.writing() as conn:
        message_store.begin_attempt(conn, tried.id, owner="one", now=cast.now)
        message_store.settle_later(
            conn, tried.id, owner="one", now=cast.now, not_before_at=night, reason="busy"
        )
    enqueue(cast.plan("p-shah"))
    with oakfield_store.writing() as conn:
        assert claim_store.lapse(conn, now=night) == 2
        assert [one.id for one in message_store.stuck(conn, since=night)] == [tried.id]
        assert message_store.stuck(conn, since=night + timedelta(seconds=1)) == []


def test_a_message_leased_by_a_worker_still_alive_does_not_lapse(enqueue, lease, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    last_minute = timedelta(hours=9, minutes=58)
    lease(after=last_minute)
    with oakfield_store.writing() as conn:
        assert claim_store.lapse(conn, now=cast.now + timedelta(hours=10, minutes=1)) == 0
        assert claim_store.lapse(conn, now=cast.now + timedelta(hours=10, minutes=4)) == 1


def test_recent_lists_the_newest_first_and_one_setting_only(enqueue, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    enqueue(cast.plan("p-shah", on=TUESDAY), now=cast.now + timedelta(days=1))
    with oakfield_store.reading() as conn:
        assert [one.person for one in message_store.recent(conn)] == ["p-shah", "jo-bell"]
        assert [one.person for one in message_store.recent(conn, limit=1)] == ["p-shah"]
        assert [one.person for one in message_store.recent(conn, limit=1, skip=1)] == ["jo-bell"]
        assert message_store.recent(conn, school="elsewhere") == []


def test_a_message_in_a_state_that_does_not_exist_is_refused_by_the_database(enqueue, oakfield_store, cast):
    enqueue(cast.plan("jo-bell"))
    with pytest.raises(Exception, match=r"(?i)check constraint"), oakfield_store.writing() as conn:
        conn.execute(message.update().values(state="nearly"))


def test_what_a_process_lost_for_one_mailbox_is_free_at_once_and_what_it_sends_from_another_stays(
    enqueue, lease, oakfield_store, cast
):
    enqueue(cast.plan("jo-bell", "p-shah", "h-darcy"))
    (lost,) = lease(f"{leased_by('one', 'ash')}first", limit=1)
    lease(f"{leased_by('one', 'cedar')}first", limit=1)
    lease(f"{leased_by('one0', 'ash')}first", limit=1)
    with oakfield_store.writing() as conn:
        assert message_store.end(conn, "one", "ash", cast.now) == 1
    assert [one.id for one in lease("two")] == [lost.id]


def test_what_was_decided_for_an_earlier_time_is_decided_again_once_a_day(enqueue, lease, cast):
    enqueue(cast.plan("jo-bell"))
    plan = cast.plan("jo-bell", on=TUESDAY)
    again = tuple(replace(item, again=True) for item in plan.notices[0].items)
    tuesday = replace(plan, notices=(replace(plan.notices[0], items=again),))
    queued = enqueue(tuesday)
    assert (queued.messages, queued.notices, queued.already_decided) == (1, 1, 0)
    assert enqueue(tuesday).already_told == 1
    to_another = replace(tuesday, notices=(replace(tuesday.notices[0], person="p-shah"),))
    assert enqueue(to_another).already_decided == 1
