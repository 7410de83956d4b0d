"""What the clerk's letters hold: the choices where no meeting is in time, and whether each draft is here."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.clock import local_date
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.render import render
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.store import load_snapshot
from bot.reviews import service as review_service
from bot.reviews.service import Recorder

SCHOOL, PHONES = "merriwell-green", "mobile-and-social-media"
CLERK = Recorder(SCHOOL, "cl", "Helena Novak", "email link")


@pytest.fixture
def letter(school):
    """The clerk's letter about the review of the phones' policy, at a stage, alone or with another thing."""

    def write(stage, kind, due_on=None, beside=None, approver=None, reader="cl"):
        now, today = school.clock(), local_date(school.clock())
        with school.store.reading() as conn:
            snapshot = load_snapshot(conn, today, (SCHOOL,))
        if approver is not None:
            known = snapshot.policies[SCHOOL, PHONES]
            changed = {**snapshot.policies, (SCHOOL, PHONES): replace(known, approver=approver)}
            snapshot = replace(snapshot, policies=changed)
        looked = planning_context(snapshot, today)
        services = school.services
        desk = MessageContext(looked, services.links, services.base_url, now)
        due = next(
            one for one in list_duties(looked) if one.obligation.key == "review-mobile" and one.person == "cl"
        )
        duty = replace(due, subject=stage, person=reader, due_on=due_on or due.due_on)
        owed = [_owed(duty, kind, reader), *([_owed(replace(due, subject=beside), beside)] if beside else [])]
        message = ClaimedMessage(
            id="a message", school=SCHOOL, person=reader, kind=kind, step="ask", owner="a test",
            channel="email", planned_on=today, items=tuple(one.item for one in owed), attempts=0,
            not_after_at=now + timedelta(hours=1), was_sending=False,
        )  # fmt: skip
        return desk.letter(message, owed)

    return write


def _owed(duty, kind, about="cl"):
    item = MessageReminder(
        school=SCHOOL, obligation="review-mobile", about=about, cycle=duty.cycle, step="ask", kind=kind,
        due_on=duty.due_on, state="due", why="", cites="", subject=duty.subject, version=None,
    )  # fmt: skip
    return OpenReminder(item, duty)


def flat(words):
    return " ".join(words.split())


PAST = date(2026, 9, 24)
EXTRA = "Call an extra meeting: papers must go out 7 clear days before it."


@pytest.mark.parametrize("beside", [None, "papers"])
def test_the_choices_stand_once_in_every_letter_that_asks_to_choose(letter, beside):
    written = letter("no meeting", "no meeting", PAST, beside)
    assert written.kind == ("gathered" if beside else "no meeting")
    said = render(written)
    for part in (said.text, said.html):
        assert flat(part).count(EXTRA) == 1
        assert flat(part).replace("You can also ask", "").count("You can") == 1


def test_where_no_one_approves_the_letter_says_whom_to_tell(letter):
    said = flat(render(letter("no meeting", "no meeting", PAST, approver="nobody-we-know")).text)
    assert "Tell the office which body or person approves this policy." in said


@pytest.mark.parametrize(("reader", "page"), [("cl", True), ("hd", True), ("y1", False)])
def test_where_no_meeting_is_known_the_letter_asks_for_the_next_and_leads_to_the_page_of_dates(
    letter, reader, page
):
    written = letter("meetings", "meetings", PAST, reader=reader)
    (card,) = written.cards
    assert (card.heading, card.thing) == ("Tell Handbell when it meets next", "Full governing body")
    # Anyone who clerks and may not open that page has their own link.
    assert ("/governors/meetings?body=full-governing-body" in card.link) == page
    assert ("/d/" in card.link) != page
    said = render(written)
    assert said.subject == "When does the full governing body meet next?"
    assert "We know of no coming meeting of the full governing body." in flat(said.text)
    assert "extra meeting" not in flat(said.text)


@pytest.mark.parametrize("stage", ["agenda", "papers"])
def test_a_draft_that_is_not_here_is_missing_and_its_owner_is_named(letter, stage):
    (card,) = letter(stage, "papers").cards
    assert card.ready == ()
    assert card.missing == ("The draft: we hold no record that it is here. Ask Grace Pellow.",)


@pytest.mark.parametrize("stage", ["agenda", "papers"])
def test_a_draft_that_was_recorded_is_ready(school, letter, stage):
    review_service.record_draft(school.store, CLERK, PHONES, school.clock())
    (card,) = letter(stage, "papers").cards
    assert (card.ready, card.missing) == (("The draft, recorded on 23 November 2026",), ())


def test_the_letter_about_anything_else_says_nothing_of_a_draft(letter):
    (card,) = letter("approve", "review").cards
    assert (card.ready, card.missing) == ((), ())
