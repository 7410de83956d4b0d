"""Somebody else holds the database for longer than anybody waits: a plain page, and then all goes on."""

import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

HELD = "The database cannot be used now. Somebody else has held it for too long."
WAITS_MS = 250


@contextmanager
def held(url):
    """Hold it as another program would: a copy being made by hand, a table being rewritten."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(make_url(url).database, isolation_level=None)
        other.execute("begin exclusive")
        yield
        other.rollback()
        other.close()
        return
    with create_engine(url, poolclass=NullPool).begin() as other:
        other.execute(text("lock table evidence, message, person in access exclusive mode"))
        yield


@pytest.fixture
def people(people_of):
    return people_of("sign")


def test_a_held_database_is_said_and_nothing_is_half_done(
    people, serving, second_machine, mail_server, trial
):
    row = trial.row("database locked", "sign, plan, deliver")
    orders = {"url": people.url, "busy_ms": WAITS_MS, "port": mail_server.port}
    with serving(people, busy_ms=WAITS_MS) as client:
        coming = people.coming()
        assert people.send(client, next(coming)).status_code == 303
        second_machine.does(do="plan", **orders)
        with held(people.url):
            refused = next(coming)
            assert people.send(client, refused).status_code == 503
            for do in ("plan", "deliver"):
                second_machine.does(do=do, **orders)
                assert second_machine.said("away") == HELD, do
        assert mail_server.copies == []
        assert people.send(client, refused).status_code == 303
        second_machine.does(do="deliver", **orders)
    people.whole(row)
    row.runs = 3
    copies = [copy.id for copy in mail_server.copies]
    row.twice_outside = len(copies) - len(set(copies))
    # Everybody's letter of the morning; what was answered stands in it, or in that of another morning.
    assert len(copies) == 25
    assert row.harmed == (0, 0, 0)
