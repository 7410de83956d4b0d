"""Judges a request by Graph's published description (a slice of it), where the folder of contracts is there.

The slice leaves out what Graph calls navigation properties; of those we write one, our extended property.
"""

import json
import re
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

NOT_IN_THE_SLICE = {"singleValueExtendedProperties"}
# Documented, and left out of the slice: each like another path that is in it, or without a body.
ALIKE = {
    "/drives/{d}/items/root/delta()": "/drives/{drive-id}/root/delta()",
    "/drives/{d}/items/{i}/content": "/drives/{drive-id}/items/{driveItem-id}",
    "/users/{u}/messages/{m}/$value": "/users/{user-id}/messages/{message-id}",
}
# Graph's own page on a list's delta asks for the fields in this way.
ALSO_ASKED = {"/sites/{site-id}/lists/{list-id}/items/delta()": ["$expand"]}
COLUMNS = "/sites/{s}/lists/{l}/columns"


class Slice:
    """Says what is wrong with a request; says nothing of one that is right."""

    def __init__(self, path):
        self._whole = json.loads(path.read_text("utf-8"))
        described = self._whole["paths"]
        described |= {path: {"get": described[like]["get"]} for path, like in ALIKE.items()}
        for asked, names in ALSO_ASKED.items():
            described[asked]["get"]["parameters"] += [{"name": name} for name in names]
        described[COLUMNS] = self._columns(described["/sites/{site-id}/lists/{list-id}/items"])
        self._paths = [
            (re.compile("^" + re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(name)) + "$"), described)
            for name, described in self._whole["paths"].items()
        ]
        # A fixed word ("delta()") before a name that stands for anything.
        self._paths.sort(key=lambda pair: pair[0].pattern.count("[^/]+"))

    def _columns(self, items):
        """A list's columns are asked for as its items are, and made as the definition says."""
        schema = {"$ref": "#/components/schemas/Req_columnDefinition"}
        body = {"content": {"application/json": {"schema": schema}}}
        return {"get": items["get"], "post": {"parameters": [], "requestBody": body}}

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
