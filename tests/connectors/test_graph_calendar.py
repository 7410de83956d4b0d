"""The mailbox's calendar: one entry for each meeting whatever fails, moved and cancelled with its guests."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import AddressRefused, GiveUp, TryAgain
from bot.ports import Address, Event
from connectors.microsoft.calendar import MailboxCalendar

MEETING = Event(
    "meeting 1",
    "Full governing body meets",
    date(2026, 12, 8),
    "To approve: Online Safety Policy.",
    (Address("pat@home.example", "Pat"), Address("jo@merriwell.example", "Jo")),
)


@pytest.fixture
def calendar(school_on_graph):
    return school_on_graph.part(MailboxCalendar, "office@merriwell.example")


def only(school):
    (event,) = school.rest.events.values()
    return event


def test_a_whole_day_leaves_people_free_and_guests_do_not_see_one_another(school_on_graph, calendar):
    calendar.keep(MEETING)
    event = only(school_on_graph)
    assert event["isAllDay"]
    assert event["showAs"] == "free"
    assert event["hideAttendees"]
    assert event["start"] == {"dateTime": "2026-12-08T00:00:00", "timeZone": "Europe/London"}
    assert event["end"]["dateTime"] == "2026-12-09T00:00:00"
    assert [one["emailAddress"]["address"] for one in event["attendees"]] == [
        "pat@home.example",
        "jo@merriwell.example",
    ]


def test_a_meeting_with_hours_stands_at_the_schools_own_time(school_on_graph, calendar):
    at = datetime(2027, 6, 8, 18, 30, tzinfo=ZoneInfo("Europe/London"))
    calendar.keep(Event("m", "Meeting", at.date(), starts_at=at, lasts=timedelta(hours=2)))
    event = only(school_on_graph)
    assert (event["start"]["dateTime"], event["end"]["dateTime"]) == (
        "2027-06-08T18:30:00",
        "2027-06-08T20:30:00",
    )
    assert not event["isAllDay"]


def test_a_meeting_that_moves_is_the_same_entry(school_on_graph, calendar):
    calendar.keep(MEETING)
    calendar.keep(Event(MEETING.key, MEETING.title, date(2026, 12, 10), guests=MEETING.guests))
    assert only(school_on_graph)["start"]["dateTime"] == "2026-12-10T00:00:00"


def test_a_meeting_that_is_cancelled_is_gone_and_may_be_called_again(school_on_graph, calendar):
    calendar.keep(MEETING)
    calendar.cancel(MEETING.key)
    calendar.cancel(MEETING.key)
    assert school_on_graph.rest.cancelled == [MEETING.title]
    calendar.keep(Event(MEETING.key, MEETING.title, date(2026, 12, 15)))
    assert only(school_on_graph)["start"]["dateTime"] == "2026-12-15T00:00:00"


@pytest.mark.parametrize("call", ["look", "event"])
@pytest.mark.parametrize(
    "fault", ["429", "429 after", "503 after", "504", "drop", "drop after", "502 page after"]
)
def test_one_entry_comes_of_it_whatever_fails(school_on_graph, calendar, call, fault):
    school_on_graph.double.fails(**{call: [fault]})
    for _ in range(3):
        try:
            calendar.keep(MEETING)
        except TryAgain:
            continue
        break
    assert only(school_on_graph)["subject"] == MEETING.title


def test_a_meeting_that_the_search_does_not_show_yet_is_brought_up_to_date_and_not_made_twice(
    school_on_graph, calendar
):
    school_on_graph.rest.search_is_up_to_date = False
    school_on_graph.double.fails(event=["drop after"])
    with pytest.raises(TryAgain):
        calendar.keep(MEETING)
    calendar.keep(replace(MEETING, guests=MEETING.guests[:1]))
    assert [one["emailAddress"]["name"] for one in only(school_on_graph)["attendees"]] == ["Pat"]


def test_a_meeting_that_is_called_and_cancelled_for_ever_is_left_to_a_person(school_on_graph, calendar):
    for _ in range(10):
        calendar.keep(MEETING)
        calendar.cancel(MEETING.key)
    with pytest.raises(GiveUp, match="cancelled 10 times"):
        calendar.keep(MEETING)


def test_a_meeting_that_graph_is_making_is_looked_for_again(school_on_graph, calendar):
    school_on_graph.double.fails(event=["409 ErrorDuplicateTransactionId"])
    with pytest.raises(TryAgain, match="is being made"):
        calendar.keep(MEETING)


def test_a_guest_without_an_address_is_told_before_anything_is_asked(school_on_graph, calendar):
    with pytest.raises(AddressRefused):
        calendar.keep(Event("m", "Meeting", date(2026, 12, 8), guests=(Address("pat"),)))
    assert school_on_graph.rest.events == {}


def test_too_many_guests_are_refused(calendar):
    crowd = tuple(Address(f"p{number}@x.example") for number in range(501))
    with pytest.raises(GiveUp, match="500 guests at most"):
        calendar.keep(Event("m", "Meeting", date(2026, 12, 8), guests=crowd))
