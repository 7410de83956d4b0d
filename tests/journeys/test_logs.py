"""The log: what a day leaves in it, in both forms; and nobody's name, address or subject line."""

import io
import json
import logging
import sqlite3
import sys
from dataclasses import replace
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import Depends

from bot.core.errors import AddressRefused, BadInput, LinkRefused, Problem, TryAgain
from bot.core.telemetry import AsJson, AsText, of_error, start_logging
from bot.identity.guard import Public
from bot.records.people import roster
from connectors.local.roster import CsvRoster
from schedules.embedded import run_due
from schedules.jobs import JOBS
from schedules.runner import Runner

SCHOOL = "merriwell-green"
NOT_OURS = ("httpx", "httpcore", "asyncio", "mail.log")
BAD_ROW = (
    "name,email,roles,start\nZebedee Canary,zebedee.canary@merriwell.example,staff,the first of May-be\n"
)


@pytest.fixture
def logged():
    """Everything that is logged, at any level, in both forms: `logged()` gives [text, JSON]."""
    outs, root = [], logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    handlers = []
    for form in (AsText(), AsJson()):
        outs.append(io.StringIO())
        handler = logging.StreamHandler(outs[-1])
        handler.addFilter(lambda record: not record.name.startswith(NOT_OURS))
        handler.setFormatter(form)
        handlers.append(handler)
        root.addHandler(handler)
    yield lambda: [out.getvalue() for out in outs]
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.fixture
def refusing(town):
    """A mail server that refuses everybody by name and address."""
    with town.store.reading() as conn:
        people = tuple(roster(conn, SCHOOL).values())
    for one in people:
        town.server.answers[one.email] = [f"550 5.1.1 <{one.email}> {one.name} is unknown here"] * 3
    yield people
    town.server.answers.clear()


def live_a_day(town, folder):
    """Every job once, with a list of people that is wrong; then pages that are opened, refused and broken."""
    bad = folder / "staff.csv"
    bad.write_text(BAD_ROW, encoding="utf-8")
    services = replace(town.services, rosters={SCHOOL: CsvRoster(bad)})
    runner = Runner(services, ZoneInfo("Europe/London"), "a test")
    for job in JOBS:
        run_due(job, runner)
    with httpx.Client(base_url=town.address, timeout=30) as client:
        client.get("/d/spoilt.link")
        client.post("/sign-in", data={"email": "zebedee.canary@merriwell.example"})
        assert client.get("/broken").status_code == 500


def test_a_day_leaves_no_one_in_the_log(town, refusing, logged, tmp_path, stage):
    def broken():
        raise ValueError("Zebedee Canary <zebedee.canary@merriwell.example> cannot be read")

    stage.app.get("/broken", dependencies=[Depends(Public("a test"))])(broken)
    town.clock.turn(days=1)
    live_a_day(town, tmp_path)
    text, lines = logged()
    told = [json.loads(line) for line in lines.splitlines()]
    subjects = {copy.mail["Subject"].strip() for copy in town.boxes}
    assert subjects
    for said in (text, lines):
        assert "canary" not in said.lower()
        assert not [one.name for one in refusing if one.name in said or (one.email or one.name) in said]
        assert not [subject for subject in subjects if subject in said]
    jobs = {one["job"]: one for one in told if "job" in one}
    assert set(jobs) == {job.name for job in JOBS}
    assert all(one["took_ms"] >= 0 and one["outcome"] in {"well", "failed"} for one in jobs.values())
    assert "given up" in jobs["deliver"]["says"]
    refused = jobs["read the rosters"]
    assert (refused["level"], refused["outcome"], refused["setting"]) == ("warning", "failed", SCHOOL)
    assert "staff.csv:2 start" in refused["says"]
    (fault,) = [one for one in told if one["says"] == "a page broke"]
    assert fault["broke"][0] == "ValueError"
    assert "test_logs.py" in fault["broke"][-1]


def error_of(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
    raise AssertionError


TOLD = [
    (AddressRefused("550 5.1.1 <a@b.example> Ann Other is unknown"), "AddressRefused 550 5.1.1"),
    (TryAgain("429 slow down, Ann", after=3), "TryAgain 429"),
    (TryAgain("Ann's server is away"), "TryAgain"),
    (LinkRefused("This link is cut short"), "LinkRefused: This link is cut short"),
    (ValueError("Ann Other"), "ValueError"),
    (OSError(28, "No space left on device", "/home/ann.other/x"), "OSError 28"),
    (
        BadInput([Problem("/home/ann/staff.csv", 4, "email", '"Ann" is no address', "Give one.")] * 7),
        f"7 refused: {', '.join(['staff.csv:4 email'] * 5)}",
    ),
    (
        BadInput([Problem("settings", None, "HANDBELL_PORT", "is taken", "")]),
        "1 refused: settings HANDBELL_PORT",
    ),
    (BadInput([Problem("list.csv", None, None, "is empty", "")]), "1 refused: list.csv"),
]


@pytest.mark.parametrize(("error", "told"), TOLD, ids=lambda one: one if isinstance(one, str) else "")
def test_of_an_error_its_kind_its_code_and_its_place_are_told(error, told):
    assert of_error(error) == told


def test_a_database_tells_its_own_code():
    with sqlite3.connect(":memory:") as database:
        error = error_of(lambda: database.execute("select * from nowhere"))
    database.close()
    assert of_error(error) == "OperationalError SQLITE_ERROR"


def test_a_fault_is_told_with_its_causes_and_without_their_words(logged):
    def lost():
        raise KeyError("Ann Other")

    def broken():
        try:
            lost()
        except KeyError as cause:
            raise RuntimeError("ann@b.example could not be found") from cause

    try:
        broken()
    except RuntimeError:
        logging.getLogger("bot.test").exception("it broke for %s", "ann@b.example")
    text, line = logged()
    assert "ERROR bot.test: it broke for [address]\n  RuntimeError\n  at " in text
    broke = json.loads(line)["broke"]
    assert [one for one in broke if not one.startswith("at ")] == ["RuntimeError", "KeyError"]
    assert "nn" not in text.replace(__file__, "").replace("conn", "")


@pytest.mark.parametrize("form", ["text", "json"])
def test_logging_starts_in_the_form_the_settings_name(form, capsys):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        start_logging("info", form)
        sys.stderr.flush()
        logging.getLogger("bot").info("hello", extra={"job": "deliver", "setting": "a@b.example", "junk": 1})
        logging.getLogger("bot").debug("not told")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    if form == "json":
        line = json.loads(said)
        at = line.pop("at")
        assert at.endswith("Z")
        assert line == {
            "level": "info",
            "logger": "bot",
            "says": "hello",
            "job": "deliver",
            "setting": "[address]",
        }
    else:
        assert said.endswith(" INFO bot: hello job=deliver setting=[address]\n")
