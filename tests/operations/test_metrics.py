"""/metrics for Prometheus: numbers of the program and the school, to anyone who brings the token."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import Depends
from prometheus_client.parser import text_string_to_metric_families

from bot.bootstrap.web_app import create_app
from bot.database import job_runs
from bot.database.engine import open_store
from bot.database.job_runs import Slot
from bot.identity.guard import Public
from bot.records.people import roster

MINUTE = timedelta(minutes=1)
TOKEN = "collector-of-the-trust"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(served, stage):
    """The school behind a server that somebody watches."""
    stage.app = create_app(replace(served.services, metrics_token=TOKEN))
    return served


def numbers(client):
    """What Prometheus reads: {(name, the values of its labels by their names): value}."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_no_one_reads_it_unless_the_settings_name_a_token(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"])
def test_a_request_without_the_token_is_refused(watched, client, header):
    answer = client.get("/metrics", headers={"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "handbell_" not in answer.text


def test_guessing_the_token_is_slowed_down(watched, client):
    answers = [client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code for _ in range(31)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert numbers(client)[("handbell_database_up",)] == 1


def test_the_installation_is_counted_whichever_process_works(posted, client, stage):
    """The messages were planned and sent by another process."""
    stage.app = create_app(replace(posted.services, metrics_token=TOKEN))
    seen = numbers(client)
    assert seen[("handbell_messages", "sent")] > 20
    assert seen[("handbell_settings",)] == 1
    assert seen[("handbell_outbox_due",)] == seen[("handbell_outbox_oldest_seconds",)] == 0
    assert ("handbell_case_clocks", "late") not in seen, "one school's clocks tell that there is a case"


def test_requests_are_counted_by_their_route_and_never_by_the_link_in_it(watched, client):
    link = watched.duty("y5", "read-mobile")
    assert client.get(link).status_code == 200
    client.get("/no/such/page/zcanary@merriwell.example")
    client.request("ZEBEDEE", "/")
    text = client.get("/metrics", headers=BEARER).text
    seen = numbers(client)
    assert seen[("handbell_http_requests_total", "GET", "/d/{token}", "200")] == 1
    assert seen[("handbell_http_requests_total", "GET", "no page", "404")] == 1
    assert seen[("handbell_http_request_seconds_count", "/d/{token}")] == 1
    assert not [word for word in ("zcanary", "ZEBEDEE", link.rpartition("/")[2]) if word in text]


def test_a_page_that_breaks_is_counted_as_broken(watched, client, stage):
    def broken():
        raise ValueError("a defect of ours")

    stage.app.get("/broken", dependencies=[Depends(Public("a test"))])(broken)
    # The server hangs up after such an answer.
    assert client.get("/broken", headers={"Connection": "close"}).status_code == 500
    assert numbers(client)[("handbell_http_requests_total", "GET", "/broken", "500")] == 1


def test_sign_ins_that_were_refused_are_counted_by_their_way(watched, client):
    client.get("/sign-in/link/forged")
    client.get("/sign-in/link/forged-too")
    seen = numbers(client)
    assert seen[("handbell_sign_ins_refused_total", "link")] == 2
    assert seen[("handbell_sign_ins_refused_total", "pin")] == 0


def test_no_label_of_ours_is_one_that_prometheus_gives_itself(posted, client, stage):
    """It would rename ours, and an alert that asks for ours would never fire."""
    stage.app = create_app(replace(posted.services, metrics_token=TOKEN))
    with posted.store.writing() as conn:
        slot = Slot("heartbeat", posted.clock(), owner="a test")
        job_runs.claim(conn, slot, now=posted.clock(), lost_after=MINUTE, retry_after=MINUTE)
    text = client.get("/metrics", headers=BEARER).text
    labels = {
        label
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for label in sample.labels
    }
    assert "job_name" in labels
    assert not labels & {"job", "instance"}


def test_the_room_on_the_disk_is_told(posted, client, stage):
    stage.app = create_app(replace(posted.services, metrics_token=TOKEN))
    assert numbers(client)[("handbell_disk_free_bytes",)] > 0


def test_no_one_is_named(posted, client, stage):
    stage.app = create_app(replace(posted.services, metrics_token=TOKEN))
    assert client.get(posted.duty("y5", "read-mobile")).status_code == 200
    text = client.get("/metrics", headers=BEARER).text
    with posted.store.reading() as conn:
        people = roster(conn, "merriwell-green").values()
    assert people
    assert not [one.name for one in people if one.name in text or (one.email or "@") in text]


def test_a_database_that_is_away_is_a_number_too(web_school, client, stage, tmp_path):
    gone = open_store(f"sqlite:///{tmp_path / 'no such folder' / 'handbell.db'}")
    stage.app = create_app(replace(web_school.services, store=gone, metrics_token=TOKEN))
    seen = numbers(client)
    assert seen[("handbell_database_up",)] == 0
    assert ("handbell_settings",) not in seen
    gone.close()
    assert numbers(client)[("handbell_database_errors_total", "OperationalError")] >= 1
