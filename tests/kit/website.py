"""A real web server on this machine, as a school's website."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = "127.0.0.1"


class Site(ThreadingHTTPServer):
    """A website whose pages are functions; `asked` has each path with its headers."""

    daemon_threads = True

    def __init__(self):
        super().__init__((HERE, 0), Handler)
        self.pages, self.asked = {}, []
        self.serving = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.serving.start()

    def at(self, path="/policy.txt", host="school.example"):
        return f"http://{host}:{self.server_port}{path}"

    def stop(self):
        self.shutdown()
        self.server_close()
        self.serving.join(5)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path)
        with contextlib.suppress(OSError):
            if page is None:
                answer(self, 404)
            else:
                page(self)

    def log_message(self, *said):
        pass


def answer(call, status, body=b"", **headers):
    call.send_response(status)
    for name, value in headers.items():
        call.send_header(name.replace("_", "-"), value)
    call.send_header("Content-Length", str(len(body)))
    call.end_headers()
    call.wfile.write(body)


def text(words, **headers):
    return lambda call: answer(call, 200, words, Content_Type="text/plain; charset=utf-8", **headers)


def leads_to(place):
    return lambda call: answer(call, 302, Location=place)
