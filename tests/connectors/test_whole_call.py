"""A server that answers a byte at a time holds nobody up: no sign-in, no mail, no card, no stamp."""

import contextlib
import importlib
import json
import socket
import threading
import time
from datetime import UTC, datetime

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.core.errors import OutcomeUnknown, TryAgain
from connectors import vendor_http
from connectors.local.timestamping import HttpTimestampAuthority
from connectors.local.watchdog import HealthchecksWatchdog
from connectors.microsoft.channel_workflow import ChannelWorkflow
from connectors.openid.provider import OpenIdProvider, Registration

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
PATIENCE_S, DRIPS_S = 0.5, 8


@pytest.fixture(params=["in the headers", "in the body"])
def dripping(request):
    """A server whose answer never ends while a test waits for it; return its address."""
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
    space = google("chat").ChatSpace("https://chat.googleapis.com/v1/x", root=address, answer_s=PATIENCE_S)
    space.post(CARD)


def google(name):
    pytest.importorskip("googleapiclient", reason="the extra `google` is not installed")
    return importlib.import_module(f"connectors.google.{name}")


def google_client(address):
    """A client whose token is there already."""
    module, credentials = google("client"), pytest.importorskip("google.oauth2.credentials")
    runtime = module.Runtime(clock=lambda: NOW, chance=lambda: 0.5, sleep=lambda _: None)
    tokens = google("credentials").Tokens(credentials.Credentials("token"))
    return contextlib.closing(module.GoogleClient(tokens, runtime, timeout=PATIENCE_S, root=address))


def profile(client):
    return client.service("gmail", "v1").users().getProfile(userId="me")


def a_read_at_google(address):
    with google_client(address) as client:
        client.ask(profile(client))


def a_draft_at_google(address):
    with google_client(address) as client:
        client.write(client.service("gmail", "v1").users().drafts().create(userId="me", body={}))


def token_of_google(address, tmp_path):
    file = tmp_path / "key.json"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    said = {"type": "service_account", "client_email": "us@project.example", "private_key": pem}
    file.write_text(json.dumps(said | {"token_uri": f"{address}/token"}))
    tokens = google("credentials")
    tokens.Tokens(tokens.from_file(file, scopes=["mail"], subject=None, act_as=None), PATIENCE_S).current()


ASKS = {
    "a sign-in": (lambda address: provider(address).claims("token", NOW), TryAgain),
    "a card in Teams": (
        lambda address: ChannelWorkflow(address, answer_s=PATIENCE_S).post(CARD),
        OutcomeUnknown,
    ),
    "a card in Google Chat": (card_in_google_chat, OutcomeUnknown),
    "a heartbeat": (heartbeat, TryAgain),
    "a time stamp": (
        lambda address: HttpTimestampAuthority(address, answers_within_s=PATIENCE_S).answer(b"request"),
        TryAgain,
    ),
    "a read at Google": (a_read_at_google, TryAgain),
    "a draft at Google": (a_draft_at_google, OutcomeUnknown),
}


@pytest.mark.parametrize("name", ASKS)
def test_an_answer_that_drips_is_none(dripping, name):
    ask, error = ASKS[name]
    begun = time.monotonic()
    with pytest.raises(error):
        ask(dripping)
    assert time.monotonic() - begun < DRIPS_S - 2


def test_a_token_of_googles_that_drips_is_none(dripping, tmp_path):
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        token_of_google(dripping, tmp_path)
    assert time.monotonic() - begun < DRIPS_S - 2


def test_a_proxy_that_drips_is_none(dripping, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", dripping)
    monkeypatch.setenv("NO_PROXY", "")
    begun = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        vendor_http.request("GET", "http://elsewhere.example/", within_s=PATIENCE_S)
    assert time.monotonic() - begun < DRIPS_S - 2


def test_a_name_with_many_addresses_that_do_not_answer_takes_no_longer(monkeypatch):
    with socket.socket() as deaf, contextlib.ExitStack() as waiting:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        place = deaf.getsockname()
        # A full queue takes nobody in, and says nothing.
        for _ in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(place)
        where = (socket.AF_INET, socket.SOCK_STREAM, 6, "", place)
        found = {"many.example": [where] * 12}
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: found.get(host, [where]))
        begun = time.monotonic()
        with pytest.raises(httpx.ConnectTimeout):
            vendor_http.request("GET", f"http://many.example:{place[1]}/", within_s=2)
        assert time.monotonic() - begun < 6
