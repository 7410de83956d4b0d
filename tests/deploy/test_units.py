"""The systemd units: known to systemd, locked down, and pointing at what is installed."""

import re
import shutil
import subprocess
import sys

import pytest
from looped import each

MOST_EXPOSED = 20  # of 100, as systemd counts


@pytest.fixture(scope="module")
def units(deploy):
    return deploy / "systemd"


@pytest.fixture
def analyze(units, tmp_path):
    """Verify the units with systemd, with an existing program in place of ours."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze on this machine")
    folder = tmp_path / "units"
    shutil.copytree(units, folder)
    for path in folder.glob("*.service"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("/opt/handbell/bin/handbell", sys.executable), encoding="utf-8")

    def run(*words):
        return subprocess.run(
            ["systemd-analyze", *words],
            cwd=folder,
            env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def names(units, *kinds):
    return sorted(path.name for kind in kinds for path in units.glob(f"*.{kind}"))


def test_systemd_knows_every_word_in_them(units, analyze):
    found = names(units, "service", "timer")
    assert len(found) == 5
    done = analyze("verify", "--man=no", *(f"./{name}" for name in found))
    assert (done.returncode, done.stderr) == (0, "")


def test_no_service_is_exposed_more_than_it_must_be(units, analyze):
    for name in each(names(units, "service")):
        done = analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", f"./{name}")
        assert done.returncode == 0, done.stdout[-200:]


def test_they_run_as_a_user_of_their_own_and_write_one_folder(units):
    locked = (units / "handbell-.service.d" / "10-hardening.conf").read_text(encoding="utf-8")
    for line in ("User=handbell", "ProtectSystem=strict", "StateDirectory=handbell", "NoNewPrivileges=yes"):
        assert f"{line}\n" in locked
    assert "ReadWritePaths" not in locked
    for name in names(units, "service"):
        text = (units / name).read_text(encoding="utf-8")
        # Whatever the settings' file says: nothing else may be written to.
        assert re.search(r"bin/handbell --data \"?\$\{?STATE_DIRECTORY", text)
        assert ("Restart=on-failure" in text) == ("Type=oneshot" not in text)
    assert re.search(r"^u handbell ", (units / "handbell.sysusers").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_service_begins_with_the_name_that_locks_it_down(units):
    assert all(name.startswith("handbell-") for name in names(units, "service", "timer"))
