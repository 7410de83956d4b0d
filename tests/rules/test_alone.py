"""Of which obligations one person's duty can be told without looking at anybody else."""

from dataclasses import replace

import pytest

from bot.rules.audience import parse as audience
from bot.rules.cadence import parse as cadence
from bot.rules.obligations import Kind, Obligation, depends_only_on_person
from bot.rules.reminder_ladder import ASK

READ = Obligation(
    "read-phones", "elm", Kind.ACKNOWLEDGE, "Read it", audience("staff"), (cadence("each September"),), ASK
)


@pytest.mark.parametrize(
    ("change", "alone"),
    [
        ({}, True),
        ({"kind": Kind.SIGN}, True),
        ({"kind": Kind.TRAIN}, True),
        ({"audience": audience("everyone")}, True),
        ({"audience": audience("role:dsl or group:eyfs except role:supply")}, True),
        ({"cadence": (cadence("each September"), cadence("every 12 months"))}, True),
        ({"kind": Kind.REVIEW}, False),
        ({"kind": Kind.TRAIN, "at_least": 2}, False),
        ({"audience": audience("holder")}, False),
        ({"audience": audience("staff or holder:facebook")}, False),
        ({"audience": audience("role:dsl or person:jo-bell")}, False),
        ({"audience": audience("staff except body:full-governing-body")}, False),
        ({"cadence": (cadence("each September"), cadence("on event breach within 5 school days"))}, False),
    ],
)
def test_nobody_else_changes_what_is_owed_of_it(change, alone):
    assert depends_only_on_person(replace(READ, **change)) is alone
