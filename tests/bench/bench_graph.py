"""What Microsoft 365 costs: `python tests/bench/bench_graph.py [messages] [calls]`.

Processor time for each message through the connector and through bare httpx with the same three calls, the
double in a process of its own; and the memory before and after many calls. The ways take turns, in rounds,
and the ratio is that of the same round: what else the machine does falls on all of them alike. What is
printed is the median of the rounds, with the least and the most.
"""

import gc
import importlib.util
import os
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

BARE = "a message through bare httpx   "
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BOX = "office@merriwell.example"
MB = 1024 * 1024
ROUNDS = 10


def beside(name):
    path = ROOT / "tests" / "connectors" / "graph" / f"{name}.py"
    found = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def serve():
    double = beside("double").Double(None, lambda: NOW, beside("rest").Rest)
    print(double.base_url, flush=True)
    sys.stdin.read()
    double.stop()


class Good:
    def get_token(self, *scopes, **asked):
        from azure.core.credentials import AccessToken

        return AccessToken("good", int(time.time()) + 3600)


def spent(work, numbers):
    """Processor milliseconds of this process for each."""
    gc.collect()
    began = time.process_time()
    for number in numbers:
        work(number)
    return 1000 * (time.process_time() - began) / len(numbers)


def spread(figures):
    return f"{median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


def in_turn(ways, messages):
    """Milliseconds of each way by round; the first of a round alternates, as caches favour the later one."""
    took, names = defaultdict(list), list(ways)
    each = max(1, messages // ROUNDS)
    for turn in range(ROUNDS):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            took[name].append(spent(ways[name], range(turn * each, (turn + 1) * each)))
    return took


def message(number):
    from bot.ports import Address
    from bot.ports import Email as Message

    text = "Please read the policy by Friday.\n" * 20
    return Message(f"m{number}", Address(BOX, "The school"), Address("jo@merriwell.example", "Jo"),
                   "Please read: Online Safety Policy", text, f"<p>{text}</p>")  # fmt: skip


def raw(address):
    """Do by hand what the connector does: look, put the draft down, order it sent."""
    import httpx

    from connectors.microsoft import mail as letter

    client = httpx.Client(base_url=address, headers={"Authorization": "Bearer good"})

    def send(number):
        one = message(f"raw{number}")
        asked = {
            "$filter": letter.bears(one.id),
            "$select": "id,isDraft,createdDateTime,lastModifiedDateTime",
        }
        client.get(f"/users/{BOX}/messages", params=asked).json()
        made = client.post(f"/users/{BOX}/messages", json=letter.draft_body(one))
        assert client.post(f"/users/{BOX}/messages/{made.json()['id']}/send").status_code == 202

    return send


class InMemory(dict):
    """A journal that costs nothing, to see what the store's costs."""

    find = dict.get

    def write(self, entry):
        self[entry.message_id] = entry

    def forget(self, key):
        self.pop(key, None)


def sends(graph, journal, pace, word):
    from connectors.microsoft.mail import GraphMailer

    mailer = GraphMailer(graph, BOX, journal, clock=lambda: NOW, pace=pace)
    return lambda number: mailer.send(message(f"{word}{number}"))


def main(messages, calls):
    server = subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    address = server.stdout.readline().strip()
    from bot.database.engine import open_store
    from bot.database.migrate import upgrade
    from bot.messages.attempt_store import SendingJournal
    from connectors.microsoft import client as sdk
    from connectors.microsoft.client import Graph
    from connectors.microsoft.middleware import Pace

    pace = Pace(per_minute=1e9, at_once=2)
    graph = Graph(address, Good())
    store = open_store("sqlite://")
    upgrade(store)
    ways = {
        "a message through the connector": sends(graph, SendingJournal(store), pace, "stored"),
        "the same, its journal in memory": sends(graph, InMemory(), pace, "noted"),
        BARE: raw(address),
    }
    for send in ways.values():
        for number in range(20):
            send(f"warm{number}")
    took = in_turn(ways, messages)
    for name, figures in took.items():
        ratios = [one / bare for one, bare in zip(figures, took[BARE], strict=True)]
        print(f"{name} {spread(figures)} ms CPU, {spread(ratios)} times bare httpx")
    events = graph.builders.users.by_user_id(BOX).events
    before = rss()
    read = spent(lambda _: graph.read(sdk.get(events, select=["id"], top=1), pace), range(calls))
    print(f"a read through the connector    {read:.2f} ms CPU")
    print(f"memory {before:.0f} MB, and after {calls} calls {rss():.0f} MB")
    graph.close()
    server.stdin.close()
    server.wait(30)


def rss():
    import psutil

    return psutil.Process(os.getpid()).memory_info().rss / MB


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    else:
        main(*(int(one) for one in (sys.argv[1:] + ["300", "10000"][len(sys.argv) - 1 :])[:2]))
