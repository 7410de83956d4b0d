"""Delivers what waits: `python deliver_all.py DATABASE_URL SMTP_PORT`, and says how long it took."""

import gc
import json
import sys
import time

from authority import MORNING

from bot.core.links import Links
from bot.database.engine import open_store
from bot.delivery.service import deliver
from bot.planning.store import bank_holidays
from bot.ports import Address
from bot.services import Services
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings

BATCH = 500


def services(url, port):
    settings = SmtpSettings(
        "127.0.0.1", port, "none", per_minute=1_000_000_000, messages_per_connection=1_000_000
    )
    return Services(
        store=open_store(url),
        mailer=SmtpMailer(settings, clock=lambda: MORNING),
        clock=lambda: MORNING,
        links=Links("k" * 48),
        base_url="https://handbell.authority.example",
        sender=Address("office@authority.example", "Handbell for the schools"),
    )


def deliver_all(ours, name):
    """Deliver batch by batch until nothing waits; return how many were sent."""
    sent, number = 0, 0
    while counts := deliver(ours, now=MORNING, owner=f"{name}/{number}", limit=BATCH).counts:
        assert counts.keys() == {"sent"}, counts
        sent, number = sent + counts["sent"], number + 1
    return sent


if __name__ == "__main__":
    ours = services(sys.argv[1], int(sys.argv[2]))
    bank_holidays(MORNING.year)
    # As the command does: what lives as long as the process is not looked through again and again.
    gc.freeze()
    print("ready", flush=True)
    sys.stdin.readline()
    wall, cpu = time.time(), time.process_time()
    sent = deliver_all(ours, sys.argv[3])
    said = {"sent": sent, "began": wall, "ended": time.time(), "cpu": time.process_time() - cpu}
    print(json.dumps(said), flush=True)
