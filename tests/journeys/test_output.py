"""Where what a command prints cannot go: a full disk and a reader that went away are no tracebacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from matrix import whole

WORDS = {
    "help": ["--help"],
    "preview": ["preview"],
    "simulate --json": ["simulate", "--from", "1/9/2026", "--until", "3/9/2026", "--json"],
    "make-key": ["cases", "make-key"],
}
MORE = whole(
    ["simulate", "--help"],
    ["preview", "--json"],
    ["simulate", "--from", "1/9/2026", "--until", "3/9/2026"],
    ["status"],
    ["doctor"],
)
# Python may hold back what it prints, or not: the failure comes at another place.
RUNS = [*((words, True) for words in (*WORDS.values(), *MORE)), (WORDS["preview"], False)]


@pytest.fixture
def data(tmp_path):
    """A folder for an empty installation."""
    return tmp_path / "data"


def handbell(data, words, out, buffered):
    """Runs a command with its output there."""
    environment = os.environ | {"PYTHONUNBUFFERED": "" if buffered else "1"}
    command = [sys.executable, "-m", "bot", "--data", str(data), *words]
    return subprocess.run(
        command, stdout=out, stderr=subprocess.PIPE, text=True, env=environment, check=False
    )


@pytest.mark.parametrize(("words", "buffered"), RUNS)
def test_a_reader_that_went_away_ends_a_command_quietly(data, words, buffered):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        said = handbell(data, words, writer, buffered)
    finally:
        os.close(writer)
    assert (said.returncode, said.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no disk that is full")
@pytest.mark.parametrize(("words", "buffered"), RUNS)
def test_a_full_disk_under_the_output_is_told_in_one_line(data, words, buffered):
    with Path("/dev/full").open("w", encoding="utf-8") as out:
        said = handbell(data, words, out, buffered)
    assert said.returncode == 74
    assert said.stderr.startswith("What it says cannot be printed (No space left on device).")
    assert said.stderr.count("\n") == 1
