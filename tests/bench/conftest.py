"""What benches share: schools by the hundred, real servers, and one line a figure, with its ratio."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil
import pytest

HERE = Path(__file__).parent


def load(name):
    found = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


# Where the databases of the benches are: a memory file system, unless a folder of a disk is given.
PLACE = os.environ.get("HANDBELL_BENCH_FOLDER", "/dev/shm")


@pytest.fixture(scope="session")
def postgres_url(postgres_server):
    """A PostgreSQL server as a school would run it: every commit is on the disk before it is told."""
    with postgres_server(PLACE, "") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_databases(sqlite_files):
    """SQLite files where the benches' databases are."""
    with tempfile.TemporaryDirectory(prefix="handbell-sqlite-", dir=PLACE) as folder:
        yield sqlite_files(Path(folder))


@pytest.fixture(scope="session")
def authority():
    """The module that fills a store with schools."""
    return load("authority")


@pytest.fixture(scope="session")
def serve():
    """The module that serves a store's pages."""
    return load("serve")


@pytest.fixture
def program():
    """Start one of the programs beside this file; each ends with the test, by its own process id."""
    started = []

    def start(name, *given):
        process = subprocess.Popen(
            [sys.executable, str(HERE / f"{name}.py"), *map(str, given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=30)
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def free_port():
    def find():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            return listening.getsockname()[1]

    return find


def up(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.fixture
def servers(program, free_port):
    """Start so many servers of a store's pages; return their ports and their processes."""

    def start(url, number=1):
        ports = [free_port() for _ in range(number)]
        serving = [psutil.Process(program("serve", url, port).pid) for port in ports]
        for port in ports:
            up(port)
        return ports, serving

    return start


@pytest.fixture
def asked(servers, spent):
    """Ask one server for a page so many times as somebody signed in; return what it took, in figures."""

    def ask(store, token, page, times):
        url = store.engine.url.render_as_string(hide_password=False)
        (port,), (serving,) = servers(url)
        took = []
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"handbell": token}) as browser:
            assert browser.get(page, timeout=600).status_code == 200
            before = sum(serving.cpu_times()[:2])
            for _ in range(times):
                with spent() as one:
                    assert browser.get(page, timeout=600).status_code == 200
                took.append(one.wall * 1000)
        each = (sum(serving.cpu_times()[:2]) - before) / times * 1000
        took.sort()
        said = f"wall median {took[times // 2]:,.0f} ms, worst of {times} {took[-1]:,.0f} ms"
        return f"{each:,.0f} ms processor; {said}"

    return ask


@pytest.fixture(scope="session")
def figure():
    """Print one line of the table: what, its target, what came out, and beside what."""

    def say(what, came_out, target="", beside=""):
        print(f"\n| {what} | {target} | {came_out} | {beside} |", flush=True)

    return say


class Spent:
    """How long something took, on the wall and on this process's processor."""

    def __enter__(self):
        self._began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self._began[0]
        self.cpu = time.process_time() - self._began[1]


@pytest.fixture
def spent():
    return Spent


@pytest.fixture(scope="session")
def tool():
    """The path of a program of the machine's, or a skip that says which is missing."""

    def find(name):
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/postgresql/15/bin")
        if found is None:
            pytest.skip(f"{name} is not on this machine")
        return found

    return find
