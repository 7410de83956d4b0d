"""When each of our own ladders speaks, in school days from the day a duty opens or is due, and to whom."""

import pytest

from bot.rules.reminder_ladder import LADDERS


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("ask", "ask opens 0, remind due -5, due due 0, late due 3, hand-over due 10 manager"),
        ("gentle", "ask opens 0, due due 0, hand-over due 10 manager"),
        ("same day", "ask due 0, hand-over due 3 manager"),
        ("review", "ask opens 0, remind due -5, due due 0, hand-over due 5 head"),
    ],
)
def test_a_ladder_has_its_steps_in_order_and_the_last_goes_to_somebody_else(name, steps):
    said = ", ".join(
        f"{one.name} {one.anchor} {one.offset}" + (f" {one.to}" if one.to != "person" else "")
        for one in LADDERS[name].steps
    )
    assert said == steps
