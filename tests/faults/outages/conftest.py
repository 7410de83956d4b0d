"""Servers and disks of a test's own, to be killed and filled; and pages that go on through all of it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOM = 24 * 1024 * 1024


class Server:
    """A PostgreSQL server of this test's own. What it has said it keeps, it keeps when its processes die."""

    def __init__(self, programs, as_nobody, folder):
        self._programs, self._as_nobody, self._data = programs, as_nobody, folder / "data"
        self._log = folder / "log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._options = f"-h 127.0.0.1 -p {port} -k {folder} -F -c max_connections=60 -c jit=off"
        self.url = f"postgresql+psycopg://handbell@127.0.0.1:{port}/postgres"
        as_nobody([programs / "initdb", "-D", self._data, "-U", "handbell", "-A", "trust", "-N"])

    def start(self):
        """Start it; whatever is left of the one that was killed has to go first."""
        command = [self._programs / "pg_ctl", "start", "-w", "-D", self._data, "-l", self._log]
        deadline = time.monotonic() + 60
        while self._as_nobody([*command, "-o", self._options], check=False).returncode != 0:
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.1)

    def kill(self):
        """End its first process as the system does when memory runs out; the others notice and go."""
        os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def stop(self):
        self._as_nobody([self._programs / "pg_ctl", "stop", "-m", "immediate", "-D", self._data], check=False)


@pytest.fixture
def own_postgres(postgres_tools):
    """A server to be killed, started."""
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(
        prefix="handbell-own-pg-", dir=in_memory, ignore_cleanup_errors=True
    ) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = Server(*postgres_tools, Path(folder))
        server.start()
        yield server
        server.stop()


class Disk:
    """A small disk of its own, to be filled and given room again."""

    def __init__(self, folder):
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, leaving=0):
        """Leave not one byte, or so many."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue
        assert shutil.disk_usage(self.folder).free == 0
        os.truncate(self._ballast, self._ballast.stat().st_size - leaving)

    def free(self):
        self._ballast.unlink()


@pytest.fixture
def small_disk():
    """A disk of 24 MB; only root may make one."""
    with tempfile.TemporaryDirectory(prefix="handbell-disk-", ignore_cleanup_errors=True) as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", folder]
        if (
            shutil.which("mount") is None
            or subprocess.run(mount, capture_output=True, check=False).returncode
        ):
            pytest.skip("no disk can be mounted here, which takes root")
        Path(folder).chmod(0o777)
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def serving(machine):
    """Serve a school's pages in a process of their own: `with serving(people) as client`."""

    @contextmanager
    def serve(people, **order):
        machine.begin(do="pages", here=True, url=people.url, look_at=people.look_at, **order)
        machine.begin(do="serve", url=people.url)
        address = f"http://127.0.0.1:{machine.hear('port')}"
        try:
            with httpx.Client(base_url=address, timeout=60) as client:
                yield client
        finally:
            machine.kill()
            assert machine.ended(), "the pages had to go on, and did not"

    return serve
