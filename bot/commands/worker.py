"""handbell worker: the schedules and deliveries, on as many machines as one likes; needs PostgreSQL."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.bootstrap import make_services
from bot.commands.many import one_of_many
from bot.log import start_logging
from bot.settings import load_settings
from bot.tracing import start_tracing


def run(given: dict[str, Any]) -> int:
    """Take part in the work until SIGTERM or Ctrl-C, then finish what is in hand and stop."""
    settings = load_settings(**given)
    start_logging(settings.log_level, settings.log_format)
    start_tracing(os.environ)
    address = one_of_many(settings, "worker")
    # Only here: a machine for one school has no need of the queue's library.
    from schedules.cluster import Cluster, work  # noqa: PLC0415

    services = make_services(settings)
    click.echo("Handbell works. Ctrl-C stops it.")
    try:
        work(
            services,
            ZoneInfo(settings.timezone),
            Cluster(address, settings.worker_jobs),
            timedelta(seconds=settings.worker_lost_after),
            click.echo,
        )
    finally:
        services.close_mailers()
        services.store.close()
    click.echo("Stopped.")
    return 0
