"""Judges a request by Graph's published description (a slice of it), where the folder of contracts is there.

The slice leaves out what Graph calls navigation properties; of those we write one, our extended property.
"""

import json
import re
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

NOT_IN_THE_SLICE = {"singleValueExtendedProperties"}


class Slice:
    """Says what is wrong with a request; says nothing of one that is right."""

    def __init__(self, path):
        self._whole = json.loads(path.read_text("utf-8"))
        self._paths = [
            (re.compile("^" + re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(name)) + "$"), described)
            for name, described in self._whole["paths"].items()
        ]
        # A fixed word ("delta()") before a name that stands for anything.
        self._paths.sort(key=lambda pair: pair[0].pattern.count("[^/]+"))

    def complaints(self, method, path, query, body):
        described = next((said for shape, said in self._paths if shape.match(path)), {})
        operation = described.get(method.lower())
        if operation is None:
            return [f"{method} {path} is not in Graph"]
        return self._of_query(operation, query) + self._of_body(operation, body)

    def _of_query(self, operation, query):
        known = {one["name"] for one in operation["parameters"]}
        return [f"unknown query {name}" for name, _ in parse_qsl(query) if name not in known]

    def _of_body(self, operation, body):
        wanted = operation.get("requestBody")
        if wanted is None:
            return [] if not body else ["a body where none belongs"]
        said = {name: value for name, value in json.loads(body).items() if name not in NOT_IN_THE_SLICE}
        schema = wanted["content"]["application/json"]["schema"]
        judge = Draft202012Validator({"components": self._whole["components"], **schema})
        return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(said)]
