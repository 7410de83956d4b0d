"""A server that answers a byte at a time holds nobody up: no sign-in, no card, no heartbeat."""

import contextlib
import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from bot.errors import TryAgain, Unclear
from connectors.local.watchdog import HealthchecksWatchdog
from connectors.microsoft.workflow import ChannelWorkflow
from connectors.openid.provider import OpenIdProvider, Registration

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
PATIENCE_S, DRIPS_S = 0.5, 8


@pytest.fixture(params=["in the headers", "in the body"])
def dripping(request):
    """A server whose answer never ends while a test waits for it; give its address."""
    begin = b"HTTP/1.1 200 OK\r\nX-Slow: "
    if request.param == "in the body":
        begin = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    server = socket.create_server(("127.0.0.1", 0))
    threads = []

    def drip(client):
        ends = time.monotonic() + DRIPS_S
        with client, contextlib.suppress(OSError):
            client.recv(65536)
            client.sendall(begin)
            while time.monotonic() < ends:
                client.sendall(b"x")
                time.sleep(0.05)

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threads.append(threading.Thread(target=drip, args=(server.accept()[0],)))
                threads[-1].start()

    serving = threading.Thread(target=serve)
    serving.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for thread in (serving, *threads):
        thread.join(DRIPS_S + 5)


def provider(address):
    who = Registration(address, "client", "secret", lambda claims: claims)
    return OpenIdProvider(who, answer_s=PATIENCE_S)


def heartbeat(address):
    """A watchdog raises nothing: no job ever feels that it is away."""
    why = HealthchecksWatchdog(address, "daily", answers_within_s=PATIENCE_S).refuses()
    if why is not None:
        raise TryAgain(why)


def card_in_google_chat(address):
    chat = pytest.importorskip("connectors.google.chat", reason="the extra `google` is not installed")
    space = chat.ChatSpace("https://chat.googleapis.com/v1/x", root=address, answer_s=PATIENCE_S)
    space.post(CARD)


ASKS = {
    "a sign-in": (lambda address: provider(address).claims("token", NOW), TryAgain),
    "a card in Teams": (lambda address: ChannelWorkflow(address, answer_s=PATIENCE_S).post(CARD), Unclear),
    "a card in Google Chat": (card_in_google_chat, Unclear),
    "a heartbeat": (heartbeat, TryAgain),
}


@pytest.mark.parametrize("name", ASKS)
def test_an_answer_that_drips_is_none(dripping, name):
    ask, error = ASKS[name]
    begun = time.monotonic()
    with pytest.raises(error):
        ask(dripping)
    assert time.monotonic() - begun < DRIPS_S - 2
