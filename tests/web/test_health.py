"""/health for machines: three flags and no name."""

import sqlite3
from datetime import timedelta

import pytest

from bot.store import runs


def beat(school, at):
    with school.store.writing() as conn:
        minute = timedelta(minutes=1)
        runs.claim_slot(conn, "heartbeat", at, now=at, take_over_after=minute, retry_after=minute)
        runs.finish(conn, "heartbeat", at, now=at, outcome="well", ok=True)


def test_a_program_that_serves_and_beats_is_well(school, client):
    beat(school, school.clock())
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "alive": True,
        "ready": True,
        "jobs_fresh": True,
        "heartbeat_at": school.clock().isoformat(),
    }


def test_schedules_that_stopped_show(school, client):
    assert client.get("/health").json()["jobs_fresh"] is False
    beat(school, school.clock() - timedelta(minutes=16))
    assert client.get("/health").json()["jobs_fresh"] is False


@pytest.mark.parametrize("version", ["0001", "9999"])
def test_a_database_of_another_version_is_not_ready(school, client, version):
    with sqlite3.connect(school.store.engine.url.database) as database:
        database.execute("update alembic_version set version_num = ?", (version,))
    database.close()
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
