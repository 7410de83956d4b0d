"""How we come by a token: a key with delegation, and federation with no key at all."""

import json
from datetime import UTC, datetime

import pytest
from google.auth import impersonated_credentials

from bot.core.errors import BadInput, TryAgain
from connectors.google.client import GoogleClient, Runtime
from connectors.google.credentials import Tokens, from_file
from connectors.google.errors import Busy

EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = "bot-act@merriwell.iam.gserviceaccount.example"
MAILBOX = "handbell@merriwell.example"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
SETTINGS = "https://www.googleapis.com/auth/gmail.settings.basic"


@pytest.fixture
def key_file(tmp_path, google, private_key):
    file = tmp_path / "key.json"
    said = {"type": "service_account", "client_email": ACCOUNT, "private_key": private_key}
    file.write_text(json.dumps(said | {"token_uri": f"{google.root}/token"}))
    google.delegated[ACCOUNT] = {"gmail.compose"}
    return file


@pytest.fixture
def profile(google):
    """Ask for the mailbox's profile with these credentials."""
    made = []

    def ask(tokens):
        client = GoogleClient(
            tokens,
            Runtime(clock=lambda: EIGHT, chance=lambda: 0.5, sleep=lambda _: None),
            root=google.root,
        )
        made.append(client)
        return client.read(client.service("gmail", "v1").users().getProfile(userId="me"))

    yield ask
    for client in made:
        client.close()


def test_a_key_with_delegation_acts_as_the_one_mailbox(google, key_file, profile):
    tokens = Tokens(from_file(key_file, scopes=[COMPOSE], subject=MAILBOX, act_as=None))
    assert profile(tokens)["emailAddress"] == MAILBOX
    assert profile(tokens)["emailAddress"] == MAILBOX
    assert google.heard["token"] == 1


def test_one_scope_that_was_not_delegated_is_named_as_a_matter_of_set_up(key_file, profile):
    tokens = Tokens(from_file(key_file, scopes=[COMPOSE, SETTINGS], subject=MAILBOX, act_as=None))
    with pytest.raises(TryAgain, match=r"unauthorized_client.*scopes under domain-wide delegation"):
        profile(tokens)


def test_a_mailbox_that_is_none_is_our_matter(key_file, profile):
    tokens = Tokens(from_file(key_file, scopes=[COMPOSE], subject="nobody@merriwell.example", act_as=None))
    with pytest.raises(TryAgain, match=r"failedPrecondition.*nobody's address is at fault"):
        profile(tokens)


def test_a_token_server_that_is_not_there_is_asked_later(google, key_file):
    tokens = Tokens(from_file(key_file, scopes=[COMPOSE], subject=MAILBOX, act_as=None))
    google.stop()
    with pytest.raises(Busy, match="could not be reached for a token"):
        tokens.current()


def test_federation_needs_no_key_and_acts_through_the_account_named(tmp_path):
    file = tmp_path / "federation.json"
    said = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(tmp_path / "token")},
    }
    file.write_text(json.dumps(said))
    credentials = from_file(file, scopes=[COMPOSE], subject=MAILBOX, act_as=ACCOUNT)
    assert isinstance(credentials, impersonated_credentials.Credentials)
    assert credentials.service_account_email == ACCOUNT


def test_a_file_of_another_kind_is_refused_with_what_would_be_right(tmp_path):
    (tmp_path / "other.json").write_text('{"type": "authorized_user"}')
    with pytest.raises(BadInput, match=r"'authorized_user' is not known.*service account's key"):
        from_file(tmp_path / "other.json", scopes=[COMPOSE], subject=MAILBOX, act_as=None)
