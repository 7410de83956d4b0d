"""The deploy files, read once."""

import pytest


@pytest.fixture(scope="session")
def deploy(root):
    """The folder of what Handbell is deployed with."""
    return root / "deploy"
