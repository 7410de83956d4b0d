"""What every calendar that Handbell organises from promises. A new connector adds a mailbox to look into."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import GiveUp, TryAgain
from bot.ports import Address, Event

MEETING = Event(
    key="merriwell/fgb/2026-12-08",
    title="Full governing body meets",
    on=date(2026, 12, 8),
    note="To approve: Online Safety Policy.",
    guests=(Address("pat@home.example", "Pat"), Address("jo@merriwell.example", "Jo")),
)


@dataclass
class Entry:
    """One entry as it stands. A whole day has its date alone, and takes nobody's time."""

    title: str
    note: str
    starts: str
    ends: str
    takes_time: bool
    guests: list
    guests_see_one_another: bool


class Mailbox:
    """A shared mailbox of the double."""

    def __init__(self, school):
        from connectors.microsoft.calendar import MailboxCalendar

        self._school = school
        self.calendar = school.part(MailboxCalendar, "office@merriwell.example")

    def standing(self):
        return [self._entry(event) for event in self._school.rest.events.values()]

    def loses_an_answer(self):
        self._school.double.fails(event=["drop after"])

    def _entry(self, event):
        starts, ends = event["start"]["dateTime"], event["end"]["dateTime"]
        if event["isAllDay"]:
            starts, ends = starts.removesuffix("T00:00:00"), ends.removesuffix("T00:00:00")
        guests = [one["emailAddress"]["address"] for one in event["attendees"]]
        return Entry(event["subject"], event["body"]["content"], starts, ends, event["showAs"] != "free",
                     guests, not event["hideAttendees"])  # fmt: skip


@pytest.fixture
def mailbox(request):
    """Microsoft's mailbox; Google's is held to the same in its own folder."""
    pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")
    return Mailbox(request.getfixturevalue("school_on_graph"))


def settled(act, *given):
    for _ in range(5):
        try:
            return act(*given)
        except TryAgain:
            continue
    raise AssertionError("it never settled")


def test_a_meeting_stands_with_its_guests_who_do_not_see_one_another(mailbox):
    mailbox.calendar.keep(MEETING)
    (entry,) = mailbox.standing()
    assert (entry.title, entry.note) == (MEETING.title, MEETING.note)
    assert entry.guests == ["pat@home.example", "jo@merriwell.example"]
    assert not entry.guests_see_one_another


def test_a_meeting_without_hours_is_a_whole_day_that_stays_free(mailbox):
    mailbox.calendar.keep(MEETING)
    (entry,) = mailbox.standing()
    assert (entry.starts, entry.ends, entry.takes_time) == ("2026-12-08", "2026-12-09", False)


@pytest.mark.parametrize(("month", "day"), [(6, 8), (12, 8)])
def test_a_meeting_with_hours_stands_at_the_schools_own_time_in_summer_and_winter(mailbox, month, day):
    at = datetime(2027, month, day, 18, 30, tzinfo=ZoneInfo("Europe/London"))
    mailbox.calendar.keep(replace(MEETING, on=at.date(), starts_at=at))
    (entry,) = mailbox.standing()
    when = f"2027-{month:02}-{day:02}"
    assert (entry.starts, entry.ends) == (f"{when}T18:30:00", f"{when}T20:30:00")
    assert entry.takes_time


def test_the_same_again_is_the_same_entry(mailbox):
    for _ in range(3):
        mailbox.calendar.keep(MEETING)
    assert len(mailbox.standing()) == 1


def test_a_meeting_that_changes_is_the_same_entry(mailbox):
    mailbox.calendar.keep(MEETING)
    at = datetime(2026, 12, 10, 18, 0, tzinfo=ZoneInfo("Europe/London"))
    mailbox.calendar.keep(
        replace(MEETING, title="FGB", on=at.date(), starts_at=at, guests=MEETING.guests[:1], note="")
    )
    (entry,) = mailbox.standing()
    assert (entry.title, entry.note, entry.starts) == ("FGB", "", "2026-12-10T18:00:00")
    assert entry.guests == ["pat@home.example"]


def test_two_meetings_are_two_entries_and_one_is_cancelled_alone(mailbox):
    mailbox.calendar.keep(MEETING)
    mailbox.calendar.keep(replace(MEETING, key="papers", title="Papers go out"))
    mailbox.calendar.cancel(MEETING.key)
    assert [entry.title for entry in mailbox.standing()] == ["Papers go out"]


def test_what_was_cancelled_may_be_cancelled_again_and_called_again(mailbox):
    mailbox.calendar.cancel(MEETING.key)
    for _ in range(2):
        mailbox.calendar.keep(MEETING)
        mailbox.calendar.cancel(MEETING.key)
        mailbox.calendar.cancel(MEETING.key)
        assert mailbox.standing() == []
    mailbox.calendar.keep(MEETING)
    assert len(mailbox.standing()) == 1


def test_an_answer_that_is_lost_doubles_nothing(mailbox):
    mailbox.loses_an_answer()
    settled(mailbox.calendar.keep, MEETING)
    mailbox.loses_an_answer()
    settled(mailbox.calendar.keep, replace(MEETING, on=date(2026, 12, 10)))
    (entry,) = mailbox.standing()
    assert entry.starts == "2026-12-10"
    mailbox.loses_an_answer()
    settled(mailbox.calendar.cancel, MEETING.key)
    assert mailbox.standing() == []


def test_a_crowd_is_refused_before_anything_is_made(mailbox):
    crowd = tuple(Address(f"p{number}@x.example") for number in range(501))
    with pytest.raises(GiveUp, match="guests at most"):
        mailbox.calendar.keep(replace(MEETING, guests=crowd))
    assert mailbox.standing() == []


def test_a_guest_without_an_address_is_told_before_anything_is_made(mailbox):
    with pytest.raises(GiveUp):
        mailbox.calendar.keep(replace(MEETING, guests=(Address("pat"),)))
    assert mailbox.standing() == []


def test_a_title_is_one_line(mailbox):
    mailbox.calendar.keep(replace(MEETING, title="Full\r\nbody"))
    (entry,) = mailbox.standing()
    assert entry.title == "Full body"
