"""What every test may use: the folder of real policies, and a fresh database of either sort."""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

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
    with tempfile.TemporaryDirectory(prefix="handbell-pg-", ignore_cleanup_errors=True) as folder:
        port = _start_postgres(programs, Path(folder))
        yield f"postgresql+psycopg://handbell@127.0.0.1:{port}/postgres"
        _as_nobody([programs / "pg_ctl", "stop", "-m", "immediate", "-D", f"{folder}/data"])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request, tmp_path):
    """The address of an empty database, once of each sort."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'handbell.db'}"
        return
    address = make_url(request.getfixturevalue("postgres_url"))
    name = f"handbell_{os.getpid()}_{next(NUMBERS)}"
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(text(f"create database {name}"))
    yield address.set(database=name).render_as_string(hide_password=False)
    with server.connect() as conn:
        conn.execute(text(f"drop database {name} with (force)"))
    server.dispose()


@pytest.fixture
def store(database_url):
    """An upgraded, empty store, once on each sort of database."""
    opened = open_store(database_url)
    upgrade(opened)
    yield opened
    opened.close()


NUMBERS = itertools.count()


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
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F -c shared_buffers=16MB -c max_connections=60"
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
