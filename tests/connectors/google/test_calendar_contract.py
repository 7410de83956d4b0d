"""Google's calendar under the contract of every calendar."""

import importlib.util
from pathlib import Path

import pytest

from connectors.google.calendar import MailboxCalendar
from connectors.google.scopes import CALENDAR

CONTRACT = Path(__file__).parents[1] / "test_calendar_contract.py"


def _contract():
    spec = importlib.util.spec_from_file_location("google_calendar_under_contract", CONTRACT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROMISES = _contract()
globals().update({name: said for name, said in vars(PROMISES).items() if name.startswith("test_")})


class Mailbox:
    """The calendar of the mailbox, as Google shows it."""

    def __init__(self, calendar, kept, google):
        self.calendar, self._kept, self._google = calendar, kept, google

    def standing(self):
        return [self._entry(event) for event in self._kept.standing()]

    def loses_an_answer(self):
        for method in ("insert", "patch"):
            self._google.plan[f"calendar.events.{method}"] = ["drop after"]

    def _entry(self, event):
        starts, ends = (event[end].get("date") or event[end]["dateTime"] for end in ("start", "end"))
        return PROMISES.Entry(event["summary"], event["description"], starts, ends,
                              event["transparency"] != "transparent",
                              [one["email"] for one in event["attendees"]],
                              event["guestsCanSeeOtherGuests"])  # fmt: skip


@pytest.fixture
def mailbox(client_of, calendar, google):
    return Mailbox(MailboxCalendar(client_of(CALENDAR, "handbell@merriwell.example")), calendar, google)
