"""A worker stands still for longer than its lease, another takes over, and the first wakes up again."""

import os
import signal
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

# The clock of the worker that is stopped: its lease of two minutes lasts one second.
HURRIES = 120


@pytest.mark.parametrize("phase", ["ehlo", "mail", "rcpt"])
def test_a_worker_that_stood_still_past_its_lease_hands_nothing_over(
    new_round, second_machine, mail_server, trial, phase
):
    row = trial.row(f"SIGSTOP at {phase}", "deliver")
    round_ = new_round(row)
    round_.live("plan")
    stood_still = threading.Event()

    async def stop(word, _server):
        if word == phase and not stood_still.is_set():
            os.kill(round_.machine.child, signal.SIGSTOP)
            stood_still.set()

    mail_server.watch = stop
    order = {"do": "deliver", "url": round_.url, "port": mail_server.port, "lease": 2}
    round_.machine.begin(**order, now=round_.now.isoformat(), hurries=HURRIES)
    assert stood_still.wait(30)
    time.sleep(1.5)
    later = round_.now + timedelta(minutes=30)
    second_machine.does(**order, now=later.isoformat())
    os.kill(round_.machine.child, signal.SIGCONT)
    assert not round_.machine.ended()
    row.runs += 1
    round_.check()
    assert set(Counter(copy.to for copy in mail_server.copies).values()) == {1}
    assert (row.twice, *row.harmed) == (0, 0, 0, 0)
