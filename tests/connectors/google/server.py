"""Stands for Google on loopback: tokens, scopes, the described requests, and faults where a test says."""

import base64
import http.server
import json
import socket
import threading
import urllib.parse
from collections import Counter, defaultdict
from dataclasses import dataclass, field

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
# These APIs answer in the newer shape.
NEWER = ("sheets.", "forms.", "chat.")


class Refusal(Exception):
    """An answer in Google's older shape; newer APIs put the reason into details."""

    def __init__(self, status, reason, message="", **headers):
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reason, self.message = reason, message

    def body(self, *, newer=False):
        said = {"code": self.status, "message": self.message}
        if newer:
            said |= {"status": self.reason, "details": [{"@type": ERROR_INFO, "reason": self.reason}]}
        else:
            said |= {"errors": [{"reason": self.reason, "message": self.message}]}
        return json.dumps({"error": said}).encode()


@dataclass
class Grant:
    """What one token may do, and as whom."""

    scopes: set
    subject: str


@dataclass
class Google:
    """Every API under test, one after another; `plan` holds the faults to come, `heard` counts the calls."""

    apis: list
    grants: dict = field(default_factory=dict)
    plan: dict = field(default_factory=lambda: defaultdict(list))
    delegated: dict = field(default_factory=dict)
    switched_off: set = field(default_factory=set)
    heard: Counter = field(default_factory=Counter)
    weather: object = lambda _method: None
    turn: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self):
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.google = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.root = f"http://127.0.0.1:{self.server.server_port}"

    def spoil(self, method, *faults):
        """Set how the next calls of a method end: a Refusal, "drop before", "503 after" and so on."""
        self.plan[method] += faults

    def hangs(self, verb, path):
        """Return whether the next call to a path will hang, for a client that need not wait to see it."""
        method = next(filter(None, (api.description.find(verb, path) for api in self.apis)), None)
        return method is not None and str(self.plan[method.id][:1]).startswith("['stall")

    def grant(self, token, scopes, subject):
        self.grants[token] = Grant(scopes, subject)

    def token(self, asked):
        """Trade a signed assertion for a token; one scope that was not delegated fails the whole request."""
        payload = asked["assertion"][0].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        scopes = {scope.rpartition("/")[2] for scope in claims["scope"].split()}
        self.heard["token"] += 1
        if self.plan["token"]:
            return self.plan["token"].pop(0)
        if "sub" in claims and not scopes <= self.delegated.get(claims["iss"], set()):
            return 401, b'{"error": "unauthorized_client", "error_description": "Client is unauthorized"}'
        token = f"delegated-{self.heard['token']}"
        self.grants[token] = Grant(scopes, claims.get("sub", claims["iss"]))
        return 200, json.dumps({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}).encode()

    def stop(self):
        self.server.shutdown()
        self.server.hang_up()
        self.server.server_close()
        self.thread.join(5)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, *args):
        self.open = set()
        super().__init__(*args)

    def hang_up(self):
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.open.add(self.connection)

    def finish(self):
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, *_):
        """Log nothing."""

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        self.content = self.rfile.read(length)
        google = self.server.google
        if self.path == "/token":
            self._say(*google.token(urllib.parse.parse_qs(self.content.decode())))
            return
        self.newer = False
        try:
            api, method, query, body = self._understood(google)
            self.newer = method.id.startswith(NEWER)
            fault = self._fault(google, method.id)
            with google.turn:
                grant = self._grant(google, api, method)
                api.granted = grant.scopes
                whole = api.do(method.id, grant.subject, method.path | query, body)
        except Refusal as refusal:
            self._say(refusal.status, refusal.body(newer=self.newer), refusal.headers)
        except ConnectionAbortedError:
            self._hang_up()
        else:
            self._spoilt(fault, whole if isinstance(whole, bytes) else json.dumps(whole).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def _understood(self, google):
        verb = self.headers.get("x-http-method-override", self.command)
        path, _, query = self.path.partition("?")
        if verb != self.command:
            query, self.content = self.content.decode(), b""
        body = json.loads(self.content) if self.content else None
        if verb == "PATCH":
            body = _without_nulls(body)
        for api in google.apis:
            if method := api.description.find(verb, urllib.parse.unquote(path)):
                found = urllib.parse.parse_qs(query, keep_blank_values=True)
                described = {name: said for name, said in found.items() if name not in _unlisted(api)}
                try:
                    api.description.check(method, described, body)
                except ValueError as error:
                    raise Refusal(400, "badRequest", str(error)) from error
                return api, method, {name: _one_or_all(values) for name, values in found.items()}, body
        raise Refusal(404, "notFound", f"no method {verb} {path}")

    def _grant(self, google, api, method):
        if method.id.partition(".")[0] in google.switched_off:
            reason = "SERVICE_DISABLED" if self.newer else "accessNotConfigured"
            raise Refusal(403, reason, "It has not been used in project 1 before or it is disabled.")
        if getattr(api, "webhook", False) and "authorization" not in self.headers:
            return Grant(set(), "webhook")
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        grant = google.grants.get(token)
        if grant is None:
            raise Refusal(401, "authError", "Invalid Credentials")
        if not grant.scopes & method.scopes:
            raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return grant

    def _fault(self, google, method):
        google.heard[method] += 1
        fault = google.plan[method].pop(0) if google.plan[method] else google.weather(method)
        if isinstance(fault, Refusal):
            raise fault
        if fault == "drop before":
            raise ConnectionAbortedError
        if fault == "stall before":
            self._wait()
            raise ConnectionAbortedError
        return fault

    def _spoilt(self, fault, content):
        if fault is None:
            self._say(200, content)
        elif fault == "drop after":
            self._hang_up()
        elif fault == "stall after":
            self._wait()
            self._hang_up()
        elif fault == "nonsense after":
            self._say(200, b"<html>Please sign in to the school's network</html>")
        elif fault == "half after":
            self._say(200, content, {"content-length": str(len(content) + 10)})
            self._hang_up()
        else:
            status = int(fault.split()[0])
            self._say(status, Refusal(status, "backendError").body(newer=self.newer))

    def _say(self, status, content, headers=()):
        self.send_response(status)
        given = {"content-type": "application/json", "content-length": str(len(content))} | dict(headers)
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _wait(self):
        """Wait in silence until the client has gone."""
        self.connection.recv(1)

    def _hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _without_nulls(said):
    """What a patch takes away is described by nobody."""
    if isinstance(said, dict):
        return {name: _without_nulls(one) for name, one in said.items() if one is not None}
    return said


def _unlisted(api):
    """A webhook's address bears what Google's description does not list."""
    return {"token"} if getattr(api, "webhook", False) else set()


def _one_or_all(values):
    return values[0] if len(values) == 1 else values
