"""A school, a machine that dies on demand, and the table of what came of it all.

The short form runs with every other test; HANDBELL_TESTS=long is the long one, and HANDBELL_SEED throws
other dice. What a test counts in `trial.row(...)` stands in the table at the end.
"""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from matrix import LONG

from bot.core.encryption import CaseKeys
from bot.database.engine import open_store
from bot.database.migrate import upgrade
from bot.messages.store import NewMessage, queue_message
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules import audience
from bot.rules.cadence import OnJoining, Span
from bot.rules.calendar import Term
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SCHOOL = "oakfield"
PEOPLE = 25
ROLES = {0: "headteacher", 1: "dsl", 2: "dpo"}
TO_SIGN = 12
SECRET = "k" * 48
CASE_KEY = "bWVycml3ZWxsLWdyZWVuLWtleS1vZi10aGUtdGVzdHM="
COUNTED = ("runs", "messages or acts", "lost", "second copies", "copies outside the window", "missing")


def pytest_terminal_summary(terminalreporter):
    """Print one table: what was done to which action on which database, and what came of it."""
    rows, told = defaultdict(Counter), []
    for report in terminalreporter.stats.get("", ()):
        for name, row in report.user_properties if report.when == "teardown" else ():
            if name == "fault":
                rows[tuple(row[:3])].update(dict(zip(COUNTED, row[3:], strict=True)))
            if name == "fault told":
                told.append(row)
    if not rows:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line(f"{'fault':38} {'action':20} {'database':10} {' | '.join(COUNTED)}")
    for (fault, action, database), counted in sorted(rows.items()):
        numbers = " | ".join(f"{counted[name]:>{len(name)}}" for name in COUNTED)
        terminalreporter.write_line(f"{fault:38} {action:20} {database:10} {numbers}")
    for words in told:
        terminalreporter.write_line(words)


@dataclass
class Came:
    """What came of one fault: `twice` beyond the one window there is must be none, and so must `missing`."""

    runs: int = 0
    done: int = 0
    lost: int = 0
    twice: int = 0
    twice_outside: int = 0
    missing: int = 0

    @property
    def harmed(self):
        """Nothing may be lost, doubled outside the window, or acknowledged and then missing."""
        return self.lost, self.twice_outside, self.missing


class Trial:
    """One test: its dice, how much time there is, and its rows of the table."""

    def __init__(self, name, database):
        self.chance = random.Random(f"{os.environ.get('HANDBELL_SEED', '1')} {name}")
        self.long = LONG
        self.database = database
        self.rows, self.told = [], []

    def times(self, **of):
        """How often: `times(sqlite=(8, 200), postgres=(4, 80))`, the short form and the long one."""
        return of[self.database][self.long]

    def tell(self, words):
        """Add a sentence below the table."""
        self.told.append(words)

    def row(self, fault, action):
        """Begin a row of the table."""
        self.rows.append((fault, action, Came()))
        return self.rows[-1][2]


@pytest.fixture
def trial(request, record_property):
    """What this test counts is in the table when it has ended."""
    sort = getattr(request.node, "callspec", None)
    made = Trial(request.node.name, sort.params.get("databases", "sqlite") if sort else "sqlite")
    yield made
    for fault, action, one in made.rows:
        numbers = (one.runs, one.done, one.lost, one.twice, one.twice_outside, one.missing)
        record_property("fault", (fault, action, made.database, *numbers))
    for words in made.told:
        record_property("fault told", words)


def school(obligations):
    """A school's register with so many things to read on joining."""
    return Register(
        school=School(SCHOOL, "Oakfield Primary School", since=date(2026, 9, 1)),
        obligations=tuple(
            Obligation(
                key=f"read-{number}",
                school=SCHOOL,
                kind=Kind.ACKNOWLEDGE,
                title=f"Read policy {number}",
                audience=audience.parse("staff"),
                cadence=(OnJoining(Span(10, "school days")),),
                ladder=ASK,
                source=Source("policy", str(number)),
                statement=f"I have read policy {number}.",
            )
            for number in range(1, obligations + 1)
        ),
        terms=(
            Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
            Term("Spring", date(2027, 1, 4), date(2027, 4, 1)),
        ),
    )


def fill_with(obligations):
    """Make a school of twenty-five people who all began this morning."""

    def fill(store):
        everybody = [
            Person(
                f"p{number}",
                f"Person {number}",
                f"p{number}@oakfield.example",
                (
                    Membership(
                        SCHOOL, frozenset({"staff", ROLES.get(number, "staff")}), starts_on=MORNING.date()
                    ),
                ),
            )
            for number in range(PEOPLE)
        ]
        with store.writing() as conn:
            record_register.save_register(conn, school(obligations), MORNING - timedelta(days=1))
            record_people.save_people(conn, everybody, MORNING - timedelta(days=1))

    return fill


def letters_for(settings):
    """Make schools with so many people each, who each have a letter that may go out now."""

    def fill(store):
        now = datetime.now(UTC)
        with store.writing() as conn:
            for school, count in settings.items():
                record_register.save_register(conn, Register(school=School(school, school.title())), now)
                held = (Membership(school, frozenset({"staff"}), starts_on=date(2020, 9, 1)),)
                for number in range(count):
                    email = f"p{number}@{school}.example"
                    one = Person(f"{school}-{number}", f"Person {number}", email, held)
                    record_people.save_people(conn, [one], now)
                    words, ends_at = f"{one.key} now", now + timedelta(hours=1)
                    queue_message(
                        conn, NewMessage("sign-in", school, one.key, words, now.date(), now, ends_at), now
                    )

    return fill


@pytest.fixture
def with_letters():
    """What fills a database with letters that wait: `with_letters(oakfield=40)`."""
    return lambda **settings: letters_for(settings)


FILL = {"one thing to read": fill_with(1), "much to sign": fill_with(TO_SIGN)}


@pytest.fixture(scope="session")
def case_keys():
    """What the machine seals cases with."""
    return CaseKeys((CASE_KEY,))


@pytest.fixture
def oakfield(databases):
    """Make a database of the school: `oakfield()`, or `oakfield("much to sign")`; returns its address."""
    return lambda how="one thing to read": databases.like(FILL[how])


def beside(name):
    """Load a module that lies here; test folders are no packages."""
    found = importlib.util.spec_from_file_location(f"faults_{name}", Path(__file__).with_name(f"{name}.py"))
    module = sys.modules[found.name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def acts():
    """What people do on the pages."""
    return beside("acts")


@pytest.fixture
def people_of(acts, oakfield, case_keys):
    """The people of a new school, who "sign" or "report": `people_of("sign")`."""
    return lambda kind: acts.People(acts.KINDS[kind], oakfield(acts.KINDS[kind].school), case_keys)


@pytest.fixture
def move_in():
    """Make the school in an empty database: `move_in(url)`."""

    def moved(url, how="one thing to read"):
        store = open_store(url)
        upgrade(store)
        FILL[how](store)
        store.close()

    return moved


class Machine:
    """Does one order at a time, unless it is killed first."""

    def __init__(self):
        program = [sys.executable, str(Path(__file__).parent / "worker.py")]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._said = []
        self.child = None

    def begin(self, **order):
        """Send an order; the usual ones carry the secrets of the tests and the time."""
        if self.child is not None:  # a test that failed left it alive
            self.kill()
            self.hear("killed")
        usual = {"secret": SECRET, "case_key": CASE_KEY, "now": MORNING.isoformat(), "lease": 2}
        self._process.stdin.write(json.dumps(usual | order) + "\n")
        self._process.stdin.flush()
        self._said = []
        self.child = self.hear("child")

    def hear(self, word):
        """Wait until it says this, and return what it says."""
        while not any(word in said for said in self._said):
            line = self._process.stdout.readline()
            assert line, "the machine broke down"
            self._said.append(json.loads(line))
        return next(said[word] for said in self._said if word in said)

    def said(self, word):
        """What it has said of this, or None."""
        return next((said[word] for said in self._said if word in said), None)

    def kill(self):
        """End the child as a power cut would; one that has ended already feels nothing."""
        if self.child is not None:
            os.kill(self.child, signal.SIGKILL)

    def ended(self):
        """Wait for the child's end; return whether it was killed. Whatever else went wrong fails the test."""
        killed = self.hear("killed")
        self.child = None
        assert killed or self.hear("status") == 0, self._said
        return killed

    def does(self, **order):
        """Run one order undisturbed; return what it printed about `word`."""
        self.begin(**order)
        assert not self.ended()

    def stop(self):
        self.kill()
        self._process.stdin.close()
        self._process.stdout.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)


@pytest.fixture(scope="session")
def machine():
    made = Machine()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def second_machine():
    made = Machine()
    yield made
    made.stop()
