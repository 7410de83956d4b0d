"""What the schedules do is killed at every step: all of it is there afterwards or nothing, then all."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest
from openpyxl import load_workbook
from reported import report_of
from sqlalchemy import func, select

from bot.cases import store as case_store
from bot.core.links import Links
from bot.database.engine import open_store
from bot.messages.tables import message, sent_step
from bot.ports import Address
from bot.records import ledger
from bot.records import people as record_people
from bot.reports.service import receive
from bot.services import Services
from connectors.local.tracked_list import TrackedFile

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SCHOOL = "oakfield"
COLUMNS = ("Number", "Category")
NEWCOMERS = 200
FORMS = 3


class Planning:
    """The day's notices and messages: all of them or none."""

    name = "plan"

    def prepare(self, store, folder, case_keys):
        """Nothing more than the school is needed."""

    def look(self, store, folder):
        with store.reading() as conn:
            counted = [conn.scalar(select(func.count()).select_from(table)) for table in (message, sent_step)]
        return [tuple(counted)]


class Importing:
    """A new list of people: everybody of it with one line in the ledger, or the old people."""

    name = "roster"

    def prepare(self, store, folder, case_keys):
        lines = [
            f"n{number},New {number},new{number}@oakfield.example,teacher" for number in range(NEWCOMERS)
        ]
        text = "\n".join(["reference,name,email,roles", *lines])
        (folder / "roster.csv").write_text(text, encoding="utf-8")

    def look(self, store, folder):
        with store.reading() as conn:
            known = record_people.roster(conn, SCHOOL)
            gone = sum(one.membership(SCHOOL).leaves_on is not None for one in known.values())
            assert ledger.verify(conn) is None
            return [(len(known), gone, ledger.head(conn)[0])]


class Taking:
    """Reports from a form outside: each is one case, and its words are taken away there only after."""

    name = "take reports"

    def prepare(self, store, folder, case_keys):
        for number in range(FORMS):
            said = {"category": "visitor", "what": f"A visitor filmed {number}.", "where_when": "Hall"}
            (folder / f"{number}.json").write_text(json.dumps(said), encoding="utf-8")

    def look(self, store, folder):
        with store.reading() as conn:
            kept = len(case_store.in_schools(conn))
            letters = conn.scalar(select(func.count()).where(message.c.kind == "case"))
            assert case_store.broken_at(conn) is None
        assert letters == kept
        taken = sum(not path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
        assert taken <= kept, "words were taken away before there was a case"
        # One after another: as many units are done as there are cases.
        return [number < kept for number in range(max(FORMS, kept))]


class Mirroring:
    """The list of cases that the office reads: the old one or the new one, and always whole."""

    name = "tracked list"

    def prepare(self, store, folder, case_keys):
        services = Services(
            store=store,
            mailer=None,
            clock=lambda: NOW,
            links=Links("k" * 48),
            base_url="",
            sender=Address("office@oakfield.example"),
            case_keys=case_keys,
        )
        TrackedFile(folder / "cases.xlsx").replace(COLUMNS, [])
        for number in range(3):
            report = report_of(
                school=SCHOOL,
                category="visitor",
                what="A visitor filmed.",
                where_when="",
                about="",
                form_key=f"the form number {number:08}",
            )
            receive(services, report, NOW, lambda length, number=number: bytes([number] * length))

    def look(self, store, folder):
        book = load_workbook(folder / "cases.xlsx")
        rows = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
        assert rows[0] == COLUMNS
        return [tuple(rows)]


KINDS = [Planning(), Importing(), Taking(), Mirroring()]


class Bench:
    """One kind of job, and a new school for every time it is done."""

    def __init__(self, kind, lab, folder):
        self.kind, self.lab, self._folder, self._numbers = kind, lab, folder, count()

    def school(self):
        """Return a school with its store, its folder, and the order to the machine."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        store = open_store(self.lab.new())
        self.kind.prepare(store, folder, self.lab.case_keys)
        store.close()
        url = store.engine.url.render_as_string(hide_password=False)
        return School(self.kind, store, folder, {"do": ORDERS[self.kind.name], "url": url})


@dataclass
class School:
    kind: object
    store: object
    folder: object
    order: dict

    def look(self):
        """How it stands; every connection is given back, so that the database may be taken away."""
        found = self.kind.look(self.store, self.folder)
        self.store.close()
        return found

    def does(self, machine, **more):
        machine.begin(**self.order, folder=str(self.folder), **more)

    def left(self):
        """What lies in the folder and belongs to nobody."""
        return {path.name for path in self.folder.iterdir()} - BELONGS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_job_killed_at_any_step_did_all_or_nothing_and_then_does_all_once(kind, trial, lab, tmp_path):
    row, bench, machine = trial.row("SIGKILL at a step", kind.name), Bench(kind, lab, tmp_path), lab.machine
    bench.school().does(machine, here=True)
    school = bench.school()
    before = school.look()
    began = time.monotonic()
    school.does(machine, dies_at=0)
    assert not machine.ended()
    takes, steps, after = time.monotonic() - began, machine.hear("steps"), school.look()
    assert all(one != other for one, other in zip(before, after, strict=True))
    for dies_at in chosen(steps, trial.times(sqlite=(6, 80), postgres=(3, 40)), trial.chance):
        school = bench.school()
        school.does(machine, **({"dies_at": dies_at} if dies_at else {}))
        timer = None if dies_at else lab.kill_after(trial.chance.uniform(0, takes))
        row.runs += machine.ended()
        if timer is not None:
            timer.cancel()
        assert all(one in both for one, *both in zip(school.look(), before, after, strict=True))
        for _ in range(2):
            school.does(machine)
            assert not machine.ended()
            row.lost += school.look() != after
        row.done += 1
        assert school.left() == set(), "something half-written lies about"
    assert row.harmed == (0, 0, 0)


BELONGS = {"roster.csv", "cases.xlsx", *(f"{number}.json" for number in range(FORMS))}
ORDERS = {"plan": "plan", "roster": "roster", "take reports": "intake", "tracked list": "mirror"}


def chosen(steps, most, chance):
    """Every step, or as many as there is time for with the last three; then some instants (0)."""
    first, last = list(range(1, steps - 2)), list(range(max(steps - 2, 1), steps + 1))
    most_of_first = max(most - len(last), 0)
    picked = first if len(first) <= most_of_first else sorted(chance.sample(first, most_of_first))
    return [*picked, *last, *[0] * (most // 4)]
