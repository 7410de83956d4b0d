"""The power fails at any instant, over and over: nothing is lost, and nothing is sent twice unmarked."""

from sqlalchemy import func, select

from bot.store.engine import open_store
from bot.store.schema import message, notice

PEOPLE = 25


def never():
    return "never"


def planned(round_):
    """Messages and natural keys in the database."""
    store = open_store(round_.url)
    with store.reading() as conn:
        both = tuple(conn.scalar(select(func.count()).select_from(table)) for table in (message, notice))
    store.close()
    return both


def test_killed_while_delivering_nothing_is_lost_and_a_second_copy_shows_itself(
    new_round, tally, kills_wanted, chance
):
    wanted = kills_wanted(sqlite=200, postgres=60)
    while tally.killed < wanted:
        round_ = new_round(tally)
        round_.live("plan", never)
        while round_.counts() != {"sent": PEOPLE}:
            ends = [round_.at_an_instant("deliver", 0.3)] * 3 + [round_.at_a_word] * 2
            round_.live("deliver", chance.choice(ends) if tally.killed < wanted else never)
        round_.check()
    assert tally.lost == 0


def test_killed_while_planning_everybody_is_told_once_and_by_one_notice(new_round, tally, kills_wanted):
    wanted = kills_wanted(sqlite=40, postgres=30)
    while tally.killed < wanted:
        round_ = new_round(tally)
        while tally.killed < wanted and round_.live("plan", round_.at_an_instant("plan", 1.1)):
            assert planned(round_) in {(0, 0), (PEOPLE, PEOPLE)}
        for _ in range(2):
            round_.live("plan", never)
            assert planned(round_) == (PEOPLE, PEOPLE)
    for do in ("deliver", "plan", "deliver"):
        round_.live(do, never)
    round_.check()
    assert (tally.lost, tally.second_copies) == (0, 0)
