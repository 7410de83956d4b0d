"""A database that is away for seconds is waited for; one that stays away, or a disk that is full, is said."""

import pytest

from bot.core.errors import DatabaseUnavailable
from bot.database.engine import open_store, retry_write

POSTGRES = "postgresql://handbell@127.0.0.1:1/handbell"


@pytest.fixture
def away_for():
    """Something to write that fails so often; returns how often it was tried."""

    def write(times):
        tried = []

        def once():
            tried.append(times)
            if len(tried) <= times:
                raise DatabaseUnavailable("It cannot be reached.")

        return tried, once

    return write


def test_what_must_be_noted_is_tried_until_the_server_is_back(away_for):
    tried, write = away_for(2)
    retry_write(open_store(POSTGRES), write)
    assert len(tried) == 3


@pytest.mark.parametrize(("url", "tries"), [(POSTGRES, 4), ("sqlite://", 1)])
def test_a_server_that_stays_away_is_said_and_a_file_is_not_waited_for(url, tries, away_for):
    tried, write = away_for(9)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        retry_write(open_store(url), write, waits_s=(0, 0, 0))
    assert len(tried) == tries
