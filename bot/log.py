"""Logging: one line an outcome, to stderr, with names of settings and message ids but never of people."""

from __future__ import annotations

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start_logging(level: str) -> None:
    """Send records at `level` ("debug", "info", "warning") and above to stderr."""
    logging.basicConfig(level=level.upper(), format=FORMAT, stream=sys.stderr, force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # They would tell whole addresses, and the address of a webhook is its password.
    for name in ("httpx", "httpcore", "googleapiclient"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # The access log would hold personal links whole.
    logging.getLogger("uvicorn.access").disabled = True
