"""Who answers a question or speaks to a person who cannot agree."""

from datetime import date

import pytest

from bot.planning.active_members import StaffReply, active_members, who_answers
from bot.planning.snapshot import Snapshot
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy

DAY = date(2026, 11, 23)
ROLES = {
    "head": {"staff", "headteacher"},
    "deputy": {"staff", "deputy-head"},
    "owner": {"staff", "teacher"},
    "teacher": {"staff", "teacher"},
    "chair": {"governor", "chair"},
}


def answers(said, *, given=None, away=(), unheard=(), refuses=False):
    person, _, policy = said.partition(" about ")
    people = {
        key: Person(
            key,
            key,
            None if key in unheard else f"{key}@s.example",
            (Membership("s", frozenset(held), absences=(Absence(DAY, DAY),) if key in away else ()),),
        )
        for key, held in ROLES.items()
    }
    policies = {
        ("s", "owned"): Policy("owned", "s", "Owned", "owner"),
        ("s", "free"): Policy("free", "s", "F"),
    }
    snapshot = Snapshot({"s": School("s", "School")}, {}, people, policies)
    return who_answers(
        snapshot,
        active_members(snapshot, DAY)["s"],
        StaffReply(person, policy or None, given),
        refuses=refuses,
    )


@pytest.mark.parametrize(
    ("said", "given", "answered"),
    [
        ("teacher about owned", {}, "owner"),
        ("teacher about free", {}, "head"),
        ("teacher about nothing", {}, "head"),
        ("teacher", {}, "head"),
        ("owner about owned", {}, "head"),
        ("head about owned", {}, "owner"),
        ("head about free", {}, "chair"),
        ("teacher about owned", {"away": ("owner",)}, "head"),
        ("teacher about owned", {"unheard": ("owner", "head")}, "deputy"),
        ("teacher about owned", {"refuses": True}, "head"),
        ("head about owned", {"refuses": True}, "chair"),
        ("teacher", {"unheard": ("head", "deputy", "chair")}, None),
        ("teacher about owned", {"given": "deputy"}, "deputy"),
        ("teacher about owned", {"given": "deputy", "away": ("deputy",)}, "deputy"),
        ("teacher about owned", {"given": "deputy", "unheard": ("deputy",)}, "owner"),
        ("teacher about owned", {"given": "gone"}, "owner"),
    ],
)
def test_a_question_goes_to_the_owner_and_a_refusal_to_the_leader(said, given, answered):
    assert answers(said, **given) == answered
