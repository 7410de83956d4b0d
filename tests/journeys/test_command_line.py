"""The command line as a user meets it: light to start, plain when refused, JSON alone on stdout."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bot.cli import main

HEAVY = (
    "sqlalchemy",
    "fastapi",
    "pydantic",
    "uvicorn",
    "apscheduler",
    "docx",
    "pypdfium2",
    "jinja2",
    "holidays",
)


# What only some schools, some pages or some days use: a start waits for none of it.
LATER = (
    "alembic",
    "bot.reading.clauses",
    "docx",
    "googleapiclient",
    "httpx",
    "icalendar",
    "joserfc",
    "matplotlib",
    "msgraph",
    "openpyxl",
    "procrastinate",
    "prometheus_client",
    "pypdfium2",
)


def handbell(*words, **environment):
    return CliRunner(env=environment).invoke(main, words, prog_name="handbell")


@pytest.mark.parametrize(("starts", "unloaded"), [("bot.cli", HEAVY), ("bot.commands.run", LATER)])
def test_a_start_loads_nothing_it_does_not_need(starts, unloaded):
    code = f"import sys; import {starts}; print([name for name in {unloaded!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_help_names_every_command():
    said = handbell("--help")
    assert said.exit_code == 0
    for word in ("apply", "demo", "doctor", "people", "preview", "read", "run", "simulate", "status", "sync"):
        assert f"\n  {word} " in said.output


@pytest.mark.parametrize(
    "words",
    [("rread",), ("read",), ("preview", "--on", "tomorrow"), ("simulate", "--from", "2026-09-01")],
    ids=" ".join,
)
def test_wrong_words_exit_with_2_and_a_hint(words):
    said = handbell(*words)
    assert said.exit_code == 2
    assert "Usage:" in said.stderr
    assert said.stdout == ""


def test_a_setting_that_is_not_right_is_named(tmp_path):
    said = handbell("--data", str(tmp_path), "status", HANDBELL_SMTP_PORT="many")
    assert said.exit_code == 1
    assert "HANDBELL_SMTP_PORT" in said.stderr
    assert said.stdout == ""


def test_a_short_key_is_refused(tmp_path):
    said = handbell("--data", str(tmp_path), "status", HANDBELL_SECRET_KEY="short")
    assert said.exit_code == 1
    assert "HANDBELL_SECRET_KEY" in said.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("k" * 40 + "\n", encoding="utf-8")
    said = handbell("--data", str(tmp_path), "status", "--json", HANDBELL_SECRET_KEY_FILE=str(secret))
    assert said.exit_code == 0, said.stderr
    json.loads(said.stdout)


def test_a_secret_file_that_is_missing_is_named(tmp_path):
    said = handbell("--data", str(tmp_path), "status", HANDBELL_SECRET_KEY_FILE=str(tmp_path / "none"))
    assert said.exit_code == 1
    assert "HANDBELL_SECRET_KEY_FILE" in said.stderr
