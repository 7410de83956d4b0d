"""What a manager is told about somebody of their team: when they were asked, or that nothing reaches them."""

from datetime import date

import pytest

from bot.actions.gather import gather, school_day
from bot.actions.letters import PRINT_SHEETS, Desk, Owed
from bot.domain.owing import look, owing
from bot.store import people
from bot.store.claiming import Leased, MessageItem
from bot.web.member import OFFICE

SETTING = "merriwell-green"
READ = "read-mobile"


@pytest.fixture
def card(school):
    """The card about a teaching assistant's duty in the letter of whoever is told."""

    def of(reader="hd", obligation=READ):
        now, today = school.clock(), school_day(school.clock())
        with school.store.reading() as conn:
            looked = look(gather(conn, today, (SETTING,)), today)
        services = school.services
        desk = Desk(looked, services.links, services.base_url, now)
        duty = next(one for one in owing(looked) if (one.obligation.key, one.person) == (obligation, "ta4"))
        item = MessageItem(
            setting=SETTING, obligation=obligation, about="ta4", cycle=duty.cycle, step="hand-over",
            kind="hand-over", due_on=duty.due_on, state="due", why="", cites="", subject=None, version=None,
        )  # fmt: skip
        message = Leased(
            id="a message", setting=SETTING, person=reader, kind="hand-over", step="hand-over",
            owner="a test", channel="email", planned_on=today, items=(item,), attempts=0,
            not_after_at=now, was_sending=False,
        )  # fmt: skip
        (found,) = desk.letter(message, (Owed(item, duty),)).cards
        return found

    return of


def without_address(school):
    """Take the assistant's address away, as the next list of people would."""
    with school.store.writing() as conn:
        known = people.roster(conn, SETTING)["ta4"]
        people.save_people(conn, [type(known)("ta4", known.name, None, known.memberships)], school.clock())


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
    assert found.unreached == f"We hold no e-mail address for {found.about}, so nothing was sent."


@pytest.mark.parametrize(("reader", "link"), [("of", "https://handbell.merriwell.example/paper"), ("y4", "")])
def test_who_can_print_a_sheet_is_led_to_it(school, card, reader, link):
    without_address(school)
    found = card(reader)
    assert (found.on_paper, found.link, found.button) == (True, link, "Print their sheet" if link else "")


def test_what_no_sheet_holds_is_not_to_be_printed(school, card):
    without_address(school)
    found = card("of", "safeguarding-training")
    assert (found.on_paper, found.link) == (False, "")


def test_an_address_that_refuses_mail_is_said_to(school, card):
    with school.store.writing() as conn:
        people.mark_unreachable(conn, "ta4", "550 no such user")
    assert card().unreached.endswith("refuses our mail.")


def test_whoever_opens_the_sheets_is_who_is_led_to_them():
    assert PRINT_SHEETS == OFFICE
