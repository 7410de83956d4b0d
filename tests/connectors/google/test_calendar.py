"""Meetings in the mailbox's calendar: one entry each, whatever Google or people do."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.core.errors import GiveUp, TryAgain
from bot.ports import Address, Event
from connectors.google.calendar import MailboxCalendar, event_id
from connectors.google.scopes import CALENDAR

MEETING = Event(
    key="merriwell|fgb|2026-12-03",
    title="Full governing body meets",
    on=date(2026, 12, 3),
    note="To approve: Online Safety.",
    guests=(Address("chair@elsewhere.example", "The chair"), Address("gita@merriwell.example")),
    starts_at=datetime(2026, 12, 3, 18, 0, tzinfo=UTC),
)
UNHEARD = ["503 after", "drop before", "drop after", "stall after", "nonsense after", "half after"]


@pytest.fixture
def ours(client_of):
    return MailboxCalendar(client_of(CALENDAR, "handbell@merriwell.example"))


@pytest.fixture
def settle(ours):
    def until_it_is_done(act, *given):
        for _ in range(9):
            try:
                return act(*given)
            except TryAgain:
                continue
        raise AssertionError("never settled")

    return until_it_is_done


def test_a_meeting_is_made_once_with_its_guests(ours, calendar):
    ours.keep(MEETING)
    ours.keep(MEETING)
    (event,) = calendar.standing()
    assert event["summary"] == "Full governing body meets"
    assert event["start"] == {"dateTime": "2026-12-03T18:00:00", "timeZone": "Europe/London"}
    assert event["end"]["dateTime"] == "2026-12-03T20:00:00"
    assert event["guestsCanSeeOtherGuests"] is False
    assert calendar.mailed == [("invited", "chair@elsewhere.example"), ("invited", "gita@merriwell.example")]


def test_a_deadline_takes_a_whole_day_and_no_ones_time(ours, calendar):
    ours.keep(replace(MEETING, starts_at=None))
    (event,) = calendar.standing()
    assert (event["start"], event["end"]) == ({"date": "2026-12-03"}, {"date": "2026-12-04"})
    assert event["transparency"] == "transparent"


def test_a_meeting_that_moved_is_changed_and_keeps_what_guests_answered(ours, calendar):
    ours.keep(MEETING)
    (event,) = calendar.standing()
    event["attendees"][0]["responseStatus"] = "accepted"
    ours.keep(replace(MEETING, on=date(2026, 12, 10), starts_at=None))
    assert calendar.standing() == [event]
    assert event["start"] == {"date": "2026-12-10"}
    assert event["attendees"][0]["responseStatus"] == "accepted"


def test_what_a_person_changed_by_hand_stays(ours, calendar):
    ours.keep(MEETING)
    (event,) = calendar.standing()
    event["location"], event["summary"] = "The library", "FGB"
    ours.keep(MEETING)
    assert (event["location"], event["summary"]) == ("The library", "FGB")


def test_a_meeting_that_is_called_off_and_held_again_is_told_each_time(ours, calendar):
    for _ in range(3):
        ours.keep(MEETING)
        ours.cancel(MEETING.key)
        ours.cancel(MEETING.key)
        assert calendar.standing() == []
    ours.keep(MEETING)
    assert len(calendar.standing()) == 1
    assert [what for what, _ in calendar.mailed[::2]] == ["invited", "told of its end"] * 3 + ["invited"]


def test_what_a_person_removed_stays_away(ours, calendar):
    ours.keep(MEETING)
    calendar.standing()[0]["status"] = "cancelled"
    ours.keep(MEETING)
    assert calendar.standing() == []


def test_calling_off_what_never_was_does_nothing(ours, calendar):
    ours.cancel("never")
    assert calendar.events == {}


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("method", ["get", "insert", "patch"])
def test_a_silence_at_any_step_leaves_one_entry_and_one_invitation(
    google, calendar, ours, settle, method, fault
):
    google.spoil(f"calendar.events.{method}", fault)
    settle(ours.keep, MEETING)
    settle(ours.keep, replace(MEETING, title="It moved"))
    (event,) = calendar.standing()
    assert event["summary"] == "It moved"
    assert calendar.mailed.count(("invited", "gita@merriwell.example")) == 1


def test_two_workers_that_make_it_at_once_make_one(ours, calendar, google, refusal):
    google.spoil("calendar.events.get", refusal(404, "notFound"))
    ours.keep(MEETING)
    google.spoil("calendar.events.get", refusal(404, "notFound"))
    ours.keep(MEETING)
    assert len(calendar.standing()) == 1


def test_invitations_that_are_used_up_wait_for_hours(ours, google, refusal):
    google.spoil("calendar.events.insert", refusal(403, "quotaExceeded", "Calendar usage limits exceeded."))
    with pytest.raises(TryAgain, match="usage limits") as caught:
        ours.keep(MEETING)
    assert caught.value.after == 6 * 3600


def test_more_guests_than_google_takes_are_given_up(ours):
    guests = tuple(Address(f"g{n}@elsewhere.example") for n in range(201))
    with pytest.raises(GiveUp, match="200 guests"):
        ours.keep(replace(MEETING, guests=guests))


def test_an_id_has_the_letters_google_takes_and_another_for_each_life():
    assert event_id("a") != event_id("b")
    assert event_id("a") != event_id("a", 1)
    assert set(event_id("ü|" * 99)) <= set("abcdefghijklmnopqrstuv0123456789")


def test_a_check_writes_nothing(ours, calendar):
    ours.check()
    assert calendar.events == {}


def test_a_meeting_whose_id_is_used_up_is_called_under_the_next(ours, calendar):
    ours.keep(MEETING)
    ours.cancel(MEETING.key)
    calendar.let_go.add(event_id(MEETING.key))
    for _ in range(2):
        ours.keep(MEETING)
    (event,) = calendar.standing()
    assert event["id"] == event_id(MEETING.key, 1)
    assert calendar.mailed.count(("invited", "gita@merriwell.example")) == 2
    ours.cancel(MEETING.key)
    assert calendar.standing() == []


def test_a_meeting_we_called_off_of_which_only_the_id_is_left_is_called_again(ours, calendar):
    ours.keep(MEETING)
    ours.cancel(MEETING.key)
    calendar.events[event_id(MEETING.key)] = {"id": event_id(MEETING.key), "status": "cancelled"}
    ours.keep(MEETING)
    (event,) = calendar.standing()
    assert event["id"] == event_id(MEETING.key, 1)
