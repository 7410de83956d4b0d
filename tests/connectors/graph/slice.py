"""Graph's published description (a slice of it), where the folder of contracts is; and judging by it.

What Graph's reference has and the slice leaves out is added here, and nothing else.
"""

import json
import re
from copy import deepcopy
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

MARKS = {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": {
    "id": {"type": "string"}, "value": {"type": "string"}}}}  # fmt: skip
# Graph's own page on a list's delta asks for the fields in this way.
EXPAND = {"name": "$expand", "in": "query", "schema": {"type": "string"}}
# Its page on a person's manager has this.
SELECT = {"name": "$select", "in": "query", "schema": {"type": "string"}}
COLUMN = {"$ref": "#/components/schemas/Req_columnDefinition"}
BYTES = {"2XX": {"description": "Bytes."}, "302": {"description": "Where they are."}}
ITEMS = "/sites/{site-id}/lists/{list-id}/items"


def described(path):
    """Read the slice; add our property, a list's columns, and the paths that are like others."""
    whole = json.loads(path.read_text("utf-8"))
    schemas, paths = whole["components"]["schemas"], whole["paths"]
    for name in ("Req_message", "Req_event"):
        schemas[name]["properties"]["singleValueExtendedProperties"] = MARKS
    paths[f"{ITEMS}/delta()"]["get"]["parameters"].append(EXPAND)
    paths["/users/{user-id}/manager"]["get"]["parameters"].append(SELECT)
    paths["/sites/{site-id}/lists/{list-id}/columns"] = _columns(paths[ITEMS])
    paths["/sites/{site-id}/lists/{list-id}/columns/{column-id}"] = _column(
        paths["/sites/{site-id}/lists/{list-id}"]["patch"]
    )
    paths["/drives/{drive-id}/items/root/delta()"] = deepcopy(paths["/drives/{drive-id}/root/delta()"])
    item = deepcopy(paths["/drives/{drive-id}/items/{driveItem-id}"]["get"])
    paths["/drives/{drive-id}/items/{driveItem-id}/content"] = {"get": _bytes(item)}
    letter = deepcopy(paths["/users/{user-id}/messages/{message-id}"]["get"])
    paths["/users/{user-id}/messages/{message-id}/$value"] = {"get": _bytes(letter)}
    # Its page on the registration of authentication methods; the names are those of the SDK's own model.
    paths["/reports/authenticationMethods/userRegistrationDetails/{userRegistrationDetails-id}"] = {
        "get": {"parameters": [SELECT], "responses": {"2XX": {"description": "One person's registration."}}}
    }
    return whole


def _columns(items):
    """A list's columns are asked for as its items are, and made as the definition says."""
    made = {"get": deepcopy(items["get"]), "post": deepcopy(items["post"])}
    schema = {"$ref": "#/components/schemas/Res_columnDefinition"}
    page = {"type": "object", "required": ["value"], "properties": {
        "value": {"type": "array", "items": schema}, "@odata.nextLink": {"type": "string"}}}  # fmt: skip
    made["get"]["responses"]["200"]["content"] = {"application/json": {"schema": page}}
    made["post"]["responses"]["201"]["content"] = {"application/json": {"schema": schema}}
    made["post"]["requestBody"] = {"required": True, "content": {"application/json": {"schema": COLUMN}}}
    return made


def _column(list_change):
    """A column is changed as a list is, by saying what becomes of it."""
    change = deepcopy(list_change)
    schema = {"$ref": "#/components/schemas/Res_columnDefinition"}
    change["responses"]["200"]["content"] = {"application/json": {"schema": schema}}
    change["requestBody"] = {"required": True, "content": {"application/json": {"schema": COLUMN}}}
    return {"patch": change}


def _bytes(operation):
    operation["responses"].pop("200")
    operation["responses"] |= BYTES
    return operation


class Slice:
    """Returns what is wrong with a request, or nothing."""

    def __init__(self, path):
        self._whole = described(path)
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
        schema = wanted["content"]["application/json"]["schema"]
        judge = Draft202012Validator({"components": self._whole["components"], **schema})
        return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(json.loads(body))]
