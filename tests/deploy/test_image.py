"""The Dockerfile and what is around it: small, not root, nothing to write but the data."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def stages(deploy):
    """The instructions of each stage: [(instruction, words)]."""
    text = (deploy / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    instructions = [one.split(maxsplit=1) for one in lines.replace("\\\n", " ").splitlines() if one.strip()]
    found = []
    for word, rest in instructions:
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def of(stage, word):
    return [rest for one, rest in stage if one == word]


def test_hadolint_finds_nothing(deploy):
    program = shutil.which("hadolint") or Path(sys.executable).with_name("hadolint")
    if not Path(program).exists():
        pytest.skip("hadolint is not installed (the dev lock brings it)")
    done = subprocess.run([program, deploy / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_builds_it_stays_behind(stages):
    build, final = stages
    base = of(final, "FROM")[0]
    assert re.fullmatch(r"python:3\.11-slim@sha256:[0-9a-f]{64}", base)
    assert of(build, "FROM") == [f"{base} AS build"]
    assert all("pip" not in run and "apt" not in run for run in of(final, "RUN"))
    assert "--require-hashes" in of(build, "RUN")[0]
    assert "uninstall --yes --quiet editables hatchling setuptools pip" in of(build, "RUN")[1]
    assert all("apt" not in run and "gcc" not in run for run in of(build, "RUN"))


def test_it_runs_as_no_one_special_and_is_asked_how_it_is(stages):
    final = stages[-1]
    assert of(final, "USER") == ["10001:10001"]
    assert of(final, "VOLUME") == ["/data"]
    assert json.loads(of(final, "ENTRYPOINT")[0]) == ["handbell"]
    (health,) = of(final, "HEALTHCHECK")
    asks = json.loads(health[health.index("[") :])
    assert asks[:2] == ["python", "-c"]
    compile(asks[2], "the health check", "exec")
    assert "'/health/ready'" in asks[2]


def test_everything_that_is_copied_is_there_and_not_left_out(stages, deploy, root):
    kept = {
        line[1:]
        for line in (deploy / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {word for rest in of(stages[0], "COPY") for word in rest.split()[:-1]}
    assert copied == kept
    assert all((root / one).exists() for one in copied)
    assert {"bot", "connectors", "schedules", "deploy/locks"} < copied


def test_nothing_the_program_reads_is_outside_its_packages(root):
    """The image has bot, connectors and schedules; a file read from elsewhere would be missing there."""
    for folder in ("bot", "connectors", "schedules"):
        for path in (root / folder).rglob("*.py"):
            climbs = re.findall(r"parents\[(\d+)\]", path.read_text(encoding="utf-8"))
            depth = len(path.relative_to(root).parts) - 1
            assert all(int(one) < depth for one in climbs), path
