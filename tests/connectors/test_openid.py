"""ID tokens and codes: what a provider says is believed only when every part of it is right."""

import base64
import hashlib
import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bot.core.errors import SignInRefused, TryAgain
from bot.ports import Challenge, Identity
from connectors.openid.vendors import entra, google

TENANT = "0a1b2c3d-1111-2222-3333-444455556666"
NOW = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
SECRET = "the-secret-of-the-tests-and-of-nobody-else"
CHALLENGE = Challenge("state", "the-nonce", "v" * 50, "http://127.0.0.1/sign-in/entra/back")
KEY, NEW_KEY = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("first", "second"))
AT = int(NOW.timestamp())


class Forger:
    """A provider that says whatever a test wants it to say, over real HTTP."""

    def __init__(self):
        self.asked = Counter()
        self.keys = [KEY]
        self.keys_later = None
        self.claims = {}
        self.token = None
        self.discovery = {}
        self.answers = {}

    def says(self, path):
        self.asked[path] += 1
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            places = {
                "authorization_endpoint": "/authorize",
                "token_endpoint": "/token",
                "jwks_uri": "/keys",
            }
            told = {"issuer": self.at} | {name: self.at + place for name, place in places.items()}
            return 200, json.dumps(told | self.discovery)
        if path == "/keys":
            keys = self.keys
            if self.asked[path] > 1 and self.keys_later:
                keys = self.keys_later
            return 200, json.dumps(
                {"keys": [one.as_dict(private=False) if isinstance(one, RSAKey) else one for one in keys]}
            )
        return 200, json.dumps({"access_token": "a", "id_token": self.token or self.signed()})

    def signed(self, *, key=KEY, header=None, **changed):
        usual = {
            "iss": self.at,
            "aud": "handbell",
            "sub": "directory-adam",
            "nonce": CHALLENGE.nonce,
            "iat": AT,
            "exp": AT + 300,
            "tid": TENANT,
            "oid": "directory-adam",
            "preferred_username": "adam@school.example",
            "email": "adam@school.example",
            "email_verified": True,
            "hd": "school.example",
        }
        claims = {name: said for name, said in (usual | self.claims | changed).items() if said is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid} | (header or {}), claims, key)


@pytest.fixture
def forger():
    """The forger behind a server."""
    forger = Forger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer()

        def do_POST(self):
            forger.posted = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer()

        def _answer(self):
            status, body = forger.says(urlsplit(self.path).path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forger.at = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield forger
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture
def microsoft(forger):
    return entra(tenant=TENANT, client_id="handbell", client_secret=SECRET, issuer=forger.at)


@pytest.fixture
def workspace(forger):
    domains = ("school.example", "trust.example")
    return google(domains=domains, client_id="handbell", client_secret=SECRET, issuer=forger.at)


def test_a_right_token_names_its_person(microsoft, workspace):
    named = Identity("directory-adam", "adam@school.example")
    assert microsoft.identify(CHALLENGE, "code", NOW) == named
    assert workspace.identify(CHALLENGE, "code", NOW) == named


def test_the_code_is_sent_once_with_the_verifier_the_address_and_the_secret(forger, microsoft):
    microsoft.identify(CHALLENGE, "the-code", NOW)
    assert forger.asked["/token"] == 1
    assert forger.posted == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": [CHALLENGE.back_to],
        "code_verifier": [CHALLENGE.verifier],
        "client_id": ["handbell"],
        "client_secret": [SECRET],
    }


def test_the_browser_is_sent_with_a_digest_of_the_verifier(forger, workspace):
    asked = parse_qs(urlsplit(workspace.address(CHALLENGE, NOW)).query)
    digest = hashlib.sha256(CHALLENGE.verifier.encode()).digest()
    assert asked["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]
    assert asked["prompt"] == ["select_account"]
    assert CHALLENGE.verifier not in str(asked)


WRONG = {
    "another issuer": {"iss": "https://login.microsoftonline.com/another/v2.0"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "several audiences and no party": {"aud": ["handbell", "somebody-else"]},
    "several audiences and another party": {"aud": ["handbell", "other"], "azp": "other"},
    "another party": {"azp": "somebody-else"},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": 7},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "run out": {"exp": AT - 61},
    "no end": {"exp": None},
    "an end that is no time": {"exp": "tomorrow"},
    "an end that is a truth": {"exp": True},
    "from the future": {"iat": AT + 61},
    "old": {"iat": AT - 601},
    "no beginning": {"iat": None},
    "not yet": {"nbf": AT + 61},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_with_anything_wrong_names_no_one(forger, microsoft, workspace, wrong):
    forger.claims = wrong
    for provider in (microsoft, workspace):
        with pytest.raises(SignInRefused):
            provider.identify(CHALLENGE, "code", NOW)


@pytest.mark.parametrize(
    "right",
    [
        {"aud": ["handbell"]},
        {"aud": ["handbell", "other"], "azp": "handbell"},
        {"azp": "handbell"},
        {"exp": AT - 59, "iat": AT - 300},
        {"iat": AT + 59},
        {"nbf": AT + 59},
    ],
)
def test_clocks_may_differ_a_little_and_a_token_may_be_for_several(forger, microsoft, right):
    forger.claims = right
    assert microsoft.identify(CHALLENGE, "code", NOW).subject == "directory-adam"


OTHERS = {
    "another tenant": {"tid": "ffffffff-1111-2222-3333-444455556666"},
    "no tenant": {"tid": None},
    "no reference": {"oid": None},
}


@pytest.mark.parametrize("claims", OTHERS.values(), ids=OTHERS)
def test_microsoft_names_people_of_the_tenant_only(forger, microsoft, claims):
    forger.claims = claims
    with pytest.raises(SignInRefused):
        microsoft.identify(CHALLENGE, "code", NOW)


def test_an_address_that_an_account_holder_typed_at_microsoft_is_not_theirs(forger, microsoft):
    forger.claims = {"preferred_username": None, "email": "head@school.example"}
    assert microsoft.identify(CHALLENGE, "code", NOW).email is None


PRIVATE = {
    "no domain": {"hd": None},
    "another domain": {"hd": "elsewhere.example"},
    "a domain that ends alike": {"hd": "other-school.example"},
    "an address not verified": {"email_verified": False},
    "a verified that is text": {"email_verified": "true"},
    "no address": {"email": None},
}


@pytest.mark.parametrize("claims", PRIVATE.values(), ids=PRIVATE)
def test_google_names_people_of_the_domains_only(forger, workspace, claims):
    forger.claims = claims
    with pytest.raises(SignInRefused):
        workspace.identify(CHALLENGE, "code", NOW)


def test_google_may_have_several_domains_of_one_school(forger, workspace):
    forger.claims = {"hd": "Trust.example"}
    assert workspace.identify(CHALLENGE, "code", NOW).subject == "directory-adam"


def unsigned(forger):
    header, payload, _ = forger.signed().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"first"}').decode().rstrip("=")
    return [f"{none}.{payload}.", f"{header}.{payload}.", f"{header}.{payload}"]


def with_other_algorithms(forger):
    shared = OctKey.import_key(SECRET)
    public = OctKey.import_key(base64.b64encode(KEY.as_pem(private=False)).decode())
    claims = json.loads(base64.urlsafe_b64decode(forger.signed().split(".")[1] + "=="))
    return [
        jwt.encode({"alg": "HS256", "kid": "first"}, claims, shared),
        jwt.encode({"alg": "HS256", "kid": "first"}, claims, public),
        jwt.encode({"alg": "RS512", "kid": "first"}, claims, KEY, algorithms=["RS512"]),
        jwt.encode({"alg": "PS256", "kid": "first"}, claims, KEY, algorithms=["PS256"]),
    ]


def not_theirs(forger):
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    good = forger.signed().split(".")
    other = forger.signed(sub="somebody-else", oid="head").split(".")
    return [forger.signed(key=stranger), f"{good[0]}.{other[1]}.{good[2]}", "", "x", "a.b.c", "....."]


@pytest.mark.parametrize("forged", [unsigned, with_other_algorithms, not_theirs])
def test_a_token_that_the_provider_did_not_sign_names_no_one(forger, microsoft, forged):
    for token in forged(forger):
        forger.token = token or " "
        with pytest.raises(SignInRefused):
            microsoft.identify(CHALLENGE, "code", NOW)


def test_new_keys_are_learned_at_the_first_token_signed_with_one(forger, microsoft):
    microsoft.identify(CHALLENGE, "code", NOW)
    forger.keys_later, forger.token = [KEY, NEW_KEY], forger.signed(key=NEW_KEY)
    assert microsoft.identify(CHALLENGE, "code", NOW).subject == "directory-adam"
    microsoft.identify(CHALLENGE, "code", NOW)
    assert forger.asked["/keys"] == 2


def test_a_key_no_one_publishes_is_looked_for_once(forger, microsoft):
    forger.token = forger.signed(key=NEW_KEY)
    with pytest.raises(SignInRefused, match="a key we do not know"):
        microsoft.identify(CHALLENGE, "code", NOW)
    assert forger.asked["/keys"] == 2
    assert forger.asked["/token"] == 1


def test_a_key_that_was_withdrawn_counts_no_more(forger, microsoft):
    forger.keys, forger.keys_later = [KEY], [NEW_KEY]
    microsoft.identify(CHALLENGE, "code", NOW)
    later = NOW + timedelta(hours=6)
    forger.token = forger.signed(iat=AT + 21_600, exp=AT + 21_900)
    with pytest.raises(SignInRefused):
        microsoft.identify(CHALLENGE, "code", later)


def test_keys_for_other_uses_and_of_other_kinds_are_passed_over(forger, microsoft):
    oct_key = {"kty": "oct", "kid": "first", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}
    other_use = KEY.as_dict(private=False) | {"use": "enc"}
    forger.keys = [oct_key, other_use, KEY.as_dict(private=False), "no key"]
    assert microsoft.identify(CHALLENGE, "code", NOW).subject == "directory-adam"


def test_what_a_provider_publishes_is_read_once_in_six_hours(forger, microsoft):
    for hours in (0, 1, 5):
        microsoft.address(CHALLENGE, NOW + timedelta(hours=hours))
    assert forger.asked["/keys"] == 1
    microsoft.address(CHALLENGE, NOW + timedelta(hours=6))
    assert forger.asked["/keys"] == 2


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_gives_itself_out_for_another_is_not_used(forger, microsoft, discovery):
    forger.discovery = discovery
    with pytest.raises(SignInRefused):
        microsoft.address(CHALLENGE, NOW)
    assert forger.asked["/keys"] == 0


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "answer", [(500, ""), (429, "{}"), (200, "<html>"), (200, "[]"), (302, "/elsewhere")]
)
def test_a_provider_in_trouble_is_asked_another_time_and_never_followed(forger, microsoft, path, answer):
    forger.answers[path] = answer
    with pytest.raises(TryAgain):
        microsoft.identify(CHALLENGE, "code", NOW)
    assert forger.asked["/elsewhere"] == 0


def test_keys_that_cannot_be_read_are_asked_for_another_time(forger, microsoft):
    forger.keys = [{"kty": "RSA", "kid": "first", "n": "!", "e": "AQAB"}]
    with pytest.raises(TryAgain):
        microsoft.address(CHALLENGE, NOW)


def test_an_answer_without_a_token_names_no_one(forger, microsoft):
    forger.answers["/token"] = 200, '{"access_token": "a"}'
    with pytest.raises(SignInRefused, match="no ID token"):
        microsoft.identify(CHALLENGE, "code", NOW)


def test_a_refused_code_says_why_in_short(forger, microsoft):
    forger.answers["/token"] = 400, json.dumps({"error": "invalid_grant" * 50})
    with pytest.raises(SignInRefused) as refused:
        microsoft.identify(CHALLENGE, "code", NOW)
    assert len(str(refused.value)) < 120


def test_the_secret_is_in_no_error_and_no_description(microsoft):
    assert SECRET not in repr(microsoft._us)


# --- a certified provider of somebody else's ------------------------------------------------------------

VENDORS = pytest.mark.parametrize("vendor", ["entra", "google"])


@pytest.fixture
def code_of(issuers):
    """Get a code there: `code_of(provider, challenge)`."""

    def get(provider, challenge, now):
        address = provider.address(challenge, now)
        return parse_qs(urlsplit(issuers.walk(address, "adam", challenge.back_to)).query)["code"][0]

    return get


def challenge_of(vendor, **changed):
    usual = {"state": "s", "nonce": "n", "verifier": "v" * 50}
    return Challenge(**usual | {"back_to": f"http://127.0.0.1/sign-in/{vendor}/back"} | changed)


@VENDORS
def test_a_certified_provider_is_understood(issuers, code_of, vendor):
    now, provider = datetime.now(UTC), issuers.provider(vendor)
    code = code_of(provider, challenge_of(vendor), now)
    assert provider.identify(challenge_of(vendor), code, now).email == "a.sorley@merriwell.example"
    with pytest.raises(SignInRefused, match="invalid_grant"):
        provider.identify(challenge_of(vendor), code, now)


@VENDORS
@pytest.mark.parametrize(
    "changed",
    [{"verifier": "w" * 50}, {"nonce": "m"}, {"back_to": "http://127.0.0.1/sign-in/elsewhere/back"}],
    ids=["verifier", "nonce", "redirect"],
)
def test_a_code_is_good_for_the_sign_in_it_was_given_to(issuers, code_of, vendor, changed):
    now, provider = datetime.now(UTC), issuers.provider(vendor)
    code = code_of(provider, challenge_of(vendor), now)
    with pytest.raises(SignInRefused):
        provider.identify(challenge_of(vendor, **changed), code, now)


@VENDORS
@pytest.mark.parametrize(
    "given", [{"client_id": "somebody-else"}, {"client_secret": "wrong"}], ids=["client", "secret"]
)
def test_a_code_is_good_for_the_client_it_was_given_to(issuers, code_of, vendor, given):
    now = datetime.now(UTC)
    code = code_of(issuers.provider(vendor), challenge_of(vendor), now)
    with pytest.raises(SignInRefused):
        issuers.provider(vendor, **given).identify(challenge_of(vendor), code, now)


def test_a_redirect_no_one_registered_is_refused_there(issuers):
    provider, now = issuers.provider("entra"), datetime.now(UTC)
    elsewhere = challenge_of("entra", back_to="http://evil.example/back")
    with pytest.raises(AssertionError, match="redirect_uri"):
        issuers.walk(provider.address(elsewhere, now), "adam", "http://evil.example")


def test_the_token_of_one_issuer_is_not_the_others(issuers, code_of):
    now = datetime.now(UTC)
    code = code_of(issuers.provider("entra"), challenge_of("entra"), now)
    with pytest.raises(SignInRefused):
        issuers.provider("google").identify(challenge_of("entra"), code, now)


@VENDORS
def test_a_token_that_ran_out_is_refused(issuers, code_of, vendor):
    now, provider = datetime.now(UTC), issuers.provider(vendor)
    code = code_of(provider, challenge_of(vendor), now)
    with pytest.raises(SignInRefused, match="time"):
        provider.identify(challenge_of(vendor), code, now + timedelta(hours=2))
