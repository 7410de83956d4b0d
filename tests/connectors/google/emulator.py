"""Somebody else's Gmail, and a way in front of it that fails where a test says.

The emulator has no profile, and shows of a message only the headers that it knows. The way in front answers
for both: with the emulator's own history, and with the headers of what it was given.
"""

import base64
import email
import http.server
import json
import shutil
import socket
import subprocess
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import httpx

PACKAGE = "@emulators/google@0.11.2"
# It asks for a version of its core that was never published; it runs with the latest there is.
OVERRIDES = {"@emulators/core": "0.6.1"}
HERE = Path(__file__).parent
STEPS = {"/drafts/send": "drafts.send", "/drafts": "drafts.create"}


@contextmanager
def running(folder, mailbox):
    """Start it; return its address."""
    script = shutil.copyfile(HERE / "emulator.mjs", folder / "emulator.mjs")
    started = subprocess.Popen(
        ["node", script, mailbox], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with started:
        yield f"http://127.0.0.1:{started.stdout.readline().strip()}"
        started.terminate()


class Front:
    """Hands everything on; `plan` says which step ends how: "503 after", "drop before" and so on."""

    def __init__(self, at, mailbox):
        self.at, self.mailbox, self.plan, self.heard = at, mailbox, {}, Counter()
        self.behind = httpx.Client(base_url=at, timeout=10)
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                """Log nothing."""

            def answer(self):
                front.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, asked):
        content = asked.rfile.read(int(asked.headers.get("content-length") or 0))
        step = next((name for end, name in STEPS.items() if asked.path.split("?")[0].endswith(end)), "")
        self.heard[step] += 1
        fault = self.plan[step].pop(0) if self.plan.get(step) else None
        if fault == "drop before":
            return self._hang_up(asked)
        status, said = self._through(asked, content)
        if fault == "drop after":
            return self._hang_up(asked)
        if fault == "503 after":
            status, said = 503, b"{}"
        asked.send_response(status)
        asked.send_header("content-type", "application/json")
        asked.send_header("content-length", str(len(said)))
        asked.end_headers()
        return asked.wfile.write(said)

    def sent(self):
        """What stands under Sent there, with its headers."""
        listed = self._get("/gmail/v1/users/me/messages?labelIds=SENT&maxResults=500")
        return [self._mail(f"/gmail/v1/users/me/messages/{one['id']}") for one in listed.get("messages", ())]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.behind.close()

    def _through(self, asked, content):
        if "/profile" in asked.path:
            reached = self._get("/gmail/v1/users/me/history?startHistoryId=0")["historyId"]
            return 200, json.dumps({"emailAddress": self.mailbox, "historyId": reached}).encode()
        status, said = self._behind(asked, content)
        if status == 200 and "format=metadata" in asked.path:
            headers = [{"name": name, "value": value} for name, value in self._mail(asked.path).items()]
            said = json.dumps(json.loads(said) | {"payload": {"headers": headers}}).encode()
        return status, said

    def _mail(self, path):
        raw = self._get(f"{path.partition('?')[0]}?format=raw")["raw"]
        return email.message_from_bytes(base64.urlsafe_b64decode(raw + "=="))

    def _get(self, path):
        return self.behind.get(path, headers={"authorization": "Bearer good"}).json()

    def _behind(self, asked, content):
        headers = {
            name: asked.headers[name] for name in ("authorization", "content-type") if asked.headers[name]
        }
        answer = self.behind.request(asked.command, asked.path, content=content, headers=headers)
        return answer.status_code, answer.content

    def _hang_up(self, asked):
        asked.close_connection = True
        asked.connection.shutdown(socket.SHUT_RDWR)
