"""No write to Microsoft 365 is repeated by the SDK, which would send an email twice and call it a success."""

from datetime import date

import pytest

from bot.core.errors import OutcomeUnknown, TryAgain
from bot.ports import Address, Event
from connectors.microsoft import lists
from connectors.microsoft.calendar import MailboxCalendar
from connectors.microsoft.lists import SiteTrackedList

BOX = "office@merriwell.example"
SITE = "merriwell.sharepoint.example,1,2"
MEETING = Event("m", "Meeting", date(2026, 12, 8), guests=(Address("pat@home.example", "Pat"),))
LATER = Event("m", "Meeting", date(2026, 12, 9), guests=MEETING.guests)
ROWS = [("A", "received"), ("B", "received")]


COLUMNS = ("Number", "State")


def keep(rows):
    return lambda school: school.part(SiteTrackedList, SITE, "Cases").replace(COLUMNS, rows)


def listed(rows):
    def before(school):
        school.makes_list("Cases", lists.cases(COLUMNS))
        keep(rows)(school)

    return before


def calendar(school):
    return school.part(MailboxCalendar, BOX)


def made(school):
    calendar(school).keep(MEETING)


def draft_left(school, message):
    school.double.fails(send=["429"])
    with pytest.raises(OutcomeUnknown):
        school.mailer().send(message)
    school.journal.forget(message.id)


# What fails, what is done before, and what then writes.
WRITES = {
    "a draft": ("create", None, lambda school, message: school.mailer().send(message)),
    "an order to send": ("send", None, lambda school, message: school.mailer().send(message)),
    "a draft again": ("rewrite", draft_left, lambda school, message: school.mailer().send(message)),
    "a meeting": ("event", None, lambda school, _: made(school)),
    "a meeting moved": ("event", made, lambda school, _: calendar(school).keep(LATER)),
    "a meeting cancelled": ("event", made, lambda school, _: calendar(school).cancel("m")),
    "a row": ("row", listed([]), lambda school, _: keep(ROWS)(school)),
    "a row changed": ("row", listed(ROWS), lambda school, _: keep([("A", "closed"), ROWS[1]])(school)),
    "a row taken away": ("row", listed(ROWS), lambda school, _: keep(ROWS[:1])(school)),
}  # fmt: skip


@pytest.mark.parametrize("status", [408, 429, 500, 503, 504])
@pytest.mark.parametrize("kind", WRITES)
def test_every_write_is_asked_once_however_busy_graph_says_it_is(school_on_graph, message, kind, status):
    name, before, write = WRITES[kind]
    school = school_on_graph
    if before is draft_left:
        before(school, message())
    elif before is not None:
        before(school)
    school.double.calls.clear()
    school.double.fails(**{name: [f"{status} wait 0"] * 9})
    with pytest.raises((TryAgain, OutcomeUnknown)):
        write(school, message())
    refused = [call for call in school.double.calls if call[0] != "GET"][-1]
    assert school.double.calls.count(refused) == 1
    assert len(school.double.faults[name]) == 8
