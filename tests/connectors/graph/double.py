"""A double of Graph on loopback: a shared mailbox and paged lists, failing where a test says.

A fault is used once: `double.fails(send=["504 after"])`. "after" means that the call was done all the same;
"drop" hangs up, "stall" says nothing until the caller has gone, "drip" answers a byte at a time for ten
seconds (DRIPS_S) at most, "late" hides what was sent from searches
for five minutes.
"""

import base64
import contextlib
import html
import itertools
import json
import re
import socket
import threading
import time
from collections import Counter
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

BOX = "/users/office@merriwell.example"
ORDER = re.compile(rf"{re.escape(BOX)}/messages/([^/]+)/send")
AT_ONCE = 4
DRIPS_S = 10
REASONS = {400: "ErrorInvalidRequest", 401: "InvalidAuthenticationToken", 403: "ErrorAccessDenied",
           404: "ErrorItemNotFound", 429: "ApplicationThrottled"}  # fmt: skip


class Double(ThreadingHTTPServer):
    """Keeps letters as Exchange would, and remembers every call and every complaint."""

    daemon_threads = True

    def __init__(self, judge, clock, rest):
        super().__init__(("127.0.0.1", 0), Call)
        self.judge, self.clock, self.token = judge, clock, "good"
        # The token of the person who sets the school up, who may do everything.
        self.administrators = "an administrator's"
        self.letters, self.lists, self.faults = {}, {}, {}
        self.calls, self.complaints = [], []
        self.most_at_once = self._at_once = 0
        self.lock = threading.RLock()
        self._came = threading.Condition(self.lock)
        self._ids = itertools.count(1)
        self._hidden = {}
        self.rest = rest(self)
        # What only an administrator may ask for, where a test sets a tenant up.
        self.tenant = None
        self.linked_as = None
        # How many must have asked at once before the first of them is answered.
        self.gathers, self.goes_in_circles = 1, False
        self.programs, self.preferred, self.named = set(), [], []
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.server_port}/v1.0"

    @property
    def linked(self):
        """What its own links begin with: a proxy in front of it has another address."""
        return self.linked_as or self.base_url

    def fails(self, **faults):
        """Set the faults, in order, of create, send, find or list."""
        for name, said in faults.items():
            self.faults.setdefault(name, []).extend(said)

    def sent(self):
        return [letter for letter in self.letters.values() if not letter["isDraft"]]

    def drafts(self):
        return [letter for letter in self.letters.values() if letter["isDraft"]]

    def copies(self):
        """Count what reached people, by our key."""
        return Counter(letter["key"] for letter in self.sent())

    def arrived(self):
        return [delivered(letter) for letter in self.sent()]

    def stop(self):
        self.shutdown()
        self._thread.join(5)
        self.server_close()

    def enter(self):
        with self.lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._came.notify_all()
            return self._at_once <= AT_ONCE

    def gather(self):
        with self.lock:
            assert self._came.wait_for(lambda: self.most_at_once >= self.gathers, timeout=60)

    def leave(self):
        with self.lock:
            self._at_once -= 1

    def next_fault(self, name):
        with self.lock:
            waiting = self.faults.get(name)
            return waiting.pop(0) if waiting else ""

    def create(self, said):
        number, now = next(self._ids), self.clock().isoformat().replace("+00:00", "Z")
        (mark,) = [
            one for one in said["singleValueExtendedProperties"] if one["id"].endswith("Name HandbellKey")
        ]
        made = {"id": f"draft-{number:05}=", "isDraft": True, "key": mark["value"], "property": mark["id"],
                "createdDateTime": now, "lastModifiedDateTime": now, "said": said}  # fmt: skip
        self.letters[made["id"]] = made
        return 201, shown(made)

    def rewrite(self, draft_id, said):
        letter = self.letters.get(draft_id)
        if letter is None or not letter["isDraft"]:
            return 404, error(404)
        letter["said"] |= said
        return 200, shown(letter)

    def order(self, draft_id, *, late):
        """Send a draft: it is used up, and the letter in Sent Items has another id."""
        letter = self.letters.pop(draft_id, None)
        if letter is None or not letter["isDraft"]:
            return 404, error(404)
        sent = letter | {"id": draft_id.replace("draft", "sent"), "isDraft": False}
        self.letters[sent["id"]] = sent
        if late:
            self._hidden[sent["id"]] = self.clock() + timedelta(minutes=5)
        return 202, None

    def find(self, query):
        wanted = filtered(query.get("$filter", [""])[0])
        found = [shown(one) for one in list(self.letters.values()) if wanted(one) and self._shows(one)]
        return 200, {"value": found[: int(query.get("$top", ["999"])[0])]}

    def _shows(self, letter):
        shows_at = self._hidden.get(letter["id"])
        return shows_at is None or self.clock() >= shows_at

    def page(self, path, query):
        """Return one page of a list set up by a test; the last of a delta has the link to go on from."""
        pages = self.lists[path]
        number = int(query.get("$skiptoken", ["0"])[0])
        here = f"{self.base_url}{path}"
        if self.goes_in_circles:
            return 200, {"value": pages[number], "@odata.nextLink": f"{here}?$skiptoken=0"}
        if number + 1 < len(pages):
            return 200, {"value": pages[number], "@odata.nextLink": f"{here}?$skiptoken={number + 1}"}
        link = {"@odata.deltaLink": f"{here}?$deltatoken=end"} if "delta" in path else {}
        return 200, {"value": pages[number], **link}


class Call(BaseHTTPRequestHandler):
    """One connection's calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    inside = False

    def do_GET(self):
        self._take("GET")

    def do_POST(self):
        self._take("POST")

    def do_PATCH(self):
        self._take("PATCH")

    def do_DELETE(self):
        self._take("DELETE")

    def log_message(self, *said):
        """Log nothing."""

    def _take(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = urlsplit(self.path)
        path = unquote(asked.path).removeprefix("/v1.0")
        if path.startswith("/download/"):
            self._download(path.removeprefix("/download/"))
            return
        self.server.calls.append((method, path))
        self.server.programs.add(self.headers.get("User-Agent"))
        self.server.named.append(self.headers.get("client-request-id"))
        self.server.preferred.append((path, self.headers.get("Prefer")))
        if self.server.judge is not None and not self._is_of_tenant(method, path):
            raw = asked.path.removeprefix("/v1.0")
            self.server.complaints += self.server.judge.complaints(method, raw, asked.query, body)
        has_room, self.inside = self.server.enter(), True
        try:
            if self.headers.get("Authorization") not in self._known_tokens():
                self._answer(401, error(401))
            elif not has_room:
                self._answer(429, error(429, "MailboxConcurrency"), {"Retry-After": "1"})
            else:
                self.server.gather()
                self._obey(self._named(method, path), path, parse_qs(asked.query), body)
        finally:
            self._leave()

    def _is_of_tenant(self, method, path):
        return self.server.tenant is not None and self.server.tenant.find(method, path) is not None

    def _known_tokens(self):
        return {f"Bearer {one}" for one in (self.server.token, self.server.administrators)}

    def _leave(self):
        """Hang up before the answer: a client that has it may ask again at once."""
        if self.inside:
            self.inside = False
            self.server.leave()

    def _download(self, key):
        """Return what a site gives behind an address that is good for minutes, and is asked with no token."""
        if "Authorization" in self.headers:
            self.server.complaints.append("our token was sent to where the site leads on to")
        file = self.server.rest.files[key]
        if file.get("drips"):
            self._drip()
            return
        self._answer(200, file["content"], {"Content-Type": file["media"]} if "media" in file else None)

    def _named(self, method, path):
        if path in self.server.lists:
            return "list"
        if self._is_of_tenant(method, path):
            return "tenant"
        found = self.server.rest.find(method, path)
        if found is not None:
            return found[0]
        if method == "PATCH":
            return "rewrite"
        return "find" if method == "GET" else "send" if ORDER.fullmatch(path) else "create"

    def _obey(self, name, path, query, body):
        fault = self.server.next_fault(name)
        done = None
        if not fault or "after" in fault or fault in {"late", "202 and wait"}:
            done = self._do(name, path, query, body, late="late" in fault)
        if fault.startswith(("drop", "stall")):
            self._go_silent(wait=fault.startswith("stall"))
        elif fault == "drip":
            self._drip()
        elif fault == "202 and wait":
            self._answer(*done, {"Retry-After": "30"})
        elif fault == "filter":
            self._answer(302, None, {"Location": f"{self.server.base_url}/blocked"})
        elif fault == "filter page":
            self._answer(200, "<html>This page was blocked.</html>")
        elif fault[:3].isdecimal():
            self._refuse(fault)
        else:
            self._answer(*done)

    def _do(self, name, path, query, body, *, late):
        with self.server.lock:
            if name == "list":
                return self.server.page(path, query)
            is_administrator = self.server.administrators in self.headers["Authorization"]
            if name == "tenant":
                found = self.server.tenant.find(self.command, path)
                known = self.server.tenant.answer(found, query, body, self.headers.get("Content-Type"))
                return known if is_administrator else (403, error(403))
            found = self.server.rest.find(self.command, path)
            if found is not None:
                return self.server.rest.answer(found, query, body, administrator=is_administrator)
            if mail_permissions(name) & self.server.rest.denied:
                return 403, error(403)
            if name == "find":
                return self.server.find(query)
            return self._change(name, path, body, late=late)

    def _change(self, name, path, body, *, late):
        if name == "send":
            return self.server.order(ORDER.fullmatch(path)[1], late=late)
        if name == "rewrite":
            return self.server.rewrite(path.rpartition("/")[2], json.loads(body))
        return self.server.create(json.loads(body))

    def _refuse(self, fault):
        """Answer "503", "429 wait 120 after", "502 page", "401 claims": a status, and what comes with it."""
        status, words = int(fault[:3]), fault.split()
        headers = {"Retry-After": words[words.index("wait") + 1]} if "wait" in words else {}
        if "claims" in words:
            headers["WWW-Authenticate"] = 'Bearer error="insufficient_claims", claims="e30="'
        code = next((word for word in words if word.startswith("Error")), None)
        self._answer(status, "<html>gateway</html>" if "page" in words else error(status, code), headers)

    def _drip(self):
        """Send a few bytes at a time so that no single wait is long, until the caller has gone."""
        self.close_connection = True
        begun = time.monotonic()
        with contextlib.suppress(OSError):
            self.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while time.monotonic() < begun + DRIPS_S:
                self.connection.sendall(b"x")
                time.sleep(0.05)
        self._leave()

    def _go_silent(self, *, wait):
        if wait:
            self.connection.recv(1)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status, said, headers=None):
        content = said if isinstance(said, bytes) else as_bytes(said)
        self._leave()
        self.send_response(status)
        media = "application/octet-stream" if content is said else "application/json"
        kind = {"Content-Type": media} if content else {}
        # Graph's own id of the call, and the caller's again.
        ids = {"request-id": f"graph-{len(self.server.calls)}"}
        ids["client-request-id"] = self.headers.get("client-request-id", "none")
        for name, value in {**kind, **ids, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def as_bytes(said):
    if said is None:
        return b""
    return said.encode() if isinstance(said, str) else json.dumps(said).encode()


def mail_permissions(name):
    """Return the permission without which a call is refused: read access is enough to find."""
    if name == "send":
        return {"Mail.Send"}
    return {"Mail.ReadWrite"} | ({"Mail.ReadWrite write"} if name != "find" else set())


def error(status, code=None):
    return {"error": {"code": code or REASONS.get(status, "UnknownError"), "message": "It did not work."}}


def shown(letter):
    return {name: letter[name] for name in ("id", "isDraft", "createdDateTime", "lastModifiedDateTime")}


def filtered(said):
    """Obey the one filter there is: our property's id is compared exactly, its value in any case."""
    if not said:
        return lambda _: True
    shape = r"singleValueExtendedProperties/Any\(ep: ep/id eq '(.+)' and ep/value eq '(.*)'\)"
    name, value = re.fullmatch(shape, said).groups()
    wanted = value.replace("''", "'").lower()
    return lambda letter: letter["key"].lower() == wanted and letter["property"] == name


def delivered(letter):
    """Write a letter as Exchange delivers it: the plain text is made from the HTML."""
    said = letter["said"]
    mail = EmailMessage()
    mail["Subject"] = said["subject"]
    mail["From"] = person(said["from"])
    mail["To"] = [person(one) for one in said["toRecipients"]]
    mail["Message-ID"] = said["internetMessageId"]
    if said.get("replyTo"):
        mail["Reply-To"] = [person(one) for one in said["replyTo"]]
    for header in said["internetMessageHeaders"]:
        assert header["name"].lower().startswith("x-")
        mail[header["name"]] = header["value"]
    content = said["body"]["content"]
    mail.set_content(plain(content))
    mail.add_alternative(content, subtype="html")
    for one in said.get("attachments", []):
        attach(mail, one)
    return mail


def plain(content):
    words = re.sub(r"<[^>]+>", "", content.replace("</p><p>", "\n\n"))
    return html.unescape(words).strip("\n") + "\n"


def person(said):
    one = said["emailAddress"]
    return Address(one.get("name", ""), addr_spec=one["address"])


def attach(mail, said):
    media, *rest = said["contentType"].split(";")
    maintype, subtype = media.split("/")
    params = dict(one.strip().split("=") for one in rest)
    content = base64.b64decode(said["contentBytes"])
    mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=said["name"], params=params)
