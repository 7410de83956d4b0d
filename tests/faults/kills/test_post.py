"""The power fails at any instant, over and over: nothing is lost, and nothing is sent twice unmarked."""

from sqlalchemy import func, select

from bot.database.engine import open_store
from bot.messages.tables import message, sent_step

PEOPLE = 25


def planned(round_):
    """Messages and natural keys in the database."""
    store = open_store(round_.url)
    with store.reading() as conn:
        both = tuple(conn.scalar(select(func.count()).select_from(table)) for table in (message, sent_step))
    store.close()
    return both


def test_killed_while_delivering_nothing_is_lost_and_a_second_copy_shows_itself(new_round, trial):
    row = trial.row("SIGKILL", "deliver")
    wanted = trial.times(sqlite=(60, 400), postgres=(25, 150))
    while row.runs < wanted:
        round_ = new_round(row)
        round_.live("plan")
        while round_.counts() != {"sent": PEOPLE}:
            ends = [round_.at_an_instant("deliver", 0.3)] * 3 + [round_.at_a_word] * 2
            round_.live("deliver", trial.chance.choice(ends) if row.runs < wanted else None)
        round_.check()
    assert row.harmed == (0, 0, 0)


def test_killed_while_planning_everybody_is_told_once_and_by_one_notice(new_round, trial):
    row = trial.row("SIGKILL", "plan")
    wanted = trial.times(sqlite=(15, 120), postgres=(10, 60))
    while row.runs < wanted:
        round_ = new_round(row)
        while row.runs < wanted and round_.live("plan", round_.at_an_instant("plan", 1.1)):
            assert planned(round_) in {(0, 0), (PEOPLE, PEOPLE)}
        for _ in range(2):
            round_.live("plan")
            assert planned(round_) == (PEOPLE, PEOPLE)
    for do in ("deliver", "plan", "deliver"):
        round_.live(do)
    round_.check()
    assert (row.twice, *row.harmed) == (0, 0, 0, 0)
