"""Metrics for Prometheus, of this process and of the installation: numbers, no names or addresses.

Requests and refusals are counted in this process; the outbox, the jobs and the clocks are read from the
database at each scrape, so that any one web process reports for all workers.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter

from fastapi import FastAPI
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import __version__
from bot.database.migrate import free_under, watch_errors
from bot.operations.metrics_store import Figures, read_figures
from bot.services import Services

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# The routes that let someone in, by what they bring.
WAYS_IN = {
    "/sign-in": "email",
    "/sign-in/link/{secret}": "link",
    "/sign-in/{provider}/back": "provider",
    "/teams/sign-in": "teams",
    "/kiosk/who": "pin",
}
NO_PAGE = "no page"
# Not "job": Prometheus gives every number a label of that name itself, and calls ours "exported_job" then.
JOB = "job_name"


class Prometheus:
    """The counters of one application."""

    def __init__(self, services: Services) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        built = Gauge("handbell_build_info", "The program.", ["version", "python"], registry=self.registry)
        built.labels(__version__, platform.python_version()).set(1)
        self._requests = self._counter(
            "handbell_http_requests_total", "Requests answered.", "route", "method", "status"
        )
        says = "Time to an answer."
        self._seconds = Histogram(
            "handbell_http_request_seconds", says, ["route"], buckets=SECONDS, registry=self.registry
        )
        self._refused = self._counter("handbell_sign_ins_refused_total", "Nobody was let in.", "way")
        for way in WAYS_IN.values():
            self._refused.labels(way)
        errors = self._counter("handbell_database_errors_total", "Errors of the database.", "kind")
        watch_errors(services.store, lambda kind: errors.labels(kind).inc())
        self.registry.register(Installation(services))

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, registry=self.registry)

    def count(self, app: FastAPI) -> None:
        """Count every request of an application from now on."""
        app.add_middleware(CountRequests, meters=self)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if route in WAYS_IN and status >= 400:
            self._refused.labels(WAYS_IN[route]).inc()

    def read(self) -> bytes:
        """Write everything as Prometheus reads it."""
        return generate_latest(self.registry)


class CountRequests:
    """Counts every request by the route it matched, never by the address that was asked for."""

    def __init__(self, app: ASGIApp, meters: Prometheus) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", NO_PAGE)
            self._meters.answered(route, _method(scope), status, perf_counter() - began)


def _method(scope: Scope) -> str:
    """Return the method as a label; unknown ones share one, as each label is kept for ever."""
    asked: str = scope["method"]
    return asked if asked in {"GET", "HEAD", "POST"} else "other"


class Installation(Collector):
    """Reads the installation's figures when it is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield nothing: the database may not be there yet when the collector is registered."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._services.clock()
        figures = read_figures(self._services.store, now, self._services.case_keys)
        yield GaugeMetricFamily("handbell_database_up", "Whether it answers.", value=figures is not None)
        free = free_under(self._services.store, self._services.certificates)
        if free:
            says = "Room under the data, on the disk that has least."
            yield GaugeMetricFamily("handbell_disk_free_bytes", says, value=min(free.values()))
        if figures is not None:
            yield from _outbox(figures, now.timestamp())
            yield from _jobs(figures)
            if figures.clocks is not None:
                says = "Clocks of open cases: late, or ending within a day."
                yield _by_state("handbell_case_clocks", says, figures.clocks)


def _outbox(figures: Figures, now: float) -> Iterator[GaugeMetricFamily]:
    oldest = figures.oldest_due_at
    waits = now - oldest.timestamp() if oldest is not None else 0
    yield GaugeMetricFamily("handbell_settings", "Schools and other settings.", value=figures.schools)
    says = "Messages planned for the last seven days, by state."
    yield _by_state("handbell_messages", says, figures.messages)
    yield GaugeMetricFamily("handbell_outbox_due", "Messages that could be sent now.", value=figures.due)
    yield GaugeMetricFamily("handbell_outbox_oldest_seconds", "How long the oldest waits.", value=waits)
    says = "Messages whose worker fell silent."
    yield GaugeMetricFamily("handbell_outbox_leases_over", says, value=figures.leases_over)


def _jobs(figures: Figures) -> Iterator[GaugeMetricFamily]:
    states = [
        ((one.job, state), count)
        for one in figures.jobs
        for state, count in (("well", one.well), ("failed", one.failed), ("running", one.running))
    ]
    says = "The parts of each job (each school, each mailbox), by how their latest slot went."
    yield _by("handbell_job_parts", says, [JOB, "outcome"], states)
    late = [((one.job,), one.late) for one in figures.jobs]
    yield _by("handbell_job_parts_late", "Parts whose next slot is over and not begun.", [JOB], late)
    lasted = [((one.job,), one.longest_s) for one in figures.jobs]
    yield _by("handbell_job_longest_seconds", "The longest of the latest slots.", [JOB], lasted)
    well = [((one.job,), one.well_at.timestamp()) for one in figures.jobs if one.well_at is not None]
    yield _by("handbell_job_last_well_seconds", "When one last went well (Unix time).", [JOB], well)


def _by_state(name: str, says: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    return _by(name, says, ["state"], [((state,), count) for state, count in counts.items()])


def _by(
    name: str, says: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family
