"""The dates of a review come as a calendar file that every calendar reads, and a later one replaces it."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar


def files(school, email):
    """The calendar files somebody was sent, oldest first."""
    mails = school.received(email)
    return [
        Calendar.from_ical(one.get_payload(decode=True))
        for mail in mails
        for one in mail.iter_attachments()
        if one.get_content_type() == "text/calendar"
    ]


@pytest.fixture
def clerks(school):
    school.plan()
    school.deliver()
    (file,) = files(school, "clerk@clerking.example")
    return file


def test_it_is_for_the_readers_own_calendar_and_asks_no_one_to_accept(clerks):
    assert (str(clerks["method"]), str(clerks["version"])) == ("PUBLISH", "2.0")
    for event in clerks.walk("VEVENT"):
        assert str(event["organizer"]) == "mailto:office@merriwell.example"
        assert event.get("attendee") is None


def test_it_holds_the_meeting_and_each_deadline_as_whole_days(clerks):
    events = {str(one["summary"]): one for one in clerks.walk("VEVENT")}
    meeting = events.pop("Full governing body meets")
    assert meeting["dtstart"].dt == date(2026, 12, 10)
    assert meeting["dtend"].dt - meeting["dtstart"].dt == timedelta(days=1)
    assert str(meeting["transp"]) == "OPAQUE"
    assert events
    for title, event in events.items():
        assert title.endswith(": agenda, by today")
        assert event["dtstart"].dt == date(2026, 11, 25)
        assert str(event["transp"]) == "TRANSPARENT"


def test_a_later_file_has_the_same_names_and_a_higher_number(school, clerks):
    school.clock.turn(days=2)
    school.plan()
    school.deliver()
    _, later = files(school, "clerk@clerking.example")
    before = {str(one["uid"]): one["sequence"] for one in clerks.walk("VEVENT")}
    after = {str(one["uid"]): one["sequence"] for one in later.walk("VEVENT")}
    shared = before.keys() & after.keys()
    assert shared
    assert all(after[uid] > before[uid] for uid in shared)


def test_a_file_is_announced_as_a_calendar_file(school):
    school.plan()
    school.deliver()
    (mail,) = school.received("clerk@clerking.example")
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "dates.ics"
    assert attachment["Content-Type"].params["method"] == "PUBLISH"


def test_reading_a_policy_puts_nothing_into_a_calendar(school):
    school.plan()
    school.deliver()
    assert files(school, "s.kerr@merriwell.example") == []
