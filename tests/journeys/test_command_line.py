"""The command line as a user meets it: light to start, plain when refused, JSON alone on stdout."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bot.cli.main import main

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
    "bot.reading.duties.service",
    "docx",
    "googleapiclient",
    "httpx",
    "icalendar",
    "joserfc",
    "msgraph",
    "openpyxl",
    "procrastinate",
    "prometheus_client",
    "pypdfium2",
)


def handbell(*words, **environment):
    return CliRunner(env=environment).invoke(main, words, prog_name="handbell")


@pytest.mark.parametrize(("starts", "unloaded"), [("bot.cli.main", HEAVY), ("bot.cli.server", LATER)])
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


@pytest.mark.parametrize("said", ["0001-01-01", "9999-12-31", "31/11/2026", "4/12/126", ""])
@pytest.mark.parametrize("word", ["preview", "status"])
def test_a_day_that_is_not_likely_is_refused_with_one_that_would_be(tmp_path, word, said):
    refused = handbell("--data", str(tmp_path), word, "--on", said)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Write it as 4/12/2026 or 2026-12-04." in refused.stderr


@pytest.mark.parametrize(("option", "said"), [("--until", "9999-11-01"), ("--response", "nan")])
def test_a_span_without_end_and_a_share_that_is_no_number_are_refused(tmp_path, option, said):
    options = {"--from": "2026-09-01", "--until": "2026-09-02", option: said}
    words = [word for pair in options.items() for word in pair]
    refused = handbell("--data", str(tmp_path), "simulate", *words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"Invalid value for '{option}': \"{said}\" is not a" in refused.stderr


@pytest.mark.parametrize("said", ["4/12/2026", "4/12/26", "04.12.2026", "2026-12-04"])
def test_a_day_may_be_british_or_iso_as_in_the_list_of_people(tmp_path, said):
    shown = handbell("--data", str(tmp_path), "preview", "--on", said, "--json")
    assert json.loads(shown.stdout)["on"] == "2026-12-04"


def test_a_preview_says_of_a_school_that_it_is_not_live(tmp_path):
    data = ("--data", str(tmp_path))
    begun = handbell(*data, "begin", "Oakfield", "--head", "Hal Head", "--email", "head@oakfield.example")
    assert begun.exit_code == 0, begun.stderr
    shown = handbell(*data, "preview", "--on", "2026-12-04")
    assert "Oakfield is not live and sends nothing: it has no day yet on which it goes live." in shown.stdout
    said = json.loads(handbell(*data, "preview", "--on", "2026-12-04", "--json").stdout)
    assert said["notices"] == []
    assert [(one["setting"], one["live_on"], one["on"], one["notices"]) for one in said["not_live"]] == [
        ("oakfield", None, "2026-12-04", [])
    ]
