"""Serves a store's pages: `python serve.py DATABASE_URL PORT`. One address may ask as often as it likes."""

import gc
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from bot.bootstrap.web_app import create_app
from bot.cli.server import take_turns_often
from bot.core.links import Links
from bot.database.engine import open_store
from bot.planning.store import bank_holidays
from bot.ports import Address
from bot.services import Services
from bot.web.rate_limits import Rate, RateLimiter
from connectors.local.folder_mailer import FolderMailer

SECRET = "k" * 48


def services_of(store):
    return Services(
        store=store,
        mailer=FolderMailer(Path("unused"), lambda: datetime.now(UTC)),
        clock=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        links=Links(SECRET),
        base_url="http://127.0.0.1",
        sender=Address("office@x.example", "Office"),
    )


def serve(url, port):
    app = create_app(services_of(open_store(url)))
    app.state.site = replace(app.state.site, posts_by_address=RateLimiter(Rate(burst=10**9, seconds=1)))
    bank_holidays(2026)
    take_turns_often()
    # As the command does: what lives as long as the process is not looked through again and again.
    gc.freeze()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
