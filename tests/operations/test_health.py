"""/health for machines: flags and no name; what starts a program again, and what keeps people from it."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.bootstrap.web_app import create_app
from bot.database import job_runs, migrate
from bot.database.engine import open_store
from bot.database.job_runs import Slot
from bot.database.migrate import DatabaseReadiness, standing

MINUTE = timedelta(minutes=1)


def beat(school, at):
    with school.store.writing() as conn:
        slot = Slot("heartbeat", at, owner="a test")
        claim = job_runs.claim(conn, slot, now=at, lost_after=MINUTE, retry_after=MINUTE)
        job_runs.finish(conn, claim, now=at, outcome="well", ok=True)


def test_a_program_that_serves_and_beats_is_well(web_school, client):
    beat(web_school, web_school.clock())
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "alive": True,
        "ready": True,
        "jobs_fresh": True,
        "heartbeat_at": web_school.clock().isoformat(),
    }


def test_schedules_that_stopped_show(web_school, client):
    assert client.get("/health").json()["jobs_fresh"] is False
    beat(web_school, web_school.clock() - timedelta(minutes=16))
    assert client.get("/health").json()["jobs_fresh"] is False


def test_a_beat_that_is_yet_to_come_says_nothing_of_now(web_school, client):
    """A clock that was a day ahead for an hour would have hidden for a day that the schedules stopped."""
    beat(web_school, web_school.clock() + timedelta(days=1))
    assert client.get("/health").json()["jobs_fresh"] is False


def test_a_whole_installation_is_ready(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "schema": "right", "room": True}


@pytest.mark.parametrize(("version", "schema"), [(migrate.HEAD, "older"), ("9999", "too new")])
def test_a_database_of_another_version_is_not_ready(web_school, client, monkeypatch, version, schema):
    monkeypatch.setattr(migrate, "HEAD", f"{int(migrate.HEAD) + 1:04}")
    with sqlite3.connect(web_school.store.engine.url.database) as database:
        database.execute("update alembic_version set version_num = ?", (version,))
    database.close()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "schema": schema, "room": True}
    assert client.get("/health").status_code == 503
    assert client.get("/health").json()["ready"] is False
    assert client.get("/health/live").json() == {"alive": True}


@pytest.mark.postgres
@pytest.mark.parametrize(("contracted", "schema"), [(None, "newer"), ("9999", "too new")])
def test_a_program_is_ready_while_a_newer_one_is_rolled_out_until_that_takes_something_away(
    postgres_databases, contracted, schema
):
    """Were it not ready, an upgrade of many machines one by one would stop the school."""
    store = open_store(postgres_databases.current())
    with store.writing() as conn:
        conn.execute(text("update alembic_version set version_num = '9999'"))
        if contracted:
            conn.execute(text("insert into meta values ('contracted', '9999')"))
    found = standing(store)
    assert (found.schema, found.ready) == (schema, schema == "newer")
    store.close()
    postgres_databases.drop()


def test_a_database_that_cannot_be_opened_is_told_and_breaks_no_page(web_school, client, tmp_path, stage):
    gone = open_store(f"sqlite:///{tmp_path / 'no such folder' / 'handbell.db'}")
    stage.app = create_app(replace(web_school.services, store=gone))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": False, "schema": "unknown", "room": True}
    assert client.get("/health").status_code == 503
    assert client.get("/health/live").status_code == 200
    gone.close()


def test_a_full_disk_is_not_ready(web_school):
    more_than_any_disk = 2**62
    assert standing(web_school.store).ready
    full = standing(web_school.store, least_room=more_than_any_disk)
    assert full == DatabaseReadiness(answers=True, schema="right", room=False)
    assert not full.ready


def test_a_database_elsewhere_and_a_folder_that_is_not_made_yet_have_room(tmp_path):
    nowhere = open_store("sqlite://")
    found = standing(nowhere, tmp_path / "not" / "made" / "yet", None)
    assert (found.room, found.schema) == (True, "older")
    nowhere.close()


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_health_names_no_one_and_nothing(web_school, client, path):
    said = client.get(path).text
    assert str(Path(web_school.store.engine.url.database).parent) not in said
    assert "merriwell" not in said.lower()
    assert client.head(path).status_code == 200
