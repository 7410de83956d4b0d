"""Logging to stderr, as text or JSON, and traces over OpenTelemetry where the environment names a collector.

One line an outcome, with ids and never a name. An error's message may hold what a person typed or a mail
server repeats, so only its class, its code and its place are logged; the office's pages show the whole of it.
A span has the name of a job or a route, its outcome and its duration; never an address or a link.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import walk_tb
from typing import Literal

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

from bot import __version__
from bot.core.errors import BadInput, GiveUp, HandbellError, OutcomeUnknown, Problem, TryAgain

# What a line may carry beside its words: `log.info("...", extra={"job": "deliver", "took_ms": 12})`.
FIELDS = ("action", "job", "slot_at", "setting", "id", "route", "status", "took_ms", "outcome")
PLACES = 5
ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;]+")
# "550 5.1.1" of a mail server, "429" of a web service.
CODE = re.compile(r"\b[2-5]\d\d(?: [245]\.\d{1,3}\.\d{1,3})?\b")


def start_logging(level: str, form: Literal["text", "json"] = "text") -> None:
    """Send records at `level` ("debug", "info", "warning") and above to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for engine in ("alembic", "apscheduler", "procrastinate"):
        logging.getLogger(engine).setLevel(logging.WARNING)
    # Each request of a vendor's client: its address may hold a person's, and a webhook's is its password.
    for client in ("httpx", "httpcore", "googleapiclient"):
        logging.getLogger(client).setLevel(logging.WARNING)
    # The access log would hold personal links whole.
    logging.getLogger("uvicorn.access").disabled = True


class AsText(logging.Formatter):
    """For people: 2026-11-23T07:30:02.114Z INFO schedules.embedded: planned ... job=plan the day."""

    def format(self, record: logging.LogRecord) -> str:
        more = "".join(f" {name}={value}" for name, value in _fields(record).items())
        first = f"{_at(record)} {record.levelname} {record.name}: {safe_message(record)}{more}"
        return "\n  ".join([first, *_broke(record)])


class AsJson(logging.Formatter):
    """For a collector: one object a line, whatever a message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": safe_message(record),
        }
        line |= _fields(record)
        broke = list(_broke(record))
        if broke:
            line["broke"] = broke
        return json.dumps(line, ensure_ascii=False, default=str)


def safe_message(record: logging.LogRecord) -> str:
    """Return a record's message with errors reduced to their type and without email addresses."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(of_error(one) if isinstance(one, BaseException) else one for one in args)
    words = str(record.msg) % args if args else str(record.msg)
    return ADDRESS.sub("[address]", words)


def of_error(error: BaseException) -> str:
    """Return what may be logged of an error: a vendor's error code, the places of a refused input."""
    kind = type(error).__name__
    if isinstance(error, BadInput):
        return f"{len(error.problems)} refused: {', '.join(map(_place, error.problems[:PLACES]))}"
    if isinstance(error, TryAgain | GiveUp | OutcomeUnknown):
        code = CODE.search(str(error))
        return f"{kind} {code[0]}" if code else kind
    if isinstance(error, HandbellError):
        return f"{kind}: {error}"
    number = _number(error)
    return f"{kind} {number}" if number else kind


def _place(problem: Problem) -> str:
    file = PurePath(problem.file).name
    where = file if problem.line is None else f"{file}:{problem.line}"
    return f"{where} {problem.field}" if problem.field else where


def _number(error: BaseException) -> object:
    """Find the code a system or a database gave: EACCES's 13, SQLITE_FULL, 40001."""
    found = (getattr(error, name, None) for name in ("errno", "sqlite_errorname", "sqlstate"))
    return next((one for one in found if one), None)


def _broke(record: logging.LogRecord) -> Iterator[str]:
    """Yield a traceback as error types and code locations, from the error back to its causes."""
    error = record.exc_info[1] if record.exc_info else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield ADDRESS.sub("[address]", of_error(error))
        for frame, line in walk_tb(error.__traceback__):
            code = frame.f_code
            yield f"at {code.co_filename}:{line} {code.co_name}"
        error = error.__cause__ or error.__context__


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return a record's extra fields. A mailbox, which may be the part of a job, loses its address."""
    carried = {name: getattr(record, name, None) for name in FIELDS}
    return {
        name: ADDRESS.sub("[address]", value) if isinstance(value, str) else value
        for name, value in carried.items()
        if value is not None
    }


def _at(record: logging.LogRecord) -> str:
    made_at = datetime.fromtimestamp(record.created, UTC)
    return made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
    """Return whether spans are exported."""
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
