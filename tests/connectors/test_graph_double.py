"""The double itself: it judges every request by Graph's published description, and fails as Graph does."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest


@pytest.fixture
def judge(shared, school_on_graph):
    if not Path(shared, "contracts", "graph-openapi-slice.json").is_file():
        pytest.skip("Graph's published description is not in the folder of contracts")
    return school_on_graph.double.judge


@pytest.mark.parametrize(("method", "path", "query", "said"), [
    ("POST", "/users/a@b.example/sendMails", "", {}),
    ("DELETE", "/users/a@b.example/messages", "", {}),
    ("GET", "/users/a@b.example/messages", "$filters=x", None),
    ("POST", "/users/a@b.example/messages", "", {"subjects": "x"}),
    ("POST", "/users/a@b.example/messages", "", {"subject": 5}),
    ("POST", "/users/a@b.example/messages", "", {"toRecipients": "jo@b.example"}),
    ("POST", "/users/a@b.example/messages/1/send", "", {"comment": "x"}),
])  # fmt: skip
def test_a_request_that_graph_does_not_know_is_complained_of(judge, method, path, query, said):
    assert judge.complaints(method, path, query, b"" if said is None else json.dumps(said).encode())


@pytest.mark.parametrize(("method", "path", "query", "said"), [
    ("GET", "/users/a@b.example/messages", "%24filter=x&%24select=id", None),
    ("POST", "/users/a@b.example/messages", "", {"subject": "x", "singleValueExtendedProperties": []}),
    ("POST", "/users/a@b.example/messages/1/send", "", None),
    ("GET", "/users/delta()", "$deltatoken=x", None),
    ("GET", "/sites/s/lists/l/items/delta()", "", None),
])  # fmt: skip
def test_a_request_that_graph_knows_passes(judge, method, path, query, said):
    assert judge.complaints(method, path, query, b"" if said is None else json.dumps(said).encode()) == []


def ask(school, method, path, said=None):
    headers = {"Authorization": "Bearer good"}
    return httpx.request(method, f"{school.double.base_url}{path}", json=said, headers=headers, timeout=10)


def part(number, key, **more):
    return {"id": str(number), "method": "GET", "url": f"/users/{key}/manager?$select=id"} | more


def test_the_parts_of_a_batch_are_done_and_fail_alone(school_on_graph):
    school_on_graph.rest.managers |= {f"p{number}": "head" for number in range(20) if number != 3}
    school_on_graph.double.fails(part=["", "429"])
    parts = [part(number, f"p{number}") for number in range(20)]
    parts[4] |= {"dependsOn": ["1"]}
    answer = ask(school_on_graph, "POST", "/$batch", {"requests": parts})
    statuses = {int(one["id"]): one["status"] for one in answer.json()["responses"]}
    assert answer.status_code == 200
    assert statuses == dict.fromkeys(range(20), 200) | {1: 429, 3: 404, 4: 424}


@pytest.mark.parametrize("numbers", [range(21), [1, 1]])
def test_a_batch_of_twenty_one_or_of_twins_is_refused_whole(school_on_graph, numbers):
    parts = [part(number, "jo") for number in numbers]
    assert ask(school_on_graph, "POST", "/$batch", {"requests": parts}).status_code == 400
    assert school_on_graph.rest.parts == []
    # Where the description is there, it complains of the number, too.
    school_on_graph.double.complaints.clear()


def test_a_mailbox_takes_four_calls_at_once_and_throttles_the_fifth(school_on_graph):
    school_on_graph.double.gathers = 5
    with ThreadPoolExecutor(6) as threads:
        path = "/users/office@merriwell.example/messages"
        answers = list(threads.map(lambda _: ask(school_on_graph, "GET", path), range(6)))
    assert {answer.status_code for answer in answers} == {200, 429}
    assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 429} == {"1"}
