"""The security headers stand on every answer, whatever gives it: a page, a refusal, the server itself."""

import socket
import threading
import time

import httpx
import pytest
import uvicorn

from bot.bootstrap.web_app import LARGEST_BODY, create_app
from bot.cli.server import listen, server_config
from bot.core.config import Config

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
}
TOO_LONG = b"x" * (LARGEST_BODY + 1)


def chunks():
    for _ in range(3):
        yield b"x" * LARGEST_BODY


def bears_the_headers(headers):
    assert ALWAYS.items() <= dict(headers).items()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    return True


ANSWERS = [
    ("GET", "/sign-in", {}, 200),
    ("HEAD", "/sign-in", {}, 200),
    ("GET", "/me", {}, 303),
    ("GET", "/nothing-here", {}, 404),
    ("GET", "/static/nothing-here", {}, 404),
    ("GET", "/robots.txt", {}, 200),
    ("DELETE", "/sign-in", {}, 405),
    ("OPTIONS", "/sign-in", {}, 405),
    ("POST", "/sign-in", {"content": TOO_LONG}, 413),
    ("POST", "/sign-in", {"content": chunks}, 413),
    ("POST", "/teams/sign-in", {"content": b"no json"}, 422),
    ("GET", "/breaks", {}, 500),
]


@pytest.mark.parametrize("asked", ANSWERS, ids=[f"{one[0]} {one[1]} {one[3]}" for one in ANSWERS])
def test_every_answer_of_the_application_bears_them(served, client, stage, asked):
    method, path, given, status = asked

    def breaks():
        raise RuntimeError("a defect")

    app = create_app(served.services)
    app.get("/breaks")(breaks)
    stage.app = app
    form = {"headers": {"content-type": "application/x-www-form-urlencoded"}} if "content" in given else {}
    sent = {name: one() if callable(one) else one for name, one in given.items()}
    answer = client.request(method, path, **sent, **form)
    assert answer.status_code == status
    assert bears_the_headers(answer.headers)
    # Once each: a browser takes the strictest of two policies, and some take none.
    assert len(answer.headers.get_list("content-security-policy")) == 1


@pytest.fixture
def server(served):
    """The school behind the very server that `handbell run` starts."""
    listening = listen("127.0.0.1", 0)
    running = uvicorn.Server(server_config(create_app(served.services), Config()))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not running.started:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    yield listening.getsockname()
    running.should_exit = True
    thread.join(timeout=30)
    assert not thread.is_alive()


NO_HTTP = [
    b"this is no request\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
]


@pytest.mark.parametrize("sent", NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_the_server_itself_refuses_bears_them(server, sent):
    with socket.create_connection(server, timeout=20) as conn:
        conn.sendall(sent)
        said = b""
        while part := conn.recv(65536):
            said += part
    head, _, _ = said.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    assert status.split()[1] == "400"
    assert bears_the_headers(httpx.Headers([tuple(one.split(": ", 1)) for one in lines]))


def test_the_server_itself_answers_as_usual(server):
    answer = httpx.get(f"http://{server[0]}:{server[1]}/sign-in", timeout=20)
    assert answer.status_code == 200
    assert bears_the_headers(answer.headers)
