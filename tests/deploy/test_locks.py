"""A lock installs whatever the registry offers today.

pip looks for the newest release of `coverage[toml]` when the lock only names `coverage`, and refuses it
because it is not pinned: the lock worked until coverage's next release and then broke every installation.
"""

from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = sorted((Path(__file__).parents[2] / "deploy" / "locks").glob("*.txt"))


def pinned(lock):
    """Return {name of the package: the extras it is pinned with}."""
    lines = [line.split(" \\")[0] for line in lock.read_text().splitlines() if line[:1].isalnum()]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one.extras for one in found}


def required_with_extras(names):
    """Yield (package, requirement) of the installed packages of `names` that ask for another's extras."""
    for package in distributions():
        if canonicalize_name(package.metadata["Name"]) not in names:
            continue
        for line in package.requires or ():
            wanted = Requirement(line)
            if wanted.extras and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                yield package.metadata["Name"], wanted


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_package_asked_for_with_extras_is_pinned_with_them(lock):
    pins = pinned(lock)
    missing = [
        f"{package} wants {wanted}"
        for package, wanted in required_with_extras(pins)
        if not wanted.extras <= pins.get(canonicalize_name(wanted.name), set())
    ]
    assert missing == []


def test_the_look_finds_packages_asked_for_with_extras():
    dev = pinned(next(path for path in LOCKS if path.stem == "dev"))
    assert "coverage" in {canonicalize_name(wanted.name) for _, wanted in required_with_extras(dev)}
