"""What every test may use: the folder of real policies, where it is at hand."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared():
    """The folder of real policies, facts and vendors' contracts; a user's clone has none."""
    folder = Path(os.environ.get("HANDBELL_SHARED", ROOT.parent / "shared"))
    if not (folder / "policies").is_dir():
        pytest.skip("the folder of real policies is not beside this checkout (HANDBELL_SHARED)")
    return folder
