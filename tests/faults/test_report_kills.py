"""Processes that take reports are killed over and over: what was acknowledged is there, whole and once."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.actions.configure import apply_register
from bot.actions.report import Report, receive
from bot.actions.report_codes import form_digest
from bot.actions.roster import import_roster
from bot.bootstrap import make_services
from bot.register.convert import to_domain
from bot.register.load import load
from bot.sample.school import write_school
from bot.sealing import new_master_key
from bot.settings import load_settings
from bot.store import case_timeline
from bot.store import cases as kept
from bot.store.case_schema import case_file
from bot.store.schema import message
from connectors.local.roster import CsvRoster

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SETTING = "merriwell-green"
REPORTERS = Path(__file__).with_name("reporters.py")
# A child lives for up to so many times what one report takes on this machine today.
REPORTS_OF_A_LIFE = 5
SEED = 20261123


@dataclass
class Told:
    """What the reporters were told before they died."""

    begun: list = field(default_factory=list)
    taken: dict = field(default_factory=dict)
    kills: int = 0
    pace_s: float = 0.0

    def hear(self, line):
        what, _, said = line.rstrip("\n").partition(" ")
        if what == "begun":
            self.begun.append(said)
        elif what == "pace":
            self.pace_s = float(said)
        elif what == "taken":
            key, _, number = said.partition("=")
            self.taken[key] = number


@pytest.fixture
def services(databases, tmp_path, monkeypatch):
    """The sample school with keys for cases, ready to take reports."""
    monkeypatch.setenv("HANDBELL_CASE_KEYS", new_master_key())
    monkeypatch.setenv("HANDBELL_SECRET_KEY", "k" * 48)
    made = make_services(load_settings(data=tmp_path, database_url=databases.current()))
    files = write_school(tmp_path / "school", date(2026, 11, 23))
    began_at = NOW - timedelta(weeks=3)
    apply_register(made.store, to_domain(load(files.register)), documents={}, now=began_at, actor="a test")
    import_roster(made.store, SETTING, tuple(CsvRoster(files.roster).roster()), now=began_at, actor="a test")
    yield made
    made.store.close()


def kill_over_and_over(services, folder, times):
    told, chance = Told(), random.Random(SEED)
    url = services.store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(REPORTERS), str(folder), url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mother:
        for line in iter(mother.stdout.readline, "ready\n"):
            told.hear(line)
        for _ in range(times):
            mother.stdin.write("\n")
            mother.stdin.flush()
            kill_one(mother, told, chance.uniform(0, REPORTS_OF_A_LIFE * told.pace_s))
        mother.stdin.close()
    assert mother.returncode == 0
    return told


def kill_one(mother, told, lives_s):
    """Let the mother's child live so long, kill it, and hear everything it said."""
    lines = iter(mother.stdout.readline, "")
    for line in lines:
        if line.startswith("child"):
            break
        told.hear(line)
    time.sleep(lives_s)
    os.kill(int(line.split()[1]), signal.SIGKILL)
    told.kills += 1
    for line in lines:
        if line == "dead\n":
            return
        told.hear(line)


def number_of(conn, services, key):
    digest = form_digest(services.links.secret, key)
    return conn.scalars(select(case_file.c.number).where(case_file.c.form == digest)).all()


@pytest.mark.parametrize(
    ("databases", "kills"),
    [("sqlite", 100), pytest.param("postgres", 30, marks=pytest.mark.postgres)],
    indirect=["databases"],
)
def test_every_report_acknowledged_before_a_kill_is_there_once_and_whole(
    services, tmp_path, kills, record_property
):
    told = kill_over_and_over(services, tmp_path, kills)
    assert told.kills == kills
    assert len(told.taken) >= kills / 10
    with services.store.reading() as conn:
        for key, number in told.taken.items():
            assert number_of(conn, services, key) == [number]
        in_flight = [key for key in told.begun if key not in told.taken]
        written = [key for key in in_flight if number_of(conn, services, key)]
        assert kept.count(conn) == len(told.taken) + len(written)
        assert kept.broken_at(conn) is None
    assert len(in_flight) >= kills / 4, "too few died at work for this to prove anything"
    in_words = f"{len(told.taken)} acknowledged, {len(in_flight)} in flight, {len(written)} of them kept"
    print(f"{kills} kills: {in_words}")
    for key in in_flight:
        again = Report(setting=SETTING, category="other", what="x", where_when="", about="", form_key=key)
        receive(services, again, NOW, lambda n, key=key: sha256(f"again {key}".encode()).digest()[:n])
    whole(services, len(told.begun))


def whole(services, count):
    """So many cases, and each with its timeline, its letter, and its sealed words to be read."""
    with services.store.reading() as conn:
        found = kept.in_settings(conn)
        assert len(found) == count
        clocks = case_timeline.clocks(conn, [one.number for one in found])
        for one in found:
            assert services.case_keys.unseal(one.wrapped_key, one.sealed)
            assert len(case_timeline.entries(conn, one.number)) == 2
            assert len(clocks.get(one.number, [])) == (one.category == "data-breach")
        letters = select(func.count()).select_from(message).where(message.c.kind == "case")
        assert conn.scalar(letters) == count
        assert kept.broken_at(conn) is None
