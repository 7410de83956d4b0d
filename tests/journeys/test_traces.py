"""Traces go to a collector where the environment names one; without one nothing of it is loaded."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

SENDS = """
import os
from bot.core.telemetry import is_on, span, start_tracing
start_tracing(os.environ)
assert is_on()
with span("plan the day", setting="merriwell-green"):
    pass
"""
SENDS_NOTHING = """
import os, sys
from bot.core.telemetry import is_on, span, start_tracing

start_tracing(os.environ)
assert not is_on()
with span("plan the day"):
    pass
assert not [name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))]
"""
SERVES = """
import asyncio, os
import httpx
from fastapi import Depends
from bot.bootstrap.services import make_services
from bot.core.config import load_settings
from bot.core.telemetry import start_tracing
from bot.bootstrap.web_app import create_app
from bot.identity.guard import Public

def broken():
    raise ValueError("Ann Other")

async def ask(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/sign-in/link/a-secret-of-somebody")).status_code == 404
        assert (await client.get("/broken?a-secret-of-somebody")).status_code == 500

start_tracing(os.environ)
app = create_app(make_services(load_settings()))
app.get("/broken", dependencies=[Depends(Public("a test"))])(broken)
asyncio.run(ask(app))
"""
HAS_NO_LIBRARY = """
import sys
sys.modules["opentelemetry.exporter.otlp.proto.http.trace_exporter"] = None
from bot.core.errors import BadInput
from bot.core.telemetry import start_tracing
try:
    start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})
except BadInput as refused:
    assert "pip install 'handbell[tracing]'" in str(refused)
else:
    raise AssertionError
"""


@pytest.fixture
def collector():
    """A collector on this machine; returns what was sent to it: (path, body)."""
    taken = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def program(words, **environment):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", words], env=plain | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_span_reaches_the_collector_that_the_environment_names(collector):
    address, taken = collector
    program(SENDS, OTEL_EXPORTER_OTLP_ENDPOINT=address)
    ((path, body),) = taken
    assert path == "/v1/traces"
    assert b"plan the day" in body
    assert b"handbell" in body


def test_nothing_is_sent_or_loaded_where_no_one_collects():
    program(SENDS_NOTHING)


def test_requests_are_traced_by_their_route_and_never_by_the_link_in_it(collector, tmp_path):
    address, taken = collector
    program(SERVES, OTEL_EXPORTER_OTLP_ENDPOINT=address, HANDBELL_DATA=str(tmp_path))
    sent = b"".join(body for _, body in taken)
    assert b"/sign-in/link/{secret}" in sent
    assert b"http.response.status_code" in sent
    assert b"ValueError" in sent
    for secret in (b"a-secret-of-somebody", b"Ann Other"):
        assert secret not in sent


def test_a_collector_without_the_library_is_refused_with_what_to_install():
    program(HAS_NO_LIBRARY)
