"""handbell run: pages and schedules in one process; a polite stop; a second one on the port is refused."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest


@pytest.fixture
def running(tmp_path):
    """Start `handbell run` on a free port; return the process and its address."""
    words = [sys.executable, "-m", "bot", "--data", str(tmp_path / "data"), "run", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        said = process.stdout.readline()
        try:
            yield process, re.search(r"http://127\.0\.0\.1:\d+", said)[0]
        finally:
            process.kill()


def read(address):
    try:
        with urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_it_serves_runs_its_schedules_and_stops_politely(running, stop):
    process, address = running
    assert read(f"{address}/")[0] == 200
    assert read(f"{address}/sent")[0] == 404
    beats = 0
    while read(f"{address}/health")[0] != 200 and beats < 100:
        beats += 1
        time.sleep(0.2)
    status, said = read(f"{address}/health")
    assert status == 200, said
    process.send_signal(stop)
    _, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in complaints


def test_the_printed_address_is_the_one_people_are_sent_to(tmp_path):
    words = [sys.executable, "-m", "bot", "--data", str(tmp_path), "run", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "HANDBELL_BASE_URL": "https://bell.school.example/"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as run:
        assert "https://bell.school.example." in run.stdout.readline()
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=30)


def test_doctor_says_that_the_schedules_have_never_run(tmp_path):
    words = [sys.executable, "-m", "bot", "--data", str(tmp_path), "doctor", "--json"]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert {"H201", "H301", "H401", "H501"} == {
        finding["code"] for finding in json.loads(ran.stdout)["findings"]
    }
