"""Reporters to be killed: one process that has everything imported forks one for every line it reads.

Each sends one report after another and says "begun KEY" before and "taken KEY NUMBER" after, until it dies.
"""

import hashlib
import os
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.actions.report import Report, receive
from bot.bootstrap import make_services
from bot.settings import load_settings

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def say(words):
    os.write(1, f"{words}\n".encode())


def report(key):
    return Report(
        setting="merriwell-green",
        category="data-breach",
        what="A list was sent to everybody.",
        where_when="On Monday",
        about="Nobody I know",
        form_key=key,
    )


def send(services, key):
    say(f"begun {key}")
    taken = receive(services, report(key), NOW, lambda n: hashlib.sha256(key.encode()).digest()[:n])
    say(f"taken {key}={taken.number}")


def send_until_killed(services, run):
    for number in count():
        send(services, f"the form of run {run:04} report {number:04}")


def main():
    services = make_services(load_settings(data=Path(sys.argv[1]), database_url=sys.argv[2]))
    # What is learnt by the first report (holidays, statements) need not be learnt by every child again.
    send(services, "the form of the one who lives")
    services.store.close()
    began = time.perf_counter()
    send(services, "the form of the one who shows how long it takes")
    say(f"pace {time.perf_counter() - began}")
    services.store.close()
    say("ready")
    for run, _ in enumerate(sys.stdin):
        child = os.fork()
        if child == 0:
            send_until_killed(services, run)
        say(f"child {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
