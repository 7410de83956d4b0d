"""Spans over OpenTelemetry, for whoever collects traces; where the environment names no collector, nothing.

A span carries the name of a job or a route, how it went and how long it took; never an address or a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from bot import __version__
from bot.errors import BadInput, Problem

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACER = trace.get_tracer("handbell", __version__)


def start_tracing(environment: Mapping[str, str]) -> None:
    """Send spans to the collector that the environment names. BadInput: its libraries are not installed."""
    if not environment.get(ENDPOINT):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        right = "Install them: pip install 'handbell[tracing]'. Or leave the variable out."
        wrong = "is set, and what sends traces is not installed"
        raise BadInput([Problem("settings", None, ENDPOINT, wrong, right)]) from None
    names = {"service.name": "handbell", "service.version": __version__}
    provider = TracerProvider(resource=Resource.create(names))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def is_on() -> bool:
    """Say whether anybody collects spans."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def span(name: str, **said: str | int) -> Iterator[Span]:
    """Open a span; of an error it notes the kind, and not what it says."""
    with TRACER.start_as_current_span(
        name, attributes=said, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield opened
        except Exception as error:
            opened.set_attribute("error.type", type(error).__name__)
            opened.set_status(StatusCode.ERROR)
            raise
