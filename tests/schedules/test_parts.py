"""What jobs fall into: the delivery, one part for each mailbox; and when each part of a job is due."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.service import leaving_from
from bot.messages.claim_store import EVERYBODYS, MailboxSchools
from bot.ports import Address
from bot.services import Mailbox
from schedules.jobs import Job
from schedules.runner import Outcome, Runner
from schedules.slots import behind, mailboxes, run_whole

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
    assert leaving_from(many, OURS) == MailboxSchools(("ash", "beech"), others=True)
    assert leaving_from(many, ASH) == MailboxSchools(("ash", "beech"))
    assert leaving_from(many, "office@gone.example") == MailboxSchools(())


def test_a_part_is_due_from_its_own_moment_until_it_is_done(services, clock):
    parts = tuple(f"school-{number}" for number in range(30))
    hours, minutes = timedelta(hours=10), timedelta(minutes=20)
    job = Job(
        "plan", "30 7 * * *", run_whole(lambda *_: "planned"), hours, "", "", lambda _: parts, span=minutes
    )
    runner, slot_at = Runner(services, ZoneInfo("Europe/London"), "this process"), clock.now.replace(second=0)
    waits = {part: behind(part, len(parts), minutes) for part in parts}
    assert 0 < len([part for part in parts if waits[part] > timedelta(seconds=10)]) < len(parts)
    done = set()
    for second in (0, 10, 20, 30):
        clock.now = slot_at + timedelta(seconds=second)
        begun = {part for part in parts if waits[part] <= timedelta(seconds=second)}
        slots = list(runner.look(job))
        assert {(one.part, one.slot_at) for one in slots} == {(part, slot_at) for part in begun - done}
        assert {runner.take(job, one) for one in slots} <= {Outcome.WELL}
        done |= begun
    assert done == set(parts)
    assert list(runner.look(job)) == []
