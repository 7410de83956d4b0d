"""What a manager is told about somebody of their team: when they were asked, or that nothing reaches them."""

from datetime import date

import pytest

from bot.core.clock import local_date
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.store import load_snapshot
from bot.records import people as record_people

SCHOOL = "merriwell-green"
READ = "read-mobile"


@pytest.fixture
def card(school):
    """The card about a teaching assistant's duty in the letter to the person who is told."""

    def of(reader="hd", obligation=READ):
        now, today = school.clock(), local_date(school.clock())
        with school.store.reading() as conn:
            looked = planning_context(load_snapshot(conn, today, (SCHOOL,)), today)
        services = school.services
        desk = MessageContext(looked, services.links, services.base_url, now)
        duty = next(
            one for one in list_duties(looked) if (one.obligation.key, one.person) == (obligation, "ta4")
        )
        item = MessageReminder(
            school=SCHOOL, obligation=obligation, about="ta4", cycle=duty.cycle, step="hand-over",
            kind="hand-over", due_on=duty.due_on, state="due", why="", cites="", subject=None, version=None,
        )  # fmt: skip
        message = ClaimedMessage(
            id="a message", school=SCHOOL, person=reader, kind="hand-over", step="hand-over",
            owner="a test", channel="email", planned_on=today, items=(item,), attempts=0,
            not_after_at=now, was_sending=False,
        )  # fmt: skip
        (found,) = desk.letter(message, (OpenReminder(item, duty),)).cards
        return found

    return of


def without_address(school):
    """Remove the assistant's address, as the next list of people would."""
    with school.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)["ta4"]
        record_people.save_people(
            conn, [type(known)("ta4", known.name, None, known.memberships)], school.clock()
        )


def test_who_was_asked_by_mail_is_said_to_have_been_on_the_first_day(school, card):
    school.plan()
    school.clock.turn(days=7)
    found = card()
    assert (found.since, found.unreached, found.link) == (date(2026, 11, 23), "", "")


def test_the_hand_over_itself_is_no_day_on_which_anybody_was_asked(school, card):
    without_address(school)
    school.clock.turn(days=14)
    school.plan()
    found = card()
    assert found.since is None
    assert found.unreached == f"{found.about} has no email address, so nothing was sent."


@pytest.mark.parametrize(("reader", "link"), [("of", "https://handbell.merriwell.example/paper"), ("y4", "")])
def test_who_can_print_a_sheet_is_led_to_it(school, card, reader, link):
    without_address(school)
    found = card(reader)
    assert (found.on_paper, found.link, found.button) == (True, link, "Print sheet" if link else "")


def test_what_no_sheet_holds_is_not_to_be_printed(school, card):
    without_address(school)
    found = card("of", "safeguarding-training")
    assert (found.on_paper, found.link) == (False, "")


def test_an_address_that_refuses_mail_is_said_to(school, card):
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, "ta4", "550 no such user")
    assert card().unreached.endswith("are being rejected.")
