"""What every test may use: the real policies, fresh databases, real servers and a real browser."""

import asyncio
import contextlib
import email
import email.policy
import fcntl
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from matrix import WHOLE
from sqlalchemy import NullPool, create_engine, make_url, text
from warm_reader import KeptAnswers, warm_reader

from bot.database.engine import open_store
from bot.database.migrate import upgrade
from bot.reading import isolated
from connectors.openid.vendors import entra, google

# Fixtures that the tests of several packages use: modules of tests/kit.
pytest_plugins = ["oakfield", "school", "web_school"]

ROOT = Path(__file__).resolve().parents[1]
# The first draws the same pages without the windows around them, and opens one three times as fast.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Why a test may be left out where CI=true is set, which brings all it can. Anything else left out fails.
MAY_BE_LEFT_OUT = re.compile(
    r"HANDBELL_SHARED|folder of contracts|schema of Adaptive Cards is not beside"  # not part of a clone
    r"|in the long form|SQLite|this database has no|this vendor takes one body"  # not of this case
    r"|takes root|no systemd-analyze|no nginx|no Caddy|root of the disk|is installed"  # not of this machine
)


def _left_out(report):
    """Fail what was left out in CI for a reason that should not arise there."""
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not MAY_BE_LEFT_OUT.search(why):
            report.outcome, report.longrepr = "failed", f"left out, though CI is set: {why}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _left_out((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _left_out((yield))


# What takes longest by itself, and so begins first; and what mostly waits, and so runs beside what computes.
LONGEST = ("web/screens", "journeys/test_setup", "web/test_what", "planning/test_plan_lives")
WAITS = "faults"
# Packages whose own matter is the database: their tests run on both in every extent.
ON_BOTH = {"bench", "database", "delivery", "faults", "planning", "records", "schedules"}


def pytest_collection_modifyitems(config, items):
    """Begin with the longest files, spread those that wait, and run a feature on one of the two databases.

    Whole matrices run on both.
    """
    items[:] = _in_good_order(items)
    no_server = _postgres_programs() is None and not os.environ.get("HANDBELL_TEST_POSTGRES")
    if WHOLE or no_server or any("::" in asked for asked in config.args):
        return
    left_out = [item for item in items if _is_for_the_other_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_for_the_other_database(item)]


def _in_good_order(items):
    """Return the tests file by file: the longest first, for begun last one would run on alone."""
    files = {}
    for item in items:
        files.setdefault(item.path.relative_to(ROOT / "tests").as_posix(), []).append(item)
    first = [name for start in LONGEST for name in files if name.startswith(start)]
    waiting = [name for name in files if name.startswith(WAITS)]
    others = [name for name in files if name not in {*first, *waiting}]
    every = max(1, len(others) // max(1, len(waiting)) // 2)
    for place, name in enumerate(waiting):
        others.insert(min(place * (every + 1), len(others)), name)
    return [item for name in (*first, *others) for item in files[name]]


def _is_for_the_other_database(item):
    on = item.callspec.params.get("databases") if hasattr(item, "callspec") else None
    if on is None or item.path.relative_to(ROOT / "tests").parts[0] in ON_BOTH:
        return False
    # Neighbours take turns by a checksum: every worker and every run leaves out the same.
    test = item.nodeid.replace(f"[{on}", "[", 1)
    return on != ("sqlite", "postgres")[zlib.crc32(test.encode()) % 2]


def pytest_terminal_summary(terminalreporter):
    """Return what tests counted for people to quote: `record_property(name, {word: number})`, summed."""
    counted = defaultdict(Counter)
    for report in terminalreporter.stats.get("passed", ()):
        for name, numbers in report.user_properties:
            if isinstance(numbers, dict):
                counted[name].update(numbers)
    for name, numbers in counted.items():
        said = ", ".join(f"{number} {word}" for word, number in numbers.items())
        terminalreporter.write_line(f"{name}: {said}")


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture
def tmp_path():
    """A folder of this test's own, in memory where there is room: no database in it waits for a disk."""
    with tempfile.TemporaryDirectory(
        prefix="handbell-", dir=_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder).resolve()


@pytest.fixture(scope="session", autouse=True)
def quick_reader():
    """Start the reader's process at once in every test; yields what starts the real one."""
    real, ask = isolated._started, isolated.IsolatedReader._ask
    kept = KeptAnswers(ask)
    with warm_reader() as started:

        def answered(reader, name, order):
            return (kept if isolated._started is started else ask)(reader, name, order)

        isolated._started, isolated.IsolatedReader._ask = started, answered
        yield real
        isolated._started, isolated.IsolatedReader._ask = real, ask


@pytest.fixture(scope="session")
def sample_school():
    """Return the folder of the demo's school as it stands at an instant: lived once, to be read or copied."""
    from bot.cli.demo import build, demo_settings

    lived = {}
    with tempfile.TemporaryDirectory(prefix="handbell-sample-", dir=_in_memory()) as parent:

        def at(now):
            if now not in lived:
                folder = Path(parent) / str(len(lived))
                folder.mkdir()
                services, _ = build(demo_settings(folder, "http://127.0.0.1:8000"), now)
                services.store.close()
                lived[now] = folder
            return lived[now]

        yield at


@pytest.fixture(scope="session")
def shared():
    """The folder of real policies, facts and vendors' contracts; a user's clone has none."""
    folder = Path(os.environ.get("HANDBELL_SHARED", ROOT.parent / "shared"))
    if not (folder / "policies").is_dir():
        pytest.skip("the folder of real policies is not beside this checkout (HANDBELL_SHARED)")
    return folder


@pytest.fixture
def own_loop():
    """Allow a test its own event loop while a browser's idle loop is kept open here."""
    kept = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(kept)


@pytest.fixture(scope="session")
def postgres_tools():
    """Where PostgreSQL's programs are, and what runs one of them as the user it needs."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs on this machine (initdb, pg_ctl)")
    return programs, _as_nobody


@pytest.fixture(scope="session")
def postgres_url(request):
    """A PostgreSQL server of this run's own (or HANDBELL_TEST_POSTGRES): its maintenance database."""
    given = os.environ.get("HANDBELL_TEST_POSTGRES")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    with request.getfixturevalue("postgres_server")(_in_memory(), QUICK) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server(postgres_tools):
    """Run a server with `settings` in a folder inside `place`; yields the URL of its maintenance database."""
    programs, _ = postgres_tools

    @contextlib.contextmanager
    def run(place, settings):
        with tempfile.TemporaryDirectory(
            prefix="handbell-pg-", dir=place, ignore_cleanup_errors=True
        ) as folder:
            port = _start_postgres(programs, Path(folder), settings)
            yield f"postgresql+psycopg://handbell@127.0.0.1:{port}/postgres"
            _as_nobody([programs / "pg_ctl", "stop", "-m", "immediate", "-D", f"{folder}/data"])

    return run


@pytest.fixture(scope="session")
def sqlite_databases():
    """Makes SQLite databases: a file each."""
    with tempfile.TemporaryDirectory(prefix="handbell-sqlite-", dir=_in_memory()) as folder:
        yield SqliteDatabases(Path(folder))


@pytest.fixture(scope="session")
def sqlite_files():
    """What makes SQLite databases in a folder."""
    return SqliteDatabases


@pytest.fixture(scope="session")
def postgres_databases(postgres_url):
    """Makes PostgreSQL databases in the server of this run."""
    made = PostgresDatabases(make_url(postgres_url))
    yield made
    made.drop_all()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request):
    """Makes databases of one sort, then of the other: `empty()`, `current()`, `copy(url)`, `like(fill)`."""
    made = request.getfixturevalue(f"{request.param}_databases")
    yield made
    made.drop()


@pytest.fixture
def database_url(databases):
    """The address of an empty database, once of each sort."""
    return databases.empty()


@pytest.fixture
def store(databases):
    """An upgraded, empty store, once on each sort of database."""
    opened = open_store(databases.current())
    yield opened
    opened.close()


class Databases:
    """The migrations run once, and so does whatever fills a database; every further one is a copy."""

    def __init__(self):
        self._numbers = itertools.count()
        self._originals = {}

    def current(self):
        """An upgraded, empty database."""
        return self.copy(self._original(upgrade, self.empty))

    def like(self, fill):
        """A database as `fill(store)` leaves it."""
        return self.copy(self._original(fill, self.current))

    def _original(self, fill, start):
        if fill not in self._originals:
            url = start()
            opened = open_store(url)
            fill(opened)
            opened.close()
            self._originals[fill] = url
            self.keep(url)
        return self._originals[fill]


class SqliteDatabases(Databases):
    """A file each."""

    def __init__(self, folder):
        super().__init__()
        self._folder = folder

    def empty(self):
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def copy(self, url):
        """Copy a database that nobody has open."""
        new = self.empty()
        shutil.copyfile(make_url(url).database, make_url(new).database)
        return new

    def keep(self, url):
        """Everything is kept."""

    def drop(self):
        """Keep everything until the end: the files are small."""


class PostgresDatabases(Databases):
    """Copied by the server itself."""

    def __init__(self, address):
        super().__init__()
        self._address = address
        self._made = []
        self._kept = []
        self._server = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def empty(self):
        return self._create("")

    def copy(self, url):
        """Copy a database that nobody has open."""
        return self._create(f"template {make_url(url).database} strategy file_copy")

    def keep(self, url):
        name = make_url(url).database
        self._made.remove(name)
        self._kept.append(name)

    def drop(self):
        """Drop a test's databases; the templates stay."""
        made, self._made = self._made, []
        self._run(*(f"drop database {name} with (force)" for name in made))

    def drop_all(self):
        self._made += self._kept
        self.drop()

    def _create(self, how):
        name = f"handbell_{os.getpid()}_{next(self._numbers)}"
        self._run(f"create database {name} {how}")
        self._made.append(name)
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _run(self, *statements):
        with self._server.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))


@dataclass
class Copy:
    """One message as the server took it. `heard_on`: the client said something more on that connection."""

    id: str
    to: str
    mail: EmailMessage
    heard_on: bool = False


class MailServer:
    """A real server that takes everything, or answers as told; it notes what each client did afterwards.

    It pipelines, as nearly all do: the next sender and reader may be named before a client hears an answer.

    `answers` holds replies by recipient ("550 ..." to RCPT) or by phase ("dot"), each used once, in order;
    "drop" hangs up without a word. `watch(phase, server)` is called at ehlo, mail, rcpt, dot and taken.
    """

    def __init__(self):
        self.copies = []
        self.connections = 0
        self.answers = {}
        self.watch = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        await self._heard("ehlo", server, session)
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        await self._watched("mail", server)
        envelope.mail_from = address
        return "250 2.1.0 ok"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await self._watched("rcpt", server)
        envelope.rcpt_tos.append(address)
        return self._answer(server, address) or "250 2.1.5 ok"

    async def handle_RSET(self, server, session, envelope):  # noqa: N802
        await self._heard("rset", server, session)
        return "250 2.0.0 ok"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        await self._heard("quit", server, session)
        return "221 2.0.0 bye"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await self._heard("dot", server, session)
        answer = self._answer(server, "dot")
        if answer is None or answer == "drop":
            mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
            session.last = Copy(mail["Message-ID"], envelope.rcpt_tos[0], mail)
            self.copies.append(session.last)
        await self._watched("taken", server)
        return answer or "250 2.0.0 taken as 1A2B"

    async def _heard(self, phase, server, session):
        if getattr(session, "last", None) is not None:
            session.last.heard_on = True
        await self._watched(phase, server)

    async def _watched(self, phase, server):
        if self.watch is not None:
            await self.watch(phase, server)

    def _answer(self, server, name):
        answer = self.answers[name].pop(0) if self.answers.get(name) else None
        if answer == "drop":
            server.transport.abort()
        return answer


class AnyPort(Controller):
    """Lets the system choose the port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def listening():
    """A mail server on a port of its own."""
    handler = MailServer()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0, server_hostname="localhost", ready_timeout=60)
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def mail_server():
    """A real mail server for one test."""
    with listening() as server:
        yield server


@pytest.fixture(scope="session")
def post_office():
    """A real mail server for the whole run; anyone who uses it reads only what came since."""
    with listening() as server:
        yield server


class Stage:
    """One real server for the whole run; each test puts its own application on it."""

    def __init__(self):
        self.app = None
        self.address = ""

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage():
    """A server on a free port, started once."""
    stage = Stage()
    server = uvicorn.Server(
        uvicorn.Config(stage, port=0, log_level="critical", access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.005)
    stage.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield stage
    server.should_exit = True
    thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium, started once."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium):
    """Open a browser of one's own: `visitor(width=360, dark=True, scripts=False)` gives a page."""
    opened = []

    def visit(*, width=1280, dark=False, scripts=True, forced=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        opened.append(context)
        return context.new_page()

    yield visit
    for context in opened:
        context.close()


OIDC_PROVIDER = "oidc-provider@9.13.3"
TENANT = "0a1b2c3d-1111-2222-3333-444455556666"
ADAM = {
    "tid": TENANT,
    "oid": "directory-adam",
    "preferred_username": "a.sorley@merriwell.example",
    "email": "a.sorley@merriwell.example",
    "email_verified": True,
    "hd": "merriwell.example",
}
ELSEWHERE = {"tid": "ffffffff-1111-2222-3333-444455556666", "hd": "elsewhere.example"}
# Anyone who has an account at the two issuers: by the right one, and by every way of not being it.
ACCOUNTS = {
    "adam": ADAM,
    "capitals": ADAM
    | {"preferred_username": "A.Sorley@Merriwell.Example", "email": "A.Sorley@merriwell.example"},
    "y6": ADAM
    | {"oid": "y6", "preferred_username": "new.name@merriwell.example", "email": "new.name@x.example"},
    "clerk": ADAM
    | {"oid": "c", "preferred_username": "clerk@clerking.example", "email": "clerk@clerking.example"},
    "stranger": ADAM
    | {"oid": "s", "preferred_username": "s@merriwell.example", "email": "s@merriwell.example"},
    "elsewhere": ADAM | ELSEWHERE,
    "private": {key: said for key, said in ADAM.items() if key not in {"tid", "hd"}},
    "unproved": ADAM | {"email_verified": False, "preferred_username": "unproved"},
    "empty": {"tid": TENANT, "hd": "merriwell.example"},
}


@dataclass
class Issuers:
    """A certified OpenID provider of somebody else's, as Entra's issuer is and as Google's."""

    at: str
    tenant: str = TENANT
    client_id: str = "handbell"
    client_secret: str = "a-secret-of-the-tests-and-of-nobody-else"

    def issuer(self, vendor):
        return f"{self.at}/{TENANT}/v2.0" if vendor == "entra" else self.at

    def provider(self, vendor, **given):
        """The connector under test, registered at one of them."""
        usual = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "issuer": self.issuer(vendor),
        }
        if vendor == "entra":
            return entra(**{"tenant": TENANT} | usual | given)
        return google(**{"domains": ("merriwell.example",)} | usual | given)

    def walk(self, address, account, back_to):
        """Sign in there as this account; return the address the browser is sent back to."""
        with httpx.Client(timeout=20) as browser:
            browser.get(f"{self.at}/control", params={"account": account})
            answer = browser.get(address)
            while answer.is_redirect and not answer.headers["location"].startswith(back_to):
                answer = browser.send(answer.next_request)
            assert answer.is_redirect, answer.text
            return answer.headers["location"]


@pytest.fixture(scope="session")
def npm_package():
    """Install an npm package once, at one version, and keep it; returns the folder of node_modules."""

    def installed(package, **overrides):
        if shutil.which("node") is None or shutil.which("npm") is None:
            pytest.skip(f"no Node.js on this machine to run {package} with")
        cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "handbell-tests"
        cache.mkdir(parents=True, exist_ok=True)
        folder = cache / package.replace("/", "+")
        with Path(f"{folder}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # another worker may be at it
            said = None if folder.is_dir() else _install(package, overrides, folder)
        if said is not None:
            pytest.skip(f"{package} cannot be installed here: {said}")
        return folder

    return installed


def _install(package, overrides, folder):
    """Install a package whole or not at all; return what was wrong, or None."""
    name, _, version = package.rpartition("@")
    wanted = {"private": True, "dependencies": {name: version}, "overrides": overrides}
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as draft:
        Path(draft, "package.json").write_text(json.dumps(wanted), encoding="utf-8")
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", draft]
        try:
            done = subprocess.run(install, check=False, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return "it took longer than five minutes"
        if done.returncode != 0:
            return done.stderr[-200:]
        Path(draft).rename(folder)
    return None


@pytest.fixture(scope="session")
def issuers(npm_package):
    """Two issuers in a program of their own."""
    folder = npm_package(OIDC_PROVIDER)
    script = folder / "issuers.mjs"
    shutil.copyfile(ROOT / "tests" / "connectors" / "issuers.mjs", script)
    client = {
        "client_id": Issuers.client_id,
        "client_secret": Issuers.client_secret,
        "application_type": "native",  # any port of this machine, as the tests' server has
        "token_endpoint_auth_method": "client_secret_post",
        "redirect_uris": [f"http://127.0.0.1/sign-in/{vendor}/back" for vendor in ("entra", "google")],
    }
    other = client | {"client_id": "somebody-else"}
    given = json.dumps({"tenant": TENANT, "accounts": ACCOUNTS, "clients": [client, other]})
    running = subprocess.Popen(
        ["node", script, given], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with running:
        yield Issuers(running.stdout.readline().strip())
        running.terminate()


# Nothing in a test's database has to survive the machine; all of it is gone at the end.
QUICK = " ".join(
    f"-c {school}"
    for school in (
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "autovacuum=off",
        "jit=off",
    )
)


def _in_memory():
    """Where databases are made in a fifth of the time; None, the usual place, where there is little room."""
    folder = Path("/dev/shm")
    roomy = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 * 1024**3
    return folder if roomy else None


def _postgres_programs():
    installed = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")),
        key=lambda folder: float(folder.parent.name),
    )
    on_path = shutil.which("pg_ctl")
    folders = [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _start_postgres(programs, folder, settings):
    """Make a cluster and start it on a free port; another process may take the port first, so try again."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    _as_nobody([programs / "initdb", "-D", folder / "data", "-U", "handbell", "-A", "trust", "-N"])
    for attempt in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c max_connections=60 {settings}"
        log = folder / f"log-{attempt}"
        command = [programs / "pg_ctl", "start", "-w", "-D", folder / "data", "-l", log, "-o", options]
        if _as_nobody(command, check=False).returncode == 0:
            return port
    pytest.fail(f"PostgreSQL did not start: {log.read_text()}")


def _as_nobody(command, *, check=True):
    """Run a program as nobody when we are root: PostgreSQL refuses to run as root."""
    become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    # pg_ctl's server keeps its output open, so it gets none of ours.
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run([*become, *command], check=check, cwd="/", **quiet)
