"""Holds every request against Google's own description of the API, as shipped in its client library."""

import json
import re
from dataclasses import dataclass

from googleapiclient.discovery_cache import get_static_doc

WHOLE = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1),
         "uint64": (0, 2**64 - 1)}  # fmt: skip


class Wrong(ValueError):
    """The request is none that Google describes."""


@dataclass(frozen=True)
class Method:
    """One method of one API, found for a path."""

    said: dict
    path: dict

    @property
    def id(self):
        return self.said["id"]

    @property
    def scopes(self):
        return {scope.rpartition("/")[2] or scope for scope in self.said.get("scopes", ())}


class Description:
    """The methods and schemas of one API."""

    def __init__(self, api, version):
        document = json.loads(get_static_doc(api, version))
        self.schemas = document["schemas"]
        self.common = document["parameters"]
        self.methods = [
            (said["httpMethod"], _pattern(document["servicePath"], said), said) for said in _methods(document)
        ]

    def find(self, verb, path):
        for method, pattern, said in self.methods:
            if method == verb and (found := pattern.fullmatch(path)):
                return Method(said, found.groupdict())
        return None

    def check(self, method, query, body):
        """Raise Wrong for a parameter or field that the description does not know, or of another kind."""
        known = self.common | method.said.get("parameters", {})
        for name, values in query.items():
            if name not in known:
                raise Wrong(f"unknown parameter {name}")
            if len(values) > 1 and not known[name].get("repeated"):
                raise Wrong(f"{name} is given {len(values)} times")
            for value in values:
                _check_words(name, value, known[name])
        given = query.keys() | method.path.keys()
        missing = [
            name
            for name, said in known.items()
            if said.get("required") and said["location"] != "path" and name not in given
        ]
        if missing:
            raise Wrong(f"missing {missing}")
        self._check_body(method, body)

    def _check_body(self, method, body):
        wanted = method.said.get("request")
        if wanted is None:
            if body is not None:
                raise Wrong("a body nobody asked for")
            return
        self._check(self.schemas[wanted["$ref"]], body, wanted["$ref"])
        for name, said in self.schemas[wanted["$ref"]].get("properties", {}).items():
            if method.id in said.get("annotations", {}).get("required", ()) and name not in body:
                raise Wrong(f"{name} is required")

    def _check(self, schema, value, where):
        if "$ref" in schema:
            return self._check(self.schemas[schema["$ref"]], value, where)
        kind = schema.get("type")
        if kind == "object":
            return self._check_object(schema, value, where)
        if kind == "array":
            _want(isinstance(value, list), f"{where} is no list")
            for entry in value:
                self._check(schema["items"], entry, f"{where}[]")
            return None
        return _check_value(schema, value, where)

    def _check_object(self, schema, value, where):
        _want(isinstance(value, dict), f"{where} is no object")
        for name, entry in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            _want(known is not None, f"unknown field {where}.{name}")
            self._check(known, entry, f"{where}.{name}")


def _want(held, wrong):
    if not held:
        raise Wrong(wrong)


def _check_value(schema, value, where):
    kinds = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "any": object}
    _want(isinstance(value, kinds[schema["type"]]), f"{where} is no {schema['type']}")
    _want("enum" not in schema or value in schema["enum"], f"{where}: {value} is none of its values")
    if schema.get("format") in WHOLE:
        low, high = WHOLE[schema["format"]]
        _want(re.fullmatch(r"-?\d+", str(value)) and low <= int(value) <= high, f"{where} is out of range")


def _check_words(name, value, said):
    """Hold a parameter of the address line, which is always words, against its kind."""
    if said["type"] == "boolean":
        _want(value in {"true", "false"}, f"{name} is neither true nor false")
    elif said["type"] in {"integer", "number"}:
        _want(re.fullmatch(r"-?\d+", value), f"{name} is no number")
        _want(int(said.get("minimum", value)) <= int(value), f"{name} is too small")
        _want(int(value) <= int(said.get("maximum", value)), f"{name} is too large")
    else:
        _check_value(said, value, name)


def _pattern(service_path, said):
    whole = "/" + service_path + said.get("flatPath", said["path"])
    return re.compile(re.sub(r"\\{\\?\+?(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(whole)))


def _methods(node):
    yield from node.get("methods", {}).values()
    for below in node.get("resources", {}).values():
        yield from _methods(below)
