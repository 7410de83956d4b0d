"""Mail servers on loopback: a real one (aiosmtpd), and one that misbehaves exactly where a test says."""

import email
import email.policy
import importlib.util
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import httpx
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.database.engine import open_store
from bot.messages.attempt_store import SendingJournal
from bot.ports import Address, Email
from connectors.local.folder_mailer import FolderMailer
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings

# Without the extra `microsoft` its mailer is skipped in the contract, saying so; its own tests are left out.
HAS_GRAPH = importlib.util.find_spec("msgraph") is not None
collect_ignore_glob = [] if HAS_GRAPH else ["test_graph_*.py"]
if HAS_GRAPH:
    from azure.core.credentials import AccessToken

    from connectors.microsoft.client import Graph, Timeouts
    from connectors.microsoft.lists import TITLE, TITLE_CHANGES
    from connectors.microsoft.mail import GraphMailer
    from connectors.microsoft.middleware import Pace

EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def read(content):
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.fixture
def message():
    """A message in full; keywords change it."""

    def make(**changed):
        whole = {
            "id": "0f3a9c",
            "sender": Address("handbell@merriwell.example", "Merriwell Green Primary School"),
            "to": Address("jo.bell@merriwell.example", "Jo Bell"),
            "subject": "Please read: Online Safety Policy (by Friday 4 December)",
            "text": "Hello Jo,\n\nPlease read it.\n",
            "html": "<p>Hello Jo,</p><p>Please read it.</p>",
        }
        return Email(**(whole | changed))

    return make


@dataclass
class Inbox:
    """What really arrived, oldest first, as bytes; and how often somebody connected."""

    contents: list = field(default_factory=list)
    envelopes: list = field(default_factory=list)
    connections: int = 0

    def mails(self):
        return [read(content) for content in self.contents]


class Keeper:
    """aiosmtpd's handler: keeps everything."""

    def __init__(self, inbox):
        self.inbox = inbox

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it
        self.inbox.contents.append(envelope.original_content)
        self.inbox.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return "250 2.0.0 taken as 1A2B"


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def trusting(authority):
    """What a client needs to trust our test servers."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="session")
def certified(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def sign_in(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"bell", b"s3cret")
    return AuthResult(success=right, handled=False, message=None if right else "535 5.7.8 wrong password")


@pytest.fixture
def real_server(certified):
    """Start aiosmtpd with the security named; return its port and its inbox."""
    running = []

    def start(security="none", *, auth=False):
        inbox = Inbox()
        given = {"hostname": "127.0.0.1", "port": 0, "server_hostname": "localhost", "ready_timeout": 60}
        if security == "tls":
            given |= {"ssl_context": certified}
        if security == "starttls":
            given |= {"tls_context": certified, "require_starttls": True}
        if auth:
            given |= {"authenticator": sign_in, "auth_required": True}
        controller = AnyPort(Keeper(inbox), **given)
        controller.start()
        running.append(controller)
        return controller.server.sockets[0].getsockname()[1], inbox

    yield start
    for controller in running:
        controller.stop()


class AnyPort(Controller):
    """Lets the system choose the port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def impatient():
    """For how many seconds a mailer waits that meets a server which says nothing."""
    return BEARS_S


@pytest.fixture
def mailer_at(trusting):
    """Make an SMTP mailer for a port; every mailer is closed at the end."""
    made = []

    def make(port, **settings):
        given = {"host": "localhost", "port": port, "security": "none", "per_minute": 60_000, "tls": trusting}
        given |= {"timeout": 60.0, "final_timeout": 60.0}
        times = {name: settings.pop(name) for name in ("monotonic", "sleep") if name in settings}
        mailer = SmtpMailer(SmtpSettings(**(given | settings)), clock=lambda: EIGHT, **times)
        made.append(mailer)
        return mailer

    yield make
    for mailer in made:
        mailer.close()


@dataclass
class Post:
    """A mailer under the contract, and the mails that arrived through it."""

    mailer: object
    arrived: object
    # Some vendors take one body, and write the plain text, the date and the automatic headers themselves.
    writes_every_part: bool = True


def _folder(tmp_path, _request):
    folder = tmp_path / "sent"
    mails = lambda: [read(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]  # noqa: E731
    return Post(FolderMailer(folder, lambda: EIGHT), mails)


def _smtp(**security):
    def make(_tmp_path, request):
        real_server, mailer_at = request.getfixturevalue("real_server"), request.getfixturevalue("mailer_at")
        auth = "username" in security
        port, inbox = real_server(security.get("security", "none"), auth=auth)
        return Post(mailer_at(port, **security), inbox.mails)

    return make


def _graph(_tmp_path, request):
    if not HAS_GRAPH:
        pytest.skip("the extra `microsoft` is not installed")
    school = request.getfixturevalue("school_on_graph")
    return Post(school.mailer(), school.double.arrived, writes_every_part=False)


MAILERS = {
    "folder": _folder,
    "smtp": _smtp(),
    "smtp with STARTTLS and sign-in": _smtp(security="starttls", username="bell", password="s3cret"),
    "smtp over TLS": _smtp(security="tls"),
    "Microsoft 365": _graph,
}


@pytest.fixture(params=MAILERS)
def post(request, tmp_path):
    """Every mailer there is, one after another."""
    return MAILERS[request.param](tmp_path, request)


GOOD = {
    "greeting": "220 unruly.example",
    "ehlo": "250 unruly.example",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 taken",
    "rset": "250 2.0.0 ok",
    "noop": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}


# So long a test waits for a server that says nothing: any other has answered by then, on a busy machine too.
BEARS_S = 1.0
# So long a server drips that is never done.
DRIPS_S = 8.0
LAST_WORD = "250 2.0.0 taken, and that was all"
AT_LAST = "250 2.0.0 taken at last"


class Unruly:
    """A mail server that follows a script: {"rcpt": ["550 5.1.1 nobody"], "dot": ["drop"]}.

    Each entry is used once, in order, then the server behaves. "drop" hangs up without a word, "stall" says
    nothing until the client has gone; after LAST_WORD it has gone itself; AT_LAST comes late. Phases:
    greeting, ehlo, noop, mail, rcpt, data, content, dot, rset. One that pipelines says so, and takes several
    commands at once (RFC 2920).
    """

    def __init__(self, script, *, pipelines=False, tls=None):
        self.script = {phase: list(replies) for phase, replies in script.items()}
        self.hello = "250-unruly.example\r\n250 PIPELINING" if pipelines else GOOD["ehlo"]
        self.named = False
        self.tls = tls
        self.inbox = Inbox()
        self.heard = Counter()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def hang_up(self):
        """Close every open connection, as servers do with idle ones."""
        while self._open:
            self._open.pop().shutdown(socket.SHUT_RDWR)

    def _serve(self):
        threads = []
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                break
            self.inbox.connections += 1
            if self.tls is not None:
                client = self.tls.wrap_socket(client, server_side=True)
            self._open.append(client)
            threads.append(threading.Thread(target=self._talk, args=(client,)))
            threads[-1].start()
        for thread in threads:
            thread.join(5)

    def _talk(self, client):
        with client, client.makefile("rb") as lines:
            try:
                if self._answer(client, "greeting"):
                    while self._obey(client, lines):
                        pass
            except OSError:
                return

    def _obey(self, client, lines):
        line = lines.readline()
        if not line:
            return False
        verb = line.split()[0].decode().lower()
        phase = {"helo": "ehlo"}.get(verb, verb)
        if not self._answer(client, phase) or verb == "quit":
            return False
        return verb != "data" or self.last != GOOD["data"] or self._take(client, lines)

    def _take(self, client, lines):
        if self.script.get("content"):
            lines.readline()
            return False
        content = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False
            content += line[1:] if line.startswith(b"..") else line
        self.named = False
        kept = self.script.get("dot", [""])[:1] in ([], [""], ["drop after taking"], [LAST_WORD])
        if kept:
            self.inbox.contents.append(content)
        return self._answer(client, "dot")

    def _answer(self, client, phase):
        self.heard[phase] += 1
        scripted = self.script.get(phase)
        good = self.hello if phase == "ehlo" else GOOD.get(phase, "502 5.5.1 unknown")
        if phase == "data" and not self.named:
            good = "503 5.5.1 nobody is named"
        self.last = scripted.pop(0) if scripted else good
        if phase in {"mail", "rcpt", "rset"}:
            self.named = phase == "rcpt" and self.last.startswith("2")
        if self.last.startswith("drop"):
            client.shutdown(socket.SHUT_RDWR)
            return False
        if self.last == "stall":
            client.recv(1)
            return False
        if self.last == "drip":
            # A byte now and then, so that no single wait is long.
            ends = time.monotonic() + DRIPS_S
            while time.monotonic() < ends:
                client.sendall(b"2")
                time.sleep(0.05)
            return False
        if self.last == AT_LAST:
            time.sleep(1.5 * BEARS_S)
        client.sendall(f"{self.last}\r\n".encode())
        if self.last == LAST_WORD:
            # Closed so, whatever the client says next is answered by a reset.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        return True


@pytest.fixture
def pipelines():
    """Return whether an unruly server takes several commands at once."""
    return False


@pytest.fixture
def unruly(pipelines):
    """Start a server that follows a script of misbehaviour."""
    running = []

    def start(tls=None, **script):
        running.append(Unruly(script, pipelines=pipelines, tls=tls))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@cache
def beside(name):
    """Load a module of the double of Graph; test folders are no packages."""
    path = Path(__file__).with_name("graph") / f"{name}.py"
    found = importlib.util.spec_from_file_location(f"graph_{name}", path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def slice_of_graph():
    """Graph's published description, and judging by it."""
    return beside("slice")


@pytest.fixture(scope="session")
def judge_of_graph(request):
    """Judge requests by the description where it is there; None, nobody, where it is not."""
    try:
        contract = request.getfixturevalue("shared") / "contracts" / "graph-openapi-slice.json"
    except pytest.skip.Exception:
        return None
    return beside("slice").Slice(contract) if contract.is_file() else None


class Clock:
    """A clock that a test moves."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at

    def goes_on(self, delta):
        self.at += delta

    def in_seconds(self):
        return self.at.timestamp()


class Credential:
    """Returns a token at once, as azure-identity does from its memory."""

    def __init__(self):
        self.token = "good"
        self.asked = []

    def get_token(self, *scopes, **asked):
        self.asked.append((scopes, asked))
        return AccessToken(self.token, int(time.time()) + 3600)


@dataclass
class SchoolOnGraph:
    """A double of a school's Microsoft 365, and Handbell's connection to it."""

    double: object
    graph: object
    clock: object
    credential: object
    journal: object

    def pace(self):
        return Pace(per_minute=1e9, at_once=2)

    @property
    def rest(self):
        return self.double.rest

    def part(self, kind, *given, **more):
        """Make one part of the connector over this school, as fast as it goes."""
        return kind(self.graph, *given, pace=self.pace(), **more)

    def makes_list(self, name, definition):
        """Make a list as an administrator does who sets a school up; return what is kept of it."""
        lists = f"{self.double.linked}/sites/merriwell.sharepoint.example,1,2/lists"
        headers = {"Authorization": f"Bearer {self.double.administrators}"}
        with httpx.Client(headers=headers, timeout=60) as administrator:
            made = administrator.post(lists, json=definition.body(name)).raise_for_status().json()["id"]
            columns = administrator.get(f"{lists}/{made}/columns").json()["value"]
            (title,) = [one["id"] for one in columns if one["name"] == TITLE]
            administrator.patch(f"{lists}/{made}/columns/{title}", json=TITLE_CHANGES).raise_for_status()
        return self.rest.lists[made]

    def mailer(self):
        """Make the mailer of one more process: what it shares with others is the journal."""
        box = "office@merriwell.example"
        # A wait that Exchange asks for is over when the clock says so that the test moves.
        pace = Pace(per_minute=1e9, at_once=2, monotonic=self.clock.in_seconds)
        return GraphMailer(self.graph, box, self.journal, clock=self.clock, pace=pace)


@pytest.fixture
def journal(sqlite_databases):
    """Where a vendor's mailer notes what it began: the store of one installation."""
    store = open_store(sqlite_databases.current())
    yield SendingJournal(store)
    store.close()


@pytest.fixture
def school_on_graph(judge_of_graph, journal):
    """Start the double; at the end it must have nothing to say against any request."""
    clock, credential = Clock(EIGHT), Credential()
    double = beside("double").Double(judge_of_graph, clock, beside("rest").Rest)
    timeouts = Timeouts(answer_s=0.5, sign_in_s=1, first_wait_s=0.001, longest_wait_s=5)
    graph = Graph(double.base_url, credential, timeouts=timeouts)
    yield SchoolOnGraph(double, graph, clock, credential, journal)
    graph.close()
    double.stop()
    assert double.complaints == []


@pytest.fixture
def tenant(school_on_graph, monkeypatch):
    """The school's tenant, where somebody has signed in as its administrator."""
    school_on_graph.double.tenant = beside("tenant").Tenant(school_on_graph.rest)

    def connect(*_said, **_asked):
        credential = Credential()
        credential.token = school_on_graph.double.administrators
        return Graph(school_on_graph.double.base_url, credential)

    monkeypatch.setattr("connectors.microsoft.administrator.connect", connect)
    return school_on_graph.double.tenant
