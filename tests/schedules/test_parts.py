"""What the delivery falls into: one part for each mailbox, which sends what its settings owe and no more."""

from dataclasses import replace

import pytest

from bot.actions.daily import leaving_from
from bot.ports import Address
from bot.services import Mailbox
from bot.store.outbox import EVERYBODYS, Whose
from schedules.parts import mailboxes

OURS, ASH = "office@school.example", "office@ash.example"


@pytest.fixture
def many(services):
    """Two schools share a mailbox of their own; one leaves by that of the installation after all."""
    boxes = {"ash": ASH, "beech": ASH, "oak": OURS}
    made = {name: Mailbox(services.mailer, Address(email)) for name, email in boxes.items()}
    return replace(services, mailboxes=made)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_each_mailbox_is_one_part_and_every_setting_leaves_from_one(services, many):
    assert mailboxes(services) == (OURS,)
    assert mailboxes(many) == (OURS, ASH)
    assert leaving_from(services, OURS) == leaving_from(many, "") == EVERYBODYS
    assert leaving_from(many, OURS) == Whose(("ash", "beech"), others=True)
    assert leaving_from(many, ASH) == Whose(("ash", "beech"))
    assert leaving_from(many, "office@gone.example") == Whose(())
