"""What a letter about a review asks for, stage by stage on the way to the governors' meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.store import load_snapshot

SCHOOL = "merriwell-green"


@pytest.fixture
def card(school):
    """The card of the clerk's letter about a review, were it at another stage."""
    now, today = school.clock(), school.clock().date()
    with school.store.reading() as conn:
        looked = planning_context(load_snapshot(conn, today, (SCHOOL,)), today)
    services = school.services
    desk = MessageContext(looked, services.links, services.base_url, now)
    due = next(
        one for one in list_duties(looked) if one.obligation.key == "review-mobile" and one.person == "cl"
    )

    def of(stage):
        duty = replace(due, subject=stage)
        about = {"school": SCHOOL, "step": "ask", "kind": "review"}
        item = MessageReminder(
            **about, obligation="review-mobile", about="cl", cycle=duty.cycle, due_on=duty.due_on,
            state="due", why="", cites="", subject=stage, version=None,
        )  # fmt: skip
        message = ClaimedMessage(
            **about, id="a message", owner="a test", person="cl", channel="email", planned_on=today,
            items=(item,), attempts=0, not_after_at=now + timedelta(hours=1), was_sending=False,
        )  # fmt: skip
        (found,) = desk.letter(message, (OpenReminder(item, duty),)).cards
        return found

    return of


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("stage", "asked", "button"),
    [
        ("draft", "Send the draft", "Update the draft"),
        ("agenda", "Put it on the agenda", "Confirm on agenda"),
        ("papers", "Send it with the papers", "Confirm papers sent"),
        ("approve", "Consider it at the meeting", "See the review"),
        ("minute", "Say what was decided", "Record it"),
        ("no meeting", "Choose what to do", "See the review"),
        ("dates", "Tell us its dates", "Add the dates"),
        (None, "Review", "See the review"),
    ],
)
def test_a_letter_about_a_review_asks_for_what_its_stage_needs(card, stage, asked, button):
    one = card(stage)
    assert (one.heading, one.button) == (asked, button)
    assert one.thing == "Mobile, Smart Technology and Social Media Policy"
