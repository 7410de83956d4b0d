"""The clocks of a case, by table: nights, weekends, bank holidays, school holidays, both clock changes."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules.cadence import Span
from bot.rules.calendar import Calendar, Term
from bot.rules.case_rules import ClockRule, parse_rule, rules_for, start, start_all

LONDON = ZoneInfo("Europe/London")
YEAR = Calendar(
    terms=(
        Term("Autumn", date(2026, 9, 2), date(2026, 12, 18)),
        Term("Spring", date(2027, 1, 4), date(2027, 3, 25)),
    ),
    bank_holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26)}),
)


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("rule", "aware", "due"),
    [
        # Found on a Friday afternoon: the ICO's hours run through the weekend.
        ("tell the ICO within 72 hours", "2026-11-20 15:30", "2026-11-23 15:30"),
        ("tell the ICO within 72 hours", "2026-12-24 23:00", "2026-12-27 23:00"),
        # 72 elapsed hours over each change of the clocks.
        ("tell the ICO within 72 hours", "2026-10-23 15:00", "2026-10-26 14:00"),
        ("tell the ICO within 72 hours", "2027-03-26 15:00", "2027-03-29 16:00"),
        # The last day of term: Monday is a holiday for children and a working day for the LADO.
        ("tell the LADO within 1 working day", "2026-12-18 16:00", "2026-12-21 16:00"),
        ("tell the LADO within 1 working day", "2026-12-24 09:00", "2026-12-29 09:00"),
        ("tell the LADO within 1 working day", "2026-11-21 11:00", "2026-11-23 17:00"),
        ("tell parents within 2 school days", "2026-12-17 10:00", "2027-01-04 10:00"),
        ("tell parents within 1 school day", "2026-12-29 10:00", "2027-01-04 17:00"),
        ("acknowledge the complaint within 30 days", "2026-12-10 08:05", "2027-01-09 08:05"),
    ],
)
def test_a_clock_ends_when_it_should(rule, aware, due):
    clock = start(parse_rule(rule), london(aware), YEAR, LONDON)
    assert clock.due_at == london(due)
    assert clock.left(clock.due_at).total_seconds() == 0
    assert clock.left(clock.started_at) > clock.left(clock.due_at)


def test_a_rule_is_read_and_written_alike():
    words = "tell the chair of governors within 2 working days"
    assert str(parse_rule(words)) == words
    assert parse_rule("tell the LADO,  within 1 working day") == ClockRule(
        "tell the LADO", Span(1, "working days")
    )


@pytest.mark.parametrize(
    "words", ["tell the LADO", "within 2 days", "tell the LADO within a day", "ring within 0 days"]
)
def test_words_that_are_no_clock_are_refused_with_what_would_be_right(words):
    with pytest.raises(ValueError, match="write what must happen and by when"):
        parse_rule(words)


WEDNESDAY, FRIDAY, BREAKING_UP = "2026-11-18 10:00", "2026-11-20 10:00", "2026-12-18 10:00"


@pytest.mark.parametrize(
    ("category", "said", "personal_data", "aware", "clocks"),
    [
        ("visitor", (), False, FRIDAY, {}),
        ("allegation", (), False, FRIDAY, {"tell the LADO": "2026-11-23 10:00"}),
        # The policy's own clock for the same act counts where it is due first, and never where it is later.
        (
            "allegation",
            ("tell the LADO within 4 hours",),
            False,
            FRIDAY,
            {"tell the LADO": "2026-11-20 14:00"},
        ),
        (
            "allegation",
            ("tell the LADO within 5 days",),
            False,
            FRIDAY,
            {"tell the LADO": "2026-11-23 10:00"},
        ),
        (
            "allegation",
            ("tell the LADO within 48 hours",),
            False,
            FRIDAY,
            {"tell the LADO": "2026-11-22 10:00"},
        ),
        (
            "allegation",
            ("tell the LADO within 48 hours",),
            False,
            WEDNESDAY,
            {"tell the LADO": "2026-11-19 10:00"},
        ),
        # A school day may take the holidays: the law's working day does not wait for them.
        (
            "allegation",
            ("tell the LADO within 1 school day",),
            False,
            BREAKING_UP,
            {"tell the LADO": "2026-12-21 10:00"},
        ),
        # A person whom the law names is told once, whatever words the setting has for it.
        (
            "data-breach",
            ("tell the ico within 24 hours",),
            True,
            FRIDAY,
            {"tell the ico": "2026-11-21 10:00"},
        ),
        (
            "data-breach",
            ("tell the ICO within 2 working days",),
            True,
            FRIDAY,
            {"decide whether to tell the ICO, and tell it": "2026-11-23 10:00"},
        ),
        (
            "data-complaint",
            ("Acknowledge the Complaint within 5 days",),
            False,
            FRIDAY,
            {"Acknowledge the Complaint": "2026-11-25 10:00"},
        ),
        # Where both end alike, the setting's own words stand.
        (
            "allegation",
            ("ring the LADO within 1 day",),
            False,
            WEDNESDAY,
            {"ring the LADO": "2026-11-19 10:00"},
        ),
        (
            "online-conduct",
            ("tell parents within 2 school days",),
            True,
            FRIDAY,
            {
                "tell parents": "2026-11-24 10:00",
                "decide whether to tell the ICO, and tell it": "2026-11-23 10:00",
            },
        ),
    ],
)
def test_of_the_laws_clock_and_the_policys_the_first_due_counts(category, said, personal_data, aware, clocks):
    rules = rules_for(category, said, personal_data=personal_data)
    started = start_all(rules, london(aware), YEAR, LONDON)
    assert {clock.action: clock.due_at for clock in started} == {
        action: london(due) for action, due in clocks.items()
    }
