"""PostgreSQL dies under load and comes back: people read a plain page meanwhile, and nothing is lost."""

import asyncio
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from matrix import LONG
from sqlalchemy import select

from bot.database.engine import open_store
from bot.messages import store as message_store
from bot.messages.tables import message

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LONGEST_WAIT_S = 20
EVERYBODY = 25
# A batch takes fifty letters, and at most 325 wait.
MOST_RUNS = 30
# The first letter and the last as well, in the long form.
AT = [4, *([1, EVERYBODY] if LONG else [])]
pytestmark = pytest.mark.postgres


class Crowd:
    """People who answer without a pause, and send it again where they are told to."""

    def __init__(self, people, client):
        self._people, self._client = people, client
        self._turn, self._over = threading.Lock(), threading.Event()
        self._acts = people.coming()
        self.refused, self.broken, self.slowest = 0, [], 0.0
        self._threads = [threading.Thread(target=self._use) for _ in range(2)]

    def __enter__(self):
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for one in self._threads:
            one.join(LONGEST_WAIT_S * 2)

    def _use(self):
        while not self._over.is_set():
            with self._turn:
                act = next(self._acts, None)
            if act is None:
                return
            try:
                while self._refused(act):
                    # A link takes no more than three answers a second of this hurried clock.
                    self._over.wait(0.5)
                    if self._over.is_set():
                        return
            except (AssertionError, httpx.HTTPError) as error:
                self.broken.append(repr(error))

    def _refused(self, act):
        began = time.monotonic()
        answer = self._people.send(self._client, act)
        self.slowest = max(self.slowest, time.monotonic() - began)
        refused = answer.status_code == 503
        self.refused += refused
        return refused


@pytest.fixture
def people(own_postgres, move_in, acts, case_keys, trial):
    move_in(own_postgres.url, "much to sign")
    trial.database = "postgres"
    return acts.People(acts.KINDS["sign"], own_postgres.url, case_keys, 300 if trial.long else 90)


@pytest.fixture
def post(second_machine, mail_server, people):
    """The other process: plans once, and delivers what waits."""
    return Post(second_machine, mail_server, people.url)


@dataclass
class Post:
    machine: object
    server: object
    url: str
    now: datetime = NOW

    def begin(self):
        """Begin to deliver, when the leases of the last time have ended."""
        self.now += timedelta(minutes=3)
        self.machine.begin(do="deliver", url=self.url, port=self.server.port, now=self.now.isoformat())

    def ended(self):
        """Return whether the database went away under it."""
        assert not self.machine.ended()
        return self.machine.said("away") is not None

    def counts(self):
        store = open_store(self.url)
        with store.reading() as conn:
            found = message_store.counts(conn)
        store.close()
        return found

    def states(self):
        """What became of each message, by its id."""
        store = open_store(self.url)
        with store.reading() as conn:
            found = {row.id: row.state for row in conn.execute(select(message.c.id, message.c.state))}
        store.close()
        return found

    def all_delivered(self, row):
        """Deliver until nothing waits; count what arrived, and how often."""
        for _ in range(MOST_RUNS):
            if not self.counts().keys() & {"waiting", "leased", "sending"}:
                break
            self.begin()
            self.ended()
        states = self.states()
        copies = Counter(re.sub(r"@.*|[<>]", "", copy.id) for copy in self.server.copies)
        # Who answers before their letter goes is not asked any more.
        assert set(states.values()) <= {"sent", "withdrawn"}, Counter(states.values())
        sent = {id_ for id_, state in states.items() if state == "sent"}
        row.done = len(sent)
        row.lost = len(sent - copies.keys())
        row.twice = sum(copies.values()) - len(copies)
        # One message is under way at a time, so each death can make one second copy: where the server is
        # back in time, which the next test shows, it makes none.
        row.twice_outside = max(row.twice - row.runs, 0)


def test_postgresql_killed_under_load_loses_nothing_and_needs_no_one(
    own_postgres, people, serving, post, trial
):
    row, mail = trial.row("PostgreSQL killed", "sign"), trial.row("PostgreSQL killed", "deliver")
    post.machine.does(do="plan", url=people.url)
    with serving(people, hurries=60) as client:
        for _ in range(12 if trial.long else 3):
            with Crowd(people, client) as crowd:
                post.begin()
                time.sleep(trial.chance.uniform(0.05, 0.4))
                own_postgres.kill()
                own_postgres.start()
            mail.runs += post.ended()
            row.runs += 1
            assert crowd.broken == []
            assert crowd.slowest < LONGEST_WAIT_S
            # The same process goes on at once: it looks at its old connections before it uses them.
            for act in people.unsure() or [next(people.coming(), people.acts[-1])]:
                assert people.send(client, act).status_code == 303
    people.whole(row)
    post.all_delivered(mail)
    assert (row.harmed, mail.harmed) == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("at", AT)
def test_a_restart_between_the_mail_servers_yes_and_our_note_makes_no_second_copy(
    at, own_postgres, people, post, mail_server, trial
):
    row, taken = trial.row("PostgreSQL restarts at a yes", "deliver"), []
    back = threading.Timer(0.7, own_postgres.start)
    post.machine.does(do="plan", url=people.url)

    async def restart(word, _server):
        if word == "taken":
            taken.append(word)
            if len(taken) == at:
                await asyncio.to_thread(own_postgres.stop)
                back.start()

    mail_server.watch = restart
    post.begin()
    assert post.ended(), "this run ends, and the next one goes on"
    back.join()
    # Nothing waits until a lease ends: what was not sent is free at once.
    assert post.counts() == {"sent": at, **({"waiting": EVERYBODY - at} if at < EVERYBODY else {})}
    post.all_delivered(row)
    row.runs, row.twice_outside = 1, row.twice
    assert row.harmed == (0, 0, 0)


def test_a_server_that_is_not_there_is_one_plain_page_and_a_sentence(
    own_postgres, people, serving, second_machine, acts
):
    with serving(people) as client:
        own_postgres.stop()
        act = next(people.coming())
        for answer in (client.get(act.path), people.send(client, act), client.get("/report/oakfield")):
            acts.is_away(answer)
        second_machine.does(do="plan", url=people.url)
        assert second_machine.said("away") == "The database cannot be used now. It cannot be reached."
        own_postgres.start()
        assert people.send(client, act).status_code == 303
