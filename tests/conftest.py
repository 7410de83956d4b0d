"""What every test may use: the folder of real policies, and a fresh database of either sort."""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from bot.store.engine import open_store
from bot.store.migrate import upgrade

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared():
    """The folder of real policies, facts and vendors' contracts; a user's clone has none."""
    folder = Path(os.environ.get("HANDBELL_SHARED", ROOT.parent / "shared"))
    if not (folder / "policies").is_dir():
        pytest.skip("the folder of real policies is not beside this checkout (HANDBELL_SHARED)")
    return folder


@pytest.fixture(scope="session")
def postgres_url():
    """A PostgreSQL server of this run's own (or HANDBELL_TEST_POSTGRES): its maintenance database."""
    given = os.environ.get("HANDBELL_TEST_POSTGRES")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    programs = _postgres_programs()
    if programs is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("no PostgreSQL server programs on this machine (initdb, pg_ctl)")
    with tempfile.TemporaryDirectory(
        prefix="handbell-pg-", dir=_in_memory(), ignore_cleanup_errors=True
    ) as folder:
        port = _start_postgres(programs, Path(folder))
        yield f"postgresql+psycopg://handbell@127.0.0.1:{port}/postgres"
        _as_nobody([programs / "pg_ctl", "stop", "-m", "immediate", "-D", f"{folder}/data"])


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory):
    """Makes SQLite databases: a file each."""
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgres_databases(postgres_url):
    """Makes PostgreSQL databases in the server of this run."""
    made = PostgresDatabases(make_url(postgres_url))
    yield made
    made.drop_all()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request):
    """Makes databases of one sort, then of the other: `empty()`, `current()` or `copy(url)`."""
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


class SqliteDatabases:
    """The migrations run once; every further database is a copy of that file."""

    def __init__(self, folder):
        self._folder = folder
        self._numbers = itertools.count()

    def empty(self):
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def current(self):
        return self.copy(self._upgraded)

    def copy(self, url):
        """Copy a database that nobody has open."""
        new = self.empty()
        shutil.copyfile(make_url(url).database, make_url(new).database)
        return new

    def drop(self):
        """Take nothing away: pytest keeps the latest folders for whoever looks into a failure."""

    @cached_property
    def _upgraded(self):
        return _upgraded(self.empty())


class PostgresDatabases:
    """The migrations run once; every further database is made from that one by the server."""

    def __init__(self, address):
        self._address = address
        self._numbers = itertools.count()
        self._made = []
        self._kept = []
        self._server = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def empty(self):
        return self._create("")

    def current(self):
        return self.copy(self._upgraded)

    def copy(self, url):
        """Copy a database that nobody has open."""
        return self._create(f"template {make_url(url).database} strategy file_copy")

    def drop(self):
        """Take a test's databases away; those that are copied stay."""
        made, self._made = self._made, []
        self._run(*(f"drop database {name} with (force)" for name in made))

    def drop_all(self):
        self._made += self._kept
        self.drop()

    @cached_property
    def _upgraded(self):
        url = _upgraded(self.empty())
        self._kept.append(self._made.pop())
        return url

    def _create(self, how):
        name = f"handbell_{os.getpid()}_{next(self._numbers)}"
        self._run(f"create database {name} {how}")
        self._made.append(name)
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _run(self, *statements):
        with self._server.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))


# Nothing in a test's database has to survive the machine; all of it is gone at the end.
QUICK = " ".join(
    f"-c {setting}"
    for setting in ("full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "jit=off")
)


def _upgraded(url):
    opened = open_store(url)
    upgrade(opened)
    opened.close()
    return url


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


def _start_postgres(programs, folder):
    """Make a cluster and start it on a free port; another process may take the port first, so try again."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    _as_nobody([programs / "initdb", "-D", folder / "data", "-U", "handbell", "-A", "trust", "-N"])
    for attempt in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F -c max_connections=60 {QUICK}"
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
