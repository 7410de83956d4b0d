"""A machine that can die: forks a child for each order on its input, and lets the test end it at any instant.

One order a line, as JSON: {"do": "plan" | "deliver", "url", "port", "now", "lease"}. It prints the child's
number, and when the child has ended, how; the child is kept as a zombie until the next order, so that its
number cannot have become somebody else's when the test kills it.

The first order with each sort of database is carried out here, without a child: the children then begin with
everything imported, compiled and at hand, and spend their short lives on the work itself.
"""

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.actions.deliver import deliver
from bot.actions.plan_day import plan_day
from bot.links import Links
from bot.ports import Address
from bot.services import Services
from bot.store.engine import open_store
from connectors.local.smtp import SmtpMailer, SmtpSettings


@dataclass(frozen=True)
class Clock:
    at: datetime

    def __call__(self):
        return self.at


# SQL compiled once, whatever the database's address.
COMPILED = {}


def obey(order):
    clock = Clock(datetime.fromisoformat(order["now"]))
    settings = SmtpSettings("127.0.0.1", order["port"], "none", per_minute=600_000, timeout=10)
    store = open_store(order["url"])
    store.engine.update_execution_options(compiled_cache=COMPILED)
    services = Services(
        store=store,
        mailer=SmtpMailer(settings, clock=clock),
        clock=clock,
        links=Links("k" * 48),
        base_url="https://handbell.oakfield.example",
        sender=Address("office@oakfield.example", "Oakfield Primary School"),
    )
    if order["do"] == "plan":
        plan_day(services, clock.at)
    else:
        deliver(services, now=clock.at, lease_for=timedelta(minutes=order["lease"]))
    store.close()


def main():
    child = None
    for line in sys.stdin:
        order = json.loads(line)
        if order.pop("here", False):
            obey(order)
            print(json.dumps({"child": None}), flush=True)
            continue
        if child is not None:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            obey(order)
            os._exit(0)
        print(json.dumps({"child": child}), flush=True)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        print(json.dumps({"killed": ended.si_code == os.CLD_KILLED, "status": ended.si_status}), flush=True)
    if child is not None:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
