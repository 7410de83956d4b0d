"""The reader's process of `bot.reading.isolated`, started at once: forked from one that has its modules.

A process of its own takes most of a second to load the reader; tests start it a thousand times. What is
forked does the same orders under the same limits, and what it found in a file is kept for the same file of a
later test. tests/reading/test_hostile_files.py starts the real one.
"""

import hashlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


class KeptAnswers:
    """What was found, by the content and the name of the file and what was asked of it."""

    def __init__(self, ask):
        self._ask = ask
        self._found = {}

    def __call__(self, reader, name, order):
        """Answer as `bot.reading.isolated.IsolatedReader._ask`; refusals are never kept."""
        if "path" in order and not Path(order["path"]).is_file():
            return self._ask(reader, name, order)
        key = self._key(name, order)
        if key not in self._found:
            self._found[key] = json.dumps(self._ask(reader, name, order))
        return json.loads(self._found[key])

    def _key(self, name, order):
        content = Path(order["path"]).read_bytes() if "path" in order else b""
        asked = json.dumps({word: said for word, said in order.items() if word != "path"}, sort_keys=True)
        return name, asked, hashlib.sha256(content).digest()


@contextmanager
def warm_reader():
    """Run the process that is forked; returns a function that stands for `bot.reading.isolated._started`."""
    with tempfile.TemporaryDirectory(prefix="handbell-reader-") as folder:
        address = str(Path(folder) / "socket")
        running = []

        def started():
            if not running:
                running.append(_loaded(address))
            return Forked(address)

        yield started
        for one in running:
            one.stdin.close()
            one.wait()
            one.stdout.close()


def _loaded(address):
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, __file__, address]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


class Forked:
    """A fork of the process, with as much of subprocess.Popen as the reader uses."""

    def __init__(self, address):
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self.stdin = self._connection.makefile("wb")
        self.stdout = self._connection.makefile("rb")
        self._pid = int(self.stdout.readline())

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def communicate(self):
        for one in (self.stdin, self.stdout, self._connection):
            with suppress(OSError):
                one.close()


def serve(address):
    """Fork for each connection, which then answers orders, until nobody holds our input any more."""
    from bot.reading import isolated

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    with socket.socket(socket.AF_UNIX) as listening, selectors.DefaultSelector() as selector:
        listening.bind(address)
        listening.listen()
        selector.register(listening, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        print("ready", flush=True)
        while all(key.fileobj is listening for key, _ in selector.select()):
            connection, _ = listening.accept()
            if os.fork() == 0:
                with connection, connection.makefile("rb") as orders, connection.makefile("wb") as answers:
                    answers.write(b"%d\n" % os.getpid())
                    answers.flush()
                    isolated.serve(orders, answers)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    serve(sys.argv[1])
