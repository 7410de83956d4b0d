"""What a message through Gmail costs us in processor time, beside raw httplib2 in the same run: `make bench`.

The server runs in a process of its own and its time is not counted. One message is three calls: a look at the
mailbox's history, a draft, and the order to send it. What is asserted is a ratio.
"""

import json
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

pytest.importorskip("googleapiclient", reason="the extra `google` is not installed")

import httplib2
from google.oauth2.credentials import Credentials

from bot.ports import Address, Email
from connectors.google.client import GoogleClient, Runtime
from connectors.google.credentials import Tokens
from connectors.google.gmail import GmailMailer, GmailSettings
from connectors.local import mime

MESSAGES = 300
MAILBOX = "handbell@merriwell.example"
EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SERVER = """
import http.server, json
SAID = {"GET": {"historyId": "1", "emailAddress": "%s", "id": "m",
                "payload": {"headers": [{"name": "From", "value": "%s"}]}},
        "POST": {"id": "r1", "threadId": "r1"}}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def log_message(self, *_): pass
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        said = json.dumps(SAID[self.command]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    do_GET = do_POST = answer
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


class InMemory:
    """A journal that costs nothing: what the database costs is not Google's."""

    def __init__(self):
        self.entries = {}

    def find(self, message_id):
        return self.entries.get(message_id)

    def write(self, entry):
        self.entries[entry.message_id] = entry

    def begun_since(self, at):
        return []


@pytest.fixture(scope="module")
def root():
    running = subprocess.Popen(
        [sys.executable, "-c", SERVER % (MAILBOX, MAILBOX)], stdout=subprocess.PIPE, text=True
    )
    with running:
        yield f"http://127.0.0.1:{running.stdout.readline().strip()}"
        running.terminate()


def message(number):
    whole = "Hello Jo,\n\nPlease read it.\n" * 40
    sender, to = Address(MAILBOX, "Merriwell Green"), Address("jo.bell@merriwell.example", "Jo Bell")
    return Email(f"m{number}", sender, to, "Please read: Online Safety", whole, f"<p>{whole}</p>")


def raw_httplib2(root):
    """The least that could be done: the same three requests, with no library and nothing looked at."""
    http = httplib2.Http(timeout=10)
    headers = {"authorization": "Bearer t", "content-type": "application/json"}
    for number in range(MESSAGES):
        raw = urlsafe_b64encode(mime.as_bytes(message(number), EIGHT)).decode()
        http.request(f"{root}/gmail/v1/users/me/profile", "GET", headers=headers)
        draft = json.dumps({"message": {"raw": raw}})
        http.request(f"{root}/gmail/v1/users/me/drafts", "POST", body=draft, headers=headers)
        http.request(f"{root}/gmail/v1/users/me/drafts/send", "POST", body='{"id": "r1"}', headers=headers)
    http.close()


def connector(root):
    runtime = Runtime(clock=lambda: EIGHT, chance=lambda: 0.5, sleep=lambda _: None)
    client = GoogleClient(Tokens(Credentials("t")), runtime, root=root)
    mailer = GmailMailer(client, InMemory(), GmailSettings(MAILBOX))
    for number in range(MESSAGES):
        mailer.send(message(number))
    mailer.close()


def spent(act, root):
    cpu_began, began = time.process_time(), time.perf_counter()
    act(root)
    return (time.process_time() - cpu_began) / MESSAGES, (time.perf_counter() - began) / MESSAGES


def test_a_message_through_the_connector_beside_raw_httplib2(root):
    connector(root)
    raw_httplib2(root)
    raw, ours = spent(raw_httplib2, root), spent(connector, root)
    print()
    for name, (cpu, wall) in (("raw httplib2", raw), ("connector", ours)):
        print(f"{name:14} {cpu * 1000:6.2f} ms CPU a message, {wall * 1000:6.2f} ms in all")
    print(f"ratio          {ours[0] / raw[0]:6.2f}")
    assert ours[0] < raw[0] * 6
