"""Weekly checks that nobody recorded reach the head in one line of one email a week."""

from datetime import timedelta

from bot.core.clock import local_date
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.render import render
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.store import load_snapshot

SCHOOL = "merriwell-green"


def written_to(school, reader, weekly=2, others=0):
    """The letter to somebody about this many weekly checks of the school and other things handed over."""
    now, today = school.clock(), local_date(school.clock())
    with school.store.reading() as conn:
        looked = planning_context(load_snapshot(conn, today, (SCHOOL,)), today)
    of_others = [one for one in list_duties(looked) if one.person == "ta4"]
    chosen = [(one, "weekly") for one in of_others[:weekly]] + [
        (one, "hand-over") for one in of_others[weekly : weekly + others]
    ]
    owed = []
    for duty, kind in chosen:
        item = MessageReminder(
            school=SCHOOL, obligation=duty.obligation.key, about="ta4", cycle=duty.cycle, step="hand-over",
            kind=kind, due_on=duty.due_on, state="due", why="", cites="", subject=None, version=None,
        )  # fmt: skip
        owed.append(OpenReminder(item, duty))
    message = ClaimedMessage(
        id="a message", school=SCHOOL, person=reader, kind="weekly", step="hand-over",
        owner="a test", channel="email", planned_on=today, items=tuple(one.item for one in owed), attempts=0,
        not_after_at=now + timedelta(hours=1), was_sending=False,
    )  # fmt: skip
    desk = MessageContext(looked, school.services.links, school.services.base_url, now)
    return desk.letter(message, owed), [duty.obligation.named for duty, _ in chosen]


def test_all_weekly_checks_stand_in_one_line(school):
    letter, named = written_to(school, "hd")
    assert len(named) == 2
    assert letter.kind == "weekly"
    (card,) = letter.cards
    assert all(name in card.thing for name in named)
    assert card.link.endswith("/school")
    assert named[0] in " ".join(render(letter).text.split())


def test_with_other_things_they_are_one_of_several_and_lead_only_a_leader_to_the_school(school):
    letter, _ = written_to(school, "hd", weekly=2, others=1)
    assert (letter.kind, len(letter.cards)) == ("gathered", 2)
    (card,) = written_to(school, "t1")[0].cards
    assert card.link == ""
