"""handbell begin: a new school from nothing but its name and its head."""

import pytest
from click.testing import CliRunner

from bot.cli.main import main


@pytest.fixture
def handbell(tmp_path, monkeypatch):
    """The command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        return CliRunner().invoke(main, ["--data", "data", *words], prog_name="handbell")

    return run


def begin(handbell, name="Newfield School", email="Head@new.example"):
    return handbell("begin", name, "--head", "Ann Lee", "--email", email)


def test_a_school_is_begun_and_its_head_gets_the_first_link(handbell):
    begun = begin(handbell)
    assert begun.exit_code == 0
    assert "/sign-in/link/" in begun.stdout
    assert "It signs Ann Lee in once" in begun.stderr


def test_nothing_is_begun_twice_or_without_a_name_or_an_address(handbell):
    assert begin(handbell).exit_code == 0
    for given in ({}, {"name": "!!!"}, {"name": "Other", "email": "nobody"}):
        refused = begin(handbell, **given)
        assert refused.exit_code == 1
        assert refused.stdout == ""
