"""How many messages a person may get in a day and in a week."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from bot.planning import daily_limit
from bot.planning.daily_limit import BUDGET, WRITTEN, also_written, apply_daily_limit, limit_reached
from bot.planning.snapshot import Snapshot
from bot.rules.people import Person
from bot.rules.reminder_holds import ReminderHold, Scope

SUNDAY, MONDAY, TUESDAY, THURSDAY = (date(2026, 11, day) for day in (22, 23, 24, 26))
JO, PRIYA = (
    Person("jo", "Jo Bell", "jo@oakfield.example"),
    Person("priya", "Priya Shah", "p@oakfield.example"),
)


@dataclass(frozen=True)
class Reminder:
    person: str
    on: date = MONDAY
    school: str = "oakfield"


def test_who_is_held_back_is_not_reminded_until_the_hold_ends():
    hold = ReminderHold("oakfield", Scope.PERSON, "jo", "busy", MONDAY, MONDAY)
    on_hold = replace(school(), reminder_holds=(hold,))
    assert passed(on_hold, Reminder("jo"), Reminder("jo", TUESDAY), Reminder("priya")) == ["jo", "priya"]


def school(**messaged):
    return Snapshot({}, {}, {"jo": JO, "priya": PRIYA}, messaged=messaged)


def passed(snapshot, *wanted, before=()):
    return [one.person for one in apply_daily_limit(snapshot, wanted, before)]


@pytest.mark.parametrize(
    ("days", "more", "reason"),
    [
        ((), {}, ""),
        ((SUNDAY, TUESDAY), {}, ""),
        ((MONDAY,), {}, WRITTEN),
        ((MONDAY,), {"urgent": True}, WRITTEN),
        ((SUNDAY, SUNDAY, SUNDAY), {"a_week": 1}, ""),
        ((TUESDAY, THURSDAY), {"a_week": 3}, ""),
        ((TUESDAY, THURSDAY), {"a_week": 2}, BUDGET),
        ((TUESDAY, THURSDAY), {"a_week": 2, "urgent": True}, ""),
        ((MONDAY, TUESDAY), {"a_week": 2}, WRITTEN),
    ],
)
def test_a_person_gets_one_message_a_day_and_a_few_a_week(days, more, reason):
    assert limit_reached(iter(days), MONDAY, **more) == reason


def test_urgent_messages_have_a_limit_of_their_own(monkeypatch):
    monkeypatch.setattr(daily_limit, "URGENT_A_DAY", 2)
    assert limit_reached((MONDAY,), MONDAY) == WRITTEN
    assert limit_reached((MONDAY,), MONDAY, urgent=True) == ""
    assert limit_reached((MONDAY, MONDAY), MONDAY, urgent=True) == WRITTEN


def test_of_several_reminders_the_first_goes_to_who_was_not_written_to():
    wanted = (Reminder("jo"), Reminder("jo"), Reminder("jo", TUESDAY), Reminder("priya"))
    assert passed(school(), *wanted) == ["jo", "jo", "priya"]
    assert passed(school(jo=(MONDAY,)), *wanted) == ["jo", "priya"]
    assert passed(school(), *wanted, before=[Reminder("priya")]) == ["jo", "jo"]


def test_no_one_whose_address_refuses_mail_is_reminded():
    known = school()
    refused = replace(known, people={**known.people, "jo": replace(JO, unreachable="no such mailbox")})
    assert passed(refused, Reminder("jo"), Reminder("priya")) == ["priya"]


def test_messages_taken_as_sent_count_each():
    known = also_written(school(jo=(SUNDAY,)), MONDAY, {"jo": 2, "a stranger": 1})
    assert known.messaged == {"jo": (SUNDAY, MONDAY, MONDAY)}
    assert also_written(known, MONDAY, {"a stranger": 1}) is known
