"""What an apply would change reads as a sentence, part by part; the same register changes nothing."""

from dataclasses import fields, replace
from datetime import date, time, timedelta

import pytest

from bot.register.differences import differences


def said(old, new):
    return [str(change) for change in differences(old, new)]


def test_the_same_register_changes_nothing(domain):
    assert said(domain(), domain()) == []


def test_a_new_setting_adds_every_part(domain):
    changes = differences(None, domain())
    assert {change.action for change in changes} == {"add"}
    assert {change.part for change in changes} == {
        "setting",
        "term",
        "INSET day",
        "closed day",
        "role",
        "body",
        "policy",
        "obligation",
        "account",
        "route",
    }
    assert "add policy online-safety (Online safety)" in map(str, changes)


CHANGES = [
    (
        "weekly_messages",
        "  hours:",
        "  weekly_messages: 2\n  hours:",
        'change setting oakfield (Oakfield Primary School): weekly_messages from "3" to "2"',
    ),
    (
        "a role gets a holder",
        "  office:\n",
        "  office: office@oakfield.example\n",
        "add role office",
    ),
    (
        "a holder changes",
        "clerk: clerk@",
        "clerk: new@",
        'change role clerk: holders from "clerk@oakfield.example" to "new@oakfield.example"',
    ),
    (
        "timing",
        "when: every 12 months",
        "when: every 24 months",
        (
            'change obligation review-online-safety (Review of online safety): when from "every 12 months" '
            'to "every 24 months"'
        ),
    ),
    (
        "a date",
        "approved: 2025-10",
        "approved: 2026-10-01",
        'change policy online-safety (Online safety): approved from "2025-10" to "2026-10-01"',
    ),
    (
        "a field goes",
        "    minutes: 5\n",
        "",
        'change obligation read-online-safety (Read the online safety policy): minutes from "5" to "nothing"',
    ),
    (
        "active",
        "active: false",
        "active: true",
        'change obligation clear-phones (Phones cleared): active from "no" to "yes"',
    ),
    (
        "reminders",
        "2 after due to head",
        "3 after due to head",
        (
            'change obligation clear-phones (Phones cleared): reminders from "on due; 2 after due to head" '
            'to "on due; 3 after due to head"'
        ),
    ),
    (
        "papers",
        "papers_by: 2026-09-22",
        "papers_by: 2026-09-23",
        (
            "change body full-board (Full governing board): meetings from "
            '"2026-10-01 (papers by 2026-09-22), 2026-12-10" '
            'to "2026-10-01 (papers by 2026-09-23), 2026-12-10"'
        ),
    ),
    ("a closed day moves", "closed_days: [2026-12-17]", "closed_days: []", "remove closed day 2026-12-17"),
]


@pytest.mark.parametrize(
    ("old", "new", "sentence"), [one[1:] for one in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_says_before_and_after(domain, small, old, new, sentence):
    assert small.count(old) == 1
    changes = said(domain(), domain(small.replace(old, new)))
    assert sentence in changes
    assert len(changes) <= 2


def test_a_new_clerk_is_told_with_the_body_they_serve(domain, small):
    changes = said(domain(), domain(small.replace("clerk: clerk@", "clerk: new@")))
    assert len(changes) == 2
    assert changes[1].startswith("change body full-board (Full governing board): clerk from")


def test_what_is_taken_out_is_removed(domain, small):
    shorter = small[: small.index("accounts:\n")]
    assert said(domain(), domain(shorter)) == ["remove account facebook (Oakfield)", "remove route other"]


# What a register file does not say: keys name things, texts are documents, the clock is the machine's.
NOT_SAID = {"key", "school", "timezone", "category", "versions"}
PARTS = ("policies", "obligations", "accounts", "bodies", "routes")


# A value of the same shape that is not this one.
ANOTHER = {
    bool: lambda value: not value,
    int: lambda value: value + 1,
    str: lambda value: f"{value}x",
    tuple: lambda value: (*value, *value) if value else ("x",),
    frozenset: lambda value: frozenset({*value, "x"}),
    date: lambda value: value + timedelta(days=1),
    time: lambda _: time(5, 5),
}


def changed_one_by_one(thing):
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name not in NOT_SAID and type(value) in ANOTHER:
            yield field.name, replace(thing, **{field.name: ANOTHER[type(value)](value)})


def test_no_simple_field_of_a_register_can_change_unseen(domain):
    """A field that makes no difference would never be applied."""
    register = domain()
    unseen = []
    for name, school in changed_one_by_one(register.school):
        unseen += [] if differences(register, replace(register, school=school)) else [f"setting.{name}"]
    for part in ("words", "phones"):
        for name, value in changed_one_by_one(getattr(register.school, part)):
            school = replace(register.school, **{part: value})
            unseen += [] if differences(register, replace(register, school=school)) else [f"{part}.{name}"]
    for part in PARTS:
        first, *rest = getattr(register, part)
        for name, value in changed_one_by_one(first):
            other = replace(register, **{part: (value, *rest)})
            try:
                seen = differences(register, other)
            except (AttributeError, TypeError):
                seen = True  # a tuple of records cannot hold a word; it was looked at
            unseen += [] if seen else [f"{part}.{name}"]
    assert unseen == []
