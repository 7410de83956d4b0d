"""Whom a name in a register means when addresses change, and when somebody else gets them."""

from datetime import UTC, datetime

import pytest

from bot.rules.names import index_by_name
from bot.rules.people import FormerAddress, Person

SPRING, AUTUMN = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


def had(email, until=SPRING):
    return FormerAddress(email, until)


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ([Person("hd", "Helen", "Head@oak.example")], {"hd": "hd", "head@oak.example": "hd"}),
        (
            [Person("hd", "Helen", "helen@oak.example", formerly=(had("head@oak.example"),))],
            {"head@oak.example": "hd", "helen@oak.example": "hd"},
        ),
        (
            [
                Person("hd", "Helen", "helen@oak.example", formerly=(had("head@oak.example"),)),
                Person("ns", "Nina", "head@oak.example"),
            ],
            {"head@oak.example": "ns", "helen@oak.example": "hd"},
        ),
        (
            [
                Person("a", "Ann", "ann@oak.example", formerly=(had("head@oak.example", AUTUMN),)),
                Person("b", "Bob", "bob@oak.example", formerly=(had("head@oak.example", SPRING),)),
            ],
            {"head@oak.example": "a"},
        ),
        (
            [
                Person("head@oak.example", "Ann", None, formerly=(had("head@oak.example"),)),
                Person("ns", "Nina", "head@oak.example"),
            ],
            {"head@oak.example": "ns"},
        ),
        (
            [Person("head@oak.example", "Ann", "ann@oak.example"), Person("ns", "Nina", None)],
            {"head@oak.example": "head@oak.example", "ns": "ns"},
        ),
    ],
    ids=[
        "a key or the address, folded",
        "an address that nobody has now",
        "somebody else has it now",
        "whoever had it last",
        "an address that is the key of whoever had it before",
        "a key that nobody has as an address",
    ],
)
def test_a_name_means(people, names):
    found = index_by_name(people)
    assert {name: found[name] for name in names} == names
