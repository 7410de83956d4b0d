"""handbell web: the pages alone, on as many machines as one likes; `handbell worker` does the rest."""

from __future__ import annotations

import os
from typing import Any

from bot.bootstrap import make_services
from bot.commands.many import one_of_many
from bot.commands.run import listen, serve_pages
from bot.log import start_logging
from bot.settings import load_settings
from bot.tracing import start_tracing
from bot.web.app import create_app


def run(given: dict[str, Any], port: int | None) -> int:
    """Serve until Ctrl-C or SIGTERM; requests in hand are answered first."""
    settings = load_settings(**(given if port is None else {**given, "port": port}))
    start_logging(settings.log_level, settings.log_format)
    start_tracing(os.environ)
    one_of_many(settings, "web")
    listening = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    services = make_services(settings)
    try:
        serve_pages(create_app(services), settings, listening)
    finally:
        services.close_mailers()
        services.store.close()
    return 0
