"""The project's own papers agree with the code: version, settings, jobs, findings, locks."""

import re
import subprocess
from pathlib import Path

import pytest

from bot import __version__
from bot.core.config import Config
from schedules.jobs import JOBS

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "deploy" / "locks").glob("*.txt"))


def _tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_the_changelog_begins_with_the_version_behind_what_is_not_released():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (?!\[Unreleased\]$)(.+)$", changelog, re.MULTILINE)
    assert first is not None
    assert re.fullmatch(rf"\[{re.escape(__version__)}\] - \d{{4}}-\d{{2}}-\d{{2}}", first.group(1))
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Config.model_fields)
def test_every_setting_stands_in_the_example_with_its_help(name):
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert f"HANDBELL_{name.upper()}=" in example
    assert Config.model_fields[name].description in example


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_has_a_row_in_the_runbook(job):
    assert f"| {job.name} |" in (ROOT / "deploy" / "runbook.md").read_text(encoding="utf-8")


def test_every_finding_has_one_number_and_a_place_in_the_runbook():
    checks = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot" / "cli").glob("*.py"))]
    numbers = re.findall(r'"(H\d{3})[ "]', "".join(checks))
    assert len(checks) > 10
    assert len(numbers) == len(set(numbers)) > 30
    runbook = (ROOT / "deploy" / "runbook.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (H\d{3}) \| [^|]+ \| [^|]+ \|$", runbook, re.MULTILINE)
    assert sorted(rows) == sorted(numbers)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_and_names_no_registry(lock):
    text = lock.read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE)
    assert len(pinned) > 10
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
    assert "--index" not in text


def test_no_tracked_file_names_this_machine():
    here = str(ROOT.parent) + "/"
    if len(here) < 4:
        pytest.skip("the checkout is at the root of the disk")
    files = [path for path in _tracked() if path.is_file()]
    assert not [path.name for path in files if here.encode() in path.read_bytes()]


def test_no_test_asks_whether_a_page_shows_something_without_waiting_for_it():
    hasty = re.compile(r"\.(is_visible|is_hidden|is_checked|is_enabled|is_disabled|input_value)\(\)")
    tests = [path for path in _tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")]
    assert len(tests) > 100
    assert [path.name for path in tests if hasty.search(path.read_text(encoding="utf-8"))] == []
