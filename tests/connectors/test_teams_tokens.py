"""The token Teams gives a tab: this tenant's, for us, in time, from Teams; anything else is refused."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bot.core.errors import SignInRefused, TryAgain
from bot.ports import TabAccount
from connectors.openid.teams import TeamsTokens

TENANT, CLIENT = "01234567-89ab-cdef-0123-456789abcdef", "11111111-89ab-cdef-0123-456789abcdef"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Issuer(ThreadingHTTPServer):
    """What Microsoft publishes of a tenant."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Published)
        self.keys = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)]
        self.asked = 0
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/{TENANT}/v2.0"

    def token(self, key=None, header=None, **changed):
        at = int(NOW.timestamp())
        claims = {"iss": self.address, "aud": CLIENT, "tid": TENANT, "oid": "jo", "scp": "access_as_user",
                  "azp": "1fec8e78-bce4-4aaf-ab1b-5451cc387264", "nbf": at, "iat": at, "exp": at + 3600,
                  "preferred_username": "head@merriwell.example"}  # fmt: skip
        claims = {name: said for name, said in (claims | changed).items() if said is not None}
        key = key or self.keys[0]
        return jwt.encode(header or {"alg": "RS256", "kid": key.kid}, claims, key)


class Published(BaseHTTPRequestHandler):
    def do_GET(self):
        here = self.server.address
        self.server.asked += 1
        said = {"issuer": here, "jwks_uri": f"{here}/keys", "token_endpoint": f"{here}/token",
                "authorization_endpoint": f"{here}/authorize"}  # fmt: skip
        if self.path.endswith("/keys"):
            said = {"keys": [key.as_dict(private=False) for key in self.server.keys]}
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said):
        """Log nothing."""


@pytest.fixture(scope="module")
def issuer():
    server = Issuer()
    yield server
    server.shutdown()
    server.thread.join(5)
    server.server_close()


@pytest.fixture
def tokens(issuer):
    return TeamsTokens(tenant=TENANT, client_id=CLIENT, issuer=issuer.address)


def test_a_person_who_has_teams_open_is_known_by_the_object_id_alone(issuer, tokens):
    assert tokens.account(issuer.token(), NOW) == TabAccount(TENANT, "jo")
    asked = issuer.asked
    assert tokens.account(issuer.token(oid="sam"), NOW) == TabAccount(TENANT, "sam")
    assert issuer.asked == asked


@pytest.mark.parametrize("program", [
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346",
    "4765445b-32c6-49b0-83e6-1d93765276ca", "0ec893e0-5785-4de6-99da-4ed124e5296c",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c", "bc59ab01-8403-45c6-8796-ac3ef710b3e3",
    "27922004-5251-4030-b22d-91ecd9a37ea4",
])  # fmt: skip
def test_every_program_of_microsofts_that_opens_the_tab_is_taken(issuer, tokens, program):
    assert tokens.account(issuer.token(azp=program), NOW) == TabAccount(TENANT, "jo")


def test_new_keys_of_the_tenant_are_fetched_and_old_ones_no_longer_taken(issuer, tokens):
    old = issuer.token()
    tokens.account(old, NOW)
    later = NOW + timedelta(minutes=5)
    issuer.keys[:] = [RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, auto_kid=False)]
    assert tokens.account(issuer.token(), later) == TabAccount(TENANT, "jo")
    with pytest.raises(SignInRefused):
        tokens.account(old, later)


def test_keys_that_no_one_has_do_not_make_us_ask_the_tenant_each_time(issuer, tokens):
    tokens.account(issuer.token(), NOW)
    asked = issuer.asked
    for later in (NOW, NOW + timedelta(minutes=1)):
        for number in range(5):
            strange = RSAKey.import_key(issuer.keys[0].as_dict(private=True) | {"kid": f"strange {number}"})
            with pytest.raises(SignInRefused):
                tokens.account(issuer.token(strange), later)
    assert issuer.asked == asked + 2, "its description and its keys, once"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_a_right_key_used_in_another_way_is_refused(issuer, tokens, algorithm):
    key = issuer.keys[0]
    said = jwt.decode(issuer.token(), key).claims
    other = jwt.encode({"alg": algorithm, "kid": key.kid}, said, key, algorithms=[algorithm])
    with pytest.raises(SignInRefused):
        tokens.account(other, NOW)


@pytest.mark.parametrize("changed", [
    {"iss": "https://login.microsoftonline.com/other/v2.0"}, {"aud": "api://x"}, {"aud": [CLIENT]},
    {"aud": None},
    {"tid": "99999999-89ab-cdef-0123-456789abcdef"}, {"tid": None}, {"scp": "User.Read"}, {"scp": None},
    {"azp": "22222222-89ab-cdef-0123-456789abcdef"}, {"azp": None}, {"oid": None}, {"oid": ""}, {"oid": 5},
    {"exp": int((NOW - timedelta(minutes=2)).timestamp())}, {"exp": None}, {"exp": True},
    {"nbf": int((NOW + timedelta(minutes=2)).timestamp())}, {"nbf": None},
])  # fmt: skip
def test_a_token_that_is_not_for_this_tab_is_refused(issuer, tokens, changed):
    with pytest.raises(SignInRefused):
        tokens.account(issuer.token(**changed), NOW)


def test_a_token_a_person_signed_themselves_is_refused(issuer, tokens):
    other = RSAKey.generate_key(2048, {"kid": issuer.keys[0].kid, "use": "sig"}, auto_kid=False)
    secret = OctKey.import_key(json.dumps(issuer.keys[0].as_dict(private=False)))
    forged = [
        issuer.token(other),
        issuer.token(secret, {"alg": "HS256", "kid": issuer.keys[0].kid}),
        issuer.token().rpartition(".")[0] + ".",
        "no token",
        "",
    ]
    for token in forged:
        with pytest.raises(SignInRefused):
            tokens.account(token, NOW)


def test_a_tenant_out_of_reach_is_asked_again_later(issuer):
    away = TeamsTokens(tenant=TENANT, client_id=CLIENT, issuer="http://127.0.0.1:1/x")
    with pytest.raises(TryAgain):
        away.account(issuer.token(), NOW)
