"""Google on loopback, and a client of ours that reaches it and nothing else."""

import importlib.util
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError

from bot.store.engine import open_store
from bot.store.migrate import upgrade
from bot.store.sending import SendingJournal
from connectors.google.client import GoogleClient, Rim
from connectors.google.gmail import GmailMailer, GmailSettings
from connectors.google.tokens import Tokens

HERE = Path(__file__).parent
EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MAILBOX = "handbell@merriwell.example"
SCOPES = {"gmail.compose", "gmail.metadata"}


def _load(name):
    spec = importlib.util.spec_from_file_location(f"google_double_{name}", HERE / f"{name}.py")
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


server, discovery, gmail_double = _load("server"), _load("discovery"), _load("gmail_double")


@pytest.fixture(scope="session")
def gmail_described():
    return discovery.Description("gmail", "v1")


@pytest.fixture
def refusal():
    return server.Refusal


@pytest.fixture
def gmail(gmail_described):
    made = gmail_double.Gmail(gmail_described, server.Refusal)
    made.open(MAILBOX)
    return made


@pytest.fixture
def google(gmail):
    made = server.Google([gmail])
    yield made
    made.stop()


class Issued(Credentials):
    """Credentials whose tokens our Google issues itself: `asked` counts them."""

    def __init__(self, google, scopes):
        super().__init__()
        self.google, self.granted, self.asked, self.refused = google, scopes, 0, None

    def refresh(self, request):
        self.asked += 1
        if self.refused:
            raise RefreshError(self.refused)
        self.token = f"token-{id(self)}-{self.asked}"
        self.google.grants[self.token] = server.Grant(self.granted, MAILBOX)


@pytest.fixture
def credentials(google):
    return Issued(google, set(SCOPES))


@pytest.fixture
def slept():
    return []


@pytest.fixture
def client(google, credentials, slept):
    rim = Rim(
        clock=lambda: EIGHT + timedelta(seconds=sum(slept)),
        monotonic=lambda: sum(slept),
        sleep=slept.append,
        chance=lambda: 0.5,
    )
    made = GoogleClient(Tokens(credentials), rim, timeout=0.5, root=google.root)
    yield made
    made.close()


@pytest.fixture
def journal(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'handbell.db'}")
    upgrade(store)
    yield SendingJournal(store)
    store.close()


@pytest.fixture
def mailer(client, journal):
    return GmailMailer(client, journal, GmailSettings(MAILBOX))


@pytest.fixture
def drafts(gmail):
    """What stands unsent in the mailbox."""
    return gmail.mailboxes[MAILBOX].drafts


@pytest.fixture
def box(gmail):
    return gmail.mailboxes[MAILBOX]
