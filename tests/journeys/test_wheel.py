"""The wheel holds every file of the packages, and runs the demo with nothing but its dependencies."""

import importlib.metadata
import os
import re
import signal
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "connectors", "schedules")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel as `pip install` does. Return its path."""
    [built] = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"]
    )
    return Path(built)


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """Install the wheel into a new environment beside links to its dependencies. Return the bin folder.

    Only the distributions that the wheel requires, and those they require in turn, are linked from this
    environment: neither the tests' own nor those of the extras. So it needs seconds and no network.
    """
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    [packages] = folder.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", wheel], check=True)
    for name in needed(wheel):
        link(importlib.metadata.distribution(name), packages)
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    return folder / "bin"


def needed(wheel):
    """List the distributions that the wheel requires here without extras, and what they require in turn."""
    with zipfile.ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        text = archive.read(path).decode()
    asked = [(Requirement(one), "") for one in re.findall(r"^Requires-Dist: (.+)$", text, re.MULTILINE)]
    found = set()
    while asked:
        requirement, extra = asked.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        wanted = {(requirement.name, one) for one in ("", *requirement.extras)} - found
        found |= wanted
        for name, of_extra in wanted:
            requires = importlib.metadata.requires(name) or []
            asked += [(Requirement(one), of_extra) for one in requires]
    return sorted({name for name, _ in found})


def link(distribution, packages):
    """Link all that a distribution installed at the top of site-packages into another one."""
    for top in {path.parts[0] for path in distribution.files} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(distribution.locate_file(top))


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    tracked = {name for name in listed.split("\0") if name}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {".html", ".txt", ".typ", ".css", ".js", ".yaml"} <= {Path(name).suffix for name in tracked}
    assert tracked - held == set()


def test_the_wheel_may_be_published(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        assert "Private ::" not in archive.read(path).decode()


@dataclass(frozen=True)
class Tour:
    """What the tour of README.md names: words on the demo's first page, and paths of others."""

    on_the_first_page: list[str]
    pages: list[str]


def the_tour():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tour = " ".join(text.partition("## Five minutes in the demo")[2].partition("\n## ")[0].split())
    buttons = set(re.findall(r"\*\*(.+?)\*\*", tour)) - {"Submit my answer"}
    people = re.findall(r"[Bb]eside ([A-Z][\w-]+ [A-Z][\w-]+, [a-z ]+),", tour)
    assert len(buttons) > 4
    assert len(people) == 3
    return Tour([*sorted(buttons), *people], re.findall(r"http://127\.0\.0\.1:8000(/\w+)", tour))


def opened(address):
    """Fetch a page, as text."""
    with urlopen(address, timeout=30) as answer:
        return unescape(answer.read().decode())


def test_the_demo_runs_from_the_wheel_alone(environment, tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HANDBELL"))}
    words = [environment / "handbell", "demo", "--port", "0"]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env=clean | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(tmp_path)},
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        try:
            [address] = re.findall(r"Handbell is at (http://127\.0\.0\.1:\d+)", "".join(said)) or [None]
            assert address is not None, "".join(said)
            first, tour = opened(address), the_tour()
            assert 'action="/demo/sign-in"' in first
            assert [words for words in tour.on_the_first_page if words not in first] == []
            for page in tour.pages:
                assert "<h1" in opened(f"{address}{page}")
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert process.returncode == 0
