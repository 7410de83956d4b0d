"""The double itself: it judges every request by Graph's published description."""

import json
from pathlib import Path

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
