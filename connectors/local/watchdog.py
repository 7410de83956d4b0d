"""Pings a watchdog outside that speaks as Healthchecks does: began, well, failed, each with the run's id.

It must never hold a job up or make one fail: it is asked once, waited for briefly, and missed in silence.
https://healthchecks.io/docs/http_api/, read 2026-11-21.
"""

from __future__ import annotations

import logging
import re

import httpx

from connectors import vendor_http

log = logging.getLogger(__name__)

ANSWERS_WITHIN_S = 3
ANY_JOB = "{job}"
HEARTBEAT = "heartbeat"
NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")


class HealthchecksWatchdog:
    """An address with "{job}" has a check for each job; otherwise one check hears of the job `alone`."""

    def __init__(self, address: str, alone: str, *, answers_within_s: float = ANSWERS_WITHIN_S) -> None:
        self._address = address.rstrip("/")
        self._within_s = answers_within_s
        self._alone = None if ANY_JOB in address else alone

    def began(self, job: str, run: str) -> None:
        self._ping(job, "/start", run)

    def well(self, job: str, run: str) -> None:
        self._ping(job, "", run)

    def failed(self, job: str, run: str, why: str) -> None:
        self._ping(job, "/fail", run, why)

    def refuses(self) -> str | None:
        """Try the address without telling of a run; return why it does not hear us. None: it does.

        "/log" changes nothing about a check. One that is not there is answered by 404, or by 200 and words.
        """
        address = self._address.replace(ANY_JOB, slug(HEARTBEAT)) + "/log"
        try:
            answer = vendor_http.request("POST", address, within_s=self._within_s, content=b"handbell doctor")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"its address cannot be reached ({type(error).__name__})"
        if not answer.is_success:
            return f"it answers {answer.status_code}"
        return "it knows no such check" if "not found" in answer.text[:100] else None

    def _ping(self, job: str, what: str, run: str, why: str = "") -> None:
        if self._alone not in {None, job}:
            return
        address = self._address.replace(ANY_JOB, slug(job)) + what
        try:
            given = {"params": {"rid": run}, "content": why.encode()}
            answer = vendor_http.request("POST", address, within_s=self._within_s, **given)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("the watchdog cannot be reached: %s", type(error).__name__)
            return
        if not answer.is_success:
            log.warning("the watchdog answered %s", answer.status_code)


def slug(job: str) -> str:
    """Write a job's name as Healthchecks names checks."""
    return NOT_IN_A_SLUG.sub("-", job.casefold()).strip("-")
