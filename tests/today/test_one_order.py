"""Today and the email of the same day begin with the same task."""

from bot.planning.plan import plan
from bot.planning.store import load_snapshot
from bot.signing.my_duties import my_duties

SCHOOL = "merriwell-green"


def test_an_email_and_today_begin_with_the_same_task(served):
    today = served.clock().date()
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (SCHOOL,))
    compared = 0
    for message in plan(snapshot, today).notices:
        person = snapshot.people[message.person]
        shown = my_duties(served.store, snapshot, SCHOOL, person, today).owed
        order = [(one.duty.obligation.key, one.duty.cycle) for one in shown]
        own = [(one.duty.obligation.key, one.duty.cycle) for one in message.items]
        both = [one for one in own if one in order]
        if len(both) > 1:
            compared += 1
            assert both[0] == next(one for one in order if one in both)
    assert compared > 3
