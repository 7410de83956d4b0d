"""A mail server that counts: `python sink.py` prints its port and takes everything.

It speaks no more of SMTP than a kept connection needs, and notes each Message-ID: a second copy shows.
On a line of standard input it prints how many messages and how many different ones it has taken.
"""

import contextlib
import re
import socket
import sys
import threading
from collections import Counter

ID = re.compile(rb"(?im)^message-id: (\S+)")


class Sink:
    """One thread a connection; buffers of bytes and no more."""

    def __init__(self):
        self.ids = Counter()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        # Who sends may hang up without waiting for the last answer.
        with connection, contextlib.suppress(ConnectionError):
            self._take(connection)

    def _take(self, connection):
        connection.sendall(b"220 sink ESMTP\r\n")
        held, content = b"", False
        while more := connection.recv(262_144):
            held += more
            answers = []
            while True:
                end = held.find(b"\r\n.\r\n") if content else held.find(b"\r\n")
                if end < 0:
                    break
                if content:
                    self.ids[ID.search(held)[1]] += 1
                    held, content = held[end + 5 :], False
                    answers.append(b"250 2.0.0 taken\r\n")
                    continue
                word, held = held[:4].upper(), held[end + 2 :]
                content = word == b"DATA"
                answers.append(ANSWERS.get(word, b"250 2.0.0 ok\r\n"))
            if answers:
                connection.sendall(b"".join(answers))


ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}

if __name__ == "__main__":
    sink = Sink()
    print(sink.port, flush=True)
    for _ in sys.stdin:
        print(sum(sink.ids.values()), len(sink.ids), flush=True)
