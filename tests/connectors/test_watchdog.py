"""A watchdog that speaks as Healthchecks does: what it hears of a run, and what no job ever feels of it."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.local.watchdog import ANSWERS_WITHIN_S, HealthchecksWatchdog

RUN = "5a9c3b1e-0000-5000-8000-000000000001"


class Ear(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.heard.append((asked.path, parse_qs(asked.query).get("rid"), body))
        self.send_response(self.server.answers)
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *_said):
        pass


@pytest.fixture
def outside():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    server.heard, server.answers, server.says = [], 200, b"OK"
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_one_check_hears_of_one_job_from_its_beginning_to_its_end(outside):
    dog = HealthchecksWatchdog(f"{outside.address}/ping/", alone="heartbeat")
    for job in ("plan the day", "heartbeat"):
        dog.began(job, RUN)
        dog.failed(job, RUN, "late: plan the day")
        dog.well(job, RUN)
    assert outside.heard == [
        ("/ping/start", [RUN], ""),
        ("/ping/fail", [RUN], "late: plan the day"),
        ("/ping", [RUN], ""),
    ]


def test_each_job_has_its_own_check_where_the_address_says_so(outside):
    dog = HealthchecksWatchdog(f"{outside.address}/key/{{job}}", alone="heartbeat")
    dog.began("post the week's card", RUN)
    dog.well("deliver", RUN)
    assert [path for path, _, _ in outside.heard] == ["/key/post-the-week-s-card/start", "/key/deliver"]


@pytest.mark.parametrize("status", [404, 409, 429, 500])
def test_a_watchdog_that_refuses_is_logged_and_no_more(outside, caplog, status):
    outside.answers = status
    HealthchecksWatchdog(outside.address, alone="heartbeat").well("heartbeat", RUN)
    assert f"the watchdog answered {status}" in caplog.text


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/ping", "nonsense", "http://[::"])
def test_a_watchdog_that_is_not_there_is_logged_and_no_more(caplog, address):
    HealthchecksWatchdog(address, alone="heartbeat").began("heartbeat", RUN)
    assert "the watchdog cannot be reached" in caplog.text
    assert address not in caplog.text


def test_a_watchdog_that_says_nothing_is_not_waited_for(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        dog = HealthchecksWatchdog(
            f"http://127.0.0.1:{silent.getsockname()[1]}", alone="heartbeat", answers_within_s=0.2
        )
        dog.well("heartbeat", RUN)
        assert time.monotonic() - began < ANSWERS_WITHIN_S
    assert "ReadTimeout" in caplog.text


def test_it_is_tried_without_telling_of_a_run(outside):
    assert HealthchecksWatchdog(f"{outside.address}/ping/", alone="heartbeat").refuses() is None
    assert HealthchecksWatchdog(f"{outside.address}/key/{{job}}", alone="heartbeat").refuses() is None
    told = "handbell doctor"
    assert outside.heard == [("/ping/log", None, told), ("/key/heartbeat/log", None, told)]


@pytest.mark.parametrize(
    ("status", "says", "why"),
    [(404, b"not found", "it answers 404"), (200, b"OK (not found)", "it knows no such check")],
)
def test_one_that_knows_no_such_check_is_named_when_it_is_tried(outside, status, says, why):
    outside.answers, outside.says = status, says
    assert HealthchecksWatchdog(outside.address, alone="heartbeat").refuses() == why


def test_one_that_is_not_there_is_named_when_it_is_tried():
    why = HealthchecksWatchdog("http://127.0.0.1:1/secret", alone="heartbeat").refuses()
    assert why == "its address cannot be reached (ConnectError)"
