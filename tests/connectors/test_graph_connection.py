"""How Handbell proves itself to a tenant, where it asks, and how fast."""

import asyncio
import json
import selectors
import threading
import time
from contextlib import AsyncExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    WorkloadIdentityCredential,
)

from bot.core.errors import TryAgain
from connectors.microsoft.client import Graph
from connectors.microsoft.clouds import CLOUDS
from connectors.microsoft.credentials import Registration, assertion, credential
from connectors.microsoft.middleware import Pace, mailbox_pace, site_pace

TENANT = "01234567-89ab-cdef-0123-456789abcdef"

pytestmark = pytest.mark.usefixtures("own_loop")


@pytest.fixture
def given(tmp_path, authority):
    """What a school may give as a proof, by its name."""
    certificate = tmp_path / "handbell.pem"
    proof = authority.issue_cert("handbell.example", key_type=trustme.KeyType.RSA)
    proof.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    return {
        "certificate": certificate,
        "secret": "s3cret",
        "token_file": tmp_path / "token",
        "identity": "11111111-89ab-cdef-0123-456789abcdef",
    }


@pytest.mark.parametrize(("names", "kind"), [
    (["certificate"], CertificateCredential),
    (["certificate", "secret", "token_file"], CertificateCredential),
    (["token_file"], WorkloadIdentityCredential),
    (["token_file", "secret"], WorkloadIdentityCredential),
    (["secret"], ClientSecretCredential),
    (["identity"], ClientAssertionCredential),
    (["identity", "token_file", "secret"], ClientAssertionCredential),
    (["identity", "certificate"], CertificateCredential),
])  # fmt: skip
def test_the_strongest_proof_given_is_used(given, names, kind):
    us = Registration("tenant", "client", **{name: given[name] for name in names})
    assert isinstance(credential(us, CLOUDS["global"]), kind)


def test_a_secret_is_not_shown():
    assert "s3cret" not in repr(Registration("tenant", "client", secret="s3cret"))


class MachinesIdentity(BaseHTTPRequestHandler):
    """What Azure Container Apps answers beside a container: a token of the identity that was given to it."""

    def do_GET(self):
        asked = {name: said[0] for name, said in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(asked | {"header": self.headers["X-IDENTITY-HEADER"]})
        said = {"access_token": "the machine's", "expires_on": str(int(time.time()) + 3600),
                "resource": asked["resource"], "token_type": "Bearer"}  # fmt: skip
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said):
        """Log nothing."""


@pytest.fixture
def container(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), MachinesIdentity)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_port}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "secret of the container")
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.mark.parametrize(("cloud", "audience"), [
    ("global", "api://AzureADTokenExchange"), ("us-government", "api://AzureADTokenExchangeUSGov"),
    ("us-defence", "api://AzureADTokenExchangeUSGov"), ("china", "api://AzureADTokenExchangeChina"),
])  # fmt: skip
def test_a_containers_identity_vouches_for_the_app_without_any_secret(container, cloud, audience):
    said = assertion("an-identity", CLOUDS[cloud])
    assert said() == "the machine's"
    (asked,) = container.asked
    assert (asked["resource"], asked["client_id"]) == (audience, "an-identity")
    assert asked["header"] == "secret of the container"


def test_where_no_machine_has_that_identity_it_is_said_in_plain_words(monkeypatch):
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")
    us = Registration(TENANT, TENANT, identity="an-identity")
    graph = Graph("https://graph.merriwell.example/v1.0", credential(us, CLOUDS["global"]))
    with pytest.raises(TryAgain, match="would not sign Handbell in"):
        graph.sign_in()
    graph.close()


@pytest.mark.parametrize("name", CLOUDS)
def test_every_cloud_is_behind_https_and_has_its_own_graph(name):
    assert CLOUDS[name].graph.startswith("https://")
    assert CLOUDS[name].graph.endswith("/v1.0")
    assert sum(cloud.graph == CLOUDS[name].graph for cloud in CLOUDS.values()) == 1


class NeverWaits(selectors.DefaultSelector):
    """Where a loop would wait, its clock goes on instead: what anything takes is known to the last bit."""

    def __init__(self):
        super().__init__()
        self.now_s = 0.0

    def seconds(self):
        return self.now_s

    def select(self, timeout=None):
        self.now_s += max(0.0, timeout or 0.0)
        return super().select(0)


def seconds_of(act):
    """Run `act(clock)`, whose clock and whose waiting are of such a loop; return how many seconds it took."""
    selector = NeverWaits()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = selector.seconds
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(act(selector.seconds))
    return selector.now_s


def test_units_are_spread_evenly_and_a_turn_of_none_pushes_no_one_back():
    def take(*units):
        async def turns(clock):
            pace = Pace(per_minute=1_200, at_once=2, monotonic=clock)
            for one in units:
                async with pace.turn(one):
                    pass

        return seconds_of(turns)

    assert take(0, 0, 0, 0) == 0
    assert take(1, 1, 1) == pytest.approx(0.1)
    assert take(2, 1) == pytest.approx(0.1)


def test_a_rest_is_taken_by_everybody_and_the_longest_counts():
    async def take(clock):
        pace = Pace(per_minute=1e9, at_once=2, monotonic=clock)
        pace.rest(0.1)
        pace.rest(0.01)
        async with pace.turn():
            pass

    assert seconds_of(take) == pytest.approx(0.1)


def test_no_more_than_so_many_ask_at_once():
    most = []

    async def ask(pace, inside):
        async with pace.turn():
            inside.append(1)
            most.append(len(inside))
            await asyncio.sleep(0.001)
            inside.pop()

    async def everybody(clock):
        pace, inside = Pace(per_minute=1_000, at_once=2, monotonic=clock), []
        await asyncio.gather(*(ask(pace, inside) for _ in range(10)))

    seconds_of(everybody)
    assert max(most) == 2


@pytest.mark.parametrize(
    ("made", "units", "allowed_a_minute", "at_once"), [(mailbox_pace, 0.1, 30, 2), (site_pace, 3, 1_200, 4)]
)
def test_what_the_vendor_allows_a_mailbox_and_a_site_is_never_passed(made, units, allowed_a_minute, at_once):
    async def take(clock):
        pace = made(clock)
        for _ in range(3):
            async with pace.turn(units):
                pass

    async def fill(clock):
        pace = made(clock)
        async with AsyncExitStack() as inside:
            for _ in range(at_once):
                await inside.enter_async_context(pace.turn())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pace.turn().__aenter__(), 60)

    # A fifth below what is allowed at most, and no more than a third: letters must leave on their day.
    least = 2 * units * 60 / allowed_a_minute
    assert least * 1.15 < seconds_of(take) < least * 1.5
    seconds_of(fill)
