"""The commands that README.md and the how-to guides show are run as they stand there."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.core.clock import local_date
from bot.demo.school import write_school

ROOT = Path(__file__).resolve().parents[2]
# Started as a program of its own in test_run.py and test_wheel.py.
SERVES = {"run", "demo"}
KNOWN = {"begin", "read", "apply", "people", "preview"}


def blocks(page):
    """List the fenced blocks of a page."""
    return re.findall(
        r"^```\n(.+?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def commands(page):
    """List the handbell commands of a page's blocks, as words, without what explains them beside."""
    lines = [line for block in blocks(page) for line in block.splitlines() if line.startswith("handbell ")]
    return [shlex.split(re.split(r"\s{3,}", line)[0])[1:] for line in lines]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to a folder with the policies, the list of people and the register of the sample school."""
    school = write_school(tmp_path / "school", local_date(datetime.now(UTC)))
    shutil.copytree(ROOT / "bot" / "demo" / "policies", tmp_path / "policies")
    shutil.copy(school.roster, tmp_path / "staff.csv")
    monkeypatch.chdir(tmp_path)
    return school


def test_the_commands_of_the_readme_run_in_their_order(folder, tmp_path):
    shown = [words for words in commands("README.md") if words[0] not in SERVES]
    assert {words[0] for words in shown} == KNOWN
    for words in shown:
        if words[0] == "read":  # the shell fills in the names
            assert words[1] == "policies/*.docx"
            words[1] = "policies/staff-acceptable-use.md"
        data = "begun" if words[0] == "begin" else "data"  # two ways to the same end
        said = CliRunner().invoke(main, ["--data", data, *words], input="y\n", prog_name="handbell")
        assert said.exit_code == 0, (words, said.output)
        if words[0] == "read":  # its questions are answered by a person; here by the sample's own register
            assert "setting:" in (tmp_path / "register.yaml").read_text(encoding="utf-8")
            shutil.copy(folder.register, tmp_path / "register.yaml")


def test_the_first_steps_of_the_tutorial_are_commands(folder):
    shown = commands("docs/tutorial/first-hour.md")
    assert [words[0] for words in shown] == ["--version", "begin", "run", "preview", "doctor"]
    for words in shown:
        if words[0] not in SERVES:
            said = CliRunner().invoke(main, ["--data", "data", *words], prog_name="handbell")
            assert said.exit_code == (1 if words[0] == "doctor" else 0), (words, said.output)


def test_the_key_of_cases_is_made_as_the_guide_shows(tmp_path):
    [script] = [block for block in blocks("docs/how-to/take-reports.md") if "make-key" in block]
    [script, served] = script.rsplit("\n", 2)[0], script.rstrip().rsplit("\n", 1)[1]
    assert served == "handbell run"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "handbell"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = os.environ | {"HOME": str(tmp_path), "PATH": f"{program.parent}:{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(ROOT)
    subprocess.run(["sh", "-eu", "-c", script], check=True, env=environment, cwd=tmp_path)
    key = tmp_path / "handbell-keys" / "case.key"
    assert len(key.read_text(encoding="ascii").strip()) == 44
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
