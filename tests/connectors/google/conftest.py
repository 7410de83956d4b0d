"""Google on loopback, and a client of ours that reaches it and nothing else."""

import importlib.util
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

# Without the extra `google` nothing here is collected; tests/connectors/test_google_extra.py says so.
HAS_GOOGLE = importlib.util.find_spec("googleapiclient") is not None
collect_ignore_glob = [] if HAS_GOOGLE else ["test_*.py"]
if HAS_GOOGLE:
    from connectors.google.client import GoogleClient, Runtime
    from connectors.google.credentials import Tokens
    from connectors.google.gmail import GmailMailer, GmailSettings
    from connectors.vendor_http import Calls

    class Hurried(Calls):
        """Leaves a call that hangs at once."""

        def __init__(self, google):
            super().__init__()
            self.google = google

        def request(self, method, address, *, within_s, **given):
            hangs = self.google.hangs(method, urlsplit(address).path)
            return super().request(method, address, within_s=HANGS_S if hangs else within_s, **given)

    class Impatient(GoogleClient):
        """Knows from the double which call will hang."""

        google = None

        def _open(self):
            return Hurried(self.google)


HERE = Path(__file__).parent
EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MAILBOX = "handbell@merriwell.example"
ACCOUNT = "handbell@project.iam.gserviceaccount.example"
SCOPES = {"gmail.compose", "gmail.metadata"}


# What a call may take that the double lets hang, half of it to connect; others have as long as they need.
HANGS_S = 0.6


def _load(name):
    spec = importlib.util.spec_from_file_location(f"google_double_{name}", HERE / f"{name}.py")
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if HAS_GOOGLE:
    server, discovery, issued = _load("server"), _load("discovery"), _load("issued")
    gmail_double, directory_double = _load("gmail_double"), _load("directory_double")
    calendar_double, sheets_double = _load("calendar_double"), _load("sheets_double")
    forms_double, drive_double, chat_double = (
        _load("forms_double"),
        _load("drive_double"),
        _load("chat_double"),
    )
APIS = {"gmail": "v1", "admin": "directory_v1", "calendar": "v3", "sheets": "v4", "forms": "v1",
        "drive": "v3", "chat": "v1"}  # fmt: skip


@pytest.fixture(scope="session")
def described():
    """Google's own description of each API, as shipped with its library."""
    return {api: discovery.Description(api, version) for api, version in APIS.items()}


@pytest.fixture(scope="session")
def emulator():
    return _load("emulator")


@pytest.fixture
def refusal():
    return server.Refusal


@pytest.fixture
def gmail(described):
    made = gmail_double.Gmail(described["gmail"], server.Refusal)
    made.open(MAILBOX)
    return made


@pytest.fixture
def directory(described):
    made = directory_double.Directory(described["admin"], server.Refusal, readers={ACCOUNT})
    user, member = directory_double.user, directory_double.member
    made.users = [
        user("1", "Jo Bell", "/Staff", relations=[{"type": "manager", "value": "Sam@merriwell.example"}]),
        user(
            "2",
            "Sam Okafor",
            "/Staff/Leaders",
            organizations=[{"department": "Early Years", "primary": True}],
        ),
        user("3", "Ann Left", "/Staff", suspended=True),
        user("4", "Bo Gone", "/Staff", archived=True),
        user("5", "Pat Pupil", "/Pupils/Year 6"),
        user("6", "Gita Rao", "/Governors"),
    ]
    made.groups["dsl@merriwell.example"] = [
        member("2", "sam@merriwell.example"),
        member("5", "pat@merriwell.example"),
        member("9", "Chair@elsewhere.example"),
        member("7", "inner@merriwell.example", "GROUP"),
    ]
    return made


@pytest.fixture
def calendar(described):
    return calendar_double.Calendar(described["calendar"], server.Refusal)


@pytest.fixture
def book(described):
    return sheets_double.Sheets(described["sheets"], server.Refusal, editors={ACCOUNT})


@pytest.fixture
def forms(described):
    return forms_double.Forms(described["forms"], server.Refusal)


@pytest.fixture
def form_of():
    return forms_double.Form


@pytest.fixture
def form_response():
    return forms_double.response


@pytest.fixture
def drive(described, forms):
    files = forms_double.FormFiles(described["drive"], server.Refusal, forms.forms, people={MAILBOX})
    made = drive_double.Drive(described["drive"], server.Refusal, readers={ACCOUNT}, of_people=files)
    made.files["policies"] = {"id": "policies", "name": "Policies", "mimeType": drive_double.FOLDER,
                              "trashed": False, "parents": []}  # fmt: skip
    return made


@pytest.fixture
def chat(described):
    return chat_double.Chat(described["chat"], server.Refusal)


@pytest.fixture
def google(gmail, directory, calendar, book, forms, drive, chat):  # noqa: PLR0917 - every API there is
    made = server.Google([gmail, directory, calendar, book, forms, drive, chat])
    yield made
    made.stop()


@pytest.fixture
def credentials(google):
    return issued.Issued(google, set(SCOPES), MAILBOX)


@pytest.fixture(scope="session")
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture
def key_file(tmp_path, google, private_key):
    """A service account's key, whose tokens our Google gives."""
    file = tmp_path / "key.json"
    said = {"type": "service_account", "client_email": ACCOUNT, "client_id": "1234567890",
            "private_key": private_key, "token_uri": f"{google.root}/token"}  # fmt: skip
    file.write_text(json.dumps(said))
    return file


@pytest.fixture
def slept():
    return []


@pytest.fixture
def runtime(slept):
    """A clock that goes on by what was slept, and a chance that is always the same."""
    return Runtime(
        clock=lambda: EIGHT + timedelta(seconds=sum(slept)),
        monotonic=lambda: sum(slept),
        sleep=slept.append,
        chance=lambda: 0.5,
    )


def _client(google, credentials, runtime):
    made = Impatient(Tokens(credentials), runtime, root=google.root)
    made.google = google
    return made


@pytest.fixture
def client_of(google, runtime):
    """Make a client with these scopes, as the service account itself or as somebody."""
    made = []

    def make(scopes, subject=ACCOUNT):
        granted = {scope.rpartition("/")[2] for scope in scopes}
        made.append(_client(google, issued.Issued(google, granted, subject), runtime))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def client(google, credentials, runtime):
    made = _client(google, credentials, runtime)
    yield made
    made.close()


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
