"""A server that may be one of many: on one PostgreSQL database, with one key."""

import pytest

from bot.cli.server import one_of_many
from bot.core.config import Config
from bot.core.errors import BadInput


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ["HANDBELL_DATABASE_URL", "HANDBELL_SECRET_KEY"]),
        ({"database_url": "sqlite:////data/handbell.db", "secret_key": "k" * 48}, ["HANDBELL_DATABASE_URL"]),
        ({"database_url": "postgresql://db/handbell"}, ["HANDBELL_SECRET_KEY"]),
    ],
)
def test_several_processes_are_refused_on_sqlite_and_without_one_key(given, wrong):
    with pytest.raises(BadInput) as refused:
        one_of_many(Config(**given), "worker")
    assert [problem.field for problem in refused.value.problems] == wrong


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_driver_is_given_its_own_form_of_the_address(scheme):
    settings = Config(database_url=f"{scheme}://kit:p%40ss@db:5432/handbell", secret_key="k" * 48)
    assert one_of_many(settings, "worker") == "postgresql://kit:p%40ss@db:5432/handbell"
